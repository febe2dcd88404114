#include "cli/documents.h"

#include "installer/json_text.h"
#include "registry/inflate.h"
#include "registry/tarballs.h"
#include "registry/url.h"

namespace pkg::cli {
namespace {

constexpr std::uint64_t kMaxDocument = 512u << 20;

Result<Json> ask(Session& session, registry::HttpRequest request, const std::string& spec) {
  if (session.config().flag("offline"))
    return fail(code::kNotCached,
                "request to " + registry::redact_url(request.url) +
                    " failed: cache mode is 'only-if-cached' but no cached response is available",
                "run without --offline");
  request.headers.push_back("accept: application/json");
  request.headers.push_back("accept-encoding: gzip");
  request.max_bytes = kMaxDocument;
  std::string method = request.method;
  PKG_TRY(auto response, session.http().fetch(std::move(request)));
  if (response.status >= 300) return tl::unexpected<Error>(registry::http_error(response, method, spec));
  registry::ByteBuffer buffer;
  PKG_TRY(std::string_view text, registry::decoded_body(response, buffer, kMaxDocument, 0));
  PKG_TRY(Json json, parse_json(text, registry::redact_url(response.url)));
  // npm shows how long the answer was, where the server said.
  if (auto length = response.header("content-length"); !length.empty() && json.is_object() && method == "GET")
    json["_contentLength"] = std::strtoll(std::string(length).c_str(), nullptr, 10);
  return json;
}

}  // namespace

Result<Json> fetch_document(Session& session, const std::string& name, const std::string& spec) {
  PKG_TRY_VOID(resolver::check_package_name(name));
  registry::HttpRequest request;
  request.url = session.auth().packument_url(name);
  request.credentials = session.auth().credentials_for(request.url, session.auth().registry_for(name));
  return ask(session, std::move(request), spec);
}

Result<Json> fetch_from_registry(Session& session, const std::string& registry, const std::string& path) {
  registry::HttpRequest request;
  request.url = registry + path;
  request.credentials = session.auth().credentials_for(request.url, registry);
  return ask(session, std::move(request), request.url);
}

Result<Json> post_to_registry(Session& session, const std::string& path, const Json& body) {
  registry::HttpRequest request;
  std::string registry = session.auth().registry_for("");
  request.url = registry + path;
  request.method = "POST";
  request.body = installer::json_text(body, "");
  request.headers.push_back("content-type: application/json");
  request.credentials = session.auth().credentials_for(request.url, registry);
  return ask(session, std::move(request), request.url);
}

}  // namespace pkg::cli
