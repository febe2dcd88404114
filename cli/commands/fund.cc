// `pkg fund`: who of those the project depends on asks for funding, and where.
// Spec: npm's document npm-fund.
#include <algorithm>
#include <map>
#include <set>

#include "cli/command.h"
#include "cli/documents.h"
#include "cli/inspect.h"
#include "cli/install_report.h"
#include "cli/installing.h"
#include "cli/pick_options.h"
#include "cli/prompt.h"
#include "cli/workspace_set.h"
#include "installer/disk.h"
#include "installer/json_text.h"
#include "resolver/spec/spec.h"

namespace pkg::cli {
namespace {

using resolver::Node;

// A text is its URL; a list stays one.
Json normalized(const Json& funding) {
  auto item = [](const Json& one) { return one.is_string() ? Json{{"url", one}} : one; };
  if (!funding.is_array()) return item(funding);
  Json list = Json::array();
  for (const Json& one : funding) list.push_back(item(one));
  return list;
}

std::vector<Json> valid_sources(const Json& funding) {
  std::vector<Json> sources;
  if (funding.is_null()) return sources;
  const Json written = normalized(funding);
  for (const Json& one : written.is_array() ? written : Json::array({written}))
    if (is_valid_funding(one)) sources.push_back(one);
  return sources;
}

// The tree of those who ask, by name; who does not ask gives way to what it depends on.
class Funders {
 public:
  Funders(const WorkspaceSet& set) : set_(set) {}
  std::size_t count() const { return count_; }

  Json below(const Node& node) {
    struct Item {
      const Node* node;
      Json json;
    };
    std::vector<Item> items;
    for (const auto& [name, edge] : node.edges_out) {
      if (!edge->to) continue;
      const Node& to = edge->to->real_target();
      if (!set_.contains(to) || !seen_.insert(std::string(to.package_name()) + "\n" + to.manifest->version).second)
        continue;
      Json json = Json::object();
      if (!to.manifest->version.empty()) json["version"] = to.manifest->version;
      if (is_valid_funding(to.manifest->funding)) {
        json["funding"] = normalized(to.manifest->funding);
        ++count_;
      }
      items.push_back({&to, std::move(json)});
    }
    Json result = Json::object(), trailing = Json::object();
    for (Item& item : items) {
      Json inner = below(*item.node);
      if (item.json.contains("funding")) {
        if (!inner.empty()) item.json["dependencies"] = std::move(inner);
        result[std::string(item.node->package_name())] = std::move(item.json);
      } else {
        for (auto it = inner.begin(); it != inner.end(); ++it) trailing[it.key()] = *it;
      }
    }
    for (auto it = trailing.begin(); it != trailing.end(); ++it) result[it.key()] = *it;
    return result;
  }

 private:
  const WorkspaceSet& set_;
  std::set<std::string> seen_;
  std::size_t count_ = 0;
};

// Boxes, as npm draws trees; a node's label may have several lines.
struct Drawn {
  std::string label;
  std::vector<Drawn*> nodes;
};

class Drawing {
 public:
  explicit Drawing(bool unicode) : unicode_(unicode) {}

  std::string text(const Drawn& node, const std::string& prefix) const {
    std::string label;
    const std::string splitter = "\n" + prefix + (node.nodes.empty() ? " " : bar()) + " ";
    for (char c : node.label) label += c == '\n' ? splitter : std::string(1, c);
    std::string all = prefix + label + "\n";
    for (std::size_t i = 0; i < node.nodes.size(); ++i) {
      const bool last = i + 1 == node.nodes.size();
      const std::string inner = prefix + (last ? " " : bar()) + " ";
      all += prefix + (unicode_ ? (last ? "└─" : "├─") : (last ? "`-" : "+-")) +
             (node.nodes[i]->nodes.empty() ? (unicode_ ? "─ " : "- ") : (unicode_ ? "┬ " : "- ")) +
             text(*node.nodes[i], inner).substr(inner.size());
    }
    return all;
  }

 private:
  const char* bar() const { return unicode_ ? "│" : "|"; }
  bool unicode_;
};

class Page {
 public:
  explicit Page(bool unicode) : drawing_(unicode), unicode_(unicode) {}

  std::string text(const Json& info) {
    Drawn* root = add(info);
    return drawing_.text(*root, "");
  }

