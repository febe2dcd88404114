#pragma once

#include <string>
#include <unordered_map>

#include <v8.h>

#include "runtime/core/object_wrap.h"

namespace pkg::runtime {

// A v8::Module that JavaScript holds. Its internal fields after the pointer:
// the modules linked to its requests, the callback that evaluates a synthetic
// module, the id symbol of its host-defined options, and what `import source`
// gives for it (undefined: nothing).
class ModuleWrap final : public ObjectWrap {
 public:
  enum Field : int { kPointer, kLinked, kEvaluate, kId, kSource, kFieldCount };

  ModuleWrap(Realm& realm, v8::Local<v8::Object> object, v8::Local<v8::Context> context, v8::Local<v8::Module> module);
  ~ModuleWrap() override;

  // The wrap of `module`, or null when it is not one of ours.
  static ModuleWrap* of(Realm& realm, v8::Local<v8::Module> module);

  v8::Local<v8::Module> module() const { return module_.Get(isolate()); }
  v8::Local<v8::Context> context() const { return context_.Get(isolate()); }

  // The module linked to the request with this specifier, these attributes
  // (key, value, offset triples) and this phase; null when there is none.
  ModuleWrap* linked(v8::Local<v8::String> specifier, v8::Local<v8::FixedArray> attributes,
                     v8::ModuleImportPhase phase);

 private:
  v8::Global<v8::Module> module_;
  v8::Global<v8::Context> context_;
  int hash_;
  std::unordered_map<std::string, int> requests_;  // request's key -> index
};

}  // namespace pkg::runtime
