#include "runtime/bindings/http2/session.h"

#include <malloc.h>

#include "runtime/bindings/http2/session_callbacks.h"
#include "runtime/bindings/http2/session_flight.h"
#include "runtime/bindings/tls/tls_wrap.h"
#include "runtime/core/bytes.h"
#include "runtime/core/strings.h"

namespace pkg::runtime::http2 {

Session::Session(Realm& realm, v8::Local<v8::Object> object, Side side, std::span<const std::uint32_t> numbers)
    : HandleWrap(realm, object, reinterpret_cast<uv_handle_t*>(&prepare_)), side_(side) {
  frame_.Reset(isolate(), isolate()->GetContinuationPreservedEmbedderData());
  uv_prepare_init(realm.loop(), &prepare_);
  prepare_.data = static_cast<HandleWrap*>(this);
  make_session(numbers);
  opened();
}

Session::~Session() {
  release_transport();
  for (auto& [id, stream] : streams_) {
    stream->forget_session();
  }
  if (flight_) {
    if (flight_->is_libuvs) {
      flight_->session = nullptr;
    } else {
      delete flight_;
    }
  }
  if (session_) nghttp2_session_del(session_);
}

void Session::make_session(std::span<const std::uint32_t> numbers) {
  nghttp2_option* option = nullptr;
  PKG_CHECK(nghttp2_option_new(&option) == 0);
  options_ = read_options(numbers, is_server(), option);
  // What it allocates counts as the session's memory.
  memory_functions_ = {this,
                       [](std::size_t size, void* self) {
                         void* made = std::malloc(size);
                         if (made) static_cast<Session*>(self)->library_memory_ += malloc_usable_size(made);
                         return made;
                       },
                       [](void* memory, void* self) {
                         if (memory) static_cast<Session*>(self)->library_memory_ -= malloc_usable_size(memory);
                         std::free(memory);
                       },
                       [](std::size_t count, std::size_t size, void* self) {
                         void* made = std::calloc(count, size);
                         if (made) static_cast<Session*>(self)->library_memory_ += malloc_usable_size(made);
                         return made;
                       },
                       [](void* memory, std::size_t size, void* self) {
                         std::size_t before = memory ? malloc_usable_size(memory) : 0;
                         void* made = std::realloc(memory, size);
                         if (made) {
                           static_cast<Session*>(self)->library_memory_ += malloc_usable_size(made);
                           static_cast<Session*>(self)->library_memory_ -= before;
                         }
                         return made;
                       }};
  int error = is_server()
                  ? nghttp2_session_server_new3(&session_, nghttp2_callbacks(), this, option, &memory_functions_)
                  : nghttp2_session_client_new3(&session_, nghttp2_callbacks(), this, option, &memory_functions_);
  nghttp2_option_del(option);
  PKG_CHECK(error == 0);
}

std::uint64_t Session::memory() const {
  return library_memory_ + stream_memory_ + streams_.size() * sizeof(Stream) + (flight_ ? flight_->out.size : 0) +
         (settings_.size() + pings_.size()) * sizeof(Pending);
}

void Session::consume(StreamWrap* stream) {
  stream_ = stream;
  transport_.Reset(isolate(), stream->object());
  stream->set_listener(this);
}

void Session::consume(tls::TlsWrap* connection) {
  tls_ = connection;
  transport_.Reset(isolate(), connection->object());
  connection->set_listener(this);
}

void Session::release_transport() {
  if (stream_ && stream_->listener() == this) stream_->set_listener(nullptr);
  if (tls_ && tls_->listener() == this) tls_->set_listener(nullptr);
  stream_ = nullptr;
  tls_ = nullptr;
  transport_.Reset();
  gone_ = true;
}

void Session::on_stream_gone() {
  stream_ = nullptr;
  tls_ = nullptr;
  transport_.Reset();
  gone_ = true;
  // libuv ends its own writes.
  if (flight_ && !flight_->is_libuvs && realm().can_call_js()) written(UV_ECANCELED);
}

void Session::on_stream_read(ssize_t size, const char* data) {
  if (size < 0) {
    v8::HandleScope scope(isolate());
    v8::Local<v8::Value> argument = v8::Integer::New(isolate(), static_cast<int>(size));
    std::ignore = tell(kOnEnd, 1, &argument);
    return;
  }
  // Not so when a write of JavaScript's led here, as in TLS over another stream.
  drains_ = v8::StackTrace::CurrentStackTrace(isolate(), 1)->GetFrameCount() == 0;
  feed(reinterpret_cast<const std::uint8_t*>(data), static_cast<std::size_t>(size));
  drains_ = false;
}

void Session::receive(std::span<const std::uint8_t> bytes) { feed(bytes.data(), bytes.size()); }

void Session::feed(const std::uint8_t* data, std::size_t size) {
  if (closed_ || failed_ || feeding_ || size == 0) return;
  statistics.bytes_received += size;
  v8::HandleScope scope(isolate());
  feeding_ = true;
  input_ = data;
  input_size_ = size;
  nghttp2_ssize taken = nghttp2_session_mem_recv2(session_, data, size);
  feeding_ = false;
  input_ = nullptr;
  input_copy_.reset();
  input_buffer_.Reset();
  if (taken < 0 && !closed_ && !failed_) tell_error(static_cast<int>(taken));
  schedule();
}

// The first data of an input brings a copy of all that follows it; data is handed out as views of that.
v8::Local<v8::Uint8Array> Session::view_of(const std::uint8_t* data, std::size_t size) {
  auto position = static_cast<std::size_t>(data - input_);
  if (data < input_ || position + size > input_size_) return make_buffer(realm(), {data, size});
  if (!input_copy_) {
    std::size_t rest = input_size_ - position;
    input_copy_ = v8::ArrayBuffer::NewBackingStore(isolate(), rest, v8::BackingStoreInitializationMode::kUninitialized);
    std::memcpy(input_copy_->Data(), data, rest);
    input_offset_ = position;
    input_buffer_.Reset(isolate(), v8::ArrayBuffer::New(isolate(), input_copy_));
  }
  auto view = v8::Uint8Array::New(input_buffer_.Get(isolate()), position - input_offset_, size);
  if (realm().has(Slot::kBufferPrototype)) {
    std::ignore = view->SetPrototypeV2(realm().context(), realm().get(Slot::kBufferPrototype));
  }
  return view;
}

void Session::notify_when_idle() {
  idle_due_ = true;
  schedule();
}

void Session::destroy(std::uint32_t code, bool transport_works) {
  if (closed_) return;
  if (transport_works && !gone_) {
    nghttp2_session_terminate_session(session_, code);
    flush();
  }
  closed_ = true;
  if (!transport_works) release_transport();
  std::vector<Stream*> streams;
  for (auto& [id, stream] : streams_) streams.push_back(stream);
  streams_.clear();
  stream_memory_ = 0;
  for (Stream* stream : streams) {
    stream->detach();
    stream->unpin();
  }
  settings_.clear();
  while (!pings_.empty()) acknowledge(pings_, false);
  if (feeding_ || flushing_) {
    schedule();
  } else {
    after_flush();
  }
}

void Session::on_close() {
  closed_ = true;
  release_transport();
}

Stream* Session::find(std::int32_t id) {
  auto found = streams_.find(id);
  return found == streams_.end() ? nullptr : found->second;
}

Stream* Session::make_stream(v8::Local<v8::Value> frame) {
  v8::Local<v8::Object> object;
  if (construct_stream_.IsEmpty()) {
    v8::Local<v8::Function> made;
    if (!realm().binding_class("http2", "Http2Stream").ToLocal(&made)) return nullptr;
    construct_stream_.Reset(isolate(), made);
  }
  if (!construct_stream_.Get(isolate())->NewInstance(realm().context(), 0, nullptr).ToLocal(&object)) return nullptr;
  return new Stream(*this, object, frame);
}

void Session::add(Stream& stream, std::int32_t id) {
  stream.open(id, nghttp2_session_get_local_settings(session_, NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE));
  stream.pin();
  streams_[id] = &stream;
  stream.statistics.begun = uv_hrtime();
  ++statistics.streams;
  statistics.most_streams = std::max<std::uint64_t>(statistics.most_streams, streams_.size());
}

void Session::forget(Stream& stream) {
  auto found = streams_.find(stream.id());
  if (found == streams_.end() || found->second != &stream) return;
  streams_.erase(found);
  stream_memory_ -= stream.held();
  statistics.stream_time += uv_hrtime() - stream.statistics.begun;
  stream.unpin();
}

v8::Local<v8::Value> Session::request(const OutgoingHeaders& fields, bool end_stream, bool wants_trailers) {
  Stream* stream = make_stream(isolate()->GetContinuationPreservedEmbedderData());
  if (!stream) return v8::Integer::New(isolate(), NGHTTP2_ERR_NOMEM);
  nghttp2_data_provider2 data = stream->provider();
  if (wants_trailers) stream->set_wants_trailers();
  if (end_stream) stream->finish_unsent();
  std::int32_t id = nghttp2_submit_request2(session_, nullptr, fields.data(), fields.size(),
                                            end_stream && !wants_trailers ? nullptr : &data, nullptr);
  if (id < 0) {
    stream->forget_session();
    return v8::Integer::New(isolate(), id);
  }
  add(*stream, id);
  schedule();
  return stream->object();
}

v8::Local<v8::Value> Session::push_promise(Stream& parent, const OutgoingHeaders& fields) {
  Stream* stream = make_stream(isolate()->GetContinuationPreservedEmbedderData());
  if (!stream) return v8::Integer::New(isolate(), NGHTTP2_ERR_NOMEM);
  std::int32_t id =
      nghttp2_submit_push_promise(session_, NGHTTP2_FLAG_NONE, parent.id(), fields.data(), fields.size(), nullptr);
  if (id < 0) {
    stream->forget_session();
    return v8::Integer::New(isolate(), id);
  }
  add(*stream, id);
  schedule();
  return stream->object();
}

int Session::reset(Stream& stream, std::uint32_t code) {
  // nghttp2 sends RST_STREAM before data that waits: what was written is to arrive, unless nobody wants it.
  if (code != NGHTTP2_CANCEL && !closed_) {
    flush();
    if (feeding_ || flushing_ || flight_) {
      resets_due_.emplace_back(stream.id(), code);
      schedule();
      return 0;
    }
  }
  int result = nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, stream.id(), code);
  schedule();
  return result;
}

