#include "runtime/core/encodings.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <memory>

#include <simdutf.h>

#include "runtime/core/strings.h"

namespace pkg::runtime {

namespace {

static_assert(std::endian::native == std::endian::little, "UTF-16LE is copied as it is");

v8::MaybeLocal<v8::String> checked(v8::Isolate* isolate, v8::MaybeLocal<v8::String> made) {
  if (made.IsEmpty()) {
    char message[64];
    std::snprintf(message, sizeof message, "Cannot create a string longer than 0x%x characters",
                  static_cast<unsigned>(v8::String::kMaxLength));
    throw_coded_error(isolate, "ERR_STRING_TOO_LONG", message);
  }
  return made;
}

v8::MaybeLocal<v8::String> one_byte(v8::Isolate* isolate, std::string_view bytes) {
  if (bytes.size() > static_cast<std::size_t>(v8::String::kMaxLength)) return checked(isolate, {});
  return checked(isolate, v8::String::NewFromOneByte(isolate, reinterpret_cast<const std::uint8_t*>(bytes.data()),
                                                     v8::NewStringType::kNormal, static_cast<int>(bytes.size())));
}

v8::MaybeLocal<v8::String> two_byte(v8::Isolate* isolate, const char16_t* units, std::size_t length) {
  if (length > static_cast<std::size_t>(v8::String::kMaxLength)) return checked(isolate, {});
  return checked(isolate, v8::String::NewFromTwoByte(isolate, reinterpret_cast<const std::uint16_t*>(units),
                                                     v8::NewStringType::kNormal, static_cast<int>(length)));
}

v8::MaybeLocal<v8::String> from_utf8(v8::Isolate* isolate, std::string_view bytes) {
  auto* data = bytes.data();
  if (simdutf::validate_ascii(data, bytes.size())) return one_byte(isolate, bytes);
  if (bytes.size() > 64 && simdutf::validate_utf8(data, bytes.size())) {
    std::size_t latin1 = simdutf::latin1_length_from_utf8(data, bytes.size());
    auto narrow = std::make_unique_for_overwrite<char[]>(latin1);
    // Text that fits in Latin-1 is kept as such, in half the space.
    if (simdutf::convert_utf8_to_latin1(data, bytes.size(), narrow.get()) != 0) {
      return one_byte(isolate, {narrow.get(), latin1});
    }
    std::size_t length = simdutf::utf16_length_from_utf8(data, bytes.size());
    auto units = std::make_unique_for_overwrite<char16_t[]>(length);
    std::size_t written = simdutf::convert_valid_utf8_to_utf16le(data, bytes.size(), units.get());
    return two_byte(isolate, units.get(), written);
  }
  if (bytes.size() > static_cast<std::size_t>(INT32_MAX)) return checked(isolate, {});
  return checked(isolate,
                 v8::String::NewFromUtf8(isolate, data, v8::NewStringType::kNormal, static_cast<int>(bytes.size())));
}

constexpr char kHexDigits[] = "0123456789abcdef";

constexpr std::array<std::int8_t, 256> make_hex_values() {
  std::array<std::int8_t, 256> table{};
  for (auto& value : table) value = -1;
  for (int i = 0; i < 10; ++i) table[static_cast<std::size_t>('0' + i)] = static_cast<std::int8_t>(i);
  for (int i = 0; i < 6; ++i) {
    table[static_cast<std::size_t>('a' + i)] = table[static_cast<std::size_t>('A' + i)] =
        static_cast<std::int8_t>(10 + i);
  }
  return table;
}
constexpr auto kHexValues = make_hex_values();

constexpr std::array<std::int8_t, 256> make_base64_values() {
  std::array<std::int8_t, 256> table{};
  for (auto& value : table) value = -1;
  for (int i = 0; i < 26; ++i) {
    table[static_cast<std::size_t>('A' + i)] = static_cast<std::int8_t>(i);
    table[static_cast<std::size_t>('a' + i)] = static_cast<std::int8_t>(26 + i);
  }
  for (int i = 0; i < 10; ++i) table[static_cast<std::size_t>('0' + i)] = static_cast<std::int8_t>(52 + i);
  table['+'] = table['-'] = 62;
  table['/'] = table['_'] = 63;
  return table;
}
constexpr auto kBase64Values = make_base64_values();

template <typename Char>
std::size_t hex_decode(const Char* text, std::size_t length, char* out, std::size_t capacity) {
  std::size_t count = std::min(length / 2, capacity);
  for (std::size_t i = 0; i < count; ++i) {
    auto high = static_cast<std::uint16_t>(text[2 * i]), low = static_cast<std::uint16_t>(text[2 * i + 1]);
    if (high > 255 || low > 255 || kHexValues[high] < 0 || kHexValues[low] < 0) return i;
    out[i] = static_cast<char>(kHexValues[high] << 4 | kHexValues[low]);
  }
  return count;
}

// What is not in the alphabets is skipped; '=' ends the text.
template <typename Char>
std::size_t base64_decode_leniently(const Char* text, std::size_t length, char* out, std::size_t capacity) {
  std::uint32_t group = 0;
  int bits = 0;
  std::size_t written = 0;
  for (std::size_t i = 0; i < length && written < capacity; ++i) {
    auto unit = static_cast<std::uint16_t>(text[i]);
    if (unit == '=') break;
    if (unit > 255 || kBase64Values[unit] < 0) continue;
    group = group << 6 | static_cast<std::uint32_t>(kBase64Values[unit]);
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      out[written++] = static_cast<char>(group >> bits & 0xFF);
    }
  }
  return written;
}

template <typename Char>
std::size_t base64_decode(const Char* text, std::size_t length, Encoding encoding, char* out, std::size_t capacity) {
  // The fast decoder takes one alphabet, and clean input.
  if (length >= 32 && capacity >= simdutf::maximal_binary_length_from_base64(text, length)) {
    auto result = simdutf::base64_to_binary(
        text, length, out, encoding == Encoding::kBase64url ? simdutf::base64_url : simdutf::base64_default);
    if (result.error == simdutf::SUCCESS) return result.count;
  }
  return base64_decode_leniently(text, length, out, capacity);
}

// Without '=' and what follows it at the very end.
template <typename Char>
std::size_t base64_length(const Char* text, std::size_t length) {
  if (length > 0 && text[length - 1] == '=') --length;
  if (length > 1 && text[length - 1] == '=') --length;
  return length / 4 * 3 + length % 4 * 3 / 4;
}

template <typename Function>
auto with_units(v8::Isolate* isolate, v8::Local<v8::String> string, Function&& function) {
  v8::String::ValueView view(isolate, string);
  auto length = static_cast<std::size_t>(view.length());
  return view.is_one_byte() ? function(reinterpret_cast<const char*>(view.data8()), length)
                            : function(reinterpret_cast<const char16_t*>(view.data16()), length);
}

}  // namespace

