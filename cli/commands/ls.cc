// `pkg ls`: the installed packages as a tree, as JSON or as paths.
// Spec: npm's document npm-ls.
#include <cmath>

#include "cli/command.h"
#include "cli/installing.h"
#include "cli/listing.h"
#include "installer/disk.h"

namespace pkg::cli {
namespace {

using resolver::Node;

std::string description(const Node& node) {
  auto package = installer::PackageJson::load(node.realpath());
  const Json* text = package ? member(package->content, "description") : nullptr;
  return text && text->is_string() ? text->get<std::string>() : "";
}

std::string label(const ListingItem& item, bool is_root, bool has_package, bool long_form) {
  std::string text;
  if (!item.missing.empty()) text = item.optional ? "UNMET OPTIONAL DEPENDENCY " : "UNMET DEPENDENCY ";
  if (is_root) {
    text += has_package ? item.id + (long_form ? "\n" : " ") + item.node->path() : item.node->path();
  } else {
    text += item.id;
  }
  const Node* own = item.copy ? nullptr : item.node;
  if (item.deduped) text += " deduped";
  if (!item.invalid.empty()) text += " invalid: " + item.invalid;
  if (own && own->extraneous && !is_root) text += " extraneous";
  if (own && !is_root && own->overridden()) text += " overridden";
  if (own && own->resolved.starts_with("git")) text += " (" + own->resolved + ")";
  if (item.node && item.node->is_link)
    text += " -> ./" + installer::relative_path(item.node->root->realpath(), item.node->realpath());
  if (long_form) text += "\n" + (item.node ? description(*item.node) : "");
  return text;
}

// The shape of a directory tree, with the drawing characters of the terminal's encoding.
class Drawing {
 public:
  explicit Drawing(bool unicode) : unicode_(unicode) {}

  struct Branch {
    std::string label;
    std::vector<Branch> branches;
  };

  std::string draw(const Branch& branch, const std::string& prefix = "") const {
    std::string text = prefix;
    std::string below = prefix + (branch.branches.empty() ? " " : part("│", "|")) + " ";
    for (char c : branch.label) {
      text += c;
      if (c == '\n') text += below;
    }
    text += '\n';
    for (std::size_t i = 0; i < branch.branches.size(); ++i) {
      const Branch& child = branch.branches[i];
      bool last = i + 1 == branch.branches.size();
      std::string inner = prefix + (last ? " " : part("│", "|")) + " ";
      std::string drawn = draw(child, inner);
      text += prefix + (last ? part("└", "`") : part("├", "+")) + part("─", "-") +
              (child.branches.empty() ? part("─", "-") : part("┬", "-")) + " " + drawn.substr(inner.size());
    }
    return text;
  }

