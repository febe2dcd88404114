// Threads, as internal/worker.js starts and stops them.

#include <algorithm>
#include <atomic>
#include <map>
#include <set>
#include <variant>

#include <sys/resource.h>

#include "resolver/base/result.h"
#include "runtime/bindings/env.h"
#include "runtime/bindings/heap.h"
#include "runtime/core/bytes.h"
#include "runtime/core/handle_wrap.h"
#include "runtime/core/options.h"
#include "runtime/core/permission.h"
#include "runtime/core/strings.h"
#include "runtime/core/worker_thread.h"
#include "runtime/inspector/agent.h"

namespace pkg::runtime {

namespace {

using Args = v8::FunctionCallbackInfo<v8::Value>;

std::atomic<std::uint64_t> last_thread_id = 0;

// The inboxes of the threads, by id. A queue leaves when its realm ends.
struct Inboxes {
  std::mutex mutex;
  std::map<std::uint64_t, std::shared_ptr<MessageQueue>> queues;

  // A thread's inbox, made on first use: who starts it may write before it reads.
  std::shared_ptr<MessageQueue> of(std::uint64_t id) {
    std::lock_guard lock(mutex);
    auto& queue = queues[id];
    if (!queue) queue = std::make_shared<MessageQueue>();
    return queue;
  }
};
Inboxes& inboxes() {
  static Inboxes& all = *new Inboxes;
  return all;
}

// The thread that makes a worker has this. onexit(code, error code, error message) is called when the thread has ended;
// onanswer(id, values) for each ask().
class WorkerHandle final : public HandleWrap {
 public:
  WorkerHandle(Realm& realm, v8::Local<v8::Object> object)
      : HandleWrap(realm, object, reinterpret_cast<uv_handle_t*>(&async_)), id(++last_thread_id) {
    PKG_CHECK(uv_async_init(realm.loop(), &async_, [](uv_async_t* handle) {
                static_cast<WorkerHandle*>(static_cast<HandleWrap*>(handle->data))->wake();
              }) == 0);
    opened();
  }

  int start(RealmOptions options, WorkerThread::Limits limits, std::string name, std::shared_ptr<MessageQueue> port) {
    options.thread_id = id;
    inboxes().of(id);
    thread_ = std::make_unique<WorkerThread>(std::move(options), limits, std::move(name), std::move(port), [this] {
      ended_ = true;
      uv_async_send(&async_);
    });
    int error = thread_->start();
    if (error < 0) {
      thread_.reset();
      close();
    }
    return error;
  }
  WorkerThread* thread() { return thread_.get(); }

  // Numbers or text.
  using Answer = std::variant<std::vector<double>, std::string>;

  // Asks the thread; what it says comes to onanswer.
  bool ask(std::uint32_t question, std::function<Answer(Realm&)> measure) {
    return thread_ && thread_->interrupt([this, question, measure = std::move(measure)](Realm& realm) {
      Answer answer = measure(realm);
      std::lock_guard lock(mutex_);
      answers_.emplace_back(question, std::move(answer));
      uv_async_send(&async_);
    });
  }

  void shut_down() override {
    if (thread_) {
      thread_->stop({1, "", ""});
      thread_->join();
    }
    HandleWrap::shut_down();
  }

  const std::uint64_t id;

 private:
  void wake() {
    v8::HandleScope scope(isolate());
    v8::Context::Scope context(realm().context());
    std::vector<std::pair<std::uint32_t, Answer>> answers;
    {
      std::lock_guard lock(mutex_);
      answers.swap(answers_);
    }
    for (const auto& [question, answer] : answers) {
      v8::Local<v8::Value> args[] = {v8::Integer::NewFromUnsigned(isolate(), question), to_value(answer)};
      std::ignore = call("onanswer", 2, args);
    }
    if (!ended_ || !thread_) return;
    thread_->join();
    WorkerThread::End end = thread_->end();
    thread_.reset();
    v8::Local<v8::Value> args[] = {v8::Integer::New(isolate(), end.code), text(isolate(), end.error_code),
                                   text(isolate(), end.error_message)};
    std::ignore = call("onexit", 3, args);
    close();
  }

  v8::Local<v8::Value> to_value(const Answer& answer) {
    if (auto* json = std::get_if<std::string>(&answer)) {
      return make_buffer(realm(), {reinterpret_cast<const std::uint8_t*>(json->data()), json->size()});
    }
    std::vector<v8::Local<v8::Value>> values;
    for (double number : std::get<std::vector<double>>(answer)) values.push_back(v8::Number::New(isolate(), number));
    return v8::Array::New(isolate(), values.data(), values.size());
  }

