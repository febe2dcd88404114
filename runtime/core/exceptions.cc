// How an exception that ends the process looks on stderr.

#include <cstdio>
#include <string>

#include "runtime/core/exceptions.h"
#include "runtime/core/realm.h"
#include "runtime/core/strings.h"
#include "runtime/core/version.h"

namespace pkg::runtime {

std::string to_utf8(v8::Isolate* isolate, v8::Local<v8::Value> value) {
  v8::TryCatch try_catch(isolate);
  v8::String::Utf8Value bytes(isolate, value);
  return *bytes ? std::string(*bytes, static_cast<std::size_t>(bytes.length())) : std::string();
}

namespace {

// "file:line\nsource\n   ^^^\n", as Node shows above the stack; empty for errors of builtins and without a source.
std::string arrow(v8::Isolate* isolate, v8::Local<v8::Context> context, v8::Local<v8::Message> message) {
  std::string file = to_utf8(isolate, message->GetScriptOrigin().ResourceName());
  if (file.empty() || file == "undefined") return {};
  v8::Local<v8::String> source;
  int line = message->GetLineNumber(context).FromMaybe(0);
  if (!message->GetSourceLine(context).ToLocal(&source)) return {};
  std::string text = to_utf8(isolate, source);
  std::string out = file + ":" + std::to_string(line) + "\n" + text + "\n";
  int start = message->GetStartColumn(context).FromMaybe(0), end = message->GetEndColumn(context).FromMaybe(0);
  if (start < 0 || end < start || static_cast<std::size_t>(start) > text.size()) return out;
  for (int i = 0; i < start; ++i) out += text[static_cast<std::size_t>(i)] == '\t' ? '\t' : ' ';
  out.append(static_cast<std::size_t>(end > start ? end - start : 1), '^');
  return out + "\n";
}

v8::Local<v8::Private> decorated_key(v8::Isolate* isolate) {
  return v8::Private::ForApi(isolate, intern(isolate, "pkg:decorated"));
}

}  // namespace

std::string message_arrow(Realm& realm, v8::Local<v8::Message> message) {
  return message.IsEmpty() ? std::string() : arrow(realm.isolate(), realm.context(), message);
}

bool has_arrow(Realm& realm, v8::Local<v8::Value> error) {
  if (!error->IsObject()) return false;
  return error.As<v8::Object>()->HasPrivate(realm.context(), decorated_key(realm.isolate())).FromMaybe(false);
}

void decorate_stack(Realm& realm, v8::Local<v8::Value> error, v8::Local<v8::Message> message) {
  if (!error->IsNativeError() || has_arrow(realm, error)) return;
  v8::Isolate* isolate = realm.isolate();
  v8::Local<v8::Context> context = realm.context();
  v8::TryCatch try_catch(isolate);
  std::string lines = message_arrow(realm, message);
  v8::Local<v8::Value> stack;
  auto object = error.As<v8::Object>();
  if (lines.empty() || !object->Get(context, intern(isolate, "stack")).ToLocal(&stack) || !stack->IsString()) return;
  v8::Local<v8::String> decorated;
  if (!utf8(isolate, lines + "\n" + to_utf8(isolate, stack)).ToLocal(&decorated)) return;
  std::ignore = object->DefineOwnProperty(context, intern(isolate, "stack"), decorated, v8::DontEnum);
  std::ignore = object->SetPrivate(context, decorated_key(isolate), v8::True(isolate));
}

void Realm::print_exception(v8::Local<v8::Value> error, v8::Local<v8::Message> message) {
  v8::HandleScope scope(isolate_);
  v8::Local<v8::Context> context = this->context();
  v8::TryCatch try_catch(isolate_);
  std::string out;
  if (!has_arrow(*this, error)) out = message_arrow(*this, message);
  std::string body;
  // util.inspect shows the properties and causes of an error beside its stack; it is asked only when it is there.
  if (has(Slot::kErrorsModule)) {
    v8::Local<v8::Value> shown;
    v8::Local<v8::Value> args[] = {error};
    auto module = get(Slot::kErrorsModule).As<v8::Object>();
    v8::Local<v8::Value> format;
    if (module->Get(context, intern(isolate_, "formatUncaught")).ToLocal(&format) && format->IsFunction() &&
        format.As<v8::Function>()->Call(context, module, 1, args).ToLocal(&shown) && shown->IsString()) {
      body = to_utf8(isolate_, shown);
    }
  }
  if (body.empty()) {
    v8::Local<v8::Value> stack;
    if (error->IsNativeError() && v8::TryCatch::StackTrace(context, error).ToLocal(&stack) && stack->IsString()) {
      body = to_utf8(isolate_, stack);
    } else {
      body = "Uncaught:\n" + to_utf8(isolate_, error);
    }
  }
  out += (out.empty() ? "" : "\n") + body + "\n\nNode.js " + PKG_NODE_VERSION + "\n";
  std::fwrite(out.data(), 1, out.size(), stderr);
  std::fflush(stderr);
}

}  // namespace pkg::runtime
