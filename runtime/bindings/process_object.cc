// What process tells of this process: time, memory, directories, signals to others. Errors are negative uv numbers.

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <string>

#include <fcntl.h>
#include <malloc.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ada.h>
#include <ares.h>
#include <brotli/encode.h>
#include <llhttp.h>
#include <nghttp2/nghttp2.h>
#include <openssl/crypto.h>
#include <openssl/opensslv.h>
#include <simdutf.h>
#include <sqlite3.h>
#include <unicode/ucal.h>
#include <unicode/ulocdata.h>
#include <unicode/uversion.h>
#include <zlib.h>
#include <zstd.h>

#include "runtime/bindings/env.h"
#include "runtime/core/bytes.h"
#include "runtime/core/permission.h"
#include "runtime/core/strings.h"
#include "runtime/core/version.h"

namespace pkg::runtime {

namespace {

using Info = v8::FunctionCallbackInfo<v8::Value>;

std::int32_t to_int(const Info& args, int index) {
  return args[index]->Int32Value(Realm::from(args).context()).FromMaybe(0);
}

double* doubles(v8::Local<v8::Value> array) { return reinterpret_cast<double*>(writable_bytes(array).data()); }

// cwd() -> path or error
void cwd(const Info& args) {
  std::string buffer(4096, '\0');
  std::size_t size = buffer.size();
  int error = uv_cwd(buffer.data(), &size);
  if (error == UV_ENOBUFS) {
    buffer.resize(size);
    error = uv_cwd(buffer.data(), &size);
  }
  if (error != 0) return args.GetReturnValue().Set(error);
  args.GetReturnValue().Set(text(args.GetIsolate(), std::string_view(buffer.data(), size)));
}

// chdir(path) -> 0 or error
void chdir(const Info& args) { args.GetReturnValue().Set(uv_chdir(to_utf8(args.GetIsolate(), args[0]).c_str())); }

// umask(mask?) -> the mask before
void umask(const Info& args) {
  mode_t old;
  if (args[0]->IsUndefined()) {
    old = ::umask(0);
    ::umask(old);
  } else {
    old = ::umask(static_cast<mode_t>(to_int(args, 0)));
  }
  args.GetReturnValue().Set(static_cast<std::uint32_t>(old));
}

// hrtime(Float64Array) fills [seconds, nanoseconds]
void hrtime(const Info& args) {
  std::uint64_t now = uv_hrtime();
  double* out = doubles(args[0]);
  out[0] = static_cast<double>(now / 1000000000);
  out[1] = static_cast<double>(now % 1000000000);
}
void hrtime_bigint(const Info& args) {
  args.GetReturnValue().Set(v8::BigInt::NewFromUnsigned(args.GetIsolate(), uv_hrtime()));
}

// uptime() -> seconds since the realm began
void uptime(const Info& args) {
  args.GetReturnValue().Set(static_cast<double>(uv_hrtime() - Realm::from(args).time_origin()) / 1e9);
}

void rss(const Info& args) {
  std::size_t size = 0;
  int error = uv_resident_set_memory(&size);
  args.GetReturnValue().Set(error ? static_cast<double>(error) : static_cast<double>(size));
}

// memoryUsage(Float64Array) -> 0 or error; fills [rss, heapTotal, heapUsed, external, arrayBuffers]
void memory_usage(const Info& args) {
  std::size_t resident = 0;
  if (int error = uv_resident_set_memory(&resident)) return args.GetReturnValue().Set(error);
  v8::HeapStatistics heap;
  args.GetIsolate()->GetHeapStatistics(&heap);
  double* out = doubles(args[0]);
  out[0] = static_cast<double>(resident);
  out[1] = static_cast<double>(heap.total_heap_size());
  out[2] = static_cast<double>(heap.used_heap_size());
  out[3] = static_cast<double>(heap.external_memory());
  out[4] = static_cast<double>(heap.external_memory());
  args.GetReturnValue().Set(0);
}

// resourceUsage(Float64Array(16)) -> 0 or error, in the order of process.resourceUsage()'s properties
void resource_usage(const Info& args) {
  uv_rusage_t usage;
  if (int error = uv_getrusage(&usage)) return args.GetReturnValue().Set(error);
  double* out = doubles(args[0]);
  auto micros = [](const uv_timeval_t& time) {
    return 1e6 * static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec);
  };
  double values[] = {micros(usage.ru_utime),
                     micros(usage.ru_stime),
                     static_cast<double>(usage.ru_maxrss),
                     static_cast<double>(usage.ru_ixrss),
                     static_cast<double>(usage.ru_idrss),
                     static_cast<double>(usage.ru_isrss),
                     static_cast<double>(usage.ru_minflt),
                     static_cast<double>(usage.ru_majflt),
                     static_cast<double>(usage.ru_nswap),
                     static_cast<double>(usage.ru_inblock),
                     static_cast<double>(usage.ru_oublock),
                     static_cast<double>(usage.ru_msgsnd),
                     static_cast<double>(usage.ru_msgrcv),
                     static_cast<double>(usage.ru_nsignals),
                     static_cast<double>(usage.ru_nvcsw),
                     static_cast<double>(usage.ru_nivcsw)};
  std::copy(std::begin(values), std::end(values), out);
  args.GetReturnValue().Set(0);
}

// cpuUsage(Float64Array(2), ofThread) -> 0 or error; [user, system] in microseconds
void cpu_usage(const Info& args) {
  uv_rusage_t usage;
  int error = args[1]->IsTrue() ? uv_getrusage_thread(&usage) : uv_getrusage(&usage);
  if (error) return args.GetReturnValue().Set(error);
  double* out = doubles(args[0]);
  out[0] = 1e6 * static_cast<double>(usage.ru_utime.tv_sec) + static_cast<double>(usage.ru_utime.tv_usec);
  out[1] = 1e6 * static_cast<double>(usage.ru_stime.tv_sec) + static_cast<double>(usage.ru_stime.tv_usec);
  args.GetReturnValue().Set(0);
}

void constrained_memory(const Info& args) {
  args.GetReturnValue().Set(static_cast<double>(uv_get_constrained_memory()));
}
void available_memory(const Info& args) { args.GetReturnValue().Set(static_cast<double>(uv_get_available_memory())); }

// kill(pid, signal) -> 0 or error
void kill(const Info& args) {
  std::fflush(nullptr);
  args.GetReturnValue().Set(uv_kill(to_int(args, 0), to_int(args, 1)));
}

void abort(const Info&) {
  std::fflush(nullptr);
  std::abort();
}

void cause_segfault(const Info&) {
  volatile void** address = static_cast<volatile void**>(nullptr);
  *address = nullptr;
}

void get_title(const Info& args) {
  std::string buffer(4096, '\0');
  if (uv_get_process_title(buffer.data(), buffer.size()) != 0) buffer = "node";
  args.GetReturnValue().Set(text(args.GetIsolate(), buffer.c_str()));
}
void set_title(const Info& args) { uv_set_process_title(to_utf8(args.GetIsolate(), args[0]).c_str()); }

void get_ppid(const Info& args) { args.GetReturnValue().Set(getppid()); }

// guessHandleType(fd) -> "FILE", "PIPE", "TCP", "TTY", "UDP" or "UNKNOWN"
void guess_handle_type(const Info& args) {
  const char* type = "UNKNOWN";
  switch (uv_guess_handle(to_int(args, 0))) {
    case UV_FILE:
      type = "FILE";
      break;
    case UV_NAMED_PIPE:
      type = "PIPE";
      break;
    case UV_TCP:
      type = "TCP";
      break;
    case UV_TTY:
      type = "TTY";
      break;
    case UV_UDP:
      type = "UDP";
      break;
    default:
      break;
  }
  args.GetReturnValue().Set(intern(args.GetIsolate(), type));
}

std::vector<std::string> string_list(Realm& realm, v8::Local<v8::Value> value) {
  std::vector<std::string> out;
  auto list = value.As<v8::Array>();
  for (std::uint32_t i = 0; i < list->Length(); ++i) {
    v8::Local<v8::Value> item;
    if (!list->Get(realm.context(), i).ToLocal(&item)) break;
    out.push_back(to_utf8(realm.isolate(), item));
  }
  return out;
}

// execve(path, args, env) -> error; replaces the process when it succeeds
void execve(const Info& args) {
  Realm& realm = Realm::from(args);
  std::string path = to_utf8(realm.isolate(), args[0]);
  if (Permission::refuses(realm, Permission::kChild, path)) return;
  auto arguments = string_list(realm, args[1]), variables = string_list(realm, args[2]);
  std::vector<char*> argv, envp;
  for (std::string& word : arguments) argv.push_back(word.data());
  for (std::string& line : variables) envp.push_back(line.data());
  argv.push_back(nullptr);
  envp.push_back(nullptr);
  // The new program is to have stdin, stdout and stderr, and nothing else of ours.
  for (int fd = 0; fd <= 2; ++fd) {
    int flags = fcntl(fd, F_GETFD);
    if (flags >= 0) fcntl(fd, F_SETFD, flags & ~FD_CLOEXEC);
  }
  ::execve(path.c_str(), argv.data(), envp.data());
  args.GetReturnValue().Set(-errno);
}

// versions() -> {node, v8, uv, ...}: what this runtime is made of
void versions(const Info& args) {
  Realm& realm = Realm::from(args);
  auto object = v8::Object::New(args.GetIsolate());
  auto add = [&](const char* name, std::string_view version) {
    object
        ->DefineOwnProperty(realm.context(), intern(realm.isolate(), name), text(realm.isolate(), version),
                            v8::ReadOnly)
        .Check();
  };
  auto dotted = [](int major, int minor, int patch) {
    return std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(patch);
  };
  UVersionInfo cldr;
  char cldr_text[U_MAX_VERSION_STRING_LENGTH] = "";
  UErrorCode status = U_ZERO_ERROR;
  ulocdata_getCLDRVersion(cldr, &status);
  if (U_SUCCESS(status)) u_versionToString(cldr, cldr_text);
  const char* zone = ucal_getTZDataVersion(&status);
  std::uint32_t brotli = BrotliEncoderVersion();
  add("node", std::string_view(PKG_NODE_VERSION).substr(1));
  add("ada", ADA_VERSION);
  add("ares", ares_version(nullptr));
  add("brotli",
      dotted(static_cast<int>(brotli >> 24), static_cast<int>(brotli >> 12 & 0xfff), static_cast<int>(brotli & 0xfff)));
  add("cldr", cldr_text);
  add("icu", U_ICU_VERSION);
  add("llhttp", dotted(LLHTTP_VERSION_MAJOR, LLHTTP_VERSION_MINOR, LLHTTP_VERSION_PATCH));
  add("modules", "137");
  add("napi", "10");
  add("nghttp2", NGHTTP2_VERSION);
  add("openssl", OpenSSL_version(OPENSSL_VERSION_STRING));
  add("pkg", PKG_VERSION);
  add("simdutf", SIMDUTF_VERSION);
  add("sqlite", SQLITE_VERSION);
  add("tz", U_SUCCESS(status) ? zone : "");
  add("unicode", U_UNICODE_VERSION);
  add("uv", uv_version_string());
  add("v8", v8::V8::GetVersion());
  add("zlib", zlibVersion());
  add("zstd", ZSTD_versionString());
  args.GetReturnValue().Set(object);
}

void init(Realm& realm, v8::Local<v8::Object> target) {
#if defined(__aarch64__)
  set_value(realm, target, "arch", intern(realm.isolate(), "arm64"));
#else
  set_value(realm, target, "arch", intern(realm.isolate(), "x64"));
#endif
}

constexpr Method kMethods[] = {{"abort", abort},
                               {"availableMemory", available_memory},
                               {"causeSegfault", cause_segfault},
                               {"chdir", chdir},
                               {"constrainedMemory", constrained_memory},
                               {"cpuUsage", cpu_usage},
                               {"cwd", cwd},
                               {"execve", execve},
                               {"getPpid", get_ppid},
                               {"getTitle", get_title},
                               {"guessHandleType", guess_handle_type},
                               {"hrtime", hrtime},
                               {"hrtimeBigint", hrtime_bigint},
                               {"kill", kill},
                               {"memoryUsage", memory_usage},
                               {"resourceUsage", resource_usage},
                               {"rss", rss},
                               {"setTitle", set_title},
                               {"umask", umask},
                               {"uptime", uptime},
                               {"versions", versions}};

}  // namespace

extern const Binding binding_process_object;
const Binding binding_process_object{"process_object", kMethods, init};

}  // namespace pkg::runtime
