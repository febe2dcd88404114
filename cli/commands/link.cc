// `pkg link`: without words, a link to this package among the global ones; with
// words, links in node_modules to what is global, which is fetched when it is not.
// Spec: npm's document npm-link.
#include "cli/command.h"
#include "cli/installing.h"
#include "installer/disk.h"
#include "resolver/spec/spec.h"

namespace pkg::cli {
namespace {

using resolver::Spec;

// Makes `add` global packages.
Result<void> link_globally(Session& session, std::vector<std::string> add, const installer::BuildOptions& build,
                           bool prune, Report report) {
  PKG_TRY(Project shared, load_project(session, Which::kGlobal));
  PKG_TRY(auto options, ideal_tree_options(session, shared));
  options.add = std::move(add);
  options.prune = prune;
  PKG_TRY(auto ideal, resolver::build_ideal_tree(session.packuments(), std::move(options)));
  PKG_TRY_VOID(check_strict_scripts(session, *ideal.tree, build));
  return carry_out(session, shared, ideal, build, Wipe::kNo, Save::kNothing, nullptr, nullptr, report);
}

Result<int> link_here(Session& session, const Project& project) {
  PKG_TRY(auto build, build_options(session, project));
  // npm asks no policy here: scripts run when all are allowed, and not otherwise.
  build.policy = {};
  std::vector<std::string> add;
  for (std::size_t index : project.selected) add.push_back("file:" + project.workspaces[index].path);
  if (add.empty()) add.push_back("file:" + project.path);
  PKG_TRY_VOID(link_globally(session, std::move(add), build, /*prune=*/true, Report::kPrint));
  return 0;
}

Result<int> link_words(Session& session, Project& project, const std::vector<std::string>& words) {
  registry::Config& config = session.config();
  PKG_TRY(auto build, build_options(session, project));
  const std::string modules = session.global_folder() + "/node_modules/";
  std::vector<std::string> names, missing;
  for (const std::string& word : words) {
    PKG_TRY(Spec spec, resolver::parse_spec(word, session.cwd));
    if (spec.name.empty() || !installer::path_exists(modules + spec.name)) missing.push_back(word);
    if (spec.name.empty() && spec.type == resolver::SpecType::kDirectory) {
      PKG_TRY(auto package, installer::PackageJson::load(spec.fetch_spec));
      spec.name = string_member(package.content, "name");
    }
    if (spec.name.empty())
      return fail(code::kUsage, "nothing says what the package of \"" + word + "\" is called",
                  "install it with `pkg install -g` and link it by its name");
    names.push_back(std::move(spec.name));
  }
  if (!missing.empty()) PKG_TRY_VOID(link_globally(session, std::move(missing), build, /*prune=*/false, Report::kNone));

  bool save = config.flag("save-dev") || config.flag("save-optional") || config.flag("save-peer") ||
              config.flag("save-prod") || (!config.is_default("save") && config.flag("save"));
  PKG_TRY(auto options, ideal_tree_options(session, project));
  for (const std::string& name : names) options.add.push_back("file:" + modules + name);
  options.prune = false;
  options.save = save;
  PKG_TRY(options.start, starting_tree(session, project));
  show_progress(session);
  PKG_TRY(auto ideal, resolver::build_ideal_tree(session.packuments(), std::move(options)));
  PKG_TRY_VOID(carry_out(session, project, ideal, build, Wipe::kNo, save ? Save::kAll : Save::kNothing));
  return 0;
}

}  // namespace

Result<int> link_command(Session& session) {
  registry::Config& config = session.config();
  if (session.global()) return fail("ELINKGLOBAL", "link should never be --global", "leave out --global");
  config.set("install-links", false, registry::ConfigLayer::kCli);
  PKG_TRY(Project project, load_project(session));
  std::vector<std::string> words;
  for (const std::string& word : session.words)
    if (installer::resolve_path(session.cwd, word) != config.prefix()) words.push_back(word);
  return words.empty() ? link_here(session, project) : link_words(session, project, words);
}

}  // namespace pkg::cli
