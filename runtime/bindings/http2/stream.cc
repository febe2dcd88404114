#include "runtime/bindings/http2/stream.h"

#include "runtime/bindings/http2/session.h"

namespace pkg::runtime::http2 {

Stream::Stream(Session& session, v8::Local<v8::Object> object, v8::Local<v8::Value> frame)
    : ObjectWrap(session.realm(), object), session_(&session), frame_(isolate(), frame) {
  if (async_hooks_on(realm())) async_init(realm(), object);
}

Stream::~Stream() {
  if (session_) session_->forget(*this);
}

void Stream::open(std::int32_t id, std::size_t max_header_bytes) {
  id_ = id;
  max_header_bytes_ = max_header_bytes;
}

void Stream::detach() {
  session_ = nullptr;
  headers.clear();
  v8::HandleScope scope(isolate());
  v8::Context::Scope context(realm().context());
  if (queued_ > 0) {
    queue_.clear();
    queued_ = 0;
    finish_write(UV_ECANCELED);
  }
  async_destroy(realm(), object());
}

nghttp2_data_provider2 Stream::provider() {
  nghttp2_data_provider2 provider;
  provider.source.ptr = nullptr;
  provider.read_callback = [](nghttp2_session*, std::int32_t id, std::uint8_t*, std::size_t length,
                              std::uint32_t* flags, nghttp2_data_source*, void* session) -> nghttp2_ssize {
    Stream* stream = static_cast<Session*>(session)->find(id);
    return stream ? stream->read_length(length, *flags) : NGHTTP2_ERR_DEFERRED;
  };
  return provider;
}

void Stream::add_header(nghttp2_rcbuf* name, nghttp2_rcbuf* value, std::uint8_t flags) {
  if (header_bytes_ == 0) statistics.first_header = uv_hrtime();
  std::size_t before = headers.bytes();
  headers.add(name, value, flags);
  header_bytes_ += headers.bytes() - before;
  session_->stream_memory_ += headers.bytes() - before;
}

int Stream::respond(const OutgoingHeaders& fields, bool end_stream, bool wants_trailers) {
  if (!session_) return NGHTTP2_ERR_STREAM_CLOSED;
  wants_trailers_ = wants_trailers && !end_stream;
  if (end_stream) finished_ = true;
  nghttp2_data_provider2 data = provider();
  int result =
      nghttp2_submit_response2(session_->session(), id_, fields.data(), fields.size(), end_stream ? nullptr : &data);
  session_->schedule();
  return result;
}

int Stream::info(const OutgoingHeaders& fields) {
  if (!session_) return NGHTTP2_ERR_STREAM_CLOSED;
  int result = nghttp2_submit_headers(session_->session(), NGHTTP2_FLAG_NONE, id_, nullptr, fields.data(),
                                      fields.size(), nullptr);
  session_->schedule();
  return result;
}

int Stream::trailers(const OutgoingHeaders& fields) {
  if (!session_) return NGHTTP2_ERR_STREAM_CLOSED;
  wants_trailers_ = false;
  int result = 0;
  if (fields.size() > 0) {
    result = nghttp2_submit_trailer(session_->session(), id_, fields.data(), fields.size());
  } else {
    // Browsers choke on a block without fields: an empty DATA frame ends the stream as well.
    nghttp2_data_provider2 data = provider();
    result = nghttp2_submit_data2(session_->session(), NGHTTP2_FLAG_END_STREAM, id_, &data);
  }
  session_->schedule();
  return result;
}

int Stream::reset(std::uint32_t code) { return session_ ? session_->reset(*this, code) : 0; }

void Stream::write(std::shared_ptr<void> owner, std::span<const std::uint8_t> bytes) {
  if (!session_ || bytes.empty()) return;
  queue_.push_back({std::move(owner), bytes.data(), bytes.size()});
  queued_ += bytes.size();
  session_->stream_memory_ += bytes.size();
  fresh_ += bytes.size();
}

std::size_t Stream::end_write() {
  std::size_t size = std::exchange(fresh_, 0);
  if (size == 0) return 0;
  writing_ = true;
  if (!session_) {
    finish_write(UV_ECANCELED);
  } else {
    wake();
  }
  return size;
}

void Stream::finish() {
  if (finished_) return;
  finished_ = true;
  if (session_) wake();
}

void Stream::wake() {
  // An error says that no data is awaited: the response has not begun, or the stream is closed.
  std::ignore = nghttp2_session_resume_data(session_->session(), id_);
  session_->schedule();
}

nghttp2_ssize Stream::read_length(std::size_t most, std::uint32_t& flags) {
  if (queued_ == 0 && !finished_) return NGHTTP2_ERR_DEFERRED;
  std::size_t size = std::min(most, queued_);
  flags |= NGHTTP2_DATA_FLAG_NO_COPY;
  if (size == queued_ && finished_) {
    flags |= NGHTTP2_DATA_FLAG_EOF;
    if (wants_trailers_) {
      flags |= NGHTTP2_DATA_FLAG_NO_END_STREAM;
      session_->trailers_due(*this);
    }
  }
  return static_cast<nghttp2_ssize>(size);
}

void Stream::move_data(std::size_t size, Outgoing& out) {
  if (statistics.bytes_sent == 0) statistics.first_byte_sent = uv_hrtime();
  statistics.bytes_sent += size;
  while (size > 0 && !queue_.empty()) {
    Chunk& chunk = queue_.front();
    std::size_t part = std::min(size, chunk.size);
    if (part <= Outgoing::kCopied) {
      out.copy(chunk.data, part);
    } else {
      out.refer(chunk.data, part, chunk.owner);
    }
    chunk.data += part;
    chunk.size -= part;
    queued_ -= part;
    session_->stream_memory_ -= part;
    size -= part;
    if (chunk.size == 0) queue_.pop_front();
  }
  if (queued_ == 0 && writing_) {
    pin();
    out.written.push_back(this);
  }
}

void Stream::finish_write(int status) {
  if (!writing_) return;
  writing_ = false;
  v8::HandleScope scope(isolate());
  v8::Context::Scope context(realm().context());
  v8::Local<v8::Value> argument = v8::Integer::New(isolate(), status);
  std::ignore = call(kOnWritten, 1, &argument);
}

void Stream::read_start() {
  reading_ = true;
  if (unread_ == 0 || !session_) return;
  nghttp2_session_consume_stream(session_->session(), id_, std::exchange(unread_, 0));
  session_->schedule();
}

void Stream::received(std::size_t size) {
  if (statistics.bytes_received == 0) statistics.first_byte = uv_hrtime();
  statistics.bytes_received += size;
  if (reading_) {
    nghttp2_session_consume_stream(session_->session(), id_, size);
  } else {
    unread_ += size;
  }
}

v8::MaybeLocal<v8::Value> Stream::call(int callback, int argc, v8::Local<v8::Value>* argv) {
  return Session::call_on(realm(), session_, object(), callback, argc, argv, frame_.Get(isolate()));
}

}  // namespace pkg::runtime::http2