void throw_coded_error(v8::Isolate* isolate, const char* code, std::string_view message,
                       v8::Local<v8::Value> (*make)(v8::Local<v8::String>, v8::Local<v8::Value>)) {
  auto error = make(text(isolate, message), {}).As<v8::Object>();
  error->Set(isolate->GetCurrentContext(), intern(isolate, "code"), intern(isolate, code)).Check();
  isolate->ThrowException(error);
}

Encoding encoding_of(v8::Local<v8::Value> value) {
  if (!value->IsInt32()) return Encoding::kUtf8;
  int number = value.As<v8::Int32>()->Value();
  return number < 0 || number > 7 ? Encoding::kUtf8 : static_cast<Encoding>(number);
}

v8::MaybeLocal<v8::String> decode_bytes(v8::Isolate* isolate, std::string_view bytes, Encoding encoding) {
  if (bytes.empty()) return v8::String::Empty(isolate);
  switch (encoding) {
    case Encoding::kUtf8:
    case Encoding::kBuffer:
      return from_utf8(isolate, bytes);
    case Encoding::kLatin1:
      return one_byte(isolate, bytes);
    case Encoding::kAscii: {
      if (simdutf::validate_ascii(bytes.data(), bytes.size())) return one_byte(isolate, bytes);
      std::string low(bytes);
      for (char& one : low) one = static_cast<char>(one & 0x7F);
      return one_byte(isolate, low);
    }
    case Encoding::kUtf16le: {
      std::size_t length = bytes.size() / 2;
      if (reinterpret_cast<std::uintptr_t>(bytes.data()) % 2 == 0) {
        return two_byte(isolate, reinterpret_cast<const char16_t*>(bytes.data()), length);
      }
      auto units = std::make_unique_for_overwrite<char16_t[]>(length);
      std::memcpy(units.get(), bytes.data(), length * 2);
      return two_byte(isolate, units.get(), length);
    }
    case Encoding::kHex: {
      if (bytes.size() > static_cast<std::size_t>(v8::String::kMaxLength) / 2) return checked(isolate, {});
      auto out = std::make_unique_for_overwrite<char[]>(bytes.size() * 2);
      for (std::size_t i = 0; i < bytes.size(); ++i) {
        auto byte = static_cast<std::uint8_t>(bytes[i]);
        out[2 * i] = kHexDigits[byte >> 4];
        out[2 * i + 1] = kHexDigits[byte & 15];
      }
      return one_byte(isolate, {out.get(), bytes.size() * 2});
    }
    case Encoding::kBase64:
    case Encoding::kBase64url: {
      auto options = encoding == Encoding::kBase64 ? simdutf::base64_default : simdutf::base64_url;
      std::size_t length = simdutf::base64_length_from_binary(bytes.size(), options);
      if (length > static_cast<std::size_t>(v8::String::kMaxLength)) return checked(isolate, {});
      auto out = std::make_unique_for_overwrite<char[]>(length);
      simdutf::binary_to_base64(bytes.data(), bytes.size(), out.get(), options);
      return one_byte(isolate, {out.get(), length});
    }
  }
  return {};
}

