// HTTP/1 messages, parsed by llhttp. A message's head comes to JavaScript in one call, with its headers in one flat
// array.

#include <llhttp.h>

#include "runtime/core/bytes.h"
#include "runtime/core/encodings.h"
#include "runtime/core/stream_wrap.h"
#include "runtime/core/strings.h"

namespace pkg::runtime {

namespace {

using Args = v8::FunctionCallbackInfo<v8::Value>;

// Headers beyond these come in pieces through onHeaders, so that a head cannot take memory without bound.
constexpr std::size_t kMaxPairs = 2000;

constexpr int kLenientNone = 0;
constexpr int kLenientAll = 1023;

v8::Local<v8::String> latin1(v8::Isolate* isolate, std::string_view bytes) {
  return v8::String::NewFromOneByte(isolate, reinterpret_cast<const std::uint8_t*>(bytes.data()),
                                    v8::NewStringType::kNormal, static_cast<int>(bytes.size()))
      .ToLocalChecked();
}

// parser.onMessageBegin(), onHeaders(list, url), onHeadersComplete(major, minor, list | undefined, method, url, status,
// reason, upgrade, keepAlive) -> 0 | 1 (no body) | 2 (upgrade), onBody(buffer), onMessageComplete(), and for a consumed
// stream onExecute(bytes | Error).
class HttpParser final : public ObjectWrap, public StreamListener {
 public:
  HttpParser(Realm& realm, v8::Local<v8::Object> object) : ObjectWrap(realm, object) {}
  ~HttpParser() override { unconsume(); }

  void initialize(llhttp_type_t type, std::uint64_t max_header_size, int lenient) {
    llhttp_init(&parser_, type, &settings());
    parser_.data = this;
    max_header_size_ = max_header_size;
    if (lenient & 1) llhttp_set_lenient_headers(&parser_, 1);
    if (lenient & 2) llhttp_set_lenient_chunked_length(&parser_, 1);
    if (lenient & 4) llhttp_set_lenient_keep_alive(&parser_, 1);
    if (lenient & 8) llhttp_set_lenient_transfer_encoding(&parser_, 1);
    if (lenient & 16) llhttp_set_lenient_version(&parser_, 1);
    if (lenient & 32) llhttp_set_lenient_data_after_close(&parser_, 1);
    if (lenient & 64) llhttp_set_lenient_optional_lf_after_cr(&parser_, 1);
    if (lenient & 128) llhttp_set_lenient_optional_crlf_after_chunk(&parser_, 1);
    if (lenient & 256) llhttp_set_lenient_optional_cr_before_lf(&parser_, 1);
    if (lenient & 512) llhttp_set_lenient_spaces_after_chunk_size(&parser_, 1);
    reset_head();
    got_exception_ = false;
    header_bytes_ = 0;
  }

  // Feeds bytes (null data: the end). Returns the number taken, an Error, or empty when a callback threw.
  v8::MaybeLocal<v8::Value> execute(const char* data, std::size_t size) {
    v8::EscapableHandleScope scope(isolate());
    current_ = data;
    current_size_ = size;
    got_exception_ = false;
    llhttp_errno_t error = HPE_OK;
    std::size_t taken = size;
    if (data == nullptr) {
      error = llhttp_finish(&parser_);
    } else {
      error = llhttp_execute(&parser_, data, size);
      save_spans();
    }
    if (error != HPE_OK) {
      taken = data ? static_cast<std::size_t>(llhttp_get_error_pos(&parser_) - data) : 0;
      if (error == HPE_PAUSED_UPGRADE) {
        error = HPE_OK;
        llhttp_resume_after_upgrade(&parser_);
      }
    }
    if (pending_pause_) {
      pending_pause_ = false;
      llhttp_pause(&parser_);
    }
    current_ = nullptr;
    if (got_exception_) return {};
    if (error == HPE_PAUSED) error = HPE_OK;
    if (parser_.upgrade == 0 && error != HPE_OK) {
      auto context = realm().context();
      auto failure = v8::Exception::Error(intern(isolate(), "Parse Error")).As<v8::Object>();
      std::string code = llhttp_errno_name(error);
      std::string reason = llhttp_get_error_reason(&parser_) ? llhttp_get_error_reason(&parser_) : "";
      if (error == HPE_USER) {
        // Our own callbacks give "CODE:sentence".
        std::size_t colon = reason.find(':');
        if (colon != std::string::npos) {
          code = reason.substr(0, colon);
          reason = reason.substr(colon + 1);
        }
      }
      std::ignore =
          failure->Set(context, intern(isolate(), "bytesParsed"), v8::Integer::New(isolate(), static_cast<int>(taken)));
      std::ignore = failure->Set(context, intern(isolate(), "code"), text(isolate(), code));
      std::ignore = failure->Set(context, intern(isolate(), "reason"), text(isolate(), reason));
      return scope.Escape(failure);
    }
    return scope.Escape(v8::Integer::New(isolate(), static_cast<int>(taken)).As<v8::Value>());
  }

