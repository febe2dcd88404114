#include "cli/publish_config.h"

namespace pkg::cli {

void apply_publish_config(registry::Config& config, const Json& package) {
  using registry::ConfigLayer;
  const Json* settings = member(package, "publishConfig");
  if (!settings || !settings->is_object()) return;
  for (auto it = settings->begin(); it != settings->end(); ++it) {
    // Only what the command line gave itself counts, not what was set here for another package.
    const Json given = config.get(it.key(), ConfigLayer::kCli);
    if (given.is_null()) config.set(it.key(), *it, ConfigLayer::kCli);
  }
}

}  // namespace pkg::cli
