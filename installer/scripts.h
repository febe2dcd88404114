#pragma once

#include <map>
#include <string>
#include <vector>

#include "resolver/base/json.h"
#include "resolver/base/result.h"

namespace pkg::installer {

using Environment = std::map<std::string, std::string>;

// What every script of one command is started with.
struct ScriptOptions {
  Environment environment;                // of the process, with npm_config_* and the like
  std::vector<std::string> tool_folders;  // between the .bin folders and PATH: where `node` is found
  std::string shell = "sh";               // script-shell
};

enum class ScriptIo {
  kTerminal,  // the script has our stdin, stdout and stderr
  kCaptured,  // its output is kept; it reads nothing
};

struct ScriptRun {
  std::string event;                     // "postinstall"
  std::string command;                   // as written in package.json
  std::vector<std::string> arguments;    // added, quoted
  std::string folder;                    // the package's
  Json package;                          // its package.json
  Environment extra;                     // npm_package_resolved and the like
  std::vector<std::string> bin_folders;  // in front of everything in PATH
};

struct ScriptResult {
  int status = 0;      // exit status; 128 + number after a signal
  int signal = 0;      // what ended it, or 0
  std::string output;  // kCaptured: stdout and stderr as they came

  bool ok() const { return status == 0 && signal == 0; }
};

// Runs `sh -c "<command> <arguments>"` in the package's folder, and waits. SIGINT
// and SIGTERM that come meanwhile are passed on to it. Errors: ENOENT when the
// shell or the folder is missing, errno's. PATH: `bin_folders`, node_modules/.bin
// of the folder and of each above it, tool_folders, PATH.
// Spec: npm's document scripts, "Environment".
Result<ScriptResult> run_script(const ScriptOptions& options, const ScriptRun& run, ScriptIo io);

// The same in place of this process, for the last script of a command: returns only on failure.
Error exec_script(const ScriptOptions& options, const ScriptRun& run);

// npm_package_name, _version, _config_*, _engines_*, _bin_* of a package.json.
Environment package_environment(const Json& package);

// `argument` quoted for sh when it needs to be, as npm quotes it.
std::string shell_quoted(const std::string& argument);

// The command as it is handed to the shell.
std::string command_line(const ScriptRun& run);

}  // namespace pkg::installer
