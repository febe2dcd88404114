// `pkg exec <command>`: a command of the project's packages, or of a package fetched for it.
// Spec: npm's document npm-exec.
#include <algorithm>
#include <filesystem>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/errors.h"
#include "installer/disk.h"
#include "installer/package_json.h"
#include "resolver/base/files.h"
#include "resolver/spec/spec.h"

namespace pkg::cli {
namespace {

bool is_file(const std::string& path) {
  struct stat status;
  return ::stat(path.c_str(), &status) == 0 && !S_ISDIR(status.st_mode);
}

// The .bin folder, at `from` or above, that has `name`.
std::optional<std::string> local_bin(std::string_view from, const std::string& name) {
  if (name.find('/') != std::string::npos) return std::nullopt;
  for (std::string folder(from);; folder = std::string(installer::dir_name(folder))) {
    std::string bin = (folder == "/" ? "" : folder) + "/node_modules/.bin";
    if (is_file(bin + "/" + name)) return bin;
    if (folder == "/" || folder == ".") return std::nullopt;
  }
}

// FNV-1a of what is installed, as the name of the folder it is kept in.
std::string folder_name(const std::vector<std::string>& specs) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const std::string& spec : specs) {
    for (unsigned char c : spec + "\n") hash = (hash ^ c) * 0x100000001b3;
  }
  char text[17];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(hash));
  return text;
}

// Runs ourselves; returns the exit code.
Result<int> run_self(const std::string& executable, const std::vector<std::string>& arguments) {
  std::vector<char*> argv{const_cast<char*>(executable.c_str())};
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  pid_t pid = ::fork();
  if (pid < 0) return fail("EAGAIN", "cannot start another process", "");
  if (pid == 0) {
    // What the install did is no output of the command; why it failed is told on stderr.
    if (int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC); nowhere >= 0) ::dup2(nowhere, 1);
    ::execv(executable.c_str(), argv.data());
    ::_exit(127);
  }
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

// Installs `specs` beside the cache, unless they are there; returns the folder.
Result<std::string> install_for(Session& session, std::vector<std::string> specs) {
  std::sort(specs.begin(), specs.end());
  std::string folder = session.config().text("cache") + "/_npx/" + folder_name(specs);
  if (is_file(folder + "/node_modules/.package-lock.json")) return folder;
  std::string all;
  for (const std::string& spec : specs) all += (all.empty() ? "" : ", ") + spec;
  const Json yes = session.config().get("yes");
  if (yes.is_boolean() && !yes.get<bool>())
    return fail("EEXEC", "canceled: these packages are not installed: " + all, "leave out --no, or install them");
  if (!yes.is_boolean()) {
    if (::isatty(0) && ::isatty(2) && !::getenv("CI")) {
      session.terminal.notice("Need to install the following packages:\n" + all + "\nOk to proceed? (y) ");
      char answer[16] = "";
      if (!std::fgets(answer, sizeof answer, stdin) || (answer[0] != 'y' && answer[0] != 'Y' && answer[0] != '\n'))
        return fail("EEXEC", "canceled", "");
    } else {
      session.terminal.warn("exec", "The following packages were not found and will be installed: " + all);
    }
  }
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return fail("EACCES", "cannot create " + folder + ": " + error.message(), "");
  std::vector<std::string> arguments{"install", "--prefix", folder, "--no-audit", "--no-fund", "--loglevel=error"};
  arguments.insert(arguments.end(), specs.begin(), specs.end());
  PKG_TRY(int status, run_self(session.layout.executable, arguments));
  if (status != 0) {
    std::filesystem::remove_all(folder, error);
    return fail("EEXEC", "cannot install " + all, "");
  }
  return folder;
}

// The one command of a package: the only one, else that of its own name.
Result<std::string> command_of(const std::string& folder, const std::string& spec_text) {
  PKG_TRY(auto spec, resolver::parse_spec(spec_text, folder));
  PKG_TRY(auto package, installer::PackageJson::load(folder + "/node_modules/" + spec.name));
  const Json* bin = member(package.content, "bin");
  std::string name = spec.name;
  if (auto slash = name.find('/'); slash != std::string::npos) name.erase(0, slash + 1);
  if (bin && bin->is_string()) return name;
  if (bin && bin->is_object()) {
    if (bin->size() == 1) return bin->begin().key();
    if (bin->contains(name)) return name;
  }
  return fail("ENOEXEC", "could not determine executable to run",
              "name the package with --package and then its command");
}

}  // namespace

Result<int> exec_command(Session& session) {
  const std::string call = session.config().text("call");
  std::vector<std::string> words = session.words;
  std::vector<std::string> packages = session.config().list("package");
  if (!call.empty() && !words.empty())
    return fail(code::kUsage, "a command and --call cannot be given together",
                "pkg exec [--package=<spec>] -c '<command>'");

  installer::ScriptRun run;
  run.event = "npx";
  run.folder = session.cwd;
  run.package = Json::object();
  if (auto package = installer::PackageJson::load(session.config().local_prefix())) run.package = package->content;

  if (call.empty() && words.empty()) {
    const char* shell = ::getenv("SHELL");
    run.command = shell && *shell ? shell : "/bin/sh";
  } else if (!call.empty()) {
    run.command = call;
  } else {
    run.command = words.front();
    run.arguments.assign(words.begin() + 1, words.end());
  }
  if (packages.empty() && call.empty() && !words.empty()) {
    if (auto bin = local_bin(session.cwd, words.front())) {
      run.bin_folders.push_back(*bin);
    } else {
      PKG_TRY(std::string folder, install_for(session, {words.front()}));
      PKG_TRY(run.command, command_of(folder, words.front()));
      run.bin_folders.push_back(folder + "/node_modules/.bin");
    }
  } else if (!packages.empty()) {
    PKG_TRY(std::string folder, install_for(session, packages));
    run.bin_folders.push_back(folder + "/node_modules/.bin");
  }
  run.command = call.empty() && !words.empty() ? installer::shell_quoted(run.command) : run.command;
  std::fflush(nullptr);
  return tl::unexpected(installer::exec_script(session.script_options(), run));
}

}  // namespace pkg::cli
