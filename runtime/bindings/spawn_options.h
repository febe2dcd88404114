#pragma once

#include <string>
#include <vector>

#include <uv.h>
#include <v8.h>

#include "runtime/core/permission.h"
#include "runtime/core/realm.h"
#include "runtime/core/strings.h"

namespace pkg::runtime {

// uv_process_options_t of a JavaScript object {file, args, cwd, envPairs, detached, uid, gid}, with the memory it
// points into. stdio is the caller's to add.
struct SpawnOptions {
  uv_process_options_t uv{};
  std::vector<uv_stdio_container_t> stdio;

  // False when a getter threw.
  bool read(Realm& realm, v8::Local<v8::Object> from) {
    v8::Isolate* isolate = realm.isolate();
    auto context = realm.context();
    auto get = [&](const char* name, v8::Local<v8::Value>& to) {
      return from->Get(context, intern(isolate, name)).ToLocal(&to);
    };
    v8::Local<v8::Value> value;
    if (!get("file", value)) return false;
    file_ = to_utf8(isolate, value);
    uv.file = file_.c_str();
    if (!get("args", value) || !strings(realm, value, args_, arg_pointers_)) return false;
    if (arg_pointers_.size() < 2) {
      args_.assign(1, file_);
      arg_pointers_ = {args_[0].data(), nullptr};
    }
    uv.args = arg_pointers_.data();
    if (!get("envPairs", value) || !strings(realm, value, env_, env_pointers_)) return false;
    if (value->IsArray()) uv.env = env_pointers_.data();
    if (!get("cwd", value)) return false;
    if (value->IsString() && value.As<v8::String>()->Length() > 0) {
      cwd_ = to_utf8(isolate, value);
      uv.cwd = cwd_.c_str();
    }
    if (!get("detached", value)) return false;
    if (value->IsTrue()) uv.flags |= UV_PROCESS_DETACHED;
    if (!get("uid", value)) return false;
    if (value->IsInt32()) {
      uv.flags |= UV_PROCESS_SETUID;
      uv.uid = static_cast<uv_uid_t>(value.As<v8::Int32>()->Value());
    }
    if (!get("gid", value)) return false;
    if (value->IsInt32()) {
      uv.flags |= UV_PROCESS_SETGID;
      uv.gid = static_cast<uv_gid_t>(value.As<v8::Int32>()->Value());
    }
    return true;
  }

  void use_stdio() {
    uv.stdio = stdio.data();
    uv.stdio_count = static_cast<int>(stdio.size());
  }

 private:
  static bool strings(Realm& realm, v8::Local<v8::Value> value, std::vector<std::string>& out,
                      std::vector<char*>& pointers) {
    out.clear();
    pointers.clear();
    if (value->IsArray()) {
      auto array = value.As<v8::Array>();
      for (std::uint32_t i = 0; i < array->Length(); ++i) {
        v8::Local<v8::Value> element;
        if (!array->Get(realm.context(), i).ToLocal(&element)) return false;
        out.push_back(to_utf8(realm.isolate(), element));
      }
    }
    for (std::string& text : out) pointers.push_back(text.data());
    pointers.push_back(nullptr);
    return true;
  }

  std::string file_, cwd_;
  std::vector<std::string> args_, env_;
  std::vector<char*> arg_pointers_, env_pointers_;
};

}  // namespace pkg::runtime
