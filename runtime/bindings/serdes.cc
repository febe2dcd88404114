// internalBinding('serdes'): V8's serializer and deserializer of values as classes, whose host objects are JavaScript's
// to write and read. Spec: Node's doc/api/v8.md, "Serialization API".

#include <v8.h>

#include "runtime/core/binding.h"
#include "runtime/core/bytes.h"
#include "runtime/core/encodings.h"
#include "runtime/core/object_wrap.h"
#include "runtime/core/strings.h"

namespace pkg::runtime {

namespace {

using Args = v8::FunctionCallbackInfo<v8::Value>;

// A method of the JavaScript object by this name; null when it has none.
v8::MaybeLocal<v8::Function> hook_of(ObjectWrap& self, const char* name) {
  v8::Local<v8::Value> value;
  if (!self.object()->Get(self.realm().context(), intern(self.isolate(), name)).ToLocal(&value)) return {};
  return value->IsFunction() ? value.As<v8::Function>() : v8::MaybeLocal<v8::Function>();
}

class Serializer final : public ObjectWrap, public v8::ValueSerializer::Delegate {
 public:
  Serializer(Realm& realm, v8::Local<v8::Object> object) : ObjectWrap(realm, object), writer(realm.isolate(), this) {}

  void ThrowDataCloneError(v8::Local<v8::String> message) override {
    v8::Local<v8::Value> argument = message;
    v8::Local<v8::Function> hook;
    v8::Local<v8::Value> error;
    if (!hook_of(*this, "_getDataCloneError").ToLocal(&hook)) {
      isolate()->ThrowException(v8::Exception::Error(message));
    } else if (hook->Call(realm().context(), object(), 1, &argument).ToLocal(&error)) {
      isolate()->ThrowException(error);
    }
  }

  v8::Maybe<std::uint32_t> GetSharedArrayBufferId(v8::Isolate* isolate,
                                                  v8::Local<v8::SharedArrayBuffer> buffer) override {
    v8::Local<v8::Function> hook;
    if (!hook_of(*this, "_getSharedArrayBufferId").ToLocal(&hook)) {
      return v8::ValueSerializer::Delegate::GetSharedArrayBufferId(isolate, buffer);
    }
    v8::Local<v8::Value> argument = buffer;
    v8::Local<v8::Value> id;
    if (!hook->Call(realm().context(), object(), 1, &argument).ToLocal(&id)) return v8::Nothing<std::uint32_t>();
    return id->Uint32Value(realm().context());
  }

  v8::Maybe<bool> WriteHostObject(v8::Isolate* isolate, v8::Local<v8::Object> host) override {
    v8::Local<v8::Function> hook;
    if (!hook_of(*this, "_writeHostObject").ToLocal(&hook)) {
      throw_coded_error(isolate, "ERR_METHOD_NOT_IMPLEMENTED", "The _writeHostObject() method is not implemented");
      return v8::Nothing<bool>();
    }
    v8::Local<v8::Value> argument = host;
    if (hook->Call(realm().context(), object(), 1, &argument).IsEmpty()) return v8::Nothing<bool>();
    return v8::Just(true);
  }

  v8::ValueSerializer writer;
};

class Deserializer final : public ObjectWrap, public v8::ValueDeserializer::Delegate {
 public:
  Deserializer(Realm& realm, v8::Local<v8::Object> object, v8::Local<v8::ArrayBufferView> view)
      : ObjectWrap(realm, object), store(view->Buffer()->GetBackingStore()) {
    data = static_cast<const std::uint8_t*>(store->Data()) + view->ByteOffset();
    size = view->ByteLength();
    reader.emplace(realm.isolate(), data, size, this);
  }

  v8::MaybeLocal<v8::Object> ReadHostObject(v8::Isolate* isolate) override {
    v8::Isolate::AllowJavascriptExecutionScope allowed(isolate);  // V8 reads with it shut off
    v8::Local<v8::Function> hook;
    v8::Local<v8::Value> made;
    if (!hook_of(*this, "_readHostObject").ToLocal(&hook)) {
      throw_coded_error(isolate, "ERR_METHOD_NOT_IMPLEMENTED", "The _readHostObject() method is not implemented");
      return {};
    }
    if (!hook->Call(realm().context(), object(), 0, nullptr).ToLocal(&made)) return {};
    if (made->IsObject()) return made.As<v8::Object>();
    isolate->ThrowException(v8::Exception::TypeError(text(isolate, "readHostObject must return an object")));
    return {};
  }

