#pragma once

#include <array>
#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <uv.h>
#include <v8.h>

#include "runtime/core/platform.h"

namespace pkg::runtime {

// JavaScript values that C++ keeps for the life of a realm. They are carried
// through the snapshot, so nothing here may be a wrapped C++ object.
enum class Slot : int {
  kPrimordials,
  kProcess,
  kRequireBuiltin,           // require(id) -> exports, for builtins
  kInternalBinding,          // internalBinding(name) -> object
  kTickInfo,                 // Uint8Array: [has tick scheduled, has rejection to warn]
  kImmediateInfo,            // Uint32Array: [count, ref count, has outstanding]
  kTimerInfo,                // Int32Array: [active ref'd timers]
  kTickCallback,             // processTicksAndRejections()
  kPromiseRejectCallback,    // (type, promise, reason)
  kProcessImmediate,         // ()
  kProcessTimers,            // (now ms) -> next expiry ms, negative when unref'd, 0 when none
  kUncaught,                 // (error, fromPromise) -> bool handled
  kEmitBeforeExit,           // ()
  kEmitExit,                 // (code?) -> exit code
  kPrepareStackTrace,        // (error, callsites) -> string
  kImportModuleDynamically,  // see modules/
  kInitializeImportMeta,     // see modules/
  kDomException,             // (message, name) -> DOMException
  kBufferPrototype,          // Buffer.prototype, that C++ puts on new Uint8Arrays
  kStatArray,                // see bindings/fs
  kBigStatArray,
  kErrorsModule,
  kUrlUpdate,
  kWasmWebApi,
  kFsUseFloat64StatFs,
  kModuleWarning,  // (code, message): deprecations met while resolving
  kAsyncInit,      // async_hooks' functions, see core/async_hooks.h
  kAsyncBefore,
  kAsyncAfter,
  kAsyncDestroy,
  kStreamState,     // see core/stream_wrap.h
  kTcpConstructor,  // classes of the handles a connection or an IPC channel brings
  kPipeConstructor,
  kUdpConstructor,
  kMessagePortConstructor,
  kCloneDomException,
  kReviveTransferred,  // (info, data) -> object, see core/message.h
  kHttp2Callbacks,     // see bindings/http2/session.h
  kPermissionDenied,   // (permission, resource), see core/permission.h
  kSpare0,             // for a binding's own use; name it here when you take one
  kSpare1,
  kSpare2,
  kSpare3,
  kSpare4,
  kSpare5,
  kCount
};

class Environment;
class ObjectWrap;
struct Options;

struct RealmOptions {
  std::vector<std::string> argv;       // [execPath, script?, args...]
  std::vector<std::string> exec_argv;  // the runtime's own flags
  std::string exec_path;
  // Of a worker; the main thread's are the process's own.
  std::uint64_t thread_id = 0;
  std::shared_ptr<Options> command_line;
  std::shared_ptr<Environment> environment;
  // Ends a worker in place of the process, with this exit code: JavaScript stops at once.
  std::function<void(int code)> on_exit;
  // Waits for what V8 does on other threads and runs what that leads to here; false when there was nothing to run.
  std::function<bool()> finish_background_work;
};

// A context with its loop, bindings and module maps; one for each isolate. All
// members are for the isolate's thread alone unless they say otherwise.
class Realm {
 public:
  // Makes the realm in `isolate` (entered, with a handle scope), from the
  // snapshot's context 0 when `from_snapshot`, else by running the bootstrap.
  Realm(v8::Isolate* isolate, uv_loop_t* loop, bool from_snapshot, v8::SnapshotCreator* creator = nullptr);
  ~Realm();
  Realm(const Realm&) = delete;
  Realm& operator=(const Realm&) = delete;

  static Realm* from(v8::Isolate* isolate) { return static_cast<Realm*>(isolate->GetData(0)); }
  template <typename T>
  static Realm& from(const v8::FunctionCallbackInfo<T>& args) {
    return *from(args.GetIsolate());
  }

  v8::Isolate* isolate() const { return isolate_; }
  uv_loop_t* loop() const { return loop_; }
  v8::Local<v8::Context> context() const { return context_.Get(isolate_); }
  RealmOptions& options() { return options_; }

  v8::Local<v8::Value> get(Slot slot) const { return slots_[static_cast<int>(slot)].Get(isolate_); }
  bool has(Slot slot) const { return !slots_[static_cast<int>(slot)].IsEmpty(); }
  void set(Slot slot, v8::Local<v8::Value> value) { slots_[static_cast<int>(slot)].Reset(isolate_, value); }
  v8::Local<v8::Function> function(Slot slot) const { return get(slot).As<v8::Function>(); }

  // Calls into JavaScript from the loop: opens the scopes, calls, and when this
  // is the outermost call drains ticks and microtasks. What is thrown becomes an
  // uncaught exception; then, and when the realm is stopping, the result is
  // empty. `frame` is the async context to run in (undefined: none).
  v8::MaybeLocal<v8::Value> call(v8::Local<v8::Value> receiver, v8::Local<v8::Function> function, int argc,
                                 v8::Local<v8::Value>* argv, v8::Local<v8::Value> frame = {});

  // The builtin `id`'s exports, loading it when needed. Aborts if it throws.
  v8::Local<v8::Value> require_builtin(std::string_view id);

