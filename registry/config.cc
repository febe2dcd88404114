#include "registry/config.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "registry/config_values.h"
#include "registry/npmrc.h"
#include "registry/url.h"
#include "resolver/base/files.h"

namespace pkg::registry {
namespace {

using Values = std::vector<std::pair<std::string, Json>>;

const Json* find_in(const Values& values, std::string_view name) {
  for (const auto& [key, value] : values)
    if (key == name) return &value;
  return nullptr;
}

void set_in(Values& values, std::string_view name, Json value) {
  for (auto& [key, old] : values) {
    if (key != name) continue;
    old = std::move(value);
    return;
  }
  values.emplace_back(name, std::move(value));
}

bool is_internal(std::string_view name) {
  return name == "npm-version" || name == "global-prefix" || name == "local-prefix";
}

bool is_known(std::string_view name) {
  if (find_config_definition(name) || is_internal(name)) return true;
  std::size_t colon = name.rfind(':');
  if (colon == std::string_view::npos) return false;
  std::string_view base = name.substr(colon + 1);
  for (std::string_view part : {"_auth", "_authToken", "_password", "certfile", "email", "keyfile", "username"})
    if (base == part) return true;
  return find_config_definition(base) != nullptr;
}

std::string parent_of(const std::string& path) {
  std::size_t slash = path.rfind('/');
  return slash == 0 || slash == std::string::npos ? "/" : path.substr(0, slash);
}

std::string in(const std::string& folder, std::string_view name) {
  return folder.ends_with('/') ? folder + std::string(name) : folder + "/" + std::string(name);
}

}  // namespace

std::string_view to_string(ConfigLayer layer) {
  constexpr std::string_view kNames[] = {"default", "builtin", "global", "user", "project", "env", "cli"};
  return kNames[static_cast<int>(layer)];
}

Result<Config> Config::load(ConfigInputs inputs) {
  Config config;
  config.inputs_ = std::move(inputs);
  auto env = [&](std::string_view name) {
    auto found = config.inputs_.env.find(name);
    return found == config.inputs_.env.end() ? std::string() : found->second;
  };
  config.home_ = env("HOME").empty() ? "/" : env("HOME");
  config.global_prefix_ = !env("PREFIX").empty() ? env("PREFIX") : env("DESTDIR") + config.inputs_.exec_prefix;
  config.at(ConfigLayer::kDefault).source = "default values";
  config.at(ConfigLayer::kDefault).exists = true;

  if (!config.inputs_.builtin_npmrc.empty())
    PKG_TRY_VOID(config.load_file(config.inputs_.builtin_npmrc, ConfigLayer::kBuiltin));
  PKG_TRY_VOID(config.load_cli());
  config.load_env();

  config.find_local_prefix();
  std::string project_file = in(config.local_prefix_, ".npmrc"), user_file = config.text("userconfig");
  Layer& project = config.at(ConfigLayer::kProject);
  if (config.global()) {
    project.source = "(global mode enabled, ignored)";
  } else if (project_file == user_file) {
    project.source = "(same as \"user\" config, ignored)";
  } else {
    PKG_TRY_VOID(config.load_file(project_file, ConfigLayer::kProject));
    // npm says so and keeps it nevertheless out of the project's reach.
    if (find_in(project.values, "prefix"))
      config.warnings_.push_back("prefix cannot be changed from project config: " + project_file);
  }
  PKG_TRY_VOID(config.load_file(config.text("userconfig"), ConfigLayer::kUser));
  PKG_TRY_VOID(config.load_file(config.text("globalconfig"), ConfigLayer::kGlobal));
  config.global_prefix_ = config.text("prefix");
  PKG_TRY_VOID(config.check_auth());
  return config;
}

Result<void> Config::load_cli() {
  Layer& layer = at(ConfigLayer::kCli);
  layer.source = "command line options";
  layer.exists = true;
  Values merged;
  for (const auto& [name, text] : inputs_.cli) {
    const ConfigDefinition* definition = find_config_definition(name);
    Json* before = nullptr;
    for (auto& [key, value] : merged)
      if (key == name) before = &value;
    if (definition && definition->types & kTypeList) {
      if (!before) {
        merged.emplace_back(name, Json::array({text}));
      } else {
        before->push_back(text);
      }
    } else if (before) {
      *before = text;
    } else {
      merged.emplace_back(name, text);
    }
  }
  for (const auto& [name, value] : merged) PKG_TRY_VOID(add(ConfigLayer::kCli, name, value));
  return {};
}

void Config::load_env() {
  Layer& layer = at(ConfigLayer::kEnv);
  layer.source = "environment";
  layer.exists = true;
  constexpr std::string_view kPrefix = "npm_config_";
  for (const auto& [name, value] : inputs_.env) {
    if (name.size() <= kPrefix.size() || value.empty()) continue;
    bool ours = std::equal(kPrefix.begin(), kPrefix.end(), name.begin(),
                           [](char a, char b) { return a == (b >= 'A' && b <= 'Z' ? b + 32 : b); });
    if (!ours) continue;
    std::string key = name.substr(kPrefix.size());
    if (!key.starts_with("//")) {
      for (std::size_t i = 0; i < key.size(); ++i) {
        if (key[i] == '_' && i > 0) key[i] = '-';
        if (key[i] >= 'A' && key[i] <= 'Z') key[i] = static_cast<char>(key[i] + 32);
      }
    }
    (void)add(ConfigLayer::kEnv, key, value);
  }
}

void Config::find_local_prefix() {
  if (Json given = get("prefix", ConfigLayer::kCli); given.is_string()) {
    local_prefix_ = given.get<std::string>();
    local_package_ = DiskFiles().stat(in(local_prefix_, "package.json")) == FileType::kFile;
    return;
  }
  DiskFiles files;
  bool alone = get("workspaces", ConfigLayer::kCli) == Json(false) || global();
  for (std::string folder = inputs_.cwd;; folder = parent_of(folder)) {
    bool has_manifest = files.stat(in(folder, "package.json")) == FileType::kFile;
    if (local_prefix_.empty()) {
      if (has_manifest || files.stat(in(folder, "node_modules")) == FileType::kDirectory) {
        local_prefix_ = folder;
        local_package_ = has_manifest;
        if (alone || !inputs_.is_workspace) break;
      }
    } else if (has_manifest) {
      auto text = files.read(in(folder, "package.json"));
      // Most folders above are no workspace roots, and most of their files say so at a glance.
      if (text && text->find("\"workspaces\"") != std::string::npos) {
        auto manifest = parse_json(*text, folder);
        if (manifest && member(*manifest, "workspaces") && inputs_.is_workspace(folder, *manifest, local_prefix_)) {
          if (files.stat(in(local_prefix_, ".npmrc")) == FileType::kFile)
            warnings_.push_back("ignoring workspace config at " + in(local_prefix_, ".npmrc"));
          workspace_ = local_prefix_;
          local_prefix_ = folder;
          local_package_ = true;
          break;
        }
      }
    }
    if (folder == "/") break;
  }
  if (local_prefix_.empty()) local_prefix_ = inputs_.cwd;
}

Result<void> Config::load_file(const std::string& path, ConfigLayer which) {
  Layer& layer = at(which);
  layer.source = path;
  auto text = DiskFiles().read(path);
  if (!text) return {};
  layer.exists = true;
  layer.raw = parse_npmrc(*text);
  for (const auto& [name, value] : NpmrcEntries(layer.raw)) PKG_TRY_VOID(add(which, name, value));
  return {};
}

Result<void> Config::add(ConfigLayer which, std::string_view name, const Json& value) {
  Layer& layer = at(which);
  std::string key = expand_env(name, inputs_.env);
  const ConfigDefinition* definition = find_config_definition(key);
  if (!is_known(key)) {
    bool fatal = which == ConfigLayer::kCli || (which != ConfigLayer::kEnv && get("strict-npmrc") == Json(true));
    std::string message = "unknown " + std::string(to_string(which)) + " config \"" + key + "\"";
    if (fatal) return fail(code::kUnknownConfig, message, "set in " + layer.source);
    warnings_.push_back(message);
  }
  if (definition && definition->deprecated) warnings_.push_back("the setting " + key + " is deprecated");
  ConfigContext context{inputs_.env, home_, inputs_.cwd};
  auto typed = type_config_value(definition, value, context);
  if (!typed) {
    warnings_.push_back("invalid config " + key + "=" + value.dump(-1, ' ', false, Json::error_handler_t::replace) +
                        " set in " + layer.source + ": must be " + describe_config_type(*definition));
    return {};
  }
  if (definition && typed->is_null() && !(definition->types & kTypeNull) && definition->fallback != "null") return {};
  set_in(layer.values, key, std::move(*typed));
  return {};
}

Result<void> Config::check_auth() const {
  std::optional<Url> url = Url::parse(text("registry"));
  std::string nerfed = url ? "//" + url->authority() + url->path.substr(0, url->path.rfind('/') + 1) : "//registry/";
  std::string problems;
  auto note = [&](const std::string& sentence) { problems += (problems.empty() ? "" : ", ") + sentence; };
  for (ConfigLayer which : {ConfigLayer::kGlobal, ConfigLayer::kUser, ConfigLayer::kProject}) {
    const Values& values = at(which).values;
    auto has = [&](std::string_view key) {
      const Json* value = find_in(values, key);
      return value && !value->is_null() && *value != Json(false) && *value != Json("");
    };
    std::string where = " in " + std::string(to_string(which)) + " config";
    auto forbid = [&](std::string_view key) { note("`" + std::string(key) + "` is not allowed" + where); };
    auto rename = [&](std::string_view key) {
      note("`" + std::string(key) + "` must be renamed to `" + nerfed + ":" + std::string(key) + "`" + where);
    };
    for (std::string_view key : {"_authtoken", "-authtoken"})
      if (has(key)) forbid(key);
    for (std::string_view key : {"_auth", "_authToken", "email"})
      if (has(key)) rename(key);
    for (auto [key, partner] : {std::pair("username", "_password"),
                                {"_password", "username"},
                                {"certfile", "keyfile"},
                                {"keyfile", "certfile"}})
      if (has(key)) has(partner) ? rename(key) : forbid(key);
  }
  if (problems.empty()) return {};
  return fail(code::kInvalidAuth, "Invalid auth configuration found: " + problems,
              "credentials belong to one host: //host/path/:_authToken=...");
}

Json Config::default_value(std::string_view name) const {
  auto env = [&](std::string_view key) {
    auto found = inputs_.env.find(key);
    return found == inputs_.env.end() ? std::string() : found->second;
  };
  if (name == "registry") return inputs_.default_registry;
  if (name == "cache") return in(home_, ".npm");
  if (name == "prefix") return global_prefix_;
  if (name == "userconfig") return in(home_, ".npmrc");
  if (name == "globalconfig") return in(text("prefix"), "etc/npmrc");
  if (name == "global-ignore-file") return in(text("prefix"), "etc/npmignore");
  if (name == "init-module" || name == "init.module") return in(home_, ".npm-init.js");
  if (name == "shell") return env("SHELL").empty() ? "sh" : env("SHELL");
  if (name == "editor") return !env("EDITOR").empty() ? env("EDITOR") : !env("VISUAL").empty() ? env("VISUAL") : "vi";
  if (name == "omit") return env("NODE_ENV") == "production" ? Json::array({"dev"}) : Json::array();
  if (name == "color") return env("NO_COLOR").empty() || env("NO_COLOR") == "0";
  if (name == "unicode") {
    std::string locale = !env("LC_ALL").empty()     ? env("LC_ALL")
                         : !env("LC_CTYPE").empty() ? env("LC_CTYPE")
                                                    : env("LANG");
    std::transform(locale.begin(), locale.end(), locale.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; });
    return locale.ends_with("utf8") || locale.ends_with("utf-8");
  }
  if (name == "umask") {
    mode_t mask = ::umask(022);
    ::umask(mask);
    return static_cast<int>(mask);
  }
  if (name == "npm-version") return inputs_.npm_version;
  if (name == "workspace" && !workspace_.empty()) return Json::array({workspace_});
  const ConfigDefinition* definition = find_config_definition(name);
  if (!definition) return nullptr;
  auto value = parse_json(definition->fallback, name);
  PKG_CHECK(value.has_value());
  return *value;
}