  void pause(bool on) {
    if (current_) {
      pending_pause_ = on;
      return;
    }
    if (on) {
      llhttp_pause(&parser_);
    } else {
      llhttp_resume(&parser_);
    }
  }

  void consume(StreamWrap* stream) {
    unconsume();
    stream_ = stream;
    stream->set_listener(this);
  }
  void unconsume() {
    if (stream_) std::exchange(stream_, nullptr)->set_listener(nullptr);
  }

  void on_stream_gone() override { stream_ = nullptr; }
  void on_stream_read(ssize_t size, const char* data) override {
    if (size < 0) {
      // The end is JavaScript's to handle: the socket reads it as ever.
      StreamWrap* stream = stream_;
      unconsume();
      v8::Local<v8::Value> callback;
      if (object()->Get(realm().context(), intern(isolate(), "onExecute")).ToLocal(&callback) &&
          callback->IsFunction()) {
        v8::Local<v8::Value> argument = v8::Integer::New(isolate(), static_cast<int>(size));
        std::ignore = stream->call(callback.As<v8::Function>(), 1, &argument);
      }
      return;
    }
    hold();  // the callbacks may drop the last reference
    v8::TryCatch caught(isolate());
    v8::Local<v8::Value> result;
    bool done = execute(data, static_cast<std::size_t>(size)).ToLocal(&result);
    if (!done) {
      if (caught.HasCaught() && !caught.HasTerminated()) {
        v8::Local<v8::Value> error = caught.Exception();
        v8::Local<v8::Message> message = caught.Message();
        caught.Reset();
        realm().trigger_uncaught(error, message);
      }
      release();
      return;
    }
    caught.Reset();
    v8::Local<v8::Value> callback;
    if (object()->Get(realm().context(), intern(isolate(), "onExecute")).ToLocal(&callback) && callback->IsFunction()) {
      // The bytes after an upgrade or an error are handed over with it.
      v8::Local<v8::Value> argv[] = {result, v8::Undefined(isolate())};
      if (!result->IsNumber() || parser_.upgrade) {
        argv[1] = make_buffer(realm(), {reinterpret_cast<const std::uint8_t*>(data), static_cast<std::size_t>(size)});
      }
      std::ignore = realm().call(object(), callback.As<v8::Function>(), 2, argv);
    }
    release();
  }

  v8::Local<v8::Value> current_buffer() {
    if (!current_) return v8::Undefined(isolate());
    return make_buffer(realm(), {reinterpret_cast<const std::uint8_t*>(current_), current_size_});
  }

 private:
  // A string that llhttp hands over in pieces: a view of the input while it is one piece, else a copy.
  struct Span {
    const char* data = nullptr;
    std::size_t size = 0;
    std::string copy;

    void clear() {
      data = nullptr;
      size = 0;
      copy.clear();
    }
    void add(const char* more, std::size_t length) {
      if (data == nullptr) {
        data = more;
        size = length;
      } else if (data != copy.data() && data + size == more) {
        size += length;
      } else {
        save();
        copy.append(more, length);
        data = copy.data();
        size = copy.size();
      }
    }
    void save() {
      if (data != nullptr && (copy.empty() || data != copy.data())) {
        copy.assign(data, size);
        data = copy.data();
      }
    }
    std::string_view view() const { return {data ? data : "", size}; }
  };
  struct Field {
    Span name, value;
  };

