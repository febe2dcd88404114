#include "resolver/tree/manifest.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace pkg::resolver {
namespace {

// JavaScript enumerates keys that are array indices first, by value.
bool is_index(std::string_view key) {
  if (key.empty() || key.size() > 9 || (key[0] == '0' && key.size() > 1)) return false;
  return std::all_of(key.begin(), key.end(), [](char c) { return c >= '0' && c <= '9'; });
}

void order_like_javascript(Dependencies& dependencies) {
  auto first_word = std::stable_partition(dependencies.begin(), dependencies.end(),
                                          [](const auto& entry) { return is_index(entry.first); });
  std::sort(dependencies.begin(), first_word,
            [](const auto& a, const auto& b) { return std::stoul(a.first) < std::stoul(b.first); });
}

Dependencies read_dependencies(const Json& json, std::string_view key) {
  Dependencies found;
  const Json* object = member(json, key);
  if (!object || !object->is_object()) return found;
  found.reserve(object->size());
  bool index = false;
  for (const auto& [name, spec] : object->items()) {
    if (!spec.is_string() || name.empty()) continue;
    index |= is_index(name);
    found.emplace_back(name, spec.get_ref<const std::string&>());
  }
  if (index) order_like_javascript(found);
  return found;
}

Json field(const Json& json, std::string_view key) {
  const Json* value = member(json, key);
  return value ? *value : Json();
}

// The last part of a path, as path.basename gives it.
std::string base_name(std::string_view path) {
  while (!path.empty() && path.back() == '/') path.remove_suffix(1);
  std::size_t slash = path.rfind('/');
  return std::string(slash == std::string_view::npos ? path : path.substr(slash + 1));
}

// A relative path that cannot leave the package: '\\' and ':' become '/', and
// '.' and '..' are worked out below a root. Empty when nothing is left.
std::string confine_path(std::string_view path) {
  std::vector<std::string> parts;
  std::string part;
  bool trailing = false;
  auto end_part = [&] {
    if (part == "..") {
      if (!parts.empty()) parts.pop_back();
    } else if (!part.empty() && part != ".") {
      parts.push_back(part);
    }
    part.clear();
  };
  for (char c : path) {
    trailing = c == '/' || c == '\\' || c == ':';
    if (trailing)
      end_part();
    else
      part += c;
  }
  end_part();
  std::string result;
  for (const std::string& p : parts) {
    if (!result.empty()) result += '/';
    result += p;
  }
  if (trailing && !result.empty()) result += '/';
  return result;
}

void set_key(Json& object, const std::string& key, std::string value) { object[key] = std::move(value); }

// npm's reading of "bin": an object from command names without folders to
// paths inside the package; null when nothing valid is in it.
Json read_bin(const Json& json, const std::string& package_name) {
  const Json* bin = member(json, "bin");
  if (!bin) return Json();
  Json commands = Json::object();
  if (bin->is_string()) {
    if (package_name.empty() || bin->get_ref<const std::string&>().empty()) return Json();
    set_key(commands, package_name, bin->get<std::string>());
  } else if (bin->is_array()) {
    for (const Json& path : *bin)
      if (path.is_string()) set_key(commands, base_name(path.get_ref<const std::string&>()), path.get<std::string>());
  } else if (bin->is_object()) {
    commands = *bin;
  } else {
    return Json();
  }
  // A renamed command goes to the end, as when a JavaScript object loses one
  // key and gains another.
  Json renamed = Json::object();
  Json result = Json::object();
  for (const auto& [key, value] : commands.items()) {
    if (!value.is_string()) continue;
    std::string command = base_name(confine_path(key));
    std::string path = confine_path(value.get_ref<const std::string&>());
    if (command.empty() || path.empty()) continue;
    set_key(command == key || commands.contains(command) ? result : renamed, command, std::move(path));
  }
  for (auto& [key, value] : renamed.items()) result[key] = value;
  return result.empty() ? Json() : result;
}

std::vector<std::string> read_bundle(const Json& json, const Dependencies& dependencies) {
  std::vector<std::string> names;
  const Json* bundle = member(json, "bundleDependencies");
  if (!bundle) bundle = member(json, "bundledDependencies");
  if (!bundle) return names;
  if (bundle->is_boolean() && bundle->get<bool>()) {
    for (const auto& [name, spec] : dependencies) names.push_back(name);
  } else if (bundle->is_array()) {
    for (const Json& name : *bundle)
      if (name.is_string()) names.push_back(name.get<std::string>());
  } else if (bundle->is_object()) {
    for (const auto& [name, ignored] : bundle->items()) names.push_back(name);
  }
  return names;
}

bool has_install_script(const Json& json) {
  if (const Json* flag = member(json, "hasInstallScript"); flag && flag->is_boolean() && flag->get<bool>()) return true;
  const Json* scripts = member(json, "scripts");
  if (!scripts) return false;
  for (std::string_view script : {"install", "preinstall", "postinstall"})
    if (!string_member(*scripts, script).empty()) return true;
  return false;
}

}  // namespace

