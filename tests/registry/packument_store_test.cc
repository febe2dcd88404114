#include "registry/packument_store.h"

#include <atomic>
#include <fstream>

#include <libdeflate.h>
#include <catch2/catch_test_macros.hpp>

#include "registry/freshness.h"
#include "registry/packument_form.h"
#include "registry/packument_parse.h"
#include "resolver/tree/memory_packuments.h"
#include "tests/registry/fixture_server.h"
#include "tests/registry/registry_fixture.h"

using namespace pkg::registry;
using pkg::tests::Fetching;
using pkg::tests::FixtureReply;
using pkg::tests::FixtureRequest;
using pkg::tests::FixtureServer;

namespace {

constexpr const char* kDocument = R"({
  "_id": "a", "name": "a", "readme": "} \" { \\",
  "dist-tags": {"latest": "1.1.0", "next": "2.0.0-rc.1", "odd": 3},
  "versions": {
    "1.0.0": {"name": "a", "version": "1.0.0", "deprecated": "old", "license": {"type": "MIT"},
              "dependencies": {"b": "^1", "10": "x", "2": "y"}, "scripts": {"install": "make", "test": "t"},
              "dist": {"tarball": "https://registry.example.test/a/-/a-1.0.0.tgz", "shasum": "a9993e364706816aba3e25717850c26c9cd0d89d"}},
    "1.1.0": {"name": "a", "version": "1.1.0", "engines": {"node": ">=18", "npm": ">=9"}, "bin": "./cli.js", "os": ["linux"],
              "peerDependencies": {"p": "*"}, "peerDependenciesMeta": {"p": {"optional": true}}, "funding": "https://f.example.test",
              "bundledDependencies": ["q"], "dependencies": {"b": "^1", "q": "1"}, "license": "ISC", "hasInstallScript": false,
              "dist": {"tarball": "https://registry.example.test/a/-/a-1.1.0.tgz", "integrity": "sha512-x", "shasum": "ffff", "signatures": [{"sig": "s"}]}},
    "2.0.0-rc.1": {"name": "a", "version": "2.0.0-rc.1", "dependencies": "none", "dist": null},
    "3.0.0": 7
  },
  "time": {"created": "2020-01-01T00:00:00.000Z", "1.0.0": "2020-01-01T00:00:00.000Z", "1.1.0": "2021-01-01T00:00:00.000Z"}
})";

FormBytes form_of(std::string bytes) {
  auto kept = std::make_shared<const std::string>(std::move(bytes));
  return FormBytes(*kept, [kept] {});
}

std::string compact(std::string text) {
  text.reserve(text.size() + kParsePadding);
  auto bytes = parse_packument(text, "a", "u", {});
  REQUIRE(bytes);
  return *bytes;
}

std::string gzip(std::string_view text) {
  auto* compressor = libdeflate_alloc_compressor(6);
  std::string out(libdeflate_gzip_compress_bound(compressor, text.size()), '\0');
  out.resize(libdeflate_gzip_compress(compressor, text.data(), text.size(), out.data(), out.size()));
  libdeflate_free_compressor(compressor);
  return out;
}

PackumentStore store(Fetching& with, PackumentStore::Options options = {}) {
  return PackumentStore(with.http, with.workers, with.cache, with.auth, options, nullptr);
}

}  // namespace

TEST_CASE("the compact form answers as the parsed document does", "[registry][packument]") {
  CompactPackument found(form_of(compact(kDocument)));
  REQUIRE_FALSE(found.invalid());
  pkg::Json json = *pkg::parse_json(kDocument, "test");
  json["versions"].erase("3.0.0");  // no object: npm would trip over it, we leave it out
  pkg::resolver::JsonPackument expected(json);
  CHECK(found.name() == "a");
  REQUIRE(found.version_count() == expected.version_count());
  for (const char* tag : {"latest", "next", "odd", "none"}) CHECK(found.dist_tag(tag) == expected.dist_tag(tag));
  for (const char* text : {"1.0.0", "1.1.0", "2.0.0-rc.1", "9.9.9", ""}) CHECK(found.find(text) == expected.find(text));
  for (std::size_t i = 0; i < found.version_count(); ++i) {
    CHECK(found.version(i) == expected.version(i));
    CHECK(found.deprecated(i) == expected.deprecated(i));
    CHECK(found.engine_node(i) == expected.engine_node(i));
    CHECK(found.engine_npm(i) == expected.engine_npm(i));
    CHECK(found.published(i) == expected.published(i));
    auto a = found.manifest(i), b = expected.manifest(i);
    CHECK(a == found.manifest(i));
    CHECK(a->name == b->name);
    CHECK(a->version == b->version);
    CHECK(a->dependencies == b->dependencies);
    CHECK(a->peer_dependencies == b->peer_dependencies);
    CHECK(a->bundle_dependencies == b->bundle_dependencies);
    CHECK(a->peer_dependencies_meta == b->peer_dependencies_meta);
    CHECK(a->bin == b->bin);
    CHECK(a->engines == b->engines);
    CHECK(a->os == b->os);
    CHECK(a->license == b->license);
    CHECK(a->funding == b->funding);
    CHECK(a->deprecated == b->deprecated);
    CHECK(a->has_install_script == b->has_install_script);
    CHECK(a->resolved == b->resolved);
    CHECK(a->integrity == b->integrity);
  }
}

