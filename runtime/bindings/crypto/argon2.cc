// internalBinding('crypto_argon2'): Argon2, RFC 9106.

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/thread.h>

#include "runtime/bindings/crypto/openssl_util.h"
#include "runtime/core/strings.h"

namespace pkg::runtime {

namespace crypto {

namespace {

class Argon2 final : public Job {
 public:
  bool run() override {
    Owned<EVP_KDF, EVP_KDF_free> kdf(EVP_KDF_fetch(nullptr, algorithm.c_str(), nullptr));
    Owned<EVP_KDF_CTX, EVP_KDF_CTX_free> context(kdf ? EVP_KDF_CTX_new(kdf.get()) : nullptr);
    if (!context) return false;
    // An empty vector's data is null, which OpenSSL refuses.
    for (ByteVector* bytes : {&message, &nonce, &secret, &associated}) bytes->reserve(1);
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_PASSWORD, message.data(), message.size()),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SALT, nonce.data(), nonce.size()),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SECRET, secret.data(), secret.size()),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_ARGON2_AD, associated.data(), associated.size()),
        OSSL_PARAM_construct_uint32(OSSL_KDF_PARAM_ARGON2_LANES, &lanes),
        // More threads than this one would be OpenSSL's own; the lanes are computed one by one.
        OSSL_PARAM_construct_uint32(OSSL_KDF_PARAM_THREADS, &threads),
        OSSL_PARAM_construct_uint32(OSSL_KDF_PARAM_ARGON2_MEMCOST, &memory),
        OSSL_PARAM_construct_uint32(OSSL_KDF_PARAM_ITER, &passes), OSSL_PARAM_construct_end()};
    return EVP_KDF_derive(context.get(), out.data(), out.size(), params) == 1;
  }
  v8::MaybeLocal<v8::Value> finish(Realm& realm) override { return make_buffer(realm, out); }
  const char* failure() const override { return "Argon2 job failed"; }

  std::string algorithm;
  ByteVector message, nonce, secret, associated, out;
  std::uint32_t lanes = 1, threads = 1, memory = 0, passes = 1;
};

ByteVector copy_of(v8::Local<v8::Value> value) {
  Bytes bytes(value);
  return {bytes.data(), bytes.data() + bytes.size()};
}

// argon2('ARGON2ID'..., message, nonce, lanes, tag length in bytes, memory in KiB, passes, secret, associated data,
// callback?) -> Buffer
void argon2(const v8::FunctionCallbackInfo<v8::Value>& args) {
  Realm& realm = Realm::from(args);
  auto number = [&](int i) { return args[i]->Uint32Value(realm.context()).FromMaybe(0); };
  auto job = std::make_unique<Argon2>();
  job->algorithm = to_utf8(args.GetIsolate(), args[0]);
  job->message = copy_of(args[1]);
  job->nonce = copy_of(args[2]);
  job->lanes = number(3);
  job->out.resize(number(4));
  job->memory = number(5);
  job->passes = number(6);
  job->secret = copy_of(args[7]);
  job->associated = copy_of(args[8]);
  run_job(args, std::move(job), args[9]);
}

constexpr Method kMethods[] = {{"argon2", argon2}};

}  // namespace
}  // namespace crypto

extern const Binding binding_crypto_argon2;
const Binding binding_crypto_argon2{"crypto_argon2", crypto::kMethods};

}  // namespace pkg::runtime
