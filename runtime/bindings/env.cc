// The environment as a JavaScript object: process.env is the process's own, or a copy that a worker has for itself.

#include <atomic>
#include <cstdlib>
#include <map>
#include <memory>
#include <mutex>

#include <time.h>
#include <uv.h>

#include "runtime/bindings/env.h"
#include "runtime/core/options.h"
#include "runtime/core/strings.h"

extern char** environ;

namespace pkg::runtime {

namespace {

// getenv() and setenv() of different threads must not overlap.
std::mutex& environment_mutex() {
  static std::mutex mutex;
  return mutex;
}

class ProcessEnvironment final : public Environment {
 public:
  std::optional<std::string> get(const std::string& name) override {
    std::lock_guard lock(environment_mutex());
    const char* value = std::getenv(name.c_str());
    return value ? std::optional<std::string>(value) : std::nullopt;
  }
  void set(const std::string& name, const std::string& value) override {
    std::lock_guard lock(environment_mutex());
    setenv(name.c_str(), value.c_str(), 1);
    if (name == "TZ") tzset();
  }
  void remove(const std::string& name) override {
    std::lock_guard lock(environment_mutex());
    unsetenv(name.c_str());
    if (name == "TZ") tzset();
  }
  std::vector<std::pair<std::string, std::string>> entries() override {
    std::lock_guard lock(environment_mutex());
    std::vector<std::pair<std::string, std::string>> all;
    for (char** entry = environ; entry && *entry; ++entry) {
      std::string_view line = *entry;
      std::size_t end = line.find('=', 1);
      if (end == std::string_view::npos) continue;
      all.emplace_back(line.substr(0, end), line.substr(end + 1));
    }
    return all;
  }
  bool is_process() const override { return true; }
};

class CopiedEnvironment final : public Environment {
 public:
  std::optional<std::string> get(const std::string& name) override {
    std::lock_guard lock(mutex_);
    auto found = variables_.find(name);
    return found == variables_.end() ? std::nullopt : std::optional<std::string>(found->second);
  }
  void set(const std::string& name, const std::string& value) override {
    std::lock_guard lock(mutex_);
    variables_[name] = value;
  }
  void remove(const std::string& name) override {
    std::lock_guard lock(mutex_);
    variables_.erase(name);
  }
  std::vector<std::pair<std::string, std::string>> entries() override {
    std::lock_guard lock(mutex_);
    return {variables_.begin(), variables_.end()};
  }

