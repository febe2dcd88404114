#pragma once

#include <memory>
#include <string>
#include <vector>

#include <uv.h>

namespace pkg::runtime::http2 {

class Stream;

// Frames that go out in one write: headers and small data copied one behind the other, large data where it lies.
struct Outgoing {
  // Data of at most this size is copied: one more part of a write costs more.
  static constexpr std::size_t kCopied = 1024;

  struct Part {
    const std::uint8_t* data;  // null: at `offset` of `small`
    std::size_t offset, size;
  };
  std::string small;
  std::vector<Part> parts;
  std::vector<std::shared_ptr<void>> owners;  // hold what the parts point to
  std::vector<Stream*> written;               // pinned; their write is done when this is
  std::size_t size = 0;

  bool empty() const { return size == 0; }
  void copy(const void* data, std::size_t length);
  void refer(const std::uint8_t* data, std::size_t length, std::shared_ptr<void> owner);
  // The parts as libuv takes them; valid while nothing is added.
  std::vector<uv_buf_t> buffers() const;
};

}  // namespace pkg::runtime::http2
