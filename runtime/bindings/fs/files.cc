// Whole files and folders in one step: read, write, remove a tree, make the folders of a path. Each of them runs as it
// is on the calling thread, or in one trip on the thread pool.

#include <cerrno>
#include <cstring>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <simdutf.h>

#include "runtime/bindings/fs/call.h"
#include "runtime/core/binding.h"
#include "runtime/core/bytes.h"

namespace pkg::runtime {

namespace {

constexpr std::uint64_t kMaxFileSize = 0x7fffffff;
constexpr std::size_t kFirstRead = 8192;

// What is done off the loop. run() touches no JavaScript.
struct Job {
  uv_work_t work = {};
  int error = 0;  // negative uv number
  const char* syscall = "open";
  std::string path, dest;
  FsAnswer* answer = nullptr;

  virtual ~Job() { delete answer; }
  virtual void run() = 0;
  virtual v8::Local<v8::Value> value(Realm& realm) { return v8::Undefined(realm.isolate()); }
  virtual v8::Local<v8::Value> problem(Realm& realm) { return fs_error(realm, error, syscall, path, dest); }

  int fail(const char* what, int number) {
    syscall = what;
    return error = number;
  }
};

void start(const FsInfo& args, v8::Local<v8::Value> req, std::unique_ptr<Job> job, FsAccess access) {
  Realm& realm = Realm::from(args);
  if (Permission::of_process().on() && !job->path.empty()) {
    FsCall call;
    call.path = job->path;
    v8::Local<v8::Value> refusal;
    if (fs_refusal(realm, call, access).ToLocal(&refusal)) {
      if (fs_mode(req) == FsMode::kSync) {
        realm.isolate()->ThrowException(refusal);
      } else {
        auto* answer = new FsAnswer(realm, req);
        args.GetReturnValue().Set(answer->returned());
        fs_reject_later(answer, refusal);
      }
      return;
    }
  }
  if (fs_mode(req) == FsMode::kSync) {
    job->run();
    if (job->error) {
      realm.isolate()->ThrowException(job->problem(realm));
    } else {
      args.GetReturnValue().Set(job->value(realm));
    }
    return;
  }
  job->answer = new FsAnswer(realm, req);
  job->work.data = job.get();
  args.GetReturnValue().Set(job->answer->returned());
  uv_queue_work(
      realm.loop(), &job.release()->work, [](uv_work_t* work) { static_cast<Job*>(work->data)->run(); },
      [](uv_work_t* work, int) {
        std::unique_ptr<Job> job(static_cast<Job*>(work->data));
        Realm& realm = job->answer->realm();
        if (!realm.can_call_js()) return;
        v8::HandleScope scope(realm.isolate());
        v8::Context::Scope context(realm.context());
        if (job->error)
          job->answer->reject(job->problem(realm));
        else
          job->answer->resolve(job->value(realm));
      });
}

int open_retrying(const std::string& path, int flags, int mode) {
  for (;;) {
    int fd = ::open(path.c_str(), flags | O_CLOEXEC, mode);
    if (fd >= 0 || errno != EINTR) return fd >= 0 ? fd : -errno;
  }
}

// --- reading
// -----------------------------------------------------------------------------------------------------------

// Bytes that become a backing store without a copy.
struct Content {
  char* data = nullptr;
  std::size_t size = 0, capacity = 0;
  ~Content() { std::free(data); }

  bool reserve(std::size_t wanted) {
    if (wanted <= capacity) return true;
    auto* grown = static_cast<char*>(std::realloc(data, wanted));
    if (!grown) return false;
    data = grown;
    capacity = wanted;
    return true;
  }
  // -1: errno
  int read_all(int fd, std::size_t expected) {
    // One byte more than expected, so that the end is seen without growing.
    if (!reserve(expected ? expected + 1 : kFirstRead)) return UV_ENOMEM;
    for (;;) {
      if (size == capacity && !reserve(capacity * 2)) return UV_ENOMEM;
      ssize_t count = ::read(fd, data + size, capacity - size);
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return -errno;
      if (count == 0) return 0;
      size += static_cast<std::size_t>(count);
      if (expected && size == expected) return 0;
      if (size > kMaxFileSize) return UV_EFBIG;
    }
  }
};

struct ReadFile final : Job {
  int fd = -1;  // given by the caller, or -1
  int flags = O_RDONLY;
  bool as_text = false;
  bool too_large = false;
  std::uint64_t size = 0;
  Content content;