TEST_CASE("a damaged compact form is invalid or empty, never out of bounds", "[registry][packument]") {
  std::string good = compact(kDocument);
  unsigned seed = 1;
  for (int round = 0; round < 3000; ++round) {
    std::string bytes = good;
    for (int flips = 0; flips < 4; ++flips) {
      seed = seed * 1664525 + 1013904223;
      bytes[(seed >> 8) % bytes.size()] = static_cast<char>(seed >> 3);
    }
    if (round % 3 == 0) bytes.resize((seed >> 8) % bytes.size());
    CompactPackument packument(form_of(std::move(bytes)));
    if (packument.invalid()) continue;
    for (std::size_t i = 0; i < std::min<std::size_t>(packument.version_count(), 10); ++i) {
      (void)packument.find(packument.version(i));
      (void)packument.engine_node(i);
      CHECK(packument.manifest(i));
    }
    (void)packument.dist_tag("latest");
  }
}

TEST_CASE("what is no packument is EJSONPARSE, or has no versions", "[registry][packument]") {
  for (std::string text :
       {"", "null", "[]", "7", "\"x\"", "{", "{\"versions\": {\"1.0.0\": {", "<html>", "{\"a\" 1}", "\xff\xfe"}) {
    text.reserve(text.size() + kParsePadding);
    auto form = parse_packument(text, "a", "http://r/a", {});
    INFO(text);
    REQUIRE_FALSE(form);
    CHECK(form.error().code == "EJSONPARSE");
  }
  for (const char* text : {"{}", "{\"versions\": 3}", "{\"versions\": {}, \"name\": null}", "{\"dist-tags\": []}"}) {
    CompactPackument packument(form_of(compact(text)));
    CHECK(packument.version_count() == 0);
    CHECK(packument.name() == "a");
  }
}

TEST_CASE("a packument is fetched once, cached while fresh and revalidated after", "[registry][packument]") {
  struct Row {
    std::string cache_control;
    PackumentStore::Mode mode;
    int requests;  // of the second run
    int not_modified;
  };
  using Mode = PackumentStore::Mode;
  const Row rows[] = {
      {"public, max-age=300", Mode::kOnline, 0, 0},
      {"max-age=0", Mode::kOnline, 1, 1},
      {"no-cache", Mode::kOnline, 1, 1},
      {"max-age=0", Mode::kPreferOffline, 0, 0},
      {"max-age=0", Mode::kOffline, 0, 0},
      {"public, max-age=300", Mode::kPreferOnline, 1, 1},
      {"no-store", Mode::kOnline, 1, 0},
  };
  for (const Row& row : rows) {
    INFO(row.cache_control);
    int not_modified = 0;
    FixtureServer server([&](const FixtureRequest& request) {
      if (request.header("if-none-match") == "\"v1\"") {
        ++not_modified;
        return FixtureReply{.status = 304, .headers = {{"etag", "\"v1\""}, {"cache-control", row.cache_control}}};
      }
      return FixtureReply{
          .headers = {{"etag", "\"v1\""}, {"cache-control", row.cache_control}, {"content-encoding", "gzip"}},
          .body = gzip(kDocument)};
    });
    Fetching with(server.url());
    {
      auto first = store(with);
      const std::string names[] = {"a", "a"};
      first.prefetch(names);
      auto packument = first.get("a");
      REQUIRE(packument);
      CHECK((*packument)->version_count() == 3);
      CHECK(*first.get("a") == *packument);
      with.workers.drain();
    }
    CHECK(server.requests().size() == 1);
    CHECK(server.requests()[0].header("accept") == "application/json");
    auto second = store(with, {.mode = row.mode});
    auto packument = second.get("a");
    REQUIRE(packument);
    CHECK((*packument)->manifest(1)->resolved == "https://registry.example.test/a/-/a-1.1.0.tgz");
    CHECK(static_cast<int>(server.requests().size()) == 1 + row.requests);
    CHECK(not_modified == row.not_modified);
    with.workers.drain();
  }
}

TEST_CASE("what the registry refuses has npm's code and the registry's reason", "[registry][packument]") {
  struct Row {
    FixtureReply reply;
    const char* code;
    const char* says;
  };
  const Row rows[] = {
      {{.status = 404, .body = R"({"error": "Not found"})"}, "E404", "404 Not Found - GET "},
      {{.status = 404, .body = R"({"error": "Not found"})"}, "E404", " - Not found"},
      {{.status = 401}, "E401", "401 Unauthorized"},
      {{.status = 401, .headers = {{"www-authenticate", "OTP"}}}, "EOTP", "one-time"},
      {{.status = 403, .body = R"({"message": "blocked"})"}, "E403", "blocked"},
      {{.status = 500, .body = "<html>"}, "E500", "500"},
      {{.status = 200, .body = "<html>"}, "EJSONPARSE", "invalid JSON"},
      {{.status = 200, .headers = {{"content-encoding", "gzip"}}, .body = "nope"}, "EINFLATE", "not compressed"},
      {{.status = 200, .headers = {{"content-encoding", "zstd"}}, .body = "nope"}, "EINFLATE", "zstd"},
  };
  for (const Row& row : rows) {
    FixtureServer server([&](const FixtureRequest&) { return row.reply; });
    Fetching with(server.url());
    auto packuments = store(with);
    auto found = packuments.get("left-pad");
    INFO(row.says);
    REQUIRE_FALSE(found);
    CHECK(found.error().code == row.code);
    CHECK(found.error().message.find(row.says) != std::string::npos);
    with.workers.drain();
  }
}

