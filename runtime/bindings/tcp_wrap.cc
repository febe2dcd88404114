// TCP sockets and servers.

#include "runtime/core/request.h"
#include "runtime/core/stream_wrap.h"

namespace pkg::runtime {

namespace {

using Args = v8::FunctionCallbackInfo<v8::Value>;

class TcpWrap final : public StreamWrap {
 public:
  TcpWrap(Realm& realm, v8::Local<v8::Object> object)
      : StreamWrap(realm, object, reinterpret_cast<uv_stream_t*>(&tcp_)) {
    PKG_CHECK(uv_tcp_init(realm.loop(), &tcp_) == 0);
    opened();
  }
  uv_tcp_t* tcp() { return &tcp_; }

 private:
  uv_tcp_t tcp_;
};

void construct(const Args& args) { new TcpWrap(Realm::from(args), args.This()); }

TcpWrap* open_tcp(const Args& args) {
  auto* wrap = ObjectWrap::self<TcpWrap>(args);
  if (wrap && wrap->is_alive()) return wrap;
  args.GetReturnValue().Set(UV_EBADF);
  return nullptr;
}

std::int32_t integer(const Args& args, int index) {
  return args[index]->Int32Value(args.GetIsolate()->GetCurrentContext()).FromMaybe(0);
}

// Fills `address` from args[index] (text) and args[index + 1] (port).
template <int family>
int parse_address(const Args& args, int index, sockaddr_storage* address) {
  std::string ip = to_utf8(args.GetIsolate(), args[index]);
  int port = integer(args, index + 1);
  return family == AF_INET6 ? uv_ip6_addr(ip.c_str(), port, reinterpret_cast<sockaddr_in6*>(address))
                            : uv_ip4_addr(ip.c_str(), port, reinterpret_cast<sockaddr_in*>(address));
}

// open(fd) -> 0 or a negative error
void open(const Args& args) {
  if (auto* wrap = open_tcp(args)) args.GetReturnValue().Set(uv_tcp_open(wrap->tcp(), integer(args, 0)));
}

// bind(address, port, flags), bind6(...) -> 0 or a negative error
template <int family>
void bind(const Args& args) {
  auto* wrap = open_tcp(args);
  if (!wrap) return;
  sockaddr_storage address{};
  int error = parse_address<family>(args, 0, &address);
  if (error == 0) {
    error = uv_tcp_bind(wrap->tcp(), reinterpret_cast<sockaddr*>(&address), static_cast<unsigned>(integer(args, 2)));
  }
  args.GetReturnValue().Set(error);
}

// listen(backlog) -> 0 or a negative error; onconnection(status, client) follows
void listen(const Args& args) {
  if (auto* wrap = open_tcp(args)) {
    args.GetReturnValue().Set(
        uv_listen(wrap->stream(), integer(args, 0), StreamWrap::on_connection<Slot::kTcpConstructor>));
  }
}

struct Connect final : Request<uv_connect_t> {
  Connect(Realm& realm, v8::Local<v8::Object> object, TcpWrap& tcp)
      : Request(realm, object), tcp(realm.isolate(), tcp.object()) {}
  v8::Global<v8::Object> tcp;
};

// connect(request, address, port), connect6(...) -> 0 or a negative error;
// request.oncomplete(status, handle, request, readable, writable) follows
template <int family>
void connect(const Args& args) {
  auto* wrap = open_tcp(args);
  if (!wrap) return;
  sockaddr_storage address{};
  int error = parse_address<family>(args, 1, &address);
  if (error == 0) {
    auto* request = new Connect(wrap->realm(), args[0].As<v8::Object>(), *wrap);
    error = request->start([&](uv_connect_t* uv) {
      return uv_tcp_connect(uv, wrap->tcp(), reinterpret_cast<sockaddr*>(&address), [](uv_connect_t* done, int status) {
        std::unique_ptr<Connect> request(static_cast<Connect*>(Connect::from(done)));
        v8::Isolate* isolate = request->realm().isolate();
        v8::HandleScope scope(isolate);
        v8::Context::Scope context(request->realm().context());
        v8::Local<v8::Value> argv[] = {v8::Integer::New(isolate, status), request->tcp.Get(isolate), request->object(),
                                       v8::True(isolate), v8::True(isolate)};
        request->complete(5, argv);
      });
    });
  }
  args.GetReturnValue().Set(error);
}

// getsockname(out), getpeername(out) -> 0 or a negative error; out: {address, family, port}
template <int (*name)(const uv_tcp_t*, sockaddr*, int*)>
void get_name(const Args& args) {
  auto* wrap = open_tcp(args);
  if (!wrap) return;
  sockaddr_storage address{};
  int size = sizeof address;
  int error = name(wrap->tcp(), reinterpret_cast<sockaddr*>(&address), &size);
  if (error == 0 && args[0]->IsObject()) address_to_object(wrap->realm(), address, args[0].As<v8::Object>());
  args.GetReturnValue().Set(error);
}

void set_no_delay(const Args& args) {
  if (auto* wrap = open_tcp(args)) args.GetReturnValue().Set(uv_tcp_nodelay(wrap->tcp(), args[0]->IsTrue()));
}

// setKeepAlive(on, delay in seconds)
void set_keep_alive(const Args& args) {
  if (auto* wrap = open_tcp(args)) {
    args.GetReturnValue().Set(
        uv_tcp_keepalive(wrap->tcp(), args[0]->IsTrue(), static_cast<unsigned>(integer(args, 1))));
  }
}

// reset(callback) -> 0 or a negative error: closes with RST
void reset(const Args& args) {
  auto* wrap = open_tcp(args);
  if (!wrap) return;
  // uv_tcp_close_reset closes with its own callback; the socket option alone leaves closing to close().
  linger now{1, 0};
  uv_os_fd_t fd = -1;
  int error = uv_fileno(wrap->handle(), &fd);
  if (error == 0 && setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now) != 0) error = -errno;
  if (error == 0) wrap->close(args[0]);
  args.GetReturnValue().Set(error);
}

constexpr Method kPrototype[] = {
    {"open", open},
    {"bind", bind<AF_INET>},
    {"bind6", bind<AF_INET6>},
    {"listen", listen},
    {"connect", connect<AF_INET>},
    {"connect6", connect<AF_INET6>},
    {"getsockname", get_name<uv_tcp_getsockname>},
    {"getpeername", get_name<uv_tcp_getpeername>},
    {"setNoDelay", set_no_delay},
    {"setKeepAlive", set_keep_alive},
    {"reset", reset},
};
constexpr Method kCallbacks[] = {
    {"TCP", construct},
    {"open", open},
    {"bind", bind<AF_INET>},
    {"bind6", bind<AF_INET6>},
    {"listen", listen},
    {"connect", connect<AF_INET>},
    {"connect6", connect<AF_INET6>},
    {"getsockname", get_name<uv_tcp_getsockname>},
    {"getpeername", get_name<uv_tcp_getpeername>},
    {"setNoDelay", set_no_delay},
    {"setKeepAlive", set_keep_alive},
    {"reset", reset},
};

void init(Realm& realm, v8::Local<v8::Object> target) {
  auto type = StreamWrap::make_stream_class(realm, "TCP", construct, kPrototype);
  realm.set(Slot::kTcpConstructor, set_class(realm, target, "TCP", type));
  set_constant(realm, target, "UV_TCP_IPV6ONLY", UV_TCP_IPV6ONLY);
  set_constant(realm, target, "UV_TCP_REUSEPORT", UV_TCP_REUSEPORT);
}

}  // namespace

