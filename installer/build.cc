#include "installer/build.h"

#include <algorithm>

#include "installer/bins.h"
#include "installer/disk.h"
#include "installer/link.h"
#include "installer/package_json.h"
#include "resolver/tree/collate.h"

namespace pkg::installer {
namespace {

using resolver::Node;

// A package's scripts as they are on disk, with npm's implicit one.
struct Scripts {
  Json package = Json::object();
  std::string command(const char* event) const {
    const Json* scripts = member(package, "scripts");
    return scripts ? string_member(*scripts, event) : std::string();
  }
};

Scripts read_scripts(const Node& node) {
  Scripts scripts;
  std::string folder = node.realpath();
  auto package = PackageJson::load(folder);
  if (!package) return scripts;
  scripts.package = std::move(package->content);
  const Json* gypfile = member(scripts.package, "gypfile");
  bool gyp = !(gypfile && gypfile->is_boolean() && !gypfile->get<bool>());
  if (gyp && scripts.command("install").empty() && scripts.command("preinstall").empty() &&
      path_exists(folder + "/binding.gyp")) {
    if (!member(scripts.package, "scripts") || !scripts.package["scripts"].is_object())
      scripts.package["scripts"] = Json::object();
    scripts.package["scripts"]["install"] = "node-gyp rebuild";
  }
  return scripts;
}

bool allowed(const Node& node, const BuildOptions& options) {
  return options.allow_all || node.is_workspace() || options.policy.verdict(node.real_target()) == true;
}

struct Job {
  Node* node;
  int depth;
  std::string path;
  Scripts scripts;
};

std::string flag(bool on) { return on ? "1" : ""; }

class Builder {
 public:
  Builder(const BuildOptions& options, const std::function<void(Node&, const Error&)>& failed)
      : options_(options), failed_(failed) {}

  Result<void> build(const std::vector<Node*>& nodes, bool links) {
    std::vector<Job> jobs;
    if (!options_.ignore_scripts) {
      for (Node* node : nodes) {
        // A registry says whether there are scripts; what is linked may have changed.
        if (!node->real_target().has_install_script() && !links) continue;
        if (!allowed(*node, options_)) continue;
        jobs.push_back({node, node->depth(), node->path(), read_scripts(*node)});
      }
      std::sort(jobs.begin(), jobs.end(), [](const Job& a, const Job& b) {
        if (a.depth != b.depth) return a.depth < b.depth;
        return resolver::collate(a.path, b.path) < 0;
      });
    }
    // Before any script: one might clear the way for a command that replaces the system's.
    if (!options_.force)
      for (Node* node : nodes) PKG_TRY_VOID(check_global_bins(*node));
    PKG_TRY_VOID(run(jobs, "preinstall"));
    if (links) PKG_TRY_VOID(run(jobs, "prepare"));
    if (options_.bin_links) {
      std::vector<const Node*> all;
      for (Node* node : nodes)
        if (!node->inert) all.push_back(node);
      PKG_TRY_VOID(link_bins(std::move(all)));
    }
    PKG_TRY_VOID(run(jobs, "install"));
    return run(jobs, "postinstall");
  }

 private:
  Result<void> run(std::vector<Job>& jobs, const char* event) {
    std::vector<Job*> with;
    for (Job& job : jobs)
      if (!job.node->inert && !job.scripts.command(event).empty()) with.push_back(&job);
    if (options_.foreground) {
      for (Job* job : with) PKG_TRY_VOID(settle(*job, run_one(*job, event)));
      return {};
    }
    std::vector<Result<void>> results(with.size());
    PKG_TRY_VOID(parallel(with.size(), [&](std::size_t index) -> Result<void> {
      results[index] = run_one(*with[index], event);
      return {};
    }));
    for (std::size_t i = 0; i < with.size(); ++i) PKG_TRY_VOID(settle(*with[i], std::move(results[i])));
    return {};
  }

  Result<void> settle(Job& job, Result<void> result) {
    if (result || !job.node->optional) return result;
    failed_(*job.node, result.error());
    return {};
  }

  Result<void> run_one(const Job& job, const char* event) const {
    const Node& node = job.node->real_target();
    ScriptRun run;
    run.event = event;
    run.command = job.scripts.command(event);
    run.folder = node.realpath();
    run.package = job.scripts.package;
    if (!node.resolved.empty()) run.extra["npm_package_resolved"] = node.resolved;
    if (!node.integrity.empty()) run.extra["npm_package_integrity"] = node.integrity;
    run.extra["npm_package_optional"] = flag(node.optional);
    run.extra["npm_package_dev"] = flag(node.dev);
    run.extra["npm_package_peer"] = flag(node.peer);
    run.extra["npm_package_dev_optional"] = flag(node.dev_optional && !node.dev && !node.optional);
    PKG_TRY(ScriptResult result,
            run_script(options_.scripts, run, options_.foreground ? ScriptIo::kTerminal : ScriptIo::kCaptured));
    if (result.ok()) return {};
    return tl::unexpected(script_error(run.folder, run, result));
  }

  const BuildOptions& options_;
  const std::function<void(Node&, const Error&)>& failed_;
};

}  // namespace

Error script_error(const std::string& folder, const ScriptRun& run, const ScriptResult& result) {
  std::string message = "the " + run.event + " script of " + folder + " failed";
  message += result.signal ? " by signal " + std::to_string(result.signal)
                           : " with exit code " + std::to_string(result.status);
  message += "\ncommand: sh -c " + command_line(run);
  std::string_view output = result.output;
  while (!output.empty() && (output.back() == '\n' || output.back() == ' ')) output.remove_suffix(1);
  if (!output.empty()) message += "\n" + std::string(output);
  return {std::to_string(result.status), std::move(message), {}};
}

Result<void> build_packages(const std::vector<Node*>& nodes, const BuildOptions& options,
                            const std::function<void(Node&, const Error&)>& failed) {
  std::vector<Node*> packages, links;
  std::set<const Node*> targets;
  for (Node* node : nodes) {
    if (!node->is_link) continue;
    links.push_back(node);
    targets.insert(node->target);
  }
  for (Node* node : nodes)
    if (!node->is_link && !targets.contains(node)) packages.push_back(node);
  Builder builder(options, failed);
  PKG_TRY_VOID(builder.build(packages, /*links=*/false));
  if (links.empty()) return {};
  return builder.build(links, /*links=*/true);
}

std::vector<Unreviewed> unreviewed_scripts(const resolver::Tree& tree, const BuildOptions& options) {
  std::vector<Unreviewed> all;
  if (options.ignore_scripts || options.allow_all) return all;
  for (const Node* node : tree.nodes()) {
    if (node->is_project_root() || node->is_workspace() || node->is_link || node->inert) continue;
    if (!node->has_install_script() || node->in_bundle()) continue;
    if (options.policy.verdict(*node)) continue;
    Scripts scripts = read_scripts(*node);
    Unreviewed one{node, {}};
    std::vector<const char*> events{"preinstall", "install", "postinstall"};
    if (!node->is_registry_dependency()) events.push_back("prepare");
    for (const char* event : events)
      if (std::string command = scripts.command(event); !command.empty()) one.scripts.emplace_back(event, command);
    if (!one.scripts.empty()) all.push_back(std::move(one));
  }
  return all;
}

}  // namespace pkg::installer
