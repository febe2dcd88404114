#include "resolver/base/json.h"

namespace pkg {

Result<Json> parse_json(std::string_view text, std::string_view what) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  // The SAX-free overload without exceptions discards the reason, so the
  // throwing one is used and caught here, the only place that parses.
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
