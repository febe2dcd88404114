#pragma once

#include <cstdint>
#include <string_view>

#include "resolver/semver/version.h"

namespace pkg::semver {

inline constexpr std::size_t kMaxLength = 256;
inline constexpr std::uint64_t kMaxNumber = 9007199254740991;  // JavaScript's safe integers

// Splits at dots; parts of digits only become numbers.
std::vector<Identifier> parse_prerelease_words(std::string_view text);

inline bool is_digit(char c) { return c >= '0' && c <= '9'; }
inline bool is_word(char c) { return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-'; }
inline bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

inline std::string_view trim(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

// Reads the parts of versions and of partial versions ("1.x") off a text.
class Scanner {
 public:
  Scanner(std::string_view text, Mode mode) : text_(text), mode_(mode) {}

  bool at_end() const { return at_ == text_.size(); }
  char peek() const { return at_end() ? '\0' : text_[at_]; }
  std::string_view rest() const { return text_.substr(at_); }
  bool skip(char c) {
    if (peek() != c || at_end()) return false;
    ++at_;
    return true;
  }
  // What may precede a version and means nothing: "v", "=", space.
  std::string_view skip_prefix() {
    std::size_t start = at_;
    while (!at_end() && (peek() == 'v' || peek() == '=' || is_space(peek()))) ++at_;
    return text_.substr(start, at_ - start);
  }

  // A number up to kMaxNumber; strictly without leading zeros.
  bool number(std::uint64_t& value) {
    std::size_t start = at_;
    value = 0;
    while (is_digit(peek())) {
      if (value > kMaxNumber) return false;
      value = value * 10 + static_cast<std::uint64_t>(text_[at_++] - '0');
    }
    if (at_ == start || value > kMaxNumber) return false;
    return mode_ == Mode::kLoose || text_[start] != '0' || at_ - start == 1;
  }

  // "-alpha.1" gives "alpha.1"; loosely the '-' may be missing. Empty when
  // there is none.
  std::string_view prerelease() {
    std::size_t start = at_;
    if (skip('-')) {
      if (auto found = identifiers(); !found.empty()) return found;
      at_ = start;
      if (mode_ == Mode::kStrict) return {};
    }
    return mode_ == Mode::kLoose ? identifiers() : std::string_view();
  }

  // "+a.b" gives "a.b".
  std::string_view build() {
    std::size_t start = at_;
    if (!skip('+')) return {};
    std::size_t begin = at_;
    while (true) {
      std::size_t part = at_;
      while (is_word(peek())) ++at_;
      if (at_ == part) {
        at_ = part == begin ? start : part - 1;  // leave a trailing dot unread
        break;
      }
      if (!skip('.')) break;
    }
    return at_ == start ? std::string_view() : text_.substr(begin, at_ - begin);
  }

  // Dot-separated prerelease identifiers, as many as there are.
  std::string_view identifiers() {
    std::size_t begin = at_;
    std::size_t good = at_;
    while (true) {
      std::size_t part = at_;
      bool digits = true;
      while (is_word(peek())) digits &= is_digit(text_[at_++]);
      bool bad = at_ == part || (mode_ == Mode::kStrict && digits && text_[part] == '0' && at_ - part > 1);
      if (bad) break;
      good = at_;
      if (!skip('.')) break;
    }
    at_ = good;
    return text_.substr(begin, good - begin);
  }

 private:
  std::string_view text_;
  Mode mode_;
  std::size_t at_ = 0;
};

}  // namespace pkg::semver
