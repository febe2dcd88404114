#include "runtime/inspector/server.h"

#include <sys/random.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstring>

#include <simdutf.h>

#include "resolver/base/json.h"
#include "runtime/core/realm.h"
#include "runtime/core/version.h"
#include "runtime/inspector/agent.h"
#include "runtime/inspector/websocket.h"

namespace pkg::runtime {

using v8_inspector::StringView;

namespace {

constexpr std::size_t kLargestHead = 16 << 10;

std::string random_uuid() {
  unsigned char bytes[16];
  if (::getrandom(bytes, sizeof bytes, 0) != sizeof bytes) std::abort();
  bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0f) | 0x40);
  bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3f) | 0x80);
  std::string text;
  for (int i = 0; i < 16; ++i) {
    char hex[4];
    std::snprintf(hex, sizeof hex, "%02x", bytes[i]);
    text += hex;
    if (i == 3 || i == 5 || i == 7 || i == 9) text += '-';
  }
  return text;
}

std::string to_utf8(const StringView& view) {
  std::string text;
  if (view.is8Bit()) {
    auto* chars = reinterpret_cast<const char*>(view.characters8());
    text.resize(simdutf::utf8_length_from_latin1(chars, view.length()));
    text.resize(simdutf::convert_latin1_to_utf8(chars, view.length(), text.data()));
  } else {
    auto* chars = reinterpret_cast<const char16_t*>(view.characters16());
    text.resize(simdutf::utf8_length_from_utf16le(chars, view.length()));
    text.resize(simdutf::convert_utf16le_to_utf8(chars, view.length(), text.data()));
  }
  return text;
}

std::u16string to_utf16(const std::string& text) {
  std::u16string wide(simdutf::utf16_length_from_utf8(text.data(), text.size()), u'\0');
  wide.resize(simdutf::convert_utf8_to_utf16le(text.data(), text.size(), wide.data()));
  return wide;
}

// A page that a browser loads must not reach us by a name of its own: addresses and `localhost` alone are taken.
bool is_allowed_host(std::string_view host) {
  if (host.empty()) return false;
  auto behind = host.find_last_of("]:");
  if (behind != std::string_view::npos && host[behind] == ':' &&
      !std::all_of(host.begin() + static_cast<std::ptrdiff_t>(behind) + 1, host.end(),
                   [](char c) { return c >= '0' && c <= '9'; }))
    return false;
  if (host[0] == '[') {
    host = host.substr(1, host.find(']') - 1);
    in6_addr address;
    return uv_inet_pton(AF_INET6, std::string(host).c_str(), &address) == 0;
  }
  std::string name(host.substr(0, host.rfind(':')));
  in_addr address;
  std::transform(name.begin(), name.end(), name.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; });
  return name == "localhost" || name == "localhost6" || uv_inet_pton(AF_INET, name.c_str(), &address) == 0;
}

std::string http_answer(std::string_view status, std::string_view type, std::string_view body, bool cached = false) {
  std::string text = "HTTP/1.0 ";
  text.append(status).append("\r\nContent-Type: ").append(type).append("; charset=UTF-8\r\n");
  if (!cached) text += "Cache-Control: no-cache\r\nContent-Length: " + std::to_string(body.size()) + "\r\n";
  return text.append("\r\n").append(body);
}

// A header's value, without the white space around it.
std::string header(std::string_view head, std::string_view name) {
  for (std::size_t at = head.find("\r\n"); at != std::string_view::npos && at + 2 < head.size();) {
    std::string_view line = head.substr(at + 2, head.find("\r\n", at + 2) - at - 2);
    if (line.size() > name.size() && line[name.size()] == ':' &&
        ::strncasecmp(line.data(), name.data(), name.size()) == 0) {
      line.remove_prefix(name.size() + 1);
      while (!line.empty() && (line.front() == ' ' || line.front() == '\t')) line.remove_prefix(1);
      while (!line.empty() && (line.back() == ' ' || line.back() == '\t')) line.remove_suffix(1);
      return std::string(line);
    }
    at = head.find("\r\n", at + 2);
  }
  return {};
}

// A frontend's session, for the realm's thread alone.
struct Frontend {
  explicit Frontend(InspectorAgent& agent) : agent(agent) {}

  void dispatch(const std::u16string& message) {
    if (!session || is_over) return;
    ++depth;
    session->dispatch({reinterpret_cast<const std::uint16_t*>(message.data()), message.size()});
    if (--depth == 0 && is_over) session.reset();
  }
  // A session that is in the middle of a request, at a breakpoint say, ends after it.
  void end() {
    is_over = true;
    if (!session) return;
    if (depth == 0) {
      session.reset();
    } else {
      session->stop_waiting();
    }
  }

  InspectorAgent& agent;
  std::unique_ptr<InspectorSession> session;
  int depth = 0;
  bool is_over = false;
};

}  // namespace

// One connection: a request, and then the WebSocket it may have asked for.
class InspectorServer::Client {
 public:
  Client(InspectorServer& server, std::uint64_t id) : server_(server), id_(id) {
    uv_tcp_init(&server.loop_, &socket_);
    socket_.data = this;
  }

