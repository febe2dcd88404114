#include "resolver/module/package_json.h"

#include <simdjson.h>

namespace pkg::resolver {
namespace {

// Resolving targets recurses, so what nests deeper than anyone would write is
// refused.
bool nests_too_deep(std::string_view json) {
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    char c = json[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      if (++depth > 500) return true;
    } else if (c == '}' || c == ']') {
      --depth;
    }
  }
  return false;
}

}  // namespace

std::string join_path(std::string_view directory, std::string_view name) {
  std::string path;
  path.reserve(directory.size() + 1 + name.size());
  path.append(directory);
  if (!directory.ends_with('/')) path.push_back('/');
  path.append(name);
  return path;
}

std::string_view parent_directory(std::string_view path) {
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  auto slash = path.rfind('/');
  if (slash == std::string_view::npos) return ".";
  return slash == 0 ? path.substr(0, 1) : path.substr(0, slash);
}

std::string_view base_directory(std::string_view path) {
  if (path.size() <= 1 || !path.ends_with('/')) return parent_directory(path);
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  return path;
}

std::string normalize_path(std::string_view path) {
  std::string result;
  result.reserve(path.size() + 1);
  std::size_t at = 0;
  while (at < path.size()) {
    auto end = path.find('/', at);
    if (end == std::string_view::npos) end = path.size();
    auto segment = path.substr(at, end - at);
    at = end + 1;
    if (segment.empty() || segment == ".") continue;
    if (segment == "..") {
      auto slash = result.rfind('/');
      if (slash != std::string::npos) result.resize(slash);
      continue;
    }
    result.push_back('/');
    result.append(segment);
  }
  if (result.empty()) result = "/";
  return result;
}

std::string PackageJson::path() const { return join_path(directory, "package.json"); }

std::unique_ptr<PackageJson> PackageJson::parse(std::string text, std::string directory) {
  namespace ondemand = simdjson::ondemand;
  if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
  auto package = std::make_unique<PackageJson>();
  package->directory = std::move(directory);

  // One parser for all: its buffers grow to the largest file once.
  thread_local ondemand::parser parser;
  text.reserve(text.size() + simdjson::SIMDJSON_PADDING);
  ondemand::document document;
  ondemand::object object;
  if (parser.iterate(text).get(document) || document.get_object().get(object)) return nullptr;
  for (auto field_result : object) {
    ondemand::field field;
    if (std::move(field_result).get(field)) return nullptr;
    std::string_view key;
    if (field.unescaped_key().get(key)) return nullptr;
    ondemand::value value = field.value();
    ondemand::json_type type;
    if (value.type().get(type)) return nullptr;
    std::string_view string;
    if (key == "name") {
      if (value.get_string().get(string)) return nullptr;
      package->name = string;
    } else if (key == "main") {
      // A main of another type is as good as none.
      if (type != ondemand::json_type::string) continue;
      if (value.get_string().get(string)) return nullptr;
      package->main = string;
    } else if (key == "type") {
      if (value.get_string().get(string)) return nullptr;
      package->type = string == "module"     ? PackageType::kModule
                      : string == "commonjs" ? PackageType::kCommonJs
                                             : PackageType::kNone;
    } else if (key == "exports" || key == "imports") {
      std::string& raw = key == "exports" ? package->exports_text_ : package->imports_text_;
      raw.clear();
      bool is_imports = key == "imports";
      if (type == ondemand::json_type::object || type == ondemand::json_type::array) {
        if (value.raw_json().get(string)) return nullptr;
        if (nests_too_deep(string)) return nullptr;
        raw = string;
      } else if (type == ondemand::json_type::string && !is_imports) {
        raw = value.raw_json_token();
      }
    }
  }
  // Anything but white space after the object's end is an error.
  if (!document.at_end()) return nullptr;
  return package;
}

const Json* PackageJson::value(const std::string& text, std::unique_ptr<Json>& parsed) {
  if (text.empty()) return nullptr;
  if (!parsed) {
    auto json = parse_json(text, "package.json");
    // What simdjson skipped over may still be malformed inside; then it counts as an empty object.
    parsed = std::make_unique<Json>(json ? std::move(*json) : Json::object());
  }
  return parsed.get();
}

ModuleResult<const PackageJson*> PackageJsons::read(const std::string& directory, std::string_view importing) {
  auto [entry, is_new] = entries_.try_emplace(directory);
  if (is_new) {
    if (auto text = files_.read(join_path(directory, "package.json"))) {
      entry->second.json = PackageJson::parse(std::move(*text), directory);
      entry->second.invalid = entry->second.json == nullptr;
    } else {
      entries_.erase(entry);
      return nullptr;
    }
  }
  if (!entry->second.invalid) return entry->second.json.get();
  std::string message = "Invalid package config " + join_path(directory, "package.json");
  if (!importing.empty()) message.append(" while importing ").append(importing);
  entries_.erase(entry);  // an invalid file may be mended
  return module_error(code::kInvalidPackageConfig, message + ".");
}

ModuleResult<const PackageJson*> PackageJsons::scope(std::string_view path) {
  std::string_view directory = base_directory(path);
  for (;;) {
    if (directory.ends_with("/node_modules")) return nullptr;
    PKG_TRY_MODULE(const PackageJson* package, read(std::string(directory)));
    if (package != nullptr) return package;
    if (directory.size() <= 1) return nullptr;
    directory = parent_directory(directory);
  }
}

}  // namespace pkg::resolver
