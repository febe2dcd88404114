// Spec: npm's document npm-pack.
#include "cli/packing.h"

#include <algorithm>

#include "cli/installing.h"
#include "cli/pick_options.h"
#include "cli/relative_date.h"
#include "installer/disk.h"
#include "installer/json_text.h"
#include "installer/pack_list.h"
#include "installer/workspaces.h"
#include "registry/integrity.h"
#include "resolver/base/files.h"
#include "resolver/tree/collate.h"
#include "resolver/tree/pick.h"

namespace pkg::cli {
namespace {

using installer::PackageJson;
using installer::TarEntry;

}  // namespace

std::string file_name(const Packed& packed) {
  std::string name = packed.name.starts_with('@') ? packed.name.substr(1) : packed.name;
  for (char& c : name)
    if (c == '/' || c == '\\') c = '-';
  return name + "-" + packed.version + ".tgz";
}

static Result<void> run(Session& session, const std::string& folder, const PackageJson& package, const char* event,
                        const installer::Environment& extra, bool shown) {
  if (session.config().flag("ignore-scripts")) return {};
  installer::ScriptRun run;
  run.event = event;
  run.command = package.script(event);
  if (run.command.empty()) return {};
  run.folder = folder;
  run.package = package.content;
  run.extra = extra;
  session.terminal.progress("");
  if (shown)
    session.terminal.notice("> " + string_member(package.content, "name") + "@" +
                            string_member(package.content, "version") + " " + event + "\n> " + run.command);
  std::fflush(nullptr);
  PKG_TRY(auto result, installer::run_script(session.script_options(), run,
                                             shown ? installer::ScriptIo::kTerminal : installer::ScriptIo::kCaptured));
  if (result.ok()) return {};
  return tl::unexpected<Error>(installer::script_error(folder, run, result));
}

Result<void> run_package_script(Session& session, const std::string& folder, const PackageJson& package,
                                const char* event, const installer::Environment& extra) {
  registry::Config& config = session.config();
  return run(session, folder, package, event, extra,
             config.is_default("foreground-scripts") || config.flag("foreground-scripts"));
}

Result<void> run_own_script(Session& session, const std::string& folder, const PackageJson& package, const char* event,
                            const installer::Environment& extra) {
  return run(session, folder, package, event, extra, true);
}

namespace {

// Consumers know nothing of the package's overrides: what they changed must not be in the tarball.
Result<void> check_bundle_overrides(const resolver::Tree& tree) {
  std::vector<std::string> names;
  for (const resolver::Node* node : tree.nodes())
    if (!node->is_root() && node->in_bundle() && !node->in_dep_bundle() && node->overridden())
      names.push_back(node->name->text);
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  if (names.empty()) return {};
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ", ") + name;
  return fail("EBUNDLEOVERRIDE",
              "Cannot pack or publish: \"overrides\" affects what is bundled (" + list +
                  "). Consumers do not apply your package's overrides.",
              "take it out of \"bundleDependencies\" or out of \"overrides\"");
}

// package.json without what is the project's own; nothing when it is as it should be.
std::optional<std::string> published_package_json(const PackageJson& package) {
  if (!package.content.contains("patchedDependencies")) return std::nullopt;
  Json content = package.content;
  content.erase("patchedDependencies");
  return installer::with_newlines(installer::json_text(content, package.format.indent) + "\n", package.format.newline);
}

Result<std::string> tarball_of_folder(Session& session, const std::string& folder,
                                      const std::vector<std::string>& workspaces) {
  // A script may have changed it.
  PKG_TRY(auto package, PackageJson::load(folder));
  auto manifest = std::make_shared<resolver::Manifest>(resolver::parse_manifest(package.content));
  PKG_TRY(auto own, installer::find_workspaces(folder, package.content));
  installer::PackListOptions list;
  list.folder = folder;
  list.package = package.content;
  for (const auto& workspace : own) list.own_workspaces.push_back(workspace.path);
  list.project = session.project();
  list.workspaces = workspaces;
  std::string global_ignore = session.config().text("global-ignore-file");
  if (global_ignore.empty()) global_ignore = session.config().prefix() + "/etc/npmignore";
  if (auto text = DiskFiles().read(global_ignore)) list.global_ignore = std::move(*text);

  installer::ActualTree actual;
  if (!manifest->bundle_dependencies.empty()) {
    installer::LockfileReadOptions read;
    for (const auto& workspace : own) read.workspaces.emplace_back(workspace.name, workspace.path);
    PKG_TRY(auto lockfile, installer::Lockfile::load(folder + "/package-lock.json", package.content));
    PKG_TRY(actual, installer::load_actual_tree(folder, manifest, lockfile, read));
    list.tree = actual.tree.get();
    if (manifest->overrides.is_object() && !manifest->overrides.empty())
      PKG_TRY_VOID(check_bundle_overrides(*actual.tree));
  }
  PKG_TRY(auto files, installer::list_package_files(list));
  for (const std::string& warning : files.warnings) session.terminal.warn("gitignore-fallback", warning);

  installer::PackTarballOptions options;
  options.folder = folder;
  options.files = std::move(files.files);
  if (auto text = published_package_json(package)) options.replaced.emplace_back("package.json", std::move(*text));
  options.is_bin = [&](const std::string& file) {
    // npm compares what comes after the first folder.
    auto slash = file.find('/');
    std::string inner = slash == std::string::npos ? file : file.substr(slash + 1);
    if (!manifest->bin.is_object()) return false;
    return std::any_of(manifest->bin.begin(), manifest->bin.end(), [&](const Json& path) { return path == inner; });
  };
  return installer::pack_tarball(options);
}

Result<void> write_tarball(Session& session, const Packed& packed) {
  if (session.config().flag("dry-run")) return {};
  std::string folder = session.config().text("pack-destination");
  return installer::write_file(
      installer::resolve_path(session.cwd, folder.empty() ? file_name(packed) : folder + "/" + file_name(packed)),
      packed.tarball);
}

}  // namespace

