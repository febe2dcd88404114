#include <catch2/catch_test_macros.hpp>

#include "installer/git_packages.h"
#include "installer/git_refs.h"

using namespace pkg;
using namespace pkg::installer;

namespace {

const std::string kA(40, 'a'), kB(40, 'b'), kC(40, 'c'), kD(40, 'd'), kTag(40, 'e');

GitRefs example() {
  return GitRefs::parse(kA + "\tHEAD\n" + kA + "\trefs/heads/main\n" + kB + "\trefs/heads/next/big\n" + kC +
                        "\trefs/pull/7/head\n" + kD + "\trefs/pull/7/merge\n" + kTag + "\trefs/tags/v1.2.3\n" + kB +
                        "\trefs/tags/v1.2.3^{}\n" + kC + "\trefs/tags/release-1.3.0\n" + kD +
                        "\trefs/tags/2.0.0-rc.1\ngarbage\n\n" + kD + "\trefs/tags/nightly\n");
}

}  // namespace

TEST_CASE("what ls-remote lists is found by name, by raw name and by commit", "[git]") {
  GitRefs refs = example();
  REQUIRE(refs.head());
  CHECK(refs.head()->sha == kA);
  for (auto [committish, sha] : {std::pair<std::string, std::string>{"main", kA},
                                 {"refs/heads/main", kA},
                                 {"next/big", kB},
                                 {"pull/7", kC},
                                 {"pull/7/merge", kD},
                                 {"v1.2.3", kB},
                                 {"nightly", kD},
                                 {kC, kC}}) {
    const GitRef* ref = refs.named(committish);
    INFO(committish);
    REQUIRE(ref);
    CHECK(ref->sha == sha);
  }
  CHECK_FALSE(refs.named("garbage"));
  CHECK_FALSE(refs.named("1.2.3"));
  CHECK(refs.named("v1.2.3")->kind == GitRef::Kind::kTag);
  CHECK_FALSE(GitRefs::parse("").head());
}

TEST_CASE("a range is answered by tags that end in a version", "[git]") {
  GitRefs refs = example();
  resolver::PickOptions options{"24.0.0", "12.0.0", "latest", {}};
  for (auto [range, tag] : {std::pair<std::string, std::string>{"^1.0.0", "release-1.3.0"},
                            {"~1.2", "v1.2.3"},
                            {"*", "release-1.3.0"},
                            {"2.0.0-rc.1", "2.0.0-rc.1"}}) {
    auto ref = refs.best("p", range, options);
    INFO(range);
    REQUIRE(ref);
    CHECK((*ref)->name == tag);
  }
  auto none = refs.best("p", "^7.0.0", options);
  REQUIRE_FALSE(none);
  CHECK(none.error().code == "ETARGET");
}

TEST_CASE("a lockfile has the address and the commit", "[git]") {
  for (auto [spec, resolved] : {std::pair<std::string, std::string>{"me/p", "git+ssh://git@github.com/me/p.git#" + kA},
                                {"github:me/p#main", "git+ssh://git@github.com/me/p.git#" + kA},
                                {"git+https://github.com/me/p.git#main", "git+https://github.com/me/p.git#" + kA},
                                {"git+https://u:p@github.com/me/p.git", "git+https://u:p@github.com/me/p.git#" + kA},
                                {"git+ssh://git@example.test:me/p.git#x", "git+ssh://git@example.test:me/p.git#" + kA},
                                {"git+file:///x/p.git#semver:^1", "git+file:///x/p.git#" + kA}}) {
    auto parsed = resolver::parse_spec(spec, "/");
    INFO(spec);
    REQUIRE(parsed);
    CHECK(git_resolved(*parsed, kA) == resolved);
  }
}
