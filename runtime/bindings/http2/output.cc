#include "runtime/bindings/http2/output.h"

namespace pkg::runtime::http2 {

void Outgoing::copy(const void* data, std::size_t length) {
  if (length == 0) return;
  // Parts that follow each other in `small` are one.
  if (!parts.empty() && parts.back().data == nullptr) {
    parts.back().size += length;
  } else {
    parts.push_back({nullptr, small.size(), length});
  }
  small.append(static_cast<const char*>(data), length);
  size += length;
}

void Outgoing::refer(const std::uint8_t* data, std::size_t length, std::shared_ptr<void> owner) {
  owners.push_back(std::move(owner));
  parts.push_back({data, 0, length});
  size += length;
}

std::vector<uv_buf_t> Outgoing::buffers() const {
  std::vector<uv_buf_t> list;
  list.reserve(parts.size());
  for (const Part& part : parts) {
    const char* data = part.data ? reinterpret_cast<const char*>(part.data) : small.data() + part.offset;
    list.push_back(uv_buf_init(const_cast<char*>(data), static_cast<unsigned>(part.size)));
  }
  return list;
}

}  // namespace pkg::runtime::http2
