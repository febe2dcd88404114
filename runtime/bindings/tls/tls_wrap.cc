// The engine of a TLS connection; its functions for JavaScript are in tls_methods.cc.

#include "runtime/bindings/tls/tls_wrap.h"

#include <openssl/err.h>

#include "runtime/core/strings.h"

namespace pkg::runtime::tls {

// What the kernel did not take at once.
struct TlsWrap::Flush {
  Flush(TlsWrap& wrap, std::string data) : wrap(wrap), object(wrap.isolate(), wrap.object()), data(std::move(data)) {
    request.data = this;
  }
  TlsWrap& wrap;
  v8::Global<v8::Object> object;  // keeps the wrap
  std::string data;
  uv_write_t request;
};

const BIO_METHOD* TlsWrap::bio_method() {
  static BIO_METHOD* method = [] {
    BIO_METHOD* made = BIO_meth_new(BIO_TYPE_SOURCE_SINK | BIO_get_new_index(), "TLS transport");
    BIO_meth_set_read(made, bio_read);
    BIO_meth_set_write(made, bio_write);
    BIO_meth_set_create(made, [](BIO* bio) {
      BIO_set_init(bio, 1);
      return 1;
    });
    BIO_meth_set_ctrl(made, [](BIO*, int command, long, void*) -> long { return command == BIO_CTRL_FLUSH ? 1 : 0; });
    return made;
  }();
  return method;
}

int TlsWrap::bio_read(BIO* bio, char* out, int size) {
  auto* wrap = static_cast<TlsWrap*>(BIO_get_data(bio));
  BIO_clear_retry_flags(bio);
  if (wrap->in_.empty()) {
    BIO_set_retry_read(bio);
    return -1;
  }
  std::size_t count = wrap->in_.copy(out, static_cast<std::size_t>(size));
  wrap->in_.remove_prefix(count);
  return static_cast<int>(count);
}

int TlsWrap::bio_write(BIO* bio, const char* data, int size) {
  BIO_clear_retry_flags(bio);
  static_cast<TlsWrap*>(BIO_get_data(bio))->out_.append(data, static_cast<std::size_t>(size));
  return size;
}

TlsWrap::TlsWrap(Realm& realm, v8::Local<v8::Object> object, StreamWrap* stream, SecureContext& context, Side side)
    : ObjectWrap(realm, object),
      stream_(stream),
      ssl_(SSL_new(context.context.get())),
      side_(side),
      context_(realm.isolate(), context.object()),
      frame_(realm.isolate(), realm.isolate()->GetContinuationPreservedEmbedderData()) {
  PKG_CHECK(ssl_ != nullptr);
  BIO* bio = BIO_new(bio_method());
  BIO_set_data(bio, this);
  SSL_set_bio(ssl_.get(), bio, bio);
  SSL_set_app_data(ssl_.get(), this);
  // Trust is JavaScript's decision, after the handshake, by verifyError().
  SSL_set_verify(ssl_.get(), SSL_VERIFY_NONE, [](int, X509_STORE_CTX*) { return 1; });
  SSL_set_info_callback(ssl_.get(), [](const SSL* ssl, int where, int) {
    if ((where & SSL_CB_HANDSHAKE_START) == 0) return;
    // A renegotiation that the peer asked for; in TLS 1.3 what follows the handshake looks alike and is none.
    TlsWrap* wrap = from(ssl);
    if (wrap->established_ && SSL_version(ssl) < TLS1_3_VERSION)
      std::ignore = wrap->emit("onhandshakestart", 0, nullptr);
  });
  if (side == Side::kServer) {
    SSL_set_accept_state(ssl_.get());
  } else {
    SSL_set_connect_state(ssl_.get());
  }
  if (stream_) {
    stream_object_.Reset(realm.isolate(), stream_->object());
    stream_->set_listener(this);
  }
  hold();
}

TlsWrap::~TlsWrap() {
  if (listener_) std::exchange(listener_, nullptr)->on_stream_gone();
  if (stream_ && stream_->listener() == this) stream_->set_listener(nullptr);
}

void TlsWrap::on_stream_gone() {
  stream_ = nullptr;
  stream_object_.Reset();
  finish_write(UV_ECANCELED);
  release();
}

void TlsWrap::destroy() {
  destroyed_ = true;
  if (listener_) std::exchange(listener_, nullptr)->on_stream_gone();
  if (stream_ && stream_->listener() == this) stream_->set_listener(nullptr);
  stream_ = nullptr;
  stream_object_.Reset();
  // OpenSSL is on the stack when one of its callbacks led here.
  if (!in_cycle_) ssl_.reset();
  release();
}

v8::MaybeLocal<v8::Value> TlsWrap::emit(const char* name, int argc, v8::Local<v8::Value>* argv) {
  v8::Isolate* isolate = this->isolate();
  v8::Local<v8::Value> function;
  if (!object()->Get(realm().context(), intern(isolate, name)).ToLocal(&function) || !function->IsFunction()) return {};
  return async_call(realm(), object(), function.As<v8::Function>(), argc, argv, frame_.Get(isolate));
}

void TlsWrap::deliver(ssize_t size, const char* data) {
  if (listener_) return listener_->on_stream_read(size, data);
  v8::Isolate* isolate = this->isolate();
  auto* state = static_cast<std::int32_t*>(realm().get(Slot::kStreamState).As<v8::Int32Array>()->Buffer()->Data());
  state[StreamWrap::kReadBytesOrError] = static_cast<std::int32_t>(size);
  v8::Local<v8::Value> argv[] = {v8::Undefined(isolate)};
  if (size > 0) {
    argv[0] = make_buffer(realm(), {reinterpret_cast<const std::uint8_t*>(data), static_cast<std::size_t>(size)});
  }
  std::ignore = emit("onread", 1, argv);
}

void TlsWrap::on_stream_read(ssize_t size, const char* data) {
  if (size >= 0) return receive({reinterpret_cast<const std::uint8_t*>(data), static_cast<std::size_t>(size)}, 0);
  receive({}, static_cast<int>(size));
}

void TlsWrap::receive(std::span<const std::uint8_t> bytes, int status) {
  if (destroyed_) return;
  v8::HandleScope scope(isolate());
  v8::Context::Scope context(realm().context());
  std::string_view fresh(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (in_cycle_ || !kept_.empty()) {
    // Only when OpenSSL waits for the program, or a callback of it led here.
    kept_ = std::string(in_) + std::string(fresh);
    in_ = kept_;
  } else {
    in_ = fresh;
  }
  if (status == UV_EOF) ended_ = true;
  cycle();
  if (!destroyed_ && status < 0 && status != UV_EOF) deliver(status, nullptr);
  if (in_cycle_) return;
  kept_ = std::string(in_);
  in_ = kept_;
}

void TlsWrap::cycle() {
  if (destroyed_ || !ssl_) return;
  if (in_cycle_) {
    again_ = true;
    return;
  }
  in_cycle_ = true;
  do {
    again_ = false;
    step();
  } while (again_ && !destroyed_);
  in_cycle_ = false;
  if (destroyed_) {
    ssl_.reset();
    return;
  }
  flush();
}

void TlsWrap::step() {
  if (failed_) return;
  ERR_clear_error();
  if (!established_ && !handshake()) {
    if (!destroyed_ && ended_ && !end_told_) {
      end_told_ = true;
      deliver(UV_EOF, nullptr);
    }
    return;
  }
  if (destroyed_) return;
  encrypt_pending();
  flush();
  read_clear();
}

bool TlsWrap::waits(int result) const {
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
    case SSL_ERROR_WANT_X509_LOOKUP:
    case SSL_ERROR_WANT_CLIENT_HELLO_CB:
    case SSL_ERROR_WANT_ASYNC:
      return true;
    default:
      return false;
  }
}

bool TlsWrap::handshake() {
  int result = SSL_do_handshake(ssl_.get());
  if (destroyed_) return false;
  if (result == 1) {
    established_ = true;
    flush();
    std::ignore = emit("onhandshakedone", 0, nullptr);
    return !destroyed_;
  }
  if (!waits(result)) fail();
  return false;
}

void TlsWrap::read_clear() {
  char buffer[16 * 1024];  // a record's most
  while (!destroyed_ && !end_told_) {
    ERR_clear_error();
    int count = SSL_read(ssl_.get(), buffer, sizeof buffer);
    if (destroyed_) return;
    if (count > 0) {
      deliver(count, buffer);
      continue;
    }
    if (SSL_get_error(ssl_.get(), count) == SSL_ERROR_ZERO_RETURN) {
      end_told_ = true;
      deliver(UV_EOF, nullptr);
      return;
    }
    if (!waits(count)) return fail();
    break;
  }
  if (ended_ && !end_told_ && !destroyed_ && in_.empty()) {
    end_told_ = true;
    deliver(UV_EOF, nullptr);
  }
}

void TlsWrap::fail() {
  failed_ = true;
  auto error = connection_error(realm());
  flush();  // the alert
  std::ignore = emit("onerror", 1, &error);
  if (!destroyed_) finish_write(UV_EPROTO);
}

void TlsWrap::encrypt_pending() {
  while (!pending_.empty() && established_ && !failed_) {
    ERR_clear_error();
    int size = static_cast<int>(std::min<std::size_t>(pending_.size(), INT_MAX));
    int taken = SSL_write(ssl_.get(), pending_.data(), size);
    if (taken <= 0) {
      if (!waits(taken)) fail();
      return;
    }
    pending_.erase(0, static_cast<std::size_t>(taken));
  }
}

int TlsWrap::write(v8::Local<v8::Object> request, std::span<uv_buf_t> bufs) {
  auto* state = static_cast<std::int32_t*>(realm().get(Slot::kStreamState).As<v8::Int32Array>()->Buffer()->Data());
  std::size_t total = 0;
  for (const uv_buf_t& buf : bufs) total += buf.len;
  state[StreamWrap::kBytesWritten] = static_cast<std::int32_t>(total);
  state[StreamWrap::kLastWriteWasAsync] = 0;
  if (destroyed_ || !ssl_) return UV_ECANCELED;
  if (failed_) return UV_EPROTO;
  if (established_ && pending_.empty() && bufs.size() == 1 && total > 0 && total < INT_MAX) {
    ERR_clear_error();
    int taken = SSL_write(ssl_.get(), bufs[0].base, static_cast<int>(total));
    if (taken <= 0) {
      if (!waits(taken)) {
        auto error = connection_error(realm());
        std::ignore = request->Set(realm().context(), intern(isolate(), "error"), error);
        return UV_EPROTO;
      }
      pending_.assign(bufs[0].base, total);
    }
  } else {
    // Small parts share a record.
    for (const uv_buf_t& buf : bufs) pending_.append(buf.base, buf.len);
    encrypt_pending();
  }
  flush();
  if (in_flight_ || !pending_.empty()) {
    write_request_.Reset(isolate(), request);
    state[StreamWrap::kLastWriteWasAsync] = 1;
  }
  // What flush() called may have left its own marks.
  state[StreamWrap::kBytesWritten] = static_cast<std::int32_t>(total);
  return 0;
}

void TlsWrap::flush() {
  if (in_flight_ || destroyed_) return;
  if (!out_.empty()) {
    if (stream_ == nullptr && stream_object_.IsEmpty()) {
      v8::HandleScope scope(isolate());
      v8::Local<v8::Value> bytes =
          make_buffer(realm(), {reinterpret_cast<const std::uint8_t*>(out_.data()), out_.size()});
      out_.clear();
      in_flight_ = true;
      std::ignore = emit("onencrypted", 1, &bytes);
      return;
    }
    if (!stream_->is_alive()) return;
    uv_buf_t buf = uv_buf_init(out_.data(), static_cast<unsigned>(out_.size()));
    int taken = stream_->try_write({&buf, 1});
    if (taken < 0 && taken != UV_EAGAIN && taken != UV_ENOSYS) {
      out_.clear();
      return finish_write(taken);
    }
    std::size_t done = taken < 0 ? 0 : static_cast<std::size_t>(taken);
    if (done < out_.size()) {
      auto* rest = new Flush(*this, out_.substr(done));
      out_.clear();
      buf = uv_buf_init(rest->data.data(), static_cast<unsigned>(rest->data.size()));
      int error = uv_write(&rest->request, stream_->stream(), &buf, 1, [](uv_write_t* request, int status) {
        std::unique_ptr<Flush> finished(static_cast<Flush*>(request->data));
        TlsWrap& wrap = finished->wrap;
        v8::HandleScope scope(wrap.isolate());
        v8::Context::Scope context(wrap.realm().context());
        wrap.encrypted_done(status);
      });
      if (error < 0) {
        delete rest;
        return finish_write(error);
      }
      in_flight_ = true;
      return;
    }
    out_.clear();
    if (out_.capacity() > 256 * 1024) out_.shrink_to_fit();
  }
  if (pending_.empty()) finish_write(0);
}

void TlsWrap::encrypted_done(int status) {
  in_flight_ = false;
  if (destroyed_) return finish_write(UV_ECANCELED);
  if (status < 0) return finish_write(status);
  encrypt_pending();
  flush();
}

void TlsWrap::finish_write(int status) {
  if (write_request_.IsEmpty() || !realm().can_call_js()) return;
  v8::HandleScope scope(isolate());
  v8::Context::Scope context(realm().context());
  v8::Local<v8::Object> request = write_request_.Get(isolate());
  write_request_.Reset();
  v8::Local<v8::Value> function;
  if (!request->Get(realm().context(), intern(isolate(), "oncomplete")).ToLocal(&function) || !function->IsFunction()) {
    return;
  }
  v8::Local<v8::Value> argv[] = {v8::Integer::New(isolate(), status), object()};
  std::ignore = async_call(realm(), request, function.As<v8::Function>(), 2, argv, frame_.Get(isolate()));
}

void TlsWrap::close_notify() {
  if (!ssl_ || destroyed_ || failed_) return;
  ERR_clear_error();
  if (established_) SSL_shutdown(ssl_.get());
  flush();
}

bool TlsWrap::use_context(SecureContext& context) {
  SSL_CTX* other = context.context.get();
  if (!SSL_set_SSL_CTX(ssl_.get(), other)) return false;
  context_.Reset(isolate(), context.object());
  if (SSL_set1_verify_cert_store(ssl_.get(), SSL_CTX_get_cert_store(other)) != 1) return false;
  STACK_OF(X509_NAME)* names = SSL_dup_CA_list(SSL_CTX_get_client_CA_list(other));
  SSL_set_client_CA_list(ssl_.get(), names);
  return true;
}

v8::Local<v8::Value> connection_error(Realm& realm) {
  v8::Isolate* isolate = realm.isolate();
  auto context = realm.context();
  unsigned long first = ERR_peek_error();
  std::string message;
  ERR_print_errors_cb(
      [](const char* line, std::size_t size, void* out) {
        static_cast<std::string*>(out)->append(line, size);
        return 1;
      },
      &message);
  if (message.empty()) message = "The TLS connection failed";
  auto error = v8::Exception::Error(text(isolate, message)).As<v8::Object>();
  const char* library = ERR_lib_error_string(first);
  const char* reason = ERR_reason_error_string(first);
  if (library) std::ignore = error->Set(context, intern(isolate, "library"), text(isolate, library));
  if (reason) {
    std::string code = "ERR_SSL_";
    for (const char* at = reason; *at; ++at) code += *at == ' ' ? '_' : static_cast<char>(std::toupper(*at));
    std::ignore = error->Set(context, intern(isolate, "reason"), text(isolate, reason));
    std::ignore = error->Set(context, intern(isolate, "code"), text(isolate, code));
  }
  return error;
}

}  // namespace pkg::runtime::tls
