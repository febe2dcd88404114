#include "runtime/core/message.h"

#include <atomic>
#include <cstdlib>
#include <unordered_map>

#include "runtime/core/object_wrap.h"
#include "runtime/core/strings.h"

namespace pkg::runtime {

namespace {

// Whether any object of the process ever had a mark: until then V8 need not ask about each.
std::atomic<bool> any_marked = false;

int transfer_mode(Realm& realm, v8::Local<v8::Object> object, bool& marked) {
  v8::Local<v8::Value> mode;
  marked =
      object->GetPrivate(realm.context(), mark_key(realm.isolate(), "transfer mode")).ToLocal(&mode) && mode->IsInt32();
  return marked ? mode.As<v8::Int32>()->Value() : 0;
}

// An object of a class written in JavaScript, as the message that its method gave and the class that reads it.
class ScriptedObject final : public TransferData {
 public:
  ScriptedObject(std::string info, std::shared_ptr<Message> data) : info_(std::move(info)), data_(std::move(data)) {}

  v8::MaybeLocal<v8::Object> revive(Realm& realm) override {
    v8::Local<v8::Value> data;
    if (!data_->read(realm).ToLocal(&data)) return {};
    v8::Local<v8::Value> args[] = {text(realm.isolate(), info_), data};
    v8::Local<v8::Value> object;
    if (!realm.has(Slot::kReviveTransferred) || !realm.function(Slot::kReviveTransferred)
                                                     ->Call(realm.context(), v8::Undefined(realm.isolate()), 2, args)
                                                     .ToLocal(&object)) {
      return {};
    }
    return object.As<v8::Object>();
  }
  bool carries(const MessageQueue* queue) const override { return data_->moves_queue(queue); }

 private:
  const std::string info_;
  const std::shared_ptr<Message> data_;
};

}  // namespace

v8::Local<v8::Private> mark_key(v8::Isolate* isolate, const char* mark) {
  return v8::Private::ForApi(isolate, intern(isolate, mark));
}

bool is_marked(Realm& realm, v8::Local<v8::Object> object, const char* mark) {
  return object->HasPrivate(realm.context(), mark_key(realm.isolate(), mark)).FromMaybe(false);
}

void set_mark(Realm& realm, v8::Local<v8::Object> object, const char* mark, v8::Local<v8::Value> value) {
  if (std::string_view(mark) != "untransferable") any_marked = true;
  std::ignore = object->SetPrivate(realm.context(), mark_key(realm.isolate(), mark), value);
}

bool read_transfer_list(Realm& realm, v8::Local<v8::Value> list, std::vector<v8::Local<v8::Value>>& out) {
  if (!list->IsArray()) return true;
  auto array = list.As<v8::Array>();
  for (std::uint32_t i = 0; i < array->Length(); ++i) {
    v8::Local<v8::Value> entry;
    if (!array->Get(realm.context(), i).ToLocal(&entry)) return false;
    out.push_back(entry);
  }
  return true;
}

void throw_data_clone_error(Realm& realm, std::string_view message) {
  v8::Isolate* isolate = realm.isolate();
  v8::Local<v8::Value> argument = text(isolate, message);
  v8::Local<v8::Value> error;
  if (!realm.has(Slot::kCloneDomException)) {
    isolate->ThrowException(v8::Exception::Error(argument.As<v8::String>()));
  } else if (realm.function(Slot::kCloneDomException)
                 ->Call(realm.context(), v8::Undefined(isolate), 1, &argument)
                 .ToLocal(&error)) {
    isolate->ThrowException(error);
  }
}

// In place of the number of an object: a copy of its properties follows.
constexpr std::uint32_t kCopy = UINT32_MAX;

// Writes one message.
class MessageWriter final : public v8::ValueSerializer::Delegate {
 public:
  MessageWriter(Realm& realm, Message& message)
      : realm_(realm), message_(message), serializer_(realm.isolate(), this) {}

  // False when something was thrown.
  bool write(v8::Local<v8::Value> value, const std::vector<v8::Local<v8::Value>>& transfer,
             v8::Local<v8::Value> source) {
    if (!list(transfer, source)) return false;
    message_.moved_objects_ = objects_.size();
    serializer_.WriteHeader();
    if (!serializer_.WriteValue(realm_.context(), value).FromMaybe(false)) return false;
    // Clones first: making them may fail, and then nothing has moved yet.
    message_.objects_.resize(objects_.size());
    for (std::size_t i = message_.moved_objects_; i < objects_.size(); ++i) {
      if (!clone(i)) return false;
    }
    for (std::size_t i = 0; i < message_.moved_objects_; ++i) {
      if (!move(i)) return false;
    }
    for (auto buffer : buffers_) {
      message_.buffers_.push_back(buffer->GetBackingStore());
      if (buffer->Detach({}).IsNothing()) return false;
    }
    auto [data, size] = serializer_.Release();
    message_.bytes_.reset(data);
    message_.size_ = size;
    return true;
  }

