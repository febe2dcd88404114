// internalBinding('zlib'): compressors and decompressors as steps over caller-owned buffers, on the thread pool or at
// once.

#include <memory>
#include <string>

#include <brotli/decode.h>
#include <brotli/encode.h>
#include <uv.h>
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#include "resolver/base/result.h"
#include "runtime/bindings/zlib_constants.h"
#include "runtime/core/binding.h"
#include "runtime/core/bytes.h"
#include "runtime/core/object_wrap.h"
#include "runtime/core/strings.h"

namespace pkg::runtime {

namespace {

enum Mode : int {
  kNone,
  kDeflate,
  kInflate,
  kGzip,
  kGunzip,
  kDeflateRaw,
  kInflateRaw,
  kUnzip,
  kBrotliDecode,
  kBrotliEncode,
  kZstdCompress,
  kZstdDecompress
};

struct CodecError {
  int number = 0;
  std::string code;  // Z_DATA_ERROR, ERR_BROTLI_..., ZSTD_error_...
  std::string message;
  explicit operator bool() const { return !code.empty(); }
};

// One (de)compressor. step() consumes from `in` and fills `out`, moving both; it runs on any thread, one at a time.
class Codec {
 public:
  virtual ~Codec() = default;
  virtual CodecError step(int flush, const std::uint8_t*& in, std::size_t& in_size, std::uint8_t*& out,
                          std::size_t& out_size) = 0;
  virtual CodecError reset() = 0;
  virtual CodecError params(int, int) { return {}; }
};

const char* zlib_name(int code) {
  switch (code) {
    case Z_NEED_DICT:
      return "Z_NEED_DICT";
    case Z_ERRNO:
      return "Z_ERRNO";
    case Z_STREAM_ERROR:
      return "Z_STREAM_ERROR";
    case Z_DATA_ERROR:
      return "Z_DATA_ERROR";
    case Z_MEM_ERROR:
      return "Z_MEM_ERROR";
    case Z_BUF_ERROR:
      return "Z_BUF_ERROR";
    case Z_VERSION_ERROR:
      return "Z_VERSION_ERROR";
    default:
      return "Z_OK";
  }
}

class ZlibCodec final : public Codec {
 public:
  ZlibCodec(Mode mode, int window_bits, int level, int memory_level, int strategy, std::string dictionary)
      : mode_(mode),
        window_bits_(window_bits),
        level_(level),
        memory_level_(memory_level),
        strategy_(strategy),
        dictionary_(std::move(dictionary)) {}
  ~ZlibCodec() override { end(); }

  CodecError step(int flush, const std::uint8_t*& in, std::size_t& in_size, std::uint8_t*& out,
                  std::size_t& out_size) override {
    if (mode_ == kUnzip && !sniff(in, in_size)) return {};
    if (CodecError error = open()) return error;
    stream_.next_in = const_cast<Bytef*>(in);
    stream_.avail_in = static_cast<uInt>(in_size);
    stream_.next_out = out;
    stream_.avail_out = static_cast<uInt>(out_size);
    int result = compresses() ? ::deflate(&stream_, flush) : run_inflate(flush);
    in = stream_.next_in;
    in_size = stream_.avail_in;
    out = stream_.next_out;
    out_size = stream_.avail_out;
    switch (result) {
      case Z_OK:
        break;
      case Z_STREAM_END:
        return {};
      case Z_BUF_ERROR:
        // No progress was possible; an error only for who says that this is all there is.
        if (flush == Z_FINISH && out_size != 0) return failed(Z_BUF_ERROR, "unexpected end of file");
        return {};
      case Z_NEED_DICT:
        return failed(result, dictionary_.empty() ? "Missing dictionary" : "Bad dictionary");
      default:
        return failed(result, "Zlib error");
    }
    if (result == Z_OK && flush == Z_FINISH && out_size != 0) return failed(Z_BUF_ERROR, "unexpected end of file");
    return {};
  }

  CodecError reset() override {
    if (!opened_) return {};
    int result = compresses() ? deflateReset(&stream_) : inflateReset(&stream_);
    if (result != Z_OK) return failed(result, "Failed to reset stream");
    return set_dictionary();
  }

