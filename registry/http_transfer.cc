#include "registry/http_transfer.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "registry/integrity.h"

namespace pkg::registry {
namespace {

constexpr int kMaxRedirects = 20;
constexpr std::size_t kMaxHeaderBytes = 256 << 10;
// A server's word on the length is believed up to here; beyond it memory grows with what arrives.
constexpr std::uint64_t kMaxReserve = 32u << 20;

bool is_retriable(long status) { return status == 408 || status == 420 || status == 429 || status >= 500; }
bool is_redirect(long status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

// Failures that a second try will not mend.
bool is_final(CURLcode code) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_URL_MALFORMAT:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_OUT_OF_MEMORY:
    case CURLE_INTERFACE_FAILED:
      return true;
    default:
      return false;
  }
}

// The connection broke while the answer came: worth one more try at once.
bool is_broken(CURLcode code) {
  return code == CURLE_PARTIAL_FILE || code == CURLE_RECV_ERROR || code == CURLE_SEND_ERROR ||
         code == CURLE_GOT_NOTHING || code == CURLE_HTTP2 || code == CURLE_HTTP2_STREAM;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return out;
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && static_cast<unsigned char>(text.front()) <= 32) text.remove_prefix(1);
  while (!text.empty() && static_cast<unsigned char>(text.back()) <= 32) text.remove_suffix(1);
  return text;
}

std::vector<std::string_view> domain_parts(std::string_view host) {
  std::vector<std::string_view> parts;
  while (!host.empty()) {
    std::size_t dot = host.find('.');
    if (dot != 0) parts.push_back(host.substr(0, dot));
    host.remove_prefix(dot == std::string_view::npos ? host.size() : dot + 1);
  }
  std::reverse(parts.begin(), parts.end());
  return parts;
}

// Node's name for OpenSSL's verdict on a certificate.
std::string_view certificate_code(long verdict) {
  switch (verdict) {
    case 2:
      return "UNABLE_TO_GET_ISSUER_CERT";
    case 9:
      return "CERT_NOT_YET_VALID";
    case 10:
      return "CERT_HAS_EXPIRED";
    case 18:
      return "DEPTH_ZERO_SELF_SIGNED_CERT";
    case 19:
      return "SELF_SIGNED_CERT_IN_CHAIN";
    case 20:
      return "UNABLE_TO_GET_ISSUER_CERT_LOCALLY";
    case 21:
      return "UNABLE_TO_VERIFY_LEAF_SIGNATURE";
    case 23:
      return "CERT_REVOKED";
    default:
      return "ERR_TLS_CERT_ALTNAME_INVALID";
  }
}

}  // namespace

void HttpBudget::release(std::uint64_t bytes) {
  bool was_over = exceeded();
  held.fetch_sub(bytes, std::memory_order_relaxed);
  if (!was_over) return;
  std::lock_guard lock(mutex);
  if (wake) wake();
}

std::string proxy_for(const Url& url, const HttpOptions& options) {
  const std::string& proxy = url.scheme == "https" ? options.https_proxy : options.proxy;
  if (proxy.empty()) return {};
  std::vector<std::string_view> host = domain_parts(url.host);
  std::string_view rest = options.no_proxy;
  while (!rest.empty()) {
    std::size_t comma = rest.find(',');
    std::vector<std::string_view> domain = domain_parts(trim(rest.substr(0, comma)));
    rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma + 1);
    if (!domain.empty() && domain.size() <= host.size() && std::equal(domain.begin(), domain.end(), host.begin()))
      return {};
  }
  return proxy;
}

Transfer::Transfer(HttpRequest request, Http::Done done, std::uint64_t number)
    : number(number), request_(std::move(request)), done_(std::move(done)) {}

Transfer::~Transfer() {
  drop_body();
  if (header_list_) api_->slist_free_all(header_list_);
}

void Transfer::drop_body() {
  if (!bytes_.empty() && budget) budget->release(bytes_.size());
  std::string().swap(bytes_);
}

