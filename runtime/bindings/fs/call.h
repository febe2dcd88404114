#pragma once

#include <string>
#include <string_view>

#include <uv.h>
#include <v8.h>

#include "runtime/core/permission.h"
#include "runtime/core/realm.h"
#include "runtime/core/request.h"
#include "runtime/core/strings.h"

namespace pkg::runtime {

using FsInfo = v8::FunctionCallbackInfo<v8::Value>;

// How a function of the fs bindings answers, told by its `req` argument:
// undefined: at once, throwing its error; a function: it is called with (error)
// or (null, value); true: a promise is returned.
enum class FsMode { kSync, kCallback, kPromise };
FsMode fs_mode(v8::Local<v8::Value> req);

// An Error as fs throws it: "ENOENT: no such file or directory, open 'path' -> 'dest'" with errno, code, syscall, path
// and dest. `error` is a negative uv number; empty texts are left out.
v8::Local<v8::Value> fs_error(Realm& realm, int error, const char* syscall, std::string_view path = {},
                              std::string_view dest = {});

// Where an answer goes that comes later: a callback or a promise, in the async context of its start.
class FsAnswer final : public ActiveRequest {
 public:
  FsAnswer(Realm& realm, v8::Local<v8::Value> req);
  FsAnswer(const FsAnswer&) = delete;
  FsAnswer& operator=(const FsAnswer&) = delete;

  Realm& realm() const { return realm_; }
  v8::Local<v8::Value> shown(v8::Isolate* isolate) const override;
  // The promise to return; undefined for callbacks.
  v8::Local<v8::Value> returned() const;
  // Once, from the loop, with handle and context scopes open.
  void resolve(v8::Local<v8::Value> value);
  void reject(v8::Local<v8::Value> error);

 private:
  Realm& realm_;
  void call(int count, v8::Local<v8::Value>* args);

  v8::Global<v8::Function> callback_;
  v8::Global<v8::Promise::Resolver> resolver_;
  v8::Global<v8::Value> frame_;
  v8::Global<v8::Object> resource_;  // of a callback, where async_hooks follow it
};

// What one call needs until it is done. `flag` and `text` are the operation's own.
struct FsCall {
  uv_fs_t req = {};
  const char* syscall = "";
  int flag = 0;
  std::string path, dest;
  std::string data;
  std::vector<uv_buf_t> buffers;
  v8::Global<v8::Value> keep;
  FsAnswer* answer = nullptr;
  v8::Local<v8::Value> (*convert)(Realm&, FsCall&) = nullptr;

  ~FsCall();
};

using FsConvert = v8::Local<v8::Value> (*)(Realm&, FsCall&);

// What a call does to its two paths, in bits of these; asked of --permission before it begins.
struct FsAccess {
  enum : unsigned { kRead = 1, kWrite = 2 };
  unsigned path = 0, dest = 0;

  static FsAccess of(std::string_view syscall);
  static FsAccess of_open(int flags);
};

// Rejects in a later turn of the loop, as a call that was begun would; takes `answer`.
void fs_reject_later(FsAnswer* answer, v8::Local<v8::Value> error);

// The error of a call that --permission does not allow; empty when it does.
v8::MaybeLocal<v8::Value> fs_refusal(Realm& realm, const FsCall& call, FsAccess access);

v8::Local<v8::Value> fs_nothing(Realm& realm, FsCall& call);
v8::Local<v8::Value> fs_number(Realm& realm, FsCall& call);

void fs_start_async(const FsInfo& args, FsCall* call, v8::Local<v8::Value> req);
void fs_finish_start(const FsInfo& args, FsCall* call, int error);
void fs_done(uv_fs_t* req);
void fs_return_sync(const FsInfo& args, FsCall& call);

// Runs `begin(FsCall&, uv_fs_cb) -> int` as `req` says, and gives back what `convert` makes of the result.
// `prepare(FsCall&)` fills in what must live as long as the call.
template <typename Prepare, typename Begin>
void fs_run(const FsInfo& args, v8::Local<v8::Value> req, const char* syscall, FsConvert convert, Prepare prepare,
            Begin begin, FsAccess access) {
  bool restricted = Permission::of_process().on();
  if (fs_mode(req) == FsMode::kSync) {
    FsCall call;
    call.syscall = syscall;
    call.convert = convert;
    prepare(call);
    v8::Local<v8::Value> refusal;
    if (restricted && fs_refusal(Realm::from(args), call, access).ToLocal(&refusal)) {
      args.GetIsolate()->ThrowException(refusal);
      return;
    }
    begin(call, nullptr);
    fs_return_sync(args, call);
    return;
  }
  auto* call = new FsCall;
  call->syscall = syscall;
  call->convert = convert;
  prepare(*call);
  fs_start_async(args, call, req);
  v8::Local<v8::Value> refusal;
  if (restricted && fs_refusal(Realm::from(args), *call, access).ToLocal(&refusal)) {
    fs_reject_later(std::exchange(call->answer, nullptr), refusal);
    delete call;
    return;
  }
  fs_finish_start(args, call, begin(*call, fs_done));
}

template <typename Prepare, typename Begin>
void fs_run(const FsInfo& args, v8::Local<v8::Value> req, const char* syscall, FsConvert convert, Prepare prepare,
            Begin begin) {
  fs_run(args, req, syscall, convert, prepare, begin, FsAccess::of(syscall));
}

// Paths are strings or Uint8Arrays.
std::string fs_path(v8::Isolate* isolate, v8::Local<v8::Value> value);
std::int32_t fs_int(const FsInfo& args, int index);
// A position: -1 for null, undefined and negative numbers.
std::int64_t fs_position(v8::Local<v8::Value> value);
// A name or path out of the system: a string, or a Buffer when `as_buffer`.
v8::Local<v8::Value> fs_name(Realm& realm, std::string_view bytes, bool as_buffer);

// The eighteen numbers of a stat, into `out` of that many elements.
template <typename T>
void fs_fill_stat(T* out, const uv_stat_t& stat) {
  auto put = [&out](auto value) { *out++ = static_cast<T>(value); };
  put(stat.st_dev);
  put(stat.st_mode);
  put(stat.st_nlink);
  put(stat.st_uid);
  put(stat.st_gid);
  put(stat.st_rdev);
  put(stat.st_blksize);
  put(stat.st_ino);
  put(stat.st_size);
  put(stat.st_blocks);
  for (const uv_timespec_t* time : {&stat.st_atim, &stat.st_mtim, &stat.st_ctim, &stat.st_birthtim}) {
    put(time->tv_sec);
    put(time->tv_nsec);
  }
}
inline constexpr int kStatFields = 18;

}  // namespace pkg::runtime
