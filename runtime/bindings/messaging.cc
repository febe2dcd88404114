// Structured clones. Spec: HTML, "Safe passing of structured data".

#include "runtime/core/binding.h"
#include "runtime/core/bytes.h"
#include "runtime/core/message.h"
#include "runtime/core/strings.h"

namespace pkg::runtime {

namespace {

using Args = v8::FunctionCallbackInfo<v8::Value>;

// structuredClone(value, array of what to transfer) -> the clone
void structured_clone(const Args& args) {
  Realm& realm = Realm::from(args);
  std::vector<v8::Local<v8::Value>> transfer;
  if (!read_transfer_list(realm, args[1], transfer)) return;
  auto message = Message::write(realm, args[0], transfer);
  v8::Local<v8::Value> clone;
  if (message && message->read(realm).ToLocal(&clone)) args.GetReturnValue().Set(clone);
}

// markAsUncloneable(object), markAsUntransferable(object)
template <bool clone>
void mark(const Args& args) {
  if (!args[0]->IsObject()) return;
  set_mark(Realm::from(args), args[0].As<v8::Object>(), clone ? "uncloneable" : "untransferable",
           v8::True(args.GetIsolate()));
}

// setTransferMode(object, bits of TransferMode): how an object of one of our own classes can go to another realm
void set_transfer_mode(const Args& args) {
  set_mark(Realm::from(args), args[0].As<v8::Object>(), "transfer mode", args[1]);
}

// setReviver((info, data) -> object): makes what [kClone]() or [kTransfer]() described
void set_reviver(const Args& args) { Realm::from(args).set(Slot::kReviveTransferred, args[0]); }

// isMarkedAsUntransferable(value) -> boolean
void is_untransferable(const Args& args) {
  args.GetReturnValue().Set(args[0]->IsObject() &&
                            is_marked(Realm::from(args), args[0].As<v8::Object>(), "untransferable"));
}

// setDataCloneError((message) -> error): how to make the error of what cannot be cloned
void set_data_clone_error(const Args& args) { Realm::from(args).set(Slot::kCloneDomException, args[0]); }

// For what stays in V8's format: nothing but plain values.
class CloneErrors final : public v8::ValueSerializer::Delegate {
 public:
  explicit CloneErrors(Realm& realm) : realm_(realm) {}
  void ThrowDataCloneError(v8::Local<v8::String> message) override {
    throw_data_clone_error(realm_, to_utf8(realm_.isolate(), message));
  }

 private:
  Realm& realm_;
};

// serialize(value) -> Buffer in V8's format, with its header
void serialize(const Args& args) {
  Realm& realm = Realm::from(args);
  CloneErrors errors(realm);
  v8::ValueSerializer writer(args.GetIsolate(), &errors);
  writer.WriteHeader();
  bool written = false;
  if (!writer.WriteValue(realm.context(), args[0]).To(&written) || !written) return;
  auto [data, size] = writer.Release();
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

// setFlags("--flag ...")
void set_flags(const Args& args) {
  std::string flags = to_utf8(args.GetIsolate(), args[0]);
  v8::V8::SetFlagsFromString(flags.data(), flags.size());
}

constexpr Method kMethods[] = {{"markAsUncloneable", mark<true>},
                               {"markAsUntransferable", mark<false>},
                               {"isMarkedAsUntransferable", is_untransferable},

                               {"setTransferMode", set_transfer_mode},
                               {"setReviver", set_reviver},
                               {"structuredClone", structured_clone},
                               {"setDataCloneError", set_data_clone_error},
                               {"serialize", serialize},
                               {"deserialize", deserialize},
                               {"setFlags", set_flags}};

// The names of the methods by which an object describes itself: see core/message.h.
void init(Realm& realm, v8::Local<v8::Object> target) {
  v8::Isolate* isolate = realm.isolate();
  auto symbols = v8::Object::New(isolate);
  for (auto [key, name] : {std::pair("clone", "pkg.clone"), std::pair("transfer", "pkg.transfer"),
                           std::pair("transferList", "pkg.transfer list"), std::pair("detached", "pkg.detached")}) {
    set_value(realm, symbols, key, v8::Symbol::ForApi(isolate, intern(isolate, name)));
  }
  set_value(realm, target, "symbols", symbols);
}

}  // namespace

extern const Binding binding_messaging;
const Binding binding_messaging{"messaging", kMethods, init};

}  // namespace pkg::runtime