  void ThrowDataCloneError(v8::Local<v8::String> message) override {
    throw_data_clone_error(realm_, to_utf8(realm_.isolate(), message));
  }
  bool HasCustomHostObject(v8::Isolate*) override { return any_marked || !objects_.empty(); }
  // To V8 what has a mark is a host's object.
  v8::Maybe<bool> IsHostObject(v8::Isolate*, v8::Local<v8::Object> object) override {
    if (object->InternalFieldCount() > 0) return v8::Just(true);
    bool marked;
    transfer_mode(realm_, object, marked);
    return v8::Just(marked || is_marked(realm_, object, "uncloneable"));
  }
  v8::Maybe<bool> WriteHostObject(v8::Isolate* isolate, v8::Local<v8::Object> object) override {
    std::size_t index = find(object);
    if (index == objects_.size()) {
      bool marked;
      int mode = transfer_mode(realm_, object, marked);
      auto* wrap = marked ? nullptr : ObjectWrap::unwrap<ObjectWrap>(object);
      if (!marked && object->InternalFieldCount() == 0 && !is_marked(realm_, object, "uncloneable")) {
        return write_copy(object);
      }
      if (is_marked(realm_, object, "uncloneable") || (marked ? !(mode & kCloneable) : !wrap || !wrap->can_clone())) {
        if (mode & kTransferable) {
          throw_data_clone_error(realm_,
                                 "Object that needs transfer was found in message but not listed in transferList");
        } else {
          throw_data_clone_error(realm_,
                                 "#<" + to_utf8(isolate, object->GetConstructorName()) + "> could not be cloned.");
        }
        return v8::Nothing<bool>();
      }
      objects_.emplace_back(isolate, object);
    }
    serializer_.WriteUint32(static_cast<std::uint32_t>(index));
    return v8::Just(true);
  }
  // Of an object whose properties are made up (process.env) go these.
  v8::Maybe<bool> write_copy(v8::Local<v8::Object> object) {
    auto context = realm_.context();
    auto copy = v8::Object::New(realm_.isolate());
    v8::Local<v8::Array> names;
    if (!object->GetOwnPropertyNames(context).ToLocal(&names)) return v8::Nothing<bool>();
    for (std::uint32_t i = 0; i < names->Length(); i++) {
      v8::Local<v8::Value> name, value;
      v8::Local<v8::String> key;
      if (!names->Get(context, i).ToLocal(&name) || !object->Get(context, name).ToLocal(&value) ||
          !name->ToString(context).ToLocal(&key) || copy->CreateDataProperty(context, key, value).IsNothing()) {
        return v8::Nothing<bool>();
      }
    }
    serializer_.WriteUint32(kCopy);
    return serializer_.WriteValue(context, copy);
  }
  v8::Maybe<std::uint32_t> GetSharedArrayBufferId(v8::Isolate*, v8::Local<v8::SharedArrayBuffer> buffer) override {
    for (std::size_t i = 0; i < shared_.size(); ++i) {
      if (shared_[i] == buffer) return v8::Just(static_cast<std::uint32_t>(i));
    }
    shared_.emplace_back(realm_.isolate(), buffer);
    message_.shared_.push_back(buffer->GetBackingStore());
    return v8::Just(static_cast<std::uint32_t>(shared_.size() - 1));
  }
  v8::Maybe<std::uint32_t> GetWasmModuleTransferId(v8::Isolate*, v8::Local<v8::WasmModuleObject> module) override {
    message_.wasm_.push_back(module->GetCompiledModule());
    return v8::Just(static_cast<std::uint32_t>(message_.wasm_.size() - 1));
  }
  bool AdoptSharedValueConveyor(v8::Isolate*, v8::SharedValueConveyor&&) override { return false; }

 private:
  std::size_t find(v8::Local<v8::Object> object) const {
    std::size_t i = 0;
    while (i < objects_.size() && objects_[i] != object) ++i;
    return i;
  }

  v8::Local<v8::Object> object_at(std::size_t index) const { return objects_[index].Get(realm_.isolate()); }

