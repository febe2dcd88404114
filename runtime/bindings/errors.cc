// How JavaScript hooks into what happens to exceptions that nobody catches.

#include "runtime/core/binding.h"
#include "runtime/core/exceptions.h"
#include "runtime/core/strings.h"

namespace pkg::runtime {

namespace {

// setUncaughtCallback(fn(error, fromPromise) -> whether it was handled, or the code to exit with)
void set_uncaught_callback(const v8::FunctionCallbackInfo<v8::Value>& args) {
  Realm::from(args).set(Slot::kUncaught, args[0]);
}

// setPrepareStackTraceCallback(fn(globalThis, error, callSites) -> string)
void set_prepare_stack_trace(const v8::FunctionCallbackInfo<v8::Value>& args) {
  Realm::from(args).set(Slot::kPrepareStackTrace, args[0]);
}

// setErrorsModule({formatUncaught(error) -> string}): asked when an exception ends the process
void set_errors_module(const v8::FunctionCallbackInfo<v8::Value>& args) {
  Realm::from(args).set(Slot::kErrorsModule, args[0]);
}

// triggerUncaughtException(error, fromPromise)
void trigger_uncaught_exception(const v8::FunctionCallbackInfo<v8::Value>& args) {
  v8::Isolate* isolate = args.GetIsolate();
  Realm::from(args).trigger_uncaught(args[0], v8::Exception::CreateMessage(isolate, args[0]), args[1]->IsTrue());
}

// setArrow(error, text): what stands above the error when it ends the process
void set_arrow(const v8::FunctionCallbackInfo<v8::Value>& args) {
  keep_arrow(Realm::from(args), args[0], to_utf8(args.GetIsolate(), args[1]));
}

// keepPlace(error): the line that threw it is shown when it ends the process, even if it is thrown again
void keep_place(const v8::FunctionCallbackInfo<v8::Value>& args) {
  Realm& realm = Realm::from(args);
  keep_arrow(realm, args[0], message_arrow(realm, v8::Exception::CreateMessage(args.GetIsolate(), args[0])));
}

// setAbortOnUncaught(boolean): whether --abort-on-uncaught-exception aborts now; it does not while a program handles
// all
void set_abort_on_uncaught(const v8::FunctionCallbackInfo<v8::Value>& args) {
  abort_on_uncaught(args.GetIsolate(), args[0]->IsTrue());
}

constexpr Method kMethods[] = {{"setUncaughtCallback", set_uncaught_callback},
                               {"setPrepareStackTraceCallback", set_prepare_stack_trace},
                               {"setErrorsModule", set_errors_module},
                               {"keepPlace", keep_place},
                               {"setArrow", set_arrow},
                               {"setAbortOnUncaught", set_abort_on_uncaught},
                               {"triggerUncaughtException", trigger_uncaught_exception}};

}  // namespace

extern const Binding binding_errors;
const Binding binding_errors{"errors", kMethods};

}  // namespace pkg::runtime
