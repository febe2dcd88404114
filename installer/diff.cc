#include "installer/diff.h"

#include <algorithm>
#include <map>

#include "installer/bins.h"
#include "registry/integrity.h"

namespace pkg::installer {
namespace {

using resolver::Node;
using resolver::Tree;

bool omitted(Node& node, const std::set<std::string>& omit) {
  if (omit.empty()) return false;
  Node& top = node.top();
  if (!top.is_project_root() && !top.is_workspace()) return false;
  bool dev = omit.contains("dev"), optional = omit.contains("optional");
  return (node.peer && omit.contains("peer")) || (node.dev && dev) || (node.optional && optional) ||
         (node.dev_optional && optional && dev);
}

bool same_integrity(const std::string& wanted, const std::string& have) {
  if (wanted.empty() || have.empty()) return false;
  if (wanted == have) return true;
  auto a = registry::Integrity::parse(wanted), b = registry::Integrity::parse(have);
  return a && b && a->algorithm() == b->algorithm() && a->base64() == b->base64();
}

bool unchanged(const Node& ideal, const Node& actual) {
  if (ideal.is_link != actual.is_link || ideal.version() != actual.version()) return false;
  if (ideal.is_link && ideal.realpath() != actual.realpath()) return false;
  if (ideal.integrity.empty() && actual.integrity.empty()) {
    if (ideal.is_link) return bins_exist(ideal);
    bool neither = ideal.resolved.empty() && actual.resolved.empty();
    bool both = !ideal.resolved.empty() && ideal.resolved == actual.resolved;
    if (neither || both) return bins_exist(ideal);
  }
  return same_integrity(ideal.integrity, actual.integrity) && bins_exist(ideal);
}

// What a link points to beyond the project is not ours to install into.
bool outside(std::string_view location) { return location == ".." || location.starts_with("../"); }

int nesting(std::string_view location) {
  int count = 0;
  for (std::size_t at = 0; (at = location.find("node_modules/", at)) != std::string_view::npos; at += 13) ++count;
  return count;
}

}  // namespace

std::size_t Plan::count(Action action) const {
  return static_cast<std::size_t>(
      std::count_if(steps.begin(), steps.end(), [&](const PlanStep& step) { return step.action == action; }));
}

Plan make_plan(const Tree* actual, Tree& ideal, const std::set<std::string>& omit, Trust trust) {
  Plan plan;
  std::map<std::string, const Node*> there;
  if (actual)
    for (const Node* node : actual->nodes())
      if (node->parent && !outside(node->location())) there.emplace(node->location(), node);
  for (Node* node : ideal.nodes()) {
    if (!node->parent) continue;
    if (omitted(*node, omit)) node->inert = true;
    std::string location = node->location();
    if (outside(location)) continue;
    auto found = there.find(location);
    const Node* old = found == there.end() ? nullptr : found->second;
    if (node->inert) continue;  // removed below when it is there
    if (old) there.erase(found);
    if (old && trust == Trust::kTrust && unchanged(*node, *old)) {
      plan.unchanged.insert(std::move(location));
      continue;
    }
    // A bundled package comes with its bundler.
    if (node->in_dep_bundle()) {
      if (old && old->version() == node->version()) plan.unchanged.insert(std::move(location));
      continue;
    }
    plan.steps.push_back({old ? Action::kChange : Action::kAdd, std::move(location), node->name->text,
                          old ? std::string(old->version()) : std::string(), std::string(node->version()), node, old});
  }
  for (const auto& [location, node] : there) {
    // What a kept bundler brought stays, though the ideal tree knows it not.
    if (node->in_dep_bundle() && plan.unchanged.contains(node->bundler()->location())) continue;
    plan.steps.push_back(
        {Action::kRemove, location, node->name->text, std::string(node->version()), "", nullptr, node});
  }
  std::stable_sort(plan.steps.begin(), plan.steps.end(),
                   [](const PlanStep& a, const PlanStep& b) { return nesting(a.location) < nesting(b.location); });
  return plan;
}

void keep_only(Plan& plan, const std::set<std::string>& names) {
  auto wanted = [&](std::string_view location) {
    location.remove_prefix(std::min<std::size_t>(location.size(), 13));  // "node_modules/"
    std::size_t slash = location.find('/');
    if (location.starts_with('@') && slash != std::string_view::npos) slash = location.find('/', slash + 1);
    return names.contains(std::string(location.substr(0, slash)));
  };
  std::erase_if(plan.steps, [&](const PlanStep& step) { return !wanted(step.location); });
  std::erase_if(plan.unchanged, [&](const std::string& location) { return !wanted(location); });
}

std::string plan_text(const Plan& plan) {
  std::string text;
  for (const PlanStep& step : plan.steps) {
    switch (step.action) {
      case Action::kAdd:
        text += "add " + step.name + " " + step.to_version + "\n";
        break;
      case Action::kChange:
        text += "change " + step.name + " " + step.from_version + " => " + step.to_version + "\n";
        break;
      case Action::kRemove:
        text += "remove " + step.name + " " + step.from_version + "\n";
        break;
    }
  }
  return text;
}

}  // namespace pkg::installer
