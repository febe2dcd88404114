#pragma once

#include <string>
#include <string_view>

#include "resolver/base/json.h"

namespace pkg::resolver {

struct Manifest;
struct Platform;

// Whether a version of a program is within `range` (prereleases count); an
// empty range or version is no restriction, and one that is no range fails.
bool engine_allows(std::string_view range, std::string_view version);

// Whether the manifest's engines admit these versions of node and npm.
bool engines_ok(const Manifest& manifest, std::string_view node_version, std::string_view npm_version);

// Whether the manifest's os, cpu and libc admit the platform.
bool platform_ok(const Manifest& manifest, const Platform& platform);

}  // namespace pkg::resolver
