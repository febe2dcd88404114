#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "registry/config.h"
#include "registry/http.h"

namespace pkg::registry {

// What the settings and the environment say about requests: npm's user-agent,
// fetch-*, proxy, noproxy, ca, cafile, strict-ssl, maxsockets, local-address,
// and SSL_CERT_FILE, NODE_EXTRA_CA_CERTS, HTTPS_PROXY and their kin.
// `command`: npm's name of the running command, for the npm-command header.
HttpOptions http_options(const Config& config, const std::function<std::string(std::string_view)>& env,
                         std::string_view command);

}  // namespace pkg::registry
