#pragma once

#include <array>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include <uv.h>
#include <v8.h>

#include "runtime/core/message_queue.h"
#include "runtime/core/realm.h"

namespace pkg::runtime {

// A thread with an isolate, loop and realm of its own, that runs a program. Members are for the thread that made it
// unless they say otherwise. Spec: Node's doc/api/worker_threads.md.
class WorkerThread {
 public:
  // In MiB; 0: V8's default (of the stack: 4).
  struct Limits {
    double young_generation = 0, old_generation = 0, code_range = 0, stack = 0;
  };
  struct End {
    int code = 0;
    std::string error_code, error_message;  // why it ended, when that was no program's doing
  };

  // `port` is where the worker finds what it is to do; `on_end` is called once, on the new thread, as its last act.
  WorkerThread(RealmOptions options, Limits limits, std::string name, std::shared_ptr<MessageQueue> port,
               std::function<void()> on_end);
  ~WorkerThread() { join(); }

  // 0 or a negative uv error.
  int start();
  // Stops JavaScript and the loop as soon as possible. Any thread.
  void stop(End end);
  // Waits until it has ended.
  void join();

  // Runs `task` on the worker's thread, between or amidst its JavaScript; false when it is not running. Any thread.
  bool interrupt(std::function<void(Realm&)> task);

  // After join().
  const End& end() const { return end_; }
  // The limits that hold, once the isolate is made. Any thread.
  Limits limits();
  // Time that its loop spent waiting, and when the loop began, both of uv_hrtime (ns); 0 when not running. Any thread.
  std::uint64_t idle_time();
  std::uint64_t loop_start();

  // The thread that runs a realm, or null on the main one; for the realm's thread.
  static WorkerThread* of(Realm& realm);
  const std::shared_ptr<MessageQueue>& port() const { return port_; }
  const std::string& name() const { return name_; }

 private:
  void run();
  void run_program(Realm& realm);
  void run_tasks();
  static std::size_t near_heap_limit(void* data, std::size_t current, std::size_t initial);

  RealmOptions options_;
  const std::string name_;
  const std::shared_ptr<MessageQueue> port_;
  const std::function<void()> on_end_;
  uv_thread_t thread_;
  bool started_ = false;

  std::mutex mutex_;  // of all below
  Limits limits_;
  bool stopped_ = false;
  End end_;
  v8::Isolate* isolate_ = nullptr;  // while it can be interrupted
  Realm* realm_ = nullptr;
  uv_loop_t loop_;
  uv_async_t wake_;
  std::deque<std::function<void(Realm&)>> tasks_;
  bool near_limit_ = false;
};

}  // namespace pkg::runtime
