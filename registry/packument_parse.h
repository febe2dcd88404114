#pragma once

#include <string>
#include <string_view>

#include "registry/packument_form.h"

namespace pkg::registry {

// How much memory behind a document parse_packument() may read.
inline constexpr std::size_t kParsePadding = 64;

// The compact form of a registry's document, full or abbreviated. Behind
// `document` there must be kParsePadding readable bytes. `name`: what was asked
// for, used when the document does not say. A member of the wrong type counts
// as absent. Fails with EJSONPARSE (`url` is in the message) when the document
// is no JSON object. Any thread.
Result<std::string> parse_packument(std::string_view document, std::string_view name, std::string_view url,
                                    PackumentBuilder::Source source);

}  // namespace pkg::registry