Result<Packed> pack_folder(Session& session, const std::string& folder, const std::vector<std::string>& workspaces) {
  PKG_TRY(auto package, PackageJson::load(folder));
  Packed packed{string_member(package.content, "name"), string_member(package.content, "version"), ""};
  if (packed.name.empty() || packed.version.empty()) return fail("", "Invalid package, must have name and version");
  installer::Environment resolved{{"npm_package_resolved", folder}};
  PKG_TRY_VOID(run_package_script(session, folder, package, "prepack", {}));
  PKG_TRY_VOID(run_package_script(session, folder, package, "prepare", resolved));
  PKG_TRY(packed.tarball, tarball_of_folder(session, folder, workspaces));
  PKG_TRY_VOID(write_tarball(session, packed));
  registry::Hasher hasher("sha512");
  hasher.update(packed.tarball);
  installer::Environment done{{"npm_package_from", "file:" + folder},
                              {"npm_package_resolved", folder},
                              {"npm_package_integrity", "sha512-" + hasher.base64()}};
  PKG_TRY_VOID(run_package_script(session, folder, package, "postpack", done));
  return packed;
}

Result<Packed> pack_from_registry(Session& session, const resolver::Spec& spec) {
  PKG_TRY(auto packument, session.packuments().get(spec.fetched().name));
  PKG_TRY(std::size_t index, resolver::pick_version(*packument, spec.fetched(), pick_options(session)));
  auto manifest = packument->manifest(index);
  PKG_TRY(auto tarball, session.tarballs().fetch({manifest->name, manifest->resolved, manifest->integrity}));
  Packed packed{manifest->name, manifest->version, std::string(tarball.body.view())};
  PKG_TRY_VOID(write_tarball(session, packed));
  return packed;
}

Result<Json> manifest_in(const std::string& tarball) {
  std::string text;
  PKG_TRY_VOID(installer::list_tarball(tarball, &text));
  return parse_json(text, "package.json");
}

Result<Packed> pack_file(const std::string& path) {
  auto tarball = DiskFiles().read(path);
  if (!tarball) return fail(code::kNoEntry, "no such file or directory, open '" + path + "'");
  PKG_TRY(Json manifest, manifest_in(*tarball));
  return Packed{string_member(manifest, "name"), string_member(manifest, "version"), std::move(*tarball)};
}

namespace {

// Numbers in names count as such: b9 before b10.
std::string numeric_key(const std::string& text) {
  std::string padded;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t end = i;
    while (end < text.size() && text[end] >= '0' && text[end] <= '9') ++end;
    if (end == i) {
      padded += text[i++];
      continue;
    }
    while (i + 1 < end && text[i] == '0') ++i;
    padded += std::string(end - i < 20 ? 20 - (end - i) : 0, '0') + text.substr(i, end - i);
    i = end;
  }
  return resolver::collation_key(padded);
}

