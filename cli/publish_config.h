#pragma once

#include "registry/config.h"

namespace pkg::cli {

// Takes the settings of package.json's `publishConfig` where the command line
// gives none. Spec: npm's document package.json, "publishConfig".
void apply_publish_config(registry::Config& config, const Json& package);

}  // namespace pkg::cli
