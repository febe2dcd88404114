#pragma once

#include <memory>
#include <string>

#include "runtime/bindings/crypto/openssl_util.h"
#include "runtime/core/object_wrap.h"

namespace pkg::runtime::crypto {

// A key, never changed once made: shared by KeyObjects, CryptoKeys and jobs on
// other threads.
struct KeyData {
  enum Type { kSecret, kPublic, kPrivate };
  Type type = kSecret;
  ByteVector secret;  // of kSecret
  Pkey pkey;          // of the others
};
using KeyRef = std::shared_ptr<const KeyData>;

// The native half of a KeyObject. JavaScript makes it empty and the functions
// of internalBinding('crypto_keys') fill it, once.
class KeyHandle final : public ObjectWrap {
 public:
  using ObjectWrap::ObjectWrap;
  KeyRef key;

  bool can_clone() const override { return key != nullptr; }
  std::shared_ptr<TransferData> clone_data() override;
};

// The key behind a handle; null for other values.
KeyRef key_of(v8::Local<v8::Value> handle);
void fill(v8::Local<v8::Value> handle, KeyData::Type type, Pkey pkey);

// Names of key types as Node has them ("rsa", "ec", "ml-dsa-44"), from OpenSSL's.
std::string key_type_name(const EVP_PKEY* pkey);

// Functions of key_encoding.cc: see there.
void parse_key(const v8::FunctionCallbackInfo<v8::Value>& args);
void serialize_key(const v8::FunctionCallbackInfo<v8::Value>& args);

}  // namespace pkg::runtime::crypto
