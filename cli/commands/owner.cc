// `pkg owner`: who may publish a package.
// Spec: npm's document npm-owner.
#include <algorithm>

#include "cli/command.h"
#include "cli/documents.h"
#include "cli/installing.h"
#include "cli/registry_client.h"
#include "installer/json_text.h"
#include "resolver/spec/spec.h"
#include "resolver/spec/url.h"

namespace pkg::cli {
namespace {

constexpr const char* kUsage = "pkg owner add <user> <package> | rm <user> <package> | ls [<package>]";

Error usage() { return {std::string(code::kUsage), "owner takes add, rm or ls", kUsage}; }

Result<void> list(Session& session, const std::string& word) {
  PKG_TRY(auto spec, resolver::parse_spec(word, session.cwd));
  PKG_TRY(Json document, fetch_document(session, spec.name, word));
  const Json* people = member(document, "maintainers");
  if (!people || !people->is_array() || people->empty()) {
    session.terminal.line("no admin found");
    return {};
  }
  for (const Json& person : *people)
    session.terminal.line(string_member(person, "name", "undefined") + " <" +
                          string_member(person, "email", "undefined") + ">");
  return {};
}

enum class Change { kAdd, kRemove };

Result<void> change(Session& session, const std::string& user, const std::string& word, Change what) {
  PKG_TRY(auto spec, resolver::parse_spec(word, session.cwd));
  const std::string registry = session.auth().registry_for(spec.name);
  PKG_TRY(auto found, call_registry(session, {.path = "-/user/org.couchdb.user:" + resolver::encode_uri_component(user),
                                              .registry = registry,
                                              .subject = user}));
  Json person = Json::object();
  for (const char* key : {"name", "email"})
    if (const Json* value = member(found.body, key)) person[key] = *value;
  const std::string name = string_member(person, "name");
  PKG_TRY(Json document, fetch_document(session, spec.name, word));
  Json owners = Json::array();
  if (const Json* people = member(document, "maintainers"); people && people->is_array()) owners = *people;
  auto is_person = [&](const Json& owner) { return string_member(owner, "name") == name; };
  const bool there = std::any_of(owners.begin(), owners.end(), is_person);
  if (there == (what == Change::kAdd)) return {};  // nothing to do
  Json maintainers = Json::array();
  for (const Json& owner : owners)
    if (!is_person(owner)) maintainers.push_back(owner);
  if (what == Change::kAdd) maintainers.push_back(person);
  if (maintainers.empty()) return fail("EOWNERRM", "Cannot remove all owners of a package. Add someone else first.");
  const std::string revision = string_member(document, "_rev", "undefined");
  Json body = Json::object();
  for (const char* key : {"_id", "_rev"})
    if (const Json* value = member(document, key)) body[key] = *value;
  body["maintainers"] = maintainers;
  auto changed =
      call_with_otp(session, {.method = "PUT",
                              .path = escaped_name(spec.name) + "/-rev/" + resolver::encode_uri_component(revision),
                              .registry = registry,
                              .body = std::move(body),
                              .subject = word});
  if (!changed)
    return fail("EOWNERMUTATE", "Failed to update package: " + installer::json_text(changed.error().message, ""));
  session.terminal.line((what == Change::kAdd ? "+ " : "- ") + user + " (" + spec.name + ")");
  return {};
}

}  // namespace

Result<int> owner_command(Session& session) {
  const auto& words = session.words;
  auto word = [&](std::size_t i) { return i < words.size() ? words[i] : std::string(); };
  const bool listing = word(0) == "ls" || word(0) == "list";
  const bool adding = word(0) == "add", removing = word(0) == "rm" || word(0) == "remove";
  if (!listing && !adding && !removing) return tl::unexpected<Error>(usage());
  if (!listing && word(1).empty()) return tl::unexpected<Error>(usage());
  PKG_TRY(Project project, load_project(session));
  std::vector<std::string> packages;
  const bool named = listing ? words.size() > 1 : words.size() > 2;
  if (named) {
    if (!project.selected.empty()) session.terminal.warn("", "Ignoring specified workspace(s)");
    packages.push_back(word(listing ? 1 : 2));
  } else if (!project.selected.empty()) {
    for (std::size_t index : project.selected) packages.push_back(project.workspaces[index].name);
  } else {
    packages.push_back(string_member(project.package.content, "name"));
    if (packages.back().empty() || session.config().flag("global")) return tl::unexpected<Error>(usage());
  }
  for (const std::string& package : packages)
    PKG_TRY_VOID(listing ? list(session, package)
                         : change(session, word(1), package, adding ? Change::kAdd : Change::kRemove));
  return 0;
}

}  // namespace pkg::cli
