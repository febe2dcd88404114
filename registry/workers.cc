#include "registry/workers.h"

namespace pkg::registry {

Workers::Workers(std::size_t threads) : count_(threads ? threads : std::max(1u, std::thread::hardware_concurrency())) {}

Workers::~Workers() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void Workers::submit(std::function<void()> task, Urgency urgency) {
  {
    std::lock_guard lock(mutex_);
    (urgency == Urgency::kFirst ? first_ : later_).push_back(std::move(task));
    if (threads_.size() < count_ && threads_.size() - busy_ < first_.size() + later_.size())
      threads_.emplace_back([this] { run(); });
  }
  wake_.notify_one();
}

void Workers::drain() {
  std::unique_lock lock(mutex_);
  idle_.wait(lock, [this] { return busy_ == 0 && first_.empty() && later_.empty(); });
}

void Workers::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    wake_.wait(lock, [this] { return stopping_ || !first_.empty() || !later_.empty(); });
    std::deque<std::function<void()>>& queue = first_.empty() ? later_ : first_;
    if (queue.empty()) return;  // only when stopping
    std::function<void()> task = std::move(queue.front());
    queue.pop_front();
    ++busy_;
    lock.unlock();
    task();
    task = nullptr;  // frees what it holds before it counts as done
    lock.lock();
    if (--busy_ == 0 && first_.empty() && later_.empty()) idle_.notify_all();
  }
}

}  // namespace pkg::registry
