#include "cli/install_report.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <set>

#include "cli/installing.h"

namespace pkg::cli {
namespace {

using installer::Action;
using resolver::Node;

bool is_web_address(const Json& value) {
  if (!value.is_string()) return false;
  const std::string& text = value.get_ref<const std::string&>();
  for (std::string_view scheme : {"https://", "http://"})
    if (text.starts_with(scheme) && text.size() > scheme.size() && text[scheme.size()] != '/') return true;
  return false;
}

}  // namespace

bool is_valid_funding(const Json& funding) {
  if (funding.is_array()) {
    for (const Json& item : funding)
      if (item.is_array() || !is_valid_funding(item)) return false;
    return true;
  }
  if (funding.is_object()) {
    const Json* url = member(funding, "url");
    return url && is_web_address(*url);
  }
  return is_web_address(funding);
}

namespace {

constexpr char kMark = '\x01';     // where the duration goes, and where the warnings begin
constexpr char kAudited = '\x02';  // before the moment the registry was asked for advisories
// For so long its answer is repeated where nothing changed.
constexpr std::time_t kAuditSeconds = 3600;

std::string plural(std::size_t count) { return std::to_string(count) + (count == 1 ? " package" : " packages"); }

}  // namespace

std::size_t count_funding(const resolver::Tree& tree) {
  std::set<std::pair<std::string, std::string>> seen;
  std::size_t count = 0;
  std::vector<const Node*> queue{&tree.root()};
  while (!queue.empty()) {
    const Node* from = queue.back();
    queue.pop_back();
    for (const auto& [name, edge] : from->edges_out) {
      if (!edge->to) continue;
      const Node& to = edge->to->real_target();
      if (!seen.emplace(to.manifest->name, to.manifest->version).second) continue;
      const Json& funding = to.manifest->funding;
      if (!funding.is_null() && is_valid_funding(funding)) ++count;
      queue.push_back(&to);
    }
  }
  return count;
}

InstallReport::InstallReport(Session& session, const installer::Plan& plan, const resolver::Tree& tree,
                             const installer::BuildOptions& build, Audit* audit, const std::set<std::string>& failed)
    : session_(session) {
  added_ = plan.count(Action::kAdd);
  changed_ = plan.count(Action::kChange);
  removed_ = plan.count(Action::kRemove);
  if (session.config().flag("fund")) funding_ = count_funding(tree);
  if (session.config().flag("dry-run") || session.config().flag("long")) plan_text_ = installer::plan_text(plan);

  std::vector<installer::Unreviewed> unreviewed;
  if (!session.config().flag("dry-run") && !session.config().flag("package-lock-only"))
    unreviewed = installer::unreviewed_scripts(tree, build);
  if (!unreviewed.empty()) {
    blocked_ = std::to_string(unreviewed.size()) + (unreviewed.size() == 1 ? " package had" : " packages had") +
               " install scripts blocked because they are not covered by allowScripts:";
    for (const auto& one : unreviewed) {
      auto identity = installer::shown_identity(*one.node);
      std::string version = identity.version.empty() ? std::string(one.node->version()) : identity.version;
      blocked_ += "\n  " + identity.name + (version.empty() ? "" : "@" + version) + " (";
      bool first = true;
      for (const auto& [event, command] : one.scripts) {
        blocked_ += (first ? "" : "; ") + event + ": " + command;
        first = false;
      }
      blocked_ += ")";
    }
    blocked_ +=
        session.global()
            ? "\n\nAllow those you trust with --allow-scripts=<name>, or for good in .npmrc: allow-scripts=<name>"
            : "\n\nAllow those you trust in package.json: \"allowScripts\": { \"<name>\": true }";
  }

  if (!session.json()) {
    add_audit(audit, tree, failed);
    return;
  }
  auto described = [&](const std::string& name, const std::string& version, const std::string& location) {
    return Json{{"name", name}, {"version", version}, {"path", tree.path() + "/" + location}};
  };
  Json add = Json::array(), change = Json::array(), remove = Json::array();
  for (const auto& step : plan.steps) {
    Json to = described(step.name, step.to_version, step.location);
    Json from = described(step.name, step.from_version, step.location);
    if (step.action == Action::kAdd) add.push_back(to);
    if (step.action == Action::kRemove) remove.push_back(from);
    if (step.action == Action::kChange) change.push_back({{"from", from}, {"to", to}});
  }
  json_ = {{"add", add},          {"added", added_},     {"audited", 0},     {"change", change},
           {"changed", changed_}, {"funding", funding_}, {"remove", remove}, {"removed", removed_}};
  add_audit(audit, tree, failed);
  if (!unreviewed.empty()) {
    Json list = Json::array();
    for (const auto& one : unreviewed) {
      auto identity = installer::shown_identity(*one.node);
      Json scripts = Json::object();
      for (const auto& [event, command] : one.scripts) scripts[event] = command;
      list.push_back({{"name", identity.name},
                      {"version", identity.version.empty() ? std::string(one.node->version()) : identity.version},
                      {"path", one.node->path()},
                      {"scripts", scripts}});
    }
    json_["unreviewedScripts"] = std::move(list);
  }
}

void InstallReport::add_audit(Audit* audit, const resolver::Tree& tree, const std::set<std::string>& failed) {
  if (!audit) return;
  const bool asked = session_.command == "audit";
  if (audit->failure()) {
    // An install is none the worse for it.
    if (asked) audit_failure_ = &*audit->failure();
    return;
  }
  const auto nodes = tree.nodes();
  audited_ = static_cast<std::size_t>(std::count_if(nodes.begin(), nodes.end(), [&](const Node* node) {
    return !node->inert && !failed.contains(node->location());
  }));
  audit_ = audit->report().to_json();
  const Json& report = audit_;
  audit_text_ = audit_text(report, asked ? AuditText::kDetail : AuditText::kSummary);
  audit_again_ = audit_text(report, AuditText::kSummary);
  if (!session_.json()) return;
  json_["audited"] = audited_;
  json_["audit"] = asked ? report : report["metadata"];
}

std::string InstallReport::changes() const {
  std::string text;
  if (added_ + removed_ + changed_ == 0) {
    text = audited_ ? "up to date, " : "up to date";
  } else {
    // Without an audit behind it, the last part comes with an "and".
    if (added_) text += "added " + plural(added_);
    if (removed_) {
      if (added_) text += changed_ || audited_ ? ", " : ", and ";
      text += "removed " + plural(removed_);
    }
    if (changed_) {
      if (added_ || removed_) text += audited_ ? ", " : ", and ";
      text += "changed " + plural(changed_);
    }
    if (audited_) text += ", and ";
  }
  return audited_ ? text + "audited " + plural(audited_) : text;
}

std::string InstallReport::funding_text() const {
  if (funding_ == 0 || session_.global()) return "";
  return "\n" + plural(funding_) + (funding_ == 1 ? " is" : " are") +
         " looking for funding\n  run `npm fund` for details\n";
}

Result<void> InstallReport::print() {
  Terminal& terminal = session_.terminal;
  if (audit_failure_) return tl::unexpected<Error>(tell_audit_failure(session_, *audit_failure_));
  if (terminal.level == LogLevel::kSilent) return {};
  if (session_.json()) {
    terminal.line(installer::json_text(json_, "  "));
    return {};
  }
  terminal.out(plan_text_);
  terminal.out("\n" + changes() + " in " + duration_text(std::chrono::steady_clock::now() - session_.started) + "\n");
  terminal.out(funding_text());
  if (!audit_text_.empty()) terminal.out("\n" + audit_text_ + "\n");
  if (!blocked_.empty()) terminal.warn("install-scripts", blocked_);
  return {};
}

std::string InstallReport::again() const {
  std::string text;
  if (session_.terminal.level != LogLevel::kSilent)
    text = std::string("\nup to date") + (audited_ ? ", audited " + plural(audited_) : "") + " in " + kMark + "\n" +
           funding_text() + (audited_ ? "\n" + audit_again_ + "\n" : "");
  if (audited_) text += kAudited + std::to_string(std::time(nullptr));
  text += kMark;
  if (!blocked_.empty() && session_.terminal.level >= LogLevel::kWarn)
    text += "pkg: warn install-scripts " + blocked_ + "\n";
  return text;
}

bool InstallReport::outdated(const std::string& report) {
  auto mark = report.find(kAudited);
  if (mark == std::string::npos) return false;
  std::time_t age = std::time(nullptr) - std::strtoll(report.c_str() + mark + 1, nullptr, 10);
  return age < 0 || age > kAuditSeconds;
}

std::string InstallReport::fill(const std::string& report, std::chrono::steady_clock::time_point started) {
  std::string text = report;
  auto warnings = text.rfind(kMark);
  if (warnings != std::string::npos) {
    std::fputs(text.c_str() + warnings + 1, stderr);
    text.erase(warnings);
  }
  if (auto audited = text.rfind(kAudited); audited != std::string::npos) text.erase(audited);
  if (auto mark = text.find(kMark); mark != std::string::npos)
    text.replace(mark, 1, duration_text(std::chrono::steady_clock::now() - started));
  return text;
}

}  // namespace pkg::cli
