// Buffer's memory: strings in and out, searching, comparing, copying.

#include <algorithm>
#include <cstring>
#include <memory>

#include <simdutf.h>

#include "runtime/core/binding.h"
#include "runtime/core/bytes.h"
#include "runtime/core/encodings.h"
#include "runtime/core/strings.h"

namespace pkg::runtime {

namespace {

using Args = v8::FunctionCallbackInfo<v8::Value>;

// The memory of a view, as characters.
struct Target {
  explicit Target(v8::Local<v8::Value> view) {
    auto bytes = writable_bytes(view);
    data = reinterpret_cast<char*>(bytes.data());
    size = bytes.size();
  }
  char* data;
  std::size_t size;
};

void throw_not_buffer(v8::Isolate* isolate) {
  throw_coded_error(isolate, "ERR_INVALID_ARG_TYPE", "argument must be a buffer", v8::Exception::TypeError);
}

// A position in [0, limit]; `fallback` for undefined. False, having thrown, for what is negative or no number.
bool position(const Args& args, int index, std::size_t fallback, std::size_t* out) {
  if (args[index]->IsUndefined()) {
    *out = fallback;
    return true;
  }
  std::int64_t value;
  if (!args[index]->IntegerValue(args.GetIsolate()->GetCurrentContext()).To(&value)) return false;
  if (value < 0) {
    throw_coded_error(args.GetIsolate(), "ERR_OUT_OF_RANGE", "Index out of range", v8::Exception::RangeError);
    return false;
  }
  *out = static_cast<std::size_t>(value);
  return true;
}

// buffer.<encoding>Slice(start, end) -> string
template <Encoding kEncoding>
void slice(const Args& args) {
  if (!args.This()->IsArrayBufferView()) return throw_not_buffer(args.GetIsolate());
  Bytes all(args.This());
  std::size_t start, end;
  if (!position(args, 0, 0, &start) || !position(args, 1, all.size(), &end)) return;
  end = std::min(end, all.size());
  if (start >= end) return args.GetReturnValue().SetEmptyString();
  v8::Local<v8::String> string;
  if (decode_bytes(args.GetIsolate(), all.view().substr(start, end - start), kEncoding).ToLocal(&string)) {
    args.GetReturnValue().Set(string);
  }
}

// buffer.<encoding>Write(string, offset, length) -> bytes written
template <Encoding kEncoding>
void write(const Args& args) {
  v8::Isolate* isolate = args.GetIsolate();
  if (!args.This()->IsArrayBufferView()) return throw_not_buffer(isolate);
  if (!args[0]->IsString()) {
    return throw_coded_error(isolate, "ERR_INVALID_ARG_TYPE", "argument must be a string", v8::Exception::TypeError);
  }
  Target target(args.This());
  std::size_t offset, length;
  if (!position(args, 1, 0, &offset)) return;
  if (offset > target.size) {
    return throw_coded_error(isolate, "ERR_BUFFER_OUT_OF_BOUNDS", "\"offset\" is outside of buffer bounds",
                             v8::Exception::RangeError);
  }
  if (!position(args, 2, target.size - offset, &length)) return;
  length = std::min(length, target.size - offset);
  if (length == 0) return args.GetReturnValue().Set(0);
  std::size_t written = encode_string(isolate, args[0].As<v8::String>(), kEncoding, target.data + offset, length);
  args.GetReturnValue().Set(static_cast<double>(written));
}

// byteLength(string, encoding number) -> bytes
void byte_length(const Args& args) {
  std::size_t length = encoded_length(args.GetIsolate(), args[0].As<v8::String>(), encoding_of(args[1]));
  args.GetReturnValue().Set(static_cast<double>(length));
}

void byte_length_utf8(const Args& args) {
  args.GetReturnValue().Set(static_cast<double>(args[0].As<v8::String>()->Utf8LengthV2(args.GetIsolate())));
}

// A Buffer of `size` bytes of `store`.
v8::MaybeLocal<v8::Object> make_buffer(Realm& realm, std::unique_ptr<v8::BackingStore> store, std::size_t size) {
  v8::Isolate* isolate = realm.isolate();
  auto array = v8::Uint8Array::New(v8::ArrayBuffer::New(isolate, std::move(store)), 0, size);
  if (realm.has(Slot::kBufferPrototype) &&
      array->SetPrototypeV2(realm.context(), realm.get(Slot::kBufferPrototype)).IsNothing()) {
    return {};
  }
  return array;
}

// createFromString(string, encoding number) -> Buffer
void create_from_string(const Args& args) {
  Realm& realm = Realm::from(args);
  v8::Isolate* isolate = args.GetIsolate();
  auto string = args[0].As<v8::String>();
  Encoding encoding = encoding_of(args[1]);
  std::size_t capacity = encoded_length(isolate, string, encoding);
  auto store = v8::ArrayBuffer::NewBackingStore(isolate, capacity, v8::BackingStoreInitializationMode::kUninitialized,
                                                v8::BackingStoreOnFailureMode::kReturnNull);
  if (!store) {
    return throw_coded_error(isolate, "ERR_MEMORY_ALLOCATION_FAILED", "Failed to allocate memory");
  }
  std::size_t size = encode_string(isolate, string, encoding, static_cast<char*>(store->Data()), capacity);
  v8::Local<v8::Object> buffer;
  if (make_buffer(realm, std::move(store), size).ToLocal(&buffer)) args.GetReturnValue().Set(buffer);
}

// createUnsafeArrayBuffer(size) -> ArrayBuffer whose bytes are whatever was there
void create_unsafe_array_buffer(const Args& args) {
  v8::Isolate* isolate = args.GetIsolate();
  auto size = static_cast<std::size_t>(args[0]->IntegerValue(isolate->GetCurrentContext()).FromMaybe(0));
  if (size > v8::ArrayBuffer::kMaxByteLength) {
    isolate->ThrowException(v8::Exception::RangeError(intern(isolate, "Array buffer allocation failed")));
    return;
  }
  auto store = v8::ArrayBuffer::NewBackingStore(isolate, size, v8::BackingStoreInitializationMode::kUninitialized,
                                                v8::BackingStoreOnFailureMode::kReturnNull);
  if (!store) {
    isolate->ThrowException(v8::Exception::RangeError(intern(isolate, "Array buffer allocation failed")));
    return;
  }
  args.GetReturnValue().Set(v8::ArrayBuffer::New(isolate, std::move(store)));
}

int compare_bytes(std::string_view a, std::string_view b) {
  std::size_t shared = std::min(a.size(), b.size());
  int order = shared > 0 ? std::memcmp(a.data(), b.data(), shared) : 0;
  if (order == 0) return a.size() < b.size() ? -1 : a.size() > b.size();
  return order < 0 ? -1 : 1;
}

// compare(a, b) -> -1, 0, 1
void compare(const Args& args) {
  Bytes a(args[0]), b(args[1]);
  args.GetReturnValue().Set(compare_bytes(a.view(), b.view()));
}

// compareOffset(source, target, targetStart, sourceStart, targetLength, sourceLength) -> -1, 0, 1
void compare_offset(const Args& args) {
  Bytes source(args[0]), target(args[1]);
  auto context = args.GetIsolate()->GetCurrentContext();
  auto number = [&](int i) { return static_cast<std::size_t>(args[i]->IntegerValue(context).FromMaybe(0)); };
  std::size_t target_start = number(2), source_start = number(3);
  if (source_start > source.size()) {
    return throw_coded_error(args.GetIsolate(), "ERR_OUT_OF_RANGE", "The value of \"sourceStart\" is out of range.",
                             v8::Exception::RangeError);
  }
  if (target_start > target.size()) {
    return throw_coded_error(args.GetIsolate(), "ERR_OUT_OF_RANGE", "The value of \"targetStart\" is out of range.",
                             v8::Exception::RangeError);
  }
  args.GetReturnValue().Set(
      compare_bytes(source.view().substr(source_start, number(5)), target.view().substr(target_start, number(4))));
}

// copy(source, target, targetStart, sourceStart, count)
void copy(const Args& args) {
  Bytes source(args[0]);
  Target target(args[1]);
  auto context = args.GetIsolate()->GetCurrentContext();
  auto number = [&](int i) { return static_cast<std::size_t>(args[i]->IntegerValue(context).FromMaybe(0)); };
  std::size_t to = number(2), from = number(3), count = number(4);
  if (to > target.size || from > source.size()) return args.GetReturnValue().Set(0);
  count = std::min({count, target.size - to, source.size() - from});
  if (count > 0) std::memmove(target.data + to, source.view().data() + from, count);
  args.GetReturnValue().Set(static_cast<double>(count));
}

// Where a search begins, from an offset that may be negative; -1 when nothing can be found.
std::int64_t search_start(std::int64_t length, std::int64_t offset, std::int64_t needle, bool forward) {
  if (offset < 0) {
    if (offset + length >= 0) return offset + length;
    return forward || needle == 0 ? 0 : -1;
  }
  if (offset + needle <= length) return offset;
  if (needle == 0) return length;
  return forward ? -1 : length - 1;
}

// The first (or last, at or before `start`) place of `needle` that is a multiple of `step` away from 0; -1 for none.
std::int64_t search(std::string_view haystack, std::string_view needle, std::int64_t start, bool forward,
                    std::size_t step) {
  if (needle.size() > haystack.size()) return -1;
  if (forward) {
    auto from = static_cast<std::size_t>(start);
    while (from + needle.size() <= haystack.size()) {
      const void* found = memmem(haystack.data() + from, haystack.size() - from, needle.data(), needle.size());
      if (!found) return -1;
      auto at = static_cast<std::size_t>(static_cast<const char*>(found) - haystack.data());
      if (at % step == 0) return static_cast<std::int64_t>(at);
      from = at + 1;
    }
    return -1;
  }
  auto at = std::min<std::int64_t>(start, static_cast<std::int64_t>(haystack.size() - needle.size()));
  at -= at % static_cast<std::int64_t>(step);
  for (; at >= 0; at -= static_cast<std::int64_t>(step)) {
    if (std::memcmp(haystack.data() + at, needle.data(), needle.size()) == 0) return at;
  }
  return -1;
}

void index_of_bytes(const Args& args, std::string_view haystack, std::string_view needle, std::int64_t offset,
                    Encoding encoding, bool forward) {
  auto length = static_cast<std::int64_t>(haystack.size()), size = static_cast<std::int64_t>(needle.size());
  std::int64_t start = search_start(length, offset, size, forward);
  if (size == 0) return args.GetReturnValue().Set(static_cast<double>(start));
  std::size_t step = encoding == Encoding::kUtf16le ? 2 : 1;
  if (length == 0 || start < 0 || (forward && start + size > length) || size > length ||
      (step == 2 && (length < 2 || size < 2))) {
    return args.GetReturnValue().Set(-1);
  }
  if (step == 2) start = forward ? start + start % 2 : start;
  args.GetReturnValue().Set(static_cast<double>(search(haystack, needle, start, forward, step)));
}

// indexOfString(buffer, string, offset, encoding number, forward) -> index or -1
void index_of_string(const Args& args) {
  Bytes haystack(args[0]);
  Encoding encoding = encoding_of(args[3]);
  std::string needle = encode_string(args.GetIsolate(), args[1].As<v8::String>(), encoding);
  std::int64_t offset = args[2]->IntegerValue(args.GetIsolate()->GetCurrentContext()).FromMaybe(0);
  index_of_bytes(args, haystack.view(), needle, offset, encoding, args[4]->IsTrue());
}

// indexOfBuffer(buffer, view, offset, encoding number, forward) -> index or -1
void index_of_buffer(const Args& args) {
  Bytes haystack(args[0]), needle(args[1]);
  std::int64_t offset = args[2]->IntegerValue(args.GetIsolate()->GetCurrentContext()).FromMaybe(0);
  index_of_bytes(args, haystack.view(), needle.view(), offset, encoding_of(args[3]), args[4]->IsTrue());
}

// indexOfNumber(buffer, byte, offset, forward) -> index or -1
void index_of_number(const Args& args) {
  Bytes haystack(args[0]);
  auto context = args.GetIsolate()->GetCurrentContext();
  auto byte = static_cast<int>(args[1]->Uint32Value(context).FromMaybe(0) & 0xFF);
  bool forward = args[3]->IsTrue();
  auto length = static_cast<std::int64_t>(haystack.size());
  std::int64_t start = search_start(length, args[2]->IntegerValue(context).FromMaybe(0), 1, forward);
  if (start < 0 || length == 0) return args.GetReturnValue().Set(-1);
  auto* data = haystack.view().data();
  const void* found = forward ? std::memchr(data + start, byte, static_cast<std::size_t>(length - start))
                              : memrchr(data, byte, static_cast<std::size_t>(start) + 1);
  args.GetReturnValue().Set(found ? static_cast<double>(static_cast<const char*>(found) - data) : -1.0);
}

// fill(view, string or bytes, start, end, encoding number) -> undefined; -1: nothing to fill with, -2: out of bounds
void fill(const Args& args) {
  Target target(args[0]);
  v8::Isolate* isolate = args.GetIsolate();
  auto context = isolate->GetCurrentContext();
  std::int64_t start = args[2]->IntegerValue(context).FromMaybe(0), end = args[3]->IntegerValue(context).FromMaybe(0);
  if (start < 0 || end < start || end > static_cast<std::int64_t>(target.size)) return args.GetReturnValue().Set(-2);
  auto count = static_cast<std::size_t>(end - start);
  if (count == 0) return;
  char* to = target.data + start;
  std::string pattern = args[1]->IsString() ? encode_string(isolate, args[1].As<v8::String>(), encoding_of(args[4]))
                                            : std::string(Bytes(args[1]).view());
  if (pattern.empty()) return args.GetReturnValue().Set(-1);
  if (pattern.size() == 1) {
    std::memset(to, pattern[0], count);
    return;
  }
  std::size_t filled = std::min(pattern.size(), count);
  std::memcpy(to, pattern.data(), filled);
  // Doubling what is there already.
  while (filled < count) {
    std::size_t more = std::min(filled, count - filled);
    std::memcpy(to + filled, to, more);
    filled += more;
  }
}

template <typename Word>
void swap(const Args& args) {
  Target target(args[0]);
  for (std::size_t i = 0; i + sizeof(Word) <= target.size; i += sizeof(Word)) {
    std::reverse(target.data + i, target.data + i + sizeof(Word));
  }
  args.GetReturnValue().Set(args[0]);
}

void is_utf8(const Args& args) {
  Bytes view(args[0]);
  args.GetReturnValue().Set(simdutf::validate_utf8(view.view().data(), view.size()));
}

void is_ascii(const Args& args) {
  Bytes view(args[0]);
  args.GetReturnValue().Set(simdutf::validate_ascii(view.view().data(), view.size()));
}

// isDetached(view or buffer)
void is_detached(const Args& args) {
  v8::Local<v8::Value> value = args[0];
  if (value->IsArrayBufferView()) value = value.As<v8::ArrayBufferView>()->Buffer();
  args.GetReturnValue().Set(value->IsArrayBuffer() && value.As<v8::ArrayBuffer>()->WasDetached());
}

// btoa(string) -> base64, or -1 when the string has characters above U+00FF
void btoa(const Args& args) {
  v8::Isolate* isolate = args.GetIsolate();
  auto string = args[0].As<v8::String>();
  if (!string->ContainsOnlyOneByte()) return args.GetReturnValue().Set(-1);
  std::string bytes = encode_string(isolate, string, Encoding::kLatin1);
  v8::Local<v8::String> result;
  if (decode_bytes(isolate, bytes, Encoding::kBase64).ToLocal(&result)) args.GetReturnValue().Set(result);
}

// atob(string) -> string; -1: an invalid character, -2: one character left over, -3: possible overflow.
// Spec: forgiving-base64 decode of the Infra standard.
void atob(const Args& args) {
  v8::Isolate* isolate = args.GetIsolate();
  auto string = args[0].As<v8::String>();
  simdutf::result result;
  std::string bytes;
  auto decode = [&](auto* text, std::size_t length) {
    bytes.resize(simdutf::maximal_binary_length_from_base64(text, length));
    result = simdutf::base64_to_binary(text, length, bytes.data(), simdutf::base64_default);
    if (result.error == simdutf::SUCCESS) bytes.resize(result.count);
  };
  {
    // Nothing may be allocated in V8's heap while this looks into it.
    v8::String::ValueView view(isolate, string);
    auto length = static_cast<std::size_t>(view.length());
    if (view.is_one_byte())
      decode(reinterpret_cast<const char*>(view.data8()), length);
    else
      decode(reinterpret_cast<const char16_t*>(view.data16()), length);
  }
  if (result.error == simdutf::SUCCESS) {
    v8::Local<v8::String> decoded;
    if (decode_bytes(isolate, bytes, Encoding::kLatin1).ToLocal(&decoded)) args.GetReturnValue().Set(decoded);
    return;
  }
  args.GetReturnValue().Set(result.error == simdutf::INVALID_BASE64_CHARACTER ? -1
                            : result.error == simdutf::BASE64_INPUT_REMAINDER ? -2
                                                                              : -3);
}

// setBufferPrototype(Buffer.prototype): what C++ gives new Uint8Arrays
void set_buffer_prototype(const Args& args) { Realm::from(args).set(Slot::kBufferPrototype, args[0]); }

// decodeUTF8(view, ignoreBOM, fatal) -> string; undefined for invalid bytes when fatal
void decode_utf8(const Args& args) {
  Bytes input(args[0]);
  std::string_view bytes = input.view();
  if (args[2]->IsTrue() && !simdutf::validate_utf8(bytes.data(), bytes.size())) return;
  if (!args[1]->IsTrue() && bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  v8::Local<v8::String> string;
  if (decode_bytes(args.GetIsolate(), bytes, Encoding::kUtf8).ToLocal(&string)) args.GetReturnValue().Set(string);
}

// encodeUtf8(string) -> Uint8Array
void encode_utf8(const Args& args) {
  v8::Isolate* isolate = args.GetIsolate();
  auto string = args[0].As<v8::String>();
  std::size_t size = string->Utf8LengthV2(isolate);
  auto store = v8::ArrayBuffer::NewBackingStore(isolate, size, v8::BackingStoreInitializationMode::kUninitialized);
  encode_string(isolate, string, Encoding::kUtf8, static_cast<char*>(store->Data()), size);
  args.GetReturnValue().Set(v8::Uint8Array::New(v8::ArrayBuffer::New(isolate, std::move(store)), 0, size));
}

// encodeInto(string, Uint8Array, Uint32Array result): result = [units read, bytes written]
void encode_into(const Args& args) {
  Target target(args[1]);
  std::size_t read = 0;
  std::size_t written = args[0].As<v8::String>()->WriteUtf8V2(args.GetIsolate(), target.data, target.size,
                                                              v8::String::WriteFlags::kReplaceInvalidUtf8, &read);
  Target result(args[2]);
  auto* numbers = reinterpret_cast<std::uint32_t*>(result.data);
  numbers[0] = static_cast<std::uint32_t>(read);
  numbers[1] = static_cast<std::uint32_t>(written);
}

// decodeLatin1(view): windows-1252 as the Encoding standard has it
void decode_windows_1252(const Args& args) {
  static constexpr char16_t kHigh[32] = {0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                         0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D,   0x017D, 0x8F,
                                         0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                         0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178};
  Bytes input(args[0]);
  std::string_view bytes = input.view();
  auto is_high = [](char one) {
    return static_cast<std::uint8_t>(one) >= 0x80 && static_cast<std::uint8_t>(one) < 0xA0;
  };
  v8::Local<v8::String> string;
  if (std::none_of(bytes.begin(), bytes.end(), is_high)) {
    if (decode_bytes(args.GetIsolate(), bytes, Encoding::kLatin1).ToLocal(&string)) args.GetReturnValue().Set(string);
    return;
  }
  std::u16string units(bytes.size(), u'\0');
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    auto byte = static_cast<std::uint8_t>(bytes[i]);
    units[i] = is_high(bytes[i]) ? kHigh[byte - 0x80] : byte;
  }
  if (v8::String::NewFromTwoByte(args.GetIsolate(), reinterpret_cast<const std::uint16_t*>(units.data()),
                                 v8::NewStringType::kNormal, static_cast<int>(units.size()))
          .ToLocal(&string)) {
    args.GetReturnValue().Set(string);
  }
}

void init(Realm& realm, v8::Local<v8::Object> target) {
  set_constant(realm, target, "kMaxLength", static_cast<double>(v8::Uint8Array::kMaxLength));
  set_constant(realm, target, "kStringMaxLength", v8::String::kMaxLength);
}

constexpr Method kMethods[] = {
    {"asciiSlice", slice<Encoding::kAscii>},
    {"base64Slice", slice<Encoding::kBase64>},
    {"base64urlSlice", slice<Encoding::kBase64url>},
    {"latin1Slice", slice<Encoding::kLatin1>},
    {"hexSlice", slice<Encoding::kHex>},
    {"ucs2Slice", slice<Encoding::kUtf16le>},
    {"utf8Slice", slice<Encoding::kUtf8>},
    {"asciiWriteStatic", write<Encoding::kAscii>},
    {"base64Write", write<Encoding::kBase64>},
    {"base64urlWrite", write<Encoding::kBase64url>},
    {"latin1WriteStatic", write<Encoding::kLatin1>},
    {"hexWrite", write<Encoding::kHex>},
    {"ucs2Write", write<Encoding::kUtf16le>},
    {"utf8WriteStatic", write<Encoding::kUtf8>},
    {"byteLength", byte_length},
    {"byteLengthUtf8", byte_length_utf8},
    {"createFromString", create_from_string},
    {"createUnsafeArrayBuffer", create_unsafe_array_buffer},
    {"compare", compare},
    {"compareOffset", compare_offset},
    {"copy", copy},
    {"indexOfString", index_of_string},
    {"indexOfBuffer", index_of_buffer},
    {"indexOfNumber", index_of_number},
    {"fill", fill},
    {"swap16", swap<std::uint16_t>},
    {"swap32", swap<std::uint32_t>},
    {"swap64", swap<std::uint64_t>},
    {"isUtf8", is_utf8},
    {"isAscii", is_ascii},
    {"isDetached", is_detached},
    {"btoa", btoa},
    {"atob", atob},
    {"setBufferPrototype", set_buffer_prototype},
    {"decodeUTF8", decode_utf8},
    {"encodeUtf8String", encode_utf8},
    {"encodeInto", encode_into},
    {"decodeWindows1252", decode_windows_1252},
};

}  // namespace

extern const Binding binding_buffer;
const Binding binding_buffer{"buffer", kMethods, init};

}  // namespace pkg::runtime
