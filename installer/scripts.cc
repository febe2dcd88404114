#include "installer/scripts.h"

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <set>

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "installer/dir_writer.h"
#include "installer/disk.h"

namespace pkg::installer {
namespace {

void add_values(const Json& values, const std::string& prefix, Environment& environment) {
  if (!values.is_object()) return;
  for (auto it = values.begin(); it != values.end(); ++it) {
    std::string key = prefix + it.key();
    if (it->is_null() || (it->is_boolean() && !it->get<bool>())) {
      environment[key] = "";
    } else if (it->is_array()) {
      Json numbered = Json::object();
      std::size_t index = 0;
      for (const Json& item : *it) numbered[it.key() + "_" + std::to_string(index++)] = item;
      add_values(numbered, prefix, environment);
    } else if (it->is_object()) {
      add_values(*it, key + "_", environment);
    } else {
      environment[key] = it->is_string() ? it->get<std::string>() : it->dump();
    }
  }
}

// A shell that stays between us and a single program would keep signals from it (dash forks, bash does not): such a
// line is begun with `exec`. Anything that could be more than one program with plain arguments is left as it is.
std::string with_exec(std::string line) {
  constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 _-./@:,+=%";
  if (line.find_first_not_of(plain) != std::string::npos) return line;
  std::string_view name = std::string_view(line).substr(0, line.find(' '));
  // Shell built-ins and reserved words, which exec would not find or would change.
  static const std::set<std::string_view> own = {
      ".",    ":",        "alias",    "bg",     "break", "case",    "cd",     "command", "continue", "do",    "done",
      "echo", "elif",     "else",     "esac",   "eval",  "exec",    "exit",   "export",  "false",    "fg",    "fi",
      "for",  "function", "getopts",  "hash",   "if",    "in",      "jobs",   "kill",    "let",      "local", "printf",
      "pwd",  "read",     "readonly", "return", "set",   "shift",   "source", "test",    "then",     "time",  "times",
      "trap", "true",     "type",     "ulimit", "umask", "unalias", "unset",  "until",   "wait",     "while"};
  if (name.empty() || name.find('=') != std::string_view::npos || own.contains(name)) return line;
  return "exec " + line;
}

std::string path_of(const ScriptOptions& options, const ScriptRun& run) {
  std::string path;
  auto add = [&](std::string_view folder) {
    if (!path.empty()) path += ':';
    path += folder;
  };
  for (const std::string& folder : run.bin_folders) add(folder);
  for (std::string_view folder = run.folder;; folder = dir_name(folder)) {
    add(std::string(folder == "/" ? "" : folder) + "/node_modules/.bin");
    if (folder == "/" || folder == ".") break;
  }
  for (const std::string& folder : options.tool_folders) add(folder);
  auto old = options.environment.find("PATH");
  // What an outer script added already is not added again.
  std::set<std::string, std::less<>> tools(options.tool_folders.begin(), options.tool_folders.end());
  if (old != options.environment.end()) {
    std::string_view rest = old->second;
    while (!rest.empty()) {
      std::string_view folder = rest.substr(0, rest.find(':'));
      rest.remove_prefix(std::min(rest.size(), folder.size() + 1));
      if (!folder.empty() && !tools.contains(folder)) add(folder);
    }
  }
  return path;
}

// argv and envp, in memory that lives until exec.
struct Invocation {
  std::vector<std::string> texts;
  std::vector<char*> arguments, environment;

  Invocation(const ScriptOptions& options, const ScriptRun& run) {
    Environment all = options.environment;
    for (const auto& [key, value] : run.extra) all[key] = value;
    for (auto& [key, value] : package_environment(run.package)) all[key] = value;
    all["npm_package_json"] = run.folder + "/package.json";
    all["npm_lifecycle_event"] = run.event;
    all["npm_lifecycle_script"] = run.command;
    all["PATH"] = path_of(options, run);
    texts.reserve(all.size() + 3);
    texts = {options.shell, "-c", with_exec(command_line(run))};
    for (auto& [key, value] : all)
      if (key.find('\0') == std::string::npos && value.find('\0') == std::string::npos)
        texts.push_back(key + "=" + value);
    for (std::size_t i = 0; i < texts.size(); ++i) (i < 3 ? arguments : environment).push_back(texts[i].data());
    arguments.push_back(nullptr);
    environment.push_back(nullptr);
  }
};

std::atomic<pid_t> child_pid{0};

extern "C" void pass_signal(int number) {
  pid_t pid = child_pid.load(std::memory_order_relaxed);
  if (pid > 0) ::kill(pid, number);
}

// Passes SIGINT and SIGTERM on to the child while it lives.
class PassSignals {
 public:
  PassSignals() {
    struct sigaction action {};
    action.sa_handler = pass_signal;
    action.sa_flags = SA_RESTART;
    ::sigaction(SIGINT, &action, &interrupt_);
    ::sigaction(SIGTERM, &action, &terminate_);
  }
  ~PassSignals() {
    child_pid = 0;
    ::sigaction(SIGINT, &interrupt_, nullptr);
    ::sigaction(SIGTERM, &terminate_, nullptr);
  }

