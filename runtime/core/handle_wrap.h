#pragma once

#include <span>

#include <uv.h>

#include "runtime/core/async_hooks.h"
#include "runtime/core/binding.h"
#include "runtime/core/listed.h"
#include "runtime/core/object_wrap.h"

namespace pkg::runtime {

// A JavaScript object that stands for a libuv handle embedded in a subclass.
// It lives until close() has been called and libuv is done with the handle; the
// subclass's constructor has initialised the handle before it calls opened().
class HandleWrap : public ObjectWrap, public Listed<HandleWrap> {
 public:
  HandleWrap(Realm& realm, v8::Local<v8::Object> object, uv_handle_t* handle)
      : ObjectWrap(realm, object), handle_(handle) {
    handle->data = this;
    frame_.Reset(realm.isolate(), realm.isolate()->GetContinuationPreservedEmbedderData());
  }

  uv_handle_t* handle() const { return handle_; }
  bool is_alive() const { return state_ == State::kOpen; }
  // Whether the loop waits for it; also while it closes.
  bool keeps_loop() const { return (state_ == State::kOpen || state_ == State::kClosing) && uv_has_ref(handle_); }

  // Closes the handle once; `callback` (a function or empty) is called with the
  // object as receiver when libuv has let go of it, and then this is deleted.
  void close(v8::Local<v8::Value> callback = {});

  void shut_down() override { close(); }

  // Calls a method `name` or function of the object in the async context the
  // handle was made in.
  v8::MaybeLocal<v8::Value> call(v8::Local<v8::Function> function, int argc, v8::Local<v8::Value>* argv) {
    return async_call(realm(), object(), function, argc, argv, frame_.Get(isolate()));
  }
  v8::MaybeLocal<v8::Value> call(const char* name, int argc, v8::Local<v8::Value>* argv);

  // close(cb), ref(), unref(), hasRef(): for every handle class's prototype.
  static std::span<const Method> methods();
  // A class with those and `prototype`'s methods.
  static v8::Local<v8::FunctionTemplate> make_handle_class(Realm& realm, const char* name,
                                                           v8::FunctionCallback construct,
                                                           std::span<const Method> prototype);

 protected:
  // The handle is initialised: from now on it must be closed before it goes.
  void opened() {
    state_ = State::kOpen;
    hold();
    if (async_hooks_on(realm())) async_init(realm(), object());
  }
  // libuv has let go; before the callback runs.
  virtual void on_close() {}

 private:
  enum class State { kNone, kOpen, kClosing, kClosed };

  uv_handle_t* handle_;
  State state_ = State::kNone;
  v8::Global<v8::Value> frame_;
  v8::Global<v8::Function> close_callback_;
};

}  // namespace pkg::runtime
