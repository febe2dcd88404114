#include "installer/ignore_rule.h"

#include <algorithm>

namespace pkg::installer {
namespace {

constexpr std::size_t kMaxPatterns = 1000;
constexpr int kBudget = 200'000;  // steps of one match: a pattern cannot take for ever

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

// Runs of slashes count as one; "/a" begins with an empty part, "a/" ends with one.
std::vector<std::string> split(std::string_view path) {
  std::vector<std::string> parts(1);
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (path[i] != '/')
      parts.back() += path[i];
    else if (i == 0 || path[i - 1] != '/')
      parts.emplace_back();
  }
  return parts;
}

// The end of the bracket, brace or parenthesis that opens at `open`, or npos.
std::size_t closing(std::string_view text, std::size_t open, char opens, char closes) {
  int depth = 0;
  for (std::size_t i = open; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == opens) {
      ++depth;
    } else if (text[i] == closes && --depth == 0) {
      return i;
    }
  }
  return std::string_view::npos;
}

std::vector<std::string> alternatives(std::string_view inside, char separator, char opens, char closes) {
  std::vector<std::string> items(1);
  int depth = 0;
  for (std::size_t i = 0; i < inside.size(); ++i) {
    char c = inside[i];
    if (c == '\\' && i + 1 < inside.size()) {
      items.back() += c;
      items.back() += inside[++i];
      continue;
    }
    if (c == opens) ++depth;
    if (c == closes) --depth;
    if (c == separator && depth == 0)
      items.emplace_back();
    else
      items.back() += c;
  }
  return items;
}

void expand_braces(const std::string& pattern, std::vector<std::string>& out) {
  for (std::size_t open = pattern.find('{'); open != std::string::npos; open = pattern.find('{', open + 1)) {
    if (open > 0 && (pattern[open - 1] == '\\' || pattern[open - 1] == '$')) continue;
    std::size_t close = closing(pattern, open, '{', '}');
    if (close == std::string::npos || out.size() > kMaxPatterns) break;
    auto items = alternatives(std::string_view(pattern).substr(open + 1, close - open - 1), ',', '{', '}');
    if (items.size() < 2) continue;
    for (const std::string& item : items)
      expand_braces(pattern.substr(0, open) + item + pattern.substr(close + 1), out);
    return;
  }
  out.push_back(pattern);
}

}  // namespace

IgnoreRule::IgnoreRule(std::string_view line, RuleStyle style) : style_(style) {
  while (line.starts_with('!')) {
    negated_ = !negated_;
    line.remove_prefix(1);
  }
  std::vector<std::string> expanded;
  expand_braces(std::string(line), expanded);
  for (const std::string& pattern : expanded) {
    Parts parts;
    for (std::string& part : split(pattern)) {
      if (part == "**" && !parts.empty() && parts.back() == "**") continue;
      bool up = part == ".." && !parts.empty();
      if (up && !parts.back().empty() && parts.back() != ".." && parts.back() != "." && parts.back() != "**")
        parts.pop_back();
      else
        parts.push_back(std::move(part));
    }
    if (parts.empty()) parts.emplace_back();
    patterns_.push_back(std::move(parts));
  }
}

bool IgnoreRule::is_relative() const {
  return std::any_of(patterns_.begin(), patterns_.end(),
                     [](const Parts& parts) { return parts.size() <= (parts.back().empty() ? 2u : 1u); });
}

bool IgnoreRule::same(char a, char b) const { return style_ == RuleStyle::kIgnoreFile ? lower(a) == lower(b) : a == b; }

bool IgnoreRule::match(std::string_view path, Extent extent) const {
  if (path == "/" && extent == Extent::kPartial) return true;
  Parts parts = split(path);
  int budget = kBudget;
  for (const Parts& pattern : patterns_) {
    if (style_ == RuleStyle::kIgnoreFile && pattern.size() == 1) {
      auto last = std::find_if(parts.rbegin(), parts.rend(), [](const std::string& part) { return !part.empty(); });
      if (match_from({last == parts.rend() ? std::string() : *last}, 0, pattern, 0, extent, budget)) return true;
    } else if (match_from(parts, 0, pattern, 0, extent, budget)) {
      return true;
    }
  }
  return false;
}

