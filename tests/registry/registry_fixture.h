#pragma once

#include <filesystem>
#include <map>
#include <string>

#include <unistd.h>

#include "registry/auth.h"
#include "registry/cache.h"
#include "registry/config.h"
#include "registry/http.h"
#include "registry/workers.h"

namespace pkg::tests {

// A folder of its own, gone with the test.
struct TemporaryFolder {
  std::string path;
  TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "pkg-test-XXXXXX").string();
    path = ::mkdtemp(pattern.data());
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
};

using Environment = std::map<std::string, std::string, std::less<>>;

// Settings with `cli` flags, no files, and the registry at `registry`.
inline registry::Config make_config(const std::string& folder, const std::string& registry,
                                    std::vector<std::pair<std::string, std::string>> cli = {}, Environment env = {}) {
  registry::ConfigInputs inputs;
  inputs.cwd = folder;
  inputs.env = std::move(env);
  inputs.env.emplace("HOME", folder + "/home");
  inputs.cli = std::move(cli);
  inputs.cli.insert(inputs.cli.begin(), {"registry", registry});
  inputs.default_registry = "https://default.example.test/";
  inputs.exec_prefix = folder + "/prefix";
  inputs.npm_version = "12.0.0";
  inputs.node_version = "24.0.0";
  auto config = registry::Config::load(std::move(inputs));
  PKG_CHECK(config.has_value());
  return std::move(*config);
}

inline registry::HttpOptions quick_http() {
  registry::HttpOptions options;
  options.retry_min_timeout = 5;
  options.retry_max_timeout = 10;
  options.timeout = 5000;
  return options;
}

// All that a fetch needs, against one registry.
struct Fetching {
  explicit Fetching(const std::string& registry, std::vector<std::pair<std::string, std::string>> cli = {},
                    Environment env = {})
      : config(make_config(folder.path, registry, std::move(cli), std::move(env))),
        auth(config, "https://default.example.test/"),
        cache(folder.path + "/cache"),
        http(quick_http()) {}

  TemporaryFolder folder;
  registry::Config config;
  registry::Auth auth;
  registry::Cache cache;
  registry::Workers workers{2};
  registry::Http http;
};

}  // namespace pkg::tests