  bool list(const std::vector<v8::Local<v8::Value>>& transfer, v8::Local<v8::Value> source) {
    // An object may bring others that move with it: the list grows.
    std::vector<v8::Local<v8::Value>> all = transfer;
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (!list_one(all[i], source)) return false;
    }
    return true;
  }

  bool refuse(std::string_view message) {
    throw_data_clone_error(realm_, message);
    return false;
  }

  bool list_one(v8::Local<v8::Value> entry, v8::Local<v8::Value> source) {
    if (entry->IsArrayBuffer()) {
      auto buffer = entry.As<v8::ArrayBuffer>();
      if (is_marked(realm_, buffer, "untransferable")) return refuse("Cannot transfer object of unsupported type.");
      for (auto earlier : buffers_) {
        if (earlier == buffer) return refuse("Transfer list contains duplicate ArrayBuffer");
      }
      if (!buffer->IsDetachable() || buffer->WasDetached()) {
        return refuse("An ArrayBuffer is detached and could not be cloned.");
      }
      serializer_.TransferArrayBuffer(static_cast<std::uint32_t>(buffers_.size()), buffer);
      buffers_.push_back(buffer);
      return true;
    }
    if (!entry->IsObject()) return refuse("Value not transferable");
    auto object = entry.As<v8::Object>();
    if (is_marked(realm_, object, "untransferable")) return refuse("Cannot transfer object of unsupported type.");
    bool marked;
    int mode = transfer_mode(realm_, object, marked);
    if (!source.IsEmpty() && object == source) return refuse("Transfer list contains source port");
    if (find(object) != objects_.size()) {
      return refuse("Transfer list contains duplicate " + to_utf8(realm_.isolate(), object->GetConstructorName()));
    }
    auto* wrap = marked ? nullptr : ObjectWrap::unwrap<ObjectWrap>(object);
    if (marked ? !(mode & kTransferable) : !wrap || !wrap->can_move()) {
      return refuse(marked || wrap ? "Cannot transfer object of unsupported type." : "Value not transferable");
    }
    if (marked && !is_attached(object)) {
      return refuse(to_utf8(realm_.isolate(), object->GetConstructorName()) + " in transfer list is already detached");
    }
    objects_.emplace_back(realm_.isolate(), object);
    return true;
  }

  // object[name]: the symbols are those of internal/worker/transfer.js.
  v8::MaybeLocal<v8::Value> method(v8::Local<v8::Object> object, const char* name) {
    v8::Isolate* isolate = realm_.isolate();
    return object->Get(realm_.context(), v8::Symbol::ForApi(isolate, intern(isolate, name)));
  }
  // An object says by [kDetached] === true that it has moved before.
  bool is_attached(v8::Local<v8::Object> object) {
    v8::Local<v8::Value> detached;
    return method(object, "pkg.detached").ToLocal(&detached) && !detached->IsTrue();
  }

  bool clone(std::size_t index) {
    if (auto* wrap = unmarked_wrap(object_at(index))) return take(index, wrap->clone_data());
    return scripted(index, "pkg.clone");
  }
  bool move(std::size_t index) {
    if (auto* wrap = unmarked_wrap(object_at(index))) return take(index, wrap->move_data());
    return scripted(index, "pkg.transfer");
  }
  ObjectWrap* unmarked_wrap(v8::Local<v8::Object> object) {
    bool marked;
    transfer_mode(realm_, object, marked);
    return marked ? nullptr : ObjectWrap::unwrap<ObjectWrap>(object);
  }
  bool take(std::size_t index, TransferRef data) {
    if (!data) return refuse("Cannot transfer object of unsupported type.");
    message_.objects_[index] = std::move(data);
    return true;
  }
  bool scripted(std::size_t index, const char* name) {
    v8::Local<v8::Object> object = object_at(index);
    auto context = realm_.context();
    v8::Isolate* isolate = realm_.isolate();
    std::vector<v8::Local<v8::Value>> inner;
    v8::Local<v8::Value> function, listed, made, info, data;
    if (!method(object, "pkg.transfer list").ToLocal(&function)) return false;
    if (std::string_view(name) == "pkg.transfer" && function->IsFunction()) {
      if (!function.As<v8::Function>()->Call(context, object, 0, nullptr).ToLocal(&listed)) return false;
      if (!read_transfer_list(realm_, listed, inner)) return false;
    }
    if (!method(object, name).ToLocal(&function)) return false;
    if (!function->IsFunction()) return refuse("Cannot transfer object of unsupported type.");
    if (!function.As<v8::Function>()->Call(context, object, 0, nullptr).ToLocal(&made)) return false;
    if (!made->IsObject()) return refuse("Cannot clone object of unsupported type.");
    if (!made.As<v8::Object>()->Get(context, intern(isolate, "deserializeInfo")).ToLocal(&info) ||
        !made.As<v8::Object>()->Get(context, intern(isolate, "data")).ToLocal(&data)) {
      return false;
    }
    auto message = Message::write(realm_, data, inner);
    if (!message) return false;
    message_.objects_[index] = std::make_shared<ScriptedObject>(to_utf8(isolate, info), std::move(message));
    return true;
  }

