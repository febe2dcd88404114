// internalBinding('crypto_cipher'): symmetric encryption, with and without authentication.

#include <climits>
#include <set>

#include <openssl/err.h>
#include <openssl/objects.h>

#include "resolver/base/result.h"
#include "runtime/bindings/crypto/openssl_util.h"
#include "runtime/core/object_wrap.h"
#include "runtime/core/strings.h"

namespace pkg::runtime {

namespace crypto {

namespace {

constexpr int kNoTag = -1;

bool is_chacha_poly(const EVP_CIPHER* cipher) { return EVP_CIPHER_is_a(cipher, "ChaCha20-Poly1305"); }

bool is_authenticated(const EVP_CIPHER* cipher) {
  int mode = EVP_CIPHER_get_mode(cipher);
  return mode == EVP_CIPH_GCM_MODE || mode == EVP_CIPH_CCM_MODE || mode == EVP_CIPH_OCB_MODE || is_chacha_poly(cipher);
}

// NIST SP 800-38D, 5.2.1.2.
bool is_gcm_tag_length(int length) { return length == 4 || length == 8 || (length >= 12 && length <= 16); }

class Cipher final : public ObjectWrap {
 public:
  Cipher(Realm& realm, v8::Local<v8::Object> object, CipherContext context, bool encrypt, int tag_length)
      : ObjectWrap(realm, object), context(std::move(context)), encrypt(encrypt), tag_length(tag_length) {}

  const EVP_CIPHER* cipher() const { return EVP_CIPHER_CTX_get0_cipher(context.get()); }
  int mode() const { return EVP_CIPHER_get_mode(cipher()); }
  // Hands a decryption's expected tag to OpenSSL, late, for setAuthTag() may come after setAAD().
  bool pass_tag() {
    if (encrypt || tag.empty() || tag_passed || !is_authenticated(cipher())) return true;
    tag_passed = true;
    return EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, static_cast<int>(tag.size()), tag.data()) == 1;
  }

