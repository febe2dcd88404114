#pragma once

#include <v8.h>

#include "runtime/core/realm.h"

namespace pkg::runtime {

// The host-defined options of a script or module: its id, a symbol, by which
// import() inside it finds who asked. Undefined makes empty options, which mean
// the default loader with the script's name as referrer.
v8::Local<v8::PrimitiveArray> host_options(v8::Isolate* isolate, v8::Local<v8::Value> id);

// Whether text that does not compile as CommonJS because of `message` would be
// an ES module. Spec: esm.md, DETECT_MODULE_SYNTAX.
bool looks_like_module(Realm& realm, v8::Local<v8::String> source, v8::Local<v8::Value> name,
                       const std::string& message);

}  // namespace pkg::runtime
