#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace pkg::registry {

// A small pool for what costs CPU: hashing, inflating, parsing, unpacking.
// Threads start with the first task. Tasks must not throw and must not wait for
// other tasks.
class Workers {
 public:
  enum class Urgency { kFirst, kLater };  // packuments, which the resolver waits for, come first

  // `threads`: 0 means one per core.
  explicit Workers(std::size_t threads = 0);
  // Runs what was submitted, then ends the threads.
  ~Workers();
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  void submit(std::function<void()> task, Urgency urgency = Urgency::kLater);
  // Waits until nothing is queued or running.
  void drain();
  std::size_t size() const { return count_; }

 private:
  void run();
  const std::size_t count_;
  std::mutex mutex_;
  std::condition_variable wake_, idle_;
  std::deque<std::function<void()>> first_, later_;
  std::vector<std::thread> threads_;
  std::size_t busy_ = 0;
  bool stopping_ = false;
};

}  // namespace pkg::registry