Json Config::get(std::string_view name) const {
  if (auto layer = find(name); layer && *layer != ConfigLayer::kDefault) return *find_in(at(*layer).values, name);
  return default_value(name);
}

Json Config::get(std::string_view name, ConfigLayer layer) const {
  if (const Json* value = find_in(at(layer).values, name)) return *value;
  return layer == ConfigLayer::kDefault ? default_value(name) : Json();
}

bool Config::flag(std::string_view name) const { return get(name) == Json(true); }

long Config::number(std::string_view name) const {
  Json value = get(name);
  return value.is_number() ? value.get<long>() : 0;
}

std::string Config::text(std::string_view name) const {
  Json value = get(name);
  if (value.is_string()) return value.get<std::string>();
  return value.is_null() || value.is_array() ? std::string() : value.dump();
}

std::vector<std::string> Config::list(std::string_view name) const {
  Json value = get(name);
  std::vector<std::string> out;
  if (value.is_string() && !value.get_ref<const std::string&>().empty()) out.push_back(value.get<std::string>());
  if (value.is_array())
    for (const Json& item : value) out.push_back(item.is_string() ? item.get<std::string>() : item.dump());
  return out;
}

std::optional<ConfigLayer> Config::find(std::string_view name) const {
  for (int i = kLayers - 1; i >= 0; --i)
    if (find_in(layers_[i].values, name)) return static_cast<ConfigLayer>(i);
  if (find_config_definition(name)) return ConfigLayer::kDefault;
  return std::nullopt;
}

