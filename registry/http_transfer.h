#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>

#include "registry/curl_api.h"
#include "registry/http.h"
#include "registry/url.h"

namespace pkg::registry {

// How many bytes of bodies are in memory, received or still being worked on.
// Bodies outlive the network, so this is shared with them.
struct HttpBudget {
  std::atomic<std::uint64_t> held{0};
  std::uint64_t limit = 0;
  std::mutex mutex;
  std::function<void()> wake;  // null once the network has ended

  bool exceeded() const { return held.load(std::memory_order_relaxed) > limit; }
  void release(std::uint64_t bytes);
};

// One request on its way, through retries and redirects. Lives on the network's
// thread.
class Transfer {
 public:
  Transfer(HttpRequest request, Http::Done done, std::uint64_t number);
  ~Transfer();

  // Sets up `easy` for the current URL. Fails with EINVALIDURL.
  Result<void> prepare(const CurlApi& api, CURL* easy, const HttpOptions& options, const std::string& ca_file);

  // What to do now that libcurl is done with it.
  enum class Next { kAnswer, kFollow, kRetry, kFail };
  Next finish(const CurlApi& api, CURL* easy, CURLcode code, const HttpOptions& options);
  // After kRetry: when to try again.
  std::chrono::steady_clock::time_point retry_at() const { return retry_at_; }
  bool is_first() const { return request_.urgency == HttpRequest::Urgency::kFirst; }

  // Hands over the answer (after kAnswer) or error.
  void answer();
  void fail_with(Error error);
  Error take_error() { return std::move(error_); }

  const std::uint64_t number;  // rises: the lowest under way may always go on
  std::shared_ptr<HttpBudget> budget;
  std::atomic<std::uint64_t>* received = nullptr;
  const std::uint64_t* oldest = nullptr;  // number of the lowest under way
  bool paused = false;
  CURL* easy = nullptr;

 private:
  static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* self);
  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self);
  void drop_body();
  bool follow(const std::string& location);
  Error describe(const CurlApi& api, CURL* easy, CURLcode code) const;

  HttpRequest request_;
  Http::Done done_;
  Url url_;
  HttpResponse response_;
  std::string bytes_;
  std::size_t header_bytes_ = 0;
  bool too_large_ = false;
  int attempts_ = 0, redirects_ = 0;
  bool retried_at_once_ = false;
  curl_slist* header_list_ = nullptr;
  const CurlApi* api_ = nullptr;
  char error_text_[CURL_ERROR_SIZE] = {};
  Error error_;
  std::chrono::steady_clock::time_point retry_at_;
};

// The proxy for a URL by npm's rules, or empty: `https_proxy` or `proxy`, unless
// a domain of no_proxy covers the host.
std::string proxy_for(const Url& url, const HttpOptions& options);

}  // namespace pkg::registry
