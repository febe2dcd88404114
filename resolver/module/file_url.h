#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace pkg::resolver {

// "file:///a%20b" for the absolute path "/a b": url.pathToFileURL(path).href,
// keeping a slash at the end.
std::string path_to_file_url(std::string_view path);

// The path of a file: URL, percent-decoded; nothing when `url` is no file: URL
// of this host. Query and fragment are left out.
std::optional<std::string> file_url_to_path(std::string_view url);

// `reference` resolved against the absolute URL `base` (which may be empty), or
// nothing when the result is no valid URL. Spec: WHATWG URL.
std::optional<std::string> resolve_url(std::string_view reference, std::string_view base);

// "file:" of "file:///x"; empty when there is none.
std::string_view url_protocol(std::string_view url);

// The path part of a URL as it is written there, still encoded.
std::string_view url_pathname(std::string_view url);

// What follows the path: "?query#hash".
std::string_view url_suffix(std::string_view url);

}  // namespace pkg::resolver
