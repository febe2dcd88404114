#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include <uv.h>
#include <v8.h>

#include <nodejs/deps/v8/include/v8-inspector.h>

#include "resolver/base/result.h"
#include "runtime/inspector/session.h"

namespace pkg::runtime {

class InspectorServer;
class Realm;

// V8's inspector of one realm: the contexts it knows, the sessions that are connected, and the pauses of its debugger.
// Made when it is first asked for and deleted when the realm ends; a program that never asks pays nothing.
class InspectorAgent final : public v8_inspector::V8InspectorClient {
 public:
  // The realm's agent.
  static InspectorAgent& of(Realm& realm);
  // The same, null when nobody has asked for it.
  static InspectorAgent* active(Realm& realm);
  // The main thread's, from any thread; null when it has none. A worker's existence makes one.
  static InspectorAgent* of_main_thread();

  ~InspectorAgent() override;

  // The session lasts as long as the pointer; it must not be dropped while its dispatch() runs.
  std::unique_ptr<InspectorSession> connect(InspectorSession::Receive receive, bool waits);

  // The server for debuggers; null when it is not open.
  InspectorServer* server() { return server_.get(); }
  // Opens it. Errors: those of InspectorServer::start.
  Result<void> open(const std::string& host, int port);
  void close();

  // Stands still until a frontend asks to go on (Runtime.runIfWaitingForDebugger).
  void wait_for_frontend();
  bool is_waiting() const { return is_waiting_; }
  // The next statement that runs is one at which the debugger of each session stops.
  void pause_on_next_statement();
  // The program is over: waits until frontends that would see its end have seen it.
  void wait_for_disconnect();

  // A context that a debugger should know of besides the realm's own.
  void context_created(v8::Local<v8::Context> context, std::string_view name, std::string_view origin);
  void context_destroyed(v8::Local<v8::Context> context);

  // Tells every session of an error that nobody caught: Runtime.exceptionThrown.
  void uncaught(v8::Local<v8::Value> error, v8::Local<v8::Message> message);

  // Runs `task` on the realm's thread, as soon as it can: out of the loop, between two statements, or in a pause.
  // Any thread, while the realm lives.
  void post(std::function<void()> task);

  // Asynchronous work, for stack traces that reach beyond it; `id` is an async id, of Node's async_hooks.
  void async_scheduled(v8_inspector::StringView name, double id, bool recurring);
  void async_canceled(double id);
  void async_started(double id);
  void async_finished(double id);
  // Called when the first session asks for such traces (true), and when none does any more.
  void on_async_depth(std::function<void(bool wanted)> listener);
  // Called with the object that holds what a debugger's console has in scope, to add to it.
  void on_command_line(std::function<void(v8::Local<v8::Object>)> listener) {
    command_line_listener_ = std::move(listener);
  }

  v8_inspector::V8Inspector& v8() { return *inspector_; }
  Realm& realm() { return realm_; }

  static constexpr int kContextGroup = 1;

 private:
  friend class InspectorSession;
  struct Timer;

  explicit InspectorAgent(Realm& realm);
  void run_tasks();
  // Runs what is posted, and waits for more, as long as `lasts()`.
  void run_tasks_while(const std::function<bool()>& lasts);
  bool has_waiting_session() const;

  void runMessageLoopOnPause(int) override;
  void quitMessageLoopOnPause() override { paused_ = false; }
  void runIfWaitingForDebugger(int) override { is_waiting_ = false; }
  v8::Local<v8::Context> ensureDefaultContextInGroup(int) override;
  double currentTimeMS() override;
  void startRepeatingTimer(double seconds, TimerCallback callback, void* data) override;
  void cancelTimer(void* data) override;
  void maxAsyncCallStackDepthChanged(int depth) override;
  std::unique_ptr<v8_inspector::StringBuffer> resourceNameToUrl(const v8_inspector::StringView& name) override;
  void installAdditionalCommandLineAPI(v8::Local<v8::Context> context, v8::Local<v8::Object> api) override;

  Realm& realm_;
  std::unique_ptr<v8_inspector::V8Inspector> inspector_;
  std::vector<InspectorSession*> sessions_;
  std::map<void*, Timer*> timers_;
  std::function<void(bool)> async_listener_;
  std::function<void(v8::Local<v8::Object>)> command_line_listener_;
  bool wants_async_ = false;
  bool paused_ = false;
  bool is_waiting_ = false;
  bool running_tasks_ = false;

  std::mutex mutex_;  // of what follows
  std::condition_variable arrived_;
  std::deque<std::function<void()>> tasks_;
  uv_async_t* wake_ = nullptr;

  std::unique_ptr<InspectorServer> server_;
};

}  // namespace pkg::runtime
