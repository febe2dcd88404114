// internalBinding('buffer'): bytes to strings and back, searching, filling, comparing. simdutf does the hot loops.

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <vector>

#include <simdutf.h>

#include "resolver/base/result.h"
#include "runtime/core/binding.h"
#include "runtime/core/bytes.h"
#include "runtime/core/strings.h"

namespace pkg::runtime {

namespace {

using Args = v8::FunctionCallbackInfo<v8::Value>;

std::size_t size_of(const Args& args, int index, std::size_t fallback) {
  v8::Local<v8::Value> value = args[index];
  if (value->IsUint32()) return value.As<v8::Uint32>()->Value();
  if (value->IsNumber()) {
    double number = value.As<v8::Number>()->Value();
    return number > 0 ? static_cast<std::size_t>(number) : 0;
  }
  return fallback;
}

void throw_too_long(v8::Isolate* isolate) {
  auto error = v8::Exception::Error(text(isolate, "Cannot create a string longer than 0x1fffffe8 characters")).As<v8::Object>();
  error->Set(isolate->GetCurrentContext(), intern(isolate, "code"), intern(isolate, "ERR_STRING_TOO_LONG")).Check();
  isolate->ThrowException(error);
}

v8::MaybeLocal<v8::String> one_byte(v8::Isolate* isolate, const void* data, std::size_t size) {
  if (size > static_cast<std::size_t>(v8::String::kMaxLength)) return {};
  return v8::String::NewFromOneByte(isolate, static_cast<const std::uint8_t*>(data), v8::NewStringType::kNormal, static_cast<int>(size));
}

using MakeString = v8::MaybeLocal<v8::String> (*)(v8::Isolate*, const std::uint8_t*, std::size_t);

v8::MaybeLocal<v8::String> from_utf8(v8::Isolate* isolate, const std::uint8_t* data, std::size_t size) {
  const auto* chars = reinterpret_cast<const char*>(data);
  if (simdutf::validate_ascii(chars, size)) return one_byte(isolate, data, size);
  if (size > static_cast<std::size_t>(v8::String::kMaxLength) * 3) return {};
  if (size > 256 && simdutf::validate_utf8(chars, size)) {
    std::size_t units = simdutf::utf16_length_from_utf8(chars, size);
    if (units > static_cast<std::size_t>(v8::String::kMaxLength)) return {};
    std::vector<char16_t> wide(units);
    std::size_t written = simdutf::convert_valid_utf8_to_utf16le(chars, size, wide.data());
    return v8::String::NewFromTwoByte(isolate, reinterpret_cast<const std::uint16_t*>(wide.data()), v8::NewStringType::kNormal,
                                      static_cast<int>(written));
  }
  return v8::String::NewFromUtf8(isolate, chars, v8::NewStringType::kNormal, static_cast<int>(size));
}

v8::MaybeLocal<v8::String> from_latin1(v8::Isolate* isolate, const std::uint8_t* data, std::size_t size) {
  return one_byte(isolate, data, size);
}

v8::MaybeLocal<v8::String> from_ascii(v8::Isolate* isolate, const std::uint8_t* data, std::size_t size) {
  if (simdutf::validate_ascii(reinterpret_cast<const char*>(data), size)) return one_byte(isolate, data, size);
  std::string stripped(reinterpret_cast<const char*>(data), size);
  for (char& byte : stripped) byte = static_cast<char>(byte & 0x7f);
  return one_byte(isolate, stripped.data(), size);
}

v8::MaybeLocal<v8::String> from_ucs2(v8::Isolate* isolate, const std::uint8_t* data, std::size_t size) {
  std::size_t units = size / 2;
  if (units > static_cast<std::size_t>(v8::String::kMaxLength)) return {};
  if (reinterpret_cast<std::uintptr_t>(data) % 2 == 0) {
    return v8::String::NewFromTwoByte(isolate, reinterpret_cast<const std::uint16_t*>(data), v8::NewStringType::kNormal,
                                      static_cast<int>(units));
  }
  std::vector<std::uint16_t> aligned(units);
  std::memcpy(aligned.data(), data, units * 2);
  return v8::String::NewFromTwoByte(isolate, aligned.data(), v8::NewStringType::kNormal, static_cast<int>(units));
}

v8::MaybeLocal<v8::String> from_hex(v8::Isolate* isolate, const std::uint8_t* data, std::size_t size) {
  static constexpr char digits[] = "0123456789abcdef";
  if (size * 2 > static_cast<std::size_t>(v8::String::kMaxLength)) return {};
  std::string out(size * 2, '\0');
  for (std::size_t i = 0; i < size; ++i) {
    out[2 * i] = digits[data[i] >> 4];
    out[2 * i + 1] = digits[data[i] & 15];
  }
  return one_byte(isolate, out.data(), out.size());
}

template <simdutf::base64_options Options>
v8::MaybeLocal<v8::String> from_base64(v8::Isolate* isolate, const std::uint8_t* data, std::size_t size) {
  std::size_t length = simdutf::base64_length_from_binary(size, Options);
  if (length > static_cast<std::size_t>(v8::String::kMaxLength)) return {};
  std::string out(length, '\0');
  simdutf::binary_to_base64(reinterpret_cast<const char*>(data), size, out.data(), Options);
  return one_byte(isolate, out.data(), out.size());
}

// slice(start, end) with the buffer as receiver -> string
template <MakeString Make>
void slice(const Args& args) {
  v8::Isolate* isolate = args.GetIsolate();
  if (!args.This()->IsArrayBufferView()) {
    isolate->ThrowException(v8::Exception::TypeError(text(isolate, "argument must be a buffer")));
    return;
  }
  Bytes bytes(args.This());
  std::size_t end = std::min(size_of(args, 1, bytes.size()), bytes.size());
  std::size_t start = std::min(size_of(args, 0, 0), end);
  if (start == end) return args.GetReturnValue().SetEmptyString();
  v8::Local<v8::String> result;
  if (!Make(isolate, bytes.data() + start, end - start).ToLocal(&result)) return throw_too_long(isolate);
  args.GetReturnValue().Set(result);
}

// decodeUtf8(view, start, end) -> string
void decode_utf8(const Args& args) {
  v8::Isolate* isolate = args.GetIsolate();
  Bytes bytes(args[0]);
  std::size_t end = std::min(size_of(args, 2, bytes.size()), bytes.size());
  std::size_t start = std::min(size_of(args, 1, 0), end);
  v8::Local<v8::String> result;
  if (!from_utf8(isolate, bytes.data() + start, end - start).ToLocal(&result)) return throw_too_long(isolate);
  args.GetReturnValue().Set(result);
}

using Write = std::size_t (*)(v8::Isolate*, v8::Local<v8::String>, std::uint8_t*, std::size_t);

std::size_t write_utf8(v8::Isolate* isolate, v8::Local<v8::String> string, std::uint8_t* out, std::size_t room) {
  return string->WriteUtf8V2(isolate, reinterpret_cast<char*>(out), room, v8::String::WriteFlags::kReplaceInvalidUtf8);
}

std::size_t write_latin1(v8::Isolate* isolate, v8::Local<v8::String> string, std::uint8_t* out, std::size_t room) {
  auto count = static_cast<std::uint32_t>(std::min<std::size_t>(room, static_cast<std::size_t>(string->Length())));
  string->WriteOneByteV2(isolate, 0, count, out);
  return count;
}

std::size_t write_ucs2(v8::Isolate* isolate, v8::Local<v8::String> string, std::uint8_t* out, std::size_t room) {
  auto count = static_cast<std::uint32_t>(std::min<std::size_t>(room / 2, static_cast<std::size_t>(string->Length())));
  if (reinterpret_cast<std::uintptr_t>(out) % 2 == 0) {
    string->WriteV2(isolate, 0, count, reinterpret_cast<std::uint16_t*>(out));
  } else {
    std::vector<std::uint16_t> aligned(count);
    string->WriteV2(isolate, 0, count, aligned.data());
    std::memcpy(out, aligned.data(), count * 2);
  }
  return count * 2;
}

int hex_value(std::uint16_t unit) {
  if (unit >= '0' && unit <= '9') return unit - '0';
  if (unit >= 'a' && unit <= 'f') return unit - 'a' + 10;
  if (unit >= 'A' && unit <= 'F') return unit - 'A' + 10;
  return -1;
}

// Stops at the first pair that is no hexadecimal number.
std::size_t write_hex(v8::Isolate* isolate, v8::Local<v8::String> string, std::uint8_t* out, std::size_t room) {
  v8::String::ValueView view(isolate, string);
  std::size_t count = std::min(room, static_cast<std::size_t>(view.length()) / 2);
  for (std::size_t i = 0; i < count; ++i) {
    int high, low;
    if (view.is_one_byte()) {
      high = hex_value(view.data8()[2 * i]);
      low = hex_value(view.data8()[2 * i + 1]);
    } else {
      high = hex_value(view.data16()[2 * i]);
      low = hex_value(view.data16()[2 * i + 1]);
    }
    if (high < 0 || low < 0) return i;
    out[i] = static_cast<std::uint8_t>(high << 4 | low);
  }
  return count;
}

// Either alphabet; what belongs to none is skipped; the first '=' ends it.
template <typename Char>
std::size_t loose_base64(const Char* in, std::size_t size, std::uint8_t* out, std::size_t room) {
  static const auto table = [] {
    std::array<std::int8_t, 256> values;
    values.fill(-1);
    const char* letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    for (int i = 0; i < 62; ++i) values[static_cast<unsigned char>(letters[i])] = static_cast<std::int8_t>(i);
    values['+'] = values['-'] = 62;
    values['/'] = values['_'] = 63;
    return values;
  }();
  std::size_t written = 0;
  std::uint32_t bits = 0;
  int count = 0;
  for (std::size_t i = 0; i < size && written < room; ++i) {
    if (in[i] == '=') break;
    int value = static_cast<std::size_t>(in[i]) < 256 ? table[static_cast<std::size_t>(in[i])] : -1;
    if (value < 0) continue;
    bits = bits << 6 | static_cast<std::uint32_t>(value);
    count += 6;
    if (count >= 8) {
      count -= 8;
      out[written++] = static_cast<std::uint8_t>(bits >> count);
    }
  }
  return written;
}

std::size_t write_base64(v8::Isolate* isolate, v8::Local<v8::String> string, std::uint8_t* out, std::size_t room) {
  v8::String::ValueView view(isolate, string);
  std::size_t size = static_cast<std::size_t>(view.length());
  if (view.is_one_byte()) {
    const auto* chars = reinterpret_cast<const char*>(view.data8());
    std::size_t written = room;
    // The fast decoder takes well-formed input of either alphabet; what is not goes the slow way.
    auto result = simdutf::base64_to_binary_safe(chars, size, reinterpret_cast<char*>(out), written, simdutf::base64_default_or_url);
    if (result.error == simdutf::error_code::SUCCESS) return written;
    return loose_base64(view.data8(), size, out, room);
  }
  return loose_base64(view.data16(), size, out, room);
}

// write(string, offset, length) with the buffer as receiver -> bytes written
template <Write Do>
void write(const Args& args) {
  v8::Isolate* isolate = args.GetIsolate();
  if (!args.This()->IsArrayBufferView() || !args[0]->IsString()) {
    isolate->ThrowException(v8::Exception::TypeError(text(isolate, "argument must be a string")));
    return;
  }
  auto bytes = writable_bytes(args.This());
  std::size_t offset = size_of(args, 1, 0);
  if (offset > bytes.size()) {
    auto error = v8::Exception::RangeError(text(isolate, "\"offset\" is outside of buffer bounds")).As<v8::Object>();
    error->Set(isolate->GetCurrentContext(), intern(isolate, "code"), intern(isolate, "ERR_BUFFER_OUT_OF_BOUNDS")).Check();
    isolate->ThrowException(error);
    return;
  }
  std::size_t room = std::min(size_of(args, 2, bytes.size() - offset), bytes.size() - offset);
  std::size_t written = room == 0 ? 0 : Do(isolate, args[0].As<v8::String>(), bytes.data() + offset, room);
  args.GetReturnValue().Set(static_cast<double>(written));
}

// byteLengthUtf8(string) -> number
void byte_length_utf8(const Args& args) {
  args.GetReturnValue().Set(static_cast<double>(args[0].As<v8::String>()->Utf8LengthV2(args.GetIsolate())));
}

// encodeUtf8(string) -> Uint8Array of its own memory
void encode_utf8(const Args& args) {
  v8::Isolate* isolate = args.GetIsolate();
  auto string = args[0].As<v8::String>();
  std::size_t size = string->Utf8LengthV2(isolate);
  auto store = v8::ArrayBuffer::NewBackingStore(isolate, size, v8::BackingStoreInitializationMode::kUninitialized);
  if (size > 0) write_utf8(isolate, string, static_cast<std::uint8_t*>(store->Data()), size);
  args.GetReturnValue().Set(v8::Uint8Array::New(v8::ArrayBuffer::New(isolate, std::move(store)), 0, size));
}

// encodeInto(string, view, results Uint32Array): [code units read, bytes written]
void encode_into(const Args& args) {
  v8::Isolate* isolate = args.GetIsolate();
  auto bytes = writable_bytes(args[1]);
  auto results = writable_bytes(args[2]);
  std::size_t read = 0;
  std::size_t written = args[0].As<v8::String>()->WriteUtf8V2(isolate, reinterpret_cast<char*>(bytes.data()), bytes.size(),
                                                              v8::String::WriteFlags::kReplaceInvalidUtf8, &read);
  std::uint32_t numbers[] = {static_cast<std::uint32_t>(read), static_cast<std::uint32_t>(written)};
  std::memcpy(results.data(), numbers, sizeof numbers);
}

// unsafeArrayBuffer(size) -> ArrayBuffer whose bytes are whatever was in that memory
void unsafe_array_buffer(const Args& args) {
  v8::Isolate* isolate = args.GetIsolate();
  std::size_t size = size_of(args, 0, 0);
  auto store = v8::ArrayBuffer::NewBackingStore(isolate, size, v8::BackingStoreInitializationMode::kUninitialized,
                                                v8::BackingStoreOnFailureMode::kReturnNull);
  if (!store) {
    isolate->ThrowException(v8::Exception::RangeError(text(isolate, "Array buffer allocation failed")));
    return;
  }
  args.GetReturnValue().Set(v8::ArrayBuffer::New(isolate, std::move(store)));
}

// copy(source, target, targetStart, sourceStart, bytes): ranges are checked by the caller
void copy(const Args& args) {
  auto source = writable_bytes(args[0]);
  auto target = writable_bytes(args[1]);
  std::size_t to = size_of(args, 2, 0), from = size_of(args, 3, 0), count = size_of(args, 4, 0);
  PKG_CHECK(to <= target.size() && count <= target.size() - to && from <= source.size() && count <= source.size() - from);
  std::memmove(target.data() + to, source.data() + from, count);
}

int compare_bytes(std::span<const std::uint8_t> a, std::span<const std::uint8_t> b) {
  int order = std::memcmp(a.data(), b.data(), std::min(a.size(), b.size()));
  if (order == 0) order = a.size() < b.size() ? -1 : a.size() > b.size() ? 1 : 0;
  return order < 0 ? -1 : order > 0 ? 1 : 0;
}

// compare(a, b) -> -1, 0, 1
void compare(const Args& args) {
  Bytes a(args[0]), b(args[1]);
  args.GetReturnValue().Set(compare_bytes(a.span(), b.span()));
}

// compareOffset(source, target, targetStart, sourceStart, targetBytes, sourceBytes)
void compare_offset(const Args& args) {
  Bytes source(args[0]), target(args[1]);
  std::size_t target_start = std::min(size_of(args, 2, 0), target.size());
  std::size_t source_start = std::min(size_of(args, 3, 0), source.size());
  std::size_t target_size = std::min(size_of(args, 4, 0), target.size() - target_start);
  std::size_t source_size = std::min(size_of(args, 5, 0), source.size() - source_start);
  args.GetReturnValue().Set(compare_bytes(source.span().subspan(source_start, source_size), target.span().subspan(target_start, target_size)));
}

// fill(buffer, pattern view or number, start, end): false for an empty pattern
void fill(const Args& args) {
  auto bytes = writable_bytes(args[0]);
  std::size_t start = size_of(args, 2, 0), end = size_of(args, 3, 0);
  PKG_CHECK(end <= bytes.size());
  if (start >= end) return args.GetReturnValue().Set(true);
  std::size_t size = end - start;
  if (args[1]->IsNumber()) {
    std::memset(bytes.data() + start, static_cast<int>(args[1]->Uint32Value(Realm::from(args).context()).FromMaybe(0) & 255), size);
    return args.GetReturnValue().Set(true);
  }
  Bytes pattern(args[1]);
  if (pattern.size() == 0) return args.GetReturnValue().Set(false);
  std::size_t have = std::min(pattern.size(), size);
  std::memmove(bytes.data() + start, pattern.data(), have);
  // What is there is doubled until it is full.
  while (have < size) {
    std::size_t more = std::min(have, size - have);
    std::memcpy(bytes.data() + start + have, bytes.data() + start, more);
    have += more;
  }
  args.GetReturnValue().Set(true);
}

// indexOf(buffer, needle view or number, byteOffset, isForward, step): the byte offset of the first match at or behind
// (forward) or at or before (backward) the offset, -1 when there is none. step 2: only even distances (UTF-16).
void index_of(const Args& args) {
  Bytes haystack(args[0]);
  double offset = args[2].As<v8::Number>()->Value();
  bool forward = args[3]->IsTrue();
  std::size_t step = size_of(args, 4, 1);
  double size = static_cast<double>(haystack.size());
  if (offset < 0) offset += size;
  if (offset < 0) {
    if (!forward) return args.GetReturnValue().Set(-1);
    offset = 0;
  }
  std::uint8_t single;
  std::span<const std::uint8_t> needle;
  std::optional<Bytes> needle_bytes;
  if (args[1]->IsNumber()) {
    single = static_cast<std::uint8_t>(args[1]->Uint32Value(Realm::from(args).context()).FromMaybe(0) & 255);
    needle = {&single, 1};
  } else {
    needle_bytes.emplace(args[1]);
    needle = needle_bytes->span();
  }
  if (needle.empty()) return args.GetReturnValue().Set(std::min(offset, size));
  if (haystack.size() == 0 || needle.size() > haystack.size()) return args.GetReturnValue().Set(-1);
  std::size_t last = haystack.size() - needle.size();
  if (forward) {
    if (offset > static_cast<double>(last)) return args.GetReturnValue().Set(-1);
    std::size_t at = static_cast<std::size_t>(offset);
    while (at <= last) {
      const void* found = ::memmem(haystack.data() + at, haystack.size() - at, needle.data(), needle.size());
      if (!found) break;
      std::size_t where = static_cast<std::size_t>(static_cast<const std::uint8_t*>(found) - haystack.data());
      if (step == 1 || where % step == 0) return args.GetReturnValue().Set(static_cast<double>(where));
      at = where + 1;
    }
    return args.GetReturnValue().Set(-1);
  }
  for (std::size_t at = std::min(static_cast<std::size_t>(std::min(offset, size)), last) + 1; at-- > 0;) {
    if (step != 1 && at % step != 0) continue;
    if (std::memcmp(haystack.data() + at, needle.data(), needle.size()) == 0) return args.GetReturnValue().Set(static_cast<double>(at));
  }
  args.GetReturnValue().Set(-1);
}

template <std::size_t Width>
void swap(const Args& args) {
  auto bytes = writable_bytes(args[0]);
  for (std::size_t i = 0; i + Width <= bytes.size(); i += Width) std::reverse(bytes.begin() + static_cast<long>(i), bytes.begin() + static_cast<long>(i + Width));
  args.GetReturnValue().Set(args[0]);
}

// isUtf8(view), isAscii(view) -> boolean
void is_utf8(const Args& args) {
  Bytes bytes(args[0]);
  args.GetReturnValue().Set(simdutf::validate_utf8(bytes.view().data(), bytes.size()));
}
void is_ascii(const Args& args) {
  Bytes bytes(args[0]);
  args.GetReturnValue().Set(simdutf::validate_ascii(bytes.view().data(), bytes.size()));
}

// btoa(string) -> string; -1 when a character is above U+00FF
void btoa(const Args& args) {
  v8::Isolate* isolate = args.GetIsolate();
  auto string = args[0].As<v8::String>();
  if (!string->ContainsOnlyOneByte()) return args.GetReturnValue().Set(-1);
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(string->Length()));
  if (!bytes.empty()) string->WriteOneByteV2(isolate, 0, static_cast<std::uint32_t>(bytes.size()), bytes.data());
  v8::Local<v8::String> result;
  if (!from_base64<simdutf::base64_default>(isolate, bytes.data(), bytes.size()).ToLocal(&result)) return throw_too_long(isolate);
  args.GetReturnValue().Set(result);
}

// atob(string) -> string; -1 for an invalid character, -3 for anything else that is no base64 (WHATWG forgiving decode)
void atob(const Args& args) {
  v8::Isolate* isolate = args.GetIsolate();
  v8::String::ValueView view(isolate, args[0].As<v8::String>());
  std::size_t size = static_cast<std::size_t>(view.length());
  std::string out(size / 4 * 3 + 3, '\0');
  simdutf::result result;
  if (view.is_one_byte()) {
    result = simdutf::base64_to_binary(reinterpret_cast<const char*>(view.data8()), size, out.data(), simdutf::base64_default);
  } else {
    result = simdutf::base64_to_binary(reinterpret_cast<const char16_t*>(view.data16()), size, out.data(), simdutf::base64_default);
  }
  if (result.error == simdutf::error_code::INVALID_BASE64_CHARACTER) return args.GetReturnValue().Set(-1);
  if (result.error != simdutf::error_code::SUCCESS) return args.GetReturnValue().Set(-3);
  v8::Local<v8::String> string;
  if (one_byte(isolate, out.data(), result.count).ToLocal(&string)) args.GetReturnValue().Set(string);
}

// setBufferPrototype(prototype): what C++ gives to the Buffers it makes
void set_buffer_prototype(const Args& args) { Realm::from(args).set(Slot::kBufferPrototype, args[0]); }

constexpr auto kBase64 = simdutf::base64_default;
constexpr auto kBase64Url = simdutf::base64_url;

void init(Realm& realm, v8::Local<v8::Object> target) {
  set_constant(realm, target, "kMaxLength", static_cast<double>(v8::TypedArray::kMaxByteLength));
  set_constant(realm, target, "kStringMaxLength", v8::String::kMaxLength);
}

constexpr Method kMethods[] = {{"setBufferPrototype", set_buffer_prototype},
                               {"utf8Slice", slice<from_utf8>},
                               {"latin1Slice", slice<from_latin1>},
                               {"asciiSlice", slice<from_ascii>},
                               {"ucs2Slice", slice<from_ucs2>},
                               {"hexSlice", slice<from_hex>},
                               {"base64Slice", slice<from_base64<kBase64>>},
                               {"base64urlSlice", slice<from_base64<kBase64Url>>},
                               {"utf8Write", write<write_utf8>},
                               {"latin1Write", write<write_latin1>},
                               {"asciiWrite", write<write_latin1>},
                               {"ucs2Write", write<write_ucs2>},
                               {"hexWrite", write<write_hex>},
                               {"base64Write", write<write_base64>},
                               {"base64urlWrite", write<write_base64>},
                               {"byteLengthUtf8", byte_length_utf8},
                               {"decodeUtf8", decode_utf8},
                               {"encodeUtf8", encode_utf8},
                               {"encodeInto", encode_into},
                               {"unsafeArrayBuffer", unsafe_array_buffer},
                               {"copy", copy},
                               {"compare", compare},
                               {"compareOffset", compare_offset},
                               {"fill", fill},
                               {"indexOf", index_of},
                               {"swap16", swap<2>},
                               {"swap32", swap<4>},
                               {"swap64", swap<8>},
                               {"isUtf8", is_utf8},
                               {"isAscii", is_ascii},
                               {"btoa", btoa},
                               {"atob", atob}};

}  // namespace

extern const Binding binding_buffer;
const Binding binding_buffer{"buffer", kMethods, init};

}  // namespace pkg::runtime
