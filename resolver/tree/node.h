#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "resolver/base/result.h"
#include "resolver/semver/version.h"
#include "resolver/tree/manifest.h"
#include "resolver/tree/names.h"

namespace pkg::resolver {

class Node;
class OverrideSet;
class Tree;
struct Spec;

enum class EdgeType : std::uint8_t { kProd, kDev, kOptional, kPeer, kPeerOptional, kWorkspace };
std::string_view to_string(EdgeType type);  // npm's word: "prod", "peerOptional"...

// kLocalPeer: a peer that sits inside its dependent's own node_modules.
enum class EdgeError : std::uint8_t { kNone, kMissing, kInvalid, kLocalPeer, kDetached };

// A dependency: from a node, on a name, as a spec. `to` is the node that the
// name reaches from there, whether or not it satisfies the spec.
class Edge {
 public:
  Node* from = nullptr;
  Node* to = nullptr;
  const Name* name = nullptr;
  EdgeType type = EdgeType::kProd;
  std::string raw_spec;               // as the dependent wrote it
  std::optional<std::string> accept;  // its acceptDependencies entry
  bool peer_conflicted = false;       // npm gave up on this peer; leave it
  const OverrideSet* overrides = nullptr;

  bool is_peer() const { return type == EdgeType::kPeer || type == EdgeType::kPeerOptional; }
  bool is_optional() const { return type == EdgeType::kOptional || type == EdgeType::kPeerOptional; }
  bool is_dev() const { return type == EdgeType::kDev; }

  // The spec once overrides are applied.
  const std::string& spec() const;
  EdgeError error() const;
  bool valid() const { return error() == EdgeError::kNone; }
  bool missing() const { return error() == EdgeError::kMissing; }
  // Whether `node` has this edge's name and satisfies its spec.
  bool satisfied_by(const Node& node) const;

  // Looks up `to` again. `hard` also forgets whether it was valid.
  void reload(bool hard = false);
  // Takes the edge off both its nodes.
  void detach();

 private:
  friend class Tree;
  enum class Verdict : std::uint8_t { kUnknown, kOk, kOptionalMissing, kError };
  mutable Verdict verdict_ = Verdict::kUnknown;
  mutable EdgeError error_ = EdgeError::kNone;
  mutable const Spec* parsed_ = nullptr;         // raw_spec, when where it is written does not matter
  mutable std::optional<std::string> referred_;  // what a "$name" override refers to
};

// A package at a place: a folder in some node_modules, the root, a workspace,
// or a link to one. Ideal, virtual and actual trees are made of these. A node
// belongs to its Tree, which moves it; the fields that place it (parent,
// children, edges) are read here and changed by Tree's functions only.
class Node {
 public:
  Tree* tree = nullptr;
  const Name* name = nullptr;  // the folder's name; package_name() may differ (alias)
  ManifestPtr manifest;        // never null
  std::string resolved;        // empty when unknown; see Manifest::resolved. For a link use link_resolved()
  std::string integrity;

  bool dev = true, optional = true, dev_optional = true, peer = true, extraneous = true;
  bool inert = false;  // in the lockfile, never on disk
  bool is_link = false;
  bool in_bundle_on_disk = false;  // set by readers of lockfiles and disks: `inBundle`
  std::vector<Error> errors;       // why it could not be loaded

  // Placement.
  Node* parent = nullptr;     // whose node_modules holds it
  Node* fs_parent = nullptr;  // else the node whose folder it is in (a workspace: the root)
  Node* root = nullptr;       // of its tree; itself for a root
  Node* target = nullptr;     // of a link; null while unknown
  std::string own_path;       // absolute; of a node without parent
  std::string link_path;      // absolute path a link points to
  NameMap<Node> children;
  std::vector<Node*> fs_children;
  std::vector<Node*> links_in;
  NameMap<Edge> edges_out;
  std::vector<Edge*> edges_in;  // order of arrival

  Node* source = nullptr;   // of a virtual root: the node it stands for
  bool lazy_edges = false;  // a virtual root's: see Tree::edge_of()
  const OverrideSet* overrides = nullptr;

  std::vector<Node*> tops;  // root only: the nodes without parent, itself not among them

  // Root only: workspace name -> absolute folder.
  std::vector<std::pair<std::string, std::string>> workspaces;

  std::string_view package_name() const { return manifest->name; }
  std::string_view version() const;  // of a link: its target's
  // Parsed loosely, as dependencies are; null when it is none.
  const semver::Version* parsed_version() const;

