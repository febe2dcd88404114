// Questions to DNS servers, asked by c-ares on the realm's loop.

#include <map>
#include <vector>

#include "runtime/bindings/cares_records.h"
#include "runtime/core/object_wrap.h"
#include "runtime/core/request.h"

namespace pkg::runtime {

namespace {

using Args = v8::FunctionCallbackInfo<v8::Value>;

// The name of a failure in dns's errors, as Node has them.
const char* error_name(ares_status_t status) {
  switch (status) {
    case ARES_ENODATA:
      return "ENODATA";
    case ARES_EFORMERR:
      return "EFORMERR";
    case ARES_ESERVFAIL:
      return "ESERVFAIL";
    case ARES_ENOTFOUND:
      return "ENOTFOUND";
    case ARES_ENOTIMP:
      return "ENOTIMP";
    case ARES_EREFUSED:
      return "EREFUSED";
    case ARES_EBADQUERY:
      return "EBADQUERY";
    case ARES_EBADNAME:
      return "EBADNAME";
    case ARES_EBADFAMILY:
      return "EBADFAMILY";
    case ARES_EBADRESP:
      return "EBADRESP";
    case ARES_ECONNREFUSED:
      return "ECONNREFUSED";
    case ARES_ETIMEOUT:
      return "ETIMEOUT";
    case ARES_EOF:
      return "EOF";
    case ARES_EFILE:
      return "EFILE";
    case ARES_ENOMEM:
      return "ENOMEM";
    case ARES_EDESTRUCTION:
      return "EDESTRUCTION";
    case ARES_EBADSTR:
      return "EBADSTR";
    case ARES_EBADFLAGS:
      return "EBADFLAGS";
    case ARES_ENONAME:
      return "ENONAME";
    case ARES_EBADHINTS:
      return "EBADHINTS";
    case ARES_ENOTINITIALIZED:
      return "ENOTINITIALIZED";
    case ARES_ECANCELLED:
      return "ECANCELLED";
    default:
      return "UNKNOWN_ARES_ERROR";
  }
}

class Channel;

struct AresQuery {
  void* data;
};

// One question; request.oncomplete(error name or null, records) follows.
struct Query final : Request<AresQuery> {
  Query(Realm& realm, v8::Local<v8::Object> object, Channel& channel) : Request(realm, object), channel(channel) {}
  ~Query() override { ares_dns_record_destroy(answer); }

  Channel& channel;
  ares_dns_rec_type_t type = ARES_REC_TYPE_A;
  ShowTtl ttl = ShowTtl::kNo;
  ares_status_t status = ARES_SUCCESS;
  ares_dns_record_t* answer = nullptr;
  std::vector<std::string> names;  // for getHostByAddr, which has no record
};

// One set of servers and settings. c-ares calls back with its lock held, from within whatever we called, so its answers
// are collected, and handed to JavaScript when it has returned.
class Channel final : public ObjectWrap {
 public:
  // Timeouts in ms; -1 for c-ares's own, and 0 for no greatest.
  Channel(Realm& realm, v8::Local<v8::Object> object, int timeout, int tries, int max_timeout)
      : ObjectWrap(realm, object), timer_(new uv_timer_t) {
    uv_timer_init(realm.loop(), timer_);
    timer_->data = this;
    ares_options options{};
    // A server's refusal is the answer; what was said before is asked again.
    options.flags = ARES_FLAG_NOCHECKRESP;
    options.qcache_max_ttl = 0;
    options.sock_state_cb = [](void* self, ares_socket_t fd, int readable, int writable) {
      static_cast<Channel*>(self)->watch(fd, (readable ? UV_READABLE : 0) | (writable ? UV_WRITABLE : 0));
    };
    options.sock_state_cb_data = this;
    options.tries = tries;
    int given = ARES_OPT_FLAGS | ARES_OPT_SOCK_STATE_CB | ARES_OPT_QUERY_CACHE | ARES_OPT_TRIES;
    if (timeout >= 0) {
      options.timeout = timeout;
      given |= ARES_OPT_TIMEOUTMS;
    }
    if (max_timeout > 0) {
      options.maxtimeout = max_timeout;
      given |= ARES_OPT_MAXTIMEOUTMS;
    }
    async_init(realm, object);
    static const int library = ares_library_init(ARES_LIB_INIT_ALL);
    init_status_ = library == ARES_SUCCESS ? ares_init_options(&ares_, &options, given) : library;
  }

