#pragma once

#include <deque>
#include <string>

#include "runtime/bindings/http2/headers.h"
#include "runtime/bindings/http2/statistics.h"
#include "runtime/core/object_wrap.h"

namespace pkg::runtime::http2 {

class Session;
struct Outgoing;

// One HTTP/2 stream (RFC 9113, section 5): its queue of data on the way out and the header block that is coming in.
// What comes in is handed on at once. Lives while its session knows it, data of it is being written, or JavaScript
// has its object.
class Stream final : public ObjectWrap {
 public:
  // Calls are made in the async context `frame`.
  Stream(Session& session, v8::Local<v8::Object> object, v8::Local<v8::Value> frame);
  ~Stream() override;

  std::int32_t id() const { return id_; }
  Session* session() const { return session_; }
  // The session knows it under `id` from now on, and takes at most so many bytes of each header block.
  void open(std::int32_t id, std::size_t max_header_bytes);
  std::size_t max_header_bytes() const { return max_header_bytes_; }
  // The session will not call it any more; what was not sent is dropped.
  void detach();

  StreamStatistics statistics;
  IncomingHeaders headers;
  int category = NGHTTP2_HCAT_REQUEST;  // of the block that is coming in

  // Functions for JavaScript; each returns 0 or a negative nghttp2 code.
  int respond(const OutgoingHeaders& fields, bool end_stream, bool wants_trailers);
  int info(const OutgoingHeaders& fields);
  int trailers(const OutgoingHeaders& fields);
  int reset(std::uint32_t code);
  // Queues bytes that `owner` holds.
  void write(std::shared_ptr<void> owner, std::span<const std::uint8_t> bytes);
  // What was queued is one write of JavaScript's. Returns the number of its bytes: when there are any, onwritten
  // follows.
  std::size_t end_write();
  // Nothing follows what was written.
  void finish();
  void set_wants_trailers() { wants_trailers_ = true; }
  // The headers that open it end it, too.
  void finish_unsent() { finished_ = true; }
  // The session is no more, or never knew it.
  void forget_session() { session_ = nullptr; }

  // The window opens again by what comes in only while JavaScript reads.
  void read_start();
  void read_stop() { reading_ = false; }
  void received(std::size_t size);

  // Of nghttp2: how much of the next frame there is, and its bytes.
  nghttp2_ssize read_length(std::size_t most, std::uint32_t& flags);
  void move_data(std::size_t size, Outgoing& out);
  nghttp2_data_provider2 provider();

  // A write of JavaScript's is done, or never will be: object.onwritten(status).
  void finish_write(int status);
  // The session's memory that it takes: header blocks, which JavaScript holds on to, and what is queued.
  std::size_t held() const { return header_bytes_ + queued_; }
  // A field of a header block.
  void add_header(nghttp2_rcbuf* name, nghttp2_rcbuf* value, std::uint8_t flags);

  v8::Local<v8::Value> frame() const { return frame_.Get(isolate()); }
  v8::MaybeLocal<v8::Value> call(int callback, int argc, v8::Local<v8::Value>* argv);

  // Keeps it alive, as often as it is let go of.
  void pin() {
    if (pins_++ == 0) hold();
  }
  void unpin() {
    if (--pins_ == 0) release();
  }

 private:
  struct Chunk {
    std::shared_ptr<void> owner;
    const std::uint8_t* data;
    std::size_t size;
  };
  void wake();

  Session* session_;
  v8::Global<v8::Value> frame_;
  std::deque<Chunk> queue_;
  std::size_t max_header_bytes_ = 0;
  std::size_t header_bytes_ = 0;
  std::size_t queued_ = 0;
  std::size_t fresh_ = 0;   // of them, those of the write that is being queued
  std::size_t unread_ = 0;  // bytes that came while JavaScript did not read
  std::int32_t id_ = 0;
  int pins_ = 0;
  bool finished_ = false, wants_trailers_ = false, reading_ = false, writing_ = false;
};

}  // namespace pkg::runtime::http2
