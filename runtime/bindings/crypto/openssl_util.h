#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <openssl/evp.h>

#include "runtime/core/binding.h"
#include "runtime/core/bytes.h"

namespace pkg::runtime::crypto {

template <typename T, void (*Free)(T*)>
struct FreeWith {
  void operator()(T* pointer) const { Free(pointer); }
};
template <typename T, void (*Free)(T*)>
using Owned = std::unique_ptr<T, FreeWith<T, Free>>;

using MdContext = Owned<EVP_MD_CTX, EVP_MD_CTX_free>;
using PkeyContext = Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;
using Pkey = Owned<EVP_PKEY, EVP_PKEY_free>;
using CipherContext = Owned<EVP_CIPHER_CTX, EVP_CIPHER_CTX_free>;

using ByteVector = std::vector<std::uint8_t>;

// Digest and cipher by name, fetched from the provider once per name and process
// (OpenSSL 3 takes microseconds for a fetch); null for unknown names.
const EVP_MD* find_digest(const std::string& name);
const EVP_CIPHER* find_cipher(const std::string& name);

// The first error of OpenSSL's queue as a JavaScript Error with `code`
// (ERR_OSSL_...), `library`, `reason` and `opensslErrorStack`; with
// `fallback` as the message when the queue is empty. Empties the queue.
v8::Local<v8::Value> openssl_error(Realm& realm, const char* fallback);
void throw_openssl_error(Realm& realm, const char* fallback);

// Throws an Error of this code and message.
void throw_coded(Realm& realm, const char* code, const char* message,
                 v8::Local<v8::Value> (*make)(v8::Local<v8::String>, v8::Local<v8::Value>) = v8::Exception::Error);

// `bytes` as a Buffer, or as a string when `encoding` is 'hex', 'base64',
// 'base64url', 'latin1' or 'binary'. Other encodings are made in JavaScript.
v8::Local<v8::Value> encode(Realm& realm, std::span<const std::uint8_t> bytes, v8::Local<v8::Value> encoding);

// The bytes of a string argument as UTF-8, or of a view.
class Input {
 public:
  Input(v8::Isolate* isolate, v8::Local<v8::Value> value);
  const std::uint8_t* data() const {
    return text_ ? reinterpret_cast<const std::uint8_t*>(text_->c_str()) : bytes_->data();
  }
  std::size_t size() const { return text_ ? text_->size() : bytes_->size(); }
  std::span<const std::uint8_t> span() const { return {data(), size()}; }

 private:
  std::optional<std::string> text_;
  std::optional<Bytes> bytes_;
};

// Work that may be slow, done on this thread or on the pool. `run` is called
// once, without V8; `finish` on the realm's thread gives the result, or an empty
// handle, then `error` is asked for the reason.
class Job {
 public:
  virtual ~Job() = default;
  virtual bool run() = 0;  // false: failed, OpenSSL's queue of this thread has the reason
  virtual v8::MaybeLocal<v8::Value> finish(Realm& realm) = 0;
  virtual const char* failure() const { return "Operation failed"; }
};

// With a function: runs `job` on the thread pool and calls callback(error,
// result) in the current async context. Without: runs it now and returns the
// result through `args`, or throws.
void run_job(const v8::FunctionCallbackInfo<v8::Value>& args, std::unique_ptr<Job> job, v8::Local<v8::Value> callback);

}  // namespace pkg::runtime::crypto
