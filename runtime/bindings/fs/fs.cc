// The system calls of fs, each of them at once, with a callback or with a promise (see call.h).

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/bindings/fs/call.h"
#include "runtime/core/binding.h"
#include "runtime/core/bytes.h"

namespace pkg::runtime {

namespace {

uv_loop_t* loop_of(const FsInfo& args) { return Realm::from(args).loop(); }

// (path, req) and (path, path, req) operations differ in the libuv function only.
void run_path(const FsInfo& args, int req_index, const char* syscall, FsConvert convert, auto begin) {
  fs_run(
      args, args[req_index], syscall, convert, [&](FsCall& call) { call.path = fs_path(args.GetIsolate(), args[0]); },
      begin);
}
void run_two_paths(const FsInfo& args, int req_index, const char* syscall, auto begin) {
  fs_run(
      args, args[req_index], syscall, fs_nothing,
      [&](FsCall& call) {
        call.path = fs_path(args.GetIsolate(), args[0]);
        call.dest = fs_path(args.GetIsolate(), args[1]);
      },
      begin);
}
void run_fd(const FsInfo& args, int req_index, const char* syscall, FsConvert convert, auto begin) {
  fs_run(
      args, args[req_index], syscall, convert, [](FsCall&) {}, begin);
}

// access(path, mode, req)
void access(const FsInfo& args) {
  int mode = fs_int(args, 1);
  run_path(args, 2, "access", fs_nothing, [&, mode](FsCall& call, uv_fs_cb done) {
    return uv_fs_access(loop_of(args), &call.req, call.path.c_str(), mode, done);
  });
}

// existsSync(path) -> boolean
void exists(const FsInfo& args) {
  std::string path = fs_path(args.GetIsolate(), args[0]);
  if (Permission::refuses(Realm::from(args), Permission::kFsRead, path)) return;
  args.GetReturnValue().Set(::access(path.c_str(), F_OK) == 0);
}

// open(path, flags, mode, req) -> fd
void open(const FsInfo& args) {
  int flags = fs_int(args, 1), mode = fs_int(args, 2);
  fs_run(
      args, args[3], "open", fs_number, [&](FsCall& call) { call.path = fs_path(args.GetIsolate(), args[0]); },
      [&](FsCall& call, uv_fs_cb done) {
        return uv_fs_open(loop_of(args), &call.req, call.path.c_str(), flags | O_CLOEXEC, mode, done);
      },
      FsAccess::of_open(flags));
}

// close(fd, req)
void close(const FsInfo& args) {
  int fd = fs_int(args, 0);
  run_fd(args, 1, "close", fs_nothing,
         [&](FsCall& call, uv_fs_cb done) { return uv_fs_close(loop_of(args), &call.req, fd, done); });
}

// read(fd, buffer, offset, length, position, req) -> bytes read
void read(const FsInfo& args) {
  int fd = fs_int(args, 0);
  std::int64_t position = fs_position(args[4]);
  fs_run(
      args, args[5], "read", fs_number,
      [&](FsCall& call) {
        auto bytes = writable_bytes(args[1]);
        auto offset = static_cast<std::size_t>(fs_position(args[2]));
        auto length = static_cast<std::size_t>(fs_position(args[3]));
        if (offset > bytes.size()) offset = bytes.size();
        if (length > bytes.size() - offset) length = bytes.size() - offset;
        call.buffers.push_back(
            uv_buf_init(reinterpret_cast<char*>(bytes.data()) + offset, static_cast<unsigned>(length)));
        call.keep.Reset(args.GetIsolate(), args[1]);
      },
      [&](FsCall& call, uv_fs_cb done) {
        return uv_fs_read(loop_of(args), &call.req, fd, call.buffers.data(), 1, position, done);
      });
}

void collect_buffers(const FsInfo& args, FsCall& call, int index) {
  auto list = args[index].As<v8::Array>();
  for (std::uint32_t i = 0; i < list->Length(); ++i) {
    v8::Local<v8::Value> item;
    if (!list->Get(Realm::from(args).context(), i).ToLocal(&item)) return;
    auto bytes = writable_bytes(item);
    call.buffers.push_back(uv_buf_init(reinterpret_cast<char*>(bytes.data()), static_cast<unsigned>(bytes.size())));
  }
  call.keep.Reset(args.GetIsolate(), list);
}

// readBuffers(fd, buffers, position, req) -> bytes read
void read_buffers(const FsInfo& args) {
  int fd = fs_int(args, 0);
  std::int64_t position = fs_position(args[2]);
  fs_run(
      args, args[3], "read", fs_number, [&](FsCall& call) { collect_buffers(args, call, 1); },
      [&](FsCall& call, uv_fs_cb done) {
        return uv_fs_read(loop_of(args), &call.req, fd, call.buffers.data(), static_cast<unsigned>(call.buffers.size()),
                          position, done);
      });
}

// writeBuffer(fd, buffer, offset, length, position, req) -> bytes written
void write_buffer(const FsInfo& args) {
  int fd = fs_int(args, 0);
  std::int64_t position = fs_position(args[4]);
  fs_run(
      args, args[5], "write", fs_number,
      [&](FsCall& call) {
        auto bytes = writable_bytes(args[1]);
        auto offset = std::min(static_cast<std::size_t>(fs_position(args[2])), bytes.size());
        auto length = std::min(static_cast<std::size_t>(fs_position(args[3])), bytes.size() - offset);
        call.buffers.push_back(
            uv_buf_init(reinterpret_cast<char*>(bytes.data()) + offset, static_cast<unsigned>(length)));
        call.keep.Reset(args.GetIsolate(), args[1]);
      },
      [&](FsCall& call, uv_fs_cb done) {
        return uv_fs_write(loop_of(args), &call.req, fd, call.buffers.data(), 1, position, done);
      });
}

// writeBuffers(fd, buffers, position, req) -> bytes written
void write_buffers(const FsInfo& args) {
  int fd = fs_int(args, 0);
  std::int64_t position = fs_position(args[2]);
  fs_run(
      args, args[3], "write", fs_number, [&](FsCall& call) { collect_buffers(args, call, 1); },
      [&](FsCall& call, uv_fs_cb done) {
        return uv_fs_write(loop_of(args), &call.req, fd, call.buffers.data(),
                           static_cast<unsigned>(call.buffers.size()), position, done);
      });
}

// writeString(fd, string, position, req) -> bytes written; the string goes out as UTF-8
void write_string(const FsInfo& args) {
  int fd = fs_int(args, 0);
  std::int64_t position = fs_position(args[2]);
  fs_run(
      args, args[3], "write", fs_number,
      [&](FsCall& call) {
        call.data = to_utf8(args.GetIsolate(), args[1]);
        call.buffers.push_back(uv_buf_init(call.data.data(), static_cast<unsigned>(call.data.size())));
      },
      [&](FsCall& call, uv_fs_cb done) {
        return uv_fs_write(loop_of(args), &call.req, fd, call.buffers.data(), 1, position, done);
      });
}

// --- stat
// --------------------------------------------------------------------------------------------------------------

v8::Local<v8::Value> stat_numbers(Realm& realm, FsCall& call) {
  if (call.flag) {
    auto array = v8::BigInt64Array::New(v8::ArrayBuffer::New(realm.isolate(), kStatFields * 8), 0, kStatFields);
    fs_fill_stat(reinterpret_cast<std::int64_t*>(writable_bytes(array).data()), call.req.statbuf);
    return array;
  }
  auto array = v8::Float64Array::New(v8::ArrayBuffer::New(realm.isolate(), kStatFields * 8), 0, kStatFields);
  fs_fill_stat(reinterpret_cast<double*>(writable_bytes(array).data()), call.req.statbuf);
  return array;
}

bool is_absent(int error) { return error == UV_ENOENT || error == UV_ENOTDIR; }

// stat(path, array to fill, throwIfNoEntry) -> true, or undefined when there is no such file; or (path, bigint, req)
// with the numbers in a new array
template <int (*function)(uv_loop_t*, uv_fs_t*, const char*, uv_fs_cb)>
void stat_path(const FsInfo& args, const char* syscall) {
  if (args[1]->IsTypedArray()) {
    std::string path = fs_path(args.GetIsolate(), args[0]);
    if (Permission::refuses(Realm::from(args), Permission::kFsRead, path)) return;
    uv_fs_t req;
    int result = function(nullptr, &req, path.c_str(), nullptr);
    if (result == 0) {
      auto* out = writable_bytes(args[1]).data();
      if (args[1]->IsBigInt64Array())
        fs_fill_stat(reinterpret_cast<std::int64_t*>(out), req.statbuf);
      else
        fs_fill_stat(reinterpret_cast<double*>(out), req.statbuf);
      args.GetReturnValue().Set(true);
    } else if (!args[2]->IsFalse() || !is_absent(result)) {
      args.GetIsolate()->ThrowException(fs_error(Realm::from(args), result, syscall, path));
    }
    uv_fs_req_cleanup(&req);
    return;
  }
  fs_run(
      args, args[2], syscall, stat_numbers,
      [&](FsCall& call) {
        call.path = fs_path(args.GetIsolate(), args[0]);
        call.flag = args[1]->IsTrue();
      },
      [&](FsCall& call, uv_fs_cb done) { return function(loop_of(args), &call.req, call.path.c_str(), done); });
}
void stat(const FsInfo& args) { stat_path<uv_fs_stat>(args, "stat"); }
void lstat(const FsInfo& args) { stat_path<uv_fs_lstat>(args, "lstat"); }

// fstat(fd, array to fill), or (fd, bigint, req)
void fstat(const FsInfo& args) {
  int fd = fs_int(args, 0);
  if (args[1]->IsTypedArray()) {
    uv_fs_t req;
    int result = uv_fs_fstat(nullptr, &req, fd, nullptr);
    if (result == 0) {
      auto* out = writable_bytes(args[1]).data();
      if (args[1]->IsBigInt64Array())
        fs_fill_stat(reinterpret_cast<std::int64_t*>(out), req.statbuf);
      else
        fs_fill_stat(reinterpret_cast<double*>(out), req.statbuf);
      args.GetReturnValue().Set(true);
    } else {
      args.GetIsolate()->ThrowException(fs_error(Realm::from(args), result, "fstat"));
    }
    uv_fs_req_cleanup(&req);
    return;
  }
  fs_run(
      args, args[2], "fstat", stat_numbers, [&](FsCall& call) { call.flag = args[1]->IsTrue(); },
      [&](FsCall& call, uv_fs_cb done) { return uv_fs_fstat(loop_of(args), &call.req, fd, done); });
}

v8::Local<v8::Value> statfs_numbers(Realm& realm, FsCall& call) {
  auto* stats = static_cast<uv_statfs_t*>(call.req.ptr);
  std::uint64_t values[] = {stats->f_type,  stats->f_bsize,  stats->f_frsize, stats->f_blocks,
                            stats->f_bfree, stats->f_bavail, stats->f_files,  stats->f_ffree};
  std::vector<v8::Local<v8::Value>> numbers;
  for (std::uint64_t value : values) {
    if (call.flag)
      numbers.push_back(v8::BigInt::NewFromUnsigned(realm.isolate(), value));
    else
      numbers.push_back(v8::Number::New(realm.isolate(), static_cast<double>(value)));
  }
  return v8::Array::New(realm.isolate(), numbers.data(), numbers.size());
}

// statfs(path, bigint, req) -> [type, bsize, frsize, blocks, bfree, bavail, files, ffree]
void statfs(const FsInfo& args) {
  fs_run(
      args, args[2], "statfs", statfs_numbers,
      [&](FsCall& call) {
        call.path = fs_path(args.GetIsolate(), args[0]);
        call.flag = args[1]->IsTrue();
      },
      [&](FsCall& call, uv_fs_cb done) { return uv_fs_statfs(loop_of(args), &call.req, call.path.c_str(), done); });
}

// --- names
// -------------------------------------------------------------------------------------------------------------

void rename(const FsInfo& args) {
  run_two_paths(args, 2, "rename", [&](FsCall& call, uv_fs_cb done) {
    return uv_fs_rename(loop_of(args), &call.req, call.path.c_str(), call.dest.c_str(), done);
  });
}
void link(const FsInfo& args) {
  run_two_paths(args, 2, "link", [&](FsCall& call, uv_fs_cb done) {
    return uv_fs_link(loop_of(args), &call.req, call.path.c_str(), call.dest.c_str(), done);
  });
}
// symlink(target, path, req)
void symlink(const FsInfo& args) {
  run_two_paths(args, 2, "symlink", [&](FsCall& call, uv_fs_cb done) {
    return uv_fs_symlink(loop_of(args), &call.req, call.path.c_str(), call.dest.c_str(), 0, done);
  });
}
// copyFile(source, target, mode, req)
void copy_file(const FsInfo& args) {
  int mode = fs_int(args, 2);
  run_two_paths(args, 3, "copyfile", [&](FsCall& call, uv_fs_cb done) {
    return uv_fs_copyfile(loop_of(args), &call.req, call.path.c_str(), call.dest.c_str(), mode, done);
  });
}

v8::Local<v8::Value> pointed_name(Realm& realm, FsCall& call) {
  return fs_name(realm, static_cast<const char*>(call.req.ptr), call.flag != 0);
}

// readlink(path, asBuffer, req), realpath(path, asBuffer, req)
void readlink(const FsInfo& args) {
  fs_run(
      args, args[2], "readlink", pointed_name,
      [&](FsCall& call) {
        call.path = fs_path(args.GetIsolate(), args[0]);
        call.flag = args[1]->IsTrue();
      },
      [&](FsCall& call, uv_fs_cb done) { return uv_fs_readlink(loop_of(args), &call.req, call.path.c_str(), done); });
}
void realpath(const FsInfo& args) {
  fs_run(
      args, args[2], "realpath", pointed_name,
      [&](FsCall& call) {
        call.path = fs_path(args.GetIsolate(), args[0]);
        call.flag = args[1]->IsTrue();
      },
      [&](FsCall& call, uv_fs_cb done) { return uv_fs_realpath(loop_of(args), &call.req, call.path.c_str(), done); });
}

void unlink(const FsInfo& args) {
  run_path(args, 1, "unlink", fs_nothing, [&](FsCall& call, uv_fs_cb done) {
    return uv_fs_unlink(loop_of(args), &call.req, call.path.c_str(), done);
  });
}
void rmdir(const FsInfo& args) {
  run_path(args, 1, "rmdir", fs_nothing,
           [&](FsCall& call, uv_fs_cb done) { return uv_fs_rmdir(loop_of(args), &call.req, call.path.c_str(), done); });
}
// mkdir(path, mode, req)
void mkdir(const FsInfo& args) {
  int mode = fs_int(args, 1);
  run_path(args, 2, "mkdir", fs_nothing, [&](FsCall& call, uv_fs_cb done) {
    return uv_fs_mkdir(loop_of(args), &call.req, call.path.c_str(), mode, done);
  });
}

v8::Local<v8::Value> made_path(Realm& realm, FsCall& call) { return fs_name(realm, call.req.path, call.flag != 0); }

// mkdtemp(prefix with six X, asBuffer, req)
void mkdtemp(const FsInfo& args) {
  fs_run(
      args, args[2], "mkdtemp", made_path,
      [&](FsCall& call) {
        call.path = fs_path(args.GetIsolate(), args[0]);
        call.flag = args[1]->IsTrue();
      },
      [&](FsCall& call, uv_fs_cb done) { return uv_fs_mkdtemp(loop_of(args), &call.req, call.path.c_str(), done); });
}

constexpr int kAsBuffer = 1, kWithTypes = 2;

v8::Local<v8::Value> directory_entries(Realm& realm, FsCall& call) {
  std::vector<v8::Local<v8::Value>> names, types;
  uv_dirent_t entry;
  while (uv_fs_scandir_next(&call.req, &entry) == 0) {
    names.push_back(fs_name(realm, entry.name, call.flag & kAsBuffer));
    if (call.flag & kWithTypes) types.push_back(v8::Integer::New(realm.isolate(), entry.type));
  }
  auto list = v8::Array::New(realm.isolate(), names.data(), names.size());
  if (!(call.flag & kWithTypes)) return list;
  v8::Local<v8::Value> both[] = {list, v8::Array::New(realm.isolate(), types.data(), types.size())};
  return v8::Array::New(realm.isolate(), both, 2);
}

// readdir(path, asBuffer, withTypes, req) -> names, or [names, types]
void readdir(const FsInfo& args) {
  fs_run(
      args, args[3], "scandir", directory_entries,
      [&](FsCall& call) {
        call.path = fs_path(args.GetIsolate(), args[0]);
        call.flag = (args[1]->IsTrue() ? kAsBuffer : 0) | (args[2]->IsTrue() ? kWithTypes : 0);
      },
      [&](FsCall& call, uv_fs_cb done) { return uv_fs_scandir(loop_of(args), &call.req, call.path.c_str(), 0, done); });
}

// --- content, owner, mode and times
// -----------------------------------------------------------------------------------

// ftruncate(fd, length, req)
void ftruncate(const FsInfo& args) {
  int fd = fs_int(args, 0);
  std::int64_t length = fs_position(args[1]);
  run_fd(args, 2, "ftruncate", fs_nothing,
         [&](FsCall& call, uv_fs_cb done) { return uv_fs_ftruncate(loop_of(args), &call.req, fd, length, done); });
}
void fsync(const FsInfo& args) {
  int fd = fs_int(args, 0);
  run_fd(args, 1, "fsync", fs_nothing,
         [&](FsCall& call, uv_fs_cb done) { return uv_fs_fsync(loop_of(args), &call.req, fd, done); });
}
void fdatasync(const FsInfo& args) {
  int fd = fs_int(args, 0);
  run_fd(args, 1, "fdatasync", fs_nothing,
         [&](FsCall& call, uv_fs_cb done) { return uv_fs_fdatasync(loop_of(args), &call.req, fd, done); });
}
void chmod(const FsInfo& args) {
  int mode = fs_int(args, 1);
  run_path(args, 2, "chmod", fs_nothing, [&](FsCall& call, uv_fs_cb done) {
    return uv_fs_chmod(loop_of(args), &call.req, call.path.c_str(), mode, done);
  });
}
void fchmod(const FsInfo& args) {
  int fd = fs_int(args, 0), mode = fs_int(args, 1);
  run_fd(args, 2, "fchmod", fs_nothing,
         [&](FsCall& call, uv_fs_cb done) { return uv_fs_fchmod(loop_of(args), &call.req, fd, mode, done); });
}
uv_uid_t id_at(const FsInfo& args, int index) {
  return static_cast<uv_uid_t>(args[index]->IntegerValue(Realm::from(args).context()).FromMaybe(-1));
}
void chown(const FsInfo& args) {
  uv_uid_t user = id_at(args, 1), group = id_at(args, 2);
  run_path(args, 3, "chown", fs_nothing, [&](FsCall& call, uv_fs_cb done) {
    return uv_fs_chown(loop_of(args), &call.req, call.path.c_str(), user, group, done);
  });
}
void lchown(const FsInfo& args) {
  uv_uid_t user = id_at(args, 1), group = id_at(args, 2);
  run_path(args, 3, "lchown", fs_nothing, [&](FsCall& call, uv_fs_cb done) {
    return uv_fs_lchown(loop_of(args), &call.req, call.path.c_str(), user, group, done);
  });
}
void fchown(const FsInfo& args) {
  int fd = fs_int(args, 0);
  uv_uid_t user = id_at(args, 1), group = id_at(args, 2);
  run_fd(args, 3, "fchown", fs_nothing,
         [&](FsCall& call, uv_fs_cb done) { return uv_fs_fchown(loop_of(args), &call.req, fd, user, group, done); });
}
double seconds_at(const FsInfo& args, int index) {
  return args[index]->NumberValue(Realm::from(args).context()).FromMaybe(0);
}
// utimes(path, atime, mtime, req): seconds
void utimes(const FsInfo& args) {
  double access = seconds_at(args, 1), modified = seconds_at(args, 2);
  run_path(args, 3, "utime", fs_nothing, [&](FsCall& call, uv_fs_cb done) {
    return uv_fs_utime(loop_of(args), &call.req, call.path.c_str(), access, modified, done);
  });
}
void lutimes(const FsInfo& args) {
  double access = seconds_at(args, 1), modified = seconds_at(args, 2);
  run_path(args, 3, "lutime", fs_nothing, [&](FsCall& call, uv_fs_cb done) {
    return uv_fs_lutime(loop_of(args), &call.req, call.path.c_str(), access, modified, done);
  });
}
void futimes(const FsInfo& args) {
  int fd = fs_int(args, 0);
  double access = seconds_at(args, 1), modified = seconds_at(args, 2);
  run_fd(args, 3, "futime", fs_nothing, [&](FsCall& call, uv_fs_cb done) {
    return uv_fs_futime(loop_of(args), &call.req, fd, access, modified, done);
  });
}

constexpr Method kMethods[] = {{"access", access},
                               {"chmod", chmod},
                               {"chown", chown},
                               {"close", close},
                               {"copyFile", copy_file},
                               {"existsSync", exists},
                               {"fchmod", fchmod},
                               {"fchown", fchown},
                               {"fdatasync", fdatasync},
                               {"fstat", fstat},
                               {"fsync", fsync},
                               {"ftruncate", ftruncate},
                               {"futimes", futimes},
                               {"lchown", lchown},
                               {"link", link},
                               {"lstat", lstat},
                               {"lutimes", lutimes},
                               {"mkdir", mkdir},
                               {"mkdtemp", mkdtemp},
                               {"open", open},
                               {"read", read},
                               {"readBuffers", read_buffers},
                               {"readdir", readdir},
                               {"readlink", readlink},
                               {"realpath", realpath},
                               {"rename", rename},
                               {"rmdir", rmdir},
                               {"stat", stat},
                               {"statfs", statfs},
                               {"symlink", symlink},
                               {"unlink", unlink},
                               {"utimes", utimes},
                               {"writeBuffer", write_buffer},
                               {"writeBuffers", write_buffers},
                               {"writeString", write_string}};

}  // namespace

extern const Binding binding_fs;
const Binding binding_fs{"fs", kMethods};

}  // namespace pkg::runtime
