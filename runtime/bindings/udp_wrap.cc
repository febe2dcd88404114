// UDP sockets.

#include <vector>

#include "runtime/core/bytes.h"
#include "runtime/core/handle_wrap.h"
#include "runtime/core/options.h"
#include "runtime/core/request.h"
#include "runtime/core/stream_wrap.h"

namespace pkg::runtime {

namespace {

using Args = v8::FunctionCallbackInfo<v8::Value>;

// A datagram is at most this long, whatever the family.
constexpr std::size_t kLargestDatagram = 64 * 1024;
thread_local char slab[kLargestDatagram];

class UdpWrap final : public HandleWrap {
 public:
  UdpWrap(Realm& realm, v8::Local<v8::Object> object)
      : HandleWrap(realm, object, reinterpret_cast<uv_handle_t*>(&udp_)) {
    PKG_CHECK(uv_udp_init(realm.loop(), &udp_) == 0);
    opened();
  }
  uv_udp_t* udp() { return &udp_; }

  int receive_start() {
    int error = uv_udp_recv_start(
        &udp_, [](uv_handle_t*, std::size_t, uv_buf_t* buf) { *buf = uv_buf_init(slab, kLargestDatagram); },
        [](uv_udp_t* udp, ssize_t size, const uv_buf_t*, const sockaddr* from, unsigned) {
          static_cast<UdpWrap*>(static_cast<HandleWrap*>(udp->data))->received(size, from);
        });
    // It was receiving already.
    return error == UV_EALREADY ? 0 : error;
  }

 private:
  // onmessage(size or error, handle, buffer, {address, family, port})
  void received(ssize_t size, const sockaddr* from) {
    if (size == 0 && !from) return;  // nothing more to read for now; an empty datagram has an address
    v8::HandleScope scope(isolate());
    v8::Context::Scope context(realm().context());
    v8::Local<v8::Value> argv[] = {v8::Number::New(isolate(), static_cast<double>(size)), object(),
                                   v8::Undefined(isolate()), v8::Undefined(isolate())};
    if (size >= 0) {
      argv[2] = make_buffer(realm(), {reinterpret_cast<const std::uint8_t*>(slab), static_cast<std::size_t>(size)});
      sockaddr_storage address{};
      std::memcpy(&address, from, from->sa_family == AF_INET6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in));
      auto remote = v8::Object::New(isolate());
      address_to_object(realm(), address, remote);
      argv[3] = remote;
    }
    std::ignore = call("onmessage", 4, argv);
  }

  uv_udp_t udp_;
};

void construct(const Args& args) { new UdpWrap(Realm::from(args), args.This()); }

UdpWrap* open_udp(const Args& args) {
  auto* wrap = ObjectWrap::self<UdpWrap>(args);
  if (wrap && wrap->is_alive()) return wrap;
  args.GetReturnValue().Set(UV_EBADF);
  return nullptr;
}

std::int32_t integer(const Args& args, int index) {
  return args[index]->Int32Value(args.GetIsolate()->GetCurrentContext()).FromMaybe(0);
}
std::string string(const Args& args, int index) { return to_utf8(args.GetIsolate(), args[index]); }

// The interface of a multicast call, which may be left to the system.
struct Interface {
  Interface(const Args& args, int index) : given(!args[index]->IsNullOrUndefined()) {
    if (given) name = string(args, index);
  }
  const char* get() const { return given ? name.c_str() : nullptr; }