// What begins with a capital, a digit or a dot first, then the rest.
void sort_entries(std::vector<TarEntry>& entries) {
  auto is_upper = [](const TarEntry& entry) { return !(entry.path[0] >= 'a' && entry.path[0] <= 'z'); };
  std::stable_sort(entries.begin(), entries.end(), [&](const TarEntry& a, const TarEntry& b) {
    if (is_upper(a) != is_upper(b)) return is_upper(a);
    return numeric_key(a.path) < numeric_key(b.path);
  });
}

}  // namespace

Result<Contents> contents_of(const Packed& packed) {
  Contents contents;
  PKG_TRY(contents.entries, installer::list_tarball(packed.tarball));
  constexpr std::string_view kTop = "package/", kModules = "node_modules/";
  for (TarEntry& entry : contents.entries) {
    contents.unpacked += entry.size;
    if (entry.path.starts_with(kTop)) entry.path.erase(0, kTop.size());
    if (entry.path.empty() || !entry.path.starts_with(kModules) || entry.path == kModules) continue;
    std::string_view name = std::string_view(entry.path).substr(kModules.size());
    std::size_t end = name.find('/');
    if (name.starts_with('@') && end != std::string_view::npos) end = name.find('/', end + 1);
    std::string found(name.substr(0, end));
    if (std::find(contents.bundled.begin(), contents.bundled.end(), found) == contents.bundled.end())
      contents.bundled.push_back(std::move(found));
  }
  std::erase_if(contents.entries, [](const TarEntry& entry) { return entry.path.empty(); });
  sort_entries(contents.entries);
  registry::Hasher sha1("sha1"), sha512("sha512");
  sha1.update(packed.tarball);
  sha512.update(packed.tarball);
  contents.shasum = sha1.hex();
  contents.integrity = "sha512-" + sha512.base64();
  return contents;
}

Json packed_json(const Packed& packed, const Contents& contents) {
  Json files = Json::array();
  for (const TarEntry& entry : contents.entries)
    files.push_back({{"path", entry.path}, {"size", entry.size}, {"mode", entry.mode}});
  return {{"id", packed.name + "@" + packed.version},
          {"name", packed.name},
          {"version", packed.version},
          {"size", packed.tarball.size()},
          {"unpackedSize", contents.unpacked},
          {"shasum", contents.shasum},
          {"integrity", contents.integrity},
          {"filename", file_name(packed)},
          {"files", files},
          {"entryCount", contents.entries.size()},
          {"bundled", contents.bundled}};
}

void show_packed(Session& session, const Packed& packed, const Contents& contents) {
  Terminal& terminal = session.terminal;
  auto size_text = [](std::uint64_t size) {
    std::string text = byte_text(size);
    text.erase(text.find(' '), 1);
    return text;
  };
  terminal.notice("");
  terminal.notice((session.config().flag("unicode") ? "📦  " : "package: ") + packed.name + "@" + packed.version);
  terminal.notice("Tarball Contents");
  std::size_t own = 0;
  for (const TarEntry& entry : contents.entries) {
    if (entry.path.starts_with("node_modules/")) continue;
    ++own;
    terminal.notice(size_text(entry.size) + " " + entry.path);
  }
  if (!contents.bundled.empty()) terminal.notice("Bundled Dependencies");
  for (const std::string& name : contents.bundled) terminal.notice(name);
  terminal.notice("Tarball Details");
  terminal.notice("name: " + packed.name);
  terminal.notice("version: " + packed.version);
  terminal.notice("filename: " + file_name(packed));
  terminal.notice("package size: " + byte_text(packed.tarball.size()));
  terminal.notice("unpacked size: " + byte_text(contents.unpacked));
  terminal.notice("shasum: " + contents.shasum);
  terminal.notice("integrity: " + contents.integrity.substr(0, 20) + "[...]" + contents.integrity.substr(80));
  if (!contents.bundled.empty()) {
    terminal.notice("bundled deps: " + std::to_string(contents.bundled.size()));
    terminal.notice("bundled files: " + std::to_string(contents.entries.size() - own));
    terminal.notice("own files: " + std::to_string(own));
  }
  terminal.notice("total files: " + std::to_string(contents.entries.size()));
  terminal.notice("");
}

}  // namespace pkg::cli
