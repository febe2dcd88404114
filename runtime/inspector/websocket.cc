#include "runtime/inspector/websocket.h"

#include <openssl/evp.h>
#include <openssl/sha.h>

namespace pkg::runtime {

namespace {

constexpr std::uint64_t kLargest = std::uint64_t{128} << 20;

std::uint64_t big_endian(std::string_view bytes) {
  std::uint64_t number = 0;
  for (char byte : bytes) number = number << 8 | static_cast<std::uint8_t>(byte);
  return number;
}

}  // namespace

std::optional<WebSocketReader::Event> WebSocketReader::next() {
  while (buffer_.size() >= 2) {
    std::string_view bytes = buffer_;
    auto first = static_cast<std::uint8_t>(bytes[0]), second = static_cast<std::uint8_t>(bytes[1]);
    bool is_final = first & 0x80, is_masked = second & 0x80;
    unsigned opcode = first & 0x0f;
    bool is_control = opcode >= 8;
    std::uint64_t length = second & 0x7f;
    std::size_t head = 2;
    if (length >= 126) {
      std::size_t width = length == 126 ? 2 : 8;
      if (bytes.size() < head + width) return std::nullopt;
      length = big_endian(bytes.substr(head, width));
      head += width;
    }
    // Clients mask, no extension has given the reserved bits a meaning, control frames are small and whole.
    if ((first & 0x70) || !is_masked || length > kLargest || (is_control && (!is_final || length > 125)))
      return Event{Event::kBroken, {}};
    if (bytes.size() < head + 4 + length) return std::nullopt;
    std::string payload(bytes.substr(head + 4, length));
    for (std::size_t i = 0; i < payload.size(); ++i) payload[i] = static_cast<char>(payload[i] ^ bytes[head + i % 4]);
    buffer_.erase(0, head + 4 + length);
    switch (opcode) {
      case 0:
      case 1:
        if ((opcode == 0) != in_message_ || message_.size() + payload.size() > kLargest)
          return Event{Event::kBroken, {}};
        message_ += payload;
        in_message_ = !is_final;
        if (is_final) return Event{Event::kText, std::exchange(message_, {})};
        break;
      case 8:
        return Event{Event::kClose, std::move(payload)};
      case 9:
        return Event{Event::kPing, std::move(payload)};
      case 10:
        break;
      default:
        return Event{Event::kBroken, {}};
    }
  }
  return std::nullopt;
}

std::string websocket_accept(std::string_view key) {
  std::string text = std::string(key) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  unsigned char digest[SHA_DIGEST_LENGTH];
  SHA1(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest);
  char base64[4 * ((SHA_DIGEST_LENGTH + 2) / 3) + 1];
  int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(base64), digest, SHA_DIGEST_LENGTH);
  return {base64, static_cast<std::size_t>(length)};
}

std::string websocket_frame(WebSocketOpcode opcode, std::string_view payload) {
  std::string frame;
  frame += static_cast<char>(0x80 | static_cast<std::uint8_t>(opcode));
  int width = payload.size() < 126 ? 0 : payload.size() <= 0xffff ? 2 : 8;
  frame += static_cast<char>(width == 0 ? payload.size() : width == 2 ? 126 : 127);
  for (int i = width - 1; i >= 0; --i) frame += static_cast<char>(payload.size() >> (8 * i));
  return frame.append(payload);
}

}  // namespace pkg::runtime
