#include "registry/auth.h"

#include <catch2/catch_test_macros.hpp>

#include "registry/url.h"
#include "tests/registry/registry_fixture.h"

using namespace pkg::registry;
using pkg::tests::Environment;
using pkg::tests::make_config;
using pkg::tests::TemporaryFolder;

namespace {

Environment settings(std::initializer_list<std::pair<const char*, const char*>> rows) {
  Environment env;
  for (const auto& [key, value] : rows) env["npm_config_" + std::string(key)] = value;
  return env;
}

}  // namespace

TEST_CASE("the longest path with credentials wins, and only on its host", "[registry][auth]") {
  TemporaryFolder folder;
  Config config = make_config(folder.path, "https://r.example.test/npm/", {},
                              settings({{"//r.example.test/npm/:_authToken", "npm"},
                                        {"//r.example.test/npm/deep:_authToken", "deep"},
                                        {"//basic.example.test/:_auth", "dXNlcjpwYXNz"},
                                        {"//user.example.test:8080/:username", "user"},
                                        {"//user.example.test:8080/:_password", "cGFzcw=="},
                                        {"//half.example.test/:username", "user"},
                                        {"//cert.example.test/:certfile", "/c.pem"},
                                        {"//cert.example.test/:keyfile", "/k.pem"},
                                        {"//evil.example.test/:_authToken", "a\nx-evil: 1"}}));
  Auth auth(config, "https://default.example.test/");
  struct Row {
    const char* url;
    const char* authorization;
  };
  const Row rows[] = {
      {"https://r.example.test/npm/a", "Bearer npm"},
      {"https://r.example.test/npm/deep/a", "Bearer deep"},
      {"https://r.example.test/npm/deep", "Bearer deep"},
      {"https://r.example.test/npm/deeper", "Bearer npm"},
      {"https://R.EXAMPLE.TEST:443/npm/a", "Bearer npm"},
      {"https://r.example.test/files/a.tgz", "Bearer npm"},  // the registry's host: its credentials
      {"https://r.example.test:444/npm/a", ""},
      {"https://r.example.test.evil.test/npm/a", ""},
      {"https://evil.test/r.example.test/npm/", ""},
      {"https://evil.test/?//r.example.test/npm/", ""},
      {"https://basic.example.test/x", "Basic dXNlcjpwYXNz"},
      {"https://user.example.test:8080/x", "Basic dXNlcjpwYXNz"},
      {"https://user.example.test/x", ""},
      {"https://half.example.test/x", ""},
      {"https://evil.example.test/x", ""},
      {"not a url", ""},
  };
  for (const Row& row : rows) {
    INFO(row.url);
    CHECK(auth.credentials_for(row.url, auth.registry_for("a")).authorization == row.authorization);
  }
  Credentials cert = auth.credentials_for("https://cert.example.test/x", "");
  CHECK(cert.cert_file == "/c.pem");
  CHECK(cert.key_file == "/k.pem");
  CHECK(auth.credentials_for("https://r.example.test/npm/a", "").source == "//r.example.test/npm/:_authToken");
}

TEST_CASE("a scope has its own registry", "[registry][auth]") {
  TemporaryFolder folder;
  Config config =
      make_config(folder.path, "https://r.example.test", {}, settings({{"@s:registry", "http://s.example.test/npm"}}));
  Auth auth(config, "https://default.example.test/");
  CHECK(auth.packument_url("left-pad") == "https://r.example.test/left-pad");
  CHECK(auth.packument_url("@s/a") == "http://s.example.test/npm/@s%2fa");
  CHECK(auth.packument_url("@t/a") == "https://r.example.test/@t%2fa");
  CHECK(auth.packument_url("a b?c#d") == "https://r.example.test/a%20b%3fc%23d");
  Config scoped = make_config(folder.path, "https://r.example.test", {{"scope", "s"}},
                              settings({{"@s:registry", "http://s.example.test/npm/"}}));
  CHECK(Auth(scoped, "").packument_url("left-pad") == "http://s.example.test/npm/left-pad");
}

TEST_CASE("URLs are taken apart as browsers do", "[registry][auth]") {
  struct Row {
    const char* text;
    const char* origin;
    const char* path;
  };
  const Row rows[] = {
      {"http://a.test", "http://a.test", "/"},
      {"HTTP://User:Pw@A.Test:80/x/../y?q#f", "http://a.test", "/y"},
      {"https://a.test:8443/./x/..", "https://a.test:8443", "/"},
      {"http://[::1]:4873/x", "http://[::1]:4873", "/x"},
      {"http://a.test\\@b.test/x", "http://a.test", "/@b.test/x"},
      {"http://a.test/../../x", "http://a.test", "/x"},
      {"http://a.test//x", "http://a.test", "//x"},
  };
  for (const Row& row : rows) {
    auto url = Url::parse(row.text);
    INFO(row.text);
    REQUIRE(url);
    CHECK(url->origin() == row.origin);
    CHECK(url->path == row.path);
  }
  for (const char* text : {"", "a.test", "ftp://a.test/", "http://", "http:///x", "http://a b/", "http://a:b/",
                           "http://a:123456/", "file:///x", "http://a\r\nb/"})
    CHECK_FALSE(Url::parse(text));
  Url base = *Url::parse("http://a.test:1/x/y?z");
  const std::pair<const char*, const char*> references[] = {
      {"/k", "http://a.test:1/k"},       {"k", "http://a.test:1/x/k"},          {"../k", "http://a.test:1/k"},
      {"//b.test/k", "http://b.test/k"}, {"https://b.test", "https://b.test/"}, {"?q", "http://a.test:1/x/y?q"},
      {"#f", "http://a.test:1/x/y?z"},   {"", "http://a.test:1/x/y?z"}};
  for (const auto& [reference, whole] : references) CHECK(base.resolve(reference)->to_string() == whole);
  CHECK_FALSE(base.resolve("javascript:alert(1)"));
  CHECK(redact_url("https://user:secret@h.test/x") == "https://user:***@h.test/x");
  CHECK(redact_url("https://token@h.test/x") == "https://***@h.test/x");
}
