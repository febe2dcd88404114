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

constexpr Method kMethods[] = {{"now", now}, {"timeOrigin", time_origin}};

}  // namespace

extern const Binding binding_clock;
const Binding binding_clock{"clock", kMethods};

}  // namespace pkg::runtime
