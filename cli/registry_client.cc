#include "cli/registry_client.h"

#include <unistd.h>

#include "cli/prompt.h"
#include "installer/json_text.h"
#include "registry/inflate.h"
#include "registry/integrity.h"
#include "registry/tarballs.h"
#include "registry/url.h"

namespace pkg::cli {
namespace {

constexpr std::uint64_t kMaxAnswer = 64u << 20;

Result<RegistryAnswer> answer_of(registry::HttpResponse& response) {
  RegistryAnswer answer;
  answer.status = response.status;
  answer.headers = response.headers;
  registry::ByteBuffer buffer;
  PKG_TRY(std::string_view text, registry::decoded_body(response, buffer, kMaxAnswer, 0));
  answer.text = text;
  if (auto json = parse_json(answer.text, "")) answer.body = std::move(*json);
  return answer;
}

}  // namespace

std::string RegistryAnswer::header(std::string_view name) const {
  for (const auto& [key, value] : headers)
    if (key == name) return value;
  return {};
}

static Result<RegistryAnswer> ask(Session& session, RegistryCall call, bool any_status) {
  if (session.config().flag("offline"))
    return fail(code::kNotCached, "request to " + call.path + " failed: cache mode is 'only-if-cached'",
                "run without --offline");
  registry::HttpRequest request;
  std::string registry = call.registry.empty() ? session.auth().registry_for("") : call.registry;
  request.url = call.path.find("://") != std::string::npos ? call.path : registry + call.path;
  request.method = call.method;
  request.headers = std::move(call.headers);
  request.headers.push_back("accept: application/json");
  request.headers.push_back("accept-encoding: gzip");
  request.headers.push_back("npm-auth-type: " + session.config().text("auth-type"));
  std::string otp = call.otp.empty() ? session.config().text("otp") : call.otp;
  if (!otp.empty() && otp.find_first_of("\r\n") == std::string::npos) request.headers.push_back("npm-otp: " + otp);
  if (!call.body.is_null()) {
    request.headers.push_back("content-type: application/json");
    request.body = installer::json_text(call.body, "");
  }
  request.max_bytes = kMaxAnswer;
  request.credentials = session.auth().credentials_for(request.url, registry);
  if (!call.authorization.empty()) request.credentials.authorization = call.authorization;
  PKG_TRY(auto response, session.http().fetch(std::move(request)));
  if (response.status >= 400 && !any_status) {
    std::string subject = call.subject.empty() ? registry::redact_url(response.url) : call.subject;
    return tl::unexpected<Error>(registry::http_error(response, call.method, subject));
  }
  return answer_of(response);
}

Result<RegistryAnswer> call_registry(Session& session, RegistryCall call) {
  return ask(session, std::move(call), false);
}

Result<RegistryAnswer> try_registry(Session& session, RegistryCall call) { return ask(session, std::move(call), true); }

Result<RegistryAnswer> call_with_otp(Session& session, RegistryCall call) {
  auto answer = call_registry(session, call);
  if (answer || answer.error().code != code::kOtp || !::isatty(0) || !::isatty(1)) return answer;
  PKG_TRY(call.otp, ask_line(session, "This operation requires a one-time password.\nEnter OTP: "));
  return call_registry(session, std::move(call));
}

std::string escaped_name(std::string_view name) {
  std::string text(name);
  if (auto slash = text.find('/'); slash != std::string::npos) text.replace(slash, 1, "%2f");
  return text;
}

Identity identity_on(Session& session, const std::string& registry) {
  Identity identity;
  auto url = registry::Url::parse(registry);
  if (!url) return identity;
  identity.key = "//" + url->authority() + url->path;
  auto part = [&](const char* name) { return session.config().text(identity.key + ":" + name); };
  identity.token = part("_authToken");
  identity.has_certificate = !part("certfile").empty() && !part("keyfile").empty();
  if (!identity.token.empty()) return identity;
  if (std::string user = part("username"); !user.empty() && !part("_password").empty()) {
    identity.username = user;
    identity.password = registry::base64_decode(part("_password"));
  } else if (std::string basic = registry::base64_decode(part("_auth")); !basic.empty()) {
    auto colon = basic.find(':');
    identity.username = basic.substr(0, colon);
    if (colon != std::string::npos) identity.password = basic.substr(colon + 1);
  }
  return identity;
}

Result<std::string> username_on(Session& session, const std::string& registry) {
  Identity identity = identity_on(session, registry);
  if (!identity.username.empty()) return identity.username;
  if (!identity.token.empty() || identity.has_certificate) {
    PKG_TRY(auto answer, call_registry(session, {.path = "-/whoami", .registry = registry}));
    if (const Json* name = member(answer.body, "username"); name && name->is_string()) return name->get<std::string>();
  }
  return fail("ENEEDAUTH", "This command requires you to be logged in.", "log in with `pkg login`");
}

}  // namespace pkg::cli
