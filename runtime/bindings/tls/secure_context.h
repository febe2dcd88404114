#pragma once

#include <string>
#include <vector>

#include <openssl/ssl.h>

#include "runtime/bindings/crypto/openssl_util.h"
#include "runtime/core/object_wrap.h"

namespace pkg::runtime::tls {

using crypto::Owned;
using Bio = Owned<BIO, BIO_free_all>;
using Certificate = Owned<X509, X509_free>;
using Session = Owned<SSL_SESSION, SSL_SESSION_free>;

// What many connections share: keys, certificates, trust, protocol versions and session tickets. Connections hold a
// reference of their own on the SSL_CTX.
class SecureContext final : public ObjectWrap {
 public:
  SecureContext(Realm& realm, v8::Local<v8::Object> object) : ObjectWrap(realm, object) {}

  Owned<SSL_CTX, SSL_CTX_free> context;
  Certificate certificate;  // the context's own, and who issued it, when they were given
  Certificate issuer;
  // Name, IV and key material of the tickets, as in TLSSocket's `ticketKeys`: 16 bytes each.
  std::uint8_t ticket_keys[48];

  // The store of trusted certificates, the context's own: OpenSSL's default one is empty and shared.
  X509_STORE* own_store();

 private:
  bool owns_store_ = false;
};

// A Buffer with the DER form of a certificate.
v8::Local<v8::Value> der_of(Realm& realm, X509* certificate);

// The certificates a machine trusts: SSL_CERT_FILE's, else the first of the usual files that there is. Read once.
const std::vector<X509*>& system_certificates();
// Those of NODE_EXTRA_CA_CERTS. Read once.
const std::vector<X509*>& extra_certificates();

}  // namespace pkg::runtime::tls
