// internalBinding('crypto_x509'): certificates (RFC 5280), and the signed public keys of <keygen>.

#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "runtime/bindings/crypto/key.h"
#include "runtime/core/strings.h"

namespace pkg::runtime {

namespace crypto {

namespace {

using Bio = Owned<BIO, BIO_free_all>;
using Certificate = Owned<X509, X509_free>;

class CertificateHandle final : public ObjectWrap {
 public:
  CertificateHandle(Realm& realm, v8::Local<v8::Object> object, Certificate certificate)
      : ObjectWrap(realm, object), certificate(std::move(certificate)) {}
  Certificate certificate;
};

X509* certificate_of(v8::Local<v8::Value> handle) {
  return ObjectWrap::unwrap<CertificateHandle>(handle)->certificate.get();
}

// new CertificateHandle(bytes of PEM or DER): throws the PEM reader's error for what is neither
void construct_certificate(const v8::FunctionCallbackInfo<v8::Value>& args) {
  Realm& realm = Realm::from(args);
  Bytes bytes(args[0]);
  ERR_clear_error();
  Bio bio(BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size())));
  pem_password_cb* refuse = [](char*, int, int, void*) { return -1; };
  Certificate certificate(PEM_read_bio_X509_AUX(bio.get(), nullptr, refuse, nullptr));
  if (!certificate) {
    ERR_set_mark();
    const unsigned char* at = bytes.data();
    certificate.reset(d2i_X509(nullptr, &at, static_cast<long>(bytes.size())));
    ERR_pop_to_mark();
  }
  if (!certificate) return throw_openssl_error(realm, "Failed to parse certificate");
  ERR_clear_error();
  new CertificateHandle(realm, args.This(), std::move(certificate));
}

std::string contents(BIO* bio) {
  char* data = nullptr;
  long size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

template <typename Print>
std::string printed(Print&& print) {
  Bio bio(BIO_new(BIO_s_mem()));
  print(bio.get());
  return contents(bio.get());
}

std::string oid_text(const ASN1_OBJECT* object) {
  char buffer[256];
  int size = OBJ_obj2txt(buffer, sizeof buffer, object, 1);
  return size > 0 ? std::string(buffer, std::min<std::size_t>(static_cast<std::size_t>(size), sizeof buffer - 1)) : "";
}

// Escaping is JavaScript's business: names may hold any character there.
constexpr unsigned long kNameFlags =
    ASN1_STRFLGS_ESC_2253 | ASN1_STRFLGS_UTF8_CONVERT | XN_FLAG_SEP_MULTILINE | XN_FLAG_FN_SN;

std::string name_text(const X509_NAME* name) {
  return printed([&](BIO* bio) { X509_NAME_print_ex(bio, name, 0, kNameFlags | ASN1_STRFLGS_ESC_CTRL); });
}

v8::Local<v8::Value> latin1(v8::Isolate* isolate, const ASN1_STRING* string) {
  return v8::String::NewFromOneByte(isolate, ASN1_STRING_get0_data(string), v8::NewStringType::kNormal,
                                    ASN1_STRING_length(string))
      .ToLocalChecked();
}

// The entries of a name, flat: short name or OID, value.
v8::Local<v8::Value> name_entries(v8::Isolate* isolate, const X509_NAME* name) {
  std::vector<v8::Local<v8::Value>> out;
  for (int i = 0; i < X509_NAME_entry_count(name); ++i) {
    const X509_NAME_ENTRY* entry = X509_NAME_get_entry(name, i);
    const ASN1_OBJECT* object = X509_NAME_ENTRY_get_object(entry);
    int nid = OBJ_obj2nid(object);
    unsigned char* value = nullptr;
    int size = ASN1_STRING_to_UTF8(&value, X509_NAME_ENTRY_get_data(entry));
    if (size < 0) continue;
    out.push_back(text(isolate, nid == NID_undef ? oid_text(object) : OBJ_nid2sn(nid)));
    out.push_back(text(isolate, {reinterpret_cast<char*>(value), static_cast<std::size_t>(size)}));
    OPENSSL_free(value);
  }
  return v8::Array::New(isolate, out.data(), out.size());
}

v8::Local<v8::String> other_name(v8::Isolate* isolate, const OTHERNAME* other) {
  struct Known {
    int nid, type;
    const char* name;
  };
  static constexpr Known all[] = {{NID_id_on_SmtpUTF8Mailbox, V_ASN1_UTF8STRING, "SmtpUTF8Mailbox"},
                                  {NID_XmppAddr, V_ASN1_UTF8STRING, "XmppAddr"},
                                  {NID_NAIRealm, V_ASN1_UTF8STRING, "NAIRealm"},
                                  {NID_SRVName, V_ASN1_IA5STRING, "SRVName"},
                                  {NID_ms_upn, V_ASN1_UTF8STRING, "UPN"}};
  int nid = OBJ_obj2nid(other->type_id);
  for (const Known& known : all) {
    if (known.nid != nid || other->value->type != known.type) continue;
    const ASN1_STRING* value = other->value->value.asn1_string;
    std::string bytes(reinterpret_cast<const char*>(ASN1_STRING_get0_data(value)),
                      static_cast<std::size_t>(ASN1_STRING_length(value)));
    return text(isolate, std::string(known.name) + ":" + bytes);
  }
  return text(isolate, "<unsupported>");
}

// A general name as two values: what it is, and its text; ones of characters of one byte are told by a third, true.
void push_general_name(v8::Isolate* isolate, const GENERAL_NAME* name, std::vector<v8::Local<v8::Value>>& out) {
  auto push = [&](const char* kind, v8::Local<v8::Value> value, bool bytes = false) {
    out.insert(out.end(), {text(isolate, kind), value, v8::Boolean::New(isolate, bytes)});
  };
  switch (name->type) {
    case GEN_DNS:
      return push("DNS", latin1(isolate, name->d.dNSName), true);
    case GEN_EMAIL:
      return push("email", latin1(isolate, name->d.rfc822Name), true);
    case GEN_URI:
      return push("URI", latin1(isolate, name->d.uniformResourceIdentifier), true);
    case GEN_RID:
      return push("Registered ID", text(isolate, oid_text(name->d.registeredID)));
    case GEN_OTHERNAME:
      return push("othername", other_name(isolate, name->d.otherName));
    case GEN_DIRNAME: {
      constexpr unsigned long flags = XN_FLAG_RFC2253 & ~(ASN1_STRFLGS_ESC_MSB | ASN1_STRFLGS_ESC_CTRL);
      return push("DirName",
                  text(isolate, printed([&](BIO* bio) { X509_NAME_print_ex(bio, name->d.dirn, 0, flags); })));
    }
    case GEN_IPADD: {
      std::string printed_name = printed([&](BIO* bio) { GENERAL_NAME_print(bio, const_cast<GENERAL_NAME*>(name)); });
      return push("IP Address", text(isolate, printed_name.substr(printed_name.find(':') + 1)));
    }
    case GEN_X400:
      return push("X400Name", text(isolate, "<unsupported>"));
    default:
      return push("EdiPartyName", text(isolate, "<unsupported>"));
  }
}

v8::Local<v8::Value> alt_names(v8::Isolate* isolate, X509* certificate) {
  auto* names = static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr));
  if (!names) return v8::Undefined(isolate);
  std::vector<v8::Local<v8::Value>> out;
  for (int i = 0; i < sk_GENERAL_NAME_num(names); ++i) push_general_name(isolate, sk_GENERAL_NAME_value(names, i), out);
  GENERAL_NAMES_free(names);
  return v8::Array::New(isolate, out.data(), out.size());
}

