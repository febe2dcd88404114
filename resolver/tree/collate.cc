#include "resolver/tree/collate.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace pkg::resolver {
namespace {

// Per ASCII character: its primary weight (0: ignored) and its tertiary one.
struct Weights {
  std::array<std::uint8_t, 128> primary{};
  std::array<std::uint8_t, 128> tertiary{};
};

constexpr Weights make_weights() {
  Weights weights;
  std::uint8_t next = 1;
  for (char c : {'\t', '\n', '\v', '\f', '\r'}) weights.primary[static_cast<std::size_t>(c)] = next++;
  for (char c : std::string_view(" _-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$0123456789"))
    weights.primary[static_cast<std::size_t>(c)] = next++;
  for (char c = 'a'; c <= 'z'; ++c) {
    auto upper = static_cast<std::size_t>(c - 'a' + 'A');
    weights.primary[static_cast<std::size_t>(c)] = next;
    weights.primary[upper] = next++;
    weights.tertiary[upper] = 1;
  }
  return weights;
}

constexpr Weights kWeights = make_weights();
constexpr std::uint8_t kBeyondAscii = 200;

// The next weighted character from `at` on; 0 at the end.
std::uint8_t next_primary(std::string_view text, std::size_t& at) {
  while (at < text.size()) {
    auto byte = static_cast<unsigned char>(text[at++]);
    if (byte >= 128) return kBeyondAscii;
    if (kWeights.primary[byte]) return kWeights.primary[byte];
  }
  return 0;
}

}  // namespace

int collate(std::string_view a, std::string_view b) {
  std::size_t i = 0, j = 0;
  int tie = 0;
  while (true) {
    std::uint8_t x = next_primary(a, i), y = next_primary(b, j);
    if (x != y) return x < y ? -1 : 1;
    if (x == 0) return tie;
    auto c = static_cast<unsigned char>(a[i - 1]), d = static_cast<unsigned char>(b[j - 1]);
    if (x == kBeyondAscii) {
      if (c != d) return c < d ? -1 : 1;  // UTF-8 keeps code point order
    } else if (tie == 0) {
      tie = kWeights.tertiary[c] - kWeights.tertiary[d];
    }
  }
}

std::string collation_key(std::string_view text) {
  std::string key, tertiary;
  key.reserve(text.size() * 2 + 1);
  std::size_t at = 0;
  while (std::uint8_t weight = next_primary(text, at)) {
    auto byte = static_cast<unsigned char>(text[at - 1]);
    key += static_cast<char>(weight);
    if (weight == kBeyondAscii)
      key += static_cast<char>(byte);
    else
      tertiary += static_cast<char>(1 + kWeights.tertiary[byte]);
  }
  key += '\0';
  return key + tertiary;
}

}  // namespace pkg::resolver
