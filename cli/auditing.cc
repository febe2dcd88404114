#include "cli/auditing.h"

#include <map>
#include <set>

#include "cli/inspect.h"
#include "cli/installing.h"
#include "cli/pick_options.h"
#include "installer/json_text.h"
#include "installer/workspaces.h"
#include "registry/inflate.h"
#include "registry/tarballs.h"
#include "registry/url.h"

namespace pkg::cli {
namespace {

constexpr std::uint64_t kMaxAnswer = 64u << 20;

resolver::AuditOptions audit_options(Session& session, std::set<std::string> omit, const WorkspaceSet& set) {
  resolver::AuditOptions options;
  options.omit = std::move(omit);
  if (!set.all) options.included = [&set](const resolver::Node& node) { return set.contains(node); };
  options.pick = pick_options(session);
  options.before_spares = [globs = session.config().list("min-release-age-exclude")](const std::string& name) {
    for (const std::string& glob : globs)
      if (installer::glob_match(glob, name)) return true;
    return false;
  };
  return options;
}

}  // namespace

Audit::Audit(Session& session, resolver::Tree& tree, std::set<std::string> omit, WorkspaceSet set)
    : session_(session),
      set_(std::move(set)),
      report_(tree, session.packuments(), audit_options(session, std::move(omit), set_)) {}

void Audit::start() {
  if (session_.config().flag("offline")) return;
  Json body = report_.request();
  if (body.empty()) return;
  registry::HttpRequest request;
  std::string registry = session_.auth().registry_for("");
  request.url = url_ = registry + "-/npm/v1/security/advisories/bulk";
  request.method = "POST";
  request.body = installer::json_text(body, "");
  request.headers = {"content-type: application/json", "accept: application/json", "accept-encoding: gzip"};
  request.credentials = session_.auth().credentials_for(request.url, registry);
  request.max_bytes = kMaxAnswer;
  auto promise = std::make_shared<std::promise<Result<registry::HttpResponse>>>();
  answer_ = promise->get_future();
  session_.http().start(std::move(request), [promise](Result<registry::HttpResponse> response) {
    promise->set_value(std::move(response));
  });
}

void Audit::finish() {
  if (!answer_) return;
  auto response = answer_->get();
  answer_.reset();
  auto failed = [&](std::string message) {
    failure_ = AuditFailure{std::move(message), "POST", registry::redact_url(url_), "", Json::object(), 0};
  };
  if (!response) return failed("request to " + registry::redact_url(url_) + " failed: " + response.error().message);
  registry::ByteBuffer buffer;
  auto text = registry::decoded_body(*response, buffer, kMaxAnswer, 0);
  if (response->status >= 300) {
    failed(registry::http_error(*response, "POST", url_).message);
    failure_->status = response->status;
    for (const auto& [name, value] : response->headers) {
      Json& values = failure_->headers[name];
      if (values.is_null()) values = Json::array();
      values.push_back(value);
    }
    if (text) failure_->body = *text;
    return;
  }
  if (!text) return failed(text.error().message);
  auto answer = parse_json(*text, registry::redact_url(url_));
  if (!answer) return failed(answer.error().message);
  if (answer->is_object()) report_.load(*answer);
}

Error tell_audit_failure(Session& session, const AuditFailure& failure) {
  session.terminal.warn("audit", failure.message);
  if (session.json()) {
    Json json = {{"message", failure.message}, {"method", failure.method}, {"uri", failure.url}};
    if (failure.status) json["headers"] = failure.headers;
    if (failure.status) json["statusCode"] = failure.status;
    auto body = parse_json(failure.body, "");
    if (body)
      json["body"] = *body;
    else if (failure.status)
      json["body"] = failure.body;
    session.terminal.line(installer::json_text(json, "  "));
  } else if (failure.status) {
    auto body = parse_json(failure.body, "");
    session.terminal.line(body && !body->is_string() ? inspect(*body, 2) : failure.body);
  } else {
    session.terminal.line("undefined");
  }
  return {"", "audit endpoint returned an error", ""};
}

int audit_exit_code(const Json& report, const std::string& level) {
  const std::map<std::string, int> ranks{{"info", 0}, {"low", 1},      {"moderate", 2},
                                         {"high", 3}, {"critical", 4}, {"none", 5}};
  auto wanted = ranks.find(level);
  const Json& counts = report["metadata"]["vulnerabilities"];
  for (auto it = counts.begin(); it != counts.end(); ++it) {
    auto rank = ranks.find(it.key());
    if (rank != ranks.end() && wanted != ranks.end() && it->get<std::size_t>() > 0 && rank->second >= wanted->second)
      return 1;
  }
  return 0;
}

namespace {

std::string summary(const Json& report) {
  const Json& counts = report["metadata"]["vulnerabilities"];
  const auto total = counts["total"].get<std::size_t>();
  if (total == 0) return "found 0 vulnerabilities";
  bool fixable = false, forcible = false, major = false, unfixable = false;
  for (const Json& each : report["vulnerabilities"]) {
    const Json& fix = each["fixAvailable"];
    fixable |= fix == true;
    unfixable |= fix == false;
    if (!fix.is_object()) continue;
    forcible = true;
    const Json* breaking = member(fix, "isSemVerMajor");
    major |= breaking && *breaking == true;
  }
  std::vector<std::pair<std::string, std::size_t>> severities;
  for (const char* name : {"low", "moderate", "high", "critical"})
    if (std::size_t count = counts[name].get<std::size_t>()) severities.emplace_back(name, count);
  std::string text;
  if (severities.size() > 1) {
    text = std::to_string(total) + " vulnerabilities (";
    for (std::size_t i = 0; i < severities.size(); ++i)
      text += (i ? ", " : "") + std::to_string(severities[i].second) + " " + severities[i].first;
    text += ")";
  } else {
    auto [name, count] = severities.empty() ? std::pair<std::string, std::size_t>("info", total) : severities[0];
    text = std::to_string(count) + " " + name + " severity vulnerabilit" + (count == 1 ? "y" : "ies");
  }
  if (fixable)
    text += std::string("\n\nTo address ") +
            (forcible || unfixable ? "issues that do not require attention" : "all issues") + ", run:\n  npm audit fix";
  if (forcible)
    text += std::string("\n\nTo address all issues") + (unfixable ? " possible" : "") +
            (major ? " (including breaking changes)" : "") + ", run:\n  npm audit fix --force";
  if (unfixable) text += "\n\nSome issues need review, and may require choosing\na different dependency.";
  return text;
}

class Details {
 public:
  explicit Details(const Json& report) : all_(report["vulnerabilities"]) {}

