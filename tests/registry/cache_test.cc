#include "registry/cache.h"

#include <fstream>
#include <thread>

#include <libdeflate.h>
#include <sys/wait.h>
#include <catch2/catch_test_macros.hpp>

#include "tests/registry/registry_fixture.h"

using namespace pkg::registry;
using pkg::tests::TemporaryFolder;
namespace fs = std::filesystem;

namespace {

void write(const std::string& path, std::string_view text) { std::ofstream(path) << text; }

PackageFacts facts_of(const std::string& name, std::string_view content) {
  PackageFacts facts{.name = name, .version = "1.0.0", .url = "https://registry.example.test/" + name + ".tgz"};
  facts.license = "MIT";
  facts.files = 1;
  facts.bytes = content.size();
  facts.checksum = libdeflate_crc32(0, content.data(), content.size());
  return facts;
}

Integrity add(Cache& cache, const std::string& name, std::string_view content = "content") {
  Integrity integrity = Integrity::of(name + "\n" + std::string(content));
  auto stage = cache.stage_dir();
  REQUIRE(stage);
  write(*stage + "/index.js", content);
  REQUIRE(cache.commit(*stage, integrity, facts_of(name, content)));
  return integrity;
}

}  // namespace

TEST_CASE("a committed package is found by its integrity, by any process", "[registry][cache]") {
  TemporaryFolder folder;
  Integrity integrity = Integrity::of(std::string_view());
  {
    Cache cache(folder.path);
    CHECK_FALSE(cache.has_package(integrity));
    integrity = add(cache, "a");
    CHECK(cache.has_package(integrity));
    CHECK(cache.facts(integrity)->license == "MIT");
  }
  Cache cache(folder.path);
  CHECK(cache.has_package(integrity));
  CHECK(fs::exists(cache.package_dir(integrity) + "/index.js"));
  CHECK(cache.facts(integrity)->name == "a");
  CHECK(cache.integrity_of_url("https://registry.example.test/a.tgz") == integrity);
  CHECK_FALSE(cache.integrity_of_url("https://registry.example.test/b.tgz"));
  auto list = cache.list();
  REQUIRE(list);
  CHECK(list->size() == 1);
  CHECK(fs::is_empty(folder.path + "/stage"));
}

TEST_CASE("asking an empty cache makes nothing", "[registry][cache]") {
  TemporaryFolder folder;
  {
    Cache cache(folder.path + "/none");
    CHECK_FALSE(cache.facts(Integrity::of(std::string_view("x"))));
    CHECK(cache.list()->empty());
    CHECK(cache.verify()->packages == 0);
  }
  CHECK_FALSE(fs::exists(folder.path + "/none"));
}

TEST_CASE("of two that commit the same package the first stays", "[registry][cache]") {
  TemporaryFolder folder;
  Cache cache(folder.path);
  Integrity integrity = Integrity::of(std::string_view("same"));
  for (const char* text : {"first", "second"}) {
    auto stage = cache.stage_dir();
    REQUIRE(stage);
    write(*stage + "/index.js", text);
    REQUIRE(cache.commit(*stage, integrity, facts_of("a", text)));
    CHECK_FALSE(fs::exists(*stage));
  }
  std::ifstream file(cache.package_dir(integrity) + "/index.js");
  std::string text;
  file >> text;
  CHECK(text == "first");
}

TEST_CASE("many processes fill one cache at once", "[registry][cache]") {
  TemporaryFolder folder;
  constexpr int kProcesses = 6, kPackages = 40;
  std::vector<pid_t> children;
  for (int p = 0; p < kProcesses; ++p) {
    pid_t child = ::fork();
    if (child == 0) {
      int failures = 0;
      {
        Cache cache(folder.path);
        for (int i = 0; i < kPackages; ++i) {
          std::string name = i % 2 ? "shared" + std::to_string(i) : "own" + std::to_string(p) + "-" + std::to_string(i);
          Integrity integrity = Integrity::of(name);
          auto stage = cache.stage_dir();
          if (!stage) {
            ++failures;
            continue;
          }
          write(*stage + "/index.js", name);
          if (!cache.commit(*stage, integrity, facts_of(name, name))) ++failures;
          if (!cache.write_file(folder.path + "/packuments/x/" + std::to_string(i) + ".bin", name)) ++failures;
          if (i % 10 == 0 && !cache.flush()) ++failures;
        }
        if (!cache.flush()) ++failures;
      }
      ::_exit(failures ? 1 : 0);
    }
    children.push_back(child);
  }
  for (pid_t child : children) {
    int status = 0;
    ::waitpid(child, &status, 0);
    CHECK(status == 0);
  }
  Cache cache(folder.path);
  CHECK(cache.list()->size() == kProcesses * kPackages / 2 + kPackages / 2);
  auto report = cache.verify();
  REQUIRE(report);
  CHECK(report->packages == kProcesses * kPackages / 2 + kPackages / 2);
  CHECK(report->removed_packages == 0);
  CHECK(report->packuments == kPackages);
}

TEST_CASE("verify removes what changed, what is lost and what killed processes left", "[registry][cache]") {
  TemporaryFolder folder;
  Cache cache(folder.path);
  Integrity good = add(cache, "good"), changed = add(cache, "changed"), lost = add(cache, "lost");
  write(cache.package_dir(changed) + "/index.js", "CONTENT");  // same size
  fs::remove_all(cache.package_dir(lost));
  pid_t child = ::fork();
  if (child == 0) {
    Cache other(folder.path);
    if (auto stage = other.stage_dir()) write(*stage + "/half", "x");
    ::_exit(0);  // as if killed: no destructor runs
  }
  ::waitpid(child, nullptr, 0);
  auto mine = cache.stage_dir();

  auto report = cache.verify();
  REQUIRE(report);
  CHECK(report->packages == 1);
  CHECK(report->removed_packages == 1);
  CHECK(report->missing == 1);
  CHECK(report->removed_stages == 1);
  CHECK(cache.has_package(good));
  CHECK_FALSE(cache.has_package(changed));
  CHECK(fs::exists(*mine));
  CHECK(cache.list()->size() == 1);

  REQUIRE(cache.clean());
  CHECK_FALSE(cache.has_package(good));
  add(cache, "again");
  CHECK(cache.list()->size() == 1);
}

TEST_CASE("an index that is no database is made anew", "[registry][cache]") {
  TemporaryFolder folder;
  write(folder.path + "/index.db", std::string(8192, 'x'));
  Cache cache(folder.path);
  Integrity integrity = add(cache, "a");
  auto flushed = cache.flush();
  INFO((flushed ? "" : flushed.error().message));
  REQUIRE(flushed);
  CHECK(cache.facts(integrity)->name == "a");
}

TEST_CASE("names of files are safe whatever a package is called", "[registry][cache]") {
  Cache cache("/c");
  CHECK(cache.packument_file("https://registry.example.test/", "@scope/name") ==
        "/c/packuments/registry.example.test/@scope%2fname.bin");
  CHECK(cache.packument_file("http://127.0.0.1:4873/npm/", "../../x") ==
        "/c/packuments/127.0.0.1%3a4873%2fnpm+http/%2e.%2f..%2fx.bin");
  CHECK(cache.packument_file("https://r/", std::string(5000, 'x')).size() < 255);
  CHECK(cache.packument_file("https://r/", std::string("a\0b", 3)) == "/c/packuments/r/a%00b.bin");
}
