// Child processes that are waited for: they run on a loop of their own while the realm's stands still.

#include "runtime/bindings/spawn_options.h"
#include "runtime/core/binding.h"
#include "runtime/core/bytes.h"

#include <csignal>

namespace pkg::runtime {

namespace {

using Args = v8::FunctionCallbackInfo<v8::Value>;

class SyncRun;

// One of the child's pipes: what is written to it, and what came out.
struct SyncPipe {
  SyncRun* run = nullptr;
  bool from_child = false;
  bool to_child = false;
  std::string input;
  std::string output;
  char slab[64 * 1024];
  uv_pipe_t pipe{};
  uv_write_t write{};
  uv_shutdown_t shutdown{};

  uv_stream_t* stream() { return reinterpret_cast<uv_stream_t*>(&pipe); }
};

class SyncRun {
 public:
  SyncRun() { uv_loop_init(&loop_); }
  ~SyncRun() { uv_loop_close(&loop_); }

  int start(SpawnOptions& options) {
    options.use_stdio();
    options.uv.exit_cb = [](uv_process_t* process, int64_t status, int signal) {
      auto* run = static_cast<SyncRun*>(process->data);
      run->status_ = status;
      run->signal_ = signal;
      run->exited_ = true;
      if (run->has_timer_) uv_close(reinterpret_cast<uv_handle_t*>(&run->timer_), nullptr);
      run->has_timer_ = false;
      uv_close(reinterpret_cast<uv_handle_t*>(process), nullptr);
    };
    process_.data = this;
    int error = uv_spawn(&loop_, &process_, &options.uv);
    // The handle is the loop's even so.
    if (error != 0) uv_close(reinterpret_cast<uv_handle_t*>(&process_), nullptr);
    return error;
  }

  void run(double timeout) {
    if (timeout > 0) {
      uv_timer_init(&loop_, &timer_);
      timer_.data = this;
      has_timer_ = true;
      uv_timer_start(
          &timer_,
          [](uv_timer_t* timer) {
            auto* run = static_cast<SyncRun*>(timer->data);
            run->kill(UV_ETIMEDOUT);
          },
          static_cast<std::uint64_t>(timeout), 0);
    }
    for (auto& pipe : pipes) {
      if (!pipe) continue;
      if (pipe->to_child) {
        if (!pipe->input.empty()) {
          uv_buf_t buf = uv_buf_init(pipe->input.data(), static_cast<unsigned>(pipe->input.size()));
          uv_write(&pipe->write, pipe->stream(), &buf, 1, [](uv_write_t*, int) {});
        }
        uv_shutdown(&pipe->shutdown, pipe->stream(), [](uv_shutdown_t*, int) {});
      }
      if (pipe->from_child) {
        uv_read_start(
            pipe->stream(),
            [](uv_handle_t* handle, std::size_t, uv_buf_t* buf) {
              auto* pipe = static_cast<SyncPipe*>(handle->data);
              *buf = uv_buf_init(pipe->slab, sizeof pipe->slab);
            },
            [](uv_stream_t* stream, ssize_t size, const uv_buf_t* buf) {
              auto* pipe = static_cast<SyncPipe*>(stream->data);
              if (size > 0)
                pipe->run->took(*pipe, buf->base, static_cast<std::size_t>(size));
              else if (size < 0)
                uv_read_stop(stream);
            });
      }
    }
    uv_run(&loop_, UV_RUN_DEFAULT);
    close_pipes();
  }

  // After a failed start: only what was opened is closed.
  void close_pipes() {
    for (auto& pipe : pipes) {
      if (pipe && !uv_is_closing(reinterpret_cast<uv_handle_t*>(&pipe->pipe))) {
        uv_close(reinterpret_cast<uv_handle_t*>(&pipe->pipe), nullptr);
      }
    }
    uv_run(&loop_, UV_RUN_DEFAULT);
  }

  // What was read at once is kept, even beyond the limit.
  void took(SyncPipe& pipe, const char* data, std::size_t size) {
    pipe.output.append(data, size);
    if (pipe.output.size() > max_buffer) kill(UV_ENOBUFS);
  }

  void kill(int error) {
    if (error_ == 0) error_ = error;
    if (exited_) return;
    if (uv_process_kill(&process_, kill_signal) < 0) uv_process_kill(&process_, SIGKILL);
    // Grandchildren may hold the pipes open.
    for (auto& pipe : pipes) {
      if (pipe && !uv_is_closing(reinterpret_cast<uv_handle_t*>(&pipe->pipe))) {
        uv_close(reinterpret_cast<uv_handle_t*>(&pipe->pipe), nullptr);
      }
    }
  }

  uv_loop_t* loop() { return &loop_; }
  int pid() const { return process_.pid; }
  std::int64_t status() const { return status_; }
  int signal() const { return signal_; }
  int error() const { return error_; }

  std::vector<std::unique_ptr<SyncPipe>> pipes;  // null where there is none
  std::size_t max_buffer = SIZE_MAX;
  int kill_signal = SIGTERM;

