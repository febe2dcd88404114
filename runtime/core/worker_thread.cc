#include "runtime/core/worker_thread.h"

#include <algorithm>

#include "runtime/core/binding.h"
#include "runtime/core/process.h"
#include "runtime/core/strings.h"
#include "runtime/modules/module_state.h"

namespace pkg::runtime {

namespace {

constexpr double kMiB = 1024 * 1024;
constexpr double kDefaultStack = 4;  // MiB
// Left to C++ below the lowest frame that JavaScript may make.
constexpr std::size_t kStackReserve = 192 * 1024;

thread_local WorkerThread* current = nullptr;

}  // namespace

WorkerThread* WorkerThread::of(Realm& realm) { return realm.is_main_thread() ? nullptr : current; }

WorkerThread::WorkerThread(RealmOptions options, Limits limits, std::string name, std::shared_ptr<MessageQueue> port,
                           std::function<void()> on_end)
    : options_(std::move(options)),
      name_(std::move(name)),
      port_(std::move(port)),
      on_end_(std::move(on_end)),
      limits_(limits) {
  if (limits_.stack <= 0) limits_.stack = kDefaultStack;
}

int WorkerThread::start() {
  uv_thread_options_t options{};
  options.flags = UV_THREAD_HAS_STACK_SIZE;
  options.stack_size = static_cast<std::size_t>(limits_.stack * kMiB);
  int error = uv_thread_create_ex(
      &thread_, &options,
      [](void* self) {
        auto* worker = static_cast<WorkerThread*>(self);
        if (!worker->name_.empty()) uv_thread_setname(worker->name_.c_str());
        worker->run();
        // The owner joins this thread before it lets go of the object.
        worker->on_end_();
      },
      this);
  started_ = error == 0;
  return error;
}

void WorkerThread::join() {
  if (!started_) return;
  started_ = false;
  uv_thread_join(&thread_);
}

void WorkerThread::stop(End end) {
  std::lock_guard lock(mutex_);
  if (stopped_) return;
  stopped_ = true;
  end_ = std::move(end);
  if (!isolate_) return;
  if (realm_) realm_->stop_calls();
  isolate_->TerminateExecution();
  uv_async_send(&wake_);
}

bool WorkerThread::interrupt(std::function<void(Realm&)> task) {
  std::lock_guard lock(mutex_);
  if (!isolate_ || stopped_) return false;
  tasks_.push_back(std::move(task));
  uv_async_send(&wake_);
  isolate_->RequestInterrupt([](v8::Isolate*, void* self) { static_cast<WorkerThread*>(self)->run_tasks(); }, this);
  return true;
}

void WorkerThread::run_tasks() {
  for (;;) {
    std::function<void(Realm&)> task;
    Realm* realm;
    {
      std::lock_guard lock(mutex_);
      if (tasks_.empty() || !realm_) return;
      task = std::move(tasks_.front());
      tasks_.pop_front();
      realm = realm_;
    }
    v8::HandleScope scope(realm->isolate());
    task(*realm);
  }
}

WorkerThread::Limits WorkerThread::limits() {
  std::lock_guard lock(mutex_);
  return limits_;
}

std::uint64_t WorkerThread::idle_time() {
  std::lock_guard lock(mutex_);
  return isolate_ ? uv_metrics_idle_time(&loop_) : 0;
}

std::uint64_t WorkerThread::loop_start() {
  std::lock_guard lock(mutex_);
  return isolate_ && realm_ ? realm_->time_origin() : 0;
}

std::size_t WorkerThread::near_heap_limit(void* data, std::size_t current_limit, std::size_t) {
  auto* worker = static_cast<WorkerThread*>(data);
  worker->stop({1, "ERR_WORKER_OUT_OF_MEMORY", "JS heap out of memory"});
  // Room to unwind in.
  constexpr std::size_t kExtra = 16 * 1024 * 1024;
  return current_limit + kExtra;
}

void WorkerThread::run() {
  current = this;
  if (int error = uv_loop_init(&loop_); error < 0) {
    std::lock_guard lock(mutex_);
    stopped_ = true;
    end_ = {1, "ERR_WORKER_INIT_FAILED", uv_err_name(error)};
    return;
  }
  uv_loop_configure(&loop_, UV_METRICS_IDLE_TIME);
  Platform& platform = start_v8(0);
  v8::Isolate* isolate = v8::Isolate::Allocate();
  auto tasks = platform.add_isolate(isolate, &loop_);
  std::unique_ptr<v8::ArrayBuffer::Allocator> allocator(v8::ArrayBuffer::Allocator::NewDefaultAllocator());
  v8::Isolate::CreateParams params;
  params.array_buffer_allocator = allocator.get();
  params.external_references = external_references();
  params.snapshot_blob = embedded_snapshot();
  std::uintptr_t stack_limit;
  {
    std::lock_guard lock(mutex_);
    auto& constraints = params.constraints;
    auto bytes = [](double mib) { return static_cast<std::size_t>(mib * kMiB); };
    constraints.ConfigureDefaults(uv_get_total_memory(), uv_get_constrained_memory());
    if (limits_.young_generation > 0)
      constraints.set_max_young_generation_size_in_bytes(bytes(limits_.young_generation));
    if (limits_.old_generation > 0) constraints.set_max_old_generation_size_in_bytes(bytes(limits_.old_generation));
    if (limits_.code_range > 0) constraints.set_code_range_size_in_bytes(bytes(limits_.code_range));
    limits_.young_generation = static_cast<double>(constraints.max_young_generation_size_in_bytes()) / kMiB;
    limits_.old_generation = static_cast<double>(constraints.max_old_generation_size_in_bytes()) / kMiB;
    limits_.code_range = static_cast<double>(constraints.code_range_size_in_bytes()) / kMiB;
    auto stack = static_cast<std::size_t>(limits_.stack * kMiB);
    std::size_t usable = stack > 2 * kStackReserve ? stack - kStackReserve : stack / 2;
    // The stack begins a little above this frame.
    stack_limit = reinterpret_cast<std::uintptr_t>(&lock) - usable;
    constraints.set_stack_limit(reinterpret_cast<std::uint32_t*>(stack_limit));
  }
  v8::Isolate::Initialize(isolate, params);
  // Again: Initialize() may have taken V8's own flag for it.
  isolate->SetStackLimit(stack_limit);
  isolate->AddNearHeapLimitCallback(near_heap_limit, this);
  {
    v8::Isolate::Scope isolate_scope(isolate);
    v8::HandleScope scope(isolate);
    Realm realm(isolate, &loop_, params.snapshot_blob != nullptr);
    realm.options() = std::move(options_);
    realm.options().on_exit = [this](int code) { stop({code, "", ""}); };
    realm.options().finish_background_work = [&] { return platform.finish_background_work(*tasks); };
    install_module_callbacks(realm);
    uv_async_init(&loop_, &wake_, [](uv_async_t* handle) {
      auto* self = static_cast<WorkerThread*>(handle->data);
      self->run_tasks();
      std::lock_guard lock(self->mutex_);
      if (self->stopped_) uv_stop(&self->loop_);
    });
    wake_.data = this;
    uv_unref(reinterpret_cast<uv_handle_t*>(&wake_));
    {
      std::lock_guard lock(mutex_);
      isolate_ = isolate;
      realm_ = &realm;
      if (stopped_) realm.stop_calls();
    }
    run_program(realm);
    {
      std::lock_guard lock(mutex_);
      isolate_ = nullptr;
      realm_ = nullptr;
      tasks_.clear();
    }
    isolate->RemoveNearHeapLimitCallback(near_heap_limit, 0);
    uv_close(reinterpret_cast<uv_handle_t*>(&wake_), nullptr);
    realm.close();
  }
  tasks->stop();
  uv_run(&loop_, UV_RUN_DEFAULT);
  isolate->Dispose();
  platform.remove_isolate(isolate);
  PKG_CHECK(uv_loop_close(&loop_) == 0);
}

void WorkerThread::run_program(Realm& realm) {
  if (!realm.can_call_js()) return;
  realm.begin_loop();
  v8::Isolate* isolate = realm.isolate();
  {
    v8::Context::Scope context_scope(realm.context());
    v8::TryCatch try_catch(isolate);
    try_catch.SetVerbose(true);
    CallbackScope callback(realm);
    v8::Local<v8::Value> id = intern(isolate, "internal/bootstrap/start");
    std::ignore = realm.function(Slot::kRequireBuiltin)->Call(realm.context(), v8::Undefined(isolate), 1, &id);
  }
  int code = realm.spin();
  std::lock_guard lock(mutex_);
  if (!stopped_) {
    stopped_ = true;
    end_.code = code;
  }
}

}  // namespace pkg::runtime
