#include "installer/package_json.h"

#include <algorithm>
#include <cerrno>

#include "installer/dir_writer.h"
#include "installer/disk.h"
#include "resolver/base/files.h"
#include "resolver/tree/collate.h"

namespace pkg::installer {
namespace {

std::string_view trimmed(std::string_view text) {
  auto space = [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); };
  while (!text.empty() && space(text.front())) text.remove_prefix(1);
  while (!text.empty() && space(text.back())) text.remove_suffix(1);
  return text;
}

Json sorted_object(resolver::Dependencies dependencies) {
  std::stable_sort(dependencies.begin(), dependencies.end(),
                   [](const auto& a, const auto& b) { return resolver::collate(a.first, b.first) < 0; });
  Json object = Json::object();
  for (auto& [name, spec] : dependencies) object[name] = std::move(spec);
  return object;
}

}  // namespace

Result<PackageJson> PackageJson::load(const std::string& dir) {
  PackageJson result;
  result.path = dir == "/" ? "/package.json" : dir + "/package.json";
  errno = 0;
  auto text = DiskFiles().read(result.path);
  if (!text) {
    int number = errno ? errno : ENOENT;
    Error error = errno_error(number, "open", result.path);
    error.message = "Could not read package.json: " + error.message;
    if (number == ENOENT) error.hint = "a project is a folder with a package.json in it";
    return tl::unexpected(std::move(error));
  }
  result.text = std::move(*text);
  PKG_TRY(result.content, parse_json(result.text, result.path));
  if (!result.content.is_object())
    return fail(code::kJsonParse, "invalid package.json: " + result.path + " holds no object",
                "a package.json is an object: { \"name\": ... }");
  result.format = detect_format(result.text);
  return result;
}

Result<PackageJson> PackageJson::load_or_empty(const std::string& dir) {
  auto loaded = load(dir);
  if (loaded || loaded.error().code != code::kNoEntry) return loaded;
  PackageJson result;
  result.path = dir == "/" ? "/package.json" : dir + "/package.json";
  result.content = Json::object();
  return result;
}

void PackageJson::update_dependencies(const resolver::Manifest& manifest) {
  Json before = content;
  auto put = [&](const char* type, const resolver::Dependencies& dependencies) {
    if (dependencies.empty()) {
      content.erase(type);
    } else {
      content[type] = sorted_object(dependencies);
    }
  };
  resolver::Dependencies required;
  for (const auto& [name, spec] : manifest.dependencies)
    if (!resolver::find_dependency(manifest.optional_dependencies, name)) required.emplace_back(name, spec);
  put("dependencies", required);
  put("optionalDependencies", manifest.optional_dependencies);
  put("devDependencies", manifest.dev_dependencies);
  put("peerDependencies", manifest.peer_dependencies);
  // What was both a peer and a dependency stays both.
  const Json* old_prod = member(before, "dependencies");
  const Json* old_peer = member(before, "peerDependencies");
  if (old_prod && old_prod->is_object() && old_peer && old_peer->is_object() && content.contains("peerDependencies")) {
    for (auto it = old_peer->begin(); it != old_peer->end(); ++it) {
      const Json* now = member(content["peerDependencies"], it.key());
      if (now && old_prod->contains(it.key())) content["dependencies"][it.key()] = *now;
    }
  }
  if (!manifest.bundle_dependencies.empty()) {
    const char* key = content.contains("bundledDependencies") && !content.contains("bundleDependencies")
                          ? "bundledDependencies"
                          : "bundleDependencies";
    const Json* old = member(content, key);
    Json now = manifest.bundle_dependencies;
    // `true` stands for all and stays.
    if (!old || old->is_array()) content[key] = std::move(now);
  }
}

Result<void> PackageJson::save() {
  // A file on one line stays on one, without an end of line even, as npm has it.
  std::string written = with_newlines(json_text(content, format.indent) + "\n", format.newline);
  if (trimmed(written) == trimmed(text)) return {};
  PKG_TRY_VOID(write_file(path, written));
  text = std::move(written);
  return {};
}

std::string PackageJson::script(std::string_view name) const {
  const Json* scripts = member(content, "scripts");
  return scripts ? string_member(*scripts, name) : std::string();
}

}  // namespace pkg::installer
