// `pkg version`: shows versions, or raises the package's: package.json, the
// lockfile, scripts, and in a git repository a commit and a tag.
// Spec: npm's document npm-version.
#include <cstdio>

#include "cli/build_config.h"
#include "cli/command.h"
#include "cli/inspect.h"
#include "cli/installing.h"
#include "cli/packing.h"
#include "installer/disk.h"
#include "installer/json_text.h"
#include "resolver/base/files.h"

namespace pkg::cli {
namespace {

using installer::PackageJson;

Result<int> list(Session& session, const Project& project) {
  Json versions = Json::object();
  auto add = [&](const Json& content) {
    std::string name = string_member(content, "name"), version = string_member(content, "version");
    if (!name.empty() && !version.empty()) versions[name] = version;
  };
  for (std::size_t index : project.selected) {
    PKG_TRY(auto package, PackageJson::load(project.workspaces[index].path));
    add(package.content);
  }
  add(project.package.content);
  versions["npm"] = PKG_NPM_VERSION;
  // The runtime knows what it is made of.
  installer::ScriptRun run;
  run.command = installer::shell_quoted(session.layout.runtime) + " -p " +
                installer::shell_quoted("JSON.stringify(process.versions)");
  run.folder = session.cwd;
  PKG_TRY(auto told, installer::run_script(session.script_options(), run, installer::ScriptIo::kCaptured));
  auto own = parse_json(told.output, "process.versions");
  if (told.ok() && own && own->is_object())
    for (auto it = own->begin(); it != own->end(); ++it) versions[it.key()] = *it;
  session.terminal.line(session.json() ? installer::json_text(versions, "  ") : inspect(versions, 2));
  return 0;
}

// Runs git in the folder. Its output, or an error with what it said.
Result<std::string> git(Session& session, const std::string& folder, const std::vector<std::string>& arguments) {
  installer::ScriptRun run;
  std::string program = session.config().text("git");
  run.command = program.empty() ? "git" : installer::shell_quoted(program);
  run.arguments = arguments;
  run.folder = folder;
  PKG_TRY(auto result, installer::run_script(session.script_options(), run, installer::ScriptIo::kCaptured));
  if (result.status == 127) return fail("ENOGIT", "No git binary found in $PATH");
  if (!result.ok()) {
    std::string said = result.output;
    while (said.ends_with('\n')) said.pop_back();
    return fail(std::to_string(result.status),
                "An unknown git error occurred: git " + (arguments.empty() ? "" : arguments[0]) + ": " + said);
  }
  return result.output;
}

bool is_repository(const std::string& folder) { return installer::path_exists(folder + "/.git"); }

// Changes of tracked files stop a release, unless forced. False without a git command.
Result<bool> check_clean(Session& session, const std::string& folder) {
  auto status = git(session, folder, {"status", "--porcelain=v1", "-uno"});
  if (!status && status.error().code == "ENOGIT") {
    session.terminal.warn("version",
                          "This is a Git checkout, but the git command was not found. pkg could not create a Git tag "
                          "for this release!");
    return false;
  }
  if (!status) return tl::unexpected<Error>(status.error());
  if (status->find_first_not_of(" \n") == std::string::npos) return true;
  if (!session.config().flag("force")) return fail("", "Git working directory not clean.", "commit first, or --force");
  session.terminal.warn("version", "Git working directory not clean, proceeding forcefully.");
  return true;
}

// The first thing in `text` that looks like a version: "v1.2" is 1.2.0.
std::optional<std::string> coerced(const std::string& text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    auto digit = [&](std::size_t at) { return at < text.size() && text[at] >= '0' && text[at] <= '9'; };
    if (!digit(i) || (i > 0 && digit(i - 1))) continue;
    std::string parts[3] = {"0", "0", "0"};
    std::size_t at = i;
    for (int part = 0; part < 3 && digit(at); ++part) {
      std::size_t start = at;
      while (digit(at)) ++at;
      parts[part] = text.substr(start, at - start);
      if (part < 2 && at < text.size() && text[at] == '.' && digit(at + 1))
        ++at;
      else if (part < 2)
        break;
    }
    std::string rest = at < text.size() && text[at] == '-' ? text.substr(at, text.find_first_of(" +\n", at) - at) : "";
    std::string core = parts[0] + "." + parts[1] + "." + parts[2];
    if (auto whole = semver::valid(core + rest, semver::Mode::kLoose)) return whole;
    if (auto plain = semver::valid(core, semver::Mode::kLoose)) return plain;
  }
  return std::nullopt;
}

Result<std::string> version_of_tag(Session& session, const std::string& folder) {
  PKG_TRY(std::string tag, git(session, folder, {"describe", "--tags", "--abbrev=0", "--match=*.*.*"}));
  while (tag.ends_with('\n')) tag.pop_back();
  if (auto version = coerced(tag)) return *version;
  return fail("", "Tag is not a valid version: " + installer::json_text(tag, ""));
}

Result<std::string> next_version(Session& session, const std::string& folder, const std::string& current,
                                 const std::string& wanted) {
  if (semver::valid(wanted, semver::Mode::kLoose)) return *semver::clean(wanted, semver::Mode::kLoose);
  if (wanted == "from-git") return version_of_tag(session, folder);
  constexpr std::pair<std::string_view, semver::Release> kReleases[] = {
      {"major", semver::Release::kMajor},           {"premajor", semver::Release::kPremajor},
      {"minor", semver::Release::kMinor},           {"preminor", semver::Release::kPreminor},
      {"patch", semver::Release::kPatch},           {"prepatch", semver::Release::kPrepatch},
      {"prerelease", semver::Release::kPrerelease}, {"release", semver::Release::kRelease}};
  auto parsed = semver::Version::parse(current);
  for (const auto& [name, release] : kReleases) {
    if (name != wanted || !parsed) continue;
    if (auto next = semver::increment(*parsed, release, session.config().text("preid"))) return next->to_string();
  }
  return fail("", "Invalid version: " + wanted);
}

// The JSON file rewritten in its own layout.
Result<void> rewrite(const std::string& path, const Json& content, const installer::JsonFormat& format) {
  std::string text = installer::json_text(content, format.indent) + "\n";
  return installer::write_file(path, installer::with_newlines(std::move(text), format.newline));
}

// True when there is a lockfile, and it now says the version.
Result<bool> update_lockfile(const std::string& path, const std::string& version) {
  auto text = DiskFiles().read(path);
  auto content = text ? parse_json(*text, path) : Result<Json>(fail("", ""));
  if (!content || !content->is_object()) return false;
  (*content)["version"] = version;
  if (const Json* packages = member(*content, "packages"); packages && packages->is_object() && packages->contains(""))
    (*content)["packages"][""]["version"] = version;
  PKG_TRY_VOID(rewrite(path, *content, installer::detect_format(*text)));
  return true;
}

std::string filled(std::string message, const std::string& version) {
  for (std::size_t at = 0; (at = message.find("%s", at)) != std::string::npos; at += version.size())
    message.replace(at, 2, version);
  return message;
}

enum class Git { kAsSet, kNever };

// Raises the version of the package in `folder`; the new one.
Result<std::string> change(Session& session, const std::string& folder, const std::string& wanted, Git with_git) {
  registry::Config& config = session.config();
  PKG_TRY(auto package, PackageJson::load(folder));
  const std::string before = string_member(package.content, "version", "0.0.0");
  const std::string current = semver::clean(before).value_or("");
  PKG_TRY(const std::string version, next_version(session, folder, current, wanted));
  const bool same_allowed = config.flag("allow-same-version");
  if (version == current && !same_allowed) return fail("", "Version not changed", "it is " + version + " already");

  bool tagging = with_git == Git::kAsSet && config.flag("git-tag-version") && is_repository(folder);
  if (tagging) {
    PKG_TRY(tagging, check_clean(session, folder));
  }
  const installer::Environment extra{{"npm_old_version", before}, {"npm_new_version", version}};
  // Always at the terminal: it is the releaser's own script.
  PKG_TRY_VOID(run_own_script(session, folder, package, "preversion", extra));
  package.content["version"] = version;
  package.content.erase("_id");
  PKG_TRY_VOID(rewrite(package.path, package.content, package.format));
  PKG_TRY(bool locked, update_lockfile(folder + "/package-lock.json", version));
  PKG_TRY_VOID(run_own_script(session, folder, package, "version", extra));
  if (tagging) {
    PKG_TRY_VOID(git(session, folder, {"add", folder + "/package.json"}));
    // A lockfile may be ignored.
    if (locked) (void)git(session, folder, {"add", folder + "/package-lock.json"});
    const std::string message = filled(config.text("message"), version);
    std::vector<std::string> commit{"commit"};
    if (!config.flag("commit-hooks")) commit.push_back("-n");
    if (same_allowed) commit.push_back("--allow-empty");
    if (config.flag("sign-git-commit")) commit.push_back("-S");
    commit.insert(commit.end(), {"-m", message});
    PKG_TRY_VOID(git(session, folder, commit));
    std::string flags = "-";
    if (config.flag("sign-git-tag")) flags += 's';
    if (same_allowed) flags += 'f';
    PKG_TRY_VOID(git(session, folder, {"tag", flags + "m", message, config.text("tag-version-prefix") + version}));
  }
  PKG_TRY_VOID(run_own_script(session, folder, package, "postversion", extra));
  return version;
}

// The lockfile of the project learns of its workspaces' new versions.
Result<void> update_workspaces(Session& session) {
  registry::Config& config = session.config();
  if (!config.flag("workspaces-update") || !config.flag("save")) return {};
  PKG_TRY(Project project, load_project(session));
  PKG_TRY(auto build, build_options(session, project));
  PKG_TRY(auto options, ideal_tree_options(session, project));
  for (std::size_t index : project.selected) options.update.push_back(project.workspaces[index].name);
  PKG_TRY(options.start, starting_tree(session, project));
  PKG_TRY(auto ideal, resolver::build_ideal_tree(session.packuments(), std::move(options)));
  return carry_out(session, project, ideal, build, Wipe::kNo, Save::kLockfile);
}

}  // namespace

Result<int> version_command(Session& session) {
  if (session.words.size() > 1)
    return fail(code::kUsage, "pkg version takes one word",
                "[<newversion> | major | minor | patch | premajor | preminor | prepatch | prerelease | from-git]");
  PKG_TRY(Project project, load_project(session));
  if (session.words.empty()) return list(session, project);
  const std::string& wanted = session.words.front();
  const std::string prefix = session.config().text("tag-version-prefix");
  if (project.selected.empty()) {
    PKG_TRY(std::string version, change(session, session.project(), wanted, Git::kAsSet));
    session.terminal.line(prefix + version);
    return 0;
  }
  std::vector<std::pair<std::string, std::string>> chosen;
  if (session.config().flag("include-workspace-root"))
    chosen.emplace_back(string_member(project.package.content, "name"), session.project());
  for (std::size_t index : project.selected)
    chosen.emplace_back(project.workspaces[index].name, project.workspaces[index].path);
  for (const auto& [name, folder] : chosen) {
    session.terminal.line(name);
    PKG_TRY(std::string version, change(session, folder, wanted, Git::kNever));
    session.terminal.line(prefix + version);
  }
  PKG_TRY_VOID(update_workspaces(session));
  return 0;
}

}  // namespace pkg::cli
