// internalBinding('crypto_keys'): keys of every kind: making, comparing, looking inside.

#include <algorithm>
#include <list>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/param_build.h>
#include <openssl/params.h>

#include "runtime/bindings/crypto/key.h"
#include "runtime/core/message.h"
#include "runtime/core/strings.h"

namespace pkg::runtime {

namespace crypto {

KeyRef key_of(v8::Local<v8::Value> handle) {
  auto* self = ObjectWrap::unwrap<KeyHandle>(handle);
  return self ? self->key : nullptr;
}

namespace {

// Keys do not change: the clone shares this one.
class SharedKey final : public TransferData {
 public:
  explicit SharedKey(KeyRef key) : key_(std::move(key)) {}
  v8::MaybeLocal<v8::Object> revive(Realm& realm) override {
    v8::Local<v8::Function> type;
    v8::Local<v8::Object> handle;
    if (!realm.binding_class("crypto_keys", "KeyHandle").ToLocal(&type) ||
        !type->NewInstance(realm.context()).ToLocal(&handle)) {
      return {};
    }
    ObjectWrap::unwrap<KeyHandle>(handle)->key = key_;
    return handle;
  }

 private:
  const KeyRef key_;
};

}  // namespace

std::shared_ptr<TransferData> KeyHandle::clone_data() { return std::make_shared<SharedKey>(key); }

void fill(v8::Local<v8::Value> handle, KeyData::Type type, Pkey pkey) {
  auto key = std::make_shared<KeyData>();
  key->type = type;
  key->pkey = std::move(pkey);
  ObjectWrap::unwrap<KeyHandle>(handle)->key = std::move(key);
}

std::string key_type_name(const EVP_PKEY* pkey) {
  const char* name = EVP_PKEY_get0_type_name(pkey);
  std::string out = name ? name : "";
  if (out == "DHX" || out == "X9.42 DH") return "dh";
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  if (out == "id-ecpublickey") return "ec";
  return out;
}

namespace {

using BigNumber = Owned<BIGNUM, BN_clear_free>;

// new KeyHandle(): empty
void construct_handle(const v8::FunctionCallbackInfo<v8::Value>& args) {
  new KeyHandle(Realm::from(args), args.This());
}

// setSecret(handle, bytes)
void set_secret(const v8::FunctionCallbackInfo<v8::Value>& args) {
  Bytes bytes(args[1]);
  auto key = std::make_shared<KeyData>();
  key->secret.assign(bytes.data(), bytes.data() + bytes.size());
  ObjectWrap::unwrap<KeyHandle>(args[0])->key = std::move(key);
}

// secretBytes(handle) -> Buffer
void secret_bytes(const v8::FunctionCallbackInfo<v8::Value>& args) {
  args.GetReturnValue().Set(make_buffer(Realm::from(args), key_of(args[0])->secret));
}

// toPublic(private handle, empty handle)
void to_public(const v8::FunctionCallbackInfo<v8::Value>& args) {
  KeyRef key = key_of(args[0]);
  EVP_PKEY_up_ref(key->pkey.get());
  fill(args[1], KeyData::kPublic, Pkey(key->pkey.get()));
}

// equals(handle, handle) -> boolean; both of one type
void equals(const v8::FunctionCallbackInfo<v8::Value>& args) {
  KeyRef a = key_of(args[0]), b = key_of(args[1]);
  bool same;
  if (a->type != b->type) {
    same = false;
  } else if (a->type == KeyData::kSecret) {
    same = a->secret.size() == b->secret.size() &&
           CRYPTO_memcmp(a->secret.data(), b->secret.data(), a->secret.size()) == 0;
  } else {
    same = EVP_PKEY_eq(a->pkey.get(), b->pkey.get()) == 1;
    ERR_clear_error();
  }
  args.GetReturnValue().Set(same);
}

// describe(handle) -> {type: 'rsa'..., bits} of a public or private key; size in bytes of a secret one
void describe(const v8::FunctionCallbackInfo<v8::Value>& args) {
  Realm& realm = Realm::from(args);
  KeyRef key = key_of(args[0]);
  if (key->type == KeyData::kSecret) return args.GetReturnValue().Set(static_cast<double>(key->secret.size()));
  v8::Local<v8::Object> out = v8::Object::New(args.GetIsolate());
  set_value(realm, out, "type", text(args.GetIsolate(), key_type_name(key->pkey.get())));
  set_constant(realm, out, "bits", EVP_PKEY_get_bits(key->pkey.get()));
  args.GetReturnValue().Set(out);
}

// getParam(handle, OpenSSL's name, kind) -> string for kind 's', number for 'n', Buffer for 'b' (an integer,
// big-endian) and 'o' (octets); undefined when the key has no such parameter
void get_param(const v8::FunctionCallbackInfo<v8::Value>& args) {
  Realm& realm = Realm::from(args);
  KeyRef key = key_of(args[0]);
  std::string name = to_utf8(args.GetIsolate(), args[1]), kind = to_utf8(args.GetIsolate(), args[2]);
  EVP_PKEY* pkey = key->pkey.get();
  if (kind == "s") {
    char buffer[128];
    std::size_t size = 0;
    if (EVP_PKEY_get_utf8_string_param(pkey, name.c_str(), buffer, sizeof buffer, &size) == 1) {
      args.GetReturnValue().Set(text(args.GetIsolate(), {buffer, size}));
    }
  } else if (kind == "n") {
    int number = 0;
    if (EVP_PKEY_get_int_param(pkey, name.c_str(), &number) == 1) args.GetReturnValue().Set(number);
  } else if (kind == "b") {
    BIGNUM* number = nullptr;
    if (EVP_PKEY_get_bn_param(pkey, name.c_str(), &number) == 1) {
      BigNumber owned(number);
      ByteVector bytes(static_cast<std::size_t>(BN_num_bytes(number)));
      BN_bn2bin(number, bytes.data());
      args.GetReturnValue().Set(make_buffer(realm, bytes));
    }
  } else {
    std::size_t size = 0;
    if (EVP_PKEY_get_octet_string_param(pkey, name.c_str(), nullptr, 0, &size) == 1) {
      ByteVector bytes(size);
      if (EVP_PKEY_get_octet_string_param(pkey, name.c_str(), bytes.data(), bytes.size(), &size) == 1) {
        bytes.resize(size);
        args.GetReturnValue().Set(make_buffer(realm, bytes));
      }
    }
  }
  ERR_clear_error();
}

// Parameters as JavaScript gives them: a flat array of name, kind (as in getParam), value.
class Params {
 public:
  Params(Realm& realm, v8::Local<v8::Value> list) : builder_(OSSL_PARAM_BLD_new()) {
    v8::Isolate* isolate = realm.isolate();
    v8::Local<v8::Context> context = realm.context();
    auto array = list.As<v8::Array>();
    for (std::uint32_t i = 0; i + 2 < array->Length(); i += 3) {
      names_.push_back(to_utf8(isolate, array->Get(context, i).ToLocalChecked()));
      const char* name = names_.back().c_str();
      std::string kind = to_utf8(isolate, array->Get(context, i + 1).ToLocalChecked());
      v8::Local<v8::Value> value = array->Get(context, i + 2).ToLocalChecked();
      if (kind == "s") {
        names_.push_back(to_utf8(isolate, value));
        OSSL_PARAM_BLD_push_utf8_string(builder_.get(), name, names_.back().c_str(), 0);
      } else if (kind == "n") {
        OSSL_PARAM_BLD_push_int(builder_.get(), name, value->Int32Value(context).FromMaybe(0));
      } else if (kind == "u") {
        OSSL_PARAM_BLD_push_size_t(builder_.get(), name, value->Uint32Value(context).FromMaybe(0));
      } else if (kind == "b") {
        Bytes bytes(value);
        numbers_.emplace_back(BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr));
        OSSL_PARAM_BLD_push_BN(builder_.get(), name, numbers_.back().get());
      } else {
        Bytes bytes(value);
        octets_.emplace_back(bytes.data(), bytes.data() + bytes.size());
        OSSL_PARAM_BLD_push_octet_string(builder_.get(), name, octets_.back().data(), octets_.back().size());
      }
    }
    params_.reset(OSSL_PARAM_BLD_to_param(builder_.get()));
  }
  OSSL_PARAM* get() const { return params_.get(); }

