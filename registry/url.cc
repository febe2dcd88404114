#include "registry/url.h"

#include <algorithm>
#include <cctype>

namespace pkg::registry {
namespace {

bool valid_host(std::string_view host) {
  if (host.empty()) return false;
  bool bracketed = host.front() == '[';
  if (bracketed != (host.back() == ']')) return false;
  return std::all_of(host.begin(), host.end(), [bracketed](char c) {
    auto byte = static_cast<unsigned char>(c);
    return byte > 127 || std::isalnum(byte) || c == '-' || c == '.' || c == '_' ||
           (bracketed && (c == '[' || c == ']' || c == ':'));
  });
}

std::string clean_path(std::string_view path) {
  std::string out;
  std::size_t at = 0;
  for (;;) {  // each segment, with the '/' before it
    std::size_t next = path.find('/', at);
    std::string_view segment = path.substr(at, next == std::string_view::npos ? next : next - at);
    bool last = next == std::string_view::npos;
    if (segment == "..") {
      out.erase(std::min(out.size(), out.rfind('/') == std::string::npos ? 0 : out.rfind('/')));
      if (last) out += '/';
    } else if (segment == ".") {
      if (last) out += '/';
    } else {
      out += '/';
      out += segment;
    }
    if (last) break;
    at = next + 1;
  }
  return out;
}

// Bytes that would let a URL say more than one line, and spaces, encoded.
std::string encode_unsafe(std::string_view text) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string out;
  for (char c : text) {
    auto byte = static_cast<unsigned char>(c);
    if (byte <= 32 || byte >= 127 || c == '"' || c == '<' || c == '>') {
      out += '%';
      out += kDigits[byte >> 4];
      out += kDigits[byte & 15];
    } else {
      out += c == '\\' ? '/' : c;
    }
  }
  return out;
}

}  // namespace

std::optional<Url> Url::parse(std::string_view text) {
  while (!text.empty() && static_cast<unsigned char>(text.front()) <= 32) text.remove_prefix(1);
  while (!text.empty() && static_cast<unsigned char>(text.back()) <= 32) text.remove_suffix(1);
  Url url;
  std::size_t colon = text.find("://");
  if (colon == std::string_view::npos) return std::nullopt;
  url.scheme = text.substr(0, colon);
  for (char& c : url.scheme) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  if (url.scheme != "http" && url.scheme != "https") return std::nullopt;
  text.remove_prefix(colon + 3);
  text = text.substr(0, text.find('#'));
  std::size_t end = std::min(text.find_first_of("/?\\"), text.size());
  std::string_view authority = text.substr(0, end), rest = text.substr(end);
  if (std::size_t at = authority.rfind('@'); at != std::string_view::npos) {
    url.user_info = authority.substr(0, at);
    authority.remove_prefix(at + 1);
  }
  std::size_t bracket = authority.rfind(']');
  std::size_t port = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
  url.host = authority.substr(0, port);
  for (char& c : url.host) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  if (!valid_host(url.host)) return std::nullopt;
  if (port != std::string_view::npos) {
    std::string_view digits = authority.substr(port + 1);
    if (digits.size() > 5 || !std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; }))
      return std::nullopt;
    url.port = digits;
    if (url.port == (url.scheme == "http" ? "80" : "443")) url.port.clear();
  }
  std::size_t query = rest.find('?');
  std::string path = encode_unsafe(rest.substr(0, query));
  url.path = clean_path(path.starts_with('/') ? std::string_view(path).substr(1) : std::string_view(path));
  if (query != std::string_view::npos) url.query = encode_unsafe(rest.substr(query));
  return url;
}

std::string Url::to_string() const { return origin() + path + query; }

std::optional<Url> Url::resolve(std::string_view reference) const {
  reference = reference.substr(0, reference.find('#'));
  if (std::size_t colon = reference.find(':'); colon != std::string_view::npos && colon < reference.find_first_of("/?"))
    return parse(reference);
  if (reference.starts_with("//")) return parse(scheme + ":" + std::string(reference));
  if (reference.starts_with('/')) return parse(origin() + std::string(reference));
  if (reference.starts_with('?')) return parse(origin() + path + std::string(reference));
  if (reference.empty()) return *this;
  return parse(origin() + path.substr(0, path.rfind('/') + 1) + std::string(reference));
}

std::string percent_decode(std::string_view text) {
  auto digit = [](char c) {
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
  };
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && digit(text[i + 1]) >= 0 && digit(text[i + 2]) >= 0) {
      out += static_cast<char>(digit(text[i + 1]) << 4 | digit(text[i + 2]));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

std::string redact_url(std::string_view text) {
  std::size_t start = text.find("://");
  if (start == std::string_view::npos) return std::string(text);
  start += 3;
  std::size_t end = std::min(text.find_first_of("/?#", start), text.size());
  std::size_t at = text.substr(0, end).rfind('@');
  if (at == std::string_view::npos || at < start) return std::string(text);
  std::string_view info = text.substr(start, at - start);
  std::size_t colon = info.find(':');
  std::string shown = colon == std::string_view::npos ? "***" : std::string(info.substr(0, colon)) + ":***";
  return std::string(text.substr(0, start)) + shown + std::string(text.substr(at));
}

}  // namespace pkg::registry
