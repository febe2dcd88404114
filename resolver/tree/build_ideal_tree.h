#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "resolver/base/files.h"
#include "resolver/base/result.h"
#include "resolver/spec/spec.h"
#include "resolver/tree/node.h"
#include "resolver/tree/packuments.h"

namespace pkg::resolver {

enum class InstallStrategy { kHoisted, kNested, kShallow };
enum class SaveType { kInfer, kProd, kDev, kOptional, kPeer, kPeerOptional };
enum class Allow { kAll, kNone, kRoot };

// The machine that packages are checked against. Names are Node's
// (process.platform, process.arch); libc is "glibc", "musl" or empty.
struct Platform {
  std::string os, cpu, libc;
};

struct Workspace {
  std::string name;  // the package's name, else the folder's
  std::string path;  // absolute, symlinks resolved
  ManifestPtr manifest;
};

class AuditReport;

struct IdealTreeOptions {
  std::string path;        // the project's folder: absolute, symlinks resolved
  std::string where;       // absolute folder that relative paths of `add` start from; empty: the one they are added to
  Files* files = nullptr;  // to follow links of folders in `add`; may be null
  ManifestPtr root_manifest;
  std::vector<Workspace> workspaces;  // in the order npm maps them

  // What there is: a virtual tree (from the lockfile) or an actual one (from
  // node_modules), else null. It is used up. Its root manifest must be
  // `root_manifest` and its workspaces set.
  std::unique_ptr<Tree> start;

  // Requests.
  std::vector<std::string> add;     // specs as typed: "a", "a@^1", "./x.tgz"
  std::vector<std::string> remove;  // names
  std::vector<std::string> update;  // names
  bool update_all = false;          // `start` must be null then
  SaveType save_type = SaveType::kInfer;
  bool save_bundle = false;
  bool save = true;  // whether package.json and lockfile will be written
  // Of `start`: what it finds vulnerable is replaced by what is not, within
  // the ranges that dependents wrote; with `force` also beyond those of the
  // project. Null: leave it.
  AuditReport* audit = nullptr;
  // Workspaces (names or folders are resolved by the caller to indices into
  // `workspaces`) that add and remove apply to; empty: the root.
  std::vector<std::size_t> selected_workspaces;
  bool include_workspace_root = false;

  // Policy.
  bool complete = false;  // --package-lock-only
  bool force = false;
  bool legacy_peer_deps = false;
  bool strict_peer_deps = false;
  bool prefer_dedupe = false;
  bool engine_strict = false;
  bool install_links = false;
  bool global = false;  // `path` holds the packages that all projects share
  bool prune = true;
  InstallStrategy install_strategy = InstallStrategy::kHoisted;
  std::set<std::string> omit;  // "dev", "optional", "peer"
  std::string node_version;    // "24.11.0"
  std::string npm_version;
  Platform platform;         // of this machine
  Platform wanted_platform;  // --os, --cpu, --libc; empty parts: this machine's
  std::string default_tag = "latest";
  std::string before;                       // ISO 8601; versions published later do not exist. Empty: no limit
  std::vector<std::string> before_exclude;  // names or globs that `before` spares
  Allow allow_git = Allow::kAll, allow_remote = Allow::kAll, allow_file = Allow::kAll, allow_directory = Allow::kAll;
};

// Whether a policy lets a package of such a spec be fetched; `from_root`: the project or a workspace depends on it.
// Errors: EALLOWGIT, EALLOWREMOTE, EALLOWFILE, EALLOWDIRECTORY.
Result<void> check_allowed(const IdealTreeOptions& options, const Spec& spec, bool from_root);

// Something npm would log at level warn: `code` such as "ERESOLVE" or "EBADENGINE".
struct Warning {
  std::string code;
  std::string message;
};

// What `add` came to: for saving.
struct AddedRequest {
  Spec spec;          // with its name known
  std::string owner;  // location of the node it was added to: "" or a workspace's
};

struct IdealTree {
  std::unique_ptr<Tree> tree;
  std::vector<AddedRequest> added;
  std::vector<Warning> warnings;
  std::set<std::string> requested;  // names that were added, removed, or globally updated
};

// npm's ideal tree: what node_modules and the lockfile should be for the root's
// (and the workspaces') manifests, the starting tree and the requests. The
// tree's root manifest has the requests in it.
// Errors: ETARGET, ENOVERSIONS, E404 (a required package cannot be had; the
// message names who required it), ERESOLVE, EOVERRIDE, EBADPLATFORM, EBADENGINE
// (engine_strict), EALLOWGIT/REMOTE/FILE/DIRECTORY, EUPDATEARGS, ERMARGS, and
// whatever Spec and Packuments fail with.
Result<IdealTree> build_ideal_tree(Packuments& packuments, IdealTreeOptions options);

}  // namespace pkg::resolver
