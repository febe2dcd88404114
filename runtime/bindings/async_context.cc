// The async context frame that V8 carries along promise reactions (continuation-preserved embedder data).

#include "runtime/core/binding.h"

namespace pkg::runtime {

namespace {

// get() -> the current frame, undefined when none
void get_frame(const v8::FunctionCallbackInfo<v8::Value>& args) {
  args.GetReturnValue().Set(args.GetIsolate()->GetContinuationPreservedEmbedderData());
}

// set(frame)
void set_frame(const v8::FunctionCallbackInfo<v8::Value>& args) {
  args.GetIsolate()->SetContinuationPreservedEmbedderData(args[0]);
}

constexpr Method kMethods[] = {{"get", get_frame}, {"set", set_frame}};

}  // namespace

extern const Binding binding_async_context;
const Binding binding_async_context{"async_context", kMethods};

}  // namespace pkg::runtime
