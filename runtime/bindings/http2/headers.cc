#include "runtime/bindings/http2/headers.h"

#include "runtime/core/strings.h"

namespace pkg::runtime::http2 {

OutgoingHeaders::OutgoingHeaders(v8::Isolate* isolate, v8::Local<v8::Value> text, std::size_t count) {
  if (!text->IsString()) return;
  auto string = text.As<v8::String>();
  bytes_.resize(static_cast<std::size_t>(string->Length()));
  if (!bytes_.empty()) {
    string->WriteOneByteV2(isolate, 0, static_cast<std::uint32_t>(bytes_.size()),
                           reinterpret_cast<std::uint8_t*>(bytes_.data()));
  }
  if (count > bytes_.size()) return;
  fields_.reserve(count);
  auto* base = reinterpret_cast<std::uint8_t*>(bytes_.data());
  std::size_t at = 0;
  while (at < bytes_.size()) {
    std::size_t name_end = bytes_.find('\0', at);
    if (name_end == std::string::npos) return;
    std::size_t value_end = bytes_.find('\0', name_end + 1);
    if (value_end == std::string::npos || value_end + 1 >= bytes_.size() || fields_.size() == count) return;
    std::uint8_t flags = base[value_end + 1];
    if (flags > NGHTTP2_NV_FLAG_NO_INDEX) return;
    fields_.push_back({base + at, base + name_end + 1, name_end - at, value_end - name_end - 1, flags});
    at = value_end + 2;
  }
  valid_ = fields_.size() == count;
}

void IncomingHeaders::clear() {
  for (Field& field : fields_) {
    nghttp2_rcbuf_decref(field.name);
    nghttp2_rcbuf_decref(field.value);
  }
  fields_.clear();
  bytes_ = 0;
}

void IncomingHeaders::add(nghttp2_rcbuf* name, nghttp2_rcbuf* value, std::uint8_t flags) {
  nghttp2_rcbuf_incref(name);
  nghttp2_rcbuf_incref(value);
  fields_.push_back({name, value, flags});
  bytes_ += nghttp2_rcbuf_get_buf(name).len + nghttp2_rcbuf_get_buf(value).len + 32;
}

v8::Local<v8::Array> IncomingHeaders::take(v8::Isolate* isolate, v8::Local<v8::Value>& sensitive) {
  std::vector<v8::Local<v8::Value>> flat;
  std::vector<v8::Local<v8::Value>> secret;
  flat.reserve(fields_.size() * 2);
  for (const Field& field : fields_) {
    nghttp2_vec name = nghttp2_rcbuf_get_buf(field.name);
    nghttp2_vec value = nghttp2_rcbuf_get_buf(field.value);
    // Names become properties: interned, they are found without being compared.
    flat.push_back(intern(isolate, {reinterpret_cast<const char*>(name.base), name.len}));
    flat.push_back(
        v8::String::NewFromOneByte(isolate, value.base, v8::NewStringType::kNormal, static_cast<int>(value.len))
            .ToLocalChecked());
    if (field.flags & NGHTTP2_NV_FLAG_NO_INDEX) secret.push_back(flat[flat.size() - 2]);
  }
  clear();
  sensitive = secret.empty() ? v8::Undefined(isolate).As<v8::Value>()
                             : v8::Array::New(isolate, secret.data(), secret.size()).As<v8::Value>();
  return v8::Array::New(isolate, flat.data(), flat.size());
}

}  // namespace pkg::runtime::http2
