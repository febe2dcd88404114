#pragma once

#include <vector>

#include <v8.h>

namespace pkg::runtime {

// [total, executable, physical, available, used, limit, malloced, peak malloced, zapping, contexts, detached contexts, global
// handles, used global handles, external] of an isolate's heap, in bytes and counts. On the isolate's thread.
std::vector<double> heap_numbers(v8::Isolate* isolate);

}  // namespace pkg::runtime
