#pragma once

#include <string>
#include <vector>

namespace pkg::runtime {

// `node --run NAME`: replaces this process by a shell that runs the script of
// the nearest package.json, in its folder, with `arguments` appended. The
// folders node_modules/.bin from here up to it lead PATH. Returns only when it
// fails, with the exit code, after it said why. Spec: Node 24, cli.md, "--run".
int run_script(const std::string& name, const std::vector<std::string>& arguments);

}  // namespace pkg::runtime
