#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <v8.h>

namespace pkg::runtime {

// An internalized string of ASCII text: property names and the like.
inline v8::Local<v8::String> intern(v8::Isolate* isolate, std::string_view ascii) {
  return v8::String::NewFromOneByte(isolate, reinterpret_cast<const std::uint8_t*>(ascii.data()),
                                    v8::NewStringType::kInternalized, static_cast<int>(ascii.size()))
      .ToLocalChecked();
}

// A string of UTF-8 bytes (invalid ones become U+FFFD); empty when too long for V8.
inline v8::MaybeLocal<v8::String> utf8(v8::Isolate* isolate, std::string_view bytes) {
  return v8::String::NewFromUtf8(isolate, bytes.data(), v8::NewStringType::kNormal, static_cast<int>(bytes.size()));
}

// The same for text of ours or of the system that is known to be short.
inline v8::Local<v8::String> text(v8::Isolate* isolate, std::string_view bytes) {
  return utf8(isolate, bytes).ToLocalChecked();
}

// The UTF-8 bytes of a value's string conversion; NUL-terminated by std::string.
// Empty when the conversion throws.
std::string to_utf8(v8::Isolate* isolate, v8::Local<v8::Value> value);

// Addresses that builtin sources contribute to the snapshot's references.
void append_builtin_source_references(std::vector<std::intptr_t>& references);

}  // namespace pkg::runtime
