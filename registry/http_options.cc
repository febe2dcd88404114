#include "registry/http_options.h"

namespace pkg::registry {

HttpOptions http_options(const Config& config, const std::function<std::string(std::string_view)>& env,
                         std::string_view command) {
  HttpOptions options;
  options.user_agent = config.user_agent();
  if (!command.empty()) options.headers.push_back("npm-command: " + std::string(command));
  // npm's default of 15 connections bounds Node's own event loop; ours copes with
  // more. Who sets a number means it.
  if (!config.is_default("maxsockets") && config.number("maxsockets") > 0)
    options.max_connections = config.number("maxsockets");
  options.retries = static_cast<int>(config.number("fetch-retries"));
  options.retry_factor = static_cast<double>(config.number("fetch-retry-factor"));
  options.retry_min_timeout = config.number("fetch-retry-mintimeout");
  options.retry_max_timeout = config.number("fetch-retry-maxtimeout");
  if (config.number("fetch-timeout") > 0) options.timeout = config.number("fetch-timeout");

  auto either = [&](std::string_view upper, std::string_view lower) {
    std::string value = env(lower);
    return value.empty() ? env(upper) : value;
  };
  // npm prefers https-proxy for every URL, http ones included.
  std::string configured = config.text("https-proxy");
  if (configured.empty()) configured = config.text("proxy");
  if (configured == "false") configured.clear();
  std::string https = either("HTTPS_PROXY", "https_proxy"), http = either("HTTP_PROXY", "http_proxy"),
              any = either("PROXY", "proxy");
  options.https_proxy = !configured.empty() ? configured : https;
  options.proxy = !configured.empty() ? configured : !https.empty() ? https : !http.empty() ? http : any;
  for (const std::string& domain : config.list("noproxy"))
    options.no_proxy += (options.no_proxy.empty() ? "" : ",") + domain;
  if (options.no_proxy.empty()) options.no_proxy = either("NO_PROXY", "no_proxy");

  options.local_address = config.text("local-address");
  options.strict_ssl = config.flag("strict-ssl");
  for (std::string pem : config.list("ca")) {
    // A file or variable has them on one line, with "\n" spelled out.
    for (std::size_t at; (at = pem.find("\\n")) != std::string::npos;) pem.replace(at, 2, "\n");
    if (!pem.empty()) options.ca.push_back(std::move(pem));
  }
  options.ca_file = config.text("cafile");
  options.system_ca_file = env("SSL_CERT_FILE");
  options.extra_ca_file = env("NODE_EXTRA_CA_CERTS");
  return options;
}

}  // namespace pkg::registry
