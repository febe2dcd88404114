#pragma once

#include <string_view>

#include "resolver/base/result.h"

namespace pkg::cli {

// How much is said on stderr; npm's loglevel.
enum class LogLevel { kSilent, kError, kWarn, kNotice, kHttp, kInfo, kVerbose, kSilly };
LogLevel parse_log_level(std::string_view text);

// Everything a person sees goes through here: answers to stdout, the rest to
// stderr. A progress line, if one is shown, is taken away first.
class Terminal {
 public:
  LogLevel level = LogLevel::kNotice;

  void out(std::string_view text);                             // as it is
  void line(std::string_view text);                            // with an end of line
  void warn(std::string_view code, std::string_view message);  // "pkg: warn CODE message"
  void notice(std::string_view text);                          // as it is, a line on stderr
  void error(const Error& error);                              // "pkg: error CODE: message", hint

  // Whether stderr is a terminal that a line can be rewritten on.
  bool live() const;
  // Shows `text` in place of the progress line before it; "" takes it away.
  void progress(std::string_view text);

 private:
  void clear();
  bool shown_ = false;
};

}  // namespace pkg::cli
