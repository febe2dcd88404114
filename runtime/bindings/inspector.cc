// Sessions with V8's inspector, for JavaScript. Spec: Node's doc/api/inspector.md.

#include <atomic>
#include <string>

#include "runtime/core/binding.h"
#include "runtime/core/object_wrap.h"
#include "runtime/core/permission.h"
#include "runtime/core/strings.h"
#include "runtime/inspector/agent.h"
#include "runtime/inspector/server.h"

namespace pkg::runtime {

namespace {

using Args = v8::FunctionCallbackInfo<v8::Value>;
using v8_inspector::StringView;

v8::MaybeLocal<v8::String> to_v8(v8::Isolate* isolate, const StringView& view) {
  int length = static_cast<int>(view.length());
  return view.is8Bit() ? v8::String::NewFromOneByte(isolate, view.characters8(), v8::NewStringType::kNormal, length)
                       : v8::String::NewFromTwoByte(isolate, view.characters16(), v8::NewStringType::kNormal, length);
}

std::u16string to_wide(v8::Isolate* isolate, v8::Local<v8::Value> text) {
  v8::String::Value chars(isolate, text);
  return {reinterpret_cast<const char16_t*>(*chars), static_cast<std::size_t>(chars.length())};
}

StringView view_of(const std::u16string& text) {
  return {reinterpret_cast<const std::uint16_t*>(text.data()), text.size()};
}

// A session that a worker has with the main thread's inspector: each side touches its own half alone.
struct RemoteSession {
  InspectorAgent* main;
  InspectorAgent* worker;
  std::unique_ptr<InspectorSession> session;           // the main thread's
  std::function<void(const std::u16string&)> deliver;  // the worker's; null once it disconnected
  std::atomic<bool> worker_is_there = true;
};

// A connected session; its messages go to the callback, each as a string.
class Connection final : public ObjectWrap {
 public:
  Connection(Realm& realm, v8::Local<v8::Object> object, v8::Local<v8::Function> callback, InspectorAgent* main)
      : ObjectWrap(realm, object), callback_(realm.isolate(), callback) {
    if (!main) {
      session_ = InspectorAgent::of(realm).connect([this](const StringView& message) { receive(message); }, false);
      return;
    }
    remote_ = std::make_shared<RemoteSession>();
    remote_->main = main;
    remote_->worker = &InspectorAgent::of(realm);
    remote_->deliver = [this](const std::u16string& message) { receive(view_of(message)); };
    main->post([remote = remote_] {
      remote->session = remote->main->connect(
          [remote = remote.get()](const StringView& view) {
            v8::Isolate* isolate = v8::Isolate::GetCurrent();
            v8::HandleScope scope(isolate);
            v8::Local<v8::String> text;
            if (!to_v8(isolate, view).ToLocal(&text) || !remote->worker_is_there) return;
            remote->worker->post([remote, message = to_wide(isolate, text)] {
              if (remote->deliver) remote->deliver(message);
            });
          },
          true);
    });
  }

  void dispatch(v8::Local<v8::String> message) {
    std::u16string text = to_wide(isolate(), message);
    if (remote_) {
      remote_->main->post([remote = remote_, text = std::move(text)] {
        if (remote->session) remote->session->dispatch(view_of(text));
      });
      return;
    }
    if (!session_) return;
    ++depth_;
    session_->dispatch(view_of(text));
    if (--depth_ == 0 && is_over_) session_.reset();
  }

  void disconnect() {
    // V8 answers what is still open when its session ends.
    if (depth_ == 0) session_.reset();
    is_over_ = true;
    if (!remote_) return;
    remote_->worker_is_there = false;
    remote_->deliver = nullptr;
    remote_->main->post([remote = remote_] { remote->session.reset(); });
    remote_.reset();
  }

  void shut_down() override { disconnect(); }

 private:
  void receive(const StringView& message) {
    if (is_over_ || !realm().can_call_js()) return;
    v8::HandleScope scope(isolate());
    v8::Context::Scope context_scope(realm().context());
    v8::Local<v8::String> text;
    if (!to_v8(isolate(), message).ToLocal(&text)) return;
    v8::TryCatch try_catch(isolate());
    try_catch.SetVerbose(true);
    v8::Local<v8::Value> argument = text;
    std::ignore = callback_.Get(isolate())->Call(realm().context(), object(), 1, &argument);
  }

