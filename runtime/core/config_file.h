#pragma once

#include <string>

#include "runtime/core/options.h"

namespace pkg::runtime {

// Options of a configuration file, --experimental-config-file: a JSON object
// whose members are namespaces ("nodeOptions", "test", "watch", "permission"),
// each with options by name. Adds those that `options` does not have yet; lists
// are put in front. Fails with a message to print before the exit with code 9.
// Spec: Node 24, cli.md, "--experimental-config-file".
Result<void> add_config_file(const std::string& program, const std::string& path, Options& options);

}  // namespace pkg::runtime
