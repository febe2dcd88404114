// `pkg outdated`: dependencies that are not the newest there is.
// Spec: npm's document npm-outdated.
#include <algorithm>
#include <unordered_set>

#include "cli/build_config.h"
#include "cli/command.h"
#include "cli/documents.h"
#include "cli/installing.h"
#include "cli/workspace_set.h"
#include "installer/json_text.h"
#include "installer/workspaces.h"
#include "resolver/tree/collate.h"
#include "resolver/tree/pick.h"

namespace pkg::cli {
namespace {

using resolver::Edge;
using resolver::EdgeType;
using resolver::Node;

struct Outdated {
  std::string name, wanted, latest, type, dependent, dependent_location;
  std::optional<std::string> current, path, location, homepage;
  std::string workspace;  // "name@version" of the workspace that depends on it, if one does
};

class Edges {
 public:
  explicit Edges(const WorkspaceSet& set) : set_(set) {}

  void add(const Edge& edge) {
    if (!set_.contains(edge.from->real_target())) return;
    if (known_.insert(&edge).second) list_.push_back(&edge);
  }
  void add_out(const Node& node) {
    for (const auto& [name, edge] : node.edges_out) add(*edge);
  }
  const std::vector<const Edge*>& list() const { return list_; }

 private:
  const WorkspaceSet& set_;
  std::unordered_set<const Edge*> known_;
  std::vector<const Edge*> list_;
};

const char* dependency_type(const Edge& edge) {
  if (edge.is_optional()) return "optionalDependencies";
  if (edge.is_peer()) return "peerDependencies";
  return edge.is_dev() ? "devDependencies" : "dependencies";
}

bool is_omitted(const Edge& edge, const std::set<std::string>& omit) {
  const Node* node = edge.to;
  return (omit.contains("dev") && (node ? node->dev : edge.is_dev())) ||
         (omit.contains("optional") && (node ? node->optional : edge.is_optional())) ||
         (omit.contains("peer") && (node ? node->peer : edge.is_peer()));
}

bool is_excluded(const std::vector<std::string>& globs, std::string_view name) {
  return std::any_of(globs.begin(), globs.end(),
                     [&](const std::string& glob) { return installer::glob_match(glob, name); });
}

std::vector<const Edge*> wanted_edges(Session& session, const resolver::Tree& tree, const WorkspaceSet& set) {
  Edges edges(set);
  if (!session.words.empty()) {
    for (const std::string& word : session.words)
      for (const Node* node : tree.nodes())
        if (node->name->text == word)
          for (const Edge* edge : node->edges_in) edges.add(*edge);
    return edges.list();
  }
  if (session.config().flag("all"))
    for (const Node* node : tree.nodes()) edges.add_out(*node);
  edges.add_out(tree.root());
  for (const auto& [name, edge] : tree.root().edges_out)
    if (edge->to && edge->to->is_workspace()) edges.add_out(edge->to->real_target());
  return edges.list();
}

std::string table(const std::vector<Outdated>& list, bool long_form) {
  std::vector<std::vector<std::string>> rows{{"Package", "Current", "Wanted", "Latest", "Location", "Depended by"}};
  if (long_form) rows[0].insert(rows[0].end(), {"Package Type", "Homepage", "Depended By Location"});
  for (const Outdated& each : list) {
    rows.push_back({each.name, each.current.value_or("MISSING"), each.wanted, each.latest, each.location.value_or("-"),
                    each.workspace.empty() ? each.dependent : each.workspace});
    if (long_form)
      rows.back().insert(rows.back().end(), {each.type, each.homepage.value_or(""), each.dependent_location});
  }
  std::vector<std::size_t> widths(rows[0].size());
  for (const auto& row : rows)
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  std::string text;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      std::string space(widths[i] - row[i].size(), ' ');
      bool right = i >= 1 && i <= 3;
      line += (i == 0 ? "" : "  ") + (right ? space + row[i] : row[i] + space);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += (text.empty() ? "" : "\n") + line;
  }
  return text;
}

std::string parseable(const std::vector<Outdated>& list, bool long_form) {
  std::string text;
  for (const Outdated& each : list) {
    text += (text.empty() ? "" : "\n") + each.path.value_or("") + ":" + each.name + "@" + each.wanted + ":" +
            (each.current ? each.name + "@" + *each.current : "MISSING") + ":" + each.name + "@" + each.latest + ":" +
            each.dependent;
    if (long_form) text += ":" + each.type + ":" + each.homepage.value_or("") + ":" + each.dependent_location;
  }
  return text;
}

Json json(const std::vector<Outdated>& list, bool long_form) {
  Json all = Json::object();
  for (const Outdated& each : list) {
    Json entry = Json::object();
    if (each.current) entry["current"] = *each.current;
    entry["wanted"] = each.wanted;
    entry["latest"] = each.latest;
    entry["dependent"] = each.dependent;
    if (each.path) entry["location"] = *each.path;
    if (long_form) {
      entry["type"] = each.type;
      if (each.homepage) entry["homepage"] = *each.homepage;
      entry["dependedByLocation"] = each.dependent_location;
    }
    // Several dependents of one name make a list.
    if (!all.contains(each.name)) {
      all[each.name] = std::move(entry);
    } else {
      Json& there = all[each.name];
      if (!there.is_array()) there = Json::array({there});
      there.push_back(std::move(entry));
    }
  }
  return all;
}

// What is to be said of one edge, if anything is.
Result<std::optional<Outdated>> examine(Session& session, const Edge& edge, const resolver::PickOptions& pick,
                                        const std::vector<std::string>& exclude) {
  // npm looks at what is there, whatever put it there, when it lists all global packages.
  const bool global = session.global() && session.words.empty();
  const std::string raw = global ? "*" : edge.spec();
  auto spec = resolver::resolve_spec(edge.name->text, raw, "/");
  if (!spec || !spec->is_registry()) return std::nullopt;
  const resolver::Spec& fetched = spec->fetched();
  const bool alias = spec->target != nullptr;
  auto quiet = [](const Error& error) -> Result<std::optional<Outdated>> {
    for (std::string_view known : {"ETARGET", "E403", "E404"})
      if (error.code == known) return std::nullopt;
    return tl::unexpected<Error>(error);
  };
  auto packument = session.packuments().get(fetched.name);
  if (!packument) return quiet(packument.error());
  resolver::PickOptions options = pick;
  if (is_excluded(exclude, fetched.name)) options.before.clear();
  auto wanted = resolver::pick_version(**packument, fetched, options);
  if (!wanted) return quiet(wanted.error());
  PKG_TRY(auto any, resolver::resolve_spec(fetched.name, "*", "/"));
  auto latest = resolver::pick_version(**packument, any, options);
  if (!latest) return quiet(latest.error());

  Outdated found;
  found.wanted = (*packument)->version(*wanted);
  found.latest = (*packument)->version(*latest);
  if (edge.to) {
    if (!edge.to->version().empty()) found.current = edge.to->version();
    found.path = edge.to->path();
    found.location = edge.to->location();
  }
  if (found.current == found.wanted && found.wanted == found.latest) return std::nullopt;
  found.name = edge.name->text;
  if (alias) {
    found.name = raw;
    if (auto at = found.name.find("npm"); at != std::string::npos) found.name.replace(at, 3, edge.name->text);
  }
  found.type = dependency_type(edge);
  found.dependent = global ? "global" : edge.from->name->text;
  found.dependent_location = global ? "global" : edge.from->location();
  if (edge.from->is_workspace()) found.workspace = edge.from->id();
  if (session.config().flag("long")) {
    auto document = fetch_document(session, fetched.name, fetched.name);
    if (!document) return quiet(document.error());
    if (const Json* homepage = member(*document, "homepage"); homepage && homepage->is_string())
      found.homepage = homepage->get<std::string>();
  }
  return found;
}

}  // namespace

