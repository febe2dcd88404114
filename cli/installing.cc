#include "cli/installing.h"

#include <algorithm>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/auditing.h"
#include "cli/build_config.h"
#include "cli/install_report.h"
#include "cli/pick_options.h"
#include "installer/disk.h"
#include "installer/reify.h"
#include "installer/save.h"
#include "installer/stage.h"
#include "installer/state.h"
#include "installer/workspaces.h"
#include "resolver/base/keep.h"

extern "C" char** environ;

namespace pkg::cli {
namespace {

using installer::BuildOptions;
using installer::PackageJson;
using resolver::Allow;
using resolver::IdealTree;
using resolver::Node;

Allow allow(const std::string& text) {
  return text == "all" ? Allow::kAll : text == "root" ? Allow::kRoot : Allow::kNone;
}

resolver::SaveType save_type(registry::Config& config) {
  using resolver::SaveType;
  if (config.flag("save-dev")) return SaveType::kDev;
  if (config.flag("save-optional")) return config.flag("save-peer") ? SaveType::kPeerOptional : SaveType::kOptional;
  if (config.flag("save-peer")) return SaveType::kPeer;
  if (config.flag("save-prod")) return SaveType::kProd;
  return SaveType::kInfer;
}

}  // namespace

std::set<std::string> omitted(registry::Config& config) {
  std::set<std::string> omit;
  for (const std::string& kind : config.list("omit")) omit.insert(kind);
  const char* environment = std::getenv("NODE_ENV");
  if (environment && std::string_view(environment) == "production" && config.is_default("omit")) omit.insert("dev");
  for (const std::string& kind : config.list("include")) omit.erase(kind);
  return omit;
}

namespace {

int lockfile_version(Session& session, const Project& project) {
  Json wanted = session.config().get("lockfile-version");
  if (wanted.is_number()) return static_cast<int>(wanted.get<double>());
  if (wanted.is_string()) return std::atoi(wanted.get<std::string>().c_str());
  // An update of everything does not look at the lockfile there is.
  if (session.command == "update" && session.words.empty()) return 3;
  return project.lockfile.exists && project.lockfile.version == 2 ? 2 : 3;
}

installer::LockfileWriteOptions lockfile_options(Session& session, const Project& project) {
  registry::Config& config = session.config();
  installer::LockfileWriteOptions options;
  options.version = lockfile_version(session, project);
  options.format = project.package.format;
  options.one_line = !config.flag("format-package-lock");
  options.omit_registry_resolved = config.flag("omit-lockfile-registry-resolved");
  return options;
}

// Writes package.json of every project whose dependencies changed.
Result<void> save_package_json(Session& session, Project& project, const IdealTree& ideal) {
  auto save = [&](PackageJson& package, const Node& node) -> Result<void> {
    package.update_dependencies(*node.manifest);
    return package.save();
  };
  if (session.command == "update" || session.command == "audit") {
    // Whoever depends on what was updated, wherever the command was started.
    std::set<std::string> owners;
    for (const auto& request : ideal.added) owners.insert(request.owner);
    for (const std::string& owner : owners) {
      Node* node = owner.empty() ? &ideal.tree->root() : ideal.tree->at(owner);
      if (!node) continue;
      PKG_TRY(PackageJson package, PackageJson::load_or_empty(node->realpath()));
      PKG_TRY_VOID(save(package, *node));
    }
    return {};
  }
  if (project.selected.empty()) return save(project.package, ideal.tree->root());
  for (std::size_t index : project.selected) {
    const resolver::Workspace& workspace = project.workspaces[index];
    Node* node = ideal.tree->at(installer::relative_path(ideal.tree->path(), workspace.path));
    if (!node) continue;
    PKG_TRY(PackageJson package, PackageJson::load_or_empty(workspace.path));
    PKG_TRY_VOID(save(package, *node));
  }
  if (session.config().flag("include-workspace-root")) return save(project.package, ideal.tree->root());
  return {};
}

// What `pkg install` has to be called with to be this install over again: all
// arguments, or after adding packages the flags.
std::vector<std::string> repeated_arguments(const Session& session) {
  if (session.words.empty()) return session.arguments;
  std::vector<std::string> flags;
  for (const std::string& argument : session.arguments)
    if (argument.starts_with('-')) flags.push_back(argument);
  return flags;
}

void touch(const std::string& path) { ::utimensat(AT_FDCWD, path.c_str(), nullptr, 0); }

// node_modules/.package-lock.json, newer than every folder it speaks of.
Result<void> save_hidden_lockfile(const Project& project, const resolver::Tree& tree, bool omit_registry_resolved) {
  std::string modules = tree.path() + "/node_modules", path = modules + "/.package-lock.json";
  if (!installer::is_dir(modules)) return {};
  PKG_TRY_VOID(installer::write_file(
      path, installer::hidden_lockfile_text(tree, project.package.format, omit_registry_resolved)));
  touch(path);
  return {};
}

// allow-git and its kin hold for what a lockfile says, too: where registry packages come from their registry is no
// matter of theirs.
Result<void> check_source(Session& session, const resolver::IdealTreeOptions& policy, const Node& node) {
  if (node.resolved.empty()) return {};
  const bool remote = node.resolved.starts_with("http");
  if (remote && (policy.allow_remote == Allow::kAll)) return {};
  if (remote && node.is_registry_dependency()) {
    std::string name(node.package_name().empty() ? node.name->text : node.package_name());
    if (session.auth().tarball_url(node.resolved).starts_with(session.auth().registry_for(name))) return {};
  }
  auto spec = resolver::resolve_spec(node.name->text, node.resolved, "/");
  if (!spec) return {};  // whoever fetches it says so
  bool from_root = std::any_of(node.edges_in.begin(), node.edges_in.end(), [](const resolver::Edge* edge) {
    return edge->valid() && (edge->from->is_project_root() || edge->from->is_workspace());
  });
  return resolver::check_allowed(policy, *spec, from_root);
}

// Takes what is not on disk out of the tree that the hidden lockfile tells of.
void leave_on_disk(resolver::Tree& tree, const std::set<std::string>& failed) {
  for (Node* node : tree.nodes())
    if (node->parent && (node->inert || failed.contains(node->location()))) tree.set_parent(*node, nullptr);
}

bool has_own_scripts(const Project& project, const resolver::Tree& tree) {
  for (const char* event :
       {"preinstall", "install", "postinstall", "prepublish", "preprepare", "prepare", "postprepare"})
    if (!project.package.script(event).empty()) return true;
  for (const Node* node : tree.nodes())
    if (node->is_link) {
      auto package = PackageJson::load(node->realpath());
      if (!package) continue;
      for (const char* event : {"preinstall", "install", "postinstall", "prepare"})
        if (!package->script(event).empty()) return true;
    }
  return false;
}

// Everything that a later install without arguments would look at.
std::vector<std::string> watched_paths(Session& session, const Project& project, const resolver::Tree& tree) {
  using registry::ConfigLayer;
  std::vector<std::string> locations, paths{project.package.path, tree.path() + "/package-lock.json",
                                            tree.path() + "/yarn.lock", tree.path() + "/.npmrc"};
  for (ConfigLayer layer : {ConfigLayer::kUser, ConfigLayer::kGlobal})
    if (std::string source = session.config().source(layer); source.starts_with('/')) paths.push_back(source);
  for (const Node* node : tree.nodes()) {
    if (node->parent)
      locations.push_back(node->location());
    else if (!node->is_root())
      paths.push_back(node->path() + "/package.json");
  }
  for (const auto& workspace : project.workspaces) {
    paths.push_back(std::string(installer::dir_name(workspace.path)));
    if (installer::is_dir(workspace.path + "/node_modules")) paths.push_back(workspace.path + "/node_modules");
  }
  for (std::string& folder : installer::watched_folders(tree.path(), locations)) paths.push_back(std::move(folder));
  paths.push_back(tree.path() + "/node_modules/.package-lock.json");
  if (installer::path_exists(tree.path() + "/node_modules/.bin")) paths.push_back(tree.path() + "/node_modules/.bin");
  std::sort(paths.begin(), paths.end());
  paths.erase(std::unique(paths.begin(), paths.end()), paths.end());
  return paths;
}

}  // namespace

installer::LockfileReadOptions Project::read_options(Session& session) const {
  installer::LockfileReadOptions options;
  options.tree.legacy_peer_deps = session.config().flag("legacy-peer-deps");
  options.tree.install_links = session.config().flag("install-links");
  options.tree.global = global;
  for (const auto& workspace : workspaces) options.workspaces.emplace_back(workspace.name, workspace.path);
  return options;
}

Result<Project> load_project(Session& session, Which which) {
  Project project;
  project.global = which == Which::kGlobal || (which == Which::kAsSet && session.global());
  if (project.global) {
    if (which == Which::kAsSet && (session.all_workspaces() || !session.config().list("workspace").empty()))
      return fail("", "Workspaces not supported for global packages");
    project.path = session.global_folder();
    project.manifest = std::make_shared<resolver::Manifest>();
    project.interrupted = installer::Stage::interrupted(project.path);
    return project;
  }
  const std::string& path = project.path = session.project();
  PKG_TRY(project.package, PackageJson::load_or_empty(path));
  project.manifest = std::make_shared<resolver::Manifest>(resolver::parse_manifest(project.package.content));
  PKG_TRY(project.workspaces, installer::find_workspaces(path, project.package.content));
  PKG_TRY(project.selected, session.selected_workspaces(project.workspaces));
  // --workspaces alone names all of them and is no choice of some.
  if (session.config().flag("package-lock") || session.command == "ci") {
    PKG_TRY(project.lockfile, installer::Lockfile::load(path + "/package-lock.json", project.package.content));
  }
  project.interrupted = installer::Stage::interrupted(path);
  return project;
}

Result<resolver::IdealTreeOptions> ideal_tree_options(Session& session, const Project& project) {
  registry::Config& config = session.config();
  resolver::IdealTreeOptions options;
  options.path = project.path;
  static DiskFiles files;
  options.files = &files;
  options.where = session.cwd;
  options.global = project.global;
  options.root_manifest = project.manifest;
  options.workspaces = project.workspaces;
  options.selected_workspaces = project.selected;
  options.include_workspace_root = config.flag("include-workspace-root");
  options.save_type = save_type(config);
  options.save_bundle = config.flag("save-bundle");
  options.save = config.flag("save");
  options.complete = config.flag("package-lock-only") || config.flag("dry-run");
  options.force = config.flag("force");
  options.legacy_peer_deps = config.flag("legacy-peer-deps");
  options.strict_peer_deps = config.flag("strict-peer-deps");
  options.prefer_dedupe = config.flag("prefer-dedupe");
  options.engine_strict = config.flag("engine-strict");
  options.install_links = config.flag("install-links");
  std::string strategy = config.text("install-strategy");
  if (strategy == "nested")
    options.install_strategy = resolver::InstallStrategy::kNested;
  else if (strategy == "shallow")
    options.install_strategy = resolver::InstallStrategy::kShallow;
  else if (strategy == "linked")
    return fail("EUNSUPPORTED", "install-strategy=linked is not there yet", "use hoisted, nested or shallow");
  options.omit = omitted(config);
  options.node_version = node_version();
  options.npm_version = PKG_NPM_VERSION;
  options.platform = this_platform();
  options.wanted_platform = {config.text("os"), config.text("cpu"), config.text("libc")};
  options.default_tag = config.text("tag").empty() ? "latest" : config.text("tag");
  options.before = release_cutoff(config);
  options.before_exclude = config.list("min-release-age-exclude");
  options.allow_git = allow(config.text("allow-git"));
  options.allow_remote = allow(config.text("allow-remote"));
  options.allow_file = allow(config.text("allow-file"));
  options.allow_directory = allow(config.text("allow-directory"));
  return options;
}

Result<BuildOptions> build_options(Session& session, const Project& project) {
  registry::Config& config = session.config();
  using registry::ConfigLayer;
  BuildOptions options;
  options.scripts = session.script_options();
  options.ignore_scripts = config.flag("ignore-scripts");
  options.allow_all = config.flag("dangerously-allow-all-scripts");
  options.bin_links = config.flag("bin-links");
  options.foreground = config.flag("foreground-scripts");
  options.force = config.flag("force");
  auto source = config.find("allow-scripts");
  if (source == ConfigLayer::kDefault) source.reset();
  bool typed = source == ConfigLayer::kCli || source == ConfigLayer::kEnv;
  if (typed && !session.global())
    return fail("EALLOWSCRIPTS", "--allow-scripts is not allowed in project-scoped installs",
                "add the packages to \"allowScripts\" in package.json, or to .npmrc");
  std::vector<std::string> warnings;
  const Json* own = member(project.package.content, "allowScripts");
  if (own && own->is_object() && !own->empty()) {
    options.policy = installer::ScriptPolicy(*own, "package.json", warnings);
    if (source)
      warnings.push_back(
          ".npmrc allow-scripts setting is being ignored because package.json declares its own allowScripts field");
  }
  if (options.policy.empty() && source) {
    Json entries = Json::object();
    for (const std::string& text : config.list("allow-scripts")) {
      std::size_t start = 0;
      while (start < text.size()) {
        std::size_t end = std::min(text.find_first_of(", ", start), text.size());
        if (end > start) entries[text.substr(start, end - start)] = true;
        start = end + 1;
      }
    }
    options.policy = installer::ScriptPolicy(entries, typed ? "CLI flag" : ".npmrc", warnings);
  }
  for (const std::string& warning : warnings) session.terminal.warn("install-scripts", warning);
  return options;
}

Result<std::unique_ptr<resolver::Tree>> starting_tree(Session& session, const Project& project) {
  // What is wanted of global packages is what was asked for, and nothing else.
  if (project.global) return nullptr;
  auto options = project.read_options(session);
  if (project.lockfile.exists)
    return installer::load_virtual_tree(project.lockfile, project.path, project.manifest, options);
  std::string lockfile_before = project.interrupted ? installer::Stage::lockfile_before(project.path) : "";
  if (!lockfile_before.empty()) {
    // What a killed install made of node_modules says nothing: what was there before it does.
    PKG_TRY(auto before, installer::Lockfile::load(lockfile_before, Json::object()));
    if (before.packages.empty()) return nullptr;
    PKG_TRY(auto tree, installer::load_virtual_tree(before, project.path, project.manifest, options));
    tree->origin.from_lockfile = false;
    return tree;
  }
  // Requests for chosen workspaces need these in the tree, whatever else there is.
  bool chosen = !project.selected.empty();
  if (!chosen && !installer::is_dir(project.path + "/node_modules")) return nullptr;
  PKG_TRY(auto actual, installer::load_actual_tree(project.path, project.manifest, project.lockfile, options));
  if (!chosen && !actual.tree->origin.loaded_from_disk) return nullptr;
  return std::move(actual.tree);
}

Result<void> check_strict_scripts(Session& session, const resolver::Tree& tree, const BuildOptions& build) {
  if (!session.config().flag("strict-allow-scripts") || build.ignore_scripts || build.allow_all) return {};
  std::string lines;
  int count = 0;
  for (const Node* node : tree.nodes()) {
    if (node->is_project_root() || node->is_workspace() || node->is_link || node->inert ||
        !node->has_install_script() || node->in_bundle() || build.policy.verdict(*node))
      continue;
    ++count;
    lines += "\n  " + std::string(node->package_name()) + "@" + std::string(node->version());
  }
  if (count == 0) return {};
  return fail("ESTRICTALLOWSCRIPTS",
              "--strict-allow-scripts: " + std::to_string(count) +
                  " package(s) have install scripts not covered by allowScripts:" + lines,
              "allow or deny each in \"allowScripts\" of package.json");
}

void show_progress(Session& session) {
  if (!session.terminal.live()) return;
  auto count = std::make_shared<std::size_t>(0);
  session.packuments().on_arrival([&session, count](std::string_view name) {
    session.terminal.progress("resolving: " + std::to_string(++*count) + " packages, " + std::string(name));
  });
}

Result<void> carry_out(Session& session, Project& project, IdealTree& ideal, const BuildOptions& build, Wipe wipe,
                       Save saving, Audit* earlier, Json* audited, Report reporting) {
  registry::Config& config = session.config();
  const std::string& path = project.path;
  bool dry = config.flag("dry-run"), lock_only = config.flag("package-lock-only");
  if (project.global && lock_only)
    return fail("ESHRINKWRAPGLOBAL", "cannot generate lockfile for global packages", "leave out --package-lock-only");
  bool save = wipe == Wipe::kNo && !dry && !project.global &&
              (saving == Save::kLockfile || saving == Save::kAll || (saving == Save::kAsSet && config.flag("save")));
  for (const auto& warning : ideal.warnings) session.terminal.warn(warning.code, warning.message);
  if (project.global && !dry) PKG_TRY_VOID(installer::make_dirs(path));

  // The registry is asked for advisories while packages are unpacked.
  std::optional<Audit> audit;
  if (!dry && !project.global && config.flag("audit")) {
    WorkspaceSet set;
    if (!project.selected.empty()) set = workspace_set(session, project, *ideal.tree);
    audit.emplace(session, *ideal.tree, omitted(config), std::move(set));
    audit->start();
  }

  installer::Plan plan;
  std::set<std::string> failed;
  std::optional<installer::Reifier> reifier;
  bool touched = false;
  std::unique_ptr<resolver::Tree> actual;  // the plan points into it
  if (!lock_only) {
    std::string before;
    if (wipe == Wipe::kNo) {
      auto options = project.read_options(session);
      options.edges = false;
      if (project.global) options.only = ideal.requested;
      PKG_TRY(auto loaded, installer::load_actual_tree(path, project.manifest, project.lockfile, options));
      actual = std::move(loaded.tree);
      bool known = project.interrupted && !installer::Stage::lockfile_before(path).empty();
      if (!project.global && !known && !loaded.from_hidden_lockfile && actual->nodes().size() > 1)
        before = installer::hidden_lockfile_text(*actual, project.package.format);
    }
    plan = installer::make_plan(actual.get(), *ideal.tree, omitted(config),
                                project.interrupted ? installer::Trust::kRedo : installer::Trust::kTrust);
    if (project.global && !ideal.requested.empty()) installer::keep_only(plan, ideal.requested);
    touched = !plan.steps.empty() || project.interrupted || wipe == Wipe::kYes;
    if (!dry) {
      installer::ReifyOptions options;
      options.project = path;
      options.before = std::move(before);
      options.build = build;
      PKG_TRY(const auto policy, ideal_tree_options(session, project));
      options.allowed = [&session, &policy](const Node& node) { return check_source(session, policy, node); };
      options.fetch_git = [&session](const std::string& name, const std::string& resolved) {
        return session.git_packages().package(name, resolved);
      };
      options.locate = [&session](const std::vector<resolver::Node*>& nodes) -> Result<std::vector<std::string>> {
        auto name_of = [](const resolver::Node* node) {
          return std::string(node->package_name().empty() ? node->name->text : node->package_name());
        };
        std::vector<std::string> names, urls;
        for (const resolver::Node* node : nodes) names.push_back(name_of(node));
        session.packuments().prefetch(names);
        for (const resolver::Node* node : nodes) {
          PKG_TRY(auto packument, session.packuments().get(name_of(node)));
          auto index = packument->find(node->version());
          if (!index)
            return fail(code::kTarget, "there is no version " + std::string(node->version()) + " of " + name_of(node),
                        "it may have been unpublished: remove the lockfile and run `pkg install`");
          urls.push_back(packument->manifest(*index)->resolved);
        }
        return urls;
      };
      if (wipe == Wipe::kYes) {
        options.wipe.push_back(path);
        for (const auto& workspace : project.workspaces) options.wipe.push_back(workspace.path);
      }
      options.progress = [&](std::size_t done, std::size_t total) {
        session.terminal.progress("linking " + std::to_string(done) + "/" + std::to_string(total) + " packages");
      };
      reifier.emplace(
          session.cache(), [&]() -> registry::TarballSource& { return session.tarballs(); }, *ideal.tree,
          std::move(options));
      if (touched) {
        PKG_TRY_VOID(reifier->run(plan));
        failed = reifier->failed();
        for (const auto& warning : reifier->warnings()) session.terminal.warn(warning.code, warning.message);
      } else {
        // Scripts of what the project links to run every time.
        std::vector<Node*> links;
        for (Node* node : ideal.tree->nodes())
          if (node->is_link && node->parent == &ideal.tree->root() && !node->inert) links.push_back(node);
        if (!links.empty()) PKG_TRY_VOID(installer::build_packages(links, build, [](Node&, const Error&) {}));
      }
    }
    plan.steps.erase(
        std::remove_if(plan.steps.begin(), plan.steps.end(),
                       [&](const installer::PlanStep& step) { return step.ideal && failed.contains(step.location); }),
        plan.steps.end());
  }

  if (save) {
    installer::save_requests(ideal, config.flag("save-exact") ? "" : config.text("save-prefix"), save_type(config));
    bool asked = !session.words.empty() && (session.command == "install" || session.command == "uninstall");
    asked |= session.command == "audit" && !ideal.added.empty();
    if (asked || saving == Save::kAll || session.command == "update")
      PKG_TRY_VOID(save_package_json(session, project, ideal));
    if (config.flag("package-lock")) {
      std::string text = installer::lockfile_text(*ideal.tree, lockfile_options(session, project));
      if (text != project.lockfile.text) PKG_TRY_VOID(installer::write_file(path + "/package-lock.json", text));
    }
  }

  // After `ci` an install has nothing to do, where it would write the lockfile as it stands.
  bool locked = wipe == Wipe::kYes &&
                installer::lockfile_text(*ideal.tree, lockfile_options(session, project)) == project.lockfile.text;

  if (audit) audit->finish();
  InstallReport report(session, plan, *ideal.tree, build, audit ? &*audit : earlier, failed);
  if (!lock_only && !dry) {
    bool writes = !project.global && (touched || !installer::path_exists(path + "/node_modules/.package-lock.json"));
    if (touched) PKG_TRY_VOID(reifier->finish());
    if (!project.global && installer::is_dir(path + "/node_modules")) {
      installer::InstallState::prepare(path);
      leave_on_disk(*ideal.tree, failed);
      if (writes)
        PKG_TRY_VOID(save_hidden_lockfile(project, *ideal.tree, config.flag("omit-lockfile-registry-resolved")));
    }
    if (touched && !project.global && !build.ignore_scripts && !plan.steps.empty())
      for (const char* event : {"predependencies", "dependencies", "postdependencies"})
        PKG_TRY_VOID(run_root_script(session, project, event));
  }
  if (reporting == Report::kPrint) PKG_TRY_VOID(report.print());
  if (audited) *audited = report.audit();

  bool plain = saving == Save::kAsSet && !project.global && !dry && !lock_only && failed.empty() &&
               project.selected.empty() && config.flag("save") && !session.json() && config.flag("package-lock") &&
               installer::is_dir(path + "/node_modules") && (wipe == Wipe::kNo || locked);
  if (plain && !has_own_scripts(project, *ideal.tree))
    installer::InstallState::write(path, install_key(repeated_arguments(session)),
                                   watched_paths(session, project, *ideal.tree), report.again());
  keep(std::move(actual));
  return {};
}

Result<void> run_root_script(Session& session, const Project& project, const char* event) {
  installer::ScriptRun run;
  run.event = event;
  run.command = project.package.script(event);
  if (run.command.empty()) return {};
  run.folder = project.path;
  run.package = project.package.content;
  std::string id = string_member(run.package, "name"), version = string_member(run.package, "version");
  if (!id.empty() && !version.empty()) id += "@" + version;
  session.terminal.progress("");
  session.terminal.notice("> " + (id.empty() ? "" : id + " ") + event + "\n> " + run.command);
  std::fflush(nullptr);
  PKG_TRY(auto result, installer::run_script(session.script_options(), run, installer::ScriptIo::kTerminal));
  if (result.ok()) return {};
  return tl::unexpected(installer::script_error(run.folder, run, result));
}

Result<void> run_root_scripts_after(Session& session, const Project& project) {
  for (const char* event : {"install", "postinstall", "prepublish", "preprepare", "prepare", "postprepare"})
    PKG_TRY_VOID(run_root_script(session, project, event));
  return {};
}

std::string install_key(const std::vector<std::string>& arguments) {
  std::string key = PKG_VERSION "\n";
  for (const std::string& argument : arguments) {
    // How to save is of no interest where nothing is saved.
    if (argument.starts_with("--save") || argument == "-D" || argument == "-S" || argument == "-O" ||
        argument == "-E" || argument == "-P" || argument == "-B")
      continue;
    key += argument + "\n";
  }
  std::vector<std::string> variables;
  for (char** entry = environ; *entry; ++entry)
    if (::strncasecmp(*entry, "npm_config_", 11) == 0 || std::strncmp(*entry, "NODE_ENV=", 9) == 0 ||
        std::strncmp(*entry, "HOME=", 5) == 0)
      variables.emplace_back(*entry);
  std::sort(variables.begin(), variables.end());
  for (const std::string& variable : variables) key += variable + "\n";
  return key;
}

bool nothing_to_install(const std::vector<std::string>& arguments) {
  auto started = std::chrono::steady_clock::now();
  char folder[4096];
  if (!::getcwd(folder, sizeof folder)) return false;
  auto report = installer::InstallState::unchanged(folder, install_key(arguments));
  if (!report || InstallReport::outdated(*report)) return false;
  std::fputs(InstallReport::fill(*report, started).c_str(), stdout);
  return true;
}

std::string duration_text(std::chrono::steady_clock::duration time) {
  long ms = std::chrono::duration_cast<std::chrono::milliseconds>(time).count();
  auto rounded = [](long value, long unit) { return std::to_string((value + unit / 2) / unit); };
  if (ms >= 3'600'000) return rounded(ms, 3'600'000) + "h";
  if (ms >= 60'000) return rounded(ms, 60'000) + "m";
  if (ms >= 1000) return rounded(ms, 1000) + "s";
  return std::to_string(ms) + "ms";
}

}  // namespace pkg::cli
