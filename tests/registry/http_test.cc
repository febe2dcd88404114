#include "registry/http.h"

#include <atomic>

#include <catch2/catch_test_macros.hpp>

#include "registry/http_transfer.h"
#include "tests/registry/fixture_server.h"

using namespace pkg::registry;
using pkg::tests::FixtureReply;
using pkg::tests::FixtureRequest;
using pkg::tests::FixtureServer;

namespace {

HttpOptions quick() {
  HttpOptions options;
  options.user_agent = "pkg-test";
  options.retry_min_timeout = 5;
  options.retry_max_timeout = 10;
  options.timeout = 5000;
  return options;
}

HttpRequest get(std::string url) {
  HttpRequest request;
  request.url = std::move(url);
  return request;
}

}  // namespace

TEST_CASE("an answer has its status, headers and body", "[registry][http]") {
  FixtureServer server([](const FixtureRequest& request) {
    return FixtureReply{.headers = {{"ETag", "\"x\""}, {"X-Agent", request.header("user-agent")}}, .body = "hello"};
  });
  Http http(quick());
  auto answer = http.fetch(get(server.url("/a")));
  REQUIRE(answer);
  CHECK(answer->status == 200);
  CHECK(answer->header("etag") == "\"x\"");
  CHECK(answer->header("x-agent") == "pkg-test");
  CHECK(answer->body.view() == "hello");
  CHECK(http.counters().bytes == 5);
}

TEST_CASE("what may pass is tried again, what will not is not", "[registry][http]") {
  struct Row {
    FixtureReply first;
    int requests;
    long status;
  };
  const Row rows[] = {
      {{.status = 503}, 2, 200},   {{.status = 429}, 2, 200},
      {{.status = 408}, 2, 200},   {{.body = "0123456789", .cut_after = 4}, 2, 200},
      {{.hang_up = true}, 2, 200}, {{.status = 404}, 1, 404},
      {{.status = 401}, 1, 401},
  };
  for (const Row& row : rows) {
    std::atomic<int> count = 0;
    FixtureServer server(
        [&](const FixtureRequest&) { return count++ == 0 ? row.first : FixtureReply{.body = "whole"}; });
    Http http(quick());
    auto answer = http.fetch(get(server.url()));
    INFO(row.first.status << " " << row.first.cut_after);
    REQUIRE(answer);
    CHECK(answer->status == row.status);
    CHECK(count == row.requests);
    if (row.status == 200) CHECK(answer->body.view() == "whole");
  }
}

TEST_CASE("after fetch-retries tries the last answer or error stands", "[registry][http]") {
  HttpOptions options = quick();
  options.retries = 1;
  std::atomic<int> count = 0;
  FixtureServer server([&](const FixtureRequest&) {
    ++count;
    return FixtureReply{.status = 500, .body = "no"};
  });
  Http http(options);
  auto answer = http.fetch(get(server.url()));
  REQUIRE(answer);
  CHECK(answer->status == 500);
  CHECK(count == 2);

  auto refused = http.fetch(get("http://127.0.0.1:1/"));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == "ECONNREFUSED");
  auto bad = http.fetch(get("ftp://127.0.0.1/"));
  REQUIRE_FALSE(bad);
  CHECK(bad.error().code == "EINVALIDURL");
}

TEST_CASE("credentials follow a redirect on the same host and no further", "[registry][http]") {
  for (bool same : {true, false}) {
    FixtureServer* self = nullptr;
    FixtureServer server([&](const FixtureRequest& request) {
      if (request.target == "/from")
        return FixtureReply{.status = 302, .headers = {{"location", same ? "/to" : self->other_url("/to")}}};
      return FixtureReply{.body = request.header("authorization") + "|" + request.header("cookie") + "|" +
                                  request.header("accept")};
    });
    self = &server;
    Http http(quick());
    HttpRequest request = get(server.url("/from"));
    request.headers = {"cookie: c", "accept: a/b"};
    request.credentials.authorization = "Bearer secret";
    auto answer = http.fetch(std::move(request));
    REQUIRE(answer);
    CHECK(answer->body.view() == (same ? "Bearer secret|c|a/b" : "||a/b"));
  }
}

