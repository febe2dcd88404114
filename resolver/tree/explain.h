#pragma once

#include <string>

#include "resolver/tree/node.h"

namespace pkg::resolver {

// Who wants `node`: "a@1.0.0, required by b@2.0.0, required by the project".
std::string explain_node(const Node& node);

// "peer x@\"^1\" of y@2.0.0"
std::string explain_edge(const Edge& edge);

// ERESOLVE: `dep`, wanted by `edge`, cannot be placed because `current` is
// there (may be null) and `conflicted` (may be null) wants something else.
Error explain_conflict(const Edge& edge, const Node& dep, const Node* current, const Edge* conflicted);

// The warning when a peer dependency is left unsatisfied.
std::string explain_overridden_peer(const Edge& edge, const Node& dep);

}  // namespace pkg::resolver
