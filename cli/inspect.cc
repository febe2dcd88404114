#include "cli/inspect.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>

#include "installer/json_text.h"

namespace pkg::cli {
namespace {

constexpr std::size_t kLine = 80;
constexpr int kCompact = 3;  // this many innermost levels may share a line

// In UTF-16 units, as JavaScript measures.
std::size_t width(std::string_view text) {
  std::size_t count = 0;
  for (unsigned char c : text) count += (c & 0xC0) == 0x80 ? 0 : c >= 0xF0 ? 2 : 1;
  return count;
}

bool is_index(std::string_view key) {
  if (key.empty() || key.size() > 10 || (key.size() > 1 && key[0] == '0')) return false;
  if (!std::all_of(key.begin(), key.end(), [](char c) { return c >= '0' && c <= '9'; })) return false;
  return std::stoull(std::string(key)) < UINT32_MAX;
}

std::string js_text(std::string_view text) {
  char quote = '\'';
  auto has = [&](std::string_view part) { return text.find(part) != std::string_view::npos; };
  if (has("'")) {
    if (!has("\""))
      quote = '"';
    else if (!has("`") && !has("${"))
      quote = '`';
  }
  std::string out(1, quote);
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned char c = static_cast<unsigned char>(text[i]);
    char escape[8];
    if (c == static_cast<unsigned char>(quote) || c == '\\') {
      out += '\\';
      out += static_cast<char>(c);
    } else if (c == '\b' || c == '\t' || c == '\n' || c == '\f' || c == '\r') {
      out += '\\';
      out += c == '\b' ? 'b' : c == '\t' ? 't' : c == '\n' ? 'n' : c == '\f' ? 'f' : 'r';
    } else if (c < 0x20 || c == 0x7F) {
      std::snprintf(escape, sizeof escape, "\\x%02X", c);
      out += escape;
    } else if (c == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0) {
      std::snprintf(escape, sizeof escape, "\\x%02X", static_cast<unsigned char>(text[++i]));
      out += escape;
    } else {
      out += static_cast<char>(c);
    }
  }
  return out + quote;
}

std::string key_text(const std::string& key) {
  auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  if (key == "__proto__") return "['__proto__']";
  bool plain = !key.empty() && letter(key[0]) &&
               std::all_of(key.begin(), key.end(), [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
  return plain ? key : js_text(key);
}

class Inspector {
 public:
  explicit Inspector(int depth) : depth_(depth) {}

  std::string value(const Json& value, int level) {
    switch (value.type()) {
      case Json::value_t::discarded:
        return "undefined";
      case Json::value_t::string:
        return string(value.get_ref<const std::string&>());
      case Json::value_t::object:
      case Json::value_t::array:
        return container(value, level);
      default:
        return installer::json_text(value, "");
    }
  }

 private:
  // A long text of several lines is shown line by line.
  std::string string(const std::string& text) const {
    std::size_t length = width(text);
    if (length <= 16 || length + indent_ + 4 <= kLine) return js_text(text);
    std::string out;
    for (std::size_t start = 0; start < text.size();) {
      std::size_t end = std::min(text.find('\n', start), text.size() - 1) + 1;
      if (start != 0) out += " +\n" + std::string(indent_ + 2, ' ');
      out += js_text(std::string_view(text).substr(start, end - start));
      start = end;
    }
    return out;
  }

  std::string container(const Json& value, int level) {
    const bool list = value.is_array();
    if (value.empty()) return list ? "[]" : "{}";
    if (level > depth_) return list ? "[Array]" : "[Object]";
    deepest_ = level;
    std::vector<std::string> parts;
    indent_ += 2;
    if (list) {
      for (const Json& item : value) parts.push_back(this->value(item, level + 1));
    } else {
      for (const std::string& key : enumerated_keys(value))
        parts.push_back(key_text(key) + ": " + this->value(value[key], level + 1));
    }
    indent_ -= 2;
    return together(value, std::move(parts), level);
  }

  std::string together(const Json& value, std::vector<std::string> parts, int level) const {
    const char* open = value.is_array() ? "[" : "{";
    const char* close = value.is_array() ? "]" : "}";
    std::size_t count = parts.size();
    if (value.is_array() && count > 6) parts = columns(value, std::move(parts));
    if (deepest_ - level < kCompact && parts.size() == count) {
      std::size_t total = 2 * parts.size() + indent_ + 1 + 10;
      bool broken = false;
      std::string line;
      for (const std::string& part : parts) {
        total += width(part);
        broken = broken || part.find('\n') != std::string::npos;
        line += (line.empty() ? "" : ", ") + part;
      }
      if (total <= kLine && !broken) return std::string(open) + " " + line + " " + close;
    }
    std::string edge = "\n" + std::string(indent_, ' '), text = open;
    for (std::size_t i = 0; i < parts.size(); ++i) text += (i ? "," : "") + edge + "  " + parts[i];
    return text + edge + close;
  }

  // Many short items share lines, in columns of one width each.
  std::vector<std::string> columns(const Json& value, std::vector<std::string> parts) const {
    constexpr std::size_t kGap = 2;
    std::size_t total = 0, longest = 0;
    for (const std::string& part : parts) {
      total += width(part) + kGap;
      longest = std::max(longest, width(part));
    }
    const double cell = static_cast<double>(longest + kGap), entries = static_cast<double>(parts.size());
    bool fits = cell * 3 + static_cast<double>(indent_) < static_cast<double>(kLine);
    if (!fits || !(static_cast<double>(total) / cell > 5 || longest <= 6)) return parts;
    // Characters are about two and a half times as high as wide: the block comes out nearly square.
    const double bias = std::sqrt(cell - static_cast<double>(total) / entries);
    const double biased = std::max(cell - 3 - bias, 1.0);
    const double wanted = std::floor(std::sqrt(2.5 * biased * entries) / biased + 0.5);
    const double room = std::floor(static_cast<double>(kLine - indent_) / cell);
    const double chosen = std::min({wanted, room, kCompact * 4.0, 15.0});
    if (chosen <= 1) return parts;
    const std::size_t count = static_cast<std::size_t>(chosen);
    std::vector<std::size_t> widths(count);
    for (std::size_t i = 0; i < parts.size(); ++i)
      widths[i % count] = std::max(widths[i % count], width(parts[i]) + kGap);
    const bool right = std::all_of(value.begin(), value.end(), [](const Json& item) { return item.is_number(); });
    std::vector<std::string> lines;
    for (std::size_t i = 0; i < parts.size(); i += count) {
      std::size_t end = std::min(i + count, parts.size());
      std::string line;
      for (std::size_t j = i; j < end; ++j) {
        bool last = j + 1 == end;
        std::string text = parts[j] + (last ? "" : ", ");
        std::size_t room_here = widths[j - i] - (last ? kGap : 0);
        std::string space(room_here > width(text) ? room_here - width(text) : 0, ' ');
        line += right ? space + text : last ? text : text + space;
      }
      lines.push_back(std::move(line));
    }
    return lines;
  }

  const int depth_;
  std::size_t indent_ = 0;
  int deepest_ = 0;  // the level of the container met last
};

}  // namespace

std::string inspect(const Json& value, int depth) { return Inspector(depth).value(value, 0); }

std::string joined_text(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_object()) return "[object Object]";
  if (!value.is_array()) return inspect(value, 0);
  std::string text;
  for (std::size_t i = 0; i < value.size(); ++i)
    text += (i ? "," : "") + (value[i].is_null() || value[i].is_discarded() ? std::string() : joined_text(value[i]));
  return text;
}

std::vector<std::string> enumerated_keys(const Json& object) {
  std::vector<std::string> keys;
  for (auto it = object.begin(); it != object.end(); ++it) keys.push_back(it.key());
  auto end = std::stable_partition(keys.begin(), keys.end(), [](const std::string& key) { return is_index(key); });
  std::stable_sort(keys.begin(), end,
                   [](const std::string& a, const std::string& b) { return std::stoull(a) < std::stoull(b); });
  return keys;
}

}  // namespace pkg::cli
