// `pkg audit`: known vulnerabilities of what the lockfile lists; `audit fix`
// installs what is free of them; `audit signatures` checks who signed it.
// Spec: npm's document npm-audit.
#include "cli/auditing.h"

#include "cli/command.h"
#include "cli/installing.h"
#include "cli/signatures.h"
#include "installer/json_text.h"

namespace pkg::cli {
namespace {

// What is audited: the lockfile's tree, or without lockfiles the one an install would make.
Result<std::unique_ptr<resolver::Tree>> audited_tree(Session& session, const Project& project) {
  if (session.config().flag("package-lock")) {
    if (!project.lockfile.exists)
      return fail(code::kNoLock, "This command requires an existing lockfile.",
                  "try creating one first with: pkg install --package-lock-only");
    return installer::load_virtual_tree(project.lockfile, session.project(), project.manifest,
                                        project.read_options(session));
  }
  PKG_TRY(auto options, ideal_tree_options(session, project));
  PKG_TRY(options.start, starting_tree(session, project));
  PKG_TRY(auto ideal, resolver::build_ideal_tree(session.packuments(), std::move(options)));
  return std::move(ideal.tree);
}

Result<int> fix(Session& session, Project& project, Audit& audit, std::unique_ptr<resolver::Tree> tree) {
  PKG_TRY(auto build, build_options(session, project));
  PKG_TRY(auto options, ideal_tree_options(session, project));
  resolver::AuditReport& report = audit.report();
  if (!report.vulnerabilities().empty()) options.audit = &report;
  options.start = std::move(tree);
  PKG_TRY(auto ideal, resolver::build_ideal_tree(session.packuments(), std::move(options)));
  PKG_TRY_VOID(check_strict_scripts(session, *ideal.tree, build));
  Json after;
  PKG_TRY_VOID(carry_out(session, project, ideal, build, Wipe::kNo, Save::kAsSet, &audit, &after));
  std::string level = session.config().text("audit-level");
  int status = after.is_object() ? audit_exit_code(after, level.empty() ? "low" : level) : 0;
  std::string blocked;
  std::size_t count = 0;
  for (const auto& each : report.vulnerabilities()) {
    if (each->blocked_version.empty()) continue;
    blocked += (count++ ? ", " : "") + each->name;
  }
  if (count == 0) return status;
  session.terminal.warn("audit", std::to_string(count) +
                                     " package(s) left at a vulnerable version because a fix is newer than the "
                                     "release-age cutoff: " +
                                     blocked +
                                     ".\nAdd the package to min-release-age-exclude, or relax min-release-age or "
                                     "before, to install the fix.");
  return 1;
}

}  // namespace

Result<int> audit_command(Session& session) {
  registry::Config& config = session.config();
  const std::string word = session.words.empty() ? "" : session.words.front();
  if (word == "signatures") return audit_signatures(session);
  const bool fixing = word == "fix";
  if (!config.flag("package-lock") && fixing)
    return fail(code::kUsage, "fix cannot be used without a package-lock", "pkg audit [fix|signatures]");
  if (config.flag("global")) return fail("EAUDITGLOBAL", "`pkg audit` does not support testing globals");
  config.set("audit", true, registry::ConfigLayer::kCli);
  PKG_TRY(Project project, load_project(session));
  PKG_TRY(auto tree, audited_tree(session, project));
  Audit audit(session, *tree, omitted(config), workspace_set(session, project, *tree));
  audit.start();
  audit.finish();
  if (fixing) return fix(session, project, audit, std::move(tree));
  if (audit.failure()) return tl::unexpected<Error>(tell_audit_failure(session, *audit.failure()));
  Json report = audit.report().to_json();
  session.terminal.line(session.json() ? installer::json_text(report, "  ") : audit_text(report, AuditText::kDetail));
  std::string level = config.text("audit-level");
  return audit_exit_code(report, level.empty() ? "low" : level);
}

}  // namespace pkg::cli
