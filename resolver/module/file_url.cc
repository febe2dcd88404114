#include "resolver/module/file_url.h"

#include <array>

#include <ada.h>

#include "resolver/module/package_json.h"

namespace pkg::resolver {
namespace {

// Bytes that a path and its file: URL have in common.
constexpr std::array<bool, 256> plain_table() {
  std::array<bool, 256> table{};
  for (int c = 'a'; c <= 'z'; ++c) table[c] = true;
  for (int c = 'A'; c <= 'Z'; ++c) table[c] = true;
  for (int c = '0'; c <= '9'; ++c) table[c] = true;
  for (char c : {'/', '.', '-', '_', '!', '$', '&', '\'', '(', ')', '*', '+', ',', ';', '=', ':', '@'}) {
    table[static_cast<unsigned char>(c)] = true;
  }
  return table;
}
constexpr std::array<bool, 256> kPlain = plain_table();

bool is_plain(std::string_view text) {
  for (unsigned char c : text) {
    if (!kPlain[c]) return false;
  }
  return true;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

}  // namespace

std::string path_to_file_url(std::string_view path) {
  std::string url = "file://";
  url.reserve(path.size() + 16);
  if (is_plain(path)) return url.append(path);
  for (unsigned char c : path) {
    if (kPlain[c]) {
      url.push_back(static_cast<char>(c));
    } else {
      constexpr char kDigits[] = "0123456789ABCDEF";
      url.push_back('%');
      url.push_back(kDigits[c >> 4]);
      url.push_back(kDigits[c & 15]);
    }
  }
  return url;
}

std::optional<std::string> file_url_to_path(std::string_view url) {
  if (!url.starts_with("file:///")) return std::nullopt;
  auto encoded = url_pathname(url);
  if (is_plain(encoded)) return std::string(encoded);
  std::string path;
  path.reserve(encoded.size());
  for (std::size_t i = 0; i < encoded.size(); ++i) {
    if (encoded[i] == '%' && i + 2 < encoded.size() && hex_digit(encoded[i + 1]) >= 0 &&
        hex_digit(encoded[i + 2]) >= 0) {
      path.push_back(static_cast<char>(hex_digit(encoded[i + 1]) * 16 + hex_digit(encoded[i + 2])));
      i += 2;
    } else {
      path.push_back(encoded[i]);
    }
  }
  return path;
}

std::optional<std::string> resolve_url(std::string_view reference, std::string_view base) {
  // Nearly every import is a plain relative path in a plain file: URL.
  if ((reference.starts_with("./") || reference.starts_with("../")) && base.starts_with("file:///") &&
      is_plain(reference) && is_plain(base.substr(7))) {
    std::string_view path = base.substr(7);
    std::string joined(path.substr(0, path.rfind('/') + 1));
    joined.append(reference);
    bool empty_segment = joined.find("//") != std::string::npos;
    bool folder = joined.ends_with('/') || joined.ends_with("/.") || joined.ends_with("/..");
    if (!empty_segment) {
      std::string url = "file://" + normalize_path(joined);
      if (folder && !url.ends_with('/')) url.push_back('/');
      return url;
    }
  }
  if (base.empty()) {
    auto parsed = ada::parse<ada::url_aggregator>(reference);
    if (!parsed) return std::nullopt;
    return std::string(parsed->get_href());
  }
  auto parsed_base = ada::parse<ada::url_aggregator>(base);
  if (!parsed_base) return std::nullopt;
  auto parsed = ada::parse<ada::url_aggregator>(reference, &*parsed_base);
  if (!parsed) return std::nullopt;
  return std::string(parsed->get_href());
}

std::string_view url_protocol(std::string_view url) {
  auto colon = url.find(':');
  return colon == std::string_view::npos ? std::string_view() : url.substr(0, colon + 1);
}

std::string_view url_pathname(std::string_view url) {
  auto rest = url.substr(url_protocol(url).size());
  if (rest.starts_with("//")) {
    auto slash = rest.find_first_of("/?#", 2);
    rest = slash == std::string_view::npos ? std::string_view() : rest.substr(slash);
  }
  return rest.substr(0, rest.find_first_of("?#"));
}

std::string_view url_suffix(std::string_view url) {
  auto start = url.find_first_of("?#");
  return start == std::string_view::npos ? std::string_view() : url.substr(start);
}

}  // namespace pkg::resolver