  Realm& realm_;
  Message& message_;
  v8::ValueSerializer serializer_;
  std::vector<v8::Local<v8::ArrayBuffer>> buffers_;
  // V8's own handles end with each of its calls.
  std::vector<v8::Global<v8::SharedArrayBuffer>> shared_;
  std::vector<v8::Global<v8::Object>> objects_;
};

class MessageReader final : public v8::ValueDeserializer::Delegate {
 public:
  MessageReader(const Message& message, const std::vector<v8::Local<v8::Object>>& objects)
      : message_(message), objects_(objects) {}
  void use(v8::ValueDeserializer* reader) { reader_ = reader; }

  v8::MaybeLocal<v8::Object> ReadHostObject(v8::Isolate* isolate) override {
    std::uint32_t index;
    if (!reader_->ReadUint32(&index)) return {};
    v8::Local<v8::Value> copy;
    if (index == kCopy) {
      if (!reader_->ReadValue(isolate->GetCurrentContext()).ToLocal(&copy) || !copy->IsObject()) return {};
      return copy.As<v8::Object>();
    }
    if (index >= objects_.size()) return {};
    return objects_[index];
  }
  v8::MaybeLocal<v8::SharedArrayBuffer> GetSharedArrayBufferFromId(v8::Isolate* isolate, std::uint32_t id) override {
    if (id >= message_.shared_.size()) return {};
    return v8::SharedArrayBuffer::New(isolate, message_.shared_[id]);
  }
  v8::MaybeLocal<v8::WasmModuleObject> GetWasmModuleFromId(v8::Isolate* isolate, std::uint32_t id) override {
    if (id >= message_.wasm_.size()) return {};
    return v8::WasmModuleObject::FromCompiledModule(isolate, message_.wasm_[id]);
  }

 private:
  const Message& message_;
  const std::vector<v8::Local<v8::Object>>& objects_;
  v8::ValueDeserializer* reader_ = nullptr;
};

std::shared_ptr<Message> Message::write(Realm& realm, v8::Local<v8::Value> value,
                                        const std::vector<v8::Local<v8::Value>>& transfer,
                                        v8::Local<v8::Value> source) {
  auto message = std::make_shared<Message>();
  MessageWriter writer(realm, *message);
  if (!writer.write(value, transfer, source)) return nullptr;
  return message;
}

std::shared_ptr<Message> Message::closing() {
  auto message = std::make_shared<Message>();
  message->closing_ = true;
  return message;
}

bool Message::moves_queue(const MessageQueue* queue) const {
  for (std::size_t i = 0; i < moved_objects_; ++i) {
    if (objects_[i]->carries(queue)) return true;
  }
  return false;
}

v8::MaybeLocal<v8::Value> Message::read(Realm& realm, std::vector<v8::Local<v8::Value>>* moved) {
  v8::Isolate* isolate = realm.isolate();
  auto context = realm.context();
  std::vector<v8::Local<v8::Object>> objects;
  for (const TransferRef& data : objects_) {
    v8::Local<v8::Object> object;
    if (!data->revive(realm).ToLocal(&object)) return {};
    objects.push_back(object);
  }
  MessageReader delegate(*this, objects);
  v8::ValueDeserializer reader(isolate, bytes_.get(), size_, &delegate);
  delegate.use(&reader);
  for (std::size_t i = 0; i < buffers_.size(); ++i) {
    reader.TransferArrayBuffer(static_cast<std::uint32_t>(i), v8::ArrayBuffer::New(isolate, std::move(buffers_[i])));
  }
  buffers_.clear();
  v8::Local<v8::Value> value;
  if (reader.ReadHeader(context).IsNothing() || !reader.ReadValue(context).ToLocal(&value)) return {};
  if (moved) moved->assign(objects.begin(), objects.begin() + static_cast<std::ptrdiff_t>(moved_objects_));
  return value;
}

}  // namespace pkg::runtime
