// `pkg config get [key...]`, `list`, `set` and `delete`; `pkg set`.
// Spec: npm's document npm-config.
#include <algorithm>

#include "cli/command.h"
#include "registry/config_values.h"

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

// The part of a credential's key after "//host/path/:".
constexpr std::string_view kCredentials[] = {"_auth", "_authToken", "_password", "certfile",
                                             "email", "keyfile",    "username"};

std::string trimmed(std::string text) {
  auto space = [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); };
  while (!text.empty() && space(text.back())) text.pop_back();
  while (!text.empty() && space(text.front())) text.erase(0, 1);
  return text;
}

// The file that is changed: the user's, or what --location or --global says.
Result<registry::ConfigLayer> changed_layer(Session& session) {
  using registry::ConfigLayer;
  const std::string location = session.config().text("location");
  if (session.config().flag("global") || location == "global") return ConfigLayer::kGlobal;
  if (location == "project") return ConfigLayer::kProject;
  return ConfigLayer::kUser;
}

// "k=v", or "k" and "v" as words of their own; a key alone has no value.
std::vector<std::pair<std::string, std::string>> key_values(const std::vector<std::string>& words) {
  std::vector<std::pair<std::string, std::string>> pairs;
  for (std::size_t i = 0; i < words.size(); ++i) {
    auto equals = words[i].find('=');
    std::string key = trimmed(words[i].substr(0, equals)), value;
    if (equals != std::string::npos)
      value = words[i].substr(equals + 1);
    else if (i + 1 < words.size())
      value = words[++i];
    auto known = std::find_if(pairs.begin(), pairs.end(), [&](const auto& pair) { return pair.first == key; });
    if (known == pairs.end()) known = pairs.insert(pairs.end(), {key, ""});
    known->second = trimmed(value);
  }
  return pairs;
}

constexpr const char* kUsage = "pkg config set <key>=<value> ... | get [<key> ...] | delete <key> ... | list";

Result<int> set(Session& session, const std::vector<std::string>& words) {
  if (words.empty()) return fail(code::kUsage, "name a setting and its value", kUsage);
  registry::Config& config = session.config();
  PKG_TRY(auto layer, changed_layer(session));
  for (const auto& [key, value] : key_values(words)) {
    const std::string base = key.substr(key.rfind(':') + 1);
    const auto* definition = registry::find_config_definition(base);
    const bool credential = std::find(std::begin(kCredentials), std::end(kCredentials), base) != std::end(kCredentials);
    if (!definition && !credential) return fail("", "`" + base + "` is not a valid npm option");
    if (definition && definition->deprecated)
      return fail("", "The `" + base + "` option is deprecated, and cannot be set in this way");
    if (credential && base == key)
      return fail("", "`" + key + "` belongs to a registry", "write it as //host/path/:" + key);
    if (value.empty()) {
      config.remove(key, layer);
      continue;
    }
    if (const auto* own = registry::find_config_definition(key)) {
      std::map<std::string, std::string, std::less<>> env;
      if (!registry::type_config_value(own, value, {env, session.project(), session.cwd})) {
        session.terminal.warn("invalid config",
                              key + "=\"" + value + "\": must be " + registry::describe_config_type(*own));
        // npm's word for it; in the file it stands all the same, and is left out when it is read.
        session.terminal.warn("config", "omitting invalid config values");
      }
    }
    config.set(key, value, layer);
  }
  PKG_TRY_VOID(config.save(layer));
  return 0;
}

Result<int> remove(Session& session, const std::vector<std::string>& keys) {
  if (keys.empty()) return fail(code::kUsage, "name the settings to delete", kUsage);
  PKG_TRY(auto layer, changed_layer(session));
  for (const std::string& key : keys) session.config().remove(key, layer);
  PKG_TRY_VOID(session.config().save(layer));
  return 0;
}

}  // namespace

Result<int> config_command(Session& session) {
  std::vector<std::string> words = session.words;
  if (session.command == "get") words.insert(words.begin(), "get");
  if (words.empty() || words[0] == "list" || words[0] == "ls" || (words[0] == "get" && words.size() == 1))
    return list(session);
  const std::vector<std::string> rest(words.begin() + 1, words.end());
  if (words[0] == "get") return get(session, rest);
  if (words[0] == "set") return set(session, rest);
  if (words[0] == "delete" || words[0] == "rm" || words[0] == "del") return remove(session, rest);
  return fail(code::kUsage, "pkg config has no `" + words[0] + "`", kUsage);
}

Result<int> set_command(Session& session) { return set(session, session.words); }

}  // namespace pkg::cli
