#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "resolver/base/json.h"

namespace pkg::installer {

// kWritten: members as they are. kLockfile: as npm orders lockfiles: at every
// level what is no object comes first; within both groups `name, version,
// lockfileVersion, resolved, integrity, requires, packages, dependencies`
// lead, even as names of dependencies, and the rest follows by collation.
enum class KeyOrder { kWritten, kLockfile };

// A JSON value put together from parts that others own and keep, to be written once: no part of it is copied.
struct JsonView;
using JsonMembers = std::vector<std::pair<std::string_view, JsonView>>;
using JsonStrings = std::vector<std::pair<std::string, std::string>>;
struct JsonView : std::variant<bool, int, std::string_view, const Json*, const JsonMembers*, const JsonStrings*,
                               const std::vector<std::string>*> {
  using variant::variant;
};

// JSON text as JSON.stringify(value, null, indent) writes it: UTF-8 as it is,
// integer-like keys first. An empty `indent` gives one line. No end of line
// after it.
std::string json_text(const Json& value, std::string_view indent, KeyOrder order = KeyOrder::kWritten);
std::string json_text(const JsonMembers& object, std::string_view indent, KeyOrder order);

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
