#include "cli/query_path.h"

#include <cmath>
#include <cstdlib>
#include <vector>

namespace pkg::cli {
namespace {

struct Key {
  std::string text;
  bool append = false;
};

// "a[].b" -> a, append, b; the names are split at dots.
void add_plain(std::string_view text, std::vector<Key>& keys) {
  auto at = text.rfind("[]");
  if (at != std::string_view::npos) {
    std::string_view after = text.substr(at + 2);
    if (after.starts_with('.')) after.remove_prefix(1);
    if (at > 0) add_plain(text.substr(0, at), keys);
    keys.push_back({"", true});
    if (!after.empty()) add_plain(after, keys);
    return;
  }
  for (std::size_t start = 0;;) {
    std::size_t dot = std::min(text.find('.', start), text.size());
    keys.push_back({std::string(text.substr(start, dot - start))});
    if (dot == text.size()) return;
    start = dot + 1;
  }
}

// What is in brackets is one name, dots and all.
void add_keys(std::string_view text, std::vector<Key>& keys) {
  for (std::size_t open = text.rfind('['); open != std::string_view::npos && open > 0;
       open = text.rfind('[', open - 1)) {
    std::size_t close = text.find(']', open);
    if (close == std::string_view::npos || close == open + 1) continue;
    add_keys(text.substr(0, open), keys);
    keys.push_back({std::string(text.substr(open + 1, close - open - 1))});
    std::string_view after = text.substr(close + 1);
    if (after.starts_with('.')) after.remove_prefix(1);
    if (!after.empty()) add_keys(after, keys);
    return;
  }
  add_plain(text, keys);
}

std::string_view trimmed(std::string_view text) {
  auto space = [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); };
  while (!text.empty() && space(text.front())) text.remove_prefix(1);
  while (!text.empty() && space(text.back())) text.remove_suffix(1);
  return text;
}

std::vector<Key> parse_path(const std::string& path) {
  std::vector<Key> keys;
  add_keys(trimmed(path), keys);
  return keys;
}

// As JavaScript's Number(text): nothing when it is none.
std::optional<double> number(std::string_view text) {
  text = trimmed(text);
  if (text.empty()) return 0;
  for (char c : text)
    if (!((c >= '0' && c <= '9') || c == '.' || c == '-' || c == '+' || c == 'e' || c == 'E')) return std::nullopt;
  std::string copy(text);
  char* end = nullptr;
  double value = std::strtod(copy.c_str(), &end);
  if (end != copy.c_str() + copy.size()) return std::nullopt;
  return value;
}

std::optional<std::size_t> list_index(const std::string& key) {
  if (key.empty() || key.size() > 9 || (key.size() > 1 && key[0] == '0')) return std::nullopt;
  for (char c : key)
    if (c < '0' || c > '9') return std::nullopt;
  return std::stoul(key);
}

Json undefined() { return Json(Json::value_t::discarded); }

bool is_container(const Json& value) { return value.is_object() || value.is_array(); }

class Setter {
 public:
  Setter(const std::string& path, Json value, Override override)
      : path_(path), keys_(parse_path(path)), value_(std::move(value)), force_(override == Override::kForce) {}

  Result<void> run(Json& data) { return step(data, 0); }

 private:
  bool deletes() const { return value_.is_discarded(); }

  Result<void> step(Json& data, std::size_t at) {
    const Key& key = keys_[at];
    for (const char* forbidden : {"__proto__", "constructor", "prototype"})
      if (key.text == forbidden) return fail("EFORBIDDENKEY", "Forbidden key: \"" + key.text + "\"");
    std::optional<double> numeric = key.append ? std::nullopt : number(key.text);
    const bool index = key.append || numeric;
    if (index && data.empty() && !data.is_array()) data = Json::array();
    if (force_ && data.is_array() && !index) {
      Json object = Json::object();
      for (std::size_t i = 0; i < data.size(); ++i) object[std::to_string(i)] = data[i];
      data = std::move(object);
    }
    if (key.append && !data.is_array()) return fail("ENOAPPEND", "Can't use append syntax in non-Array element");
    std::string name = key.append ? std::to_string(data.size()) : key.text;
    if (numeric && std::floor(*numeric) == *numeric && std::fabs(*numeric) < 1e15)
      name = std::to_string(static_cast<long long>(*numeric));
    return at + 1 == keys_.size() ? put(data, name) : descend(data, name, at);
  }

  Result<void> put(Json& data, const std::string& name) {
    auto index = list_index(name);
    if (deletes()) {
      if (data.is_object())
        data.erase(name);
      else if (index && *index < data.size())
        data.erase(data.begin() + static_cast<std::ptrdiff_t>(*index));
    } else if (data.is_array()) {
      // A name in a list is nothing that JSON could hold.
      if (index && grows_to(data, *index)) data[*index] = value_;
    } else {
      data[name] = value_;
    }
    return {};
  }

  Result<void> descend(Json& data, const std::string& name, std::size_t at) {
    auto index = list_index(name);
    const Json* there = nullptr;
    if (data.is_object())
      there = member(data, name);
    else if (index && *index < data.size())
      there = &data[*index];
    const Key& next = keys_[at + 1];
    if (there && !there->is_null() && !force_ && !deletes()) {
      if (!is_container(*there))
        return fail("EOVERRIDEVALUE", "Property " + name + " already exists and is not an Array or Object.");
      if (there->is_array() && !next.append && !number(next.text))
        return fail("ENOADDPROP", "Can't add property " + path_ + " to an Array.");
    }
    Json child = there && is_container(*there) ? *there : Json::object();
    PKG_TRY_VOID(step(child, at + 1));
    if (data.is_object()) {
      data[name] = std::move(child);
    } else if (index && grows_to(data, *index)) {
      data[*index] = std::move(child);
    }
    return {};
  }

  // A list may be set beyond its end, in reason.
  static bool grows_to(Json& list, std::size_t index) {
    if (index > list.size() + 10'000) return false;
    while (list.size() <= index) list.push_back(nullptr);
    return true;
  }

  const std::string& path_;
  const std::vector<Key> keys_;
  const Json value_;
  const bool force_;
};

}  // namespace

Result<Json> query_path(const Json& data, const std::string& path, Singles singles) {
  Json current = data;
  std::string label;
  for (const Key& key : parse_path(path)) {
    if (key.append) return fail("EINVALIDSYNTAX", "Empty brackets are not valid syntax for retrieving values.");
    auto numeric = number(key.text);
    if (current.is_array() && !(numeric && std::floor(*numeric) == *numeric)) {
      Json members = Json::object();
      for (std::size_t i = 0; i < current.size(); ++i) {
        const Json* found = member(current[i], key.text);
        members[label + "[" + std::to_string(i) + "]." + key.text] = found ? *found : undefined();
      }
      return members;
    }
    const Json* next = nullptr;
    if (current.is_array()) {
      auto index = list_index(key.text);
      if (index && *index < current.size()) next = &current[*index];
    } else {
      next = member(current, key.text);
    }
    if (!next) return Json();
    Json below = *next;
    current = std::move(below);
    label += key.text;
  }
  if (singles == Singles::kUnwrap && current.is_array() && current.size() <= 1)
    current = current.empty() ? undefined() : Json(current[0]);
  Json result = Json::object();
  result[path] = std::move(current);
  return result;
}

Result<void> set_path(Json& data, const std::string& path, Json value, Override override) {
  return Setter(path, std::move(value), override).run(data);
}

Result<void> delete_path(Json& data, const std::string& path) {
  return Setter(path, undefined(), Override::kNo).run(data);
}

}  // namespace pkg::cli
