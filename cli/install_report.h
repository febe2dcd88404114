#pragma once

#include <chrono>
#include <set>
#include <string>
#include <vector>

#include "cli/auditing.h"
#include "cli/session.h"
#include "installer/build.h"
#include "installer/diff.h"

namespace pkg::cli {

// What an install did, as npm tells it: "added 65 packages in 2s", who looks
// for funding, whose scripts were not run; with --json one object.
class InstallReport {
 public:
  // Collects everything; the tree may change afterwards. `audit`: finished, or
  // null without one. `failed`: locations of optional packages that were not installed.
  InstallReport(Session& session, const installer::Plan& plan, const resolver::Tree& tree,
                const installer::BuildOptions& build, Audit* audit, const std::set<std::string>& failed);

  // Errors: of `audit fix`, when the registry had no answer for it.
  Result<void> print();

  // AuditReport::to_json(); null without an audit.
  const Json& audit() const { return audit_; }

  // What the same install says the next time, when there is nothing to do;
  // fill() puts its duration in and writes the warnings to stderr.
  std::string again() const;
  // Whether what it says of vulnerabilities is too old to say again.
  static bool outdated(const std::string& report);
  static std::string fill(const std::string& report, std::chrono::steady_clock::time_point started);

 private:
  void add_audit(Audit* audit, const resolver::Tree& tree, const std::set<std::string>& failed);
  std::string changes() const;  // "added 65 packages"
  std::string funding_text() const;

  Session& session_;
  std::size_t added_ = 0, changed_ = 0, removed_ = 0, funding_ = 0;
  std::string plan_text_;    // of a dry run
  std::string blocked_;      // the scripts nobody reviewed
  std::size_t audited_ = 0;  // packages; 0 without an audit
  Json audit_;
  std::string audit_text_;   // "found 0 vulnerabilities"
  std::string audit_again_;  // the same for an install
  const AuditFailure* audit_failure_ = nullptr;
  Json json_;
};

// Whether `funding` of a package.json names web addresses, as text, {url} or lists of these.
bool is_valid_funding(const Json& funding);

// How many packages of the tree ask for funding: those the root reaches, each
// name and version once.
std::size_t count_funding(const resolver::Tree& tree);

}  // namespace pkg::cli