bool Config::is_default(std::string_view name) const {
  return find(name).value_or(ConfigLayer::kDefault) == ConfigLayer::kDefault;
}

const Values& Config::layer(ConfigLayer layer) const { return at(layer).values; }
std::string Config::source(ConfigLayer layer) const { return at(layer).source; }
bool Config::source_exists(ConfigLayer layer) const { return at(layer).exists; }

void Config::set(std::string_view name, Json value, ConfigLayer layer) {
  set_in(at(layer).raw, name, value);
  set_in(at(layer).values, name, std::move(value));
}

void Config::remove(std::string_view name, ConfigLayer layer) {
  for (Values* values : {&at(layer).raw, &at(layer).values})
    std::erase_if(*values, [&](const auto& entry) { return entry.first == name; });
}

Result<void> Config::save(ConfigLayer which) const {
  PKG_CHECK(which == ConfigLayer::kGlobal || which == ConfigLayer::kUser || which == ConfigLayer::kProject);
  const Layer& layer = at(which);
  if (layer.raw.empty()) {
    ::unlink(layer.source.c_str());
    return {};
  }
  // The user's file holds credentials: nobody else may read it, not even while it is written.
  return write_config_file(layer.source, write_npmrc(layer.raw), which == ConfigLayer::kUser ? 0600 : 0666);
}

