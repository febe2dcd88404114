#pragma once

#include <memory>

#include <v8.h>

#include "runtime/core/platform.h"

namespace pkg::runtime {

// V8 for the whole process; made once, on the main thread.
Platform& start_v8(int worker_threads);

// Runs a program as `node` would with these arguments; returns its exit code.
int run_process(int argc, char** argv);

// The snapshot that was linked in, or null when there is none (while it is
// being built).
const v8::StartupData* embedded_snapshot();

}  // namespace pkg::runtime
