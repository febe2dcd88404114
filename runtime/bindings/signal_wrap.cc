// Signals that a program listens to.

#include "runtime/core/handle_wrap.h"

namespace pkg::runtime {

namespace {

class SignalWrap final : public HandleWrap {
 public:
  SignalWrap(Realm& realm, v8::Local<v8::Object> object)
      : HandleWrap(realm, object, reinterpret_cast<uv_handle_t*>(&signal_)) {
    PKG_CHECK(uv_signal_init(realm.loop(), &signal_) == 0);
    opened();
  }

  int start(int number) {
    return uv_signal_start(
        &signal_,
        [](uv_signal_t* handle, int number) {
          auto* wrap = static_cast<SignalWrap*>(handle->data);
          v8::HandleScope scope(wrap->isolate());
          v8::Context::Scope context(wrap->realm().context());
          v8::Local<v8::Value> argument = v8::Integer::New(wrap->isolate(), number);
          std::ignore = wrap->call("onsignal", 1, &argument);
        },
        number);
  }
  int stop() { return uv_signal_stop(&signal_); }

 private:
  uv_signal_t signal_;
};

void construct(const v8::FunctionCallbackInfo<v8::Value>& args) { new SignalWrap(Realm::from(args), args.This()); }

// start(number) -> 0 or a negative uv error; onsignal(number) is called for each
void start(const v8::FunctionCallbackInfo<v8::Value>& args) {
  auto* wrap = ObjectWrap::self<SignalWrap>(args);
  int number = args[0]->Int32Value(Realm::from(args).context()).FromMaybe(0);
  args.GetReturnValue().Set(wrap ? wrap->start(number) : UV_EBADF);
}

void stop(const v8::FunctionCallbackInfo<v8::Value>& args) {
  auto* wrap = ObjectWrap::self<SignalWrap>(args);
  args.GetReturnValue().Set(wrap ? wrap->stop() : UV_EBADF);
}

constexpr Method kPrototype[] = {{"start", start}, {"stop", stop}};
constexpr Method kCallbacks[] = {{"Signal", construct}, {"start", start}, {"stop", stop}};

void init(Realm& realm, v8::Local<v8::Object> target) {
  set_class(realm, target, "Signal", HandleWrap::make_handle_class(realm, "Signal", construct, kPrototype));
}

}  // namespace

extern const Binding binding_signal_wrap;
const Binding binding_signal_wrap{"signal_wrap", {}, init, kCallbacks};

}  // namespace pkg::runtime
