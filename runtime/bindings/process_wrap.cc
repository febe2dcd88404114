// Child processes that run beside the loop.

#include "runtime/bindings/spawn_options.h"
#include "runtime/core/handle_wrap.h"

namespace pkg::runtime {

namespace {

using Args = v8::FunctionCallbackInfo<v8::Value>;

class ProcessWrap final : public HandleWrap {
 public:
  ProcessWrap(Realm& realm, v8::Local<v8::Object> object)
      : HandleWrap(realm, object, reinterpret_cast<uv_handle_t*>(&process_)) {
    // Closed as any handle, also when nothing was started.
    std::memset(&process_, 0, sizeof process_);
    process_.data = static_cast<HandleWrap*>(this);
  }

  int spawn(const uv_process_options_t& options) {
    int error = uv_spawn(realm().loop(), &process_, &options);
    process_.data = static_cast<HandleWrap*>(this);
    opened();
    return error;
  }
  uv_process_t* process() { return &process_; }

  static void on_exit(uv_process_t* process, int64_t status, int signal) {
    auto* wrap = static_cast<ProcessWrap*>(static_cast<HandleWrap*>(process->data));
    v8::Isolate* isolate = wrap->isolate();
    v8::HandleScope scope(isolate);
    v8::Context::Scope context(wrap->realm().context());
    char name[16];
    v8::Local<v8::Value> argv[] = {v8::Number::New(isolate, static_cast<double>(status)),
                                   text(isolate, signal_name(signal, name, sizeof name))};
    std::ignore = wrap->call("onexit", 2, argv);
  }

  static const char* signal_name(int signal, char* buffer, std::size_t size);

 private:
  uv_process_t process_;
};

const char* ProcessWrap::signal_name(int signal, char* buffer, std::size_t size) {
  if (signal == 0) return "";
  const char* name = sigabbrev_np(signal);
  std::snprintf(buffer, size, "SIG%s", name ? name : "");
  return name ? buffer : "";
}

void construct(const Args& args) { new ProcessWrap(Realm::from(args), args.This()); }

uv_stream_t* stream_of(v8::Local<v8::Value> value) {
  auto* wrap = ObjectWrap::unwrap<HandleWrap>(value);
  return wrap && wrap->is_alive() ? reinterpret_cast<uv_stream_t*>(wrap->handle()) : nullptr;
}

// spawn({file, args, cwd, envPairs, stdio: [{type, handle | fd}], detached, uid, gid}) -> 0 or a negative error; sets
// pid. onexit(code, signal name) follows.
void spawn(const Args& args) {
  auto* wrap = ObjectWrap::self<ProcessWrap>(args);
  if (!wrap) return;
  Realm& realm = wrap->realm();
  v8::Isolate* isolate = realm.isolate();
  auto context = realm.context();
  auto from = args[0].As<v8::Object>();
  SpawnOptions options;
  if (!options.read(realm, from)) return;
  if (Permission::refuses(realm, Permission::kChild, options.uv.file)) return;
  v8::Local<v8::Value> list;
  if (!from->Get(context, intern(isolate, "stdio")).ToLocal(&list)) return;
  if (list->IsArray()) {
    auto array = list.As<v8::Array>();
    for (std::uint32_t i = 0; i < array->Length(); ++i) {
      v8::Local<v8::Value> entry, type, detail;
      uv_stdio_container_t container{UV_IGNORE, {}};
      if (!array->Get(context, i).ToLocal(&entry) || !entry->IsObject()) return;
      auto object = entry.As<v8::Object>();
      if (!object->Get(context, intern(isolate, "type")).ToLocal(&type)) return;
      std::string name = to_utf8(isolate, type);
      if (name == "pipe" || name == "overlapped") {
        if (!object->Get(context, intern(isolate, "handle")).ToLocal(&detail)) return;
        container.flags = static_cast<uv_stdio_flags>(UV_CREATE_PIPE | UV_READABLE_PIPE | UV_WRITABLE_PIPE);
        container.data.stream = stream_of(detail);
        if (!container.data.stream) return args.GetReturnValue().Set(UV_EBADF);
      } else if (name == "wrap") {
        if (!object->Get(context, intern(isolate, "handle")).ToLocal(&detail)) return;
        container.flags = UV_INHERIT_STREAM;
        container.data.stream = stream_of(detail);
        if (!container.data.stream) return args.GetReturnValue().Set(UV_EBADF);
      } else if (name == "inherit" || name == "fd") {
        if (!object->Get(context, intern(isolate, "fd")).ToLocal(&detail)) return;
        container.flags = UV_INHERIT_FD;
        container.data.fd = detail->Int32Value(context).FromMaybe(static_cast<int>(i));
      }
      options.stdio.push_back(container);
    }
  }
  options.use_stdio();
  options.uv.exit_cb = ProcessWrap::on_exit;
  int error = wrap->spawn(options.uv);
  if (error == 0) {
    std::ignore = wrap->object()->Set(context, intern(isolate, "pid"), v8::Integer::New(isolate, wrap->process()->pid));
  }
  args.GetReturnValue().Set(error);
}

// kill(signal) -> 0 or a negative error
void kill(const Args& args) {
  auto* wrap = ObjectWrap::self<ProcessWrap>(args);
  int signal = args[0]->Int32Value(args.GetIsolate()->GetCurrentContext()).FromMaybe(0);
  args.GetReturnValue().Set(wrap && wrap->is_alive() ? uv_process_kill(wrap->process(), signal) : UV_ESRCH);
}

constexpr Method kPrototype[] = {{"spawn", spawn}, {"kill", kill}};
constexpr Method kCallbacks[] = {{"Process", construct}, {"spawn", spawn}, {"kill", kill}};

void init(Realm& realm, v8::Local<v8::Object> target) {
  set_class(realm, target, "Process", HandleWrap::make_handle_class(realm, "Process", construct, kPrototype));
}

}  // namespace

extern const Binding binding_process_wrap;
const Binding binding_process_wrap{"process_wrap", {}, init, kCallbacks};

}  // namespace pkg::runtime
