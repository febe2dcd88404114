#include "cli/listing.h"

#include <algorithm>
#include <deque>

#include "installer/json_text.h"
#include "resolver/spec/spec.h"
#include "resolver/tree/collate.h"
#include "resolver/tree/dep_valid.h"

namespace pkg::cli {
namespace {

using resolver::Edge;
using resolver::EdgeType;
using resolver::Node;
using resolver::Spec;

// What the walk remembers of a node, or of a missing one, from the edges that led to it.
struct Mark {
  std::string required;
  bool optional = false;
  std::string invalid;
};

bool is_optional(EdgeType type) { return type == EdgeType::kOptional || type == EdgeType::kPeerOptional; }

bool omitted(const Edge& edge, const std::set<std::string>& omit) {
  return (edge.is_dev() && omit.contains("dev")) || (edge.is_optional() && omit.contains("optional")) ||
         (edge.is_peer() && omit.contains("peer"));
}

// Packages of the walk's next level, before it is known whether they were met.
struct Found {
  const Node* node = nullptr;
  std::string name, id, missing;
  Mark mark;
};

}  // namespace

Result<Listing> Listing::make(resolver::Tree& tree, ListingOptions options) {
  Listing listing;
  std::vector<Spec> specs;
  for (const std::string& text : options.specs) {
    PKG_TRY(Spec spec, resolver::parse_spec(text, tree.path()));
    specs.push_back(std::move(spec));
  }
  auto matches = [&](const Node* node) {
    if (specs.empty()) return true;
    if (!node) return false;
    return std::any_of(specs.begin(), specs.end(), [&](const Spec& spec) {
      if (!spec.name.empty() && spec.name != node->name->text) return false;
      auto wanted = resolver::resolve_spec(node->name->text, spec.raw_spec, tree.path());
      return wanted && resolver::dep_valid(*node, *wanted, tree.root());
    });
  };
  auto shows = [&](const Edge& edge) {
    bool from_root = edge.from->is_project_root();
    bool to_workspace = edge.to && edge.to->is_workspace();
    if (!options.workspaces && from_root && to_workspace) return false;
    if (options.selected.empty()) return true;
    if (options.include_root && edge.to && !to_workspace) return true;
    if (from_root) return to_workspace && options.selected.contains(&edge.to->real_target());
    return true;
  };

  std::map<const Node*, Mark> marks;
  std::set<const Node*> seen{&tree.root()};
  bool missing_seen = false;

  auto visit = [&](ListingItem item) {
    const Node* node = item.copy ? nullptr : item.node;
    if (!item.missing.empty() && !item.optional)
      item.problems.push_back("missing: " + item.id + ", required by " + item.missing);
    if (!item.invalid.empty())
      item.problems.push_back("invalid: " + item.id + " " + (item.node ? item.node->path() : "undefined"));
    if (node && node->extraneous && !node->is_root())
      item.problems.push_back("extraneous: " + item.id + " " + node->path());
    if (item.included) {
      for (const std::string& problem : item.problems) {
        if (std::find(listing.problems_.begin(), listing.problems_.end(), problem) == listing.problems_.end())
          listing.problems_.push_back(problem);
      }
    }
    item.matched = item.included;
    std::size_t index = listing.items_.size();
    // What is shown shows all that leads to it.
    if (item.included && index != 0) {
      for (std::size_t above = item.parent;; above = listing.items_[above].parent) {
        listing.items_[above].included = true;
        if (above == 0) break;
      }
    }
    listing.items_.push_back(std::move(item));
    return index;
  };

  ListingItem root;
  root.node = &tree.root();
  root.name = tree.root().name->text;
  root.id = tree.root().id();
  root.included = specs.empty();
  std::deque<ListingItem> queue;
  queue.push_back(std::move(root));
  while (!queue.empty()) {
    ListingItem current = std::move(queue.front());
    queue.pop_front();
    const Node* node = current.copy ? nullptr : current.node;
    int depth = node && node->is_workspace() ? 0 : current.depth;
    std::size_t index = visit(std::move(current));
    if (!node || depth > options.depth) continue;

    std::vector<Found> found;
    std::set<const Node*> listed;
    for (const auto& [name, edge] : node->real_target().edges_out) {
      if (!shows(*edge)) continue;
      if (depth == 0 && (omitted(*edge, options.omit) || (options.link && !(edge->to && edge->to->is_link)))) continue;
      Found each;
      bool absent = edge->missing() || (edge->is_optional() && !edge->to);
      if (!absent && !edge->to) continue;
      if (absent) {
        each.name = name->text;
        each.id = name->text + "@" + edge->spec();
        each.missing = edge->from->id();
      } else {
        each.node = edge->to;
        each.name = edge->to->name->text;
        each.id = edge->to->id();
        listed.insert(edge->to);
      }
      Mark& mark = absent ? each.mark : marks[edge->to];
      mark.required = edge->spec().empty() ? "*" : edge->spec();
      mark.optional = is_optional(edge->type);
      if (!edge->valid() && !absent) {
        std::string from = edge->from->location();
        mark.invalid += (mark.invalid.empty() ? "" : ", ") + installer::json_text(Json(mark.required), "") + " from " +
                        (from.empty() ? "the root project" : from);
      }
      if (!absent) each.mark = mark;
      found.push_back(std::move(each));
    }
    for (const auto& [name, child] : node->children) {
      if (!child->extraneous || listed.contains(child)) continue;
      Found each;
      each.node = child;
      each.name = child->name->text;
      each.id = child->id();
      each.mark = marks[child];
      found.push_back(std::move(each));
    }
    std::stable_sort(found.begin(), found.end(),
                     [](const Found& a, const Found& b) { return resolver::collate(a.id, b.id) < 0; });
    for (Found& each : found) {
      ListingItem item;
      item.node = each.node;
      item.name = std::move(each.name);
      item.id = std::move(each.id);
      item.missing = std::move(each.missing);
      item.optional = each.mark.optional;
      item.invalid = each.mark.invalid;
      item.parent = index;
      item.depth = depth + 1;
      if (item.node) {
        item.copy = item.deduped = !seen.insert(item.node).second;
        item.required = each.mark.required;
        item.required_known = !item.copy;
        item.included = matches(item.node);
      } else {
        // All that is missing counts as one to npm, which knows the spec of the first alone.
        item.required = each.mark.required;
        item.required_known = !missing_seen;
        missing_seen = true;
        item.copy = true;
        item.included = specs.empty();
      }
      queue.push_back(std::move(item));
    }
  }
  return listing;
}

bool Listing::has_serious_problems() const {
  return !std::all_of(problems_.begin(), problems_.end(),
                      [](const std::string& problem) { return problem.starts_with("extraneous:"); });
}

}  // namespace pkg::cli