v8::Local<v8::Value> info_access(v8::Isolate* isolate, X509* certificate) {
  auto* access = static_cast<AUTHORITY_INFO_ACCESS*>(X509_get_ext_d2i(certificate, NID_info_access, nullptr, nullptr));
  if (!access) return v8::Undefined(isolate);
  std::vector<v8::Local<v8::Value>> out;
  for (int i = 0; i < sk_ACCESS_DESCRIPTION_num(access); ++i) {
    const ACCESS_DESCRIPTION* description = sk_ACCESS_DESCRIPTION_value(access, i);
    char method[80];
    i2t_ASN1_OBJECT(method, sizeof method, description->method);
    out.push_back(text(isolate, method));
    push_general_name(isolate, description->location, out);
  }
  AUTHORITY_INFO_ACCESS_free(access);
  return v8::Array::New(isolate, out.data(), out.size());
}

v8::Local<v8::Value> key_usage(v8::Isolate* isolate, X509* certificate) {
  auto* usages = static_cast<EXTENDED_KEY_USAGE*>(X509_get_ext_d2i(certificate, NID_ext_key_usage, nullptr, nullptr));
  if (!usages) return v8::Undefined(isolate);
  std::vector<v8::Local<v8::Value>> out;
  for (int i = 0; i < sk_ASN1_OBJECT_num(usages); ++i)
    out.push_back(text(isolate, oid_text(sk_ASN1_OBJECT_value(usages, i))));
  EXTENDED_KEY_USAGE_free(usages);
  return v8::Array::New(isolate, out.data(), out.size());
}