 private:
  // The builder keeps pointers into these until it is done: lists do not move what they hold.
  std::list<std::string> names_;
  std::list<BigNumber> numbers_;
  std::list<ByteVector> octets_;
  Owned<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free> builder_;
  Owned<OSSL_PARAM, OSSL_PARAM_free> params_;
};

Pkey make_from_data(const std::string& type, int selection, OSSL_PARAM* params) {
  PkeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, type.c_str(), nullptr));
  EVP_PKEY* pkey = nullptr;
  if (!context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &pkey, selection, params) != 1) {
    return nullptr;
  }
  return Pkey(pkey);
}

// fromData(handle, 1 public | 2 private, OpenSSL's type, params) -> boolean
void from_data(const v8::FunctionCallbackInfo<v8::Value>& args) {
  Realm& realm = Realm::from(args);
  bool is_private = args[1]->Int32Value(realm.context()).FromMaybe(0) == KeyData::kPrivate;
  Params params(realm, args[3]);
  ERR_clear_error();
  Pkey pkey = make_from_data(to_utf8(args.GetIsolate(), args[2]), is_private ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY,
                             params.get());
  ERR_clear_error();
  if (!pkey) return args.GetReturnValue().Set(false);
  fill(args[0], is_private ? KeyData::kPrivate : KeyData::kPublic, std::move(pkey));
  args.GetReturnValue().Set(true);
}

