#pragma once

#include <cstdint>

namespace pkg::runtime::http2 {

// What performance observers are told of a session when it ends; times in ns of uv_hrtime.
struct SessionStatistics {
  std::uint64_t bytes_received = 0, bytes_sent = 0;
  std::uint64_t frames_received = 0, frames_sent = 0;
  std::uint64_t streams = 0, most_streams = 0;
  std::uint64_t stream_time = 0;  // of all streams that ended
  std::uint64_t ping_time = 0;    // of the last ping
};

// The same of a stream; a time of 0: it never came to that.
struct StreamStatistics {
  std::uint64_t begun = 0;
  std::uint64_t first_header = 0, first_byte = 0, first_byte_sent = 0;
  std::uint64_t bytes_received = 0, bytes_sent = 0;
};

}  // namespace pkg::runtime::http2
