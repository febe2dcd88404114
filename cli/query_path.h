#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "resolver/base/json.h"
#include "resolver/base/result.h"

namespace pkg::cli {

// Paths into a JSON value, as `npm pkg` and `npm view` take them:
// "scripts.test", "contributors[0].name", "exports[./x]", and for setting
// "keywords[]", which appends. Undefined is a value of the type `discarded`.

// kUnwrap: a list of one is its item, an empty one undefined.
enum class Singles { kKeep, kUnwrap };

// What `path` leads to, under the names to show it by: the path itself, or
// for a member of each item of a list "list[0].member" and so on. Null when
// it leads nowhere. Errors: EINVALIDSYNTAX ("[]").
Result<Json> query_path(const Json& data, const std::string& path, Singles singles);

enum class Override { kNo, kForce };

// Puts `value` at `path`, making what leads there. Errors: EOVERRIDEVALUE (a
// part of the way is a text or a number), ENOADDPROP (a name in a list),
// ENOAPPEND ("[]" of no list), EFORBIDDENKEY.
Result<void> set_path(Json& data, const std::string& path, Json value, Override override);

// Removes what is at `path`. Errors: as set_path().
Result<void> delete_path(Json& data, const std::string& path);

}  // namespace pkg::cli
