#pragma once

#include <atomic>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include <v8.h>

#include "runtime/core/realm.h"

namespace pkg::runtime {

struct Options;

// What --permission lets this process do. It holds for all threads, and is asked at the bindings, below everything that
// JavaScript can change. Spec: Node 24, permissions.md.
class Permission {
 public:
  enum Scope { kFsRead, kFsWrite, kChild, kWorker, kAddon, kInspector, kWasi, kOpensslStore, kScopes };

  static Permission& of_process();

  // Reads the --allow options; paths are relative to the working directory. The program and what is preloaded may be
  // read.
  void set_up(const Options& options);

  // Whether anything is asked for at all.
  bool on() const { return mode_.load(std::memory_order_relaxed) != kOff; }
  bool enforced() const { return mode_ == kEnforce; }

  // `resource` is a path for the first two scopes; without one they are had when all paths are.
  bool has(Scope scope, std::string_view resource = {}) const;
  // Takes a scope away, or of a path the very grant of it.
  void drop(Scope scope, std::string_view resource = {});

  // An ERR_ACCESS_DENIED for what may not be done; empty where it may, or where it is only watched. Whoever listens is
  // told of it either way.
  static v8::MaybeLocal<v8::Value> refusal(Realm& realm, Scope scope, std::string_view resource);
  // Throws that error; true when it did.
  static bool refuses(Realm& realm, Scope scope, std::string_view resource) {
    if (!of_process().on()) [[likely]]
      return false;
    return throw_refusal(realm, scope, resource);
  }
  // ERR_ACCESS_DENIED in words of its own, for what is refused whatever is granted.
  static v8::Local<v8::Value> denial(Realm& realm, std::string_view message, std::string_view permission,
                                     std::string_view resource);

 private:
  enum Mode { kOff, kAudit, kEnforce };
  struct Grant {
    std::string path;  // absolute, normal
    bool prefix;       // all that begin with it
    bool covers(std::string_view wanted) const;
  };

  static bool throw_refusal(Realm& realm, Scope scope, std::string_view resource);
  void grant(Scope scope, std::string_view pattern);

  std::atomic<Mode> mode_ = kOff;
  mutable std::mutex mutex_;  // over what follows
  bool all_[kScopes] = {};
  std::vector<Grant> grants_[2];  // of the paths, by scope
};

}  // namespace pkg::runtime
