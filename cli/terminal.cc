#include "cli/terminal.h"

#include <cstdio>
#include <cstdlib>
#include <string>

#include <sys/ioctl.h>
#include <unistd.h>

namespace pkg::cli {
namespace {

void put(FILE* file, std::string_view text) { std::fwrite(text.data(), 1, text.size(), file); }

// Text from registries and files must not steer the terminal.
std::string printable(std::string_view text) {
  std::string result;
  for (char c : text)
    if (static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\t') result += c;
  return result;
}

}  // namespace

LogLevel parse_log_level(std::string_view text) {
  constexpr std::string_view kNames[] = {"silent", "error", "warn", "notice", "http", "info", "verbose", "silly"};
  for (int i = 0; i < 8; ++i)
    if (kNames[i] == text) return static_cast<LogLevel>(i);
  return LogLevel::kNotice;
}

void Terminal::clear() {
  if (!shown_) return;
  put(stderr, "\r\x1b[K");
  shown_ = false;
}

void Terminal::out(std::string_view text) {
  clear();
  put(stdout, text);
}

void Terminal::line(std::string_view text) {
  out(text);
  put(stdout, "\n");
}

void Terminal::warn(std::string_view code, std::string_view message) {
  if (level < LogLevel::kWarn) return;
  clear();
  put(stderr, "pkg: warn ");
  if (!code.empty()) {
    put(stderr, code);
    put(stderr, " ");
  }
  put(stderr, printable(message));
  put(stderr, "\n");
}

void Terminal::notice(std::string_view text) {
  if (level < LogLevel::kNotice) return;
  clear();
  put(stderr, printable(text));
  put(stderr, "\n");
}

void Terminal::error(const Error& error) {
  if (level < LogLevel::kError) return;
  clear();
  std::fflush(stdout);
  put(stderr, "pkg: error ");
  if (!error.code.empty()) {
    put(stderr, error.code);
    put(stderr, ": ");
  }
  put(stderr, printable(error.message));
  put(stderr, "\n");
  if (error.hint.empty()) return;
  put(stderr, "hint: ");
  put(stderr, printable(error.hint));
  put(stderr, "\n");
}

bool Terminal::live() const {
  static const bool kLive = [] {
    const char* term = std::getenv("TERM");
    return ::isatty(2) && term && std::string_view(term) != "dumb" && !std::getenv("CI");
  }();
  return kLive && level >= LogLevel::kNotice;
}

void Terminal::progress(std::string_view text) {
  if (!live()) return;
  if (text.empty()) {
    clear();
    std::fflush(stderr);
    return;
  }
  winsize size{};
  std::size_t width = ::ioctl(2, TIOCGWINSZ, &size) == 0 && size.ws_col > 1 ? size.ws_col - 1u : 79u;
  std::string line = printable(text).substr(0, width);
  put(stderr, "\r");
  put(stderr, line);
  put(stderr, "\x1b[K");
  std::fflush(stderr);
  shown_ = true;
}

}  // namespace pkg::cli
