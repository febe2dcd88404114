#include "cli/package_fix.h"

#include <algorithm>

#include "cli/inspect.h"
#include "installer/disk.h"
#include "installer/json_text.h"
#include "resolver/spec/spec.h"
#include "resolver/tree/collate.h"

namespace pkg::cli {
namespace {

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

std::string trimmed(std::string text) {
  while (!text.empty() && is_space(text.back())) text.pop_back();
  std::size_t start = 0;
  while (start < text.size() && is_space(text[start])) ++start;
  return text.substr(start);
}

std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

// Whether encodeURIComponent leaves it as it is.
bool is_encoded(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-_.!~*'()").find(c) != std::string_view::npos;
  });
}

bool is_name(const std::string& name) {
  if (name.starts_with('.') || lower(name) == "node_modules" || lower(name) == "favicon.ico") return false;
  if (!name.starts_with('@')) return is_encoded(name);
  auto slash = name.find('/');
  if (slash == std::string::npos || slash == 1 || slash + 1 == name.size()) return false;
  std::string_view rest = std::string_view(name).substr(slash + 1);
  return is_encoded(std::string_view(name).substr(1, slash - 1)) && is_encoded(rest);
}

Result<void> fix_name(Json& content) {
  const Json* name = member(content, "name");
  if (!name || name->is_null() || *name == "" || *name == false || *name == 0) {
    content["name"] = "";
    return {};
  }
  if (!name->is_string()) return fail("", "name field must be a string.");
  std::string fixed = trimmed(name->get<std::string>());
  content["name"] = fixed;
  if (!is_name(fixed)) return fail("", "Invalid name: " + installer::json_text(Json(fixed), ""));
  return {};
}

Result<void> fix_version(Json& content) {
  const Json* version = member(content, "version");
  if (!version || version->is_null() || *version == "" || *version == false) {
    content["version"] = "";
    return {};
  }
  std::string text = version->is_string() ? version->get<std::string>() : installer::json_text(*version, "");
  auto clean = semver::clean(text, semver::Mode::kLoose);
  if (!version->is_string() || !semver::valid(text, semver::Mode::kLoose))
    return fail("", "Invalid version: \"" + text + "\"");
  if (clean) content["version"] = *clean;
  return {};
}

void fix_bundle(Json& content) {
  Json* bundle = content.contains("bundleDependencies") ? &content["bundleDependencies"] : nullptr;
  if (!bundle) return;
  auto keys = [](const Json* object) {
    return object && object->is_object() ? Json(enumerated_keys(*object)) : Json::array();
  };
  if (*bundle == false)
    *bundle = Json::array();
  else if (*bundle == true)
    *bundle = keys(member(content, "dependencies"));
  else if (bundle->is_object())
    *bundle = keys(bundle);
  else if (!bundle->is_array())
    content.erase("bundleDependencies");
}

// What scripts find in .bin they find without being told where it is.
void fix_scripts(Json& content) {
  if (!content.contains("scripts")) return;
  Json& scripts = content["scripts"];
  if (!scripts.is_object()) {
    if (!scripts.is_array() && !scripts.is_null()) content.erase("scripts");
    return;
  }
  for (const std::string& name : enumerated_keys(scripts)) {
    if (!scripts[name].is_string()) {
      scripts.erase(name);
      continue;
    }
    std::string text = scripts[name].get<std::string>();
    auto slash = [&](std::size_t at) { return at < text.size() && (text[at] == '/' || text[at] == '\\'); };
    std::size_t at = text.starts_with('.') && slash(1) ? 2 : 0;
    // npm's pattern takes any character before "bin".
    bool found = text.compare(at, 12, "node_modules") == 0 && slash(at + 12) && at + 13 < text.size() &&
                 text.compare(at + 14, 3, "bin") == 0 && slash(at + 17);
    if (found) scripts[name] = text.substr(at + 18);
  }
}

void fix_repository(Json& content) {
  if (const Json* several = member(content, "repositories"); several && several->is_array() && !several->empty()) {
    Json first = several->front();
    content["repository"] = std::move(first);
  }
  if (!content.contains("repository")) return;
  Json& repository = content["repository"];
  if (repository.is_string() && !repository.get_ref<const std::string&>().empty()) {
    Json object = {{"type", "git"}, {"url", repository}};
    repository = std::move(object);
  }
  std::string url = string_member(repository, "url");
  auto hosted = url.empty() ? std::nullopt : resolver::parse_hosted(url);
  if (hosted) repository["url"] = hosted->representation == "shortcut" ? hosted->https() : hosted->to_string();
}

// "a@1, b >2" or ["a@1", "b >2"] -> {"a": "1", "b": ">2"}
void fix_dependency_form(Json& map) {
  std::vector<std::string> items;
  if (map.is_string()) {
    std::string item;
    for (char c : trimmed(map.get<std::string>()) + " ") {
      if (!is_space(c) && c != ',') {
        item += c;
      } else if (!item.empty()) {
        items.push_back(std::move(item));
        item.clear();
      }
    }
  } else if (map.is_array()) {
    for (const Json& item : map)
      if (item.is_string()) items.push_back(trimmed(item.get<std::string>()));
  } else {
    return;
  }
  Json object = Json::object();
  for (const std::string& item : items) {
    std::size_t at = item.find_first_of("@ \t\n\r\f\v><=");
    std::size_t end = std::min(at, item.size());
    std::size_t name_end = at != std::string::npos && at > 0 && item[at - 1] == ':' ? at - 1 : end;
    std::string range = item.substr(name_end);
    if (range.starts_with('@')) range.erase(0, 1);
    object[item.substr(0, name_end)] = trimmed(range);
  }
  map = std::move(object);
}

