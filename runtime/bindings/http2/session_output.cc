// How a session's frames get out: gathered once in a turn of the loop, written to what carries them, told when they
// are.

#include "runtime/bindings/http2/session_flight.h"
#include "runtime/bindings/tls/tls_wrap.h"
#include "runtime/core/bytes.h"

namespace pkg::runtime::http2 {

namespace {

// While sessions send before the loop waits: those that are to send because of it. libuv would not get to them before.
thread_local std::vector<Session*>* late = nullptr;

}  // namespace

void Session::schedule() {
  if (!is_alive() || scheduled_) return;
  scheduled_ = true;
  if (late) {
    late->push_back(this);
  } else {
    uv_prepare_start(&prepare_, on_prepare);
  }
}

void Session::on_prepare(uv_prepare_t* prepare) {
  auto* first = static_cast<Session*>(static_cast<HandleWrap*>(prepare->data));
  v8::HandleScope scope(first->isolate());
  v8::Context::Scope context(first->realm().context());
  uv_prepare_stop(prepare);
  std::vector<Session*> sessions{first};
  late = &sessions;
  for (std::size_t i = 0; i < sessions.size(); ++i) {
    sessions[i]->scheduled_ = false;
    sessions[i]->flush();
    sessions[i]->after_flush();
  }
  late = nullptr;
}

void Session::flush() {
  if (flushing_ || feeding_ || gone_ || (transport_.IsEmpty() && !carried_)) return;
  flushing_ = true;
  while (!flight_ && !gone_) {
    auto flight = std::make_unique<Flight>(*this);
    if (!gather(flight->out)) break;
    start_write(std::move(flight));
  }
  flushing_ = false;
}

bool Session::gather(Outgoing& out) {
  // Enough for one write; what is left follows when the kernel took it.
  constexpr std::size_t kMost = 256 * 1024;
  gathering_ = &out;
  while (out.size < kMost) {
    const std::uint8_t* bytes = nullptr;
    nghttp2_ssize size = nghttp2_session_mem_send2(session_, &bytes);
    if (size > 0) {
      out.copy(bytes, static_cast<std::size_t>(size));
      continue;
    }
    if (size < 0) {
      if (!closed_ && !failed_) tell_error(static_cast<int>(size));
      break;
    }
    if (!trailers_due_.empty()) {
      std::vector<Stream*> due = std::exchange(trailers_due_, {});
      for (Stream* stream : due) {
        if (stream->session() && !closed_) std::ignore = stream->call(kOnWantTrailers, 0, nullptr);
        stream->unpin();
      }
      continue;
    }
    if (!resets_due_.empty()) {
      for (auto [id, code] : std::exchange(resets_due_, {})) {
        nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, id, code);
      }
      continue;
    }
    break;
  }
  gathering_ = nullptr;
  return !out.empty();
}

void Session::start_write(std::unique_ptr<Flight> flight) {
  Outgoing& out = flight->out;
  statistics.bytes_sent += out.size;
  std::vector<uv_buf_t> buffers = out.buffers();
  if (stream_) {
    if (!stream_->is_alive()) return finish(std::move(flight), UV_ECANCELED);
    int taken = stream_->try_write(buffers);
    if (taken < 0 && taken != UV_EAGAIN && taken != UV_ENOSYS) return finish(std::move(flight), taken);
    std::size_t skip = taken < 0 ? 0 : static_cast<std::size_t>(taken);
    if (skip == out.size) return finish(std::move(flight), 0);
    std::span<uv_buf_t> rest = buffers;
    while (skip >= rest.front().len) {
      skip -= rest.front().len;
      rest = rest.subspan(1);
    }
    rest.front().base += skip;
    rest.front().len -= skip;
    int error = uv_write(&flight->request, stream_->stream(), rest.data(), static_cast<unsigned>(rest.size()),
                         [](uv_write_t* request, int status) {
                           std::unique_ptr<Flight> done(static_cast<Flight*>(request->data));
                           if (done->session) done->session->flight_done(std::move(done), status);
                         });
    if (error < 0) return finish(std::move(flight), error);
    flight->is_libuvs = true;
    flight_ = flight.release();
    return;
  }
  if (tls_) {
    auto* state = static_cast<std::int32_t*>(realm().get(Slot::kStreamState).As<v8::Int32Array>()->Buffer()->Data());
    flight_ = flight.get();
    int error = tls_->write(object(), buffers);
    bool waits = state[StreamWrap::kLastWriteWasAsync] != 0;
    if (flight_ != flight.get()) {
      // Done, and told, meanwhile.
      flight.release();
      return;
    }
    if (error == 0 && waits) {
      flight.release();
      return;
    }
    flight_ = nullptr;
    return finish(std::move(flight), error);
  }
  auto store =
      v8::ArrayBuffer::NewBackingStore(isolate(), out.size, v8::BackingStoreInitializationMode::kUninitialized);
  char* at = static_cast<char*>(store->Data());
  for (const uv_buf_t& buffer : buffers) {
    std::memcpy(at, buffer.base, buffer.len);
    at += buffer.len;
  }
  flight_ = flight.release();
  v8::Local<v8::Value> bytes = make_buffer(realm(), std::move(store));
  std::ignore = tell(kOnSend, 1, &bytes);
}

void Session::written(int status) {
  if (!flight_ || flight_->is_libuvs) return;
  std::unique_ptr<Flight> flight(std::exchange(flight_, nullptr));
  finish(std::move(flight), status);
  schedule();
}

void Session::flight_done(std::unique_ptr<Flight> flight, int status) {
  flight_ = nullptr;
  if (!realm().can_call_js()) return;
  v8::HandleScope scope(isolate());
  v8::Context::Scope context(realm().context());
  finish(std::move(flight), status);
  flush();
  after_flush();
}

void Session::finish(std::unique_ptr<Flight> flight, int status) {
  for (Stream* stream : flight->out.written) {
    stream->finish_write(status < 0 ? status : 0);
    stream->unpin();
  }
  // The connection is broken: its reading side tells how it ended.
  if (status < 0) gone_ = true;
}

bool Session::has_pending_data() const {
  return flight_ != nullptr || (session_ && !gone_ && nghttp2_session_want_write(session_) != 0);
}

void Session::after_flush() {
  if (flight_ || !is_alive()) return;
  if (closed_) {
    release_transport();
    v8::HandleScope scope(isolate());
    std::ignore = tell(kOnIdle, 0, nullptr);
    close();
    return;
  }
  // After an error of the peer's nghttp2 says GOAWAY and wants nothing more.
  bool over = !failed_ && !gone_ && !going_away_ && nghttp2_session_want_read(session_) == 0 &&
              nghttp2_session_want_write(session_) == 0;
  if (!over && !idle_due_) return;
  idle_due_ = false;
  v8::HandleScope scope(isolate());
  v8::Local<v8::Value> argument = v8::Boolean::New(isolate(), over);
  std::ignore = tell(kOnIdle, 1, &argument);
}

}  // namespace pkg::runtime::http2
