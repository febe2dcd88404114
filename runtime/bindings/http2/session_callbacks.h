#pragma once

#include "runtime/bindings/http2/session.h"

namespace pkg::runtime::http2 {

// Indexes of the Uint32Array with a session's options; a bit in kOptionFlags says which of the first are set.
enum OptionIndex {
  kOptionMaxDeflateTable,
  kOptionMaxReservedStreams,
  kOptionMaxSendHeaderBlock,
  kOptionPeerMaxStreams,
  kOptionPadding,
  kOptionMaxHeaderPairs,
  kOptionMaxPings,
  kOptionMaxSettingsPending,
  kOptionMaxMemory,  // MB
  kOptionMaxSettings,
  kOptionResetRate,
  kOptionResetBurst,
  kOptionLaxWhitespace,
  kOptionFlags,
  kOptionMaxInvalidFrames,
  kOptionMaxRejectedStreams,
  kOptionCount
};
enum Padding { kPaddingNone, kPaddingAligned, kPaddingMax };

// What JavaScript chose: nghttp2's part goes to `option`, ours is returned.
Options read_options(std::span<const std::uint32_t> numbers, bool is_server, nghttp2_option* option);

// What nghttp2 tells the session that is its user data. One table for all.
const nghttp2_session_callbacks* nghttp2_callbacks();

}  // namespace pkg::runtime::http2
