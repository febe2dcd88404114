// `pkg cache verify|clean|ls`.
#include <cstdio>

#include "cli/command.h"

namespace pkg::cli {

Result<int> cache_command(Session& session) {
  const std::string word = session.words.empty() ? "" : session.words[0];
  Terminal& terminal = session.terminal;
  registry::Cache& cache = session.cache();
  if (word == "verify" || word == "check") {
    PKG_TRY(auto verified, cache.verify());
    terminal.line("Cache verified and compressed (" + cache.root() + ")");
    terminal.line("Content verified: " + std::to_string(verified.packages) + " (" + std::to_string(verified.bytes) +
                  " bytes)");
    if (verified.removed_packages)
      terminal.line("Corrupted content removed: " + std::to_string(verified.removed_packages));
    if (verified.removed_stages || verified.removed_bytes)
      terminal.line(
          "Content garbage-collected: " + std::to_string(verified.removed_packages + verified.removed_stages) + " (" +
          std::to_string(verified.removed_bytes) + " bytes)");
    if (verified.missing) terminal.line("Missing content: " + std::to_string(verified.missing));
    terminal.line("Index entries: " + std::to_string(verified.packages + verified.packuments));
    return 0;
  }
  if (word == "clean" || word == "clear" || word == "rm") {
    // As in npm: the cache mends itself, so that emptying it has to be meant.
    if (!session.config().flag("force"))
      return fail("", "the cache checks what it holds and mends itself, so that it need not be cleaned",
                  "`pkg cache verify` makes sure of it; `pkg cache clean --force` empties it all the same");
    PKG_TRY_VOID(cache.clean());
    return 0;
  }
  if (word == "ls" || word == "list") {
    PKG_TRY(auto entries, cache.list());
    for (const auto& entry : entries)
      terminal.line(entry.facts.name + "@" + entry.facts.version + " " + entry.facts.url);
    return 0;
  }
  return fail(code::kUsage, "pkg cache takes `verify`, `clean` or `ls`");
}

}  // namespace pkg::cli
