#include "resolver/base/json.h"

#include <optional>
#include <unordered_set>

#include <simdjson.h>

namespace pkg {
namespace {

namespace dom = simdjson::dom;

Json from_dom(const dom::element& value);

// The last of equal keys counts, in the place of the first, as in JavaScript.
Json from_dom(const dom::object& object) {
  Json result = Json::object();
  auto& members = *result.get_ptr<Json::object_t*>();
  members.reserve(object.size());
  constexpr std::size_t kFew = 8;
  std::unordered_set<std::string_view> seen;
  for (auto [key, value] : object) {
    bool fresh = true;
    if (members.size() < kFew) {
      for (const auto& member : members) fresh = fresh && member.first != key;
    } else {
      if (seen.empty())
        for (const auto& member : members) seen.insert(member.first);
      fresh = seen.insert(key).second;
    }
    if (fresh) {
      static_cast<Json::object_t::Container&>(members).emplace_back(std::string(key), from_dom(value));
    } else {
      members[std::string(key)] = from_dom(value);
    }
  }
  return result;
}

Json from_dom(const dom::element& value) {
  switch (value.type()) {
    case dom::element_type::OBJECT:
      return from_dom(dom::object(value));
    case dom::element_type::ARRAY: {
      Json result = Json::array();
      auto& items = *result.get_ptr<Json::array_t*>();
      dom::array array(value);
      items.reserve(array.size());
      for (const dom::element& item : array) items.push_back(from_dom(item));
      return result;
    }
    case dom::element_type::STRING:
      return Json(std::string(std::string_view(value)));
    case dom::element_type::INT64: {
      std::int64_t number = value.get_int64().value_unsafe();
      return number < 0 ? Json(number) : Json(static_cast<std::uint64_t>(number));
    }
    case dom::element_type::UINT64:
      return Json(value.get_uint64().value_unsafe());
    case dom::element_type::DOUBLE:
      return Json(value.get_double().value_unsafe());
    case dom::element_type::BOOL:
      return Json(value.get_bool().value_unsafe());
    default:
      return Json(nullptr);
  }
}

// Nothing when the text is no JSON or has what simdjson does not take: very deep nesting, integers past 64 bits.
std::optional<Json> parse_fast(std::string_view text) {
  thread_local dom::parser parser;
  auto document = parser.parse(text.data(), text.size());
  if (document.error()) return std::nullopt;
  return from_dom(document.value_unsafe());
}

}  // namespace

Result<Json> parse_json(std::string_view text, std::string_view what) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  if (auto value = parse_fast(text)) return std::move(*value);
  // What simdjson refused is parsed again for a reason with a place, or for its value after all. The overload without
  // exceptions discards the reason.
  try {
    return Json::parse(text.begin(), text.end());
  } catch (const nlohmann::json::exception& error) {
    std::string reason = error.what();
    // "[json.exception.parse_error.101] parse error at line 1, column 2: ..."
    if (auto end = reason.find("] "); end != std::string::npos) reason.erase(0, end + 2);
    return fail(code::kJsonParse, "invalid JSON in " + std::string(what) + ": " + reason,
                "the file must hold one JSON value");
  }
}

const Json* member(const Json& object, std::string_view key) {
  if (!object.is_object()) return nullptr;
  auto found = object.find(key);
  return found == object.end() ? nullptr : &*found;
}

std::string string_member(const Json& object, std::string_view key, std::string_view fallback) {
  const Json* value = member(object, key);
  return value && value->is_string() ? value->get<std::string>() : std::string(fallback);
}

}  // namespace pkg