  static llhttp_settings_t& settings() {
    static llhttp_settings_t table = [] {
      llhttp_settings_t made;
      llhttp_settings_init(&made);
      made.on_message_begin = [](llhttp_t* p) { return self_of(p)->on_begin(); };
      made.on_url = [](llhttp_t* p, const char* at, size_t n) { return self_of(p)->on_span(self_of(p)->url_, at, n); };
      made.on_status = [](llhttp_t* p, const char* at, size_t n) {
        return self_of(p)->on_span(self_of(p)->reason_, at, n);
      };
      made.on_header_field = [](llhttp_t* p, const char* at, size_t n) { return self_of(p)->on_field(at, n); };
      made.on_header_value = [](llhttp_t* p, const char* at, size_t n) { return self_of(p)->on_value(at, n); };
      made.on_headers_complete = [](llhttp_t* p) { return self_of(p)->on_head(); };
      made.on_body = [](llhttp_t* p, const char* at, size_t n) { return self_of(p)->on_body(at, n); };
      made.on_message_complete = [](llhttp_t* p) { return self_of(p)->on_complete(); };
      made.on_chunk_extension_name = [](llhttp_t* p, const char*, size_t n) { return self_of(p)->on_extension(n); };
      made.on_chunk_extension_value = [](llhttp_t* p, const char*, size_t n) { return self_of(p)->on_extension(n); };
      made.on_chunk_header = [](llhttp_t* p) {
        self_of(p)->header_bytes_ = 0;
        self_of(p)->extension_bytes_ = 0;
        return 0;
      };
      return made;
    }();
    return table;
  }
  static HttpParser* self_of(llhttp_t* parser) { return static_cast<HttpParser*>(parser->data); }

  void reset_head() {
    count_ = 0;
    url_.clear();
    reason_.clear();
    in_value_ = true;
    have_flushed_ = false;
  }

  int fail(const char* reason) {
    llhttp_set_error_reason(&parser_, reason);
    return HPE_USER;
  }

  int track(std::size_t size) {
    header_bytes_ += size;
    return header_bytes_ >= max_header_size_ ? fail("HPE_HEADER_OVERFLOW:Header overflow") : 0;
  }

  int on_begin() {
    reset_head();
    header_bytes_ = 0;
    v8::Local<v8::Value> ignored;
    return call("onMessageBegin", 0, nullptr, ignored) ? 0 : -1;
  }

  int on_span(Span& span, const char* at, std::size_t size) {
    if (int error = track(size)) return error;
    span.add(at, size);
    return 0;
  }

  int on_field(const char* at, std::size_t size) {
    if (int error = track(size)) return error;
    if (in_value_) {
      in_value_ = false;
      if (count_ == kMaxPairs && !flush()) return -1;
      if (count_ == fields_.size()) fields_.emplace_back();
      fields_[count_].name.clear();
      fields_[count_].value.clear();
      ++count_;
    }
    fields_[count_ - 1].name.add(at, size);
    return 0;
  }

  int on_value(const char* at, std::size_t size) {
    if (int error = track(size)) return error;
    in_value_ = true;
    if (count_ > 0) fields_[count_ - 1].value.add(at, size);
    return 0;
  }

  int on_extension(std::size_t size) {
    extension_bytes_ += size;
    return extension_bytes_ > 16384 ? fail("HPE_CHUNK_EXTENSIONS_OVERFLOW:Chunk extensions overflow") : 0;
  }

  v8::Local<v8::Array> make_headers() {
    std::vector<v8::Local<v8::Value>> flat;
    flat.reserve(count_ * 2);
    for (std::size_t i = 0; i < count_; ++i) {
      std::string_view value = fields_[i].value.view();
      while (!value.empty() && (value.back() == ' ' || value.back() == '\t')) value.remove_suffix(1);
      flat.push_back(latin1(isolate(), fields_[i].name.view()));
      flat.push_back(latin1(isolate(), value));
    }
    count_ = 0;
    return v8::Array::New(isolate(), flat.data(), flat.size());
  }

