#pragma once

#include <set>
#include <string>
#include <vector>

#include "resolver/base/json.h"
#include "resolver/tree/node.h"

namespace pkg::installer {

// What has to happen to one location of node_modules.
enum class Action { kAdd, kChange, kRemove };

struct PlanStep {
  Action action;
  std::string location;                    // "node_modules/a"
  std::string name;                        // the folder's name
  std::string from_version;                // empty for kAdd
  std::string to_version;                  // empty for kRemove
  resolver::Node* ideal = nullptr;         // null for kRemove
  const resolver::Node* actual = nullptr;  // null for kAdd
};

// All of it, parents before what is inside them. A value: printed by
// --dry-run and --long, compared in tests, applied by reify().
struct Plan {
  std::vector<PlanStep> steps;
  std::set<std::string> unchanged;  // locations that stay as they are

  std::size_t count(Action action) const;
};

// kTrust: what has the right version, source and commands is left alone.
// kRedo: everything is put in place anew, as after an install that was killed.
enum class Trust { kTrust, kRedo };

// The difference between what is on disk and what should be. Nodes that `omit`
// ("dev", "optional", "peer") leaves out become inert in `ideal`; inert nodes
// are not wanted on disk.
Plan make_plan(const resolver::Tree* actual, resolver::Tree& ideal, const std::set<std::string>& omit,
               Trust trust = Trust::kTrust);

// Takes out of the plan what is not in or below the root's packages of these names.
void keep_only(Plan& plan, const std::set<std::string>& names);

// "add a 1.0.0", "change a 1.0.0 => 2.0.0", "remove a 1.0.0": one a line.
std::string plan_text(const Plan& plan);

}  // namespace pkg::installer
