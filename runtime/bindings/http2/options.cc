#include "runtime/bindings/http2/session_callbacks.h"

namespace pkg::runtime::http2 {

Options read_options(std::span<const std::uint32_t> numbers, bool is_server, nghttp2_option* option) {
  Options options;
  auto is_set = [&](OptionIndex index) {
    return numbers.size() == kOptionCount && (numbers[kOptionFlags] & (1u << index)) != 0;
  };
  // Windows open as JavaScript reads; streams that are closed are not kept for RFC 7540's priorities.
  nghttp2_option_set_no_auto_window_update(option, 1);
  nghttp2_option_set_no_closed_streams(option, 1);
  if (!is_server) {
    nghttp2_option_set_builtin_recv_extension_type(option, NGHTTP2_ALTSVC);
    nghttp2_option_set_builtin_recv_extension_type(option, NGHTTP2_ORIGIN);
  }
  if (is_set(kOptionMaxDeflateTable)) {
    nghttp2_option_set_max_deflate_dynamic_table_size(option, numbers[kOptionMaxDeflateTable]);
  }
  if (is_set(kOptionMaxReservedStreams)) {
    nghttp2_option_set_max_reserved_remote_streams(option, numbers[kOptionMaxReservedStreams]);
  }
  if (is_set(kOptionMaxSendHeaderBlock)) {
    nghttp2_option_set_max_send_header_block_length(option, numbers[kOptionMaxSendHeaderBlock]);
  }
  nghttp2_option_set_peer_max_concurrent_streams(option,
                                                 is_set(kOptionPeerMaxStreams) ? numbers[kOptionPeerMaxStreams] : 100);
  if (is_set(kOptionMaxSettings)) nghttp2_option_set_max_settings(option, numbers[kOptionMaxSettings]);
  if (is_set(kOptionResetRate) && is_set(kOptionResetBurst)) {
    nghttp2_option_set_stream_reset_rate_limit(option, numbers[kOptionResetBurst], numbers[kOptionResetRate]);
  }
  if (is_set(kOptionLaxWhitespace)) {
    nghttp2_option_set_no_rfc9113_leading_and_trailing_ws_validation(option,
                                                                     static_cast<int>(numbers[kOptionLaxWhitespace]));
  }
  if (is_set(kOptionPadding)) options.padding = numbers[kOptionPadding];
  // A request has four pseudo-headers, a response one.
  if (is_set(kOptionMaxHeaderPairs)) {
    options.max_header_pairs = std::max<std::uint32_t>(numbers[kOptionMaxHeaderPairs], is_server ? 4 : 1);
  }
  if (is_set(kOptionMaxPings)) options.max_outstanding_pings = numbers[kOptionMaxPings];
  if (is_set(kOptionMaxSettingsPending)) options.max_outstanding_settings = numbers[kOptionMaxSettingsPending];
  if (is_set(kOptionMaxMemory)) {
    options.max_memory = std::max<std::uint64_t>(numbers[kOptionMaxMemory], 1) * 1'000'000;
  }
  if (numbers.size() == kOptionCount) {
    options.max_invalid_frames = numbers[kOptionMaxInvalidFrames];
    options.max_rejected_streams = numbers[kOptionMaxRejectedStreams];
  }
  return options;
}

}  // namespace pkg::runtime::http2
