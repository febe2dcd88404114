#include "registry/tarballs.h"

#include <atomic>

#include <catch2/catch_test_macros.hpp>

#include "tests/registry/fixture_server.h"
#include "tests/registry/registry_fixture.h"

using namespace pkg::registry;
using pkg::tests::Fetching;
using pkg::tests::FixtureReply;
using pkg::tests::FixtureRequest;
using pkg::tests::FixtureServer;

TEST_CASE("a tarball is handed over when it is what was promised", "[registry][tarball]") {
  FixtureServer server([](const FixtureRequest&) { return FixtureReply{.body = "bytes"}; });
  Fetching with(server.url());
  TarballSource source(with.http, with.workers, with.auth);
  std::string integrity = Integrity::of(std::string_view("bytes")).to_string();
  for (const std::string& promised : {integrity, std::string()}) {
    auto tarball = source.fetch({"a", server.url("/a/-/a-1.0.0.tgz"), promised});
    REQUIRE(tarball);
    CHECK(tarball->body.view() == "bytes");
    CHECK(tarball->integrity.to_string() == integrity);
  }
}

TEST_CASE("a tarball that differs is fetched once more, then refused", "[registry][tarball]") {
  for (bool mended : {false, true}) {
    std::atomic<int> count = 0;
    FixtureServer server(
        [&](const FixtureRequest&) { return FixtureReply{.body = mended && count++ > 0 ? "bytes" : "other"}; });
    Fetching with(server.url());
    TarballSource source(with.http, with.workers, with.auth);
    auto tarball = source.fetch({"a", server.url("/a.tgz"), Integrity::of(std::string_view("bytes")).to_string()});
    CHECK(server.requests().size() == 2);
    REQUIRE(tarball.has_value() == mended);
    if (!mended) CHECK(tarball.error().code == "EINTEGRITY");
  }
}

TEST_CASE("a truncated tarball is fetched again", "[registry][tarball]") {
  std::atomic<int> count = 0;
  std::string bytes(100'000, 'x');
  FixtureServer server([&](const FixtureRequest&) {
    return FixtureReply{.body = bytes, .cut_after = count++ == 0 ? 1000 : std::string::npos};
  });
  Fetching with(server.url());
  TarballSource source(with.http, with.workers, with.auth);
  auto tarball = source.fetch({"a", server.url("/a.tgz"), Integrity::of(bytes).to_string()});
  REQUIRE(tarball);
  CHECK(tarball->body.view().size() == bytes.size());
}

TEST_CASE("what fails has a code", "[registry][tarball]") {
  FixtureServer server([](const FixtureRequest&) { return FixtureReply{.status = 404}; });
  Fetching with(server.url());
  TarballSource source(with.http, with.workers, with.auth);
  CHECK(source.fetch({"a", server.url("/a.tgz"), ""}).error().code == "E404");
  CHECK(source.fetch({"a", "file:///etc/passwd", ""}).error().code == "EINVALIDURL");
  CHECK(source.fetch({"a", "http://127.0.0.1:1/a.tgz", ""}).error().code == "ECONNREFUSED");
  TarballSource offline(with.http, with.workers, with.auth, TarballSource::Mode::kOffline);
  CHECK(offline.fetch({"a", server.url("/a.tgz"), ""}).error().code == "ENOTCACHED");
}

TEST_CASE("the default registry's host in a lockfile means the configured registry", "[registry][tarball]") {
  struct Row {
    const char* registry;
    const char* replace;
    const char* resolved;
    const char* fetched;
  };
  const Row rows[] = {
      {"https://r.example.test/", "npmjs", "https://default.example.test/a/-/a.tgz",
       "https://r.example.test/a/-/a.tgz"},
      {"https://r.example.test/npm/", "npmjs", "https://default.example.test/a/-/a.tgz",
       "https://r.example.test/npm/a/-/a.tgz"},
      {"https://r.example.test/npm", "npmjs", "https://default.example.test/npm/a.tgz",
       "https://r.example.test/npm/a.tgz"},
      {"https://r.example.test/", "npmjs", "https://other.example.test/a.tgz", "https://other.example.test/a.tgz"},
      {"https://r.example.test/", "never", "https://default.example.test/a.tgz", "https://default.example.test/a.tgz"},
      {"https://r.example.test/", "always", "https://other.example.test/a.tgz?x", "https://r.example.test/a.tgz?x"},
      {"https://r.example.test/", "other.example.test", "https://other.example.test/a.tgz",
       "https://r.example.test/a.tgz"},
      {"https://r.example.test/n/", "https://other.example.test/o/", "https://other.example.test/o/a.tgz",
       "https://r.example.test/n/a.tgz"},
      {"https://r.example.test/n/", "https://other.example.test/o/", "https://other.example.test/p/a.tgz",
       "https://other.example.test/p/a.tgz"},
  };
  for (const Row& row : rows) {
    pkg::tests::TemporaryFolder folder;
    Config config = pkg::tests::make_config(folder.path, row.registry, {{"replace-registry-host", row.replace}});
    Auth auth(config, "https://default.example.test/");
    CHECK(auth.tarball_url(row.resolved) == row.fetched);
  }
}
