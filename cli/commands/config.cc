// `pkg config get [key...]` and `pkg config list`.
// Spec: npm's document npm-config.
#include <algorithm>

#include "cli/command.h"

namespace pkg::cli {
namespace {

// Secrets are never shown.
bool is_protected(std::string_view key) {
  return key.starts_with('_') || (key.starts_with("//") && key.find(":_") != std::string_view::npos);
}

std::string shown(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_array()) {
    std::string joined;
    for (const Json& item : value) joined += (joined.empty() ? "" : ",") + shown(item);
    return joined;
  }
  return value.dump();
}

Result<int> get(Session& session, const std::vector<std::string>& keys) {
  for (const std::string& key : keys) {
    if (is_protected(key)) return fail("", "The " + key + " option is protected, and can not be retrieved in this way");
    Json value = session.config().get(key);
    std::string text = value.is_null() && !session.config().find(key) && !session.config().is_default(key)
                           ? "undefined"
                           : shown(value);
    if (value.is_null() && !registry::find_config_definition(key)) text = "undefined";
    session.terminal.line(keys.size() > 1 ? key + "=" + text : text);
  }
  return 0;
}

Result<int> list(Session& session) {
  using registry::ConfigLayer;
  if (session.json()) {
    Json all = Json::object();
    for (const auto& definition : registry::config_definitions())
      if (!is_protected(definition.name)) all[std::string(definition.name)] = session.config().get(definition.name);
    session.terminal.line(installer::json_text(all, "  "));
    return 0;
  }
  for (ConfigLayer layer : {ConfigLayer::kDefault, ConfigLayer::kBuiltin, ConfigLayer::kGlobal, ConfigLayer::kUser,
                            ConfigLayer::kProject, ConfigLayer::kEnv, ConfigLayer::kCli}) {
    if (layer == ConfigLayer::kDefault && !session.config().flag("long")) continue;
    auto values = session.config().layer(layer);
    if (values.empty()) continue;
    std::sort(values.begin(), values.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    session.terminal.line("; \"" + std::string(to_string(layer)) + "\" config from " + session.config().source(layer));
    session.terminal.line("");
    for (const auto& [key, value] : values)
      session.terminal.line(key + " = " + (is_protected(key) ? "(protected)" : value.dump()));
    session.terminal.line("");
  }
  session.terminal.line("; cwd = " + session.cwd);
  session.terminal.line("; Run `pkg config ls -l` to show all defaults.");
  return 0;
}

}  // namespace

Result<int> config_command(Session& session) {
  std::vector<std::string> words = session.words;
  if (session.command == "get") words.insert(words.begin(), "get");
  if (words.empty() || words[0] == "list" || words[0] == "ls" || (words[0] == "get" && words.size() == 1))
    return list(session);
  if (words[0] == "get") return get(session, {words.begin() + 1, words.end()});
  return fail(code::kUsage, "pkg config takes `get` and `list`, not `" + words[0] + "`",
              "settings are changed in .npmrc: key=value, one a line");
}

}  // namespace pkg::cli
