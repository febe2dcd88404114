#include "registry/tarballs.h"

#include <condition_variable>
#include <mutex>

#include "registry/inflate.h"
#include "registry/url.h"
#include "resolver/base/json.h"

namespace pkg::registry {
namespace {

constexpr std::uint64_t kMaxTarball = 2ull << 30;

std::string_view status_text(long status) {
  switch (status) {
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 402:
      return "Payment Required";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 410:
      return "Gone";
    case 413:
      return "Payload Too Large";
    case 422:
      return "Unprocessable Entity";
    case 429:
      return "Too Many Requests";
    case 500:
      return "Internal Server Error";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    default:
      return "";
  }
}

// What the registry's JSON says went wrong, or nothing.
std::string reason_in(const HttpResponse& response) {
  std::string_view text = response.body.view();
  if (text.size() > 64 << 10 || !text.starts_with('{')) return {};
  auto json = parse_json(text, response.url);
  if (!json) return {};
  std::string reason = string_member(*json, "error");
  if (reason.empty()) reason = string_member(*json, "message");
  if (reason.empty() && !json->empty()) reason = json->dump(-1, ' ', false, Json::error_handler_t::replace);
  return reason.substr(0, 2000);
}

bool mentions(std::string_view text, std::string_view word) {
  auto same = [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a + 32 : a) == b; };
  return std::search(text.begin(), text.end(), word.begin(), word.end(), same) != text.end();
}

}  // namespace

Error http_error(const HttpResponse& response, std::string_view method, std::string_view spec) {
  std::string status = std::to_string(response.status);
  Error error{"E" + status, status, ""};
  if (auto text = status_text(response.status); !text.empty()) error.message += " " + std::string(text);
  error.message += " - " + std::string(method) + " " + redact_url(response.url);
  if (std::string reason = reason_in(response); !reason.empty()) error.message += " - " + reason;
  std::string_view challenge = response.header("www-authenticate");
  switch (response.status) {
    case 401:
      error.hint = "log in to the registry, or set //host/:_authToken for it in .npmrc";
      if (mentions(challenge, "otp") || mentions(response.body.view(), "one-time pass")) {
        error = Error{std::string(code::kOtp), "the registry asks for a one-time password", "give it with --otp"};
      } else if (mentions(challenge, "ipaddress")) {
        error = Error{std::string(code::kAuthIp), "Login is not allowed from your IP address", ""};
      } else if (!challenge.empty()) {
        error.message = "Unable to authenticate, need: " + std::string(challenge.substr(0, 500));
      }
      break;
    case 403:
      error.hint = "the registry forbids this; you may lack the permission, or a policy blocks the package";
      break;
    case 404:
      error.hint = spec.empty() ? "it is not in this registry, or you may not see it"
                                : "'" + std::string(spec) + "' is not in this registry, or you may not see it";
      break;
    default:
      break;
  }
  return error;
}

TarballSource::TarballSource(Http& http, Workers& workers, const Auth& auth, Mode mode)
    : http_(http), workers_(workers), auth_(auth), mode_(mode) {}

void TarballSource::start(TarballRequest request, std::function<void(Result<Tarball>)> done) {
  if (mode_ == Mode::kOffline) {
    workers_.submit([url = request.resolved, done = std::move(done)] {
      done(fail(code::kNotCached,
                "request to " + redact_url(url) +
                    " failed: cache mode is 'only-if-cached' but no cached response is available",
                "run once without --offline"));
    });
    return;
  }
  attempt(std::move(request), 1, std::move(done));
}

void TarballSource::attempt(TarballRequest request, int attempts, std::function<void(Result<Tarball>)> done) {
  HttpRequest fetch;
  fetch.url = auth_.tarball_url(request.resolved);
  fetch.urgency = HttpRequest::Urgency::kLater;
  fetch.max_bytes = kMaxTarball;
  fetch.headers = {"accept: */*"};
  fetch.credentials = auth_.credentials_for(fetch.url, auth_.registry_for(request.package));
  http_.start(std::move(fetch), [this, request = std::move(request), attempts,
                                 done = std::move(done)](Result<HttpResponse> answer) mutable {
    // What follows hashes the whole tarball: not on the network's thread. A
    // std::function must be copyable, an answer is not.
    auto shared = std::make_shared<Result<HttpResponse>>(std::move(answer));
    workers_.submit([this, request = std::move(request), attempts, done = std::move(done), shared]() mutable {
      if (!*shared) return done(tl::unexpected<Error>(std::move(*shared).error()));
      HttpResponse& response = **shared;
      if (response.status >= 300) return done(tl::unexpected<Error>(http_error(response, "GET", request.package)));
      if (request.integrity.empty()) {
        Integrity found = Integrity::of(response.body.view());
        return done(Tarball{std::move(response.body), std::move(found)});
      }
      auto wanted = Integrity::parse(request.integrity);
      if (!wanted) return done(tl::unexpected<Error>(std::move(wanted).error()));
      auto verified = wanted->verify(response.body.view(), redact_url(response.url));
      if (!verified && !response.header("content-encoding").empty()) {
        // A server that packed the tarball once more for the way here.
        ByteBuffer buffer;
        if (auto inner = decoded_body(response, buffer, kMaxTarball); inner && wanted->verify(*inner)) {
          response.body = Body(std::string(*inner), nullptr);
          verified = {};
        }
      }
      if (verified) return done(Tarball{std::move(response.body), std::move(*wanted)});
      // Once more: what came may have been cut short or mangled on its way.
      if (attempts < 2) {
        shared.reset();
        return attempt(std::move(request), attempts + 1, std::move(done));
      }
      done(tl::unexpected<Error>(std::move(verified).error()));
    });
  });
}

Result<Tarball> TarballSource::fetch(TarballRequest request) {
  struct Arrival {
    std::mutex mutex;
    std::condition_variable ready;
    std::optional<Result<Tarball>> result;
  };
  auto arrival = std::make_shared<Arrival>();
  start(std::move(request), [arrival](Result<Tarball> result) {
    std::lock_guard lock(arrival->mutex);
    arrival->result = std::move(result);
    arrival->ready.notify_one();
  });
  std::unique_lock lock(arrival->mutex);
  arrival->ready.wait(lock, [&] { return arrival->result.has_value(); });
  return std::move(*arrival->result);
}

}  // namespace pkg::registry
