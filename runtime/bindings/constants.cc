// The numbers of the operating system, by group: os (errno, signals, priority, dlopen), fs, trace.

#include <cerrno>
#include <csignal>

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <uv.h>

#include "runtime/core/binding.h"
#include "runtime/core/strings.h"

namespace pkg::runtime {

namespace {

struct Constant {
  const char* name;
  double value;
};

#define PKG_C(name) \
  { #name, static_cast < double>(name) }

constexpr Constant kErrno[] = {PKG_C(E2BIG),        PKG_C(EACCES),       PKG_C(EADDRINUSE),   PKG_C(EADDRNOTAVAIL),
                               PKG_C(EAFNOSUPPORT), PKG_C(EAGAIN),       PKG_C(EALREADY),     PKG_C(EBADF),
                               PKG_C(EBADMSG),      PKG_C(EBUSY),        PKG_C(ECANCELED),    PKG_C(ECHILD),
                               PKG_C(ECONNABORTED), PKG_C(ECONNREFUSED), PKG_C(ECONNRESET),   PKG_C(EDEADLK),
                               PKG_C(EDESTADDRREQ), PKG_C(EDOM),         PKG_C(EDQUOT),       PKG_C(EEXIST),
                               PKG_C(EFAULT),       PKG_C(EFBIG),        PKG_C(EHOSTUNREACH), PKG_C(EIDRM),
                               PKG_C(EILSEQ),       PKG_C(EINPROGRESS),  PKG_C(EINTR),        PKG_C(EINVAL),
                               PKG_C(EIO),          PKG_C(EISCONN),      PKG_C(EISDIR),       PKG_C(ELOOP),
                               PKG_C(EMFILE),       PKG_C(EMLINK),       PKG_C(EMSGSIZE),     PKG_C(EMULTIHOP),
                               PKG_C(ENAMETOOLONG), PKG_C(ENETDOWN),     PKG_C(ENETRESET),    PKG_C(ENETUNREACH),
                               PKG_C(ENFILE),       PKG_C(ENOBUFS),      PKG_C(ENODATA),      PKG_C(ENODEV),
                               PKG_C(ENOENT),       PKG_C(ENOEXEC),      PKG_C(ENOLCK),       PKG_C(ENOLINK),
                               PKG_C(ENOMEM),       PKG_C(ENOMSG),       PKG_C(ENOPROTOOPT),  PKG_C(ENOSPC),
                               PKG_C(ENOSR),        PKG_C(ENOSTR),       PKG_C(ENOSYS),       PKG_C(ENOTCONN),
                               PKG_C(ENOTDIR),      PKG_C(ENOTEMPTY),    PKG_C(ENOTSOCK),     PKG_C(ENOTSUP),
                               PKG_C(ENOTTY),       PKG_C(ENXIO),        PKG_C(EOPNOTSUPP),   PKG_C(EOVERFLOW),
                               PKG_C(EPERM),        PKG_C(EPIPE),        PKG_C(EPROTO),       PKG_C(EPROTONOSUPPORT),
                               PKG_C(EPROTOTYPE),   PKG_C(ERANGE),       PKG_C(EROFS),        PKG_C(ESPIPE),
                               PKG_C(ESRCH),        PKG_C(ESTALE),       PKG_C(ETIME),        PKG_C(ETIMEDOUT),
                               PKG_C(ETXTBSY),      PKG_C(EWOULDBLOCK),  PKG_C(EXDEV)};

constexpr Constant kSignals[] = {
    PKG_C(SIGHUP),   PKG_C(SIGINT),  PKG_C(SIGQUIT), PKG_C(SIGILL),    PKG_C(SIGTRAP), PKG_C(SIGABRT),   PKG_C(SIGIOT),
    PKG_C(SIGBUS),   PKG_C(SIGFPE),  PKG_C(SIGKILL), PKG_C(SIGUSR1),   PKG_C(SIGSEGV), PKG_C(SIGUSR2),   PKG_C(SIGPIPE),
    PKG_C(SIGALRM),  PKG_C(SIGTERM), PKG_C(SIGCHLD), PKG_C(SIGSTKFLT), PKG_C(SIGCONT), PKG_C(SIGSTOP),   PKG_C(SIGTSTP),
    PKG_C(SIGTTIN),  PKG_C(SIGTTOU), PKG_C(SIGURG),  PKG_C(SIGXCPU),   PKG_C(SIGXFSZ), PKG_C(SIGVTALRM), PKG_C(SIGPROF),
    PKG_C(SIGWINCH), PKG_C(SIGIO),   PKG_C(SIGPOLL), PKG_C(SIGPWR),    PKG_C(SIGSYS)};

constexpr Constant kPriority[] = {
    {"PRIORITY_LOW", UV_PRIORITY_LOW},       {"PRIORITY_BELOW_NORMAL", UV_PRIORITY_BELOW_NORMAL},
    {"PRIORITY_NORMAL", UV_PRIORITY_NORMAL}, {"PRIORITY_ABOVE_NORMAL", UV_PRIORITY_ABOVE_NORMAL},
    {"PRIORITY_HIGH", UV_PRIORITY_HIGH},     {"PRIORITY_HIGHEST", UV_PRIORITY_HIGHEST}};

constexpr Constant kDlopen[] = {PKG_C(RTLD_LAZY), PKG_C(RTLD_NOW), PKG_C(RTLD_GLOBAL), PKG_C(RTLD_LOCAL),
                                PKG_C(RTLD_DEEPBIND)};

constexpr Constant kFs[] = {PKG_C(UV_FS_SYMLINK_DIR),
                            PKG_C(UV_FS_SYMLINK_JUNCTION),
                            PKG_C(O_RDONLY),
                            PKG_C(O_WRONLY),
                            PKG_C(O_RDWR),
                            PKG_C(UV_DIRENT_UNKNOWN),
                            PKG_C(UV_DIRENT_FILE),
                            PKG_C(UV_DIRENT_DIR),
                            PKG_C(UV_DIRENT_LINK),
                            PKG_C(UV_DIRENT_FIFO),
                            PKG_C(UV_DIRENT_SOCKET),
                            PKG_C(UV_DIRENT_CHAR),
                            PKG_C(UV_DIRENT_BLOCK),
                            {"EXTENSIONLESS_FORMAT_JAVASCRIPT", 0},
                            {"EXTENSIONLESS_FORMAT_WASM", 1},
                            PKG_C(S_IFMT),
                            PKG_C(S_IFREG),
                            PKG_C(S_IFDIR),
                            PKG_C(S_IFCHR),
                            PKG_C(S_IFBLK),
                            PKG_C(S_IFIFO),
                            PKG_C(S_IFLNK),
                            PKG_C(S_IFSOCK),
                            PKG_C(O_CREAT),
                            PKG_C(O_EXCL),
                            PKG_C(UV_FS_O_FILEMAP),
                            PKG_C(O_NOCTTY),
                            PKG_C(O_TRUNC),
                            PKG_C(O_APPEND),
                            PKG_C(O_DIRECTORY),
                            PKG_C(O_NOATIME),
                            PKG_C(O_NOFOLLOW),
                            PKG_C(O_SYNC),
                            PKG_C(O_DSYNC),
                            PKG_C(O_DIRECT),
                            PKG_C(O_NONBLOCK),
                            PKG_C(S_IRWXU),
                            PKG_C(S_IRUSR),
                            PKG_C(S_IWUSR),
                            PKG_C(S_IXUSR),
                            PKG_C(S_IRWXG),
                            PKG_C(S_IRGRP),
                            PKG_C(S_IWGRP),
                            PKG_C(S_IXGRP),
                            PKG_C(S_IRWXO),
                            PKG_C(S_IROTH),
                            PKG_C(S_IWOTH),
                            PKG_C(S_IXOTH),
                            PKG_C(F_OK),
                            PKG_C(R_OK),
                            PKG_C(W_OK),
                            PKG_C(X_OK),
                            PKG_C(UV_FS_COPYFILE_EXCL),
                            {"COPYFILE_EXCL", UV_FS_COPYFILE_EXCL},
                            PKG_C(UV_FS_COPYFILE_FICLONE),
                            {"COPYFILE_FICLONE", UV_FS_COPYFILE_FICLONE},
                            PKG_C(UV_FS_COPYFILE_FICLONE_FORCE),
                            {"COPYFILE_FICLONE_FORCE", UV_FS_COPYFILE_FICLONE_FORCE}};

// Phases of the trace event format.
constexpr Constant kTrace[] = {{"TRACE_EVENT_PHASE_BEGIN", 'B'},
                               {"TRACE_EVENT_PHASE_END", 'E'},
                               {"TRACE_EVENT_PHASE_COMPLETE", 'X'},
                               {"TRACE_EVENT_PHASE_INSTANT", 'I'},
                               {"TRACE_EVENT_PHASE_ASYNC_BEGIN", 'S'},
                               {"TRACE_EVENT_PHASE_ASYNC_STEP_INTO", 'T'},
                               {"TRACE_EVENT_PHASE_ASYNC_STEP_PAST", 'p'},
                               {"TRACE_EVENT_PHASE_ASYNC_END", 'F'},
                               {"TRACE_EVENT_PHASE_NESTABLE_ASYNC_BEGIN", 'b'},
                               {"TRACE_EVENT_PHASE_NESTABLE_ASYNC_END", 'e'},
                               {"TRACE_EVENT_PHASE_NESTABLE_ASYNC_INSTANT", 'n'},
                               {"TRACE_EVENT_PHASE_FLOW_BEGIN", 's'},
                               {"TRACE_EVENT_PHASE_FLOW_STEP", 't'},
                               {"TRACE_EVENT_PHASE_FLOW_END", 'f'},
                               {"TRACE_EVENT_PHASE_METADATA", 'M'},
                               {"TRACE_EVENT_PHASE_COUNTER", 'C'},
                               {"TRACE_EVENT_PHASE_SAMPLE", 'P'},
                               {"TRACE_EVENT_PHASE_CREATE_OBJECT", 'N'},
                               {"TRACE_EVENT_PHASE_SNAPSHOT_OBJECT", 'O'},
                               {"TRACE_EVENT_PHASE_DELETE_OBJECT", 'D'},
                               {"TRACE_EVENT_PHASE_MEMORY_DUMP", 'v'},
                               {"TRACE_EVENT_PHASE_MARK", 'R'},
                               {"TRACE_EVENT_PHASE_CLOCK_SYNC", 'c'},
                               {"TRACE_EVENT_PHASE_ENTER_CONTEXT", '('},
                               {"TRACE_EVENT_PHASE_LEAVE_CONTEXT", ')'},
                               {"TRACE_EVENT_PHASE_LINK_IDS", '='}};
#undef PKG_C

// An object with null prototype and read-only properties.
v8::Local<v8::Object> make_group(Realm& realm, std::span<const Constant> constants) {
  auto group = v8::Object::New(realm.isolate(), v8::Null(realm.isolate()), nullptr, nullptr, 0);
  constexpr auto kFixed = static_cast<v8::PropertyAttribute>(v8::ReadOnly | v8::DontDelete);
  for (const Constant& constant : constants) {
    group
        ->DefineOwnProperty(realm.context(), intern(realm.isolate(), constant.name),
                            v8::Number::New(realm.isolate(), constant.value), kFixed)
        .Check();
  }
  return group;
}

void init(Realm& realm, v8::Local<v8::Object> target) {
  constexpr Constant kOs[] = {{"UV_UDP_REUSEADDR", UV_UDP_REUSEADDR}};
  auto os = make_group(realm, kOs);
  set_value(realm, os, "dlopen", make_group(realm, kDlopen));
  set_value(realm, os, "errno", make_group(realm, kErrno));
  set_value(realm, os, "signals", make_group(realm, kSignals));
  set_value(realm, os, "priority", make_group(realm, kPriority));
  set_value(realm, target, "os", os);
  set_value(realm, target, "fs", make_group(realm, kFs));
  set_value(realm, target, "trace", make_group(realm, kTrace));
}

}  // namespace

extern const Binding binding_constants;
const Binding binding_constants{"constants", {}, init};

}  // namespace pkg::runtime
