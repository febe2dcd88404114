#pragma once

#include <memory>

#include <v8.h>

#include "resolver/base/result.h"
#include "runtime/core/realm.h"

namespace pkg::runtime {

class TransferData;

// A C++ object that a JavaScript object (an instance of a make_class() class)
// stands for. By default the JavaScript object owns it: when that is collected,
// the C++ object is deleted. hold() keeps it until release(). A realm that ends
// before the process (a worker's) deletes those that are left.
class ObjectWrap {
 public:
  ObjectWrap(Realm& realm, v8::Local<v8::Object> object) : realm_(realm), object_(realm.isolate(), object) {
    PKG_CHECK(object->InternalFieldCount() > 0);
    object->SetAlignedPointerInInternalField(0, this);
    make_weak();
    next_ = realm.first_wrap_;
    if (next_) next_->previous_ = this;
    realm.first_wrap_ = this;
  }
  ObjectWrap(const ObjectWrap&) = delete;
  ObjectWrap& operator=(const ObjectWrap&) = delete;

  virtual ~ObjectWrap() {
    (previous_ ? previous_->next_ : realm_.first_wrap_) = next_;
    if (next_) next_->previous_ = previous_;
    if (object_.IsEmpty()) return;
    v8::HandleScope scope(realm_.isolate());
    object_.Get(realm_.isolate())->SetAlignedPointerInInternalField(0, nullptr);
    object_.Reset();
  }

  // The T behind `value`, or null when there is none (not such an object, or
  // already destroyed). T must be the class the binding's signature promises.
  template <typename T>
  static T* unwrap(v8::Local<v8::Value> value) {
    if (!value->IsObject()) return nullptr;
    auto object = value.As<v8::Object>();
    if (object->InternalFieldCount() == 0) return nullptr;
    return static_cast<T*>(static_cast<ObjectWrap*>(object->GetAlignedPointerFromInternalField(0)));
  }
  // The same for the receiver of a method.
  template <typename T>
  static T* self(const v8::FunctionCallbackInfo<v8::Value>& args) {
    return unwrap<T>(args.This());
  }

  Realm& realm() const { return realm_; }
  v8::Isolate* isolate() const { return realm_.isolate(); }
  v8::Local<v8::Object> object() const { return object_.Get(realm_.isolate()); }

  // Passing to other realms: see core/message.h. clone_data() leaves the object as it is, move_data() makes it
  // unusable.
  virtual bool can_clone() const { return false; }
  virtual bool can_move() const { return false; }
  virtual std::shared_ptr<TransferData> clone_data() { return nullptr; }
  virtual std::shared_ptr<TransferData> move_data() { return nullptr; }

  // The realm ends: closes what the loop still holds.
  virtual void shut_down() {}

  // Keeps the JavaScript object, and so this one, alive; calls nest not.
  void hold() { object_.ClearWeak(); }
  void release() { make_weak(); }

 private:
  void make_weak() {
    object_.SetWeak(
        this,
        [](const v8::WeakCallbackInfo<ObjectWrap>& info) {
          // First pass: the handle must go. Deleting may touch V8, so it waits for the second.
          info.GetParameter()->object_.Reset();
          info.SetSecondPassCallback(
              [](const v8::WeakCallbackInfo<ObjectWrap>& second) { delete second.GetParameter(); });
        },
        v8::WeakCallbackType::kParameter);
  }

  friend class Realm;

  Realm& realm_;
  v8::Global<v8::Object> object_;
  ObjectWrap* previous_ = nullptr;  // of the realm's list
  ObjectWrap* next_ = nullptr;
};

}  // namespace pkg::runtime
