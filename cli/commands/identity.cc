// `pkg ping`, `pkg whoami`, `pkg login` and `pkg logout`.
// Spec: npm's documents npm-ping, npm-whoami, npm-login, npm-logout.
#include <chrono>
#include <ctime>
#include <thread>

#include "cli/command.h"
#include "cli/prompt.h"
#include "cli/registry_client.h"
#include "installer/json_text.h"
#include "registry/integrity.h"
#include "registry/url.h"
#include "resolver/spec/url.h"

namespace pkg::cli {
namespace {

using registry::ConfigLayer;

std::string with_slash(std::string text) {
  if (!text.ends_with('/')) text += '/';
  return text;
}

std::string now_text() {
  std::time_t now = std::time(nullptr);
  std::tm parts{};
  ::gmtime_r(&now, &parts);
  char text[40];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S.000Z", &parts);
  return text;
}

bool is_web(const std::string& url) { return url.starts_with("http://") || url.starts_with("https://"); }

// The registry gives a page to log in at and one to wait at. Nothing when it has no such thing.
Result<std::optional<std::string>> login_by_web(Session& session, const std::string& registry) {
  auto begun =
      try_registry(session, {.method = "POST", .path = "-/v1/login", .registry = registry, .body = Json::object()});
  if (!begun) return tl::unexpected<Error>(begun.error());
  if (begun->status >= 400 && begun->status <= 500) return std::nullopt;
  std::string done = string_member(begun->body, "doneUrl"), login = string_member(begun->body, "loginUrl");
  if (begun->status > 500 || !is_web(done) || !is_web(login))
    return fail("", "Invalid response from web login endpoint");
  // Shown at once: the browser may be on another machine.
  Json browser = session.config().get("browser");
  session.config().set("browser", false, ConfigLayer::kCli);
  PKG_TRY_VOID(open_url(session, login, "Login at"));
  std::fflush(stdout);
  session.config().set("browser", browser, ConfigLayer::kCli);
  for (;;) {
    PKG_TRY(auto answer, try_registry(session, {.path = done, .registry = registry}));
    if (answer.status == 200) {
      std::string token = string_member(answer.body, "token");
      if (token.empty()) break;
      return token;
    }
    if (answer.status != 202) break;
    long seconds = std::strtol(answer.header("retry-after").c_str(), nullptr, 10);
    std::this_thread::sleep_for(seconds > 0 ? std::chrono::milliseconds(seconds * 1000)
                                            : std::chrono::milliseconds(200));
  }
  return fail("", "Invalid response from web login endpoint");
}

Result<std::string> login_by_password(Session& session, const std::string& registry) {
  Identity known = identity_on(session, registry);
  std::string username = known.username, password = known.password;
  std::string offered = username.empty() ? "" : "(" + username + ") ";
  for (bool first = true; first || username.empty(); first = false) {
    PKG_TRY(std::string typed, ask_line(session, "Username: " + offered));
    if (!typed.empty()) username = typed;
  }
  for (bool first = true; first || password.empty(); first = false) {
    PKG_TRY(std::string typed, ask_line(session, "Password: ", Echo::kHidden));
    if (!typed.empty()) password = typed;
  }
  const std::string path = "-/user/org.couchdb.user:" + resolver::encode_uri_component(username);
  Json user = {{"_id", "org.couchdb.user:" + username},
               {"name", username},
               {"password", password},
               {"type", "user"},
               {"roles", Json::array()},
               {"date", now_text()}};
  auto answer = call_with_otp(session, {.method = "PUT", .path = path, .registry = registry, .body = user});
  if (!answer && answer.error().code == "E400") {
    return fail("E400", "There is no user with the username \"" + username + "\".");
  }
  if (!answer && answer.error().code == "E409") {
    // Known already: the record is written again under its revision, by its owner.
    PKG_TRY(auto there, call_registry(session, {.path = path + "?write=true", .registry = registry}));
    if (there.body.is_object())
      for (auto it = there.body.begin(); it != there.body.end(); ++it)
        if (!user.contains(it.key()) || it.key() == "roles") user[it.key()] = *it;
    answer = call_with_otp(session, {.method = "PUT",
                                     .path = path + "/-rev/" + string_member(user, "_rev"),
                                     .registry = registry,
                                     .body = user,
                                     .authorization = "Basic " + registry::base64_encode(username + ":" + password)});
  }
  if (!answer) return tl::unexpected<Error>(answer.error());
  return string_member(answer->body, "token");
}

void forget(registry::Config& config, const std::string& key, ConfigLayer layer) {
  for (const char* part : {"_authToken", "_auth", "_password", "username", "email", "certfile", "keyfile"})
    config.remove(key + ":" + part, layer);
}

}  // namespace

Result<int> ping_command(Session& session) {
  std::string registry = session.config().text("registry");
  session.terminal.notice("PING " + registry::redact_url(registry));
  auto start = std::chrono::steady_clock::now();
  PKG_TRY(auto answer, call_registry(session, {.path = "-/ping"}));
  auto time = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start).count();
  session.terminal.notice("PONG " + std::to_string(time) + "ms");
  Json details = answer.body.is_object() ? answer.body : Json::object();
  if (session.json())
    session.terminal.line(installer::json_text(
        {{"registry", registry::redact_url(registry)}, {"time", time}, {"details", details}}, "  "));
  else if (!details.empty())
    session.terminal.notice("PONG " + installer::json_text(details, "  "));
  return 0;
}

