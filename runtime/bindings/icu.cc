// Unicode tables and the legacy encodings, from ICU.

#include <vector>

#include <unicode/uchar.h>
#include <unicode/ucnv.h>
#include <unicode/ustring.h>

#include "runtime/core/binding.h"
#include "runtime/core/object_wrap.h"
#include "runtime/core/strings.h"

namespace pkg::runtime {

namespace {

using Args = v8::FunctionCallbackInfo<v8::Value>;

// Columns that a code point takes on a terminal.
int column_width(UChar32 point, bool ambiguous_is_wide) {
  constexpr std::uint32_t kZeroWidth = U_GC_CC_MASK | U_GC_CF_MASK | U_GC_ME_MASK | U_GC_MN_MASK;
  constexpr UChar32 kSoftHyphen = 0xAD;
  if (point == 0) return 0;
  switch (u_getIntPropertyValue(point, UCHAR_EAST_ASIAN_WIDTH)) {
    case U_EA_FULLWIDTH:
    case U_EA_WIDE:
      return 2;
    case U_EA_AMBIGUOUS:
      if (ambiguous_is_wide) return 2;
      [[fallthrough]];
    case U_EA_NEUTRAL:
      if (u_hasBinaryProperty(point, UCHAR_EMOJI_PRESENTATION)) return 2;
      [[fallthrough]];
    default:
      if (point != kSoftHyphen &&
          ((U_MASK(u_charType(point)) & kZeroWidth) != 0 || u_hasBinaryProperty(point, UCHAR_EMOJI_MODIFIER))) {
        return 0;
      }
      return 1;
  }
}

// getStringWidth(text, ambiguousIsWide?, expandEmojiSequences?) -> columns
void string_width(const Args& args) {
  v8::Isolate* isolate = args.GetIsolate();
  v8::String::Value units(isolate, args[0]);
  bool ambiguous_is_wide = args[1]->IsTrue(), expand_emoji = args[2]->IsTrue();
  int width = 0, i = 0;
  UChar32 point = 0, previous = 0;
  while (i < static_cast<int>(units.length())) {
    previous = point;
    U16_NEXT(*units, i, static_cast<int>(units.length()), point);
    // What a joiner or a modifier attaches to an emoji adds nothing.
    if (!expand_emoji && i > 0 && previous == 0x200D &&
        (u_hasBinaryProperty(point, UCHAR_EMOJI_PRESENTATION) || u_hasBinaryProperty(point, UCHAR_EMOJI_MODIFIER))) {
      continue;
    }
    width += column_width(point, ambiguous_is_wide);
  }
  args.GetReturnValue().Set(width);
}

constexpr int kFlush = 1, kFatal = 2, kIgnoreBom = 4;

// A decoder of one of ICU's encodings: getConverter(name, flags) -> Converter, or undefined for an unknown name.
class Converter : public ObjectWrap {
 public:
  Converter(Realm& realm, v8::Local<v8::Object> object, UConverter* converter, bool is_unicode, bool ignore_bom)
      : ObjectWrap(realm, object), converter_(converter), is_unicode_(is_unicode), ignore_bom_(ignore_bom) {}
  ~Converter() override { ucnv_close(converter_); }

  static void construct(const Args& args) {
    Realm& realm = Realm::from(args);
    if (!args.IsConstructCall()) return;
    int flags = args[1]->Int32Value(realm.context()).FromMaybe(0);
    std::string name = to_utf8(args.GetIsolate(), args[0]);
    UErrorCode status = U_ZERO_ERROR;
    UConverter* converter = ucnv_open(name.c_str(), &status);
    if (U_FAILURE(status)) {
      args.GetIsolate()->ThrowException(v8::Exception::RangeError(text(args.GetIsolate(), "unknown encoding " + name)));
      return;
    }
    if (flags & kFatal) {
      ucnv_setToUCallBack(converter, UCNV_TO_U_CALLBACK_STOP, nullptr, nullptr, nullptr, &status);
    }
    UConverterType type = ucnv_getType(converter);
    bool is_unicode = type == UCNV_UTF8 || type == UCNV_UTF16_BigEndian || type == UCNV_UTF16_LittleEndian;
    new Converter(realm, args.This(), converter, is_unicode, (flags & kIgnoreBom) != 0);
  }

