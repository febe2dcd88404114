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

TEST_CASE("objects keep their order, and the last of equal keys counts in the place of the first") {
  auto few = pkg::parse_json(R"({"b":1,"a":2,"b":3})", "few");
  REQUIRE(few);
  CHECK(few->dump() == R"({"b":3,"a":2})");
  std::string text = "{", expected = "{";
  for (int i = 40; i > 0; --i) {
    text += "\"k" + std::to_string(i) + "\":" + std::to_string(i) + ",";
    expected += "\"k" + std::to_string(i) + "\":" + std::to_string(i == 20 ? -1 : i) + (i > 1 ? "," : "}");
  }
  auto many = pkg::parse_json(text + "\"k20\":-1}", "many");
  REQUIRE(many);
  CHECK(many->dump() == expected);
}

TEST_CASE("numbers of every size and nesting of any depth are taken") {
  auto numbers = pkg::parse_json(
      "[0,-1,18446744073709551615,9223372036854775808,-9223372036854775808,1.5,1e3,36893488147419103232]", "n");
  REQUIRE(numbers);
  CHECK(numbers->dump() ==
        "[0,-1,18446744073709551615,9223372036854775808,-9223372036854775808,1.5,1000.0,3.6893488147419103e+19]");
  auto deep = pkg::parse_json(std::string(3000, '[') + std::string(3000, ']'), "deep");
  CHECK(deep);
}
