#include "runtime/core/binding.h"

namespace pkg::runtime {

namespace {

// setupTimers(processImmediate(), processTimers(now) -> next expiry)
void setup_timers(const v8::FunctionCallbackInfo<v8::Value>& args) {
  Realm& realm = Realm::from(args);
  realm.set(Slot::kProcessImmediate, args[0]);
  realm.set(Slot::kProcessTimers, args[1]);
}

// getLibuvNow() -> ms since the realm began, on the loop's clock
void get_libuv_now(const v8::FunctionCallbackInfo<v8::Value>& args) {
  args.GetReturnValue().Set(Realm::from(args).now());
}

// scheduleTimer(ms)
void schedule_timer(const v8::FunctionCallbackInfo<v8::Value>& args) {
  Realm& realm = Realm::from(args);
  realm.schedule_timer(args[0]->IntegerValue(realm.context()).FromMaybe(1));
}

// toggleTimerRef(boolean), toggleImmediateRef(boolean)
void toggle_timer_ref(const v8::FunctionCallbackInfo<v8::Value>& args) {
  Realm::from(args).toggle_timer_ref(args[0]->IsTrue());
}
void toggle_immediate_ref(const v8::FunctionCallbackInfo<v8::Value>& args) {
  Realm::from(args).toggle_immediate_ref(args[0]->IsTrue());
}

void init(Realm& realm, v8::Local<v8::Object> target) {
  set_value(realm, target, "immediateInfo", realm.get(Slot::kImmediateInfo));
  set_value(realm, target, "timerInfo", realm.get(Slot::kTimerInfo));
}

constexpr Method kMethods[] = {{"setupTimers", setup_timers},
                               {"getLibuvNow", get_libuv_now},
                               {"scheduleTimer", schedule_timer},
                               {"toggleTimerRef", toggle_timer_ref},
                               {"toggleImmediateRef", toggle_immediate_ref}};

}  // namespace

extern const Binding binding_timers;
const Binding binding_timers{"timers", kMethods, init};

}  // namespace pkg::runtime
