#include "resolver/spec/url.h"

#include <algorithm>
#include <vector>

namespace pkg::resolver {
namespace {

bool is_alpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return result;
}

bool is_special(std::string_view protocol) {
  for (std::string_view known : {"http:", "https:", "ftp:", "ws:", "wss:", "file:"})
    if (protocol == known) return true;
  return false;
}

bool valid_host(std::string_view host, bool special) {
  std::string_view forbidden =
      special ? std::string_view(" #/<>?@\\^|%:[]\t\n\r") : std::string_view(" #/<>?@\\^|:[]\t\n\r");
  if (host.starts_with('[') && host.ends_with(']')) return true;
  return host.find_first_of(forbidden) == std::string_view::npos;
}

std::string without_dots(std::string_view path) {
  std::vector<std::string_view> parts;
  bool folder = true;
  std::string_view rest = path.substr(1);
  while (true) {
    std::size_t slash = rest.find('/');
    std::string_view part = rest.substr(0, slash);
    folder = part == "." || part == "..";
    if (part == "..") {
      if (!parts.empty()) parts.pop_back();
    } else if (part != ".") {
      parts.push_back(part);
    }
    if (slash == std::string_view::npos) break;
    rest.remove_prefix(slash + 1);
  }
  std::string result;
  for (std::string_view part : parts) result.append("/").append(part);
  if (folder || result.empty()) result += '/';
  return result;
}

int hex(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool is_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    auto byte = static_cast<unsigned char>(text[i]);
    std::size_t length = byte < 0x80                   ? 1
                         : byte >= 0xc2 && byte < 0xe0 ? 2
                         : byte >= 0xe0 && byte < 0xf0 ? 3
                         : byte >= 0xf0 && byte < 0xf5 ? 4
                                                       : 0;
    if (length == 0 || i + length > text.size()) return false;
    for (std::size_t j = 1; j < length; ++j)
      if ((static_cast<unsigned char>(text[i + j]) & 0xc0) != 0x80) return false;
    i += length;
  }
  return true;
}

}  // namespace

std::optional<Url> Url::parse(std::string_view text) {
  while (!text.empty() && static_cast<unsigned char>(text.front()) <= ' ') text.remove_prefix(1);
  while (!text.empty() && static_cast<unsigned char>(text.back()) <= ' ') text.remove_suffix(1);
  std::size_t colon = 0;
  while (colon < text.size() && (is_alpha(text[colon]) || (colon > 0 && (is_digit(text[colon]) || text[colon] == '+' ||
                                                                         text[colon] == '-' || text[colon] == '.'))))
    ++colon;
  if (colon == 0 || colon == text.size() || text[colon] != ':') return std::nullopt;
  Url url;
  url.protocol = lower(text.substr(0, colon + 1));
  bool special = is_special(url.protocol);
  std::string_view rest = text.substr(colon + 1);
  if (std::size_t at = rest.find('#'); at != std::string_view::npos) {
    if (at + 1 < rest.size()) url.hash = rest.substr(at);
    rest = rest.substr(0, at);
  }
  if (std::size_t at = rest.find('?'); at != std::string_view::npos) {
    if (at + 1 < rest.size()) url.search = rest.substr(at);
    rest = rest.substr(0, at);
  }
  std::string slashed(rest);
  if (special) std::replace(slashed.begin(), slashed.end(), '\\', '/');
  rest = slashed;

  if (special && url.protocol != "file:") {
    rest.remove_prefix(std::min(rest.find_first_not_of('/'), rest.size()));
    url.has_authority = true;
  } else if (rest.starts_with("//")) {
    rest.remove_prefix(2);
    url.has_authority = true;
  }
  if (!url.has_authority) {
    url.pathname = rest.starts_with('/') ? without_dots(rest)
                   : special             ? without_dots("/" + std::string(rest))
                                         : std::string(rest);
    return url;
  }
  std::size_t slash = rest.find('/');
  std::string_view authority = rest.substr(0, slash);
  if (std::size_t at = authority.rfind('@'); at != std::string_view::npos) {
    std::string_view user = authority.substr(0, at);
    authority.remove_prefix(at + 1);
    std::size_t split = user.find(':');
    url.username = user.substr(0, split);
    if (split != std::string_view::npos) url.password = user.substr(split + 1);
    if (authority.empty()) return std::nullopt;
  }
  std::size_t port = authority.starts_with('[') ? authority.find(':', authority.find(']')) : authority.find(':');
  if (port != std::string_view::npos) {
    std::string_view digits = authority.substr(port + 1);
    if (!std::all_of(digits.begin(), digits.end(), is_digit) || digits.size() > 5) return std::nullopt;
    if (!digits.empty() && std::stoi(std::string(digits)) > 65535) return std::nullopt;
    bool standard = (url.protocol == "https:" && digits == "443") || (url.protocol == "http:" && digits == "80");
    if (!standard) url.port = digits;
    authority = authority.substr(0, port);
  }
  if (!valid_host(authority, special)) return std::nullopt;
  if (authority.empty() && special && url.protocol != "file:") return std::nullopt;
  if (authority.empty() && port != std::string_view::npos) return std::nullopt;
  url.hostname = special ? lower(authority) : std::string(authority);
  if (slash != std::string_view::npos)
    url.pathname = without_dots(rest.substr(slash));
  else if (special)
    url.pathname = "/";
  return url;
}

std::string Url::to_string() const {
  std::string text = protocol;
  if (has_authority) {
    text += "//";
    if (!username.empty() || !password.empty()) {
      text += username;
      if (!password.empty()) text += ':' + password;
      text += '@';
    }
    text += hostname;
    if (!port.empty()) text += ':' + port;
  }
  return text + pathname + search + hash;
}

std::optional<std::string> decode_uri_component(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      result += text[i];
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    int high = hex(text[i + 1]), low = hex(text[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    result += static_cast<char>(high * 16 + low);
    i += 2;
  }
  if (!is_utf8(result)) return std::nullopt;
  return result;
}

std::string encode_uri_component(std::string_view text) {
  std::string result;
  for (char c : text) {
    if (is_alpha(c) || is_digit(c) || std::string_view("-_.!~*'()").find(c) != std::string_view::npos) {
      result += c;
    } else {
      static constexpr std::string_view kDigits = "0123456789ABCDEF";
      auto byte = static_cast<unsigned char>(c);
      result += '%';
      result += kDigits[byte >> 4];
      result += kDigits[byte & 15];
    }
  }
  return result;
}

}  // namespace pkg::resolver