TEST_CASE("a redirect loop and a redirect off http end with an error", "[registry][http]") {
  FixtureServer server([](const FixtureRequest& request) {
    return FixtureReply{.status = 301,
                        .headers = {{"location", request.target == "/loop" ? "/loop" : "file:///etc/passwd"}}};
  });
  Http http(quick());
  auto loop = http.fetch(get(server.url("/loop")));
  REQUIRE_FALSE(loop);
  CHECK(loop.error().code == "ETOOMANYREDIRECTS");
  auto file = http.fetch(get(server.url("/file")));
  REQUIRE_FALSE(file);
  CHECK(file.error().code == "EINVALIDURL");
}

TEST_CASE("an answer larger than allowed is cut off, announced or not", "[registry][http]") {
  for (bool chunked : {false, true}) {
    FixtureServer server(
        [&](const FixtureRequest&) { return FixtureReply{.body = std::string(100'000, 'x'), .chunked = chunked}; });
    Http http(quick());
    HttpRequest request = get(server.url());
    request.max_bytes = 50'000;
    auto answer = http.fetch(std::move(request));
    REQUIRE_FALSE(answer);
    CHECK(answer.error().code == "EMAXSIZE");
  }
}

TEST_CASE("many requests share few connections and all arrive", "[registry][http]") {
  FixtureServer server([](const FixtureRequest& request) { return FixtureReply{.body = request.target}; });
  HttpOptions options = quick();
  options.max_connections = 4;
  Http http(options);
  std::vector<HttpRequest> requests;
  for (int i = 0; i < 200; ++i) requests.push_back(get(server.url("/" + std::to_string(i))));
  std::vector<std::string> bodies(200);
  auto caller = std::this_thread::get_id();
  http.fetch_all(std::move(requests), [&](std::size_t i, pkg::Result<HttpResponse> answer) {
    CHECK(std::this_thread::get_id() == caller);
    REQUIRE(answer);
    bodies[i] = answer->body.view();
  });
  for (int i = 0; i < 200; ++i) CHECK(bodies[i] == "/" + std::to_string(i));
  CHECK(server.connections() <= 4);
}

TEST_CASE("bodies beyond the budget wait for those being worked on", "[registry][http]") {
  FixtureServer server(
      [](const FixtureRequest&) { return FixtureReply{.body = std::string(300'000, 'x'), .chunked = true}; });
  HttpOptions options = quick();
  options.budget = 400'000;
  Http http(options);
  std::vector<HttpRequest> requests;
  for (int i = 0; i < 20; ++i) requests.push_back(get(server.url("/" + std::to_string(i))));
  std::size_t total = 0;
  http.fetch_all(std::move(requests), [&](std::size_t, pkg::Result<HttpResponse> answer) {
    REQUIRE(answer);
    total += answer->body.view().size();
  });
  CHECK(total == 20 * 300'000);
}

TEST_CASE("a proxy gets the whole URL, unless noproxy covers the host", "[registry][http]") {
  FixtureServer proxy([](const FixtureRequest& request) { return FixtureReply{.body = "proxy " + request.target}; });
  HttpOptions options = quick();
  options.proxy = proxy.url();
  Http http(options);
  auto answer = http.fetch(get("http://registry.example.test/a"));
  REQUIRE(answer);
  CHECK(answer->body.view() == "proxy http://registry.example.test/a");

  options.no_proxy = "other.test, .example.test";
  CHECK(proxy_for(*Url::parse("http://registry.example.test/a"), options).empty());
  CHECK(proxy_for(*Url::parse("http://example.test/a"), options).empty());
  CHECK(proxy_for(*Url::parse("http://badexample.test/a"), options) == proxy.url());
  CHECK(proxy_for(*Url::parse("https://other.example/"), options).empty());
}

TEST_CASE("headers cannot be smuggled in by line breaks", "[registry][http]") {
  FixtureServer server([](const FixtureRequest& request) { return FixtureReply{.body = request.header("evil")}; });
  Http http(quick());
  HttpRequest request = get(server.url());
  request.headers = {"fine: 1\r\nevil: 2"};
  auto answer = http.fetch(std::move(request));
  REQUIRE(answer);
  CHECK(answer->body.view().empty());
}

TEST_CASE("an Http that ends drops what is under way", "[registry][http]") {
  FixtureServer server([](const FixtureRequest&) { return FixtureReply{.body = std::string(1'000'000, 'x')}; });
  Http http(quick());
  for (int i = 0; i < 20; ++i) http.start(get(server.url()), [](pkg::Result<HttpResponse>) {});
  SUCCEED("no crash, no hang");
}