  // decode(view or ArrayBuffer, flags) -> string, or a negative number for bytes the encoding does not allow
  static void decode(const Args& args) {
    auto* self = ObjectWrap::self<Converter>(args);
    if (!self) return;
    v8::Isolate* isolate = args.GetIsolate();
    std::string_view bytes;
    if (args[0]->IsArrayBufferView()) {
      auto view = args[0].As<v8::ArrayBufferView>();
      auto* data = static_cast<const char*>(view->Buffer()->Data());
      if (view->ByteLength() > 0) bytes = {data + view->ByteOffset(), view->ByteLength()};
    } else if (args[0]->IsArrayBuffer()) {
      auto buffer = args[0].As<v8::ArrayBuffer>();
      if (buffer->ByteLength() > 0) bytes = {static_cast<const char*>(buffer->Data()), buffer->ByteLength()};
    } else if (args[0]->IsSharedArrayBuffer()) {
      auto buffer = args[0].As<v8::SharedArrayBuffer>();
      if (buffer->ByteLength() > 0) bytes = {static_cast<const char*>(buffer->Data()), buffer->ByteLength()};
    }
    bool flush = (args[1]->Int32Value(self->realm().context()).FromMaybe(0) & kFlush) != 0;
    UErrorCode status = U_ZERO_ERROR;
    std::vector<UChar> out(bytes.size() * static_cast<std::size_t>(2 * ucnv_getMinCharSize(self->converter_)) + 64);
    UChar* target = out.data();
    const char* source = bytes.data();
    const char* end = source + bytes.size();
    std::size_t used = 0;
    do {
      status = U_ZERO_ERROR;
      target = out.data() + used;
      ucnv_toUnicode(self->converter_, &target, out.data() + out.size(), &source, end, nullptr, flush, &status);
      used = static_cast<std::size_t>(target - out.data());
      if (status == U_BUFFER_OVERFLOW_ERROR) out.resize(out.size() * 2);
    } while (status == U_BUFFER_OVERFLOW_ERROR);
    if (U_FAILURE(status)) {
      self->reset();
      return args.GetReturnValue().Set(-static_cast<int>(status));
    }
    const UChar* begin = out.data();
    if (self->is_unicode_ && !self->ignore_bom_ && !self->bom_seen_ && used > 0) {
      if (begin[0] == 0xFEFF) {
        ++begin;
        --used;
      }
      self->bom_seen_ = true;
    }
    v8::Local<v8::String> string;
    bool made = v8::String::NewFromTwoByte(isolate, reinterpret_cast<const std::uint16_t*>(begin),
                                           v8::NewStringType::kNormal, static_cast<int>(used))
                    .ToLocal(&string);
    if (flush) self->reset();
    if (made) args.GetReturnValue().Set(string);
  }

  static constexpr Method kPrototype[] = {{"decode", decode}};

 private:
  void reset() {
    bom_seen_ = false;
    ucnv_reset(converter_);
  }

  UConverter* converter_;
  bool is_unicode_;
  bool ignore_bom_;
  bool bom_seen_ = false;
};

// hasConverter(name) -> boolean
void has_converter(const Args& args) {
  UErrorCode status = U_ZERO_ERROR;
  UConverter* converter = ucnv_open(to_utf8(args.GetIsolate(), args[0]).c_str(), &status);
  args.GetReturnValue().Set(U_SUCCESS(status) != 0);
  ucnv_close(converter);
}

// icuErrName(number) -> "U_..."
void error_name(const Args& args) {
  int status = args[0]->Int32Value(Realm::from(args).context()).FromMaybe(0);
  args.GetReturnValue().Set(text(args.GetIsolate(), u_errorName(static_cast<UErrorCode>(status))));
}

const char* converter_of(std::string_view encoding) {
  if (encoding == "utf16le") return "UTF-16LE";
  if (encoding == "latin1") return "iso8859-1";
  if (encoding == "ascii") return "us-ascii";
  return "utf-8";
}

// transcode(bytes, from, to) -> Uint8Array, or a negative ICU error. `from` and `to`: ascii, latin1, utf16le or utf8.
// What the target lacks becomes '?'.
void transcode(const Args& args) {
  Realm& realm = Realm::from(args);
  auto view = args[0].As<v8::ArrayBufferView>();
  std::string from = to_utf8(args.GetIsolate(), args[1]), to = to_utf8(args.GetIsolate(), args[2]);
  UErrorCode status = U_ZERO_ERROR;
  UConverter* source = ucnv_open(converter_of(from), &status);
  UConverter* target = ucnv_open(converter_of(to), &status);
  if (U_SUCCESS(status)) {
    ucnv_setSubstChars(target, to == "utf16le" ? "?\0" : "?", to == "utf16le" ? 2 : 1, &status);
    if (to == "utf8" || to == "utf16le") {
      status = U_ZERO_ERROR;
      ucnv_setSubstString(target, reinterpret_cast<const UChar*>(u"\uFFFD"), 1, &status);
    }
  }
  if (U_SUCCESS(status)) {
    auto* begin = static_cast<const char*>(view->Buffer()->Data()) + view->ByteOffset();
    const char* end = begin + view->ByteLength();
    std::vector<char> out(view->ByteLength() * 3 + 16);
    char* at = out.data();
    UChar pivot[1024];
    UChar* pivot_source = pivot;
    UChar* pivot_target = pivot;
    ucnv_convertEx(target, source, &at, out.data() + out.size(), &begin, end, pivot, &pivot_source, &pivot_target,
                   pivot + 1024, true, true, &status);
    if (U_SUCCESS(status)) {
      auto size = static_cast<std::size_t>(at - out.data());
      auto store = v8::ArrayBuffer::NewBackingStore(args.GetIsolate(), size);
      if (size > 0) memcpy(store->Data(), out.data(), size);
      args.GetReturnValue().Set(
          v8::Uint8Array::New(v8::ArrayBuffer::New(args.GetIsolate(), std::move(store)), 0, size));
    }
  }
  if (source) ucnv_close(source);
  if (target) ucnv_close(target);
  if (U_FAILURE(status)) args.GetReturnValue().Set(-static_cast<int>(status));
  std::ignore = realm;
}

void init(Realm& realm, v8::Local<v8::Object> target) {
  set_class(realm, target, "Converter", make_class(realm, "Converter", Converter::construct, Converter::kPrototype));
}

constexpr Method kMethods[] = {{"getStringWidth", string_width},
                               {"hasConverter", has_converter},
                               {"icuErrName", error_name},
                               {"transcode", transcode}};
constexpr Method kCallbacks[] = {{"Converter", Converter::construct}, {"decode", Converter::decode}};

}  // namespace

extern const Binding binding_icu;
const Binding binding_icu{"icu", kMethods, init, kCallbacks};

}  // namespace pkg::runtime
