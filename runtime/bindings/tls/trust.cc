// Which certificates are trusted without being told. Node carries a copy of Mozilla's list; we take the machine's,
// which on Debian, Ubuntu, Fedora, Alpine and their kin is that list, kept up to date by the system.

#include <cstdio>
#include <cstdlib>

#include <openssl/err.h>
#include <openssl/pem.h>

#include "runtime/bindings/tls/secure_context.h"

namespace pkg::runtime::tls {

namespace {

constexpr const char* kBundles[] = {"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt",
                                    "/etc/ssl/ca-bundle.pem", "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
                                    "/etc/ssl/cert.pem"};

std::vector<X509*> read_bundle(const char* path) {
  std::vector<X509*> out;
  Bio file(BIO_new_file(path, "r"));
  if (!file) {
    ERR_clear_error();
    return out;
  }
  while (X509* certificate = PEM_read_bio_X509(file.get(), nullptr, nullptr, nullptr)) out.push_back(certificate);
  ERR_clear_error();
  return out;
}

}  // namespace

const std::vector<X509*>& system_certificates() {
  static const std::vector<X509*>& all = *new std::vector<X509*>([] {
    if (const char* path = std::getenv("SSL_CERT_FILE"); path && *path) return read_bundle(path);
    for (const char* path : kBundles) {
      if (auto found = read_bundle(path); !found.empty()) return found;
    }
    return std::vector<X509*>();
  }());
  return all;
}

const std::vector<X509*>& extra_certificates() {
  static const std::vector<X509*>& all = *new std::vector<X509*>([] {
    const char* path = std::getenv("NODE_EXTRA_CA_CERTS");
    return path && *path ? read_bundle(path) : std::vector<X509*>();
  }());
  return all;
}

}  // namespace pkg::runtime::tls
