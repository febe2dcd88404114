#include "registry/integrity.h"

#include <catch2/catch_test_macros.hpp>

using namespace pkg::registry;

// The digests of "abc", from FIPS 180-4's examples.
constexpr const char* kSha512 =
    "sha512-3a81oZNherrMQXNJriBBMRLm+k6JqX6iCp7u5ktV05ohkpkqJ0/BqDa6PCOj/uu9RU1EI2Q86A4qmslPpUyknw==";
constexpr const char* kSha384 = "sha384-ywB1P0WjXou1oD1pmsZQBycsMqsO3tFjGotgWkP/W+2AhgcroefMI1i67KE0yCWn";
constexpr const char* kSha256 = "sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=";
constexpr const char* kSha1 = "sha1-qZk+NkcGgWq6PiVxeFDCbJzQ2J0=";

TEST_CASE("every known digest of a tarball verifies it, and only it", "[registry][integrity]") {
  for (const char* text : {kSha512, kSha384, kSha256, kSha1}) {
    auto integrity = Integrity::parse(text);
    REQUIRE(integrity);
    CHECK(integrity->to_string() == text);
    CHECK(integrity->verify(std::string_view("abc")));
    auto wrong = integrity->verify(std::string_view("abd"), "a.tgz");
    REQUIRE_FALSE(wrong);
    CHECK(wrong.error().code == "EINTEGRITY");
    CHECK(wrong.error().message.find("a.tgz") == 0);
    CHECK(wrong.error().message.find(text) != std::string::npos);
  }
  CHECK(Integrity::of(std::string_view("abc")).to_string() == kSha512);
}

TEST_CASE("the strongest algorithm decides, any of its digests will do", "[registry][integrity]") {
  std::string wrong512 = "sha512-" + base64_encode(std::string(64, 'x'));
  struct Row {
    std::string text;
    bool good;
  };
  const Row rows[] = {
      {std::string(kSha1) + " " + kSha512, true}, {std::string(kSha1) + " " + wrong512, false},
      {wrong512 + "\n\t" + kSha512, true},        {std::string(kSha512) + "?option", true},
      {std::string("md5-AAAA ") + kSha1, true},
  };
  for (const Row& row : rows) {
    auto integrity = Integrity::parse(row.text);
    REQUIRE(integrity);
    CHECK(integrity->verify(std::string_view("abc")).has_value() == row.good);
  }
}

TEST_CASE("an integrity without a usable digest is refused", "[registry][integrity]") {
  for (const char* text : {"", " ", "sha512", "sha512-", "sha512-AAAA",
                           "md5-rL0Y20zC+Fzt72VPzMSk2A==", "sha1-../../../../etc/passwd", "x"}) {
    auto integrity = Integrity::parse(text);
    INFO(text);
    REQUIRE_FALSE(integrity);
    CHECK(integrity.error().code == "EINTEGRITY");
  }
}

TEST_CASE("hashing piece by piece gives the same digest", "[registry][integrity]") {
  Hasher hasher("sha512");
  for (const char* piece : {"a", "", "bc"}) hasher.update(std::string_view(piece));
  CHECK("sha512-" + hasher.base64() == kSha512);
  Hasher sha1("sha1");
  sha1.update(std::string_view("abc"));
  CHECK(sha1.hex() == "a9993e364706816aba3e25717850c26c9cd0d89d");
}

TEST_CASE("base64 goes both ways", "[registry][integrity]") {
  for (std::string text : {"", "f", "fo", "foo", "foob", "fooba", "foobar"})
    CHECK(base64_decode(base64_encode(text)) == text);
  CHECK(base64_encode("foobar") == "Zm9vYmFy");
  CHECK(base64_encode("fo") == "Zm8=");
}
