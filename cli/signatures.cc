#include "cli/signatures.h"

#include <algorithm>
#include <map>

#include "cli/documents.h"
#include "cli/installing.h"
#include "cli/workspace_set.h"
#include "installer/json_text.h"
#include "registry/signature.h"
#include "resolver/spec/spec.h"
#include "resolver/tree/collate.h"
#include "resolver/tree/pick.h"

namespace pkg::cli {
namespace {

using resolver::Edge;

class Verifier {
 public:
  explicit Verifier(Session& session) : session_(session) {}

  Result<void> check(const Edge& edge);
  void sort();
  Json json() const { return {{"invalid", invalid_}, {"missing", missing_}}; }
  std::string text(std::chrono::steady_clock::time_point started) const;
  bool any_audited() const { return audited_ > 0; }
  bool good() const { return invalid_.empty() && missing_.empty(); }
  bool any_attestation() const { return attested_; }

 private:
  Result<const Json*> keys_of(const std::string& registry);
  Result<const Json*> document_of(const std::string& name);
  Result<bool> verify(const Json& manifest, const Json& document, const Json& keys, const std::string& id,
                      const Json& about);

  Session& session_;
  std::map<std::string, Json> keys_, documents_;
  std::set<std::string> checked_;  // locations
  Json invalid_ = Json::array(), missing_ = Json::array();
  std::size_t audited_ = 0, verified_ = 0;
  bool attested_ = false;
};

const char* type_name(const Edge& edge) {
  if (edge.is_optional()) return "optionalDependencies";
  if (edge.is_peer()) return "peerDependencies";
  return edge.is_dev() ? "devDependencies" : "dependencies";
}

Result<const Json*> Verifier::keys_of(const std::string& registry) {
  auto known = keys_.find(registry);
  if (known != keys_.end()) return &known->second;
  Json keys = Json::array();
  auto answer = fetch_from_registry(session_, registry, "-/npm/v1/keys");
  if (answer) {
    if (const Json* list = member(*answer, "keys"); list && list->is_array()) keys = *list;
  } else if (answer.error().code != "E404" && answer.error().code != "E400") {
    return tl::unexpected<Error>(answer.error());
  }
  return &(keys_[registry] = std::move(keys));
}

Result<const Json*> Verifier::document_of(const std::string& name) {
  auto known = documents_.find(name);
  if (known != documents_.end()) return &known->second;
  PKG_TRY(Json document, fetch_document(session_, name, name));
  return &(documents_[name] = std::move(document));
}

Result<void> Verifier::check(const Edge& edge) {
  if (!edge.to || edge.to->is_workspace() || edge.to->version().empty()) return {};
  const resolver::Node& node = *edge.to;
  auto spec = resolver::resolve_spec(edge.name->text, edge.spec(), "/");
  if (!spec || !spec->is_registry()) return {};
  for (const std::string& kind : omitted(session_.config()))
    if ((kind == "dev" && node.dev) || (kind == "optional" && node.optional) || (kind == "peer" && node.peer))
      return {};
  if (!checked_.insert(node.location()).second) return {};

  const std::string& name = spec->fetched().name;
  const std::string version(node.version()), id = name + "@" + version;
  std::string registry = session_.auth().registry_for(name);
  PKG_TRY(const Json* keys, keys_of(registry));
  audited_ += !keys->empty();
  PKG_TRY(const Json* document, document_of(name));
  const Json* versions = member(*document, "versions");
  const Json* manifest = versions ? member(*versions, version) : nullptr;
  if (!manifest) return fail(code::kTarget, "No matching version found for " + id + ".");
  // A signature is of a name and a version: another package's would fit here too.
  if (string_member(*manifest, "name") != name || string_member(*manifest, "version") != version)
    return fail("EMANIFESTMISMATCH", "the registry's manifest of " + id + " is of " + string_member(*manifest, "name") +
                                         "@" + string_member(*manifest, "version"));
  const Json* dist = member(*manifest, "dist");
  Json about = Json::object();
  if (dist) {
    std::string integrity = string_member(*dist, "integrity");
    about["integrity"] = integrity.empty() ? resolver::integrity_of_shasum(string_member(*dist, "shasum")) : integrity;
  }
  about["location"] = node.location();
  about["name"] = name;
  about["registry"] = registry;
  if (dist) about["resolved"] = string_member(*dist, "tarball");
  about["type"] = type_name(edge);
  about["version"] = version;
  attested_ |= dist && member(*dist, "attestations");
  const Json* signatures = dist ? member(*dist, "signatures") : nullptr;
  if (!signatures || !signatures->is_array() || signatures->empty()) {
    about.erase("type");
    if (!keys->empty()) missing_.push_back(about);
    return {};
  }
  PKG_TRY(bool valid, verify(*manifest, *document, *keys, id, about));
  verified_ += valid;
  return {};
}

// Whether all signatures hold; the first that does not goes into invalid_.
Result<bool> Verifier::verify(const Json& manifest, const Json& document, const Json& keys, const std::string& id,
                              const Json& about) {
  const std::string message = id + ":" + string_member(about, "integrity");
  const Json* time = member(document, "time");
  std::string published = time ? string_member(*time, string_member(manifest, "version")) : "";
  for (const Json& signature : *member(*member(manifest, "dist"), "signatures")) {
    const std::string keyid = string_member(signature, "keyid"), sig = string_member(signature, "sig");
    auto key =
        std::find_if(keys.begin(), keys.end(), [&](const Json& each) { return string_member(each, "keyid") == keyid; });
    if (key == keys.end())
      return fail("EMISSINGSIGNATUREKEY", id + " has a registry signature with keyid: " + keyid +
                                              " but no corresponding public key can be found");
    std::string expires = string_member(*key, "expires");
    // As in npm, what is not dated counts as signed before there were keys.
    std::int64_t signed_at = resolver::parse_moment(published.empty() ? "2015-01-01T00:00:00.000Z" : published);
    if (!expires.empty() && signed_at >= resolver::parse_moment(expires))
      return fail("EEXPIREDSIGNATUREKEY", id + " has a registry signature with keyid: " + keyid +
                                              " but the corresponding public key has expired " + expires);
    PKG_TRY(bool valid, registry::verify_signature(string_member(*key, "key"), message, sig));
    if (valid) continue;
    Json entry = {
        {"code", "EINTEGRITYSIGNATURE"},
        {"message", id + " has an invalid registry signature with keyid: " + keyid + " and signature: " + sig},
        {"integrity", about["integrity"]},
        {"keyid", keyid},
        {"location", about["location"]},
        {"name", about["name"]},
        {"registry", about["registry"]},
        {"resolved", about["resolved"]},
        {"signature", sig},
        {"type", about["type"]},
        {"version", about["version"]}};
    invalid_.push_back(std::move(entry));
    return false;
  }
  return true;
}

void Verifier::sort() {
  for (Json* list : {&invalid_, &missing_})
    std::stable_sort(list->begin(), list->end(), [](const Json& a, const Json& b) {
      return resolver::collate(string_member(a, "name"), string_member(b, "name")) < 0;
    });
}

std::string Verifier::text(std::chrono::steady_clock::time_point started) const {
  auto packages = [](std::size_t count, const char* one, const char* many) {
    return std::to_string(count) + (count == 1 ? one : many);
  };
  auto seconds = std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() - started).count();
  std::string text = "audited " + std::to_string(audited_) + " package" + (audited_ > 1 ? "s" : "") + " in " +
                     std::to_string(seconds) + "s\n\n";
  if (verified_)
    text += packages(verified_, " package has a verified registry signature\n\n",
                     " packages have verified registry signatures\n\n");
  auto list = [&](const Json& entries) {
    for (const Json& each : entries)
      text += string_member(each, "name") + "@" + string_member(each, "version") + " (" +
              string_member(each, "registry") + ")\n";
  };
  if (!missing_.empty()) {
    text += packages(missing_.size(),
                     " package has a missing registry signature but the registry is providing signing keys:\n\n",
                     " packages have missing registry signatures but the registry is providing signing keys:\n\n");
    list(missing_);
  }
  if (invalid_.empty()) return text;
  if (!missing_.empty()) text += "\n";
  text += packages(invalid_.size(), " package has an invalid registry signature:\n\n",
                   " packages have invalid registry signatures:\n\n");
  list(invalid_);
  text += "\n";
  text += invalid_.size() == 1
              ? "Someone might have tampered with this package since it was published on the registry!\n\n"
              : "Someone might have tampered with these packages since they were published on the registry!\n\n";
  return text;
}

}  // namespace

