#pragma once

#include <string>
#include <string_view>

#include "registry/config.h"
#include "resolver/base/result.h"

namespace pkg::registry {

// What proves to one host who is asking. All parts may be empty.
struct Credentials {
  std::string authorization;        // the header's value: "Bearer ...", "Basic ..."
  std::string cert_file, key_file;  // client certificate, PEM paths
  // The setting it came from, "//host/path/:_authToken"; empty without.
  std::string source;
  bool empty() const { return authorization.empty() && cert_file.empty(); }
};

// Which registry serves a package and what to send it, from the settings
// `registry`, `@scope:registry` and `//host/path/:_authToken` and its kin.
// Spec: npm's documents on npmrc, "Auth related configuration".
class Auth {
 public:
  // `default_registry`: the one compiled in, which lockfiles name whatever
  // registry they were made with (see tarball_url).
  Auth(const Config& config, std::string default_registry);

  // The registry's URL, with a trailing '/', for a package "@scope/name".
  std::string registry_for(std::string_view package) const;
  // The packument's URL: "https://host/path/@scope%2fname".
  std::string packument_url(std::string_view package) const;

  // What to send with a request to `url`. The longest path that has any
  // credentials wins; a URL without any, on the same host as `registry`, gets
  // the registry's. Nothing for other hosts.
  Credentials credentials_for(std::string_view url, std::string_view registry) const;

  // Where to fetch what a lockfile or packument calls `resolved`:
  // replace-registry-host decides whether the configured registry takes the
  // place of the host in it. The default registry's host is a magic value that
  // means "whatever registry is configured".
  std::string tarball_url(std::string_view resolved) const;

 private:
  const Config& config_;
  std::string default_registry_;
};

}  // namespace pkg::registry
