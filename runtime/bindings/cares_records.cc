#include "runtime/bindings/cares_records.h"

#include <vector>

#include "runtime/core/strings.h"

namespace pkg::runtime {

namespace {

// What ANY shows, in this order.
struct Kind {
  ares_dns_rec_type_t type;
  const char* name;
};
constexpr Kind kKinds[] = {{ARES_REC_TYPE_CNAME, "CNAME"}, {ARES_REC_TYPE_A, "A"},       {ARES_REC_TYPE_AAAA, "AAAA"},
                           {ARES_REC_TYPE_MX, "MX"},       {ARES_REC_TYPE_NS, "NS"},     {ARES_REC_TYPE_TXT, "TXT"},
                           {ARES_REC_TYPE_SRV, "SRV"},     {ARES_REC_TYPE_PTR, "PTR"},   {ARES_REC_TYPE_NAPTR, "NAPTR"},
                           {ARES_REC_TYPE_SOA, "SOA"},     {ARES_REC_TYPE_TLSA, "TLSA"}, {ARES_REC_TYPE_CAA, "CAA"}};

// An object of one record's fields.
class Fields {
 public:
  Fields(Realm& realm, const ares_dns_rr_t* record)
      : realm_(realm), isolate_(realm.isolate()), record_(record), object_(v8::Object::New(isolate_)) {}

  void set(std::string_view name, v8::Local<v8::Value> value) {
    std::ignore = object_->Set(realm_.context(), intern(isolate_, name), value);
  }
  void name(const char* key, ares_dns_rr_key_t field) {
    const char* value = ares_dns_rr_get_str(record_, field);
    set(key, text(isolate_, value ? value : ""));
  }
  void u8(const char* key, ares_dns_rr_key_t field) { number(key, ares_dns_rr_get_u8(record_, field)); }
  void u16(const char* key, ares_dns_rr_key_t field) { number(key, ares_dns_rr_get_u16(record_, field)); }
  void u32(const char* key, ares_dns_rr_key_t field) { number(key, ares_dns_rr_get_u32(record_, field)); }
  void number(const char* key, std::uint32_t value) { set(key, v8::Integer::NewFromUnsigned(isolate_, value)); }
  v8::Local<v8::Object> object() const { return object_; }