std::size_t encoded_length(v8::Isolate* isolate, v8::Local<v8::String> string, Encoding encoding) {
  auto length = static_cast<std::size_t>(string->Length());
  switch (encoding) {
    case Encoding::kUtf8:
    case Encoding::kBuffer:
      return string->Utf8LengthV2(isolate);
    case Encoding::kUtf16le:
      return length * 2;
    case Encoding::kHex:
      return length / 2;
    case Encoding::kBase64:
    case Encoding::kBase64url:
      return with_units(isolate, string, [](auto* units, std::size_t count) { return base64_length(units, count); });
    default:
      return length;
  }
}

std::size_t encode_string(v8::Isolate* isolate, v8::Local<v8::String> string, Encoding encoding, char* out,
                          std::size_t capacity) {
  auto length = static_cast<std::size_t>(string->Length());
  switch (encoding) {
    case Encoding::kUtf8:
    case Encoding::kBuffer:
      return string->WriteUtf8V2(isolate, out, capacity, v8::String::WriteFlags::kReplaceInvalidUtf8);
    case Encoding::kUtf16le: {
      std::size_t count = std::min(length, capacity / 2);
      if (reinterpret_cast<std::uintptr_t>(out) % 2 == 0) {
        string->WriteV2(isolate, 0, static_cast<std::uint32_t>(count), reinterpret_cast<std::uint16_t*>(out));
      } else {
        auto units = std::make_unique_for_overwrite<std::uint16_t[]>(count);
        string->WriteV2(isolate, 0, static_cast<std::uint32_t>(count), units.get());
        std::memcpy(out, units.get(), count * 2);
      }
      return count * 2;
    }
    case Encoding::kAscii:
    case Encoding::kLatin1: {
      std::size_t count = std::min(length, capacity);
      string->WriteOneByteV2(isolate, 0, static_cast<std::uint32_t>(count), reinterpret_cast<std::uint8_t*>(out));
      return count;
    }
    case Encoding::kHex:
      return with_units(isolate, string,
                        [&](auto* units, std::size_t count) { return hex_decode(units, count, out, capacity); });
    case Encoding::kBase64:
    case Encoding::kBase64url:
      return with_units(isolate, string, [&](auto* units, std::size_t count) {
        return base64_decode(units, count, encoding, out, capacity);
      });
  }
  return 0;
}

std::string encode_string(v8::Isolate* isolate, v8::Local<v8::String> string, Encoding encoding) {
  std::string out;
  out.resize(encoded_length(isolate, string, encoding));
  out.resize(encode_string(isolate, string, encoding, out.data(), out.size()));
  return out;
}

}  // namespace pkg::runtime