  uv_stream_t* stream() { return reinterpret_cast<uv_stream_t*>(&socket_); }

  void start() {
    uv_tcp_nodelay(&socket_, 1);
    uv_read_start(
        stream(),
        [](uv_handle_t* handle, std::size_t, uv_buf_t* buffer) {
          auto* self = static_cast<Client*>(handle->data);
          *buffer = uv_buf_init(self->chunk_, sizeof self->chunk_);
        },
        [](uv_stream_t* stream, ssize_t count, const uv_buf_t* buffer) {
          auto* self = static_cast<Client*>(stream->data);
          if (count < 0) return self->close();
          if (count > 0) self->read({buffer->base, static_cast<std::size_t>(count)});
        });
  }

  void send_text(std::string_view text) {
    if (frontend_ && !is_closing_) write(websocket_frame(WebSocketOpcode::kText, text));
  }

  void close() {
    if (is_closing_) return;
    is_closing_ = true;
    if (frontend_) server_.agent_.post([frontend = frontend_] { frontend->end(); });
    server_.clients_.erase(id_);
    uv_close(reinterpret_cast<uv_handle_t*>(&socket_),
             [](uv_handle_t* handle) { delete static_cast<Client*>(handle->data); });
  }

 private:
  void read(std::string_view bytes) {
    if (frontend_) {
      reader_.feed(bytes);
      return read_messages();
    }
    head_ += bytes;
    auto end = head_.find("\r\n\r\n");
    if (end == std::string::npos) {
      if (head_.size() > kLargestHead) close();
      return;
    }
    std::string rest = head_.substr(end + 4);
    head_.resize(end + 2);
    answer_request();
    if (frontend_ && !rest.empty()) read(rest);
  }

  void answer_request() {
    constexpr std::string_view kGet = "GET ";
    std::string host = header(head_, "Host"), key = header(head_, "Sec-WebSocket-Key");
    auto space = head_.find(' ', kGet.size());
    if (!head_.starts_with(kGet) || space == std::string::npos || !is_allowed_host(host)) return refuse();
    std::string path = head_.substr(kGet.size(), space - kGet.size());
    if (key.empty()) {
      std::string answer = server_.answer(path, host);
      if (answer.empty()) return refuse();
      return write(std::move(answer), true);
    }
    if (path != "/" + server_.id_) return refuse();
    write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " +
          websocket_accept(key) + "\r\n\r\n");
    frontend_ = std::make_shared<Frontend>(server_.agent_);
    std::fprintf(stderr, "Debugger attached.\n");
    server_.agent_.post([frontend = frontend_, server = &server_, id = id_] {
      frontend->session = frontend->agent.connect(
          [server, id](const StringView& message) { server->send(id, to_utf8(message)); }, true);
    });
  }

  void refuse() {
    write(http_answer("400 Bad Request", "text/html", "WebSockets request was expected\r\n", true), true);
  }

  void read_messages() {
    while (auto event = reader_.next()) {
      using Event = WebSocketReader::Event;
      switch (event->kind) {
        case Event::kText:
          server_.agent_.post([frontend = frontend_, text = to_utf16(event->payload)] { frontend->dispatch(text); });
          break;
        case Event::kPing:
          write(websocket_frame(WebSocketOpcode::kPong, event->payload));
          break;
        case Event::kClose:
          return write(websocket_frame(WebSocketOpcode::kClose, event->payload), true);
        case Event::kBroken:
          return close();
      }
    }
  }

  // `then_close`: the connection ends when all of it was sent.
  void write(std::string text, bool then_close = false) {
    struct Write {
      uv_write_t request;
      std::string text;
      bool then_close;
    };
    auto* pending = new Write{{}, std::move(text), then_close};
    pending->request.data = pending;
    uv_buf_t buffer = uv_buf_init(pending->text.data(), static_cast<unsigned>(pending->text.size()));
    int failed = uv_write(&pending->request, stream(), &buffer, 1, [](uv_write_t* request, int status) {
      std::unique_ptr<Write> done(static_cast<Write*>(request->data));
      if (status < 0 || done->then_close) static_cast<Client*>(request->handle->data)->close();
    });
    if (failed == 0) return;
    delete pending;
    close();
  }

  InspectorServer& server_;
  const std::uint64_t id_;
  uv_tcp_t socket_;
  std::string head_;
  WebSocketReader reader_;
  std::shared_ptr<Frontend> frontend_;  // once it is a WebSocket
  bool is_closing_ = false;
  char chunk_[64 << 10];
};

Result<std::unique_ptr<InspectorServer>> InspectorServer::start(InspectorAgent& agent, const std::string& host,
                                                                int port) {
  std::unique_ptr<InspectorServer> server(new InspectorServer(agent));
  PKG_TRY_VOID(server->listen(host, port));
  const auto& argv = agent.realm().options().argv;
  server->id_ = random_uuid();
  server->script_ = argv.size() > 1 ? argv[1] : "";
  server->title_ = server->script_.empty() ? agent.realm().options().exec_path + "[" + std::to_string(::getpid()) + "]"
                                           : server->script_;
  server->thread_ = std::thread([self = server.get()] { self->run(); });
  return server;
}

