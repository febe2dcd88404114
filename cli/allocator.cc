// operator new and delete of `pkg`. An install reads documents into trees of small values: a third of what it computed
// was the C library's allocator. Small blocks come from pages that each hold one size and belong to one thread; a freed
// block goes to the list of the thread that frees it. Pages are never given back: the program is over in seconds.

#include <sys/mman.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>

namespace {

constexpr std::size_t kStep = 16, kLargest = 512, kPage = 64 << 10;
constexpr std::size_t kRegion = std::size_t{16} << 30;  // address space; memory comes with the first touch
constexpr std::size_t kClasses = kLargest / kStep;

struct Free {
  Free* next;
};

// One size on one thread: what was freed, and what of its page was never used.
struct Class {
  Free* freed;
  char* unused;
  char* end;
};

thread_local Class classes[kClasses];
std::uint8_t class_of_page[kRegion / kPage];
std::atomic<char*> region = nullptr;  // null before the first block
std::atomic<std::size_t> pages_used = 0;

// Where there is no such region (a limit on address space), every block is the C library's.
char* const kNone = reinterpret_cast<char*>(~std::uintptr_t{0} - kRegion);

char* open_region() {
  void* made = ::mmap(nullptr, kRegion, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  char* mine = made == MAP_FAILED ? kNone : static_cast<char*>(made);
  char* expected = nullptr;
  if (region.compare_exchange_strong(expected, mine)) return mine;
  if (made != MAP_FAILED) ::munmap(made, kRegion);
  return expected;
}

void* from_library(std::size_t size) {
  for (;;) {
    if (void* block = std::malloc(size ? size : 1)) return block;
    std::new_handler handler = std::get_new_handler();
    if (!handler) throw std::bad_alloc();
    handler();
  }
}

[[gnu::noinline]] void* from_new_page(std::size_t index, std::size_t size) {
  char* base = region.load(std::memory_order_acquire);
  if (!base) base = open_region();
  if (base == kNone) return from_library(size);
  std::size_t page = pages_used.fetch_add(1, std::memory_order_relaxed);
  if (page >= kRegion / kPage) return from_library(size);
  class_of_page[page] = static_cast<std::uint8_t>(index);
  Class& own = classes[index];
  std::size_t block = (index + 1) * kStep;
  own.unused = base + page * kPage + block;
  own.end = base + (page + 1) * kPage;
  return base + page * kPage;
}

inline void* allocate(std::size_t size) {
  if (size > kLargest) return from_library(size);
  std::size_t index = size ? (size - 1) / kStep : 0;
  Class& own = classes[index];
  if (Free* first = own.freed) {
    own.freed = first->next;
    return first;
  }
  std::size_t block = (index + 1) * kStep;
  if (static_cast<std::size_t>(own.end - own.unused) >= block) {
    char* made = own.unused;
    own.unused += block;
    return made;
  }
  return from_new_page(index, size);
}

inline void release(void* block) {
  auto offset = static_cast<std::size_t>(static_cast<char*>(block) - region.load(std::memory_order_relaxed));
  if (offset >= kRegion) return std::free(block);
  Class& own = classes[class_of_page[offset / kPage]];
  auto* freed = static_cast<Free*>(block);
  freed->next = own.freed;
  own.freed = freed;
}

}  // namespace

void* operator new(std::size_t size) { return allocate(size); }
void* operator new[](std::size_t size) { return allocate(size); }
void operator delete(void* block) noexcept { release(block); }
void operator delete[](void* block) noexcept { release(block); }
void operator delete(void* block, std::size_t) noexcept { release(block); }
void operator delete[](void* block, std::size_t) noexcept { release(block); }
