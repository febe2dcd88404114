#include "runtime/core/options.h"

namespace pkg::runtime {

namespace {

std::string_view trim(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n\v\f";
  auto start = text.find_first_not_of(kBlank);
  if (start == std::string_view::npos) return {};
  return text.substr(start, text.find_last_not_of(kBlank) - start + 1);
}

}  // namespace

std::vector<std::pair<std::string, std::string>> parse_env_file(std::string_view text) {
  std::vector<std::pair<std::string, std::string>> entries;
  std::string plain;
  for (char c : text) {
    if (c != '\r') plain.push_back(c);
  }
  std::string_view rest = plain;
  if (rest.starts_with("\xEF\xBB\xBF")) rest.remove_prefix(3);
  while (!rest.empty()) {
    auto line_end = rest.find('\n');
    auto line = rest.substr(0, line_end);
    auto after_line = line_end == std::string_view::npos ? std::string_view() : rest.substr(line_end + 1);
    auto equals = line.find('=');
    if (trim(line).empty() || trim(line).starts_with('#') || equals == std::string_view::npos) {
      rest = after_line;
      continue;
    }
    auto key = trim(line.substr(0, equals));
    if (key.starts_with("export ")) key = trim(key.substr(7));
    auto from_value = rest.substr(equals + 1);
    auto value_start = from_value.find_first_not_of(" \t");
    auto content = value_start == std::string_view::npos ? std::string_view() : from_value.substr(value_start);
    char quote = content.empty() ? '\0' : content[0];
    std::string value;
    if (quote == '"' || quote == '\'' || quote == '`') {
      // A quoted value may go over several lines.
      auto close = content.find(quote, 1);
      if (close != std::string_view::npos) {
        auto inside = content.substr(1, close - 1);
        for (std::size_t i = 0; i < inside.size(); ++i) {
          if (quote == '"' && inside[i] == '\\' && i + 1 < inside.size() && inside[i + 1] == 'n') {
            value.push_back('\n');
            ++i;
          } else {
            value.push_back(inside[i]);
          }
        }
        if (!key.empty()) entries.emplace_back(std::string(key), std::move(value));
        auto end = content.find('\n', close);
        rest = end == std::string_view::npos ? std::string_view() : content.substr(end + 1);
        continue;
      }
    }
    auto raw = line.substr(equals + 1);
    if (auto hash = raw.find('#'); hash != std::string_view::npos) raw = raw.substr(0, hash);
    raw = trim(raw);
    // An opening quote that is not closed belongs to the value.
    if (!key.empty()) entries.emplace_back(std::string(key), std::string(raw));
    rest = after_line;
  }
  return entries;
}

}  // namespace pkg::runtime
