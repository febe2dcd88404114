#include "registry/signature.h"

#include <climits>
#include <string>

#include <dlfcn.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <unistd.h>

#include "registry/integrity.h"

namespace pkg::registry {
namespace {

// OpenSSL's part for public keys. Linked, it would make the program half as
// large again for a rare command; libcurl brings it along as a shared object.
struct CryptoApi {
  decltype(&::d2i_PUBKEY) read_key;
  decltype(&::EVP_PKEY_free) free_key;
  decltype(&::EVP_MD_CTX_new) context_new;
  decltype(&::EVP_MD_CTX_free) context_free;
  decltype(&::EVP_sha256) sha256;
  decltype(&::EVP_DigestVerifyInit) verify_init;
  decltype(&::EVP_DigestVerify) verify;
};

constexpr const char* kLibrary = "libcrypto.so.3";

Result<const CryptoApi*> load() {
  void* library = ::dlopen(kLibrary, RTLD_NOW | RTLD_LOCAL);
  char path[PATH_MAX];
  ssize_t length = ::readlink("/proc/self/exe", path, sizeof path);
  if (!library && length > 0) {
    std::string folder(path, static_cast<std::size_t>(length));
    folder.erase(folder.rfind('/'));
    library = ::dlopen((folder + "/../lib/pkg/" + kLibrary).c_str(), RTLD_NOW | RTLD_LOCAL);
  }
  static CryptoApi api;
  bool complete = library != nullptr;
  auto find = [&](auto& function, const char* name) {
    if (library) function = reinterpret_cast<std::remove_reference_t<decltype(function)>>(::dlsym(library, name));
    complete = complete && function;
  };
  find(api.read_key, "d2i_PUBKEY");
  find(api.free_key, "EVP_PKEY_free");
  find(api.context_new, "EVP_MD_CTX_new");
  find(api.context_free, "EVP_MD_CTX_free");
  find(api.sha256, "EVP_sha256");
  find(api.verify_init, "EVP_DigestVerifyInit");
  find(api.verify, "EVP_DigestVerify");
  if (!complete)
    return fail("ENOCRYPTO", std::string("the library that checks signatures cannot be loaded: ") + kLibrary,
                "the folder lib/pkg must be beside bin");
  return &api;
}

const unsigned char* bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

}  // namespace

Result<bool> verify_signature(std::string_view key, std::string_view message, std::string_view signature) {
  static const Result<const CryptoApi*> loaded = load();
  if (!loaded) return tl::unexpected<Error>(loaded.error());
  const CryptoApi& api = **loaded;
  const std::string der = base64_decode(key), signed_with = base64_decode(signature);
  const unsigned char* at = bytes(der);
  EVP_PKEY* parsed = api.read_key(nullptr, &at, static_cast<long>(der.size()));
  if (!parsed) return false;
  EVP_MD_CTX* context = api.context_new();
  bool valid = context && api.verify_init(context, nullptr, api.sha256(), nullptr, parsed) == 1 &&
               api.verify(context, bytes(signed_with), signed_with.size(), bytes(message), message.size()) == 1;
  api.context_free(context);
  api.free_key(parsed);
  return valid;
}

}  // namespace pkg::registry
