#pragma once

#include <optional>
#include <string>

#include "resolver/base/result.h"
#include "resolver/spec/spec.h"
#include "resolver/tree/packuments.h"

namespace pkg::resolver {

struct PickOptions {
  std::string node_version, npm_version;
  std::string default_tag = "latest";
  std::string before;  // ISO 8601, empty: no limit
  std::string avoid;   // a range of versions to take only when there is no other; empty: none
};

// The version of `packument` that npm takes for a registry spec: a tag's or a
// version's exactly; for a range the default tag's when that is in the range
// and in good order, else the highest, working and undeprecated ones first.
// Errors: ETARGET, ENOVERSIONS.
Result<std::size_t> pick_version(const Packument& packument, const Spec& spec, const PickOptions& options);

// A version outside of `options.avoid`: of the spec, else above it within its
// major version, else any. `is_major` tells which of the latter two it was.
// Errors: as above; ETARGET when all versions are to be avoided.
struct Avoiding {
  std::size_t index;
  std::optional<bool> is_major;
};
Result<Avoiding> pick_avoiding(const Packument& packument, const Spec& spec, const PickOptions& options);

// Milliseconds since 1970 of an ISO 8601 moment, or -1.
std::int64_t parse_moment(std::string_view text);

}  // namespace pkg::resolver