  CodecError params(int level, int strategy) override {
    level_ = level;
    strategy_ = strategy;
    if (!opened_ || !compresses()) return {};
    int result = deflateParams(&stream_, level, strategy);
    if (result != Z_OK && result != Z_BUF_ERROR) return failed(result, "Failed to set parameters");
    return {};
  }

 private:
  bool compresses() const { return mode_ == kDeflate || mode_ == kGzip || mode_ == kDeflateRaw; }
  bool is_gunzip() const { return mode_ == kGunzip; }

  // Unzip: gzip when the two magic bytes say so, else zlib. False while more bytes are needed.
  bool sniff(const std::uint8_t* in, std::size_t size) {
    for (std::size_t i = 0; i < size && magic_seen_ < 2; ++i) {
      static constexpr std::uint8_t magic[] = {0x1f, 0x8b};
      if (in[i] != magic[magic_seen_]) {
        mode_ = kInflate;
        return true;
      }
      ++magic_seen_;
    }
    if (magic_seen_ == 2) mode_ = kGunzip;
    // One byte alone cannot tell: a gzip reader accepts it and goes on.
    if (magic_seen_ == 1 && size > 0) mode_ = kGunzip;
    return size > 0;
  }

  CodecError open() {
    if (opened_) return {};
    int bits = window_bits_;
    if (mode_ == kGzip || mode_ == kGunzip) bits += 16;
    if (mode_ == kUnzip) bits += 32;
    if (mode_ == kDeflateRaw || mode_ == kInflateRaw) bits = -bits;
    int result = compresses() ? deflateInit2(&stream_, level_, Z_DEFLATED, bits, memory_level_, strategy_)
                              : inflateInit2(&stream_, bits);
    if (result != Z_OK) return failed(result, "Init error");
    opened_ = true;
    return set_dictionary();
  }

  CodecError set_dictionary() {
    if (dictionary_.empty()) return {};
    int result = Z_OK;
    const auto* bytes = reinterpret_cast<const Bytef*>(dictionary_.data());
    if (mode_ == kDeflate || mode_ == kDeflateRaw) {
      result = deflateSetDictionary(&stream_, bytes, static_cast<uInt>(dictionary_.size()));
    } else if (mode_ == kInflateRaw) {
      result = inflateSetDictionary(&stream_, bytes, static_cast<uInt>(dictionary_.size()));
    }
    if (result != Z_OK) return failed(result, "Failed to set dictionary");
    return {};
  }

  int run_inflate(int flush) {
    int result = ::inflate(&stream_, flush);
    if (mode_ != kInflateRaw && result == Z_NEED_DICT && !dictionary_.empty()) {
      result = inflateSetDictionary(&stream_, reinterpret_cast<const Bytef*>(dictionary_.data()),
                                    static_cast<uInt>(dictionary_.size()));
      if (result == Z_OK) {
        result = ::inflate(&stream_, flush);
      } else if (result == Z_DATA_ERROR) {
        result = Z_NEED_DICT;  // it was another dictionary
      }
    }
    // Members of a gzip file follow one another; zeros after the last are padding, other bytes are left over.
    while (is_gunzip() && result == Z_STREAM_END && stream_.avail_in > 0 && stream_.next_in[0] != 0) {
      if (inflateReset(&stream_) != Z_OK) return Z_STREAM_ERROR;
      result = ::inflate(&stream_, flush);
    }
    return result;
  }

  CodecError failed(int code, const char* message) const {
    return {code, zlib_name(code), stream_.msg ? stream_.msg : message};
  }

  void end() {
    if (!opened_) return;
    compresses() ? deflateEnd(&stream_) : inflateEnd(&stream_);
    opened_ = false;
  }

