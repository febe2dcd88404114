#include "runtime/core/platform.h"

#include <chrono>

#include <libplatform/libplatform.h>

#include "resolver/base/result.h"
#include "runtime/core/realm.h"

namespace pkg::runtime {

ForegroundTasks::ForegroundTasks(v8::Isolate* isolate, uv_loop_t* loop)
    : isolate_(isolate), loop_(loop), wake_(new uv_async_t), timer_(new uv_timer_t) {
  PKG_CHECK(uv_async_init(loop, wake_,
                          [](uv_async_t* handle) { static_cast<ForegroundTasks*>(handle->data)->run_pending(); }) == 0);
  PKG_CHECK(uv_timer_init(loop, timer_) == 0);
  wake_->data = timer_->data = this;
  uv_unref(reinterpret_cast<uv_handle_t*>(wake_));
  uv_unref(reinterpret_cast<uv_handle_t*>(timer_));
}

void ForegroundTasks::post(std::unique_ptr<v8::Task> task, double delay_seconds) {
  std::lock_guard lock(mutex_);
  if (stopped_) return;
  if (delay_seconds > 0) {
    delayed_.emplace(uv_hrtime() / 1000000 + static_cast<std::uint64_t>(delay_seconds * 1000), std::move(task));
  } else {
    queue_.push_back(std::move(task));
  }
  uv_async_send(wake_);
}

void ForegroundTasks::arm_timer() {
  std::uint64_t now = uv_hrtime() / 1000000;
  while (!delayed_.empty() && delayed_.begin()->first <= now) {
    queue_.push_back(std::move(delayed_.begin()->second));
    delayed_.erase(delayed_.begin());
  }
  if (delayed_.empty() || stopped_) return;
  uv_timer_start(
      timer_, [](uv_timer_t* handle) { static_cast<ForegroundTasks*>(handle->data)->run_pending(); },
      delayed_.begin()->first - now, 0);
  uv_unref(reinterpret_cast<uv_handle_t*>(timer_));
}

bool ForegroundTasks::run_pending() {
  std::deque<std::unique_ptr<v8::Task>> ready;
  {
    std::lock_guard lock(mutex_);
    arm_timer();
    ready.swap(queue_);
  }
  Realm* realm = Realm::from(isolate_);
  for (auto& task : ready) {
    if (realm && realm->can_call_js()) {
      v8::HandleScope scope(isolate_);
      v8::Context::Scope context(realm->context());
      CallbackScope callback(*realm);
      task->Run();
    } else {
      task->Run();
    }
  }
  return !ready.empty();
}

void ForegroundTasks::stop() {
  std::lock_guard lock(mutex_);
  if (stopped_) return;
  stopped_ = true;
  queue_.clear();
  delayed_.clear();
  uv_close(reinterpret_cast<uv_handle_t*>(wake_), [](uv_handle_t* h) { delete reinterpret_cast<uv_async_t*>(h); });
  uv_close(reinterpret_cast<uv_handle_t*>(timer_), [](uv_handle_t* h) { delete reinterpret_cast<uv_timer_t*>(h); });
}

Platform::Platform(int worker_threads)
    : services_(v8::platform::NewSingleThreadedDefaultPlatform()), worker_threads_(worker_threads) {}

v8::Platform& Platform::workers() {
  std::call_once(workers_started_, [this] { workers_ = v8::platform::NewDefaultPlatform(worker_threads_); });
  return *workers_;
}

// V8 makes a job at the start of an isolate and gives it work much later: the job posts its tasks here then.
std::unique_ptr<v8::JobHandle> Platform::CreateJobImpl(v8::TaskPriority priority, std::unique_ptr<v8::JobTask> task,
                                                       const v8::SourceLocation&) {
  return v8::platform::NewDefaultJobHandle(this, priority, std::move(task), static_cast<std::size_t>(worker_threads_));
}

// A task that is counted until it is done, or dropped.
class Platform::WorkerTask final : public v8::Task {
 public:
  WorkerTask(Platform& platform, std::unique_ptr<v8::Task> task) : platform_(platform), task_(std::move(task)) {
    std::lock_guard lock(platform_.pending_mutex_);
    ++platform_.pending_;
  }
  ~WorkerTask() override {
    task_.reset();
    std::lock_guard lock(platform_.pending_mutex_);
    if (--platform_.pending_ == 0) platform_.all_done_.notify_all();
  }
  void Run() override { task_->Run(); }

 private:
  Platform& platform_;
  std::unique_ptr<v8::Task> task_;
};

void Platform::PostTaskOnWorkerThreadImpl(v8::TaskPriority priority, std::unique_ptr<v8::Task> task,
                                          const v8::SourceLocation& location) {
  if (priority != v8::TaskPriority::kBestEffort) task = std::make_unique<WorkerTask>(*this, std::move(task));
  workers().PostTaskOnWorkerThread(priority, std::move(task), location);
}

bool Platform::finish_background_work(ForegroundTasks& tasks) {
  constexpr auto kPatience = std::chrono::milliseconds(2);
  for (;;) {
    bool done;
    {
      std::unique_lock lock(pending_mutex_);
      done = all_done_.wait_for(lock, kPatience, [this] { return pending_ == 0; });
    }
    if (tasks.run_pending()) return true;
    if (done) return false;
  }
}

std::shared_ptr<ForegroundTasks> Platform::add_isolate(v8::Isolate* isolate, uv_loop_t* loop) {
  auto tasks = std::make_shared<ForegroundTasks>(isolate, loop);
  std::lock_guard lock(mutex_);
  isolates_[isolate] = tasks;
  return tasks;
}

void Platform::remove_isolate(v8::Isolate* isolate) {
  std::lock_guard lock(mutex_);
  isolates_.erase(isolate);
}

std::shared_ptr<v8::TaskRunner> Platform::GetForegroundTaskRunner(v8::Isolate* isolate, v8::TaskPriority) {
  std::lock_guard lock(mutex_);
  auto found = isolates_.find(isolate);
  PKG_CHECK(found != isolates_.end());
  return found->second;
}

}  // namespace pkg::runtime
