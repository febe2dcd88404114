// internalBinding('clock'): the monotonic clock of performance.now().

#include <chrono>

#include <uv.h>

#include "runtime/core/binding.h"

namespace pkg::runtime {

namespace {

// now() -> ms since the realm began, with fractions
void now(const v8::FunctionCallbackInfo<v8::Value>& args) {
  args.GetReturnValue().Set(static_cast<double>(uv_hrtime() - Realm::from(args).time_origin()) / 1e6);
}

// timeOrigin() -> ms since 1970 at which the realm began, with fractions
void time_origin(const v8::FunctionCallbackInfo<v8::Value>& args) {
  auto wall = std::chrono::duration<double, std::milli>(std::chrono::system_clock::now().time_since_epoch()).count();
  args.GetReturnValue().Set(wall - static_cast<double>(uv_hrtime() - Realm::from(args).time_origin()) / 1e6);
}

// idleTime() -> ms that the loop has waited for events
void idle_time(const v8::FunctionCallbackInfo<v8::Value>& args) {
  args.GetReturnValue().Set(static_cast<double>(uv_metrics_idle_time(Realm::from(args).loop())) / 1e6);
}

// loopStart() -> ms since the realm began at which its loop did, or -1 before
void loop_start(const v8::FunctionCallbackInfo<v8::Value>& args) {
  Realm& realm = Realm::from(args);
  std::uint64_t start = realm.loop_start();
  args.GetReturnValue().Set(start == 0 ? -1 : static_cast<double>(start - realm.time_origin()) / 1e6);
}

constexpr Method kMethods[] = {
    {"now", now}, {"timeOrigin", time_origin}, {"idleTime", idle_time}, {"loopStart", loop_start}};

}  // namespace

extern const Binding binding_clock;
const Binding binding_clock{"clock", kMethods};

}  // namespace pkg::runtime
