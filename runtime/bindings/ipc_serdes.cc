// Messages of a channel with `serialization: 'advanced'`: V8's format, with typed arrays as v8.DefaultSerializer writes
// them. https://nodejs.org/api/child_process.html#advanced-serialization

#include <array>

#include "runtime/core/binding.h"
#include "runtime/core/bytes.h"
#include "runtime/core/encodings.h"
#include "runtime/core/strings.h"

namespace pkg::runtime {

namespace {

using Args = v8::FunctionCallbackInfo<v8::Value>;

// What follows an object that V8 leaves to its host.
enum HostTag : std::uint32_t { kView = 0, kPlainObject = 1 };

// The numbers of the views' classes, in both directions.
enum ViewType : std::uint32_t {
  kInt8,
  kUint8,
  kUint8Clamped,
  kInt16,
  kUint16,
  kInt32,
  kUint32,
  kFloat32,
  kFloat64,
  kDataView,
  kBuffer,
  kBigInt64,
  kBigUint64,
  kFloat16,
  kViewTypes
};
constexpr std::array<std::size_t, kViewTypes> kElementSize{1, 1, 1, 2, 2, 4, 4, 4, 8, 1, 1, 8, 8, 2};

// The size of a message, most significant byte first, goes before it.
constexpr std::size_t kPrefix = 4;

ViewType type_of(Realm& realm, v8::Local<v8::ArrayBufferView> view) {
  if (view->IsUint8Array()) {
    bool buffer = view->GetPrototypeV2()->StrictEquals(realm.get(Slot::kBufferPrototype));
    return buffer ? kBuffer : kUint8;
  }
  if (view->IsInt8Array()) return kInt8;
  if (view->IsUint8ClampedArray()) return kUint8Clamped;
  if (view->IsInt16Array()) return kInt16;
  if (view->IsUint16Array()) return kUint16;
  if (view->IsInt32Array()) return kInt32;
  if (view->IsUint32Array()) return kUint32;
  if (view->IsFloat32Array()) return kFloat32;
  if (view->IsFloat64Array()) return kFloat64;
  if (view->IsBigInt64Array()) return kBigInt64;
  if (view->IsBigUint64Array()) return kBigUint64;
  if (view->IsFloat16Array()) return kFloat16;
  return kDataView;
}

class Writer final : public v8::ValueSerializer::Delegate {
 public:
  explicit Writer(Realm& realm) : realm_(realm), serializer_(realm.isolate(), this) {
    serializer_.SetTreatArrayBufferViewsAsHostObjects(true);
  }

  // The framed message; null when an exception was thrown.
  v8::Local<v8::Value> write(v8::Local<v8::Value> value) {
    constexpr std::uint8_t room[kPrefix] = {};
    serializer_.WriteRawBytes(room, sizeof room);
    serializer_.WriteHeader();
    bool written = false;
    if (!serializer_.WriteValue(realm_.context(), value).To(&written) || !written) return {};
    auto [data, size] = serializer_.Release();
    auto store = v8::ArrayBuffer::NewBackingStore(
        data, size, [](void* bytes, std::size_t, void*) { std::free(bytes); }, nullptr);
    std::size_t payload = size - kPrefix;
    if (payload > UINT32_MAX) {
      throw_too_large();
      return {};
    }
    for (std::size_t i = 0; i < kPrefix; i++) data[i] = static_cast<std::uint8_t>(payload >> (8 * (kPrefix - 1 - i)));
    return make_buffer(realm_, std::move(store));
  }

  void ThrowDataCloneError(v8::Local<v8::String> message) override {
    realm_.isolate()->ThrowException(v8::Exception::Error(message));
  }

  v8::Maybe<bool> WriteHostObject(v8::Isolate*, v8::Local<v8::Object> object) override {
    if (!object->IsArrayBufferView()) return write_plain(object);
    auto view = object.As<v8::ArrayBufferView>();
    if (view->ByteLength() > UINT32_MAX) {
      throw_too_large();
      return v8::Nothing<bool>();
    }
    serializer_.WriteUint32(kView);
    serializer_.WriteUint32(type_of(realm_, view));
    Bytes bytes(view);
    serializer_.WriteUint32(static_cast<std::uint32_t>(bytes.size()));
    serializer_.WriteRawBytes(bytes.data(), bytes.size());
    return v8::Just(true);
  }

 private:
  // Of an object with something native behind it go the properties alone.
  v8::Maybe<bool> write_plain(v8::Local<v8::Object> object) {
    auto context = realm_.context();
    auto copy = v8::Object::New(realm_.isolate());
    v8::Local<v8::Array> names;
    auto filter = static_cast<v8::PropertyFilter>(v8::ONLY_ENUMERABLE | v8::SKIP_SYMBOLS);
    if (!object->GetOwnPropertyNames(context, filter).ToLocal(&names)) return v8::Nothing<bool>();
    for (std::uint32_t i = 0; i < names->Length(); i++) {
      v8::Local<v8::Value> name, value;
      v8::Local<v8::String> key;
      if (!names->Get(context, i).ToLocal(&name) || !object->Get(context, name).ToLocal(&value) ||
          !name->ToString(context).ToLocal(&key) || copy->CreateDataProperty(context, key, value).IsNothing()) {
        return v8::Nothing<bool>();
      }
    }
    serializer_.WriteUint32(kPlainObject);
    return serializer_.WriteValue(context, copy);
  }

