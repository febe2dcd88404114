#include "resolver/spec/spec.h"
#include "resolver/tree/dep_valid.h"
#include "resolver/tree/node.h"
#include "resolver/tree/override_set.h"

#include <algorithm>

namespace pkg::resolver {
namespace {

const std::string* referred_spec(const Manifest& manifest, std::string_view name) {
  for (const Dependencies* map : {&manifest.dev_dependencies, &manifest.optional_dependencies, &manifest.dependencies,
                                  &manifest.peer_dependencies})
    if (const std::string* spec = find_dependency(*map, name); spec && !spec->empty()) return spec;
  return nullptr;
}

// Whether what `spec` means may depend on the folder it is written in.
bool is_relative(std::string_view spec) { return spec.find_first_of("/.~:") != std::string_view::npos; }

bool valid_for(const Node& node, const Edge& edge, const std::string& spec) {
  Tree& tree = *node.tree;
  std::string where = is_relative(spec) ? origin_of(*edge.from, &edge) : std::string();
  const Spec* parsed = tree.parse(node.name->text, spec.empty() ? "*" : spec, where);
  if (parsed && dep_valid(node, *parsed, *edge.from)) return true;
  if (!edge.accept) return false;
  const Spec* accepted = tree.parse(node.name->text, edge.accept->empty() ? "*" : *edge.accept, where);
  return accepted && dep_valid(node, *accepted, *edge.from);
}

}  // namespace

std::string_view to_string(EdgeType type) {
  switch (type) {
    case EdgeType::kProd:
      return "prod";
    case EdgeType::kDev:
      return "dev";
    case EdgeType::kOptional:
      return "optional";
    case EdgeType::kPeer:
      return "peer";
    case EdgeType::kPeerOptional:
      return "peerOptional";
    case EdgeType::kWorkspace:
      return "workspace";
  }
  return {};
}

const std::string& Edge::spec() const {
  if (!overrides || overrides->value().empty() || overrides->value() == "*" || overrides->name() != name->text)
    return raw_spec;
  if (!overrides->value().starts_with('$')) return overrides->value();
  if (!from) return raw_spec;
  // What the root, else the dependent, says about the package named.
  std::string_view reference = std::string_view(overrides->value()).substr(1);
  const Node& root = from->source ? *from->source->root : *from->root;
  const std::string* found = referred_spec(*root.real_target().manifest, reference);
  if (!found) found = referred_spec(*from->manifest, reference);
  return found ? *found : overrides->value();
}

EdgeError Edge::error() const {
  if (verdict_ == Verdict::kOk) return EdgeError::kNone;
  if (verdict_ == Verdict::kError) return error_;
  if (!from) return EdgeError::kDetached;
  if (!to) {
    if (is_optional()) return EdgeError::kNone;
    error_ = EdgeError::kMissing;
  } else if (is_peer() && from == to->parent && !from->is_top()) {
    error_ = EdgeError::kLocalPeer;
  } else if (!satisfied_by(*to)) {
    error_ = EdgeError::kInvalid;
  } else if (overrides && to->overrides && !to->edges_out.empty() &&
             OverrideSet::conflict(*overrides, *to->overrides)) {
    error_ = EdgeError::kInvalid;
  } else {
    verdict_ = Verdict::kOk;
    return EdgeError::kNone;
  }
  verdict_ = Verdict::kError;
  return error_;
}

bool Edge::satisfied_by(const Node& node) const {
  if (node.name != name || !from) return false;
  // Bundled packages are never overridden.
  bool bundled = node.in_dep_bundle();
  if (bundled || !overrides || overrides->key_spec().empty()) {
    const std::string& wanted = bundled ? raw_spec : spec();
    if (parsed_ && &wanted == &raw_spec && !accept) return dep_valid(node, *parsed_, *from);
    return valid_for(node, *this, wanted);
  }
  if (valid_for(node, *this, spec())) return true;
  // One that satisfies what was written is fine too, if the rule did not mean it.
  return valid_for(node, *this, raw_spec) && !valid_for(node, *this, overrides->key_spec());
}

void Edge::reload(bool hard) {
  const OverrideSet* old_rule = overrides;
  bool changed = false;
  if (from && from->overrides) {
    const OverrideSet* rule = from->overrides->rule_for(*this);
    if (rule && !rule->equals(overrides)) {
      changed = true;
      overrides = rule;
    }
  } else {
    overrides = nullptr;
  }
  Node* found = from ? from->resolve(name) : nullptr;
  if (found != to) {
    if (to) to->remove_edge_in(*this);
    to = found;
    verdict_ = Verdict::kUnknown;
    if (to) to->add_edge_in(*this);
  } else if (hard) {
    verdict_ = Verdict::kUnknown;
  } else if (changed && to) {
    to->drop_overrides(old_rule);
    to->take_overrides(overrides);
  }
}

void Edge::detach() {
  if (to) to->remove_edge_in(*this);
  if (from) {
    from->edges_out.erase(name);
    from->tree->forget_edge(*this);
  }
  to = nullptr;
  from = nullptr;
  error_ = EdgeError::kDetached;
  verdict_ = Verdict::kError;
}

}  // namespace pkg::resolver
