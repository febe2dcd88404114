#include "runtime/bindings/fs/call.h"

#include <fcntl.h>

#include "runtime/core/async_hooks.h"
#include "runtime/core/bytes.h"

namespace pkg::runtime {

FsMode fs_mode(v8::Local<v8::Value> req) {
  if (req->IsFunction()) return FsMode::kCallback;
  return req->IsTrue() ? FsMode::kPromise : FsMode::kSync;
}

v8::Local<v8::Value> fs_error(Realm& realm, int error, const char* syscall, std::string_view path,
                              std::string_view dest) {
  v8::Isolate* isolate = realm.isolate();
  auto context = realm.context();
  char name[64], explanation[128];
  uv_err_name_r(error, name, sizeof name);
  uv_strerror_r(error, explanation, sizeof explanation);
  std::string message = std::string(name) + ": " + explanation + ", " + syscall;
  if (!path.empty()) message += " '" + std::string(path) + "'";
  if (!dest.empty()) message += " -> '" + std::string(dest) + "'";
  auto object = v8::Exception::Error(text(isolate, message)).As<v8::Object>();
  // A program may have put setters that throw on Object.prototype: what they throw is thrown.
  std::ignore = object->Set(context, intern(isolate, "errno"), v8::Integer::New(isolate, error));
  std::ignore = object->Set(context, intern(isolate, "code"), text(isolate, name));
  std::ignore = object->Set(context, intern(isolate, "syscall"), text(isolate, syscall));
  if (!path.empty()) std::ignore = object->Set(context, intern(isolate, "path"), text(isolate, path));
  if (!dest.empty()) std::ignore = object->Set(context, intern(isolate, "dest"), text(isolate, dest));
  return object;
}

void fs_reject_later(FsAnswer* answer, v8::Local<v8::Value> error) {
  struct Later {
    uv_work_t work;
    std::unique_ptr<FsAnswer> answer;
    v8::Global<v8::Value> error;
  };
  v8::Isolate* isolate = answer->realm().isolate();
  auto* later = new Later{{}, std::unique_ptr<FsAnswer>(answer), v8::Global<v8::Value>(isolate, error)};
  later->work.data = later;
  uv_queue_work(
      answer->realm().loop(), &later->work, [](uv_work_t*) {},
      [](uv_work_t* work, int) {
        std::unique_ptr<Later> later(static_cast<Later*>(work->data));
        Realm& realm = later->answer->realm();
        if (!realm.can_call_js()) return;
        v8::HandleScope scope(realm.isolate());
        v8::Context::Scope context(realm.context());
        later->answer->reject(later->error.Get(realm.isolate()));
      });
}

FsAccess FsAccess::of(std::string_view syscall) {
  static constexpr std::string_view kReading[] = {"access",   "stat",    "lstat",    "statfs", "scandir",
                                                  "readlink", "opendir", "realpath", "watch"};
  static constexpr std::string_view kWriting[] = {"chmod", "chown", "lchown",  "utime", "lutime",
                                                  "mkdir", "rmdir", "mkdtemp", "unlink"};
  for (std::string_view name : kReading) {
    if (syscall == name) return {kRead, 0};
  }
  for (std::string_view name : kWriting) {
    if (syscall == name) return {kWrite, 0};
  }
  if (syscall == "copyfile") return {kRead, kWrite};
  if (syscall == "rename") return {kRead | kWrite, kWrite};
  if (syscall == "link" || syscall == "symlink") return {kRead | kWrite, kWrite};
  return {};
}

FsAccess FsAccess::of_open(int flags) {
  int way = flags & O_ACCMODE;
  unsigned access = way == O_RDONLY ? kRead : way == O_WRONLY ? kWrite : kRead | kWrite;
  if (flags & (O_CREAT | O_TRUNC | O_APPEND)) access |= kWrite;
  return {access, 0};
}

v8::MaybeLocal<v8::Value> fs_refusal(Realm& realm, const FsCall& call, FsAccess access) {
  Permission& permission = Permission::of_process();
  std::string_view syscall = call.syscall;
  // A link leads anywhere, and who may write what a descriptor shows was settled when it was opened, but for these.
  if (syscall == "symlink" && permission.enforced() &&
      !(permission.has(Permission::kFsRead) && permission.has(Permission::kFsWrite))) {
    return Permission::denial(realm, "fs.symlink API requires full fs.read and fs.write permissions.", "", "");
  }
  if ((syscall == "fchmod" || syscall == "fchown" || syscall == "futime") && permission.enforced()) {
    std::string name(syscall == "futime" ? "futimes" : syscall);
    return Permission::denial(realm, name + " API is disabled when Permission Model is enabled.", "", "");
  }
  v8::Local<v8::Value> error;
  const std::pair<unsigned, const std::string*> asked[] = {{access.path, &call.path}, {access.dest, &call.dest}};
  for (auto [bits, path] : asked) {
    if ((bits & FsAccess::kRead) && Permission::refusal(realm, Permission::kFsRead, *path).ToLocal(&error))
      return error;
    if ((bits & FsAccess::kWrite) && Permission::refusal(realm, Permission::kFsWrite, *path).ToLocal(&error)) {
      return error;
    }
  }
  return {};
}

FsAnswer::FsAnswer(Realm& realm, v8::Local<v8::Value> req) : realm_(realm) {
  v8::Isolate* isolate = realm.isolate();
  frame_.Reset(isolate, isolate->GetContinuationPreservedEmbedderData());
  if (req->IsFunction()) {
    callback_.Reset(isolate, req.As<v8::Function>());
    if (async_hooks_on(realm)) {
      auto resource = v8::Object::New(isolate);
      resource_.Reset(isolate, resource);
      async_init(realm, resource, "FSREQCALLBACK");
    }
  } else {
    resolver_.Reset(isolate, v8::Promise::Resolver::New(realm.context()).ToLocalChecked());
  }
}

v8::Local<v8::Value> FsAnswer::shown(v8::Isolate* isolate) const {
  return text(isolate, resolver_.IsEmpty() ? "FSReqCallback" : "FSReqPromise");
}

v8::Local<v8::Value> FsAnswer::returned() const {
  if (resolver_.IsEmpty()) return v8::Undefined(realm_.isolate());
  return resolver_.Get(realm_.isolate())->GetPromise();
}

void FsAnswer::resolve(v8::Local<v8::Value> value) {
  v8::Isolate* isolate = realm_.isolate();
  if (!resolver_.IsEmpty()) {
    if (!realm_.can_call_js()) return;
    CallbackScope scope(realm_);
    std::ignore = resolver_.Get(isolate)->Resolve(realm_.context(), value);
    return;
  }
  v8::Local<v8::Value> args[] = {v8::Null(isolate), value};
  int count = value->IsUndefined() ? 1 : 2;
  call(count, args);
}

void FsAnswer::reject(v8::Local<v8::Value> error) {
  v8::Isolate* isolate = realm_.isolate();
  if (!resolver_.IsEmpty()) {
    if (!realm_.can_call_js()) return;
    CallbackScope scope(realm_);
    std::ignore = resolver_.Get(isolate)->Reject(realm_.context(), error);
    return;
  }
  call(1, &error);
}

void FsAnswer::call(int count, v8::Local<v8::Value>* args) {
  v8::Isolate* isolate = realm_.isolate();
  auto callback = callback_.Get(isolate);
  auto frame = frame_.Get(isolate);
  if (resource_.IsEmpty()) {
    std::ignore = realm_.call(v8::Undefined(isolate), callback, count, args, frame);
    return;
  }
  auto resource = resource_.Get(isolate);
  std::ignore = async_call(realm_, resource, callback, count, args, frame);
  async_destroy(realm_, resource);
}

FsCall::~FsCall() {
  uv_fs_req_cleanup(&req);
  delete answer;
}

v8::Local<v8::Value> fs_nothing(Realm& realm, FsCall&) { return v8::Undefined(realm.isolate()); }
v8::Local<v8::Value> fs_number(Realm& realm, FsCall& call) {
  return v8::Number::New(realm.isolate(), static_cast<double>(call.req.result));
}

void fs_start_async(const FsInfo& args, FsCall* call, v8::Local<v8::Value> req) {
  call->req.data = call;
  call->answer = new FsAnswer(Realm::from(args), req);
  args.GetReturnValue().Set(call->answer->returned());
}

void fs_finish_start(const FsInfo& args, FsCall* call, int error) {
  if (error >= 0) return;
  // libuv would not even begin: the answer is known now.
  Realm& realm = Realm::from(args);
  auto problem = fs_error(realm, error, call->syscall, call->path, call->dest);
  call->answer->reject(problem);
  delete call;
}

void fs_done(uv_fs_t* req) {
  std::unique_ptr<FsCall> call(static_cast<FsCall*>(req->data));
  Realm& realm = call->answer->realm();
  if (!realm.can_call_js()) return;
  v8::HandleScope scope(realm.isolate());
  v8::Context::Scope context(realm.context());
  if (req->result < 0) {
    call->answer->reject(fs_error(realm, static_cast<int>(req->result), call->syscall, call->path, call->dest));
  } else {
    call->answer->resolve(call->convert(realm, *call));
  }
}

void fs_return_sync(const FsInfo& args, FsCall& call) {
  Realm& realm = Realm::from(args);
  if (call.req.result < 0) {
    realm.isolate()->ThrowException(
        fs_error(realm, static_cast<int>(call.req.result), call.syscall, call.path, call.dest));
    return;
  }
  args.GetReturnValue().Set(call.convert(realm, call));
}

std::string fs_path(v8::Isolate* isolate, v8::Local<v8::Value> value) {
  if (value->IsString()) return to_utf8(isolate, value);
  return std::string(Bytes(value).view());
}

std::int32_t fs_int(const FsInfo& args, int index) {
  auto value = args[index];
  if (value->IsInt32()) return value.As<v8::Int32>()->Value();
  return value->Int32Value(Realm::from(args).context()).FromMaybe(0);
}

std::int64_t fs_position(v8::Local<v8::Value> value) {
  if (value->IsNumber()) {
    double number = value.As<v8::Number>()->Value();
    return number < 0 ? -1 : static_cast<std::int64_t>(number);
  }
  if (value->IsBigInt()) {
    std::int64_t number = value.As<v8::BigInt>()->Int64Value();
    return number < 0 ? -1 : number;
  }
  return -1;
}

v8::Local<v8::Value> fs_name(Realm& realm, std::string_view bytes, bool as_buffer) {
  v8::Local<v8::String> string;
  if (!as_buffer && utf8(realm.isolate(), bytes).ToLocal(&string)) return string;
  return make_buffer(realm, std::span(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()));
}

}  // namespace pkg::runtime