  std::shared_ptr<v8::BackingStore> store;  // what `data` is in
  const std::uint8_t* data;
  std::size_t size;
  std::optional<v8::ValueDeserializer> reader;
};

void throw_type(const Args& args, const char* message) {
  throw_coded_error(args.GetIsolate(), "ERR_INVALID_ARG_TYPE", message, v8::Exception::TypeError);
}

std::uint32_t to_uint(const Args& args, int at) {
  return args[at]->Uint32Value(args.GetIsolate()->GetCurrentContext()).FromMaybe(0);
}

bool called_with_new(const Args& args, const char* message) {
  if (args.IsConstructCall()) return true;
  throw_coded_error(args.GetIsolate(), "ERR_CONSTRUCT_CALL_REQUIRED", message, v8::Exception::TypeError);
  return false;
}

void new_serializer(const Args& args) {
  if (called_with_new(args, "Class constructor Serializer cannot be invoked without 'new'")) {
    new Serializer(Realm::from(args), args.This());
  }
}

void write_header(const Args& args) { ObjectWrap::self<Serializer>(args)->writer.WriteHeader(); }

void write_value(const Args& args) {
  auto* self = ObjectWrap::self<Serializer>(args);
  bool written;
  if (self->writer.WriteValue(self->realm().context(), args[0]).To(&written)) args.GetReturnValue().Set(written);
}

void treat_views(const Args& args) {
  ObjectWrap::self<Serializer>(args)->writer.SetTreatArrayBufferViewsAsHostObjects(
      args[0]->BooleanValue(args.GetIsolate()));
}

void release_buffer(const Args& args) {
  auto* self = ObjectWrap::self<Serializer>(args);
  auto [data, size] = self->writer.Release();
  auto store = v8::ArrayBuffer::NewBackingStore(
      data, size, [](void* bytes, std::size_t, void*) { std::free(bytes); }, nullptr);
  args.GetReturnValue().Set(make_buffer(self->realm(), std::move(store)));
}

void write_transfer(const Args& args) {
  if (!args[1]->IsArrayBuffer()) return throw_type(args, "The \"arrayBuffer\" argument must be of type ArrayBuffer");
  ObjectWrap::self<Serializer>(args)->writer.TransferArrayBuffer(to_uint(args, 0), args[1].As<v8::ArrayBuffer>());
}

void write_uint32(const Args& args) { ObjectWrap::self<Serializer>(args)->writer.WriteUint32(to_uint(args, 0)); }

void write_uint64(const Args& args) {
  std::uint64_t high = to_uint(args, 0);
  ObjectWrap::self<Serializer>(args)->writer.WriteUint64(high << 32 | to_uint(args, 1));
}

void write_double(const Args& args) {
  double value;
  if (args[0]->NumberValue(args.GetIsolate()->GetCurrentContext()).To(&value)) {
    ObjectWrap::self<Serializer>(args)->writer.WriteDouble(value);
  }
}

void write_raw(const Args& args) {
  if (!args[0]->IsArrayBufferView()) return throw_type(args, "source must be a TypedArray or a DataView");
  Bytes bytes(args[0]);
  ObjectWrap::self<Serializer>(args)->writer.WriteRawBytes(bytes.data(), bytes.size());
}

void new_deserializer(const Args& args) {
  if (!called_with_new(args, "Class constructor Deserializer cannot be invoked without 'new'")) return;
  if (!args[0]->IsArrayBufferView()) return throw_type(args, "buffer must be a TypedArray or a DataView");
  auto view = args[0].As<v8::ArrayBufferView>();
  args.This()->Set(args.GetIsolate()->GetCurrentContext(), intern(args.GetIsolate(), "buffer"), view).Check();
  new Deserializer(Realm::from(args), args.This(), view);
}

void read_header(const Args& args) {
  auto* self = ObjectWrap::self<Deserializer>(args);
  bool read;
  if (self->reader->ReadHeader(self->realm().context()).To(&read)) args.GetReturnValue().Set(read);
}

void read_value(const Args& args) {
  auto* self = ObjectWrap::self<Deserializer>(args);
  v8::Local<v8::Value> value;
  if (self->reader->ReadValue(self->realm().context()).ToLocal(&value)) args.GetReturnValue().Set(value);
}

void read_transfer(const Args& args) {
  auto& reader = *ObjectWrap::self<Deserializer>(args)->reader;
  if (args[1]->IsArrayBuffer()) return reader.TransferArrayBuffer(to_uint(args, 0), args[1].As<v8::ArrayBuffer>());
  if (args[1]->IsSharedArrayBuffer()) {
    return reader.TransferSharedArrayBuffer(to_uint(args, 0), args[1].As<v8::SharedArrayBuffer>());
  }
  throw_type(args, "The \"arrayBuffer\" argument must be an instance of ArrayBuffer or SharedArrayBuffer");
}

void wire_version(const Args& args) {
  args.GetReturnValue().Set(ObjectWrap::self<Deserializer>(args)->reader->GetWireFormatVersion());
}

void ended(const Args& args, const char* what) {
  args.GetIsolate()->ThrowException(v8::Exception::Error(text(args.GetIsolate(), std::string(what) + "() failed")));
}

void read_uint32(const Args& args) {
  std::uint32_t value;
  if (!ObjectWrap::self<Deserializer>(args)->reader->ReadUint32(&value)) return ended(args, "ReadUint32");
  args.GetReturnValue().Set(value);
}

void read_uint64(const Args& args) {
  std::uint64_t value;
  v8::Isolate* isolate = args.GetIsolate();
  if (!ObjectWrap::self<Deserializer>(args)->reader->ReadUint64(&value)) return ended(args, "ReadUint64");
  v8::Local<v8::Value> halves[] = {v8::Integer::NewFromUnsigned(isolate, static_cast<std::uint32_t>(value >> 32)),
                                   v8::Integer::NewFromUnsigned(isolate, static_cast<std::uint32_t>(value))};
  args.GetReturnValue().Set(v8::Array::New(isolate, halves, 2));
}

void read_double(const Args& args) {
  double value;
  if (!ObjectWrap::self<Deserializer>(args)->reader->ReadDouble(&value)) return ended(args, "ReadDouble");
  args.GetReturnValue().Set(value);
}

// _readRawBytes(length) -> where they begin in the view
void read_raw(const Args& args) {
  auto* self = ObjectWrap::self<Deserializer>(args);
  const void* found;
  double length = args[0]->NumberValue(self->realm().context()).FromMaybe(0);
  if (!(length >= 0 && length <= static_cast<double>(self->size)) ||
      !self->reader->ReadRawBytes(static_cast<std::size_t>(length), &found)) {
    return ended(args, "ReadRawBytes");
  }
  args.GetReturnValue().Set(static_cast<double>(static_cast<const std::uint8_t*>(found) - self->data));
}

constexpr Method kSerializer[] = {{"writeHeader", write_header},
                                  {"writeValue", write_value},
                                  {"releaseBuffer", release_buffer},
                                  {"transferArrayBuffer", write_transfer},
                                  {"writeUint32", write_uint32},
                                  {"writeUint64", write_uint64},
                                  {"writeDouble", write_double},
                                  {"writeRawBytes", write_raw},
                                  {"_setTreatArrayBufferViewsAsHostObjects", treat_views}};
constexpr Method kDeserializer[] = {{"readHeader", read_header},
                                    {"readValue", read_value},
                                    {"getWireFormatVersion", wire_version},
                                    {"transferArrayBuffer", read_transfer},
                                    {"readUint32", read_uint32},
                                    {"readUint64", read_uint64},
                                    {"readDouble", read_double},
                                    {"_readRawBytes", read_raw}};
constexpr Method kCallbacks[] = {{"Serializer", new_serializer},
                                 {"Deserializer", new_deserializer},
                                 {"writeHeader", write_header},
                                 {"writeValue", write_value},
                                 {"releaseBuffer", release_buffer},
                                 {"transferArrayBuffer", write_transfer},
                                 {"writeUint32", write_uint32},
                                 {"writeUint64", write_uint64},
                                 {"writeDouble", write_double},
                                 {"writeRawBytes", write_raw},
                                 {"_setTreatArrayBufferViewsAsHostObjects", treat_views},
                                 {"readHeader", read_header},
                                 {"readValue", read_value},
                                 {"getWireFormatVersion", wire_version},
                                 {"transferArrayBuffer", read_transfer},
                                 {"readUint32", read_uint32},
                                 {"readUint64", read_uint64},
                                 {"readDouble", read_double},
                                 {"_readRawBytes", read_raw}};

void init(Realm& realm, v8::Local<v8::Object> target) {
  set_class(realm, target, "Serializer", make_class(realm, "Serializer", new_serializer, kSerializer));
  set_class(realm, target, "Deserializer", make_class(realm, "Deserializer", new_deserializer, kDeserializer));
}

}  // namespace

extern const Binding binding_serdes;
const Binding binding_serdes{"serdes", {}, init, kCallbacks};

}  // namespace pkg::runtime
