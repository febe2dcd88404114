#pragma once

#include <string>

#include "cli/session.h"

namespace pkg::cli {

// Shows `question` and reads a line, without its end. kHidden: what is typed at
// a terminal is not shown. Errors: ECANCELED at the end of the input.
enum class Echo { kShown, kHidden };
Result<std::string> ask_line(Session& session, const std::string& question, Echo echo = Echo::kShown);

// Shows where to look, or opens it: the `browser` setting decides. Errors:
// EINVALIDURL (only http and https are opened).
Result<void> open_url(Session& session, const std::string& url, const std::string& title);

}  // namespace pkg::cli