 private:
  Realm& realm_;
  v8::Isolate* isolate_;
  const ares_dns_rr_t* record_;
  v8::Local<v8::Object> object_;
};

// Bytes of any meaning, each a character.
v8::Local<v8::String> latin1(v8::Isolate* isolate, const unsigned char* bytes, std::size_t size) {
  return v8::String::NewFromOneByte(isolate, bytes, v8::NewStringType::kNormal, static_cast<int>(size))
      .ToLocalChecked();
}

v8::Local<v8::String> address(v8::Isolate* isolate, const ares_dns_rr_t* record, ares_dns_rec_type_t type) {
  char ip[INET6_ADDRSTRLEN] = "";
  if (type == ARES_REC_TYPE_A) {
    ares_inet_ntop(AF_INET, ares_dns_rr_get_addr(record, ARES_RR_A_ADDR), ip, sizeof ip);
  } else {
    ares_inet_ntop(AF_INET6, ares_dns_rr_get_addr6(record, ARES_RR_AAAA_ADDR), ip, sizeof ip);
  }
  return text(isolate, ip);
}

v8::Local<v8::Array> chunks(v8::Isolate* isolate, const ares_dns_rr_t* record) {
  std::vector<v8::Local<v8::Value>> parts;
  std::size_t count = ares_dns_rr_get_abin_cnt(record, ARES_RR_TXT_DATA);
  for (std::size_t i = 0; i < count; i++) {
    std::size_t size = 0;
    const unsigned char* bytes = ares_dns_rr_get_abin(record, ARES_RR_TXT_DATA, i, &size);
    parts.push_back(latin1(isolate, bytes, size));
  }
  return v8::Array::New(isolate, parts.data(), parts.size());
}

v8::Local<v8::ArrayBuffer> certificate_data(v8::Isolate* isolate, const ares_dns_rr_t* record) {
  std::size_t size = 0;
  const unsigned char* bytes = ares_dns_rr_get_bin(record, ARES_RR_TLSA_DATA, &size);
  auto buffer = v8::ArrayBuffer::New(isolate, size);
  if (size > 0) std::memcpy(buffer->Data(), bytes, size);
  return buffer;
}

// One record; `bare` ones of a single name, address or text are that, not objects.
v8::Local<v8::Value> record_to_js(Realm& realm, const ares_dns_rr_t* record, bool bare) {
  v8::Isolate* isolate = realm.isolate();
  Fields fields(realm, record);
  ares_dns_rec_type_t type = ares_dns_rr_get_type(record);
  auto name = [&](ares_dns_rr_key_t field) { return text(isolate, ares_dns_rr_get_str(record, field)); };
  switch (type) {
    case ARES_REC_TYPE_A:
    case ARES_REC_TYPE_AAAA:
      if (bare) return address(isolate, record, type);
      fields.set("address", address(isolate, record, type));
      fields.number("ttl", ares_dns_rr_get_ttl(record));
      break;
    case ARES_REC_TYPE_CNAME:
      if (bare) return name(ARES_RR_CNAME_CNAME);
      fields.name("value", ARES_RR_CNAME_CNAME);
      break;
    case ARES_REC_TYPE_NS:
      if (bare) return name(ARES_RR_NS_NSDNAME);
      fields.name("value", ARES_RR_NS_NSDNAME);
      break;
    case ARES_REC_TYPE_PTR:
      if (bare) return name(ARES_RR_PTR_DNAME);
      fields.name("value", ARES_RR_PTR_DNAME);
      break;
    case ARES_REC_TYPE_TXT:
      if (bare) return chunks(isolate, record);
      fields.set("entries", chunks(isolate, record));
      break;
    case ARES_REC_TYPE_MX:
      fields.name("exchange", ARES_RR_MX_EXCHANGE);
      fields.u16("priority", ARES_RR_MX_PREFERENCE);
      break;
    case ARES_REC_TYPE_SRV:
      fields.name("name", ARES_RR_SRV_TARGET);
      fields.u16("port", ARES_RR_SRV_PORT);
      fields.u16("priority", ARES_RR_SRV_PRIORITY);
      fields.u16("weight", ARES_RR_SRV_WEIGHT);
      break;
    case ARES_REC_TYPE_NAPTR:
      fields.name("flags", ARES_RR_NAPTR_FLAGS);
      fields.name("service", ARES_RR_NAPTR_SERVICES);
      fields.name("regexp", ARES_RR_NAPTR_REGEXP);
      fields.name("replacement", ARES_RR_NAPTR_REPLACEMENT);
      fields.u16("order", ARES_RR_NAPTR_ORDER);
      fields.u16("preference", ARES_RR_NAPTR_PREFERENCE);
      break;
    case ARES_REC_TYPE_SOA:
      fields.name("nsname", ARES_RR_SOA_MNAME);
      fields.name("hostmaster", ARES_RR_SOA_RNAME);
      fields.u32("serial", ARES_RR_SOA_SERIAL);
      fields.u32("refresh", ARES_RR_SOA_REFRESH);
      fields.u32("retry", ARES_RR_SOA_RETRY);
      fields.u32("expire", ARES_RR_SOA_EXPIRE);
      fields.u32("minttl", ARES_RR_SOA_MINIMUM);
      break;
    case ARES_REC_TYPE_TLSA:
      fields.u8("certUsage", ARES_RR_TLSA_CERT_USAGE);
      fields.u8("selector", ARES_RR_TLSA_SELECTOR);
      fields.u8("match", ARES_RR_TLSA_MATCH);
      fields.set("data", certificate_data(isolate, record));
      break;
    case ARES_REC_TYPE_CAA: {
      // The property that is authorized names its own field.
      fields.u8("critical", ARES_RR_CAA_CRITICAL);
      fields.set("type", intern(isolate, "CAA"));
      std::size_t size = 0;
      const unsigned char* value = ares_dns_rr_get_bin(record, ARES_RR_CAA_VALUE, &size);
      fields.set(ares_dns_rr_get_str(record, ARES_RR_CAA_TAG), latin1(isolate, value, size));
      break;
    }
    default:
      break;
  }
  return fields.object();
}

// MX and SRV tell their type wherever they stand; CAA too, among its fields.
bool always_typed(ares_dns_rec_type_t type) { return type == ARES_REC_TYPE_MX || type == ARES_REC_TYPE_SRV; }

void append(Realm& realm, const ares_dns_record_t* answer, const Kind& kind, bool bare, bool typed,
            std::vector<v8::Local<v8::Value>>& out) {
  std::size_t count = ares_dns_record_rr_cnt(answer, ARES_SECTION_ANSWER);
  for (std::size_t i = 0; i < count; i++) {
    const ares_dns_rr_t* record = ares_dns_record_rr_get_const(answer, ARES_SECTION_ANSWER, i);
    if (ares_dns_rr_get_type(record) != kind.type) continue;
    v8::Local<v8::Value> value = record_to_js(realm, record, bare);
    if ((typed && kind.type != ARES_REC_TYPE_CAA) || always_typed(kind.type)) {
      std::ignore = value.As<v8::Object>()->Set(realm.context(), intern(realm.isolate(), "type"),
                                                intern(realm.isolate(), kind.name));
    }
    out.push_back(value);
  }
}

}  // namespace

v8::MaybeLocal<v8::Value> records_to_js(Realm& realm, const ares_dns_record_t* answer, ares_dns_rec_type_t type,
                                        ShowTtl ttl, ares_status_t& status) {
  std::vector<v8::Local<v8::Value>> out;
  bool any = type == ARES_REC_TYPE_ANY;
  for (const Kind& kind : kKinds) {
    if (any)
      append(realm, answer, kind, false, true, out);
    else if (kind.type == type)
      append(realm, answer, kind, ttl == ShowTtl::kNo, false, out);
  }
  if (type == ARES_REC_TYPE_SOA) {
    if (!out.empty()) return out.front();
    status = ARES_EBADRESP;
    return {};
  }
  // For CAA and TLSA, none is an answer.
  if (out.empty() && type != ARES_REC_TYPE_CAA && type != ARES_REC_TYPE_TLSA) {
    status = ARES_ENODATA;
    return {};
  }
  return v8::Array::New(realm.isolate(), out.data(), out.size());
}

}  // namespace pkg::runtime