Result<int> whoami_command(Session& session) {
  PKG_TRY(std::string name, username_on(session, with_slash(session.config().text("registry"))));
  session.terminal.line(session.json() ? installer::json_text(name, "") : name);
  return 0;
}

Result<int> login_command(Session& session) {
  registry::Config& config = session.config();
  const std::string scope = config.text("scope");
  std::string shown = config.text("registry");
  if (!scope.empty())
    if (std::string own = config.text(scope + ":registry");
        !own.empty() && config.get("registry", ConfigLayer::kCli).is_null())
      shown = own;
  const std::string registry = with_slash(shown);
  session.terminal.notice("Log in on " + registry::redact_url(shown));
  std::optional<std::string> token;
  if (config.text("auth-type") == "web") {
    PKG_TRY(token, login_by_web(session, registry));
  }
  if (!token) {
    PKG_TRY(token, login_by_password(session, registry));
  }
  const std::string key = identity_on(session, registry).key;
  config.remove("_token", ConfigLayer::kUser);
  forget(config, key, ConfigLayer::kUser);
  if (!token->empty()) config.set(key + ":_authToken", *token, ConfigLayer::kUser);
  if (!scope.empty()) config.set(scope + ":registry", shown, ConfigLayer::kUser);
  PKG_TRY_VOID(config.save(ConfigLayer::kUser));
  session.terminal.line("Logged in" + (scope.empty() ? "" : " to scope " + scope) + " on " + shown + ".");
  return 0;
}

Result<int> logout_command(Session& session) {
  registry::Config& config = session.config();
  const std::string scope = config.text("scope"), reference = scope.empty() ? "registry" : scope + ":registry";
  std::string shown = config.text(reference);
  if (shown.empty()) shown = config.text("registry");
  const std::string registry = with_slash(shown);
  auto credentials = session.auth().credentials_for(registry, registry);
  constexpr std::string_view kBearer = "Bearer ";
  if (credentials.authorization.empty())
    return fail("ENEEDAUTH", "not logged in to " + shown + ", so can't log out!", "log in with `pkg login`");
  auto layer = config.find(credentials.source);
  if (!layer || (*layer != ConfigLayer::kUser && *layer != ConfigLayer::kGlobal && *layer != ConfigLayer::kProject))
    return fail("", "the credentials for " + shown + " come from no file and cannot be removed",
                "they are given by " + std::string(layer ? to_string(*layer) : "nothing"));
  if (credentials.authorization.starts_with(kBearer))
    PKG_TRY_VOID(call_registry(
        session,
        {.method = "DELETE",
         .path = "-/user/token/" + resolver::encode_uri_component(credentials.authorization.substr(kBearer.size())),
         .registry = registry}));
  if (!scope.empty()) config.remove(reference, *layer);
  forget(config, identity_on(session, registry).key, *layer);
  forget(config, credentials.source.substr(0, credentials.source.rfind(':')), *layer);
  PKG_TRY_VOID(config.save(*layer));
  return 0;
}

}  // namespace pkg::cli