 private:
  std::string part(const char* wide, const char* plain) const { return unicode_ ? wide : plain; }
  bool unicode_;
};

std::string human(const Listing& listing, bool has_package, bool long_form, bool unicode) {
  const auto& items = listing.items();
  std::vector<std::vector<std::size_t>> children(items.size());
  for (std::size_t i = 1; i < items.size(); ++i)
    if (items[i].included) children[items[i].parent].push_back(i);
  auto branch = [&](auto& self, std::size_t index) -> Drawing::Branch {
    Drawing::Branch made{label(items[index], index == 0, has_package, long_form), {}};
    for (std::size_t child : children[index]) made.branches.push_back(self(self, child));
    return made;
  };
  Drawing::Branch root = branch(branch, 0);
  if (root.branches.empty()) root.branches.push_back({"(empty)", {}});
  return Drawing(unicode).draw(root);
}

// What a package's own package.json adds to its entry with --long.
void add_package(Json& entry, const ListingItem& item) {
  auto package = installer::PackageJson::load(item.node->realpath());
  const Json content = package ? package->content : Json::object();
  entry["name"] = item.name;
  for (const auto& [key, value] : content.items())
    if (key != "dependencies") entry[key] = value;
  entry["extraneous"] = false;
  entry["path"] = item.node->path();
  Json all = Json::object();
  for (const char* kind : {"dependencies", "optionalDependencies"})
    if (const Json* list = member(content, kind); list && list->is_object()) all.update(*list);
  entry["_dependencies"] = all;
  for (const char* kind : {"devDependencies", "peerDependencies"})
    if (const Json* list = member(content, kind); !list) entry[kind] = Json::object();
}

Json json(const Listing& listing, bool has_package, bool long_form) {
  const auto& items = listing.items();
  std::vector<Json> entries;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const ListingItem& item = items[i];
    const Node* own = item.copy ? nullptr : item.node;
    Json entry = Json::object();
    if (item.node && !item.node->version().empty()) entry["version"] = item.node->version();
    if (own) {
      std::string resolved = own->is_link ? own->link_resolved() : own->resolved;
      if (!resolved.empty() && i != 0) entry["resolved"] = resolved;
      if (i != 0) entry["overridden"] = own->overridden();
    }
    if (i == 0 && has_package)
      entry["name"] = item.node->package_name().empty() ? item.name : item.node->package_name();
    if (long_form && item.node) add_package(entry, item);
    if (own && own->extraneous && i != 0) entry["extraneous"] = true;
    if (!item.invalid.empty()) entry["invalid"] = item.invalid;
    if (!item.missing.empty() && !item.optional) {
      if (item.required_known) entry["required"] = item.required;
      entry["missing"] = true;
    }
    if (i == 0 ? !listing.problems().empty() : item.included && !item.problems.empty())
      entry["problems"] = i == 0 ? listing.problems() : item.problems;
    entries.push_back(std::move(entry));
  }
  // From the end: an entry is whole before it goes into the one above it.
  std::vector<std::vector<std::size_t>> children(items.size());
  for (std::size_t i = 1; i < items.size(); ++i)
    if (items[i].included) children[items[i].parent].push_back(i);
  for (std::size_t i = items.size(); i-- > 0;) {
    if (children[i].empty()) continue;
    Json dependencies = Json::object();
    for (std::size_t child : children[i]) dependencies[items[child].name] = std::move(entries[child]);
    entries[i]["dependencies"] = std::move(dependencies);
  }
  return std::move(entries[0]);
}

std::string paths(const Listing& listing, bool long_form) {
  std::string text;
  for (std::size_t i = 0; i < listing.items().size(); ++i) {
    const ListingItem& item = listing.items()[i];
    if (item.copy || !item.matched) continue;
    const Node& node = *item.node;
    text += (text.empty() ? "" : "\n") + node.path();
    if (!long_form) continue;
    text += ":" + item.id;
    if (node.path() != node.realpath()) text += ":" + node.realpath();
    if (node.extraneous && i != 0) text += ":EXTRANEOUS";
    if (!item.invalid.empty()) text += ":INVALID";
    if (i != 0 && node.overridden()) text += ":OVERRIDDEN";
  }
  return text;
}

Result<int> list(Session& session, bool long_form) {
  registry::Config& config = session.config();
  PKG_TRY(Project project, load_project(session));
  auto read = project.read_options(session);
  read.tree.legacy_peer_deps = false;
  std::unique_ptr<resolver::Tree> tree;
  if (config.flag("package-lock-only")) {
    if (!project.lockfile.exists) {
      return fail(code::kUsage, "there is no lockfile to list", "run `pkg install --package-lock-only` to make it");
    }
    PKG_TRY(tree, installer::load_virtual_tree(project.lockfile, project.path, project.manifest, read));
  } else {
    PKG_TRY(auto actual, installer::load_actual_tree(project.path, project.manifest, project.lockfile, read));
    tree = std::move(actual.tree);
  }
  ListingOptions options;
  options.specs = session.words;
  Json depth = config.get("depth");
  double wanted = depth.is_number() ? depth.get<double>() : INFINITY;
  options.depth = config.flag("all") || !options.specs.empty() ? wanted : depth.is_number() ? wanted : 0;
  options.link = config.flag("link");
  options.omit = omitted(config);
  options.workspaces = config.is_default("workspaces") || config.flag("workspaces");
  options.include_root = config.flag("include-workspace-root");
  for (std::size_t index : project.selected) {
    if (Node* node = tree->at(installer::relative_path(tree->path(), project.workspaces[index].path)))
      options.selected.insert(node);
  }
  PKG_TRY(Listing listing, Listing::make(*tree, std::move(options)));

  bool has_package = !project.package.content.empty();
  std::string problems;
  for (const std::string& problem : listing.problems()) problems += (problems.empty() ? "" : "\n") + problem;
  bool failed = listing.has_serious_problems();
  if (session.json()) {
    Json whole = json(listing, has_package || project.global, long_form);
    if (failed) whole["error"] = {{"code", "ELSPROBLEMS"}, {"summary", problems}, {"detail", ""}};
    session.terminal.line(installer::json_text(whole, "  "));
  } else if (config.flag("parseable")) {
    session.terminal.line(paths(listing, long_form));
  } else {
    session.terminal.line(human(listing, has_package, long_form, config.flag("unicode")));
  }
  if (failed) {
    session.terminal.error({"ELSPROBLEMS", problems, ""});
    return 1;
  }
  return !session.words.empty() && !listing.items()[0].included ? 1 : 0;
}

}  // namespace

Result<int> ls_command(Session& session) { return list(session, session.config().flag("long")); }
Result<int> ll_command(Session& session) { return list(session, true); }

}  // namespace pkg::cli
