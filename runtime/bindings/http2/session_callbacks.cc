#include "runtime/bindings/http2/session_callbacks.h"

#include "runtime/core/bytes.h"
#include "runtime/core/strings.h"

namespace pkg::runtime::http2 {

// Each returns what nghttp2 asks for; a session that JavaScript destroyed meanwhile stops at once.
class Callbacks {
 public:
  static const nghttp2_session_callbacks* table() {
    static const nghttp2_session_callbacks* const made = [] {
      nghttp2_session_callbacks* callbacks = nullptr;
      PKG_CHECK(nghttp2_session_callbacks_new(&callbacks) == 0);
      nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, on_begin_headers);
      nghttp2_session_callbacks_set_on_header_callback2(callbacks, on_header);
      nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, on_frame);
      nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, on_data);
      nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, on_stream_close);
      nghttp2_session_callbacks_set_on_invalid_frame_recv_callback(callbacks, on_invalid_frame);
      nghttp2_session_callbacks_set_on_frame_send_callback(callbacks, on_frame_sent);
      nghttp2_session_callbacks_set_on_frame_not_send_callback(callbacks, on_frame_not_sent);
      nghttp2_session_callbacks_set_error_callback2(callbacks, on_error);
      nghttp2_session_callbacks_set_send_data_callback(callbacks, send_data);
      nghttp2_session_callbacks_set_select_padding_callback2(callbacks, select_padding);
      return callbacks;
    }();
    return made;
  }

 private:
  static Session& of(void* user) { return *static_cast<Session*>(user); }
  static int go_on(const Session& session) { return session.closed_ ? NGHTTP2_ERR_CALLBACK_FAILURE : 0; }

  // The stream whose block this is; a push promise brings a stream of its own.
  static std::int32_t id_of(const nghttp2_frame* frame) {
    return frame->hd.type == NGHTTP2_PUSH_PROMISE ? frame->push_promise.promised_stream_id : frame->hd.stream_id;
  }

  static int on_begin_headers(nghttp2_session* handle, const nghttp2_frame* frame, void* user) {
    Session& session = of(user);
    if (session.closed_) return NGHTTP2_ERR_CALLBACK_FAILURE;
    v8::HandleScope scope(session.isolate());
    std::int32_t id = id_of(frame);
    Stream* stream = session.find(id);
    if (!stream) {
      if (session.memory() + sizeof(Stream) > session.options_.max_memory) {
        if (session.rejected_streams_++ >= session.options_.max_rejected_streams) return NGHTTP2_ERR_CALLBACK_FAILURE;
        nghttp2_submit_rst_stream(handle, NGHTTP2_FLAG_NONE, id, NGHTTP2_ENHANCE_YOUR_CALM);
        return 0;
      }
      bool opens = frame->hd.type == NGHTTP2_PUSH_PROMISE ||
                   (frame->hd.type == NGHTTP2_HEADERS && frame->headers.cat == NGHTTP2_HCAT_REQUEST);
      if (!opens) return 0;
      stream = session.make_stream(session.frame_.Get(session.isolate()));
      if (!stream) return NGHTTP2_ERR_CALLBACK_FAILURE;
      session.add(*stream, id);
    }
    stream->headers.clear();
    stream->category = frame->hd.type == NGHTTP2_PUSH_PROMISE ? NGHTTP2_HCAT_REQUEST : frame->headers.cat;
    return 0;
  }

  static int on_header(nghttp2_session* handle, const nghttp2_frame* frame, nghttp2_rcbuf* name, nghttp2_rcbuf* value,
                       std::uint8_t flags, void* user) {
    Session& session = of(user);
    Stream* stream = session.find(id_of(frame));
    if (!stream) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    if (nghttp2_rcbuf_get_buf(name).len == 0) return 0;
    std::size_t size = nghttp2_rcbuf_get_buf(name).len + nghttp2_rcbuf_get_buf(value).len + 32;
    if (stream->headers.count() >= session.options_.max_header_pairs ||
        stream->headers.bytes() + size > stream->max_header_bytes() ||
        session.memory() + size > session.options_.max_memory) {
      nghttp2_submit_rst_stream(handle, NGHTTP2_FLAG_NONE, stream->id(), NGHTTP2_ENHANCE_YOUR_CALM);
      return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    }
    stream->add_header(name, value, flags);
    return 0;
  }

  static int on_data(nghttp2_session* handle, std::uint8_t, std::int32_t id, const std::uint8_t* data, std::size_t size,
                     void* user) {
    Session& session = of(user);
    if (session.closed_) return NGHTTP2_ERR_CALLBACK_FAILURE;
    if (size == 0) return 0;
    // The connection's window opens at once: one stream that nobody reads must not stop the others.
    nghttp2_session_consume_connection(handle, size);
    Stream* stream = session.find(id);
    if (!stream) return 0;
    v8::HandleScope scope(session.isolate());
    stream->received(size);
    v8::Local<v8::Value> argument = session.view_of(data, size);
    std::ignore = stream->call(kOnData, 1, &argument);
    return go_on(session);
  }

  static int on_frame_sent(nghttp2_session*, const nghttp2_frame*, void* user) {
    ++of(user).statistics.frames_sent;
    return 0;
  }

  static int on_frame(nghttp2_session* handle, const nghttp2_frame* frame, void* user) {
    Session& session = of(user);
    if (session.closed_) return NGHTTP2_ERR_CALLBACK_FAILURE;
    ++session.statistics.frames_received;
    v8::HandleScope scope(session.isolate());
    switch (frame->hd.type) {
      case NGHTTP2_DATA: {
        Stream* stream = session.find(frame->hd.stream_id);
        if (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) {
          if (stream) std::ignore = stream->call(kOnData, 0, nullptr);
        } else if (frame->hd.length == 0) {
          // A frame of nothing that ends nothing is good for keeping us busy alone.
          return count_invalid(session, NGHTTP2_ERR_PROTO) ? NGHTTP2_ERR_CALLBACK_FAILURE : 0;
        }
        break;
      }
      case NGHTTP2_HEADERS:
      case NGHTTP2_PUSH_PROMISE:
        headers_done(session, frame);
        break;
      case NGHTTP2_SETTINGS:
        settings_came(session, frame->hd.flags & NGHTTP2_FLAG_ACK, frame->settings);
        break;
      case NGHTTP2_PING:
        return ping_came(session, frame->hd.flags & NGHTTP2_FLAG_ACK, frame->ping.opaque_data);
      case NGHTTP2_GOAWAY:
        goaway_came(session, frame->goaway);
        break;
      case NGHTTP2_ALTSVC:
        altsvc_came(session, frame);
        break;
      case NGHTTP2_ORIGIN:
        origin_came(session, frame);
        break;
      default:
        break;
    }
    return go_on(session);
  }

  static void headers_done(Session& session, const nghttp2_frame* frame) {
    std::int32_t id = id_of(frame);
    Stream* stream = session.find(id);
    if (!stream) return;
    v8::Isolate* isolate = session.isolate();
    v8::Local<v8::Value> sensitive;
    v8::Local<v8::Value> fields = stream->headers.take(isolate, sensitive);
    v8::Local<v8::Value> argv[] = {stream->object(),
                                   v8::Integer::New(isolate, id),
                                   v8::Integer::New(isolate, stream->category),
                                   v8::Integer::New(isolate, frame->hd.flags),
                                   fields,
                                   sensitive};
    std::ignore = Session::call_on(session.realm(), &session, session.object(), kOnHeaders, 6, argv, stream->frame());
  }

  static void settings_came(Session& session, bool acknowledged, const nghttp2_settings& settings) {
    if (acknowledged) {
      if (!session.settings_.empty()) session.acknowledge(session.settings_, true);
      return;
    }
    for (std::size_t i = 0; i < settings.niv; ++i) {
      if (session.wanted_settings.contains(settings.iv[i].settings_id)) {
        session.custom_settings[settings.iv[i].settings_id] = settings.iv[i].value;
      }
    }
    std::ignore = session.tell(kOnSettings, 0, nullptr);
  }

  static int ping_came(Session& session, bool acknowledged, const std::uint8_t* payload) {
    if (!acknowledged) {
      v8::Local<v8::Value> argument = make_buffer(session.realm(), {payload, 8});
      std::ignore = session.tell(kOnPing, 1, &argument);
      return go_on(session);
    }
    // An acknowledgement of what nobody asked is a protocol error.
    if (session.pings_.empty()) {
      session.tell_error(NGHTTP2_ERR_PROTO);
      return NGHTTP2_ERR_CALLBACK_FAILURE;
    }
    std::memcpy(session.pings_.front().payload, payload, 8);
    session.statistics.ping_time = uv_hrtime() - session.pings_.front().since;
    session.acknowledge(session.pings_, true);
    return go_on(session);
  }

  static void goaway_came(Session& session, const nghttp2_goaway& goaway) {
    v8::Isolate* isolate = session.isolate();
    v8::Local<v8::Value> argv[] = {v8::Integer::NewFromUnsigned(isolate, goaway.error_code),
                                   v8::Integer::New(isolate, goaway.last_stream_id), v8::Undefined(isolate)};
    if (goaway.opaque_data_len > 0) {
      argv[2] = make_buffer(session.realm(), {goaway.opaque_data, goaway.opaque_data_len});
    }
    std::ignore = session.tell(kOnGoaway, 3, argv);
  }

  static v8::Local<v8::Value> latin1(Session& session, const std::uint8_t* data, std::size_t size) {
    return v8::String::NewFromOneByte(session.isolate(), data, v8::NewStringType::kNormal, static_cast<int>(size))
        .ToLocalChecked();
  }

  static void altsvc_came(Session& session, const nghttp2_frame* frame) {
    auto* altsvc = static_cast<nghttp2_ext_altsvc*>(frame->ext.payload);
    v8::Local<v8::Value> argv[] = {v8::Integer::New(session.isolate(), frame->hd.stream_id),
                                   latin1(session, altsvc->origin, altsvc->origin_len),
                                   latin1(session, altsvc->field_value, altsvc->field_value_len)};
    std::ignore = session.tell(kOnAltsvc, 3, argv);
  }

  static void origin_came(Session& session, const nghttp2_frame* frame) {
    auto* origin = static_cast<nghttp2_ext_origin*>(frame->ext.payload);
    std::vector<v8::Local<v8::Value>> list;
    for (std::size_t i = 0; i < origin->nov; ++i) {
      list.push_back(latin1(session, origin->ov[i].origin, origin->ov[i].origin_len));
    }
    v8::Local<v8::Value> argument = v8::Array::New(session.isolate(), list.data(), list.size());
    std::ignore = session.tell(kOnOrigin, 1, &argument);
  }

  static int on_stream_close(nghttp2_session*, std::int32_t id, std::uint32_t code, void* user) {
    Session& session = of(user);
    Stream* stream = session.find(id);
    if (!stream) return 0;
    v8::HandleScope scope(session.isolate());
    v8::Context::Scope context(session.realm().context());
    stream->pin();
    v8::Local<v8::Value> argument = v8::Integer::NewFromUnsigned(session.isolate(), code);
    std::ignore = stream->call(kOnStreamClose, 1, &argument);
    if (stream->session()) {
      session.forget(*stream);
      stream->detach();
    }
    stream->unpin();
    return 0;
  }

  // True: one too many, and the session is told.
  static bool count_invalid(Session& session, int code) {
    if (session.invalid_frames_++ <= session.options_.max_invalid_frames) return false;
    session.tell_error(code, "ERR_HTTP2_TOO_MANY_INVALID_FRAMES");
    return true;
  }

  static int on_invalid_frame(nghttp2_session*, const nghttp2_frame*, int code, void* user) {
    Session& session = of(user);
    if (session.closed_) return NGHTTP2_ERR_CALLBACK_FAILURE;
    if (count_invalid(session, code)) return NGHTTP2_ERR_CALLBACK_FAILURE;
    if (nghttp2_is_fatal(code) || code == NGHTTP2_ERR_STREAM_CLOSED || code == NGHTTP2_ERR_PROTO) {
      session.tell_error(code);
      return NGHTTP2_ERR_CALLBACK_FAILURE;
    }
    return 0;
  }

  static int on_frame_not_sent(nghttp2_session*, const nghttp2_frame* frame, int code, void* user) {
    Session& session = of(user);
    // Nothing is wrong with a frame whose session or stream ended first.
    if (session.closed_ || code == NGHTTP2_ERR_SESSION_CLOSING || code == NGHTTP2_ERR_STREAM_CLOSED ||
        code == NGHTTP2_ERR_STREAM_CLOSING) {
      return 0;
    }
    std::uint32_t told = NGHTTP2_INTERNAL_ERROR;
    switch (code) {
      case NGHTTP2_ERR_HEADER_COMP:
        told = NGHTTP2_COMPRESSION_ERROR;
        break;
      case NGHTTP2_ERR_FRAME_SIZE_ERROR:
        told = NGHTTP2_FRAME_SIZE_ERROR;
        break;
      case NGHTTP2_ERR_FLOW_CONTROL:
        told = NGHTTP2_FLOW_CONTROL_ERROR;
        break;
      case NGHTTP2_ERR_REFUSED_STREAM:
        told = NGHTTP2_REFUSED_STREAM;
        break;
      case NGHTTP2_ERR_PROTO:
      case NGHTTP2_ERR_HTTP_HEADER:
      case NGHTTP2_ERR_HTTP_MESSAGING:
        told = NGHTTP2_PROTOCOL_ERROR;
        break;
      default:
        break;
    }
    v8::HandleScope scope(session.isolate());
    v8::Local<v8::Value> argv[] = {v8::Integer::New(session.isolate(), frame->hd.stream_id),
                                   v8::Integer::New(session.isolate(), frame->hd.type),
                                   v8::Integer::NewFromUnsigned(session.isolate(), told)};
    std::ignore = session.tell(kOnFrameError, 3, argv);
    return 0;
  }

  static int on_error(nghttp2_session*, int code, const char*, std::size_t, void* user) {
    Session& session = of(user);
    // What the peer speaks is not HTTP/2.
    if (code == NGHTTP2_ERR_SETTINGS_EXPECTED && !session.closed_) session.tell_error(NGHTTP2_ERR_PROTO);
    return 0;
  }

  // A DATA frame: its head, and `size` bytes of what its stream has queued.
  static int send_data(nghttp2_session*, nghttp2_frame* frame, const std::uint8_t* head, std::size_t size,
                       nghttp2_data_source*, void* user) {
    Session& session = of(user);
    Stream* stream = session.find(frame->hd.stream_id);
    if (!stream || !session.gathering_) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    Outgoing& out = *session.gathering_;
    constexpr std::size_t kHeadSize = 9;
    out.copy(head, kHeadSize);
    std::size_t padding = frame->data.padlen;
    if (padding > 0) {
      auto length = static_cast<std::uint8_t>(padding - 1);
      out.copy(&length, 1);
    }
    stream->move_data(size, out);
    if (padding > 1) {
      static constexpr std::uint8_t kZeros[256] = {};
      out.copy(kZeros, padding - 1);
    }
    ++session.chunks_sent_;
    return 0;
  }

  static nghttp2_ssize select_padding(nghttp2_session*, const nghttp2_frame* frame, std::size_t most, void* user) {
    std::size_t length = frame->hd.length;
    switch (of(user).options_.padding) {
      case kPaddingMax:
        return static_cast<nghttp2_ssize>(most);
      case kPaddingAligned: {
        std::size_t over = (length + 9) % 8;
        if (over == 0) return static_cast<nghttp2_ssize>(length);
        return static_cast<nghttp2_ssize>(std::min(most, length + 8 - over));
      }
      default:
        return static_cast<nghttp2_ssize>(length);
    }
  }
};

const nghttp2_session_callbacks* nghttp2_callbacks() { return Callbacks::table(); }

}  // namespace pkg::runtime::http2
