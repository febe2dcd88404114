#include "runtime/core/message_queue.h"

#include <algorithm>
#include <map>

namespace pkg::runtime {

namespace {

// The groups that have a name, while somebody is in them.
std::mutex& names_mutex() {
  static std::mutex& mutex = *new std::mutex;
  return mutex;
}
template <typename Group>
std::map<std::string, std::weak_ptr<Group>>& names() {
  static auto& all = *new std::map<std::string, std::weak_ptr<Group>>;
  return all;
}

}  // namespace

MessageQueue::Group::~Group() {
  if (name.empty()) return;
  std::lock_guard lock(names_mutex());
  auto found = names<Group>().find(name);
  // Another of this name may have been made since the last member left.
  if (found != names<Group>().end() && found->second.expired()) names<Group>().erase(found);
}

void MessageQueue::entangle(const std::shared_ptr<MessageQueue>& a, const std::shared_ptr<MessageQueue>& b) {
  auto group = std::make_shared<Group>("");
  group->members = {a.get(), b.get()};
  a->group_ = group;
  b->group_ = group;
}

void MessageQueue::join(const std::shared_ptr<MessageQueue>& queue, const std::string& name) {
  std::shared_ptr<Group> group;
  {
    std::lock_guard lock(names_mutex());
    auto& entry = names<Group>()["broadcast:" + name];
    group = entry.lock();
    if (!group) entry = group = std::make_shared<Group>("broadcast:" + name);
  }
  std::lock_guard lock(group->mutex);
  group->members.push_back(queue.get());
  queue->group_ = std::move(group);
}

void MessageQueue::set_reader(Reader* reader) {
  std::lock_guard lock(mutex_);
  reader_ = reader;
  if (reader_ && !messages_.empty()) reader_->wake();
}

void MessageQueue::push(std::shared_ptr<Message> message) {
  std::lock_guard lock(mutex_);
  messages_.push_back(std::move(message));
  if (reader_) reader_->wake();
}

std::shared_ptr<Message> MessageQueue::pop(bool only_closing) {
  std::lock_guard lock(mutex_);
  if (messages_.empty() || (only_closing && !messages_.front()->is_closing())) return nullptr;
  auto message = std::move(messages_.front());
  messages_.pop_front();
  return message;
}

std::size_t MessageQueue::size() {
  std::lock_guard lock(mutex_);
  return messages_.size();
}

bool MessageQueue::is_entangled() {
  std::lock_guard lock(group_mutex_);
  return group_ != nullptr;
}

bool MessageQueue::send(const std::shared_ptr<Message>& message) {
  std::shared_ptr<Group> group;
  {
    std::lock_guard lock(group_mutex_);
    group = group_;
  }
  if (!group) return true;
  std::lock_guard lock(group->mutex);
  for (MessageQueue* member : group->members) {
    if (member != this && message->moves_queue(member)) return false;
  }
  for (MessageQueue* member : group->members) {
    if (member != this) member->push(message);
  }
  return true;
}

void MessageQueue::leave() {
  std::shared_ptr<Group> group;
  {
    std::lock_guard lock(group_mutex_);
    group = std::move(group_);
    group_ = nullptr;
  }
  if (!group) return;
  push(Message::closing());
  std::lock_guard lock(group->mutex);
  std::erase(group->members, this);
  // Of a pair the other one is alone now; who is left of a broadcast goes on.
  if (!group->name.empty()) return;
  for (MessageQueue* member : group->members) member->push(Message::closing());
}

}  // namespace pkg::runtime
