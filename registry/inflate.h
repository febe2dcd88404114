#pragma once

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include "registry/http.h"
#include "resolver/base/result.h"

namespace pkg::registry {

// Bytes that are written before they are read: grows without zeroing, keeps its
// memory for the next use.
class ByteBuffer {
 public:
  char* data() { return data_.get(); }
  std::size_t capacity() const { return capacity_; }
  // Room for `size` bytes in all; the first `keep` of them stay.
  void grow(std::size_t size, std::size_t keep);
  void release() {
    data_.reset();
    capacity_ = 0;
  }

 private:
  struct Free {
    void operator()(char* data) const { std::free(data); }
  };
  std::unique_ptr<char, Free> data_;
  std::size_t capacity_ = 0;
};

// Inflates `gzipped` (one or more gzip members) in one go into `out`, with
// `padding` bytes of room behind it; gives the bytes. Fails with EINFLATE when
// it is damaged and with EMAXSIZE when it would be larger than `max_bytes`.
Result<std::string_view> inflate_gzip(std::string_view gzipped, ByteBuffer& out, std::uint64_t max_bytes,
                                      std::size_t padding = 0);

// The body of an answer, without its content-encoding (gzip or none; EINFLATE
// for others, which were not asked for), with `padding` bytes of room behind
// it. The bytes are the answer's own or in `buffer`.
Result<std::string_view> decoded_body(HttpResponse& response, ByteBuffer& buffer, std::uint64_t max_bytes,
                                      std::size_t padding = 0);

}  // namespace pkg::registry
