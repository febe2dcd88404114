// Structured clones. Spec: HTML, "Safe passing of structured data".

#include "runtime/core/binding.h"
#include "runtime/core/bytes.h"
#include "runtime/core/strings.h"

namespace pkg::runtime {

namespace {

using Args = v8::FunctionCallbackInfo<v8::Value>;

// Throws through the function that setDataCloneError gave: a DOMException with the name DataCloneError.
void throw_data_clone_error(Realm& realm, v8::Local<v8::String> message) {
  v8::Isolate* isolate = realm.isolate();
  if (!realm.has(Slot::kCloneDomException)) {
    isolate->ThrowException(v8::Exception::Error(message));
    return;
  }
  v8::Local<v8::Value> argument = message;
  v8::Local<v8::Value> error;
  if (realm.function(Slot::kCloneDomException)
          ->Call(realm.context(), v8::Undefined(isolate), 1, &argument)
          .ToLocal(&error)) {
    isolate->ThrowException(error);
  }
}

// A private mark on an object: "uncloneable" or "untransferable".
v8::Local<v8::Private> mark_key(v8::Isolate* isolate, const char* mark) {
  return v8::Private::ForApi(isolate, intern(isolate, mark));
}
bool is_marked(Realm& realm, v8::Local<v8::Object> object, const char* mark) {
  return object->HasPrivate(realm.context(), mark_key(realm.isolate(), mark)).FromMaybe(false);
}
// Whether any object of the process was ever marked as uncloneable: until then V8 need not ask about each.
std::atomic<bool> any_uncloneable = false;

class Writer final : public v8::ValueSerializer::Delegate {
 public:
  explicit Writer(Realm& realm) : realm_(realm), serializer_(realm.isolate(), this) {}
  v8::ValueSerializer& serializer() { return serializer_; }
  std::vector<std::shared_ptr<v8::BackingStore>>& shared() { return shared_; }

  void ThrowDataCloneError(v8::Local<v8::String> message) override { throw_data_clone_error(realm_, message); }
  bool HasCustomHostObject(v8::Isolate*) override { return any_uncloneable; }
  // To V8 what cannot be cloned is a host's object that nobody can write.
  v8::Maybe<bool> IsHostObject(v8::Isolate*, v8::Local<v8::Object> object) override {
    return v8::Just(is_marked(realm_, object, "uncloneable"));
  }
  v8::Maybe<bool> WriteHostObject(v8::Isolate* isolate, v8::Local<v8::Object> object) override {
    std::string name = to_utf8(isolate, object->GetConstructorName());
    throw_data_clone_error(realm_, text(isolate, "#<" + name + "> could not be cloned."));
    return v8::Nothing<bool>();
  }
  v8::Maybe<std::uint32_t> GetSharedArrayBufferId(v8::Isolate*, v8::Local<v8::SharedArrayBuffer> buffer) override {
    shared_.push_back(buffer->GetBackingStore());
    return v8::Just(static_cast<std::uint32_t>(shared_.size() - 1));
  }

 private:
  Realm& realm_;
  v8::ValueSerializer serializer_;
  std::vector<std::shared_ptr<v8::BackingStore>> shared_;
};

class Reader final : public v8::ValueDeserializer::Delegate {
 public:
  explicit Reader(const std::vector<std::shared_ptr<v8::BackingStore>>& shared) : shared_(shared) {}
  v8::MaybeLocal<v8::SharedArrayBuffer> GetSharedArrayBufferFromId(v8::Isolate* isolate, std::uint32_t id) override {
    if (id >= shared_.size()) return {};
    return v8::SharedArrayBuffer::New(isolate, shared_[id]);
  }

