// `pkg dist-tag`: which version a name such as "latest" stands for.
// Spec: npm's document npm-dist-tag.
#include <algorithm>

#include "cli/command.h"
#include "cli/errors.h"
#include "cli/inspect.h"
#include "cli/installing.h"
#include "cli/registry_client.h"
#include "resolver/spec/spec.h"
#include "resolver/spec/url.h"

namespace pkg::cli {
namespace {

constexpr const char* kUsage = "pkg dist-tag add <package>@<version> [<tag>] | rm <package> <tag> | ls [<package>]";

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

Result<Json> tags_of(Session& session, const std::string& name) {
  PKG_TRY(auto answer, call_registry(session, {.path = "-/package/" + escaped_name(name) + "/dist-tags",
                                               .registry = session.auth().registry_for(name),
                                               .subject = name}));
  Json tags = answer.body.is_object() ? answer.body : Json::object();
  tags.erase("_etag");
  if (tags.empty()) return fail("", "No dist-tags found for " + name);
  return tags;
}

Result<void> change(Session& session, const std::string& name, const std::string& tag, const char* method,
                    Json version) {
  RegistryCall call{.method = method,
                    .path = "-/package/" + escaped_name(name) + "/dist-tags/" + resolver::encode_uri_component(tag),
                    .registry = session.auth().registry_for(name),
                    .body = std::move(version),
                    .subject = name};
  PKG_TRY_VOID(call_with_otp(session, std::move(call)));
  return {};
}

Result<int> add(Session& session, const std::string& word, std::string tag) {
  PKG_TRY(auto spec, resolver::parse_spec(word, session.cwd));
  if (tag.empty()) tag = session.config().text("tag");
  while (tag.ends_with(' ')) tag.pop_back();
  while (tag.starts_with(' ')) tag.erase(0, 1);
  if (spec.name.empty() || tag.empty())
    return fail(code::kUsage, "must provide a spec with a name and version, and a tag to add", kUsage);
  PKG_TRY_VOID(resolver::parse_spec(spec.name + "@" + tag, session.cwd));
  if (semver::Range::parse(tag)) return fail("", "Tag name must not be a valid SemVer range: " + tag);
  const std::string version = spec.raw_spec;
  PKG_TRY(Json tags, tags_of(session, spec.name));
  if (string_member(tags, tag) == version) {
    session.terminal.warn("dist-tag add", tag + " is already set to version " + version);
    return 0;
  }
  PKG_TRY_VOID(change(session, spec.name, tag, "PUT", version));
  session.terminal.line("+" + tag + ": " + spec.name + "@" + version);
  return 0;
}

Result<int> remove(Session& session, const std::string& word, const std::string& tag) {
  PKG_TRY(auto spec, resolver::parse_spec(word, session.cwd));
  if (spec.name.empty()) return fail(code::kUsage, "name a package and a tag", kUsage);
  PKG_TRY(Json tags, tags_of(session, spec.name));
  const std::string version = string_member(tags, tag);
  if (version.empty()) return fail("", (tag.empty() ? "undefined" : tag) + " is not a dist-tag on " + spec.name);
  PKG_TRY_VOID(change(session, spec.name, tag, "DELETE", nullptr));
  session.terminal.line("-" + tag + ": " + spec.name + "@" + version);
  return 0;
}

Result<void> list(Session& session, const std::string& word) {
  PKG_TRY(auto spec, resolver::parse_spec(word, session.cwd));
  PKG_TRY(Json tags, tags_of(session, spec.name));
  std::vector<std::string> lines;
  for (auto it = tags.begin(); it != tags.end(); ++it) lines.push_back(it.key() + ": " + joined_text(*it));
  std::sort(lines.begin(), lines.end());
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  session.terminal.out(text);
  return {};
}

}  // namespace

Result<int> dist_tag_command(Session& session) {
  const auto& words = session.words;
  auto word = [&](std::size_t i) { return i < words.size() ? words[i] : std::string(); };
  const bool listing = is_one_of(word(0), {"ls", "l", "sl", "list"});
  const bool named = is_one_of(word(0), {"add", "a", "set", "s", "rm", "r", "del", "d", "remove"});
  PKG_TRY(Project project, load_project(session));
  if (!project.selected.empty()) {
    auto own = [](const std::string& text) { return text.empty() || text == "." || text.starts_with(".@"); };
    if (listing ? own(word(1)) : word(1).empty() && own(word(0))) {
      int status = 0;
      for (std::size_t index : project.selected) {
        const std::string& name = project.workspaces[index].name;
        session.terminal.line(name + ":");
        if (auto listed = list(session, name); !listed) {
          session.terminal.error(listed.error());
          status = 1;
        }
      }
      return status;
    }
    session.terminal.warn("dist-tag", "Ignoring workspaces for specified package");
  }
  if (is_one_of(word(0), {"add", "a", "set", "s"})) {
    if (words.size() < 2)
      return fail(code::kUsage, "must provide a spec with a name and version, and a tag to add", kUsage);
    return add(session, word(1), word(2));
  }
  if (named) {
    if (words.size() < 2) return fail(code::kUsage, "name a package and a tag", kUsage);
    return remove(session, word(1), word(2));
  }
  if (!listing && words.size() > 1) return fail(code::kUsage, "\"" + word(0) + "\" is nothing to do with tags", kUsage);
  std::string package = listing ? word(1) : word(0);
  if (package.empty()) {
    package = string_member(project.package.content, "name");
    if (package.empty() || session.config().flag("global")) return fail(code::kUsage, "name a package", kUsage);
  }
  PKG_TRY_VOID(list(session, package));
  return 0;
}

}  // namespace pkg::cli
