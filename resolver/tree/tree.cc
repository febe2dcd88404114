#include <algorithm>
#include <unordered_set>

#include "resolver/spec/paths.h"
#include "resolver/spec/spec.h"
#include "resolver/tree/collate.h"
#include "resolver/tree/node.h"
#include "resolver/tree/override_set.h"

namespace pkg::resolver {
namespace {

const ManifestPtr& empty_manifest() {
  static const ManifestPtr manifest = std::make_shared<const Manifest>();
  return manifest;
}

// "x" of "/a/x", "@s/x" of "/a/@s/x".
std::string name_of_folder(std::string_view path) {
  std::string_view base = last_part(path);
  std::string above = parent_path(path);
  std::string_view scope = last_part(above);
  return scope.starts_with('@') ? std::string(scope) + "/" + std::string(base) : std::string(base);
}

template <typename T>
void erase_value(std::vector<T*>& values, const T* value) {
  auto found = std::find(values.begin(), values.end(), value);
  if (found != values.end()) values.erase(found);
}

}  // namespace

// Specs by name, text and folder. The trees of a thread share them: that of the lockfile, that on disk and that to be
// say nearly the same.
struct Tree::SpecCache {
  std::unordered_map<std::string, std::optional<Spec>> specs;

  static std::shared_ptr<SpecCache> shared() {
    thread_local auto cache = std::make_shared<SpecCache>();
    return cache;
  }
};

Tree::Tree(std::string path, ManifestPtr root_manifest, TreeOptions options)
    : options_(options), specs_(SpecCache::shared()) {
  root_ = &new_node();
  root_->name = intern(name_of_folder(path));
  root_->own_path = std::move(path);
  root_->manifest = root_manifest ? std::move(root_manifest) : empty_manifest();
  root_->dev = root_->optional = root_->dev_optional = root_->peer = root_->extraneous = false;
  loading_ = true;
}

Tree::~Tree() = default;

Node& Tree::new_node() {
  Node& node = nodes_.emplace_back();
  node.tree = this;
  node.root = &node;
  node.manifest = empty_manifest();
  return node;
}

// ---- reading trees ----

Result<Node*> Tree::add(std::string_view location, ManifestPtr manifest) {
  std::string path = resolve_path(root_->own_path, location);
  if (path == root_->own_path) return fail(code::kInvalid, "a package cannot be at \"" + std::string(location) + "\"");
  std::string name = name_of_folder(path);
  std::string tail = "/node_modules/" + name;
  Node* parent = nullptr;
  if (path.ends_with(tail)) {
    std::string owner = path.substr(0, path.size() - tail.size());
    std::string where = relative_path(root_->own_path, owner);
    parent = where.empty() ? root_ : at(where);
    // What a link leads to may sit in a node_modules beyond the project: of global packages, say.
    bool beyond = !parent && where.starts_with("..");
    if (!beyond && (!parent || parent->is_link))
      return fail(code::kInvalid,
                  "nothing is at \"" + where + "\", which would hold \"" + std::string(location) + "\"");
  }
  Node& node = new_node();
  node.name = intern(name);
  node.manifest = manifest ? std::move(manifest) : empty_manifest();
  node.resolved = node.manifest->resolved;
  node.integrity = node.manifest->integrity;
  any_bundle_ |= !node.manifest->bundle_dependencies.empty();
  if (parent) {
    set_parent(node, parent);
  } else {
    node.own_path = std::move(path);
    join_tops(node, *root_);
  }
  return &node;
}

Result<Node*> Tree::add_link(std::string_view location, std::string_view target) {
  PKG_TRY(Node * node, add(location, nullptr));
  node->is_link = true;
  node->link_path = resolve_path(root_->own_path, target);
  if (node->link_path == root_->own_path) node->target = root_;
  for (Node* top : root_->tops)
    if (!top->is_link && top->own_path == node->link_path) node->target = top;
  if (node->target) {
    node->manifest = node->target->manifest;
    node->target->links_in.push_back(node);
  }
  return node;
}

void Tree::set_workspaces(std::vector<std::pair<std::string, std::string>> workspaces) {
  root_->workspaces = std::move(workspaces);
  if (!loading_) load_edges_of(*root_);
}

void Tree::load_edges() {
  loading_ = false;
  for (std::size_t i = 0; i < nodes_.size(); ++i)
    if (nodes_[i].root == root_) load_edges_of(nodes_[i]);
}

Result<void> Tree::load_overrides() {
  if (root_->manifest->overrides.is_null()) return {};
  PKG_TRY(overrides_, OverrideSet::parse(root_->manifest->overrides));
  root_->overrides = overrides_.get();
  return {};
}

Node* Tree::at(std::string_view location) const {
  if (location.empty()) return root_;
  std::string path = resolve_path(root_->own_path, location);
  // Down from the top that is nearest.
  Node* node = nullptr;
  std::string_view rest;
  auto consider = [&](Node* top) {
    const std::string& base = top->own_path;
    bool inside = path == base || (path.starts_with(base) && (base == "/" || path[base.size()] == '/'));
    if (!inside || (node && node->own_path.size() >= base.size())) return;
    node = top;
    rest = std::string_view(path).substr(base.size());
  };
  consider(root_);
  for (Node* top : root_->tops) consider(top);
  while (node && !rest.empty()) {
    if (!rest.starts_with("/node_modules/")) return nullptr;
    rest.remove_prefix(14);
    std::size_t end = rest.find('/');
    if (rest.starts_with('@') && end != std::string_view::npos) end = rest.find('/', end + 1);
    const Name* name = names_.find(rest.substr(0, end));
    node = name ? node->children.find(name) : nullptr;
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end);
  }
  return node;
}

