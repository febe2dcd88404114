// internalBinding('crypto_agree'): Diffie-Hellman on integers and on curves, and key encapsulation.

#include <openssl/bn.h>
#include <openssl/dh.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/objects.h>

#include "runtime/bindings/crypto/key.h"
#include "runtime/core/strings.h"

namespace pkg::runtime {

namespace crypto {

namespace {

using BigNumber = Owned<BIGNUM, BN_clear_free>;
using Arithmetic = Owned<BN_CTX, BN_CTX_free>;

BigNumber to_number(v8::Local<v8::Value> value) {
  Bytes bytes(value);
  return BigNumber(BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr));
}

v8::Local<v8::Value> to_buffer(Realm& realm, const BIGNUM* number, int size = 0) {
  if (size == 0) size = BN_num_bytes(number);
  ByteVector bytes(static_cast<std::size_t>(size));
  BN_bn2binpad(number, bytes.data(), size);
  return make_buffer(realm, bytes);
}

// dhPrime(group name) -> Buffer, big-endian; undefined when there is no such group. RFC 2409 and RFC 3526.
void dh_prime(const v8::FunctionCallbackInfo<v8::Value>& args) {
  struct Group {
    const char* name;
    BIGNUM* (*prime)(BIGNUM*);
  };
  static constexpr Group groups[] = {{"modp1", BN_get_rfc2409_prime_768},   {"modp2", BN_get_rfc2409_prime_1024},
                                     {"modp5", BN_get_rfc3526_prime_1536},  {"modp14", BN_get_rfc3526_prime_2048},
                                     {"modp15", BN_get_rfc3526_prime_3072}, {"modp16", BN_get_rfc3526_prime_4096},
                                     {"modp17", BN_get_rfc3526_prime_6144}, {"modp18", BN_get_rfc3526_prime_8192}};
  std::string name = to_utf8(args.GetIsolate(), args[0]);
  for (const Group& group : groups) {
    if (name != group.name) continue;
    BigNumber prime(group.prime(nullptr));
    return args.GetReturnValue().Set(to_buffer(Realm::from(args), prime.get()));
  }
}

// dhCheck(prime, generator) -> the DH_... constants of what is wrong with them, added up
void dh_check(const v8::FunctionCallbackInfo<v8::Value>& args) {
  BigNumber prime = to_number(args[0]), generator = to_number(args[1]);
  Arithmetic arithmetic(BN_CTX_new());
  int codes = 0;
  if (BN_check_prime(prime.get(), arithmetic.get(), nullptr) != 1) {
    codes |= DH_CHECK_P_NOT_PRIME;
  } else {
    BigNumber half(BN_new());
    BN_rshift1(half.get(), prime.get());
    if (BN_check_prime(half.get(), arithmetic.get(), nullptr) != 1) codes |= DH_CHECK_P_NOT_SAFE_PRIME;
  }
  BigNumber most(BN_dup(prime.get()));
  BN_sub_word(most.get(), 1);
  int bits = BN_num_bits(prime.get());
  if (bits < 512) codes |= DH_MODULUS_TOO_SMALL;
  if (bits > OPENSSL_DH_MAX_MODULUS_BITS) codes |= DH_MODULUS_TOO_LARGE;
  bool suitable = !BN_is_negative(generator.get()) && BN_cmp(generator.get(), BN_value_one()) > 0 &&
                  BN_cmp(generator.get(), most.get()) < 0;
  if (!suitable) codes |= DH_NOT_SUITABLE_GENERATOR;
  args.GetReturnValue().Set(codes);
}

// dhPower(base, exponent, modulus, size in bytes | 0) -> Buffer
void dh_power(const v8::FunctionCallbackInfo<v8::Value>& args) {
  Realm& realm = Realm::from(args);
  BigNumber base = to_number(args[0]), exponent = to_number(args[1]), modulus = to_number(args[2]);
  BN_set_flags(exponent.get(), BN_FLG_CONSTTIME);
  Arithmetic arithmetic(BN_CTX_new());
  BigNumber result(BN_new());
  ERR_clear_error();
  if (BN_mod_exp(result.get(), base.get(), exponent.get(), modulus.get(), arithmetic.get()) != 1) {
    return throw_openssl_error(realm, "Unspecified validation error");
  }
  args.GetReturnValue().Set(to_buffer(realm, result.get(), args[3]->Int32Value(realm.context()).FromMaybe(0)));
}

// dhCheckPeer(key, prime) -> -1 when it is too small, 1 too large, else 0: RFC 2631, 2.1.5
void dh_check_peer(const v8::FunctionCallbackInfo<v8::Value>& args) {
  BigNumber key = to_number(args[0]), limit = to_number(args[1]);
  BN_sub_word(limit.get(), 1);
  args.GetReturnValue().Set(BN_cmp(key.get(), BN_value_one()) <= 0 ? -1 : BN_cmp(key.get(), limit.get()) >= 0 ? 1 : 0);
}

using Group = Owned<EC_GROUP, EC_GROUP_free>;
using Point = Owned<EC_POINT, EC_POINT_free>;

Group group_of(const v8::FunctionCallbackInfo<v8::Value>& args) {
  int nid = OBJ_sn2nid(to_utf8(args.GetIsolate(), args[0]).c_str());
  return Group(nid == NID_undef ? nullptr : EC_GROUP_new_by_curve_name(nid));
}

Point to_point(const EC_GROUP* group, v8::Local<v8::Value> value) {
  Bytes bytes(value);
  Point point(EC_POINT_new(group));
  if (EC_POINT_oct2point(group, point.get(), bytes.data(), bytes.size(), nullptr) != 1) return nullptr;
  return point;
}

v8::Local<v8::Value> to_buffer(Realm& realm, const EC_GROUP* group, const EC_POINT* point, int form) {
  auto conversion = static_cast<point_conversion_form_t>(form);
  ByteVector bytes(EC_POINT_point2oct(group, point, conversion, nullptr, 0, nullptr));
  EC_POINT_point2oct(group, point, conversion, bytes.data(), bytes.size(), nullptr);
  return make_buffer(realm, bytes);
}

// ecPoint(curve, point, form: 2 compressed | 4 uncompressed | 6 hybrid) -> Buffer; undefined for what is no point of it
void ec_point(const v8::FunctionCallbackInfo<v8::Value>& args) {
  Realm& realm = Realm::from(args);
  Group group = group_of(args);
  Point point = to_point(group.get(), args[1]);
  ERR_clear_error();
  if (point)
    args.GetReturnValue().Set(
        to_buffer(realm, group.get(), point.get(), args[2]->Int32Value(realm.context()).FromMaybe(4)));
}

// ecGenerate(curve) -> Buffer: a private key, big-endian
void ec_generate(const v8::FunctionCallbackInfo<v8::Value>& args) {
  Group group = group_of(args);
  const BIGNUM* order = EC_GROUP_get0_order(group.get());
  BigNumber key(BN_secure_new());
  do {
    if (BN_priv_rand_range(key.get(), order) != 1)
      return throw_openssl_error(Realm::from(args), "Failed to generate key");
  } while (BN_is_zero(key.get()));
  args.GetReturnValue().Set(to_buffer(Realm::from(args), key.get()));
}

// ecOrderSize(curve) -> bytes of a private key
void ec_order_size(const v8::FunctionCallbackInfo<v8::Value>& args) {
  Group group = group_of(args);
  args.GetReturnValue().Set((EC_GROUP_order_bits(group.get()) + 7) / 8);
}

// ecPublic(curve, private key) -> Buffer, an uncompressed point; undefined when the key is not in the curve's range
void ec_public(const v8::FunctionCallbackInfo<v8::Value>& args) {
  Group group = group_of(args);
  BigNumber key = to_number(args[1]);
  BN_set_flags(key.get(), BN_FLG_CONSTTIME);
  if (BN_is_zero(key.get()) || BN_cmp(key.get(), EC_GROUP_get0_order(group.get())) >= 0) return;
  Point point(EC_POINT_new(group.get()));
  if (EC_POINT_mul(group.get(), point.get(), key.get(), nullptr, nullptr, nullptr) != 1) return ERR_clear_error();
  args.GetReturnValue().Set(to_buffer(Realm::from(args), group.get(), point.get(), POINT_CONVERSION_UNCOMPRESSED));
}

// ecShared(curve, private key, other's point) -> Buffer: the x of their product; undefined when it is no point of the
// curve
void ec_shared(const v8::FunctionCallbackInfo<v8::Value>& args) {
  Group group = group_of(args);
  BigNumber key = to_number(args[1]), x(BN_new());
  BN_set_flags(key.get(), BN_FLG_CONSTTIME);
  Point other = to_point(group.get(), args[2]), product(EC_POINT_new(group.get()));
  if (!other || EC_POINT_mul(group.get(), product.get(), nullptr, other.get(), key.get(), nullptr) != 1 ||
      EC_POINT_get_affine_coordinates(group.get(), product.get(), x.get(), nullptr, nullptr) != 1) {
    return ERR_clear_error();
  }
  args.GetReturnValue().Set(to_buffer(Realm::from(args), x.get(), (EC_GROUP_get_degree(group.get()) + 7) / 8));
}

class Derive final : public Job {
 public:
  bool run() override {
    PkeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, ours->pkey.get(), nullptr));
    std::size_t size = 0;
    if (!context || EVP_PKEY_derive_init(context.get()) <= 0) return false;
    if (EVP_PKEY_is_a(ours->pkey.get(), "DH")) EVP_PKEY_CTX_set_dh_pad(context.get(), 1);
    if (EVP_PKEY_derive_set_peer(context.get(), theirs->pkey.get()) <= 0 ||
        EVP_PKEY_derive(context.get(), nullptr, &size) <= 0) {
      return false;
    }
    secret.resize(size);
    if (EVP_PKEY_derive(context.get(), secret.data(), &size) <= 0) return false;
    secret.resize(size);
    return true;
  }
  v8::MaybeLocal<v8::Value> finish(Realm& realm) override { return make_buffer(realm, secret); }
  const char* failure() const override { return "diffieHellman failed"; }
  KeyRef ours, theirs;
  ByteVector secret;
};