  // Absolute; and relative to the root's folder, '/'-separated, "" for the root.
  std::string path() const;
  std::string realpath() const;  // of a link: where it points
  std::string location() const;
  // "file:" and the path from the link's folder to its target.
  std::string link_resolved() const;

  int depth() const;
  bool is_root() const { return root == this; }
  bool is_project_root() const { return root == this || root->target == this; }
  bool is_top() const { return !parent || is_global_top(); }
  bool is_global_top() const;
  bool is_workspace() const;
  bool is_registry_dependency() const;
  bool has_install_script() const { return manifest->has_install_script; }
  Node& top();
  Node* resolve_parent() const { return parent ? parent : fs_parent; }
  Node& real_target() { return is_link && target ? *target : *this; }
  const Node& real_target() const { return is_link && target ? *target : *this; }
  bool is_descendant_of(const Node& node) const;

  // The node that require(name) reaches from inside this one, or null.
  Node* resolve(const Name* name) const;
  Node* resolve(std::string_view name) const;

  // The node whose bundleDependencies hold this one, or null.
  const Node* bundler() const;
  bool in_bundle() const { return bundler() != nullptr; }
  // Bundled by a dependency, not by the root.
  bool in_dep_bundle() const;

  // Same package by integrity, else resolved, else name and version.
  bool matches(const Node& other) const;
  // Whether `other` may stand in this node's place without upsetting anyone
  // but this node's own dependencies. Peer edges from siblings named in
  // `ignored_peers` do not count.
  bool can_be_replaced_by(const Node& other, const NameMap<Node>* ignored_peers = nullptr) const;
  // Whether the node can go because what its dependents would find instead is
  // fine with them.
  bool can_dedupe(bool prefer_dedupe = false, bool explicit_request = false) const;
  bool satisfies(const Edge& edge) const { return edge.satisfied_by(*this); }

  // Whether an override of the root decided this node's version.
  bool overridden() const;

  // "name@version", "alias@npm:name@version".
  std::string id() const;

 private:
  friend class Tree;
  friend class Edge;
  void add_edge_in(Edge& edge);
  void remove_edge_in(Edge& edge);
  // An edge with these overrides came or went: the node's own may change, and
  // with them those of its dependencies.
  void take_overrides(const OverrideSet* added);
  void drop_overrides(const OverrideSet* removed);
  void spread_overrides();
  const Node* find_bundler(std::vector<const Node*>& path) const;
  mutable std::optional<semver::Version> parsed_;
  mutable bool parse_tried_ = false;
};

// What the reader of a lockfile knows and the resolver asks for.
struct TreeOrigin {
  bool loaded_from_disk = false;  // from a lockfile, or from a node_modules that was not empty
  bool from_lockfile = false;
  bool flags_suspect = false;  // the lockfile and package.json disagree on the dependencies of the root
  int lockfile_version = 0;    // 0: none
  // git specs as the lockfile had them: location -> its dependency maps.
  std::unordered_map<std::string, ManifestPtr> locked;
};

struct TreeOptions {
  bool legacy_peer_deps = false;
  bool install_links = false;
  bool global = false;
};

// Owns nodes and edges. Nodes out of the tree (candidates, virtual roots,
// replaced ones) live here too, until the Tree ends.
class Tree {
 public:
  // `path`: the project's folder, absolute, symlinks resolved.
  Tree(std::string path, ManifestPtr root_manifest, TreeOptions options = {});
  ~Tree();
  Tree(const Tree&) = delete;
  Tree& operator=(const Tree&) = delete;

  Node& root() { return *root_; }
  const Node& root() const { return *root_; }
  const std::string& path() const { return root_->own_path; }
  const TreeOptions& options() const { return options_; }
  TreeOrigin origin;

  // For readers of lockfiles and disks; parents first ("node_modules/a" before
  // "node_modules/a/node_modules/b", link targets before or after their links).
  // `location` is relative to the root. A folder outside node_modules becomes
  // an fs child of the nearest node above it. Fails with EINVAL when the
  // location is no place a package can be in. Edges are made by load_edges().
  Result<Node*> add(std::string_view location, ManifestPtr manifest);
  // A link at `location` to the folder `target`, relative to the root ("../x"
  // may leave it). The target's node is joined when it exists or comes later.
  Result<Node*> add_link(std::string_view location, std::string_view target);
  // Names the root's workspaces (name -> absolute folder): their edges come first.
  void set_workspaces(std::vector<std::pair<std::string, std::string>> workspaces);
  // Makes the edges of every node, once all nodes are in.
  void load_edges();
  // Whether some package brings dependencies inside it: who brought what is known by edges.
  bool has_bundles() const { return any_bundle_; }

