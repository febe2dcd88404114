// internalBinding('crypto_random'): random bytes, primes, and key derivation from secrets.

#include <limits>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/rand.h>

#include "resolver/base/result.h"
#include "runtime/bindings/crypto/openssl_util.h"
#include "runtime/core/strings.h"

namespace pkg::runtime {

namespace crypto {

namespace {

class RandomFill final : public Job {
 public:
  RandomFill(std::shared_ptr<v8::BackingStore> store, std::size_t offset, std::size_t size)
      : store_(std::move(store)), offset_(offset), size_(size) {}
  bool run() override {
    auto* at = static_cast<std::uint8_t*>(store_->Data()) + offset_;
    for (std::size_t left = size_; left > 0;) {
      int now = static_cast<int>(std::min<std::size_t>(left, std::numeric_limits<int>::max()));
      if (RAND_bytes(at, now) != 1) return false;
      at += now;
      left -= static_cast<std::size_t>(now);
    }
    return true;
  }
  v8::MaybeLocal<v8::Value> finish(Realm& realm) override { return v8::Undefined(realm.isolate()); }

 private:
  std::shared_ptr<v8::BackingStore> store_;
  std::size_t offset_, size_;
};

std::size_t to_size(Realm& realm, v8::Local<v8::Value> value) {
  return static_cast<std::size_t>(value->IntegerValue(realm.context()).FromMaybe(0));
}

// randomFill(view or buffer, offset bytes, size bytes, callback?)
void random_fill(const v8::FunctionCallbackInfo<v8::Value>& args) {
  Realm& realm = Realm::from(args);
  std::size_t offset = to_size(realm, args[1]), size = to_size(realm, args[2]);
  std::shared_ptr<v8::BackingStore> store;
  if (args[0]->IsArrayBufferView()) {
    auto view = args[0].As<v8::ArrayBufferView>();
    store = view->Buffer()->GetBackingStore();
    offset += view->ByteOffset();
  } else if (args[0]->IsSharedArrayBuffer()) {
    store = args[0].As<v8::SharedArrayBuffer>()->GetBackingStore();
  } else {
    store = args[0].As<v8::ArrayBuffer>()->GetBackingStore();
  }
  PKG_CHECK(offset <= store->ByteLength() && size <= store->ByteLength() - offset);
  run_job(args, std::make_unique<RandomFill>(std::move(store), offset, size), args[3]);
}

ByteVector copy_of(v8::Local<v8::Value> value) {
  Bytes bytes(value);
  return {bytes.data(), bytes.data() + bytes.size()};
}

// A job whose result is `out`, as an ArrayBuffer-backed Buffer.
class Derivation : public Job {
 public:
  v8::MaybeLocal<v8::Value> finish(Realm& realm) override { return make_buffer(realm, out); }
  ByteVector out;
};

class Pbkdf2 final : public Derivation {
 public:
  bool run() override {
    static const char empty = 0;
    return PKCS5_PBKDF2_HMAC(password.empty() ? &empty : reinterpret_cast<const char*>(password.data()),
                             static_cast<int>(password.size()), salt.data(), static_cast<int>(salt.size()), iterations,
                             digest, static_cast<int>(out.size()), out.data()) == 1;
  }
  const char* failure() const override { return "PBKDF2 failed"; }
  ByteVector password, salt;
  int iterations = 1;
  const EVP_MD* digest = nullptr;
};

// pbkdf2(password, salt, iterations, length, digest, callback?) -> Buffer; null for an unknown digest
void pbkdf2(const v8::FunctionCallbackInfo<v8::Value>& args) {
  Realm& realm = Realm::from(args);
  auto job = std::make_unique<Pbkdf2>();
  job->digest = find_digest(to_utf8(args.GetIsolate(), args[4]));
  if (!job->digest) return args.GetReturnValue().SetNull();
  job->password = copy_of(args[0]);
  job->salt = copy_of(args[1]);
  job->iterations = static_cast<int>(to_size(realm, args[2]));
  job->out.resize(to_size(realm, args[3]));
  run_job(args, std::move(job), args[5]);
}

class Scrypt final : public Derivation {
 public:
  bool run() override {
    return EVP_PBE_scrypt(reinterpret_cast<const char*>(password.data()), password.size(), salt.data(), salt.size(), n,
                          r, p, max_memory, out.data(), out.size()) == 1;
  }
  const char* failure() const override { return "Scrypt failed"; }
  ByteVector password, salt;
  std::uint64_t n = 0, r = 0, p = 0, max_memory = 0;
};

// scryptFits(N, r, p, maxmem) -> boolean: the parameters are legal and fit in the memory
void scrypt_fits(const v8::FunctionCallbackInfo<v8::Value>& args) {
  Realm& realm = Realm::from(args);
  args.GetReturnValue().Set(EVP_PBE_scrypt(nullptr, 0, nullptr, 0, to_size(realm, args[0]), to_size(realm, args[1]),
                                           to_size(realm, args[2]), to_size(realm, args[3]), nullptr, 0) == 1);
}

// scrypt(password, salt, length, N, r, p, maxmem, callback?) -> Buffer
void scrypt(const v8::FunctionCallbackInfo<v8::Value>& args) {
  Realm& realm = Realm::from(args);
  auto job = std::make_unique<Scrypt>();
  job->password = copy_of(args[0]);
  job->salt = copy_of(args[1]);
  job->out.resize(to_size(realm, args[2]));
  job->n = to_size(realm, args[3]);
  job->r = to_size(realm, args[4]);
  job->p = to_size(realm, args[5]);
  job->max_memory = to_size(realm, args[6]);
  run_job(args, std::move(job), args[7]);
}

class Hkdf final : public Derivation {
 public:
  bool run() override {
    if (out.empty()) return true;
    Owned<EVP_KDF_CTX, EVP_KDF_CTX_free> context(EVP_KDF_CTX_new(kdf()));
    // An empty vector's data is null, which OpenSSL refuses.
    for (ByteVector* bytes : {&key, &salt, &info}) bytes->reserve(1);
    OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest.data(), digest.size()),
                           OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, key.data(), key.size()),
                           OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SALT, salt.data(), salt.size()),
                           OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, info.data(), info.size()),
                           OSSL_PARAM_construct_end()};
    return EVP_KDF_derive(context.get(), out.data(), out.size(), params) == 1;
  }
  static EVP_KDF* kdf() {
    static EVP_KDF* const fetched = EVP_KDF_fetch(nullptr, "HKDF", nullptr);
    return fetched;
  }
  const char* failure() const override { return "HKDF failed"; }
  ByteVector key, salt, info;
  std::string digest;
};