 private:
  std::mutex mutex_;
  std::map<std::string, std::string> variables_;
};

template <typename T>
Environment& environment_of(const v8::PropertyCallbackInfo<T>& info) {
  return *static_cast<Environment*>(info.Data().template As<v8::External>()->Value());
}

// Dates were formatted in the zone that TZ named before.
void time_zone_changed(v8::Isolate* isolate, Environment& environment, const std::string& name) {
  if (environment.is_process() && name == "TZ") {
    isolate->DateTimeConfigurationChangeNotification(v8::Isolate::TimeZoneDetection::kRedetect);
  }
}

v8::Intercepted get(v8::Local<v8::Name> name, const v8::PropertyCallbackInfo<v8::Value>& info) {
  if (!name->IsString()) return v8::Intercepted::kNo;
  auto value = environment_of(info).get(to_utf8(info.GetIsolate(), name));
  v8::Local<v8::String> content;
  if (!value || !utf8(info.GetIsolate(), *value).ToLocal(&content)) return v8::Intercepted::kNo;
  info.GetReturnValue().Set(content);
  return v8::Intercepted::kYes;
}

// DEP0104, once in a process.
void warn_of_conversion(Realm& realm) {
  static std::atomic_flag warned;
  v8::Isolate* isolate = realm.isolate();
  auto context = realm.context();
  auto process = realm.get(Slot::kProcess).As<v8::Object>();
  v8::Local<v8::Value> emit;
  if (!process->Get(context, intern(isolate, "emitWarning")).ToLocal(&emit) || !emit->IsFunction()) return;
  if (warned.test_and_set()) return;
  v8::Local<v8::Value> args[] = {
      text(
          isolate,
          "Assigning any value other than a string, number, or boolean to a process.env property is deprecated. Please "
          "make sure to convert the value to a string before setting process.env with it."),
      text(isolate, "DeprecationWarning"), text(isolate, "DEP0104")};
  std::ignore = emit.As<v8::Function>()->Call(context, process, 3, args);
}

v8::Intercepted set(v8::Local<v8::Name> name, v8::Local<v8::Value> value, const v8::PropertyCallbackInfo<void>& info) {
  v8::Isolate* isolate = info.GetIsolate();
  auto context = isolate->GetCurrentContext();
  v8::Local<v8::String> key, content;
  // Symbols cannot be converted: that throws, as it should.
  if (!name.As<v8::Value>()->ToString(context).ToLocal(&key) || !value->ToString(context).ToLocal(&content)) {
    return v8::Intercepted::kYes;
  }
  if (!value->IsString() && !value->IsNumber() && !value->IsBoolean()) {
    Realm& realm = *Realm::from(isolate);
    if (realm.command_line().is_on("--pending-deprecation")) warn_of_conversion(realm);
  }
  Environment& environment = environment_of(info);
  std::string text = to_utf8(isolate, key);
  // A name with an equals sign could not be read back.
  if (!text.empty() && text.find('=', 1) == std::string::npos) {
    environment.set(text, to_utf8(isolate, content));
    time_zone_changed(isolate, environment, text);
  }
  return v8::Intercepted::kYes;
}

v8::Intercepted query(v8::Local<v8::Name> name, const v8::PropertyCallbackInfo<v8::Integer>& info) {
  if (!name->IsString() || !environment_of(info).get(to_utf8(info.GetIsolate(), name))) return v8::Intercepted::kNo;
  info.GetReturnValue().Set(static_cast<std::int32_t>(v8::None));
  return v8::Intercepted::kYes;
}

v8::Intercepted remove(v8::Local<v8::Name> name, const v8::PropertyCallbackInfo<v8::Boolean>& info) {
  if (name->IsString()) {
    Environment& environment = environment_of(info);
    std::string text = to_utf8(info.GetIsolate(), name);
    environment.remove(text);
    time_zone_changed(info.GetIsolate(), environment, text);
  }
  // `delete` says true, whether there was such a variable or not.
  info.GetReturnValue().Set(true);
  return v8::Intercepted::kYes;
}

void list(const v8::PropertyCallbackInfo<v8::Array>& info) {
  v8::Isolate* isolate = info.GetIsolate();
  std::vector<v8::Local<v8::Value>> names;
  for (const auto& [name, value] : environment_of(info).entries()) {
    v8::Local<v8::String> key;
    if (utf8(isolate, name).ToLocal(&key)) names.push_back(key);
  }
  info.GetReturnValue().Set(v8::Array::New(isolate, names.data(), names.size()));
}

void refuse(v8::Isolate* isolate, std::string_view message) {
  auto error = v8::Exception::TypeError(text(isolate, message)).As<v8::Object>();
  auto context = isolate->GetCurrentContext();
  error->Set(context, intern(isolate, "code"), intern(isolate, "ERR_INVALID_OBJECT_DEFINE_PROPERTY")).Check();
  isolate->ThrowException(error);
}

v8::Intercepted define(v8::Local<v8::Name> name, const v8::PropertyDescriptor& descriptor,
                       const v8::PropertyCallbackInfo<void>& info) {
  v8::Isolate* isolate = info.GetIsolate();
  if (descriptor.has_value()) {
    auto is_true = [](bool has, bool value) { return has && value; };
    if (is_true(descriptor.has_configurable(), descriptor.has_configurable() && descriptor.configurable()) &&
        is_true(descriptor.has_writable(), descriptor.has_writable() && descriptor.writable()) &&
        is_true(descriptor.has_enumerable(), descriptor.has_enumerable() && descriptor.enumerable())) {
      return set(name, descriptor.value(), info);
    }
    refuse(isolate, "'process.env' only accepts a configurable, writable, and enumerable data descriptor");
  } else if (descriptor.has_get() || descriptor.has_set()) {
    refuse(isolate, "'process.env' does not accept an accessor(getter/setter) descriptor");
  } else {
    refuse(isolate, "'process.env' only accepts a configurable, writable, and enumerable data descriptor");
  }
  return v8::Intercepted::kYes;
}

// makeEnv() -> process.env of this realm
void make_env(const v8::FunctionCallbackInfo<v8::Value>& args) {
  Realm& realm = Realm::from(args);
  v8::Local<v8::Object> object;
  if (make_environment_object(realm, realm.options().environment ? realm.options().environment : process_environment())
          .ToLocal(&object))
    args.GetReturnValue().Set(object);
}

constexpr Method kMethods[] = {{"makeEnv", make_env}};

}  // namespace

std::shared_ptr<Environment> process_environment() {
  static auto environment = std::make_shared<ProcessEnvironment>();
  return environment;
}

std::shared_ptr<Environment> make_environment() { return std::make_shared<CopiedEnvironment>(); }

v8::MaybeLocal<v8::Object> make_environment_object(Realm& realm, std::shared_ptr<Environment> environment) {
  v8::Isolate* isolate = realm.isolate();
  auto data = v8::External::New(isolate, environment.get());
  realm.at_exit([environment = std::move(environment)]() mutable { environment.reset(); });
  auto type = v8::ObjectTemplate::New(isolate);
  type->SetHandler(v8::NamedPropertyHandlerConfiguration(get, set, query, remove, list, define, nullptr, data,
                                                         v8::PropertyHandlerFlags::kHasNoSideEffect));
  return type->NewInstance(realm.context());
}

extern const Binding binding_env;
const Binding binding_env{"env", kMethods};

}  // namespace pkg::runtime