  bool flush() {
    v8::HandleScope scope(isolate());
    v8::Local<v8::Value> argv[] = {make_headers(), latin1(isolate(), url_.view())};
    url_.clear();
    have_flushed_ = true;
    v8::Local<v8::Value> ignored;
    return call("onHeaders", 2, argv, ignored);
  }

  int on_head() {
    header_bytes_ = 0;
    v8::HandleScope scope(isolate());
    v8::Isolate* isolate = this->isolate();
    v8::Local<v8::Value> undefined = v8::Undefined(isolate);
    v8::Local<v8::Value> argv[] = {v8::Integer::New(isolate, parser_.http_major),
                                   v8::Integer::New(isolate, parser_.http_minor),
                                   undefined,
                                   undefined,
                                   undefined,
                                   undefined,
                                   undefined,
                                   v8::Boolean::New(isolate, parser_.upgrade),
                                   v8::Boolean::New(isolate, llhttp_should_keep_alive(&parser_))};
    if (have_flushed_) {
      if (!flush()) return -1;
    } else {
      argv[2] = make_headers();
      if (parser_.type == HTTP_REQUEST) argv[4] = latin1(isolate, url_.view());
    }
    if (parser_.type == HTTP_REQUEST) argv[3] = v8::Integer::New(isolate, parser_.method);
    if (parser_.type == HTTP_RESPONSE) {
      argv[5] = v8::Integer::New(isolate, parser_.status_code);
      argv[6] = latin1(isolate, reason_.view());
    }
    v8::Local<v8::Value> result;
    if (!call("onHeadersComplete", 9, argv, result)) return -1;
    return result.IsEmpty() ? 0 : result->Int32Value(realm().context()).FromMaybe(0);
  }

  int on_body(const char* at, std::size_t size) {
    if (size == 0) return 0;
    v8::HandleScope scope(isolate());
    v8::Local<v8::Value> argument = make_buffer(realm(), {reinterpret_cast<const std::uint8_t*>(at), size});
    v8::Local<v8::Value> ignored;
    return call("onBody", 1, &argument, ignored) ? 0 : HPE_USER;
  }

  int on_complete() {
    if (count_ > 0 && !flush()) return -1;  // trailers
    v8::Local<v8::Value> ignored;
    return call("onMessageComplete", 0, nullptr, ignored) ? 0 : -1;
  }

  // Calls a method of the object, if it has it; false when it threw.
  bool call(const char* name, int argc, v8::Local<v8::Value>* argv, v8::Local<v8::Value>& result) {
    auto context = realm().context();
    v8::Local<v8::Value> callback;
    if (!object()->Get(context, intern(isolate(), name)).ToLocal(&callback)) {
      got_exception_ = true;
      return false;
    }
    if (!callback->IsFunction()) return true;
    if (!callback.As<v8::Function>()->Call(context, object(), argc, argv).ToLocal(&result)) {
      got_exception_ = true;
      llhttp_set_error_reason(&parser_, "HPE_JS_EXCEPTION:JS Exception");
      return false;
    }
    return true;
  }

  void save_spans() {
    url_.save();
    reason_.save();
    for (std::size_t i = 0; i < count_; ++i) {
      fields_[i].name.save();
      fields_[i].value.save();
    }
  }

