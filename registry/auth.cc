#include "registry/auth.h"

#include <cctype>

#include "registry/integrity.h"
#include "registry/url.h"

namespace pkg::registry {
namespace {

std::string with_slash(std::string text) {
  if (!text.ends_with('/')) text += '/';
  return text;
}

std::string scope_of(std::string_view package) {
  if (!package.starts_with('@')) return {};
  std::size_t slash = package.find('/');
  return slash == std::string_view::npos ? std::string() : std::string(package.substr(0, slash));
}

// Reads the credentials stored under "//host/path" + ":_authToken" and so on.
Credentials read(const Config& config, const std::string& key) {
  Credentials found;
  auto text = [&](std::string_view part) { return config.text(key + ":" + std::string(part)); };
  std::string token = text("_authToken"), basic = text("_auth"), user = text("username"), password = text("_password");
  std::string cert = text("certfile"), private_key = text("keyfile");
  if (!token.empty()) {
    found.authorization = "Bearer " + token;
    found.source = key + ":_authToken";
  } else if (!basic.empty()) {
    found.authorization = "Basic " + basic;
    found.source = key + ":_auth";
  } else if (!user.empty() && !password.empty()) {
    found.authorization = "Basic " + base64_encode(user + ":" + base64_decode(password));
    found.source = key + ":username";
  }
  if (!cert.empty() && !private_key.empty()) {
    found.cert_file = cert;
    found.key_file = private_key;
    if (found.source.empty()) found.source = key + ":certfile";
  }
  // A line break would let a token add headers of its own.
  if (found.authorization.find_first_of("\r\n") != std::string::npos) found.authorization.clear();
  return found;
}

// Both "//host/path/" and "//host/path" count as keys, so the walk upward takes
// off either what follows the last slash or the slash itself.
Credentials walk_up(const Config& config, const Url& url) {
  std::string key = "//" + url.authority() + url.path;
  while (key.size() > 2) {
    if (Credentials found = read(config, key); !found.empty()) return found;
    if (key.ends_with('/')) {
      key.pop_back();
    } else {
      key.erase(key.rfind('/') + 1);
    }
  }
  return {};
}

}  // namespace

Auth::Auth(const Config& config, std::string default_registry)
    : config_(config), default_registry_(with_slash(std::move(default_registry))) {}

std::string Auth::registry_for(std::string_view package) const {
  std::string registry;
  if (std::string scope = scope_of(package); !scope.empty()) registry = config_.text(scope + ":registry");
  if (registry.empty()) {
    std::string scope = config_.text("scope");
    if (!scope.empty()) registry = config_.text((scope.starts_with('@') ? scope : "@" + scope) + ":registry");
  }
  if (registry.empty()) registry = config_.text("registry");
  if (registry.empty()) registry = default_registry_;
  return with_slash(std::move(registry));
}

std::string Auth::packument_url(std::string_view package) const {
  std::string url = registry_for(package);
  while (url.ends_with("//")) url.pop_back();
  static constexpr char kDigits[] = "0123456789abcdef";
  for (char c : package) {
    if (std::isalnum(static_cast<unsigned char>(c)) ||
        std::string_view("@-._~!'()*").find(c) != std::string_view::npos) {
      url += c;
    } else {
      url += '%';
      url += kDigits[static_cast<unsigned char>(c) >> 4];
      url += kDigits[c & 15];
    }
  }
  return url;
}

Credentials Auth::credentials_for(std::string_view url, std::string_view registry) const {
  std::optional<Url> target = Url::parse(url);
  if (!target) return {};
  if (Credentials found = walk_up(config_, *target); !found.empty()) return found;
  std::optional<Url> home = Url::parse(registry);
  if (home && home->authority() == target->authority()) return walk_up(config_, *home);
  return {};
}

std::string Auth::tarball_url(std::string_view resolved) const {
  std::optional<Url> url = Url::parse(resolved);
  std::optional<Url> home = Url::parse(config_.text("registry"));
  if (!url || !home) return std::string(resolved);
  std::string replace = config_.text("replace-registry-host");
  auto without_slash = [](std::string path) {
    if (path.ends_with('/')) path.pop_back();
    return path;
  };
  auto below = [](const std::string& path, const std::string& prefix) {
    return path == prefix || path.starts_with(prefix + "/");
  };
  std::string home_path = without_slash(home->path), match_path;
  if (replace != "always") {
    if (replace == "npmjs" || replace.empty()) {
      std::optional<Url> original = Url::parse(default_registry_);
      replace = original ? original->host : "";
    } else if (std::optional<Url> whole = Url::parse(replace)) {
      replace = whole->host;
      match_path = without_slash(whole->path);
    }
    if (replace != url->host || (!match_path.empty() && !below(url->path, match_path))) return std::string(resolved);
  }
  std::string path = url->path;
  if (!match_path.empty()) {
    path = home_path + path.substr(match_path.size());
  } else if (!home_path.empty() && !below(path, home_path)) {
    path = home_path + path;
  }
  return home->origin() + path + url->query;
}

}  // namespace pkg::registry
