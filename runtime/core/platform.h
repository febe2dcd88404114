#pragma once

#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <unordered_map>

#include <uv.h>
#include <v8-platform.h>
#include <v8.h>

namespace pkg::runtime {

// Tasks that V8 posts for one isolate's own thread (finalization, wasm, GC
// steps). They run on that isolate's loop; posting is allowed from any thread.
// Neither pending nor delayed tasks keep the loop alive.
class ForegroundTasks final : public v8::TaskRunner {
 public:
  ForegroundTasks(v8::Isolate* isolate, uv_loop_t* loop);

  // Runs what is queued now, each task followed by the realm's tick and
  // microtask queues. True when at least one ran. Isolate thread only.
  bool run_pending();

  // Closes the handles and drops what is queued; the loop must be run once
  // more afterwards. Isolate thread only.
  void stop();

  bool IdleTasksEnabled() override { return false; }
  bool NonNestableTasksEnabled() const override { return true; }
  bool NonNestableDelayedTasksEnabled() const override { return true; }

 private:
  struct Delayed;

  void PostTaskImpl(std::unique_ptr<v8::Task> task, const v8::SourceLocation&) override { post(std::move(task), 0); }
  void PostNonNestableTaskImpl(std::unique_ptr<v8::Task> task, const v8::SourceLocation&) override {
    post(std::move(task), 0);
  }
  void PostDelayedTaskImpl(std::unique_ptr<v8::Task> task, double seconds, const v8::SourceLocation&) override {
    post(std::move(task), seconds);
  }
  void PostNonNestableDelayedTaskImpl(std::unique_ptr<v8::Task> task, double seconds,
                                      const v8::SourceLocation&) override {
    post(std::move(task), seconds);
  }

  void post(std::unique_ptr<v8::Task> task, double delay_seconds);
  void arm_timer();

  v8::Isolate* isolate_;
  uv_loop_t* loop_;
  std::mutex mutex_;
  bool stopped_ = false;
  std::deque<std::unique_ptr<v8::Task>> queue_;
  std::multimap<std::uint64_t, std::unique_ptr<v8::Task>> delayed_;  // by due time, loop ms
  uv_async_t* wake_;                                                 // owned by the loop once closed
  uv_timer_t* timer_;
};

// V8's view of the process: worker threads from V8's default platform, and the
// loops of our isolates as foreground threads. The threads start with the
// first task for them: a short program ends before it has one.
class Platform final : public v8::Platform {
 public:
  explicit Platform(int worker_threads);

  // Makes `isolate`'s tasks run on `loop`. Call before the isolate is
  // initialised and unregister after it is disposed. Isolate thread only.
  std::shared_ptr<ForegroundTasks> add_isolate(v8::Isolate* isolate, uv_loop_t* loop);
  void remove_isolate(v8::Isolate* isolate);

  // Waits until the worker threads have done what they were given, then runs what that led to on this thread; also
  // while it waits, since a worker may itself wait for a collection here. False when there was nothing to run. Isolate
  // thread.
  bool finish_background_work(ForegroundTasks& tasks);

  v8::PageAllocator* GetPageAllocator() override { return services_->GetPageAllocator(); }
  v8::ThreadIsolatedAllocator* GetThreadIsolatedAllocator() override { return services_->GetThreadIsolatedAllocator(); }
  int NumberOfWorkerThreads() override { return worker_threads_; }
  std::shared_ptr<v8::TaskRunner> GetForegroundTaskRunner(v8::Isolate* isolate, v8::TaskPriority) override;
  double MonotonicallyIncreasingTime() override { return services_->MonotonicallyIncreasingTime(); }
  double CurrentClockTimeMillis() override { return services_->CurrentClockTimeMillis(); }
  v8::TracingController* GetTracingController() override { return services_->GetTracingController(); }

 private:
  std::unique_ptr<v8::JobHandle> CreateJobImpl(v8::TaskPriority priority, std::unique_ptr<v8::JobTask> task,
                                               const v8::SourceLocation&) override;
  void PostTaskOnWorkerThreadImpl(v8::TaskPriority priority, std::unique_ptr<v8::Task> task,
                                  const v8::SourceLocation& location) override;
  void PostDelayedTaskOnWorkerThreadImpl(v8::TaskPriority priority, std::unique_ptr<v8::Task> task, double seconds,
                                         const v8::SourceLocation& location) override {
    workers().PostDelayedTaskOnWorkerThread(priority, std::move(task), seconds, location);
  }

  class WorkerTask;

  v8::Platform& workers();  // from any thread

  std::unique_ptr<v8::Platform> services_;  // what needs no threads
  int worker_threads_;
  std::once_flag workers_started_;
  std::unique_ptr<v8::Platform> workers_;
  std::mutex pending_mutex_;
  std::condition_variable all_done_;
  int pending_ = 0;  // tasks given to the workers and not done
  std::mutex mutex_;
  std::unordered_map<v8::Isolate*, std::shared_ptr<ForegroundTasks>> isolates_;
};

}  // namespace pkg::runtime