v8::Local<v8::Value> serial(v8::Isolate* isolate, X509* certificate) {
  Owned<BIGNUM, BN_free> number(ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate), nullptr));
  char* hex = BN_bn2hex(number.get());
  v8::Local<v8::Value> out = text(isolate, hex);
  OPENSSL_free(hex);
  return out;
}

double seconds(const ASN1_TIME* time) {
  Owned<ASN1_TIME, ASN1_TIME_free> epoch(ASN1_TIME_set(nullptr, 0));
  int days = 0, rest = 0;
  ASN1_TIME_diff(&days, &rest, epoch.get(), time);
  return days * 86400.0 + rest;
}

v8::Local<v8::Value> fingerprint(v8::Isolate* isolate, X509* certificate, const EVP_MD* md) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  if (X509_digest(certificate, md, digest, &size) != 1) return v8::Undefined(isolate);
  static constexpr char digits[] = "0123456789ABCDEF";
  std::string out;
  for (unsigned i = 0; i < size; ++i) {
    if (i > 0) out += ':';
    out += digits[digest[i] >> 4];
    out += digits[digest[i] & 15];
  }
  return text(isolate, out);
}

v8::Local<v8::Value> der(Realm& realm, X509* certificate) {
  unsigned char* bytes = nullptr;
  int size = i2d_X509(certificate, &bytes);
  v8::Local<v8::Value> out =
      make_buffer(realm, std::span<const std::uint8_t>(bytes, static_cast<std::size_t>(std::max(size, 0))));
  OPENSSL_free(bytes);
  return out;
}

// get(handle, field) -> what the field is: see each line
void get(const v8::FunctionCallbackInfo<v8::Value>& args) {
  Realm& realm = Realm::from(args);
  v8::Isolate* isolate = args.GetIsolate();
  X509* certificate = certificate_of(args[0]);
  std::string field = to_utf8(isolate, args[1]);
  auto answer = [&](v8::Local<v8::Value> value) { args.GetReturnValue().Set(value); };
  auto answer_text = [&](const std::string& value) { answer(text(isolate, value)); };
  const ASN1_OBJECT* algorithm = nullptr;
  X509_ALGOR_get0(&algorithm, nullptr, nullptr, X509_get0_tbs_sigalg(certificate));
  if (field == "subject") return answer_text(name_text(X509_get_subject_name(certificate)));
  if (field == "issuer") return answer_text(name_text(X509_get_issuer_name(certificate)));
  if (field == "subjectEntries") return answer(name_entries(isolate, X509_get_subject_name(certificate)));
  if (field == "issuerEntries") return answer(name_entries(isolate, X509_get_issuer_name(certificate)));
  if (field == "altNames") return answer(alt_names(isolate, certificate));
  if (field == "infoAccess") return answer(info_access(isolate, certificate));
  if (field == "keyUsage") return answer(key_usage(isolate, certificate));
  if (field == "serialNumber") return answer(serial(isolate, certificate));
  if (field == "validFrom")
    return answer_text(printed([&](BIO* bio) { ASN1_TIME_print(bio, X509_get0_notBefore(certificate)); }));
  if (field == "validTo")
    return answer_text(printed([&](BIO* bio) { ASN1_TIME_print(bio, X509_get0_notAfter(certificate)); }));
  if (field == "notBefore") return args.GetReturnValue().Set(seconds(X509_get0_notBefore(certificate)));
  if (field == "notAfter") return args.GetReturnValue().Set(seconds(X509_get0_notAfter(certificate)));
  if (field == "fingerprint") return answer(fingerprint(isolate, certificate, EVP_sha1()));
  if (field == "fingerprint256") return answer(fingerprint(isolate, certificate, EVP_sha256()));
  if (field == "fingerprint512") return answer(fingerprint(isolate, certificate, EVP_sha512()));
  if (field == "raw") return answer(der(realm, certificate));
  if (field == "pem") return answer_text(printed([&](BIO* bio) { PEM_write_bio_X509(bio, certificate); }));
  if (field == "ca") return args.GetReturnValue().Set(X509_check_ca(certificate) == 1);
  if (field == "signatureAlgorithmOid") return answer_text(oid_text(algorithm));
  if (field == "signatureAlgorithm") {
    int nid = OBJ_obj2nid(algorithm);
    if (nid != NID_undef) answer_text(OBJ_nid2ln(nid));
  }
}

// publicKey(handle, empty key handle)
void public_key(const v8::FunctionCallbackInfo<v8::Value>& args) {
  ERR_clear_error();
  Pkey pkey(X509_get_pubkey(certificate_of(args[0])));
  if (!pkey) return throw_openssl_error(Realm::from(args), "Failed to get public key");
  fill(args[1], KeyData::kPublic, std::move(pkey));
}

