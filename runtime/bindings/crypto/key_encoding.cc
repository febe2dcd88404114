// Keys to and from PEM and DER: PKCS #1 (RFC 8017, A.1), PKCS #8 (RFC 5958), SPKI (RFC 5280) and SEC 1 (RFC 5915).

#include <climits>
#include <cstring>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "runtime/bindings/crypto/key.h"
#include "runtime/core/strings.h"

namespace pkg::runtime::crypto {

namespace {

using Bio = Owned<BIO, BIO_free_all>;

Bio reader(std::span<const std::uint8_t> bytes) {
  return Bio(BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size())));
}

using Passphrase = std::optional<ByteVector>;

// OpenSSL asks for the passphrase here. Without this function it would ask the terminal.
int give_passphrase(char* buffer, int size, int, void* data) {
  auto* passphrase = static_cast<Passphrase*>(data);
  if (!passphrase->has_value() || size < static_cast<int>((*passphrase)->size())) return -1;
  if (!(*passphrase)->empty()) std::memcpy(buffer, (*passphrase)->data(), (*passphrase)->size());
  return static_cast<int>((*passphrase)->size());
}

// The body of the first PEM block of this name; nothing when there is none.
std::optional<ByteVector> pem_block(std::span<const std::uint8_t> bytes, const char* name) {
  Bio bio = reader(bytes);
  unsigned char* data = nullptr;
  long size = 0;
  // A null callback would prompt for the passphrase of an encrypted block.
  Passphrase none;
  if (PEM_bytes_read_bio(&data, &size, nullptr, name, bio.get(), give_passphrase, &none) != 1) return std::nullopt;
  ByteVector out(data, data + size);
  OPENSSL_free(data);
  return out;
}

Pkey from_spki(std::span<const std::uint8_t> der) {
  const unsigned char* at = der.data();
  return Pkey(d2i_PUBKEY(nullptr, &at, static_cast<long>(der.size())));
}

Pkey from_rsa_public(std::span<const std::uint8_t> der) {
  const unsigned char* at = der.data();
  return Pkey(d2i_PublicKey(EVP_PKEY_RSA, nullptr, &at, static_cast<long>(der.size())));
}

Pkey from_certificate(std::span<const std::uint8_t> der) {
  const unsigned char* at = der.data();
  Owned<X509, X509_free> certificate(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
  return Pkey(certificate ? X509_get_pubkey(certificate.get()) : nullptr);
}

// The public key of a PEM text. `found` tells whether one of the blocks that hold public keys was there.
Pkey public_from_pem(std::span<const std::uint8_t> bytes, bool& found) {
  struct Kind {
    const char* name;
    Pkey (*read)(std::span<const std::uint8_t>);
  };
  static constexpr Kind kinds[] = {
      {PEM_STRING_PUBLIC, from_spki}, {PEM_STRING_RSA_PUBLIC, from_rsa_public}, {PEM_STRING_X509, from_certificate}};
  for (const Kind& kind : kinds) {
    ERR_clear_error();
    if (auto der = pem_block(bytes, kind.name)) {
      found = true;
      return kind.read(*der);
    }
  }
  ERR_clear_error();
  found = false;
  return nullptr;
}

// Whether this DER SEQUENCE begins with another SEQUENCE: an EncryptedPrivateKeyInfo; a PrivateKeyInfo begins with its
// version, an INTEGER.
bool is_encrypted_pkcs8(std::span<const std::uint8_t> der) {
  if (der.size() < 4 || der[0] != 0x30) return false;
  std::size_t header = 2;
  if (der[1] & 0x80) header += der[1] & 0x7f;
  return der.size() > header && der[header] == 0x30;
}

Pkey private_from_der(std::span<const std::uint8_t> der, const std::string& type, Passphrase& passphrase) {
  const unsigned char* at = der.data();
  long size = static_cast<long>(der.size());
  if (type == "pkcs1") {
    Pkey key(d2i_PrivateKey(EVP_PKEY_RSA, nullptr, &at, size));
    // This reader keeps its reasons to itself; the general one tells why it cannot read the same either.
    if (!key && ERR_peek_error() == 0) key.reset(d2i_PrivateKey_bio(reader(der).get(), nullptr));
    return key;
  }
  if (type == "sec1") return Pkey(d2i_PrivateKey(EVP_PKEY_EC, nullptr, &at, size));
  Bio bio = reader(der);
  if (is_encrypted_pkcs8(der)) return Pkey(d2i_PKCS8PrivateKey_bio(bio.get(), nullptr, give_passphrase, &passphrase));
  Owned<PKCS8_PRIV_KEY_INFO, PKCS8_PRIV_KEY_INFO_free> info(d2i_PKCS8_PRIV_KEY_INFO_bio(bio.get(), nullptr));
  return Pkey(info ? EVP_PKCS82PKEY(info.get()) : nullptr);
}

ByteVector contents(BIO* bio) {
  char* data = nullptr;
  long size = BIO_get_mem_data(bio, &data);
  return {data, data + size};
}

bool write_public(BIO* bio, EVP_PKEY* pkey, bool pem, const std::string& type) {
  if (type == "spki") return (pem ? PEM_write_bio_PUBKEY(bio, pkey) : i2d_PUBKEY_bio(bio, pkey)) == 1;
  unsigned char* der = nullptr;
  int size = i2d_PublicKey(pkey, &der);
  if (size < 0) return false;
  bool good = pem ? PEM_write_bio(bio, PEM_STRING_RSA_PUBLIC, "", der, size) > 0 : BIO_write(bio, der, size) == size;
  OPENSSL_free(der);
  return good;
}

bool write_private(BIO* bio, EVP_PKEY* pkey, bool pem, const std::string& type, const EVP_CIPHER* cipher,
                   ByteVector& passphrase) {
  // OpenSSL takes a null passphrase as a reason to ask for one.
  static unsigned char empty = 0;
  unsigned char* pass = cipher ? (passphrase.empty() ? &empty : passphrase.data()) : nullptr;
  int size = static_cast<int>(passphrase.size());
  if (type == "pkcs8") {
    char* text = reinterpret_cast<char*>(pass);
    return (pem ? PEM_write_bio_PKCS8PrivateKey(bio, pkey, cipher, text, size, nullptr, nullptr)
                : i2d_PKCS8PrivateKey_bio(bio, pkey, cipher, text, size, nullptr, nullptr)) == 1;
  }
  if (pem) return PEM_write_bio_PrivateKey_traditional(bio, pkey, cipher, pass, size, nullptr, nullptr) == 1;
  return i2d_PrivateKey_bio(bio, pkey) == 1;
}

}  // namespace

