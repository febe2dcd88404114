// The system's resolver: names to addresses and back, as getaddrinfo(3) and getnameinfo(3) on libuv's threads.

#include <netdb.h>

#include "runtime/core/request.h"

namespace pkg::runtime {

namespace {

using Args = v8::FunctionCallbackInfo<v8::Value>;
using Lookup = Request<uv_getaddrinfo_t>;
using Service = Request<uv_getnameinfo_t>;

std::int32_t integer(const Args& args, int index) {
  return args[index]->Int32Value(args.GetIsolate()->GetCurrentContext()).FromMaybe(0);
}

void on_addresses(uv_getaddrinfo_t* done, int status, addrinfo* found) {
  std::unique_ptr<Lookup> request(Lookup::from(done));
  v8::Isolate* isolate = request->realm().isolate();
  v8::HandleScope scope(isolate);
  auto context = request->realm().context();
  v8::Context::Scope entered(context);
  std::vector<v8::Local<v8::Value>> addresses;
  for (addrinfo* entry = found; entry; entry = entry->ai_next) {
    if (entry->ai_socktype != SOCK_STREAM) continue;  // each address comes once a socket type
    char ip[INET6_ADDRSTRLEN];
    int error = entry->ai_family == AF_INET ? uv_ip4_name(reinterpret_cast<sockaddr_in*>(entry->ai_addr), ip, sizeof ip)
                : entry->ai_family == AF_INET6
                    ? uv_ip6_name(reinterpret_cast<sockaddr_in6*>(entry->ai_addr), ip, sizeof ip)
                    : UV_EINVAL;
    if (error == 0) addresses.push_back(text(isolate, ip));
  }
  if (found) uv_freeaddrinfo(found);
  v8::Local<v8::Value> argv[] = {v8::Integer::New(isolate, status),
                                 v8::Array::New(isolate, addresses.data(), addresses.size())};
  request->complete(2, argv);
}

// getaddrinfo(request, ascii name, family 0 | 4 | 6, hints) -> 0 or a negative error;
// request.oncomplete(status, [address, ...]) follows, in the system's order
void getaddrinfo(const Args& args) {
  Realm& realm = Realm::from(args);
  std::string name = to_utf8(args.GetIsolate(), args[1]);
  addrinfo hints{};
  int family = integer(args, 2);
  hints.ai_family = family == 4 ? AF_INET : family == 6 ? AF_INET6 : AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = integer(args, 3);
  auto* request = new Lookup(realm, args[0].As<v8::Object>());
  args.GetReturnValue().Set(request->start([&](uv_getaddrinfo_t* uv) {
    return uv_getaddrinfo(realm.loop(), uv, on_addresses, name.c_str(), nullptr, &hints);
  }));
}

// getnameinfo(request, ip, port) -> 0 or a negative error; request.oncomplete(status, host, service) follows
void getnameinfo(const Args& args) {
  Realm& realm = Realm::from(args);
  std::string ip = to_utf8(args.GetIsolate(), args[1]);
  int port = integer(args, 2);
  sockaddr_storage address{};
  if (uv_ip4_addr(ip.c_str(), port, reinterpret_cast<sockaddr_in*>(&address)) != 0 &&
      uv_ip6_addr(ip.c_str(), port, reinterpret_cast<sockaddr_in6*>(&address)) != 0) {
    args.GetReturnValue().Set(UV_EINVAL);
    return;
  }
  auto* request = new Service(realm, args[0].As<v8::Object>());
  args.GetReturnValue().Set(request->start([&](uv_getnameinfo_t* uv) {
    return uv_getnameinfo(
        realm.loop(), uv,
        [](uv_getnameinfo_t* done, int status, const char* host, const char* service) {
          std::unique_ptr<Service> request(Service::from(done));
          v8::Isolate* isolate = request->realm().isolate();
          v8::HandleScope scope(isolate);
          v8::Context::Scope entered(request->realm().context());
          v8::Local<v8::Value> argv[] = {v8::Integer::New(isolate, status), v8::Null(isolate), v8::Null(isolate)};
          if (host) argv[1] = text(isolate, host);
          if (service) argv[2] = text(isolate, service);
          request->complete(3, argv);
        },
        reinterpret_cast<sockaddr*>(&address), NI_NAMEREQD);
  }));
}

// canonicalizeIP(text) -> the address in its usual spelling, or undefined when it is none
void canonicalize_ip(const Args& args) {
  std::string ip = to_utf8(args.GetIsolate(), args[0]);
  unsigned char bytes[16];
  char out[INET6_ADDRSTRLEN];
  int family = uv_inet_pton(AF_INET, ip.c_str(), bytes) == 0    ? AF_INET
               : uv_inet_pton(AF_INET6, ip.c_str(), bytes) == 0 ? AF_INET6
                                                                : 0;
  if (family != 0 && uv_inet_ntop(family, bytes, out, sizeof out) == 0)
    args.GetReturnValue().Set(text(args.GetIsolate(), out));
}

constexpr Method kMethods[] = {
    {"getaddrinfo", getaddrinfo}, {"getnameinfo", getnameinfo}, {"canonicalizeIP", canonicalize_ip}};

void init(Realm& realm, v8::Local<v8::Object> target) {
  set_constant(realm, target, "AI_ADDRCONFIG", AI_ADDRCONFIG);
  set_constant(realm, target, "AI_ALL", AI_ALL);
  set_constant(realm, target, "AI_V4MAPPED", AI_V4MAPPED);
}

}  // namespace

extern const Binding binding_dns_lookup;
const Binding binding_dns_lookup{"dns_lookup", kMethods, init};

}  // namespace pkg::runtime
