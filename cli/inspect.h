#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "resolver/base/json.h"

namespace pkg::cli {

// A JSON value as Node's util.inspect shows it, with all of an array and
// `depth` levels below the first: how `view` and `pkg get` print what is no
// text. A value of the type `discarded` stands for undefined.
std::string inspect(const Json& value, int depth = 5);

// As JavaScript's String(value): "a,b" for a list, "[object Object]".
std::string joined_text(const Json& value);

// The keys of an object in the order in which JavaScript enumerates them:
// numbers first.
std::vector<std::string> enumerated_keys(const Json& object);

}  // namespace pkg::cli
