#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <uv.h>

#include "resolver/base/result.h"

namespace pkg::runtime {

class InspectorAgent;

// What debuggers connect to: an HTTP server that lists the one target there is, and a WebSocket for each frontend that
// carries the Chrome DevTools Protocol. It has a thread and a loop of its own, so that a program that computes, waits
// or stands at a breakpoint can be debugged. Spec: Node's doc/api/debugger.md; RFC 6455.
class InspectorServer {
 public:
  // Listens on `host` (a name or an address) and `port` (0: any). Errors: libuv's name of the failure, its text as
  // message.
  static Result<std::unique_ptr<InspectorServer>> start(InspectorAgent& agent, const std::string& host, int port);
  // Disconnects every frontend and joins the thread.
  ~InspectorServer();
  InspectorServer(const InspectorServer&) = delete;
  InspectorServer& operator=(const InspectorServer&) = delete;

  int port() const { return port_; }
  // ws://host:port/id
  std::string url() const { return "ws://" + address_ + "/" + id_; }

 private:
  class Client;
  friend class Client;
  struct Outgoing {
    std::uint64_t client;
    std::string text;  // UTF-8
  };

  explicit InspectorServer(InspectorAgent& agent) : agent_(agent) {}
  Result<void> listen(const std::string& host, int port);
  void run();
  void accept();
  void deliver();
  std::string answer(const std::string& path, const std::string& host) const;

  // From the realm's thread.
  void send(std::uint64_t client, std::string text);

  InspectorAgent& agent_;
  std::string address_, id_, title_, script_;
  int port_ = 0;
  uv_loop_t loop_;
  uv_tcp_t listener_;
  uv_async_t wake_;
  std::thread thread_;
  std::map<std::uint64_t, Client*> clients_;  // of the server's thread
  std::uint64_t next_client_ = 1;
  std::atomic<bool> stopping_ = false;

  std::mutex mutex_;  // of outgoing_
  std::vector<Outgoing> outgoing_;
};

}  // namespace pkg::runtime