  void run() override {
    int file = fd;
    if (file < 0) {
      file = open_retrying(path, flags, 0666);
      if (file < 0) {
        fail("open", file);
        return;
      }
    }
    read_from(file);
    if (fd < 0) ::close(file);
  }
  void read_from(int file) {
    struct stat status;
    if (::fstat(file, &status) != 0) {
      fail("fstat", -errno);
      path.clear();
      return;
    }
    size = S_ISREG(status.st_mode) ? static_cast<std::uint64_t>(status.st_size) : 0;
    if (size > kMaxFileSize) {
      too_large = true;
      error = UV_EFBIG;
      return;
    }
    // A descriptor is read from where it stands, a file from its beginning.
    if (int number = content.read_all(file, static_cast<std::size_t>(size))) {
      fail("read", number);
      path.clear();
    }
  }
  v8::Local<v8::Value> value(Realm& realm) override {
    v8::Isolate* isolate = realm.isolate();
    if (as_text) {
      if (content.size == 0) return v8::String::Empty(isolate);
      v8::MaybeLocal<v8::String> string;
      if (simdutf::validate_ascii(content.data, content.size)) {
        string = v8::String::NewFromOneByte(isolate, reinterpret_cast<std::uint8_t*>(content.data),
                                            v8::NewStringType::kNormal, static_cast<int>(content.size));
      } else {
        string = utf8(isolate, std::string_view(content.data, content.size));
      }
      v8::Local<v8::String> result;
      if (string.ToLocal(&result)) return result;
      // Longer than a string can be: the caller sees the bytes and says so.
    }
    if (content.size < 4096) {
      return make_buffer(realm, std::span(reinterpret_cast<std::uint8_t*>(content.data), content.size));
    }
    auto store = v8::ArrayBuffer::NewBackingStore(
        content.data, content.size, [](void* data, std::size_t, void*) { std::free(data); }, nullptr);
    content.data = nullptr;
    return make_buffer(realm, std::shared_ptr<v8::BackingStore>(std::move(store)));
  }
  v8::Local<v8::Value> problem(Realm& realm) override {
    if (!too_large) return Job::problem(realm);
    v8::Isolate* isolate = realm.isolate();
    auto thrown =
        v8::Exception::RangeError(text(isolate, "File size (" + std::to_string(size) + ") is greater than 2 GiB"))
            .As<v8::Object>();
    thrown->Set(realm.context(), intern(isolate, "code"), intern(isolate, "ERR_FS_FILE_TOO_LARGE")).Check();
    return thrown;
  }
};

// readFile(path or fd, flags, asText, req) -> Buffer or string
void read_file(const FsInfo& args) {
  auto job = std::make_unique<ReadFile>();
  if (args[0]->IsInt32())
    job->fd = args[0].As<v8::Int32>()->Value();
  else
    job->path = fs_path(args.GetIsolate(), args[0]);
  job->flags = fs_int(args, 1);
  job->as_text = args[2]->IsTrue();
  FsAccess access = FsAccess::of_open(job->flags);
  start(args, args[3], std::move(job), access);
}

// --- writing
// -----------------------------------------------------------------------------------------------------------

struct WriteFile final : Job {
  int fd = -1;
  int flags = 0, mode = 0666;
  bool flush = false;
  std::string owned;
  const char* bytes = nullptr;
  std::size_t count = 0;
  v8::Global<v8::Value> keep;