  ~Channel() override {
    if (ares_) ares_destroy(ares_);
    uv_close(reinterpret_cast<uv_handle_t*>(timer_),
             [](uv_handle_t* handle) { delete reinterpret_cast<uv_timer_t*>(handle); });
  }

  ares_channel_t* ares() const { return ares_; }
  int init_status() const { return init_status_; }
  bool is_busy() const { return asked_ > 0 || !answered_.empty(); }

  // Calls `begin`, which gives the query to c-ares.
  template <typename Begin>
  void ask(Query* query, Begin&& begin) {
    hold();
    asked_++;
    begin(query);
    set_timer();
  }

  void answered(Query* query) {
    asked_--;
    answered_.emplace_back(query);
  }

  void cancel() {
    ares_cancel(ares_);
    set_timer();
  }

 private:
  struct Socket {
    uv_poll_t poll;
    Channel* channel;
    ares_socket_t fd;
  };

  // c-ares wants to know of `events` on `fd`; of none when it is about to close it.
  void watch(ares_socket_t fd, int events) {
    auto found = sockets_.find(fd);
    if (events == 0) {
      if (found == sockets_.end()) return;
      uv_close(reinterpret_cast<uv_handle_t*>(&found->second->poll),
               [](uv_handle_t* handle) { delete static_cast<Socket*>(handle->data); });
      sockets_.erase(found);
      return;
    }
    Socket* socket = found == sockets_.end() ? nullptr : found->second;
    if (!socket) {
      socket = new Socket{{}, this, fd};
      if (uv_poll_init_socket(realm().loop(), &socket->poll, fd) != 0) {
        delete socket;  // the query times out
        return;
      }
      socket->poll.data = socket;
      sockets_[fd] = socket;
    }
    uv_poll_start(&socket->poll, events, [](uv_poll_t* poll, int status, int ready) {
      auto* socket = static_cast<Socket*>(poll->data);
      // c-ares meets the error itself when it reads or writes.
      if (status < 0) ready = UV_READABLE | UV_WRITABLE;
      socket->channel->process(ready & UV_READABLE ? socket->fd : ARES_SOCKET_BAD,
                               ready & UV_WRITABLE ? socket->fd : ARES_SOCKET_BAD);
    });
  }

  void process(ares_socket_t readable, ares_socket_t writable) {
    ares_process_fd(ares_, readable, writable);
    deliver();
  }

  // We are held until the end, whatever the callbacks drop.
  void deliver() {
    auto queries = std::exchange(answered_, {});
    for (auto& query : queries) complete(*query);
    set_timer();
    if (!is_busy()) release();
  }

  void complete(Query& query) {
    v8::HandleScope scope(isolate());
    v8::Context::Scope context(realm().context());
    v8::Local<v8::Value> argv[] = {v8::Null(isolate()), v8::Undefined(isolate())};
    if (query.status == ARES_SUCCESS && !query.answer) {
      std::vector<v8::Local<v8::Value>> names;
      for (const std::string& name : query.names) names.push_back(text(isolate(), name));
      argv[1] = v8::Array::New(isolate(), names.data(), names.size());
    } else if (query.status == ARES_SUCCESS) {
      v8::Local<v8::Value> records;
      if (records_to_js(realm(), query.answer, query.type, query.ttl, query.status).ToLocal(&records))
        argv[1] = records;
    }
    if (query.status != ARES_SUCCESS) argv[0] = intern(isolate(), error_name(query.status));
    query.complete(2, argv);
  }

  // Fires when c-ares wants to look at the time, or at once for answers that came from within a call.
  void set_timer() {
    timeval left{};
    if (!answered_.empty()) {
      start_timer(0);
    } else if (asked_ > 0 && ares_timeout(ares_, nullptr, &left)) {
      // Rounded up, so as not to be early and come again.
      start_timer(static_cast<std::uint64_t>(left.tv_sec) * 1000 +
                  static_cast<std::uint64_t>(left.tv_usec + 999) / 1000);
    } else {
      uv_timer_stop(timer_);
    }
  }
  void start_timer(std::uint64_t ms) {
    auto fired = [](uv_timer_t* timer) {
      auto* self = static_cast<Channel*>(timer->data);
      if (self->answered_.empty())
        self->process(ARES_SOCKET_BAD, ARES_SOCKET_BAD);
      else
        self->deliver();
    };
    // The loop's own time may lie behind.
    uv_update_time(timer_->loop);
    uv_timer_start(timer_, fired, ms, 0);
  }