  Mode mode_;
  int window_bits_, level_, memory_level_, strategy_;
  std::string dictionary_;
  z_stream stream_{};
  bool opened_ = false;
  int magic_seen_ = 0;
};

class BrotliEncoder final : public Codec {
 public:
  explicit BrotliEncoder(std::vector<std::pair<int, std::uint32_t>> parameters) : parameters_(std::move(parameters)) {}
  CodecError step(int flush, const std::uint8_t*& in, std::size_t& in_size, std::uint8_t*& out,
                  std::size_t& out_size) override {
    if (!state_) {
      if (CodecError error = reset()) return error;
    }
    if (!BrotliEncoderCompressStream(state_.get(), static_cast<BrotliEncoderOperation>(flush), &in_size, &in, &out_size,
                                     &out, nullptr)) {
      return {-1, "ERR_BROTLI_COMPRESSION_FAILED", "Compression failed"};
    }
    return {};
  }
  CodecError reset() override {
    state_.reset(BrotliEncoderCreateInstance(nullptr, nullptr, nullptr));
    for (auto [key, value] : parameters_) {
      if (!BrotliEncoderSetParameter(state_.get(), static_cast<BrotliEncoderParameter>(key), value)) {
        return {-1, "ERR_ZLIB_INITIALIZATION_FAILED", "Initialization failed"};
      }
    }
    return {};
  }

 private:
  struct Free {
    void operator()(BrotliEncoderState* state) const { BrotliEncoderDestroyInstance(state); }
  };
  std::vector<std::pair<int, std::uint32_t>> parameters_;
  std::unique_ptr<BrotliEncoderState, Free> state_;
};

class BrotliDecoder final : public Codec {
 public:
  explicit BrotliDecoder(std::vector<std::pair<int, std::uint32_t>> parameters) : parameters_(std::move(parameters)) {}
  CodecError step(int flush, const std::uint8_t*& in, std::size_t& in_size, std::uint8_t*& out,
                  std::size_t& out_size) override {
    if (!state_) {
      if (CodecError error = reset()) return error;
    }
    auto result = BrotliDecoderDecompressStream(state_.get(), &in_size, &in, &out_size, &out, nullptr);
    if (result == BROTLI_DECODER_RESULT_ERROR) {
      auto code = BrotliDecoderGetErrorCode(state_.get());
      std::string name = BrotliDecoderErrorString(code);
      if (!name.starts_with("_")) name = "_" + name;
      return {static_cast<int>(code), "ERR" + name, "Decompression failed"};
    }
    if (flush == BROTLI_OPERATION_FINISH && result == BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT) {
      return {Z_BUF_ERROR, "Z_BUF_ERROR", "unexpected end of file"};
    }
    return {};
  }
  CodecError reset() override {
    state_.reset(BrotliDecoderCreateInstance(nullptr, nullptr, nullptr));
    for (auto [key, value] : parameters_) {
      if (!BrotliDecoderSetParameter(state_.get(), static_cast<BrotliDecoderParameter>(key), value)) {
        return {-1, "ERR_ZLIB_INITIALIZATION_FAILED", "Initialization failed"};
      }
    }
    return {};
  }