  // Null when there is no such node. "" is the root.
  Node* at(std::string_view location) const;
  // Every node of the real tree (root, children, fs children, link targets),
  // each once, sorted by location as npm sorts.
  std::vector<Node*> nodes() const;

  // ---- for the resolver ----
  const Name* intern(std::string_view text) { return names_.intern(text); }
  // A node outside any tree: its own root until placed.
  // `parent`, when given, is set first, so that it never has a root's edges.
  Node& make_node(std::string_view name, ManifestPtr manifest, Node* parent = nullptr);
  // A link to the folder `target_path`, whose node is made, or found when the
  // parent's tree has it.
  Node& make_link(std::string_view name, std::string target_path, ManifestPtr manifest, Node* parent = nullptr);
  // A link to a node that is in a tree.
  Node& make_link_to(std::string_view name, Node& target, Node* parent);
  // A stand-in for `source`, with the same edges and no children. Its edges are
  // made as they are asked for by edge_of(), or by a child of that name: most
  // virtual roots see one or two candidates.
  Node& make_virtual_root(Node& source);
  // The node's edge on `name`, or null.
  Edge* edge_of(Node& node, const Name* name);
  // Puts `node` into parent's node_modules, replacing what is there; null takes
  // it out of its tree.
  void set_parent(Node& node, Node* parent);
  // Puts `node` where `old` is; old's children move to it.
  void replace(Node& node, Node& old);
  // Replaces the manifest and makes the edges anew.
  void set_manifest(Node& node, ManifestPtr manifest);
  void load_edges_of(Node& node);
  // Nodes in the real tree with this folder name.
  std::vector<Node*> named(const Name* name) const;

  // Parses `spec` once. `where` (absolute folder) matters to relative paths only.
  // Null when it is none. The result lives as long as the tree.
  const Spec* parse(const std::string& name, const std::string& spec, const std::string& where);
  // The spec of the edge, overrides applied; relative paths start from the
  // dependent's folder. Fails as resolve_spec() does.
  Result<const Spec*> spec_of(const Edge& edge);
  // Reads the root's "overrides". Fails with EOVERRIDE, also when one changes a
  // direct dependency of the root.
  Result<void> load_overrides();

 private:
  friend class Node;
  friend class Edge;
  Node& new_node();
  struct Wish;    // an edge to be: what a manifest says of one dependency
  struct Wishes;  // those of a manifest, made once for all its nodes
  const Wishes& wishes_of(const ManifestPtr& manifest);
  Wish make_wish(const Manifest& manifest, std::string_view name, const std::string& spec, EdgeType type);
  bool has_dev_edges(const Node& node) const;
  Edge& add_edge(Node& from, const Wish& wish);
  void detach(Node& node);
  void reload_named(Node& node, const Name* name);
  void list(Node& node);
  void unlist(Node& node);

  TreeOptions options_;
  NameTable names_;
  std::deque<Node> nodes_;
  std::deque<Edge> edges_;
  Node* root_ = nullptr;
  void join_tops(Node& node, Node& root);
  void reload_edges_across(Node& node);
  void forget_edge(Edge& edge);

  std::unique_ptr<OverrideSet> overrides_;
  mutable std::vector<Node*> sorted_;                                  // nodes(), until a node comes or goes
  std::unordered_map<const Name*, std::vector<Node*>> by_name_;        // of the real tree
  std::unordered_map<const Name*, std::vector<Edge*>> edges_by_name_;  // by folded name, of all trees
  bool any_bundle_ = false;                                            // whether some manifest bundles dependencies
  bool loading_ = false;                                               // edges come later, by load_edges()
  struct SpecCache;
  std::unordered_map<const Manifest*, std::unique_ptr<Wishes>> wishes_;
  std::shared_ptr<SpecCache> specs_;
};

// Computes dev, optional, devOptional, peer and extraneous for the whole tree
// by walking the edges from the root. `reset`: forget the old flags first, as
// after a change of a tree read from a lockfile.
enum class OldFlags { kReset, kAreDefault };
void calculate_dep_flags(Tree& tree, OldFlags old_flags);

}  // namespace pkg::resolver
