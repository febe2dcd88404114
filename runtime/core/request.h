#pragma once

#include <memory>
#include <utility>

#include <uv.h>
#include <v8.h>

#include "runtime/core/async_hooks.h"
#include "runtime/core/binding.h"
#include "runtime/core/listed.h"
#include "runtime/core/strings.h"

namespace pkg::runtime {

// Something under way that the loop waits for, as process._getActiveRequests() shows it.
class ActiveRequest : public Listed<ActiveRequest> {
 public:
  virtual ~ActiveRequest() = default;
  // Its JavaScript object, or the name of the class that programs expect of it.
  virtual v8::Local<v8::Value> shown(v8::Isolate* isolate) const = 0;
};

// One libuv request on behalf of a JavaScript object, whose `oncomplete` is
// called when it is done, in the async context it was started in. Keeps the
// object, and what subclasses own (buffers, backing stores), alive until then.
//
//   auto* request = new Request<uv_fs_t>(realm, object);
//   int err = request->start([&](uv_fs_t* r) { return uv_fs_open(loop, r, path, flags, mode, done); });
//   in done: std::unique_ptr<Request<uv_fs_t>> request(Request<uv_fs_t>::from(r)); request->complete(argc, argv);
template <typename UvRequest>
class Request : public ActiveRequest {
 public:
  Request(Realm& realm, v8::Local<v8::Object> object) : realm_(realm), object_(realm.isolate(), object) {
    request_.data = this;
    frame_.Reset(realm.isolate(), realm.isolate()->GetContinuationPreservedEmbedderData());
    if (async_hooks_on(realm)) async_init(realm, object);
  }
  Request(const Request&) = delete;
  Request& operator=(const Request&) = delete;

  static Request* from(UvRequest* request) { return static_cast<Request*>(request->data); }
  UvRequest* uv() { return &request_; }
  Realm& realm() const { return realm_; }
  v8::Local<v8::Object> object() const { return object_.Get(realm_.isolate()); }
  v8::Local<v8::Value> shown(v8::Isolate* isolate) const override { return object_.Get(isolate); }
  v8::Local<v8::Value> frame() const { return frame_.Get(realm_.isolate()); }

  // Runs `begin(uv request)`; when it fails at once (negative), deletes this
  // and returns the error; the callback will then not come.
  template <typename Begin>
  int start(Begin&& begin) {
    int error = begin(&request_);
    if (error < 0) delete this;
    return error;
  }

  // object.oncomplete(...argv). Call with a handle scope open.
  void complete(int argc, v8::Local<v8::Value>* argv) {
    v8::Isolate* isolate = realm_.isolate();
    v8::Local<v8::Value> callback;
    v8::Context::Scope context(realm_.context());
    if (object()->Get(realm_.context(), intern(isolate, "oncomplete")).ToLocal(&callback) && callback->IsFunction()) {
      std::ignore = async_call(realm_, object(), callback.template As<v8::Function>(), argc, argv, frame());
    }
    async_destroy(realm_, object());
  }

 private:
  Realm& realm_;
  UvRequest request_;
  v8::Global<v8::Object> object_;
  v8::Global<v8::Value> frame_;
};

}  // namespace pkg::runtime
