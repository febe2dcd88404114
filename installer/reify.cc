#include "installer/reify.h"

#include <algorithm>

#include "installer/bins.h"
#include "installer/disk.h"
#include "installer/package_json.h"

namespace pkg::installer {

using resolver::Edge;
using resolver::Node;

std::vector<Node*> optional_set(Node& node) {
  std::vector<Node*> set{&node};
  auto has = [&](const Node* one) { return std::find(set.begin(), set.end(), one) != set.end(); };
  for (std::size_t i = 0; i < set.size(); ++i)
    for (Edge* edge : set[i]->edges_in)
      if (!edge->is_optional() && !has(edge->from)) set.push_back(edge->from);
  // Dependencies of these that nothing outside needs.
  std::size_t needed = set.size();
  for (std::size_t i = 0; i < set.size(); ++i)
    for (const auto& [name, edge] : set[i]->edges_out)
      if (edge->to && !has(edge->to)) set.push_back(edge->to);
  for (bool changed = true; changed;) {
    changed = false;
    for (std::size_t i = needed; i < set.size();) {
      bool outside = std::any_of(set[i]->edges_in.begin(), set[i]->edges_in.end(),
                                 [&](Edge* edge) { return !has(edge->from) && !edge->from->inert; });
      if (outside) {
        set.erase(set.begin() + static_cast<long>(i));
        changed = true;
      } else {
        ++i;
      }
    }
  }
  return set;
}

Reifier::Reifier(registry::Cache& cache, std::function<registry::TarballSource&()> tarballs, resolver::Tree& ideal,
                 ReifyOptions options)
    : cache_(cache),
      tarballs_(std::move(tarballs)),
      ideal_(ideal),
      options_(std::move(options)),
      stage_(options_.project) {}

Result<void> Reifier::run(Plan& plan) {
  PKG_TRY(std::string replaced, stage_.begin(plan, options_.before));
  if (!replaced.empty()) warnings_.push_back({"reify", "Removing non-directory " + replaced});
  auto staged = fetch_and_stage(plan);
  if (staged && !options_.wipe.empty()) staged = stage_.wipe(options_.wipe);
  if (staged) {
    for (const PlanStep& step : plan.steps)
      if (step.actual && options_.wipe.empty()) unlink_bins(*step.actual);
    staged = stage_.swap(plan, failed_);
  }
  if (staged) staged = build(plan);
  if (!staged) undo(plan);
  return staged;
}

Result<void> Reifier::finish() { return stage_.finish(); }

void Reifier::undo(const Plan& plan) {
  std::vector<const Node*> before;
  for (const PlanStep& step : plan.steps) {
    if (step.ideal) unlink_bins(*step.ideal);
    if (step.actual) before.push_back(step.actual);
  }
  stage_.roll_back();
  (void)link_bins(std::move(before));
}

Result<void> Reifier::fetch_and_stage(Plan& plan) {
  std::vector<Node*> nodes;
  for (const PlanStep& step : plan.steps)
    if (step.action != Action::kRemove && !step.ideal->is_link) nodes.push_back(step.ideal);
  if (options_.allowed) {
    for (Node* node : nodes) {
      auto allowed = options_.allowed(*node);
      if (allowed) continue;
      if (!node->optional) return allowed;
      fail_optional(*node, allowed.error());
    }
    std::erase_if(nodes, [&](const Node* node) { return failed_.contains(node->location()); });
  }
  PackageFetcher fetcher(cache_, tarballs_, options_.locate, options_.fetch_git);
  std::vector<WantedPackage> ready = fetcher.start(nodes);
  std::size_t total = ready.size() + fetcher.missing(), done = 0;

  // What brings packages of its own goes first, so that nested ones land on it.
  auto bundles = [](const WantedPackage& package) {
    return !package.nodes.front()->manifest->bundle_dependencies.empty();
  };
  auto rest = std::stable_partition(ready.begin(), ready.end(), bundles);
  for (auto package = ready.begin(); package != rest; ++package) PKG_TRY_VOID(stage_package(*package));
  for (auto package = ready.begin(); package != rest; ++package) PKG_TRY_VOID(load_bundles(*package));

  std::vector<WantedPackage*> plain;
  std::vector<std::pair<const WantedPackage*, Node*>> jobs;
  for (auto package = rest; package != ready.end(); ++package)
    for (Node* node : package->nodes) jobs.emplace_back(&*package, node);
  PKG_TRY_VOID(parallel(jobs.size(), [&](std::size_t index) {
    const auto& [package, node] = jobs[index];
    return stage_.add(package->folder, node->location(), link_mode(*node));
  }));
  done = ready.size();
  if (options_.progress) options_.progress(done, total);

  while (auto arrival = fetcher.next()) {
    if (!arrival->result) {
      for (Node* node : arrival->package.nodes) {
        if (!node->optional) return tl::unexpected(std::move(arrival->result).error());
        fail_optional(*node, arrival->result.error());
      }
      continue;
    }
    PKG_TRY_VOID(stage_package(arrival->package));
    if (bundles(arrival->package)) PKG_TRY_VOID(load_bundles(arrival->package));
    for (const Node* node : arrival->package.nodes)
      if (node->manifest->is_deprecated())
        warnings_.push_back(
            {"deprecated", node->id() + ": " +
                               (node->manifest->deprecated.is_string() ? node->manifest->deprecated.get<std::string>()
                                                                       : "deprecated")});
    if (options_.progress) options_.progress(++done, total);
  }
  return {};
}

LinkMode Reifier::link_mode(const Node& node) const {
  const BuildOptions& build = options_.build;
  bool runs = node.has_install_script() && !build.ignore_scripts &&
              (build.allow_all || build.policy.verdict(node).value_or(false));
  return runs ? LinkMode::kCopy : LinkMode::kLink;
}

Result<void> Reifier::stage_package(const WantedPackage& package) {
  for (Node* node : package.nodes) PKG_TRY_VOID(stage_.add(package.folder, node->location(), link_mode(*node)));
  return {};
}

// The packages that a package's tarball brings along become part of the tree.
Result<void> Reifier::load_bundles(const WantedPackage& package) {
  bool added = false;
  for (Node* bundler : package.nodes) {
    std::vector<std::pair<std::string, std::string>> folders{{package.folder, bundler->location()}};
    std::vector<Node*> fresh;
    for (std::size_t i = 0; i < folders.size(); ++i) {
      std::string modules = folders[i].first + "/node_modules";
      std::vector<std::string> names;
      for (const std::string& name : list_dir(modules)) {
        if (name.starts_with('.')) continue;
        if (!name.starts_with('@'))
          names.push_back(name);
        else
          for (const std::string& inner : list_dir(modules + "/" + name)) names.push_back(name + "/" + inner);
      }
      std::sort(names.begin(), names.end());
      for (const std::string& name : names) {
        auto json = PackageJson::load(modules + "/" + name);
        if (!json) continue;
        std::string location = folders[i].second + "/node_modules/" + name;
        folders.emplace_back(modules + "/" + name, location);
        if (ideal_.at(location)) continue;
        auto manifest = std::make_shared<resolver::Manifest>(resolver::parse_manifest(json->content));
        PKG_TRY(Node * node, ideal_.add(location, std::move(manifest)));
        node->in_bundle_on_disk = true;
        fresh.push_back(node);
      }
    }
    for (Node* node : fresh) ideal_.load_edges_of(*node);
    if (!fresh.empty()) ideal_.load_edges_of(*bundler);
    added = added || !fresh.empty();
  }
  if (added) resolver::calculate_dep_flags(ideal_, resolver::OldFlags::kReset);
  return {};
}

void Reifier::fail_optional(Node& node, const Error& error) {
  warnings_.push_back({"optional", "skipping " + node.id() + ", which is optional: " + error.message});
  for (Node* one : optional_set(node)) {
    one->inert = true;
    failed_.insert(one->location());
  }
}

Result<void> Reifier::build(const Plan& plan) {
  std::vector<Node*> nodes;
  for (const PlanStep& step : plan.steps)
    if (step.ideal && !failed_.contains(step.location)) nodes.push_back(step.ideal);
  // Scripts of what a project links to are run every time.
  for (Node* node : ideal_.nodes())
    if (node->is_link && node->parent == &ideal_.root() && !node->inert && plan.unchanged.contains(node->location()))
      nodes.push_back(node);
  std::vector<Node*> gone;
  PKG_TRY_VOID(build_packages(nodes, options_.build, [&](Node& node, const Error& error) {
    fail_optional(node, error);
    for (Node* one : optional_set(node)) gone.push_back(one);
  }));
  for (Node* node : gone) {
    unlink_bins(*node);
    PKG_TRY_VOID(remove_all(node->path()));
  }
  return {};
}

}  // namespace pkg::installer
