#include "installer/git_packages.h"

#include <algorithm>

#include "installer/actual_tree.h"
#include "installer/build.h"
#include "installer/disk.h"
#include "installer/extra_manifests.h"
#include "installer/extract.h"
#include "installer/pack_list.h"
#include "installer/pack_tarball.h"
#include "installer/package_json.h"
#include "installer/process.h"
#include "installer/workspaces.h"

namespace pkg::installer {
namespace {

using resolver::HostedRepo;
using resolver::Manifest;
using resolver::ManifestPtr;
using resolver::Spec;

constexpr const char* kSeen = "_PACOTE_NO_PREPARE_";  // npm's name for it: both may be at work

bool is_commit(std::string_view text) {
  return text.size() >= 40 && text.size() <= 64 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

std::string without_git(std::string url) {
  if (url.starts_with("git+")) url.erase(0, 4);
  return url;
}

// Whether a package is written down by its https address: credentials would be lost otherwise.
bool is_https(const HostedRepo& repo) { return !repo.auth.empty() || repo.representation == "https"; }

// A host that has no archive, or something else in its place.
bool is_no_archive(const Error& error) {
  const std::string& code = error.code;
  bool status = code.size() == 4 && code[0] == 'E' && (code[1] == '4' || code[1] == '5') && code[2] >= '0' &&
                code[2] <= '9' && code[3] >= '0' && code[3] <= '9';
  return status || code.starts_with("TAR_");
}

bool has_script(const Json& package, const char* event) {
  const Json* scripts = member(package, "scripts");
  return scripts && !string_member(*scripts, event).empty();
}

std::vector<std::string> lines(const std::string& text) {
  std::vector<std::string> all;
  for (std::size_t start = 0; start < text.size();) {
    std::size_t end = std::min(text.find('\n', start), text.size());
    if (end > start) all.push_back(text.substr(start, end - start));
    start = end + 1;
  }
  return all;
}

}  // namespace

std::string git_resolved(const Spec& spec, const std::string& commit) {
  if (spec.hosted) {
    HostedRepo repo = *spec.hosted;
    repo.committish = commit;
    return is_https(repo) ? repo.https() : repo.sshurl();
  }
  return spec.raw_spec.substr(0, spec.raw_spec.find('#')) + "#" + commit;
}

GitPackages::GitPackages(registry::Cache& cache, std::function<registry::TarballSource&()> tarballs, Options options)
    : cache_(cache), tarballs_(std::move(tarballs)), options_(std::move(options)), git_(options_.git) {}

GitPackages::~GitPackages() {
  for (const std::string& folder : folders_) cache_.discard(folder);
}

Result<GitPackages::Checkout> GitPackages::clone_from(const std::string& repository, const Spec& spec) {
  PKG_TRY(std::string folder, cache_.stage_dir());
  folders_.push_back(folder);
  PKG_TRY(std::string commit, git_.clone(repository, spec, folder));
  if (is_commit(spec.git_committish) && commit != spec.git_committish)
    return fail("EGITCHECKOUT", "Commit mismatch: expected SHA " + spec.git_committish + " and cloned HEAD " + commit);
  // "#path:" may not lead out of the clone.
  std::string inner = resolve_path("/", spec.git_subdir.empty() ? "/" : spec.git_subdir);
  return Checkout{folder, inner == "/" ? folder : folder + inner, commit, true};
}

Result<GitPackages::Checkout> GitPackages::clone(const Spec& spec) {
  if (!spec.hosted) return clone_from(spec.fetch_spec, spec);
  // Public repositories need no key by https; private ones may have one for ssh.
  std::string ssh = without_git(spec.hosted->sshurl(HostedRepo::Committish::kWithout));
  auto checkout = clone_from(without_git(spec.hosted->https(HostedRepo::Committish::kWithout)), spec);
  if (checkout || Git::is_missing_commit(checkout.error()) || !spec.hosted->auth.empty()) return checkout;
  return clone_from(ssh, spec);
}

Result<GitPackages::Checkout> GitPackages::archive(const Spec& spec) {
  PKG_TRY(auto tarball, tarballs_().fetch({"", spec.hosted->tarball(), ""}));
  PKG_TRY(std::string folder, cache_.stage_dir());
  folders_.push_back(folder);
  PKG_TRY_VOID(extract_tarball(tarball.body.view(), folder, spec.hosted->tarball()));
  return Checkout{folder, folder, spec.git_committish, false};
}

Result<ManifestPtr> GitPackages::manifest(const Spec& spec) {
  auto known = manifests_.find(spec.raw_spec);
  if (known != manifests_.end()) return known->second;
  std::string folder, resolved, integrity;
  if (spec.hosted && is_commit(spec.git_committish)) {
    // Nothing is left to resolve: npm takes what will be installed.
    resolved = git_resolved(spec, spec.git_committish);
    PKG_TRY(folder, package(spec.name, resolved));
    if (auto digest = cache_.integrity_of_url(key(resolved))) integrity = digest->to_string();
  } else {
    PKG_TRY(Checkout checkout, clone(spec));
    resolved = git_resolved(spec, checkout.commit);
    folder = checkout.folder;
    // What will be installed is the root of the repository, whatever "#path:" said.
    checkout.folder = checkout.root;
    checkouts_.emplace(resolved, std::move(checkout));
  }
  PKG_TRY(PackageJson package, PackageJson::load(folder));
  auto manifest = std::make_shared<Manifest>(resolver::parse_manifest(package.content));
  manifest->resolved = resolved;
  manifest->integrity = integrity;
  manifests_.emplace(spec.raw_spec, manifest);
  return manifest;
}

std::string GitPackages::key(const std::string& resolved) const {
  return resolved + (options_.ignore_scripts ? " unprepared" : "");
}

Result<std::string> GitPackages::package(const std::string& name, const std::string& resolved) {
  if (auto known = cache_.integrity_of_url(key(resolved)); known && cache_.has_package(*known))
    return cache_.package_dir(*known);
  PKG_TRY(Spec spec, name.empty() ? resolver::parse_spec(resolved, "/") : resolver::resolve_spec(name, resolved, "/"));
  if (spec.type != resolver::SpecType::kGit)
    return fail(code::kInvalid, "\"" + resolved + "\" names no git repository");
  auto known = checkouts_.find(resolved);
  // A host's archive has no submodules.
  bool usable = known != checkouts_.end() && !(spec.hosted && path_exists(known->second.root + "/.gitmodules"));
  if (usable) return packed(known->second, name, resolved);
  if (spec.hosted && is_commit(spec.git_committish)) {
    auto checkout = archive(spec);
    if (checkout) return packed(*checkout, name, resolved);
    if (!is_no_archive(checkout.error())) return tl::unexpected<Error>(checkout.error());
  }
  PKG_TRY(Checkout checkout, clone(spec));
  return packed(checkout, name, resolved);
}

Result<std::string> GitPackages::packed(const Checkout& checkout, const std::string& name,
                                        const std::string& resolved) {
  PKG_TRY(PackageJson package, PackageJson::load(checkout.folder));
  if (!options_.ignore_scripts) {
    PKG_TRY_VOID(install_dependencies(checkout.folder, package.content, resolved));
    PKG_TRY_VOID(run_prepare(checkout.folder, package.content));
  }
  PKG_TRY(std::string bytes, tarball(checkout.folder));
  return store_tarball(cache_, bytes, registry::Integrity::of(bytes), key(resolved), name, "");
}

Result<void> GitPackages::install_dependencies(const std::string& folder, const Json& package,
                                               const std::string& resolved) {
  bool needed = member(package, "workspaces") != nullptr;
  for (const char* event : {"postinstall", "build", "preinstall", "install", "prepack", "prepare"})
    needed = needed || has_script(package, event);
  if (!needed) return {};
  ProcessRun run{options_.executable, {"install", "--force"}, folder, options_.scripts.environment};
  // Repositories that depend on each other are prepared once along the chain.
  std::string& seen = run.environment[kSeen];
  std::vector<std::string> all = lines(seen);
  if (std::find(all.begin(), all.end(), resolved) != all.end()) return {};
  seen += (seen.empty() ? "" : "\n") + resolved;
  // It would be refused in a project; what may run there is the repository's own affair.
  run.environment.erase("npm_config_allow_scripts");
  run.arguments.insert(run.arguments.end(), options_.install_flags.begin(), options_.install_flags.end());
  PKG_TRY(ProcessResult done, run_process(run));
  if (done.ok()) return {};
  return fail(std::to_string(done.status), "git dep preparation failed: " + resolved + "\n" + done.out + done.err);
}

Result<void> GitPackages::run_prepare(const std::string& folder, const Json& package) {
  if (!has_script(package, "prepare")) return {};
  ScriptRun run;
  run.event = "prepare";
  run.command = string_member(*member(package, "scripts"), "prepare");
  run.folder = folder;
  run.package = package;
  run.extra = {{"npm_package_resolved", folder}, {"npm_package_integrity", ""}};
  PKG_TRY(ScriptResult result, run_script(options_.scripts, run, ScriptIo::kCaptured));
  if (result.ok()) return {};
  return tl::unexpected<Error>(script_error(folder, run, result));
}

// As `pkg pack` makes it, after what the scripts did.
Result<std::string> GitPackages::tarball(const std::string& folder) {
  PKG_TRY(PackageJson package, PackageJson::load(folder));
  auto manifest = std::make_shared<const Manifest>(resolver::parse_manifest(package.content));
  PackListOptions list;
  list.folder = folder;
  list.package = package.content;
  list.global_ignore = options_.global_ignore;
  PKG_TRY(auto workspaces, find_workspaces(folder, package.content));
  for (const auto& workspace : workspaces) list.own_workspaces.push_back(workspace.path);
  ActualTree actual;
  if (!manifest->bundle_dependencies.empty()) {
    PKG_TRY(auto lockfile, Lockfile::load(folder + "/package-lock.json", package.content));
    PKG_TRY(actual, load_actual_tree(folder, manifest, lockfile, {}));
    list.tree = actual.tree.get();
  }
  PKG_TRY(PackList files, list_package_files(list));
  PackTarballOptions options;
  options.folder = folder;
  options.files = std::move(files.files);
  options.is_bin = [&](const std::string& file) {
    return manifest->bin.is_object() && std::any_of(manifest->bin.begin(), manifest->bin.end(), [&](const Json& path) {
             return path == file || path == "./" + file;
           });
  };
  return pack_tarball(options);
}

}  // namespace pkg::installer
