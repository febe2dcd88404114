// `pkg rebuild`: links commands and runs install scripts again, of all packages or of those named.
// Spec: npm's document npm-rebuild.
#include <algorithm>

#include "cli/command.h"
#include "cli/installing.h"
#include "cli/workspace_set.h"
#include "resolver/spec/spec.h"

namespace pkg::cli {
namespace {

using resolver::Node;
using resolver::Spec;
using resolver::SpecType;

Result<std::vector<Spec>> read_specs(Session& session) {
  std::vector<Spec> specs;
  for (const std::string& word : session.words) {
    PKG_TRY(Spec spec, resolver::parse_spec(word, session.cwd));
    if (spec.type != SpecType::kRange && spec.type != SpecType::kVersion && spec.type != SpecType::kDirectory)
      return fail("", "`pkg rebuild` only supports SemVer version/range specifiers");
    specs.push_back(std::move(spec));
  }
  return specs;
}

bool matches(const Spec& spec, const Node& node) {
  if (spec.type == SpecType::kDirectory) return node.path() == spec.fetch_spec;
  if (spec.name != node.name->text) return false;
  if (spec.raw_spec == "*" || !spec.range) return true;
  auto version = semver::Version::parse(node.version());
  return version && spec.range->test(*version);
}

}  // namespace

Result<int> rebuild_command(Session& session) {
  PKG_TRY(auto specs, read_specs(session));
  PKG_TRY(Project project, load_project(session));
  PKG_TRY(auto build, build_options(session, project));
  PKG_TRY(auto actual,
          installer::load_actual_tree(project.path, project.manifest, project.lockfile, project.read_options(session)));
  resolver::Tree& tree = *actual.tree;
  PKG_TRY_VOID(check_strict_scripts(session, tree, build));
  WorkspaceSet set = workspace_set(session, project, tree);
  std::vector<Node*> nodes;
  for (Node* node : tree.nodes()) {
    // Packages inside another's tarball go by that one's name alone.
    bool wanted = specs.empty() ? set.contains(*node)
                                : !node->in_bundle() && std::any_of(specs.begin(), specs.end(), [&](const Spec& spec) {
                                    return matches(spec, *node);
                                  });
    // No policy speaks of the project itself.
    if (wanted && (!node->is_root() || build.allow_all)) nodes.push_back(node);
  }

  // Nothing is optional about what was asked to be built.
  std::optional<Error> failure;
  PKG_TRY_VOID(installer::build_packages(nodes, build, [&](Node&, const Error& error) {
    if (!failure) failure = error;
  }));
  if (failure) return tl::unexpected<Error>(*failure);

  if (std::size_t count = installer::unreviewed_scripts(tree, build).size())
    session.terminal.warn("rebuild", std::to_string(count) + (count == 1 ? " package had" : " packages had") +
                                         " install scripts blocked because they are not covered by allowScripts.");
  session.terminal.line("rebuilt dependencies successfully");
  return 0;
}

}  // namespace pkg::cli
