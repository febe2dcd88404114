// How often each block of each script ran, counted by V8 for its inspector's protocol.
// Spec: the Chrome DevTools Protocol, "Profiler"; Node's doc/api/cli.md, NODE_V8_COVERAGE.

#include <memory>
#include <string>

#include "runtime/core/binding.h"
#include "runtime/inspector/agent.h"

namespace pkg::runtime {

namespace {

using Args = v8::FunctionCallbackInfo<v8::Value>;

// A session of the inspector's protocol within the process: sends a request and keeps its answer.
class Profiler {
 public:
  explicit Profiler(Realm& realm) : isolate_(realm.isolate()) {
    session_ = InspectorAgent::of(realm).connect(
        [this](v8_inspector::StringView message) {
          int length = static_cast<int>(message.length());
          answer_ =
              message.is8Bit()
                  ? v8::String::NewFromOneByte(isolate_, message.characters8(), v8::NewStringType::kNormal, length)
                  : v8::String::NewFromTwoByte(isolate_, message.characters16(), v8::NewStringType::kNormal, length);
        },
        false);
  }

  // The answer to `{"method": method, "params": params}`, as V8 writes it. In the caller's handle scope.
  v8::MaybeLocal<v8::String> ask(std::string_view method, std::string_view params) {
    std::string message = R"({"id":1,"method":")";
    message.append(method).append(R"(","params":)").append(params).append("}");
    answer_ = {};
    session_->dispatch(inspector_view(message));
    return std::exchange(answer_, {});
  }

 private:
  v8::Isolate* isolate_;
  std::unique_ptr<InspectorSession> session_;
  v8::MaybeLocal<v8::String> answer_;
};

// Of this thread, while it counts.
thread_local std::unique_ptr<Profiler> profiler;

// start(): counts from now on. Functions that ran before are not known as such.
void start(const Args& args) {
  if (profiler != nullptr) return;
  Realm& realm = Realm::from(args);
  profiler = std::make_unique<Profiler>(realm);
  realm.at_exit([] { profiler.reset(); });
  std::ignore = profiler->ask("Profiler.enable", "{}");
  std::ignore = profiler->ask("Profiler.startPreciseCoverage", R"({"callCount":true,"detailed":true})");
}

// take() -> the JSON text of the answer, {"id", "result": {"result": [{scriptId, url, functions}]}}; undefined when not
// counting. The counts go on from where they are.
void take(const Args& args) {
  if (profiler == nullptr) return;
  v8::Local<v8::String> answer;
  if (profiler->ask("Profiler.takePreciseCoverage", "{}").ToLocal(&answer)) args.GetReturnValue().Set(answer);
}

// stop(): counts no more.
void stop(const Args&) {
  if (profiler == nullptr) return;
  std::ignore = profiler->ask("Profiler.stopPreciseCoverage", "{}");
  std::ignore = profiler->ask("Profiler.disable", "{}");
}

constexpr Method kMethods[] = {{"start", start}, {"take", take}, {"stop", stop}};

}  // namespace

extern const Binding binding_coverage;
const Binding binding_coverage{"coverage", kMethods};

}  // namespace pkg::runtime
