// Ticks, microtasks and promise rejections: what runs between callbacks.

#include "runtime/core/binding.h"
#include "runtime/core/strings.h"

namespace pkg::runtime {

namespace {

// setTickCallback(fn): fn() runs all ticks, microtasks and rejection warnings
void set_tick_callback(const v8::FunctionCallbackInfo<v8::Value>& args) {
  Realm::from(args).set(Slot::kTickCallback, args[0]);
}

// runMicrotasks()
void run_microtasks(const v8::FunctionCallbackInfo<v8::Value>& args) {
  args.GetIsolate()->PerformMicrotaskCheckpoint();
}

// enqueueMicrotask(fn)
void enqueue_microtask(const v8::FunctionCallbackInfo<v8::Value>& args) {
  args.GetIsolate()->EnqueueMicrotask(args[0].As<v8::Function>());
}

// setPromiseRejectCallback(fn(type, promise, reason)); types are in promiseRejectEvents
void set_promise_reject_callback(const v8::FunctionCallbackInfo<v8::Value>& args) {
  Realm::from(args).set(Slot::kPromiseRejectCallback, args[0]);
}

void init(Realm& realm, v8::Local<v8::Object> target) {
  set_value(realm, target, "tickInfo", realm.get(Slot::kTickInfo));
  auto events = v8::Object::New(realm.isolate());
  set_constant(realm, events, "kPromiseRejectWithNoHandler", v8::kPromiseRejectWithNoHandler);
  set_constant(realm, events, "kPromiseHandlerAddedAfterReject", v8::kPromiseHandlerAddedAfterReject);
  set_constant(realm, events, "kPromiseRejectAfterResolved", v8::kPromiseRejectAfterResolved);
  set_constant(realm, events, "kPromiseResolveAfterResolved", v8::kPromiseResolveAfterResolved);
  set_value(realm, target, "promiseRejectEvents", events);
}

constexpr Method kMethods[] = {{"setTickCallback", set_tick_callback},
                               {"runMicrotasks", run_microtasks},
                               {"enqueueMicrotask", enqueue_microtask},
                               {"setPromiseRejectCallback", set_promise_reject_callback}};

}  // namespace

extern const Binding binding_task_queue;
const Binding binding_task_queue{"task_queue", kMethods, init};

}  // namespace pkg::runtime
