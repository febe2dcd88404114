#pragma once

#include <deque>
#include <set>
#include <unordered_map>

#include <nghttp2/nghttp2.h>

#include "resolver/base/result.h"
#include "runtime/bindings/http2/output.h"
#include "runtime/bindings/http2/statistics.h"
#include "runtime/bindings/http2/stream.h"
#include "runtime/core/stream_wrap.h"

namespace pkg::runtime::tls {
class TlsWrap;
}

namespace pkg::runtime::http2 {

// The functions that JavaScript hands over once, in this order (Slot::kHttp2Callbacks); the receiver is the object of
// the session or the stream.
enum Callback {
  kOnHeaders,       // session (stream, id, category, flags, [name, value, ...], sensitive names | undefined)
  kOnData,          // stream (buffer), or () at the end
  kOnStreamClose,   // stream (code)
  kOnWantTrailers,  // stream ()
  kOnWritten,       // stream (status)
  kOnSettings,      // session (): the peer's have changed
  kOnPing,          // session (payload)
  kOnGoaway,        // session (code, last stream id, data | undefined)
  kOnFrameError,    // session (stream id, frame type, code)
  kOnError,         // session (nghttp2 code, code of an error of ours | undefined)
  kOnAltsvc,        // session (stream id, origin, value)
  kOnOrigin,        // session ([origin, ...])
  kOnEnd,           // session (negative uv error): the transport ended
  kOnSend,          // session (buffer), over a transport that JavaScript carries
  kOnIdle,          // session (over): all that was to be sent is; `over`: nghttp2 will neither send nor read any more
  kCallbackCount
};

struct Options {
  std::uint32_t max_header_pairs = 128;
  std::uint32_t max_outstanding_pings = 10;
  std::uint32_t max_outstanding_settings = 10;
  std::uint64_t max_memory = 10'000'000;
  std::uint32_t max_invalid_frames = 1000;
  std::uint32_t max_rejected_streams = 100;
  std::uint32_t padding = 0;
};

// One HTTP/2 connection (RFC 9113), driven by nghttp2. Bytes come from a libuv stream or a TLS connection directly, or
// from JavaScript; what goes out is gathered and written once in a turn of the loop, before it waits. The handle of
// HandleWrap is the uv_prepare_t that does so.
class Session final : public HandleWrap, public StreamListener {
 public:
  enum class Side { kServer, kClient };

  // `numbers`: the options, see read_options(). The session is unusable when nghttp2 could not make one: !session().
  Session(Realm& realm, v8::Local<v8::Object> object, Side side, std::span<const std::uint32_t> numbers);
  ~Session() override;

  nghttp2_session* session() const { return session_; }
  bool is_server() const { return side_ == Side::kServer; }
  bool closed() const { return closed_; }

  void consume(StreamWrap* stream);
  void consume(tls::TlsWrap* connection);
  void carry() { carried_ = true; }
  // Of a transport that JavaScript carries: bytes, and that onsend's have been written.
  void receive(std::span<const std::uint8_t> bytes);
  void written(int status);

  // StreamListener:
  void on_stream_read(ssize_t size, const char* data) override;
  void on_stream_gone() override;

  // Sends what can be sent in this turn of the loop.
  void schedule();
  void flush();

  // Ends the session: GOAWAY with `code` when the transport still works, and nothing is called any more but onidle.
  void destroy(std::uint32_t code, bool transport_works);

  // A request (client): its stream, or a negative nghttp2 code.
  v8::Local<v8::Value> request(const OutgoingHeaders& fields, bool end_stream, bool wants_trailers);
  v8::Local<v8::Value> push_promise(Stream& parent, const OutgoingHeaders& fields);
  // 0, a negative nghttp2 code, or kTooMany when too many wait for their acknowledgement already.
  // done(acknowledged, ms, payload of a ping) follows.
  static constexpr int kTooMany = 1;
  int settings(std::span<const std::uint8_t> packed, v8::Local<v8::Function> done);
  int ping(const std::uint8_t* payload, v8::Local<v8::Function> done);
  // Resets a stream once what it has queued is on its way.
  int reset(Stream& stream, std::uint32_t code);
  // JavaScript is done with a stream: it goes, at the latest when its reset was sent.
  void destroy_stream(Stream& stream);
  // JavaScript said GOAWAY: that nothing follows is no error of the peer.
  void set_going_away() { going_away_ = true; }
  // kOnIdle comes when all that is queued is written.
  void notify_when_idle();

