#pragma once

#include <span>
#include <string_view>

#include "cli/session.h"

namespace pkg::cli {

// One thing the program does. `run` gives the exit code.
struct Command {
  std::string_view name;
  std::string_view aliases;  // space-separated
  std::string_view usage;    // after "pkg <name>"
  std::string_view summary;
  std::string_view flags;  // those worth showing in its help
  Result<int> (*run)(Session&);
};

// All commands, in the order of `pkg help`.
std::span<const Command> commands();
// By name or alias; null when there is none.
const Command* find_command(std::string_view name);

Result<int> install_command(Session& session);
Result<int> link_command(Session& session);
Result<int> ci_command(Session& session);
Result<int> uninstall_command(Session& session);
Result<int> update_command(Session& session);
Result<int> prune_command(Session& session);
Result<int> dedupe_command(Session& session);
Result<int> find_dupes_command(Session& session);
Result<int> run_command(Session& session);
Result<int> exec_command(Session& session);
Result<int> ls_command(Session& session);
Result<int> ll_command(Session& session);
Result<int> outdated_command(Session& session);
Result<int> explain_command(Session& session);
Result<int> view_command(Session& session);
Result<int> rebuild_command(Session& session);
Result<int> init_command(Session& session);
Result<int> pack_command(Session& session);
Result<int> audit_command(Session& session);
Result<int> version_command(Session& session);
Result<int> fund_command(Session& session);
Result<int> search_command(Session& session);
Result<int> docs_command(Session& session);
Result<int> repo_command(Session& session);
Result<int> bugs_command(Session& session);
Result<int> ping_command(Session& session);
Result<int> whoami_command(Session& session);
Result<int> login_command(Session& session);
Result<int> logout_command(Session& session);
Result<int> publish_command(Session& session);
Result<int> unpublish_command(Session& session);
Result<int> deprecate_command(Session& session);
Result<int> undeprecate_command(Session& session);
Result<int> dist_tag_command(Session& session);
Result<int> owner_command(Session& session);
Result<int> pkg_command(Session& session);
Result<int> root_command(Session& session);
Result<int> prefix_command(Session& session);
Result<int> config_command(Session& session);
Result<int> set_command(Session& session);
Result<int> cache_command(Session& session);

// The usage of one command, or of the program for null.
std::string help_text(const Command* command);

// npm's suggestion for a mistyped word, "" without one: "\n\nDid you mean ...".
std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace pkg::cli
