#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace pkg::tests {

struct FixtureRequest {
  std::string method, target;                  // "/left-pad", or a whole URL at a proxy
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
  int connection = 0;  // which one, from 1

  std::string header(const std::string& name) const {
    auto found = headers.find(name);
    return found == headers.end() ? std::string() : found->second;
  }
};

struct FixtureReply {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::size_t cut_after = std::string::npos;  // bytes of the body to send before closing the connection
  bool hang_up = false;                       // close without an answer
  bool chunked = false;                       // no content-length
};

// An HTTP/1.1 server on an ephemeral port of 127.0.0.1, one thread a
// connection. `handler` runs on those threads, one at a time.
class FixtureServer {
 public:
  explicit FixtureServer(std::function<FixtureReply(const FixtureRequest&)> handler);
  ~FixtureServer();

  int port() const { return port_; }
  std::string url(std::string_view path = "/") const {
    return "http://127.0.0.1:" + std::to_string(port_) + std::string(path);
  }
  // The same server under another host name.
  std::string other_url(std::string_view path = "/") const {
    return "http://localhost:" + std::to_string(port_) + std::string(path);
  }
  std::vector<FixtureRequest> requests() const;  // so far
  int connections() const { return connections_; }

 private:
  void accept_all();
  void serve(int fd, int number);
  std::function<FixtureReply(const FixtureRequest&)> handler_;
  int listener_ = -1, port_ = 0;
  std::atomic<bool> stopping_{false};
  std::atomic<int> connections_{0};
  mutable std::mutex mutex_;
  std::vector<FixtureRequest> requests_;
  std::vector<int> sockets_;
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};

}  // namespace pkg::tests
