#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pkg::runtime {

// The server's half of RFC 6455 for text messages: no extensions, no subprotocols.
class WebSocketReader {
 public:
  struct Event {
    enum Kind { kText, kPing, kClose, kBroken } kind;
    std::string payload;
  };

  // Takes more of the client's bytes.
  void feed(std::string_view bytes) { buffer_ += bytes; }
  // The next whole message or control frame; none when more bytes are needed. kBroken: the client does not keep to the
  // protocol, or its message is larger than 128 MiB.
  std::optional<Event> next();

 private:
  std::string buffer_, message_;
  bool in_message_ = false;
};

// `Sec-WebSocket-Accept` for a client's key (RFC 6455, section 4.2.2).
std::string websocket_accept(std::string_view key);

enum class WebSocketOpcode : std::uint8_t { kText = 1, kClose = 8, kPong = 10 };
// One unmasked, final frame.
std::string websocket_frame(WebSocketOpcode opcode, std::string_view payload);

}  // namespace pkg::runtime
