#include "cli/prompt.h"

#include <cstdio>

#include <termios.h>
#include <unistd.h>

#include "installer/json_text.h"
#include "installer/scripts.h"

namespace pkg::cli {
namespace {

// Turns echo off at a terminal for as long as it lives.
class Hidden {
 public:
  explicit Hidden(bool wanted) : active_(wanted && ::tcgetattr(0, &before_) == 0) {
    if (!active_) return;
    termios quiet = before_;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    ::tcsetattr(0, TCSAFLUSH, &quiet);
  }
  ~Hidden() {
    if (active_) ::tcsetattr(0, TCSAFLUSH, &before_);
  }
  Hidden(const Hidden&) = delete;
  Hidden& operator=(const Hidden&) = delete;

 private:
  termios before_{};
  bool active_;
};

// As encodeURI: what can be in no URL is escaped, delimiters and escapes stay... but '%'.
std::string encoded(const std::string& url) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string text;
  for (char c : url) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte > 0x20 && byte < 0x7f && std::string_view("\"%<>[\\]^`{|}").find(c) == std::string_view::npos) {
      text += c;
      continue;
    }
    text += '%';
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

}  // namespace

Result<std::string> ask_line(Session& session, const std::string& question, Echo echo) {
  session.terminal.out(question);
  std::fflush(stdout);
  std::string line;
  {
    Hidden hidden(echo == Echo::kHidden && ::isatty(0));
    for (;;) {
      char c;
      ssize_t count = ::read(0, &c, 1);
      if (count <= 0 && line.empty()) return fail("ECANCELED", "canceled");
      if (count <= 0 || c == '\n') break;
      line += c;
    }
  }
  session.terminal.out("\n");
  if (line.ends_with('\r')) line.pop_back();
  return line;
}

Result<void> open_url(Session& session, const std::string& url, const std::string& title) {
  Json browser = session.config().get("browser");
  const std::string address = encoded(url);
  auto show = [&] {
    if (session.json())
      session.terminal.line(installer::json_text({{"title", title}, {"url", address}}, "  "));
    else
      session.terminal.line(title + ":\n" + address);
  };
  if (browser == Json(false)) {
    show();
    return {};
  }
  if (!address.starts_with("http://") && !address.starts_with("https://"))
    return fail(code::kInvalidUrl, "Invalid URL: " + address);
  installer::ScriptRun run;
  run.command = browser.is_string() ? browser.get<std::string>() : "xdg-open";
  run.arguments = {address};
  run.folder = session.cwd;
  installer::ScriptOptions options = session.script_options();
  PKG_TRY(auto result, installer::run_script(options, run, installer::ScriptIo::kCaptured));
  if (result.status == 127) {
    show();
    return {};
  }
  if (!result.ok()) return fail("", "command failed: " + run.command + " " + address);
  return {};
}

}  // namespace pkg::cli
