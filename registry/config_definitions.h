#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace pkg::registry {

// What a setting's text may become; several can be joined.
enum ConfigType : std::uint16_t {
  kTypeNull = 1,
  kTypeBool = 2,
  kTypeNumber = 4,
  kTypeString = 8,
  kTypePath = 16,
  kTypeUrl = 32,
  kTypeList = 64,
  kTypeEnum = 128,  // one of `choices`
  kTypeUmask = 256,
  kTypeDate = 512,
  kTypeSemver = 1024,
};

// One of npm 12's settings.
struct ConfigDefinition {
  std::string_view name;
  std::uint16_t types;
  std::string_view fallback;  // the default as JSON: "true", "\"^\"", "null", "[]"; "\"\"" may be computed
  std::string_view choices;   // for kTypeEnum: "a|b|c"
  char letter = 0;            // one-letter flag: 'D' for save-dev
  bool deprecated = false;
};

// All of them, sorted by name.
std::span<const ConfigDefinition> config_definitions();
// Null when npm has no such setting.
const ConfigDefinition* find_config_definition(std::string_view name);

// A flag that stands for others: "ws" for --workspaces, "q" for --loglevel warn.
struct ConfigShorthand {
  std::string_view name;
  std::string_view flag;   // "loglevel"
  std::string_view value;  // "warn"; "true" or "false" for booleans; empty: the next argument is its value
};
std::span<const ConfigShorthand> config_shorthands();

}  // namespace pkg::registry
