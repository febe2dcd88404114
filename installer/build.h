#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "installer/allow_scripts.h"
#include "installer/scripts.h"
#include "resolver/tree/node.h"

namespace pkg::installer {

// What happens to packages once their files are in place: install scripts and
// commands, in npm's passes over the whole tree.
struct BuildOptions {
  ScriptOptions scripts;
  ScriptPolicy policy;
  bool ignore_scripts = false;
  bool allow_all = false;  // dangerously-allow-all-scripts
  bool bin_links = true;
  bool force = false;       // global commands may replace whatever bears their name
  bool foreground = false;  // foreground-scripts: one at a time, output shown
};

// A script that failed, as a sentence with its output.
Error script_error(const std::string& folder, const ScriptRun& run, const ScriptResult& result);

// Links commands and runs preinstall, install and postinstall of the allowed
// among `nodes`, and prepare of links' targets. `failed` is told of optional
// packages that could not be built; other failures are returned.
Result<void> build_packages(const std::vector<resolver::Node*>& nodes, const BuildOptions& options,
                            const std::function<void(resolver::Node&, const Error&)>& failed);

// A package whose install scripts nobody has allowed or denied.
struct Unreviewed {
  const resolver::Node* node;
  std::vector<std::pair<std::string, std::string>> scripts;  // event, command
};
// Those of the tree that would run scripts; empty when scripts are not run or all are allowed.
std::vector<Unreviewed> unreviewed_scripts(const resolver::Tree& tree, const BuildOptions& options);

}  // namespace pkg::installer
