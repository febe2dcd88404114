#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>

#include <v8.h>

#include "runtime/core/realm.h"

namespace pkg::runtime {

// The bytes behind an ArrayBufferView, ArrayBuffer or SharedArrayBuffer, valid
// while this lives and the value is reachable; small typed arrays that V8 keeps
// on its heap are copied rather than moved out of it. Empty for other values.
class Bytes {
 public:
  explicit Bytes(v8::Local<v8::Value> value) {
    if (value->IsArrayBufferView()) {
      auto contents =
          value.As<v8::ArrayBufferView>()->GetContents(v8::MemorySpan<std::uint8_t>(inline_, sizeof inline_));
      data_ = contents.data();
      size_ = contents.size();
    } else if (value->IsArrayBuffer()) {
      auto buffer = value.As<v8::ArrayBuffer>();
      data_ = static_cast<std::uint8_t*>(buffer->Data());
      size_ = buffer->ByteLength();
    } else if (value->IsSharedArrayBuffer()) {
      auto buffer = value.As<v8::SharedArrayBuffer>();
      data_ = static_cast<std::uint8_t*>(buffer->Data());
      size_ = buffer->ByteLength();
    }
  }
  Bytes(const Bytes&) = delete;
  Bytes& operator=(const Bytes&) = delete;

  const std::uint8_t* data() const { return data_ ? data_ : inline_; }
  std::size_t size() const { return size_; }
  std::span<const std::uint8_t> span() const { return {data(), size_}; }
  std::string_view view() const { return {reinterpret_cast<const char*>(data()), size_}; }

 private:
  std::uint8_t inline_[64];
  std::uint8_t* data_ = nullptr;
  std::size_t size_ = 0;
};

// The memory of a view, to be written to: never a copy.
inline std::span<std::uint8_t> writable_bytes(v8::Local<v8::Value> value) {
  if (value->IsArrayBufferView()) {
    auto view = value.As<v8::ArrayBufferView>();
    auto* base = static_cast<std::uint8_t*>(view->Buffer()->Data());
    return {base + view->ByteOffset(), view->ByteLength()};
  }
  if (value->IsArrayBuffer()) {
    auto buffer = value.As<v8::ArrayBuffer>();
    return {static_cast<std::uint8_t*>(buffer->Data()), buffer->ByteLength()};
  }
  if (value->IsSharedArrayBuffer()) {
    auto buffer = value.As<v8::SharedArrayBuffer>();
    return {static_cast<std::uint8_t*>(buffer->Data()), buffer->ByteLength()};
  }
  return {};
}

// A Buffer over `store` (a plain Uint8Array before Buffer.prototype is known).
inline v8::Local<v8::Uint8Array> make_buffer(Realm& realm, std::shared_ptr<v8::BackingStore> store) {
  std::size_t size = store->ByteLength();
  auto array = v8::Uint8Array::New(v8::ArrayBuffer::New(realm.isolate(), std::move(store)), 0, size);
  if (realm.has(Slot::kBufferPrototype)) {
    std::ignore = array->SetPrototypeV2(realm.context(), realm.get(Slot::kBufferPrototype));
  }
  return array;
}

// A Buffer with a copy of `bytes`.
inline v8::Local<v8::Uint8Array> make_buffer(Realm& realm, std::span<const std::uint8_t> bytes) {
  auto store = v8::ArrayBuffer::NewBackingStore(realm.isolate(), bytes.size(),
                                                v8::BackingStoreInitializationMode::kUninitialized);
  if (!bytes.empty()) std::memcpy(store->Data(), bytes.data(), bytes.size());
  return make_buffer(realm, std::move(store));
}

}  // namespace pkg::runtime