Result<void> InspectorServer::listen(const std::string& host, int port) {
  uv_loop_init(&loop_);
  uv_async_init(&loop_, &wake_, [](uv_async_t* handle) { static_cast<InspectorServer*>(handle->data)->deliver(); });
  wake_.data = this;
  uv_tcp_init(&loop_, &listener_);
  listener_.data = this;
  uv_getaddrinfo_t lookup;
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  int error = uv_getaddrinfo(&loop_, &lookup, nullptr, host.c_str(), std::to_string(port).c_str(), &hints);
  if (error < 0) return fail("EINSPECTOR", "Unable to resolve \"" + host + "\": " + uv_strerror(error));
  error = uv_tcp_bind(&listener_, lookup.addrinfo->ai_addr, 0);
  uv_freeaddrinfo(lookup.addrinfo);
  if (error == 0)
    error = uv_listen(reinterpret_cast<uv_stream_t*>(&listener_), 511, [](uv_stream_t* listener, int status) {
      if (status == 0) static_cast<InspectorServer*>(listener->data)->accept();
    });
  if (error < 0)
    return fail("EINSPECTOR",
                "Starting inspector on " + host + ":" + std::to_string(port) + " failed: " + uv_strerror(error));
  sockaddr_storage bound;
  int size = sizeof bound;
  uv_tcp_getsockname(&listener_, reinterpret_cast<sockaddr*>(&bound), &size);
  port_ = ntohs(bound.ss_family == AF_INET6 ? reinterpret_cast<sockaddr_in6&>(bound).sin6_port
                                            : reinterpret_cast<sockaddr_in&>(bound).sin_port);
  address_ = (host.find(':') == std::string::npos ? host : "[" + host + "]") + ":" + std::to_string(port_);
  return {};
}

InspectorServer::~InspectorServer() {
  stopping_ = true;
  uv_async_send(&wake_);
  if (thread_.joinable()) {
    thread_.join();
  } else {
    run();  // it never listened: what was opened is closed
  }
  uv_loop_close(&loop_);
}

void InspectorServer::run() { uv_run(&loop_, UV_RUN_DEFAULT); }

void InspectorServer::accept() {
  auto* client = new Client(*this, next_client_++);
  if (uv_accept(reinterpret_cast<uv_stream_t*>(&listener_), client->stream()) != 0) return client->close();
  clients_.emplace(next_client_ - 1, client);
  client->start();
}

void InspectorServer::send(std::uint64_t client, std::string text) {
  {
    std::lock_guard lock(mutex_);
    outgoing_.push_back({client, std::move(text)});
  }
  uv_async_send(&wake_);
}

void InspectorServer::deliver() {
  std::vector<Outgoing> outgoing;
  {
    std::lock_guard lock(mutex_);
    outgoing.swap(outgoing_);
  }
  for (const Outgoing& each : outgoing)
    if (auto found = clients_.find(each.client); found != clients_.end()) found->second->send_text(each.text);
  if (!stopping_ || uv_is_closing(reinterpret_cast<uv_handle_t*>(&wake_))) return;
  while (!clients_.empty()) clients_.begin()->second->close();
  uv_close(reinterpret_cast<uv_handle_t*>(&listener_), nullptr);
  uv_close(reinterpret_cast<uv_handle_t*>(&wake_), nullptr);
}

// What is asked of the target, not of the protocol; empty for anything else.
std::string InspectorServer::answer(const std::string& path, const std::string& host) const {
  constexpr std::string_view kJson = "application/json";
  if (path == "/json/version")
    return http_answer("200 OK", kJson,
                       "{\n  \"Browser\": \"node.js/" PKG_NODE_VERSION "\",\n  \"Protocol-Version\": \"1.1\"\n} ");
  if (path != "/json" && path != "/json/" && path != "/json/list") return {};
  std::string socket = host + "/" + id_;
  auto quoted = [](const std::string& text) { return Json(text).dump(-1, ' ', false, Json::error_handler_t::replace); };
  std::string body = "[ {\n  \"description\": \"node.js instance\",\n";
  body +=
      "  \"devtoolsFrontendUrl\": \"devtools://devtools/bundled/js_app.html?experiments=true&v8only=true&ws=" + socket +
      "\",\n";
  body +=
      "  \"devtoolsFrontendUrlCompat\": \"devtools://devtools/bundled/inspector.html?experiments=true&v8only=true&ws=" +
      socket + "\",\n";
  body += "  \"id\": \"" + id_ + "\",\n  \"title\": " + quoted(title_) + ",\n  \"type\": \"node\",\n";
  body +=
      "  \"url\": " + quoted("file://" + script_) + ",\n  \"webSocketDebuggerUrl\": \"ws://" + socket + "\"\n} ]\n\n";
  return http_answer("200 OK", kJson, body);
}

}  // namespace pkg::runtime
