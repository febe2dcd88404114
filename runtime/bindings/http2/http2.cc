// internalBinding('http2'): what JavaScript does with sessions and streams.

#include "runtime/bindings/http2/session_callbacks.h"
#include "runtime/bindings/tls/tls_wrap.h"
#include "runtime/core/bytes.h"
#include "runtime/core/encodings.h"
#include "runtime/core/strings.h"

namespace pkg::runtime {

namespace http2 {

namespace {

using Args = v8::FunctionCallbackInfo<v8::Value>;

// The session or stream of a method, while it is usable.
Session* session_of(const Args& args) {
  auto* session = ObjectWrap::self<Session>(args);
  return session && !session->closed() ? session : nullptr;
}
Stream* stream_of(const Args& args) {
  auto* stream = ObjectWrap::self<Stream>(args);
  return stream && stream->session() ? stream : nullptr;
}
std::uint32_t uint32(const Args& args, int index) {
  return args[index]->Uint32Value(args.GetIsolate()->GetCurrentContext()).FromMaybe(0);
}
std::int32_t int32(const Args& args, int index) {
  return args[index]->Int32Value(args.GetIsolate()->GetCurrentContext()).FromMaybe(0);
}

// new Http2Session(NGHTTP2_SESSION_SERVER | NGHTTP2_SESSION_CLIENT, optionsBuffer)
void construct_session(const Args& args) {
  std::uint32_t numbers[kOptionCount] = {};
  Bytes bytes(args[1]);
  std::memcpy(numbers, bytes.data(), std::min(bytes.size(), sizeof numbers));
  new Session(Realm::from(args), args.This(), int32(args, 0) == 0 ? Session::Side::kServer : Session::Side::kClient,
              numbers);
}

// Streams are made by sessions; until then an object is none.
void construct_stream(const Args& args) { args.This()->SetAlignedPointerInInternalField(0, nullptr); }

// consume(handle, isTls): bytes go between the handle and the session without JavaScript
void consume(const Args& args) {
  Session* session = session_of(args);
  if (!session) return;
  if (args[1]->IsTrue()) {
    if (auto* connection = ObjectWrap::unwrap<tls::TlsWrap>(args[0])) session->consume(connection);
  } else {
    auto* stream = static_cast<StreamWrap*>(ObjectWrap::unwrap<HandleWrap>(args[0]));
    if (stream) session->consume(stream);
  }
}
// carry(): JavaScript carries the bytes, by receive(buffer), onsend and written(status)
void carry(const Args& args) {
  if (Session* session = session_of(args)) session->carry();
}
void receive(const Args& args) {
  Session* session = session_of(args);
  Bytes bytes(args[0]);
  if (session) session->receive(bytes.span());
}
void written(const Args& args) {
  auto* session = ObjectWrap::self<Session>(args);
  if (session && session->is_alive()) session->written(int32(args, 0));
}

// destroy(code, the transport still works)
void destroy_session(const Args& args) {
  if (Session* session = session_of(args)) session->destroy(uint32(args, 0), args[1]->IsTrue());
}
void notify_when_idle(const Args& args) {
  if (Session* session = session_of(args)) session->notify_when_idle();
}
void has_pending_data(const Args& args) {
  Session* session = session_of(args);
  args.GetReturnValue().Set(session && session->has_pending_data());
}
void chunks_sent(const Args& args) {
  auto* session = ObjectWrap::self<Session>(args);
  args.GetReturnValue().Set(session ? session->chunks_sent() : 0);
}

// request(fields, count, endStream, wantsTrailers) -> stream or a negative code
void request(const Args& args) {
  Session* session = session_of(args);
  if (!session) return args.GetReturnValue().Set(NGHTTP2_ERR_INVALID_STATE);
  OutgoingHeaders fields(args.GetIsolate(), args[0], uint32(args, 1));
  if (!fields.valid()) return args.GetReturnValue().Set(NGHTTP2_ERR_HTTP_HEADER);
  args.GetReturnValue().Set(session->request(fields, args[2]->IsTrue(), args[3]->IsTrue()));
}

// settings(packed, done) -> 0, 1 (too many are pending), or a negative code
void settings(const Args& args) {
  Session* session = session_of(args);
  if (!session) return args.GetReturnValue().Set(NGHTTP2_ERR_INVALID_STATE);
  Bytes packed(args[0]);
  args.GetReturnValue().Set(session->settings(packed.span(), args[1].As<v8::Function>()));
}
// ping(payload | undefined, done), the same
void ping(const Args& args) {
  Session* session = session_of(args);
  if (!session) return args.GetReturnValue().Set(NGHTTP2_ERR_INVALID_STATE);
  Bytes payload(args[0]);
  args.GetReturnValue().Set(session->ping(payload.size() == 8 ? payload.data() : nullptr, args[1].As<v8::Function>()));
}

// goaway(code, last stream id, data | undefined)
void goaway(const Args& args) {
  Session* session = session_of(args);
  if (!session) return;
  std::int32_t last = int32(args, 1);
  if (last <= 0) last = nghttp2_session_get_last_proc_stream_id(session->session());
  Bytes data(args[2]);
  session->set_going_away();
  nghttp2_submit_goaway(session->session(), NGHTTP2_FLAG_NONE, last, uint32(args, 0), data.data(), data.size());
  session->schedule();
}

// altsvc(stream id, origin, value)
void altsvc(const Args& args) {
  Session* session = session_of(args);
  if (!session) return;
  std::string origin = to_utf8(args.GetIsolate(), args[1]);
  std::string value = to_utf8(args.GetIsolate(), args[2]);
  if (origin.size() + value.size() > 16382) return;
  nghttp2_submit_altsvc(session->session(), NGHTTP2_FLAG_NONE, int32(args, 0),
                        reinterpret_cast<const std::uint8_t*>(origin.data()), origin.size(),
                        reinterpret_cast<const std::uint8_t*>(value.data()), value.size());
  session->schedule();
}

// origin([origin, ...])
void origin(const Args& args) {
  Session* session = session_of(args);
  if (!session || !args[0]->IsArray()) return;
  auto list = args[0].As<v8::Array>();
  std::vector<std::string> texts;
  for (std::uint32_t i = 0; i < list->Length(); ++i) {
    v8::Local<v8::Value> each;
    if (!list->Get(session->realm().context(), i).ToLocal(&each)) return;
    texts.push_back(to_utf8(args.GetIsolate(), each));
  }
  std::vector<nghttp2_origin_entry> entries;
  for (std::string& each : texts) entries.push_back({reinterpret_cast<std::uint8_t*>(each.data()), each.size()});
  nghttp2_submit_origin(session->session(), NGHTTP2_FLAG_NONE, entries.data(), entries.size());
  session->schedule();
}

// setLocalWindowSize(bytes) -> 0 or a negative code
void set_local_window_size(const Args& args) {
  Session* session = session_of(args);
  if (!session) return;
  int result = nghttp2_session_set_local_window_size(session->session(), NGHTTP2_FLAG_NONE, 0, int32(args, 0));
  args.GetReturnValue().Set(result);
  session->schedule();
}
// setNextStreamID(id) -> whether it could be
void set_next_stream_id(const Args& args) {
  Session* session = session_of(args);
  args.GetReturnValue().Set(session && nghttp2_session_set_next_stream_id(session->session(), int32(args, 0)) == 0);
}
// wantSettings(id...): custom settings of the peer to be kept
void want_settings(const Args& args) {
  Session* session = session_of(args);
  for (int i = 0; session && i < args.Length(); ++i) session->wanted_settings.insert(int32(args, i));
}

v8::Local<v8::Value> number(const Args& args, double value) { return v8::Number::New(args.GetIsolate(), value); }

// localSettings() and remoteSettings() -> the seven by their order in internal/http2/settings, then [id, value]... of
// custom ones
template <std::uint32_t (*get)(nghttp2_session*, nghttp2_settings_id), bool remote>
void get_settings(const Args& args) {
  Session* session = session_of(args);
  if (!session) return;
  std::vector<v8::Local<v8::Value>> values;
  for (auto id :
       {NGHTTP2_SETTINGS_HEADER_TABLE_SIZE, NGHTTP2_SETTINGS_ENABLE_PUSH, NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS,
        NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, NGHTTP2_SETTINGS_MAX_FRAME_SIZE, NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE,
        NGHTTP2_SETTINGS_ENABLE_CONNECT_PROTOCOL}) {
    values.push_back(number(args, get(session->session(), id)));
  }
  if (remote) {
    for (auto [id, value] : session->custom_settings) {
      values.push_back(number(args, id));
      values.push_back(number(args, value));
    }
  }
  args.GetReturnValue().Set(v8::Array::New(args.GetIsolate(), values.data(), values.size()));
}

// state() -> numbers in the order of Http2Session's state
void session_state(const Args& args) {
  Session* session = session_of(args);
  if (!session) return;
  nghttp2_session* handle = session->session();
  v8::Local<v8::Value> values[] = {
      number(args, nghttp2_session_get_effective_local_window_size(handle)),
      number(args, nghttp2_session_get_effective_recv_data_length(handle)),
      number(args, nghttp2_session_get_next_stream_id(handle)),
      number(args, nghttp2_session_get_local_window_size(handle)),
      number(args, nghttp2_session_get_last_proc_stream_id(handle)),
      number(args, nghttp2_session_get_remote_window_size(handle)),
      number(args, static_cast<double>(nghttp2_session_get_outbound_queue_size(handle))),
      number(args, static_cast<double>(nghttp2_session_get_hd_deflate_dynamic_table_size(handle))),
      number(args, static_cast<double>(nghttp2_session_get_hd_inflate_dynamic_table_size(handle)))};
  args.GetReturnValue().Set(v8::Array::New(args.GetIsolate(), values, std::size(values)));
}

// statistics() -> [bytes read, bytes written, frames received, frames sent, streams, most at once, ms of all streams,
// ms of the last ping]
void session_statistics(const Args& args) {
  auto* session = ObjectWrap::self<Session>(args);
  if (!session) return;
  const SessionStatistics& all = session->statistics;
  v8::Local<v8::Value> values[] = {
      number(args, static_cast<double>(all.bytes_received)),    number(args, static_cast<double>(all.bytes_sent)),
      number(args, static_cast<double>(all.frames_received)),   number(args, static_cast<double>(all.frames_sent)),
      number(args, static_cast<double>(all.streams)),           number(args, static_cast<double>(all.most_streams)),
      number(args, static_cast<double>(all.stream_time) / 1e6), number(args, static_cast<double>(all.ping_time) / 1e6)};
  args.GetReturnValue().Set(v8::Array::New(args.GetIsolate(), values, std::size(values)));
}

// The stream's methods.

// statistics() -> [bytes read, bytes written, ms to the first byte, to the first sent, to the first header]
void stream_statistics(const Args& args) {
  auto* stream = ObjectWrap::self<Stream>(args);
  if (!stream) return;
  const StreamStatistics& all = stream->statistics;
  auto since = [&](std::uint64_t time) {
    return number(args, time > all.begun ? static_cast<double>(time - all.begun) / 1e6 : 0);
  };
  v8::Local<v8::Value> values[] = {number(args, static_cast<double>(all.bytes_received)),
                                   number(args, static_cast<double>(all.bytes_sent)), since(all.first_byte),
                                   since(all.first_byte_sent), since(all.first_header)};
  args.GetReturnValue().Set(v8::Array::New(args.GetIsolate(), values, std::size(values)));
}

void stream_id(const Args& args) {
  auto* stream = ObjectWrap::self<Stream>(args);
  if (stream) args.GetReturnValue().Set(stream->id());
}

// respond(fields, count, endStream, wantsTrailers) -> 0 or a negative code
void respond(const Args& args) {
  Stream* stream = stream_of(args);
  if (!stream) return args.GetReturnValue().Set(NGHTTP2_ERR_STREAM_CLOSED);
  OutgoingHeaders fields(args.GetIsolate(), args[0], uint32(args, 1));
  if (!fields.valid()) return args.GetReturnValue().Set(NGHTTP2_ERR_HTTP_HEADER);
  args.GetReturnValue().Set(stream->respond(fields, args[2]->IsTrue(), args[3]->IsTrue()));
}

// info(fields, count), trailers(fields, count) -> 0 or a negative code
template <int (Stream::*send)(const OutgoingHeaders&)>
void send_headers(const Args& args) {
  Stream* stream = stream_of(args);
  if (!stream) return args.GetReturnValue().Set(NGHTTP2_ERR_STREAM_CLOSED);
  OutgoingHeaders fields(args.GetIsolate(), args[0], uint32(args, 1));
  if (!fields.valid()) return args.GetReturnValue().Set(NGHTTP2_ERR_HTTP_HEADER);
  args.GetReturnValue().Set((stream->*send)(fields));
}

// pushPromise(fields, count) -> stream or a negative code
void push_promise(const Args& args) {
  Stream* stream = stream_of(args);
  if (!stream) return args.GetReturnValue().Set(NGHTTP2_ERR_STREAM_CLOSED);
  OutgoingHeaders fields(args.GetIsolate(), args[0], uint32(args, 1));
  if (!fields.valid()) return args.GetReturnValue().Set(NGHTTP2_ERR_HTTP_HEADER);
  args.GetReturnValue().Set(stream->session()->push_promise(*stream, fields));
}

void rst_stream(const Args& args) {
  if (Stream* stream = stream_of(args)) args.GetReturnValue().Set(stream->reset(uint32(args, 0)));
}
void destroy_stream(const Args& args) {
  if (Stream* stream = stream_of(args)) stream->session()->destroy_stream(*stream);
}
void read_start(const Args& args) {
  if (auto* stream = ObjectWrap::self<Stream>(args)) stream->read_start();
}
void read_stop(const Args& args) {
  if (auto* stream = ObjectWrap::self<Stream>(args)) stream->read_stop();
}
void finish(const Args& args) {
  if (auto* stream = ObjectWrap::self<Stream>(args)) stream->finish();
}

void queue(Stream& stream, v8::Local<v8::Value> chunk, Encoding encoding) {
  if (chunk->IsString()) {
    auto text = std::make_shared<std::string>(encode_string(stream.isolate(), chunk.As<v8::String>(), encoding));
    std::span bytes(reinterpret_cast<const std::uint8_t*>(text->data()), text->size());
    stream.write(std::move(text), bytes);
  } else if (chunk->IsArrayBufferView()) {
    auto bytes = writable_bytes(chunk);
    stream.write(chunk.As<v8::ArrayBufferView>()->Buffer()->GetBackingStore(), bytes);
  }
}

// write(chunk, encoding number) -> bytes; onwritten(status) follows unless there are none
void write(const Args& args) {
  auto* stream = ObjectWrap::self<Stream>(args);
  if (!stream) return args.GetReturnValue().Set(0);
  queue(*stream, args[0], encoding_of(args[1]));
  args.GetReturnValue().Set(static_cast<double>(stream->end_write()));
}
// writev([chunk, encoding number, ...]), the same
void writev(const Args& args) {
  auto* stream = ObjectWrap::self<Stream>(args);
  if (!stream || !args[0]->IsArray()) return args.GetReturnValue().Set(0);
  auto list = args[0].As<v8::Array>();
  for (std::uint32_t i = 0; i + 1 < list->Length(); i += 2) {
    v8::Local<v8::Value> chunk, encoding;
    if (!list->Get(stream->realm().context(), i).ToLocal(&chunk) ||
        !list->Get(stream->realm().context(), i + 1).ToLocal(&encoding)) {
      return;
    }
    queue(*stream, chunk, encoding_of(encoding));
  }
  args.GetReturnValue().Set(static_cast<double>(stream->end_write()));
}

// state() -> [state, weight, sum of the dependencies' weights, local close, remote close, local window]
void stream_state(const Args& args) {
  Stream* stream = stream_of(args);
  if (!stream) return;
  nghttp2_session* handle = stream->session()->session();
  // The stream of a request is idle until its headers are sent.
  nghttp2_stream* known = nghttp2_session_find_stream(handle, stream->id());
  v8::Local<v8::Value> values[] = {number(args, known ? nghttp2_stream_get_state(known) : NGHTTP2_STREAM_STATE_IDLE),
                                   number(args, 16),
                                   number(args, 0),
                                   number(args, nghttp2_session_get_stream_local_close(handle, stream->id())),
                                   number(args, nghttp2_session_get_stream_remote_close(handle, stream->id())),
                                   number(args, nghttp2_session_get_stream_local_window_size(handle, stream->id()))};
  args.GetReturnValue().Set(v8::Array::New(args.GetIsolate(), values, std::size(values)));
}

// setCallbacks([function, ...]), by the order of Callback
void set_callbacks(const Args& args) { Realm::from(args).set(Slot::kHttp2Callbacks, args[0]); }

void nghttp2_error_string(const Args& args) {
  args.GetReturnValue().Set(text(args.GetIsolate(), nghttp2_strerror(int32(args, 0))));
}

// flush(): sends at once what can be sent
void flush(const Args& args) {
  if (Session* session = session_of(args)) session->flush();
}

constexpr Method kSession[] = {
    {"flush", flush},
    {"consume", consume},
    {"carry", carry},
    {"receive", receive},
    {"written", written},
    {"oncomplete", written},  // of a write to TLS: the session is its request
    {"destroy", destroy_session},
    {"notifyWhenIdle", notify_when_idle},
    {"hasPendingData", has_pending_data},
    {"chunksSent", chunks_sent},
    {"request", request},
    {"settings", settings},
    {"ping", ping},
    {"goaway", goaway},
    {"altsvc", altsvc},
    {"origin", origin},
    {"setLocalWindowSize", set_local_window_size},
    {"setNextStreamID", set_next_stream_id},
    {"wantSettings", want_settings},
    {"localSettings", get_settings<nghttp2_session_get_local_settings, false>},
    {"remoteSettings", get_settings<nghttp2_session_get_remote_settings, true>},
    {"state", session_state},
    {"statistics", session_statistics},
};
constexpr Method kStream[] = {
    {"id", stream_id},
    {"respond", respond},
    {"info", send_headers<&Stream::info>},
    {"trailers", send_headers<&Stream::trailers>},
    {"pushPromise", push_promise},
    {"rstStream", rst_stream},
    {"destroy", destroy_stream},
    {"readStart", read_start},
    {"readStop", read_stop},
    {"finish", finish},
    {"write", write},
    {"writev", writev},
    {"state", stream_state},
    {"statistics", stream_statistics},
};
constexpr Method kFunctions[] = {{"setCallbacks", set_callbacks}, {"nghttp2ErrorString", nghttp2_error_string}};

constexpr auto kCallbacks = [] {
  std::array<Method, std::size(kSession) + std::size(kStream) + 2> all{};
  auto at = std::copy(std::begin(kSession), std::end(kSession), all.begin());
  at = std::copy(std::begin(kStream), std::end(kStream), at);
  *at++ = {"Http2Session", construct_session};
  *at++ = {"Http2Stream", construct_stream};
  return all;
}();

void init(Realm& realm, v8::Local<v8::Object> target) {
  set_class(realm, target, "Http2Session", make_class(realm, "Http2Session", construct_session, kSession));
  set_class(realm, target, "Http2Stream", make_class(realm, "Http2Stream", construct_stream, kStream));
  set_value(realm, target, "optionsBuffer",
            v8::Uint32Array::New(v8::ArrayBuffer::New(realm.isolate(), kOptionCount * sizeof(std::uint32_t)), 0,
                                 kOptionCount));
}

}  // namespace

}  // namespace http2

extern const Binding binding_http2;
const Binding binding_http2{"http2", http2::kFunctions, http2::init, http2::kCallbacks};

}  // namespace pkg::runtime
