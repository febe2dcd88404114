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
  constexpr int kNone = static_cast<int>(std::size(kLeading));
  // Most keys begin with no letter of these.
  if (key.empty() || std::string_view("nvlripd").find(key[0]) == std::string_view::npos) return kNone;
  for (int i = 0; i < kNone; ++i)
    if (kLeading[i] == key) return i;
  return kNone;
}

// JavaScript enumerates such keys first, by value.
std::optional<std::uint32_t> array_index(std::string_view key) {
  if (key.empty() || key.size() > 10 || (key.size() > 1 && key[0] == '0')) return std::nullopt;
  std::uint32_t number = 0;
  auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), number);
  if (error != std::errc() || end != key.data() + key.size() || number == UINT32_MAX) return std::nullopt;
  return number;
}

// One member of an object: the rest of it is found by its index.
struct Member {
  std::string_view key;
  bool is_object;
  std::uint32_t index;
};

bool in_lockfile_order(const Member& a, const Member& b) {
  if (a.is_object != b.is_object) return b.is_object;
  int lead_a = lead(a.key), lead_b = lead(b.key);
  if (lead_a != lead_b) return lead_a < lead_b;
  return resolver::collate(a.key, b.key) < 0;
}

bool is_object(const JsonView& value) {
  if (auto* json = std::get_if<const Json*>(&value)) return (*json)->is_object();
  return std::holds_alternative<const JsonMembers*>(value) || std::holds_alternative<const JsonStrings*>(value);
}

class Writer {
 public:
  Writer(std::string_view indent, KeyOrder order) : indent_(indent), order_(order) {}

  void write(const Json& value) {
    switch (value.type()) {
      case Json::value_t::object:
        return object(value);
      case Json::value_t::array:
        return list(value, [this](const Json& item) { write(item); });
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
  void write(const JsonView& value) {
    std::visit([this](const auto& part) { write_part(part); }, static_cast<const JsonView::variant&>(value));
  }
  void write(const JsonMembers& value) {
    std::vector<Member> members;
    members.reserve(value.size());
    for (const auto& [key, part] : value) members.push_back({key, is_object(part), index(members)});
    object(members, [&](std::uint32_t i) { write(value[i].second); });
  }
  std::string take() { return std::move(out_); }

 private:
  void line() {
    if (indent_.empty()) return;
    out_ += '\n';
    for (int i = 0; i < depth_; ++i) out_ += indent_;
  }

  static std::uint32_t index(const std::vector<Member>& members) { return static_cast<std::uint32_t>(members.size()); }

  void write_part(bool value) { out_ += value ? "true" : "false"; }
  void write_part(int value) { out_ += std::to_string(value); }
  void write_part(std::string_view value) { string(value); }
  void write_part(const Json* value) { write(*value); }
  void write_part(const JsonMembers* value) { write(*value); }
  void write_part(const JsonStrings* value) {
    std::vector<Member> members;
    members.reserve(value->size());
    for (const auto& [key, text] : *value) members.push_back({key, false, index(members)});
    object(members, [&](std::uint32_t i) { string((*value)[i].second); });
  }
  void write_part(const std::vector<std::string>* value) {
    list(*value, [&](const std::string& item) { string(item); });
  }

  void object(const Json& value) {
    const Json::object_t::Container& items = *value.get_ptr<const Json::object_t*>();
    std::vector<Member> members;
    members.reserve(items.size());
    for (const auto& [key, part] : items) members.push_back({key, part.is_object(), index(members)});
    object(members, [&](std::uint32_t i) { write(items[i].second); });
  }

  // `write_value(index)` writes the value of the member that was the index-th.
  template <typename WriteValue>
  void object(std::vector<Member>& members, WriteValue write_value) {
    if (members.empty()) {
      out_ += "{}";
      return;
    }
    if (order_ == KeyOrder::kLockfile && !std::is_sorted(members.begin(), members.end(), in_lockfile_order))
      std::stable_sort(members.begin(), members.end(), in_lockfile_order);
    if (std::any_of(members.begin(), members.end(), [](const Member& member) { return array_index(member.key); }))
      std::stable_sort(members.begin(), members.end(), [](const Member& a, const Member& b) {
        auto index_a = array_index(a.key), index_b = array_index(b.key);
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
      string(member.key);
      out_ += indent_.empty() ? ":" : ": ";
      write_value(member.index);
    }
    --depth_;
    line();
    out_ += '}';
  }

  template <typename Items, typename WriteItem>
  void list(const Items& items, WriteItem write_item) {
    if (items.empty()) {
      out_ += "[]";
      return;
    }
    out_ += '[';
    ++depth_;
    bool first = true;
    for (const auto& item : items) {
      if (!first) out_ += ',';
      first = false;
      line();
      write_item(item);
    }
    --depth_;
    line();
    out_ += ']';
  }

  void string(std::string_view text) {
    out_ += '"';
    std::size_t written = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
      char c = text[at];
      if (static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\') continue;
      out_.append(text.substr(written, at - written));
      written = at + 1;
      escape(c);
    }
    out_.append(text.substr(written));
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

std::string json_text(const JsonMembers& object, std::string_view indent, KeyOrder order) {
  Writer writer(indent, order);
  writer.write(object);
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
