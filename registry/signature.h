#pragma once

#include <string_view>

#include "resolver/base/result.h"

namespace pkg::registry {

// Whether `signature` (base64) is that of `message` by `key` (base64 of its
// SubjectPublicKeyInfo) with SHA-256: what registries sign packages with, which
// is ECDSA over P-256. A key that cannot be read verifies nothing. Errors:
// ENOCRYPTO. Spec: npm's document "About ECDSA registry signatures".
Result<bool> verify_signature(std::string_view key, std::string_view message, std::string_view signature);

}  // namespace pkg::registry
