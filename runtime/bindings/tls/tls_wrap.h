#pragma once

#include "runtime/bindings/tls/secure_context.h"
#include "runtime/core/stream_wrap.h"

namespace pkg::runtime::tls {

// One TLS connection (RFC 8446) over a libuv stream, or over bytes that JavaScript carries. Towards JavaScript it is a
// stream like StreamWrap, with the same functions and calls; towards the transport it takes what comes as its listener
// and writes records at once. OpenSSL reads and writes through a BIO of ours: no bytes are copied that OpenSSL itself
// does not copy.
class TlsWrap final : public ObjectWrap, public StreamListener {
 public:
  enum class Side { kClient, kServer };

  TlsWrap(Realm& realm, v8::Local<v8::Object> object, StreamWrap* stream, SecureContext& context, Side side);
  ~TlsWrap() override;

  SSL* ssl() const { return ssl_.get(); }
  StreamWrap* stream() const { return stream_; }
  bool is_server() const { return side_ == Side::kServer; }

  // Begins or goes on: handshake, reading, writing, as far as it gets.
  void cycle();
  // Bytes of a transport that JavaScript carries; a negative status for its end.
  void receive(std::span<const std::uint8_t> bytes, int status);
  // JavaScript has written what onencrypted gave it.
  void encrypted_done(int status);
  // Encrypts and writes; as StreamWrap::write.
  int write(v8::Local<v8::Object> request, std::span<uv_buf_t> bufs);
  // Sends close_notify.
  void close_notify();
  // The connection is no more; what JavaScript asks later fails.
  void destroy();
  // Takes keys, certificates and trust from another context (SNI). False: OpenSSL's queue tells why.
  bool use_context(SecureContext& context);

  // Takes the clear text before JavaScript sees it, as a StreamWrap's listener does.
  void set_listener(StreamListener* listener) { listener_ = listener; }
  StreamListener* listener() const { return listener_; }

  // Calls object.name(...).
  v8::MaybeLocal<v8::Value> emit(const char* name, int argc, v8::Local<v8::Value>* argv);

  // StreamListener:
  void on_stream_read(ssize_t size, const char* data) override;
  void on_stream_gone() override;

  // Of OpenSSL's callbacks.
  static TlsWrap* from(const SSL* ssl) { return static_cast<TlsWrap*>(SSL_get_app_data(ssl)); }
  enum class Wait { kNo, kAsked, kDone };
  struct Hello {          // the client's first message, where a program wants to see it before the answer
    bool wanted = false;  // 'resumeSession'
    Wait session = Wait::kNo;
    Session resumed;
  } hello;
  struct CertificateChoice {  // SNICallback and 'OCSPRequest'
    bool wanted = false;
    Wait state = Wait::kNo;
  } choice;
  bool wants_sessions = false, wants_keylog = false, wants_alpn = false, wants_psk = false;
  std::string alpn;  // protocols of ours, as they go over the wire
  std::string ocsp_response;
  bool new_session_pending = false;

 private:
  struct Flush;
  static const BIO_METHOD* bio_method();
  static int bio_read(BIO* bio, char* out, int size);
  static int bio_write(BIO* bio, const char* data, int size);

  void step();
  bool handshake();  // true: established
  void read_clear();
  void encrypt_pending();
  void flush();
  void finish_write(int status);
  void deliver(ssize_t size, const char* data);
  void fail();  // an error of OpenSSL: told to JavaScript, once
  bool waits(int result) const;

  StreamWrap* stream_;
  StreamListener* listener_ = nullptr;
  v8::Global<v8::Object> stream_object_;
  Owned<SSL, SSL_free> ssl_;
  Side side_;
  v8::Global<v8::Object> context_;  // of the SecureContext
  v8::Global<v8::Value> frame_;
  std::string_view in_;  // what has come and OpenSSL has not read
  std::string kept_;     // the same between calls
  std::string out_;      // records to be written
  std::string pending_;  // clear text that waits for the handshake
  v8::Global<v8::Object> write_request_;
  bool established_ = false, in_flight_ = false, in_cycle_ = false, again_ = false, destroyed_ = false;
  bool ended_ = false, end_told_ = false, failed_ = false;
};

// Gives the context's SSL_CTX the callbacks that connections need.
void prepare_context(SecureContext& context);

// The queue of OpenSSL as an Error as connections report it: code ERR_SSL_..., library, reason.
v8::Local<v8::Value> connection_error(Realm& realm);

}  // namespace pkg::runtime::tls
