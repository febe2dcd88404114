// `pkg publish`: packs a package and gives it to the registry.
// Spec: npm's document npm-publish.
#include <algorithm>

#include "cli/build_config.h"
#include "cli/command.h"
#include "cli/documents.h"
#include "cli/inspect.h"
#include "cli/installing.h"
#include "cli/packing.h"
#include "cli/pick_options.h"
#include "cli/publish_config.h"
#include "cli/published_manifest.h"
#include "cli/registry_client.h"
#include "installer/json_text.h"
#include "registry/integrity.h"
#include "registry/url.h"
#include "resolver/base/files.h"
#include "resolver/spec/url.h"

namespace pkg::cli {
namespace {

using registry::ConfigLayer;

Result<void> check_manifest(const Json& manifest) {
  const Json* secret = member(manifest, "private");
  if (!(secret && *secret == true) && manifest.contains("packageExtensions"))
    return fail("EPACKAGEEXTENSIONS",
                "packageExtensions is only honored at the project root and must not be published.");
  return {};
}

Error is_private() {
  return {"EPRIVATE",
          "This package has been marked as private\n  Remove the 'private' field from the package.json to publish it.",
          ""};
}

// What was released before must not be released again, nor be passed by as latest.
Result<void> check_versions(Session& session, const std::string& name, const std::string& version, bool default_tag) {
  auto document = fetch_document(session, name, name);
  const Json* versions = document ? member(*document, "versions") : nullptr;
  if (!versions || !versions->is_object()) return {};
  std::optional<semver::Version> highest;
  bool there = false;
  for (auto it = versions->begin(); it != versions->end(); ++it) {
    auto parsed = semver::Version::parse(it.key());
    const Json* deprecated = member(*it, "deprecated");
    if (!parsed || parsed->is_prerelease() || (deprecated && *deprecated != "" && *deprecated != false)) continue;
    there |= parsed->to_string() == version;
    if (!highest || *highest < *parsed) highest = *parsed;
  }
  if (there) return fail("", "You cannot publish over the previously published versions: " + version + ".");
  auto own = semver::Version::parse(version);
  if (highest && own && *highest >= *own && default_tag)
    return fail("", "Cannot implicitly apply the \"latest\" tag because previously published version " +
                        highest->to_string() + " is higher than the new version " + version +
                        ". You must specify a tag using --tag.");
  return {};
}

// What is sent: the document with one version, and the tarball in it.
Result<Json> publication(Session& session, Json manifest, const Packed& packed, const Contents& contents,
                         const std::string& registry) {
  registry::Config& config = session.config();
  const std::string name = string_member(manifest, "name");
  auto version = semver::clean(string_member(manifest, "version"));
  if (!version) return fail("EBADSEMVER", "invalid semver: " + string_member(manifest, "version"));
  manifest["version"] = *version;
  manifest.erase("patchedDependencies");
  manifest["_nodeVersion"] = node_version();
  manifest["_npmVersion"] = PKG_NPM_VERSION;
  const std::string tarball = name + "-" + *version + ".tgz";
  auto base = registry::Url::parse(registry);
  auto url = base ? base->resolve(name + "/-/" + tarball) : std::nullopt;
  std::string address = url ? url->to_string() : registry + name + "/-/" + tarball;
  if (address.starts_with("https://")) address.erase(4, 1);
  manifest["_id"] = name + "@" + *version;
  if (!manifest.contains("dist") || !manifest["dist"].is_object()) manifest["dist"] = Json::object();
  manifest["dist"]["integrity"] = contents.integrity;
  manifest["dist"]["shasum"] = contents.shasum;
  manifest["dist"]["tarball"] = address;
  std::string tag = string_member(manifest, "tag", config.text("tag"));
  Json root = {{"_id", name}, {"name", name}};
  if (const Json* about = member(manifest, "description")) root["description"] = *about;
  root["dist-tags"] = {{tag, *version}};
  root["versions"] = Json::object();
  root["versions"][*version] = std::move(manifest);
  root["access"] = config.get("access");
  root["_attachments"] = Json::object();
  root["_attachments"][tarball] = {{"content_type", "application/octet-stream"},
                                   {"data", registry::base64_encode(packed.tarball)},
                                   {"length", packed.tarball.size()}};
  return root;
}

struct Source {
  std::string folder;   // of a folder's package
  resolver::Spec spec;  // of any other
};

Result<Json> manifest_of(Session& session, const Source& source, const Packed* packed) {
  if (!source.folder.empty()) return published_manifest(source.folder);
  if (source.spec.type == resolver::SpecType::kFile) {
    if (!packed) return Json::object();
    return manifest_in(packed->tarball);
  }
  const std::string& name = source.spec.fetched().name;
  PKG_TRY(auto packument, session.packuments().get(name));
  PKG_TRY(std::size_t index, resolver::pick_version(*packument, source.spec.fetched(), pick_options(session)));
  PKG_TRY(Json document, fetch_document(session, name, source.spec.raw));
  const Json* versions = member(document, "versions");
  const Json* manifest = versions ? member(*versions, packument->version(index)) : nullptr;
  return manifest ? *manifest : Json::object();
}

Result<void> publish(Session& session, const Source& source, const std::vector<std::string>& workspaces,
                     bool is_workspace) {
  registry::Config& config = session.config();
  const bool dry = config.flag("dry-run"), force = config.flag("force");
  const std::string tag_asked = config.text("tag");
  const bool tag_is_default = config.is_default("tag");
  if (semver::Range::parse(tag_asked)) return fail("", "Tag name must not be a valid SemVer range: " + tag_asked);
  if (config.flag("provenance") || !config.text("provenance-file").empty())
    return fail("EUNSUPPORTED", "provenance is not there yet", "publish without --provenance");

  installer::PackageJson package;
  if (!source.folder.empty()) {
    PKG_TRY(Json before, published_manifest(source.folder));
    PKG_TRY_VOID(check_manifest(before));
    PKG_TRY(package, installer::PackageJson::load(source.folder));
    PKG_TRY_VOID(run_own_script(session, source.folder, package, "prepublishOnly", {}));
  }
  config.set("dry-run", true, ConfigLayer::kCli);  // the tarball stays off the disk
  auto made = !source.folder.empty()                          ? pack_folder(session, source.folder, workspaces)
              : source.spec.type == resolver::SpecType::kFile ? pack_file(source.spec.fetch_spec)
                                                              : pack_from_registry(session, source.spec);
  config.set("dry-run", dry, ConfigLayer::kCli);
  if (!made) return tl::unexpected<Error>(made.error());
  const Packed& packed = *made;
  PKG_TRY(Contents contents, contents_of(packed));

  PKG_TRY(Json manifest, manifest_of(session, source, &packed));
  PKG_TRY_VOID(check_manifest(manifest));
  const Json* settings = member(manifest, "publishConfig");
  const bool default_tag = tag_is_default && !(settings && member(*settings, "tag"));
  apply_publish_config(config, manifest);
  const std::string name = string_member(manifest, "name"), version = string_member(manifest, "version");
  const std::string tag = config.text("tag");
  if (auto parsed = semver::Version::parse(version); !force && default_tag && parsed && parsed->is_prerelease())
    return fail("", "You must specify a tag using --tag when publishing a prerelease version.");
  if (!session.json()) show_packed(session, packed, contents);
  PKG_TRY_VOID(resolver::parse_spec(name + "@" + tag, session.cwd));

  const std::string registry = session.auth().registry_for(name), shown = registry::redact_url(registry);
  const Json* secret = member(manifest, "private");
  const bool marked = secret && *secret != false && !secret->is_null() && *secret != "";
  if (is_workspace && marked) return tl::unexpected<Error>(is_private());
  if (session.auth().credentials_for(registry, registry).empty()) {
    const std::string message = "This command requires you to be logged in to " + shown;
    if (!dry) return fail("ENEEDAUTH", message, "log in with `pkg login`");
    session.terminal.warn("publish", message + " (dry-run)");
  }
  if (!force) PKG_TRY_VOID(check_versions(session, name, version, default_tag));
  const std::string access = config.text("access");
  session.terminal.notice("Publishing to " + shown + " with tag " + tag + " and " +
                          (access.empty() ? "default" : access) + " access" + (dry ? " (dry-run)" : ""));
  if (!dry) {
    if (marked) return tl::unexpected<Error>(is_private());
    if (!name.starts_with('@') && access == "restricted")
      return fail("EUNSCOPED", "Can't restrict access to unscoped packages.");
    PKG_TRY(Json body, publication(session, manifest, packed, contents, registry));
    PKG_TRY_VOID(call_with_otp(
        session,
        {.method = "PUT", .path = escaped_name(name), .registry = registry, .body = std::move(body), .subject = name}));
  }
  if (session.json()) {
    Json answer = Json::object();
    answer[packed.name] = packed_json(packed, contents);
    session.terminal.line(installer::json_text(answer, "  "));
  }
  if (!source.folder.empty())
    for (const char* event : {"publish", "postpublish"})
      PKG_TRY_VOID(run_own_script(session, source.folder, package, event, {}));
  if (!session.json() && session.terminal.level != LogLevel::kSilent)
    session.terminal.line("+ " + packed.name + "@" + packed.version);
  return {};
}

}  // namespace

Result<int> publish_command(Session& session) {
  PKG_TRY(Project project, load_project(session));
  const auto& words = session.words;
  const bool here = words.empty() || std::find(words.begin(), words.end(), ".") != words.end();
  if (!project.selected.empty() && here) {
    std::vector<std::string> folders;
    if (session.config().flag("include-workspace-root")) folders.push_back(session.project());
    for (std::size_t index : project.selected) folders.push_back(project.workspaces[index].path);
    const auto given = session.config().layer(ConfigLayer::kCli);
    for (const std::string& folder : folders) {
      auto published = publish(session, {folder, {}}, folders, true);
      // publishConfig is each package's own.
      for (const auto& [key, value] : std::vector(session.config().layer(ConfigLayer::kCli)))
        if (std::none_of(given.begin(), given.end(), [&, name = key](const auto& each) { return each.first == name; }))
          session.config().remove(key, ConfigLayer::kCli);
      if (published) continue;
      if (published.error().code != "EPRIVATE") return tl::unexpected<Error>(published.error());
      session.terminal.warn("publish", "Skipping workspace " + folder + ", marked as private");
    }
    return 0;
  }
  if (!project.selected.empty()) session.terminal.warn("", "Ignoring workspaces for specified package(s)");
  if (words.size() > 1) return fail(code::kUsage, "publish takes one package", "pkg publish <package-spec>");
  PKG_TRY(auto spec, resolver::parse_spec(words.empty() ? "." : words.front(), session.cwd));
  Source source;
  if (spec.type == resolver::SpecType::kDirectory)
    source.folder = spec.fetch_spec;
  else if (spec.is_registry() || spec.type == resolver::SpecType::kFile)
    source.spec = spec;
  else
    return fail("EUNSUPPORTED", "`pkg publish` takes folders, tarballs and packages of a registry", "pack it first");
  PKG_TRY_VOID(publish(session, source, {}, false));
  return 0;
}

}  // namespace pkg::cli