 private:
  const std::vector<std::shared_ptr<v8::BackingStore>>& shared_;
};

// structuredClone(value, array of ArrayBuffers to transfer) -> the clone
void structured_clone(const Args& args) {
  Realm& realm = Realm::from(args);
  v8::Isolate* isolate = realm.isolate();
  auto context = realm.context();
  std::vector<v8::Local<v8::ArrayBuffer>> moved;
  Writer writer(realm);
  if (args[1]->IsArray()) {
    auto list = args[1].As<v8::Array>();
    for (std::uint32_t i = 0; i < list->Length(); ++i) {
      v8::Local<v8::Value> entry;
      if (!list->Get(context, i).ToLocal(&entry)) return;
      if (!entry->IsArrayBuffer()) {
        return throw_data_clone_error(realm, text(isolate, "Value not transferable"));
      }
      auto buffer = entry.As<v8::ArrayBuffer>();
      if (is_marked(realm, buffer, "untransferable")) {
        return throw_data_clone_error(realm, text(isolate, "Cannot transfer object of unsupported type."));
      }
      for (auto earlier : moved) {
        if (earlier == buffer) {
          return throw_data_clone_error(realm, text(isolate, "Transfer list contains duplicate ArrayBuffer"));
        }
      }
      if (!buffer->IsDetachable() || buffer->WasDetached()) {
        return throw_data_clone_error(realm, text(isolate, "An ArrayBuffer is detached and could not be cloned."));
      }
      writer.serializer().TransferArrayBuffer(i, buffer);
      moved.push_back(buffer);
    }
  }
  writer.serializer().WriteHeader();
  bool written = false;
  if (!writer.serializer().WriteValue(context, args[0]).To(&written) || !written) return;
  std::vector<std::shared_ptr<v8::BackingStore>> stores;
  for (auto buffer : moved) {
    stores.push_back(buffer->GetBackingStore());
    if (buffer->Detach({}).IsNothing()) return;
  }
  auto [data, size] = writer.serializer().Release();
  std::unique_ptr<std::uint8_t, decltype(&std::free)> owner(data, std::free);
  Reader delegate(writer.shared());
  v8::ValueDeserializer reader(isolate, data, size, &delegate);
  for (std::size_t i = 0; i < stores.size(); ++i) {
    reader.TransferArrayBuffer(static_cast<std::uint32_t>(i), v8::ArrayBuffer::New(isolate, stores[i]));
  }
  v8::Local<v8::Value> clone;
  if (reader.ReadHeader(context).IsNothing() || !reader.ReadValue(context).ToLocal(&clone)) return;
  args.GetReturnValue().Set(clone);
}

// markAsUncloneable(object), markAsUntransferable(object)
template <bool clone>
void mark(const Args& args) {
  if (!args[0]->IsObject()) return;
  if (clone) any_uncloneable = true;
  v8::Isolate* isolate = args.GetIsolate();
  std::ignore = args[0].As<v8::Object>()->SetPrivate(
      Realm::from(args).context(), mark_key(isolate, clone ? "uncloneable" : "untransferable"), v8::True(isolate));
}

// isMarkedAsUntransferable(value) -> boolean
void is_untransferable(const Args& args) {
  args.GetReturnValue().Set(args[0]->IsObject() &&
                            is_marked(Realm::from(args), args[0].As<v8::Object>(), "untransferable"));
}

// setDataCloneError((message) -> error): how to make the error of what cannot be cloned
void set_data_clone_error(const Args& args) { Realm::from(args).set(Slot::kCloneDomException, args[0]); }

// serialize(value) -> Buffer in V8's format, with its header
void serialize(const Args& args) {
  Realm& realm = Realm::from(args);
  Writer writer(realm);
  writer.serializer().WriteHeader();
  bool written = false;
  if (!writer.serializer().WriteValue(realm.context(), args[0]).To(&written) || !written) return;
  auto [data, size] = writer.serializer().Release();
  std::unique_ptr<std::uint8_t, decltype(&std::free)> owner(data, std::free);
  args.GetReturnValue().Set(make_buffer(realm, {data, size}));
}

// deserialize(buffer) -> value; throws when it is damaged
void deserialize(const Args& args) {
  Realm& realm = Realm::from(args);
  auto context = realm.context();
  Bytes bytes(args[0]);
  v8::ValueDeserializer reader(args.GetIsolate(), bytes.data(), bytes.size());
  bool header = false;
  v8::Local<v8::Value> value;
  if (!reader.ReadHeader(context).To(&header) || !header || !reader.ReadValue(context).ToLocal(&value)) {
    return;
  }
  args.GetReturnValue().Set(value);
}

// heapStatistics() -> [total, executable, physical, available, used, limit, malloced, peak malloced, zapping, contexts,
// detached contexts, global handles, used global handles, external] in bytes and counts
void heap_statistics(const Args& args) {
  v8::Isolate* isolate = args.GetIsolate();
  v8::HeapStatistics heap;
  isolate->GetHeapStatistics(&heap);
  std::vector<v8::Local<v8::Value>> values;
  for (std::size_t value :
       {heap.total_heap_size(), heap.total_heap_size_executable(), heap.total_physical_size(),
        heap.total_available_size(), heap.used_heap_size(), heap.heap_size_limit(), heap.malloced_memory(),
        heap.peak_malloced_memory(), static_cast<std::size_t>(heap.does_zap_garbage()),
        heap.number_of_native_contexts(), heap.number_of_detached_contexts(), heap.total_global_handles_size(),
        heap.used_global_handles_size(), heap.external_memory()}) {
    values.push_back(v8::Number::New(isolate, static_cast<double>(value)));
  }
  args.GetReturnValue().Set(v8::Array::New(isolate, values.data(), values.size()));
}

// setFlags("--flag ...")
void set_flags(const Args& args) {
  std::string flags = to_utf8(args.GetIsolate(), args[0]);
  v8::V8::SetFlagsFromString(flags.data(), flags.size());
}

constexpr Method kMethods[] = {{"markAsUncloneable", mark<true>},
                               {"markAsUntransferable", mark<false>},
                               {"isMarkedAsUntransferable", is_untransferable},

                               {"structuredClone", structured_clone},
                               {"setDataCloneError", set_data_clone_error},
                               {"serialize", serialize},
                               {"deserialize", deserialize},
                               {"heapStatistics", heap_statistics},
                               {"setFlags", set_flags}};

}  // namespace

extern const Binding binding_messaging;
const Binding binding_messaging{"messaging", kMethods};

}  // namespace pkg::runtime
