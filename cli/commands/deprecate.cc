// `pkg deprecate` and `pkg undeprecate`: what those who install a version are told.
// Spec: npm's documents npm-deprecate and npm-undeprecate.
#include "cli/command.h"
#include "cli/inspect.h"
#include "cli/registry_client.h"
#include "resolver/spec/spec.h"

namespace pkg::cli {
namespace {

Result<int> deprecate(Session& session, const std::string& word, const std::string& message) {
  PKG_TRY(auto spec, resolver::parse_spec(word, session.cwd));
  const std::string wanted = spec.raw_spec == "*" ? "*" : spec.fetch_spec;
  auto range = semver::Range::parse(wanted, {.include_prerelease = true});
  if (!semver::Range::parse(wanted, {.mode = semver::Mode::kLoose}))
    return fail("", "invalid version range: " + wanted);
  const std::string registry = session.auth().registry_for(spec.name), path = escaped_name(spec.name);
  PKG_TRY(auto answer, call_registry(session, {.path = path + "?write=true", .registry = registry, .subject = word}));
  Json& document = answer.body;
  std::size_t count = 0;
  if (document.is_object() && document.contains("versions") && document["versions"].is_object())
    for (const std::string& version : enumerated_keys(document["versions"])) {
      auto parsed = semver::Version::parse(version);
      if (!range || !parsed || !range->test(*parsed)) continue;
      ++count;
      document["versions"][version]["deprecated"] = message;
      const std::string id = string_member(document, "name") + "@" + version;
      session.terminal.notice(message.empty() ? "undeprecating " + id
                                              : "deprecating " + id + " with message \"" + message + "\"");
    }
  if (count == 0) {
    session.terminal.warn("deprecate", "No version found for " + spec.raw_spec);
    return 0;
  }
  if (session.config().flag("dry-run")) return 0;
  PKG_TRY_VOID(call_with_otp(
      session, {.method = "PUT", .path = path, .registry = registry, .body = std::move(document), .subject = word}));
  return 0;
}

}  // namespace

Result<int> deprecate_command(Session& session) {
  if (session.words.size() < 2)
    return fail(code::kUsage, "name the versions, and say why", "pkg deprecate <package-spec> <message>");
  return deprecate(session, session.words[0], session.words[1]);
}

Result<int> undeprecate_command(Session& session) {
  if (session.words.empty()) return fail(code::kUsage, "name the versions", "pkg undeprecate <package-spec>");
  return deprecate(session, session.words[0], "");
}

}  // namespace pkg::cli
