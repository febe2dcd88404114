#include "cli/explanation.h"

#include <algorithm>

#include "installer/disk.h"
#include "installer/package_json.h"

namespace pkg::cli {
namespace {

using resolver::Edge;
using resolver::EdgeError;
using resolver::Node;

std::string error_text(EdgeError error) {
  switch (error) {
    case EdgeError::kNone:
      return "";
    case EdgeError::kMissing:
      return "MISSING";
    case EdgeError::kInvalid:
      return "INVALID";
    case EdgeError::kLocalPeer:
      return "PEER LOCAL";
    case EdgeError::kDetached:
      return "DETACHED";
  }
  return "";
}

Json edge_json(const EdgeExplanation& edge) {
  Json json = {{"type", edge.type}, {"name", edge.name}, {"spec", edge.spec}};
  if (!edge.raw_spec.empty()) {
    json["rawSpec"] = edge.raw_spec;
    json["overridden"] = true;
  }
  if (edge.bundled) json["bundled"] = true;
  if (!edge.error.empty()) json["error"] = edge.error;
  if (edge.from) json["from"] = explanation_json(*edge.from);
  return json;
}

// Where there are workspaces, npm meets their edges after those of packages,
// and the root's last.
std::vector<const Edge*> edges_in(const Node& node) {
  std::vector<const Edge*> edges(node.edges_in.begin(), node.edges_in.end());
  if (node.root->workspaces.empty()) return edges;
  auto rank = [](const Edge* edge) { return edge->from->is_project_root() ? 2 : edge->from->parent ? 0 : 1; };
  std::stable_sort(edges.begin(), edges.end(), [&](const Edge* a, const Edge* b) { return rank(a) < rank(b); });
  return edges;
}

std::string indented(const std::vector<std::string>& messages) {
  std::string text;
  for (const std::string& message : messages) {
    text += "\n  ";
    for (char c : message) {
      text += c;
      if (c == '\n') text += "  ";
    }
  }
  return text;
}

class Printer {
 public:
  std::string node(const NodeExplanation& node) { return head(node) + dependents(node) + links(node); }

 private:
  static std::string id(const NodeExplanation& node) {
    auto known = [](const std::string& text) { return text.empty() ? std::string("undefined") : text; };
    return known(node.name) + "@" + known(node.version);
  }

  static std::string head(const NodeExplanation& node) {
    std::string text = id(node);
    if (node.extraneous) text += " extraneous";
    if (node.dev) text += " dev";
    if (node.optional) text += " optional";
    if (node.peer) text += " peer";
    if (node.bundled) text += " bundled";
    if (node.overridden) text += " overridden";
    return text + (node.location.empty() ? "" : "\n" + node.location);
  }

  std::string dependents(const NodeExplanation& node) {
    std::vector<std::string> messages;
    for (const auto& each : node.dependents) messages.push_back(edge(*each));
    return indented(messages);
  }

  std::string links(const NodeExplanation& node) {
    std::vector<std::string> messages;
    for (const auto& link : node.links_in) messages.push_back(this->node(*link));
    return indented(messages);
  }

  std::string edge(const EdgeExplanation& edge) {
    std::string dep = edge.name + "@\"" + edge.spec + "\"";
    if (edge.type == "workspace") {
      const std::string& from = edge.from->root_path.empty() ? edge.from->location : edge.from->root_path;
      dep = installer::relative_path(from, edge.spec.substr(std::min<std::size_t>(5, edge.spec.size())));
    }
    if (!edge.raw_spec.empty()) dep = "overridden " + dep + " (was \"" + edge.raw_spec + "\")";
    return (edge.type == "prod" ? "" : edge.type + " ") + (edge.bundled ? "bundled " : "") + dep + " from " +
           from(*edge.from);
  }

  std::string from(const NodeExplanation& node) {
    if (node.name.empty() && node.version.empty()) return "the root project";
    std::string key = id(node) + ":" + node.location;
    if (std::find(path_.begin(), path_.end(), key) != path_.end()) return head(node);
    path_.push_back(key);
    std::string text = head(node) + dependents(node) + links(node);
    path_.pop_back();
    return text;
  }

