// Node-API: references, wrapped and external pointers, tags.

#include "runtime/core/strings.h"
#include "runtime/napi/env.h"

using namespace pkg::runtime;
using namespace pkg::runtime::napi;

// A value that an add-on keeps: weak while its count is 0. Whoever made it by hand deletes it by hand; one that stands
// for a wrapped pointer goes with its object.
struct napi_ref__ {
  napi_ref__(napi_env env, v8::Local<v8::Value> value, std::uint32_t count, Finalizer finalizer, bool owned_by_runtime)
      : env(env), value(env->isolate, value), count(count), finalizer(finalizer), owned_by_runtime(owned_by_runtime) {
    can_be_weak = value->IsObject() || value->IsSymbol();
    if (count == 0) weaken();
  }

  void weaken() {
    if (!can_be_weak) {
      value.Reset();
      return;
    }
    value.SetWeak(
        this,
        [](const v8::WeakCallbackInfo<napi_ref__>& info) {
          info.GetParameter()->value.Reset();
          info.SetSecondPassCallback(
              [](const v8::WeakCallbackInfo<napi_ref__>& second) { second.GetParameter()->gone(); });
        },
        v8::WeakCallbackType::kParameter);
  }

  // The object was collected. Finalizers may run JavaScript, which is not the time for it.
  void gone() {
    napi_env owner = env;
    Finalizer last = finalizer;
    finalizer = {};
    if (owned_by_runtime) delete this;
    if (last.call) owner->finalize_later([owner, last] { last.call(owner, last.data, last.hint); });
  }

  napi_env env;
  v8::Global<v8::Value> value;
  std::uint32_t count;
  Finalizer finalizer;
  bool owned_by_runtime;
  bool can_be_weak = false;
};

namespace {

v8::Local<v8::Private> wrap_key(napi_env env) {
  return v8::Private::ForApi(env->isolate, intern(env->isolate, "napi.wrap"));
}
v8::Local<v8::Private> tag_key(napi_env env) {
  return v8::Private::ForApi(env->isolate, intern(env->isolate, "napi.typeTag"));
}

napi_ref wrap_of(napi_env env, v8::Local<v8::Object> object) {
  v8::Local<v8::Value> stored;
  if (!object->GetPrivate(env->context(), wrap_key(env)).ToLocal(&stored) || !stored->IsExternal()) return nullptr;
  return static_cast<napi_ref>(stored.As<v8::External>()->Value());
}

}  // namespace