// check(handle, 'host' | 'email' | 'ip', name, flags) -> the name that matches; undefined when none does; null when
// `name` is no name of that kind
void check(const v8::FunctionCallbackInfo<v8::Value>& args) {
  X509* certificate = certificate_of(args[0]);
  std::string kind = to_utf8(args.GetIsolate(), args[1]), name = to_utf8(args.GetIsolate(), args[2]);
  unsigned flags = args[3]->Uint32Value(Realm::from(args).context()).FromMaybe(0);
  int result;
  char* peer = nullptr;
  if (kind == "host") {
    result = X509_check_host(certificate, name.data(), name.size(), flags, &peer);
  } else if (kind == "email") {
    result = X509_check_email(certificate, name.data(), name.size(), flags);
  } else {
    result = X509_check_ip_asc(certificate, name.c_str(), flags);
  }
  ERR_clear_error();
  if (result == -2) args.GetReturnValue().SetNull();
  if (result == 1) args.GetReturnValue().Set(text(args.GetIsolate(), peer ? peer : name));
  OPENSSL_free(peer);
}

// checkIssued(handle, issuer's handle) -> boolean
void check_issued(const v8::FunctionCallbackInfo<v8::Value>& args) {
  args.GetReturnValue().Set(X509_check_issued(certificate_of(args[1]), certificate_of(args[0])) == X509_V_OK);
  ERR_clear_error();
}

// checkPrivateKey(handle, key handle) -> boolean
void check_private_key(const v8::FunctionCallbackInfo<v8::Value>& args) {
  args.GetReturnValue().Set(X509_check_private_key(certificate_of(args[0]), key_of(args[1])->pkey.get()) == 1);
  ERR_clear_error();
}

// verify(handle, key handle) -> boolean
void verify(const v8::FunctionCallbackInfo<v8::Value>& args) {
  args.GetReturnValue().Set(X509_verify(certificate_of(args[0]), key_of(args[1])->pkey.get()) == 1);
  ERR_clear_error();
}

using Spkac = Owned<NETSCAPE_SPKI, NETSCAPE_SPKI_free>;

Spkac read_spkac(v8::Local<v8::Value> value) {
  Bytes bytes(value);
  std::string_view base64 = bytes.view();
  // Files end in a line feed, which the decoder would take as part of the text.
  while (!base64.empty() && std::isspace(static_cast<unsigned char>(base64.back()))) base64.remove_suffix(1);
  Spkac out(NETSCAPE_SPKI_b64_decode(base64.data(), static_cast<int>(base64.size())));
  ERR_clear_error();
  return out;
}

// spkac(bytes of base64, 'verify' | 'key' | 'challenge') -> boolean, Buffer of PEM, Buffer; undefined for what is none
void spkac(const v8::FunctionCallbackInfo<v8::Value>& args) {
  Realm& realm = Realm::from(args);
  Spkac signed_key = read_spkac(args[0]);
  if (!signed_key) return;
  std::string wanted = to_utf8(args.GetIsolate(), args[1]);
  auto answer = [&](const void* data, std::size_t size) {
    args.GetReturnValue().Set(make_buffer(realm, std::span(static_cast<const std::uint8_t*>(data), size)));
  };
  if (wanted == "challenge") {
    unsigned char* challenge = nullptr;
    int size = ASN1_STRING_to_UTF8(&challenge, signed_key->spkac->challenge);
    if (size >= 0) answer(challenge, static_cast<std::size_t>(size));
    OPENSSL_free(challenge);
    return;
  }
  Pkey pkey(NETSCAPE_SPKI_get_pubkey(signed_key.get()));
  if (wanted == "verify") {
    args.GetReturnValue().Set(pkey && NETSCAPE_SPKI_verify(signed_key.get(), pkey.get()) > 0);
  } else if (pkey) {
    std::string pem = printed([&](BIO* bio) { PEM_write_bio_PUBKEY(bio, pkey.get()); });
    answer(pem.data(), pem.size());
  }
  ERR_clear_error();
}

constexpr Method kMethods[] = {{"get", get},
                               {"publicKey", public_key},
                               {"check", check},
                               {"checkIssued", check_issued},
                               {"checkPrivateKey", check_private_key},
                               {"verify", verify},
                               {"spkac", spkac}};
constexpr Method kCallbacks[] = {{"CertificateHandle", construct_certificate}};

void init(Realm& realm, v8::Local<v8::Object> target) {
  set_class(realm, target, "CertificateHandle", make_class(realm, "CertificateHandle", construct_certificate, {}));
}

}  // namespace
}  // namespace crypto

extern const Binding binding_crypto_x509;
const Binding binding_crypto_x509{"crypto_x509", crypto::kMethods, crypto::init, crypto::kCallbacks};

}  // namespace pkg::runtime
