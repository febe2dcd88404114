#pragma once

#include <span>
#include <string>

#include <uv.h>

#include "runtime/core/handle_wrap.h"

namespace pkg::runtime {

// C++ that takes a stream's bytes before JavaScript sees them (a protocol parser).
class StreamListener {
 public:
  virtual ~StreamListener() = default;
  // `size` bytes at `data`, valid during the call; or a negative uv error (UV_EOF) and no data. Called with a handle
  // scope and the context open, inside a CallbackScope.
  virtual void on_stream_read(ssize_t size, const char* data) = 0;
  // The stream goes away; it must not be used any more.
  virtual void on_stream_gone() = 0;
};

// A libuv stream of JavaScript: TCP socket, pipe or terminal. What it reads goes to its listener, else to the object's
// onread(buffer?, handle?) with streamState[kReadBytesOrError] set to the bytes or the negative error. Writes are tried
// at once; only what the kernel does not take is queued, with the bytes held until then.
class StreamWrap : public HandleWrap {
 public:
  StreamWrap(Realm& realm, v8::Local<v8::Object> object, uv_stream_t* stream)
      : HandleWrap(realm, object, reinterpret_cast<uv_handle_t*>(stream)), stream_(stream) {}
  ~StreamWrap() override;

  // Elements of the Int32Array in Slot::kStreamState.
  enum State { kReadBytesOrError, kBytesWritten, kLastWriteWasAsync, kStateCount };

  uv_stream_t* stream() const { return stream_; }
  void set_listener(StreamListener* listener) { listener_ = listener; }
  StreamListener* listener() const { return listener_; }

  int read_start();
  int read_stop();
  // Writes `bufs` (whose memory `owner`, a value to keep alive, or `copy` holds). Fills the state; when the write is
  // not finished at once, `request`.oncomplete(status, handle) follows. Returns 0 or a negative error.
  int write(v8::Local<v8::Object> request, std::span<uv_buf_t> bufs, v8::Local<v8::Value> owner, std::string&& copy,
            uv_stream_t* send_handle = nullptr);
  // Tries to write now, with no request; returns the bytes taken or a negative error.
  int try_write(std::span<uv_buf_t> bufs);

  std::uint64_t bytes_read() const { return bytes_read_; }
  std::uint64_t bytes_written() const { return bytes_written_; }

  // A class with the stream's methods, those of HandleWrap and `prototype`'s.
  static v8::Local<v8::FunctionTemplate> make_stream_class(Realm& realm, const char* name,
                                                           v8::FunctionCallback construct,
                                                           std::span<const Method> prototype);

  // Accepts what waits on a listening stream or IPC pipe into a new object of the class in `slot`; empty on failure,
  // with `error` set.
  static v8::MaybeLocal<v8::Object> accept(Realm& realm, uv_stream_t* from, Slot slot, int& error);

  // uv_connection_cb for listening handles: onconnection(status, client), of the class in `slot`.
  template <Slot slot>
  static void on_connection(uv_stream_t* server, int status) {
    connection(server, status, slot);
  }

 protected:
  void on_close() override;

 private:
  static void connection(uv_stream_t* server, int status, Slot slot);
  static void on_alloc(uv_handle_t* handle, std::size_t suggested, uv_buf_t* buf);
  static void on_read(uv_stream_t* stream, ssize_t size, const uv_buf_t* buf);

  uv_stream_t* stream_;
  StreamListener* listener_ = nullptr;
  std::uint64_t bytes_read_ = 0;
  std::uint64_t bytes_written_ = 0;
};

// Sets address, family ("IPv4", "IPv6") and port on `out`. Defined in bindings/tcp_wrap.cc.
void address_to_object(Realm& realm, const sockaddr_storage& address, v8::Local<v8::Object> out);

}  // namespace pkg::runtime
