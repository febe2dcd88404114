#include "cli/errors.h"

#include <cerrno>
#include <charconv>
#include <cstring>

#include "installer/json_text.h"
#include "resolver/base/json.h"

namespace pkg::cli {

namespace {

// A script's exit status, as the code of the error it ended with; 0 for other codes.
int script_status(std::string_view code) {
  int status = 0;
  auto [end, error] = std::from_chars(code.data(), code.data() + code.size(), status);
  return error == std::errc() && end == code.data() + code.size() && status > 0 && status < 256 ? status : 0;
}

}  // namespace

int exit_code(const Error& error) {
  if (int status = script_status(error.code)) return status;
  // npm's own codes that happen to be errno's names as well.
  for (std::string_view npms : {"EEXIST", "EINTEGRITY", "EUSAGE"})
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
  if (error.code.empty()) body["error"].erase("code");
  if (int status = script_status(error.code)) body["error"]["code"] = status;
  terminal.line(installer::json_text(body, "  "));
}

}  // namespace pkg::cli
