#pragma once

#include <span>

#include "runtime/core/realm.h"

namespace pkg::runtime {

// A class of the core's requests or handles and its name in async_hooks.
struct AsyncProvider {
  const char* class_name;  // null: the type is only listed
  const char* type;
};
std::span<const AsyncProvider> async_providers();

// The functions that async_hooks set (none: all of these do nothing). Each has a
// handle scope and the realm's context entered by its caller.
inline bool async_hooks_on(const Realm& realm) { return realm.has(Slot::kAsyncBefore); }

// A request or handle begins; its type is that of its class.
void async_init(Realm& realm, v8::Local<v8::Object> object);
// The same for an object of no class of its own.
void async_init(Realm& realm, v8::Local<v8::Object> object, const char* type);
// It will call nothing any more.
void async_destroy(Realm& realm, v8::Local<v8::Object> object);

// Realm::call between the hooks' before and after.
v8::MaybeLocal<v8::Value> async_call(Realm& realm, v8::Local<v8::Object> object, v8::Local<v8::Function> function,
                                     int argc, v8::Local<v8::Value>* argv, v8::Local<v8::Value> frame);

}  // namespace pkg::runtime
