#pragma once

#include "cli/terminal.h"
#include "resolver/base/result.h"

namespace pkg::cli {

// The process's exit code for an error, as npm's: the low byte of the negated
// errno for errno's codes (ENOENT: 254), a script's own status, else 1.
int exit_code(const Error& error);

// Shows an error: on stderr, and with --json as {"error": {code, summary,
// detail}} on stdout too.
void report(Terminal& terminal, const Error& error, bool json);

}  // namespace pkg::cli
