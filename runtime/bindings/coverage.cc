// How often each block of each script ran, counted by V8 for its inspector's protocol.
// Spec: the Chrome DevTools Protocol, "Profiler"; Node's doc/api/cli.md, NODE_V8_COVERAGE.

#include <memory>
#include <string>

#include <nodejs/deps/v8/include/v8-inspector.h>

#include "runtime/core/binding.h"
#include "runtime/core/strings.h"

namespace pkg::runtime {

namespace {

using Args = v8::FunctionCallbackInfo<v8::Value>;

// A session of the inspector's protocol within the process: sends a request and keeps its answer.
class Profiler : public v8_inspector::V8InspectorClient, public v8_inspector::V8Inspector::Channel {
 public:
  Profiler(v8::Isolate* isolate, v8::Local<v8::Context> context) : context_(isolate, context) {
    inspector_ = v8_inspector::V8Inspector::create(isolate, this);
    v8_inspector::StringView none;
    inspector_->contextCreated(v8_inspector::V8ContextInfo(context, kGroup, none));
    session_ = inspector_->connect(kGroup, this, none, v8_inspector::V8Inspector::kFullyTrusted);
  }
  ~Profiler() override {
    session_.reset();
    v8::Isolate* isolate = v8::Isolate::GetCurrent();
    v8::HandleScope scope(isolate);
    inspector_->contextDestroyed(context_.Get(isolate));
  }

  // The answer to `{"method": method, "params": params}`, as V8 writes it.
  std::unique_ptr<v8_inspector::StringBuffer> ask(std::string_view method, std::string_view params) {
    std::string message = R"({"id":1,"method":")";
    message.append(method).append(R"(","params":)").append(params).append("}");
    answer_.reset();
    session_->dispatchProtocolMessage(
        v8_inspector::StringView(reinterpret_cast<const std::uint8_t*>(message.data()), message.size()));
    return std::move(answer_);
  }

  void sendResponse(int, std::unique_ptr<v8_inspector::StringBuffer> message) override { answer_ = std::move(message); }
  void sendNotification(std::unique_ptr<v8_inspector::StringBuffer>) override {}
  void flushProtocolNotifications() override {}
  v8::Local<v8::Context> ensureDefaultContextInGroup(int) override { return context_.Get(v8::Isolate::GetCurrent()); }

 private:
  static constexpr int kGroup = 1;
  v8::Global<v8::Context> context_;
  std::unique_ptr<v8_inspector::V8Inspector> inspector_;
  std::unique_ptr<v8_inspector::V8InspectorSession> session_;
  std::unique_ptr<v8_inspector::StringBuffer> answer_;
};

// Of this thread, while it counts.
thread_local std::unique_ptr<Profiler> profiler;

// start(): counts from now on. Functions that ran before are not known as such.
void start(const Args& args) {
  if (profiler != nullptr) return;
  Realm& realm = Realm::from(args);
  profiler = std::make_unique<Profiler>(args.GetIsolate(), realm.context());
  realm.at_exit([] { profiler.reset(); });
  profiler->ask("Profiler.enable", "{}");
  profiler->ask("Profiler.startPreciseCoverage", R"({"callCount":true,"detailed":true})");
}

// take() -> the JSON text of the answer, {"id", "result": {"result": [{scriptId, url, functions}]}}; undefined when not
// counting. The counts go on from where they are.
void take(const Args& args) {
  if (profiler == nullptr) return;
  auto answer = profiler->ask("Profiler.takePreciseCoverage", "{}");
  if (answer == nullptr) return;
  v8::Isolate* isolate = args.GetIsolate();
  v8_inspector::StringView view = answer->string();
  int length = static_cast<int>(view.length());
  v8::MaybeLocal<v8::String> made =
      view.is8Bit() ? v8::String::NewFromOneByte(isolate, view.characters8(), v8::NewStringType::kNormal, length)
                    : v8::String::NewFromTwoByte(isolate, view.characters16(), v8::NewStringType::kNormal, length);
  v8::Local<v8::String> text;
  if (made.ToLocal(&text)) args.GetReturnValue().Set(text);
}

// stop(): counts no more.
void stop(const Args&) {
  if (profiler == nullptr) return;
  profiler->ask("Profiler.stopPreciseCoverage", "{}");
  profiler->ask("Profiler.disable", "{}");
}

constexpr Method kMethods[] = {{"start", start}, {"take", take}, {"stop", stop}};

}  // namespace

extern const Binding binding_coverage;
const Binding binding_coverage{"coverage", kMethods};

}  // namespace pkg::runtime
