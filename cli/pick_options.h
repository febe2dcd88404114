#pragma once

#include <string>

#include "cli/session.h"
#include "resolver/tree/pick.h"

namespace pkg::cli {

// The moment after which versions do not exist, by `before` or
// min-release-age: ISO 8601, or "" without a limit.
std::string release_cutoff(registry::Config& config);

// How a version is chosen, from the settings.
resolver::PickOptions pick_options(Session& session);

}  // namespace pkg::cli
