#include "resolver/tree/node.h"

#include <algorithm>

#include "resolver/spec/paths.h"
#include "resolver/spec/spec.h"
#include "resolver/tree/dep_sets.h"
#include "resolver/tree/override_set.h"

namespace pkg::resolver {

std::string_view Node::version() const { return real_target().manifest->version; }

const semver::Version* Node::parsed_version() const {
  const Node& node = real_target();
  if (!node.parse_tried_) {
    node.parse_tried_ = true;
    node.parsed_ = semver::Version::parse(node.manifest->version, semver::Mode::kLoose);
  }
  return node.parsed_ ? &*node.parsed_ : nullptr;
}

std::string Node::path() const {
  if (!parent) return own_path;
  std::string path = parent->path();
  if (path == "/") path.clear();
  return path + "/node_modules/" + name->text;
}

std::string Node::realpath() const { return is_link ? link_path : path(); }

std::string Node::location() const {
  if (parent) {
    std::string above = parent->location();
    return (above.empty() ? "node_modules/" : above + "/node_modules/") + name->text;
  }
  return root == this ? std::string() : relative_path(root->realpath(), own_path);
}

std::string Node::link_resolved() const { return "file:" + relative_path(parent_path(path()), link_path); }

int Node::depth() const {
  int depth = 0;
  for (const Node* node = this; !node->is_top(); node = node->parent) ++depth;
  return depth;
}

bool Node::is_global_top() const { return parent && tree->options().global && parent->is_project_root(); }

Node& Node::top() {
  Node* node = this;
  while (!node->is_top()) node = node->parent;
  return *node;
}

bool Node::is_workspace() const {
  if (is_project_root()) return false;
  const Name* key = manifest->name == name->text ? name : tree->names_.find(manifest->name);
  const Edge* edge = key ? root->edges_out.find(key) : nullptr;
  return edge && edge->type == EdgeType::kWorkspace && edge->to && (edge->to == this || edge->to->target == this);
}

bool Node::is_registry_dependency() const {
  if (edges_in.empty()) return false;
  for (const Edge* edge : edges_in) {
    auto spec = parse_spec(edge->spec(), "/");
    if (!spec || !spec->is_registry()) return false;
  }
  return true;
}

bool Node::is_descendant_of(const Node& node) const {
  for (const Node* at = this; at; at = at->resolve_parent())
    if (at == &node) return true;
  return false;
}

Node* Node::resolve(const Name* wanted) const {
  for (const Node* node = this; node; node = node->resolve_parent())
    if (Node* found = node->children.find(wanted)) return found;
  return nullptr;
}

Node* Node::resolve(std::string_view wanted) const {
  const Name* known = tree->names_.find(wanted);
  return known ? resolve(known) : nullptr;
}

const Node* Node::bundler() const {
  if (!tree->any_bundle_) return nullptr;
  // It is always an ancestor.
  bool possible = false;
  for (const Node* node = parent; node && !possible; node = node->parent)
    possible = !node->manifest->bundle_dependencies.empty();
  if (!possible) return nullptr;
  std::vector<const Node*> path;
  return find_bundler(path);
}

const Node* Node::find_bundler(std::vector<const Node*>& path) const {
  // A cycle is no bundle.
  if (std::find(path.begin(), path.end(), this) != path.end()) return nullptr;
  path.push_back(this);
  if (!parent) return nullptr;
  if (const Node* above = parent->find_bundler(path)) return above;
  const auto& bundled = parent->manifest->bundle_dependencies;
  if (std::find(bundled.begin(), bundled.end(), name->text) != bundled.end()) return parent;
  // What bundled packages depend on is bundled with them when it sits at the
  // bundler's level.
  for (const Edge* edge : edges_in)
    if (edge->from && edge->from->find_bundler(path) == parent) return parent;
  return nullptr;
}

bool Node::in_dep_bundle() const {
  const Node* found = bundler();
  return found && found != root;
}

bool Node::matches(const Node& other) const {
  if (&other == this) return true;
  if (other.name != name) return false;
  if (is_link) return other.is_link && target && other.target && target->matches(*other.target);
  if (is_project_root() && other.is_project_root()) return own_path == other.own_path;
  if (!integrity.empty() && !other.integrity.empty()) return integrity == other.integrity;
  if (!resolved.empty() && !other.resolved.empty()) return resolved == other.resolved;
  return !manifest->name.empty() && manifest->name == other.manifest->name && !version().empty() &&
         version() == other.version();
}

bool Node::can_be_replaced_by(const Node& other, const NameMap<Node>* ignored_peers) const {
  if (other.name != name || other.package_name() != package_name()) return false;
  if (!edges_out.empty()) {
    if (other.overrides ? !other.overrides->equals(overrides) : overrides != nullptr) return false;
  }
  std::unique_ptr<NodeSet> own;  // made when an edge is not satisfied
  for (const Edge* edge : edges_in) {
    // A peer set is replaced as a whole.
    if (!is_top() && edge->from->parent == parent && edge->is_peer() && ignored_peers &&
        ignored_peers->find(edge->from->name))
      continue;
    if (edge->satisfied_by(other)) continue;
    if (!own) {
      const Node* self = this;
      own = std::make_unique<NodeSet>(
          gather_dep_set({const_cast<Node*>(this)}, [self](const Edge& e) { return e.to != self && e.valid(); }));
    }
    if (!own->contains(edge->from)) return false;
  }
  return true;
}

bool Node::can_dedupe(bool prefer_dedupe, bool explicit_request) const {
  if (in_dep_bundle()) return false;
  if (!resolve_parent() || !resolve_parent()->resolve_parent()) return false;
  if (edges_in.empty()) return true;
  const Node* other = resolve_parent()->resolve_parent()->resolve(name);
  if (!other) return false;
  if (other->matches(*this)) return true;
  if (!can_be_replaced_by(*other)) return false;
  const semver::Version *theirs = other->parsed_version(), *ours = parsed_version();
  if (prefer_dedupe || (theirs && ours && *theirs == *ours)) return true;
  if (theirs && ours && *theirs > *ours && !overridden()) return true;
  return explicit_request;
}

bool Node::overridden() const {
  if (!overrides || overrides->value().empty() || overrides->name() != name->text) return false;
  for (const Edge* edge : edges_in) {
    if (!edge->overrides || edge->overrides->name() != name->text || edge->overrides->value() != version()) continue;
    if (!edge->overrides->equals(edge->from->overrides)) return true;
  }
  return false;
}

std::string Node::id() const {
  const std::string& package = manifest->name;
  bool root_here = is_project_root();
  const std::string& shown = root_here && !package.empty() ? package : name->text;
  std::string alias = !root_here && !package.empty() && shown != package ? "npm:" + package + "@" : "";
  return shown + "@" + alias + manifest->version;
}

void Node::add_edge_in(Edge& edge) {
  if (edge.overrides && (!overrides || !overrides->equals(edge.overrides))) take_overrides(edge.overrides);
  edges_in.push_back(&edge);
}

void Node::remove_edge_in(Edge& edge) {
  auto found = std::find(edges_in.begin(), edges_in.end(), &edge);
  if (found != edges_in.end()) edges_in.erase(found);
  if (edge.overrides) drop_overrides(edge.overrides);
}

void Node::spread_overrides() {
  if (is_link) {
    if (target && target != this && overrides) target->take_overrides(overrides);
    return;
  }
  // Reloading may change which edges there are, not their number.
  for (std::size_t i = 0; i < edges_out.size(); ++i) {
    Edge* edge = (edges_out.begin() + static_cast<std::ptrdiff_t>(i))->second;
    edge->reload(true);
    if (edge->to) edge->to->take_overrides(edge->overrides);
  }
}

void Node::take_overrides(const OverrideSet* added) {
  if (!added) return;
  if (!overrides) {
    overrides = added;
    spread_overrides();
    return;
  }
  if (overrides->equals(added)) return;
  const OverrideSet* specific = OverrideSet::more_specific(*overrides, *added);
  if (!specific || overrides->equals(specific)) return;
  overrides = specific;
  spread_overrides();
}

void Node::drop_overrides(const OverrideSet* removed) {
  if (!overrides || !overrides->equals(removed)) return;
  const OverrideSet* left = nullptr;
  for (const Edge* edge : edges_in)
    left = left && edge->overrides ? OverrideSet::more_specific(*edge->overrides, *left) : edge->overrides;
  if (overrides->equals(left)) return;
  overrides = left;
  if (overrides) spread_overrides();
}

}  // namespace pkg::resolver
