// internalBinding('crypto_misc'): constants, the secure heap, FIPS mode.

#include <openssl/crypto.h>
#include <openssl/dh.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/rsa.h>
#include <openssl/ssl.h>

#include "runtime/bindings/crypto/openssl_util.h"
#include "runtime/core/strings.h"

namespace pkg::runtime {

namespace crypto {

namespace {

// constants() -> object
void constants(const v8::FunctionCallbackInfo<v8::Value>& args) {
  Realm& realm = Realm::from(args);
  v8::Local<v8::Object> out = v8::Object::New(args.GetIsolate(), v8::Null(args.GetIsolate()), nullptr, nullptr, 0);
  auto set = [&](const char* name, double value) { set_constant(realm, out, name, value); };
#define PKG_SET(name) set(#name, static_cast<double>(name));
  PKG_SET(OPENSSL_VERSION_NUMBER)
  PKG_SET(SSL_OP_ALL)
  PKG_SET(SSL_OP_ALLOW_NO_DHE_KEX)
  PKG_SET(SSL_OP_ALLOW_UNSAFE_LEGACY_RENEGOTIATION)
  PKG_SET(SSL_OP_CIPHER_SERVER_PREFERENCE)
  PKG_SET(SSL_OP_CISCO_ANYCONNECT)
  PKG_SET(SSL_OP_COOKIE_EXCHANGE)
  PKG_SET(SSL_OP_CRYPTOPRO_TLSEXT_BUG)
  PKG_SET(SSL_OP_DONT_INSERT_EMPTY_FRAGMENTS)
  PKG_SET(SSL_OP_LEGACY_SERVER_CONNECT)
  PKG_SET(SSL_OP_NO_COMPRESSION)
  PKG_SET(SSL_OP_NO_ENCRYPT_THEN_MAC)
  PKG_SET(SSL_OP_NO_QUERY_MTU)
  PKG_SET(SSL_OP_NO_RENEGOTIATION)
  PKG_SET(SSL_OP_NO_SESSION_RESUMPTION_ON_RENEGOTIATION)
  PKG_SET(SSL_OP_NO_SSLv2)
  PKG_SET(SSL_OP_NO_SSLv3)
  PKG_SET(SSL_OP_NO_TICKET)
  PKG_SET(SSL_OP_NO_TLSv1)
  PKG_SET(SSL_OP_NO_TLSv1_1)
  PKG_SET(SSL_OP_NO_TLSv1_2)
  PKG_SET(SSL_OP_NO_TLSv1_3)
  PKG_SET(SSL_OP_PRIORITIZE_CHACHA)
  PKG_SET(SSL_OP_TLS_ROLLBACK_BUG)
#undef PKG_SET
  // Engines are gone from OpenSSL 4; programs still read the numbers.
  struct Number {
    const char* name;
    int value;
  };
  static constexpr Number numbers[] = {{"ENGINE_METHOD_RSA", 1},
                                       {"ENGINE_METHOD_DSA", 2},
                                       {"ENGINE_METHOD_DH", 4},
                                       {"ENGINE_METHOD_RAND", 8},
                                       {"ENGINE_METHOD_EC", 0x800},
                                       {"ENGINE_METHOD_CIPHERS", 0x40},
                                       {"ENGINE_METHOD_DIGESTS", 0x80},
                                       {"ENGINE_METHOD_PKEY_METHS", 0x200},
                                       {"ENGINE_METHOD_PKEY_ASN1_METHS", 0x400},
                                       {"ENGINE_METHOD_ALL", 0xffff},
                                       {"ENGINE_METHOD_NONE", 0},
                                       {"DH_CHECK_P_NOT_SAFE_PRIME", DH_CHECK_P_NOT_SAFE_PRIME},
                                       {"DH_CHECK_P_NOT_PRIME", DH_CHECK_P_NOT_PRIME},
                                       {"DH_UNABLE_TO_CHECK_GENERATOR", DH_UNABLE_TO_CHECK_GENERATOR},
                                       {"DH_NOT_SUITABLE_GENERATOR", DH_NOT_SUITABLE_GENERATOR},
                                       {"RSA_PKCS1_PADDING", RSA_PKCS1_PADDING},
                                       {"RSA_SSLV23_PADDING", 2},
                                       {"RSA_NO_PADDING", RSA_NO_PADDING},
                                       {"RSA_PKCS1_OAEP_PADDING", RSA_PKCS1_OAEP_PADDING},
                                       {"RSA_X931_PADDING", RSA_X931_PADDING},
                                       {"RSA_PKCS1_PSS_PADDING", RSA_PKCS1_PSS_PADDING},
                                       {"RSA_PSS_SALTLEN_DIGEST", RSA_PSS_SALTLEN_DIGEST},
                                       // The same number, as in Node: OpenSSL takes it as the longest when signing.
                                       {"RSA_PSS_SALTLEN_MAX_SIGN", RSA_PSS_SALTLEN_AUTO},
                                       {"RSA_PSS_SALTLEN_AUTO", RSA_PSS_SALTLEN_AUTO}};
  for (const Number& number : numbers) set(number.name, number.value);
  static constexpr char ciphers[] =
      "TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256:ECDHE-RSA-AES128-GCM-SHA256:"
      "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES256-GCM-SHA384:DHE-RSA-AES128-GCM-"
      "SHA256:"
      "ECDHE-RSA-AES128-SHA256:DHE-RSA-AES128-SHA256:ECDHE-RSA-AES256-SHA384:DHE-RSA-AES256-SHA384:"
      "ECDHE-RSA-AES256-SHA256:DHE-RSA-AES256-SHA256:HIGH:!aNULL:!eNULL:!EXPORT:!DES:!RC4:!MD5:!PSK:!SRP:!CAMELLIA";
  set_value(realm, out, "defaultCoreCipherList", text(args.GetIsolate(), ciphers));
  set("TLS1_VERSION", TLS1_VERSION);
  set("TLS1_1_VERSION", TLS1_1_VERSION);
  set("TLS1_2_VERSION", TLS1_2_VERSION);
  set("TLS1_3_VERSION", TLS1_3_VERSION);
  set("POINT_CONVERSION_COMPRESSED", POINT_CONVERSION_COMPRESSED);
  set("POINT_CONVERSION_UNCOMPRESSED", POINT_CONVERSION_UNCOMPRESSED);
  set("POINT_CONVERSION_HYBRID", POINT_CONVERSION_HYBRID);
  args.GetReturnValue().Set(out);
}

// getFips() -> 0 or 1
void get_fips(const v8::FunctionCallbackInfo<v8::Value>& args) {
  args.GetReturnValue().Set(EVP_default_properties_is_fips_enabled(nullptr));
}

// setFips(on): throws when the FIPS provider cannot be had
void set_fips(const v8::FunctionCallbackInfo<v8::Value>& args) {
  ERR_clear_error();
  if (EVP_default_properties_enable_fips(nullptr, args[0]->BooleanValue(args.GetIsolate())) != 1) {
    throw_openssl_error(Realm::from(args), "Setting FIPS mode failed");
  }
}

// secureHeapUsed() -> bytes in use; undefined when there is no such heap
void secure_heap_used(const v8::FunctionCallbackInfo<v8::Value>& args) {
  if (!CRYPTO_secure_malloc_initialized()) return;
  args.GetReturnValue().Set(static_cast<double>(CRYPTO_secure_used()));
}

constexpr Method kMethods[] = {
    {"constants", constants}, {"getFips", get_fips}, {"setFips", set_fips}, {"secureHeapUsed", secure_heap_used}};

}  // namespace
}  // namespace crypto

extern const Binding binding_crypto_misc;
const Binding binding_crypto_misc{"crypto_misc", crypto::kMethods};

}  // namespace pkg::runtime
