#include "runtime/core/config_file.h"

#include <cerrno>
#include <set>

#include <uv.h>

#include "resolver/base/files.h"
#include "resolver/base/json.h"

namespace pkg::runtime {

namespace {

bool belongs_to(const std::string& name_space, const OptionRow& row) {
  std::string_view name = row.name;
  if (name_space == "nodeOptions") return row.flags & kEnvironment;
  if (name_space == "test") return name.starts_with("--test") || name.starts_with("--experimental-test");
  if (name_space == "watch") return name.starts_with("--watch");
  return name == "--permission" || name == "--permission-audit" || name.starts_with("--allow-");
}

// NODE_OPTIONS would take what follows a blank for an option of its own.
bool hides_an_option(const std::string& text) { return text.find(" -") != std::string::npos; }

class ConfigReader {
 public:
  explicit ConfigReader(Options& options) : options_(options) {}

  Result<void> read(const std::string& path, const std::string& content) {
    Json json = parse(content);
    if (has_twice_) return wrong("Option --" + twice_ + " is already defined");
    if (json.is_discarded()) return wrong("Can't parse " + path);
    if (!json.is_object()) return wrong("Root value unexpected not an object for " + path);
    for (const auto& [name_space, values] : json.items()) {
      if (name_space == "$schema") continue;
      if (name_space != "nodeOptions" && name_space != "test" && name_space != "watch" && name_space != "permission") {
        return wrong("Unknown namespace " + name_space);
      }
      if (!values.is_object()) return wrong("\"" + name_space + "\" value unexpected for " + path);
      for (const auto& [name, value] : values.items()) PKG_TRY_VOID(read_option(name_space, name, value));
    }
    return {};
  }

 private:
  static tl::unexpected<Error> wrong(std::string message) { return fail("ERR_BAD_OPTION", std::move(message)); }

  // The second of two equal keys would hide the first.
  Json parse(const std::string& content) {
    std::vector<std::set<std::string>> keys;
    auto watch = [&](int, Json::parse_event_t event, Json& parsed) {
      if (event == Json::parse_event_t::object_start) keys.emplace_back();
      if (event == Json::parse_event_t::object_end) keys.pop_back();
      if (event == Json::parse_event_t::key && !keys.back().insert(parsed.get<std::string>()).second && !has_twice_) {
        has_twice_ = true;
        twice_ = parsed.get<std::string>();
      }
      return true;
    };
    return Json::parse(content, watch, /*allow_exceptions=*/false);
  }

  Result<void> read_option(const std::string& name_space, const std::string& name, const Json& value) {
    std::string key = "--" + name;
    for (const auto& [alias, stands_for] : long_aliases()) {
      if (alias == key) key = stands_for;
    }
    const OptionRow* row = find_option(key);
    if (!row || !belongs_to(name_space, *row)) {
      return wrong("Unknown or not allowed option " + name + " for namespace " + name_space);
    }
    if (!seen_.insert(key).second) return wrong("Option " + key + " is already defined");
    if (row->kind == OptionKind::kV8) return wrong("V8 flag " + key + " is currently not supported");
    if (row->kind == OptionKind::kNoOp) return wrong("No-op flag " + key + " is currently not supported");
    auto invalid = [&] { return wrong("Invalid value for " + key); };
    if ((row->flags & kMissing) && value != Json(false)) return wrong(key + " is not supported");
    switch (row->kind) {
      case OptionKind::kBoolean:
        if (!value.is_boolean()) return invalid();
        return set(key, value.get<bool>());
      case OptionKind::kInteger:
      case OptionKind::kUnsigned: {
        if (!value.is_number()) return invalid();
        auto number = value.get<double>();
        if (row->kind == OptionKind::kUnsigned && number < 0) return invalid();
        return set(key, number);
      }
      case OptionKind::kList: {
        std::vector<std::string> list;
        for (const Json& item : value.is_array() ? value : Json::array({value})) {
          if (!item.is_string()) return invalid();
          list.push_back(item.get<std::string>());
          if (name_space == "nodeOptions" && hides_an_option(list.back())) return hidden();
        }
        if (key == "--watch-path") PKG_TRY_VOID(set("--watch", true));
        return set(key, std::move(list));
      }
      default: {
        std::string text = value.is_number() ? value.dump() : value.is_string() ? value.get<std::string>() : "";
        if (text.empty()) return invalid();
        if (name_space == "nodeOptions" && hides_an_option(text)) return hidden();
        return set(key, std::move(text));
      }
    }
  }

  static tl::unexpected<Error> hidden() {
    return wrong("The number of NODE_OPTIONS doesn't match the number of flags in the config file");
  }

  Result<void> set(const std::string& key, OptionValue value) {
    options_.values[key] = std::move(value);
    return {};
  }

  Options& options_;
  std::set<std::string> seen_;
  bool has_twice_ = false;
  std::string twice_;
};

}  // namespace

Result<void> add_config_file(const std::string& program, const std::string& path, Options& options) {
  DiskFiles files;
  errno = 0;
  auto content = files.read(path);
  if (!content) {
    return fail("ERR_BAD_OPTION", "Cannot read configuration from " + path + ": " +
                                      uv_strerror(errno != 0 ? -errno : UV_ENOENT) + "\n" + program + ": " + path +
                                      ": not found");
  }
  Options from_file;
  if (auto read = ConfigReader(from_file).read(path, *content); !read) {
    return fail("ERR_BAD_OPTION", read.error().message + "\n" + program + ": " + path + ": invalid content");
  }
  merge_options(from_file, options);
  return {};
}

}  // namespace pkg::runtime
