// runtime/core/main_stack.cc, which this program is linked with, beside the C library's own answers.
#include <catch2/catch_test_macros.hpp>

#include <cstdint>
#include <thread>

#include <dlfcn.h>
#include <pthread.h>

namespace {

struct Bounds {
  std::uintptr_t end = 0;
  std::size_t size = 0;
};

using GetAttributes = int (*)(pthread_t, pthread_attr_t*);

Bounds bounds_from(GetAttributes get) {
  pthread_attr_t attributes;
  REQUIRE(get(pthread_self(), &attributes) == 0);
  void* start = nullptr;
  Bounds bounds;
  REQUIRE(pthread_attr_getstack(&attributes, &start, &bounds.size) == 0);
  bounds.end = reinterpret_cast<std::uintptr_t>(start) + bounds.size;
  pthread_attr_destroy(&attributes);
  return bounds;
}

void compare() {
  Dl_info info;
  REQUIRE(dladdr(reinterpret_cast<void*>(&bounds_from), &info) != 0);
  void* program = info.dli_fbase;
  REQUIRE(dladdr(dlsym(RTLD_DEFAULT, "pthread_getattr_np"), &info) != 0);
  REQUIRE(info.dli_fbase == program);  // ours stands first
  auto libc = reinterpret_cast<GetAttributes>(dlsym(RTLD_NEXT, "pthread_getattr_np"));
  REQUIRE(libc != nullptr);
  Bounds ours = bounds_from(pthread_getattr_np), theirs = bounds_from(libc);
  CHECK(ours.end == theirs.end);
  CHECK(ours.size == theirs.size);
}

}  // namespace

TEST_CASE("the bounds of the main thread's stack are the C library's") { compare(); }

TEST_CASE("the bounds of another thread's stack are the C library's") { std::thread(compare).join(); }
