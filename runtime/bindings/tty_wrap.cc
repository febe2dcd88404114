// Terminals.

#include "runtime/core/stream_wrap.h"

namespace pkg::runtime {

namespace {

using Args = v8::FunctionCallbackInfo<v8::Value>;

class TtyWrap final : public StreamWrap {
 public:
  TtyWrap(Realm& realm, v8::Local<v8::Object> object, int fd, int& error)
      : StreamWrap(realm, object, reinterpret_cast<uv_stream_t*>(&tty_)) {
    error = uv_tty_init(realm.loop(), &tty_, fd, 0);
    if (error == 0) opened();
  }
  uv_tty_t* tty() { return &tty_; }

 private:
  uv_tty_t tty_;
};

std::int32_t integer(const Args& args, int index) {
  return args[index]->Int32Value(args.GetIsolate()->GetCurrentContext()).FromMaybe(0);
}

// new TTY(fd, context): context.errno is set when it is none
void construct(const Args& args) {
  int error = 0;
  new TtyWrap(Realm::from(args), args.This(), integer(args, 0), error);
  if (error != 0 && args[1]->IsObject()) {
    v8::Isolate* isolate = args.GetIsolate();
    std::ignore =
        args[1].As<v8::Object>()->Set(isolate->GetCurrentContext(), v8::String::NewFromUtf8Literal(isolate, "errno"),
                                      v8::Integer::New(isolate, error));
  }
}

TtyWrap* open_tty(const Args& args) {
  auto* wrap = ObjectWrap::self<TtyWrap>(args);
  if (wrap && wrap->is_alive()) return wrap;
  args.GetReturnValue().Set(UV_EBADF);
  return nullptr;
}

// getWindowSize([columns, rows]) -> 0 or a negative error
void get_window_size(const Args& args) {
  auto* wrap = open_tty(args);
  if (!wrap || !args[0]->IsArray()) return;
  int width = 0, height = 0;
  int error = uv_tty_get_winsize(wrap->tty(), &width, &height);
  if (error == 0) {
    auto context = wrap->realm().context();
    auto out = args[0].As<v8::Array>();
    std::ignore = out->Set(context, 0, v8::Integer::New(args.GetIsolate(), width));
    std::ignore = out->Set(context, 1, v8::Integer::New(args.GetIsolate(), height));
  }
  args.GetReturnValue().Set(error);
}

// setRawMode(on) -> 0 or a negative error
void set_raw_mode(const Args& args) {
  auto* wrap = open_tty(args);
  if (!wrap) return;
  args.GetReturnValue().Set(uv_tty_set_mode(wrap->tty(), args[0]->IsTrue() ? UV_TTY_MODE_RAW_VT : UV_TTY_MODE_NORMAL));
}

// isTTY(fd) -> boolean
void is_tty(const Args& args) { args.GetReturnValue().Set(uv_guess_handle(integer(args, 0)) == UV_TTY); }

constexpr Method kMethods[] = {{"isTTY", is_tty}};
constexpr Method kPrototype[] = {{"getWindowSize", get_window_size}, {"setRawMode", set_raw_mode}};
constexpr Method kCallbacks[] = {{"TTY", construct}, {"getWindowSize", get_window_size}, {"setRawMode", set_raw_mode}};

void init(Realm& realm, v8::Local<v8::Object> target) {
  set_class(realm, target, "TTY", StreamWrap::make_stream_class(realm, "TTY", construct, kPrototype));
}

}  // namespace

extern const Binding binding_tty_wrap;
const Binding binding_tty_wrap{"tty_wrap", kMethods, init, kCallbacks};

}  // namespace pkg::runtime
