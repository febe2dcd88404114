#pragma once

#include <cstdint>

#include "registry/http.h"

namespace pkg::registry {

// For how many seconds from now the answer may be used without asking again.
// Spec: RFC 9111, "Freshness", for a private cache: max-age less Age, else
// Expires, else a tenth of the time since Last-Modified; 0 for no-cache.
std::int64_t fresh_seconds(const HttpResponse& response, std::int64_t now);

// Whether it may be kept at all: no `no-store`.
bool is_storable(const HttpResponse& response);

}  // namespace pkg::registry
