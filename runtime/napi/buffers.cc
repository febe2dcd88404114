// Node-API: ArrayBuffers, their views, and Buffers.

#include "runtime/core/bytes.h"
#include "runtime/napi/env.h"

using namespace pkg::runtime;
using namespace pkg::runtime::napi;

namespace {

// Memory of the add-on's as a backing store; its finalizer runs out of the loop once V8 lets go, on whatever thread
// that is.
std::unique_ptr<v8::BackingStore> external_store(napi_env env, void* data, std::size_t size, Finalizer finalizer) {
  struct Owner {
    napi_env env;
    Finalizer finalizer;
  };
  auto* owner = new Owner{env, finalizer};
  return v8::ArrayBuffer::NewBackingStore(
      data, size,
      [](void*, std::size_t, void* opaque) {
        std::unique_ptr<Owner> owner(static_cast<Owner*>(opaque));
        if (!owner->finalizer.call) return;
        owner->env->finalize_later(
            [env = owner->env, last = owner->finalizer] { last.call(env, last.data, last.hint); });
      },
      owner);
}

void* data_of(v8::Local<v8::ArrayBufferView> view) {
  return static_cast<std::uint8_t*>(view->Buffer()->Data()) + view->ByteOffset();
}

template <typename Array>
napi_status make_view(napi_env env, napi_value buffer, std::size_t offset, std::size_t length, std::size_t element,
                      const char* name, napi_value* result) {
  if (element > 1 && offset % element != 0) {
    std::string message =
        std::string("start offset of ") + name + " should be a multiple of " + std::to_string(element);
    napi_throw_range_error(env, "ERR_NAPI_INVALID_TYPEDARRAY_ALIGNMENT", message.c_str());
    return set_status(env, napi_invalid_arg);
  }
  auto memory = from_napi(buffer).As<v8::ArrayBuffer>();
  if (length > memory->ByteLength() / element || length * element + offset > memory->ByteLength()) {
    napi_throw_range_error(env, "ERR_NAPI_INVALID_TYPEDARRAY_LENGTH", "Invalid typed array length");
    return set_status(env, napi_invalid_arg);
  }
  *result = to_napi(Array::New(memory, offset, length));
  return ok(env);
}

}  // namespace

