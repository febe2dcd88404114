#include "runtime/inspector/agent.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>

#include <ada.h>

#include "runtime/core/realm.h"
#include "runtime/core/strings.h"
#include "runtime/inspector/server.h"
#include "runtime/modules/contextify.h"

namespace pkg::runtime {

using v8_inspector::StringBuffer;
using v8_inspector::StringView;

namespace {

// Of this thread; a realm has a thread of its own. The main thread's lives until the process ends.
thread_local InspectorAgent* agent = nullptr;
// The main thread's, for workers.
std::atomic<InspectorAgent*> main_agent = nullptr;

std::string to_string(const StringView& view) {
  if (view.is8Bit()) return {reinterpret_cast<const char*>(view.characters8()), view.length()};
  v8::Isolate* isolate = v8::Isolate::GetCurrent();
  v8::HandleScope scope(isolate);
  v8::Local<v8::String> text;
  if (!v8::String::NewFromTwoByte(isolate, view.characters16(), v8::NewStringType::kNormal,
                                  static_cast<int>(view.length()))
           .ToLocal(&text))
    return {};
  return to_utf8(isolate, text);
}

// The text of a value, in the two-byte form that keeps every character.
struct WideText {
  WideText(v8::Isolate* isolate, v8::Local<v8::Value> value) : chars(isolate, value) {}
  StringView view() const { return {*chars, static_cast<std::size_t>(chars.length())}; }
  v8::String::Value chars;
};

// V8 tells tasks apart by address, which only has to be unlike any other's: async ids are positive, twice one is even.
void* task_of(double id) { return reinterpret_cast<void*>(static_cast<std::uintptr_t>(id) << 1); }

}  // namespace

struct InspectorAgent::Timer {
  uv_timer_t handle;
  TimerCallback callback;
  void* data;
};

InspectorAgent& InspectorAgent::of(Realm& realm) {
  if (!agent) {
    agent = new InspectorAgent(realm);
    realm.at_exit([] { delete std::exchange(agent, nullptr); });
    realm.on_uncaught([](v8::Local<v8::Value> error, v8::Local<v8::Message> message) {
      if (agent) agent->uncaught(error, message);
    });
    if (realm.is_main_thread()) main_agent = agent;
  }
  return *agent;
}

InspectorAgent* InspectorAgent::active(Realm&) { return agent; }

InspectorAgent* InspectorAgent::of_main_thread() { return main_agent; }

InspectorAgent::InspectorAgent(Realm& realm) : realm_(realm) {
  v8::HandleScope scope(realm.isolate());
  inspector_ = v8_inspector::V8Inspector::create(realm.isolate(), this);
  std::string name = "node[" + std::to_string(::getpid()) + "]";
  std::string flags = R"({"isDefault":true})";
  v8_inspector::V8ContextInfo info(realm.context(), kContextGroup, inspector_view(name));
  info.auxData = inspector_view(flags);
  inspector_->contextCreated(info);
  int count = 0;
  ContextifyContext::for_each([&](ContextifyContext& each) {
    if (!each.context().IsEmpty()) context_created(each.context(), "VM Context " + std::to_string(++count), "");
  });
  wake_ = new uv_async_t;
  wake_->data = this;
  uv_async_init(realm.loop(), wake_, [](uv_async_t* handle) {
    auto* self = static_cast<InspectorAgent*>(handle->data);
    v8::HandleScope handles(self->realm_.isolate());
    v8::Context::Scope context(self->realm_.context());
    CallbackScope callback(self->realm_);
    self->run_tasks();
  });
  uv_unref(reinterpret_cast<uv_handle_t*>(wake_));
}

InspectorAgent::~InspectorAgent() {
  if (main_agent == this) main_agent = nullptr;
  server_.reset();
  v8::HandleScope scope(realm_.isolate());
  inspector_->contextDestroyed(realm_.context());
  while (!timers_.empty()) cancelTimer(timers_.begin()->first);
  uv_close(reinterpret_cast<uv_handle_t*>(wake_),
           [](uv_handle_t* handle) { delete reinterpret_cast<uv_async_t*>(handle); });
}

std::unique_ptr<InspectorSession> InspectorAgent::connect(InspectorSession::Receive receive, bool waits) {
  return std::make_unique<InspectorSession>(*this, std::move(receive), waits);
}

void InspectorAgent::context_created(v8::Local<v8::Context> context, std::string_view name, std::string_view origin) {
  v8_inspector::V8ContextInfo info(context, kContextGroup, inspector_view(name));
  std::string flags = R"({"isDefault":false})";
  info.auxData = inspector_view(flags);
  info.origin = inspector_view(origin);
  inspector_->contextCreated(info);
}

void InspectorAgent::context_destroyed(v8::Local<v8::Context> context) { inspector_->contextDestroyed(context); }

void InspectorAgent::uncaught(v8::Local<v8::Value> error, v8::Local<v8::Message> message) {
  v8::Isolate* isolate = realm_.isolate();
  v8::Local<v8::Context> context = realm_.context();
  if (message.IsEmpty()) message = v8::Exception::CreateMessage(isolate, error);
  v8::Local<v8::StackTrace> trace = message->GetStackTrace();
  int script = message->GetScriptOrigin().ScriptId();
  // The place is that of the first frame when the trace begins in the same script.
  if (!trace.IsEmpty() && trace->GetFrameCount() > 0 && script == trace->GetFrame(isolate, 0)->GetScriptId())
    script = 0;
  WideText detail(isolate, message->Get()), url(isolate, message->GetScriptResourceName());
  inspector_->exceptionThrown(context, inspector_view("Uncaught"), error, detail.view(), url.view(),
                              static_cast<unsigned>(message->GetLineNumber(context).FromMaybe(0)),
                              static_cast<unsigned>(message->GetStartColumn(context).FromMaybe(0)),
                              inspector_->createStackTrace(trace), script);
}

void InspectorAgent::post(std::function<void()> task) {
  {
    std::lock_guard lock(mutex_);
    tasks_.push_back(std::move(task));
  }
  arrived_.notify_all();
  uv_async_send(wake_);
  realm_.isolate()->RequestInterrupt([](v8::Isolate*, void* data) { static_cast<InspectorAgent*>(data)->run_tasks(); },
                                     this);
}

void InspectorAgent::run_tasks() {
  // A task may lead to a pause, whose tasks runMessageLoopOnPause runs.
  if (running_tasks_) return;
  running_tasks_ = true;
  for (;;) {
    std::function<void()> task;
    {
      std::lock_guard lock(mutex_);
      if (tasks_.empty()) break;
      task = std::move(tasks_.front());
      tasks_.pop_front();
    }
    v8::HandleScope handles(realm_.isolate());
    task();
  }
  running_tasks_ = false;
}

bool InspectorAgent::has_waiting_session() const {
  return std::any_of(sessions_.begin(), sessions_.end(), [](InspectorSession* each) { return each->waits(); });
}

void InspectorAgent::run_tasks_while(const std::function<bool()>& lasts) {
  bool outer = std::exchange(running_tasks_, false);
  while (lasts()) {
    {
      std::unique_lock lock(mutex_);
      arrived_.wait(lock, [this] { return !tasks_.empty(); });
    }
    run_tasks();
  }
  running_tasks_ = outer;
}

void InspectorAgent::runMessageLoopOnPause(int) {
  if (paused_) return;
  paused_ = true;
  run_tasks_while([this] { return paused_ && has_waiting_session(); });
  paused_ = false;
}

Result<void> InspectorAgent::open(const std::string& host, int port) {
  PKG_TRY(server_, InspectorServer::start(*this, host, port));
  return {};
}

void InspectorAgent::close() { server_.reset(); }

void InspectorAgent::wait_for_frontend() {
  is_waiting_ = true;
  run_tasks_while([this] { return is_waiting_; });
}

void InspectorAgent::pause_on_next_statement() {
  for (InspectorSession* session : sessions_)
    session->v8().schedulePauseOnNextStatement(inspector_view("Break on start"), inspector_view("{}"));
}

void InspectorAgent::wait_for_disconnect() {
  if (!server_ || !has_waiting_session()) return;
  inspector_->contextDestroyed(realm_.context());
  std::fprintf(stderr, "Waiting for the debugger to disconnect...\n");
  run_tasks_while([this] { return has_waiting_session(); });
}

v8::Local<v8::Context> InspectorAgent::ensureDefaultContextInGroup(int) { return realm_.context(); }

double InspectorAgent::currentTimeMS() {
  return std::chrono::duration<double, std::milli>(std::chrono::system_clock::now().time_since_epoch()).count();
}

void InspectorAgent::startRepeatingTimer(double seconds, TimerCallback callback, void* data) {
  auto* timer = new Timer{{}, callback, data};
  timer->handle.data = timer;
  uv_timer_init(realm_.loop(), &timer->handle);
  auto ms = static_cast<std::uint64_t>(seconds * 1000);
  uv_timer_start(
      &timer->handle,
      [](uv_timer_t* handle) {
        auto* each = static_cast<Timer*>(handle->data);
        each->callback(each->data);
      },
      ms, ms);
  uv_unref(reinterpret_cast<uv_handle_t*>(&timer->handle));
  timers_.emplace(data, timer);
}

void InspectorAgent::cancelTimer(void* data) {
  auto found = timers_.find(data);
  if (found == timers_.end()) return;
  uv_close(reinterpret_cast<uv_handle_t*>(&found->second->handle),
           [](uv_handle_t* handle) { delete static_cast<Timer*>(handle->data); });
  timers_.erase(found);
}

void InspectorAgent::async_scheduled(StringView name, double id, bool recurring) {
  inspector_->asyncTaskScheduled(name, task_of(id), recurring);
}
void InspectorAgent::async_canceled(double id) { inspector_->asyncTaskCanceled(task_of(id)); }
void InspectorAgent::async_started(double id) { inspector_->asyncTaskStarted(task_of(id)); }
void InspectorAgent::async_finished(double id) { inspector_->asyncTaskFinished(task_of(id)); }

void InspectorAgent::on_async_depth(std::function<void(bool)> listener) {
  async_listener_ = std::move(listener);
  if (wants_async_) async_listener_(true);
}

void InspectorAgent::maxAsyncCallStackDepthChanged(int depth) {
  bool wanted = depth > 0;
  if (wanted == wants_async_) return;
  wants_async_ = wanted;
  if (!wanted) inspector_->allAsyncTasksCanceled();
  if (async_listener_) async_listener_(wanted);
}

std::unique_ptr<StringBuffer> InspectorAgent::resourceNameToUrl(const StringView& name) {
  std::string path = to_string(name);
  if (!path.starts_with('/')) return nullptr;
  return StringBuffer::create(inspector_view(ada::href_from_file(path)));
}

void InspectorAgent::installAdditionalCommandLineAPI(v8::Local<v8::Context>, v8::Local<v8::Object> api) {
  if (command_line_listener_) command_line_listener_(api);
}

}  // namespace pkg::runtime
