#pragma once

#include <memory>
#include <string>

#include <v8.h>

#include "runtime/core/platform.h"

namespace pkg::runtime {

// V8 for the whole process; made once, on the main thread.
Platform& start_v8(int worker_threads);

// Runs a program as `node` would with these arguments; returns its exit code.
int run_process(int argc, char** argv);

// The first word of the command line, as it was given; empty before run_process().
const std::string& program_name();

// The snapshot that was linked in, or null when there is none (while it is
// being built).
const v8::StartupData* embedded_snapshot();

}  // namespace pkg::runtime
