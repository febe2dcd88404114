#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "registry/http.h"
#include "resolver/base/result.h"

namespace pkg::registry {

// `gzipped` (one or more gzip members) inflated in one go, with `padding` zero
// bytes of capacity behind it. Fails with EINFLATE when it is damaged and with
// EMAXSIZE when it would be larger than `max_bytes`.
Result<std::string> inflate_gzip(std::string_view gzipped, std::uint64_t max_bytes, std::size_t padding = 0);

// The body of an answer, without its content-encoding (gzip or none; EINFLATE
// for others, which were not asked for).
Result<std::string> decoded_body(HttpResponse& response, std::uint64_t max_bytes, std::size_t padding = 0);

}  // namespace pkg::registry
