#pragma once

#include <future>
#include <memory>
#include <optional>
#include <string>

#include "cli/session.h"
#include "cli/workspace_set.h"
#include "resolver/tree/audit_report.h"

namespace pkg::cli {

// What the registry answered instead of advisories.
struct AuditFailure {
  std::string message, method, url, body;
  Json headers;  // name -> list of values
  long status = 0;
};

// The audit of one tree: the registry is asked while other things are done.
class Audit {
 public:
  // `omit`: kinds of dependencies left out. `set`: the part of the tree that counts.
  Audit(Session& session, resolver::Tree& tree, std::set<std::string> omit, WorkspaceSet set);

  // Sends the request, if there is anything to ask, and returns.
  void start();
  // Waits for the answer and works it out; once.
  void finish();

  // Also when the registry could not be asked, but then it has nothing in it.
  resolver::AuditReport& report() { return report_; }
  const std::optional<AuditFailure>& failure() const { return failure_; }

 private:
  Session& session_;
  WorkspaceSet set_;
  resolver::AuditReport report_;
  std::string url_;
  std::optional<std::future<Result<registry::HttpResponse>>> answer_;
  std::optional<AuditFailure> failure_;
};

// kSummary: what an install says: "found 0 vulnerabilities". kDetail: each vulnerability.
enum class AuditText { kSummary, kDetail };
// `report`: AuditReport::to_json(). Without an end of line.
std::string audit_text(const Json& report, AuditText how);

// 1 when something is at least as severe as `level` ("low", ...; "none": nothing is).
int audit_exit_code(const Json& report, const std::string& level);

// Tells of a failure, as `audit` does. The error to end with.
Error tell_audit_failure(Session& session, const AuditFailure& failure);

}  // namespace pkg::cli