  void run() override {
    int file = fd;
    bool truncate_after = false;
    if (file < 0) {
      int how = flags;
      // Truncating first makes some file systems free the blocks and flush at close; the same bytes are there in the
      // end when the tail is cut after writing. O_APPEND and special files keep the plain way.
      if ((flags & O_TRUNC) && !(flags & (O_APPEND | O_EXCL)) && (flags & O_CREAT) && count > 0) {
        how &= ~O_TRUNC;
        truncate_after = true;
      }
      file = open_retrying(path, how, mode);
      if (file < 0) {
        fail("open", file);
        return;
      }
    }
    std::size_t written = 0;
    while (written < count) {
      ssize_t some = ::write(file, bytes + written, count - written);
      if (some < 0 && errno == EINTR) continue;
      if (some < 0) {
        fail("write", -errno);
        path.clear();
        break;
      }
      written += static_cast<std::size_t>(some);
    }
    if (truncate_after) {
      struct stat status;
      if (::fstat(file, &status) == 0 && S_ISREG(status.st_mode) && status.st_size > static_cast<off_t>(written) &&
          ::ftruncate(file, static_cast<off_t>(written)) != 0 && !error) {
        fail("ftruncate", -errno);
      }
    }
    if (flush && !error && ::fsync(file) != 0) fail("fsync", -errno);
    if (fd < 0) ::close(file);
  }
};

// writeFile(path or fd, string or bytes, flags, mode, flush, req)
void write_file(const FsInfo& args) {
  auto job = std::make_unique<WriteFile>();
  v8::Isolate* isolate = args.GetIsolate();
  if (args[0]->IsInt32())
    job->fd = args[0].As<v8::Int32>()->Value();
  else
    job->path = fs_path(isolate, args[0]);
  if (args[1]->IsString()) {
    job->owned = to_utf8(isolate, args[1]);
    job->bytes = job->owned.data();
    job->count = job->owned.size();
  } else {
    auto bytes = writable_bytes(args[1]);
    job->bytes = reinterpret_cast<const char*>(bytes.data());
    job->count = bytes.size();
    if (fs_mode(args[5]) != FsMode::kSync) job->keep.Reset(isolate, args[1]);
  }
  job->flags = fs_int(args, 2);
  job->mode = fs_int(args, 3);
  job->flush = args[4]->IsTrue();
  FsAccess access = FsAccess::of_open(job->flags);
  start(args, args[5], std::move(job), access);
}

// --- trees
// -------------------------------------------------------------------------------------------------------------

struct RemoveTree final : Job {
  int retries = 0;
  unsigned delay = 100;  // ms, longer with each retry
  bool recursive = false;