// derive(private key handle, public key handle, callback?) -> Buffer
void derive(const v8::FunctionCallbackInfo<v8::Value>& args) {
  auto job = std::make_unique<Derive>();
  job->ours = key_of(args[0]);
  job->theirs = key_of(args[1]);
  run_job(args, std::move(job), args[2]);
}

// RSA's encapsulation, unlike the others, asks for its operation by name.
bool choose_operation(EVP_PKEY_CTX* context, const EVP_PKEY* pkey) {
  if (EVP_PKEY_is_a(pkey, "RSA")) return EVP_PKEY_CTX_set_kem_op(context, "RSASVE") > 0;
  if (EVP_PKEY_is_a(pkey, "EC") || EVP_PKEY_is_a(pkey, "X25519") || EVP_PKEY_is_a(pkey, "X448")) {
    return EVP_PKEY_CTX_set_kem_op(context, "DHKEM") > 0;
  }
  return true;
}

class Encapsulate final : public Job {
 public:
  bool run() override {
    PkeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, key->pkey.get(), nullptr));
    std::size_t ciphertext_size = 0, secret_size = 0;
    if (!context || EVP_PKEY_encapsulate_init(context.get(), nullptr) <= 0 ||
        !choose_operation(context.get(), key->pkey.get()) ||
        EVP_PKEY_encapsulate(context.get(), nullptr, &ciphertext_size, nullptr, &secret_size) <= 0) {
      return false;
    }
    ciphertext.resize(ciphertext_size);
    secret.resize(secret_size);
    return EVP_PKEY_encapsulate(context.get(), ciphertext.data(), &ciphertext_size, secret.data(), &secret_size) > 0;
  }
  v8::MaybeLocal<v8::Value> finish(Realm& realm) override {
    v8::Local<v8::Value> both[] = {make_buffer(realm, secret), make_buffer(realm, ciphertext)};
    return v8::Array::New(realm.isolate(), both, 2);
  }
  const char* failure() const override { return "Failed to perform encapsulation"; }
  KeyRef key;
  ByteVector ciphertext, secret;
};

