// internalBinding('tls_wrap'): what JavaScript does with a TLS connection.

#include <openssl/err.h>
#include <openssl/hmac.h>
#include <openssl/ocsp.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include "runtime/bindings/tls/tls_wrap.h"
#include "runtime/core/encodings.h"
#include "runtime/core/strings.h"

namespace pkg::runtime {

namespace tls {

namespace {

using Args = v8::FunctionCallbackInfo<v8::Value>;
using crypto::Input;

// The wrap of a method, while it has a connection; else undefined is the answer.
TlsWrap* self(const Args& args) {
  auto* wrap = ObjectWrap::self<TlsWrap>(args);
  return wrap && wrap->ssl() ? wrap : nullptr;
}

v8::Local<v8::Value> buffer_of(const Args& args, const void* data, std::size_t size) {
  return make_buffer(Realm::from(args), std::span(static_cast<const std::uint8_t*>(data), size));
}

// new TLSWrap(stream | null, SecureContext, isServer)
void construct(const Args& args) {
  Realm& realm = Realm::from(args);
  auto* context = ObjectWrap::unwrap<SecureContext>(args[1]);
  if (!context || !context->context) {
    return crypto::throw_coded(realm, "ERR_TLS_INVALID_CONTEXT", "context must be a SecureContext",
                               v8::Exception::TypeError);
  }
  auto* stream = args[0]->IsObject() ? static_cast<StreamWrap*>(ObjectWrap::unwrap<HandleWrap>(args[0])) : nullptr;
  new TlsWrap(realm, args.This(), stream, *context,
              args[2]->IsTrue() ? TlsWrap::Side::kServer : TlsWrap::Side::kClient);
}

void start(const Args& args) {
  if (TlsWrap* wrap = self(args)) wrap->cycle();
}

// receive(buffer), receiveEnd(status), encryptedDone(status): of a transport that JavaScript carries
void receive(const Args& args) {
  Bytes bytes(args[0]);
  if (TlsWrap* wrap = self(args)) wrap->receive(bytes.span(), 0);
}
void receive_end(const Args& args) {
  if (TlsWrap* wrap = self(args)) wrap->receive({}, args[0].As<v8::Int32>()->Value());
}
void encrypted_done(const Args& args) {
  if (auto* wrap = ObjectWrap::self<TlsWrap>(args)) wrap->encrypted_done(args[0].As<v8::Int32>()->Value());
}

void read_start(const Args& args) {
  TlsWrap* wrap = self(args);
  args.GetReturnValue().Set(wrap && wrap->stream() && wrap->stream()->is_alive() ? wrap->stream()->read_start() : 0);
}
void read_stop(const Args& args) {
  TlsWrap* wrap = self(args);
  args.GetReturnValue().Set(wrap && wrap->stream() && wrap->stream()->is_alive() ? wrap->stream()->read_stop() : 0);
}

// writeBuffer(request, buffer) -> 0 or a negative error; see StreamWrap
void write_buffer(const Args& args) {
  auto* wrap = ObjectWrap::self<TlsWrap>(args);
  if (!wrap) return args.GetReturnValue().Set(UV_EBADF);
  auto bytes = writable_bytes(args[1]);
  uv_buf_t buf = uv_buf_init(reinterpret_cast<char*>(bytes.data()), static_cast<unsigned>(bytes.size()));
  args.GetReturnValue().Set(wrap->write(args[0].As<v8::Object>(), {&buf, 1}));
}

template <Encoding encoding>
void write_string(const Args& args) {
  auto* wrap = ObjectWrap::self<TlsWrap>(args);
  if (!wrap) return args.GetReturnValue().Set(UV_EBADF);
  std::string bytes = encode_string(args.GetIsolate(), args[1].As<v8::String>(), encoding);
  uv_buf_t buf = uv_buf_init(bytes.data(), static_cast<unsigned>(bytes.size()));
  args.GetReturnValue().Set(wrap->write(args[0].As<v8::Object>(), {&buf, 1}));
}

// writev(request, buffers)
void writev(const Args& args) {
  auto* wrap = ObjectWrap::self<TlsWrap>(args);
  if (!wrap) return args.GetReturnValue().Set(UV_EBADF);
  auto chunks = args[1].As<v8::Array>();
  std::vector<uv_buf_t> bufs;
  for (std::uint32_t i = 0; i < chunks->Length(); ++i) {
    v8::Local<v8::Value> chunk;
    if (!chunks->Get(wrap->realm().context(), i).ToLocal(&chunk)) return;
    auto bytes = writable_bytes(chunk);
    bufs.push_back(uv_buf_init(reinterpret_cast<char*>(bytes.data()), static_cast<unsigned>(bytes.size())));
  }
  args.GetReturnValue().Set(wrap->write(args[0].As<v8::Object>(), bufs));
}

void close_notify(const Args& args) {
  if (TlsWrap* wrap = self(args)) wrap->close_notify();
}
void destroy(const Args& args) {
  if (auto* wrap = ObjectWrap::self<TlsWrap>(args)) wrap->destroy();
}

// setVerifyMode(request a certificate, reject without one)
void set_verify_mode(const Args& args) {
  TlsWrap* wrap = self(args);
  if (!wrap) return;
  int mode = SSL_VERIFY_NONE;
  if (!wrap->is_server()) {
    mode = args[1]->IsTrue() ? SSL_VERIFY_PEER : SSL_VERIFY_NONE;
  } else if (args[0]->IsTrue()) {
    mode = SSL_VERIFY_PEER | (args[1]->IsTrue() ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0);
  }
  SSL_set_verify(wrap->ssl(), mode, [](int, X509_STORE_CTX*) { return 1; });
}

// verifyError() -> undefined when the peer is trusted, else [code, message]
void verify_error(const Args& args) {
  TlsWrap* wrap = self(args);
  if (!wrap) return;
  SSL* ssl = wrap->ssl();
  long code = X509_V_OK;
  if (SSL_get0_peer_certificate(ssl)) {
    code = SSL_get_verify_result(ssl);
  } else {
    const SSL_CIPHER* cipher = SSL_get_current_cipher(ssl);
    const SSL_SESSION* session = SSL_get_session(ssl);
    bool by_key = (cipher && SSL_CIPHER_get_auth_nid(cipher) == NID_auth_psk) ||
                  (session && SSL_SESSION_get_protocol_version(session) == TLS1_3_VERSION && SSL_session_reused(ssl));
    if (!by_key) code = X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT;
  }
  if (code == X509_V_OK) return;
  const char* name = "UNSPECIFIED";
  switch (code) {
#define PKG_NAME(error)    \
  case X509_V_ERR_##error: \
    name = #error;         \
    break;
    PKG_NAME(UNABLE_TO_GET_ISSUER_CERT)
    PKG_NAME(UNABLE_TO_GET_CRL)
    PKG_NAME(UNABLE_TO_DECRYPT_CERT_SIGNATURE)
    PKG_NAME(UNABLE_TO_DECRYPT_CRL_SIGNATURE)
    PKG_NAME(UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY)
    PKG_NAME(CERT_SIGNATURE_FAILURE)
    PKG_NAME(CRL_SIGNATURE_FAILURE)
    PKG_NAME(CERT_NOT_YET_VALID)
    PKG_NAME(CERT_HAS_EXPIRED)
    PKG_NAME(CRL_NOT_YET_VALID)
    PKG_NAME(CRL_HAS_EXPIRED)
    PKG_NAME(ERROR_IN_CERT_NOT_BEFORE_FIELD)
    PKG_NAME(ERROR_IN_CERT_NOT_AFTER_FIELD)
    PKG_NAME(ERROR_IN_CRL_LAST_UPDATE_FIELD)
    PKG_NAME(ERROR_IN_CRL_NEXT_UPDATE_FIELD)
    PKG_NAME(OUT_OF_MEM)
    PKG_NAME(DEPTH_ZERO_SELF_SIGNED_CERT)
    PKG_NAME(SELF_SIGNED_CERT_IN_CHAIN)
    PKG_NAME(UNABLE_TO_GET_ISSUER_CERT_LOCALLY)
    PKG_NAME(UNABLE_TO_VERIFY_LEAF_SIGNATURE)
    PKG_NAME(CERT_CHAIN_TOO_LONG)
    PKG_NAME(CERT_REVOKED)
    PKG_NAME(INVALID_CA)
    PKG_NAME(PATH_LENGTH_EXCEEDED)
    PKG_NAME(INVALID_PURPOSE)
    PKG_NAME(CERT_UNTRUSTED)
    PKG_NAME(CERT_REJECTED)
    PKG_NAME(HOSTNAME_MISMATCH)
#undef PKG_NAME
    default:
      break;
  }
  v8::Isolate* isolate = args.GetIsolate();
  v8::Local<v8::Value> out[] = {text(isolate, name), text(isolate, X509_verify_cert_error_string(code))};
  args.GetReturnValue().Set(v8::Array::New(isolate, out, 2));
}

// peerCertificates(): DER of the peer's, its own first, then what it sent, then what the trusted ones add up to the
// root
void peer_certificates(const Args& args) {
  TlsWrap* wrap = self(args);
  if (!wrap) return;
  SSL* ssl = wrap->ssl();
  X509* leaf = SSL_get0_peer_certificate(ssl);
  if (!leaf) return;
  std::vector<X509*> chain{leaf};
  std::vector<Certificate> found;
  std::vector<X509*> sent;
  STACK_OF(X509)* stack = SSL_get_peer_cert_chain(ssl);
  for (int i = 0; stack && i < sk_X509_num(stack); ++i) sent.push_back(sk_X509_value(stack, i));
  // In the order of who issued whom, whatever the order they were sent in; hostile chains end at some length.
  while (chain.size() < 32 && X509_check_issued(chain.back(), chain.back()) != X509_V_OK) {
    X509* issuer = nullptr;
    for (X509* each : sent) {
      if (std::find(chain.begin(), chain.end(), each) == chain.end() &&
          X509_check_issued(each, chain.back()) == X509_V_OK) {
        issuer = each;
        break;
      }
    }
    if (!issuer) {
      Owned<X509_STORE_CTX, X509_STORE_CTX_free> search(X509_STORE_CTX_new());
      X509_STORE* store = nullptr;
      SSL_get0_verify_cert_store(ssl, &store);
      if (!store) store = SSL_CTX_get_cert_store(SSL_get_SSL_CTX(ssl));
      X509* trusted = nullptr;
      if (X509_STORE_CTX_init(search.get(), store, nullptr, nullptr) == 1 &&
          X509_STORE_CTX_get1_issuer(&trusted, search.get(), chain.back()) == 1) {
        found.emplace_back(trusted);
        issuer = trusted;
      }
    }
    if (!issuer) break;
    chain.push_back(issuer);
  }
  ERR_clear_error();
  std::vector<v8::Local<v8::Value>> out;
  for (X509* each : chain) out.push_back(der_of(wrap->realm(), each));
  args.GetReturnValue().Set(v8::Array::New(args.GetIsolate(), out.data(), out.size()));
}

// ownCertificate() -> DER, or undefined
void own_certificate(const Args& args) {
  TlsWrap* wrap = self(args);
  X509* own = wrap ? SSL_get_certificate(wrap->ssl()) : nullptr;
  if (own) args.GetReturnValue().Set(der_of(wrap->realm(), own));
}

void set_servername(const Args& args) {
  TlsWrap* wrap = self(args);
  if (wrap && !wrap->is_server()) SSL_set_tlsext_host_name(wrap->ssl(), to_utf8(args.GetIsolate(), args[0]).c_str());
}
// getServername() -> string, or false
void get_servername(const Args& args) {
  TlsWrap* wrap = self(args);
  const char* name = wrap ? SSL_get_servername(wrap->ssl(), TLSEXT_NAMETYPE_host_name) : nullptr;
  if (name) return args.GetReturnValue().Set(text(args.GetIsolate(), name));
  args.GetReturnValue().Set(false);
}

// setALPNProtocols(bytes as they go over the wire)
void set_alpn_protocols(const Args& args) {
  TlsWrap* wrap = self(args);
  if (!wrap) return;
  Bytes bytes(args[0]);
  wrap->alpn.assign(bytes.view());
  if (!wrap->is_server()) {
    SSL_set_alpn_protos(wrap->ssl(), bytes.data(), static_cast<unsigned>(bytes.size()));
  }
}
// getALPNNegotiatedProtocol() -> string, or false
void get_alpn_protocol(const Args& args) {
  TlsWrap* wrap = self(args);
  const unsigned char* name = nullptr;
  unsigned size = 0;
  if (wrap) SSL_get0_alpn_selected(wrap->ssl(), &name, &size);
  if (size == 0) return args.GetReturnValue().Set(false);
  args.GetReturnValue().Set(text(args.GetIsolate(), {reinterpret_cast<const char*>(name), size}));
}

// setSession(bytes of a session): throws for what is none
void set_session(const Args& args) {
  TlsWrap* wrap = self(args);
  if (!wrap) return;
  Bytes bytes(args[0]);
  const unsigned char* at = bytes.data();
  Session session(d2i_SSL_SESSION(nullptr, &at, static_cast<long>(bytes.size())));
  ERR_clear_error();
  // A session that is none is no reason not to connect.
  if (session && SSL_set_session(wrap->ssl(), session.get()) != 1) {
    args.GetIsolate()->ThrowException(v8::Exception::Error(text(args.GetIsolate(), "SSL_set_session error")));
  }
}

v8::Local<v8::Value> session_bytes(Realm& realm, SSL_SESSION* session) {
  int size = i2d_SSL_SESSION(session, nullptr);
  if (size <= 0) return v8::Undefined(realm.isolate());
  auto out = make_buffer(realm, v8::ArrayBuffer::NewBackingStore(realm.isolate(), static_cast<std::size_t>(size)));
  auto* at = static_cast<unsigned char*>(out->Buffer()->Data());
  i2d_SSL_SESSION(session, &at);
  return out;
}
void get_session(const Args& args) {
  TlsWrap* wrap = self(args);
  SSL_SESSION* session = wrap ? SSL_get_session(wrap->ssl()) : nullptr;
  if (session) args.GetReturnValue().Set(session_bytes(wrap->realm(), session));
}
void is_session_reused(const Args& args) {
  TlsWrap* wrap = self(args);
  args.GetReturnValue().Set(wrap && SSL_session_reused(wrap->ssl()) == 1);
}
void get_ticket(const Args& args) {
  TlsWrap* wrap = self(args);
  SSL_SESSION* session = wrap ? SSL_get_session(wrap->ssl()) : nullptr;
  const unsigned char* ticket = nullptr;
  std::size_t size = 0;
  if (session) SSL_SESSION_get0_ticket(session, &ticket, &size);
  if (ticket) args.GetReturnValue().Set(buffer_of(args, ticket, size));
}

template <std::size_t (*get)(const SSL*, void*, std::size_t)>
void get_finished(const Args& args) {
  TlsWrap* wrap = self(args);
  if (!wrap) return;
  std::uint8_t bytes[EVP_MAX_MD_SIZE];
  std::size_t size = get(wrap->ssl(), bytes, sizeof bytes);
  if (size > 0) args.GetReturnValue().Set(buffer_of(args, bytes, std::min(size, sizeof bytes)));
}

// getCipher() -> [name, standard name, version], or undefined
void get_cipher(const Args& args) {
  TlsWrap* wrap = self(args);
  const SSL_CIPHER* cipher = wrap ? SSL_get_current_cipher(wrap->ssl()) : nullptr;
  if (!cipher) return;
  v8::Isolate* isolate = args.GetIsolate();
  const char* standard = SSL_CIPHER_standard_name(cipher);
  v8::Local<v8::Value> out[] = {text(isolate, SSL_CIPHER_get_name(cipher)), text(isolate, standard ? standard : ""),
                                text(isolate, SSL_CIPHER_get_version(cipher))};
  args.GetReturnValue().Set(v8::Array::New(isolate, out, 3));
}
void get_protocol(const Args& args) {
  if (TlsWrap* wrap = self(args)) args.GetReturnValue().Set(text(args.GetIsolate(), SSL_get_version(wrap->ssl())));
}

// getEphemeralKeyInfo() -> null on the server, else [] or [type, name | undefined, bits]
void get_ephemeral_key(const Args& args) {
  TlsWrap* wrap = self(args);
  if (!wrap) return;
  v8::Isolate* isolate = args.GetIsolate();
  if (wrap->is_server()) return args.GetReturnValue().SetNull();
  EVP_PKEY* raw = nullptr;
  std::vector<v8::Local<v8::Value>> out;
  if (SSL_get_peer_tmp_key(wrap->ssl(), &raw) == 1) {
    crypto::Pkey key(raw);
    int bits = EVP_PKEY_get_bits(raw);
    char group[80];
    std::size_t size = 0;
    v8::Local<v8::Value> name = v8::Undefined(isolate);
    switch (EVP_PKEY_get_id(raw)) {
      case EVP_PKEY_DH:
        out = {text(isolate, "DH"), name, v8::Integer::New(isolate, bits)};
        break;
      case EVP_PKEY_EC:
        if (EVP_PKEY_get_group_name(raw, group, sizeof group, &size) == 1) name = text(isolate, {group, size});
        out = {text(isolate, "ECDH"), name, v8::Integer::New(isolate, bits)};
        break;
      case EVP_PKEY_X25519:
      case EVP_PKEY_X448:
        out = {text(isolate, "ECDH"), text(isolate, OBJ_nid2sn(EVP_PKEY_get_id(raw))), v8::Integer::New(isolate, bits)};
        break;
      default:
        // Hybrid groups of TLS 1.3 have no type of their own.
        if (const char* name = SSL_get0_group_name(wrap->ssl())) {
          out = {text(isolate, "TLSGroup"), text(isolate, name), v8::Integer::New(isolate, bits)};
        }
        break;
    }
  }
  ERR_clear_error();
  args.GetReturnValue().Set(v8::Array::New(isolate, out.data(), out.size()));
}

// getSharedSigalgs() -> ["RSA-PSS+SHA256", ...]
void get_shared_sigalgs(const Args& args) {
  TlsWrap* wrap = self(args);
  if (!wrap) return;
  v8::Isolate* isolate = args.GetIsolate();
  std::vector<v8::Local<v8::Value>> out;
  int count = SSL_get_shared_sigalgs(wrap->ssl(), 0, nullptr, nullptr, nullptr, nullptr, nullptr);
  for (int i = 0; i < count; ++i) {
    int sign = 0, hash = 0;
    unsigned char raw_sign = 0, raw_hash = 0;
    SSL_get_shared_sigalgs(wrap->ssl(), i, &sign, &hash, nullptr, &raw_sign, &raw_hash);
    std::string name = sign == EVP_PKEY_RSA       ? "RSA"
                       : sign == EVP_PKEY_RSA_PSS ? "RSA-PSS"
                       : sign == EVP_PKEY_DSA     ? "DSA"
                       : sign == EVP_PKEY_EC      ? "ECDSA"
                       : sign == NID_ED25519      ? "Ed25519"
                       : sign == NID_ED448        ? "Ed448"
                       : sign != NID_undef        ? OBJ_nid2sn(sign)
                                                  : "UNDEF";
    if (hash != NID_undef)
      name += std::string("+") + OBJ_nid2sn(hash);
    else if (sign == NID_undef)
      name = "UNDEF";
    out.push_back(text(isolate, name));
  }
  args.GetReturnValue().Set(v8::Array::New(isolate, out.data(), out.size()));
}

// exportKeyingMaterial(length, label, context | undefined) -> Buffer; throws OpenSSL's error
void export_keying_material(const Args& args) {
  TlsWrap* wrap = self(args);
  if (!wrap) return;
  std::vector<std::uint8_t> out(args[0].As<v8::Uint32>()->Value());
  std::string label = to_utf8(args.GetIsolate(), args[1]);
  bool with_context = !args[2]->IsUndefined();
  Input context(args.GetIsolate(), with_context ? args[2] : v8::String::Empty(args.GetIsolate()).As<v8::Value>());
  ERR_clear_error();
  if (SSL_export_keying_material(wrap->ssl(), out.data(), out.size(), label.data(), label.size(),
                                 with_context ? context.data() : nullptr, context.size(), with_context) != 1) {
    return crypto::throw_openssl_error(wrap->realm(), "SSL_export_keying_material");
  }
  args.GetReturnValue().Set(buffer_of(args, out.data(), out.size()));
}

void set_max_send_fragment(const Args& args) {
  TlsWrap* wrap = self(args);
  args.GetReturnValue().Set(
      wrap &&
      SSL_set_max_send_fragment(wrap->ssl(), static_cast<std::size_t>(args[0].As<v8::Integer>()->Value())) == 1);
}

// renegotiate(): throws OpenSSL's error
void renegotiate(const Args& args) {
  TlsWrap* wrap = self(args);
  if (!wrap) return;
  ERR_clear_error();
  if (SSL_renegotiate(wrap->ssl()) != 1) return crypto::throw_openssl_error(wrap->realm(), "SSL_renegotiate");
  SSL_do_handshake(wrap->ssl());
  wrap->cycle();
}

template <bool TlsWrap::*flag>
void enable(const Args& args) {
  if (TlsWrap* wrap = self(args)) wrap->*flag = true;
}
void enable_hello(const Args& args) {
  if (TlsWrap* wrap = self(args)) wrap->hello.wanted = wrap->wants_sessions = true;
}
void enable_choice(const Args& args) {
  if (TlsWrap* wrap = self(args)) wrap->choice.wanted = true;
}

// helloDone(session bytes | undefined): the handshake goes on
void hello_done(const Args& args) {
  TlsWrap* wrap = self(args);
  if (!wrap || wrap->hello.session != TlsWrap::Wait::kAsked) return;
  if (args[0]->IsArrayBufferView()) {
    Bytes bytes(args[0]);
    const unsigned char* at = bytes.data();
    wrap->hello.resumed.reset(d2i_SSL_SESSION(nullptr, &at, static_cast<long>(bytes.size())));
    ERR_clear_error();
  }
  wrap->hello.session = TlsWrap::Wait::kDone;
  wrap->cycle();
}

// choiceDone(SecureContext | undefined, OCSP response | undefined) -> false when the context cannot be used
void choice_done(const Args& args) {
  TlsWrap* wrap = self(args);
  if (!wrap || wrap->choice.state != TlsWrap::Wait::kAsked) return;
  if (args[0]->IsObject()) {
    auto* context = ObjectWrap::unwrap<SecureContext>(args[0]);
    if (!context || !context->context || !wrap->use_context(*context)) return args.GetReturnValue().Set(false);
  }
  if (args[1]->IsArrayBufferView()) wrap->ocsp_response.assign(Bytes(args[1]).view());
  wrap->choice.state = TlsWrap::Wait::kDone;
  wrap->cycle();
}

void new_session_done(const Args& args) {
  TlsWrap* wrap = self(args);
  if (!wrap) return;
  wrap->new_session_pending = false;
  wrap->cycle();
}

void request_ocsp(const Args& args) {
  if (TlsWrap* wrap = self(args)) SSL_set_tlsext_status_type(wrap->ssl(), TLSEXT_STATUSTYPE_ocsp);
}

void set_psk_hint(const Args& args) {
  TlsWrap* wrap = self(args);
  if (!wrap) return;
  args.GetReturnValue().Set(SSL_use_psk_identity_hint(wrap->ssl(), to_utf8(args.GetIsolate(), args[0]).c_str()) == 1);
}

unsigned psk_client(SSL* ssl, const char* hint, char* identity, unsigned max_identity, unsigned char* key,
                    unsigned max_key) {
  TlsWrap* wrap = TlsWrap::from(ssl);
  v8::Isolate* isolate = wrap->isolate();
  v8::HandleScope scope(isolate);
  auto context = wrap->realm().context();
  v8::Local<v8::Value> argv[] = {hint ? text(isolate, hint).As<v8::Value>() : v8::Null(isolate).As<v8::Value>(),
                                 v8::Integer::NewFromUnsigned(isolate, max_key),
                                 v8::Integer::NewFromUnsigned(isolate, max_identity)};
  v8::Local<v8::Value> result, name, secret;
  if (!wrap->emit("onpskexchange", 3, argv).ToLocal(&result) || !result->IsArray() || !wrap->ssl()) return 0;
  if (!result.As<v8::Array>()->Get(context, 0).ToLocal(&name) ||
      !result.As<v8::Array>()->Get(context, 1).ToLocal(&secret))
    return 0;
  std::string text_name = to_utf8(isolate, name);
  Bytes bytes(secret);
  if (text_name.size() >= max_identity || bytes.size() > max_key) return 0;
  std::memcpy(identity, text_name.c_str(), text_name.size() + 1);
  std::memcpy(key, bytes.data(), bytes.size());
  return static_cast<unsigned>(bytes.size());
}

unsigned psk_server(SSL* ssl, const char* identity, unsigned char* key, unsigned max_key) {
  TlsWrap* wrap = TlsWrap::from(ssl);
  v8::Isolate* isolate = wrap->isolate();
  v8::HandleScope scope(isolate);
  v8::Local<v8::Value> argv[] = {text(isolate, identity), v8::Integer::NewFromUnsigned(isolate, max_key)};
  v8::Local<v8::Value> result;
  if (!wrap->emit("onpskexchange", 2, argv).ToLocal(&result) || !result->IsArrayBufferView() || !wrap->ssl()) return 0;
  Bytes bytes(result);
  if (bytes.size() > max_key) return 0;
  std::memcpy(key, bytes.data(), bytes.size());
  return static_cast<unsigned>(bytes.size());
}

void enable_psk(const Args& args) {
  TlsWrap* wrap = self(args);
  if (!wrap) return;
  SSL_set_psk_client_callback(wrap->ssl(), psk_client);
  SSL_set_psk_server_callback(wrap->ssl(), psk_server);
}

// ---- callbacks of contexts ----

int select_alpn(SSL* ssl, const unsigned char** out, unsigned char* out_size, const unsigned char* in, unsigned in_size,
                void*) {
  TlsWrap* wrap = TlsWrap::from(ssl);
  if (wrap->wants_alpn) {
    v8::Isolate* isolate = wrap->isolate();
    v8::HandleScope scope(isolate);
    v8::Local<v8::Value> offered = make_buffer(wrap->realm(), {in, in_size});
    v8::Local<v8::Value> chosen;
    // The place of the protocol in what was offered.
    if (!wrap->emit("onalpn", 1, &offered).ToLocal(&chosen) || !chosen->IsUint32()) return SSL_TLSEXT_ERR_ALERT_FATAL;
    unsigned at = chosen.As<v8::Uint32>()->Value();
    if (at >= in_size || at + 1u + in[at] > in_size) return SSL_TLSEXT_ERR_ALERT_FATAL;
    *out = in + at + 1;
    *out_size = in[at];
    return SSL_TLSEXT_ERR_OK;
  }
  if (wrap->alpn.empty()) return SSL_TLSEXT_ERR_NOACK;
  unsigned char* chosen = nullptr;
  int found = SSL_select_next_proto(&chosen, out_size, reinterpret_cast<const unsigned char*>(wrap->alpn.data()),
                                    static_cast<unsigned>(wrap->alpn.size()), in, in_size);
  *out = chosen;
  return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

int on_new_session(SSL* ssl, SSL_SESSION* session) {
  TlsWrap* wrap = TlsWrap::from(ssl);
  if (!wrap->wants_sessions) return 0;
  v8::HandleScope scope(wrap->isolate());
  unsigned size = 0;
  const unsigned char* id = SSL_SESSION_get_id(session, &size);
  v8::Local<v8::Value> argv[] = {make_buffer(wrap->realm(), {id, size}), session_bytes(wrap->realm(), session)};
  if (wrap->is_server()) wrap->new_session_pending = true;
  std::ignore = wrap->emit("onnewsession", 2, argv);
  return 0;
}

SSL_SESSION* on_get_session(SSL* ssl, const unsigned char*, int, int* copy) {
  *copy = 0;
  return TlsWrap::from(ssl)->hello.resumed.release();
}

int on_client_hello(SSL* ssl, int*, void*) {
  TlsWrap* wrap = TlsWrap::from(ssl);
  if (!wrap->hello.wanted || wrap->hello.session == TlsWrap::Wait::kDone) return SSL_CLIENT_HELLO_SUCCESS;
  if (wrap->hello.session == TlsWrap::Wait::kAsked) return SSL_CLIENT_HELLO_RETRY;
  const unsigned char *id = nullptr, *extension = nullptr;
  std::size_t size = SSL_client_hello_get0_session_id(ssl, &id), extension_size = 0;
  // A ticket makes the program's own store needless.
  bool ticket = SSL_client_hello_get0_ext(ssl, TLSEXT_TYPE_session_ticket, &extension, &extension_size) == 1 &&
                extension_size > 0;
  if (size == 0 || ticket) {
    wrap->hello.session = TlsWrap::Wait::kDone;
    return SSL_CLIENT_HELLO_SUCCESS;
  }
  wrap->hello.session = TlsWrap::Wait::kAsked;
  v8::HandleScope scope(wrap->isolate());
  v8::Local<v8::Value> argv[] = {make_buffer(wrap->realm(), {id, size})};
  std::ignore = wrap->emit("onclienthello", 1, argv);
  return wrap->hello.session == TlsWrap::Wait::kDone ? SSL_CLIENT_HELLO_SUCCESS : SSL_CLIENT_HELLO_RETRY;
}

int on_certificate(SSL* ssl, void*) {
  TlsWrap* wrap = TlsWrap::from(ssl);
  if (!wrap->is_server() || !wrap->choice.wanted || wrap->choice.state == TlsWrap::Wait::kDone) return 1;
  if (wrap->choice.state == TlsWrap::Wait::kAsked) return -1;
  wrap->choice.state = TlsWrap::Wait::kAsked;
  v8::Isolate* isolate = wrap->isolate();
  v8::HandleScope scope(isolate);
  const char* name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
  bool ocsp = SSL_get_tlsext_status_type(ssl) == TLSEXT_STATUSTYPE_ocsp;
  v8::Local<v8::Value> argv[] = {text(isolate, name ? name : ""), v8::Boolean::New(isolate, ocsp)};
  std::ignore = wrap->emit("onchoice", 2, argv);
  return wrap->choice.state == TlsWrap::Wait::kDone ? 1 : -1;
}

int on_status(SSL* ssl, void*) {
  TlsWrap* wrap = TlsWrap::from(ssl);
  if (wrap->is_server()) {
    if (wrap->ocsp_response.empty()) return SSL_TLSEXT_ERR_NOACK;
    std::size_t size = wrap->ocsp_response.size();
    void* copy = OPENSSL_memdup(wrap->ocsp_response.data(), size);
    SSL_set_tlsext_status_ocsp_resp(ssl, copy, static_cast<long>(size));
    wrap->ocsp_response.clear();
    return SSL_TLSEXT_ERR_OK;
  }
  v8::Isolate* isolate = wrap->isolate();
  v8::HandleScope scope(isolate);
  const unsigned char* response = nullptr;
  long size = SSL_get_tlsext_status_ocsp_resp(ssl, &response);
  v8::Local<v8::Value> argument = v8::Null(isolate);
  if (response && size > 0) argument = make_buffer(wrap->realm(), {response, static_cast<std::size_t>(size)});
  std::ignore = wrap->emit("onocspresponse", 1, &argument);
  return 1;
}

void on_keylog(const SSL* ssl, const char* line) {
  TlsWrap* wrap = TlsWrap::from(ssl);
  if (!wrap || !wrap->wants_keylog) return;
  v8::HandleScope scope(wrap->isolate());
  std::string whole = std::string(line) + "\n";
  v8::Local<v8::Value> argument =
      make_buffer(wrap->realm(), {reinterpret_cast<const std::uint8_t*>(whole.data()), whole.size()});
  std::ignore = wrap->emit("onkeylog", 1, &argument);
}

// Tickets are sealed with the context's keys, so that servers can share them: name, HMAC and AES key of 16 bytes each.
int on_ticket(SSL* ssl, unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher, EVP_MAC_CTX* mac, int seal) {
  auto* context = static_cast<SecureContext*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)));
  if (!context) return -1;
  std::uint8_t* keys = context->ticket_keys;
  if (seal) {
    if (RAND_bytes(iv, 16) != 1) return -1;
    std::memcpy(name, keys, 16);
  } else if (std::memcmp(name, keys, 16) != 0) {
    return 0;
  }
  char digest[] = "SHA256";
  OSSL_PARAM parameters[] = {OSSL_PARAM_construct_octet_string("key", keys + 16, 16),
                             OSSL_PARAM_construct_utf8_string("digest", digest, 0), OSSL_PARAM_construct_end()};
  const EVP_CIPHER* aes = EVP_aes_128_cbc();
  int ready = seal ? EVP_EncryptInit_ex(cipher, aes, nullptr, keys + 32, iv)
                   : EVP_DecryptInit_ex(cipher, aes, nullptr, keys + 32, iv);
  return ready == 1 && EVP_MAC_CTX_set_params(mac, parameters) == 1 ? 1 : -1;
}

constexpr Method kPrototype[] = {
    {"start", start},
    {"receive", receive},
    {"receiveEnd", receive_end},
    {"encryptedDone", encrypted_done},
    {"readStart", read_start},
    {"readStop", read_stop},
    {"writeBuffer", write_buffer},
    {"writeUtf8String", write_string<Encoding::kUtf8>},
    {"writeLatin1String", write_string<Encoding::kLatin1>},
    {"writeAsciiString", write_string<Encoding::kAscii>},
    {"writeUcs2String", write_string<Encoding::kUtf16le>},
    {"writevBuffers", writev},
    {"closeNotify", close_notify},
    {"destroySSL", destroy},
    {"setVerifyMode", set_verify_mode},
    {"verifyErrorParts", verify_error},
    {"peerCertificates", peer_certificates},
    {"ownCertificate", own_certificate},
    {"setServername", set_servername},
    {"getServername", get_servername},
    {"setALPNProtocols", set_alpn_protocols},
    {"getALPNNegotiatedProtocol", get_alpn_protocol},
    {"setSession", set_session},
    {"getSession", get_session},
    {"isSessionReused", is_session_reused},
    {"getTLSTicket", get_ticket},
    {"getFinished", get_finished<SSL_get_finished>},
    {"getPeerFinished", get_finished<SSL_get_peer_finished>},
    {"getCipherNames", get_cipher},
    {"getProtocol", get_protocol},
    {"getEphemeralKey", get_ephemeral_key},
    {"getSharedSigalgs", get_shared_sigalgs},
    {"exportKeyingMaterial", export_keying_material},
    {"setMaxSendFragment", set_max_send_fragment},
    {"renegotiate", renegotiate},
    {"enableSessionCallbacks", enable<&TlsWrap::wants_sessions>},
    {"enableKeylogCallback", enable<&TlsWrap::wants_keylog>},
    {"enableALPNCallback", enable<&TlsWrap::wants_alpn>},
    {"enableHelloCallback", enable_hello},
    {"enableChoiceCallback", enable_choice},
    {"enablePskCallback", enable_psk},
    {"setPskIdentityHint", set_psk_hint},
    {"helloDone", hello_done},
    {"choiceDone", choice_done},
    {"newSessionDone", new_session_done},
    {"requestOCSP", request_ocsp},
};

constexpr auto kCallbacks = [] {
  std::array<Method, std::size(kPrototype) + 1> all{};
  all[0] = {"TLSWrap", construct};
  for (std::size_t i = 0; i < std::size(kPrototype); ++i) all[i + 1] = kPrototype[i];
  return all;
}();

void init(Realm& realm, v8::Local<v8::Object> target) {
  set_class(realm, target, "TLSWrap", make_class(realm, "TLSWrap", construct, kPrototype));
}

}  // namespace

void prepare_context(SecureContext& context) {
  SSL_CTX* raw = context.context.get();
  SSL_CTX_set_app_data(raw, &context);
  SSL_CTX_sess_set_new_cb(raw, on_new_session);
  SSL_CTX_sess_set_get_cb(raw, on_get_session);
  SSL_CTX_set_client_hello_cb(raw, on_client_hello, nullptr);
  SSL_CTX_set_cert_cb(raw, on_certificate, nullptr);
  SSL_CTX_set_tlsext_status_cb(raw, on_status);
  SSL_CTX_set_alpn_select_cb(raw, select_alpn, nullptr);
  SSL_CTX_set_keylog_callback(raw, on_keylog);
  SSL_CTX_set_tlsext_ticket_key_evp_cb(raw, on_ticket);
}

}  // namespace tls

extern const Binding binding_tls_wrap;
const Binding binding_tls_wrap{"tls_wrap", {}, tls::init, tls::kCallbacks};

}  // namespace pkg::runtime
