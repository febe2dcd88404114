// internalBinding('crypto_sign'): signatures, and encryption with asymmetric keys.

#include <climits>

#include <openssl/bn.h>
#include <openssl/dsa.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/rsa.h>

#include "runtime/bindings/crypto/key.h"
#include "runtime/core/strings.h"

namespace pkg::runtime {

namespace crypto {

namespace {

constexpr int kUnset = INT_MIN;

struct SignOptions {
  KeyRef key;
  const EVP_MD* digest = nullptr;
  int padding = kUnset;
  int salt_length = kUnset;
  bool p1363 = false;  // r and s side by side, as IEEE P1363 has them, instead of DER
  std::optional<ByteVector> context;
};

// Bytes of r, and of s, in a P1363 signature; 0 where signatures have no such parts.
int component_size(EVP_PKEY* pkey) {
  std::string type = key_type_name(pkey);
  if (type == "ec") return (EVP_PKEY_get_bits(pkey) + 7) / 8;
  if (type != "dsa") return 0;
  BIGNUM* q = nullptr;
  if (EVP_PKEY_get_bn_param(pkey, "q", &q) != 1) return 0;
  int size = BN_num_bytes(q);
  BN_free(q);
  return size;
}

// ECDSA's and DSA's signatures are the same SEQUENCE of two INTEGERs: RFC 3279, 2.2.3.
using Signature = Owned<ECDSA_SIG, ECDSA_SIG_free>;

bool to_p1363(EVP_PKEY* pkey, ByteVector& signature) {
  int size = component_size(pkey);
  if (size == 0) return true;
  const unsigned char* at = signature.data();
  Signature parsed(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(signature.size())));
  if (!parsed) return false;
  ByteVector out(2 * static_cast<std::size_t>(size));
  if (BN_bn2binpad(ECDSA_SIG_get0_r(parsed.get()), out.data(), size) < 0 ||
      BN_bn2binpad(ECDSA_SIG_get0_s(parsed.get()), out.data() + size, size) < 0) {
    return false;
  }
  signature = std::move(out);
  return true;
}

bool to_der(EVP_PKEY* pkey, ByteVector& signature) {
  int size = component_size(pkey);
  if (size == 0) return true;
  if (signature.size() != 2 * static_cast<std::size_t>(size)) return false;
  Signature made(ECDSA_SIG_new());
  BIGNUM* r = BN_bin2bn(signature.data(), size, nullptr);
  BIGNUM* s = BN_bin2bn(signature.data() + size, size, nullptr);
  ECDSA_SIG_set0(made.get(), r, s);
  unsigned char* der = nullptr;
  int length = i2d_ECDSA_SIG(made.get(), &der);
  if (length < 0) return false;
  signature.assign(der, der + length);
  OPENSSL_free(der);
  return true;
}

bool is_rsa(EVP_PKEY* pkey) { return EVP_PKEY_is_a(pkey, "RSA") || EVP_PKEY_is_a(pkey, "RSA-PSS"); }

bool set_padding(EVP_PKEY_CTX* context, const SignOptions& options, bool signing) {
  EVP_PKEY* pkey = options.key->pkey.get();
  if (!is_rsa(pkey)) return true;
  int padding = options.padding;
  if (padding == kUnset) padding = EVP_PKEY_is_a(pkey, "RSA-PSS") ? RSA_PKCS1_PSS_PADDING : RSA_PKCS1_PADDING;
  if (EVP_PKEY_CTX_set_rsa_padding(context, padding) <= 0) return false;
  if (padding != RSA_PKCS1_PSS_PADDING) return true;
  int salt = options.salt_length;
  if (salt == kUnset) {
    // A restricted key names the least length itself.
    if (EVP_PKEY_is_a(pkey, "RSA-PSS")) return true;
    salt = signing ? RSA_PSS_SALTLEN_MAX : RSA_PSS_SALTLEN_AUTO;
  }
  return EVP_PKEY_CTX_set_rsa_pss_saltlen(context, salt) > 0;
}

bool set_context_string(EVP_PKEY_CTX* context, const SignOptions& options) {
  if (!options.context) return true;
  EVP_PKEY* pkey = options.key->pkey.get();
  // RFC 8032: only the variant with a context string takes one, and Ed448 always has one.
  std::string instance = EVP_PKEY_is_a(pkey, "ED25519") && !options.context->empty() ? "Ed25519ctx" : "";
  OSSL_PARAM params[3], *at = params;
  if (!instance.empty()) *at++ = OSSL_PARAM_construct_utf8_string("instance", instance.data(), instance.size());
  ByteVector bytes = *options.context;
  static unsigned char empty = 0;
  *at++ = OSSL_PARAM_construct_octet_string("context-string", bytes.empty() ? &empty : bytes.data(), bytes.size());
  *at = OSSL_PARAM_construct_end();
  if (EVP_PKEY_is_a(pkey, "ED25519") && options.context->empty()) return true;
  return EVP_PKEY_CTX_set_params(context, params) > 0;
}

// One-shot: the key's algorithm hashes the message itself.
class SignMessage final : public Job {
 public:
  bool run() override {
    MdContext context(EVP_MD_CTX_new());
    EVP_PKEY* pkey = options.key->pkey.get();
    EVP_PKEY_CTX* inner = nullptr;
    const char* digest = options.digest ? EVP_MD_get0_name(options.digest) : nullptr;
    std::size_t size = 0;
    if (EVP_DigestSignInit_ex(context.get(), &inner, digest, nullptr, nullptr, pkey, nullptr) != 1 ||
        !set_padding(inner, options, true) || !set_context_string(inner, options) ||
        EVP_DigestSign(context.get(), nullptr, &size, message.data(), message.size()) != 1) {
      return false;
    }
    signature.resize(size);
    if (EVP_DigestSign(context.get(), signature.data(), &size, message.data(), message.size()) != 1) return false;
    signature.resize(size);
    return !options.p1363 || to_p1363(pkey, signature);
  }
  v8::MaybeLocal<v8::Value> finish(Realm& realm) override { return make_buffer(realm, signature); }
  const char* failure() const override { return "Signing failed"; }

