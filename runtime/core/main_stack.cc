// The bounds of the main thread's stack without reading /proc/self/maps.
//
// V8 asks for them at every start, and the C library answers by printing and parsing the whole list of mappings, which
// is long in a process with this many libraries. This definition stands before the C library's for everything in the
// process.

#include <cerrno>
#include <cstdint>
#include <cstring>

#include <dlfcn.h>
#include <pthread.h>
#include <sys/auxv.h>
#include <sys/resource.h>
#include <unistd.h>

extern "C" void* __libc_stack_end;  // of the loader

namespace {

bool is_main_thread(pthread_t thread) { return pthread_equal(thread, pthread_self()) && gettid() == getpid(); }

// The kernel puts the path of the executable and eight zero bytes last on the stack. 0 when that cannot be.
std::uintptr_t end_of_mapping(std::uintptr_t page) {
  auto path = reinterpret_cast<const char*>(getauxval(AT_EXECFN));
  return path ? (reinterpret_cast<std::uintptr_t>(path) + std::strlen(path) + 1 + 8 + page - 1) & ~(page - 1) : 0;
}

}  // namespace

// As pthread_getattr_np(3): the stack ends with the page that the program was entered on, above which are arguments and
// environment; they count towards RLIMIT_STACK.
extern "C" int pthread_getattr_np(pthread_t thread, pthread_attr_t* attributes) noexcept {
  static const auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
  rlimit limit;
  if (is_main_thread(thread) && getrlimit(RLIMIT_STACK, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY) {
    std::uintptr_t end = (reinterpret_cast<std::uintptr_t>(__libc_stack_end) & ~(page - 1)) + page;
    std::uintptr_t above = end_of_mapping(page) - end;
    std::uintptr_t size = (limit.rlim_cur - above) & ~(page - 1);
    if (above < limit.rlim_cur && size < end && pthread_attr_init(attributes) == 0) {
      if (pthread_attr_setstack(attributes, reinterpret_cast<void*>(end - size), size) == 0 &&
          pthread_attr_setguardsize(attributes, 0) == 0) {
        return 0;
      }
      pthread_attr_destroy(attributes);
    }
  }
  using Function = int (*)(pthread_t, pthread_attr_t*);
  static const auto next = reinterpret_cast<Function>(dlsym(RTLD_NEXT, "pthread_getattr_np"));
  return next ? next(thread, attributes) : ENOSYS;
}
