// `pkg docs`, `pkg repo` and `pkg bugs`: a package's pages, shown or opened.
// Spec: npm's documents npm-docs, npm-repo, npm-bugs.
#include "cli/build_config.h"
#include "cli/command.h"
#include "cli/documents.h"
#include "cli/installing.h"
#include "cli/pick_options.h"
#include "cli/prompt.h"
#include "registry/url.h"
#include "resolver/spec/spec.h"
#include "resolver/tree/pick.h"

namespace pkg::cli {
namespace {

std::string repository_text(const Json& manifest) {
  const Json* repository = member(manifest, "repository");
  if (!repository) return {};
  return repository->is_string() ? repository->get<std::string>() : string_member(*repository, "url");
}

std::optional<resolver::HostedRepo> hosted(const Json& manifest) {
  std::string text = repository_text(manifest);
  if (text.empty()) return std::nullopt;
  return resolver::parse_hosted(text.starts_with("git+") ? text.substr(4) : text);
}

// The page of the default registry's site on a package.
std::string site_page(const Json& manifest) {
  auto url = registry::Url::parse(PKG_DEFAULT_REGISTRY);
  std::string host = url ? url->host : "";
  if (auto dot = host.find('.'); dot != std::string::npos) host.replace(0, dot, "www");
  return "https://" + host + "/package/" + string_member(manifest, "name");
}

Result<std::string> docs_url(const Json& manifest) {
  if (std::string page = string_member(manifest, "homepage"); !page.empty()) return page;
  auto repository = hosted(manifest);
  return repository ? repository->docs() : site_page(manifest);
}

Result<std::string> bugs_url(const Json& manifest) {
  if (const Json* bugs = member(manifest, "bugs")) {
    if (bugs->is_string() && *bugs != "") return bugs->get<std::string>();
    if (std::string url = string_member(*bugs, "url"); !url.empty()) return url;
    if (std::string mail = string_member(*bugs, "email"); !mail.empty()) return "mailto:" + mail;
  }
  auto repository = hosted(manifest);
  std::string page = repository ? repository->bugs() : "";
  return page.empty() ? site_page(manifest) : page;
}

Result<std::string> repo_url(const Json& manifest) {
  std::string text = repository_text(manifest);
  if (text.empty()) return fail("", "no repository");
  const Json* repository = member(manifest, "repository");
  if (auto known = hosted(manifest)) return known->browse(string_member(*repository, "directory"));
  // git+http://host/path.git and the like: the same place by http.
  auto scheme = text.find("://");
  if (scheme == std::string::npos) return fail("", "no repository: could not get url");
  std::string rest = text.substr(scheme + 3);
  rest.erase(std::min(rest.find_first_of("?#"), rest.size()));
  auto slash = std::min(rest.find('/'), rest.size());
  std::string host = rest.substr(0, slash), path = rest.substr(slash);
  if (auto at = host.rfind('@'); at != std::string::npos) host.erase(0, at + 1);
  if (auto colon = host.find(':'); colon != std::string::npos) host.erase(colon);
  if (path.empty()) path = "/";
  if (path.ends_with(".git")) path.erase(path.size() - 4);
  return std::string(text.starts_with("git+http:") ? "http://" : "https://") + host + path;
}

// What a folder's package.json or the registry says of a package.
Result<Json> manifest_of(Session& session, const std::string& word) {
  PKG_TRY(auto spec, resolver::parse_spec(word, session.config().local_prefix()));
  if (spec.type == resolver::SpecType::kDirectory) {
    PKG_TRY(auto package, installer::PackageJson::load(spec.fetch_spec));
    return std::move(package.content);
  }
  if (!spec.is_registry())
    return fail("EUNSUPPORTED", word + " is neither a folder nor a package of a registry", "name a package");
  const std::string& name = spec.fetched().name;
  PKG_TRY(Json document, fetch_document(session, name, word));
  PKG_TRY(auto packument, session.packuments().get(name));
  PKG_TRY(std::size_t index, resolver::pick_version(*packument, spec.fetched(), pick_options(session)));
  const Json* versions = member(document, "versions");
  const Json* manifest = versions ? member(*versions, packument->version(index)) : nullptr;
  return manifest ? *manifest : Json::object();
}

Result<int> open_pages(Session& session, Result<std::string> (*page)(const Json&)) {
  PKG_TRY(Project project, load_project(session));
  std::vector<std::string> words = session.words;
  if (words.empty() && !project.selected.empty()) {
    if (session.config().flag("include-workspace-root")) words.push_back(session.project());
    for (std::size_t index : project.selected) words.push_back(project.workspaces[index].path);
  }
  if (words.empty()) words.push_back(".");
  for (const std::string& word : words) {
    PKG_TRY(Json manifest, manifest_of(session, word));
    PKG_TRY(std::string url, page(manifest));
    PKG_TRY_VOID(open_url(
        session, url,
        string_member(manifest, "name", "undefined") + " " + session.command + " available at the following URL"));
  }
  return 0;
}

}  // namespace

Result<int> docs_command(Session& session) { return open_pages(session, docs_url); }
Result<int> bugs_command(Session& session) { return open_pages(session, bugs_url); }
Result<int> repo_command(Session& session) { return open_pages(session, repo_url); }

}  // namespace pkg::cli
