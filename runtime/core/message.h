#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include <v8.h>

#include "runtime/core/realm.h"

namespace pkg::runtime {

class MessageQueue;

// What stands for one object while it is between two realms. Any thread may destroy it.
class TransferData {
 public:
  virtual ~TransferData() = default;
  // Makes the object in `realm`, whose context is entered. Empty when JavaScript threw. May be called once for each
  // receiver when the object was cloned, once when it was moved.
  virtual v8::MaybeLocal<v8::Object> revive(Realm& realm) = 0;
  // Whether it is, or carries, `queue`.
  virtual bool carries(const MessageQueue*) const { return false; }
  // The queue itself, where this is one.
  virtual std::shared_ptr<MessageQueue> take_queue() { return nullptr; }
};
using TransferRef = std::shared_ptr<TransferData>;

// A value on its way from one realm to another, or to the same one: V8's serialisation, what was moved and what is
// shared. Spec: HTML, "Safe passing of structured data".
//
// JavaScript's own classes take part with a mark and methods whose symbols internal/worker/transfer.js has:
// object[kClone]() and object[kTransfer]() give {data, deserializeInfo}, where the latter is "builtin id:export": that
// function of the receiving realm makes the object of the data.
class Message {
 public:
  // Throws DataCloneError and returns null when the value cannot go. `transfer` lists ArrayBuffers and objects that
  // move; they are detached here when all went well, and untouched otherwise. `source`, when given, is the object that
  // sends: it must not be in the list.
  static std::shared_ptr<Message> write(Realm& realm, v8::Local<v8::Value> value,
                                        const std::vector<v8::Local<v8::Value>>& transfer,
                                        v8::Local<v8::Value> source = {});

  // The value in `realm`. `moved`, when given, becomes the objects of the transfer list that are not ArrayBuffers.
  // Empty when JavaScript threw.
  v8::MaybeLocal<v8::Value> read(Realm& realm, std::vector<v8::Local<v8::Value>>* moved = nullptr);

  // Of MessagePort's protocol: the other end has gone.
  static std::shared_ptr<Message> closing();
  bool is_closing() const { return closing_; }
  bool moves_anything() const { return !buffers_.empty() || moved_objects_ > 0; }
  // Whether `queue` is among what moves with this message.
  bool moves_queue(const MessageQueue* queue) const;

 private:
  friend class MessageWriter;
  friend class MessageReader;

  struct Free {
    void operator()(std::uint8_t* data) const { std::free(data); }
  };
  bool closing_ = false;
  std::unique_ptr<std::uint8_t, Free> bytes_;
  std::size_t size_ = 0;
  std::vector<std::shared_ptr<v8::BackingStore>> buffers_;  // moved
  std::vector<std::shared_ptr<v8::BackingStore>> shared_;
  std::vector<v8::CompiledWasmModule> wasm_;
  std::vector<TransferRef> objects_;  // the first moved_objects_ are those of the transfer list
  std::size_t moved_objects_ = 0;
};

// Appends the entries of a transfer list, an array or undefined, to `out`. False when JavaScript threw.
bool read_transfer_list(Realm& realm, v8::Local<v8::Value> list, std::vector<v8::Local<v8::Value>>& out);

// Throws a DataCloneError.
void throw_data_clone_error(Realm& realm, std::string_view message);

// The private marks of an object: "uncloneable", "untransferable", "transfer mode".
v8::Local<v8::Private> mark_key(v8::Isolate* isolate, const char* mark);
bool is_marked(Realm& realm, v8::Local<v8::Object> object, const char* mark);
// Sets "transfer mode" (bits of TransferMode) or one of the others.
void set_mark(Realm& realm, v8::Local<v8::Object> object, const char* mark, v8::Local<v8::Value> value);

enum TransferMode : int { kTransferable = 1, kCloneable = 2 };

}  // namespace pkg::runtime