void Session::destroy_stream(Stream& stream) {
  for (auto [id, code] : resets_due_) {
    if (id == stream.id()) return;
  }
  stream.pin();
  forget(stream);
  stream.detach();
  stream.unpin();
}

void Session::trailers_due(Stream& stream) {
  stream.pin();
  trailers_due_.push_back(&stream);
}

int Session::settings(std::span<const std::uint8_t> packed, v8::Local<v8::Function> done) {
  if (settings_.size() >= options_.max_outstanding_settings) return kTooMany;
  std::vector<nghttp2_settings_entry> entries;
  for (std::size_t at = 0; at + 6 <= packed.size(); at += 6) {
    const std::uint8_t* bytes = packed.data() + at;
    entries.push_back({bytes[0] << 8 | bytes[1],
                       static_cast<std::uint32_t>(bytes[2]) << 24 | bytes[3] << 16 | bytes[4] << 8 | bytes[5]});
  }
  int result = nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, entries.data(), entries.size());
  if (result < 0) return result;
  settings_.push_back(make_pending(done));
  schedule();
  return 0;
}

int Session::ping(const std::uint8_t* payload, v8::Local<v8::Function> done) {
  if (pings_.size() >= options_.max_outstanding_pings) return kTooMany;
  Pending pending = make_pending(done);
  if (payload) {
    std::memcpy(pending.payload, payload, sizeof pending.payload);
  } else {
    std::memcpy(pending.payload, &pending.since, sizeof pending.payload);
  }
  int result = nghttp2_submit_ping(session_, NGHTTP2_FLAG_NONE, pending.payload);
  if (result < 0) return result;
  pings_.push_back(std::move(pending));
  schedule();
  return 0;
}