  v8::Global<v8::Function> callback_;
  std::unique_ptr<InspectorSession> session_;
  std::shared_ptr<RemoteSession> remote_;
  int depth_ = 0;
  bool is_over_ = false;
};

// new Connection(onMessage(text), toMainThread)
void connection_construct(const Args& args) {
  if (Permission::refuses(Realm::from(args), Permission::kInspector, "connect")) return;
  Realm& realm = Realm::from(args);
  InspectorAgent* main = args[1]->IsTrue() ? InspectorAgent::of_main_thread() : nullptr;
  auto* made = new Connection(realm, args.This(), args[0].As<v8::Function>(), main);
  made->hold();  // it is connected, whoever looks
}
// dispatch(text): one request of the protocol, as JSON
void connection_dispatch(const Args& args) {
  if (auto* self = ObjectWrap::self<Connection>(args)) self->dispatch(args[0].As<v8::String>());
}
void connection_disconnect(const Args& args) {
  auto* self = ObjectWrap::self<Connection>(args);
  if (!self) return;
  self->disconnect();
  self->release();
}

// consoleCall(inspectorMethod, consoleMethod, ...args): calls both with `this` and the rest, the first one only where
// it is not the inspector itself that prints. In C++ so that the stack V8 looks at begins with the caller of the
// console.
void console_call(const Args& args) {
  thread_local bool is_inside = false;
  Realm& realm = Realm::from(args);
  v8::Local<v8::Context> context = realm.context();
  std::vector<v8::Local<v8::Value>> rest;
  for (int i = 2; i < args.Length(); ++i) rest.push_back(args[i]);
  int count = static_cast<int>(rest.size());
  if (!is_inside && InspectorAgent::active(realm)) {
    is_inside = true;
    bool is_done = !args[0].As<v8::Function>()->Call(context, args.This(), count, rest.data()).IsEmpty();
    is_inside = false;
    if (!is_done) return;
  }
  v8::Local<v8::Value> result;
  if (args[1].As<v8::Function>()->Call(context, args.This(), count, rest.data()).ToLocal(&result))
    args.GetReturnValue().Set(result);
}

// `function`, called with one value whenever the realm can run JavaScript.
std::function<void(v8::Local<v8::Value>)> listener_of(Realm& realm, v8::Local<v8::Value> function) {
  auto kept = std::make_shared<v8::Global<v8::Function>>(realm.isolate(), function.As<v8::Function>());
  return [&realm, kept](v8::Local<v8::Value> argument) {
    if (!realm.can_call_js()) return;
    std::ignore = kept->Get(realm.isolate())->Call(realm.context(), v8::Undefined(realm.isolate()), 1, &argument);
  };
}

// onAsyncDepth(listener(wanted)): told whether a debugger wants stacks that reach beyond asynchronous calls
void on_async_depth(const Args& args) {
  Realm& realm = Realm::from(args);
  InspectorAgent::of(realm).on_async_depth([&realm, listener = listener_of(realm, args[0])](bool wanted) {
    v8::HandleScope scope(realm.isolate());
    listener(v8::Boolean::New(realm.isolate(), wanted));
  });
}
// onCommandLine(listener(api)): given the object of what a debugger's console has in scope
void on_command_line(const Args& args) {
  Realm& realm = Realm::from(args);
  InspectorAgent::of(realm).on_command_line(listener_of(realm, args[0]));
}

// asyncTaskScheduled(type, asyncId, recurring)
void async_task_scheduled(const Args& args) {
  auto* agent = InspectorAgent::active(Realm::from(args));
  if (!agent) return;
  std::u16string name = to_wide(args.GetIsolate(), args[0]);
  agent->async_scheduled(view_of(name), args[1].As<v8::Number>()->Value(), args[2]->IsTrue());
}
template <void (InspectorAgent::*Tell)(double)>
void async_task(const Args& args) {
  if (auto* agent = InspectorAgent::active(Realm::from(args))) (agent->*Tell)(args[0].As<v8::Number>()->Value());
}

// open(host, port) -> undefined, or why not
void open(const Args& args) {
  if (Permission::refuses(Realm::from(args), Permission::kInspector, "open")) return;
  v8::Isolate* isolate = args.GetIsolate();
  auto opened = InspectorAgent::of(Realm::from(args)).open(to_utf8(isolate, args[0]), args[1].As<v8::Int32>()->Value());
  if (!opened) args.GetReturnValue().Set(text(isolate, opened.error().message));
}
// close(): every frontend is disconnected when it returns
void close(const Args& args) {
  if (auto* agent = InspectorAgent::active(Realm::from(args))) agent->close();
}
// url() -> string; undefined when the server is not open
void url(const Args& args) {
  auto* agent = InspectorAgent::active(Realm::from(args));
  if (agent && agent->server()) args.GetReturnValue().Set(text(args.GetIsolate(), agent->server()->url()));
}
// port() -> number, of an open server
void port(const Args& args) {
  auto* agent = InspectorAgent::active(Realm::from(args));
  if (agent && agent->server()) args.GetReturnValue().Set(agent->server()->port());
}
// waitForDebugger(): until a frontend says to go on
void wait_for_debugger(const Args& args) { InspectorAgent::of(Realm::from(args)).wait_for_frontend(); }

// callAndPauseOnStart(function, this, ...args): a debugger stops at the function's first statement
void call_and_pause(const Args& args) {
  Realm& realm = Realm::from(args);
  std::vector<v8::Local<v8::Value>> rest;
  for (int i = 2; i < args.Length(); ++i) rest.push_back(args[i]);
  InspectorAgent::of(realm).pause_on_next_statement();
  v8::Local<v8::Value> result;
  if (args[0]
          .As<v8::Function>()
          ->Call(realm.context(), args[1], static_cast<int>(rest.size()), rest.data())
          .ToLocal(&result))
    args.GetReturnValue().Set(result);
}

constexpr Method kPrototype[] = {{"dispatch", connection_dispatch}, {"disconnect", connection_disconnect}};

void init(Realm& realm, v8::Local<v8::Object> target) {
  set_class(realm, target, "Connection", make_class(realm, "Connection", connection_construct, kPrototype));
}

constexpr Method kMethods[] = {{"open", open},
                               {"close", close},
                               {"url", url},
                               {"port", port},
                               {"waitForDebugger", wait_for_debugger},
                               {"callAndPauseOnStart", call_and_pause},
                               {"consoleCall", console_call},
                               {"onAsyncDepth", on_async_depth},
                               {"onCommandLine", on_command_line},
                               {"asyncTaskScheduled", async_task_scheduled},
                               {"asyncTaskCanceled", async_task<&InspectorAgent::async_canceled>},
                               {"asyncTaskStarted", async_task<&InspectorAgent::async_started>},
                               {"asyncTaskFinished", async_task<&InspectorAgent::async_finished>}};
constexpr Method kCallbacks[] = {
    {"Connection", connection_construct}, {"dispatch", connection_dispatch}, {"disconnect", connection_disconnect}};

}  // namespace

extern const Binding binding_inspector;
const Binding binding_inspector{"inspector", kMethods, init, kCallbacks};

}  // namespace pkg::runtime