  SessionStatistics statistics;

  // Custom settings of the peer that the program asked for.
  std::set<std::int32_t> wanted_settings;
  std::unordered_map<std::int32_t, std::uint32_t> custom_settings;

  Stream* find(std::int32_t id);
  void forget(Stream& stream);
  std::uint32_t chunks_sent() const { return chunks_sent_; }
  bool has_pending_data() const;
  std::uint64_t memory() const;

  v8::MaybeLocal<v8::Value> tell(int callback, int argc, v8::Local<v8::Value>* argv);
  // Calls a function of the callbacks on `object`. When `session` (or null) is being read by the loop, ticks and
  // microtasks run before the next frame is looked at.
  static v8::MaybeLocal<v8::Value> call_on(Realm& realm, Session* session, v8::Local<v8::Object> object, int callback,
                                           int argc, v8::Local<v8::Value>* argv, v8::Local<v8::Value> frame);
  // The stream's data is at its end, and trailers are to follow.
  void trailers_due(Stream& stream);

 protected:
  void on_close() override;

 private:
  friend class Callbacks;  // nghttp2's, in session_callbacks.cc
  friend class Stream;
  struct Flight;
  struct Pending {
    v8::Global<v8::Function> done;
    v8::Global<v8::Value> frame;
    std::uint64_t since;
    std::uint8_t payload[8] = {};
  };

  static void on_prepare(uv_prepare_t* prepare);
  void make_session(std::span<const std::uint32_t> numbers);
  void feed(const std::uint8_t* data, std::size_t size);
  bool gather(Outgoing& out);
  void start_write(std::unique_ptr<Flight> flight);
  void finish(std::unique_ptr<Flight> flight, int status);
  void after_flush();
  void release_transport();
  void flight_done(std::unique_ptr<Flight> flight, int status);
  Pending make_pending(v8::Local<v8::Function> done);
  void acknowledge(std::deque<Pending>& queue, bool acknowledged);
  void add(Stream& stream, std::int32_t id);
  v8::Local<v8::Uint8Array> view_of(const std::uint8_t* data, std::size_t size);
  Stream* make_stream(v8::Local<v8::Value> frame);
  void tell_error(int code, const char* ours = nullptr);

  Side side_;
  uv_prepare_t prepare_;
  nghttp2_session* session_ = nullptr;
  nghttp2_mem memory_functions_;
  std::uint64_t library_memory_ = 0;
  std::uint64_t stream_memory_ = 0;  // header blocks and queued data of the streams it knows
  Options options_;

  StreamWrap* stream_ = nullptr;
  tls::TlsWrap* tls_ = nullptr;
  v8::Global<v8::Object> transport_;
  Outgoing* gathering_ = nullptr;
  Flight* flight_ = nullptr;  // what is being written; libuv's while it has it, else ours
  v8::Global<v8::Function> construct_stream_;
  v8::Global<v8::Value> frame_;

  std::unordered_map<std::int32_t, Stream*> streams_;               // pinned
  std::vector<Stream*> trailers_due_;                               // pinned
  std::vector<std::pair<std::int32_t, std::uint32_t>> resets_due_;  // stream id, code
  std::deque<Pending> settings_, pings_;
  std::uint32_t invalid_frames_ = 0, rejected_streams_ = 0, chunks_sent_ = 0;

  const std::uint8_t* input_ = nullptr;  // what is being fed
  std::size_t input_size_ = 0;
  std::shared_ptr<v8::BackingStore> input_copy_;  // of its rest from input_offset_ on, once data is in it
  v8::Global<v8::ArrayBuffer> input_buffer_;
  std::size_t input_offset_ = 0;
  bool feeding_ = false, flushing_ = false, closed_ = false, drains_ = false, idle_due_ = false, failed_ = false;
  bool gone_ = false, carried_ = false, going_away_ = false, scheduled_ = false;
};

}  // namespace pkg::runtime::http2
