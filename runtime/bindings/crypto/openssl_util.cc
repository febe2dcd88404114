#include "runtime/bindings/crypto/openssl_util.h"

#include <cctype>
#include <mutex>
#include <unordered_map>

#include <openssl/err.h>
#include <simdutf.h>
#include <uv.h>

#include "runtime/core/strings.h"

namespace pkg::runtime::crypto {

namespace {

template <typename T, T* (*Fetch)(OSSL_LIB_CTX*, const char*, const char*)>
const T* find_cached(const std::string& name) {
  static std::mutex mutex;
  static std::unordered_map<std::string, T*>& cache = *new std::unordered_map<std::string, T*>;
  std::lock_guard lock(mutex);
  auto [entry, fresh] = cache.try_emplace(name, nullptr);
  if (fresh) {
    entry->second = Fetch(nullptr, name.c_str(), nullptr);
    if (!entry->second) {
      ERR_clear_error();
      cache.erase(entry);
      return nullptr;
    }
  }
  return entry->second;
}

std::string upper_words(const char* words) {
  std::string out;
  for (const char* at = words; *at; ++at) out += *at == ' ' ? '_' : static_cast<char>(std::toupper(*at));
  return out;
}

std::string error_text(unsigned long error) {
  char buffer[256];
  ERR_error_string_n(error, buffer, sizeof buffer);
  return buffer;
}

}  // namespace

const EVP_MD* find_digest(const std::string& name) {
  // Names of signature algorithms stand for their digest, as in OpenSSL 1: "RSA-SHA256".
  if (const EVP_MD* found = find_cached<EVP_MD, EVP_MD_fetch>(name)) return found;
  const EVP_MD* alias = EVP_get_digestbyname(name == "dss1" || name == "DSS1" ? "sha1" : name.c_str());
  return alias ? find_cached<EVP_MD, EVP_MD_fetch>(EVP_MD_get0_name(alias)) : nullptr;
}

const EVP_CIPHER* find_cipher(const std::string& name) {
  if (const EVP_CIPHER* found = find_cached<EVP_CIPHER, EVP_CIPHER_fetch>(name)) return found;
  // Names of OpenSSL 1 that providers do not know ("aes256") lead to one they know.
  const EVP_CIPHER* alias = EVP_get_cipherbyname(name.c_str());
  return alias ? find_cached<EVP_CIPHER, EVP_CIPHER_fetch>(EVP_CIPHER_get0_name(alias)) : nullptr;
}

v8::Local<v8::Value> openssl_error(Realm& realm, const char* fallback) {
  v8::Isolate* isolate = realm.isolate();
  v8::Local<v8::Context> context = realm.context();
  unsigned long first = ERR_get_error();
  std::vector<v8::Local<v8::Value>> rest;
  while (unsigned long error = ERR_get_error()) rest.push_back(text(isolate, error_text(error)));
  if (first == 0) return v8::Exception::Error(text(isolate, fallback));
  // Somebody may have put setters on Object.prototype: what they throw is then the error.
  v8::TryCatch try_catch(isolate);
  auto error = v8::Exception::Error(text(isolate, error_text(first))).As<v8::Object>();
  auto set = [&](const char* key, v8::Local<v8::Value> value) {
    std::ignore = error->Set(context, intern(isolate, key), value);
  };
  if (!rest.empty()) set("opensslErrorStack", v8::Array::New(isolate, rest.data(), rest.size()));
  const char* library = ERR_lib_error_string(first);
  const char* reason = ERR_reason_error_string(first);
  if (library) set("library", text(isolate, library));
  if (reason) {
    set("reason", text(isolate, reason));
    // The library's short name stands in the code, but for the SSL library, whose reasons are known without it.
    static const std::unordered_map<int, const char*> names{
        {ERR_LIB_EVP, "EVP_"}, {ERR_LIB_RSA, "RSA_"},       {ERR_LIB_EC, "EC_"},        {ERR_LIB_DH, "DH_"},
        {ERR_LIB_DSA, "DSA_"}, {ERR_LIB_PEM, "PEM_"},       {ERR_LIB_ASN1, "ASN1_"},    {ERR_LIB_X509, "X509_"},
        {ERR_LIB_BN, "BN_"},   {ERR_LIB_PKCS12, "PKCS12_"}, {ERR_LIB_CRYPTO, "CRYPTO_"}};
    auto name = names.find(ERR_GET_LIB(first));
    set("code",
        text(isolate, "ERR_OSSL_" + std::string(name == names.end() ? "" : name->second) + upper_words(reason)));
  }
  return try_catch.HasCaught() ? try_catch.Exception() : error;
}

void throw_openssl_error(Realm& realm, const char* fallback) {
  realm.isolate()->ThrowException(openssl_error(realm, fallback));
}

void throw_coded(Realm& realm, const char* code, const char* message,
                 v8::Local<v8::Value> (*make)(v8::Local<v8::String>, v8::Local<v8::Value>)) {
  v8::Isolate* isolate = realm.isolate();
  auto error = make(text(isolate, message), {}).As<v8::Object>();
  error->CreateDataProperty(realm.context(), intern(isolate, "code"), intern(isolate, code)).Check();
  isolate->ThrowException(error);
}

v8::Local<v8::Value> encode(Realm& realm, std::span<const std::uint8_t> bytes, v8::Local<v8::Value> encoding) {
  v8::Isolate* isolate = realm.isolate();
  if (!encoding->IsString()) return make_buffer(realm, bytes);
  v8::String::Utf8Value name(isolate, encoding);
  std::string_view kind = *name ? *name : "";
  auto latin1 = [&](const char* data, std::size_t size) -> v8::Local<v8::Value> {
    return v8::String::NewFromOneByte(isolate, reinterpret_cast<const std::uint8_t*>(data), v8::NewStringType::kNormal,
                                      static_cast<int>(size))
        .ToLocalChecked();
  };
  if (kind == "hex") {
    static constexpr char digits[] = "0123456789abcdef";
    std::string out(bytes.size() * 2, '\0');
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      out[2 * i] = digits[bytes[i] >> 4];
      out[2 * i + 1] = digits[bytes[i] & 15];
    }
    return latin1(out.data(), out.size());
  }
  if (kind == "base64" || kind == "base64url") {
    auto options = kind == "base64" ? simdutf::base64_default : simdutf::base64_url;
    std::string out(simdutf::base64_length_from_binary(bytes.size(), options), '\0');
    simdutf::binary_to_base64(reinterpret_cast<const char*>(bytes.data()), bytes.size(), out.data(), options);
    return latin1(out.data(), out.size());
  }
  if (kind == "latin1" || kind == "binary") return latin1(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  return make_buffer(realm, bytes);
}

Input::Input(v8::Isolate* isolate, v8::Local<v8::Value> value) {
  if (!value->IsString()) {
    bytes_.emplace(value);
    return;
  }
  auto string = value.As<v8::String>();
  text_.emplace(string->Utf8LengthV2(isolate), '\0');
  string->WriteUtf8V2(isolate, text_->data(), text_->size(), v8::String::WriteFlags::kReplaceInvalidUtf8);
}

namespace {

// A job on its way through the pool. OpenSSL's error queue is per thread: the pool thread's is carried over as numbers.
struct Work {
  uv_work_t request;
  Realm* realm;
  std::unique_ptr<Job> job;
  v8::Global<v8::Function> callback;
  v8::Global<v8::Value> frame;
  bool succeeded = false;
  std::vector<unsigned long> errors;
};

void put_back(const std::vector<unsigned long>& errors) {
  for (unsigned long error : errors) {
    ERR_new();
    ERR_set_error(ERR_GET_LIB(error), ERR_GET_REASON(error), nullptr);
  }
}

}  // namespace

void run_job(const v8::FunctionCallbackInfo<v8::Value>& args, std::unique_ptr<Job> job, v8::Local<v8::Value> callback) {
  Realm& realm = Realm::from(args);
  ERR_clear_error();
  if (!callback->IsFunction()) {
    v8::Local<v8::Value> result;
    if (!job->run()) return throw_openssl_error(realm, job->failure());
    if (job->finish(realm).ToLocal(&result)) args.GetReturnValue().Set(result);
    return;
  }
  auto* work = new Work;
  work->request.data = work;
  work->realm = &realm;
  work->job = std::move(job);
  work->callback.Reset(realm.isolate(), callback.As<v8::Function>());
  work->frame.Reset(realm.isolate(), realm.isolate()->GetContinuationPreservedEmbedderData());
  uv_queue_work(
      realm.loop(), &work->request,
      [](uv_work_t* request) {
        auto* work = static_cast<Work*>(request->data);
        ERR_clear_error();
        work->succeeded = work->job->run();
        if (!work->succeeded) {
          while (unsigned long error = ERR_get_error()) work->errors.push_back(error);
        }
      },
      [](uv_work_t* request, int status) {
        std::unique_ptr<Work> work(static_cast<Work*>(request->data));
        Realm& realm = *work->realm;
        if (status == UV_ECANCELED || !realm.can_call_js()) return;
        v8::Isolate* isolate = realm.isolate();
        v8::HandleScope scope(isolate);
        v8::Context::Scope context(realm.context());
        v8::Local<v8::Value> arguments[] = {v8::Undefined(isolate), v8::Undefined(isolate)};
        if (!work->succeeded) {
          put_back(work->errors);
          arguments[0] = openssl_error(realm, work->job->failure());
        } else {
          v8::TryCatch try_catch(isolate);
          if (!work->job->finish(realm).ToLocal(&arguments[1])) {
            arguments[0] = try_catch.Exception();
            arguments[1] = v8::Undefined(isolate);
          }
        }
        std::ignore =
            realm.call(v8::Undefined(isolate), work->callback.Get(isolate), 2, arguments, work->frame.Get(isolate));
      });
}

}  // namespace pkg::runtime::crypto
