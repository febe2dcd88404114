#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "registry/config_definitions.h"
#include "resolver/base/json.h"
#include "resolver/base/result.h"

namespace pkg::registry {

// Where a setting comes from; later ones win.
enum class ConfigLayer { kDefault, kBuiltin, kGlobal, kUser, kProject, kEnv, kCli };
std::string_view to_string(ConfigLayer layer);  // npm's word: "project", "cli"

struct ConfigInputs {
  std::string cwd;  // absolute
  std::map<std::string, std::string, std::less<>> env;
  // Flags as given, in order: {"save-dev", "true"}, {"omit", "dev"}; a repeated
  // one of a list type adds. Names are definitions' names, without "--".
  std::vector<std::pair<std::string, std::string>> cli;
  std::string default_registry;           // compiled in
  std::string exec_prefix;                // the folder above bin/: npm's default `prefix`
  std::string builtin_npmrc;              // path; may be empty
  std::string npm_version, node_version;  // for user-agent
  // Whether the folder `member` is a workspace of the project in `root`, whose
  // package.json is `manifest`. May be empty: then no root is looked for.
  std::function<bool(const std::string& root, const Json& manifest, const std::string& member)> is_workspace;
};

// npm's settings, from all its layers. Values are Json: null, bool, number,
// string or list of strings, typed as npm types them.
// Spec: npm's documents on config and npmrc.
class Config {
 public:
  // Reads the files and finds the project. Errors: ERR_INVALID_AUTH (credentials
  // without a host), EUNKNOWNCONFIG (with strict-npmrc), EACCES and the like.
  static Result<Config> load(ConfigInputs inputs);

  // The value in force. Unknown names: null, unless some layer has them
  // ("//host/:_authToken", "@scope:registry").
  Json get(std::string_view name) const;
  Json get(std::string_view name, ConfigLayer layer) const;    // that layer's own
  bool flag(std::string_view name) const;                      // is it true
  long number(std::string_view name) const;                    // 0 when it is none
  std::string text(std::string_view name) const;               // "" when null
  std::vector<std::string> list(std::string_view name) const;  // a single value counts as a list of one
  bool is_default(std::string_view name) const;                // no layer but the default has it
  std::optional<ConfigLayer> find(std::string_view name) const;

  // Every setting that a layer has, name and value, for `config list`.
  const std::vector<std::pair<std::string, Json>>& layer(ConfigLayer layer) const;
  std::string source(ConfigLayer layer) const;  // "command line options", or a path
  bool source_exists(ConfigLayer layer) const;

  // Changes a layer in memory; save() writes user, global or project back.
  void set(std::string_view name, Json value, ConfigLayer layer);
  void remove(std::string_view name, ConfigLayer layer);
  Result<void> save(ConfigLayer layer) const;

  const std::string& local_prefix() const { return local_prefix_; }  // the project's folder
  const std::string& global_prefix() const { return global_prefix_; }
  // --global or --location=global.
  bool global() const { return flag("global") || text("location") == "global"; }
  std::string prefix() const { return global() ? global_prefix_ : local_prefix_; }
  // The workspace folder the command was started in, when the project is above it.
  const std::string& workspace() const { return workspace_; }
  bool has_package_json() const { return local_package_; }

  // What npm says in the user-agent header: user-agent's template filled in.
  std::string user_agent() const;
  // Unknown settings, invalid values, deprecated settings: to be printed.
  const std::vector<std::string>& warnings() const { return warnings_; }

 private:
  Config() = default;
  struct Layer {
    std::string source;
    bool exists = false;
    std::vector<std::pair<std::string, Json>> values;  // typed
    std::vector<std::pair<std::string, Json>> raw;     // as written, for save()
  };
  static constexpr int kLayers = 7;
  Layer& at(ConfigLayer layer) { return layers_[static_cast<int>(layer)]; }
  const Layer& at(ConfigLayer layer) const { return layers_[static_cast<int>(layer)]; }
  Result<void> load_cli();
  void load_env();
  void find_local_prefix();
  Result<void> load_file(const std::string& path, ConfigLayer layer);
  Result<void> add(ConfigLayer layer, std::string_view name, const Json& value);
  Result<void> check_auth() const;
  Json default_value(std::string_view name) const;

  ConfigInputs inputs_;
  std::string home_, local_prefix_, global_prefix_, workspace_;
  bool local_package_ = false;
  Layer layers_[kLayers];
  std::vector<std::string> warnings_;
};

// "${NAME}" and "${NAME?}" replaced from `env`; an unknown one stays unless it
// has the '?'. A backslash before it keeps it.
std::string expand_env(std::string_view text, const std::map<std::string, std::string, std::less<>>& env);

}  // namespace pkg::registry
