// Unix domain sockets, pipes and IPC channels.

#include "runtime/core/request.h"
#include "runtime/core/stream_wrap.h"

namespace pkg::runtime {

namespace {

using Args = v8::FunctionCallbackInfo<v8::Value>;

enum Type { kSocket, kServer, kIpc };

class PipeWrap final : public StreamWrap {
 public:
  PipeWrap(Realm& realm, v8::Local<v8::Object> object, bool ipc)
      : StreamWrap(realm, object, reinterpret_cast<uv_stream_t*>(&pipe_)) {
    PKG_CHECK(uv_pipe_init(realm.loop(), &pipe_, ipc) == 0);
    opened();
  }
  uv_pipe_t* pipe() { return &pipe_; }

 private:
  uv_pipe_t pipe_;
};

std::int32_t integer(const Args& args, int index) {
  return args[index]->Int32Value(args.GetIsolate()->GetCurrentContext()).FromMaybe(0);
}

// new Pipe(type): SOCKET, SERVER or IPC
void construct(const Args& args) { new PipeWrap(Realm::from(args), args.This(), integer(args, 0) == kIpc); }

PipeWrap* open_pipe(const Args& args) {
  auto* wrap = ObjectWrap::self<PipeWrap>(args);
  if (wrap && wrap->is_alive()) return wrap;
  args.GetReturnValue().Set(UV_EBADF);
  return nullptr;
}

// open(fd) -> 0 or a negative error
void open(const Args& args) {
  if (auto* wrap = open_pipe(args)) args.GetReturnValue().Set(uv_pipe_open(wrap->pipe(), integer(args, 0)));
}

// bind(path) -> 0 or a negative error; a leading NUL names an abstract socket
void bind(const Args& args) {
  auto* wrap = open_pipe(args);
  if (!wrap) return;
  std::string path = to_utf8(args.GetIsolate(), args[0]);
  args.GetReturnValue().Set(uv_pipe_bind2(wrap->pipe(), path.data(), path.size(), UV_PIPE_NO_TRUNCATE));
}

void listen(const Args& args) {
  if (auto* wrap = open_pipe(args)) {
    args.GetReturnValue().Set(
        uv_listen(wrap->stream(), integer(args, 0), StreamWrap::on_connection<Slot::kPipeConstructor>));
  }
}

// fchmod(UV_READABLE | UV_WRITABLE) -> 0 or a negative error: who may connect
void fchmod(const Args& args) {
  if (auto* wrap = open_pipe(args)) args.GetReturnValue().Set(uv_pipe_chmod(wrap->pipe(), integer(args, 0)));
}

struct Connect final : Request<uv_connect_t> {
  Connect(Realm& realm, v8::Local<v8::Object> object, PipeWrap& pipe)
      : Request(realm, object), pipe(realm.isolate(), pipe.object()) {}
  v8::Global<v8::Object> pipe;
};

// connect(request, path) -> 0 or a negative error; request.oncomplete(status, handle, request, readable, writable)
// follows
void connect(const Args& args) {
  auto* wrap = open_pipe(args);
  if (!wrap) return;
  std::string path = to_utf8(args.GetIsolate(), args[1]);
  auto* request = new Connect(wrap->realm(), args[0].As<v8::Object>(), *wrap);
  args.GetReturnValue().Set(request->start([&](uv_connect_t* uv) {
    return uv_pipe_connect2(
        uv, wrap->pipe(), path.data(), path.size(), UV_PIPE_NO_TRUNCATE, [](uv_connect_t* done, int status) {
          std::unique_ptr<Connect> request(static_cast<Connect*>(Connect::from(done)));
          v8::Isolate* isolate = request->realm().isolate();
          v8::HandleScope scope(isolate);
          v8::Context::Scope context(request->realm().context());
          uv_stream_t* stream = done->handle;
          bool readable = status == 0 && uv_is_readable(stream);
          bool writable = status == 0 && uv_is_writable(stream);
          v8::Local<v8::Value> argv[] = {v8::Integer::New(isolate, status), request->pipe.Get(isolate),
                                         request->object(), v8::Boolean::New(isolate, readable),
                                         v8::Boolean::New(isolate, writable)};
          request->complete(5, argv);
        });
  }));
}

constexpr Method kPrototype[] = {
    {"open", open}, {"bind", bind}, {"listen", listen}, {"fchmod", fchmod}, {"connect", connect},
};
constexpr Method kCallbacks[] = {
    {"Pipe", construct}, {"open", open}, {"bind", bind}, {"listen", listen}, {"fchmod", fchmod}, {"connect", connect},
};

void init(Realm& realm, v8::Local<v8::Object> target) {
  auto type = StreamWrap::make_stream_class(realm, "Pipe", construct, kPrototype);
  realm.set(Slot::kPipeConstructor, set_class(realm, target, "Pipe", type));
  set_constant(realm, target, "SOCKET", kSocket);
  set_constant(realm, target, "SERVER", kServer);
  set_constant(realm, target, "IPC", kIpc);
  set_constant(realm, target, "UV_READABLE", UV_READABLE);
  set_constant(realm, target, "UV_WRITABLE", UV_WRITABLE);
}

}  // namespace

extern const Binding binding_pipe_wrap;
const Binding binding_pipe_wrap{"pipe_wrap", {}, init, kCallbacks};

}  // namespace pkg::runtime