  ares_channel_t* ares_ = nullptr;
  int init_status_;
  uv_timer_t* timer_;
  std::map<ares_socket_t, Socket*> sockets_;
  int asked_ = 0;
  std::vector<std::unique_ptr<Query>> answered_;
};

std::int32_t integer(const Args& args, int index) {
  return args[index]->Int32Value(args.GetIsolate()->GetCurrentContext()).FromMaybe(0);
}

// new ChannelWrap(timeout, tries, max timeout)
void construct(const Args& args) {
  auto* channel = new Channel(Realm::from(args), args.This(), integer(args, 0), integer(args, 1), integer(args, 2));
  if (channel->init_status() == ARES_SUCCESS) return;
  int status = channel->init_status();
  delete channel;
  args.GetIsolate()->ThrowException(v8::Exception::Error(text(args.GetIsolate(), ares_strerror(status))));
}

// queryX(request, ascii name, ttl?): request.oncomplete(error name or null, records) follows
template <ares_dns_rec_type_t type>
void query(const Args& args) {
  auto* channel = ObjectWrap::self<Channel>(args);
  if (!channel) return args.GetReturnValue().Set(UV_EBADF);
  auto* query = new Query(channel->realm(), args[0].As<v8::Object>(), *channel);
  query->type = type;
  query->ttl = args[2]->IsTrue() ? ShowTtl::kYes : ShowTtl::kNo;
  std::string name = to_utf8(args.GetIsolate(), args[1]);
  channel->ask(query, [&](Query* asked) {
    // What c-ares takes ends at a NUL: it would ask for another name.
    if (name.find('\0') != std::string::npos) {
      asked->status = ARES_EBADNAME;
      return channel->answered(asked);
    }
    auto done = [](void* arg, ares_status_t status, std::size_t, const ares_dns_record_t* answer) {
      auto* query = static_cast<Query*>(arg);
      query->status = status;
      if (status == ARES_SUCCESS) {
        query->answer = ares_dns_record_duplicate(answer);
        if (!query->answer) query->status = ARES_ENOMEM;
      }
      query->channel.answered(query);
    };
    ares_query_dnsrec(channel->ares(), name.c_str(), ARES_CLASS_IN, type, done, asked, nullptr);
  });
  args.GetReturnValue().Set(0);
}

// getHostByAddr(request, ip) -> 0, or UV_EINVAL when `ip` is none; request.oncomplete(error name or null, names)
// follows
void get_host_by_addr(const Args& args) {
  auto* channel = ObjectWrap::self<Channel>(args);
  if (!channel) return args.GetReturnValue().Set(UV_EBADF);
  std::string ip = to_utf8(args.GetIsolate(), args[1]);
  unsigned char address[16];
  int family = uv_inet_pton(AF_INET, ip.c_str(), address) == 0    ? AF_INET
               : uv_inet_pton(AF_INET6, ip.c_str(), address) == 0 ? AF_INET6
                                                                  : 0;
  if (family == 0) return args.GetReturnValue().Set(UV_EINVAL);
  auto* query = new Query(channel->realm(), args[0].As<v8::Object>(), *channel);
  channel->ask(query, [&](Query* asked) {
    auto done = [](void* arg, int status, int, hostent* host) {
      auto* query = static_cast<Query*>(arg);
      query->status = static_cast<ares_status_t>(status);
      for (char** name = host ? host->h_aliases : nullptr; name && *name; name++) query->names.emplace_back(*name);
      query->channel.answered(query);
    };
    ares_gethostbyaddr(channel->ares(), address, family == AF_INET ? 4 : 16, family, done, asked);
  });
  args.GetReturnValue().Set(0);
}

// getServers() -> [[ip, port], ...]
void get_servers(const Args& args) {
  auto* channel = ObjectWrap::self<Channel>(args);
  if (!channel) return;
  v8::Isolate* isolate = args.GetIsolate();
  ares_addr_port_node* servers = nullptr;
  if (ares_get_servers_ports(channel->ares(), &servers) != ARES_SUCCESS) return;
  std::vector<v8::Local<v8::Value>> list;
  for (auto* server = servers; server; server = server->next) {
    char ip[INET6_ADDRSTRLEN] = "";
    uv_inet_ntop(server->family, &server->addr, ip, sizeof ip);
    v8::Local<v8::Value> pair[] = {text(isolate, ip), v8::Integer::New(isolate, server->udp_port)};
    list.push_back(v8::Array::New(isolate, pair, 2));
  }
  ares_free_data(servers);
  args.GetReturnValue().Set(v8::Array::New(isolate, list.data(), list.size()));
}

// setServers([[ip, port], ...]) -> undefined, or what is wrong
void set_servers(const Args& args) {
  auto* channel = ObjectWrap::self<Channel>(args);
  if (!channel) return;
  v8::Isolate* isolate = args.GetIsolate();
  auto context = isolate->GetCurrentContext();
  if (channel->is_busy()) return args.GetReturnValue().Set(text(isolate, "There are pending queries."));
  auto list = args[0].As<v8::Array>();
  std::vector<ares_addr_port_node> servers(list->Length());
  for (std::uint32_t i = 0; i < list->Length(); i++) {
    v8::Local<v8::Value> pair, ip, port;
    if (!list->Get(context, i).ToLocal(&pair) || !pair.As<v8::Array>()->Get(context, 0).ToLocal(&ip) ||
        !pair.As<v8::Array>()->Get(context, 1).ToLocal(&port)) {
      return;
    }
    auto& server = servers[i];
    std::string address = to_utf8(isolate, ip);
    server.family = address.find(':') == std::string::npos ? AF_INET : AF_INET6;
    server.udp_port = server.tcp_port = port->Int32Value(context).FromMaybe(0);
    if (uv_inet_pton(server.family, address.c_str(), &server.addr) != 0) {
      return args.GetReturnValue().Set(text(isolate, ares_strerror(ARES_EBADSTR)));
    }
    if (i > 0) servers[i - 1].next = &server;
  }
  int status = ares_set_servers_ports(channel->ares(), servers.empty() ? nullptr : servers.data());
  if (status != ARES_SUCCESS) args.GetReturnValue().Set(text(isolate, ares_strerror(status)));
}

// setLocalAddress(ipv4 or empty, ipv6 or empty): the addresses questions come from; valid ones only
void set_local_address(const Args& args) {
  auto* channel = ObjectWrap::self<Channel>(args);
  if (!channel) return;
  in_addr v4{};
  unsigned char v6[16]{};
  std::ignore = uv_inet_pton(AF_INET, to_utf8(args.GetIsolate(), args[0]).c_str(), &v4);
  std::ignore = uv_inet_pton(AF_INET6, to_utf8(args.GetIsolate(), args[1]).c_str(), v6);
  ares_set_local_ip4(channel->ares(), ntohl(v4.s_addr));
  ares_set_local_ip6(channel->ares(), v6);
}

void cancel(const Args& args) {
  if (auto* channel = ObjectWrap::self<Channel>(args)) channel->cancel();
}

constexpr Method kCallbacks[] = {
    {"ChannelWrap", construct},
    {"queryAny", query<ARES_REC_TYPE_ANY>},
    {"queryA", query<ARES_REC_TYPE_A>},
    {"queryAaaa", query<ARES_REC_TYPE_AAAA>},
    {"queryCaa", query<ARES_REC_TYPE_CAA>},
    {"queryCname", query<ARES_REC_TYPE_CNAME>},
    {"queryMx", query<ARES_REC_TYPE_MX>},
    {"queryNs", query<ARES_REC_TYPE_NS>},
    {"queryTlsa", query<ARES_REC_TYPE_TLSA>},
    {"queryTxt", query<ARES_REC_TYPE_TXT>},
    {"querySrv", query<ARES_REC_TYPE_SRV>},
    {"queryPtr", query<ARES_REC_TYPE_PTR>},
    {"queryNaptr", query<ARES_REC_TYPE_NAPTR>},
    {"querySoa", query<ARES_REC_TYPE_SOA>},
    {"getHostByAddr", get_host_by_addr},
    {"getServers", get_servers},
    {"setServers", set_servers},
    {"setLocalAddress", set_local_address},
    {"cancel", cancel},
};

void init(Realm& realm, v8::Local<v8::Object> target) {
  set_class(realm, target, "ChannelWrap",
            make_class(realm, "ChannelWrap", construct, std::span(kCallbacks).subspan(1)));
}

}  // namespace

extern const Binding binding_cares;
const Binding binding_cares{"cares", {}, init, kCallbacks};

}  // namespace pkg::runtime