Session::Pending Session::make_pending(v8::Local<v8::Function> done) {
  Pending pending;
  pending.done.Reset(isolate(), done);
  pending.frame.Reset(isolate(), isolate()->GetContinuationPreservedEmbedderData());
  pending.since = uv_hrtime();
  return pending;
}

void Session::acknowledge(std::deque<Pending>& queue, bool acknowledged) {
  Pending pending = std::move(queue.front());
  queue.pop_front();
  if (!realm().can_call_js()) return;
  v8::HandleScope scope(isolate());
  v8::Local<v8::Value> argv[] = {v8::Boolean::New(isolate(), acknowledged),
                                 v8::Number::New(isolate(), static_cast<double>(uv_hrtime() - pending.since) / 1e6),
                                 make_buffer(realm(), pending.payload)};
  std::ignore = async_call(realm(), object(), pending.done.Get(isolate()), 3, argv, pending.frame.Get(isolate()));
  if (drains_) realm().drain_between();
}

void Session::tell_error(int code, const char* ours) {
  failed_ = true;
  v8::HandleScope scope(isolate());
  v8::Local<v8::Value> argv[] = {v8::Integer::New(isolate(), code),
                                 ours ? text(isolate(), ours).As<v8::Value>() : v8::Undefined(isolate())};
  std::ignore = tell(kOnError, 2, argv);
}

v8::MaybeLocal<v8::Value> Session::tell(int callback, int argc, v8::Local<v8::Value>* argv) {
  return call_on(realm(), this, object(), callback, argc, argv, frame_.Get(isolate()));
}

v8::MaybeLocal<v8::Value> Session::call_on(Realm& realm, Session* session, v8::Local<v8::Object> object, int callback,
                                           int argc, v8::Local<v8::Value>* argv, v8::Local<v8::Value> frame) {
  v8::Local<v8::Value> function;
  if (!realm.can_call_js() || !realm.has(Slot::kHttp2Callbacks) ||
      !realm.get(Slot::kHttp2Callbacks).As<v8::Array>()->Get(realm.context(), callback).ToLocal(&function) ||
      !function->IsFunction()) {
    return {};
  }
  bool drains = session && session->drains_;
  auto result = async_call(realm, object, function.As<v8::Function>(), argc, argv, frame);
  if (drains) realm.drain_between();
  return result;
}

}  // namespace pkg::runtime::http2
