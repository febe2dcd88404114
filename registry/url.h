#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace pkg::registry {

// An absolute http or https URL in its parts. Only what registries need: the
// WHATWG rules on dots in paths and on default ports, no IDNA.
struct Url {
  std::string scheme;     // "http" or "https"
  std::string user_info;  // "user:password", still percent-encoded; may be empty
  std::string host;       // lower case; IPv6 in brackets
  std::string port;       // empty for the scheme's own
  std::string path;       // begins with '/'; "." and ".." resolved
  std::string query;      // with its '?', or empty; a fragment is dropped

  // Nothing when `text` is no such URL.
  static std::optional<Url> parse(std::string_view text);

  std::string authority() const { return port.empty() ? host : host + ":" + port; }  // "host:8080"
  std::string origin() const { return scheme + "://" + authority(); }
  std::string to_string() const;  // without user_info

  // What `reference` (as in a Location header) means here.
  std::optional<Url> resolve(std::string_view reference) const;
};

// "%41" and the like decoded; what is no such sequence stays.
std::string percent_decode(std::string_view text);

// `text` with user info, tokens and the like masked, for messages.
std::string redact_url(std::string_view text);

}  // namespace pkg::registry