std::string Config::user_agent() const {
  auto env = [&](std::string_view key) { return inputs_.env.contains(key); };
  std::string ci = env("GITHUB_ACTIONS") ? "ci/github-actions"
                   : env("GITLAB_CI")    ? "ci/gitlab-ci"
                   : env("CIRCLECI")     ? "ci/circleci"
                   : env("TRAVIS")       ? "ci/travis-ci"
                   : env("JENKINS_URL")  ? "ci/jenkins"
                   : env("TF_BUILD")     ? "ci/azure-pipelines"
                                         : "";
  bool in_workspaces = get("workspaces") == Json(true) || !list("workspace").empty();
  const std::pair<std::string_view, std::string> parts[] = {{"{npm-version}", inputs_.npm_version},
                                                            {"{node-version}", "v" + inputs_.node_version},
                                                            {"{platform}", "linux"},
                                                            {"{arch}", "x64"},
                                                            {"{workspaces}", in_workspaces ? "true" : "false"},
                                                            {"{ci}", ci}};
  std::string agent = text("user-agent");
  for (const auto& [placeholder, value] : parts)
    for (std::size_t found; (found = agent.find(placeholder)) != std::string::npos;)
      agent.replace(found, placeholder.size(), value);
  while (agent.ends_with(' ')) agent.pop_back();
  return agent;
}

}  // namespace pkg::registry