  SignOptions options;
  ByteVector message, signature;
};

class VerifyMessage final : public Job {
 public:
  bool run() override {
    MdContext context(EVP_MD_CTX_new());
    EVP_PKEY* pkey = options.key->pkey.get();
    EVP_PKEY_CTX* inner = nullptr;
    const char* digest = options.digest ? EVP_MD_get0_name(options.digest) : nullptr;
    if (EVP_DigestVerifyInit_ex(context.get(), &inner, digest, nullptr, nullptr, pkey, nullptr) != 1 ||
        !set_padding(inner, options, false) || !set_context_string(inner, options)) {
      return false;
    }
    if (options.p1363 && !to_der(pkey, signature)) return true;
    valid = EVP_DigestVerify(context.get(), signature.data(), signature.size(), message.data(), message.size()) == 1;
    return true;
  }
  v8::MaybeLocal<v8::Value> finish(Realm& realm) override { return v8::Boolean::New(realm.isolate(), valid); }
  const char* failure() const override { return "Verifying failed"; }

  SignOptions options;
  ByteVector message, signature;
  bool valid = false;
};

ByteVector copy_of(v8::Local<v8::Value> value) {
  Bytes bytes(value);
  return {bytes.data(), bytes.data() + bytes.size()};
}

int optional_number(Realm& realm, v8::Local<v8::Value> value) {
  return value->IsNumber() ? value->Int32Value(realm.context()).FromMaybe(kUnset) : kUnset;
}

// From handle, digest name?, padding?, salt length?, P1363, context string? at `first`; false with an exception when
// the digest is unknown.
bool read_options(const v8::FunctionCallbackInfo<v8::Value>& args, int first, SignOptions& options) {
  Realm& realm = Realm::from(args);
  options.key = key_of(args[first]);
  if (args[first + 1]->IsString()) {
    std::string name = to_utf8(args.GetIsolate(), args[first + 1]);
    options.digest = find_digest(name);
    if (!options.digest) {
      std::string message = "Invalid digest: " + name;
      throw_coded(realm, "ERR_CRYPTO_INVALID_DIGEST", message.c_str(), v8::Exception::TypeError);
      return false;
    }
  }
  options.padding = optional_number(realm, args[first + 2]);
  options.salt_length = optional_number(realm, args[first + 3]);
  options.p1363 = args[first + 4]->IsTrue();
  if (!args[first + 5]->IsUndefined()) options.context = copy_of(args[first + 5]);
  return true;
}

// sign(message, key handle, digest?, padding?, salt length?, P1363, context?, callback?) -> Buffer
void sign(const v8::FunctionCallbackInfo<v8::Value>& args) {
  auto job = std::make_unique<SignMessage>();
  if (!read_options(args, 1, job->options)) return;
  job->message = copy_of(args[0]);
  run_job(args, std::move(job), args[7]);
}

// verify(message, key handle, digest?, padding?, salt length?, P1363, context?, signature, callback?) -> boolean
void verify(const v8::FunctionCallbackInfo<v8::Value>& args) {
  auto job = std::make_unique<VerifyMessage>();
  if (!read_options(args, 1, job->options)) return;
  job->message = copy_of(args[0]);
  job->signature = copy_of(args[7]);
  run_job(args, std::move(job), args[8]);
}

// signDigest(digest bytes, key handle, digest, padding?, salt length?, P1363) -> Buffer
void sign_digest(const v8::FunctionCallbackInfo<v8::Value>& args) {
  Realm& realm = Realm::from(args);
  SignOptions options;
  if (!read_options(args, 1, options)) return;
  Bytes digest(args[0]);
  EVP_PKEY* pkey = options.key->pkey.get();
  ERR_clear_error();
  PkeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, pkey, nullptr));
  std::size_t size = 0;
  ByteVector signature;
  if (EVP_PKEY_sign_init(context.get()) <= 0 || !set_padding(context.get(), options, true) ||
      EVP_PKEY_CTX_set_signature_md(context.get(), options.digest) <= 0 ||
      EVP_PKEY_sign(context.get(), nullptr, &size, digest.data(), digest.size()) <= 0) {
    return throw_openssl_error(realm, "Signing failed");
  }
  signature.resize(size);
  if (EVP_PKEY_sign(context.get(), signature.data(), &size, digest.data(), digest.size()) <= 0) {
    return throw_openssl_error(realm, "Signing failed");
  }
  signature.resize(size);
  if (options.p1363 && !to_p1363(pkey, signature)) return throw_openssl_error(realm, "Malformed signature");
  args.GetReturnValue().Set(make_buffer(realm, signature));
}

