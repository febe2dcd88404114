// internalBinding('crypto_hash'): digests and message authentication codes.

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/hmac.h>
#include <openssl/params.h>

#include <set>

#include "runtime/bindings/crypto/openssl_util.h"
#include "runtime/core/object_wrap.h"
#include "runtime/core/strings.h"

namespace pkg::runtime {

namespace crypto {

namespace {

class Hash final : public ObjectWrap {
 public:
  Hash(Realm& realm, v8::Local<v8::Object> object, MdContext context, std::size_t length)
      : ObjectWrap(realm, object), context(std::move(context)), length(length) {}
  MdContext context;
  std::size_t length;  // of the result, bytes
  ByteVector result;   // once finished
};

bool finish(EVP_MD_CTX* context, const EVP_MD* md, ByteVector& out) {
  if (EVP_MD_get_flags(md) & EVP_MD_FLAG_XOF) return EVP_DigestFinalXOF(context, out.data(), out.size()) == 1;
  return EVP_DigestFinal_ex(context, out.data(), nullptr) == 1;
}

// The output length to use, or nothing when this digest cannot give it.
std::optional<std::size_t> output_length(const EVP_MD* md, v8::Local<v8::Value> asked) {
  std::size_t usual = static_cast<std::size_t>(EVP_MD_get_size(md));
  bool extendable = EVP_MD_get_flags(md) & EVP_MD_FLAG_XOF;
  // SHAKE without a length: OpenSSL 3.4 and later set none; Node keeps the usual ones.
  if (extendable && usual == 0)
    usual = std::string_view(EVP_MD_get0_name(md)).find("128") != std::string_view::npos ? 16 : 32;
  if (!asked->IsUint32()) return usual;
  std::size_t wanted = asked.As<v8::Uint32>()->Value();
  if (wanted != usual && !extendable) return std::nullopt;
  return wanted;
}

// new Hash(algorithm | Hash to copy, outputLength?): throws the OpenSSL error for what cannot be
void construct_hash(const v8::FunctionCallbackInfo<v8::Value>& args) {
  Realm& realm = Realm::from(args);
  v8::Isolate* isolate = args.GetIsolate();
  MdContext context(EVP_MD_CTX_new());
  const EVP_MD* md;
  ERR_clear_error();
  if (Hash* original = ObjectWrap::unwrap<Hash>(args[0])) {
    md = EVP_MD_CTX_get0_md(original->context.get());
    if (EVP_MD_CTX_copy_ex(context.get(), original->context.get()) != 1)
      return throw_openssl_error(realm, "Digest copy error");
  } else {
    md = find_digest(to_utf8(isolate, args[0]));
    if (!md || EVP_DigestInit_ex(context.get(), md, nullptr) != 1)
      return throw_openssl_error(realm, "Digest method not supported");
  }
  auto length = output_length(md, args[1]);
  if (!length) {
    return throw_coded(realm, "ERR_OSSL_EVP_NOT_XOF_OR_INVALID_LENGTH",
                       "error:0D000000:Unsupported state or not XOF or invalid length");
  }
  new Hash(realm, args.This(), std::move(context), *length);
}

// update(string as UTF-8 | view) -> boolean
void update_hash(const v8::FunctionCallbackInfo<v8::Value>& args) {
  auto* hash = ObjectWrap::self<Hash>(args);
  Input input(args.GetIsolate(), args[0]);
  args.GetReturnValue().Set(EVP_DigestUpdate(hash->context.get(), input.data(), input.size()) == 1);
}

// digest(encoding?) -> Buffer or string; the same bytes when asked again
void digest_hash(const v8::FunctionCallbackInfo<v8::Value>& args) {
  auto* hash = ObjectWrap::self<Hash>(args);
  if (hash->result.empty() && hash->length > 0) {
    hash->result.resize(hash->length);
    if (!finish(hash->context.get(), EVP_MD_CTX_get0_md(hash->context.get()), hash->result)) {
      hash->result.clear();
      return throw_openssl_error(hash->realm(), "Digest failed");
    }
  }
  args.GetReturnValue().Set(encode(hash->realm(), hash->result, args[0]));
}

// oneShot(algorithm, data, encoding, outputLength?) -> Buffer or string
void one_shot(const v8::FunctionCallbackInfo<v8::Value>& args) {
  Realm& realm = Realm::from(args);
  ERR_clear_error();
  const EVP_MD* md = find_digest(to_utf8(args.GetIsolate(), args[0]));
  if (!md) return throw_openssl_error(realm, "Digest method not supported");
  auto length = output_length(md, args[3]);
  if (!length) {
    std::string message = "Output length " + to_utf8(args.GetIsolate(), args[3]) + " is invalid for " +
                          to_utf8(args.GetIsolate(), args[0]) + ", which does not support XOF";
    return throw_coded(realm, "ERR_OSSL_EVP_NOT_XOF_OR_INVALID_LENGTH", message.c_str());
  }
  Input input(args.GetIsolate(), args[1]);
  static thread_local MdContext context(EVP_MD_CTX_new());
  ByteVector out(*length);
  if (EVP_DigestInit_ex(context.get(), md, nullptr) != 1 ||
      EVP_DigestUpdate(context.get(), input.data(), input.size()) != 1 ||
      (*length > 0 && !finish(context.get(), md, out))) {
    return throw_openssl_error(realm, "Digest failed");
  }
  args.GetReturnValue().Set(encode(realm, out, args[2]));
}

using MacContext = Owned<EVP_MAC_CTX, EVP_MAC_CTX_free>;

class Hmac final : public ObjectWrap {
 public:
  Hmac(Realm& realm, v8::Local<v8::Object> object, MacContext context)
      : ObjectWrap(realm, object), context(std::move(context)) {}
  MacContext context;
};

// new Hmac(digest name, key view)
void construct_hmac(const v8::FunctionCallbackInfo<v8::Value>& args) {
  Realm& realm = Realm::from(args);
  std::string digest = to_utf8(args.GetIsolate(), args[0]);
  Bytes key(args[1]);
  const EVP_MD* md = find_digest(digest);
  if (!md) {
    std::string message = "Invalid digest: " + digest;
    return throw_coded(realm, "ERR_CRYPTO_INVALID_DIGEST", message.c_str(), v8::Exception::TypeError);
  }
  static EVP_MAC* const hmac = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
  MacContext context(EVP_MAC_CTX_new(hmac));
  std::string name = EVP_MD_get0_name(md);
  OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name.data(), name.size()),
                         OSSL_PARAM_construct_end()};
  // A null key would keep the context's former one.
  static const unsigned char empty = 0;
  if (EVP_MAC_init(context.get(), key.size() ? key.data() : &empty, key.size(), params) != 1) {
    return throw_openssl_error(realm, "HMAC initialization failed");
  }
  new Hmac(realm, args.This(), std::move(context));
}

void update_hmac(const v8::FunctionCallbackInfo<v8::Value>& args) {
  auto* hmac = ObjectWrap::self<Hmac>(args);
  Input input(args.GetIsolate(), args[0]);
  args.GetReturnValue().Set(hmac->context && EVP_MAC_update(hmac->context.get(), input.data(), input.size()) == 1);
}

// digest(encoding?) -> Buffer or string; empty the second time
void digest_hmac(const v8::FunctionCallbackInfo<v8::Value>& args) {
  auto* hmac = ObjectWrap::self<Hmac>(args);
  ByteVector out;
  if (hmac->context) {
    std::size_t size = 0;
    out.resize(EVP_MAX_MD_SIZE);
    if (EVP_MAC_final(hmac->context.get(), out.data(), &size, out.size()) != 1)
      return throw_openssl_error(hmac->realm(), "HMAC failed");
    out.resize(size);
    hmac->context.reset();
  }
  args.GetReturnValue().Set(encode(hmac->realm(), out, args[0]));
}

// getHashes() -> string[] sorted
void get_hashes(const v8::FunctionCallbackInfo<v8::Value>& args) {
  std::set<std::string> names;
  EVP_MD_do_all_sorted(
      [](const EVP_MD* md, const char* from, const char*, void* all) {
        // Aliases and what the default provider does not carry are left out when they cannot be used.
        if (from && find_digest(from)) static_cast<std::set<std::string>*>(all)->insert(from);
        std::ignore = md;
      },
      &names);
  std::vector<v8::Local<v8::Value>> values;
  for (const std::string& name : names) values.push_back(text(args.GetIsolate(), name));
  args.GetReturnValue().Set(v8::Array::New(args.GetIsolate(), values.data(), values.size()));
}

constexpr Method kHashMethods[] = {{"update", update_hash}, {"digest", digest_hash}};
constexpr Method kHmacMethods[] = {{"update", update_hmac}, {"digest", digest_hmac}};
constexpr Method kMethods[] = {{"oneShot", one_shot}, {"getHashes", get_hashes}};
constexpr Method kCallbacks[] = {{"Hash", construct_hash}, {"Hmac", construct_hmac}, {"update", update_hash},
                                 {"digest", digest_hash},  {"update", update_hmac},  {"digest", digest_hmac}};

void init(Realm& realm, v8::Local<v8::Object> target) {
  set_class(realm, target, "Hash", make_class(realm, "Hash", construct_hash, kHashMethods));
  set_class(realm, target, "Hmac", make_class(realm, "Hmac", construct_hmac, kHmacMethods));
}

}  // namespace
}  // namespace crypto

extern const Binding binding_crypto_hash;
const Binding binding_crypto_hash{"crypto_hash", crypto::kMethods, crypto::init, crypto::kCallbacks};

}  // namespace pkg::runtime
