// Ports: what JavaScript holds of a message queue. Spec: HTML, "Channel messaging".

#include <algorithm>

#include "runtime/core/handle_wrap.h"
#include "runtime/core/message_queue.h"
#include "runtime/core/strings.h"

namespace pkg::runtime {

namespace {

using Args = v8::FunctionCallbackInfo<v8::Value>;

// Woken by the queue from any thread; calls onmessage(value, moved objects, failed) for each message on its own.
class MessagePort final : public HandleWrap, public MessageQueue::Reader {
 public:
  MessagePort(Realm& realm, v8::Local<v8::Object> object, std::shared_ptr<MessageQueue> queue)
      : HandleWrap(realm, object, reinterpret_cast<uv_handle_t*>(&async_)), queue_(std::move(queue)) {
    PKG_CHECK(uv_async_init(realm.loop(), &async_, [](uv_async_t* handle) {
                static_cast<MessagePort*>(static_cast<HandleWrap*>(handle->data))->deliver();
              }) == 0);
    uv_unref(reinterpret_cast<uv_handle_t*>(&async_));
    opened();
    queue_->set_reader(this);
  }
  ~MessagePort() override { detach(); }

  void wake() override { uv_async_send(&async_); }

  MessageQueue* queue() const { return queue_.get(); }
  void start() {
    started_ = true;
    if (queue_ && queue_->size() > 0) wake();
  }
  void stop() { started_ = false; }
  // As JavaScript closes it: its onclose() is called.
  void close_port() {
    v8::Local<v8::Value> onclose;
    if (!object()->Get(realm().context(), intern(isolate(), "onclose")).ToLocal(&onclose)) onclose = {};
    close(onclose);
  }

  bool can_move() const override { return is_alive() && queue_ != nullptr; }
  std::shared_ptr<TransferData> move_data() override {
    auto queue = detach();
    if (!queue) return nullptr;
    close_port();
    return std::make_shared<MovedQueue>(std::move(queue));
  }

 protected:
  void on_close() override {
    if (auto queue = detach()) queue->leave();
  }

 private:
  std::shared_ptr<MessageQueue> detach() {
    if (queue_) queue_->set_reader(nullptr);
    return std::move(queue_);
  }

  void deliver() {
    if (!queue_) return;
    v8::HandleScope scope(isolate());
    v8::Context::Scope context(realm().context());
    // Those that come while these are handled wait for the next turn of the loop, unless there are few.
    std::size_t limit = std::max<std::size_t>(queue_->size(), 1000);
    // A listener that closes the port still gets what had come by then.
    while (queue_ && realm().can_call_js()) {
      if (limit-- == 0) return is_alive() ? wake() : void();
      auto message = queue_->pop(/*only_closing=*/!started_);
      if (!message) return;
      if (message->is_closing()) return close_port();
      deliver(*message);
    }
  }

  void deliver(Message& message) {
    v8::HandleScope scope(isolate());
    std::vector<v8::Local<v8::Value>> moved;
    v8::Local<v8::Value> value;
    bool failed = false;
    {
      v8::TryCatch try_catch(isolate());
      // Objects of our own classes are made by JavaScript, whose ticks wait for the listener's.
      if (!message.read(realm(), &moved).ToLocal(&value)) {
        if (!realm().can_call_js() || try_catch.HasTerminated()) return;
        value = try_catch.HasCaught() ? try_catch.Exception() : v8::Undefined(isolate()).As<v8::Value>();
        moved.clear();
        failed = true;
      }
    }
    v8::Local<v8::Value> args[] = {value, v8::Array::New(isolate(), moved.data(), moved.size()),
                                   v8::Boolean::New(isolate(), failed)};
    std::ignore = call("onmessage", static_cast<int>(std::size(args)), args);
  }