// parse(handle, want: 1 public | 2 private, bytes, pem, type?, passphrase?): fills the handle or throws. A private key
// does where a public one is wanted.
void parse_key(const v8::FunctionCallbackInfo<v8::Value>& args) {
  Realm& realm = Realm::from(args);
  bool want_public = args[1]->Int32Value(realm.context()).FromMaybe(0) == KeyData::kPublic;
  Bytes bytes(args[2]);
  bool pem = args[3]->IsTrue();
  std::string type = args[4]->IsString() ? to_utf8(args.GetIsolate(), args[4]) : "";
  Passphrase passphrase;
  if (!args[5]->IsUndefined()) {
    Bytes given(args[5]);
    passphrase.emplace(given.data(), given.data() + given.size());
  }
  ERR_clear_error();
  Pkey pkey;
  bool found = false;
  if (bytes.size() > INT_MAX) {
    pkey = nullptr;
  } else if (pem) {
    if (want_public) pkey = public_from_pem(bytes.span(), found);
    if (!pkey && !found) {
      Bio bio = reader(bytes.span());
      pkey.reset(PEM_read_bio_PrivateKey(bio.get(), nullptr, give_passphrase, &passphrase));
    }
  } else if (want_public && type == "spki") {
    pkey = from_spki(bytes.span());
  } else {
    if (want_public && type == "pkcs1") pkey = from_rsa_public(bytes.span());
    if (!pkey) {
      ERR_clear_error();
      pkey = private_from_der(bytes.span(), type, passphrase);
    }
  }
  if (!pkey) {
    // What the DER reader's own words are differs by version; Node tells only that it failed.
    if (!passphrase && !pem && type == "pkcs8" && is_encrypted_pkcs8(bytes.span())) {
      ERR_clear_error();
      return throw_coded(realm, "ERR_MISSING_PASSPHRASE", "Passphrase required for encrypted key",
                         v8::Exception::TypeError);
    }
    if (!pem && type == "spki") ERR_clear_error();
    return throw_openssl_error(realm, "Failed to read asymmetric key");
  }
  ERR_clear_error();
  fill(args[0], want_public ? KeyData::kPublic : KeyData::kPrivate, std::move(pkey));
}

// serialize(handle, pem, type, cipher name?, passphrase?) -> string of PEM or Buffer of DER
void serialize_key(const v8::FunctionCallbackInfo<v8::Value>& args) {
  Realm& realm = Realm::from(args);
  KeyRef key = key_of(args[0]);
  bool pem = args[1]->IsTrue();
  std::string type = to_utf8(args.GetIsolate(), args[2]);
  const EVP_CIPHER* cipher = nullptr;
  ByteVector passphrase;
  if (args[3]->IsString()) {
    cipher = find_cipher(to_utf8(args.GetIsolate(), args[3]));
    if (!cipher) return throw_coded(realm, "ERR_CRYPTO_UNKNOWN_CIPHER", "Unknown cipher");
    Bytes given(args[4]);
    passphrase.assign(given.data(), given.data() + given.size());
  }
  std::string kind = key_type_name(key->pkey.get());
  if (type == "pkcs1" && kind != "rsa") {
    return throw_coded(realm, "ERR_CRYPTO_INCOMPATIBLE_KEY_OPTIONS",
                       "The selected key encoding pkcs1 can only be used for RSA keys.");
  }
  if (type == "sec1" && kind != "ec") {
    return throw_coded(realm, "ERR_CRYPTO_INCOMPATIBLE_KEY_OPTIONS",
                       "The selected key encoding sec1 can only be used for EC keys.");
  }
  ERR_clear_error();
  Bio bio(BIO_new(BIO_s_secmem()));
  bool good = key->type == KeyData::kPublic ? write_public(bio.get(), key->pkey.get(), pem, type)
                                            : write_private(bio.get(), key->pkey.get(), pem, type, cipher, passphrase);
  if (!good) return throw_openssl_error(realm, "Failed to encode key");
  ByteVector out = contents(bio.get());
  if (!pem) return args.GetReturnValue().Set(make_buffer(realm, out));
  args.GetReturnValue().Set(text(args.GetIsolate(), {reinterpret_cast<const char*>(out.data()), out.size()}));
}

}  // namespace pkg::runtime::crypto
