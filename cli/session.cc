#include "cli/session.h"

#include <climits>
#include <cstdlib>

#include <node/node_version.h>
#include <unistd.h>

#include "cli/build_config.h"
#include "installer/disk.h"
#include "installer/extra_manifests.h"
#include "installer/workspaces.h"
#include "registry/config_definitions.h"
#include "registry/http_options.h"
#include "resolver/base/files.h"

extern "C" char** environ;

namespace pkg::cli {
namespace {

std::map<std::string, std::string, std::less<>> read_environment() {
  std::map<std::string, std::string, std::less<>> all;
  for (char** entry = environ; *entry; ++entry) {
    std::string_view text = *entry;
    auto equals = text.find('=');
    if (equals != std::string_view::npos) all.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return all;
}

std::string current_folder() {
  char path[PATH_MAX];
  return ::getcwd(path, sizeof path) ? path : "/";
}

// A setting's value as npm writes it into an environment variable.
std::string environment_text(const Json& value) {
  if (value.is_null() || (value.is_boolean() && !value.get<bool>())) return "";
  if (value.is_string()) return value.get<std::string>();
  if (value.is_array()) {
    std::string joined;
    for (const Json& item : value) joined += (joined.empty() ? "" : "\n\n") + environment_text(item);
    return joined;
  }
  return value.dump();
}

std::string environment_name(std::string_view setting) {
  std::string name = "npm_config_";
  for (char c : setting) name += c == '-' ? '_' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return name;
}

}  // namespace

Layout Layout::find() {
  Layout layout;
  char path[PATH_MAX];
  ssize_t size = ::readlink("/proc/self/exe", path, sizeof path);
  layout.executable = size > 0 ? std::string(path, static_cast<std::size_t>(size)) : "pkg";
  std::string folder(installer::dir_name(layout.executable));
  if (installer::base_name(layout.executable).starts_with("ld-linux")) {
    // An installed program is run by the loader in its lib/pkg; what can be run again is bin/pkg.
    layout.prefix = installer::dir_name(installer::dir_name(folder));
    layout.executable = layout.prefix + "/bin/pkg";
  } else {
    layout.prefix = installer::dir_name(folder);
  }
  layout.library = layout.prefix + "/lib/pkg";
  layout.runtime = layout.library + "/node";
  return layout;
}

resolver::Platform this_platform() {
#if defined(__x86_64__)
  const char* cpu = "x64";
#elif defined(__aarch64__)
  const char* cpu = "arm64";
#else
#error "name this architecture as Node does"
#endif
  return {"linux", cpu, "glibc"};
}

std::string node_version() {
  return std::to_string(NODE_MAJOR_VERSION) + "." + std::to_string(NODE_MINOR_VERSION) + "." +
         std::to_string(NODE_PATCH_VERSION);
}

Session::Session(std::string name, Arguments arguments)
    : command(std::move(name)),
      words(std::move(arguments.words)),
      layout(Layout::find()),
      cwd(current_folder()),
      started(std::chrono::steady_clock::now()) {}

Session::~Session() {
  // What the workers still store, of documents that nobody waits for any more, goes through members that end before
  // them.
  if (workers_) workers_->drain();
}

Result<std::unique_ptr<Session>> Session::start(std::string command, Arguments arguments) {
  std::vector<std::pair<std::string, std::string>> flags = arguments.flags;
  std::unique_ptr<Session> session(new Session(std::move(command), std::move(arguments)));
  registry::ConfigInputs inputs;
  inputs.cwd = session->cwd;
  inputs.env = read_environment();
  inputs.cli = std::move(flags);
  inputs.default_registry = PKG_DEFAULT_REGISTRY;
  inputs.exec_prefix = session->layout.prefix;
  inputs.npm_version = PKG_NPM_VERSION;
  inputs.node_version = node_version();
  inputs.is_workspace = [](const std::string& root, const Json& manifest, const std::string& member) {
    auto workspaces = installer::find_workspaces(root, manifest);
    if (!workspaces) return false;
    for (const auto& workspace : *workspaces)
      if (workspace.path == member) return true;
    return false;
  };
  PKG_TRY(auto config, registry::Config::load(std::move(inputs)));
  session->config_ = std::make_unique<registry::Config>(std::move(config));
  session->terminal.level = parse_log_level(session->config_->text("loglevel"));
  session->json_ = session->config_->flag("json");
  for (const std::string& warning : session->config_->warnings()) session->terminal.warn("config", warning);
  auto real = DiskFiles().realpath(session->config_->prefix());
  session->project_ = real ? *real : session->config_->prefix();
  return session;
}

std::string Session::global_folder() const {
  std::string folder = config_->global_prefix() + "/lib";
  auto real = DiskFiles().realpath(folder);
  return real ? *real : folder;
}

registry::Cache& Session::cache() {
  if (!cache_) cache_ = std::make_unique<registry::Cache>(config_->text("cache") + "/_pkg");
  return *cache_;
}

registry::Workers& Session::workers() {
  if (!workers_) workers_ = std::make_unique<registry::Workers>();
  return *workers_;
}

const registry::Auth& Session::auth() {
  if (!auth_) auth_ = std::make_unique<registry::Auth>(*config_, PKG_DEFAULT_REGISTRY);
  return *auth_;
}

registry::Http& Session::http() {
  if (!http_) {
    auto env = [](std::string_view name) {
      const char* value = std::getenv(std::string(name).c_str());
      return std::string(value ? value : "");
    };
    http_ = std::make_unique<registry::Http>(registry::http_options(*config_, env, command));
  }
  return *http_;
}

registry::TarballSource& Session::tarballs() {
  using Mode = registry::TarballSource::Mode;
  if (!tarballs_)
    tarballs_ = std::make_unique<registry::TarballSource>(http(), workers(), auth(),
                                                          config_->flag("offline") ? Mode::kOffline : Mode::kOnline);
  return *tarballs_;
}

registry::PackumentStore& Session::packuments() {
  using Mode = registry::PackumentStore::Mode;
  if (!packuments_) {
    registry::PackumentStore::Options options;
    if (config_->flag("offline"))
      options.mode = Mode::kOffline;
    else if (config_->flag("prefer-offline"))
      options.mode = Mode::kPreferOffline;
    else if (config_->flag("prefer-online"))
      options.mode = Mode::kPreferOnline;
    packuments_ =
        std::make_unique<registry::PackumentStore>(http(), workers(), cache(), auth(), options,
                                                   [this](const resolver::Spec& spec) { return other_manifest(spec); });
  }
  return *packuments_;
}

Result<resolver::ManifestPtr> Session::other_manifest(const resolver::Spec& spec) {
  if (spec.type == resolver::SpecType::kGit) return git_packages().manifest(spec);
  return installer::extra_manifest(spec, cache(), [this]() -> registry::TarballSource& { return tarballs(); });
}

installer::GitPackages& Session::git_packages() {
  if (git_packages_) return *git_packages_;
  installer::GitPackages::Options options;
  options.git.program = config_->text("git").empty() ? "git" : config_->text("git");
  for (auto& [name, value] : read_environment()) options.git.environment[name] = value;
  options.git.retries = static_cast<int>(config_->number("fetch-retries"));
  options.git.retry_wait = config_->number("fetch-retry-mintimeout");
  options.git.pick = {node_version(), PKG_NPM_VERSION, config_->text("tag"), {}};
  options.scripts = script_options();
  options.ignore_scripts = config_->flag("ignore-scripts");
  options.executable = layout.executable;
  auto flag = [&](const char* name) {
    return std::string("--") + name + "=" + (config_->flag(name) ? "true" : "false");
  };
  options.install_flags = {"--cache=" + config_->text("cache"), flag("prefer-offline"), flag("prefer-online"),
                           flag("offline")};
  if (std::string before = config_->text("before"); !before.empty())
    options.install_flags.push_back("--before=" + before);
  // Whatever this command was told to leave out: preparing needs it all, in a project of its own.
  for (const char* always : {"--no-progress", "--no-save", "--no-audit", "--include=dev", "--include=peer",
                             "--include=optional", "--no-package-lock-only", "--no-dry-run", "--global=false"})
    options.install_flags.push_back(always);
  if (auto text = DiskFiles().read(config_->text("global-ignore-file"))) options.global_ignore = std::move(*text);
  git_packages_ = std::make_unique<installer::GitPackages>(
      cache(), [this]() -> registry::TarballSource& { return tarballs(); }, std::move(options));
  return *git_packages_;
}

installer::ScriptOptions Session::script_options() {
  installer::ScriptOptions options;
  for (auto& [name, value] : read_environment()) options.environment[name] = value;
  auto& env = options.environment;
  using registry::ConfigLayer;
  for (const auto& definition : registry::config_definitions()) {
    if (definition.deprecated || definition.name.starts_with('_')) continue;
    Json value = config_->get(definition.name);
    if (value == config_->get(definition.name, ConfigLayer::kDefault)) continue;
    env[environment_name(definition.name)] = environment_text(value);
  }
  for (const char* always : {"cache", "prefix", "globalconfig", "init-module", "noproxy"})
    env[environment_name(always)] = environment_text(config_->get(always));
  env["npm_config_user_agent"] = config_->user_agent();
  env["npm_config_npm_version"] = PKG_NPM_VERSION;
  env["npm_config_global_prefix"] = config_->global_prefix();
  env["npm_config_local_prefix"] = config_->local_prefix();
  env["npm_command"] = command;
  env["npm_execpath"] = layout.executable;
  env["npm_node_execpath"] = env["NODE"] = layout.runtime;
  // An outer command's folder stays what it was, as in npm.
  env["INIT_CWD"] = cwd;
  env["EDITOR"] = config_->text("editor").empty() ? "vi" : config_->text("editor");
  bool colour = ::isatty(1) && !std::getenv("NO_COLOR");
  env["COLOR"] = colour ? "1" : "0";
  if (std::string text = config_->text("node-options"); !text.empty()) env["NODE_OPTIONS"] = text;
  for (const std::string& kind : config_->list("omit"))
    if (kind == "dev") env["NODE_ENV"] = "production";
  options.tool_folders = {layout.library};
  if (std::string shell = config_->text("script-shell"); !shell.empty()) options.shell = shell;
  return options;
}

bool Session::all_workspaces() { return config_->flag("workspaces"); }

Result<std::vector<std::size_t>> Session::selected_workspaces(const std::vector<resolver::Workspace>& workspaces) {
  std::vector<std::string> named = config_->list("workspace");
  if (named.empty() && !config_->workspace().empty() && !config_->find("workspaces"))
    named.push_back(config_->workspace());
  if (!named.empty()) return installer::select_workspaces(workspaces, named, cwd);
  std::vector<std::size_t> all;
  if (!all_workspaces()) return all;
  if (workspaces.empty())
    return fail("ENOWORKSPACES", "No workspaces found!", "list them in package.json under \"workspaces\"");
  for (std::size_t i = 0; i < workspaces.size(); ++i) all.push_back(i);
  return all;
}

}  // namespace pkg::cli
