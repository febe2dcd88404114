#include "registry/npmrc.h"

#include <algorithm>

namespace pkg::registry {
namespace {

constexpr std::string_view kSpace = " \t\f\v\r\n";

std::string_view trim(std::string_view text) {
  std::size_t start = text.find_first_not_of(kSpace);
  if (start == std::string_view::npos) return {};
  return text.substr(start, text.find_last_not_of(kSpace) - start + 1);
}

bool is_quoted(std::string_view text) {
  return text.size() >= 2 && (text.front() == '"' || text.front() == '\'') && text.front() == text.back();
}

// A key or value without its quotes, escapes and trailing comment.
std::string unescape(std::string_view text) {
  text = trim(text);
  if (is_quoted(text)) {
    // Single quotes may hold JSON text of their own; what is no JSON stays.
    std::string_view inner = text.front() == '\'' ? text.substr(1, text.size() - 2) : text;
    auto parsed = parse_json(inner, "");
    if (!parsed) return std::string(inner);
    return parsed->is_string() ? parsed->get<std::string>() : parsed->dump();
  }
  std::string out;
  bool escaped = false;
  for (char c : text) {
    if (escaped) {
      if (c != '\\' && c != ';' && c != '#') out += '\\';
      out += c;
      escaped = false;
    } else if (c == ';' || c == '#') {
      break;
    } else if (c == '\\') {
      escaped = true;
    } else {
      out += c;
    }
  }
  if (escaped) out += '\\';
  return std::string(trim(out));
}

std::string escape(const std::string& text) {
  bool needs_quotes = text.find_first_of("=\r\n") != std::string::npos || text.starts_with('[') || is_quoted(text) ||
                      trim(text).size() != text.size();
  if (needs_quotes) return Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
  std::string out;
  for (char c : text) {
    if (c == ';' || c == '#') out += '\\';
    out += c;
  }
  return out;
}

std::string escape(const Json& value) {
  return value.is_string() ? escape(value.get_ref<const std::string&>()) : value.dump();
}

}  // namespace

NpmrcEntries parse_npmrc(std::string_view text) {
  NpmrcEntries entries;
  bool in_section = false;
  while (!text.empty()) {
    std::size_t end = text.find_first_of("\r\n");
    std::string_view whole = text.substr(0, end), line = trim(whole);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.starts_with("\xEF\xBB\xBF")) line = trim(line.substr(3));
    if (line.empty() || line.front() == ';' || line.front() == '#') continue;
    // An indented "[x]" is a key to npm, not a section.
    if (whole.front() == '[' && line.back() == ']' && line.find(']') == line.size() - 1) {
      in_section = true;
      continue;
    }
    std::size_t equals = line.find('=');
    if (in_section || equals == 0) continue;
    std::string key = unescape(line.substr(0, equals));
    bool is_list = key.size() > 2 && key.ends_with("[]");
    if (is_list) key.resize(key.size() - 2);
    if (key.empty() || key == "__proto__") continue;
    Json value = true;
    if (equals != std::string_view::npos) {
      std::string word = unescape(line.substr(equals + 1));
      value = word == "true" ? Json(true) : word == "false" ? Json(false) : word == "null" ? Json(nullptr) : Json(word);
    }
    auto found = std::find_if(entries.begin(), entries.end(), [&](const auto& entry) { return entry.first == key; });
    if (found == entries.end()) found = entries.insert(entries.end(), {key, is_list ? Json::array() : Json()});
    Json& slot = found->second;
    if (is_list && !slot.is_array()) slot = Json::array({slot});
    if (slot.is_array()) {
      slot.push_back(std::move(value));
    } else {
      slot = std::move(value);
    }
  }
  return entries;
}

std::string write_npmrc(const NpmrcEntries& entries) {
  std::string out;
  for (const auto& [key, value] : entries) {
    if (value.is_array()) {
      for (const Json& item : value) out += escape(key + "[]") + "=" + escape(item) + "\n";
    } else {
      out += escape(key) + "=" + escape(value) + "\n";
    }
  }
  return out;
}

}  // namespace pkg::registry
