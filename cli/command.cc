#include "cli/command.h"

#include <algorithm>

namespace pkg::cli {
namespace {

constexpr Command kCommands[] = {
    {"install", "i add in ins inst insta instal isnt isnta isntal isntall", "[<package-spec> ...]",
     "install a project's dependencies, or add packages to them",
     "-D --save-dev  -O --save-optional  -E --save-exact  --no-save  --package-lock-only  --ignore-scripts "
     "--omit=<dev|optional|peer>  --dry-run  --json  --force  --legacy-peer-deps  -w --workspace=<name>",
     install_command},
    {"ci", "clean-install ic install-clean isntall-clean", "", "install exactly what package-lock.json says",
     "--omit=<dev|optional|peer>  --ignore-scripts  --dry-run", ci_command},
    {"install-test", "it", "[<package-spec> ...]", "install, then run the script \"test\"", "the flags of `install`",
     install_command},
    {"install-ci-test", "cit clean-install-test sit", "",
     "install what package-lock.json says, then run the script \"test\"", "the flags of `ci`", ci_command},
    {"uninstall", "unlink remove rm r un", "<name> ...", "remove packages from a project",
     "--no-save  --dry-run  --json", uninstall_command},
    {"link", "ln", "[<package-spec> ...]",
     "make the package in this folder a global one; with names, link global packages into the project",
     "-S --save  -D --save-dev  -O --save-optional  --no-bin-links  -w --workspace=<name>", link_command},
    {"init", "create innit", "[<initializer> [<args>]]",
     "make a package.json; with an initializer, run the command of the package create-<initializer>",
     "-y --yes  --scope=<@scope>  -w --workspace=<folder>", init_command},
    {"update", "up u upgrade udpate", "[<name> ...]", "bring packages to the newest versions that package.json allows",
     "--save  --omit=<dev|optional|peer>  --ignore-scripts  --dry-run  --json", update_command},
    {"prune", "", "", "remove packages that nobody depends on",
     "--omit=<dev|optional|peer>  --ignore-scripts  --dry-run  --json", prune_command},
    {"dedupe", "ddp", "", "replace several copies of a package by one where all who use it allow that",
     "--omit=<dev|optional|peer>  --ignore-scripts  --dry-run  --json", dedupe_command},
    {"audit", "", "[fix | signatures]",
     "list known vulnerabilities of what is installed, replace what has them, or check its signatures",
     "--audit-level=<info|low|moderate|high|critical|none>  --omit=<dev|optional|peer>  --force  --dry-run  "
     "--package-lock-only  --json  -w --workspace=<name>",
     audit_command},
    {"find-dupes", "", "", "what `pkg dedupe` would do", "--omit=<dev|optional|peer>  --json", find_dupes_command},
    {"run", "run-script rum urn", "<script> [-- <args>]", "run a script of package.json; without a name, list them",
     "--if-present  --ignore-scripts  --script-shell=<shell>  -w --workspace=<name>  --workspaces", run_command},
    {"start", "", "[-- <args>]", "run the script \"start\"", "", run_command},
    {"test", "tst t", "[-- <args>]", "run the script \"test\"", "", run_command},
    {"stop", "", "[-- <args>]", "run the script \"stop\"", "", run_command},
    {"restart", "", "[-- <args>]", "run the script \"restart\", or stop and start", "", run_command},
    {"exec", "x", "<command> [-- <args>]", "run a command of an installed package, or of one fetched for it",
     "-c --call=<command>  --package=<spec>  -y --yes  --no", exec_command},
    {"ls", "list", "[<package-spec> ...]", "list installed packages",
     "--all  --depth=<n>  --json  --long  --parseable  --link  --omit=<dev|optional|peer>  --package-lock-only  "
     "-w --workspace=<name>",
     ls_command},
    {"ll", "la", "[<package-spec> ...]", "list installed packages with their descriptions", "", ll_command},
    {"outdated", "", "[<name> ...]",
     "list dependencies of which there are newer versions; exit code 1 if there are any",
     "--all  --json  --long  --parseable  --omit=<dev|optional|peer>  -w --workspace=<name>", outdated_command},
    {"explain", "why", "<package-spec> ...", "tell who depends on a package, up to the project",
     "--json  -w --workspace=<name>", explain_command},
    {"view", "v info show", "[<package-spec>] [<field>[.<subfield>] ...]", "show what the registry says of a package",
     "--json  -w --workspace=<name>", view_command},
    {"rebuild", "rb", "[<package-spec> ...]", "link commands and run install scripts again",
     "--ignore-scripts  --foreground-scripts  --no-bin-links", rebuild_command},
    {"pack", "", "[<folder> | <package-spec> ...]", "make the tarball that would be published",
     "--dry-run  --json  --pack-destination=<folder>  --ignore-scripts  -w --workspace=<name>", pack_command},
    {"publish", "", "[<package-spec>]", "give a package to the registry",
     "--tag=<tag>  --access=<public|restricted>  --dry-run  --json  --otp=<code>  --ignore-scripts  "
     "-w --workspace=<name>  --workspaces",
     publish_command},
    {"unpublish", "", "[<package>[@<version>]]", "take a version, or with --force a package, from the registry",
     "--dry-run  -f --force  -w --workspace=<name>", unpublish_command},
    {"deprecate", "", "<package-spec> <message>", "say why a version should not be used", "--dry-run  --otp=<code>",
     deprecate_command},
    {"undeprecate", "", "<package-spec>", "take that back", "--dry-run  --otp=<code>", undeprecate_command},
    {"dist-tag", "dist-tags", "add <package>@<version> [<tag>] | rm <package> <tag> | ls [<package>]",
     "show and change what names such as \"latest\" stand for", "--otp=<code>  -w --workspace=<name>",
     dist_tag_command},
    {"owner", "author", "add <user> <package> | rm <user> <package> | ls [<package>]",
     "show and change who may publish a package", "--otp=<code>  -w --workspace=<name>", owner_command},
    {"version", "verison",
     "[<newversion> | major | minor | patch | premajor | preminor | prepatch | prerelease | from-git]",
     "raise the package's version, with a commit and a tag; without a word, show versions",
     "--preid=<name>  --no-git-tag-version  --allow-same-version  -m --message=<text>  --json  -w --workspace=<name>",
     version_command},
    {"search", "find s se", "<word> ...", "find packages in the registry",
     "--json  --parseable  --searchlimit=<n>  --searchexclude=<words>", search_command},
    {"fund", "", "[<package-spec>]", "list who asks for funding, or open a package's page for it",
     "--json  --which=<n>  --no-browser  -w --workspace=<name>", fund_command},
    {"docs", "home", "[<package> ...]", "open a package's documentation", "--no-browser", docs_command},
    {"repo", "", "[<package> ...]", "open a package's repository", "--no-browser", repo_command},
    {"bugs", "issues", "[<package> ...]", "open where a package's bugs are told", "--no-browser", bugs_command},
    {"login", "adduser add-user", "", "log in to a registry",
     "--registry=<url>  --scope=<@scope>  --auth-type=<web|legacy>", login_command},
    {"logout", "", "", "log out of a registry", "--registry=<url>  --scope=<@scope>", logout_command},
    {"whoami", "", "", "show who one is logged in as", "--registry=<url>  --json", whoami_command},
    {"ping", "", "", "see whether the registry answers", "--registry=<url>  --json", ping_command},
    {"pkg", "", "get [<key> ...] | set <key>=<value> ... | delete <key> ... | fix", "read and change package.json",
     "--json  -f --force  -w --workspace=<name>  --workspaces", pkg_command},
    {"root", "", "", "show the folder packages are installed in", "-g --global", root_command},
    {"prefix", "", "", "show the project's folder", "-g --global", prefix_command},
    {"config", "c get", "set <key>=<value> ... | get [<key> ...] | delete <key> ... | list", "show and change settings",
     "--location=<user|project|global>  -g --global  --json  -l --long", config_command},
    {"set", "", "<key>=<value> ...", "change settings", "--location=<user|project|global>  -g --global", set_command},
    {"cache", "", "verify | clean | ls", "look after the cache", "", cache_command},
};

// Edits needed to turn `a` into `b`; npm suggests what is close enough.
std::size_t distance(std::string_view a, std::string_view b) {
  if (a.size() > 64 || b.size() > 64) return 64;
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t corner = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      std::size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, corner + (a[i - 1] == b[j - 1] ? 0 : 1)});
      corner = above;
    }
  }
  return row[b.size()];
}

}  // namespace

