// lib/pkg/node: the runtime. Takes Node's command line.

#include <cstdlib>
#include <string>
#include <vector>

#include "runtime/core/process.h"

int main(int argc, char** argv) { return pkg::runtime::run_process(argc, argv); }