  llhttp_t parser_{};
  StreamWrap* stream_ = nullptr;
  std::vector<Field> fields_;
  std::size_t count_ = 0;
  Span url_, reason_;
  bool in_value_ = true;
  bool have_flushed_ = false;
  bool got_exception_ = false;
  bool pending_pause_ = false;
  const char* current_ = nullptr;
  std::size_t current_size_ = 0;
  std::uint64_t header_bytes_ = 0;
  std::uint64_t extension_bytes_ = 0;
  std::uint64_t max_header_size_ = 16384;
};

void construct(const Args& args) { new HttpParser(Realm::from(args), args.This()); }

// initialize(REQUEST | RESPONSE, max header bytes, lenient flags)
void initialize(const Args& args) {
  auto context = Realm::from(args).context();
  auto* parser = ObjectWrap::self<HttpParser>(args);
  if (!parser) return;
  auto type = static_cast<llhttp_type_t>(args[0]->Int32Value(context).FromMaybe(0));
  double size = args[1]->NumberValue(context).FromMaybe(0);
  parser->initialize(type, size > 0 ? static_cast<std::uint64_t>(size) : 16384,
                     args[2]->Int32Value(context).FromMaybe(0));
}

// execute(buffer) -> bytes taken | Error
void execute(const Args& args) {
  auto* parser = ObjectWrap::self<HttpParser>(args);
  if (!parser) return;
  auto bytes = writable_bytes(args[0]);
  v8::Local<v8::Value> result;
  const char* data = bytes.data() ? reinterpret_cast<const char*>(bytes.data()) : "";
  if (parser->execute(data, bytes.size()).ToLocal(&result)) args.GetReturnValue().Set(result);
}

// finish() -> undefined | Error
void finish(const Args& args) {
  auto* parser = ObjectWrap::self<HttpParser>(args);
  v8::Local<v8::Value> result;
  if (parser && parser->execute(nullptr, 0).ToLocal(&result) && !result->IsNumber()) args.GetReturnValue().Set(result);
}

void pause(const Args& args) {
  if (auto* parser = ObjectWrap::self<HttpParser>(args)) parser->pause(true);
}
void resume(const Args& args) {
  if (auto* parser = ObjectWrap::self<HttpParser>(args)) parser->pause(false);
}

// consume(handle): the handle's bytes come here without a detour through JavaScript
void consume(const Args& args) {
  auto* parser = ObjectWrap::self<HttpParser>(args);
  auto* stream = ObjectWrap::unwrap<StreamWrap>(args[0]);
  if (parser && stream) parser->consume(stream);
}
void unconsume(const Args& args) {
  if (auto* parser = ObjectWrap::self<HttpParser>(args)) parser->unconsume();
}

void get_current_buffer(const Args& args) {
  if (auto* parser = ObjectWrap::self<HttpParser>(args)) args.GetReturnValue().Set(parser->current_buffer());
}

constexpr Method kPrototype[] = {
    {"initialize", initialize}, {"execute", execute},
    {"finish", finish},         {"pause", pause},
    {"resume", resume},         {"consume", consume},
    {"unconsume", unconsume},   {"getCurrentBuffer", get_current_buffer},
};
constexpr Method kCallbacks[] = {
    {"HTTPParser", construct}, {"initialize", initialize}, {"execute", execute},
    {"finish", finish},        {"pause", pause},           {"resume", resume},
    {"consume", consume},      {"unconsume", unconsume},   {"getCurrentBuffer", get_current_buffer},
};

void init(Realm& realm, v8::Local<v8::Object> target) {
  v8::Isolate* isolate = realm.isolate();
  auto parser = set_class(realm, target, "HTTPParser", make_class(realm, "HTTPParser", construct, kPrototype));
  set_constant(realm, parser, "REQUEST", HTTP_REQUEST);
  set_constant(realm, parser, "RESPONSE", HTTP_RESPONSE);
  set_constant(realm, parser, "kLenientNone", kLenientNone);
  set_constant(realm, parser, "kLenientAll", kLenientAll);
  // allMethods[number] is the name of each method the parser knows; methods has those of HTTP alone.
  auto all = v8::Array::New(isolate);
  auto http = v8::Array::New(isolate);
  std::uint32_t index = 0;
#define PKG_METHOD(number, name, string) std::ignore = all->Set(realm.context(), number, intern(isolate, #string));
  HTTP_ALL_METHOD_MAP(PKG_METHOD)
#undef PKG_METHOD
#define PKG_METHOD(number, name, string) std::ignore = http->Set(realm.context(), index++, intern(isolate, #string));
  HTTP_METHOD_MAP(PKG_METHOD)
#undef PKG_METHOD
  set_value(realm, target, "allMethods", all);
  set_value(realm, target, "methods", http);
}

}  // namespace

extern const Binding binding_http_parser;
const Binding binding_http_parser{"http_parser", {}, init, kCallbacks};

}  // namespace pkg::runtime