// verifyDigest(digest bytes, key handle, digest, padding?, salt length?, P1363, undefined, signature) -> boolean
void verify_digest(const v8::FunctionCallbackInfo<v8::Value>& args) {
  SignOptions options;
  if (!read_options(args, 1, options)) return;
  Bytes digest(args[0]);
  ByteVector signature = copy_of(args[7]);
  EVP_PKEY* pkey = options.key->pkey.get();
  ERR_clear_error();
  if (options.p1363 && !to_der(pkey, signature)) return args.GetReturnValue().Set(false);
  PkeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, pkey, nullptr));
  if (EVP_PKEY_verify_init(context.get()) <= 0 || !set_padding(context.get(), options, false) ||
      EVP_PKEY_CTX_set_signature_md(context.get(), options.digest) <= 0) {
    return throw_openssl_error(Realm::from(args), "Verifying failed");
  }
  args.GetReturnValue().Set(
      EVP_PKEY_verify(context.get(), signature.data(), signature.size(), digest.data(), digest.size()) == 1);
  ERR_clear_error();
}

// digestSize(name) -> bytes; undefined for what is no digest
void digest_size(const v8::FunctionCallbackInfo<v8::Value>& args) {
  const EVP_MD* digest = find_digest(to_utf8(args.GetIsolate(), args[0]));
  if (digest) args.GetReturnValue().Set(EVP_MD_get_size(digest));
}

