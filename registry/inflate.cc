#include "registry/inflate.h"

#include <algorithm>
#include <memory>

#include <libdeflate.h>

namespace pkg::registry {
namespace {

struct Free {
  void operator()(libdeflate_decompressor* decompressor) const { libdeflate_free_decompressor(decompressor); }
};

// One per thread: setting one up costs more than inflating a small document.
libdeflate_decompressor* decompressor() {
  thread_local std::unique_ptr<libdeflate_decompressor, Free> own(libdeflate_alloc_decompressor());
  PKG_CHECK(own);
  return own.get();
}

bool has_member(std::string_view bytes) { return bytes.starts_with("\x1f\x8b"); }

}  // namespace

void ByteBuffer::grow(std::size_t size, std::size_t keep) {
  if (size <= capacity_) return;
  char* data;
  if (keep == 0) {
    data_.reset();
    data = static_cast<char*>(std::malloc(size));
  } else {
    data = static_cast<char*>(std::realloc(data_.get(), size));
    if (data) (void)data_.release();
  }
  PKG_CHECK(data);
  data_.reset(data);
  capacity_ = size;
}

Result<std::string_view> inflate_gzip(std::string_view gzipped, ByteBuffer& out, std::uint64_t max_bytes,
                                      std::size_t padding) {
  if (!has_member(gzipped)) return fail("EINFLATE", "the data is not compressed by gzip");
  std::size_t used = 0;
  while (has_member(gzipped)) {
    // The trailer tells the size of the last member, modulo 2^32; it may lie.
    std::size_t guess = gzipped.size() * 4;
    if (gzipped.size() >= 18) {
      const auto* tail = reinterpret_cast<const unsigned char*>(gzipped.data() + gzipped.size() - 4);
      std::size_t told = tail[0] | tail[1] << 8 | tail[2] << 16 | static_cast<std::size_t>(tail[3]) << 24;
      // Deflate cannot do better than 1032 to 1.
      if (told <= gzipped.size() * 1032) guess = told;
    }
    guess = std::max<std::size_t>(guess, 64);
    std::size_t read = 0, written = 0;
    for (;;) {
      std::size_t room = std::min<std::uint64_t>(guess, max_bytes - used);
      out.grow(used + room + padding, used);
      libdeflate_result result = libdeflate_gzip_decompress_ex(decompressor(), gzipped.data(), gzipped.size(),
                                                               out.data() + used, room, &read, &written);
      if (result == LIBDEFLATE_SUCCESS) break;
      if (result != LIBDEFLATE_INSUFFICIENT_SPACE) return fail("EINFLATE", "the compressed data is damaged");
      if (room == max_bytes - used)
        return fail(code::kMaxSize, "the compressed data is larger than " + std::to_string(max_bytes) + " bytes");
      guess *= 2;
    }
    used += written;
    gzipped.remove_prefix(read);
  }
  return std::string_view(out.data(), used);
}

Result<std::string_view> decoded_body(HttpResponse& response, ByteBuffer& buffer, std::uint64_t max_bytes,
                                      std::size_t padding) {
  std::string_view encoding = response.header("content-encoding");
  if (encoding.empty() || encoding == "identity") {
    std::string& bytes = response.body.bytes();
    bytes.reserve(bytes.size() + padding);
    return std::string_view(bytes);
  }
  if (encoding != "gzip" && encoding != "x-gzip")
    return fail("EINFLATE", "the answer from " + response.url + " has the unknown content-encoding \"" +
                                std::string(encoding.substr(0, 40)) + "\"");
  auto inflated = inflate_gzip(response.body.view(), buffer, max_bytes, padding);
  if (!inflated) inflated.error().message = "the answer from " + response.url + ": " + inflated.error().message;
  return inflated;
}

}  // namespace pkg::registry
