#include <cstdlib>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "resolver/spec/spec.h"
#include "tests/resolver/rows.h"

// Every row of spec_rows.txt is what npm-package-arg made of an argument or a
// dependency.
namespace pkg::resolver {
namespace {

std::vector<std::string> shown(const Result<Spec>& result) {
  if (!result) return {result.error().code};
  const Spec& s = *result;
  std::string host, addresses, target;
  if (s.hosted) {
    host = s.hosted->type + " " + s.hosted->user + " " + s.hosted->project;
    addresses = s.hosted->https() + " " + s.hosted->sshurl() + " " + s.hosted->ssh(HostedRepo::Committish::kWithout);
  }
  if (s.target) target = std::string(to_string(s.target->type)) + " " + s.target->name + " " + s.target->fetch_spec;
  return {std::string(to_string(s.type)),
          s.name,
          s.scope,
          s.raw_spec,
          s.save_spec,
          s.fetch_spec,
          s.git_committish,
          s.git_range,
          s.git_subdir,
          host,
          addresses,
          target};
}

}  // namespace

TEST_CASE("what people write names the package that npm takes it for", "[spec]") {
  ::setenv("HOME", "/home/me", 1);
  auto rows = read_rows("tests/resolver/spec_rows.txt");
  REQUIRE(rows.size() > 200);
  for (const auto& row : rows) {
    bool argument = row[0] == "arg";
    auto result = argument ? parse_spec(row[1], "/w/dir") : resolve_spec(row[1], row[2], "/w/dir");
    std::vector<std::string> expected(row.begin() + (argument ? 2 : 3), row.end());
    auto got = shown(result);
    if (got == expected) continue;
    std::string text = "[" + row[1] + "] [" + (argument ? "" : row[2]) + "]\n  expected";
    for (const std::string& field : expected) text += " |" + field;
    text += "\n  got     ";
    for (const std::string& field : got) text += " |" + field;
    FAIL_CHECK(text);
  }
}

}  // namespace pkg::resolver