  uv_async_t async_;
  std::shared_ptr<MessageQueue> queue_;
  bool started_ = false;
};

// Instances are made by the functions below alone.
void construct(const Args& args) {
  if (!args.IsConstructCall() || !args[0]->IsNull()) {
    args.GetIsolate()->ThrowException(v8::Exception::TypeError(text(args.GetIsolate(), "Illegal constructor")));
  }
}

// channel() -> [port, port]
void channel(const Args& args) {
  Realm& realm = Realm::from(args);
  auto a = std::make_shared<MessageQueue>(), b = std::make_shared<MessageQueue>();
  MessageQueue::entangle(a, b);
  v8::Local<v8::Object> one, other;
  if (!make_port(realm, a).ToLocal(&one) || !make_port(realm, b).ToLocal(&other)) return;
  v8::Local<v8::Value> both[] = {one, other};
  args.GetReturnValue().Set(v8::Array::New(args.GetIsolate(), both, 2));
}

// broadcast(name) -> port, entangled with all others of the name in the process
void broadcast(const Args& args) {
  Realm& realm = Realm::from(args);
  auto queue = std::make_shared<MessageQueue>();
  MessageQueue::join(queue, to_utf8(args.GetIsolate(), args[0]));
  v8::Local<v8::Object> port;
  if (make_port(realm, std::move(queue)).ToLocal(&port)) args.GetReturnValue().Set(port);
}

// post(value, transfer list or undefined, sender) -> true, false when the port is closed, null when the other end was
// in the list and the channel is lost. `sender` is the object that may not be in the list. Throws DataCloneError.
void post(const Args& args) {
  Realm& realm = Realm::from(args);
  auto* port = ObjectWrap::self<MessagePort>(args);
  std::vector<v8::Local<v8::Value>> transfer;
  if (!read_transfer_list(realm, args[1], transfer)) return;
  auto message = Message::write(realm, args[0], transfer, args[2]);
  if (!message) return;
  // The port may have gone while the value's getters ran.
  bool open = port && port->is_alive() && port->queue();
  if (open && !port->queue()->send(message)) {
    port->close_port();
    return args.GetReturnValue().SetNull();
  }
  args.GetReturnValue().Set(open);
}

void start(const Args& args) {
  if (auto* port = ObjectWrap::self<MessagePort>(args); port && port->is_alive()) port->start();
}
void stop(const Args& args) {
  if (auto* port = ObjectWrap::self<MessagePort>(args)) port->stop();
}

// drain(): hands over at once what has come, until the queue is empty; for the last words of a thread
void drain(const Args& args) {
  auto* port = ObjectWrap::self<MessagePort>(args);
  if (!port || !port->is_alive()) return;
  Realm& realm = port->realm();
  while (port->is_alive() && port->queue()) {
    auto message = port->queue()->pop();
    if (!message || message->is_closing()) return;
    v8::HandleScope scope(args.GetIsolate());
    std::vector<v8::Local<v8::Value>> moved;
    v8::Local<v8::Value> value;
    if (!message->read(realm, &moved).ToLocal(&value)) return;
    v8::Local<v8::Value> all[] = {value, v8::Array::New(args.GetIsolate(), moved.data(), moved.size()),
                                  v8::False(args.GetIsolate())};
    v8::Local<v8::Value> method;
    auto object = port->object();
    if (!object->Get(realm.context(), intern(args.GetIsolate(), "onmessage")).ToLocal(&method)) return;
    if (method->IsFunction() && method.As<v8::Function>()->Call(realm.context(), object, 3, all).IsEmpty()) return;
  }
}

// receive() -> [value], undefined when there is none, null when the port is closed
void receive(const Args& args) {
  auto* port = ObjectWrap::self<MessagePort>(args);
  if (!port || !port->is_alive() || !port->queue()) return args.GetReturnValue().SetNull();
  auto message = port->queue()->pop();
  if (!message) return;
  if (message->is_closing()) {
    port->close_port();
    return;
  }
  v8::Local<v8::Value> value;
  if (!message->read(port->realm()).ToLocal(&value)) return;
  args.GetReturnValue().Set(v8::Array::New(args.GetIsolate(), &value, 1));
}

constexpr Method kPrototype[] = {
    {"post", post}, {"start", start}, {"stop", stop}, {"drain", drain}, {"receive", receive}};
constexpr Method kMethods[] = {{"channel", channel}, {"broadcast", broadcast}};
constexpr Method kCallbacks[] = {{"MessagePort", construct}, {"post", post},      {"start", start}, {"stop", stop},
                                 {"drain", drain},           {"receive", receive}};

void init(Realm& realm, v8::Local<v8::Object> target) {
  set_class(realm, target, "MessagePort", HandleWrap::make_handle_class(realm, "MessagePort", construct, kPrototype));
}

}  // namespace

v8::MaybeLocal<v8::Object> make_port(Realm& realm, std::shared_ptr<MessageQueue> queue) {
  v8::Local<v8::Function> type;
  v8::Local<v8::Object> object;
  if (!realm.binding_class("message_port", "MessagePort").ToLocal(&type)) return {};
  v8::Local<v8::Value> none = v8::Null(realm.isolate());
  if (!type->NewInstance(realm.context(), 1, &none).ToLocal(&object)) return {};
  new MessagePort(realm, object, std::move(queue));
  return object;
}

v8::MaybeLocal<v8::Object> MovedQueue::revive(Realm& realm) { return make_port(realm, std::move(queue_)); }

extern const Binding binding_message_port;
const Binding binding_message_port{"message_port", kMethods, init, kCallbacks};

}  // namespace pkg::runtime
