#pragma once

#include <string>
#include <vector>

#include <nghttp2/nghttp2.h>

#include "runtime/core/realm.h"

namespace pkg::runtime::http2 {

// A header block on its way out. JavaScript hands it over as one Latin-1 string: for each field its name, NUL, its
// value, NUL, and one character with the flags (NGHTTP2_NV_FLAG_NO_INDEX or 0).
class OutgoingHeaders {
 public:
  // Not valid() when `text` does not hold `count` fields exactly (a NUL in a value would shift all that follow).
  OutgoingHeaders(v8::Isolate* isolate, v8::Local<v8::Value> text, std::size_t count);
  OutgoingHeaders(const OutgoingHeaders&) = delete;
  OutgoingHeaders& operator=(const OutgoingHeaders&) = delete;

  bool valid() const { return valid_; }
  const nghttp2_nv* data() const { return fields_.data(); }
  std::size_t size() const { return fields_.size(); }

 private:
  std::string bytes_;
  std::vector<nghttp2_nv> fields_;  // point into bytes_
  bool valid_ = false;
};

// A header block that is being received. Shares nghttp2's own buffers until it is handed to JavaScript.
class IncomingHeaders {
 public:
  IncomingHeaders() = default;
  ~IncomingHeaders() { clear(); }
  IncomingHeaders(const IncomingHeaders&) = delete;
  IncomingHeaders& operator=(const IncomingHeaders&) = delete;

  void clear();
  void add(nghttp2_rcbuf* name, nghttp2_rcbuf* value, std::uint8_t flags);
  std::size_t count() const { return fields_.size(); }
  // As SETTINGS_MAX_HEADER_LIST_SIZE counts (RFC 9113, section 6.5.2): names, values, and 32 bytes for each field.
  std::size_t bytes() const { return bytes_; }

  // [name, value, name, value, ...]; `sensitive` becomes an array of the names that must never be indexed, or
  // undefined.
  v8::Local<v8::Array> take(v8::Isolate* isolate, v8::Local<v8::Value>& sensitive);

 private:
  struct Field {
    nghttp2_rcbuf *name, *value;
    std::uint8_t flags;
  };
  std::vector<Field> fields_;
  std::size_t bytes_ = 0;
};

}  // namespace pkg::runtime::http2