Result<void> Transfer::prepare(const CurlApi& api, CURL* handle, const HttpOptions& options,
                               const std::string& ca_file) {
  api_ = &api;
  easy = handle;
  if (url_.host.empty()) {
    auto parsed = Url::parse(request_.url);
    if (!parsed)
      return fail(code::kInvalidUrl, "\"" + redact_url(request_.url) + "\" is no http or https URL",
                  "check the registry setting");
    url_ = std::move(*parsed);
    if (!url_.user_info.empty() && request_.credentials.authorization.empty())
      request_.credentials.authorization = "Basic " + base64_encode(percent_decode(url_.user_info));
  }
  drop_body();
  response_ = HttpResponse();
  header_bytes_ = 0;
  too_large_ = paused = false;

  auto set = [&](CURLoption option, auto value) { api.easy_setopt(easy, option, value); };
  set(CURLOPT_URL, url_.to_string().c_str());
  set(CURLOPT_PRIVATE, this);
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_ERRORBUFFER, error_text_);
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  set(CURLOPT_HEADERFUNCTION, &Transfer::on_header);
  set(CURLOPT_HEADERDATA, this);
  set(CURLOPT_WRITEFUNCTION, &Transfer::on_body);
  set(CURLOPT_WRITEDATA, this);
  set(CURLOPT_BUFFERSIZE, 128L << 10);
  set(CURLOPT_TCP_KEEPALIVE, 1L);
  set(CURLOPT_CONNECTTIMEOUT_MS, options.timeout);
  set(CURLOPT_LOW_SPEED_LIMIT, 1L);
  set(CURLOPT_LOW_SPEED_TIME, std::max(1L, (options.timeout + 999) / 1000));
  if (!options.user_agent.empty()) set(CURLOPT_USERAGENT, options.user_agent.c_str());
  if (!options.local_address.empty()) set(CURLOPT_INTERFACE, ("host!" + options.local_address).c_str());

  std::string proxy = proxy_for(url_, options);
  set(CURLOPT_PROXY, proxy.c_str());  // an empty one keeps libcurl from asking the environment
  set(CURLOPT_NOPROXY, "");
  // The path as it is written: libcurl would turn "%2f" into "%2F".
  bool whole = !proxy.empty() && url_.scheme == "http";
  set(CURLOPT_REQUEST_TARGET, ((whole ? url_.origin() : "") + url_.path + url_.query).c_str());
  if (url_.scheme == "https") {
    set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
    set(CURLOPT_PIPEWAIT, 1L);
    set(CURLOPT_SSL_VERIFYPEER, options.strict_ssl ? 1L : 0L);
    set(CURLOPT_SSL_VERIFYHOST, options.strict_ssl ? 2L : 0L);
    // One file and no folder: only then libcurl keeps the parsed certificates between connections.
    if (!ca_file.empty()) {
      set(CURLOPT_CAINFO, ca_file.c_str());
      set(CURLOPT_CAPATH, static_cast<char*>(nullptr));
      set(CURLOPT_PROXY_CAINFO, ca_file.c_str());
    }
    if (!request_.credentials.cert_file.empty()) {
      set(CURLOPT_SSLCERT, request_.credentials.cert_file.c_str());
      set(CURLOPT_SSLKEY, request_.credentials.key_file.c_str());
    }
  } else {
    set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  }

  if (header_list_) api.slist_free_all(std::exchange(header_list_, nullptr));
  auto add = [&](const std::string& line) {
    if (line.find_first_of("\r\n") == std::string::npos) header_list_ = api.slist_append(header_list_, line.c_str());
  };
  for (const std::string& line : options.headers) add(line);
  for (const std::string& line : request_.headers) add(line);
  if (!request_.credentials.authorization.empty()) add("authorization: " + request_.credentials.authorization);
  if (request_.method != "GET") {
    set(CURLOPT_CUSTOMREQUEST, request_.method.c_str());
    if (request_.method == "HEAD") {
      set(CURLOPT_NOBODY, 1L);
    } else if (!request_.body.empty() || request_.method == "POST" || request_.method == "PUT") {
      add("expect:");
      set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
      set(CURLOPT_POSTFIELDS, request_.body.data());
    }
  }
  set(CURLOPT_HTTPHEADER, header_list_);
  return {};
}

std::size_t Transfer::on_header(char* data, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  std::string_view line(data, size * count);
  transfer.header_bytes_ += line.size();
  if (transfer.header_bytes_ > kMaxHeaderBytes) return 0;
  if (line.starts_with("HTTP/")) {  // a final answer follows an interim one: start over
    transfer.response_.headers.clear();
    return line.size();
  }
  std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return line.size();
  std::string name = lower(trim(line.substr(0, colon)));
  std::string_view value = trim(line.substr(colon + 1));
  if (name == "content-length") {
    std::uint64_t length = std::strtoull(std::string(value).c_str(), nullptr, 10);
    if (length > transfer.request_.max_bytes) {
      transfer.too_large_ = true;
      return 0;
    }
    transfer.bytes_.reserve(std::min(length, kMaxReserve));
  }
  transfer.response_.headers.emplace_back(std::move(name), value);
  return line.size();
}

std::size_t Transfer::on_body(char* data, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  std::size_t length = size * count;
  if (transfer.budget->exceeded() && transfer.number != *transfer.oldest) {
    transfer.paused = true;
    return CURL_WRITEFUNC_PAUSE;
  }
  if (transfer.bytes_.size() + length > transfer.request_.max_bytes) {
    transfer.too_large_ = true;
    return 0;
  }
  transfer.bytes_.append(data, length);
  transfer.budget->held.fetch_add(length, std::memory_order_relaxed);
  if (transfer.received) transfer.received->fetch_add(length, std::memory_order_relaxed);
  return length;
}

