// `pkg run <script>`: what package.json's "scripts" say, with npm's
// environment, and pre and post scripts around it.
// Spec: npm's documents npm-run and scripts.
#include <algorithm>
#include <csignal>

#include "cli/command.h"
#include "cli/errors.h"
#include "installer/workspaces.h"

#include <unistd.h>

namespace pkg::cli {
namespace {

using installer::PackageJson;

constexpr std::string_view kLifecycle[] = {
    "prepare",   "prepublishOnly", "prepack",    "postpack", "dependencies", "preinstall",
    "install",   "postinstall",    "prepublish", "publish",  "postpublish",  "prerestart",
    "restart",   "postrestart",    "prestart",   "start",    "poststart",    "prestop",
    "stop",      "poststop",       "pretest",    "test",     "posttest",     "preuninstall",
    "uninstall", "postuninstall",  "preversion", "version",  "postversion"};

std::string package_id(const PackageJson& package) {
  std::string name = string_member(package.content, "name"), version = string_member(package.content, "version");
  return name.empty() || version.empty() ? name : name + "@" + version;
}

std::string folder_of(const PackageJson& package) { return package.path.substr(0, package.path.rfind('/')); }

// Lists the scripts; true when something was said.
bool list_scripts(Session& session, const PackageJson& package, const std::string& workspace) {
  const Json* scripts = member(package.content, "scripts");
  Terminal& terminal = session.terminal;
  if (terminal.level == LogLevel::kSilent) return false;
  if (!scripts || !scripts->is_object()) {
    if (session.json()) terminal.line("{}");
    return false;
  }
  if (session.json()) {
    Json shown = workspace.empty() ? *scripts : Json{{workspace, *scripts}};
    terminal.line(installer::json_text(shown, "  "));
    return true;
  }
  if (scripts->empty()) return false;
  bool parseable = session.config().flag("parseable");
  std::string lifecycle, others;
  for (auto it = scripts->begin(); it != scripts->end(); ++it) {
    if (!it->is_string()) continue;
    const std::string& command = it->get_ref<const std::string&>();
    if (parseable) {
      terminal.line((workspace.empty() ? "" : workspace + ":") + it.key() + ":" + command);
      continue;
    }
    bool known = std::find(std::begin(kLifecycle), std::end(kLifecycle), it.key()) != std::end(kLifecycle);
    (known ? lifecycle : others) += "  " + it.key() + "\n    " + command + "\n";
  }
  if (parseable) return true;
  if (!lifecycle.empty()) terminal.out("Lifecycle scripts included in " + package_id(package) + ":\n" + lifecycle);
  if (!others.empty())
    terminal.out((lifecycle.empty() ? "Scripts available in " + package_id(package) + " via `pkg run`:\n"
                                    : std::string("available via `pkg run`:\n")) +
                 others);
  return true;
}

Result<int> run_in(Session& session, PackageJson& package, const std::string& event,
                   const std::vector<std::string>& arguments, bool last) {
  Json& content = package.content;
  if (!member(content, "scripts") || !content["scripts"].is_object()) content["scripts"] = Json::object();
  Json& scripts = content["scripts"];
  if (event == "restart" && package.script("restart").empty()) {
    std::string self = installer::shell_quoted(session.layout.executable);
    scripts["restart"] = self + " stop --if-present && " + self + " start";
  }
  if (event == "env" && package.script("env").empty()) scripts["env"] = "env";
  if (!scripts.contains(event)) {
    if (session.config().flag("if-present")) return 0;
    std::vector<std::string> names;
    for (auto it = scripts.begin(); it != scripts.end(); ++it) names.push_back(it.key());
    std::string guess = did_you_mean(event, names);
    return fail("", "Missing script: \"" + event + "\"" + (guess.empty() ? "" : "; " + guess),
                "list the scripts with `pkg run`");
  }

  std::vector<std::string> events{event};
  if (!session.config().flag("ignore-scripts")) {
    if (!package.script("pre" + event).empty()) events.insert(events.begin(), "pre" + event);
    if (!package.script("post" + event).empty()) events.push_back("post" + event);
  }
  installer::ScriptOptions options = session.script_options();
  for (std::size_t i = 0; i < events.size(); ++i) {
    installer::ScriptRun run;
    run.event = events[i];
    run.command = package.script(events[i]);
    if (run.command.empty()) continue;
    if (events[i] == event) run.arguments = arguments;
    run.folder = folder_of(package);
    run.package = content;
    std::string id = package_id(package);
    session.terminal.notice("> " + (id.empty() ? "" : id + " ") + events[i] + "\n> " + installer::command_line(run));
    if (last && i + 1 == events.size()) {
      std::fflush(nullptr);
      return tl::unexpected(installer::exec_script(options, run));
    }
    PKG_TRY(auto result, installer::run_script(options, run, installer::ScriptIo::kTerminal));
    if (result.signal != 0) {
      // Whoever waits for us learns of the signal too.
      ::signal(result.signal, SIG_DFL);
      std::fflush(nullptr);
      ::kill(::getpid(), result.signal);
    }
    if (!result.ok()) return result.status;
  }
  return 0;
}

}  // namespace

Result<int> run_command(Session& session) {
  std::vector<std::string> arguments = session.words;
  std::string event = session.command;
  if (event == "run") {
    event = arguments.empty() ? "" : arguments.front();
    if (!arguments.empty()) arguments.erase(arguments.begin());
  }
  const std::string& folder = session.config().local_prefix();
  PKG_TRY(PackageJson root, PackageJson::load(folder));
  std::vector<resolver::Workspace> workspaces;
  if (session.all_workspaces() || !session.config().list("workspace").empty() ||
      !session.config().workspace().empty()) {
    PKG_TRY(workspaces, installer::find_workspaces(session.project(), root.content));
  }
  PKG_TRY(auto selected, session.selected_workspaces(workspaces));
  if (selected.empty()) {
    if (event.empty()) {
      list_scripts(session, root, "");
      return 0;
    }
    return run_in(session, root, event, arguments, /*last=*/true);
  }

  std::vector<PackageJson> packages;
  if (session.config().flag("include-workspace-root")) packages.push_back(std::move(root));
  for (std::size_t index : selected) {
    PKG_TRY(PackageJson package, PackageJson::load(workspaces[index].path));
    packages.push_back(std::move(package));
  }
  int status = 0;
  for (PackageJson& package : packages) {
    if (event.empty()) {
      if (list_scripts(session, package, string_member(package.content, "name")) && &package != &packages.back())
        session.terminal.line("");
      continue;
    }
    // One that fails does not stop the others; the last failure is told.
    auto done = run_in(session, package, event, arguments, /*last=*/false);
    if (done && *done == 0) continue;
    status = done ? *done : exit_code(done.error());
    if (!done) session.terminal.error(done.error());
    session.terminal.error({"", "the script \"" + event + "\" failed in " + folder_of(package), ""});
  }
  return status;
}

}  // namespace pkg::cli