std::vector<Node*> Tree::nodes() const {
  if (!sorted_.empty()) return sorted_;
  std::vector<Node*> found{root_};
  for (Node* top : root_->tops) found.push_back(top);
  for (std::size_t i = 0; i < found.size(); ++i)
    for (const auto& [name, child] : found[i]->children) found.push_back(child);
  std::vector<std::pair<std::string, Node*>> keyed;
  keyed.reserve(found.size());
  for (Node* node : found) keyed.emplace_back(collation_key(node->location()), node);
  std::sort(keyed.begin(), keyed.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  for (std::size_t i = 0; i < found.size(); ++i) found[i] = keyed[i].second;
  return sorted_ = std::move(found);
}

std::vector<Node*> Tree::named(const Name* name) const {
  auto found = by_name_.find(name);
  return found == by_name_.end() ? std::vector<Node*>() : found->second;
}

// ---- making nodes ----

Node& Tree::make_node(std::string_view name, ManifestPtr manifest, Node* parent) {
  Node& node = new_node();
  node.name = intern(name);
  node.manifest = std::move(manifest);
  node.resolved = node.manifest->resolved;
  node.integrity = node.manifest->integrity;
  any_bundle_ |= !node.manifest->bundle_dependencies.empty();
  if (parent) set_parent(node, parent);
  load_edges_of(node);
  return node;
}

Node& Tree::make_link(std::string_view name, std::string target_path, ManifestPtr manifest, Node* parent) {
  Node& link = new_node();
  link.name = intern(name);
  link.is_link = true;
  link.link_path = std::move(target_path);
  link.manifest = manifest;
  Node& target = new_node();
  target.name = intern(name_of_folder(link.link_path));
  target.own_path = link.link_path;
  target.manifest = std::move(manifest);
  any_bundle_ |= !target.manifest->bundle_dependencies.empty();
  link.target = &target;
  target.links_in.push_back(&link);
  if (parent) set_parent(link, parent);
  if (link.target == &target) load_edges_of(target);
  return link;
}

Node& Tree::make_link_to(std::string_view name, Node& target, Node* parent) {
  Node& link = new_node();
  link.name = intern(name);
  link.is_link = true;
  link.link_path = target.realpath();
  link.manifest = target.manifest;
  link.target = &target;
  target.links_in.push_back(&link);
  if (parent) set_parent(link, parent);
  return link;
}

Node& Tree::make_virtual_root(Node& source) {
  Node& node = new_node();
  node.source = &source;
  node.own_path = source.realpath();
  node.name = intern(name_of_folder(node.own_path));
  node.manifest = source.manifest;
  node.overrides = source.overrides;
  // Overrides spread along the edges, so that then all must be there.
  node.lazy_edges = !node.overrides;
  if (!node.lazy_edges) load_edges_of(node);
  // The targets of links stand beside it, so that what they need of its
  // packages is seen.
  for (const auto& [name, child] : source.children) {
    if (!child->is_link || !child->target) continue;
    Node& stand_in = new_node();
    stand_in.source = child->target;
    stand_in.own_path = child->link_path;
    stand_in.name = intern(name_of_folder(stand_in.own_path));
    stand_in.manifest = child->target->manifest;
    join_tops(stand_in, node);
    load_edges_of(stand_in);
  }
  return node;
}

// ---- edges ----

struct Tree::Wish {
  const Name* name;
  EdgeType type;
  const std::string* spec;    // in the manifest
  const std::string* accept;  // in the manifest, or null
  const Spec* parsed;         // when it means the same wherever it is written
};

struct Tree::Wishes {
  ManifestPtr manifest;  // keeps the texts
  std::vector<Wish> own, dev;
};

Tree::Wish Tree::make_wish(const Manifest& manifest, std::string_view name, const std::string& spec, EdgeType type) {
  Wish wish{intern(name), type, &spec, find_dependency(manifest.accept_dependencies, name), nullptr};
  if (const Spec* parsed = parse(wish.name->text, spec.empty() ? "*" : spec, {}); parsed && parsed->is_registry())
    wish.parsed = parsed;
  return wish;
}

// In the order in which npm makes edges: a later one replaces one of its name.
const Tree::Wishes& Tree::wishes_of(const ManifestPtr& pointer) {
  auto& entry = wishes_[pointer.get()];
  if (entry) return *entry;
  entry = std::make_unique<Wishes>();
  entry->manifest = pointer;
  const Manifest& manifest = *pointer;
  auto add = [&](const Dependencies& dependencies, EdgeType type, std::vector<Wish>& to) {
    for (const auto& [name, spec] : dependencies) to.push_back(make_wish(manifest, name, spec, type));
  };
  if (!options_.legacy_peer_deps) {
    for (EdgeType type : {EdgeType::kPeer, EdgeType::kPeerOptional})
      for (const auto& [name, spec] : manifest.peer_dependencies)
        if (manifest.peer_is_optional(name) == (type == EdgeType::kPeerOptional))
          entry->own.push_back(make_wish(manifest, name, spec, type));
  }
  add(manifest.dependencies, EdgeType::kProd, entry->own);
  add(manifest.optional_dependencies, EdgeType::kOptional, entry->own);
  add(manifest.dev_dependencies, EdgeType::kDev, entry->dev);
  return *entry;
}

Edge& Tree::add_edge(Node& from, const Wish& wish) {
  Edge& edge = edges_.emplace_back();
  edge.name = wish.name;
  if (Edge* old = from.edges_out.find(edge.name)) old->detach();
  edge.from = &from;
  edge.type = wish.type;
  edge.raw_spec = *wish.spec;
  if (wish.accept) edge.accept = wish.accept->empty() ? "*" : *wish.accept;
  edge.parsed_ = wish.parsed;
  if (from.overrides) edge.overrides = from.overrides->rule_for(edge);
  from.edges_out.set(edge.name, &edge);
  edges_by_name_[edge.name->folded].push_back(&edge);
  edge.reload(true);
  return edge;
}

void Tree::forget_edge(Edge& edge) { erase_value(edges_by_name_[edge.name->folded], static_cast<const Edge*>(&edge)); }

// Only what is being worked on has its devDependencies installed.
bool Tree::has_dev_edges(const Node& node) const {
  bool own = node.is_top() && !node.is_global_top() && (node.parent || !node.own_path.empty());
  return own && (!node.source || (node.source->is_top() && !node.source->is_global_top()));
}

void Tree::load_edges_of(Node& node) {
  if (node.is_link) return;
  for (const auto& [name, path] : node.workspaces) {
    std::string spec = "file:" + path;
    add_edge(node, make_wish(*node.manifest, name, spec, EdgeType::kWorkspace));
  }
  const Wishes& wishes = wishes_of(node.manifest);
  auto add = [&](const Wish& wish) {
    const Edge* current = node.edges_out.find(wish.name);
    if (!current || current->type != EdgeType::kWorkspace) add_edge(node, wish);
  };
  for (const Wish& wish : wishes.own) add(wish);
  if (has_dev_edges(node))
    for (const Wish& wish : wishes.dev) add(wish);
}

Edge* Tree::edge_of(Node& node, const Name* name) {
  if (Edge* edge = node.edges_out.find(name); edge || !node.lazy_edges) return edge;
  const Wishes& wishes = wishes_of(node.manifest);
  const Wish* found = nullptr;
  for (const Wish& wish : wishes.own)
    if (wish.name->folded == name->folded) found = &wish;
  if (has_dev_edges(node))
    for (const Wish& wish : wishes.dev)
      if (wish.name->folded == name->folded) found = &wish;
  return found ? &add_edge(node, *found) : nullptr;
}

void Tree::set_manifest(Node& node, ManifestPtr manifest) {
  while (!node.edges_out.empty()) node.edges_out.begin()->second->detach();
  node.manifest = std::move(manifest);
  node.parse_tried_ = false;
  node.parsed_.reset();
  load_edges_of(node);
  auto in = node.edges_in;
  for (Edge* edge : in) edge->reload(true);
}

const Spec* Tree::parse(const std::string& name, const std::string& spec, const std::string& where) {
  thread_local std::string key;
  key.assign(name).append(1, '\n').append(spec);
  if (!where.empty()) key.append(1, '\n').append(where);
  auto found = specs_->specs.find(key);
  if (found == specs_->specs.end()) {
    auto parsed = resolve_spec(name, spec, where.empty() ? "/" : where);
    found = specs_->specs.emplace(key, parsed ? std::optional<Spec>(std::move(*parsed)) : std::nullopt).first;
  }
  return found->second ? &*found->second : nullptr;
}

Result<const Spec*> Tree::spec_of(const Edge& edge) {
  const std::string& text = edge.spec();
  if (edge.parsed_ && &text == &edge.raw_spec && !text.empty()) return edge.parsed_;
  bool relative = text.find_first_of("/.~:") != std::string::npos;
  std::string where = relative ? edge.from->path() : std::string();
  if (const Spec* spec = parse(edge.name->text, text, where)) return spec;
  PKG_TRY([[maybe_unused]] Spec spec, resolve_spec(edge.name->text, text, where.empty() ? "/" : where));
  return nullptr;
}

// ---- moving nodes ----

void Tree::list(Node& node) {
  sorted_.clear();
  if (node.root == root_) by_name_[node.name].push_back(&node);
}

void Tree::unlist(Node& node) {
  sorted_.clear();
  if (node.root == root_) erase_value(by_name_[node.name], static_cast<const Node*>(&node));
}

// All edges that reach from one tree into another look again.
void Tree::reload_edges_across(Node& node) {
  auto in = node.edges_in;
  for (Edge* edge : in)
    if (edge->from && edge->from->root != node.root) edge->reload();
  for (std::size_t i = 0; i < node.edges_out.size(); ++i) {
    Edge* edge = (node.edges_out.begin() + static_cast<std::ptrdiff_t>(i))->second;
    if (!edge->to || edge->to->root != node.root) edge->reload();
  }
}

void Tree::reload_named(Node& node, const Name* name) {
  auto found = edges_by_name_.find(name->folded);
  if (found == edges_by_name_.end()) return;
  auto edges = found->second;
  for (Edge* edge : edges) {
    if (!edge->from || edge->from->root != node.root || !edge->from->is_descendant_of(node)) continue;
    Node* reached = edge->from->resolve(name);
    if (reached != edge->to || (edge->to && edge->to->parent == &node)) edge->reload(true);
  }
}

// Takes the node, with all below it, out of its tree: it becomes a root.
void Tree::detach(Node& node) {
  if (node.parent) node.parent->children.erase(node.name);
  if (node.fs_parent) erase_value(node.fs_parent->fs_children, static_cast<const Node*>(&node));
  erase_value(node.root->tops, static_cast<const Node*>(&node));
  std::string path = node.path();
  node.parent = node.fs_parent = nullptr;
  node.own_path = std::move(path);
  if (node.is_link && node.target) {
    erase_value(node.target->links_in, static_cast<const Node*>(&node));
    node.target = nullptr;
  }
  for (Node* link : node.links_in) link->target = nullptr;
  node.links_in.clear();

  std::vector<Node*> family{&node};
  for (std::size_t i = 0; i < family.size(); ++i) {
    for (const auto& [name, child] : family[i]->children) family.push_back(child);
    for (Node* child : family[i]->fs_children) family.push_back(child);
  }
  for (Node* member : family) {
    unlist(*member);
    if (member != &node && !member->parent) erase_value(member->root->tops, static_cast<const Node*>(member));
    member->root = &node;
    if (member != &node && !member->parent) node.tops.push_back(member);
  }
  for (Node* member : family) reload_edges_across(*member);
}

// Makes `node`, which has a path and no parent, a top of root's tree.
void Tree::join_tops(Node& node, Node& root) {
  node.root = &root;
  root.tops.push_back(&node);
  Node* above = nullptr;
  auto consider = [&](Node* candidate) {
    const std::string& base = candidate->own_path;
    if (candidate == &node || candidate->is_link || !node.own_path.starts_with(base + (base == "/" ? "" : "/"))) return;
    if (!above || above->own_path.size() < base.size()) above = candidate;
  };
  consider(&root);
  for (Node* top : root.tops) consider(top);
  node.fs_parent = above;
  if (above) above->fs_children.push_back(&node);
  // Tops inside its folder are its own from now on.
  for (Node* top : root.tops) {
    if (top == &node || !top->own_path.starts_with(node.own_path + "/")) continue;
    if (top->fs_parent && top->fs_parent->own_path.size() > node.own_path.size()) continue;
    if (top->fs_parent) erase_value(top->fs_parent->fs_children, static_cast<const Node*>(top));
    top->fs_parent = &node;
    node.fs_children.push_back(top);
  }
  list(node);
  // Links that wait for it.
  if (&root == root_) {
    for (Node& link : nodes_) {
      if (link.root != root_ || !link.is_link || link.target || link.link_path != node.own_path) continue;
      link.target = &node;
      link.manifest = node.manifest;
      node.links_in.push_back(&link);
      if (link.parent && !loading_) reload_named(*link.parent, link.name);
    }
  }
  if (!loading_) reload_edges_across(node);
}

void Tree::set_parent(Node& node, Node* parent) {
  if (!parent) {
    if (node.parent) detach(node);
    return;
  }
  if (parent->is_link && parent->target) parent = parent->target;
  if (&node == parent || node.parent == parent) return;

  Node* target = node.target;
  if (node.parent) {
    node.parent->children.erase(node.name);
    node.parent = nullptr;
  }
  if (node.fs_parent) {
    erase_value(node.fs_parent->fs_children, static_cast<const Node*>(&node));
    node.fs_parent = nullptr;
  }
  if (Node* current = parent->children.find(node.name); current && current != &node) detach(*current);

  unlist(node);
  erase_value(node.root->tops, static_cast<const Node*>(&node));
  Node* old_root = node.root;
  node.own_path.clear();
  node.root = parent->root;
  node.parent = parent;
  parent->children.set(node.name, &node);
  list(node);

  // The target of a link is the node that the tree has there, or comes along.
  if (node.is_link && target && target->root != node.root) {
    Node* there = node.link_path == node.root->own_path ? node.root : nullptr;
    for (Node* top : node.root->tops)
      if (!top->is_link && top->own_path == node.link_path) there = top;
    if (!there) {
      if (target->fs_parent) {
        erase_value(target->fs_parent->fs_children, static_cast<const Node*>(target));
        target->fs_parent = nullptr;
      }
      erase_value(target->root->tops, static_cast<const Node*>(target));
      join_tops(*target, *node.root);
      there = target;
    }
    if (there != target) {
      erase_value(target->links_in, static_cast<const Node*>(&node));
      there->links_in.push_back(&node);
      node.target = there;
      node.manifest = there->manifest;
    }
  }

  if (loading_) return;
  if (parent->lazy_edges) edge_of(*parent, node.name);
  reload_named(*parent, node.name);
  reload_edges_across(node);
  if (old_root == node.root) return;
  std::vector<Node*> family{&node};
  for (std::size_t i = 0; i < family.size(); ++i) {
    for (const auto& [name, child] : family[i]->children) family.push_back(child);
    for (Node* child : family[i]->fs_children) family.push_back(child);
  }
  for (std::size_t i = 1; i < family.size(); ++i) {
    Node& member = *family[i];
    unlist(member);
    member.root = node.root;
    list(member);
    if (member.parent)
      reload_named(*member.parent, member.name);
    else
      node.root->tops.push_back(&member);
    reload_edges_across(member);
  }
}

void Tree::replace(Node& node, Node& old) {
  if (!node.is_link) {
    auto children = old.children;
    for (const auto& [name, child] : children) set_parent(*child, &node);
    if (old.is_link && old.target && old.target->root == root_ && old.target != root_) detach(*old.target);
  }
  set_parent(node, old.parent);
}

}  // namespace pkg::resolver