bool IgnoreRule::match_from(const Parts& path, std::size_t at, const Parts& pattern, std::size_t part, Extent extent,
                            int& budget) const {
  for (; at < path.size() && part < pattern.size(); ++at, ++part) {
    if (--budget < 0) return false;
    if (pattern[part] == "**") {
      if (part + 1 == pattern.size())
        return std::none_of(path.begin() + static_cast<long>(at), path.end(),
                            [](const std::string& name) { return name == "." || name == ".."; });
      for (std::size_t from = at; from < path.size(); ++from) {
        if (match_from(path, from, pattern, part + 1, extent, budget)) return true;
        if (path[from] == "." || path[from] == "..") return false;
      }
      return extent == Extent::kPartial;
    }
    if (!match_part(pattern[part], path[at], budget)) return false;
  }
  if (at == path.size() && part == pattern.size()) return true;
  if (at == path.size()) return extent == Extent::kPartial;
  return at + 1 == path.size() && path[at].empty();
}

bool IgnoreRule::match_part(std::string_view pattern, std::string_view text, int& budget) const {
  // A star alone is some name.
  if (pattern == "*") return !text.empty() && text != "." && text != "..";
  while (true) {
    if (--budget < 0) return false;
    if (pattern.empty()) return text.empty();
    char c = pattern[0];
    if (pattern.size() > 1 && pattern[1] == '(' && std::string_view("?*+@!").find(c) != std::string_view::npos)
      if (std::size_t close = closing(pattern, 1, '(', ')'); close != std::string_view::npos)
        return match_set(pattern, text, close, budget);
    if (c == '*') {
      while (pattern.starts_with('*') && !(pattern.size() > 1 && pattern[1] == '(')) pattern.remove_prefix(1);
      for (std::size_t i = 0; i <= text.size(); ++i)
        if (match_part(pattern.empty() ? std::string_view() : pattern, text.substr(i), budget)) return true;
      return false;
    }
    if (text.empty()) return false;
    if (c == '[') {
      std::size_t close = pattern.find(']', pattern.size() > 1 && (pattern[1] == '!' || pattern[1] == '^') ? 3 : 2);
      if (close != std::string_view::npos) {
        std::string_view set = pattern.substr(1, close - 1);
        bool inverted = set.starts_with('!') || set.starts_with('^');
        if (inverted) set.remove_prefix(1);
        bool found = false;
        for (std::size_t i = 0; i < set.size(); ++i) {
          if (i + 2 < set.size() && set[i + 1] == '-') {
            auto within = [&](char letter) { return set[i] <= letter && letter <= set[i + 2]; };
            bool folded = style_ == RuleStyle::kIgnoreFile && (within(lower(text[0])) || within(upper(text[0])));
            found = found || within(text[0]) || folded;
            i += 2;
          } else {
            if (set[i] == '\\' && i + 1 < set.size()) ++i;
            found = found || same(set[i], text[0]);
          }
        }
        if (found == inverted) return false;
        pattern.remove_prefix(close + 1);
        text.remove_prefix(1);
        continue;
      }
    }
    if (c == '\\' && pattern.size() > 1) {
      pattern.remove_prefix(1);
      c = pattern[0];
    } else if (c == '?') {
      c = text[0];
    }
    if (!same(c, text[0])) return false;
    pattern.remove_prefix(1);
    text.remove_prefix(1);
  }
}

// "+(a|b)rest", "!(a)rest" and the like; `close`: where the parenthesis ends.
bool IgnoreRule::match_set(std::string_view pattern, std::string_view text, std::size_t close, int& budget) const {
  const char kind = pattern[0];
  auto items = alternatives(pattern.substr(2, close - 2), '|', '(', ')');
  std::string_view rest = pattern.substr(close + 1);
  auto any = [&](std::string_view part) {
    return std::any_of(items.begin(), items.end(), [&](const std::string& item) {
      return item.empty() ? part.empty() : match_part(item, part, budget);
    });
  };
  if ((kind == '?' || kind == '*') && match_part(rest, text, budget)) return true;
  for (std::size_t size = 0; size <= text.size(); ++size) {
    if (--budget < 0) return false;
    bool fits = any(text.substr(0, size));
    if (kind == '!') {
      if (!fits && match_part(rest, text.substr(size), budget)) return true;
      continue;
    }
    if (!fits) continue;
    if (match_part(rest, text.substr(size), budget)) return true;
    bool again = (kind == '*' || kind == '+') && size > 0;
    if (again && match_set(pattern, text.substr(size), close, budget)) return true;
  }
  return false;
}

}  // namespace pkg::installer
