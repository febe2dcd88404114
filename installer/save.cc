#include "installer/save.h"

#include <algorithm>

#include "installer/disk.h"
#include "resolver/spec/spec.h"

namespace pkg::installer {
namespace {

using resolver::Dependencies;
using resolver::Edge;
using resolver::Manifest;
using resolver::Node;
using resolver::SaveType;
using resolver::Spec;
using resolver::SpecType;

std::string* find(Dependencies& dependencies, std::string_view name) {
  for (auto& [each, spec] : dependencies)
    if (each == name) return &spec;
  return nullptr;
}

void set(Dependencies& dependencies, const std::string& name, const std::string& spec) {
  if (std::string* found = find(dependencies, name))
    *found = spec;
  else
    dependencies.emplace_back(name, spec);
}

void drop(Dependencies& dependencies, std::string_view name) {
  std::erase_if(dependencies, [&](const auto& each) { return each.first == name; });
}

bool is_subset(const std::string& a, const std::string& b) {
  auto sub = semver::Range::parse(a, {.mode = semver::Mode::kLoose});
  auto super = semver::Range::parse(b, {.mode = semver::Mode::kLoose});
  return sub && super && semver::subset(*sub, *super);
}

// What package.json is to say for an edge that is now satisfied by its node.
std::string saved_spec(const Edge& edge, const Node& owner, const std::string& prefix) {
  const Node& node = *edge.to;
  const std::string& name = edge.name->text;
  auto spec = resolver::resolve_spec(name, edge.spec(), owner.realpath());
  if (!spec) return edge.spec();
  std::string exact = node.version().empty() ? "*" : prefix + std::string(node.version());
  if (spec->is_registry()) {
    const Spec& fetched = spec->fetched();
    const std::string& asked = fetched.raw_spec;
    bool range = fetched.type == SpecType::kRange;
    std::string saved = !range || asked == "*" || is_subset(exact, asked) ? exact : asked;
    std::string_view real = node.real_target().package_name();
    return real.empty() || real == name ? saved : "npm:" + std::string(real) + "@" + saved;
  }
  if (spec->hosted)
    return !spec->hosted->auth.empty() || spec->hosted->representation == "https" ? spec->hosted->https()
                                                                                  : spec->hosted->shortcut();
  if (spec->type == SpecType::kDirectory || spec->type == SpecType::kFile) {
    if (edge.type == resolver::EdgeType::kWorkspace) return exact;
    std::string path = spec->fetch_spec.starts_with("file:") ? spec->fetch_spec.substr(5) : spec->fetch_spec;
    return "file:" + relative_path(owner.realpath(), path);
  }
  return spec->save_spec.empty() ? edge.spec() : spec->save_spec;
}

bool ranges_intersect(const std::string& a, const std::string& b) {
  return semver::intersects(a, b, {.mode = semver::Mode::kLoose});
}

void put(Manifest& manifest, const std::string& name, const std::string& spec, bool local, SaveType type) {
  auto put_typed = [&](Dependencies& dependencies) { set(dependencies, name, spec); };
  switch (type) {
    case SaveType::kProd:
      put_typed(manifest.dependencies);
      drop(manifest.optional_dependencies, name);
      return;
    case SaveType::kDev:
      return put_typed(manifest.dev_dependencies);
    case SaveType::kOptional:
      return put_typed(manifest.optional_dependencies);
    case SaveType::kPeer:
    case SaveType::kPeerOptional:
      return put_typed(manifest.peer_dependencies);
    case SaveType::kInfer:
      break;
  }
  if (std::string* found = find(manifest.dependencies, name)) *found = spec;
  std::string* peer = find(manifest.peer_dependencies, name);
  std::string* optional = find(manifest.optional_dependencies, name);
  if (std::string* found = find(manifest.dev_dependencies, name)) {
    *found = spec;
    // A peer range that takes the new version stays as wide as it is.
    if (peer && (local || !ranges_intersect(spec, *peer))) *peer = spec;
    if (optional && (local || !ranges_intersect(spec, *optional))) *optional = spec;
  } else {
    if (peer) *peer = spec;
    if (optional) *optional = spec;
  }
}

}  // namespace

void save_requests(resolver::IdealTree& ideal, const std::string& save_prefix, SaveType save_type) {
  resolver::Tree& tree = *ideal.tree;
  for (const resolver::AddedRequest& request : ideal.added) {
    Node* owner = request.owner.empty() ? &tree.root() : tree.at(request.owner);
    if (!owner) continue;
    if (owner->is_link && owner->target) owner = owner->target;
    const Edge* edge = nullptr;
    for (const auto& [name, each] : owner->edges_out)
      if (name->text == request.spec.name) edge = each;
    // An optional one that could not be had.
    if (!edge || !edge->to) continue;
    std::string spec = saved_spec(*edge, *owner, save_prefix);
    auto parsed = resolver::resolve_spec(edge->name->text, edge->spec(), owner->realpath());
    bool local = parsed && (parsed->type == SpecType::kDirectory || parsed->type == SpecType::kFile);
    auto manifest = std::make_shared<Manifest>(*owner->manifest);
    put(*manifest, request.spec.name, spec, local, save_type);
    // npm lists what is saved as optional among the lockfile's dependencies, too, as it was asked for.
    if (save_type == SaveType::kOptional)
      set(manifest->dependencies, request.spec.name, request.spec.raw_spec.empty() ? "*" : request.spec.raw_spec);
    tree.set_manifest(*owner, std::move(manifest));
  }
}

}  // namespace pkg::installer
