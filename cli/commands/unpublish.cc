// `pkg unpublish`: takes a version, or a whole package, from the registry.
// Spec: npm's document npm-unpublish.
#include <algorithm>

#include "cli/command.h"
#include "cli/inspect.h"
#include "cli/installing.h"
#include "cli/publish_config.h"
#include "cli/registry_client.h"
#include "registry/url.h"
#include "resolver/spec/spec.h"

namespace pkg::cli {
namespace {

constexpr const char* kUsage = "pkg unpublish [<package>[@<version>]]";

Error whole_project() {
  return {std::string(code::kUsage), "Refusing to delete entire project.\nRun with --force to do this.", kUsage};
}

// What the tarball's URL says below the registry.
std::string path_in(const std::string& tarball, const std::string& registry) {
  auto url = registry::Url::parse(tarball), base = registry::Url::parse(registry);
  if (!url) return {};
  std::string path = url->path.substr(1);
  const std::size_t above = base ? base->path.size() - 1 : 0;
  return above < path.size() ? path.substr(above) : path;
}

// Without `version`: the whole package. What is not there is taken for gone.
Result<void> remove(Session& session, const std::string& name, const std::string& version) {
  const std::string registry = session.auth().registry_for(name), path = escaped_name(name);
  auto call = [&](RegistryCall one) -> Result<RegistryAnswer> {
    one.registry = registry;
    one.subject = name;
    return call_with_otp(session, std::move(one));
  };
  PKG_TRY(auto answer, call({.path = path + "?write=true"}));
  Json& document = answer.body;
  const std::string revision = string_member(document, "_rev", "undefined");
  Json versions = Json::object();
  if (const Json* listed = member(document, "versions"); listed && listed->is_object()) versions = *listed;
  if (!version.empty() && !versions.empty() && !versions.contains(version)) return {};
  if (version.empty() || versions.size() <= 1) {
    PKG_TRY_VOID(call({.method = "DELETE", .path = path + "/-rev/" + revision}));
    return {};
  }
  const Json* dist = member(versions[version], "dist");
  const std::string tarball = dist ? path_in(string_member(*dist, "tarball"), registry) : "";
  versions.erase(version);
  Json tags = Json::object();
  if (const Json* listed = member(document, "dist-tags"); listed && listed->is_object()) tags = *listed;
  const bool was_latest = string_member(tags, "latest") == version;
  for (const std::string& tag : enumerated_keys(tags))
    if (tags[tag] == version) tags.erase(tag);
  if (was_latest) {
    std::vector<std::string> left = enumerated_keys(versions);
    std::stable_sort(left.begin(), left.end(), [](const std::string& a, const std::string& b) {
      auto one = semver::Version::parse(a, semver::Mode::kLoose),
           other = semver::Version::parse(b, semver::Mode::kLoose);
      return one && other && *one < *other;
    });
    tags["latest"] = left.back();
  }
  document["versions"] = versions;
  document["dist-tags"] = tags;
  document.erase("_revisions");
  document.erase("_attachments");
  PKG_TRY_VOID(call({.method = "PUT", .path = path + "/-rev/" + revision, .body = document}));
  PKG_TRY(auto now, call({.path = path + "?write=true"}));
  PKG_TRY_VOID(call({.method = "DELETE", .path = tarball + "/-rev/" + string_member(now.body, "_rev", "undefined")}));
  return {};
}

Result<int> unpublish(Session& session, const std::string& folder) {
  registry::Config& config = session.config();
  const bool force = config.flag("force");
  std::string name, version;
  PKG_TRY(auto package, installer::PackageJson::load_or_empty(folder));
  if (!session.words.empty()) {
    PKG_TRY(auto spec, resolver::parse_spec(session.words.front(), session.cwd));
    const bool one = spec.type == resolver::SpecType::kVersion;
    if (!one && spec.raw_spec != "*")
      return fail(code::kUsage,
                  "Can only unpublish a single version, or the entire project.\nTags and ranges are not supported.",
                  kUsage);
    if (!one && !force) return tl::unexpected<Error>(whole_project());
    name = spec.name;
    if (one) version = spec.raw_spec;
  } else {
    name = string_member(package.content, "name");
    version = string_member(package.content, "version");
    if (package.content.empty())
      return fail(code::kUsage, "there is no package.json to tell what to unpublish", kUsage);
    if (version.empty() && !force) return tl::unexpected<Error>(whole_project());
  }
  if (string_member(package.content, "name") == name) apply_publish_config(config, package.content);
  PKG_TRY(auto answer, call_registry(session, {.path = escaped_name(name) + "?write=true",
                                               .registry = session.auth().registry_for(name),
                                               .subject = name}));
  const Json* versions = member(answer.body, "versions");
  const std::size_t count = versions && versions->is_object() ? versions->size() : 0;
  if (count == 1 && versions->begin().key() == version && !force)
    return fail(code::kUsage,
                "Refusing to delete the last version of the package. It will block from republishing a new version for "
                "24 hours.\nRun with --force to do this.",
                kUsage);
  if (!config.flag("dry-run"))
    if (auto gone = remove(session, name, version); !gone && gone.error().code != code::kNotFound)
      return tl::unexpected<Error>(gone.error());
  if (session.terminal.level != LogLevel::kSilent)
    session.terminal.line("- " + name + (count == 1 || version.empty() ? "" : "@" + version));
  return 0;
}

}  // namespace

Result<int> unpublish_command(Session& session) {
  if (session.words.size() > 1) return fail(code::kUsage, "unpublish takes one package", kUsage);
  PKG_TRY(Project project, load_project(session));
  if (project.selected.empty()) return unpublish(session, session.project());
  for (std::size_t index : project.selected) PKG_TRY_VOID(unpublish(session, project.workspaces[index].path));
  return 0;
}

}  // namespace pkg::cli
