#include "registry/config_values.h"

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "registry/config.h"

namespace pkg::registry {
namespace {

std::string_view trim(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n\f\v";
  std::size_t start = text.find_first_not_of(kSpace);
  return start == std::string_view::npos ? std::string_view()
                                         : text.substr(start, text.find_last_not_of(kSpace) - start + 1);
}

std::vector<std::string_view> split(std::string_view text, std::string_view by) {
  std::vector<std::string_view> parts;
  for (std::size_t at = 0;;) {
    std::size_t next = text.find(by, at);
    parts.push_back(text.substr(at, next == std::string_view::npos ? next : next - at));
    if (next == std::string_view::npos) return parts;
    at = next + by.size();
  }
}

bool is_choice(std::string_view choices, std::string_view text) {
  if (choices.empty()) return false;
  for (std::string_view choice : split(choices, "|"))
    if (choice == text) return true;
  return false;
}

std::string absolute(std::string_view path, const ConfigContext& context) {
  std::string whole = path.starts_with("~/")  ? context.home + std::string(path.substr(1))
                      : path.starts_with('/') ? std::string(path)
                                              : context.cwd + "/" + std::string(path);
  std::string out;
  for (std::string_view part : split(whole, "/")) {
    if (part.empty() || part == ".") continue;
    if (part == "..") {
      out.erase(out.empty() ? 0 : out.rfind('/'));
    } else {
      out += '/';
      out += part;
    }
  }
  return out.empty() ? "/" : out;
}

std::optional<Json> number(std::string_view text) {
  if (text.empty()) return Json(0);  // as Number("") is in JavaScript
  double value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (value >= -9e15 && value <= 9e15 && value == static_cast<double>(static_cast<long long>(value)))
    return Json(static_cast<long long>(value));
  return Json(value);
}

bool looks_like_url(std::string_view text) {
  std::size_t colon = text.find("://");
  return colon != std::string_view::npos && colon > 0 && colon + 3 < text.size();
}

// A date as JavaScript's Date reads ISO 8601 ("2026-11-23", "2026-11-23T10:00Z",
// "2026-11-23T10:00:00.000+01:00"; a time without zone is local), as UTC with
// milliseconds.
std::optional<Json> date(std::string_view text) {
  struct tm moment {};
  moment.tm_mday = 1;
  auto digits = [&](std::size_t count, int& value) {
    if (text.size() < count) return false;
    auto [end, error] = std::from_chars(text.data(), text.data() + count, value);
    if (error != std::errc() || end != text.data() + count) return false;
    text.remove_prefix(count);
    return true;
  };
  auto skip = [&](std::string_view any) {
    if (text.empty() || any.find(text.front()) == std::string_view::npos) return false;
    text.remove_prefix(1);
    return true;
  };
  int year = 0, month = 1, milliseconds = 0, offset = 0;
  bool local = false;
  if (!digits(4, year)) return std::nullopt;
  if (skip("-") && !digits(2, month)) return std::nullopt;
  if (skip("-") && !digits(2, moment.tm_mday)) return std::nullopt;
  if (skip("Tt ")) {
    local = true;
    if (!digits(2, moment.tm_hour) || !skip(":") || !digits(2, moment.tm_min)) return std::nullopt;
    if (skip(":") && !digits(2, moment.tm_sec)) return std::nullopt;
    if (skip(".")) {
      int scale = 100, digit = 0;
      while (digits(1, digit)) {
        milliseconds += digit * scale;
        scale /= 10;
      }
    }
    if (skip("Zz")) {
      local = false;
    } else if (!text.empty() && (text.front() == '+' || text.front() == '-')) {
      int sign = text.front() == '-' ? -1 : 1, hours = 0, minutes = 0;
      text.remove_prefix(1);
      if (!digits(2, hours) || (skip(":"), !digits(2, minutes))) return std::nullopt;
      offset = sign * (hours * 60 + minutes) * 60;
      local = false;
    }
  }
  if (!text.empty() || month < 1 || month > 12 || moment.tm_mday < 1 || moment.tm_mday > 31 || moment.tm_hour > 24 ||
      moment.tm_min > 59 || moment.tm_sec > 59)
    return std::nullopt;
  moment.tm_year = year - 1900;
  moment.tm_mon = month - 1;
  moment.tm_isdst = -1;
  time_t seconds = (local ? ::mktime(&moment) : ::timegm(&moment)) - offset;
  struct tm utc {};
  if (!::gmtime_r(&seconds, &utc)) return std::nullopt;
  char out[64];
  std::snprintf(out, sizeof out, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday,
                utc.tm_hour, utc.tm_min, utc.tm_sec, milliseconds);
  return Json(out);
}

std::optional<Json> type_text(const ConfigDefinition& row, std::string_view raw, const ConfigContext& context) {
  const std::uint16_t types = row.types;
  std::string_view trimmed = trim(raw);
  const bool is_string = types & (kTypeString | kTypePath);
  if (types & kTypeBool && !is_string && trimmed.empty()) return Json(true);
  if (types & kTypeBool && (trimmed == "true" || trimmed == "false")) return Json(trimmed == "true");
  if (types & kTypeNull && trimmed == "null") return Json(nullptr);
  if (types & kTypeNull && trimmed == "false") return Json(nullptr);  // --no-x
  std::string text = expand_env(trimmed, context.env);
  if (types & kTypePath) return Json(absolute(text, context));
  if (types & kTypeNumber)
    if (auto value = number(text)) return value;
  if (types & kTypeUmask) {
    char* end = nullptr;
    unsigned long mask = std::strtoul(text.c_str(), &end, 8);
    if (*end == 0 && !text.empty() && mask <= 0777) return Json(static_cast<int>(mask));
    return std::nullopt;
  }
  if (is_choice(row.choices, text)) {
    if (row.name == "lockfile-version") return number(text);
    return Json(text);
  }
  if (types & kTypeUrl && looks_like_url(text)) return Json(text);
  if (types & kTypeDate)
    if (auto value = date(text)) return value;
  if (types & kTypeSemver && !text.empty() && text[0] >= '0' && text[0] <= '9') return Json(text);
  if (types & kTypeString) return Json(text);
  if (types & kTypeList && row.choices.empty()) return Json(text);
  return std::nullopt;
}

}  // namespace

std::optional<Json> type_config_value(const ConfigDefinition* definition, const Json& value,
                                      const ConfigContext& context) {
  if (!definition) {
    if (!value.is_string()) return std::make_optional<Json>(value);
    std::string text = expand_env(trim(value.get_ref<const std::string&>()), context.env);
    if (text == "true" || text == "false") return Json(text == "true");
    if (text == "null") return Json(nullptr);
    return Json(text);
  }
  const std::uint16_t types = definition->types;
  if (value.is_boolean()) {
    if (types & kTypeBool) return std::make_optional<Json>(value);
    if (value == Json(false) && types & kTypeNull) return Json(nullptr);
    if (types & kTypeString) return std::make_optional<Json>(value.dump());
    return std::nullopt;
  }
  if (value.is_null()) {
    if (types & kTypeNull || definition->fallback == "null") return std::make_optional<Json>();
    return std::nullopt;
  }
  if (!(types & kTypeList)) {
    if (value.is_array() && value.empty()) return std::nullopt;
    if (value.is_array()) return type_config_value(definition, value.back(), context);
    if (value.is_string()) return type_text(*definition, value.get_ref<const std::string&>(), context);
    return std::make_optional<Json>(value);
  }
  // In the environment a list is written with empty lines between its items.
  Json list = Json::array();
  auto take = [&](const std::string& text) {
    for (std::string_view part : split(text, "\n\n")) {
      auto item = type_text(*definition, part, context);
      if (!item) return false;
      if (!(item->is_string() && item->get_ref<const std::string&>().empty())) list.push_back(std::move(*item));
    }
    return true;
  };
  if (value.is_string() && !take(value.get_ref<const std::string&>())) return std::nullopt;
  if (value.is_array())
    for (const Json& item : value)
      if (!take(item.is_string() ? item.get<std::string>() : item.dump())) return std::nullopt;
  return list;
}

std::string describe_config_type(const ConfigDefinition& row) {
  std::string out;
  auto add = [&](std::string_view text) { out += (out.empty() ? "" : ", or ") + std::string(text); };
  if (!row.choices.empty()) {
    std::string choices = "one of:";
    for (std::string_view choice : split(row.choices, "|"))
      choices += (choices.back() == ':' ? " " : ", ") + std::string(choice);
    add(choices);
  }
  if (row.types & kTypeNull) add("null");
  if (row.types & kTypeBool) add("true or false");
  if (row.types & kTypeNumber) add("a number");
  if (row.types & kTypePath) add("a path");
  if (row.types & kTypeUrl) add("a full URL with \"http://\"");
  if (row.types & kTypeUmask) add("an octal number from 0 to 777");
  if (row.types & kTypeDate) add("a date");
  if (row.types & kTypeSemver) add("a full version");
  if (row.types & kTypeString) add("text");
  return out;
}

std::string expand_env(std::string_view text, const std::map<std::string, std::string, std::less<>>& env) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t slashes = 0;
    while (i + slashes < text.size() && text[i + slashes] == '\\') ++slashes;
    std::size_t dollar = i + slashes;
    std::size_t close =
        text.substr(std::min(dollar, text.size())).starts_with("${") ? text.find('}', dollar) : std::string_view::npos;
    std::string_view name =
        close == std::string_view::npos ? std::string_view() : text.substr(dollar + 2, close - dollar - 2);
    bool optional = name.ends_with('?');
    if (optional) name.remove_suffix(1);
    if (name.empty() || name.find_first_of("${}?") != std::string_view::npos) {
      std::size_t length = std::max<std::size_t>(slashes, 1);
      out += text.substr(i, length);
      i += length;
      continue;
    }
    i = close + 1;
    if (slashes % 2) {  // escaped: half of the backslashes and the expression itself
      out.append((slashes - 1) / 2, '\\');
      out += text.substr(dollar, i - dollar);
      continue;
    }
    out.append(slashes / 2, '\\');
    if (auto found = env.find(name); found != env.end()) {
      out += found->second;
    } else if (!optional) {
      out += "${" + std::string(name) + "}";
    }
  }
  return out;
}

Result<void> write_config_file(const std::string& path, std::string_view text, unsigned mode) {
  auto failed = [&](int error) {
    return fail(strerrorname_np(error), std::string(std::strerror(error)) + ", write '" + path + "'");
  };
  for (std::size_t slash = path.find('/', 1); slash != std::string::npos; slash = path.find('/', slash + 1))
    if (::mkdir(path.substr(0, slash).c_str(), 0777) != 0 && errno != EEXIST) return failed(errno);
  std::string temporary = path + "." + std::to_string(::getpid());
  int fd = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  if (fd < 0) return failed(errno);
  while (!text.empty()) {
    ssize_t count = ::write(fd, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      int error = errno;
      ::close(fd);
      ::unlink(temporary.c_str());
      return failed(error);
    }
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  ::close(fd);
  if (::rename(temporary.c_str(), path.c_str()) != 0) {
    int error = errno;
    ::unlink(temporary.c_str());
    return failed(error);
  }
  return {};
}

}  // namespace pkg::registry
