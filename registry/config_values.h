#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "registry/config_definitions.h"
#include "resolver/base/json.h"
#include "resolver/base/result.h"

namespace pkg::registry {

// What giving a setting its type depends on.
struct ConfigContext {
  const std::map<std::string, std::string, std::less<>>& env;
  std::string home;  // for "~/x"
  std::string cwd;   // for relative paths
};

// The value of a setting from the text (or true, false, null, list) that a
// file, the environment or a flag has for it, as npm types it: environment
// variables expanded, paths absolute, numbers and booleans parsed. Nothing when
// the setting does not allow it. `definition` null: an unknown setting; anything goes.
std::optional<Json> type_config_value(const ConfigDefinition* definition, const Json& value,
                                      const ConfigContext& context);

// What a setting may be, in words: "true or false", "one of: a, b".
std::string describe_config_type(const ConfigDefinition& definition);

// Writes a settings file by temporary name and rename, making its folder.
Result<void> write_config_file(const std::string& path, std::string_view text, unsigned mode);

}  // namespace pkg::registry
