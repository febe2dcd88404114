#pragma once

#include <functional>
#include <memory>

#include <v8.h>

#include "runtime/core/listed.h"
#include "runtime/core/object_wrap.h"

namespace pkg::runtime {

// A context made by vm.createContext(): its global object shows the properties
// of a plain object of the caller, the sandbox, and writes go there.
class ContextifyContext final : public ObjectWrap, public Listed<ContextifyContext> {
 public:
  enum Field : int { kPointer, kGlobal, kSandbox, kFieldCount };

  struct Options {
    v8::Local<v8::Value> id;  // symbol, for import() in what is run without its own
    bool allow_strings = true;
    bool allow_wasm = true;
    bool own_microtasks = false;
  };

  // Makes the context for `sandbox`, or, when that is empty, one with an
  // ordinary global object. Null when JavaScript was thrown at.
  static ContextifyContext* make(Realm& realm, v8::Local<v8::Object> sandbox, const Options& options);

  // The context that `sandbox` (or an ordinary global made here) stands for;
  // null when it stands for none.
  static ContextifyContext* of(Realm& realm, v8::Local<v8::Object> sandbox);

  // The id for import() in what runs in `context` without an id of its own:
  // undefined for the default loader. Empty when no ContextifyContext made it.
  static v8::MaybeLocal<v8::Value> import_id(v8::Local<v8::Context> context);

  v8::Local<v8::Context> context() const { return context_.Get(isolate()); }
  v8::Local<v8::Object> sandbox() const { return object()->GetInternalField(kSandbox).As<v8::Object>(); }
  v8::MicrotaskQueue* microtasks() const { return microtasks_.get(); }

 private:
  ContextifyContext(Realm& realm, v8::Local<v8::Object> wrapper) : ObjectWrap(realm, wrapper) {}

  // Weak: the wrapper holds the global proxy, and that the context.
  v8::Global<v8::Context> context_;
  std::unique_ptr<v8::MicrotaskQueue> microtasks_;
};

// Runs `body`, ended by force after `timeout` ms (negative: never) or, when
// `break_on_sigint`, by SIGINT. Then ERR_SCRIPT_EXECUTION_TIMEOUT or
// ERR_SCRIPT_EXECUTION_INTERRUPTED is thrown.
v8::MaybeLocal<v8::Value> run_guarded(Realm& realm, std::int64_t timeout, bool break_on_sigint,
                                      const std::function<v8::MaybeLocal<v8::Value>()>& body);

// The bytes as a new Uint8Array (a Buffer where that is loaded).
v8::Local<v8::Value> to_bytes(Realm& realm, const v8::ScriptCompiler::CachedData* data);

}  // namespace pkg::runtime
