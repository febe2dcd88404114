// Node-API: work on the pool, functions that other threads call, and what runs when the process ends.

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <memory>

#include "runtime/core/strings.h"
#include "runtime/core/version.h"
#include "runtime/napi/env.h"

using namespace pkg::runtime;
using namespace pkg::runtime::napi;

struct napi_async_work__ {
  napi_env env;
  napi_async_execute_callback execute;
  napi_async_complete_callback complete;
  void* data;
  uv_work_t request{};
};

// A queue of calls from any thread to a JavaScript function. Who holds it counts as a thread; when the last lets go, or
// one aborts, it closes on the loop's thread.
struct napi_threadsafe_function__ {
  napi_env env;
  v8::Global<v8::Function> function;
  void* context;
  napi_threadsafe_function_call_js call_js;
  napi_finalize finalize;
  void* finalize_data;
  std::size_t limit;

  std::mutex mutex;
  std::condition_variable room;
  std::deque<void*> queue;
  std::size_t threads;
  bool closing = false;
  bool closed = false;
  uv_async_t wake;

  void drain() {
    // A turn's worth at most, so that the loop goes on.
    for (int i = 0; i < 1000; ++i) {
      void* data = nullptr;
      {
        std::lock_guard lock(mutex);
        if (closing || (queue.empty() && threads == 0)) break;
        if (queue.empty()) return;
        data = queue.front();
        queue.pop_front();
        if (limit > 0 && queue.size() + 1 == limit) room.notify_one();
      }
      env->enter_from_loop([&] {
        napi_value callback = function.IsEmpty() ? nullptr : to_napi(function.Get(env->isolate));
        if (call_js) return call_js(env, callback, context, data);
        if (callback) napi_call_function(env, nullptr, callback, 0, nullptr, nullptr);
      });
    }
    bool more, end;
    {
      std::lock_guard lock(mutex);
      end = closing || (queue.empty() && threads == 0);
      more = !end && !queue.empty();
    }
    if (end) return close();
    if (more) uv_async_send(&wake);
  }

  void close() {
    if (closed) return;
    closed = true;
    {
      std::lock_guard lock(mutex);
      closing = true;
      room.notify_all();
    }
    uv_close(reinterpret_cast<uv_handle_t*>(&wake), [](uv_handle_t* handle) {
      auto* self = static_cast<napi_threadsafe_function__*>(handle->data);
      napi_env env = self->env;
      // What nobody took is given back without an environment, to be freed.
      for (void* data : self->queue)
        if (self->call_js) self->call_js(nullptr, nullptr, self->context, data);
      self->queue.clear();
      v8::HandleScope scope(env->isolate);
      self->function.Reset();
      if (self->finalize) env->enter_from_loop([&] { self->finalize(env, self->finalize_data, self->context); });
      // Threads that still hold it are told that it is closing.
      bool last;
      {
        std::lock_guard lock(self->mutex);
        last = self->threads == 0;
      }
      if (last) delete self;
    });
  }
};

struct napi_async_context__ {
  napi_env env;
  v8::Global<v8::Value> frame;
};
struct napi_callback_scope__ {
  explicit napi_callback_scope__(Realm& realm) : scope(realm) {}
  CallbackScope scope;
};
struct napi_async_cleanup_hook_handle__ {
  napi_async_cleanup_hook hook;
  void* argument;
  bool removed = false;
};