extern "C" {

napi_status napi_create_reference(napi_env env, napi_value value, uint32_t count, napi_ref* result) {
  PKG_NAPI_ENV(env);
  PKG_NAPI_ARG(env, value && result);
  auto v = from_napi(value);
  // Version 10 lets any value be kept.
  if (env->version < 10 && !(v->IsObject() || v->IsFunction() || v->IsSymbol()))
    return set_status(env, napi_invalid_arg);
  *result = new napi_ref__(env, v, count, {}, false);
  return ok(env);
}
napi_status napi_delete_reference(node_api_basic_env env, napi_ref ref) {
  PKG_NAPI_ENV(env);
  PKG_NAPI_ARG(env, ref);
  if (ref->finalizer.call && !ref->value.IsEmpty()) {
    // Its finalizer is still owed: the object's end will free it.
    ref->owned_by_runtime = true;
    if (ref->count > 0) ref->weaken();
    ref->count = 0;
    return ok(env);
  }
  delete ref;
  return ok(env);
}
napi_status napi_reference_ref(napi_env env, napi_ref ref, uint32_t* result) {
  PKG_NAPI_ENV(env);
  PKG_NAPI_ARG(env, ref);
  if (ref->value.IsEmpty()) {
    if (result) *result = 0;
    return ok(env);
  }
  if (ref->count++ == 0) ref->value.ClearWeak();
  if (result) *result = ref->count;
  return ok(env);
}
napi_status napi_reference_unref(napi_env env, napi_ref ref, uint32_t* result) {
  PKG_NAPI_ENV(env);
  PKG_NAPI_ARG(env, ref);
  if (ref->count == 0) return set_status(env, napi_generic_failure);
  if (--ref->count == 0) ref->weaken();
  if (result) *result = ref->count;
  return ok(env);
}
napi_status napi_get_reference_value(napi_env env, napi_ref ref, napi_value* result) {
  PKG_NAPI_ENV(env);
  PKG_NAPI_ARG(env, ref && result);
  *result = ref->value.IsEmpty() ? nullptr : to_napi(ref->value.Get(env->isolate));
  return ok(env);
}

napi_status napi_wrap(napi_env env, napi_value object, void* native, node_api_basic_finalize finalize, void* hint,
                      napi_ref* result) {
  PKG_NAPI_ENTER(env);
  PKG_NAPI_ARG(env, object);
  PKG_NAPI_TYPE(env, from_napi(object)->IsObject(), napi_object_expected);
  auto target = from_napi(object).As<v8::Object>();
  PKG_NAPI_ARG(env, wrap_of(env, target) == nullptr);
  auto* ref = new napi_ref__(env, target, 0, {finalize, native, hint}, result == nullptr);
  std::ignore = target->SetPrivate(env->context(), wrap_key(env), v8::External::New(env->isolate, ref));
  if (result) *result = ref;
  return ok(env);
}
napi_status napi_unwrap(napi_env env, napi_value object, void** result) {
  PKG_NAPI_ENV(env);
  PKG_NAPI_ARG(env, object && result);
  PKG_NAPI_TYPE(env, from_napi(object)->IsObject(), napi_object_expected);
  napi_ref ref = wrap_of(env, from_napi(object).As<v8::Object>());
  PKG_NAPI_ARG(env, ref);
  *result = ref->finalizer.data;
  return ok(env);
}
napi_status napi_remove_wrap(napi_env env, napi_value object, void** result) {
  PKG_NAPI_ENV(env);
  PKG_NAPI_ARG(env, object);
  PKG_NAPI_TYPE(env, from_napi(object)->IsObject(), napi_object_expected);
  auto target = from_napi(object).As<v8::Object>();
  napi_ref ref = wrap_of(env, target);
  PKG_NAPI_ARG(env, ref);
  if (result) *result = ref->finalizer.data;
  std::ignore = target->DeletePrivate(env->context(), wrap_key(env));
  ref->finalizer = {};
  if (ref->owned_by_runtime) {
    ref->value.Reset();
    delete ref;
  }
  return ok(env);
}
napi_status napi_add_finalizer(napi_env env, napi_value object, void* data, node_api_basic_finalize finalize,
                               void* hint, napi_ref* result) {
  PKG_NAPI_ENV(env);
  PKG_NAPI_ARG(env, object && finalize);
  PKG_NAPI_TYPE(env, from_napi(object)->IsObject(), napi_invalid_arg);
  auto* ref = new napi_ref__(env, from_napi(object), 0, {finalize, data, hint}, result == nullptr);
  if (result) *result = ref;
  return ok(env);
}

napi_status napi_create_external(napi_env env, void* data, node_api_basic_finalize finalize, void* hint,
                                 napi_value* result) {
  PKG_NAPI_ENTER(env);
  PKG_NAPI_ARG(env, result);
  auto external = v8::External::New(env->isolate, data);
  if (finalize) new napi_ref__(env, external, 0, {finalize, data, hint}, true);
  *result = to_napi(external);
  return ok(env);
}
napi_status napi_get_value_external(napi_env env, napi_value value, void** result) {
  PKG_NAPI_ENV(env);
  PKG_NAPI_ARG(env, value && result);
  PKG_NAPI_TYPE(env, from_napi(value)->IsExternal(), napi_invalid_arg);
  *result = from_napi(value).As<v8::External>()->Value();
  return ok(env);
}

napi_status napi_type_tag_object(napi_env env, napi_value value, const napi_type_tag* tag) {
  PKG_NAPI_ENTER(env);
  PKG_NAPI_ARG(env, value && tag);
  v8::Local<v8::Object> object;
  if (!from_napi(value)->ToObject(env->context()).ToLocal(&object)) return guard.failed(napi_object_expected);
  PKG_NAPI_ARG(env, !object->HasPrivate(env->context(), tag_key(env)).FromMaybe(true));
  const std::uint64_t words[] = {tag->lower, tag->upper};
  v8::Local<v8::BigInt> number;
  if (!v8::BigInt::NewFromWords(env->context(), 0, 2, words).ToLocal(&number) ||
      !object->SetPrivate(env->context(), tag_key(env), number).FromMaybe(false)) {
    return guard.failed();
  }
  return ok(env);
}
napi_status napi_check_object_type_tag(napi_env env, napi_value value, const napi_type_tag* tag, bool* result) {
  PKG_NAPI_ENTER(env);
  PKG_NAPI_ARG(env, value && tag && result);
  v8::Local<v8::Object> object;
  v8::Local<v8::Value> stored;
  if (!from_napi(value)->ToObject(env->context()).ToLocal(&object)) return guard.failed(napi_object_expected);
  if (!object->GetPrivate(env->context(), tag_key(env)).ToLocal(&stored)) return guard.failed();
  *result = false;
  if (stored->IsBigInt()) {
    std::uint64_t words[2] = {0, 0};
    int sign = 0, count = 2;
    stored.As<v8::BigInt>()->ToWordsArray(&sign, &count, words);
    *result = sign == 0 && count <= 2 && words[0] == tag->lower && words[1] == tag->upper;
  }
  return ok(env);
}

}  // extern "C"
