#pragma once

#include "resolver/base/result.h"
#include "resolver/tree/build_ideal_tree.h"

namespace pkg::resolver {

// Fails with EUPDATEARGS or ERMARGS when a name to update or remove is more
// than a name.
Result<void> check_request_names(const IdealTreeOptions& options);

// Fails with EOVERRIDE when an override changes a direct dependency.
Result<void> check_root_overrides(const Node& root);

// Puts requests into a manifest's dependency maps, as `npm install` and `npm
// uninstall` change package.json.
void add_to_manifest(Manifest& manifest, const Spec& spec, SaveType type, bool save_bundle);
void remove_from_manifest(Manifest& manifest, const std::vector<std::string>& names);

}  // namespace pkg::resolver
