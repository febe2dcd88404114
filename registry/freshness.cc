#include "registry/freshness.h"

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include <time.h>

namespace pkg::registry {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return out;
}

// The value of a directive of Cache-Control; "" for one without; nothing when absent.
std::optional<std::string> directive(std::string_view header, std::string_view name) {
  std::string text = lower(header);
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = std::min(text.find(',', at), text.size());
    std::string_view item = std::string_view(text).substr(at, end - at);
    at = end + 1;
    while (item.starts_with(' ') || item.starts_with('\t')) item.remove_prefix(1);
    while (item.ends_with(' ') || item.ends_with('\t')) item.remove_suffix(1);
    std::size_t equals = item.find('=');
    if (item.substr(0, equals) != name) continue;
    std::string value(equals == std::string_view::npos ? "" : item.substr(equals + 1));
    std::erase(value, '"');
    return value;
  }
  return std::nullopt;
}

std::optional<std::int64_t> number(std::string_view text) {
  if (text.empty() || text.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
  return text.size() > 15 ? std::int64_t{1} << 40 : std::atoll(std::string(text).c_str());
}

// "Mon, 23 Nov 2026 08:00:00 GMT"
std::optional<std::int64_t> date(std::string_view text) {
  struct tm moment {};
  if (text.size() > 64 || !::strptime(std::string(text).c_str(), "%a, %d %b %Y %H:%M:%S", &moment)) return std::nullopt;
  return ::timegm(&moment);
}

}  // namespace

bool is_storable(const HttpResponse& response) { return !directive(response.header("cache-control"), "no-store"); }

std::int64_t fresh_seconds(const HttpResponse& response, std::int64_t now) {
  std::string_view control = response.header("cache-control");
  if (directive(control, "no-cache") || response.header("vary") == "*") return 0;
  std::int64_t age = number(response.header("age")).value_or(0);
  if (auto max_age = directive(control, "max-age"))
    return std::max<std::int64_t>(0, number(*max_age).value_or(0) - age);
  std::int64_t sent = date(response.header("date")).value_or(now);
  if (auto text = response.header("expires"); !text.empty()) {
    auto expires = date(text);  // "0" and the like mean: at once
    return expires ? std::max<std::int64_t>(0, *expires - sent - age) : 0;
  }
  if (auto modified = date(response.header("last-modified")); modified && sent > *modified)
    return std::max<std::int64_t>(0, (sent - *modified) / 10 - age);
  return 0;
}

}  // namespace pkg::registry
