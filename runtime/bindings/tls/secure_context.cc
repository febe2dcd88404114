// internalBinding('tls_context'): SecureContext, what tls.createSecureContext() fills.

#include "runtime/bindings/tls/secure_context.h"

#include <openssl/dh.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include "runtime/bindings/crypto/key.h"
#include "runtime/bindings/tls/tls_wrap.h"
#include "runtime/core/strings.h"

namespace pkg::runtime {

namespace tls {

namespace {

using Args = v8::FunctionCallbackInfo<v8::Value>;
using crypto::Input;
using crypto::throw_coded;
using crypto::throw_openssl_error;

SecureContext* self(const Args& args) { return ObjectWrap::self<SecureContext>(args); }
SSL_CTX* context_of(const Args& args) { return self(args)->context.get(); }
void fail(const Args& args, const char* fallback) { throw_openssl_error(Realm::from(args), fallback); }
int integer(const Args& args, int index) {
  return args[index]->Int32Value(args.GetIsolate()->GetCurrentContext()).FromMaybe(0);
}

Bio bio_of(const Input& input) { return Bio(BIO_new_mem_buf(input.data(), static_cast<int>(input.size()))); }

// A pass phrase, when there is one, for OpenSSL's PEM readers.
int give_passphrase(char* out, int size, int, void* user) {
  auto* phrase = static_cast<const Input*>(user);
  if (!phrase) return -1;
  if (static_cast<int>(phrase->size()) > size) return -1;
  std::memcpy(out, phrase->data(), phrase->size());
  return static_cast<int>(phrase->size());
}

void construct(const Args& args) { new SecureContext(Realm::from(args), args.This()); }

// init(minimum, maximum): protocol versions as OpenSSL numbers them, 0 for any
void init(const Args& args) {
  SecureContext* self = tls::self(args);
  ERR_clear_error();
  self->context.reset(SSL_CTX_new(TLS_method()));
  if (!self->context) return fail(args, "SSL_CTX_new");
  SSL_CTX* context = self->context.get();
  // Keys and ciphers that a program asks for by name are its own decision; those by default are OpenSSL's.
  SSL_CTX_set_options(context, SSL_OP_NO_SSLv2 | SSL_OP_NO_SSLv3 | SSL_OP_ALLOW_CLIENT_RENEGOTIATION);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_SERVER | SSL_SESS_CACHE_NO_INTERNAL |
                                              SSL_SESS_CACHE_NO_AUTO_CLEAR);
  SSL_CTX_set_min_proto_version(context, integer(args, 0));
  SSL_CTX_set_max_proto_version(context, integer(args, 1));
  if (RAND_bytes(self->ticket_keys, sizeof self->ticket_keys) != 1) return fail(args, "RAND_bytes");
  prepare_context(*self);
}

// setKey(PEM, passphrase?)
void set_key(const Args& args) {
  Input pem(args.GetIsolate(), args[0]);
  std::optional<Input> phrase;
  if (!args[1]->IsNullOrUndefined()) phrase.emplace(args.GetIsolate(), args[1]);
  ERR_clear_error();
  Bio bio = bio_of(pem);
  crypto::Pkey key(PEM_read_bio_PrivateKey(bio.get(), nullptr, give_passphrase, phrase ? &*phrase : nullptr));
  if (!key) return fail(args, "PEM_read_bio_PrivateKey");
  if (SSL_CTX_use_PrivateKey(context_of(args), key.get()) != 1) return fail(args, "SSL_CTX_use_PrivateKey");
}

// Takes the first certificate as the context's own and the rest as its chain; finds who issued it. False: see the
// queue.
bool use_chain(SecureContext& self, Certificate leaf, std::vector<Certificate> chain) {
  SSL_CTX* context = self.context.get();
  if (SSL_CTX_use_certificate(context, leaf.get()) != 1) return false;
  // Each kind of key has a certificate and a chain of its own.
  SSL_CTX_clear_chain_certs(context);
  self.issuer.reset();
  for (Certificate& each : chain) {
    if (!self.issuer && X509_check_issued(each.get(), leaf.get()) == X509_V_OK) {
      X509_up_ref(each.get());
      self.issuer.reset(each.get());
    }
    if (SSL_CTX_add1_chain_cert(context, each.get()) != 1) return false;
  }
  if (!self.issuer) {
    Owned<X509_STORE_CTX, X509_STORE_CTX_free> search(X509_STORE_CTX_new());
    X509* issuer = nullptr;
    if (search && X509_STORE_CTX_init(search.get(), SSL_CTX_get_cert_store(context), nullptr, nullptr) == 1 &&
        X509_STORE_CTX_get1_issuer(&issuer, search.get(), leaf.get()) == 1) {
      self.issuer.reset(issuer);
    }
    ERR_clear_error();
  }
  self.certificate = std::move(leaf);
  return true;
}

// setCert(PEM of the certificate and its chain)
void set_cert(const Args& args) {
  Input pem(args.GetIsolate(), args[0]);
  ERR_clear_error();
  Bio bio = bio_of(pem);
  Certificate leaf(PEM_read_bio_X509_AUX(bio.get(), nullptr, give_passphrase, nullptr));
  if (!leaf) return fail(args, "PEM_read_bio_X509_AUX");
  std::vector<Certificate> chain;
  while (X509* next = PEM_read_bio_X509(bio.get(), nullptr, give_passphrase, nullptr)) chain.emplace_back(next);
  unsigned long last = ERR_peek_last_error();
  if (last != 0 && !(ERR_GET_LIB(last) == ERR_LIB_PEM && ERR_GET_REASON(last) == PEM_R_NO_START_LINE)) {
    return fail(args, "PEM_read_bio_X509");
  }
  ERR_clear_error();
  if (!use_chain(*self(args), std::move(leaf), std::move(chain))) return fail(args, "SSL_CTX_use_certificate_chain");
}

// addCACert(PEM): every certificate in it is trusted
void add_ca_cert(const Args& args) {
  Input pem(args.GetIsolate(), args[0]);
  ERR_clear_error();
  Bio bio = bio_of(pem);
  X509_STORE* store = self(args)->own_store();
  while (X509* read = PEM_read_bio_X509_AUX(bio.get(), nullptr, give_passphrase, nullptr)) {
    Certificate certificate(read);
    X509_STORE_add_cert(store, read);
    SSL_CTX_add_client_CA(context_of(args), read);
  }
  ERR_clear_error();
}

// addRootCerts(): the machine's, and NODE_EXTRA_CA_CERTS
void add_root_certs(const Args& args) {
  X509_STORE* store = self(args)->own_store();
  for (const auto* all : {&system_certificates(), &extra_certificates()}) {
    for (X509* certificate : *all) X509_STORE_add_cert(store, certificate);
  }
  ERR_clear_error();
}

// addCRL(PEM)
void add_crl(const Args& args) {
  Input pem(args.GetIsolate(), args[0]);
  ERR_clear_error();
  Bio bio = bio_of(pem);
  Owned<X509_CRL, X509_CRL_free> crl(PEM_read_bio_X509_CRL(bio.get(), nullptr, give_passphrase, nullptr));
  if (!crl) return throw_coded(Realm::from(args), "ERR_CRYPTO_OPERATION_FAILED", "Failed to parse CRL");
  X509_STORE* store = self(args)->own_store();
  X509_STORE_add_crl(store, crl.get());
  X509_STORE_set_flags(store, X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL);
}

template <int (*Set)(SSL_CTX*, const char*)>
void set_list(const Args& args) {
  ERR_clear_error();
  std::string list = to_utf8(args.GetIsolate(), args[0]);
  if (Set(context_of(args), list.c_str()) != 1) fail(args, "Failed to set the list");
}

// setCiphers(list of TLS 1.2's and older). An empty list is fine where TLS 1.3 has its own.
void set_ciphers(const Args& args) {
  ERR_clear_error();
  std::string list = to_utf8(args.GetIsolate(), args[0]);
  if (SSL_CTX_set_cipher_list(context_of(args), list.c_str()) == 1) return;
  unsigned long error = ERR_peek_error();
  if (list.empty() && ERR_GET_REASON(error) == SSL_R_NO_CIPHER_MATCH) return ERR_clear_error();
  fail(args, "Failed to set ciphers");
}

int set_sigalgs_list(SSL_CTX* context, const char* list) {
  return static_cast<int>(SSL_CTX_set1_sigalgs_list(context, list));
}

// setECDHCurve(list)
void set_ecdh_curve(const Args& args) {
  ERR_clear_error();
  std::string list = to_utf8(args.GetIsolate(), args[0]);
  if (list == "auto") return;
  if (SSL_CTX_set1_groups_list(context_of(args), list.c_str()) != 1) {
    ERR_clear_error();
    throw_coded(Realm::from(args), "ERR_CRYPTO_OPERATION_FAILED", "Failed to set ECDH curve");
  }
}

// setDHParam(PEM | true for OpenSSL's own) -> bits when they are too few, or undefined
void set_dh_param(const Args& args) {
  SSL_CTX* context = context_of(args);
  if (args[0]->IsTrue()) {
    SSL_CTX_set_dh_auto(context, 1);
    return;
  }
  Input pem(args.GetIsolate(), args[0]);
  ERR_clear_error();
  Bio bio = bio_of(pem);
  crypto::Pkey parameters(PEM_read_bio_Parameters(bio.get(), nullptr));
  // What is no DH parameter is taken as none, as older programs expect.
  if (!parameters) return ERR_clear_error();
  int bits = EVP_PKEY_get_bits(parameters.get());
  if (bits < 1024) {
    return throw_coded(Realm::from(args), "ERR_INVALID_ARG_VALUE", "DH parameter is less than 1024 bits",
                       v8::Exception::Error);
  }
  if (bits < 2048) args.GetReturnValue().Set(bits);
  if (SSL_CTX_set0_tmp_dh_pkey(context, parameters.get()) != 1) {
    ERR_clear_error();
    return throw_coded(Realm::from(args), "ERR_CRYPTO_OPERATION_FAILED", "Error setting temp DH parameter");
  }
  std::ignore = parameters.release();
}

// setOptions(SSL_OP_... bits)
void set_options(const Args& args) {
  SSL_CTX_set_options(
      context_of(args),
      static_cast<std::uint64_t>(args[0]->IntegerValue(args.GetIsolate()->GetCurrentContext()).FromMaybe(0)));
}

void set_session_id_context(const Args& args) {
  ERR_clear_error();
  Input id(args.GetIsolate(), args[0]);
  if (SSL_CTX_set_session_id_context(context_of(args), id.data(), static_cast<unsigned>(id.size())) != 1) {
    fail(args, "SSL_CTX_set_session_id_context");
  }
}

void set_session_timeout(const Args& args) { SSL_CTX_set_timeout(context_of(args), integer(args, 0)); }

void set_partial_chain(const Args& args) { X509_STORE_set_flags(self(args)->own_store(), X509_V_FLAG_PARTIAL_CHAIN); }

// loadPKCS12(bytes, passphrase?): key, certificate and chain
void load_pkcs12(const Args& args) {
  Input bytes(args.GetIsolate(), args[0]);
  std::string phrase = args[1]->IsNullOrUndefined() ? ""
                                                    : std::string(Input(args.GetIsolate(), args[1]).span().begin(),
                                                                  Input(args.GetIsolate(), args[1]).span().end());
  ERR_clear_error();
  Bio bio = bio_of(bytes);
  Owned<PKCS12, PKCS12_free> archive(d2i_PKCS12_bio(bio.get(), nullptr));
  if (!archive) return fail(args, "Unable to load PFX certificate");
  EVP_PKEY* key = nullptr;
  X509* leaf = nullptr;
  STACK_OF(X509)* chain = nullptr;
  if (PKCS12_parse(archive.get(), phrase.c_str(), &key, &leaf, &chain) != 1) {
    unsigned long error = ERR_peek_error();
    if (ERR_GET_REASON(error) == PKCS12_R_MAC_VERIFY_FAILURE) {
      ERR_clear_error();
      args.GetIsolate()->ThrowException(v8::Exception::Error(text(args.GetIsolate(), "mac verify failure")));
      return;
    }
    return fail(args, "Unable to load PFX certificate");
  }
  crypto::Pkey own_key(key);
  Certificate own_leaf(leaf);
  std::vector<Certificate> rest;
  while (chain && sk_X509_num(chain) > 0) rest.emplace_back(sk_X509_shift(chain));
  sk_X509_free(chain);
  auto refuse = [&](const char* message) {
    ERR_clear_error();
    args.GetIsolate()->ThrowException(v8::Exception::Error(text(args.GetIsolate(), message)));
  };
  if (!own_leaf) return refuse("Unable to load PFX certificate");
  if (!own_key) return refuse("Unable to load private key from PFX data");
  X509_STORE* store = self(args)->own_store();
  for (const Certificate& each : rest) {
    X509_STORE_add_cert(store, each.get());
    SSL_CTX_add_client_CA(context_of(args), each.get());
  }
  if (!use_chain(*self(args), std::move(own_leaf), std::move(rest))) return fail(args, "SSL_CTX_use_certificate");
  if (SSL_CTX_use_PrivateKey(context_of(args), own_key.get()) != 1) return fail(args, "SSL_CTX_use_PrivateKey");
}

void get_ticket_keys(const Args& args) {
  args.GetReturnValue().Set(make_buffer(Realm::from(args), std::span<const std::uint8_t>(self(args)->ticket_keys)));
}

// setTicketKeys(48 bytes)
void set_ticket_keys(const Args& args) {
  Bytes bytes(args[0]);
  if (bytes.size() == sizeof self(args)->ticket_keys) {
    std::memcpy(self(args)->ticket_keys, bytes.data(), bytes.size());
  }
}

template <Certificate SecureContext::*which>
void get_certificate(const Args& args) {
  X509* certificate = (self(args)->*which).get();
  if (certificate) args.GetReturnValue().Set(der_of(Realm::from(args), certificate));
}

void close(const Args& args) { self(args)->context.reset(); }

constexpr Method kPrototype[] = {
    {"init", init},
    {"setKey", set_key},
    {"setCert", set_cert},
    {"addCACert", add_ca_cert},
    {"addRootCerts", add_root_certs},
    {"addCRL", add_crl},
    {"setCiphers", set_ciphers},
    {"setCipherSuites", set_list<SSL_CTX_set_ciphersuites>},
    {"setSigalgs", set_list<set_sigalgs_list>},
    {"setECDHCurve", set_ecdh_curve},
    {"setDHParam", set_dh_param},
    {"setOptions", set_options},
    {"setSessionIdContext", set_session_id_context},
    {"setSessionTimeout", set_session_timeout},
    {"setAllowPartialTrustChain", set_partial_chain},
    {"loadPKCS12", load_pkcs12},
    {"getTicketKeys", get_ticket_keys},
    {"setTicketKeys", set_ticket_keys},
    {"getCertificate", get_certificate<&SecureContext::certificate>},
    {"getIssuer", get_certificate<&SecureContext::issuer>},
    {"close", close},
};

// certificates('system' | 'extra') -> PEM texts
void certificates(const Args& args) {
  v8::Isolate* isolate = args.GetIsolate();
  bool extra = to_utf8(isolate, args[0]) == "extra";
  std::vector<v8::Local<v8::Value>> out;
  for (X509* certificate : extra ? extra_certificates() : system_certificates()) {
    Bio bio(BIO_new(BIO_s_mem()));
    PEM_write_bio_X509(bio.get(), certificate);
    char* data = nullptr;
    long size = BIO_get_mem_data(bio.get(), &data);
    // Without the last line feed, as the texts of Node's list are.
    std::string_view pem(data, static_cast<std::size_t>(size));
    if (pem.ends_with('\n')) pem.remove_suffix(1);
    out.push_back(text(isolate, pem));
  }
  args.GetReturnValue().Set(v8::Array::New(isolate, out.data(), out.size()));
}

// ciphers() -> names of all that TLS can use, as OpenSSL writes them
void ciphers(const Args& args) {
  v8::Isolate* isolate = args.GetIsolate();
  Owned<SSL_CTX, SSL_CTX_free> context(SSL_CTX_new(TLS_method()));
  SSL_CTX_set_cipher_list(context.get(), "ALL:COMPLEMENTOFALL");
  STACK_OF(SSL_CIPHER)* all = SSL_CTX_get_ciphers(context.get());
  std::vector<v8::Local<v8::Value>> out;
  for (int i = 0; i < sk_SSL_CIPHER_num(all); ++i) {
    out.push_back(text(isolate, SSL_CIPHER_get_name(sk_SSL_CIPHER_value(all, i))));
  }
  for (const char* name : {"TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_128_GCM_SHA256",
                           "TLS_AES_128_CCM_8_SHA256", "TLS_AES_128_CCM_SHA256"}) {
    out.push_back(text(isolate, name));
  }
  ERR_clear_error();
  args.GetReturnValue().Set(v8::Array::New(isolate, out.data(), out.size()));
}

constexpr Method kMethods[] = {{"certificates", certificates}, {"ciphers", ciphers}};
constexpr Method kConstructor[] = {{"SecureContext", construct}};

// One table for the snapshot: constructor and prototype.
constexpr auto kCallbacks = [] {
  std::array<Method, std::size(kPrototype) + 1> all{};
  all[0] = kConstructor[0];
  for (std::size_t i = 0; i < std::size(kPrototype); ++i) all[i + 1] = kPrototype[i];
  return all;
}();

void init_binding(Realm& realm, v8::Local<v8::Object> target) {
  set_class(realm, target, "SecureContext", make_class(realm, "SecureContext", construct, kPrototype));
  set_constant(realm, target, "TLS1_VERSION", TLS1_VERSION);
  set_constant(realm, target, "TLS1_1_VERSION", TLS1_1_VERSION);
  set_constant(realm, target, "TLS1_2_VERSION", TLS1_2_VERSION);
  set_constant(realm, target, "TLS1_3_VERSION", TLS1_3_VERSION);
}

}  // namespace

X509_STORE* SecureContext::own_store() {
  if (!owns_store_) {
    SSL_CTX_set_cert_store(context.get(), X509_STORE_new());
    owns_store_ = true;
  }
  return SSL_CTX_get_cert_store(context.get());
}

v8::Local<v8::Value> der_of(Realm& realm, X509* certificate) {
  unsigned char* der = nullptr;
  int size = i2d_X509(certificate, &der);
  if (size < 0) return v8::Undefined(realm.isolate());
  auto out = make_buffer(realm, std::span<const std::uint8_t>(der, static_cast<std::size_t>(size)));
  OPENSSL_free(der);
  return out;
}

}  // namespace tls

extern const Binding binding_tls_context;
const Binding binding_tls_context{"tls_context", tls::kMethods, tls::init_binding, tls::kCallbacks};

}  // namespace pkg::runtime