// fromRaw(handle, 1 public | 2 private, OpenSSL's type, bytes) -> boolean, for the Edwards and Montgomery curves
void from_raw(const v8::FunctionCallbackInfo<v8::Value>& args) {
  bool is_private = args[1]->Int32Value(Realm::from(args).context()).FromMaybe(0) == KeyData::kPrivate;
  std::string type = to_utf8(args.GetIsolate(), args[2]);
  Bytes bytes(args[3]);
  Pkey pkey(is_private ? EVP_PKEY_new_raw_private_key_ex(nullptr, type.c_str(), nullptr, bytes.data(), bytes.size())
                       : EVP_PKEY_new_raw_public_key_ex(nullptr, type.c_str(), nullptr, bytes.data(), bytes.size()));
  ERR_clear_error();
  args.GetReturnValue().Set(static_cast<bool>(pkey));
  if (pkey) fill(args[0], is_private ? KeyData::kPrivate : KeyData::kPublic, std::move(pkey));
}

enum class How { kKeys, kParametersFirst, kGivenParameters };

class GenerateKeyPair final : public Job {
 public:
  bool run() override {
    Pkey domain;
    if (how == How::kGivenParameters) {
      domain = make_from_data(type, EVP_PKEY_KEY_PARAMETERS, params->get());
      if (!domain) return false;
    } else if (how == How::kParametersFirst) {
      PkeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, type.c_str(), nullptr));
      EVP_PKEY* made = nullptr;
      if (!context || EVP_PKEY_paramgen_init(context.get()) != 1 ||
          EVP_PKEY_CTX_set_params(context.get(), params->get()) != 1 || EVP_PKEY_paramgen(context.get(), &made) != 1) {
        return false;
      }
      domain.reset(made);
    }
    PkeyContext context(domain ? EVP_PKEY_CTX_new_from_pkey(nullptr, domain.get(), nullptr)
                               : EVP_PKEY_CTX_new_from_name(nullptr, type.c_str(), nullptr));
    EVP_PKEY* made = nullptr;
    if (!context || EVP_PKEY_keygen_init(context.get()) != 1) return false;
    if (!domain && EVP_PKEY_CTX_set_params(context.get(), params->get()) != 1) return false;
    if (EVP_PKEY_generate(context.get(), &made) != 1) return false;
    pkey.reset(made);
    return true;
  }
  v8::MaybeLocal<v8::Value> finish(Realm& realm) override {
    v8::Isolate* isolate = realm.isolate();
    EVP_PKEY_up_ref(pkey.get());
    fill(public_handle.Get(isolate), KeyData::kPublic, Pkey(pkey.get()));
    fill(private_handle.Get(isolate), KeyData::kPrivate, std::move(pkey));
    return v8::Undefined(isolate);
  }
  const char* failure() const override { return "Key generation job failed"; }

  std::string type;
  How how = How::kKeys;
  std::unique_ptr<Params> params;
  v8::Global<v8::Value> public_handle, private_handle;
  Pkey pkey;
};

