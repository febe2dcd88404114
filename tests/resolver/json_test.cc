#include "resolver/base/json.h"

#include <catch2/catch_test_macros.hpp>

using namespace pkg;

TEST_CASE("objects keep the order of their keys", "[json]") {
  auto value = parse_json(R"({"b": 1, "a": 2})", "x.json");
  REQUIRE(value);
  CHECK(value->dump() == R"({"b":1,"a":2})");
}

TEST_CASE("a byte order mark is skipped", "[json]") { CHECK(parse_json("\xEF\xBB\xBF{}", "x.json")); }

TEST_CASE("invalid JSON names the file and has npm's code", "[json]") {
  auto value = parse_json("{nope", "x.json");
  REQUIRE_FALSE(value);
  CHECK(value.error().code == "EJSONPARSE");
  CHECK(value.error().message.find("x.json") != std::string::npos);
}
