#include "installer/process.h"

#include <cerrno>

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "installer/dir_writer.h"

namespace pkg::installer {
namespace {

struct Pipe {
  int read = -1, write = -1;
  bool open() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return false;
    read = ends[0];
    write = ends[1];
    return true;
  }
  void close_write() {
    if (write >= 0) ::close(write);
    write = -1;
  }
  ~Pipe() {
    close_write();
    if (read >= 0) ::close(read);
  }
};

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (std::string& text : texts) all.push_back(text.data());
  all.push_back(nullptr);
  return all;
}

// Both pipes, until both are closed.
void read_all(Pipe& out, Pipe& err, ProcessResult& result) {
  pollfd polled[2] = {{out.read, POLLIN, 0}, {err.read, POLLIN, 0}};
  std::string* texts[2] = {&result.out, &result.err};
  char buffer[16384];
  for (int left = 2; left > 0;) {
    if (::poll(polled, 2, -1) < 0) {
      if (errno == EINTR) continue;
      return;
    }
    for (int i = 0; i < 2; ++i) {
      if (polled[i].fd < 0 || polled[i].revents == 0) continue;
      ssize_t size = ::read(polled[i].fd, buffer, sizeof buffer);
      if (size > 0) {
        texts[i]->append(buffer, static_cast<std::size_t>(size));
      } else if (size == 0 || errno != EINTR) {
        polled[i].fd = -1;
        --left;
      }
    }
  }
}

}  // namespace

Result<ProcessResult> run_process(const ProcessRun& run) {
  std::vector<std::string> words{run.program}, variables;
  words.insert(words.end(), run.arguments.begin(), run.arguments.end());
  for (const auto& [name, value] : run.environment) variables.push_back(name + "=" + value);
  std::vector<char*> argv = pointers(words), envp = pointers(variables);
  Pipe out, err, failure;
  if (!out.open() || !err.open() || !failure.open()) return tl::unexpected(errno_error(errno, "pipe", run.program));

  pid_t pid = ::fork();
  if (pid < 0) return tl::unexpected(errno_error(errno, "fork", run.program));
  if (pid == 0) {
    int nothing = ::open("/dev/null", O_RDONLY);
    ::dup2(nothing, 0);
    ::dup2(out.write, 1);
    ::dup2(err.write, 2);
    if (run.folder.empty() || ::chdir(run.folder.c_str()) == 0)
      ::execvpe(run.program.c_str(), argv.data(), envp.data());
    int reason = errno;
    (void)!::write(failure.write, &reason, sizeof reason);
    ::_exit(127);
  }
  out.close_write();
  err.close_write();
  failure.close_write();
  ProcessResult result;
  read_all(out, err, result);
  int reason = 0;
  ssize_t told = ::read(failure.read, &reason, sizeof reason);
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  if (told == sizeof reason) return tl::unexpected(errno_error(reason, "exec", run.program));
  result.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return result;
}

}  // namespace pkg::installer