void address_to_object(Realm& realm, const sockaddr_storage& address, v8::Local<v8::Object> out) {
  v8::Isolate* isolate = realm.isolate();
  auto context = realm.context();
  char ip[INET6_ADDRSTRLEN + UV_IF_NAMESIZE + 1] = "";
  int port = 0;
  bool v6 = address.ss_family == AF_INET6;
  if (v6) {
    auto* in6 = reinterpret_cast<const sockaddr_in6*>(&address);
    uv_inet_ntop(AF_INET6, &in6->sin6_addr, ip, sizeof ip);
    port = ntohs(in6->sin6_port);
    // A link-local address means something only with its interface.
    if (IN6_IS_ADDR_LINKLOCAL(&in6->sin6_addr) && in6->sin6_scope_id != 0) {
      std::size_t length = std::strlen(ip);
      std::size_t room = sizeof ip - length - 1;
      ip[length] = '%';
      if (uv_if_indextoiid(in6->sin6_scope_id, ip + length + 1, &room) != 0) ip[length] = '\0';
    }
  } else {
    auto* in4 = reinterpret_cast<const sockaddr_in*>(&address);
    uv_inet_ntop(AF_INET, &in4->sin_addr, ip, sizeof ip);
    port = ntohs(in4->sin_port);
  }
  std::ignore = out->Set(context, intern(isolate, "address"), text(isolate, ip));
  std::ignore = out->Set(context, intern(isolate, "family"), intern(isolate, v6 ? "IPv6" : "IPv4"));
  std::ignore = out->Set(context, intern(isolate, "port"), v8::Integer::New(isolate, port));
}

extern const Binding binding_tcp_wrap;
const Binding binding_tcp_wrap{"tcp_wrap", {}, init, kCallbacks};

}  // namespace pkg::runtime