void fix_dependencies(Json& content) {
  auto is_set = [&](const char* type) {
    const Json* map = member(content, type);
    return map && !map->is_null() && *map != "" && *map != false;
  };
  for (const char* type : {"dependencies", "devDependencies", "optionalDependencies"})
    if (is_set(type)) fix_dependency_form(content[type]);
  for (const char* type : {"dependencies", "devDependencies"}) {
    if (!content.contains(type)) continue;
    Json& map = content[type];
    if (!map.is_object()) {
      content.erase(type);
      continue;
    }
    for (const std::string& name : enumerated_keys(map)) {
      if (!map[name].is_string()) {
        map.erase(name);
      } else if (auto hosted = resolver::parse_hosted(map[name].get<std::string>())) {
        map[name] = hosted->to_string();
      }
    }
  }
}

}  // namespace

std::string inner_path(std::string_view path) {
  std::string plain(path);
  for (char& c : plain)
    if (c == '\\' || c == ':') c = '/';
  std::string inner = installer::resolve_path("/", plain).substr(1);
  return !inner.empty() && plain.ends_with('/') ? inner + "/" : inner;
}

Json normal_bin(const Json& content) {
  const Json* bin = member(content, "bin");
  Json list = Json::object(), result = Json::object();
  std::string name = string_member(content, "name");
  if (!bin) return Json();
  if (bin->is_string() && !name.empty() && *bin != "") {
    list[name] = *bin;
  } else if (bin->is_array()) {
    for (const Json& item : *bin)
      if (item.is_string()) list[std::string(installer::base_name(item.get_ref<const std::string&>()))] = item;
  } else if (bin->is_object()) {
    list = *bin;
  }
  for (const std::string& key : enumerated_keys(list)) {
    if (!list[key].is_string()) continue;
    std::string inner = inner_path(key);
    while (inner.ends_with('/')) inner.pop_back();
    std::string base(installer::base_name(inner)), target = inner_path(list[key].get<std::string>());
    if (!base.empty() && !target.empty()) result[base] = target;
  }
  return result.empty() ? Json() : result;
}

Result<void> fix_package(Json& content) {
  if (content.contains("bin")) {
    Json bin = normal_bin(content);
    if (bin.is_null())
      content.erase("bin");
    else
      content["bin"] = std::move(bin);
  }
  PKG_TRY_VOID(fix_name(content));
  PKG_TRY_VOID(fix_version(content));
  fix_bundle(content);
  fix_scripts(content);
  fix_repository(content);
  fix_dependencies(content);
  return {};
}

Result<void> settle_package(Json& content) {
  const Json before = content;
  constexpr const char* kTypes[] = {"dependencies", "optionalDependencies", "devDependencies", "peerDependencies"};
  for (const char* type : kTypes) {
    const Json* map = member(before, type);
    if (!map || !map->is_object()) continue;
    std::vector<std::string> names = enumerated_keys(*map);
    std::stable_sort(names.begin(), names.end(), resolver::CollateLess());
    Json sorted = Json::object();
    for (const std::string& name : names) sorted[name] = (*map)[name];
    content[type] = std::move(sorted);
  }
  const Json* optional = member(content, "optionalDependencies");
  if (optional && optional->is_object() && member(content, "dependencies") && content["dependencies"].is_object())
    for (auto it = optional->begin(); it != optional->end(); ++it) content["dependencies"].erase(it.key());
  for (const char* type : kTypes)
    if (const Json* map = member(content, type); map && map->is_object() && map->empty()) content.erase(type);
  // What was a peer and a dependency stays both.
  const Json* prod = member(before, "dependencies");
  const Json* peer = member(before, "peerDependencies");
  if (prod && prod->is_object() && peer && peer->is_object() && content.contains("peerDependencies"))
    for (auto it = peer->begin(); it != peer->end(); ++it)
      if (prod->contains(it.key())) content["dependencies"][it.key()] = *it;

  if (const Json* scripts = member(content, "scripts"); scripts && scripts->is_object())
    for (auto it = scripts->begin(); it != scripts->end(); ++it)
      if (!it->is_string())
        return fail("ESCRIPTSINVALID", "package.json scripts should be a key-value pair of strings.");
  if (const Json* workspaces = member(content, "workspaces"); workspaces && workspaces->is_array()) {
    bool texts = std::all_of(workspaces->begin(), workspaces->end(), [](const Json& item) { return item.is_string(); });
    if (workspaces->empty() || !texts) return fail("EWORKSPACESINVALID", "workspaces should be an array of strings.");
  }
  return {};
}

}  // namespace pkg::cli