std::span<const Command> commands() { return kCommands; }

const Command* find_command(std::string_view name) {
  for (const Command& command : kCommands) {
    if (command.name == name) return &command;
    std::string_view rest = command.aliases;
    while (!rest.empty()) {
      std::string_view alias = rest.substr(0, rest.find(' '));
      if (alias == name) return &command;
      rest.remove_prefix(std::min(rest.size(), alias.size() + 1));
    }
  }
  return nullptr;
}

std::string help_text(const Command* command) {
  std::string text;
  if (command) {
    text = std::string(command->summary) + "\n\nUsage: pkg " + std::string(command->name) + " " +
           std::string(command->usage) + "\n";
    if (!command->flags.empty()) text += "\nFlags: " + std::string(command->flags) + "\n";
    if (!command->aliases.empty()) text += "\nAlso: " + std::string(command->aliases) + "\n";
    return text;
  }
  text = "pkg: packages and programs for JavaScript\n\nUsage:\n";
  auto row = [&](std::string left, std::string_view right) {
    left.resize(std::max<std::size_t>(left.size() + 2, 20), ' ');
    text += "  pkg " + left + std::string(right) + "\n";
  };
  for (const Command& each : kCommands) row(std::string(each.name), each.summary);
  row("<file> [args]", "run a JavaScript or TypeScript program");
  row("node [args]", "the runtime, with Node's command line");
  row("help <command>", "what a command takes");
  text += "\nFlags and settings are npm's; see `pkg config list`.\n";
  return text;
}

std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates) {
  std::string text;
  int shown = 0;
  for (const std::string& candidate : candidates) {
    std::size_t allowed = std::max<std::size_t>(1, word.size() * 4 / 10);
    if (candidate == word || distance(word, candidate) > allowed || ++shown > 3) continue;
    text += (text.empty() ? "did you mean `" : "`, `") + candidate;
  }
  return text.empty() ? text : text + "`?";
}

}  // namespace pkg::cli