class Encrypt final : public Job {
 public:
  using Init = int (*)(EVP_PKEY_CTX*);
  using Run = int (*)(EVP_PKEY_CTX*, unsigned char*, std::size_t*, const unsigned char*, std::size_t);

  bool run() override {
    PkeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, key->pkey.get(), nullptr));
    if (!context || init(context.get()) <= 0 || EVP_PKEY_CTX_set_rsa_padding(context.get(), padding) <= 0) return false;
    if (padding == RSA_PKCS1_OAEP_PADDING) {
      if (EVP_PKEY_CTX_set_rsa_oaep_md(context.get(), digest) <= 0) return false;
      if (!label.empty()) {
        void* owned = OPENSSL_memdup(label.data(), label.size());
        if (EVP_PKEY_CTX_set0_rsa_oaep_label(context.get(), owned, static_cast<int>(label.size())) <= 0) {
          OPENSSL_free(owned);
          return false;
        }
      }
    }
    std::size_t size = 0;
    if (work(context.get(), nullptr, &size, input.data(), input.size()) <= 0) return false;
    output.resize(size);
    if (work(context.get(), output.data(), &size, input.data(), input.size()) <= 0) return false;
    output.resize(size);
    return true;
  }
  v8::MaybeLocal<v8::Value> finish(Realm& realm) override { return make_buffer(realm, output); }
  const char* failure() const override { return "Cipher job failed"; }

  KeyRef key;
  Init init = nullptr;
  Run work = nullptr;
  int padding = RSA_PKCS1_PADDING;
  const EVP_MD* digest = nullptr;
  ByteVector label, input, output;
};

// cipher(operation: 0 encrypt | 1 decrypt | 2 sign | 3 recover, key handle, input, padding, OAEP digest?, label?,
// callback?)
void cipher(const v8::FunctionCallbackInfo<v8::Value>& args) {
  Realm& realm = Realm::from(args);
  struct Operation {
    Encrypt::Init init;
    Encrypt::Run work;
  };
  static constexpr Operation operations[] = {{EVP_PKEY_encrypt_init, EVP_PKEY_encrypt},
                                             {EVP_PKEY_decrypt_init, EVP_PKEY_decrypt},
                                             {EVP_PKEY_sign_init, EVP_PKEY_sign},
                                             {EVP_PKEY_verify_recover_init, EVP_PKEY_verify_recover}};
  auto job = std::make_unique<Encrypt>();
  const Operation& operation = operations[args[0]->Uint32Value(realm.context()).FromMaybe(0) & 3];
  job->init = operation.init;
  job->work = operation.work;
  job->key = key_of(args[1]);
  job->input = copy_of(args[2]);
  job->padding = args[3]->Int32Value(realm.context()).FromMaybe(RSA_PKCS1_PADDING);
  std::string digest = args[4]->IsString() ? to_utf8(args.GetIsolate(), args[4]) : "SHA1";
  job->digest = find_digest(digest);
  if (!job->digest) return throw_coded(realm, "ERR_OSSL_EVP_INVALID_DIGEST", "Invalid digest used");
  if (!args[5]->IsUndefined()) job->label = copy_of(args[5]);
  run_job(args, std::move(job), args[6]);
}

constexpr Method kMethods[] = {{"sign", sign},
                               {"verify", verify},
                               {"signDigest", sign_digest},
                               {"verifyDigest", verify_digest},
                               {"digestSize", digest_size},
                               {"cipher", cipher}};

}  // namespace
}  // namespace crypto

extern const Binding binding_crypto_sign;
const Binding binding_crypto_sign{"crypto_sign", crypto::kMethods};

}  // namespace pkg::runtime
