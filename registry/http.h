#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "registry/auth.h"
#include "resolver/base/result.h"

namespace pkg::registry {

// How requests are made; npm's settings of the same names. Times in ms.
struct HttpOptions {
  std::string user_agent;
  std::vector<std::string> headers;  // sent with every request: "npm-command: install"
  long max_connections = 64;         // to one host, HTTP/1.1; HTTP/2 shares one
  int retries = 2;
  double retry_factor = 10;
  long retry_min_timeout = 10'000;
  long retry_max_timeout = 60'000;
  long timeout = 300'000;          // without a byte, or until connected
  std::string proxy, https_proxy;  // empty: the environment's, which is for the caller to read
  std::string no_proxy;            // "a.example,.b.example"
  std::string local_address;
  bool strict_ssl = true;
  std::vector<std::string> ca;       // PEM; replaces the system's certificates
  std::string ca_file;               // path; likewise
  std::string system_ca_file;        // SSL_CERT_FILE; in place of the system's
  std::string extra_ca_file;         // NODE_EXTRA_CA_CERTS; added
  std::uint64_t budget = 64u << 20;  // bytes of bodies in memory, roughly
};

struct HttpRequest {
  std::string url;
  std::string method = "GET";
  std::vector<std::string> headers;  // "accept: application/json"
  std::string body;
  Credentials credentials;             // sent to the URL's host only, whatever it redirects to
  std::uint64_t max_bytes = 1u << 30;  // a longer answer is EMAXSIZE
  enum class Urgency { kFirst, kLater } urgency = Urgency::kFirst;
};

// Received bytes. While it lives they count against the budget, which makes
// the network wait for whoever works on them.
class Body {
 public:
  Body() = default;
  Body(std::string bytes, std::function<void()> release) : bytes_(std::move(bytes)), release_(std::move(release)) {}
  Body(Body&& other) noexcept : bytes_(std::move(other.bytes_)), release_(std::exchange(other.release_, nullptr)) {}
  Body& operator=(Body&& other) noexcept {
    std::swap(bytes_, other.bytes_);
    std::swap(release_, other.release_);
    return *this;
  }
  ~Body() {
    if (!release_) return;
    std::string().swap(bytes_);
    release_();
  }

  std::string_view view() const { return bytes_; }
  std::string& bytes() { return bytes_; }

 private:
  std::string bytes_;
  std::function<void()> release_;
};

struct HttpResponse {
  long status = 0;
  std::string url;                                           // after redirects
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
  Body body;                                                 // still encoded as content-encoding says

  // The first header of that name (lower case), or empty.
  std::string_view header(std::string_view name) const;
};

// The network: one libcurl multi handle on a thread of its own, which starts
// with the first request. HTTP/2 where the server has it, connections kept,
// failures that may pass (408, 420, 429, 5xx, broken transfers) tried again as
// npm does. A status of 400 and above is an answer, no error.
//
// Errors: ENOTFOUND, ECONNREFUSED, ECONNRESET, ETIMEDOUT, EPROXY, ECERT,
// EMAXSIZE, ETOOMANYREDIRECTS, EINVALIDURL, ENETWORK; ENOCURL when there is no libcurl.
class Http {
 public:
  using Done = std::function<void(Result<HttpResponse>)>;

  explicit Http(HttpOptions options);
  // Drops what is unfinished; its Done is not called.
  ~Http();
  Http(const Http&) = delete;
  Http& operator=(const Http&) = delete;

  // Starts a request and returns. `done` runs on the network's thread: it must
  // be short and may start further requests.
  void start(HttpRequest request, Done done);

  // One request, waited for.
  Result<HttpResponse> fetch(HttpRequest request);

  // All of them, many in flight; `on_done(index, response)` runs on this
  // thread, in order of arrival. Returns when all are done.
  void fetch_all(std::vector<HttpRequest> requests,
                 const std::function<void(std::size_t, Result<HttpResponse>)>& on_done);

  // Bytes received and requests answered so far, for progress.
  struct Counters {
    std::uint64_t bytes = 0, requests = 0, retries = 0;
  };
  Counters counters() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace pkg::registry
