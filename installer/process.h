#pragma once

#include <string>
#include <vector>

#include "installer/scripts.h"
#include "resolver/base/result.h"

namespace pkg::installer {

// A program that is not a script of a package: git, or ourselves.
struct ProcessRun {
  std::string program;                 // a path, or a name to be found in PATH
  std::vector<std::string> arguments;  // without the program
  std::string folder;                  // where it runs; empty: here
  Environment environment;             // all of it
};

struct ProcessResult {
  int status = 0;  // exit status; 128 + number after a signal
  std::string out, err;

  bool ok() const { return status == 0; }
};

// Runs it to its end; it reads nothing. Errors: ENOENT when there is no such program or folder, errno's.
Result<ProcessResult> run_process(const ProcessRun& run);

}  // namespace pkg::installer
