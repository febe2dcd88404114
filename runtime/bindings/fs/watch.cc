// fs.watch (FSEvent, on inotify) and fs.watchFile (StatWatcher, which polls).

#include "runtime/bindings/fs/call.h"
#include "runtime/core/bytes.h"
#include "runtime/core/handle_wrap.h"

namespace pkg::runtime {

namespace {

class FsEvent final : public HandleWrap {
 public:
  FsEvent(Realm& realm, v8::Local<v8::Object> object)
      : HandleWrap(realm, object, reinterpret_cast<uv_handle_t*>(&event_)) {
    PKG_CHECK(uv_fs_event_init(realm.loop(), &event_) == 0);
    opened();
  }

  int start(const std::string& path, bool persistent, bool recursive, bool as_buffer) {
    as_buffer_ = as_buffer;
    int error = uv_fs_event_start(
        &event_,
        [](uv_fs_event_t* handle, const char* name, int events, int status) {
          auto* wrap = static_cast<FsEvent*>(handle->data);
          v8::Isolate* isolate = wrap->isolate();
          v8::HandleScope scope(isolate);
          v8::Context::Scope context(wrap->realm().context());
          const char* kind = events & UV_RENAME ? "rename" : "change";
          v8::Local<v8::Value> shown = v8::Null(isolate);
          if (name) shown = fs_name(wrap->realm(), name, wrap->as_buffer_);
          v8::Local<v8::Value> args[] = {v8::Integer::New(isolate, status), intern(isolate, kind), shown};
          std::ignore = wrap->call("onchange", 3, args);
        },
        path.c_str(), recursive ? UV_FS_EVENT_RECURSIVE : 0);
    if (error == 0) {
      started_ = true;
      if (!persistent) uv_unref(handle());
    }
    return error;
  }
  bool started() const { return started_ && is_alive(); }

 private:
  uv_fs_event_t event_;
  bool as_buffer_ = false;
  bool started_ = false;
};

void construct_event(const FsInfo& args) { new FsEvent(Realm::from(args), args.This()); }

// start(path, persistent, recursive, asBuffer) -> 0 or a negative uv error; onchange(status, kind, name)
void start_event(const FsInfo& args) {
  auto* wrap = ObjectWrap::self<FsEvent>(args);
  if (!wrap || wrap->started()) return args.GetReturnValue().Set(0);
  if (Permission::refuses(wrap->realm(), Permission::kFsRead, fs_path(args.GetIsolate(), args[0]))) return;
  args.GetReturnValue().Set(
      wrap->start(fs_path(args.GetIsolate(), args[0]), args[1]->IsTrue(), args[2]->IsTrue(), args[3]->IsTrue()));
}

void event_initialized(const FsInfo& args) {
  auto* wrap = ObjectWrap::self<FsEvent>(args);
  args.GetReturnValue().Set(wrap && wrap->started());
}

class StatWatcher final : public HandleWrap {
 public:
  StatWatcher(Realm& realm, v8::Local<v8::Object> object, bool bigint)
      : HandleWrap(realm, object, reinterpret_cast<uv_handle_t*>(&poll_)), bigint_(bigint) {
    PKG_CHECK(uv_fs_poll_init(realm.loop(), &poll_) == 0);
    opened();
  }
  int start(const std::string& path, unsigned interval) {
    return uv_fs_poll_start(
        &poll_,
        [](uv_fs_poll_t* handle, int status, const uv_stat_t* before, const uv_stat_t* now) {
          auto* wrap = static_cast<StatWatcher*>(handle->data);
          v8::Isolate* isolate = wrap->isolate();
          v8::HandleScope scope(isolate);
          v8::Context::Scope context(wrap->realm().context());
          v8::Local<v8::Value> args[] = {v8::Integer::New(isolate, status), wrap->numbers(*now),
                                         wrap->numbers(*before)};
          std::ignore = wrap->call("onchange", 3, args);
        },
        path.c_str(), interval);
  }

 private:
  v8::Local<v8::Value> numbers(const uv_stat_t& stat) {
    auto buffer = v8::ArrayBuffer::New(isolate(), kStatFields * 8);
    if (bigint_) {
      fs_fill_stat(static_cast<std::int64_t*>(buffer->Data()), stat);
      return v8::BigInt64Array::New(buffer, 0, kStatFields);
    }
    fs_fill_stat(static_cast<double*>(buffer->Data()), stat);
    return v8::Float64Array::New(buffer, 0, kStatFields);
  }

  uv_fs_poll_t poll_;
  bool bigint_;
};

void construct_watcher(const FsInfo& args) { new StatWatcher(Realm::from(args), args.This(), args[0]->IsTrue()); }

// start(path, interval in ms) -> 0 or a negative uv error; onchange(status, new numbers, old numbers)
void start_watcher(const FsInfo& args) {
  auto* wrap = ObjectWrap::self<StatWatcher>(args);
  if (!wrap) return;
  if (Permission::refuses(wrap->realm(), Permission::kFsRead, fs_path(args.GetIsolate(), args[0]))) return;
  auto interval = args[1]->Uint32Value(Realm::from(args).context()).FromMaybe(5007);
  args.GetReturnValue().Set(wrap->start(fs_path(args.GetIsolate(), args[0]), interval));
}

constexpr Method kEvent[] = {{"start", start_event}, {"isInitialized", event_initialized}};
constexpr Method kWatcher[] = {{"start", start_watcher}};
constexpr Method kCallbacks[] = {{"FSEvent", construct_event},
                                 {"start", start_event},
                                 {"isInitialized", event_initialized},
                                 {"StatWatcher", construct_watcher},
                                 {"start", start_watcher}};

void init(Realm& realm, v8::Local<v8::Object> target) {
  set_class(realm, target, "FSEvent", HandleWrap::make_handle_class(realm, "FSEvent", construct_event, kEvent));
  set_class(realm, target, "StatWatcher",
            HandleWrap::make_handle_class(realm, "StatWatcher", construct_watcher, kWatcher));
}

}  // namespace

extern const Binding binding_fs_watch;
const Binding binding_fs_watch{"fs_watch", {}, init, kCallbacks};

}  // namespace pkg::runtime
