#include "registry/integrity.h"

// The digests' own functions, rather than OpenSSL's EVP: those bring providers,
// configuration files and start-up work that a package manager has no use for.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>

#include <algorithm>
#include <array>

namespace pkg::registry {
namespace {

union Context {
  SHA_CTX sha1;
  SHA256_CTX sha256;
  SHA512_CTX sha512;
};

struct Algorithm {
  std::string_view name;
  std::size_t digest_bytes;
  void (*init)(Context&);
  void (*update)(Context&, const void* data, std::size_t size);
  void (*final)(Context&, unsigned char* out);
};

// Strongest first.
constexpr std::array<Algorithm, 4> kAlgorithms{{
    {"sha512", 64, [](Context& c) { SHA512_Init(&c.sha512); },
     [](Context& c, const void* data, std::size_t size) { SHA512_Update(&c.sha512, data, size); },
     [](Context& c, unsigned char* out) { SHA512_Final(out, &c.sha512); }},
    {"sha384", 48, [](Context& c) { SHA384_Init(&c.sha512); },
     [](Context& c, const void* data, std::size_t size) { SHA384_Update(&c.sha512, data, size); },
     [](Context& c, unsigned char* out) { SHA384_Final(out, &c.sha512); }},
    {"sha256", 32, [](Context& c) { SHA256_Init(&c.sha256); },
     [](Context& c, const void* data, std::size_t size) { SHA256_Update(&c.sha256, data, size); },
     [](Context& c, unsigned char* out) { SHA256_Final(out, &c.sha256); }},
    {"sha1", 20, [](Context& c) { SHA1_Init(&c.sha1); },
     [](Context& c, const void* data, std::size_t size) { SHA1_Update(&c.sha1, data, size); },
     [](Context& c, unsigned char* out) { SHA1_Final(out, &c.sha1); }},
}};

const Algorithm* find_algorithm(std::string_view name) {
  for (const Algorithm& algorithm : kAlgorithms)
    if (algorithm.name == name) return &algorithm;
  return nullptr;
}

std::size_t strength(std::string_view name) {
  return kAlgorithms.size() - static_cast<std::size_t>(find_algorithm(name) - kAlgorithms.data());
}

std::string digest_of(const Algorithm& algorithm, std::span<const std::byte> bytes) {
  Context context;
  unsigned char out[SHA512_DIGEST_LENGTH];
  algorithm.init(context);
  algorithm.update(context, bytes.data(), bytes.size());
  algorithm.final(context, out);
  return base64_encode({reinterpret_cast<const char*>(out), algorithm.digest_bytes});
}

}  // namespace

Result<Integrity> Integrity::parse(std::string_view text) {
  Integrity integrity;
  std::size_t at = 0;
  while (at < text.size()) {
    std::size_t start = text.find_first_not_of(" \t\r\n\f\v", at);
    if (start == std::string_view::npos) break;
    std::size_t end = text.find_first_of(" \t\r\n\f\v", start);
    if (end == std::string_view::npos) end = text.size();
    std::string_view item = text.substr(start, end - start);
    at = end;
    std::size_t dash = item.find('-');
    if (dash == std::string_view::npos) continue;
    const Algorithm* algorithm = find_algorithm(item.substr(0, dash));
    if (!algorithm) continue;
    std::string_view encoded = item.substr(dash + 1, item.find('?') - dash - 1);
    std::string bytes = base64_decode(encoded);
    if (bytes.size() != algorithm->digest_bytes) continue;
    // Encoded anew, so that equal digests are equal text, and so that a name
    // made of it holds nothing but base64.
    integrity.digests_.push_back({std::string(algorithm->name), base64_encode(bytes)});
  }
  if (integrity.digests_.empty())
    return fail(code::kIntegrity,
                "the integrity \"" + std::string(text.substr(0, 200)) + "\" has no digest of a known kind",
                "sha512, sha384, sha256 and sha1 are known");
  std::stable_sort(integrity.digests_.begin(), integrity.digests_.end(),
                   [](const Digest& a, const Digest& b) { return strength(a.algorithm) > strength(b.algorithm); });
  return integrity;
}

Integrity Integrity::of(std::span<const std::byte> tarball) {
  Integrity integrity;
  integrity.digests_.push_back({std::string(kAlgorithms[0].name), digest_of(kAlgorithms[0], tarball)});
  return integrity;
}

Result<void> Integrity::verify(std::span<const std::byte> tarball, std::string_view what) const {
  std::string found = digest_of(*find_algorithm(algorithm()), tarball);
  for (const Digest& digest : digests_) {
    if (digest.algorithm != algorithm()) break;
    if (digest.base64 == found) return {};
  }
  std::string message(what);
  if (!message.empty()) message += ": ";
  message += algorithm() + " integrity checksum failed: wanted " + to_string() + " but got " + algorithm() + "-" +
             found + " (" + std::to_string(tarball.size()) + " bytes)";
  return fail(code::kIntegrity, std::move(message),
              "the tarball is not the one that was promised; if that is expected, remove its entry from the lockfile");
}

struct Hasher::State {
  const Algorithm* algorithm;
  Context context;
};

Hasher::Hasher(std::string_view algorithm) : state_(std::make_unique<State>()) {
  state_->algorithm = find_algorithm(algorithm);
  PKG_CHECK(state_->algorithm);
  state_->algorithm->init(state_->context);
}
Hasher::~Hasher() = default;

void Hasher::update(std::span<const std::byte> bytes) {
  state_->algorithm->update(state_->context, bytes.data(), bytes.size());
}

std::string Hasher::finish() {
  unsigned char out[SHA512_DIGEST_LENGTH];
  state_->algorithm->final(state_->context, out);
  return {reinterpret_cast<const char*>(out), state_->algorithm->digest_bytes};
}

std::string Hasher::base64() { return base64_encode(finish()); }

std::string Hasher::hex() {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  for (unsigned char byte : finish()) {
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
  }
  return out;
}

std::string base64_encode(std::string_view bytes) {
  static constexpr char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::size_t left = bytes.size() - i;
    std::uint32_t word = static_cast<unsigned char>(bytes[i]) << 16;
    if (left > 1) word |= static_cast<unsigned char>(bytes[i + 1]) << 8;
    if (left > 2) word |= static_cast<unsigned char>(bytes[i + 2]);
    out += kAlphabet[word >> 18];
    out += kAlphabet[word >> 12 & 63];
    out += left > 1 ? kAlphabet[word >> 6 & 63] : '=';
    out += left > 2 ? kAlphabet[word & 63] : '=';
  }
  return out;
}

std::string base64_decode(std::string_view text) {
  std::string out;
  out.reserve(text.size() / 4 * 3);
  std::uint32_t word = 0;
  int bits = 0;
  for (char c : text) {
    int value = c >= 'A' && c <= 'Z'   ? c - 'A'
                : c >= 'a' && c <= 'z' ? c - 'a' + 26
                : c >= '0' && c <= '9' ? c - '0' + 52
                : c == '+' || c == '-' ? 62
                : c == '/' || c == '_' ? 63
                                       : -1;
    if (value < 0) break;
    word = word << 6 | static_cast<std::uint32_t>(value);
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      out += static_cast<char>(word >> bits & 255);
    }
  }
  return out;
}

}  // namespace pkg::registry
