// bin/pkg: finds the command, gives it a session, shows what went wrong. What
// needs no settings (versions, help, programs, an install with nothing to do)
// is answered before any are read: it is typed all day.
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <sys/stat.h>
#include <unistd.h>

#include "cli/build_config.h"
#include "cli/command.h"
#include "cli/errors.h"
#include "cli/installing.h"

namespace {

using namespace pkg;
using namespace pkg::cli;

std::string_view extension(std::string_view path) {
  auto dot = path.rfind('.');
  return dot == std::string_view::npos ? std::string_view() : path.substr(dot);
}

bool is_program(const char* word) {
  std::string_view end = extension(word);
  for (std::string_view known : {".js", ".mjs", ".cjs", ".ts", ".mts", ".cts"})
    if (end == known) return true;
  if (!std::strchr(word, '/')) return false;
  struct stat info;
  return ::stat(word, &info) == 0;
}

// Flags that only the runtime has, in front of everything.
bool is_runtime_flag(std::string_view word) {
  for (std::string_view flag :
       {"-e", "-p", "-pe", "--eval", "--print", "-i", "-r", "--require", "--import", "--input-type"})
    if (word == flag) return true;
  return word.starts_with("--inspect") || word.starts_with("--require=") || word.starts_with("--import=");
}

int run_program(char** arguments) {
  Layout layout = Layout::find();
  std::vector<char*> all{layout.runtime.data()};
  for (; *arguments; ++arguments) all.push_back(*arguments);
  all.push_back(nullptr);
  ::execv(layout.runtime.c_str(), all.data());
  Terminal().error(
      {strerrorname_np(errno), "cannot start the runtime " + layout.runtime, "is the installation whole?"});
  return 256 - errno;
}

int unknown_command(std::string_view name) {
  std::vector<std::string> names;
  for (const Command& command : commands()) names.emplace_back(command.name);
  std::string guess = did_you_mean(name, names);
  Terminal terminal;
  terminal.line("Unknown command: \"" + std::string(name) + "\"" + (guess.empty() ? "" : "\n\n" + guess));
  terminal.line("\nTo see a list of supported pkg commands, run:\n  pkg help");
  return 1;
}

int run(const Command& command, std::string_view name, Arguments arguments, std::vector<std::string> typed) {
  Terminal terminal;
  auto checked = check_flags(arguments);
  bool json = false;
  for (const auto& [flag, value] : arguments.flags)
    if (flag == "json") json = value != "false";
  if (!checked) {
    report(terminal, checked.error(), json);
    return exit_code(checked.error());
  }
  auto session = Session::start(std::string(name), std::move(arguments));
  if (!session) {
    report(terminal, session.error(), json);
    return exit_code(session.error());
  }
  (*session)->arguments = std::move(typed);
  auto status = command.run(**session);
  (*session)->terminal.progress("");
  if (!status) {
    report((*session)->terminal, status.error(), (*session)->json());
    return exit_code(status.error());
  }
  return *status;
}

}  // namespace

int main(int argc, char** argv) {
  ::signal(SIGPIPE, SIG_IGN);
  std::string_view self = argc > 0 ? argv[0] : "pkg";
  if (auto slash = self.rfind('/'); slash != std::string_view::npos) self.remove_prefix(slash + 1);
  std::vector<std::string> words(argv + std::min(argc, 1), argv + argc);

  if (self == "npx") {
    words.insert(words.begin(), "exec");
  } else if (argc > 1) {
    std::string_view first = argv[1];
    if (argc == 2 && (first == "--version" || first == "-v")) {
      std::puts(self == "npm" ? PKG_NPM_VERSION : PKG_VERSION);
      return 0;
    }
    if (first == "node") return run_program(argv + 2);
    if ((first == "install" || first == "i") && nothing_to_install({words.begin() + 1, words.end()})) return 0;
    if (is_runtime_flag(first) || (first[0] != '-' && !find_command(first) && is_program(argv[1])))
      return run_program(argv + 1);
  }

  Arguments arguments;
  if (self == "npx") {
    arguments = read_arguments({words.begin() + 1, words.end()}, ReadFlags::kUntilWord);
    arguments.words.insert(arguments.words.begin(), "exec");
  } else {
    arguments = read_arguments(words);
  }
  if (arguments.version) {
    std::puts(PKG_VERSION);
    return 0;
  }
  std::string name = arguments.words.empty() ? "" : arguments.words.front();
  bool wants_help = arguments.help || name == "help" || name.empty();
  if (wants_help) {
    if (name == "help") name = arguments.words.size() > 1 ? arguments.words[1] : "";
    const Command* command = find_command(name);
    if (!command && !name.empty()) return unknown_command(name);
    if (auto checked = check_flags(arguments); !checked && !arguments.help) {
      report(*std::make_unique<Terminal>(), checked.error(), false);
      return 1;
    }
    std::fputs(help_text(command).c_str(), stdout);
    return arguments.help || !arguments.words.empty() ? 0 : 1;
  }
  const Command* command = find_command(name);
  if (!command) return unknown_command(name);
  arguments.words.erase(arguments.words.begin());
  std::erase(words, name);
  // Two commands one after the other, each with its own session.
  for (auto [both, first] : {std::pair("install-test", "install"), std::pair("install-ci-test", "ci")}) {
    if (command->name != both) continue;
    Arguments then = arguments;
    then.words.clear();
    int status = run(*find_command(first), first, std::move(arguments), std::move(words));
    return status ? status : run(*find_command("test"), "test", std::move(then), {});
  }
  // `get` is `config get`; other aliases mean the command itself.
  int status = run(*command, name == "get" ? "get" : command->name, std::move(arguments), std::move(words));
  if (std::fflush(stdout) != 0 && status == 0) status = 1;
  return status;
}
