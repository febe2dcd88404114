#pragma once

#include <functional>
#include <string>
#include <vector>

#include "cli/session.h"

namespace pkg::cli {

// One question to a registry's API.
struct RegistryCall {
  std::string method = "GET";
  std::string path;      // below the registry: "-/whoami"; or a whole URL
  std::string registry;  // with its '/'; empty: the configured one
  Json body;             // null: none
  std::vector<std::string> headers;
  std::string otp;            // empty: the setting's
  std::string authorization;  // in place of the registry's own
  std::string subject;        // what an error is to name; may be empty
};

struct RegistryAnswer {
  long status = 0;
  Json body;  // null when it is no JSON
  std::string text;
  std::vector<std::pair<std::string, std::string>> headers;

  std::string header(std::string_view name) const;
};

// Asks. Errors: npm's for a status of 400 and above (E404, EOTP, ...), Http's.
Result<RegistryAnswer> call_registry(Session& session, RegistryCall call);
// The same, with the answer whatever its status.
Result<RegistryAnswer> try_registry(Session& session, RegistryCall call);

// call_registry() for what changes something: when the registry wants a
// one-time password and someone sits at a terminal, asks for it and repeats.
Result<RegistryAnswer> call_with_otp(Session& session, RegistryCall call);

// A package's name in a path: "@scope%2fname".
std::string escaped_name(std::string_view name);

// Who the settings say one is on a registry: the user of basic credentials, ""
// for a token or for nobody.
struct Identity {
  std::string username, password, token;  // in clear
  std::string key;                        // the settings' prefix: "//host/path/"
  bool has_certificate = false;
};
Identity identity_on(Session& session, const std::string& registry);

// The name behind the credentials, asking the registry if need be. Errors: ENEEDAUTH.
Result<std::string> username_on(Session& session, const std::string& registry);

}  // namespace pkg::cli
