#pragma once

#include <string>
#include <string_view>

#include "resolver/base/json.h"

namespace pkg::installer {

// kWritten: members as they are. kLockfile: as npm orders lockfiles: at every
// level what is no object comes first; within both groups `name, version,
// lockfileVersion, resolved, integrity, requires, packages, dependencies`
// lead, even as names of dependencies, and the rest follows by collation.
enum class KeyOrder { kWritten, kLockfile };

// JSON text as JSON.stringify(value, null, indent) writes it: UTF-8 as it is,
// integer-like keys first. An empty `indent` gives one line. No end of line
// after it.
std::string json_text(const Json& value, std::string_view indent, KeyOrder order = KeyOrder::kWritten);

// How a JSON file is laid out, so that rewriting it keeps that.
struct JsonFormat {
  std::string indent = "  ";
  std::string newline = "\n";
};
// From the first line break and what follows it; both parts are empty for a
// file on one line.
JsonFormat detect_format(std::string_view text);

// `text` with every "\n" replaced by `newline`.
std::string with_newlines(std::string text, std::string_view newline);

}  // namespace pkg::installer
