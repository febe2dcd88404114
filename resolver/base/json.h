#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "resolver/base/result.h"

namespace pkg {

// A JSON value whose objects keep the order in which their keys were written.
using Json = nlohmann::ordered_json;

// Parses UTF-8 text; a byte order mark is allowed, as npm allows it. Fails with
// EJSONPARSE, naming `what` (a path or URL) and the place. Never throws.
Result<Json> parse_json(std::string_view text, std::string_view what);

// The member `key` of `object` as a string, or `fallback` when `object` is no
// object, has no such member, or the member is no string.
std::string string_member(const Json& object, std::string_view key, std::string_view fallback = {});

// The member `key` of `object`, or null when there is none.
const Json* member(const Json& object, std::string_view key);

}  // namespace pkg
