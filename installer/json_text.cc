#include "installer/json_text.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <vector>

#include "resolver/tree/collate.h"

namespace pkg::installer {
namespace {

constexpr std::string_view kLeading[] = {"name",      "version",  "lockfileVersion", "resolved",
                                         "integrity", "requires", "packages",        "dependencies"};

int lead(std::string_view key) {
  for (int i = 0; i < static_cast<int>(std::size(kLeading)); ++i)
    if (kLeading[i] == key) return i;
  return static_cast<int>(std::size(kLeading));
}

// JavaScript enumerates such keys first, by value.
std::optional<std::uint32_t> array_index(std::string_view key) {
  if (key.empty() || key.size() > 10 || (key.size() > 1 && key[0] == '0')) return std::nullopt;
  std::uint32_t number = 0;
  auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), number);
  if (error != std::errc() || end != key.data() + key.size() || number == UINT32_MAX) return std::nullopt;
  return number;
}

bool in_lockfile_order(const std::pair<const std::string*, const Json*>& a,
                       const std::pair<const std::string*, const Json*>& b) {
  if (a.second->is_object() != b.second->is_object()) return b.second->is_object();
  int lead_a = lead(*a.first), lead_b = lead(*b.first);
  if (lead_a != lead_b) return lead_a < lead_b;
  return resolver::collate(*a.first, *b.first) < 0;
}

class Writer {
 public:
  Writer(std::string_view indent, KeyOrder order) : indent_(indent), order_(order) {}

  void write(const Json& value) {
    switch (value.type()) {
      case Json::value_t::object:
        return object(value);
      case Json::value_t::array:
        return array(value);
      case Json::value_t::string:
        return string(value.get_ref<const std::string&>());
      case Json::value_t::number_float:
        if (!std::isfinite(value.get<double>())) {
          out_ += "null";
          return;
        }
        [[fallthrough]];
      default:
        out_ += value.dump(-1, ' ', false, Json::error_handler_t::replace);
    }
  }
  std::string take() { return std::move(out_); }

 private:
  void line() {
    if (indent_.empty()) return;
    out_ += '\n';
    for (int i = 0; i < depth_; ++i) out_ += indent_;
  }

  void object(const Json& value) {
    if (value.empty()) {
      out_ += "{}";
      return;
    }
    using Member = std::pair<const std::string*, const Json*>;
    std::vector<Member> members;
    members.reserve(value.size());
    bool numbered = false;
    for (auto it = value.begin(); it != value.end(); ++it) {
      members.emplace_back(&it.key(), &it.value());
      numbered = numbered || array_index(it.key());
    }
    if (order_ == KeyOrder::kLockfile && !std::is_sorted(members.begin(), members.end(), in_lockfile_order))
      std::stable_sort(members.begin(), members.end(), in_lockfile_order);
    if (numbered)
      std::stable_sort(members.begin(), members.end(), [](const Member& a, const Member& b) {
        auto index_a = array_index(*a.first), index_b = array_index(*b.first);
        if (index_a && index_b) return *index_a < *index_b;
        return index_a && !index_b;
      });
    out_ += '{';
    ++depth_;
    bool first = true;
    for (const Member& member : members) {
      if (!first) out_ += ',';
      first = false;
      line();
      string(*member.first);
      out_ += indent_.empty() ? ":" : ": ";
      write(*member.second);
    }
    --depth_;
    line();
    out_ += '}';
  }

  void array(const Json& value) {
    if (value.empty()) {
      out_ += "[]";
      return;
    }
    out_ += '[';
    ++depth_;
    bool first = true;
    for (const Json& item : value) {
      if (!first) out_ += ',';
      first = false;
      line();
      write(item);
    }
    --depth_;
    line();
    out_ += ']';
  }

  void string(const std::string& text) {
    out_ += '"';
    std::size_t written = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
      char c = text[at];
      if (static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\') continue;
      out_.append(text, written, at - written);
      written = at + 1;
      escape(c);
    }
    out_.append(text, written);
    out_ += '"';
  }

  void escape(char c) {
    constexpr std::string_view kPlain = "\"\\\b\f\n\r\t", kLetters = "\"\\bfnrt";
    if (auto at = kPlain.find(c); at != std::string_view::npos) {
      out_ += '\\';
      out_ += kLetters[at];
    } else {
      char text[8];
      std::snprintf(text, sizeof text, "\\u%04x", c);
      out_ += text;
    }
  }

  std::string_view indent_;
  KeyOrder order_;
  int depth_ = 0;
  std::string out_;
};

}  // namespace

std::string json_text(const Json& value, std::string_view indent, KeyOrder order) {
  Writer writer(indent, order);
  writer.write(value);
  return writer.take();
}

JsonFormat detect_format(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  auto space = [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v'; };
  auto line_breaks = [&](std::size_t& at) {
    std::string found;
    while (at < text.size()) {
      std::size_t length = text[at] == '\n' ? 1 : text.substr(at).starts_with("\r\n") ? 2 : 0;
      if (!length) break;
      found += text.substr(at, length);
      at += length;
    }
    return found;
  };
  // An empty object or array, and nothing else but line breaks.
  if (text.starts_with("{}") || text.starts_with("[]")) {
    std::size_t at = 2;
    std::string newline = line_breaks(at);
    if (at == text.size()) return {"  ", newline.empty() ? "\n" : newline};
  }
  std::size_t at = 0;
  while (at < text.size() && space(text[at])) ++at;
  if (at < text.size() && (text[at] == '{' || text[at] == '[')) {
    ++at;
    std::string newline = line_breaks(at);
    std::size_t start = at;
    while (at < text.size() && space(text[at])) ++at;
    if (!newline.empty()) return {std::string(text.substr(start, at - start)), newline};
  }
  return {"", ""};
}

std::string with_newlines(std::string text, std::string_view newline) {
  if (newline == "\n") return text;
  std::string result;
  for (char c : text) {
    if (c == '\n') {
      result += newline;
    } else {
      result += c;
    }
  }
  return result;
}

}  // namespace pkg::installer
