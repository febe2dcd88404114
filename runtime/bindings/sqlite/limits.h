#pragma once

#include <v8.h>

#include "runtime/core/binding.h"

namespace pkg::runtime::sqlite {

// makeLimits(database) -> the object
void make_limits(const v8::FunctionCallbackInfo<v8::Value>& args);
// Adds SQLite's numbers of the limits by their names.
void limit_ids(Realm& realm, v8::Local<v8::Object> target);

}  // namespace pkg::runtime::sqlite