// hkdf(digest, key, salt, info, length, callback?) -> Buffer; null for an unknown digest, false when too long
void hkdf(const v8::FunctionCallbackInfo<v8::Value>& args) {
  Realm& realm = Realm::from(args);
  const EVP_MD* md = find_digest(to_utf8(args.GetIsolate(), args[0]));
  if (!md) return args.GetReturnValue().SetNull();
  auto job = std::make_unique<Hkdf>();
  job->digest = EVP_MD_get0_name(md);
  job->key = copy_of(args[1]);
  job->salt = copy_of(args[2]);
  job->info = copy_of(args[3]);
  std::size_t length = to_size(realm, args[4]);
  if (length > 255 * static_cast<std::size_t>(EVP_MD_get_size(md))) return args.GetReturnValue().Set(false);
  job->out.resize(length);
  run_job(args, std::move(job), args[5]);
}

using BigNumber = Owned<BIGNUM, BN_clear_free>;

class GeneratePrime final : public Job {
 public:
  bool run() override {
    prime.reset(BN_new());
    return BN_generate_prime_ex(prime.get(), bits, safe, add.get(), rem.get(), nullptr) == 1;
  }
  v8::MaybeLocal<v8::Value> finish(Realm& realm) override {
    ByteVector bytes(static_cast<std::size_t>(BN_num_bytes(prime.get())));
    BN_bn2bin(prime.get(), bytes.data());
    return make_buffer(realm, bytes);
  }
  int bits = 0;
  bool safe = false;
  BigNumber prime, add, rem;
};

BigNumber big_number(v8::Local<v8::Value> value) {
  if (!value->IsArrayBufferView() && !value->IsArrayBuffer()) return nullptr;
  Bytes bytes(value);
  return BigNumber(BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr));
}

// generatePrime(bits, safe, add?, rem?, callback?) -> Buffer, big-endian; a string when the options cannot be met
void generate_prime(const v8::FunctionCallbackInfo<v8::Value>& args) {
  Realm& realm = Realm::from(args);
  auto job = std::make_unique<GeneratePrime>();
  job->bits = static_cast<int>(to_size(realm, args[0]));
  job->safe = args[1]->IsTrue();
  job->add = big_number(args[2]);
  job->rem = big_number(args[3]);
  if (job->add) {
    if (BN_num_bits(job->add.get()) > job->bits) {
      return throw_coded(realm, "ERR_OUT_OF_RANGE", "invalid options.add", v8::Exception::RangeError);
    }
    if (job->rem && BN_cmp(job->add.get(), job->rem.get()) != 1) {
      return throw_coded(realm, "ERR_OUT_OF_RANGE", "invalid options.rem", v8::Exception::RangeError);
    }
  }
  run_job(args, std::move(job), args[4]);
}

class CheckPrime final : public Job {
 public:
  bool run() override {
    Owned<BN_CTX, BN_CTX_free> context(BN_CTX_new());
    result_ = BN_check_prime(candidate.get(), context.get(), nullptr);
    return result_ >= 0;
  }
  v8::MaybeLocal<v8::Value> finish(Realm& realm) override { return v8::Boolean::New(realm.isolate(), result_ == 1); }
  BigNumber candidate;

 private:
  int result_ = -1;
};

// checkPrime(candidate bytes, callback?) -> boolean
void check_prime(const v8::FunctionCallbackInfo<v8::Value>& args) {
  auto job = std::make_unique<CheckPrime>();
  ERR_clear_error();
  job->candidate = big_number(args[0]);
  if (!job->candidate) return throw_openssl_error(Realm::from(args), "Invalid candidate");
  run_job(args, std::move(job), args[1]);
}

// timingSafeEqual(a, b) -> boolean; both of one length
void timing_safe_equal(const v8::FunctionCallbackInfo<v8::Value>& args) {
  Bytes a(args[0]), b(args[1]);
  PKG_CHECK(a.size() == b.size());
  args.GetReturnValue().Set(CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0);
}

constexpr Method kMethods[] = {{"randomFill", random_fill},
                               {"pbkdf2", pbkdf2},
                               {"scryptFits", scrypt_fits},
                               {"scrypt", scrypt},
                               {"hkdf", hkdf},
                               {"generatePrime", generate_prime},
                               {"checkPrime", check_prime},
                               {"timingSafeEqual", timing_safe_equal}};

}  // namespace
}  // namespace crypto

extern const Binding binding_crypto_random;
const Binding binding_crypto_random{"crypto_random", crypto::kMethods};

}  // namespace pkg::runtime
