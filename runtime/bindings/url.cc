// URLs of the WHATWG standard, parsed and serialised by ada, and internationalised host names.

#include <ada.h>

#include "runtime/core/binding.h"
#include "runtime/core/encodings.h"
#include "runtime/core/strings.h"

namespace pkg::runtime {

namespace {

using Args = v8::FunctionCallbackInfo<v8::Value>;

// Where the parts of the last href begin and end: what setUrlComponents' array holds, in this order.
enum Component {
  kProtocolEnd,
  kUsernameEnd,
  kHostStart,
  kHostEnd,
  kPort,
  kPathnameStart,
  kSearchStart,
  kHashStart,
  kSchemeType,
  kComponentCount
};

std::uint32_t* components_of(Realm& realm) {
  return static_cast<std::uint32_t*>(realm.get(Slot::kUrlUpdate).As<v8::Uint32Array>()->Buffer()->Data());
}

void store(Realm& realm, const ada::url_aggregator& url) {
  const ada::url_components& from = url.get_components();
  std::uint32_t* to = components_of(realm);
  to[kProtocolEnd] = from.protocol_end;
  to[kUsernameEnd] = from.username_end;
  to[kHostStart] = from.host_start;
  to[kHostEnd] = from.host_end;
  to[kPort] = from.port;
  to[kPathnameStart] = from.pathname_start;
  to[kSearchStart] = from.search_start;
  to[kHashStart] = from.hash_start;
  to[kSchemeType] = static_cast<std::uint32_t>(url.type);
}

ada::result<ada::url_aggregator> parse_args(const Args& args) {
  v8::Isolate* isolate = args.GetIsolate();
  std::string input = to_utf8(isolate, args[0]);
  if (args[1]->IsString()) {
    auto base = ada::parse<ada::url_aggregator>(to_utf8(isolate, args[1]));
    if (!base) return base;
    return ada::parse<ada::url_aggregator>(input, &base.value());
  }
  return ada::parse<ada::url_aggregator>(input);
}

// parse(input, base?) -> href with the components set, or undefined when it is no URL
void parse(const Args& args) {
  auto url = parse_args(args);
  if (!url) return;
  store(Realm::from(args), *url);
  v8::Local<v8::String> href;
  if (utf8(args.GetIsolate(), url->get_href()).ToLocal(&href)) args.GetReturnValue().Set(href);
}

// canParse(input, base?) -> boolean
void can_parse(const Args& args) {
  v8::Isolate* isolate = args.GetIsolate();
  std::string input = to_utf8(isolate, args[0]);
  if (args[1]->IsString()) {
    std::string base = to_utf8(isolate, args[1]);
    std::string_view view = base;
    args.GetReturnValue().Set(ada::can_parse(input, &view));
  } else {
    args.GetReturnValue().Set(ada::can_parse(input));
  }
}

enum Part { kHref, kHash, kPortPart, kHostname, kHost, kPathname, kProtocol, kSearch, kPassword, kUsername };

// update(href, part, value) -> the new href with the components set, or undefined when the setter refuses the value
void update(const Args& args) {
  v8::Isolate* isolate = args.GetIsolate();
  Realm& realm = Realm::from(args);
  auto url = ada::parse<ada::url_aggregator>(to_utf8(isolate, args[0]));
  if (!url) return;
  std::string value = to_utf8(isolate, args[2]);
  bool taken = true;
  switch (args[1].As<v8::Int32>()->Value()) {
    case kHref:
      taken = url->set_href(value);
      break;
    case kHash:
      url->set_hash(value);
      break;
    case kPortPart:
      taken = url->set_port(value);
      break;
    case kHostname:
      taken = url->set_hostname(value);
      break;
    case kHost:
      taken = url->set_host(value);
      break;
    case kPathname:
      taken = url->set_pathname(value);
      break;
    case kProtocol:
      taken = url->set_protocol(value);
      break;
    case kSearch:
      url->set_search(value);
      break;
    case kPassword:
      taken = url->set_password(value);
      break;
    case kUsername:
      taken = url->set_username(value);
      break;
  }
  if (!taken) return;
  store(realm, *url);
  v8::Local<v8::String> href;
  if (utf8(isolate, url->get_href()).ToLocal(&href)) args.GetReturnValue().Set(href);
}

// format(href, hash, unicode, search, auth) -> href with those parts left out that are false, and the host in Unicode
void format(const Args& args) {
  v8::Isolate* isolate = args.GetIsolate();
  auto url = ada::parse<ada::url>(to_utf8(isolate, args[0]));
  if (!url) return;
  if (args[1]->IsFalse()) url->hash = std::nullopt;
  if (args[2]->IsTrue() && url->has_hostname()) url->host = ada::idna::to_unicode(url->get_hostname());
  if (args[3]->IsFalse()) url->query = std::nullopt;
  if (args[4]->IsFalse()) {
    url->username.clear();
    url->password.clear();
  }
  v8::Local<v8::String> href;
  if (utf8(isolate, url->get_href()).ToLocal(&href)) args.GetReturnValue().Set(href);
}

// domainToASCII(domain) -> the host as a URL has it; "" when it is none
void domain_to_ascii(const Args& args) {
  std::string input = to_utf8(args.GetIsolate(), args[0]);
  auto url = ada::parse<ada::url>("ws://x");
  std::string host = !input.empty() && url->set_hostname(input) ? url->get_hostname() : "";
  args.GetReturnValue().Set(text(args.GetIsolate(), host));
}

void domain_to_unicode(const Args& args) {
  std::string input = to_utf8(args.GetIsolate(), args[0]);
  auto url = ada::parse<ada::url>("ws://x");
  std::string host = !input.empty() && url->set_hostname(input) ? ada::idna::to_unicode(url->get_hostname()) : "";
  args.GetReturnValue().Set(text(args.GetIsolate(), host));
}

// toASCII(text), toUnicode(text): UTS #46 on a whole domain name, without a URL's host rules
void to_ascii(const Args& args) {
  args.GetReturnValue().Set(text(args.GetIsolate(), ada::idna::to_ascii(to_utf8(args.GetIsolate(), args[0]))));
}
void to_unicode(const Args& args) {
  args.GetReturnValue().Set(text(args.GetIsolate(), ada::idna::to_unicode(to_utf8(args.GetIsolate(), args[0]))));
}

// pathToFileURL(path) -> href of a file: URL with the components set; the path is absolute
void path_to_file_url(const Args& args) {
  v8::Isolate* isolate = args.GetIsolate();
  std::string path = to_utf8(isolate, args[0]);
  std::string escaped;
  escaped.reserve(path.size() + 8);
  // What would end the path, or be taken for an escape.
  for (char c : path) {
    switch (c) {
      case '%':
        escaped += "%25";
        break;
      case '\\':
        escaped += "%5C";
        break;
      case '\n':
        escaped += "%0A";
        break;
      case '\r':
        escaped += "%0D";
        break;
      case '\t':
        escaped += "%09";
        break;
      case '?':
        escaped += "%3F";
        break;
      case '#':
        escaped += "%23";
        break;
      default:
        escaped += c;
    }
  }
  auto url = ada::parse<ada::url_aggregator>("file://");
  url->set_pathname(escaped);
  store(Realm::from(args), *url);
  v8::Local<v8::String> href;
  if (utf8(isolate, url->get_href()).ToLocal(&href)) args.GetReturnValue().Set(href);
}

constexpr Method kMethods[] = {
    {"parse", parse},
    {"canParse", can_parse},
    {"update", update},
    {"format", format},
    {"domainToASCII", domain_to_ascii},
    {"domainToUnicode", domain_to_unicode},
    {"toASCII", to_ascii},
    {"toUnicode", to_unicode},
    {"pathToFileURL", path_to_file_url},
};

void init(Realm& realm, v8::Local<v8::Object> target) {
  auto components = v8::Uint32Array::New(v8::ArrayBuffer::New(realm.isolate(), kComponentCount * sizeof(std::uint32_t)),
                                         0, kComponentCount);
  realm.set(Slot::kUrlUpdate, components);
  set_value(realm, target, "components", components);
}

}  // namespace

extern const Binding binding_url;
const Binding binding_url{"url", kMethods, init};

}  // namespace pkg::runtime
