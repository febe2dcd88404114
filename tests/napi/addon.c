// An add-on for tests/js/test-napi-addon.js: values, a class with wrapped memory, errors, work on the pool, and calls from a
// thread of its own. Made for Node-API's version 8.
#define NAPI_VERSION 8
#include <node_api.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define OK(call) if ((call) != napi_ok) return NULL

static napi_value add(napi_env env, napi_callback_info info) {
  size_t argc = 2;
  napi_value argv[2], out;
  double a, b;
  OK(napi_get_cb_info(env, info, &argc, argv, NULL, NULL));
  if (napi_get_value_double(env, argv[0], &a) != napi_ok || napi_get_value_double(env, argv[1], &b) != napi_ok) {
    napi_throw_type_error(env, "ERR_TEST", "two numbers are needed");
    return NULL;
  }
  OK(napi_create_double(env, a + b, &out));
  return out;
}

static napi_value call_twice(napi_env env, napi_callback_info info) {
  size_t argc = 1;
  napi_value function, receiver, out;
  OK(napi_get_cb_info(env, info, &argc, &function, &receiver, NULL));
  OK(napi_call_function(env, receiver, function, 0, NULL, &out));
  OK(napi_call_function(env, receiver, function, 0, NULL, &out));
  return out;
}

static void free_counter(napi_env env, void* data, void* hint) { free(data); }
static napi_value counter_new(napi_env env, napi_callback_info info) {
  napi_value self;
  int* count = calloc(1, sizeof *count);
  OK(napi_get_cb_info(env, info, NULL, NULL, &self, NULL));
  OK(napi_wrap(env, self, count, free_counter, NULL, NULL));
  return self;
}
static napi_value counter_next(napi_env env, napi_callback_info info) {
  napi_value self, out;
  int* count;
  OK(napi_get_cb_info(env, info, NULL, NULL, &self, NULL));
  OK(napi_unwrap(env, self, (void**)&count));
  OK(napi_create_int32(env, ++*count, &out));
  return out;
}

struct sum { napi_async_work work; napi_deferred deferred; uint8_t* bytes; size_t size; uint32_t total; napi_ref ref; };
static void sum_execute(napi_env env, void* data) {
  struct sum* sum = data;
  for (size_t i = 0; i < sum->size; ++i) sum->total += sum->bytes[i];
}
static void sum_complete(napi_env env, napi_status status, void* data) {
  struct sum* sum = data;
  napi_value total;
  napi_create_uint32(env, sum->total, &total);
  napi_resolve_deferred(env, sum->deferred, total);
  napi_delete_reference(env, sum->ref);
  napi_delete_async_work(env, sum->work);
  free(sum);
}
static napi_value sum_later(napi_env env, napi_callback_info info) {
  size_t argc = 1;
  napi_value buffer, promise, name;
  struct sum* sum = calloc(1, sizeof *sum);
  OK(napi_get_cb_info(env, info, &argc, &buffer, NULL, NULL));
  OK(napi_get_buffer_info(env, buffer, (void**)&sum->bytes, &sum->size));
  OK(napi_create_reference(env, buffer, 1, &sum->ref));
  OK(napi_create_promise(env, &sum->deferred, &promise));
  OK(napi_create_string_utf8(env, "sum", NAPI_AUTO_LENGTH, &name));
  OK(napi_create_async_work(env, NULL, name, sum_execute, sum_complete, sum, &sum->work));
  OK(napi_queue_async_work(env, sum->work));
  return promise;
}

static void call_js(napi_env env, napi_value callback, void* context, void* data) {
  if (!env) return;
  napi_value undefined, number;
  napi_get_undefined(env, &undefined);
  napi_create_int32(env, (int)(size_t)data, &number);
  napi_call_function(env, undefined, callback, 1, &number, NULL);
}
static void* count_to_ten(void* data) {
  napi_threadsafe_function function = data;
  for (size_t i = 1; i <= 10; ++i) napi_call_threadsafe_function(function, (void*)i, napi_tsfn_blocking);
  napi_release_threadsafe_function(function, napi_tsfn_release);
  return NULL;
}
static napi_value from_thread(napi_env env, napi_callback_info info) {
  size_t argc = 1;
  napi_value callback, name;
  napi_threadsafe_function function;
  pthread_t thread;
  OK(napi_get_cb_info(env, info, &argc, &callback, NULL, NULL));
  OK(napi_create_string_utf8(env, "count", NAPI_AUTO_LENGTH, &name));
  OK(napi_create_threadsafe_function(env, callback, NULL, name, 2, 1, NULL, NULL, NULL, call_js, &function));
  pthread_create(&thread, NULL, count_to_ten, function);
  pthread_detach(thread);
  return NULL;
}

NAPI_MODULE_INIT() {
  napi_property_descriptor methods[] = {{"next", NULL, counter_next, NULL, NULL, NULL, napi_default_method, NULL}};
  napi_value counter;
  OK(napi_define_class(env, "Counter", NAPI_AUTO_LENGTH, counter_new, NULL, 1, methods, &counter));
  napi_property_descriptor all[] = {
      {"add", NULL, add, NULL, NULL, NULL, napi_default_method, NULL},
      {"callTwice", NULL, call_twice, NULL, NULL, NULL, napi_default_method, NULL},
      {"sumLater", NULL, sum_later, NULL, NULL, NULL, napi_default_method, NULL},
      {"fromThread", NULL, from_thread, NULL, NULL, NULL, napi_default_method, NULL},
      {"Counter", NULL, NULL, NULL, NULL, counter, napi_default_method, NULL},
  };
  OK(napi_define_properties(env, exports, sizeof all / sizeof *all, all));
  return exports;
}
