#include "resolver/tree/audit_report.h"

#include <algorithm>

#include "resolver/tree/collate.h"
#include "resolver/tree/dep_sets.h"

namespace pkg::resolver {
namespace {

int rank(std::string_view severity) {
  constexpr std::string_view kRanks[] = {"info", "low", "moderate", "high", "critical"};
  for (int i = 0; i < 5; ++i)
    if (kRanks[i] == severity) return i;
  return -1;
}

template <typename T>
bool add_once(std::vector<T*>& list, T* item) {
  if (std::find(list.begin(), list.end(), item) != list.end()) return false;
  list.push_back(item);
  return true;
}

// The range behind a spec; nothing when a registry does not serve it.
std::optional<std::string> registry_range(const std::string& spec) {
  auto parsed = resolve_spec("x", spec, "/");
  if (!parsed || !parsed->is_registry()) return std::nullopt;
  return parsed->target ? parsed->fetched().raw_spec : spec;
}

}  // namespace

bool Vulnerability::has(const Node& node) const { return std::find(nodes.begin(), nodes.end(), &node) != nodes.end(); }

std::string Vulnerability::range() const {
  if (!simple_.empty()) return simple_;
  std::string text;
  for (const Advisory* advisory : advisories) text += (text.empty() ? "" : " || ") + advisory->range();
  return text;
}

const std::string& Vulnerability::simple_range() {
  if (simple_.empty()) simple_ = simplified_range(advisories.front()->versions(), range());
  return simple_;
}

bool Vulnerability::is_direct() const {
  for (const Node* node : nodes)
    for (const Edge* edge : node->edges_in)
      if (edge->from->is_project_root() || edge->from->is_workspace()) return true;
  return false;
}

AuditReport::AuditReport(Tree& tree, Packuments& packuments, AuditOptions options)
    : tree_(tree), packuments_(packuments), options_(std::move(options)) {}

bool AuditReport::is_audited(const Node& node) const {
  if (node.version().empty() || node.is_root() || node.is_link || !node.links_in.empty()) return false;
  if (options_.included && !options_.included(node)) return false;
  return !is_omitted(const_cast<Node&>(node), options_.omit);
}

Json AuditReport::request() const {
  Json request = Json::object();
  for (const Node* node : tree_.nodes()) {
    std::string name(node->package_name());
    if (name.empty() || !is_audited(*node)) continue;
    Json& versions = request[name];
    Json version = std::string(node->version());
    if (versions.is_null()) versions = Json::array();
    if (std::find(versions.begin(), versions.end(), version) == versions.end()) versions.push_back(version);
  }
  return request;
}

const Packument* AuditReport::packument(const std::string& name) {
  auto [it, added] = known_.emplace(name, nullptr);
  // What the registry does not have has no versions: then only specs tell.
  if (added && !name.empty())
    if (auto got = packuments_.get(name)) it->second = *got;
  return it->second;
}

Advisory& AuditReport::direct(const std::string& name, const Json& report) {
  auto made = std::make_unique<Advisory>(name, report, packument(name));
  Advisory*& known = by_key_["\n" + name + "\n" + made->source_key()];
  if (!known) {
    known = made.get();
    advisories_.push_back(std::move(made));
  }
  return *known;
}

Advisory& AuditReport::meta(const std::string& name, Advisory& source) {
  Advisory*& known = by_key_[name + "\n" + source.source_key()];
  if (!known) {
    advisories_.push_back(std::make_unique<Advisory>(name, source, packument(name)));
    known = advisories_.back().get();
  }
  return *known;
}

Vulnerability* AuditReport::find(std::string_view name) const {
  for (const auto& each : found_)
    if (each->name == name) return each.get();
  return nullptr;
}

bool AuditReport::is_vulnerable(Node& node) {
  Vulnerability* vulnerability = find(node.package_name());
  if (!vulnerability) return false;
  if (vulnerability->has(node)) return true;
  if (node.manifest->version.empty()) return false;
  for (Advisory* advisory : vulnerability->advisories) {
    if (!advisory->test_version(node.manifest->version)) continue;
    vulnerability->nodes.push_back(&node);
    return true;
  }
  return false;
}

void AuditReport::load(const Json& answer) {
  std::vector<std::string> names;
  for (auto it = answer.begin(); it != answer.end(); ++it) names.push_back(it.key());
  packuments_.prefetch(names);
  std::vector<Advisory*> advisories;  // grows while it is walked
  for (auto it = answer.begin(); it != answer.end(); ++it)
    if (it->is_array())
      for (const Json& report : *it)
        if (report.is_object()) add_once(advisories, &direct(it.key(), report));
  std::set<std::string> seen;
  for (std::size_t i = 0; i < advisories.size(); ++i) {
    Advisory& advisory = *advisories[i];
    Vulnerability* vulnerability = find(advisory.name());
    if (!vulnerability) {
      found_.push_back(std::make_unique<Vulnerability>());
      vulnerability = found_.back().get();
      vulnerability->name = advisory.name();
    }
    add_once(vulnerability->advisories, &advisory);
    vulnerability->simple_.clear();
    if (rank(advisory.severity()) > rank(vulnerability->severity)) vulnerability->severity = advisory.severity();
    if (seen.insert(advisory.name() + "@" + advisory.range()).second) {
      for (Node* node : tree_.nodes())
        if (node->package_name() == advisory.name() && is_audited(*node) &&
            advisory.test_version(std::string(node->version())) && !vulnerability->has(*node)) {
          vulnerability->nodes.push_back(node);
          examine_node(advisory, *vulnerability, *node, advisories);
        }
    }
    if (vulnerability->nodes.empty()) {
      std::erase_if(found_, [&](const auto& each) { return each.get() == vulnerability; });
      continue;
    }
    // An advisory that none of the nodes is hit by is of no interest.
    auto irrelevant = [&](Advisory* each) {
      return std::none_of(vulnerability->nodes.begin(), vulnerability->nodes.end(),
                          [&](const Node* node) { return each->test_version(std::string(node->version())); });
    };
    if (std::erase_if(vulnerability->advisories, irrelevant) > 0) {
      vulnerability->severity.clear();
      for (const Advisory* each : vulnerability->advisories)
        if (rank(each->severity()) > rank(vulnerability->severity)) vulnerability->severity = each->severity();
    }
  }
  for (const auto& vulnerability : found_)
    for (const Advisory* advisory : vulnerability->advisories) {
      Vulnerability* cause = advisory->is_meta() ? find(advisory->dependency()) : nullptr;
      if (!cause) continue;
      add_once(vulnerability->via, cause);
      add_once(cause->effects, vulnerability.get());
      set_fix(*vulnerability, vulnerability->fix);
    }
}

// Who depends on a vulnerable node: a project is told of a fix, a package may be vulnerable itself.
void AuditReport::examine_node(Advisory& advisory, Vulnerability& vulnerability, Node& node,
                               std::vector<Advisory*>& advisories) {
  for (const Edge* edge : node.edges_in) {
    Node& from = *edge->from;
    const std::string& spec = edge->spec();
    if (from.is_top() && !vulnerability.tops.contains(&from)) {
      set_fix(vulnerability, find_fix(vulnerability, spec));
      if (vulnerability.fix.kind != Fix::Kind::kFree) {
        add_once(top_, &vulnerability);
        vulnerability.tops.insert(&from);
      } else {
        vulnerability.blocked_version = blocked_fix(vulnerability, spec);
      }
      continue;
    }
    if (from.package_name().empty()) continue;
    Advisory& dependent = meta(std::string(from.package_name()), advisory);
    if (dependent.test_version(std::string(from.version()), &spec)) add_once(advisories, &dependent);
  }
}

Fix AuditReport::find_fix(Vulnerability& vulnerability, const std::string& spec) {
  auto range = registry_range(spec);
  if (!range) return {.kind = Fix::Kind::kNone};
  const std::string avoided = vulnerability.range();
  for (const std::string& version : vulnerability.advisories.front()->versions())
    if (semver::satisfies(version, *range) && !semver::satisfies(version, avoided, kAdvisoryRange)) return {};
  const Packument* packument = vulnerability.advisories.front()->packument();
  auto wanted = resolve_spec(vulnerability.name, *range, "/");
  if (!packument || !wanted) return {.kind = Fix::Kind::kNone};
  PickOptions options = options_.pick;
  options.before.clear();
  options.avoid = avoided;
  auto picked = pick_avoiding(*packument, *wanted, options);
  if (!picked) return {.kind = Fix::Kind::kNone};
  return {Fix::Kind::kForced, std::string(packument->name()), std::string(packument->version(picked->index)),
          picked->is_major};
}

// An in-range fix that `before` puts out of reach: its version, or "".
std::string AuditReport::blocked_fix(Vulnerability& vulnerability, const std::string& spec) {
  if (options_.pick.before.empty() || (options_.before_spares && options_.before_spares(vulnerability.name))) return "";
  auto range = registry_range(spec);
  const Packument* packument = vulnerability.advisories.front()->packument();
  auto wanted = range ? resolve_spec(vulnerability.name, *range, "/") : fail("", "");
  if (!wanted || !packument) return "";
  PickOptions options = options_.pick;
  options.avoid = vulnerability.range();
  auto windowed = pick_version(*packument, *wanted, options);
  if (windowed && !semver::satisfies(packument->version(*windowed), options.avoid, kAdvisoryRange)) return "";
  options.before.clear();
  auto lifted = pick_version(*packument, *wanted, options);
  return lifted ? std::string(packument->version(*lifted)) : "";
}

// What mends a vulnerability mends what caused it: causes take the stricter fix.
void AuditReport::set_fix(Vulnerability& vulnerability, const Fix& fix) {
  vulnerability.fix = fix;
  for (Vulnerability* cause : vulnerability.via) {
    if (cause->fix == fix) continue;
    bool stricter = fix.kind == Fix::Kind::kNone || cause->fix.kind == Fix::Kind::kFree ||
                    (fix.kind == Fix::Kind::kForced &&
                     (cause->fix.kind != Fix::Kind::kForced || !cause->fix.is_major.value_or(false)));
    if (stricter) set_fix(*cause, Fix(fix));
  }
}

Json AuditReport::to_json() const {
  std::map<std::string, Json, CollateLess> sorted;
  Json counts = {{"info", 0}, {"low", 0}, {"moderate", 0}, {"high", 0}, {"critical", 0}, {"total", found_.size()}};
  for (const auto& each : found_) {
    Vulnerability& one = *each;
    if (counts.contains(one.severity)) counts[one.severity] = counts[one.severity].get<int>() + 1;
    std::vector<Advisory*> advisories = one.advisories;
    std::stable_sort(advisories.begin(), advisories.end(),
                     [](const Advisory* a, const Advisory* b) { return collate(a->sort_key(), b->sort_key()) < 0; });
    Json via = Json::array();
    for (const Advisory* advisory : advisories)
      via.push_back(advisory->is_meta() ? Json(advisory->dependency()) : advisory->to_json());
    std::vector<std::string> effects, locations;
    for (const Vulnerability* effect : one.effects) effects.push_back(effect->name);
    for (const Node* node : one.nodes) locations.push_back(node->location());
    std::stable_sort(effects.begin(), effects.end(), CollateLess());
    std::stable_sort(locations.begin(), locations.end(), CollateLess());
    Json fix = one.fix.kind == Fix::Kind::kFree;
    if (one.fix.kind == Fix::Kind::kForced) {
      fix = {{"name", one.fix.name}, {"version", one.fix.version}};
      if (one.fix.is_major) fix["isSemVerMajor"] = *one.fix.is_major;
    }
    Json json = {{"name", one.name},   {"severity", one.severity}, {"isDirect", one.is_direct()},
                 {"via", via},         {"effects", effects},       {"range", one.simple_range()},
                 {"nodes", locations}, {"fixAvailable", fix}};
    if (one.severity.empty()) json["severity"] = nullptr;
    if (!one.blocked_version.empty())
      json["fixBlockedByReleaseAge"] = {{"version", one.blocked_version}, {"before", options_.pick.before}};
    sorted.emplace(one.name, std::move(json));
  }
  Json vulnerabilities = Json::object();
  for (auto& [name, json] : sorted) vulnerabilities[name] = std::move(json);

  int prod = 0, dev = 0, optional = 0, peer = 0;
  const auto nodes = tree_.nodes();
  for (const Node* node : nodes) {
    dev += node->dev;
    optional += node->optional;
    peer += node->peer;
    prod += !node->dev && !node->optional && !node->peer;
  }
  return {{"auditReportVersion", 2},
          {"vulnerabilities", vulnerabilities},
          {"metadata",
           {{"vulnerabilities", counts},
            {"dependencies",
             {{"prod", prod},
              {"dev", dev},
              {"optional", optional},
              {"peer", peer},
              {"peerOptional", 0},
              {"total", nodes.size() - 1}}}}}};
}

}  // namespace pkg::resolver