const std::string* find_dependency(const Dependencies& dependencies, std::string_view name) {
  for (const auto& [key, spec] : dependencies)
    if (key == name) return &spec;
  return nullptr;
}

bool Manifest::peer_is_optional(std::string_view peer) const {
  const Json* meta = member(peer_dependencies_meta, peer);
  const Json* optional = meta ? member(*meta, "optional") : nullptr;
  if (!optional) return false;
  if (optional->is_boolean()) return optional->get<bool>();
  if (optional->is_string()) return !optional->get_ref<const std::string&>().empty();
  if (optional->is_number()) return optional->get<double>() != 0;
  return optional->is_structured();
}

std::string Manifest::engine(std::string_view which) const { return string_member(engines, which); }

bool Manifest::is_deprecated() const {
  if (deprecated.is_string()) return !deprecated.get_ref<const std::string&>().empty();
  if (deprecated.is_boolean()) return deprecated.get<bool>();
  return !deprecated.is_null();
}

std::string integrity_of_shasum(std::string_view shasum) {
  if (shasum.size() != 40) return {};
  std::array<unsigned char, 21> bytes{};
  for (std::size_t i = 0; i < 40; ++i) {
    char c = shasum[i];
    int digit = c >= '0' && c <= '9'   ? c - '0'
                : c >= 'a' && c <= 'f' ? c - 'a' + 10
                : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                       : -1;
    if (digit < 0) return {};
    bytes[i / 2] = static_cast<unsigned char>(bytes[i / 2] * 16 + digit);
  }
  static constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text = "sha1-";
  for (std::size_t i = 0; i < 21; i += 3) {
    std::uint32_t word = bytes[i] << 16 | bytes[i + 1] << 8 | bytes[i + 2];
    for (int shift : {18, 12, 6, 0}) text += kAlphabet[word >> shift & 63];
  }
  text.back() = '=';  // 20 bytes: the last of 28 characters is padding
  return text;
}

Manifest parse_manifest(const Json& json) {
  Manifest manifest;
  if (!json.is_object()) return manifest;
  manifest.name = string_member(json, "name");
  manifest.version = string_member(json, "version");

  manifest.dependencies = read_dependencies(json, "dependencies");
  manifest.optional_dependencies = read_dependencies(json, "optionalDependencies");
  manifest.dev_dependencies = read_dependencies(json, "devDependencies");
  if (const Json* dev = member(json, "devDependencies")) manifest.has_dev_dependencies = dev->is_object();
  manifest.peer_dependencies = read_dependencies(json, "peerDependencies");
  manifest.accept_dependencies = read_dependencies(json, "acceptDependencies");
  manifest.bundle_dependencies = read_bundle(json, manifest.dependencies);
  if (!manifest.optional_dependencies.empty()) {
    std::erase_if(manifest.dependencies, [&](const auto& entry) {
      return find_dependency(manifest.optional_dependencies, entry.first) != nullptr;
    });
  }

  manifest.peer_dependencies_meta = field(json, "peerDependenciesMeta");
  manifest.bin = read_bin(json, manifest.name);
  manifest.engines = field(json, "engines");
  manifest.os = field(json, "os");
  manifest.cpu = field(json, "cpu");
  manifest.libc = field(json, "libc");
  manifest.license = field(json, "license");
  manifest.funding = field(json, "funding");
  if (manifest.funding.is_string()) {
    std::string url = manifest.funding.get<std::string>();
    manifest.funding = url.empty() ? Json() : Json{{"url", url}};
  }
  manifest.deprecated = field(json, "deprecated");
  manifest.workspaces = field(json, "workspaces");
  manifest.overrides = field(json, "overrides");
  if (!manifest.overrides.is_object() || manifest.overrides.empty()) manifest.overrides = Json();
  manifest.dev_engines = field(json, "devEngines");
  manifest.has_install_script = has_install_script(json);
  const Json* shrinkwrap = member(json, "_hasShrinkwrap");
  manifest.has_shrinkwrap = shrinkwrap && shrinkwrap->is_boolean() && shrinkwrap->get<bool>();

  if (const Json* dist = member(json, "dist")) {
    manifest.resolved = string_member(*dist, "tarball");
    manifest.integrity = string_member(*dist, "integrity");
    if (manifest.integrity.empty()) manifest.integrity = integrity_of_shasum(string_member(*dist, "shasum"));
  }
  return manifest;
}

}  // namespace pkg::resolver