  void throw_too_large() {
    throw_coded_error(realm_.isolate(), "ERR_OUT_OF_RANGE", "The message is larger than 4 GiB",
                      v8::Exception::RangeError);
  }

  Realm& realm_;
  v8::ValueSerializer serializer_;
};

class Reader final : public v8::ValueDeserializer::Delegate {
 public:
  Reader(Realm& realm, std::span<const std::uint8_t> bytes)
      : realm_(realm), reader_(realm.isolate(), bytes.data(), bytes.size(), this) {}

  v8::MaybeLocal<v8::Value> read() {
    bool header = false;
    if (!reader_.ReadHeader(realm_.context()).To(&header) || !header) return {};
    return reader_.ReadValue(realm_.context());
  }

  v8::MaybeLocal<v8::Object> ReadHostObject(v8::Isolate* isolate) override {
    std::uint32_t tag = 0;
    if (!reader_.ReadUint32(&tag)) return damaged();
    if (tag == kView) return read_view(isolate);
    v8::Local<v8::Value> value;
    if (tag != kPlainObject) return damaged();
    if (!reader_.ReadValue(realm_.context()).ToLocal(&value)) return {};
    if (!value->IsObject()) return damaged();
    return value.As<v8::Object>();
  }

 private:
  v8::MaybeLocal<v8::Object> read_view(v8::Isolate* isolate) {
    std::uint32_t type = 0, size = 0;
    const void* data = nullptr;
    if (!reader_.ReadUint32(&type) || type >= kViewTypes || !reader_.ReadUint32(&size) ||
        size % kElementSize[type] != 0 || !reader_.ReadRawBytes(size, &data)) {
      return damaged();
    }
    if (type == kBuffer) return make_buffer(realm_, {static_cast<const std::uint8_t*>(data), size});
    auto store = v8::ArrayBuffer::NewBackingStore(isolate, size, v8::BackingStoreInitializationMode::kUninitialized);
    if (size > 0) std::memcpy(store->Data(), data, size);
    auto buffer = v8::ArrayBuffer::New(isolate, std::move(store));
    std::size_t length = size / kElementSize[type];
    switch (type) {
      case kInt8:
        return v8::Int8Array::New(buffer, 0, length);
      case kUint8:
        return v8::Uint8Array::New(buffer, 0, length);
      case kUint8Clamped:
        return v8::Uint8ClampedArray::New(buffer, 0, length);
      case kInt16:
        return v8::Int16Array::New(buffer, 0, length);
      case kUint16:
        return v8::Uint16Array::New(buffer, 0, length);
      case kInt32:
        return v8::Int32Array::New(buffer, 0, length);
      case kUint32:
        return v8::Uint32Array::New(buffer, 0, length);
      case kFloat32:
        return v8::Float32Array::New(buffer, 0, length);
      case kFloat64:
        return v8::Float64Array::New(buffer, 0, length);
      case kBigInt64:
        return v8::BigInt64Array::New(buffer, 0, length);
      case kBigUint64:
        return v8::BigUint64Array::New(buffer, 0, length);
      case kFloat16:
        return v8::Float16Array::New(buffer, 0, length);
      default:
        return v8::DataView::New(buffer, 0, length);
    }
  }

  v8::MaybeLocal<v8::Object> damaged() {
    throw_coded_error(realm_.isolate(), "ERR_INVALID_STATE", "Invalid state: The message is damaged");
    return {};
  }

  Realm& realm_;
  v8::ValueDeserializer reader_;
};

// serialize(value) -> Buffer: the size of what follows in four bytes, and that; throws on what cannot be cloned
void serialize(const Args& args) {
  if (auto frame = Writer(Realm::from(args)).write(args[0]); !frame.IsEmpty()) args.GetReturnValue().Set(frame);
}

// deserialize(Buffer without the size) -> value; throws when it is damaged
void deserialize(const Args& args) {
  Bytes bytes(args[0]);
  v8::Local<v8::Value> value;
  if (Reader(Realm::from(args), bytes.span()).read().ToLocal(&value)) args.GetReturnValue().Set(value);
}

constexpr Method kMethods[] = {{"serialize", serialize}, {"deserialize", deserialize}};

}  // namespace

extern const Binding binding_ipc_serdes;
const Binding binding_ipc_serdes{"ipc_serdes", kMethods};

}  // namespace pkg::runtime
