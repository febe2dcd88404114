#pragma once

#include <string>
#include <vector>

#include <v8.h>

namespace pkg::runtime {

// [total, executable, physical, available, used, limit, malloced, peak malloced, zapping, contexts, detached contexts,
// global handles, used global handles, external] of an isolate's heap, in bytes and counts. On the isolate's thread.
std::vector<double> heap_numbers(v8::Isolate* isolate);

// A snapshot of the heap, as the JSON that developer tools read. On the isolate's thread.
std::string heap_snapshot(v8::Isolate* isolate, bool internals, bool numeric_values);

}  // namespace pkg::runtime
