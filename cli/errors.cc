#include "cli/errors.h"

#include <cerrno>
#include <cstring>

#include "installer/json_text.h"
#include "resolver/base/json.h"

namespace pkg::cli {

int exit_code(const Error& error) {
  // npm's own codes that happen to be errno's names as well.
  for (std::string_view npms : {"EINTEGRITY", "EUSAGE"})
    if (error.code == npms) return 1;
  for (int number = 1; number < 134; ++number) {
    const char* name = strerrorname_np(number);
    if (name && error.code == name) return 256 - number;
  }
  return 1;
}

void report(Terminal& terminal, const Error& error, bool json) {
  terminal.error(error);
  if (!json) return;
  Json body = {{"error", {{"code", error.code}, {"summary", error.message}, {"detail", error.hint}}}};
  terminal.line(installer::json_text(body, "  "));
}

}  // namespace pkg::cli