 private:
  struct Free {
    void operator()(BrotliDecoderState* state) const { BrotliDecoderDestroyInstance(state); }
  };
  std::vector<std::pair<int, std::uint32_t>> parameters_;
  std::unique_ptr<BrotliDecoderState, Free> state_;
};

// "ZSTD_error_prefix_unknown" for the number; the names are the library's enumerators.
const char* zstd_name(ZSTD_ErrorCode code) {
  switch (code) {
#define PKG_ZSTD_CODES(X)                                                                                          \
  X(GENERIC)                                                                                                       \
  X(prefix_unknown) X(version_unsupported) X(frameParameter_unsupported) X(frameParameter_windowTooLarge)          \
      X(corruption_detected) X(checksum_wrong) X(literals_headerWrong) X(dictionary_corrupted) X(dictionary_wrong) \
          X(dictionaryCreation_failed) X(parameter_unsupported) X(parameter_combination_unsupported)               \
              X(parameter_outOfBound) X(tableLog_tooLarge) X(maxSymbolValue_tooLarge) X(maxSymbolValue_tooSmall)   \
                  X(stabilityCondition_notRespected) X(stage_wrong) X(init_missing) X(memory_allocation)           \
                      X(workSpace_tooSmall) X(dstSize_tooSmall) X(srcSize_wrong) X(dstBuffer_null)                 \
                          X(noForwardProgress_destFull) X(noForwardProgress_inputEmpty)
#define PKG_ZSTD_CASE(name) \
  case ZSTD_error_##name:   \
    return "ZSTD_error_" #name;
    PKG_ZSTD_CODES(PKG_ZSTD_CASE)
#undef PKG_ZSTD_CASE
#undef PKG_ZSTD_CODES
    default:
      return "ZSTD_error_GENERIC";
  }
}

CodecError zstd_error(std::size_t result, const char* message) {
  auto code = ZSTD_getErrorCode(result);
  return {static_cast<int>(code), zstd_name(code), message ? message : ZSTD_getErrorString(code)};
}

class ZstdCompressor final : public Codec {
 public:
  ZstdCompressor(std::vector<std::pair<int, std::uint32_t>> parameters, std::uint64_t pledged, std::string dictionary)
      : parameters_(std::move(parameters)), pledged_(pledged), dictionary_(std::move(dictionary)) {}
  CodecError step(int flush, const std::uint8_t*& in, std::size_t& in_size, std::uint8_t*& out,
                  std::size_t& out_size) override {
    if (!context_) {
      if (CodecError error = reset()) return error;
    }
    ZSTD_inBuffer input{in, in_size, 0};
    ZSTD_outBuffer output{out, out_size, 0};
    std::size_t left = ZSTD_compressStream2(context_.get(), &output, &input, static_cast<ZSTD_EndDirective>(flush));
    in += input.pos;
    in_size -= input.pos;
    out += output.pos;
    out_size -= output.pos;
    if (ZSTD_isError(left)) return zstd_error(left, nullptr);
    return {};
  }
  CodecError reset() override {
    context_.reset(ZSTD_createCCtx());
    for (auto [key, value] : parameters_) {
      std::size_t result =
          ZSTD_CCtx_setParameter(context_.get(), static_cast<ZSTD_cParameter>(key), static_cast<int>(value));
      if (ZSTD_isError(result)) return {-1, "ERR_ZLIB_INITIALIZATION_FAILED", "Setting parameter failed"};
    }
    if (!dictionary_.empty()) {
      std::size_t result = ZSTD_CCtx_loadDictionary(context_.get(), dictionary_.data(), dictionary_.size());
      if (ZSTD_isError(result)) return {-1, "ERR_ZLIB_DICTIONARY_LOAD_FAILED", "Failed to load zstd dictionary"};
    }
    std::size_t result = ZSTD_CCtx_setPledgedSrcSize(context_.get(), pledged_);
    if (ZSTD_isError(result)) return {-1, "ERR_ZLIB_INITIALIZATION_FAILED", "Could not set pledged src size"};
    return {};
  }

 private:
  struct Free {
    void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
  };
  std::vector<std::pair<int, std::uint32_t>> parameters_;
  std::uint64_t pledged_;
  std::string dictionary_;
  std::unique_ptr<ZSTD_CCtx, Free> context_;
};

class ZstdDecompressor final : public Codec {
 public:
  ZstdDecompressor(std::vector<std::pair<int, std::uint32_t>> parameters, std::string dictionary)
      : parameters_(std::move(parameters)), dictionary_(std::move(dictionary)) {}
  CodecError step(int flush, const std::uint8_t*& in, std::size_t& in_size, std::uint8_t*& out,
                  std::size_t& out_size) override {
    if (!context_) {
      if (CodecError error = reset()) return error;
    }
    ZSTD_inBuffer input{in, in_size, 0};
    ZSTD_outBuffer output{out, out_size, 0};
    std::size_t left = ZSTD_decompressStream(context_.get(), &output, &input);
    in += input.pos;
    in_size -= input.pos;
    out += output.pos;
    out_size -= output.pos;
    if (ZSTD_isError(left)) return zstd_error(left, nullptr);
    if (flush == ZSTD_e_end && left != 0 && in_size == 0 && out_size != 0)
      return {Z_BUF_ERROR, "Z_BUF_ERROR", "unexpected end of file"};
    return {};
  }
  CodecError reset() override {
    context_.reset(ZSTD_createDCtx());
    for (auto [key, value] : parameters_) {
      std::size_t result =
          ZSTD_DCtx_setParameter(context_.get(), static_cast<ZSTD_dParameter>(key), static_cast<int>(value));
      if (ZSTD_isError(result)) return {-1, "ERR_ZLIB_INITIALIZATION_FAILED", "Setting parameter failed"};
    }
    if (!dictionary_.empty()) {
      std::size_t result = ZSTD_DCtx_loadDictionary(context_.get(), dictionary_.data(), dictionary_.size());
      if (ZSTD_isError(result)) return {-1, "ERR_ZLIB_DICTIONARY_LOAD_FAILED", "Failed to load zstd dictionary"};
    }
    return {};
  }