 private:
  struct sigaction interrupt_, terminate_;
};

// In the child: reports why exec failed through `report`, which exec closes.
[[noreturn]] void start(Invocation& invocation, const std::string& folder, int report) {
  int error = 0;
  if (::chdir(folder.c_str()) != 0) error = errno;
  if (!error) {
    ::execvpe(invocation.arguments[0], invocation.arguments.data(), invocation.environment.data());
    error = errno;
  }
  if (::write(report, &error, sizeof error) != sizeof error) ::_exit(126);
  ::_exit(127);
}

std::string read_all(int fd) {
  std::string text;
  char chunk[16384];
  for (;;) {
    ssize_t count = ::read(fd, chunk, sizeof chunk);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return text;
    text.append(chunk, static_cast<std::size_t>(count));
  }
}

}  // namespace

std::string shell_quoted(const std::string& argument) {
  if (argument.empty()) return "''";
  if (argument.find_first_of("\t\n\r \"#$&'()*;<>?\\`|~") == std::string::npos) return argument;
  // Each quote inside closes the string, adds a quote, and opens it again; an
  // empty string that this makes at the start is left out.
  std::string result = "'";
  for (char c : argument) {
    if (c == '\'') {
      result += "'\\''";
    } else {
      result += c;
    }
  }
  result += '\'';
  std::size_t empty = 0;
  while (result.compare(empty, 2, "''") == 0 && empty + 2 < result.size()) empty += 2;
  result.erase(0, empty);
  for (std::size_t at; (at = result.find("\\'''")) != std::string::npos;) result.erase(at + 2, 2);
  return result;
}

std::string command_line(const ScriptRun& run) {
  std::string line = run.command;
  for (const std::string& argument : run.arguments) line += " " + shell_quoted(argument);
  return line;
}

Environment package_environment(const Json& package) {
  Environment environment;
  Json chosen = Json::object();
  for (const char* key : {"name", "version", "config", "engines", "bin"})
    if (const Json* value = member(package, key)) chosen[key] = *value;
  // npm has normalised a single command by then.
  if (const Json* bin = member(chosen, "bin"); bin && bin->is_string()) {
    std::string name = string_member(chosen, "name");
    if (auto slash = name.find('/'); slash != std::string::npos) name.erase(0, slash + 1);
    Json path = *bin;
    chosen["bin"] = Json::object();
    chosen["bin"][name] = std::move(path);
  }
  add_values(chosen, "npm_package_", environment);
  return environment;
}

Result<ScriptResult> run_script(const ScriptOptions& options, const ScriptRun& run, ScriptIo io) {
  Invocation invocation(options, run);
  int report[2], output[2] = {-1, -1};
  if (::pipe2(report, O_CLOEXEC) != 0) return tl::unexpected(errno_error(errno, "pipe", run.folder));
  if (io == ScriptIo::kCaptured && ::pipe2(output, O_CLOEXEC) != 0) {
    int error = errno;
    ::close(report[0]);
    ::close(report[1]);
    return tl::unexpected(errno_error(error, "pipe", run.folder));
  }
  std::optional<PassSignals> pass;
  if (io == ScriptIo::kTerminal) pass.emplace();
  pid_t pid = ::fork();
  if (pid == 0) {
    if (io == ScriptIo::kCaptured) {
      int nothing = ::open("/dev/null", O_RDONLY);
      ::dup2(nothing, 0);
      ::dup2(output[1], 1);
      ::dup2(output[1], 2);
    } else {
      ::signal(SIGINT, SIG_DFL);
      ::signal(SIGTERM, SIG_DFL);
    }
    ::signal(SIGPIPE, SIG_DFL);
    start(invocation, run.folder, report[1]);
  }
  int fork_error = errno;
  if (io == ScriptIo::kTerminal && pid > 0) child_pid = pid;
  ::close(report[1]);
  if (output[1] >= 0) ::close(output[1]);
  ScriptResult result;
  if (pid < 0) {
    ::close(report[0]);
    if (output[0] >= 0) ::close(output[0]);
    return tl::unexpected(errno_error(fork_error, "fork", run.folder));
  }
  int start_error = 0;
  ssize_t reported;
  do reported = ::read(report[0], &start_error, sizeof start_error);
  while (reported < 0 && errno == EINTR);
  ::close(report[0]);
  if (output[0] >= 0) {
    result.output = read_all(output[0]);
    ::close(output[0]);
  }
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  if (reported == sizeof start_error) return tl::unexpected(errno_error(start_error, "spawn", options.shell));
  if (WIFSIGNALED(status)) {
    result.signal = WTERMSIG(status);
    result.status = 128 + result.signal;
  } else {
    result.status = WEXITSTATUS(status);
  }
  return result;
}

Error exec_script(const ScriptOptions& options, const ScriptRun& run) {
  Invocation invocation(options, run);
  if (::chdir(run.folder.c_str()) != 0) return errno_error(errno, "chdir", run.folder);
  ::signal(SIGPIPE, SIG_DFL);
  ::execvpe(invocation.arguments[0], invocation.arguments.data(), invocation.environment.data());
  return errno_error(errno, "spawn", options.shell);
}

}  // namespace pkg::installer
