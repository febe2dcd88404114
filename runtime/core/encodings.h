#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <v8.h>

namespace pkg::runtime {

// How text and bytes stand for each other; the numbers are those of encodingsMap in internal/util.js.
enum class Encoding : int { kAscii, kUtf8, kBase64, kUtf16le, kLatin1, kHex, kBuffer, kBase64url };

// The encoding of a number from JavaScript; kUtf8 for any other.
Encoding encoding_of(v8::Local<v8::Value> value);

// `bytes` as a string. UTF-8 that is not valid gets U+FFFD; an odd last byte of UTF-16 is dropped.
// Empty, with ERR_STRING_TOO_LONG thrown, when V8 cannot hold it.
v8::MaybeLocal<v8::String> decode_bytes(v8::Isolate* isolate, std::string_view bytes, Encoding encoding);

// Writes `string` into at most `capacity` bytes, whole characters only; returns how many were written. Base64 and hex
// end at the first thing that is none (base64 skips what is not in its alphabets; both alphabets are read).
std::size_t encode_string(v8::Isolate* isolate, v8::Local<v8::String> string, Encoding encoding, char* out,
                          std::size_t capacity);

// An upper bound of the bytes `string` takes; exact but for base64 with white space in it.
std::size_t encoded_length(v8::Isolate* isolate, v8::Local<v8::String> string, Encoding encoding);

// All bytes of `string`.
std::string encode_string(v8::Isolate* isolate, v8::Local<v8::String> string, Encoding encoding);

// Throws an Error, TypeError or RangeError (`make`) with `code` and `message`.
void throw_coded_error(v8::Isolate* isolate, const char* code, std::string_view message,
                       v8::Local<v8::Value> (*make)(v8::Local<v8::String>,
                                                    v8::Local<v8::Value>) = v8::Exception::Error);

}  // namespace pkg::runtime