 private:
  uv_loop_t loop_;
  uv_process_t process_{};
  uv_timer_t timer_{};
  bool has_timer_ = false;
  bool exited_ = false;
  std::int64_t status_ = -1;
  int signal_ = 0;
  int error_ = 0;
};

// spawn({...as process_wrap, stdio: [{type: pipe | ignore | inherit | fd, readable, writable, input, fd}], timeout,
// maxBuffer, killSignal}) -> {pid, status, signal, output: [Buffer | null, ...] | null, error?}; the error is a
// negative number
void spawn(const Args& args) {
  Realm& realm = Realm::from(args);
  v8::Isolate* isolate = realm.isolate();
  auto context = realm.context();
  auto from = args[0].As<v8::Object>();
  SpawnOptions options;
  if (!options.read(realm, from)) return;
  if (Permission::refuses(realm, Permission::kChild, options.uv.file)) return;
  SyncRun run;
  auto number = [&](const char* name, double otherwise) {
    v8::Local<v8::Value> value;
    if (!from->Get(context, intern(isolate, name)).ToLocal(&value) || !value->IsNumber()) return otherwise;
    return value.As<v8::Number>()->Value();
  };
  double max = number("maxBuffer", 0);
  if (max > 0 && max < 9e15) run.max_buffer = static_cast<std::size_t>(max);
  run.kill_signal = static_cast<int>(number("killSignal", SIGTERM));
  if (run.kill_signal == 0) run.kill_signal = SIGTERM;

  v8::Local<v8::Value> list;
  if (!from->Get(context, intern(isolate, "stdio")).ToLocal(&list) || !list->IsArray()) return;
  auto array = list.As<v8::Array>();
  for (std::uint32_t i = 0; i < array->Length(); ++i) {
    v8::Local<v8::Value> entry;
    if (!array->Get(context, i).ToLocal(&entry) || !entry->IsObject()) return;
    auto object = entry.As<v8::Object>();
    auto field = [&](const char* name) {
      v8::Local<v8::Value> value;
      return object->Get(context, intern(isolate, name)).ToLocal(&value) ? value
                                                                         : v8::Undefined(isolate).As<v8::Value>();
    };
    std::string type = to_utf8(isolate, field("type"));
    uv_stdio_container_t container{UV_IGNORE, {}};
    std::unique_ptr<SyncPipe> pipe;
    if (type == "pipe") {
      pipe = std::make_unique<SyncPipe>();
      pipe->run = &run;
      pipe->to_child = field("readable")->BooleanValue(isolate);
      pipe->from_child = field("writable")->BooleanValue(isolate);
      v8::Local<v8::Value> input = field("input");
      if (input->IsArrayBufferView() || input->IsArrayBuffer()) pipe->input = std::string(Bytes(input).view());
      uv_pipe_init(run.loop(), &pipe->pipe, 0);
      pipe->pipe.data = pipe.get();
      int flags = UV_CREATE_PIPE | (pipe->to_child ? UV_READABLE_PIPE : 0) | (pipe->from_child ? UV_WRITABLE_PIPE : 0);
      container.flags = static_cast<uv_stdio_flags>(flags);
      container.data.stream = pipe->stream();
    } else if (type == "inherit" || type == "fd") {
      container.flags = UV_INHERIT_FD;
      container.data.fd = field("fd")->IsNumber() ? field("fd")->Int32Value(context).FromMaybe(0) : static_cast<int>(i);
    }
    run.pipes.push_back(std::move(pipe));
    options.stdio.push_back(container);
  }

  auto result = v8::Object::New(isolate);
  auto set = [&](const char* name, v8::Local<v8::Value> value) {
    std::ignore = result->Set(context, intern(isolate, name), value);
  };
  int error = run.start(options);
  if (error == 0)
    run.run(number("timeout", 0));
  else
    run.close_pipes();
  int failure = error != 0 ? error : run.error();
  if (failure != 0) set("error", v8::Integer::New(isolate, failure));
  set("pid", v8::Integer::New(isolate, error == 0 ? run.pid() : 0));
  if (error == 0 && run.signal() == 0)
    set("status", v8::Number::New(isolate, static_cast<double>(run.status())));
  else
    set("status", v8::Null(isolate));
  const char* name = run.signal() > 0 ? sigabbrev_np(run.signal()) : nullptr;
  set("signal", name ? text(isolate, std::string("SIG") + name).As<v8::Value>() : v8::Null(isolate).As<v8::Value>());
  if (error != 0) {
    set("output", v8::Null(isolate));
  } else {
    std::vector<v8::Local<v8::Value>> output;
    for (auto& pipe : run.pipes) {
      if (pipe && pipe->from_child) {
        output.push_back(
            make_buffer(realm, {reinterpret_cast<const std::uint8_t*>(pipe->output.data()), pipe->output.size()}));
      } else {
        output.push_back(v8::Null(isolate));
      }
    }
    set("output", v8::Array::New(isolate, output.data(), output.size()));
  }
  args.GetReturnValue().Set(result);
}

constexpr Method kMethods[] = {{"spawn", spawn}};

}  // namespace

extern const Binding binding_spawn_sync;
const Binding binding_spawn_sync{"spawn_sync", kMethods};

}  // namespace pkg::runtime