extern "C" {

napi_status napi_create_async_work(napi_env env, napi_value, napi_value, napi_async_execute_callback execute,
                                   napi_async_complete_callback complete, void* data, napi_async_work* result) {
  PKG_NAPI_ENV(env);
  PKG_NAPI_ARG(env, execute && result);
  *result = new napi_async_work__{env, execute, complete, data};
  return ok(env);
}
napi_status napi_delete_async_work(napi_env env, napi_async_work work) {
  PKG_NAPI_ENV(env);
  PKG_NAPI_ARG(env, work);
  delete work;
  return ok(env);
}
napi_status napi_queue_async_work(node_api_basic_env env, napi_async_work work) {
  PKG_NAPI_ENV(env);
  PKG_NAPI_ARG(env, work);
  work->request.data = work;
  int error = uv_queue_work(
      env->realm.loop(), &work->request,
      [](uv_work_t* request) {
        auto* work = static_cast<napi_async_work__*>(request->data);
        work->execute(work->env, work->data);
      },
      [](uv_work_t* request, int status) {
        auto* work = static_cast<napi_async_work__*>(request->data);
        if (!work->complete) return;
        // The callback may delete the work.
        work->env->enter_from_loop([env = work->env, complete = work->complete, data = work->data, status] {
          complete(env, status == UV_ECANCELED ? napi_cancelled : status == 0 ? napi_ok : napi_generic_failure, data);
        });
      });
  return set_status(env, error == 0 ? napi_ok : napi_generic_failure);
}
napi_status napi_cancel_async_work(node_api_basic_env env, napi_async_work work) {
  PKG_NAPI_ENV(env);
  PKG_NAPI_ARG(env, work);
  return set_status(env, uv_cancel(reinterpret_cast<uv_req_t*>(&work->request)) == 0 ? napi_ok : napi_generic_failure);
}

napi_status napi_async_init(napi_env env, napi_value, napi_value, napi_async_context* result) {
  PKG_NAPI_ENV(env);
  PKG_NAPI_ARG(env, result);
  *result = reinterpret_cast<napi_async_context>(new napi_async_context__{
      env, v8::Global<v8::Value>(env->isolate, env->isolate->GetContinuationPreservedEmbedderData())});
  return ok(env);
}
napi_status napi_async_destroy(napi_env env, napi_async_context context) {
  PKG_NAPI_ENV(env);
  PKG_NAPI_ARG(env, context);
  delete reinterpret_cast<napi_async_context__*>(context);
  return ok(env);
}
napi_status napi_make_callback(napi_env env, napi_async_context, napi_value receiver, napi_value function, size_t argc,
                               const napi_value* argv, napi_value* result) {
  PKG_NAPI_ENTER(env);
  PKG_NAPI_ARG(env, receiver && function && (argc == 0 || argv));
  PKG_NAPI_TYPE(env, from_napi(function)->IsFunction(), napi_invalid_arg);
  CallbackScope scope(env->realm);
  v8::Local<v8::Value> value;
  auto* arguments = reinterpret_cast<v8::Local<v8::Value>*>(const_cast<napi_value*>(argv));
  if (!from_napi(function)
           .As<v8::Function>()
           ->Call(env->context(), from_napi(receiver), static_cast<int>(argc), arguments)
           .ToLocal(&value)) {
    return guard.failed();
  }
  if (result) *result = to_napi(value);
  return ok(env);
}
napi_status napi_open_callback_scope(napi_env env, napi_value, napi_async_context, napi_callback_scope* result) {
  PKG_NAPI_ENV(env);
  PKG_NAPI_ARG(env, result);
  *result = reinterpret_cast<napi_callback_scope>(new napi_callback_scope__(env->realm));
  return ok(env);
}
napi_status napi_close_callback_scope(napi_env env, napi_callback_scope scope) {
  PKG_NAPI_ENV(env);
  PKG_NAPI_ARG(env, scope);
  delete reinterpret_cast<napi_callback_scope__*>(scope);
  return ok(env);
}

napi_status napi_create_threadsafe_function(napi_env env, napi_value function, napi_value, napi_value, size_t limit,
                                            size_t threads, void* finalize_data, napi_finalize finalize, void* context,
                                            napi_threadsafe_function_call_js call_js,
                                            napi_threadsafe_function* result) {
  PKG_NAPI_ENV(env);
  PKG_NAPI_ARG(env, result && threads > 0);
  if (!function) PKG_NAPI_ARG(env, call_js);
  auto* made = new napi_threadsafe_function__{.env = env,
                                              .function = {},
                                              .context = context,
                                              .call_js = call_js,
                                              .finalize = finalize,
                                              .finalize_data = finalize_data,
                                              .limit = limit,
                                              .mutex = {},
                                              .room = {},
                                              .queue = {},
                                              .threads = threads,
                                              .wake = {}};
  if (function) {
    if (!from_napi(function)->IsFunction()) {
      delete made;
      return set_status(env, napi_invalid_arg);
    }
    made->function.Reset(env->isolate, from_napi(function).As<v8::Function>());
  }
  if (uv_async_init(env->realm.loop(), &made->wake,
                    [](uv_async_t* wake) { static_cast<napi_threadsafe_function__*>(wake->data)->drain(); }) != 0) {
    delete made;
    return set_status(env, napi_generic_failure);
  }
  made->wake.data = made;
  *result = made;
  return ok(env);
}
napi_status napi_get_threadsafe_function_context(napi_threadsafe_function function, void** result) {
  if (!function || !result) return napi_invalid_arg;
  *result = function->context;
  return napi_ok;
}
napi_status napi_call_threadsafe_function(napi_threadsafe_function function, void* data,
                                          napi_threadsafe_function_call_mode mode) {
  if (!function) return napi_invalid_arg;
  std::unique_lock lock(function->mutex);
  while (function->limit > 0 && function->queue.size() >= function->limit && !function->closing) {
    if (mode == napi_tsfn_nonblocking) return napi_queue_full;
    function->room.wait(lock);
  }
  if (function->closing) {
    if (function->threads == 0) return napi_invalid_arg;
    --function->threads;
    return napi_closing;
  }
  function->queue.push_back(data);
  uv_async_send(&function->wake);
  return napi_ok;
}
napi_status napi_acquire_threadsafe_function(napi_threadsafe_function function) {
  if (!function) return napi_invalid_arg;
  std::lock_guard lock(function->mutex);
  if (function->closing) return napi_closing;
  ++function->threads;
  return napi_ok;
}
napi_status napi_release_threadsafe_function(napi_threadsafe_function function,
                                             napi_threadsafe_function_release_mode mode) {
  if (!function) return napi_invalid_arg;
  std::lock_guard lock(function->mutex);
  if (function->threads == 0) return napi_invalid_arg;
  --function->threads;
  if (function->closing) return napi_ok;
  if (function->threads == 0 || mode == napi_tsfn_abort) {
    if (mode == napi_tsfn_abort) {
      function->closing = true;
      function->room.notify_all();
    }
    uv_async_send(&function->wake);
  }
  return napi_ok;
}
napi_status napi_unref_threadsafe_function(node_api_basic_env, napi_threadsafe_function function) {
  if (!function) return napi_invalid_arg;
  uv_unref(reinterpret_cast<uv_handle_t*>(&function->wake));
  return napi_ok;
}
napi_status napi_ref_threadsafe_function(node_api_basic_env, napi_threadsafe_function function) {
  if (!function) return napi_invalid_arg;
  uv_ref(reinterpret_cast<uv_handle_t*>(&function->wake));
  return napi_ok;
}

napi_status napi_add_env_cleanup_hook(node_api_basic_env env, napi_cleanup_hook hook, void* argument) {
  PKG_NAPI_ENV(env);
  env->realm.add_exit_hook(reinterpret_cast<void (*)(void*)>(hook), argument);
  return napi_ok;
}
napi_status napi_remove_env_cleanup_hook(node_api_basic_env env, napi_cleanup_hook hook, void* argument) {
  PKG_NAPI_ENV(env);
  env->realm.remove_exit_hook(reinterpret_cast<void (*)(void*)>(hook), argument);
  return napi_ok;
}
napi_status napi_add_async_cleanup_hook(node_api_basic_env env, napi_async_cleanup_hook hook, void* argument,
                                        napi_async_cleanup_hook_handle* result) {
  PKG_NAPI_ENV(env);
  PKG_NAPI_ARG(env, hook);
  auto* handle = new napi_async_cleanup_hook_handle__{hook, argument};
  env->realm.add_exit_hook(
      [](void* data) {
        auto* handle = static_cast<napi_async_cleanup_hook_handle__*>(data);
        if (!handle->removed) handle->hook(handle, handle->argument);
      },
      handle);
  if (result) *result = handle;
  return ok(env);
}
napi_status napi_remove_async_cleanup_hook(napi_async_cleanup_hook_handle handle) {
  if (!handle) return napi_invalid_arg;
  // The list of hooks still names it; it is small and the process ends with it.
  handle->removed = true;
  return napi_ok;
}

napi_status napi_get_uv_event_loop(node_api_basic_env env, struct uv_loop_s** loop) {
  PKG_NAPI_ENV(env);
  PKG_NAPI_ARG(env, loop);
  *loop = env->realm.loop();
  return ok(env);
}
napi_status napi_get_node_version(node_api_basic_env env, const napi_node_version** result) {
  PKG_NAPI_ENV(env);
  PKG_NAPI_ARG(env, result);
  static const napi_node_version version = [] {
    napi_node_version out{0, 0, 0, "node"};
    std::sscanf(PKG_NODE_VERSION, "v%u.%u.%u", &out.major, &out.minor, &out.patch);
    return out;
  }();
  *result = &version;
  return ok(env);
}

}  // extern "C"
