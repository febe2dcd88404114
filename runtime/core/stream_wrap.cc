#include "runtime/core/stream_wrap.h"

#include "runtime/core/bytes.h"
#include "runtime/core/encodings.h"
#include "runtime/core/request.h"
#include "runtime/core/strings.h"

namespace pkg::runtime {

namespace {

using Args = v8::FunctionCallbackInfo<v8::Value>;

// Bytes land here first and are copied to a buffer of their exact size: a fresh 64 KiB buffer for each small read would
// cost more than the copy.
constexpr std::size_t kReadSize = 64 * 1024;
thread_local char read_slab[kReadSize];

std::int32_t* state_of(Realm& realm) {
  return static_cast<std::int32_t*>(realm.get(Slot::kStreamState).As<v8::Int32Array>()->Buffer()->Data());
}

struct Write final : Request<uv_write_t> {
  Write(Realm& realm, v8::Local<v8::Object> object, StreamWrap& stream)
      : Request(realm, object), stream(realm.isolate(), stream.object()) {}
  v8::Global<v8::Object> stream;
  v8::Global<v8::Value> owner;
  std::string copy;
};

struct Shutdown final : Request<uv_shutdown_t> {
  Shutdown(Realm& realm, v8::Local<v8::Object> object, StreamWrap& stream)
      : Request(realm, object), stream(realm.isolate(), stream.object()) {}
  v8::Global<v8::Object> stream;
};

// oncomplete(status, handle)
template <typename Req>
void finish(Req* request, int status) {
  Realm& realm = request->realm();
  v8::HandleScope scope(realm.isolate());
  v8::Context::Scope context(realm.context());
  v8::Local<v8::Value> argv[] = {v8::Integer::New(realm.isolate(), status), request->stream.Get(realm.isolate())};
  request->complete(2, argv);
  delete request;
}

StreamWrap* open_stream(const Args& args) {
  auto* wrap = ObjectWrap::self<StreamWrap>(args);
  if (wrap && wrap->is_alive()) return wrap;
  args.GetReturnValue().Set(UV_EBADF);
  return nullptr;
}

// readStart() -> 0 or a negative error
void read_start(const Args& args) {
  if (auto* wrap = open_stream(args)) args.GetReturnValue().Set(wrap->read_start());
}

void read_stop(const Args& args) {
  if (auto* wrap = open_stream(args)) args.GetReturnValue().Set(wrap->read_stop());
}

// The handle to send along an IPC pipe, when there is such an argument: false when it is not open any more.
bool handle_of(v8::Local<v8::Value> value, uv_stream_t*& handle) {
  handle = nullptr;
  if (!value->IsObject()) return true;
  auto* wrap = ObjectWrap::unwrap<HandleWrap>(value);
  if (!wrap || !wrap->is_alive()) return false;
  handle = reinterpret_cast<uv_stream_t*>(wrap->handle());
  return true;
}

// writeBuffer(request, buffer, handle?) -> 0 or a negative error
void write_buffer(const Args& args) {
  auto* wrap = open_stream(args);
  if (!wrap) return;
  auto bytes = writable_bytes(args[1]);
  uv_buf_t buf = uv_buf_init(reinterpret_cast<char*>(bytes.data()), static_cast<unsigned>(bytes.size()));
  uv_stream_t* handle;
  if (!handle_of(args[2], handle)) return args.GetReturnValue().Set(UV_EBADF);
  args.GetReturnValue().Set(wrap->write(args[0].As<v8::Object>(), {&buf, 1}, args[1], {}, handle));
}

// write*String(request, string, handle?) -> 0 or a negative error
template <Encoding encoding>
void write_string(const Args& args) {
  auto* wrap = open_stream(args);
  if (!wrap) return;
  v8::Isolate* isolate = args.GetIsolate();
  auto string = args[1].As<v8::String>();
  uv_stream_t* handle;
  if (!handle_of(args[2], handle)) return args.GetReturnValue().Set(UV_EBADF);
  std::size_t bound = encoded_length(isolate, string, encoding);
  char stack[16 * 1024];
  if (bound <= sizeof stack && !handle) {
    // Most heads and bodies are small: they go from the stack to the kernel, and are copied only if it does not take
    // all.
    std::size_t size = encode_string(isolate, string, encoding, stack, sizeof stack);
    uv_buf_t buf = uv_buf_init(stack, static_cast<unsigned>(size));
    int taken = wrap->try_write({&buf, 1});
    if (taken < 0 && taken != UV_EAGAIN && taken != UV_ENOSYS) {
      args.GetReturnValue().Set(taken);
      return;
    }
    std::size_t done = taken < 0 ? 0 : static_cast<std::size_t>(taken);
    std::int32_t* state = state_of(wrap->realm());
    if (done == size) {
      state[StreamWrap::kBytesWritten] = static_cast<std::int32_t>(size);
      state[StreamWrap::kLastWriteWasAsync] = 0;
      args.GetReturnValue().Set(0);
      return;
    }
    std::string rest(stack + done, size - done);
    uv_buf_t left = uv_buf_init(rest.data(), static_cast<unsigned>(rest.size()));
    int error = wrap->write(args[0].As<v8::Object>(), {&left, 1}, {}, std::move(rest));
    state[StreamWrap::kBytesWritten] = static_cast<std::int32_t>(size);
    args.GetReturnValue().Set(error);
    return;
  }
  std::string copy = encode_string(isolate, string, encoding);
  uv_buf_t buf = uv_buf_init(copy.data(), static_cast<unsigned>(copy.size()));
  args.GetReturnValue().Set(wrap->write(args[0].As<v8::Object>(), {&buf, 1}, {}, std::move(copy), handle));
}

// writev(request, chunks, allBuffers) -> 0 or a negative error. chunks: buffers, or [chunk, encoding name, ...] pairs.
void writev(const Args& args) {
  auto* wrap = open_stream(args);
  if (!wrap) return;
  v8::Isolate* isolate = args.GetIsolate();
  auto context = wrap->realm().context();
  auto chunks = args[1].As<v8::Array>();
  bool all_buffers = args[2]->IsTrue();
  std::uint32_t length = chunks->Length();
  std::vector<uv_buf_t> bufs;
  std::vector<std::pair<std::size_t, std::size_t>> copied;  // index in bufs, offset in copy
  std::string copy;
  bufs.reserve(length);
  for (std::uint32_t i = 0; i < length; i += all_buffers ? 1 : 2) {
    v8::Local<v8::Value> chunk;
    if (!chunks->Get(context, i).ToLocal(&chunk)) return;
    if (chunk->IsArrayBufferView()) {
      auto bytes = writable_bytes(chunk);
      bufs.push_back(uv_buf_init(reinterpret_cast<char*>(bytes.data()), static_cast<unsigned>(bytes.size())));
      continue;
    }
    v8::Local<v8::Value> encoding;
    if (!chunks->Get(context, i + 1).ToLocal(&encoding)) return;
    std::string name = to_utf8(isolate, encoding);
    Encoding kind = name == "latin1" || name == "binary"                                           ? Encoding::kLatin1
                    : name == "ascii"                                                              ? Encoding::kLatin1
                    : name == "ucs2" || name == "ucs-2" || name == "utf16le" || name == "utf-16le" ? Encoding::kUtf16le
                    : name == "base64"                                                             ? Encoding::kBase64
                    : name == "base64url" ? Encoding::kBase64url
                    : name == "hex"       ? Encoding::kHex
                                          : Encoding::kUtf8;
    std::size_t offset = copy.size();
    copy += encode_string(isolate, chunk.As<v8::String>(), kind);
    copied.emplace_back(bufs.size(), offset);
    bufs.push_back(uv_buf_init(nullptr, static_cast<unsigned>(copy.size() - offset)));
  }
  for (auto [index, offset] : copied) bufs[index].base = copy.data() + offset;
  args.GetReturnValue().Set(wrap->write(args[0].As<v8::Object>(), bufs, chunks, std::move(copy)));
}

// shutdown(request) -> 0 or a negative error
void shutdown(const Args& args) {
  auto* wrap = open_stream(args);
  if (!wrap) return;
  auto* request = new Shutdown(wrap->realm(), args[0].As<v8::Object>(), *wrap);
  args.GetReturnValue().Set(request->start([&](uv_shutdown_t* uv) {
    return uv_shutdown(uv, wrap->stream(), [](uv_shutdown_t* done, int status) {
      finish(static_cast<Shutdown*>(Shutdown::from(done)), status);
    });
  }));
}

void set_blocking(const Args& args) {
  if (auto* wrap = open_stream(args))
    args.GetReturnValue().Set(uv_stream_set_blocking(wrap->stream(), args[0]->IsTrue()));
}

void get_fd(const Args& args) {
  auto* wrap = ObjectWrap::self<StreamWrap>(args);
  uv_os_fd_t fd = -1;
  if (wrap && wrap->is_alive()) uv_fileno(wrap->handle(), &fd);
  args.GetReturnValue().Set(fd);
}

void get_bytes_read(const Args& args) {
  auto* wrap = ObjectWrap::self<StreamWrap>(args);
  args.GetReturnValue().Set(wrap ? static_cast<double>(wrap->bytes_read()) : 0);
}

void get_bytes_written(const Args& args) {
  auto* wrap = ObjectWrap::self<StreamWrap>(args);
  args.GetReturnValue().Set(wrap ? static_cast<double>(wrap->bytes_written()) : 0);
}

// Bytes that wait for the kernel.
void get_write_queue_size(const Args& args) {
  auto* wrap = ObjectWrap::self<StreamWrap>(args);
  args.GetReturnValue().Set(
      wrap && wrap->is_alive() ? static_cast<double>(uv_stream_get_write_queue_size(wrap->stream())) : 0);
}

constexpr Method kMethods[] = {
    {"readStart", read_start},
    {"readStop", read_stop},
    {"writeBuffer", write_buffer},
    {"writeUtf8String", write_string<Encoding::kUtf8>},
    {"writeLatin1String", write_string<Encoding::kLatin1>},
    {"writeAsciiString", write_string<Encoding::kAscii>},
    {"writeUcs2String", write_string<Encoding::kUtf16le>},
    {"writev", writev},
    {"shutdown", shutdown},
    {"setBlocking", set_blocking},
    {"getFd", get_fd},
    {"getBytesRead", get_bytes_read},
    {"getBytesWritten", get_bytes_written},
    {"getWriteQueueSize", get_write_queue_size},
};

void init(Realm& realm, v8::Local<v8::Object> target) {
  auto state =
      v8::Int32Array::New(v8::ArrayBuffer::New(realm.isolate(), StreamWrap::kStateCount * sizeof(std::int32_t)), 0,
                          StreamWrap::kStateCount);
  realm.set(Slot::kStreamState, state);
  set_value(realm, target, "streamState", state);
  set_constant(realm, target, "kReadBytesOrError", StreamWrap::kReadBytesOrError);
  set_constant(realm, target, "kBytesWritten", StreamWrap::kBytesWritten);
  set_constant(realm, target, "kLastWriteWasAsync", StreamWrap::kLastWriteWasAsync);
}

}  // namespace

StreamWrap::~StreamWrap() {
  if (listener_) listener_->on_stream_gone();
}

void StreamWrap::on_close() {
  if (listener_) std::exchange(listener_, nullptr)->on_stream_gone();
}

v8::Local<v8::FunctionTemplate> StreamWrap::make_stream_class(Realm& realm, const char* name,
                                                              v8::FunctionCallback construct,
                                                              std::span<const Method> prototype) {
  auto parent = HandleWrap::make_handle_class(realm, "StreamWrap", nullptr, kMethods);
  auto getter = v8::FunctionTemplate::New(realm.isolate(), get_fd);
  parent->PrototypeTemplate()->SetAccessorProperty(intern(realm.isolate(), "fd"), getter, {}, v8::DontEnum);
  return make_class(realm, name, construct, prototype, 1, parent);
}

int StreamWrap::read_start() {
  int error = uv_read_start(stream_, on_alloc, on_read);
  return error == UV_EALREADY ? 0 : error;  // a stream that is read by someone else too, such as TLS
}
int StreamWrap::read_stop() { return uv_read_stop(stream_); }

void StreamWrap::on_alloc(uv_handle_t*, std::size_t, uv_buf_t* buf) { *buf = uv_buf_init(read_slab, kReadSize); }

void StreamWrap::on_read(uv_stream_t* stream, ssize_t size, const uv_buf_t* buf) {
  if (size == 0) return;
  auto* wrap = static_cast<StreamWrap*>(reinterpret_cast<HandleWrap*>(stream->data));
  Realm& realm = wrap->realm();
  v8::Isolate* isolate = realm.isolate();
  v8::HandleScope scope(isolate);
  v8::Context::Scope context(realm.context());
  if (size > 0) wrap->bytes_read_ += static_cast<std::uint64_t>(size);
  if (wrap->listener_) {
    CallbackScope callback(realm);
    wrap->listener_->on_stream_read(size, buf->base);
    return;
  }
  state_of(realm)[kReadBytesOrError] = static_cast<std::int32_t>(size);
  v8::Local<v8::Value> argv[] = {v8::Undefined(isolate), v8::Undefined(isolate)};
  if (size > 0) {
    argv[0] = make_buffer(realm, {reinterpret_cast<const std::uint8_t*>(buf->base), static_cast<std::size_t>(size)});
    if (stream->type == UV_NAMED_PIPE && reinterpret_cast<uv_pipe_t*>(stream)->ipc) {
      auto* pipe = reinterpret_cast<uv_pipe_t*>(stream);
      if (uv_pipe_pending_count(pipe) > 0) {
        uv_handle_type type = uv_pipe_pending_type(pipe);
        Slot slot = type == UV_TCP   ? Slot::kTcpConstructor
                    : type == UV_UDP ? Slot::kUdpConstructor
                                     : Slot::kPipeConstructor;
        int error = 0;
        v8::Local<v8::Object> handle;
        if (accept(realm, stream, slot, error).ToLocal(&handle)) argv[1] = handle;
      }
    }
  }
  std::ignore = wrap->call("onread", 2, argv);
}

int StreamWrap::try_write(std::span<uv_buf_t> bufs) {
  int taken = uv_try_write(stream_, bufs.data(), static_cast<unsigned>(bufs.size()));
  if (taken > 0) bytes_written_ += static_cast<std::uint64_t>(taken);
  return taken;
}

int StreamWrap::write(v8::Local<v8::Object> object, std::span<uv_buf_t> bufs, v8::Local<v8::Value> owner,
                      std::string&& copy, uv_stream_t* send_handle) {
  std::int32_t* state = state_of(realm());
  std::size_t total = 0;
  for (const uv_buf_t& buf : bufs) total += buf.len;
  state[kBytesWritten] = static_cast<std::int32_t>(total);
  state[kLastWriteWasAsync] = 0;
  if (!send_handle) {
    int taken = try_write(bufs);
    if (taken < 0 && taken != UV_EAGAIN && taken != UV_ENOSYS) return taken;
    std::size_t skip = taken < 0 ? 0 : static_cast<std::size_t>(taken);
    if (skip == total) return 0;
    while (!bufs.empty() && skip >= bufs.front().len) {
      skip -= bufs.front().len;
      bufs = bufs.subspan(1);
    }
    bufs.front().base += skip;
    bufs.front().len -= skip;
  }
  // A short string's bytes move with it: buffers that point into it are found again by their offset.
  const char* before = copy.data();
  std::size_t copy_size = copy.size();
  auto* request = new Write(realm(), object, *this);
  request->copy = std::move(copy);
  if (copy_size > 0 && request->copy.data() != before) {
    for (uv_buf_t& buf : bufs) {
      if (buf.base >= before && buf.base <= before + copy_size) buf.base = request->copy.data() + (buf.base - before);
    }
  }
  if (!owner.IsEmpty()) request->owner.Reset(isolate(), owner);
  for (const uv_buf_t& buf : bufs) bytes_written_ += buf.len;
  int error = request->start([&](uv_write_t* uv) {
    auto done = [](uv_write_t* written, int status) { finish(static_cast<Write*>(Write::from(written)), status); };
    unsigned count = static_cast<unsigned>(bufs.size());
    return send_handle ? uv_write2(uv, stream_, bufs.data(), count, send_handle, done)
                       : uv_write(uv, stream_, bufs.data(), count, done);
  });
  if (error == 0) state[kLastWriteWasAsync] = 1;
  return error;
}

v8::MaybeLocal<v8::Object> StreamWrap::accept(Realm& realm, uv_stream_t* from, Slot slot, int& error) {
  if (!realm.has(slot)) {
    error = UV_ENOTSUP;
    return {};
  }
  v8::Local<v8::Value> type = v8::Integer::New(realm.isolate(), 0);
  v8::Local<v8::Object> object;
  if (!realm.function(slot)->NewInstance(realm.context(), 1, &type).ToLocal(&object)) {
    error = UV_ENOMEM;
    return {};
  }
  auto* wrap = ObjectWrap::unwrap<HandleWrap>(object);
  error = uv_accept(from, reinterpret_cast<uv_stream_t*>(wrap->handle()));
  if (error < 0) {
    wrap->close();
    return {};
  }
  return object;
}

void StreamWrap::connection(uv_stream_t* server, int status, Slot slot) {
  auto* wrap = static_cast<StreamWrap*>(reinterpret_cast<HandleWrap*>(server->data));
  Realm& realm = wrap->realm();
  v8::HandleScope scope(realm.isolate());
  v8::Context::Scope context(realm.context());
  v8::Local<v8::Value> argv[] = {v8::Undefined(realm.isolate()), v8::Undefined(realm.isolate())};
  if (status == 0) {
    v8::Local<v8::Object> client;
    if (accept(realm, server, slot, status).ToLocal(&client)) argv[1] = client;
  }
  if (status == UV_EAGAIN) return;  // another process took it
  argv[0] = v8::Integer::New(realm.isolate(), status);
  std::ignore = wrap->call("onconnection", 2, argv);
}

extern const Binding binding_stream_wrap;
const Binding binding_stream_wrap{"stream_wrap", {}, init, kMethods};

}  // namespace pkg::runtime
