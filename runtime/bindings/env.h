#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "runtime/core/binding.h"

namespace pkg::runtime {

// Variables by name; safe to use from any thread.
class Environment {
 public:
  virtual ~Environment() = default;
  virtual std::optional<std::string> get(const std::string& name) = 0;
  virtual void set(const std::string& name, const std::string& value) = 0;
  virtual void remove(const std::string& name) = 0;
  virtual std::vector<std::pair<std::string, std::string>> entries() = 0;
  virtual bool is_process() const { return false; }
};

// The process's own environment, that child processes inherit.
std::shared_ptr<Environment> process_environment();
// An empty one of its own, for a worker.
std::shared_ptr<Environment> make_environment();

// An object whose properties are the variables of `environment`.
v8::MaybeLocal<v8::Object> make_environment_object(Realm& realm, std::shared_ptr<Environment> environment);

}  // namespace pkg::runtime