bool Transfer::follow(const std::string& location) {
  auto target = url_.resolve(location);
  if (!target) return false;
  // What proves who we are stays with the host it is for; http may become https, never the other way round.
  bool same = target->origin() == url_.origin();
  bool upgraded = target->host == url_.host && url_.scheme == "http" && target->scheme == "https" &&
                  url_.port.empty() && target->port.empty();
  if (!same && !upgraded) {
    request_.credentials = Credentials();
    std::erase_if(request_.headers, [](const std::string& line) {
      std::string name = lower(line.substr(0, line.find(':')));
      return name == "authorization" || name == "cookie" || name == "npm-otp" || name == "npm-session";
    });
  }
  target->user_info.clear();
  url_ = std::move(*target);
  return true;
}

Transfer::Next Transfer::finish(const CurlApi& api, CURL* handle, CURLcode result, const HttpOptions& options) {
  api.easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &response_.status);
  response_.url = url_.to_string();
  bool may_repeat = request_.method != "POST" && attempts_ < options.retries;
  if (too_large_) {
    error_ = Error{
        std::string(code::kMaxSize),
        "the answer from " + response_.url + " is larger than " + std::to_string(request_.max_bytes) + " bytes", ""};
    return Next::kFail;
  }
  if (result == CURLE_OK) {
    if (is_redirect(response_.status) && (request_.method == "GET" || request_.method == "HEAD")) {
      std::string location(response_.header("location"));
      if (!location.empty()) {
        if (++redirects_ > kMaxRedirects) {
          error_ = Error{"ETOOMANYREDIRECTS", "too many redirects, the last to " + redact_url(location), ""};
          return Next::kFail;
        }
        if (follow(location)) return Next::kFollow;
        error_ =
            Error{std::string(code::kInvalidUrl),
                  response_.url + " redirects to \"" + redact_url(location) + "\", which is no http or https URL", ""};
        return Next::kFail;
      }
    }
    if (!is_retriable(response_.status) || !may_repeat) return Next::kAnswer;
  } else {
    error_ = describe(api, handle, result);
    if (is_final(result) || !may_repeat) return Next::kFail;
  }
  auto now = std::chrono::steady_clock::now();
  if (is_broken(result) && !retried_at_once_) {
    retried_at_once_ = true;
    retry_at_ = now;
    return Next::kRetry;
  }
  double wait = std::min(static_cast<double>(options.retry_max_timeout),
                         static_cast<double>(options.retry_min_timeout) * std::pow(options.retry_factor, attempts_));
  ++attempts_;
  retry_at_ = now + std::chrono::milliseconds(static_cast<long>(wait));
  return Next::kRetry;
}

Error Transfer::describe(const CurlApi& api, CURL* handle, CURLcode result) const {
  std::string reason = error_text_[0] ? error_text_ : api.easy_strerror(result);
  Error error{std::string(code::kNetwork), "request to " + response_.url + " failed, reason: " + reason, ""};
  long number = 0;
  switch (result) {
    case CURLE_COULDNT_RESOLVE_HOST:
      error.code = "ENOTFOUND";
      error.hint = "check the network connection and the registry setting";
      break;
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_PROXY:
      error.code = "EPROXY";
      error.hint = "check the settings proxy and https-proxy";
      break;
    case CURLE_COULDNT_CONNECT: {
      api.easy_getinfo(handle, CURLINFO_OS_ERRNO, &number);
      const char* name = number ? strerrorname_np(static_cast<int>(number)) : nullptr;
      error.code = name ? name : "ECONNREFUSED";
      break;
    }
    case CURLE_OPERATION_TIMEDOUT:
      error.code = "ETIMEDOUT";
      error.hint = "fetch-timeout sets how long to wait";
      break;
    case CURLE_PEER_FAILED_VERIFICATION:
      api.easy_getinfo(handle, CURLINFO_SSL_VERIFYRESULT, &number);
      error.code = certificate_code(number);
      error.hint = "a company's own certificate authority goes into the setting cafile or NODE_EXTRA_CA_CERTS";
      break;
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
      error.code = "ECERTFILE";
      error.hint = "check the settings cafile, certfile and keyfile";
      break;
    case CURLE_SSL_CONNECT_ERROR:
      error.code = "EPROTO";
      break;
    default:
      if (is_broken(result)) error.code = "ECONNRESET";
      break;
  }
  return error;
}

void Transfer::answer() {
  std::uint64_t size = bytes_.size();
  std::shared_ptr<HttpBudget> shared = budget;
  response_.body =
      Body(std::exchange(bytes_, {}), size ? [shared, size] { shared->release(size); } : std::function<void()>());
  done_(std::move(response_));
}

void Transfer::fail_with(Error error) {
  drop_body();
  done_(tl::unexpected<Error>(std::move(error)));
}

}  // namespace pkg::registry
