// The async context frame that V8 carries along promise reactions (continuation-preserved embedder data), and what
// follows promises, requests and handles for async_hooks.

#include "runtime/core/async_hooks.h"
#include "runtime/core/binding.h"
#include "runtime/core/strings.h"
#include "runtime/modules/contextify.h"

namespace pkg::runtime {

namespace {

// setPromiseHooks(init(promise, parent), before(promise), after(promise), resolve(promise)): for all contexts that
// there are; undefined takes one away
void set_promise_hooks(const v8::FunctionCallbackInfo<v8::Value>& args) {
  auto hook = [&](int i) { return args[i]->IsFunction() ? args[i].As<v8::Function>() : v8::Local<v8::Function>(); };
  Realm::from(args).context()->SetPromiseHooks(hook(0), hook(1), hook(2), hook(3));
  ContextifyContext::for_each([&](ContextifyContext& each) {
    auto context = each.context();
    if (!context.IsEmpty()) context->SetPromiseHooks(hook(0), hook(1), hook(2), hook(3));
  });
}

// setCallbackHooks(init(object, type), before(object), after(object), destroy(object)): see core/async_hooks.h
void set_callback_hooks(const v8::FunctionCallbackInfo<v8::Value>& args) {
  Realm& realm = Realm::from(args);
  realm.set(Slot::kAsyncInit, args[0]);
  realm.set(Slot::kAsyncBefore, args[1]);
  realm.set(Slot::kAsyncAfter, args[2]);
  realm.set(Slot::kAsyncDestroy, args[3]);
}

// mainIsDone() -> whether the main script has returned to the loop
void main_is_done(const v8::FunctionCallbackInfo<v8::Value>& args) {
  args.GetReturnValue().Set(Realm::from(args).main_is_done());
}

// providers() -> {TYPE: number} of the resources that the core makes
void providers(const v8::FunctionCallbackInfo<v8::Value>& args) {
  Realm& realm = Realm::from(args);
  auto result = v8::Object::New(realm.isolate());
  int id = 0;
  set_constant(realm, result, "NONE", id++);
  for (const AsyncProvider& provider : async_providers()) set_constant(realm, result, provider.type, id++);
  args.GetReturnValue().Set(result);
}

// get() -> the current frame, undefined when none; set(frame). V8's own functions, which it inlines.
void init(Realm& realm, v8::Local<v8::Object> target) {
  v8::Local<v8::Context> context = realm.context();
  v8::Local<v8::Object> extras = context->GetExtrasBindingObject();
  for (auto [name, from] : {std::pair("get", "getContinuationPreservedEmbedderData"),
                            std::pair("set", "setContinuationPreservedEmbedderData")}) {
    set_value(realm, target, name, extras->Get(context, text(realm.isolate(), from)).ToLocalChecked());
  }
}

constexpr Method kMethods[] = {{"setPromiseHooks", set_promise_hooks},
                               {"setCallbackHooks", set_callback_hooks},
                               {"mainIsDone", main_is_done},
                               {"providers", providers}};

}  // namespace

extern const Binding binding_async_context;
const Binding binding_async_context{"async_context", kMethods, init};

}  // namespace pkg::runtime
