#include "runtime/core/handle_wrap.h"

#include "runtime/core/strings.h"

namespace pkg::runtime {

namespace {

void close_handle(const v8::FunctionCallbackInfo<v8::Value>& args) {
  if (auto* wrap = ObjectWrap::self<HandleWrap>(args)) wrap->close(args[0]);
}
void ref(const v8::FunctionCallbackInfo<v8::Value>& args) {
  auto* wrap = ObjectWrap::self<HandleWrap>(args);
  if (wrap && wrap->is_alive()) uv_ref(wrap->handle());
}
void unref(const v8::FunctionCallbackInfo<v8::Value>& args) {
  auto* wrap = ObjectWrap::self<HandleWrap>(args);
  if (wrap && wrap->is_alive()) uv_unref(wrap->handle());
}
void has_ref(const v8::FunctionCallbackInfo<v8::Value>& args) {
  auto* wrap = ObjectWrap::self<HandleWrap>(args);
  // Undefined once the handle is no more.
  if (wrap) args.GetReturnValue().Set(wrap->is_alive() && uv_has_ref(wrap->handle()));
}

constexpr Method kMethods[] = {{"close", close_handle}, {"ref", ref}, {"unref", unref}, {"hasRef", has_ref}};

}  // namespace

std::span<const Method> HandleWrap::methods() { return kMethods; }

v8::Local<v8::FunctionTemplate> HandleWrap::make_handle_class(Realm& realm, const char* name,
                                                              v8::FunctionCallback construct,
                                                              std::span<const Method> prototype) {
  auto parent = make_class(realm, "HandleWrap", nullptr, kMethods);
  return make_class(realm, name, construct, prototype, 1, parent);
}

void HandleWrap::close(v8::Local<v8::Value> callback) {
  if (state_ != State::kOpen) return;
  state_ = State::kClosing;
  if (!callback.IsEmpty() && callback->IsFunction()) close_callback_.Reset(isolate(), callback.As<v8::Function>());
  uv_close(handle_, [](uv_handle_t* handle) {
    auto* wrap = static_cast<HandleWrap*>(handle->data);
    wrap->state_ = State::kClosed;
    {
      v8::HandleScope scope(wrap->isolate());
      v8::Context::Scope context(wrap->realm().context());
      wrap->on_close();
      if (!wrap->close_callback_.IsEmpty()) {
        std::ignore = wrap->call(wrap->close_callback_.Get(wrap->isolate()), 0, nullptr);
      }
      async_destroy(wrap->realm(), wrap->object());
    }
    delete wrap;
  });
}

v8::MaybeLocal<v8::Value> HandleWrap::call(const char* name, int argc, v8::Local<v8::Value>* argv) {
  v8::Local<v8::Value> method;
  if (!object()->Get(realm().context(), intern(isolate(), name)).ToLocal(&method) || !method->IsFunction()) return {};
  return call(method.As<v8::Function>(), argc, argv);
}

}  // namespace pkg::runtime