extern "C" {

napi_status napi_is_arraybuffer(napi_env env, napi_value value, bool* result) {
  PKG_NAPI_ENV(env);
  PKG_NAPI_ARG(env, value && result);
  *result = from_napi(value)->IsArrayBuffer();
  return ok(env);
}
napi_status napi_create_arraybuffer(napi_env env, size_t size, void** data, napi_value* result) {
  PKG_NAPI_ENTER(env);
  PKG_NAPI_ARG(env, result);
  auto buffer = v8::ArrayBuffer::New(env->isolate, size);
  if (data) *data = buffer->Data();
  *result = to_napi(buffer);
  return ok(env);
}
napi_status napi_create_external_arraybuffer(napi_env env, void* external, size_t size,
                                             node_api_basic_finalize finalize, void* hint, napi_value* result) {
  PKG_NAPI_ENTER(env);
  PKG_NAPI_ARG(env, result);
  *result =
      to_napi(v8::ArrayBuffer::New(env->isolate, external_store(env, external, size, {finalize, external, hint})));
  return ok(env);
}
napi_status napi_get_arraybuffer_info(napi_env env, napi_value value, void** data, size_t* size) {
  PKG_NAPI_ENV(env);
  PKG_NAPI_ARG(env, value);
  if (from_napi(value)->IsSharedArrayBuffer()) {
    auto buffer = from_napi(value).As<v8::SharedArrayBuffer>();
    if (data) *data = buffer->Data();
    if (size) *size = buffer->ByteLength();
    return ok(env);
  }
  PKG_NAPI_TYPE(env, from_napi(value)->IsArrayBuffer(), napi_invalid_arg);
  auto buffer = from_napi(value).As<v8::ArrayBuffer>();
  if (data) *data = buffer->Data();
  if (size) *size = buffer->ByteLength();
  return ok(env);
}
napi_status napi_detach_arraybuffer(napi_env env, napi_value value) {
  PKG_NAPI_ENV(env);
  PKG_NAPI_ARG(env, value);
  PKG_NAPI_TYPE(env, from_napi(value)->IsArrayBuffer(), napi_arraybuffer_expected);
  auto buffer = from_napi(value).As<v8::ArrayBuffer>();
  PKG_NAPI_TYPE(env, buffer->IsDetachable(), napi_detachable_arraybuffer_expected);
  std::ignore = buffer->Detach(v8::Local<v8::Value>());
  return ok(env);
}
napi_status napi_is_detached_arraybuffer(napi_env env, napi_value value, bool* result) {
  PKG_NAPI_ENV(env);
  PKG_NAPI_ARG(env, value && result);
  *result = from_napi(value)->IsArrayBuffer() && from_napi(value).As<v8::ArrayBuffer>()->WasDetached();
  return ok(env);
}

napi_status napi_is_typedarray(napi_env env, napi_value value, bool* result) {
  PKG_NAPI_ENV(env);
  PKG_NAPI_ARG(env, value && result);
  *result = from_napi(value)->IsTypedArray();
  return ok(env);
}
napi_status napi_create_typedarray(napi_env env, napi_typedarray_type type, size_t length, napi_value buffer,
                                   size_t offset, napi_value* result) {
  PKG_NAPI_ENTER(env);
  PKG_NAPI_ARG(env, buffer && result);
  PKG_NAPI_TYPE(env, from_napi(buffer)->IsArrayBuffer(), napi_invalid_arg);
  switch (type) {
#define PKG_VIEW(kind, Array, size) \
  case kind:                        \
    return make_view<v8::Array>(env, buffer, offset, length, size, #Array, result)
    PKG_VIEW(napi_int8_array, Int8Array, 1);
    PKG_VIEW(napi_uint8_array, Uint8Array, 1);
    PKG_VIEW(napi_uint8_clamped_array, Uint8ClampedArray, 1);
    PKG_VIEW(napi_int16_array, Int16Array, 2);
    PKG_VIEW(napi_uint16_array, Uint16Array, 2);
    PKG_VIEW(napi_int32_array, Int32Array, 4);
    PKG_VIEW(napi_uint32_array, Uint32Array, 4);
    PKG_VIEW(napi_float32_array, Float32Array, 4);
    PKG_VIEW(napi_float64_array, Float64Array, 8);
    PKG_VIEW(napi_bigint64_array, BigInt64Array, 8);
    PKG_VIEW(napi_biguint64_array, BigUint64Array, 8);
#undef PKG_VIEW
    default:
      return set_status(env, napi_invalid_arg);
  }
}
napi_status napi_get_typedarray_info(napi_env env, napi_value value, napi_typedarray_type* type, size_t* length,
                                     void** data, napi_value* buffer, size_t* offset) {
  PKG_NAPI_ENV(env);
  PKG_NAPI_ARG(env, value);
  auto v = from_napi(value);
  PKG_NAPI_TYPE(env, v->IsTypedArray(), napi_invalid_arg);
  auto array = v.As<v8::TypedArray>();
  if (type) {
    *type = v->IsInt8Array()           ? napi_int8_array
            : v->IsUint8Array()        ? napi_uint8_array
            : v->IsUint8ClampedArray() ? napi_uint8_clamped_array
            : v->IsInt16Array()        ? napi_int16_array
            : v->IsUint16Array()       ? napi_uint16_array
            : v->IsInt32Array()        ? napi_int32_array
            : v->IsUint32Array()       ? napi_uint32_array
            : v->IsFloat32Array()      ? napi_float32_array
            : v->IsFloat64Array()      ? napi_float64_array
            : v->IsBigInt64Array()     ? napi_bigint64_array
                                       : napi_biguint64_array;
  }
  if (length) *length = array->Length();
  if (data) *data = data_of(array);
  if (buffer) *buffer = to_napi(array->Buffer());
  if (offset) *offset = array->ByteOffset();
  return ok(env);
}

napi_status napi_create_dataview(napi_env env, size_t length, napi_value buffer, size_t offset, napi_value* result) {
  PKG_NAPI_ENTER(env);
  PKG_NAPI_ARG(env, buffer && result);
  PKG_NAPI_TYPE(env, from_napi(buffer)->IsArrayBuffer(), napi_invalid_arg);
  auto memory = from_napi(buffer).As<v8::ArrayBuffer>();
  if (length > memory->ByteLength() || offset > memory->ByteLength() - length) {
    napi_throw_range_error(
        env, "ERR_NAPI_INVALID_DATAVIEW_ARGS",
        "byte_offset + byte_length should be less than or equal to the size in bytes of the array passed in");
    return set_status(env, napi_pending_exception);
  }
  *result = to_napi(v8::DataView::New(memory, offset, length));
  return ok(env);
}
napi_status napi_is_dataview(napi_env env, napi_value value, bool* result) {
  PKG_NAPI_ENV(env);
  PKG_NAPI_ARG(env, value && result);
  *result = from_napi(value)->IsDataView();
  return ok(env);
}
napi_status napi_get_dataview_info(napi_env env, napi_value value, size_t* length, void** data, napi_value* buffer,
                                   size_t* offset) {
  PKG_NAPI_ENV(env);
  PKG_NAPI_ARG(env, value);
  PKG_NAPI_TYPE(env, from_napi(value)->IsDataView(), napi_invalid_arg);
  auto view = from_napi(value).As<v8::DataView>();
  if (length) *length = view->ByteLength();
  if (data) *data = data_of(view);
  if (buffer) *buffer = to_napi(view->Buffer());
  if (offset) *offset = view->ByteOffset();
  return ok(env);
}

napi_status napi_create_buffer(napi_env env, size_t length, void** data, napi_value* result) {
  PKG_NAPI_ENTER(env);
  PKG_NAPI_ARG(env, result);
  auto buffer = make_buffer(env->realm, v8::ArrayBuffer::NewBackingStore(env->isolate, length));
  if (data) *data = data_of(buffer);
  *result = to_napi(buffer);
  return ok(env);
}
napi_status napi_create_buffer_copy(napi_env env, size_t length, const void* bytes, void** data, napi_value* result) {
  PKG_NAPI_ENTER(env);
  PKG_NAPI_ARG(env, result && (bytes || length == 0));
  auto buffer = make_buffer(env->realm, std::span(static_cast<const std::uint8_t*>(bytes), length));
  if (data) *data = data_of(buffer);
  *result = to_napi(buffer);
  return ok(env);
}
napi_status napi_create_external_buffer(napi_env env, size_t length, void* external, node_api_basic_finalize finalize,
                                        void* hint, napi_value* result) {
  PKG_NAPI_ENTER(env);
  PKG_NAPI_ARG(env, result);
  std::shared_ptr<v8::BackingStore> store = external_store(env, external, length, {finalize, external, hint});
  *result = to_napi(make_buffer(env->realm, std::move(store)));
  return ok(env);
}
napi_status node_api_create_buffer_from_arraybuffer(napi_env env, napi_value buffer, size_t offset, size_t length,
                                                    napi_value* result) {
  PKG_NAPI_ENTER(env);
  PKG_NAPI_ARG(env, buffer && result);
  PKG_NAPI_TYPE(env, from_napi(buffer)->IsArrayBuffer(), napi_arraybuffer_expected);
  auto memory = from_napi(buffer).As<v8::ArrayBuffer>();
  if (length > memory->ByteLength() || offset > memory->ByteLength() - length) {
    napi_throw_range_error(env, "ERR_OUT_OF_RANGE", "The byte offset + length is out of range");
    return set_status(env, napi_pending_exception);
  }
  auto view = v8::Uint8Array::New(memory, offset, length);
  std::ignore = view->SetPrototypeV2(env->context(), env->realm.get(Slot::kBufferPrototype));
  *result = to_napi(view);
  return ok(env);
}
napi_status napi_is_buffer(napi_env env, napi_value value, bool* result) {
  PKG_NAPI_ENV(env);
  PKG_NAPI_ARG(env, value && result);
  *result = from_napi(value)->IsArrayBufferView();
  return ok(env);
}
napi_status napi_get_buffer_info(napi_env env, napi_value value, void** data, size_t* length) {
  PKG_NAPI_ENV(env);
  PKG_NAPI_ARG(env, value);
  PKG_NAPI_TYPE(env, from_napi(value)->IsArrayBufferView(), napi_invalid_arg);
  auto view = from_napi(value).As<v8::ArrayBufferView>();
  if (data) *data = data_of(view);
  if (length) *length = view->ByteLength();
  return ok(env);
}

}  // extern "C"