  // internalBinding(name)'s object; throws ERR_INVALID_MODULE-like Error when
  // there is none.
  v8::MaybeLocal<v8::Object> internal_binding(std::string_view name);

  // Handles an exception nobody caught: 'uncaughtException' listeners, else it
  // is printed as Node prints it and the process exits (code 1, or 7 when a
  // listener threw).
  void trigger_uncaught(v8::Local<v8::Value> error, v8::Local<v8::Message> message, bool from_promise = false);

  // Told of each error that ends the program, after it was printed.
  void on_uncaught(std::function<void(v8::Local<v8::Value> error, v8::Local<v8::Message> message)> listener) {
    report_uncaught_ = std::move(listener);
  }

  // Prints as Node does before exiting: place, source line, caret, stack.
  void print_exception(v8::Local<v8::Value> error, v8::Local<v8::Message> message);

  bool can_call_js() const { return !stopping_ && !isolate_->IsExecutionTerminating(); }
  void stop_calls() { stopping_ = true; }  // any thread

  // Runs the loop until nothing is left, then emits beforeExit and exit.
  // Returns the exit code.
  int spin();

  // Ends the process with `code`, skipping what is still pending. In a worker it returns, and no JavaScript runs after.
  void exit(int code);

  bool is_main_thread() const { return options_.thread_id == 0; }
  // What the command line says to this thread.
  const Options& command_line() const;

  // Ends a realm before the process: runs the exit hooks, closes every handle, waits for requests that cannot be
  // cancelled, and deletes the wrapped objects. Afterwards only the destructor may be called.
  void close();

  // The class `name` of a binding, as JavaScript sees it.
  v8::MaybeLocal<v8::Function> binding_class(std::string_view binding, std::string_view name);

  // Timers and immediates.
  void schedule_timer(std::int64_t ms);
  void toggle_timer_ref(bool ref);
  void toggle_immediate_ref(bool ref);
  double now();  // ms of the loop's clock since the realm began

  // Registered clean-up runs in reverse order when the realm is destroyed.
  void at_exit(std::function<void()> cleanup) { cleanups_.push_back(std::move(cleanup)); }

  // Run before the process ends, the latest first, on the realm's thread. An add-on's clean-up.
  void add_exit_hook(void (*hook)(void*), void* argument) { exit_hooks_.emplace_back(hook, argument); }
  void remove_exit_hook(void (*hook)(void*), void* argument) { std::erase(exit_hooks_, std::pair(hook, argument)); }

  // Drains ticks, microtasks and rejections, as after every callback.
  void drain();

  // The same between events that are told in a row under one CallbackScope, as when a protocol's engine reads many
  // frames at once; nothing while another callback, or JavaScript, is below.
  void drain_between() {
    if (depth_ == 1) drain();
  }

  // Whether the main script has returned to the loop.
  bool main_is_done() const { return main_is_done_; }

  std::uint64_t time_origin() const { return time_origin_; }  // uv_hrtime at start, ns
  std::uint64_t loop_start() const { return loop_start_; }    // the same when the loop began; 0 before
  void begin_loop() {
    if (loop_start_ == 0) loop_start_ = uv_hrtime();
  }  // at the latest by spin()

  // Adds slots and context to the blob that `creator` will make.
  void add_to_snapshot(v8::SnapshotCreator& creator);

 private:
  friend class CallbackScope;
  friend class ObjectWrap;
  void bootstrap();
  void init_handles();
  std::uint8_t* tick_info() const { return tick_info_; }
  void map_shared_arrays();
  void run_exit_hooks();
  void run_timers();
  void check_immediate();

  v8::Isolate* isolate_;
  uv_loop_t* loop_;
  RealmOptions options_;
  v8::Global<v8::Context> context_;
  std::array<v8::Global<v8::Value>, static_cast<int>(Slot::kCount)> slots_;
  int depth_ = 0;
  std::atomic<bool> stopping_ = false;
  bool main_is_done_ = false;
  bool has_handles_ = false;
  // Backing stores of the slots' arrays; shared with JavaScript.
  std::uint8_t* tick_info_ = nullptr;
  std::uint32_t* immediate_info_ = nullptr;
  std::int32_t* timer_info_ = nullptr;
  std::uint64_t time_origin_ = 0;
  std::uint64_t loop_start_ = 0;
  std::uint64_t timer_base_ = 0;
  uv_timer_t timer_;
  uv_check_t immediate_check_;
  uv_idle_t immediate_idle_;
  std::vector<std::function<void()>> cleanups_;
  std::function<void(v8::Local<v8::Value>, v8::Local<v8::Message>)> report_uncaught_;
  std::vector<std::pair<void (*)(void*), void*>> exit_hooks_;
  ObjectWrap* first_wrap_ = nullptr;  // of all that live
};

// Brackets work that enters JavaScript from the loop. The outermost one drains
// ticks and microtasks when it ends.
class CallbackScope {
 public:
  explicit CallbackScope(Realm& realm) : realm_(realm) { ++realm_.depth_; }
  ~CallbackScope() {
    if (--realm_.depth_ == 0) realm_.drain();
  }
  CallbackScope(const CallbackScope&) = delete;
  CallbackScope& operator=(const CallbackScope&) = delete;

 private:
  Realm& realm_;
};

}  // namespace pkg::runtime