  std::string text() {
    std::string text = "# npm audit report\n\n";
    for (auto it = all_.begin(); it != all_.end(); ++it) {
      bool own = false;
      for (const Json& via : (*it)["via"]) own |= !via.is_string();
      if (own && printed_.insert(it.key()).second) {
        print(*it, "", text);
        text += "\n";
      } else if (own) {
        text += "\n";  // it came with another one's effects
      }
    }
    return text;
  }

 private:
  void print(const Json& one, const std::string& indent, std::string& text) {
    auto line = [&](const std::string& words) { text += indent + words + "\n"; };
    const bool top = indent.empty();
    const std::string severity = string_member(one, "severity", "null");
    line(string_member(one, "name") + "  " + string_member(one, "range"));
    if (top && severity != "low") line("Severity: " + severity);
    for (const Json& via : one["via"]) {
      if (via.is_string())
        line("Depends on vulnerable versions of " + via.get<std::string>());
      else if (top)
        line(string_member(via, "title", "undefined") + " - " + string_member(via, "url", "undefined"));
    }
    if (top) line(fix_text(one["fixAvailable"]));
    for (const Json& path : one["nodes"]) line(path.get<std::string>());
    for (const Json& effect : one["effects"]) {
      const Json* other = member(all_, effect.get<std::string>());
      if (other && printed_.insert(effect.get<std::string>()).second) print(*other, indent + "  ", text);
    }
  }

  static std::string fix_text(const Json& fix) {
    if (fix == false) return "No fix available";
    if (fix == true) return "fix available via `npm audit fix`";
    const Json* major = member(fix, "isSemVerMajor");
    return "fix available via `npm audit fix --force`\nWill install " + string_member(fix, "name") + "@" +
           string_member(fix, "version") + ", which is " +
           (major && *major == true ? "a breaking change" : "outside the stated dependency range");
  }

  const Json& all_;
  std::set<std::string> printed_;
};

}  // namespace

std::string audit_text(const Json& report, AuditText how) {
  const bool none = report["metadata"]["vulnerabilities"]["total"] == 0;
  if (how == AuditText::kSummary) return summary(report) + (none ? "" : "\n\nRun `npm audit` for details.");
  return none ? summary(report) : Details(report).text() + summary(report);
}

}  // namespace pkg::cli
