#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "resolver/base/result.h"

namespace pkg::registry {

// The digests a lockfile or packument promises for one tarball, as written in
// its `integrity` field: "sha512-<base64>", several separated by white space.
// sha512, sha384, sha256 and sha1 are known.
class Integrity {
 public:
  // Fails with EINTEGRITY when `text` names no algorithm we can compute, or
  // none of its digests has its algorithm's length. Options after '?' are
  // ignored. Spec: W3C SRI, "Parse metadata".
  static Result<Integrity> parse(std::string_view text);

  // What `tarball` hashes to, with sha512.
  static Integrity of(std::span<const std::byte> tarball);
  static Integrity of(std::string_view tarball) { return of(std::as_bytes(std::span(tarball))); }

  // Succeeds when `tarball` (the gzipped bytes, as received) has one of the
  // strongest algorithm's digests; else EINTEGRITY, naming both digests.
  // `what` (a URL or package) goes into the message.
  Result<void> verify(std::span<const std::byte> tarball, std::string_view what = {}) const;
  Result<void> verify(std::string_view tarball, std::string_view what = {}) const {
    return verify(std::as_bytes(std::span(tarball)), what);
  }

  // The strongest algorithm, "sha512", and its digests' base64 (first one).
  const std::string& algorithm() const { return digests_.front().algorithm; }
  const std::string& base64() const { return digests_.front().base64; }
  // "sha512-<base64>" of the strongest algorithm's first digest.
  std::string to_string() const { return algorithm() + "-" + base64(); }

  bool operator==(const Integrity&) const = default;

 private:
  struct Digest {
    std::string algorithm, base64;
    bool operator==(const Digest&) const = default;
  };
  std::vector<Digest> digests_;  // never empty; strongest algorithm first
};

// A digest computed piece by piece, for bytes that are never whole in memory.
class Hasher {
 public:
  // `algorithm`: "sha512", "sha384", "sha256" or "sha1".
  explicit Hasher(std::string_view algorithm);
  ~Hasher();
  Hasher(const Hasher&) = delete;
  Hasher& operator=(const Hasher&) = delete;

  void update(std::span<const std::byte> bytes);
  void update(std::string_view bytes) { update(std::as_bytes(std::span(bytes))); }
  std::string base64();  // ends it
  std::string hex();     // ends it

 private:
  std::string finish();
  struct State;
  std::unique_ptr<State> state_;
};

// Base64 with '+', '/' and padding. decode skips nothing: anything outside the
// alphabet ends it.
std::string base64_encode(std::string_view bytes);
std::string base64_decode(std::string_view text);

}  // namespace pkg::registry
