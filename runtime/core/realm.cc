#include "runtime/core/realm.h"

#include <cstdio>
#include <cstdlib>

#include "resolver/base/result.h"
#include "runtime/core/binding.h"
#include "runtime/core/builtins.h"
#include "runtime/core/object_wrap.h"
#include "runtime/core/options.h"
#include "runtime/core/strings.h"

namespace pkg::runtime {

namespace {

void on_promise_reject(v8::PromiseRejectMessage message) {
  v8::Local<v8::Promise> promise = message.GetPromise();
  v8::Isolate* isolate = v8::Isolate::GetCurrent();
  Realm* realm = Realm::from(isolate);
  if (!realm || !realm->has(Slot::kPromiseRejectCallback) || !realm->can_call_js()) return;
  v8::HandleScope scope(isolate);
  v8::Local<v8::Value> reason = message.GetValue();
  if (reason.IsEmpty()) reason = v8::Undefined(isolate);
  v8::Local<v8::Value> args[] = {v8::Integer::New(isolate, message.GetEvent()), promise, reason};
  // The callback only records; an exception here is one of ours or a stack overflow, and must not escape into V8.
  v8::TryCatch try_catch(isolate);
  std::ignore = realm->function(Slot::kPromiseRejectCallback)
                    ->Call(realm->context(), v8::Undefined(isolate), static_cast<int>(std::size(args)), args);
}

// Exceptions that leave a verbose TryCatch.
void on_message(v8::Local<v8::Message> message, v8::Local<v8::Value> error) {
  v8::Isolate* isolate = v8::Isolate::GetCurrent();
  if (Realm* realm = Realm::from(isolate)) realm->trigger_uncaught(error, message);
}

v8::MaybeLocal<v8::Value> prepare_stack_trace(v8::Local<v8::Context> context, v8::Local<v8::Value> error,
                                              v8::Local<v8::Array> sites) {
  v8::Isolate* isolate = v8::Isolate::GetCurrent();
  Realm* realm = Realm::from(isolate);
  if (!realm || !realm->has(Slot::kPrepareStackTrace)) {
    // Before the error code of the built-ins is there: V8's own layout.
    std::string out = to_utf8(isolate, error);
    for (std::uint32_t i = 0; i < sites->Length(); ++i) {
      v8::Local<v8::Value> site;
      if (!sites->Get(context, i).ToLocal(&site)) return {};
      out += "\n    at " + to_utf8(isolate, site);
    }
    return text(isolate, out);
  }
  v8::Local<v8::Value> args[] = {context->Global(), error, sites};
  return realm->function(Slot::kPrepareStackTrace)->Call(context, v8::Undefined(isolate), 3, args);
}

template <typename T>
T* store_of(v8::Local<v8::Value> array) {
  return static_cast<T*>(array.As<v8::TypedArray>()->Buffer()->Data());
}

}  // namespace

Realm::Realm(v8::Isolate* isolate, uv_loop_t* loop, bool from_snapshot, v8::SnapshotCreator* creator)
    : isolate_(isolate), loop_(loop) {
  isolate->SetData(0, this);
  isolate->SetMicrotasksPolicy(v8::MicrotasksPolicy::kExplicit);
  isolate->SetPromiseRejectCallback(on_promise_reject);
  isolate->SetCaptureStackTraceForUncaughtExceptions(command_line().is_on("--trace-uncaught"));
  time_origin_ = uv_hrtime();
  v8::HandleScope scope(isolate);
  if (from_snapshot) {
    auto context = v8::Context::FromSnapshot(isolate, 0).ToLocalChecked();
    context_.Reset(isolate, context);
    auto present = context->GetDataFromSnapshotOnce<v8::Array>(0).ToLocalChecked();
    for (int i = 0; i < static_cast<int>(Slot::kCount); ++i) {
      v8::Local<v8::Value> value = present->Get(context, i).ToLocalChecked();
      if (!value->IsUndefined()) slots_[i].Reset(isolate, value);
    }
    map_shared_arrays();
  } else {
    context_.Reset(isolate, v8::Context::New(isolate));
    v8::Context::Scope context_scope(context());
    bootstrap();
  }
  isolate->SetPrepareStackTraceCallback(prepare_stack_trace);
  if (creator) return;
  // Listeners live in the heap, as addresses that a snapshot could not carry.
  isolate->AddMessageListenerWithErrorLevel(on_message, v8::Isolate::kMessageError);
  init_handles();
}

Realm::~Realm() {
  stopping_ = true;
  for (auto cleanup = cleanups_.rbegin(); cleanup != cleanups_.rend(); ++cleanup) (*cleanup)();
  isolate_->SetData(0, nullptr);
}

void Realm::add_to_snapshot(v8::SnapshotCreator& creator) {
  v8::HandleScope scope(isolate_);
  v8::Local<v8::Context> context = this->context();
  context->Enter();
  auto present = v8::Array::New(isolate_, static_cast<int>(Slot::kCount));
  for (int i = 0; i < static_cast<int>(Slot::kCount); ++i) {
    v8::Local<v8::Value> value =
        slots_[i].IsEmpty() ? v8::Undefined(isolate_).As<v8::Value>() : slots_[i].Get(isolate_);
    present->Set(context, i, value).Check();
    slots_[i].Reset();
  }
  context->Exit();
  creator.AddContext(context);
  creator.AddData(context, present);
  context_.Reset();
}

void Realm::bootstrap() {
  v8::Local<v8::Context> context = this->context();
  auto shared = [&]<typename A>(Slot slot, std::type_identity<A>, int length, int width) {
    set(slot, A::New(v8::ArrayBuffer::New(isolate_, length * width), 0, length));
  };
  shared(Slot::kTickInfo, std::type_identity<v8::Uint8Array>{}, 2, 1);
  shared(Slot::kImmediateInfo, std::type_identity<v8::Uint32Array>{}, 3, 4);
  shared(Slot::kTimerInfo, std::type_identity<v8::Int32Array>{}, 1, 4);
  map_shared_arrays();

  auto primordials = v8::Object::New(isolate_);
  set(Slot::kPrimordials, primordials);
  auto process = v8::Object::New(isolate_);
  set(Slot::kProcess, process);
  v8::Local<v8::Object> loader = v8::Object::New(isolate_);
  const Binding* builtins = find_binding("builtins");
  set_methods(*this, loader, builtins->methods);
  auto undefined = v8::Undefined(isolate_);
  auto run = [&](const char* id) {
    v8::Local<v8::Function> function;
    v8::Local<v8::Value> args[] = {loader, undefined, undefined, process, undefined, primordials};
    v8::Local<v8::Value> result;
    v8::TryCatch try_catch(isolate_);
    if (!compile_builtin(*this, id).ToLocal(&function) ||
        !function->Call(context, undefined, static_cast<int>(std::size(args)), args).ToLocal(&result)) {
      print_exception(try_catch.Exception(), try_catch.Message());
      std::abort();
    }
    return result;
  };
  run("internal/bootstrap/primordials");
  auto made = run("internal/bootstrap/realm").As<v8::Object>();
  set(Slot::kRequireBuiltin, made->Get(context, intern(isolate_, "require")).ToLocalChecked());
  set(Slot::kInternalBinding, made->Get(context, intern(isolate_, "internalBinding")).ToLocalChecked());
  require_builtin("internal/bootstrap/node");
}

void Realm::map_shared_arrays() {
  tick_info_ = store_of<std::uint8_t>(get(Slot::kTickInfo));
  immediate_info_ = store_of<std::uint32_t>(get(Slot::kImmediateInfo));
  timer_info_ = store_of<std::int32_t>(get(Slot::kTimerInfo));
}

void Realm::init_handles() {
  uv_timer_init(loop_, &timer_);
  uv_check_init(loop_, &immediate_check_);
  uv_idle_init(loop_, &immediate_idle_);
  timer_.data = immediate_check_.data = immediate_idle_.data = this;
  uv_check_start(&immediate_check_, [](uv_check_t* handle) { static_cast<Realm*>(handle->data)->check_immediate(); });
  uv_unref(reinterpret_cast<uv_handle_t*>(&immediate_check_));
  uv_unref(reinterpret_cast<uv_handle_t*>(&timer_));
  uv_update_time(loop_);
  timer_base_ = uv_now(loop_);
  has_handles_ = true;
  at_exit([this] {
    for (auto* handle : {reinterpret_cast<uv_handle_t*>(&timer_), reinterpret_cast<uv_handle_t*>(&immediate_check_),
                         reinterpret_cast<uv_handle_t*>(&immediate_idle_)}) {
      uv_close(handle, nullptr);
    }
  });
}

v8::Local<v8::Value> Realm::require_builtin(std::string_view id) {
  v8::EscapableHandleScope scope(isolate_);
  v8::Local<v8::Value> argument = text(isolate_, id);
  v8::TryCatch try_catch(isolate_);
  v8::Local<v8::Value> result;
  if (!function(Slot::kRequireBuiltin)->Call(context(), v8::Undefined(isolate_), 1, &argument).ToLocal(&result)) {
    print_exception(try_catch.Exception(), try_catch.Message());
    std::abort();
  }
  return scope.Escape(result);
}

v8::MaybeLocal<v8::Object> Realm::internal_binding(std::string_view name) {
  const Binding* binding = find_binding(name);
  if (!binding) {
    isolate_->ThrowException(v8::Exception::Error(text(isolate_, "No such binding: " + std::string(name))));
    return {};
  }
  v8::EscapableHandleScope scope(isolate_);
  auto target = v8::Object::New(isolate_);
  set_methods(*this, target, binding->methods);
  if (binding->init) binding->init(*this, target);
  return scope.Escape(target);
}

v8::MaybeLocal<v8::Value> Realm::call(v8::Local<v8::Value> receiver, v8::Local<v8::Function> function, int argc,
                                      v8::Local<v8::Value>* argv, v8::Local<v8::Value> frame) {
  if (!can_call_js()) return {};
  v8::EscapableHandleScope scope(isolate_);
  v8::Local<v8::Context> context = this->context();
  v8::Context::Scope context_scope(context);
  v8::Local<v8::Value> outer = isolate_->GetContinuationPreservedEmbedderData();
  if (frame.IsEmpty()) frame = v8::Undefined(isolate_);
  CallbackScope callback(*this);
  isolate_->SetContinuationPreservedEmbedderData(frame);
  v8::MaybeLocal<v8::Value> result;
  {
    // Verbose: what is thrown goes to the message listener, that is to trigger_uncaught, with its message.
    v8::TryCatch try_catch(isolate_);
    try_catch.SetVerbose(true);
    result = function->Call(context, receiver, argc, argv);
  }
  isolate_->SetContinuationPreservedEmbedderData(outer);
  v8::Local<v8::Value> value;
  if (!result.ToLocal(&value)) return {};
  return scope.Escape(value);
}

void Realm::drain() {
  if (!can_call_js()) return;
  main_is_done_ = true;
  if (tick_info_[0] == 0) {
    isolate_->PerformMicrotaskCheckpoint();
    if (tick_info_[0] == 0 && tick_info_[1] == 0) return;
  }
  if (!has(Slot::kTickCallback)) return;
  v8::HandleScope scope(isolate_);
  v8::Context::Scope context_scope(context());
  // A throwing tick leaves the queue with more to do: it is called again, with the error reported in between.
  for (;;) {
    ++depth_;
    v8::TryCatch try_catch(isolate_);
    try_catch.SetVerbose(true);
    bool done = !function(Slot::kTickCallback)->Call(context(), get(Slot::kProcess), 0, nullptr).IsEmpty();
    --depth_;
    if (done || !can_call_js()) return;
    if (tick_info_[0] == 0) {
      isolate_->PerformMicrotaskCheckpoint();
      if (tick_info_[0] == 0 && tick_info_[1] == 0) return;
    }
  }
}

void Realm::trigger_uncaught(v8::Local<v8::Value> error, v8::Local<v8::Message> message, bool from_promise) {
  if (!can_call_js()) return;
  v8::HandleScope scope(isolate_);
  v8::Context::Scope context_scope(context());
  int code = 1;
  if (has(Slot::kUncaught)) {
    v8::TryCatch try_catch(isolate_);
    v8::Local<v8::Value> args[] = {error, v8::Boolean::New(isolate_, from_promise)};
    v8::Local<v8::Value> handled;
    ++depth_;
    bool answered = function(Slot::kUncaught)->Call(context(), get(Slot::kProcess), 2, args).ToLocal(&handled);
    --depth_;
    if (answered && handled->IsInt32()) {
      code = handled.As<v8::Int32>()->Value();
    } else if (answered && !handled->IsFalse()) {
      return;
    }
    if (!can_call_js()) return;
    if (!answered) {
      // A listener or an exit handler threw: that error is printed in place of the first.
      error = try_catch.Exception();
      message = try_catch.Message();
      code = 7;
    }
  }
  print_exception(error, message);
  if (report_uncaught_) report_uncaught_(error, message);
  if (code == 1) {
    v8::TryCatch try_catch(isolate_);
    v8::Local<v8::Value> stored;
    if (get(Slot::kProcess).As<v8::Object>()->Get(context(), intern(isolate_, "exitCode")).ToLocal(&stored) &&
        stored->IsInt32()) {
      code = stored.As<v8::Int32>()->Value();
    }
  }
  exit(code);
}

int Realm::spin() {
  v8::HandleScope scope(isolate_);
  v8::Context::Scope context_scope(context());
  begin_loop();
  do {
    do {
      uv_run(loop_, UV_RUN_DEFAULT);
      // A WebAssembly module that is being compiled keeps the program going, as a file that is being read does.
    } while (can_call_js() && options_.finish_background_work && options_.finish_background_work());
    if (!can_call_js()) break;
    if (uv_loop_alive(loop_)) continue;
    if (has(Slot::kEmitBeforeExit))
      std::ignore = call(get(Slot::kProcess), function(Slot::kEmitBeforeExit), 0, nullptr);
  } while (can_call_js() && uv_loop_alive(loop_));
  if (!has(Slot::kEmitExit) || !can_call_js()) return 0;
  v8::TryCatch try_catch(isolate_);
  try_catch.SetVerbose(true);
  v8::Local<v8::Value> code;
  if (!function(Slot::kEmitExit)->Call(context(), get(Slot::kProcess), 0, nullptr).ToLocal(&code)) return 1;
  return code->Int32Value(context()).FromMaybe(0);
}

void Realm::run_exit_hooks() {
  while (!exit_hooks_.empty()) {
    auto [hook, argument] = exit_hooks_.back();
    exit_hooks_.pop_back();
    hook(argument);
  }
}

void Realm::exit(int code) {
  if (options_.on_exit) return options_.on_exit(code);
  run_exit_hooks();
  std::fflush(nullptr);
  std::_Exit(code);
}

const Options& Realm::command_line() const {
  return options_.command_line ? *options_.command_line : process_options();
}

v8::MaybeLocal<v8::Function> Realm::binding_class(std::string_view binding, std::string_view name) {
  v8::Local<v8::Value> argument = text(isolate_, binding);
  v8::Local<v8::Value> target, found;
  if (!function(Slot::kInternalBinding)->Call(context(), v8::Undefined(isolate_), 1, &argument).ToLocal(&target) ||
      !target.As<v8::Object>()->Get(context(), text(isolate_, name)).ToLocal(&found)) {
    return {};
  }
  return found.As<v8::Function>();
}

void Realm::close() {
  stopping_ = true;
  // What terminated the thread must not keep the clean-up from touching the heap.
  isolate_->CancelTerminateExecution();
  v8::HandleScope scope(isolate_);
  v8::Context::Scope context_scope(context());
  run_exit_hooks();
  for (ObjectWrap* wrap = first_wrap_; wrap; wrap = wrap->next_) wrap->shut_down();
  for (auto cleanup = cleanups_.rbegin(); cleanup != cleanups_.rend(); ++cleanup) (*cleanup)();
  cleanups_.clear();
  uv_run(loop_, UV_RUN_DEFAULT);
  while (first_wrap_) delete first_wrap_;
  // Handles of what was just deleted, and of whatever nobody answers for.
  uv_run(loop_, UV_RUN_DEFAULT);
}

void Realm::schedule_timer(std::int64_t ms) {
  uv_timer_start(
      &timer_, [](uv_timer_t* handle) { static_cast<Realm*>(handle->data)->run_timers(); },
      ms < 1 ? 1 : static_cast<std::uint64_t>(ms), 0);
}

void Realm::toggle_timer_ref(bool ref) {
  auto* handle = reinterpret_cast<uv_handle_t*>(&timer_);
  ref ? uv_ref(handle) : uv_unref(handle);
}

void Realm::toggle_immediate_ref(bool ref) {
  // An idle handle keeps the loop from blocking while immediates wait.
  if (ref) {
    uv_idle_start(&immediate_idle_, [](uv_idle_t*) {});
  } else {
    uv_idle_stop(&immediate_idle_);
  }
}

double Realm::now() {
  uv_update_time(loop_);
  return static_cast<double>(uv_now(loop_) - timer_base_);
}

void Realm::run_timers() {
  if (!can_call_js() || !has(Slot::kProcessTimers)) return;
  v8::HandleScope scope(isolate_);
  v8::Context::Scope context_scope(context());
  CallbackScope callback(*this);
  v8::Local<v8::Value> next;
  // Each timer that throws ends one call; the rest are run by the next.
  for (;;) {
    v8::TryCatch try_catch(isolate_);
    try_catch.SetVerbose(true);
    v8::Local<v8::Value> argument = v8::Number::New(isolate_, now());
    if (function(Slot::kProcessTimers)->Call(context(), get(Slot::kProcess), 1, &argument).ToLocal(&next)) break;
    if (!can_call_js()) return;
  }
  double expiry = next->NumberValue(context()).FromMaybe(0);
  if (expiry == 0) return;
  schedule_timer(static_cast<std::int64_t>((expiry < 0 ? -expiry : expiry) - now()));
  toggle_timer_ref(expiry > 0);
}

void Realm::check_immediate() {
  if (immediate_info_[0] == 0 || !can_call_js() || !has(Slot::kProcessImmediate)) return;
  v8::HandleScope scope(isolate_);
  {
    // What one throws ends a call, not the turn: ticks wait for the next immediate, as they do where none throws.
    v8::Context::Scope context_scope(context());
    CallbackScope callback(*this);
    do {
      std::ignore = call(get(Slot::kProcess), function(Slot::kProcessImmediate), 0, nullptr);
    } while (immediate_info_[2] != 0 && can_call_js());
  }
  if (immediate_info_[1] == 0) toggle_immediate_ref(false);
}

}  // namespace pkg::runtime
