#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include <v8.h>

namespace pkg::runtime {

class Realm;

// One embedded JavaScript file. `data` is Latin-1 restricted to ASCII, or
// UTF-16 when `two_byte`; it lives as long as the process.
struct BuiltinSource {
  const char* id;
  const void* data;
  std::size_t length;  // in code units
  bool two_byte;
};

// Sorted by id. Written by tools/embed.py at build time.
std::span<const BuiltinSource> builtin_sources();
const BuiltinSource* find_builtin(std::string_view id);

// The builtin's function (exports, require, module, process, internalBinding,
// primordials), compiled from its code cache when there is one.
v8::MaybeLocal<v8::Function> compile_builtin(Realm& realm, std::string_view id);

}  // namespace pkg::runtime
