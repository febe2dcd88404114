#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "resolver/base/json.h"
#include "resolver/tree/node.h"

namespace pkg::cli {

// What `pkg ls` shows of a tree. Follows npm 12's `npm ls`, also where that is odd: a package is shown whole where the
// walk, breadth first, meets it first, and as "deduped" elsewhere.
struct ListingOptions {
  std::vector<std::string> specs;            // only what these name, and what leads there; empty: everything
  double depth = 0;                          // levels below the root that are shown
  bool link = false;                         // of the root's dependencies only links
  std::set<std::string> omit;                // of the root's dependencies not these: "dev", "optional", "peer"
  bool workspaces = true;                    // show workspaces of the root
  std::set<const resolver::Node*> selected;  // workspaces chosen by --workspace; empty: no choice
  bool include_root = false;                 // with a choice: the root's own dependencies too
};

// One line of the listing.
struct ListingItem {
  const resolver::Node* node = nullptr;  // null: missing
  std::string name, id;                  // "a", "a@1.0.0"
  std::string missing;                   // who needs it, for what is missing
  std::string required;                  // the spec of the edge that led here
  bool required_known = false;
  bool optional = false;  // the edge is
  bool deduped = false;
  bool copy = false;      // stands for a node that was met before, or that is missing
  std::string invalid;    // '"^1" from the root project'
  bool matched = false;   // by the specs
  bool included = false;  // shown: matched, or on the way to what is
  std::vector<std::string> problems;
  std::size_t parent = 0;
  int depth = 0;
};

class Listing {
 public:
  // Errors: those of parse_spec for `options.specs`.
  static Result<Listing> make(resolver::Tree& tree, ListingOptions options);

  // The root comes first; the rest in the order they were met.
  const std::vector<ListingItem>& items() const { return items_; }
  // All problems of what is shown, each once: "missing: …", "invalid: …", "extraneous: …".
  const std::vector<std::string>& problems() const { return problems_; }
  // Those that make `pkg ls` fail.
  bool has_serious_problems() const;

 private:
  Listing() = default;
  std::vector<ListingItem> items_;
  std::vector<std::string> problems_;
};

}  // namespace pkg::cli