// generateKeyPair(public handle, private handle, OpenSSL's type, how: 0 keys | 1 parameters first | 2 parameters given,
// params, callback?): fills both
void generate_key_pair(const v8::FunctionCallbackInfo<v8::Value>& args) {
  Realm& realm = Realm::from(args);
  auto job = std::make_unique<GenerateKeyPair>();
  job->public_handle.Reset(realm.isolate(), args[0]);
  job->private_handle.Reset(realm.isolate(), args[1]);
  job->type = to_utf8(realm.isolate(), args[2]);
  job->how = static_cast<How>(args[3]->Int32Value(realm.context()).FromMaybe(0));
  job->params = std::make_unique<Params>(realm, args[4]);
  run_job(args, std::move(job), args[5]);
}

// curveName(name in any spelling) -> OpenSSL's short name; undefined for what is no curve
void curve_name(const v8::FunctionCallbackInfo<v8::Value>& args) {
  std::string name = to_utf8(args.GetIsolate(), args[0]);
  int nid = EC_curve_nist2nid(name.c_str());
  if (nid == NID_undef) nid = OBJ_sn2nid(name.c_str());
  if (nid == NID_undef) return;
  Owned<EC_GROUP, EC_GROUP_free> group(EC_GROUP_new_by_curve_name(nid));
  ERR_clear_error();
  if (group) args.GetReturnValue().Set(text(args.GetIsolate(), OBJ_nid2sn(nid)));
}

// getCurves() -> string[] sorted
void get_curves(const v8::FunctionCallbackInfo<v8::Value>& args) {
  std::vector<EC_builtin_curve> curves(EC_get_builtin_curves(nullptr, 0));
  EC_get_builtin_curves(curves.data(), curves.size());
  std::vector<std::string> names;
  for (const auto& curve : curves) names.push_back(OBJ_nid2sn(curve.nid));
  std::sort(names.begin(), names.end());
  std::vector<v8::Local<v8::Value>> values;
  for (const std::string& name : names) values.push_back(text(args.GetIsolate(), name));
  args.GetReturnValue().Set(v8::Array::New(args.GetIsolate(), values.data(), values.size()));
}

constexpr Method kMethods[] = {
    {"setSecret", set_secret},   {"secretBytes", secret_bytes}, {"toPublic", to_public},
    {"equals", equals},          {"describe", describe},        {"getParam", get_param},
    {"fromData", from_data},     {"fromRaw", from_raw},         {"generateKeyPair", generate_key_pair},
    {"curveName", curve_name},   {"getCurves", get_curves},     {"parse", parse_key},
    {"serialize", serialize_key}};
constexpr Method kCallbacks[] = {{"KeyHandle", construct_handle}};

void init(Realm& realm, v8::Local<v8::Object> target) {
  set_class(realm, target, "KeyHandle", make_class(realm, "KeyHandle", construct_handle, {}));
}

}  // namespace
}  // namespace crypto

extern const Binding binding_crypto_keys;
const Binding binding_crypto_keys{"crypto_keys", crypto::kMethods, crypto::init, crypto::kCallbacks};

}  // namespace pkg::runtime