// encapsulate(public key handle, callback?) -> [shared secret, ciphertext]
void encapsulate(const v8::FunctionCallbackInfo<v8::Value>& args) {
  auto job = std::make_unique<Encapsulate>();
  job->key = key_of(args[0]);
  run_job(args, std::move(job), args[1]);
}

class Decapsulate final : public Job {
 public:
  bool run() override {
    PkeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, key->pkey.get(), nullptr));
    std::size_t size = 0;
    if (!context || EVP_PKEY_decapsulate_init(context.get(), nullptr) <= 0 ||
        !choose_operation(context.get(), key->pkey.get()) ||
        EVP_PKEY_decapsulate(context.get(), nullptr, &size, ciphertext.data(), ciphertext.size()) <= 0) {
      return false;
    }
    secret.resize(size);
    if (EVP_PKEY_decapsulate(context.get(), secret.data(), &size, ciphertext.data(), ciphertext.size()) <= 0)
      return false;
    secret.resize(size);
    return true;
  }
  v8::MaybeLocal<v8::Value> finish(Realm& realm) override { return make_buffer(realm, secret); }
  const char* failure() const override { return "Failed to perform decapsulation"; }
  KeyRef key;
  ByteVector ciphertext, secret;
};

// decapsulate(private key handle, ciphertext, callback?) -> Buffer
void decapsulate(const v8::FunctionCallbackInfo<v8::Value>& args) {
  auto job = std::make_unique<Decapsulate>();
  job->key = key_of(args[0]);
  Bytes bytes(args[1]);
  job->ciphertext.assign(bytes.data(), bytes.data() + bytes.size());
  run_job(args, std::move(job), args[2]);
}

constexpr Method kMethods[] = {
    {"dhPrime", dh_prime},   {"dhCheck", dh_check},       {"dhPower", dh_power},        {"dhCheckPeer", dh_check_peer},
    {"ecPoint", ec_point},   {"ecGenerate", ec_generate}, {"ecPublic", ec_public},      {"ecOrderSize", ec_order_size},
    {"ecShared", ec_shared}, {"derive", derive},          {"encapsulate", encapsulate}, {"decapsulate", decapsulate}};

}  // namespace
}  // namespace crypto

extern const Binding binding_crypto_agree;
const Binding binding_crypto_agree{"crypto_agree", crypto::kMethods};

}  // namespace pkg::runtime