  void run() override {
    struct stat status;
    if (::lstat(path.c_str(), &status) != 0) {
      fail("lstat", -errno);
      return;
    }
    for (int attempt = 0;; ++attempt) {
      error = 0;
      remove(AT_FDCWD, path, path, S_ISDIR(status.st_mode));
      if (!error || attempt >= retries || !may_pass()) break;
      usleep(delay * 1000 * static_cast<unsigned>(attempt + 1));
    }
    if (error == UV_ENOENT) error = 0;  // someone else removed it meanwhile
  }
  bool may_pass() const {
    return error == UV_EBUSY || error == UV_EMFILE || error == UV_ENFILE || error == UV_ENOTEMPTY || error == UV_EPERM;
  }
  // Removes `name` in the folder `parent`; `shown` is its whole path, for the error.
  bool remove(int parent, const std::string& name, const std::string& shown, bool is_folder) {
    if (!is_folder) return ::unlinkat(parent, name.c_str(), 0) == 0 || note("unlink", shown);
    // Empty ones go at once; no link is followed.
    if (::unlinkat(parent, name.c_str(), AT_REMOVEDIR) == 0) return true;
    if (errno != ENOTEMPTY && errno != EEXIST) return note("rmdir", shown);
    int folder = ::openat(parent, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (folder < 0) return note("rm", shown);
    DIR* stream = ::fdopendir(folder);
    if (!stream) {
      ::close(folder);
      return note("scandir", shown);
    }
    bool all = true;
    while (dirent* entry = ::readdir(stream)) {
      if (!std::strcmp(entry->d_name, ".") || !std::strcmp(entry->d_name, "..")) continue;
      bool folder_inside = entry->d_type == DT_DIR;
      if (entry->d_type == DT_UNKNOWN) {
        struct stat status;
        folder_inside = ::fstatat(folder, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(status.st_mode);
      }
      if (!remove(folder, entry->d_name, shown + "/" + entry->d_name, folder_inside)) {
        all = false;
        break;
      }
    }
    ::closedir(stream);
    if (!all) return false;
    return ::unlinkat(parent, name.c_str(), AT_REMOVEDIR) == 0 || note("rmdir", shown);
  }
  bool note(const char* what, const std::string& where) {
    if (errno == ENOENT) return true;
    fail(what, -errno);
    dest_path_ = where;
    return false;
  }
  v8::Local<v8::Value> problem(Realm& realm) override {
    return fs_error(realm, error, syscall, dest_path_.empty() ? path : dest_path_);
  }

 private:
  std::string dest_path_;
};

// rmTree(path, maxRetries, retryDelay, req): removes a file, link, or folder with all that is in it
void rm_tree(const FsInfo& args) {
  auto job = std::make_unique<RemoveTree>();
  job->path = fs_path(args.GetIsolate(), args[0]);
  while (job->path.size() > 1 && job->path.back() == '/') job->path.pop_back();
  job->retries = fs_int(args, 1);
  job->delay = static_cast<unsigned>(fs_int(args, 2));
  start(args, args[3], std::move(job), {FsAccess::kWrite, 0});
}

struct MakeFolders final : Job {
  int mode = 0777;
  std::string first;  // the outermost folder that was made

  void run() override {
    std::vector<std::string> todo{path};
    while (!todo.empty()) {
      std::string& next = todo.back();
      if (::mkdir(next.c_str(), static_cast<mode_t>(mode)) == 0) {
        if (first.empty()) first = next;
        todo.pop_back();
        continue;
      }
      int number = -errno;
      if (number == UV_ENOENT) {
        std::string parent = next;
        while (parent.size() > 1 && parent.back() == '/') parent.pop_back();
        std::size_t slash = parent.rfind('/');
        if (slash == std::string::npos || parent.size() <= 1) {
          fail("mkdir", number);
          return;
        }
        parent.erase(slash == 0 ? 1 : slash);
        if (parent == next) {
          fail("mkdir", number);
          return;
        }
        todo.push_back(parent);
        continue;
      }
      struct stat status;
      if (number == UV_EEXIST || number == UV_EISDIR || number == UV_EROFS || number == UV_EACCES ||
          number == UV_EPERM) {
        if (::stat(next.c_str(), &status) == 0 && S_ISDIR(status.st_mode)) {
          todo.pop_back();
          continue;
        }
        if (number == UV_EEXIST && todo.size() > 1) number = UV_ENOTDIR;
      }
      fail("mkdir", number);
      return;
    }
  }
  v8::Local<v8::Value> value(Realm& realm) override {
    if (first.empty()) return v8::Undefined(realm.isolate());
    return fs_name(realm, first, false);
  }
};

// mkdirs(path, mode, req) -> the first folder that was made, or undefined
void mkdirs(const FsInfo& args) {
  auto job = std::make_unique<MakeFolders>();
  job->path = fs_path(args.GetIsolate(), args[0]);
  job->mode = fs_int(args, 1);
  start(args, args[2], std::move(job), {FsAccess::kWrite, 0});
}

constexpr Method kMethods[] = {
    {"mkdirs", mkdirs}, {"readFile", read_file}, {"rmTree", rm_tree}, {"writeFile", write_file}};

}  // namespace

extern const Binding binding_fs_files;
const Binding binding_fs_files{"fs_files", kMethods};

}  // namespace pkg::runtime
