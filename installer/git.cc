#include "installer/git.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <thread>

#include "installer/disk.h"
#include "installer/process.h"
#include "resolver/spec/url.h"

namespace pkg::installer {
namespace {

using resolver::Spec;

// A password in an address is nobody's business.
std::string shown(const std::string& argument) {
  auto scheme = argument.find("://");
  if (scheme == std::string::npos) return argument;
  auto at = argument.find('@', scheme), slash = argument.find('/', scheme + 3);
  auto colon = argument.find(':', scheme + 3);
  if (at == std::string::npos || at > slash || colon == std::string::npos || colon > at) return argument;
  return argument.substr(0, colon + 1) + "***" + argument.substr(at);
}

bool lost_connection(std::string_view message) {
  for (std::string_view sign : {"remote error: Internal Server Error", "The remote end hung up unexpectedly",
                                "Connection timed out", "Operation timed out", "Connection reset by peer",
                                "SSL_ERROR_SYSCALL", "The requested URL returned error: 503"})
    if (message.find(sign) != std::string_view::npos) return true;
  return message.find("Failed to connect to ") != std::string_view::npos &&
         message.find(" Timed out") != std::string_view::npos;
}

// npm's list of hosts that serve shallow clones.
bool may_be_shallow(const std::string& repository) {
  auto url = resolver::Url::parse(repository);
  if (!url || repository.find("://") == std::string::npos) return false;
  constexpr std::array<std::string_view, 5> kHosts{"github.com", "gist.github.com", "gitlab.com", "bitbucket.com",
                                                   "bitbucket.org"};
  return std::find(kHosts.begin(), kHosts.end(), url->hostname) != kHosts.end();
}

constexpr std::string_view kNoCommit = "The git reference could not be found";

// Nothing that a package wrote may be an option of git.
Result<void> check_word(const std::string& word) {
  if (!word.starts_with('-')) return {};
  return fail("EINVALIDSPEC", "\"" + word + "\" is no repository, branch or commit");
}

}  // namespace

bool Git::is_missing_commit(const Error& error) { return error.message.starts_with(kNoCommit); }

// Git must not ask for passwords, and trusts the hosts it meets first; unless the user has it otherwise.
const Environment& Git::environment() {
  if (ready_) return options_.environment;
  ready_ = true;
  Environment& env = options_.environment;
  std::string configured;
  if (!env.contains("GIT_ASKPASS") || !env.contains("GIT_SSH_COMMAND"))
    if (auto asked = run_process(
            {options_.program, {"config", "--name-only", "--get-regexp", "^core\\.(askpass|sshcommand)$"}, "", env}))
      configured = asked->out;
  if (configured.find("askpass") == std::string::npos) env.emplace("GIT_ASKPASS", "echo");
  if (configured.find("sshcommand") == std::string::npos)
    env.emplace("GIT_SSH_COMMAND", "ssh -oStrictHostKeyChecking=accept-new");
  return env;
}

Result<std::string> Git::run(std::vector<std::string> arguments, const std::string& folder) {
  arguments.insert(arguments.begin(), "--no-replace-objects");
  ProcessRun process{options_.program, arguments, folder, environment()};
  long wait = options_.retry_wait;
  for (int left = std::min(options_.retries, 2);; --left) {
    auto done = run_process(process);
    if (!done && done.error().code == code::kNoEntry)
      return fail("ENOGIT", "No git binary found in $PATH", "packages out of git repositories need it");
    if (!done) return tl::unexpected<Error>(done.error());
    if (done->ok()) return std::move(done->out);
    if (lost_connection(done->err) && left > 0) {
      std::this_thread::sleep_for(std::chrono::milliseconds(wait));
      wait = std::min(wait * 10, 60000L);
      continue;
    }
    bool missing = done->err.find("pathspec ") != std::string::npos &&
                   done->err.find("did not match any file(s) known to git") != std::string::npos;
    std::string message = missing                      ? std::string(kNoCommit)
                          : lost_connection(done->err) ? "A git connection error occurred"
                                                       : "An unknown git error occurred";
    message += "\ncommand git";
    for (const std::string& argument : arguments) message += " " + shown(argument);
    while (done->err.ends_with('\n')) done->err.pop_back();
    return fail(std::to_string(done->status), message + "\n" + done->err);
  }
}

Result<const GitRefs*> Git::refs(const std::string& repository) {
  PKG_TRY_VOID(check_word(repository));
  auto known = refs_.find(repository);
  if (known == refs_.end()) {
    PKG_TRY(std::string listing, run({"ls-remote", repository}));
    known = refs_.emplace(repository, GitRefs::parse(listing)).first;
  }
  return &known->second;
}

Result<const GitRef*> Git::find(const GitRefs& refs, const Spec& spec) const {
  if (!spec.git_range.empty())
    return refs.best(spec.name.empty() ? spec.fetch_spec : spec.name, spec.git_range, options_.pick);
  return refs.named(spec.git_committish.empty() ? "HEAD" : spec.git_committish);
}

Result<std::string> Git::commit_of(const std::string& repository, const Spec& spec) {
  PKG_TRY(const GitRefs* all, refs(repository));
  PKG_TRY(const GitRef* ref, find(*all, spec));
  return ref ? ref->sha : std::string();
}

Result<void> Git::update_submodules(const std::string& folder) {
  if (!path_exists(folder + "/.gitmodules")) return {};
  PKG_TRY([[maybe_unused]] std::string out, run({"submodule", "update", "-q", "--init", "--recursive"}, folder));
  return {};
}

Result<std::string> Git::clone(const std::string& repository, const Spec& spec, const std::string& folder) {
  PKG_TRY_VOID(check_word(spec.git_committish));
  PKG_TRY(const GitRefs* all, refs(repository));
  PKG_TRY(const GitRef* ref, find(*all, spec));
  auto steps = [&](std::vector<std::vector<std::string>> commands) -> Result<void> {
    for (std::vector<std::string>& command : commands) {
      PKG_TRY([[maybe_unused]] std::string out, run(std::move(command), folder));
    }
    return {};
  };
  if (!ref) {
    // A commit that has no name cannot be asked for: everything comes.
    std::string committish = spec.git_committish.empty() ? "HEAD" : spec.git_committish;
    PKG_TRY_VOID(
        steps({{"clone", "--mirror", "-q", repository, folder + "/.git"}, {"init"}, {"checkout", committish}}));
    PKG_TRY_VOID(update_submodules(folder));
    PKG_TRY(std::string head, run({"rev-parse", "--revs-only", "HEAD"}, folder));
    while (head.ends_with('\n')) head.pop_back();
    return head;
  }
  bool shallow = may_be_shallow(repository), tip = all->head() && ref->sha == all->head()->sha;
  if (!tip && ref->kind != GitRef::Kind::kTag && ref->kind != GitRef::Kind::kBranch) {
    std::vector<std::string> fetch{"fetch", "origin", ref->raw};
    if (shallow) fetch.push_back("--depth=1");
    PKG_TRY_VOID(steps({{"init"}, {"remote", "add", "origin", repository}, fetch, {"checkout", ref->sha}}));
    PKG_TRY_VOID(update_submodules(folder));
    return ref->sha;
  }
  std::vector<std::string> clone{"clone"};
  if (!tip) clone.insert(clone.end(), {"-b", ref->name});
  clone.insert(clone.end(), {repository, folder, "--recurse-submodules"});
  if (shallow) clone.push_back("--depth=1");
  PKG_TRY([[maybe_unused]] std::string out, run(std::move(clone)));
  return ref->sha;
}

}  // namespace pkg::installer