 private:
  // Packages of one address share an entry: null for a later one.
  Drawn* add(const Json& info) {
    const std::string name = string_member(info, "name"), version = string_member(info, "version");
    const std::string id = name + (version.empty() ? "" : "@" + version);
    const Json* funding = member(info, "funding");
    auto sources = funding ? valid_sources(*funding) : std::vector<Json>();
    const std::string url = sources.empty() ? "" : string_member(sources[0], "url");
    Drawn* drawn = nullptr;
    if (!url.empty() && by_url_.contains(url)) {
      by_url_[url]->label += ", " + id;
    } else {
      drawn_.push_back(std::make_unique<Drawn>());
      drawn = drawn_.back().get();
      drawn->label = url.empty() ? id : url + "\n" + (unicode_ ? "└── " : "`-- ") + id;
      if (!url.empty()) by_url_[url] = drawn;
    }
    std::vector<Drawn*> inner;
    if (const Json* dependencies = member(info, "dependencies"))
      for (const std::string& key : enumerated_keys(*dependencies)) {
        Json one = {{"name", key}};
        one.update((*dependencies)[key]);
        if (Drawn* each = add(one)) inner.push_back(each);
      }
    if (drawn) drawn->nodes = std::move(inner);
    return drawn;
  }

  Drawing drawing_;
  bool unicode_;
  std::vector<std::unique_ptr<Drawn>> drawn_;
  std::map<std::string, Drawn*> by_url_;
};

Result<Json> funding_of(Session& session, const resolver::Tree& tree, const std::string& word) {
  PKG_TRY(auto spec, resolver::parse_spec(word, session.project()));
  if (spec.type == resolver::SpecType::kDirectory) {
    for (const Node* node : tree.nodes())
      if (node->path() == spec.fetch_spec) return node->manifest->funding;
  } else {
    const Node* best = nullptr;
    for (const Node* node : tree.nodes())
      if (node->name->text == spec.name && node->parsed_version() &&
          (!best || *best->parsed_version() < *node->parsed_version()))
        best = node;
    if (best) return best->manifest->funding;
  }
  if (!spec.is_registry()) return Json();
  auto packument = session.packuments().get(spec.fetched().name);
  if (!packument) return Json();
  auto index = resolver::pick_version(**packument, spec.fetched(), pick_options(session));
  return index ? (*packument)->manifest(*index)->funding : Json();
}

Result<int> show_page_of(Session& session, const resolver::Tree& tree, const std::string& word, long which) {
  PKG_TRY(Json funding, funding_of(session, tree, word));
  const std::vector<Json> sources = valid_sources(funding);
  if (sources.empty()) return fail("ENOFUND", "No valid funding method available for: " + word);
  auto title = [](const Json& source) {
    std::string type = string_member(source, "type");
    return (type.empty() ? "Funding" : type + " funding") + std::string(" available at the following URL");
  };
  const std::size_t index = which > 0 ? static_cast<std::size_t>(which) - 1 : sources.size() == 1 ? 0 : sources.size();
  if (index < sources.size()) {
    PKG_TRY_VOID(open_url(session, string_member(sources[index], "url"), title(sources[index])));
    return 0;
  }
  if (which > 0) session.terminal.line("--which=" + std::to_string(which) + " is not a valid index");
  for (std::size_t i = 0; i < sources.size(); ++i)
    session.terminal.line(std::to_string(i + 1) + ": " + title(sources[i]) + ": " + string_member(sources[i], "url"));
  session.terminal.line(
      "Run `npm fund [<package-spec>] --which=1`, for example, to open the first funding URL listed in that package");
  return 0;
}

}  // namespace

Result<int> fund_command(Session& session) {
  registry::Config& config = session.config();
  long which = 0;
  if (!config.get("which").is_null()) {
    which = config.get("which").is_number() ? config.number("which")
                                            : std::strtol(config.text("which").c_str(), nullptr, 10);
    if (which < 1)
      return fail("EFUNDNUMBER",
                  "`pkg fund [<package-spec>] --which=fundingSourceNumber` must be given a positive integer");
  }
  if (config.flag("global")) return fail("EFUNDGLOBAL", "`pkg fund` does not support global packages");
  PKG_TRY(Project project, load_project(session));
  PKG_TRY(auto actual, installer::load_actual_tree(session.project(), project.manifest, project.lockfile,
                                                   project.read_options(session)));
  if (!session.words.empty()) return show_page_of(session, *actual.tree, session.words.front(), which);
  WorkspaceSet set;
  if (!project.selected.empty()) set = workspace_set(session, project, *actual.tree, RootToo::kNo);
  Funders funders(set);
  Json dependencies = funders.below(actual.tree->root());
  Json info = {{"length", funders.count()}};
  const std::string name = string_member(project.package.content, "name");
  info["name"] = name.empty() ? std::string(installer::base_name(session.project())) : name;
  if (std::string version = string_member(project.package.content, "version"); !version.empty())
    info["version"] = version;
  if (const Json* funding = member(project.package.content, "funding")) info["funding"] = normalized(*funding);
  info["dependencies"] = dependencies;
  session.terminal.line(session.json() ? installer::json_text(info, "  ") : Page(config.flag("unicode")).text(info));
  return 0;
}

}  // namespace pkg::cli