  uv_async_t async_;
  std::unique_ptr<WorkerThread> thread_;
  std::atomic<bool> ended_ = false;
  std::mutex mutex_;
  std::vector<std::pair<std::uint32_t, Answer>> answers_;
};

void construct(const Args& args) {
  if (Permission::refuses(Realm::from(args), Permission::kWorker, "")) return;
  // Workers can ask the main thread's inspector for a session.
  if (Realm::from(args).is_main_thread()) InspectorAgent::of(Realm::from(args));
  auto* handle = new WorkerHandle(Realm::from(args), args.This());
  set_constant(handle->realm(), args.This(), "threadId", static_cast<double>(handle->id));
}

std::vector<std::string> string_list(Realm& realm, v8::Local<v8::Value> value) {
  std::vector<std::string> list;
  if (!value->IsArray()) return list;
  auto array = value.As<v8::Array>();
  for (std::uint32_t i = 0; i < array->Length(); ++i) {
    v8::Local<v8::Value> entry;
    if (array->Get(realm.context(), i).ToLocal(&entry)) list.push_back(to_utf8(realm.isolate(), entry));
  }
  return list;
}

// Options that are the process's: a thread cannot have its own. V8's are all so.
bool is_of_process(const std::string& name) {
  static const std::set<std::string, std::less<>>& names =
      *new std::set<std::string, std::less<>>{"--build-snapshot",
                                              "--completion-bash",
                                              "--disable-proto",
                                              "--enable-fips",
                                              "--force-fips",
                                              "--help",
                                              "--icu-data-dir",
                                              "--openssl-config",
                                              "--openssl-legacy-provider",
                                              "--openssl-shared-config",
                                              "--secure-heap",
                                              "--secure-heap-min",
                                              "--snapshot-blob",
                                              "--title",
                                              "--tls-cipher-list",
                                              "--trace-event-categories",
                                              "--trace-event-file-pattern",
                                              "--use-bundled-ca",
                                              "--use-openssl-ca",
                                              "--use-system-ca",
                                              "--v8-options",
                                              "--v8-pool-size",
                                              "--version",
                                              "--zero-fill-buffers"};
  return names.contains(name.substr(0, name.find('=')));
}

// Reads options of a worker; the result is the list of those that cannot be, empty when all is well.
std::vector<std::string> read_options(const std::vector<std::string>& written, Options& options) {
  std::vector<std::string> wrong;
  for (const std::string& word : written) {
    if (word.starts_with("-") && is_of_process(word)) wrong.push_back(word);
  }
  if (!wrong.empty()) return wrong;
  auto parsed = parse_command_line("node", written);
  if (!parsed) {
    // "node: bad option: --x" or "node: --x requires an argument", one a line.
    const std::string& message = parsed.error().message;
    for (std::size_t at = 0; at < message.size();) {
      std::size_t end = std::min(message.find('\n', at), message.size());
      std::string line = message.substr(at, end - at);
      std::string_view bad = "node: bad option: ", program = "node: ";
      if (line.starts_with(bad))
        line.erase(0, bad.size());
      else if (line.starts_with(program))
        line.erase(0, program.size());
      wrong.push_back(line);
      at = end + 1;
    }
    return wrong;
  }
  wrong = parsed->v8_flags;
  for (const std::string& word : parsed->arguments) wrong.push_back(word);
  options = std::move(*parsed);
  return wrong;
}

v8::Local<v8::Array> to_array(Realm& realm, const std::vector<std::string>& list) {
  std::vector<v8::Local<v8::Value>> values;
  for (const std::string& entry : list) values.push_back(text(realm.isolate(), entry));
  return v8::Array::New(realm.isolate(), values.data(), values.size());
}

// checkOptions(execArgv or undefined, NODE_OPTIONS or undefined) -> [wrong in execArgv, wrong in NODE_OPTIONS]
void check_options(const Args& args) {
  Realm& realm = Realm::from(args);
  std::vector<std::string> wrong, wrong_environment;
  Options options;
  if (args[0]->IsArray()) wrong = read_options(string_list(realm, args[0]), options);
  if (args[1]->IsString()) {
    Options of_environment;
    std::string words = to_utf8(args.GetIsolate(), args[1]);
    if (auto added = add_environment("node", words, of_environment); !added) {
      wrong_environment.push_back(added.error().message);
    } else {
      for (const auto& [name, value] : of_environment.values) {
        if (is_of_process(name)) wrong_environment.push_back(name);
      }
    }
  }
  v8::Local<v8::Value> both[] = {to_array(realm, wrong), to_array(realm, wrong_environment)};
  args.GetReturnValue().Set(v8::Array::New(args.GetIsolate(), both, 2));
}

// start(port, {argv, execArgv?, env?, limits: Float64Array(4), name, stackSize}) -> 0 or a negative uv error. The port
// is the worker's end and moves there. `env`: an object of strings, true to share the parent's, or undefined for a copy
// of it.
void start(const Args& args) {
  auto* handle = ObjectWrap::self<WorkerHandle>(args);
  auto* port = ObjectWrap::unwrap<ObjectWrap>(args[0]);
  if (!handle || !handle->is_alive() || handle->thread() || !port || !args[1]->IsObject()) {
    return args.GetReturnValue().Set(UV_EINVAL);
  }
  Realm& realm = handle->realm();
  v8::Isolate* isolate = args.GetIsolate();
  auto context = realm.context();
  auto given = args[1].As<v8::Object>();
  auto get = [&](const char* name) {
    v8::Local<v8::Value> value;
    return given->Get(context, intern(isolate, name)).ToLocal(&value) ? value : v8::Undefined(isolate).As<v8::Value>();
  };
  RealmOptions options;
  options.exec_path = realm.options().exec_path;
  options.argv = string_list(realm, get("argv"));
  options.argv.insert(options.argv.begin(), options.exec_path);
  options.command_line = std::make_shared<Options>(realm.command_line());
  options.exec_argv = realm.options().exec_argv;
  if (auto words = get("execArgv"); words->IsArray()) {
    options.exec_argv = string_list(realm, words);
    // "--" ends the options, and is none.
    options.exec_argv.erase(std::find(options.exec_argv.begin(), options.exec_argv.end(), "--"),
                            options.exec_argv.end());
    std::ignore = read_options(options.exec_argv, *options.command_line);
  }
  auto env = get("env");
  if (env->IsTrue()) {
    options.environment = realm.options().environment;
  } else {
    options.environment = make_environment();
    if (env->IsObject()) {
      auto object = env.As<v8::Object>();
      v8::Local<v8::Array> names;
      if (!object->GetOwnPropertyNames(context).ToLocal(&names)) return;
      for (std::uint32_t i = 0; i < names->Length(); ++i) {
        v8::Local<v8::Value> name, value;
        if (!names->Get(context, i).ToLocal(&name) || !object->Get(context, name).ToLocal(&value)) return;
        options.environment->set(to_utf8(isolate, name), to_utf8(isolate, value));
      }
      if (auto node_options = options.environment->get("NODE_OPTIONS")) {
        std::ignore = add_environment("node", *node_options, *options.command_line);
      }
    } else {
      auto parent = realm.options().environment ? realm.options().environment : process_environment();
      for (const auto& [name, value] : parent->entries()) options.environment->set(name, value);
    }
  }
  WorkerThread::Limits limits;
  if (auto numbers = get("limits"); numbers->IsFloat64Array()) {
    double values[4] = {};
    numbers.As<v8::Float64Array>()->CopyContents(values, sizeof values);
    limits = {values[0], values[1], values[2], values[3]};
  }
  auto moved = port->can_move() ? port->move_data() : nullptr;
  auto queue = moved ? moved->take_queue() : nullptr;
  if (!queue) return args.GetReturnValue().Set(UV_EINVAL);
  args.GetReturnValue().Set(handle->start(std::move(options), limits, to_utf8(isolate, get("name")), std::move(queue)));
}

// stop(): ends the thread with code 1; onexit follows
void stop(const Args& args) {
  auto* handle = ObjectWrap::self<WorkerHandle>(args);
  if (handle && handle->thread()) handle->thread()->stop({1, "", ""});
}

v8::Local<v8::Value> limits_of(Realm& realm, WorkerThread::Limits limits) {
  v8::Isolate* isolate = realm.isolate();
  v8::Local<v8::Value> values[] = {v8::Number::New(isolate, limits.young_generation),
                                   v8::Number::New(isolate, limits.old_generation),
                                   v8::Number::New(isolate, limits.code_range), v8::Number::New(isolate, limits.stack)};
  return v8::Array::New(isolate, values, std::size(values));
}

// limits() -> [young, old, code range, stack] in MiB; undefined when not running
void limits(const Args& args) {
  auto* handle = ObjectWrap::self<WorkerHandle>(args);
  if (handle && handle->thread()) args.GetReturnValue().Set(limits_of(handle->realm(), handle->thread()->limits()));
}

// loopTimes() -> [ms since the loop began, idle ms], zeros when not running
void loop_times(const Args& args) {
  auto* handle = ObjectWrap::self<WorkerHandle>(args);
  double elapsed = 0, idle = 0;
  if (handle && handle->thread()) {
    if (std::uint64_t begun = handle->thread()->loop_start(); begun > 0) {
      elapsed = static_cast<double>(uv_hrtime() - begun) / 1e6;
      idle = static_cast<double>(handle->thread()->idle_time()) / 1e6;
    }
  }
  v8::Local<v8::Value> both[] = {v8::Number::New(args.GetIsolate(), elapsed), v8::Number::New(args.GetIsolate(), idle)};
  args.GetReturnValue().Set(v8::Array::New(args.GetIsolate(), both, 2));
}

// ask(id, what, ...) -> whether onanswer(id, answer) will be called. "heap": the numbers of heap_numbers(); "cpu": the
// thread's user and system time in microseconds; "snapshot" (expose internals, expose numeric values): a Buffer with
// JSON.
void ask(const Args& args) {
  auto* handle = ObjectWrap::self<WorkerHandle>(args);
  if (!handle) return args.GetReturnValue().Set(false);
  std::uint32_t question = args[0]->Uint32Value(handle->realm().context()).FromMaybe(0);
  std::string what = to_utf8(args.GetIsolate(), args[1]);
  bool internals = args[2]->IsTrue(), numeric_values = args[3]->IsTrue();
  args.GetReturnValue().Set(handle->ask(question, [=](Realm& realm) -> WorkerHandle::Answer {
    if (what == "heap") return heap_numbers(realm.isolate());
    if (what == "snapshot") return heap_snapshot(realm.isolate(), internals, numeric_values);
    rusage usage{};
    getrusage(RUSAGE_THREAD, &usage);
    auto micros = [](const timeval& t) { return static_cast<double>(t.tv_sec) * 1e6 + static_cast<double>(t.tv_usec); };
    return std::vector<double>{micros(usage.ru_utime), micros(usage.ru_stime)};
  }));
}

// openInbox() -> port that gets what mailTo() sends to this thread
void open_inbox(const Args& args) {
  Realm& realm = Realm::from(args);
  std::uint64_t id = realm.options().thread_id;
  auto queue = inboxes().of(id);
  v8::Local<v8::Object> port;
  if (!make_port(realm, std::move(queue)).ToLocal(&port)) return;
  realm.at_exit([id] {
    std::lock_guard lock(inboxes().mutex);
    inboxes().queues.erase(id);
  });
  args.GetReturnValue().Set(port);
}

// mailTo(thread id, value, transfer list or undefined) -> whether there is such an inbox. Throws DataCloneError.
void mail_to(const Args& args) {
  Realm& realm = Realm::from(args);
  std::vector<v8::Local<v8::Value>> transfer;
  if (!read_transfer_list(realm, args[2], transfer)) return;
  double id = args[0]->IsNumber() ? args[0].As<v8::Number>()->Value() : -1;
  std::shared_ptr<MessageQueue> queue;
  {
    std::lock_guard lock(inboxes().mutex);
    auto found = inboxes().queues.find(static_cast<std::uint64_t>(id));
    if (id >= 0 && found != inboxes().queues.end()) queue = found->second;
  }
  if (!queue) return args.GetReturnValue().Set(false);
  auto message = Message::write(realm, args[1], transfer);
  if (!message) return;
  queue->push(std::move(message));
  args.GetReturnValue().Set(true);
}

// self() -> {port, threadId, name, limits} of the worker that asks; undefined on the main thread. Once: the port moves.
void self(const Args& args) {
  Realm& realm = Realm::from(args);
  WorkerThread* worker = WorkerThread::of(realm);
  if (!worker) return;
  v8::Local<v8::Object> port;
  if (!MovedQueue(worker->port()).revive(realm).ToLocal(&port)) return;
  auto info = v8::Object::New(args.GetIsolate());
  set_value(realm, info, "port", port);
  set_constant(realm, info, "threadId", static_cast<double>(realm.options().thread_id));
  set_value(realm, info, "name", text(args.GetIsolate(), worker->name()));
  set_value(realm, info, "limits", limits_of(realm, worker->limits()));
  args.GetReturnValue().Set(info);
}

constexpr Method kPrototype[] = {
    {"start", start}, {"stop", stop}, {"limits", limits}, {"loopTimes", loop_times}, {"ask", ask}};
constexpr Method kMethods[] = {
    {"checkOptions", check_options}, {"self", self}, {"openInbox", open_inbox}, {"mailTo", mail_to}};
constexpr Method kCallbacks[] = {{"Worker", construct}, {"start", start},          {"stop", stop},
                                 {"limits", limits},    {"loopTimes", loop_times}, {"ask", ask}};

void init(Realm& realm, v8::Local<v8::Object> target) {
  set_class(realm, target, "Worker", HandleWrap::make_handle_class(realm, "Worker", construct, kPrototype));
}

}  // namespace

extern const Binding binding_worker;
const Binding binding_worker{"worker", kMethods, init, kCallbacks};

}  // namespace pkg::runtime