TEST_CASE("offline, what is not cached is ENOTCACHED", "[registry][packument]") {
  Fetching with("http://127.0.0.1:1/");
  auto packuments = store(with, {.mode = PackumentStore::Mode::kOffline});
  CHECK(packuments.get("a").error().code == "ENOTCACHED");
  CHECK(packuments.get("../x").error().code == "EINVALIDPACKAGENAME");
}

TEST_CASE("a stale packument serves when the network is down", "[registry][packument]") {
  auto server = std::make_unique<FixtureServer>([](const FixtureRequest&) { return FixtureReply{.body = kDocument}; });
  Fetching with(server->url());
  {
    auto first = store(with);
    REQUIRE(first.get("a"));
    with.workers.drain();
  }
  server.reset();
  auto second = store(with);
  CHECK(second.get("a"));
}

TEST_CASE("a scoped package comes from its scope's registry with that one's token", "[registry][packument]") {
  FixtureServer plain([](const FixtureRequest&) { return FixtureReply{.status = 404}; });
  FixtureServer scoped([](const FixtureRequest& request) {
    if (request.header("authorization") != "Bearer t") return FixtureReply{.status = 401};
    return FixtureReply{.body = R"({"name": "@s/a", "versions": {}})"};
  });
  std::string host = "//127.0.0.1:" + std::to_string(scoped.port());
  pkg::tests::Environment env{{"npm_config_" + host + "/npm/:_authToken", "t"},
                              {"npm_config_@s:registry", scoped.url("/npm")}};
  Fetching with(plain.url(), {}, env);
  auto packuments = store(with);
  REQUIRE(packuments.get("@s/a"));
  CHECK(scoped.requests()[0].target == "/npm/@s%2fa");
  CHECK(packuments.get("b").error().code == "E404");
  CHECK(plain.requests()[0].header("authorization").empty());
  with.workers.drain();
}

TEST_CASE("a large document without length, encoding or ETag is taken", "[registry][packument]") {
  std::string text = R"({"name": "big", "versions": {)";
  for (int i = 0; i < 2000; ++i) {
    std::string v = "1.0." + std::to_string(i);
    text += (i ? ",\"" : "\"") + v + R"(": {"name": "big", "version": ")" + v + R"(", "readme": ")" +
            std::string(2000, 'r') + R"(", "dist": {"tarball": "https://registry.example.test/big-)" + v + R"(.tgz"}})";
  }
  text += R"(}, "time": {"1.0.7": "2022-02-02T00:00:00.000Z"}})";
  FixtureServer server([&](const FixtureRequest&) { return FixtureReply{.body = text, .chunked = true}; });
  Fetching with(server.url());
  auto packuments = store(with);
  auto packument = packuments.get("big");
  REQUIRE(packument);
  CHECK((*packument)->version_count() == 2000);
  CHECK((*packument)->published(7) == "2022-02-02T00:00:00.000Z");
  CHECK((*packument)->manifest(1999)->version == "1.0.1999");
  with.workers.drain();
}

TEST_CASE("freshness follows the headers", "[registry][packument]") {
  struct Row {
    std::vector<std::pair<std::string, std::string>> headers;
    std::int64_t seconds;
  };
  const Row rows[] = {
      {{}, 0},
      {{{"cache-control", "public, max-age=300"}}, 300},
      {{{"cache-control", "MAX-AGE=\"60\""}, {"age", "20"}}, 40},
      {{{"cache-control", "max-age=10"}, {"age", "20"}}, 0},
      {{{"cache-control", "max-age=300, no-cache"}}, 0},
      {{{"cache-control", "max-age=x"}}, 0},
      {{{"cache-control", "max-age=99999999999999999999"}}, std::int64_t{1} << 40},
      {{{"date", "Mon, 23 Nov 2026 08:00:00 GMT"}, {"expires", "Mon, 23 Nov 2026 08:01:00 GMT"}}, 60},
      {{{"expires", "0"}}, 0},
      {{{"date", "Mon, 23 Nov 2026 08:00:00 GMT"}, {"last-modified", "Mon, 23 Nov 2026 07:00:00 GMT"}}, 360},
  };
  for (const Row& row : rows) {
    HttpResponse response;
    response.headers = row.headers;
    CHECK(fresh_seconds(response, 1'795'420'800) == row.seconds);
  }
}