Result<int> outdated_command(Session& session) {
  registry::Config& config = session.config();
  PKG_TRY(Project project, load_project(session));
  PKG_TRY(auto options, ideal_tree_options(session, project));
  PKG_TRY(auto actual,
          installer::load_actual_tree(project.path, project.manifest, project.lockfile, project.read_options(session)));
  const resolver::Tree& tree = *actual.tree;
  WorkspaceSet set = workspace_set(session, project, tree);
  std::vector<const Edge*> edges;
  for (const Edge* edge : wanted_edges(session, tree, set)) {
    // Only what has to be there counts as missing.
    bool missing = edge->missing() && std::string_view(dependency_type(*edge)) != "dependencies";
    if (!missing && !is_omitted(*edge, options.omit)) edges.push_back(edge);
  }

  // What the registry says now, not what it said last time.
  config.set("prefer-online", true, registry::ConfigLayer::kCli);
  std::vector<std::string> names;
  for (const Edge* edge : edges)
    if (auto spec = resolver::resolve_spec(edge->name->text, edge->spec(), "/"); spec && spec->is_registry())
      names.push_back(spec->fetched().name);
  session.packuments().prefetch(names);
  resolver::PickOptions pick{options.node_version, options.npm_version, options.default_tag, options.before};
  std::vector<Outdated> list;
  for (const Edge* edge : edges) {
    PKG_TRY(auto found, examine(session, *edge, pick, options.before_exclude));
    if (found) list.push_back(std::move(*found));
  }
  std::stable_sort(list.begin(), list.end(), [](const Outdated& a, const Outdated& b) {
    int order = resolver::collate(a.name, b.name);
    return order != 0 ? order < 0 : resolver::collate(a.dependent, b.dependent) < 0;
  });

  bool long_form = config.flag("long");
  if (session.json())
    session.terminal.line(installer::json_text(json(list, long_form), "  "));
  else if (!list.empty())
    session.terminal.line(config.flag("parseable") ? parseable(list, long_form) : table(list, long_form));
  return list.empty() ? 0 : 1;
}

}  // namespace pkg::cli