  std::vector<std::string> path_;
};

}  // namespace

std::shared_ptr<NodeExplanation> Explainer::explain(const Node& node) { return cached(node, {}); }

std::shared_ptr<NodeExplanation> Explainer::explain_asked(const Node& node) {
  auto explanation = cached(node, {});
  explanation->asked = true;
  explanation->extraneous = node.extraneous;
  if (!node.extraneous) {
    explanation->dev = node.dev;
    explanation->optional = node.optional;
    explanation->dev_optional = node.dev_optional;
    explanation->peer = node.peer;
    explanation->bundled = node.in_bundle();
    explanation->overridden = node.overridden();
  }
  return explanation;
}

std::shared_ptr<NodeExplanation> Explainer::cached(const Node& node, const Seen& seen) {
  if (auto known = nodes_.find(&node); known != nodes_.end()) return known->second;
  auto made = make(node, seen);
  nodes_[&node] = made;
  return made;
}

std::shared_ptr<NodeExplanation> Explainer::make(const Node& node, Seen seen) {
  auto why = std::make_shared<NodeExplanation>();
  if (node.is_project_root()) {
    why->root_path = node.path();
    return why;
  }
  why->name = node.is_top() ? std::string(node.package_name()) : node.name->text;
  why->version = node.version();
  if (!node.errors.empty() || node.package_name().empty() || why->version.empty()) {
    why->nameless = true;
    auto package = installer::PackageJson::load_or_empty(node.realpath());
    why->package = package ? package->content : Json::object();
  }
  if (std::find(seen.begin(), seen.end(), &node) != seen.end()) return why;
  why->placed = true;
  why->location = node.location();
  why->workspace = node.is_workspace();
  seen.push_back(&node);
  for (const Edge* each : edges_in(node))
    if (each->valid() || each->from->is_project_root()) why->dependents.push_back(edge(*each, seen));
  for (const Node* link : node.links_in) why->links_in.push_back(make(*link, seen));
  return why;
}

std::shared_ptr<EdgeExplanation> Explainer::edge(const Edge& edge, const Seen& seen) {
  if (auto known = edges_.find(&edge); known != edges_.end()) return known->second;
  auto made = std::make_shared<EdgeExplanation>();
  made->type = resolver::to_string(edge.type);
  made->name = edge.name->text;
  made->spec = edge.spec();
  if (edge.raw_spec != made->spec) made->raw_spec = edge.raw_spec;
  const auto& bundled = edge.from->manifest->bundle_dependencies;
  made->bundled = std::find(bundled.begin(), bundled.end(), made->name) != bundled.end();
  made->error = error_text(edge.error());
  made->from = cached(*edge.from, seen);
  edges_[&edge] = made;
  return made;
}

Json explanation_json(const NodeExplanation& node) {
  if (!node.root_path.empty()) return {{"location", node.root_path}};
  Json json = Json::object();
  if (!node.name.empty()) json["name"] = node.name;
  if (!node.version.empty()) json["version"] = node.version;
  if (node.nameless) {
    json["errors"] = Json::array({Json::object()});
    json["package"] = node.package;
  }
  if (node.placed) {
    json["location"] = node.location;
    json["isWorkspace"] = node.workspace;
    json["dependents"] = Json::array();
    for (const auto& edge : node.dependents) json["dependents"].push_back(edge_json(*edge));
    if (!node.links_in.empty()) {
      json["linksIn"] = Json::array();
      for (const auto& link : node.links_in) json["linksIn"].push_back(explanation_json(*link));
    }
  }
  if (!node.asked) return json;
  if (node.extraneous) {
    json["extraneous"] = true;
    return json;
  }
  json["dev"] = node.dev;
  json["optional"] = node.optional;
  json["devOptional"] = node.dev_optional;
  json["peer"] = node.peer;
  json["bundled"] = node.bundled;
  json["overridden"] = node.overridden;
  return json;
}

std::string explanation_text(const NodeExplanation& node) { return Printer().node(node); }

}  // namespace pkg::cli
