// `pkg root` and `pkg prefix`: the folders of the project, or with --global of what is shared by all.
// Spec: npm's documents npm-root and npm-prefix.
#include "cli/command.h"

namespace pkg::cli {

Result<int> root_command(Session& session) {
  registry::Config& config = session.config();
  session.terminal.line(config.global() ? config.global_prefix() + "/lib/node_modules"
                                        : config.local_prefix() + "/node_modules");
  return 0;
}

Result<int> prefix_command(Session& session) {
  session.terminal.line(session.config().prefix());
  return 0;
}

}  // namespace pkg::cli
