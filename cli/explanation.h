#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "resolver/base/json.h"
#include "resolver/tree/node.h"

namespace pkg::cli {

struct NodeExplanation;

// A dependency, and why its dependent is there.
struct EdgeExplanation {
  std::string type, name, spec;
  std::string raw_spec;  // before an override; empty without one
  bool bundled = false;
  std::string error;  // "MISSING", "INVALID", "PEER LOCAL", "DETACHED", or empty
  std::shared_ptr<NodeExplanation> from;
};

// Why a package is where it is. Shared: what was explained once is not again.
struct NodeExplanation {
  std::string root_path;      // of the project itself: nothing else is known
  std::string name, version;  // empty when there is none
  bool nameless = false;      // lacks one of them
  Json package;               // of a nameless one: its package.json
  bool placed = false;        // what follows is known; not so where a cycle closes
  std::string location;
  bool workspace = false;
  std::vector<std::shared_ptr<EdgeExplanation>> dependents;
  std::vector<std::shared_ptr<NodeExplanation>> links_in;
  // Of what was asked about.
  bool asked = false;
  bool extraneous = false, dev = false, optional = false, dev_optional = false, peer = false, bundled = false,
       overridden = false;
};

// Explains nodes of one tree, as npm's arborist does, including how far it
// follows a cycle: that depends on what was explained before.
class Explainer {
 public:
  std::shared_ptr<NodeExplanation> explain(const resolver::Node& node);
  // With the flags of the node itself.
  std::shared_ptr<NodeExplanation> explain_asked(const resolver::Node& node);

 private:
  using Seen = std::vector<const resolver::Node*>;
  std::shared_ptr<NodeExplanation> cached(const resolver::Node& node, const Seen& seen);
  std::shared_ptr<NodeExplanation> make(const resolver::Node& node, Seen seen);
  std::shared_ptr<EdgeExplanation> edge(const resolver::Edge& edge, const Seen& seen);

  std::unordered_map<const resolver::Node*, std::shared_ptr<NodeExplanation>> nodes_;
  std::unordered_map<const resolver::Edge*, std::shared_ptr<EdgeExplanation>> edges_;
};

// The members npm's `--json` has, in its order.
Json explanation_json(const NodeExplanation& node);

// What a person reads: the package, and indented below it who wants it.
std::string explanation_text(const NodeExplanation& node);

}  // namespace pkg::cli
