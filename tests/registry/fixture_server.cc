#include "tests/registry/fixture_server.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

namespace pkg::tests {
namespace {

void send_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t count = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

}  // namespace

FixtureServer::FixtureServer(std::function<FixtureReply(const FixtureRequest&)> handler)
    : handler_(std::move(handler)) {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listener_, 128) != 0 ||
      ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0)
    throw std::runtime_error("no port to listen on");
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { accept_all(); });
}

FixtureServer::~FixtureServer() {
  stopping_ = true;
  ::shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  ::close(listener_);
  {
    std::lock_guard lock(mutex_);
    for (int fd : sockets_) ::shutdown(fd, SHUT_RDWR);
  }
  for (std::thread& thread : threads_) thread.join();
}

std::vector<FixtureRequest> FixtureServer::requests() const {
  std::lock_guard lock(mutex_);
  return requests_;
}

void FixtureServer::accept_all() {
  while (!stopping_) {
    int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) continue;
    int number = ++connections_;
    std::lock_guard lock(mutex_);
    sockets_.push_back(fd);
    threads_.emplace_back([this, fd, number] { serve(fd, number); });
  }
}

void FixtureServer::serve(int fd, int number) {
  std::string buffer;
  char chunk[16384];
  auto more = [&] {
    ssize_t count = ::recv(fd, chunk, sizeof chunk, 0);
    if (count > 0) buffer.append(chunk, static_cast<std::size_t>(count));
    return count > 0;
  };
  for (bool open = true; open;) {
    std::size_t end;
    while ((end = buffer.find("\r\n\r\n")) == std::string::npos && (open = more())) {
    }
    if (!open) break;
    FixtureRequest request;
    request.connection = number;
    std::string head = buffer.substr(0, end);
    buffer.erase(0, end + 4);
    std::size_t line_end = head.find("\r\n");
    std::string first = head.substr(0, line_end);
    std::size_t space = first.find(' ');
    request.method = first.substr(0, space);
    request.target = first.substr(space + 1, first.rfind(' ') - space - 1);
    while (line_end != std::string::npos) {
      std::size_t start = line_end + 2;
      line_end = head.find("\r\n", start);
      std::string line = head.substr(start, line_end == std::string::npos ? line_end : line_end - start);
      std::size_t colon = line.find(':');
      std::size_t value = line.find_first_not_of(' ', colon + 1);
      if (colon != std::string::npos)
        request.headers[lower(line.substr(0, colon))] = value == std::string::npos ? "" : line.substr(value);
    }
    std::size_t length = std::strtoul(request.header("content-length").c_str(), nullptr, 10);
    while (buffer.size() < length && (open = more())) {
    }
    request.body = buffer.substr(0, length);
    buffer.erase(0, length);

    FixtureReply reply;
    {
      std::lock_guard lock(mutex_);
      requests_.push_back(request);
      reply = handler_(request);
    }
    if (reply.hang_up) break;
    std::string out = "HTTP/1.1 " + std::to_string(reply.status) + " Status\r\n";
    for (const auto& [name, value] : reply.headers) out += name + ": " + value + "\r\n";
    if (reply.chunked) {
      out += "transfer-encoding: chunked\r\n\r\n";
    } else if (reply.status != 304) {
      out += "content-length: " + std::to_string(reply.body.size()) + "\r\n\r\n";
    } else {
      out += "\r\n";
    }
    bool cut = reply.cut_after < reply.body.size();
    std::string body = reply.body.substr(0, reply.cut_after);
    if (reply.chunked && !body.empty()) {
      char size[32];
      std::snprintf(size, sizeof size, "%zx\r\n", body.size());
      body = size + body + "\r\n";
    }
    if (request.method != "HEAD" && reply.status != 304) out += body;
    if (reply.chunked && !cut) out += "0\r\n\r\n";
    send_all(fd, out);
    if (cut) break;
  }
  std::lock_guard lock(mutex_);
  std::erase(sockets_, fd);
  ::close(fd);
}

}  // namespace pkg::tests
