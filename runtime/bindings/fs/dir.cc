// Folders read bit by bit, for fs.Dir.

#include "runtime/bindings/fs/call.h"
#include "runtime/core/binding.h"
#include "runtime/core/object_wrap.h"

namespace pkg::runtime {

namespace {

class DirHandle final : public ObjectWrap {
 public:
  DirHandle(Realm& realm, v8::Local<v8::Object> object, uv_dir_t* dir) : ObjectWrap(realm, object), dir_(dir) {}
  ~DirHandle() override {
    if (!dir_) return;
    uv_fs_t req;
    uv_fs_closedir(nullptr, &req, dir_, nullptr);
    uv_fs_req_cleanup(&req);
  }
  uv_dir_t* dir() const { return dir_; }
  std::vector<uv_dirent_t>& entries(std::size_t count) {
    if (entries_.size() != count) entries_.resize(count);
    dir_->dirents = entries_.data();
    dir_->nentries = entries_.size();
    return entries_;
  }
  void closed() { dir_ = nullptr; }

 private:
  uv_dir_t* dir_;
  std::vector<uv_dirent_t> entries_;
};

void construct(const FsInfo&) {}

v8::Local<v8::Value> handle_of(Realm& realm, FsCall& call) {
  auto type = call.keep.Get(realm.isolate()).As<v8::Function>();
  v8::Local<v8::Object> object;
  if (!type->NewInstance(realm.context()).ToLocal(&object)) return v8::Undefined(realm.isolate());
  new DirHandle(realm, object, static_cast<uv_dir_t*>(call.req.ptr));
  return object;
}

// opendir(path, DirHandle, req) -> handle
void opendir(const FsInfo& args) {
  fs_run(
      args, args[2], "opendir", handle_of,
      [&](FsCall& call) {
        call.path = fs_path(args.GetIsolate(), args[0]);
        call.keep.Reset(args.GetIsolate(), args[1]);
      },
      [&](FsCall& call, uv_fs_cb done) {
        return uv_fs_opendir(Realm::from(args).loop(), &call.req, call.path.c_str(), done);
      });
}

v8::Local<v8::Value> next_entries(Realm& realm, FsCall& call) {
  if (call.req.result == 0) return v8::Null(realm.isolate());
  auto* dir = static_cast<uv_dir_t*>(call.req.ptr);
  std::vector<v8::Local<v8::Value>> out;
  for (ssize_t i = 0; i < call.req.result; ++i) {
    out.push_back(fs_name(realm, dir->dirents[i].name, call.flag != 0));
    out.push_back(v8::Integer::New(realm.isolate(), dir->dirents[i].type));
  }
  return v8::Array::New(realm.isolate(), out.data(), out.size());
}

// handle.read(asBuffer, count, req) -> [name, type, name, type, ...], or null at the end
void read(const FsInfo& args) {
  auto* handle = ObjectWrap::self<DirHandle>(args);
  if (!handle || !handle->dir()) return;
  auto count = static_cast<std::size_t>(std::max(1, fs_int(args, 1)));
  fs_run(
      args, args[2], "scandir", next_entries,
      [&](FsCall& call) {
        call.flag = args[0]->IsTrue();
        call.keep.Reset(args.GetIsolate(), args.This());
        handle->entries(count);
      },
      [&](FsCall& call, uv_fs_cb done) {
        return uv_fs_readdir(Realm::from(args).loop(), &call.req, handle->dir(), done);
      });
}

// handle.close(req)
void close(const FsInfo& args) {
  auto* handle = ObjectWrap::self<DirHandle>(args);
  if (!handle || !handle->dir()) return;
  uv_dir_t* dir = handle->dir();
  handle->closed();
  fs_run(
      args, args[0], "closedir", fs_nothing, [&](FsCall& call) { call.keep.Reset(args.GetIsolate(), args.This()); },
      [&](FsCall& call, uv_fs_cb done) { return uv_fs_closedir(Realm::from(args).loop(), &call.req, dir, done); });
}

constexpr Method kMethods[] = {{"opendir", opendir}};
constexpr Method kPrototype[] = {{"read", read}, {"close", close}};
constexpr Method kCallbacks[] = {{"DirHandle", construct}, {"read", read}, {"close", close}};

void init(Realm& realm, v8::Local<v8::Object> target) {
  set_class(realm, target, "DirHandle", make_class(realm, "DirHandle", construct, kPrototype));
}

}  // namespace

extern const Binding binding_fs_dir;
const Binding binding_fs_dir{"fs_dir", kMethods, init, kCallbacks};

}  // namespace pkg::runtime
