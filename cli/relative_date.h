#pragma once

#include <cstdint>
#include <string>

namespace pkg::cli {

// How long ago `moment` was, in words: "just now", "3 weeks ago", "tomorrow".
// Both in milliseconds since 1970.
std::string relative_date(std::int64_t moment, std::int64_t now);

// "512 B", "1.4 kB", "3.0 MB".
std::string byte_text(std::uint64_t bytes);

}  // namespace pkg::cli
