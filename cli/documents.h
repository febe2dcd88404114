#pragma once

#include <string>

#include "cli/session.h"

namespace pkg::cli {

// The registry's whole document on a package, as it is served: what `view`
// shows and no cache keeps. `spec`: what an error is to name.
// Errors: E404 and the like, EJSONPARSE, ENOTCACHED with --offline, Http's.
Result<Json> fetch_document(Session& session, const std::string& name, const std::string& spec);

// What GET answers for a path below `registry` (with its '/'). Errors: as above.
Result<Json> fetch_from_registry(Session& session, const std::string& registry, const std::string& path);

// POSTs `body` to a path below the registry ("-/npm/v1/security/..."), answers
// with the JSON that came back. Errors: as above.
Result<Json> post_to_registry(Session& session, const std::string& path, const Json& body);

}  // namespace pkg::cli