  CipherContext context;  // null once finished
  bool encrypt;
  int tag_length;  // bytes, or kNoTag while none is chosen
  int longest_message = INT_MAX;
  bool authenticated = false;  // the finished cipher had a tag
  bool tag_passed = false;
  bool message_rejected = false;  // CCM verifies in update(); the failure is told by final()
  ByteVector tag;
};

void throw_invalid_tag(Realm& realm, const std::string& message) {
  throw_coded(realm, "ERR_CRYPTO_INVALID_AUTH_TAG", message.c_str(), v8::Exception::TypeError);
}

// The tag length to use for this cipher; nothing, with an exception, when it needs one or cannot have `asked`.
std::optional<int> choose_tag_length(Realm& realm, const EVP_CIPHER* cipher, const std::string& name, int asked) {
  int mode = EVP_CIPHER_get_mode(cipher);
  if (mode == EVP_CIPH_GCM_MODE) {
    if (asked == kNoTag || is_gcm_tag_length(asked)) return asked;
  } else {
    if (asked == kNoTag) {
      if (is_chacha_poly(cipher)) return 16;
      throw_invalid_tag(realm, "authTagLength required for " + name);
      return std::nullopt;
    }
    if (asked >= 1 && asked <= 16 && (mode != EVP_CIPH_CCM_MODE || (asked >= 4 && asked % 2 == 0))) return asked;
  }
  throw_invalid_tag(realm, "Invalid authentication tag length: " + std::to_string(asked));
  return std::nullopt;
}

// new Cipher(encrypt, name, key, iv | null, tag length | -1)
void construct_cipher(const v8::FunctionCallbackInfo<v8::Value>& args) {
  Realm& realm = Realm::from(args);
  bool encrypt = args[0]->IsTrue();
  std::string name = to_utf8(args.GetIsolate(), args[1]);
  Bytes key(args[2]), iv(args[3]);
  bool has_iv = !args[3]->IsNull();
  int asked = args[4]->Int32Value(realm.context()).FromMaybe(kNoTag);
  ERR_clear_error();
  const EVP_CIPHER* cipher = find_cipher(name);
  if (!cipher) return throw_coded(realm, "ERR_CRYPTO_UNKNOWN_CIPHER", "Unknown cipher");
  int iv_wanted = EVP_CIPHER_get_iv_length(cipher);
  int iv_size = static_cast<int>(iv.size());
  bool authenticated = is_authenticated(cipher);
  auto bad_iv = [&] {
    throw_coded(realm, "ERR_CRYPTO_INVALID_IV", "Invalid initialization vector", v8::Exception::TypeError);
  };
  if (!has_iv && iv_wanted != 0) return bad_iv();
  if (has_iv && !authenticated && iv_size != iv_wanted) return bad_iv();
  if (authenticated && iv_size == 0) return bad_iv();
  if (is_chacha_poly(cipher) && iv_size > 12) return bad_iv();
  CipherContext context(EVP_CIPHER_CTX_new());
  int mode = EVP_CIPHER_get_mode(cipher);
  if (mode == EVP_CIPH_WRAP_MODE) EVP_CIPHER_CTX_set_flags(context.get(), EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
  if (EVP_CipherInit_ex(context.get(), cipher, nullptr, nullptr, nullptr, encrypt) != 1) {
    return throw_openssl_error(realm, "Failed to initialize cipher");
  }
  int tag_length = asked;
  if (authenticated) {
    if (EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_IVLEN, iv_size, nullptr) != 1)
      return ERR_clear_error(), bad_iv();
    auto chosen = choose_tag_length(realm, cipher, name, asked);
    if (!chosen) return;
    tag_length = *chosen;
    bool early = mode == EVP_CIPH_CCM_MODE || mode == EVP_CIPH_OCB_MODE;
    if (early && EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, tag_length, nullptr) != 1) {
      ERR_clear_error();
      return throw_invalid_tag(realm, "Invalid authentication tag length: " + std::to_string(asked));
    }
  }
  if (static_cast<int>(key.size()) != EVP_CIPHER_CTX_get_key_length(context.get()) &&
      EVP_CIPHER_CTX_set_key_length(context.get(), static_cast<int>(key.size())) != 1) {
    ERR_clear_error();
    return throw_coded(realm, "ERR_CRYPTO_INVALID_KEYLEN", "Invalid key length", v8::Exception::RangeError);
  }
  if (EVP_CipherInit_ex(context.get(), nullptr, nullptr, key.data(), has_iv ? iv.data() : nullptr, encrypt) != 1) {
    return throw_openssl_error(realm, "Failed to initialize cipher");
  }
  auto* made = new Cipher(realm, args.This(), std::move(context), encrypt, tag_length);
  // The nonce of CCM takes its bytes from the message counter: RFC 3610, 2.1.
  if (mode == EVP_CIPH_CCM_MODE) made->longest_message = iv_size == 13 ? 65535 : iv_size == 12 ? 16777215 : INT_MAX;
}

void throw_state(Realm& realm, const char* message) { throw_coded(realm, "ERR_CRYPTO_INVALID_STATE", message); }

// Runs the update; the output, or nothing with the OpenSSL error queued.
bool run_update(Cipher& self, std::span<const std::uint8_t> input, ByteVector& out) {
  int written = 0;
  out.resize(input.size() + 2 * EVP_MAX_BLOCK_LENGTH);
  // A null input would be taken as additional data or as the end.
  static const unsigned char nothing = 0;
  const unsigned char* data = input.empty() ? &nothing : input.data();
  if (EVP_CipherUpdate(self.context.get(), out.data(), &written, data, static_cast<int>(input.size())) != 1)
    return false;
  out.resize(static_cast<std::size_t>(written));
  return true;
}

// update(string as UTF-8 | view) -> Buffer
void update(const v8::FunctionCallbackInfo<v8::Value>& args) {
  auto* self = ObjectWrap::self<Cipher>(args);
  Input input(args.GetIsolate(), args[0]);
  ERR_clear_error();
  if (!self->context) return throw_openssl_error(self->realm(), "Trying to add data in unsupported state");
  bool ccm = self->mode() == EVP_CIPH_CCM_MODE;
  if (input.size() > INT_MAX - 2 * EVP_MAX_BLOCK_LENGTH ||
      (ccm && input.size() > static_cast<std::size_t>(self->longest_message))) {
    return throw_coded(self->realm(), "ERR_CRYPTO_INVALID_MESSAGELEN", "Invalid message length",
                       v8::Exception::RangeError);
  }
  if (ccm && !self->encrypt && self->tag.empty())
    return throw_openssl_error(self->realm(), "Trying to add data in unsupported state");
  ByteVector out;
  if (!self->pass_tag() || !run_update(*self, input.span(), out)) {
    if (ccm && !self->encrypt) {
      self->message_rejected = true;
      ERR_clear_error();
      out.clear();
    } else {
      return throw_openssl_error(self->realm(), "Trying to add data in unsupported state");
    }
  }
  args.GetReturnValue().Set(make_buffer(self->realm(), out));
}

// final() -> Buffer
void finish(const v8::FunctionCallbackInfo<v8::Value>& args) {
  auto* self = ObjectWrap::self<Cipher>(args);
  Realm& realm = self->realm();
  if (!self->context) return throw_state(realm, "Invalid state");
  ERR_clear_error();
  bool authenticated = is_authenticated(self->cipher());
  int mode = self->mode();
  ByteVector out(EVP_MAX_BLOCK_LENGTH * 2);
  int written = 0;
  bool good;
  if (authenticated && !self->encrypt && (!self->pass_tag() || self->tag.empty())) {
    good = false;
  } else if (mode == EVP_CIPH_CCM_MODE && !self->encrypt) {
    good = !self->message_rejected;
  } else {
    // CCM makes its tag in an update, also in one of nothing at all.
    good = EVP_CipherFinal_ex(self->context.get(), out.data(), &written) == 1;
    if (good && self->encrypt && authenticated) {
      if (self->tag_length == kNoTag) self->tag_length = 16;
      self->tag.resize(static_cast<std::size_t>(self->tag_length));
      good = EVP_CIPHER_CTX_ctrl(self->context.get(), EVP_CTRL_AEAD_GET_TAG, self->tag_length, self->tag.data()) == 1;
    }
  }
  self->authenticated = authenticated;
  self->context.reset();
  if (!good)
    return throw_openssl_error(
        realm, authenticated ? "Unsupported state or unable to authenticate data" : "Unsupported state");
  out.resize(static_cast<std::size_t>(written));
  args.GetReturnValue().Set(make_buffer(realm, out));
}

// setAAD(view, plaintext length | -1) -> boolean
void set_aad(const v8::FunctionCallbackInfo<v8::Value>& args) {
  auto* self = ObjectWrap::self<Cipher>(args);
  Bytes data(args[0]);
  int length = args[1]->Int32Value(self->realm().context()).FromMaybe(-1);
  args.GetReturnValue().Set(false);
  if (!self->context || !is_authenticated(self->cipher())) return;
  ERR_clear_error();
  int written = 0;
  if (self->mode() == EVP_CIPH_CCM_MODE) {
    if (length < 0) {
      return throw_coded(self->realm(), "ERR_MISSING_ARGS", "options.plaintextLength required for CCM mode with AAD",
                         v8::Exception::TypeError);
    }
    if (length > self->longest_message) {
      return throw_coded(self->realm(), "ERR_CRYPTO_INVALID_MESSAGELEN", "Invalid message length",
                         v8::Exception::RangeError);
    }
    if (!self->pass_tag() || EVP_CipherUpdate(self->context.get(), nullptr, &written, nullptr, length) != 1)
      return ERR_clear_error();
  }
  args.GetReturnValue().Set(
      EVP_CipherUpdate(self->context.get(), nullptr, &written, data.data(), static_cast<int>(data.size())) == 1);
}

// getAuthTag() -> Buffer; undefined when there is none (yet)
void get_auth_tag(const v8::FunctionCallbackInfo<v8::Value>& args) {
  auto* self = ObjectWrap::self<Cipher>(args);
  if (self->context || !self->encrypt || self->tag.empty()) return;
  args.GetReturnValue().Set(make_buffer(self->realm(), self->tag));
}

// setAuthTag(view) -> boolean: false in a state that does not allow it
void set_auth_tag(const v8::FunctionCallbackInfo<v8::Value>& args) {
  auto* self = ObjectWrap::self<Cipher>(args);
  Bytes tag(args[0]);
  args.GetReturnValue().Set(false);
  if (!self->context || self->encrypt || !is_authenticated(self->cipher()) || !self->tag.empty()) return;
  int length = static_cast<int>(std::min<std::size_t>(tag.size(), INT_MAX));
  bool fits = self->tag_length == kNoTag ? is_gcm_tag_length(length) : length == self->tag_length;
  if (!fits)
    return throw_invalid_tag(self->realm(), "Invalid authentication tag length: " + std::to_string(tag.size()));
  self->tag_length = length;
  self->tag.assign(tag.data(), tag.data() + tag.size());
  args.GetReturnValue().Set(true);
}

// setAutoPadding(on) -> boolean
void set_auto_padding(const v8::FunctionCallbackInfo<v8::Value>& args) {
  auto* self = ObjectWrap::self<Cipher>(args);
  args.GetReturnValue().Set(
      self->context && EVP_CIPHER_CTX_set_padding(self->context.get(), args[0]->BooleanValue(args.GetIsolate())) == 1);
}

std::string lower(const char* name) {
  std::string out = name ? name : "";
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

// getCiphers() -> string[] sorted
void get_ciphers(const v8::FunctionCallbackInfo<v8::Value>& args) {
  std::set<std::string> names;
  EVP_CIPHER_do_all_sorted(
      [](const EVP_CIPHER*, const char* from, const char*, void* all) {
        // OpenSSL lists names of ciphers that no loaded provider carries.
        if (from && find_cipher(from)) static_cast<std::set<std::string>*>(all)->insert(lower(from));
      },
      &names);
  std::vector<v8::Local<v8::Value>> values;
  for (const std::string& name : names) values.push_back(text(args.GetIsolate(), name));
  args.GetReturnValue().Set(v8::Array::New(args.GetIsolate(), values.data(), values.size()));
}

const char* mode_name(int mode) {
  switch (mode) {
    case EVP_CIPH_CBC_MODE:
      return "cbc";
    case EVP_CIPH_CCM_MODE:
      return "ccm";
    case EVP_CIPH_CFB_MODE:
      return "cfb";
    case EVP_CIPH_CTR_MODE:
      return "ctr";
    case EVP_CIPH_ECB_MODE:
      return "ecb";
    case EVP_CIPH_GCM_MODE:
      return "gcm";
    case EVP_CIPH_OCB_MODE:
      return "ocb";
    case EVP_CIPH_OFB_MODE:
      return "ofb";
    case EVP_CIPH_WRAP_MODE:
      return "wrap";
    case EVP_CIPH_XTS_MODE:
      return "xts";
    case EVP_CIPH_STREAM_CIPHER:
      return "stream";
    default:
      return nullptr;
  }
}

// getCipherInfo(name | nid, key length?, iv length?) -> object; undefined when there is none with these
void get_cipher_info(const v8::FunctionCallbackInfo<v8::Value>& args) {
  Realm& realm = Realm::from(args);
  v8::Isolate* isolate = args.GetIsolate();
  const char* by_nid = args[0]->IsInt32() ? OBJ_nid2sn(args[0].As<v8::Int32>()->Value()) : nullptr;
  if (args[0]->IsNumber() && !by_nid) return;
  std::string name = by_nid ? by_nid : to_utf8(isolate, args[0]);
  ERR_clear_error();
  const EVP_CIPHER* cipher = find_cipher(name);
  if (!cipher) return;
  int mode = EVP_CIPHER_get_mode(cipher);
  int iv_length = EVP_CIPHER_get_iv_length(cipher);
  int key_length = EVP_CIPHER_get_key_length(cipher);
  if (args[1]->IsInt32() || args[2]->IsInt32()) {
    CipherContext context(EVP_CIPHER_CTX_new());
    if (mode == EVP_CIPH_WRAP_MODE) EVP_CIPHER_CTX_set_flags(context.get(), EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
    if (EVP_CipherInit_ex(context.get(), cipher, nullptr, nullptr, nullptr, 1) != 1) return ERR_clear_error();
    if (args[1]->IsInt32()) {
      int wanted = args[1].As<v8::Int32>()->Value();
      if (wanted != key_length && EVP_CIPHER_CTX_set_key_length(context.get(), wanted) != 1) return ERR_clear_error();
      key_length = wanted;
    }
    if (args[2]->IsInt32()) {
      int wanted = args[2].As<v8::Int32>()->Value();
      if (is_authenticated(cipher)) {
        if (EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_IVLEN, wanted, nullptr) != 1) return ERR_clear_error();
        iv_length = wanted;
      } else if (wanted != iv_length) {
        return;
      }
    }
  }
  v8::Local<v8::Object> info = v8::Object::New(isolate);
  if (const char* word = mode_name(mode)) set_value(realm, info, "mode", intern(isolate, word));
  int nid = EVP_CIPHER_get_nid(cipher);
  const char* usual = nid == NID_undef ? EVP_CIPHER_get0_name(cipher) : OBJ_nid2sn(nid);
  set_value(realm, info, "name", text(isolate, lower(usual)));
  set_constant(realm, info, "nid", nid);
  // Stream ciphers tell a block of one byte; so do the counter modes, whose block means nothing to callers.
  if (mode != EVP_CIPH_STREAM_CIPHER) set_constant(realm, info, "blockSize", EVP_CIPHER_get_block_size(cipher));
  if (iv_length != 0) set_constant(realm, info, "ivLength", iv_length);
  set_constant(realm, info, "keyLength", key_length);
  args.GetReturnValue().Set(info);
}

constexpr Method kCipherMethods[] = {{"update", update},           {"final", finish},
                                     {"setAAD", set_aad},          {"getAuthTag", get_auth_tag},
                                     {"setAuthTag", set_auth_tag}, {"setAutoPadding", set_auto_padding}};
constexpr Method kMethods[] = {{"getCiphers", get_ciphers}, {"getCipherInfo", get_cipher_info}};
constexpr Method kCallbacks[] = {{"Cipher", construct_cipher},
                                 {"update", update},
                                 {"final", finish},
                                 {"setAAD", set_aad},
                                 {"getAuthTag", get_auth_tag},
                                 {"setAuthTag", set_auth_tag},
                                 {"setAutoPadding", set_auto_padding}};

void init(Realm& realm, v8::Local<v8::Object> target) {
  set_class(realm, target, "Cipher", make_class(realm, "Cipher", construct_cipher, kCipherMethods));
}

}  // namespace
}  // namespace crypto

extern const Binding binding_crypto_cipher;
const Binding binding_crypto_cipher{"crypto_cipher", crypto::kMethods, crypto::init, crypto::kCallbacks};

}  // namespace pkg::runtime
