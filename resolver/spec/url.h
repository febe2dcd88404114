#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace pkg::resolver {

// The parts of a URL, as the WHATWG URL standard names them. Enough of its
// parser for package specs: no international host names, no percent-encoding.
struct Url {
  std::string protocol;  // with the ':', lower case
  std::string username, password;
  std::string hostname, port;
  std::string pathname;
  std::string search;  // with the '?', or empty
  std::string hash;    // with the '#', or empty
  bool has_authority = false;

  static std::optional<Url> parse(std::string_view text);
  std::string to_string() const;
};

// decodeURIComponent: nothing for a '%' that starts no escape or bytes that
// are no UTF-8.
std::optional<std::string> decode_uri_component(std::string_view text);
std::string encode_uri_component(std::string_view text);

}  // namespace pkg::resolver
