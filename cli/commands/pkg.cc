// `pkg pkg get|set|delete|fix`: reads and changes package.json.
// Spec: npm's document npm-pkg.
#include "cli/command.h"
#include "cli/inspect.h"
#include "cli/installing.h"
#include "cli/package_fix.h"
#include "cli/query_path.h"
#include "installer/disk.h"
#include "installer/json_text.h"
#include "installer/workspaces.h"

namespace pkg::cli {
namespace {

using installer::PackageJson;
using Words = std::vector<std::string>;

tl::unexpected<Error> usage(const std::string& message) {
  return fail(code::kUsage, message, "pkg pkg get [<key> ...] | set <key>=<value> ... | delete <key> ... | fix");
}

// `workspace`: its name, or empty. With --json what was asked for is added to `answers`.
Result<void> get(Session& session, const std::string& folder, const std::string& workspace, const Words& keys,
                 Json& answers) {
  PKG_TRY(PackageJson package, PackageJson::load(folder));
  Json result = package.content;
  const std::string prefix = workspace.empty() ? "" : workspace + " ";
  if (!keys.empty()) {
    result = Json::object();
    for (const std::string& key : keys) {
      PKG_TRY(Json found, query_path(package.content, key, Singles::kKeep));
      if (found.is_object())
        for (auto it = found.begin(); it != found.end(); ++it) result[it.key()] = *it;
    }
    if (keys.size() == 1 && !session.json() && result.contains(keys[0])) {
      const Json& value = result[keys[0]];
      if (!workspace.empty())
        session.terminal.line(prefix + joined_text(value));
      else
        session.terminal.line(value.is_string() ? value.get<std::string>() : inspect(value, 2));
      return {};
    }
  }
  if (session.json()) {
    Json whole = Json::object();
    for (auto it = result.begin(); it != result.end(); ++it)
      if (!it->is_discarded()) whole[it.key()] = *it;
    if (workspace.empty())
      answers = std::move(whole);
    else
      answers[workspace] = std::move(whole);
    return {};
  }
  for (const std::string& key : enumerated_keys(result))
    session.terminal.line(prefix + key + " = " + inspect(result[key]));
  return {};
}

Result<void> set(Session& session, const std::string& folder, const Words& settings) {
  if (settings.empty()) return usage("npm pkg set expects a key=value pair of args.");
  PKG_TRY(PackageJson package, PackageJson::load(folder));
  const Override override = session.config().flag("force") ? Override::kForce : Override::kNo;
  for (const std::string& setting : settings) {
    auto equals = setting.find('=');
    if (equals == std::string::npos || equals == 0 || equals + 1 == setting.size())
      return usage("npm pkg set expects a key=value pair of args.");
    Json value = setting.substr(equals + 1);
    if (session.json()) {
      PKG_TRY(value, parse_json(setting.substr(equals + 1), "the value of " + setting.substr(0, equals)));
    }
    PKG_TRY_VOID(set_path(package.content, setting.substr(0, equals), std::move(value), override));
  }
  PKG_TRY_VOID(settle_package(package.content));
  return package.save();
}

Result<void> remove(const std::string& folder, const Words& keys) {
  if (keys.empty()) return usage("npm pkg delete expects key args.");
  PKG_TRY(PackageJson package, PackageJson::load(folder));
  for (const std::string& key : keys) {
    if (key.empty()) return usage("npm pkg delete expects key args.");
    PKG_TRY_VOID(delete_path(package.content, key));
  }
  PKG_TRY_VOID(settle_package(package.content));
  return package.save();
}

Result<void> fix(Session& session, const std::string& folder) {
  PKG_TRY(PackageJson package, PackageJson::load(folder));
  PKG_TRY_VOID(fix_package(package.content));
  if (const Json* bin = member(package.content, "bin"); bin && bin->is_object())
    for (auto it = bin->begin(); it != bin->end(); ++it)
      if (!installer::path_exists(installer::resolve_path(folder, it->get<std::string>())))
        session.terminal.warn("package-json", "No bin file found at " + it->get<std::string>());
  return package.save();
}

}  // namespace

Result<int> pkg_command(Session& session) {
  registry::Config& config = session.config();
  if (config.flag("global"))
    return fail("EPKGGLOBAL", "There's no package.json file to manage on global mode", "run it in a project");
  const std::string verb = session.words.empty() ? "" : session.words.front();
  if (verb != "get" && verb != "set" && verb != "delete" && verb != "fix")
    return usage(verb.empty() ? "say what to do with package.json"
                              : "\"" + verb + "\" is nothing to do with package.json");
  const Words rest(session.words.begin() + 1, session.words.end());

  // Folder and name, the name empty for the project itself.
  std::vector<std::pair<std::string, std::string>> packages;
  PKG_TRY(auto root, PackageJson::load_or_empty(config.local_prefix()));
  PKG_TRY(auto workspaces, installer::find_workspaces(config.local_prefix(), root.content));
  PKG_TRY(auto selected, session.selected_workspaces(workspaces));
  for (std::size_t index : selected) packages.emplace_back(workspaces[index].path, workspaces[index].name);
  if (packages.empty()) packages.emplace_back(config.local_prefix(), "");

  Json answers = Json::object();
  for (const auto& [folder, name] : packages) {
    if (verb == "get") PKG_TRY_VOID(get(session, folder, name, rest, answers));
    if (verb == "set") PKG_TRY_VOID(set(session, folder, rest));
    if (verb == "delete") PKG_TRY_VOID(remove(folder, rest));
    if (verb == "fix") PKG_TRY_VOID(fix(session, folder));
  }
  if (verb == "get" && session.json()) session.terminal.line(installer::json_text(answers, "  "));
  return 0;
}

}  // namespace pkg::cli
