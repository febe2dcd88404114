// Ending scripts by force: vm's `timeout` and `breakOnSigint`.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <mutex>
#include <thread>

#include <semaphore.h>

#include "runtime/core/strings.h"
#include "runtime/modules/contextify.h"

namespace pkg::runtime {

namespace {

// Terminates the isolate's JavaScript when the time is over.
class TimeoutWatch {
 public:
  TimeoutWatch(v8::Isolate* isolate, std::int64_t ms)
      : thread_([this, isolate, ms] {
          std::unique_lock lock(mutex_);
          if (done_.wait_for(lock, std::chrono::milliseconds(ms), [this] { return is_done_; })) return;
          expired_ = true;
          isolate->TerminateExecution();
        }) {}
  ~TimeoutWatch() { stop(); }

  // Ends the watch; whether the time was over.
  bool stop() {
    {
      std::lock_guard lock(mutex_);
      is_done_ = true;
    }
    done_.notify_one();
    if (thread_.joinable()) thread_.join();
    return expired_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable done_;
  bool is_done_ = false;
  bool expired_ = false;
  std::thread thread_;
};

// Terminates the isolate's JavaScript at SIGINT. A handler may do next to
// nothing, so that it wakes a thread.
class SigintWatch {
 public:
  explicit SigintWatch(v8::Isolate* isolate) {
    sem_init(&wake(), 0, 0);
    received().store(false);
    struct sigaction action = {};
    action.sa_handler = [](int) {
      received().store(true);
      sem_post(&wake());
    };
    sigfillset(&action.sa_mask);
    sigaction(SIGINT, &action, &previous_);
    thread_ = std::thread([isolate] {
      while (sem_wait(&wake()) != 0) {
      }
      if (received().load()) isolate->TerminateExecution();
    });
  }
  ~SigintWatch() { stop(); }

  bool stop() {
    if (!thread_.joinable()) return received().load();
    sigaction(SIGINT, &previous_, nullptr);
    sem_post(&wake());
    thread_.join();
    return received().load();
  }

 private:
  static sem_t& wake() {
    static sem_t semaphore;
    return semaphore;
  }
  static std::atomic<bool>& received() {
    static std::atomic<bool> flag;
    return flag;
  }

  struct sigaction previous_ = {};
  std::thread thread_;
};

void throw_coded(v8::Isolate* isolate, v8::Local<v8::Context> context, const char* code, const std::string& message) {
  auto error = v8::Exception::Error(text(isolate, message)).As<v8::Object>();
  std::ignore = error->Set(context, intern(isolate, "code"), intern(isolate, code));
  isolate->ThrowException(error);
}

}  // namespace

v8::MaybeLocal<v8::Value> run_guarded(Realm& realm, std::int64_t timeout, bool break_on_sigint,
                                      const std::function<v8::MaybeLocal<v8::Value>()>& body) {
  if (timeout < 0 && !break_on_sigint) return body();
  v8::Isolate* isolate = realm.isolate();
  bool timed_out = false, interrupted = false;
  v8::MaybeLocal<v8::Value> result;
  {
    std::unique_ptr<TimeoutWatch> timer;
    std::unique_ptr<SigintWatch> sigint;
    if (timeout >= 0) timer = std::make_unique<TimeoutWatch>(isolate, timeout);
    if (break_on_sigint) sigint = std::make_unique<SigintWatch>(isolate);
    v8::TryCatch try_catch(isolate);
    result = body();
    timed_out = timer && timer->stop();
    interrupted = sigint && sigint->stop();
    if (try_catch.HasCaught() && !try_catch.HasTerminated()) {
      try_catch.ReThrow();
      if (!timed_out && !interrupted) return {};
    }
  }
  if (!timed_out && !interrupted) return result;
  isolate->CancelTerminateExecution();
  if (timed_out) {
    throw_coded(isolate, realm.context(), "ERR_SCRIPT_EXECUTION_TIMEOUT",
                "Script execution timed out after " + std::to_string(timeout) + "ms");
  } else {
    throw_coded(isolate, realm.context(), "ERR_SCRIPT_EXECUTION_INTERRUPTED",
                "Script execution was interrupted by `SIGINT`");
  }
  return {};
}

}  // namespace pkg::runtime