Result<int> audit_signatures(Session& session) {
  if (session.config().flag("global"))
    return fail("EAUDITGLOBAL", "`pkg audit signatures` does not support global packages");
  if (session.config().flag("include-attestations"))
    return fail("EUNSUPPORTED", "attestations are not checked yet", "leave out --include-attestations");
  auto started = std::chrono::steady_clock::now();
  PKG_TRY(Project project, load_project(session));
  PKG_TRY(auto actual, installer::load_actual_tree(session.project(), project.manifest, project.lockfile,
                                                   project.read_options(session)));
  WorkspaceSet set = workspace_set(session, project, *actual.tree);
  Verifier verifier(session);
  bool any = false;
  for (const resolver::Node* node : actual.tree->nodes())
    for (const auto& [name, edge] : node->edges_out) {
      if (!set.contains(edge->from->real_target())) continue;
      any = true;
      PKG_TRY_VOID(verifier.check(*edge));
    }
  if (!any) return fail("", "found no installed dependencies to audit");
  if (!verifier.any_audited())
    return fail("", "found no dependencies to audit that were installed from a supported registry");
  verifier.sort();
  if (session.json())
    session.terminal.line(installer::json_text(verifier.json(), "  "));
  else
    session.terminal.out(verifier.text(started));
  if (verifier.any_attestation())
    session.terminal.warn("audit", "some packages have attestations, which are not checked yet");
  return verifier.good() ? 0 : 1;
}

}  // namespace pkg::cli
