#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "resolver/tree/advisory.h"
#include "resolver/tree/node.h"
#include "resolver/tree/pick.h"

namespace pkg::resolver {

// How a vulnerability can be mended.
struct Fix {
  // kFree: within the ranges that dependents wrote. kForced: by `name`@`version`, beyond them.
  enum class Kind { kFree, kForced, kNone } kind = Kind::kFree;
  std::string name, version;
  std::optional<bool> is_major;

  bool operator==(const Fix&) const = default;
};

// A package of the tree that is vulnerable, and everything that makes it so.
struct Vulnerability {
  std::string name, severity;
  std::vector<Advisory*> advisories;  // in order of arrival
  std::vector<Node*> nodes;           // affected
  std::set<const Node*> tops;         // projects that hold it in place
  std::vector<Vulnerability*> via, effects;
  Fix fix;
  // A fix that is there but too young for `before`: its version; empty without.
  std::string blocked_version;

  std::string range() const;  // all advisories' joined, or simple_range() once that was asked for
  const std::string& simple_range();
  bool is_direct() const;
  bool has(const Node& node) const;

 private:
  friend class AuditReport;
  std::string simple_;
};

struct AuditOptions {
  std::set<std::string> omit;                             // "dev", "optional", "peer"
  std::function<bool(const Node&)> included;              // empty: all nodes
  PickOptions pick;                                       // `before` set: fixes may be blocked by it
  std::function<bool(const std::string&)> before_spares;  // names `before` does not apply to
};

// What is vulnerable in a tree, by the registry's advisories: npm's audit
// report, version 2. Nodes and packuments must outlive it.
class AuditReport {
 public:
  AuditReport(Tree& tree, Packuments& packuments, AuditOptions options);

  // What to ask the registry: name -> list of versions.
  Json request() const;
  // Takes the answer: name -> list of advisories.
  void load(const Json& answer);

  // By name, in the order they were found.
  const std::vector<std::unique_ptr<Vulnerability>>& vulnerabilities() const { return found_; }
  Vulnerability* find(std::string_view name) const;
  // Those that hold a project's own dependency in place, and so want --force.
  const std::vector<Vulnerability*>& top() const { return top_; }
  bool is_vulnerable(Node& node);

  // {auditReportVersion, vulnerabilities, metadata}.
  Json to_json() const;

 private:
  bool is_audited(const Node& node) const;
  const Packument* packument(const std::string& name);
  Advisory& direct(const std::string& name, const Json& report);
  Advisory& meta(const std::string& name, Advisory& source);
  void examine_node(Advisory& advisory, Vulnerability& vulnerability, Node& node, std::vector<Advisory*>& advisories);
  Fix find_fix(Vulnerability& vulnerability, const std::string& spec);
  std::string blocked_fix(Vulnerability& vulnerability, const std::string& spec);
  void set_fix(Vulnerability& vulnerability, const Fix& fix);

  Tree& tree_;
  Packuments& packuments_;
  AuditOptions options_;
  std::vector<std::unique_ptr<Advisory>> advisories_;
  std::map<std::string, Advisory*> by_key_;
  std::map<std::string, const Packument*> known_;
  std::vector<std::unique_ptr<Vulnerability>> found_;
  std::vector<Vulnerability*> top_;
};

}  // namespace pkg::resolver
