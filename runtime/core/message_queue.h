#pragma once

#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "runtime/core/message.h"

namespace pkg::runtime {

// One end of a channel: the messages that came and nobody took yet. It outlives the port that reads it, so that it can
// move to another thread. All members are safe to call from any thread.
class MessageQueue : public std::enable_shared_from_this<MessageQueue> {
 public:
  // Told when there is something to take; called with the queue locked, from the sender's thread.
  class Reader {
   public:
    virtual void wake() = 0;

   protected:
    ~Reader() = default;
  };

  MessageQueue() = default;
  ~MessageQueue() { leave(); }
  MessageQueue(const MessageQueue&) = delete;
  MessageQueue& operator=(const MessageQueue&) = delete;

  // Two ends of one channel.
  static void entangle(const std::shared_ptr<MessageQueue>& a, const std::shared_ptr<MessageQueue>& b);
  // Joins those of the same name in the process.
  static void join(const std::shared_ptr<MessageQueue>& queue, const std::string& name);

  // Who is woken; null: nobody.
  void set_reader(Reader* reader);

  void push(std::shared_ptr<Message> message);
  // The oldest message; null when there is none. With `only_closing`, only when that is next.
  std::shared_ptr<Message> pop(bool only_closing = false);
  std::size_t size();

  // Gives `message` to the other ends. False when one of them is `message`'s own freight: the channel is lost then.
  bool send(const std::shared_ptr<Message>& message);
  bool is_entangled();
  // Leaves the channel: the other end of two, and this one, get a closing message.
  void leave();

 private:
  // The ends that hear one another.
  struct Group {
    explicit Group(std::string name) : name(std::move(name)) {}
    ~Group();
    const std::string name;  // empty: of two
    std::mutex mutex;
    std::vector<MessageQueue*> members;
  };

  std::mutex mutex_;
  std::deque<std::shared_ptr<Message>> messages_;
  Reader* reader_ = nullptr;
  std::mutex group_mutex_;
  std::shared_ptr<Group> group_;
};

// A new MessagePort handle of `realm` that reads `queue`. Empty when JavaScript threw. In bindings/message_port.cc.
v8::MaybeLocal<v8::Object> make_port(Realm& realm, std::shared_ptr<MessageQueue> queue);

// A queue on its way to another port.
class MovedQueue final : public TransferData {
 public:
  explicit MovedQueue(std::shared_ptr<MessageQueue> queue) : queue_(std::move(queue)) {}
  // A MessagePort handle of that realm.
  v8::MaybeLocal<v8::Object> revive(Realm& realm) override;
  bool carries(const MessageQueue* queue) const override { return queue_.get() == queue; }
  std::shared_ptr<MessageQueue> take_queue() override { return std::move(queue_); }

 private:
  std::shared_ptr<MessageQueue> queue_;
};

}  // namespace pkg::runtime