 private:
  struct Free {
    void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
  };
  std::vector<std::pair<int, std::uint32_t>> parameters_;
  std::string dictionary_;
  std::unique_ptr<ZSTD_DCtx, Free> context_;
};

// The JavaScript side's handle. `state` (Uint32Array) gets [output room left, input left] after each step.
class Stream final : public ObjectWrap {
 public:
  Stream(Realm& realm, v8::Local<v8::Object> object, Mode mode) : ObjectWrap(realm, object), mode(mode) {
    request.data = this;
  }

  void set_state() {
    state[0] = static_cast<std::uint32_t>(out_size);
    state[1] = static_cast<std::uint32_t>(in_size);
  }
  v8::Local<v8::Value> error_value() {
    v8::Local<v8::Value> parts[] = {text(isolate(), error.message), v8::Integer::New(isolate(), error.number),
                                    text(isolate(), error.code)};
    return v8::Array::New(isolate(), parts, 3);
  }

  Mode mode;
  std::unique_ptr<Codec> codec;
  v8::Global<v8::Uint32Array> state_array;
  std::uint32_t* state = nullptr;
  v8::Global<v8::Function> callback;
  v8::Global<v8::Value> frame;
  uv_work_t request;
  bool writing = false, close_later = false;
  std::shared_ptr<v8::BackingStore> in_store, out_store;
  const std::uint8_t* in = nullptr;
  std::uint8_t* out = nullptr;
  std::size_t in_size = 0, out_size = 0;
  int flush = 0;
  CodecError error;
};

// new Stream(mode)
void construct(const v8::FunctionCallbackInfo<v8::Value>& args) {
  new Stream(Realm::from(args), args.This(),
             static_cast<Mode>(args[0]->Int32Value(Realm::from(args).context()).FromMaybe(0)));
}

std::string dictionary_of(v8::Local<v8::Value> value) {
  Bytes bytes(value);
  return std::string(bytes.view());
}

std::vector<std::pair<int, std::uint32_t>> parameters_of(v8::Local<v8::Value> value) {
  // A Uint32Array with a slot for each parameter id; 0xffffffff marks those not set.
  std::vector<std::pair<int, std::uint32_t>> list;
  if (!value->IsUint32Array()) return list;
  Bytes bytes(value);
  for (std::size_t i = 0; i < bytes.size() / 4; ++i) {
    std::uint32_t number;
    std::memcpy(&number, bytes.data() + 4 * i, 4);
    if (number != 0xffffffffu) list.emplace_back(static_cast<int>(i), number);
  }
  return list;
}

// init(state, callback, windowBits, level, memLevel, strategy, dictionary) for zlib;
// init(state, callback, parameters, pledgedSize or undefined, dictionary) for brotli and zstd. Returns an error triple
// or undefined.
void init_stream(const v8::FunctionCallbackInfo<v8::Value>& args) {
  auto* stream = ObjectWrap::self<Stream>(args);
  auto context = stream->realm().context();
  auto integer = [&](int index) { return args[index]->Int32Value(context).FromMaybe(0); };
  stream->state_array.Reset(args.GetIsolate(), args[0].As<v8::Uint32Array>());
  stream->state = static_cast<std::uint32_t*>(args[0].As<v8::Uint32Array>()->Buffer()->Data());
  stream->callback.Reset(args.GetIsolate(), args[1].As<v8::Function>());
  CodecError error;
  switch (stream->mode) {
    case kBrotliEncode:
      stream->codec = std::make_unique<BrotliEncoder>(parameters_of(args[2]));
      break;
    case kBrotliDecode:
      stream->codec = std::make_unique<BrotliDecoder>(parameters_of(args[2]));
      break;
    case kZstdCompress: {
      std::uint64_t pledged = args[3]->IsNumber() ? static_cast<std::uint64_t>(args[3].As<v8::Number>()->Value())
                                                  : ZSTD_CONTENTSIZE_UNKNOWN;
      stream->codec = std::make_unique<ZstdCompressor>(parameters_of(args[2]), pledged, dictionary_of(args[4]));
      break;
    }
    case kZstdDecompress:
      stream->codec = std::make_unique<ZstdDecompressor>(parameters_of(args[2]), dictionary_of(args[4]));
      break;
    default:
      stream->codec = std::make_unique<ZlibCodec>(stream->mode, integer(2), integer(3), integer(4), integer(5),
                                                  dictionary_of(args[6]));
      return;
  }
  stream->error = stream->codec->reset();
  if (stream->error) args.GetReturnValue().Set(stream->error_value());
}

// Takes (flush, input view or null, offset, size, output view, offset, size).
void take_arguments(Stream* stream, const v8::FunctionCallbackInfo<v8::Value>& args) {
  auto context = stream->realm().context();
  auto number = [&](int index) { return static_cast<std::size_t>(args[index]->IntegerValue(context).FromMaybe(0)); };
  stream->flush = args[0]->Int32Value(context).FromMaybe(0);
  stream->in = nullptr;
  stream->in_size = 0;
  if (args[1]->IsArrayBufferView()) {
    auto view = args[1].As<v8::ArrayBufferView>();
    stream->in_store = view->Buffer()->GetBackingStore();
    std::size_t offset = number(2);
    stream->in_size = number(3);
    PKG_CHECK(offset <= view->ByteLength() && stream->in_size <= view->ByteLength() - offset);
    stream->in = static_cast<std::uint8_t*>(stream->in_store->Data()) + view->ByteOffset() + offset;
  }
  auto view = args[4].As<v8::ArrayBufferView>();
  stream->out_store = view->Buffer()->GetBackingStore();
  std::size_t offset = number(5);
  stream->out_size = number(6);
  PKG_CHECK(offset <= view->ByteLength() && stream->out_size <= view->ByteLength() - offset);
  stream->out = static_cast<std::uint8_t*>(stream->out_store->Data()) + view->ByteOffset() + offset;
}

void do_step(Stream* stream) {
  stream->error = stream->codec->step(stream->flush, stream->in, stream->in_size, stream->out, stream->out_size);
}

// writeSync(...) -> error triple or undefined
void write_sync(const v8::FunctionCallbackInfo<v8::Value>& args) {
  auto* stream = ObjectWrap::self<Stream>(args);
  PKG_CHECK(stream->codec && !stream->writing);
  take_arguments(stream, args);
  do_step(stream);
  stream->in_store.reset();
  stream->out_store.reset();
  stream->set_state();
  if (stream->error) args.GetReturnValue().Set(stream->error_value());
}

// write(...): on the pool; then callback.call(handle, error triple or undefined)
void write_async(const v8::FunctionCallbackInfo<v8::Value>& args) {
  auto* stream = ObjectWrap::self<Stream>(args);
  PKG_CHECK(stream->codec && !stream->writing);
  take_arguments(stream, args);
  stream->writing = true;
  stream->hold();
  stream->frame.Reset(args.GetIsolate(), args.GetIsolate()->GetContinuationPreservedEmbedderData());
  uv_queue_work(
      stream->realm().loop(), &stream->request,
      [](uv_work_t* request) { do_step(static_cast<Stream*>(request->data)); },
      [](uv_work_t* request, int) {
        auto* stream = static_cast<Stream*>(request->data);
        v8::HandleScope scope(stream->isolate());
        v8::Context::Scope context(stream->realm().context());
        stream->writing = false;
        stream->in_store.reset();
        stream->out_store.reset();
        stream->set_state();
        if (stream->close_later) {
          stream->codec.reset();
          stream->release();
          return;
        }
        v8::Local<v8::Value> argument =
            stream->error ? stream->error_value() : v8::Undefined(stream->isolate()).As<v8::Value>();
        v8::Local<v8::Value> frame = stream->frame.Get(stream->isolate());
        v8::Local<v8::Object> object = stream->object();
        stream->release();
        std::ignore = stream->realm().call(object, stream->callback.Get(stream->isolate()), 1, &argument, frame);
      });
}

// close(): frees the codec, after a write under way
void close_stream(const v8::FunctionCallbackInfo<v8::Value>& args) {
  auto* stream = ObjectWrap::self<Stream>(args);
  if (stream->writing) {
    stream->close_later = true;
  } else {
    stream->codec.reset();
  }
}

// reset() -> error triple or undefined
void reset_stream(const v8::FunctionCallbackInfo<v8::Value>& args) {
  auto* stream = ObjectWrap::self<Stream>(args);
  if (!stream->codec) return;
  stream->error = stream->codec->reset();
  if (stream->error) args.GetReturnValue().Set(stream->error_value());
}

// params(level, strategy) -> error triple or undefined
void set_params(const v8::FunctionCallbackInfo<v8::Value>& args) {
  auto* stream = ObjectWrap::self<Stream>(args);
  auto context = stream->realm().context();
  if (!stream->codec) return;
  stream->error =
      stream->codec->params(args[0]->Int32Value(context).FromMaybe(0), args[1]->Int32Value(context).FromMaybe(0));
  if (stream->error) args.GetReturnValue().Set(stream->error_value());
}

// crc32(data, value) -> unsigned
void crc32_of(const v8::FunctionCallbackInfo<v8::Value>& args) {
  auto start = args[1]->Uint32Value(Realm::from(args).context()).FromMaybe(0);
  if (args[0]->IsString()) {
    std::string bytes = to_utf8(args.GetIsolate(), args[0]);
    args.GetReturnValue().Set(static_cast<std::uint32_t>(
        ::crc32(start, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size()))));
    return;
  }
  Bytes bytes(args[0]);
  args.GetReturnValue().Set(static_cast<std::uint32_t>(::crc32(start, bytes.data(), static_cast<uInt>(bytes.size()))));
}

constexpr Method kPrototype[] = {{"init", init_stream},   {"write", write_async},  {"writeSync", write_sync},
                                 {"close", close_stream}, {"reset", reset_stream}, {"params", set_params}};
constexpr Method kMethods[] = {{"crc32", crc32_of}};
constexpr Method kCallbacks[] = {{"Stream", construct},     {"init", init_stream},   {"write", write_async},
                                 {"writeSync", write_sync}, {"close", close_stream}, {"reset", reset_stream},
                                 {"params", set_params}};

void init(Realm& realm, v8::Local<v8::Object> target) {
  set_class(realm, target, "Stream", make_class(realm, "Zlib", construct, kPrototype));
  auto constants = v8::Object::New(realm.isolate());
#define PKG_ZLIB_CONSTANT(name) set_constant(realm, constants, #name, name);
  PKG_ZLIB_CONSTANTS(PKG_ZLIB_CONSTANT)
#undef PKG_ZLIB_CONSTANT
  set_constant(realm, constants, "BROTLI_DEFAULT_MODE", BROTLI_MODE_GENERIC);
  set_constant(realm, constants, "ZLIB_VERNUM", ZLIB_VERNUM);
  set_value(realm, target, "constants", constants);
}

}  // namespace

extern const Binding binding_zlib;
const Binding binding_zlib{"zlib", kMethods, init, kCallbacks};

}  // namespace pkg::runtime