  bool given;
  std::string name;
};

template <int family>
int parse_address(const std::string& ip, int port, sockaddr_storage* address) {
  return family == AF_INET6 ? uv_ip6_addr(ip.c_str(), port, reinterpret_cast<sockaddr_in6*>(address))
                            : uv_ip4_addr(ip.c_str(), port, reinterpret_cast<sockaddr_in*>(address));
}

// fd: of an open socket, else a negative error
void get_fd(const Args& args) {
  auto* wrap = open_udp(args);
  if (!wrap) return;
  uv_os_fd_t fd = UV_EBADF;
  std::ignore = uv_fileno(wrap->handle(), &fd);
  args.GetReturnValue().Set(fd);
}

// open(fd) -> 0 or a negative error
void open(const Args& args) {
  if (auto* wrap = open_udp(args)) args.GetReturnValue().Set(uv_udp_open(wrap->udp(), integer(args, 0)));
}

// bind(address, port, flags), bind6(...) -> 0 or a negative error
template <int family>
void bind(const Args& args) {
  auto* wrap = open_udp(args);
  if (!wrap) return;
  sockaddr_storage address{};
  int error = parse_address<family>(string(args, 0), integer(args, 1), &address);
  if (error == 0) {
    error = uv_udp_bind(wrap->udp(), reinterpret_cast<sockaddr*>(&address), static_cast<unsigned>(integer(args, 2)));
  }
  args.GetReturnValue().Set(error);
}

// connect(address, port), connect6(...) -> 0 or a negative error
template <int family>
void connect(const Args& args) {
  auto* wrap = open_udp(args);
  if (!wrap) return;
  sockaddr_storage address{};
  int error = parse_address<family>(string(args, 0), integer(args, 1), &address);
  if (error == 0) error = uv_udp_connect(wrap->udp(), reinterpret_cast<sockaddr*>(&address));
  args.GetReturnValue().Set(error);
}

void disconnect(const Args& args) {
  if (auto* wrap = open_udp(args)) args.GetReturnValue().Set(uv_udp_connect(wrap->udp(), nullptr));
}

struct Send final : Request<uv_udp_send_t> {
  using Request::Request;
  std::vector<std::shared_ptr<v8::BackingStore>> stores;
  std::size_t size = 0;
};

// send(request, views, port, address), send6(...), and without port and address on a connected socket:
// a negative error; bytes + 1 when all went at once, and nothing follows; or 0, and request.oncomplete(status, bytes)
// does.
template <int family>
void send(const Args& args) {
  auto* wrap = open_udp(args);
  if (!wrap) return;
  auto context = args.GetIsolate()->GetCurrentContext();
  sockaddr_storage storage{};
  sockaddr* to = nullptr;
  if (args.Length() > 2) {
    if (int error = parse_address<family>(string(args, 3), integer(args, 2), &storage); error != 0) {
      return args.GetReturnValue().Set(error);
    }
    to = reinterpret_cast<sockaddr*>(&storage);
  }
  auto views = args[1].As<v8::Array>();
  std::vector<uv_buf_t> bufs;
  std::vector<std::shared_ptr<v8::BackingStore>> stores;
  std::size_t size = 0;
  for (std::uint32_t i = 0; i < views->Length(); i++) {
    v8::Local<v8::Value> view;
    if (!views->Get(context, i).ToLocal(&view)) return;
    auto bytes = writable_bytes(view);
    bufs.push_back(uv_buf_init(reinterpret_cast<char*>(bytes.data()), static_cast<unsigned>(bytes.size())));
    if (view->IsArrayBufferView()) stores.push_back(view.As<v8::ArrayBufferView>()->Buffer()->GetBackingStore());
    size += bytes.size();
  }
  unsigned count = static_cast<unsigned>(bufs.size());
  static const bool may_try = !process_options().is_on("--test-udp-no-try-send");
  if (may_try) {
    int sent = uv_udp_try_send(wrap->udp(), bufs.data(), count, to);
    if (sent >= 0) return args.GetReturnValue().Set(sent + 1);
    if (sent != UV_EAGAIN && sent != UV_ENOSYS) return args.GetReturnValue().Set(sent);
  }
  auto* request = new Send(wrap->realm(), args[0].As<v8::Object>());
  request->stores = std::move(stores);
  request->size = size;
  args.GetReturnValue().Set(request->start([&](uv_udp_send_t* uv) {
    return uv_udp_send(uv, wrap->udp(), bufs.data(), count, to, [](uv_udp_send_t* done, int status) {
      std::unique_ptr<Send> request(static_cast<Send*>(Send::from(done)));
      v8::Isolate* isolate = request->realm().isolate();
      v8::HandleScope scope(isolate);
      v8::Local<v8::Value> argv[] = {v8::Integer::New(isolate, status),
                                     v8::Number::New(isolate, static_cast<double>(request->size))};
      request->complete(2, argv);
    });
  }));
}

void receive_start(const Args& args) {
  if (auto* wrap = open_udp(args)) args.GetReturnValue().Set(wrap->receive_start());
}
void receive_stop(const Args& args) {
  if (auto* wrap = open_udp(args)) args.GetReturnValue().Set(uv_udp_recv_stop(wrap->udp()));
}

// getsockname(out), getpeername(out) -> 0 or a negative error; out: {address, family, port}
template <int (*name)(const uv_udp_t*, sockaddr*, int*)>
void get_name(const Args& args) {
  auto* wrap = open_udp(args);
  if (!wrap) return;
  sockaddr_storage address{};
  int size = sizeof address;
  int error = name(wrap->udp(), reinterpret_cast<sockaddr*>(&address), &size);
  if (error == 0 && args[0]->IsObject()) address_to_object(wrap->realm(), address, args[0].As<v8::Object>());
  args.GetReturnValue().Set(error);
}

// setTTL(number), setBroadcast(on), ...: one option, an integer -> 0 or a negative error
template <int (*set)(uv_udp_t*, int)>
void set_option(const Args& args) {
  if (auto* wrap = open_udp(args)) args.GetReturnValue().Set(set(wrap->udp(), integer(args, 0)));
}

void set_multicast_interface(const Args& args) {
  if (auto* wrap = open_udp(args)) {
    args.GetReturnValue().Set(uv_udp_set_multicast_interface(wrap->udp(), string(args, 0).c_str()));
  }
}

// addMembership(group, interface?), dropMembership(...) -> 0 or a negative error
template <uv_membership membership>
void set_membership(const Args& args) {
  if (auto* wrap = open_udp(args)) {
    args.GetReturnValue().Set(
        uv_udp_set_membership(wrap->udp(), string(args, 0).c_str(), Interface(args, 1).get(), membership));
  }
}
// addSourceSpecificMembership(source, group, interface?), dropSource...(...) -> 0 or a negative error
template <uv_membership membership>
void set_source_membership(const Args& args) {
  if (auto* wrap = open_udp(args)) {
    args.GetReturnValue().Set(uv_udp_set_source_membership(
        wrap->udp(), string(args, 1).c_str(), Interface(args, 2).get(), string(args, 0).c_str(), membership));
  }
}

// bufferSize(size, receiving?) -> the size in force, or a negative error; with size 0 it is only asked for
void buffer_size(const Args& args) {
  auto* wrap = open_udp(args);
  if (!wrap) return;
  double wanted = args[0]->NumberValue(args.GetIsolate()->GetCurrentContext()).FromMaybe(0);
  if (wanted > INT32_MAX) return args.GetReturnValue().Set(UV_EINVAL);
  int size = static_cast<int>(wanted);
  int error =
      args[1]->IsTrue() ? uv_recv_buffer_size(wrap->handle(), &size) : uv_send_buffer_size(wrap->handle(), &size);
  args.GetReturnValue().Set(error < 0 ? error : size);
}

void queue_size(const Args& args) {
  auto* wrap = ObjectWrap::self<UdpWrap>(args);
  args.GetReturnValue().Set(wrap && wrap->is_alive() ? static_cast<double>(uv_udp_get_send_queue_size(wrap->udp()))
                                                     : 0.0);
}
void queue_count(const Args& args) {
  auto* wrap = ObjectWrap::self<UdpWrap>(args);
  args.GetReturnValue().Set(wrap && wrap->is_alive() ? static_cast<double>(uv_udp_get_send_queue_count(wrap->udp()))
                                                     : 0.0);
}

constexpr Method kCallbacks[] = {
    {"UDP", construct},
    {"fd", get_fd},
    {"open", open},
    {"bind", bind<AF_INET>},
    {"bind6", bind<AF_INET6>},
    {"connect", connect<AF_INET>},
    {"connect6", connect<AF_INET6>},
    {"disconnect", disconnect},
    {"send", send<AF_INET>},
    {"send6", send<AF_INET6>},
    {"recvStart", receive_start},
    {"recvStop", receive_stop},
    {"getsockname", get_name<uv_udp_getsockname>},
    {"getpeername", get_name<uv_udp_getpeername>},
    {"setBroadcast", set_option<uv_udp_set_broadcast>},
    {"setTTL", set_option<uv_udp_set_ttl>},
    {"setMulticastTTL", set_option<uv_udp_set_multicast_ttl>},
    {"setMulticastLoopback", set_option<uv_udp_set_multicast_loop>},
    {"setMulticastInterface", set_multicast_interface},
    {"addMembership", set_membership<UV_JOIN_GROUP>},
    {"dropMembership", set_membership<UV_LEAVE_GROUP>},
    {"addSourceSpecificMembership", set_source_membership<UV_JOIN_GROUP>},
    {"dropSourceSpecificMembership", set_source_membership<UV_LEAVE_GROUP>},
    {"bufferSize", buffer_size},
    {"getSendQueueSize", queue_size},
    {"getSendQueueCount", queue_count},
};

void init(Realm& realm, v8::Local<v8::Object> target) {
  // All but the constructor and the accessor are the prototype's methods.
  auto type = HandleWrap::make_handle_class(realm, "UDP", construct, std::span(kCallbacks).subspan(2));
  type->PrototypeTemplate()->SetAccessorProperty(
      intern(realm.isolate(), "fd"),
      v8::FunctionTemplate::New(realm.isolate(), get_fd, {}, v8::Signature::New(realm.isolate(), type)));
  realm.set(Slot::kUdpConstructor, set_class(realm, target, "UDP", type));
  set_constant(realm, target, "UV_UDP_IPV6ONLY", UV_UDP_IPV6ONLY);
  set_constant(realm, target, "UV_UDP_REUSEADDR", UV_UDP_REUSEADDR);
  set_constant(realm, target, "UV_UDP_REUSEPORT", UV_UDP_REUSEPORT);
}

}  // namespace

extern const Binding binding_udp_wrap;
const Binding binding_udp_wrap{"udp_wrap", {}, init, kCallbacks};

}  // namespace pkg::runtime
