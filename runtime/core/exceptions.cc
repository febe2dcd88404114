// How an exception that ends the process looks on stderr.

#include <cstdio>
#include <string>

#include "runtime/core/exceptions.h"
#include "runtime/core/options.h"
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

v8::Local<v8::Private> arrow_key(v8::Isolate* isolate) {
  return v8::Private::ForApi(isolate, intern(isolate, "pkg:arrow"));
}

// What keep_arrow() kept; empty when it did not.
std::string kept_arrow(Realm& realm, v8::Local<v8::Value> error) {
  v8::Local<v8::Value> kept;
  if (!error->IsObject()) return {};
  if (!error.As<v8::Object>()->GetPrivate(realm.context(), arrow_key(realm.isolate())).ToLocal(&kept)) return {};
  return kept->IsString() ? to_utf8(realm.isolate(), kept) : std::string();
}

v8::Local<v8::Private> decorated_key(v8::Isolate* isolate) {
  return v8::Private::ForApi(isolate, intern(isolate, "pkg:decorated"));
}

}  // namespace

std::string message_arrow(Realm& realm, v8::Local<v8::Message> message) {
  return message.IsEmpty() ? std::string() : arrow(realm.isolate(), realm.context(), message);
}

void keep_arrow(Realm& realm, v8::Local<v8::Value> error, const std::string& arrow) {
  if (!error->IsNativeError() || arrow.empty() || has_arrow(realm, error)) return;
  std::ignore =
      error.As<v8::Object>()->SetPrivate(realm.context(), arrow_key(realm.isolate()), text(realm.isolate(), arrow));
}

bool has_arrow(Realm& realm, v8::Local<v8::Value> error) {
  if (!error->IsObject()) return false;
  return error.As<v8::Object>()->HasPrivate(realm.context(), decorated_key(realm.isolate())).FromMaybe(false);
}

void decorate_stack(Realm& realm, v8::Local<v8::Value> error, v8::Local<v8::Message> message, ArrowGap gap) {
  if (!error->IsNativeError() || has_arrow(realm, error)) return;
  v8::Isolate* isolate = realm.isolate();
  v8::Local<v8::Context> context = realm.context();
  v8::TryCatch try_catch(isolate);
  std::string lines = kept_arrow(realm, error);
  if (lines.empty()) lines = message_arrow(realm, message);
  v8::Local<v8::Value> stack;
  auto object = error.As<v8::Object>();
  if (lines.empty() || !object->Get(context, intern(isolate, "stack")).ToLocal(&stack) || !stack->IsString()) return;
  v8::Local<v8::String> decorated;
  if (!utf8(isolate, lines + (gap == ArrowGap::kBlankLine ? "\n" : "") + to_utf8(isolate, stack)).ToLocal(&decorated))
    return;
  std::ignore = object->DefineOwnProperty(context, intern(isolate, "stack"), decorated, v8::DontEnum);
  std::ignore = object->SetPrivate(context, decorated_key(isolate), v8::True(isolate));
}

namespace {

// The frames of where it was thrown, for --trace-uncaught.
std::string thrown_at(v8::Isolate* isolate, v8::Local<v8::StackTrace> stack) {
  std::string out = "Thrown at:\n";
  for (int i = 0; i < stack->GetFrameCount(); ++i) {
    v8::Local<v8::StackFrame> frame = stack->GetFrame(isolate, static_cast<std::uint32_t>(i));
    std::string name = to_utf8(isolate, frame->GetFunctionName());
    std::string place = to_utf8(isolate, frame->GetScriptName()) + ":" + std::to_string(frame->GetLineNumber()) + ":" +
                        std::to_string(frame->GetColumn());
    out += "    at " + (name.empty() ? place : name + " (" + place + ")") + "\n";
  }
  return out;
}

// util.inspect's text, with the properties and causes of an error; empty when it is not there or fails.
std::string inspected(Realm& realm, v8::Local<v8::Value> error) {
  if (!realm.has(Slot::kErrorsModule)) return {};
  v8::Isolate* isolate = realm.isolate();
  v8::Local<v8::Context> context = realm.context();
  auto module = realm.get(Slot::kErrorsModule).As<v8::Object>();
  v8::Local<v8::Value> format, shown;
  if (module->Get(context, intern(isolate, "formatUncaught")).ToLocal(&format) && format->IsFunction() &&
      format.As<v8::Function>()->Call(context, module, 1, &error).ToLocal(&shown) && shown->IsString()) {
    return to_utf8(isolate, shown);
  }
  return {};
}

}  // namespace

void Realm::print_exception(v8::Local<v8::Value> error, v8::Local<v8::Message> message) {
  v8::HandleScope scope(isolate_);
  v8::Local<v8::Context> context = this->context();
  v8::TryCatch try_catch(isolate_);
  bool is_error = error->IsNativeError();
  bool is_object = error->IsObject();
  bool traces = process_options().is_on("--trace-uncaught");
  std::string lines;
  if (!has_arrow(*this, error)) lines = kept_arrow(*this, error);
  if (lines.empty() && !has_arrow(*this, error)) lines = message_arrow(*this, message);
  std::string body = is_object ? inspected(*this, error) : std::string();
  if (body.empty()) {
    v8::Local<v8::Value> stack;
    if (is_error && v8::TryCatch::StackTrace(context, error).ToLocal(&stack) && stack->IsString()) {
      body = to_utf8(isolate_, stack);
    } else if (!error->IsSymbol()) {
      body = to_utf8(isolate_, error);
    }
  }
  // An error's lines stand apart from its stack; what is not an error has nothing but a value.
  std::string out = is_error ? lines + (lines.empty() ? "" : "\n") : "\n" + lines;
  out += body + "\n";
  if (traces && !message.IsEmpty() && !message->GetStackTrace().IsEmpty()) {
    out += thrown_at(isolate_, message->GetStackTrace()) + "\n";
  } else if (!is_object) {
    out += "(Use `node --trace-uncaught ...` to show where the exception was thrown)\n";
  }
  out += std::string("\nNode.js ") + PKG_NODE_VERSION + "\n";
  std::fwrite(out.data(), 1, out.size(), stderr);
  std::fflush(stderr);
}

namespace {

thread_local bool may_abort = true;
thread_local int no_abort_scopes = 0;

void watch_uncaught(v8::Isolate* isolate) {
  isolate->SetAbortOnUncaughtExceptionCallback([](v8::Isolate*) { return may_abort && no_abort_scopes == 0; });
}

}  // namespace

void abort_on_uncaught(v8::Isolate* isolate, bool abort) {
  may_abort = abort;
  watch_uncaught(isolate);
}

NoAbortScope::NoAbortScope(v8::Isolate* isolate) {
  if (no_abort_scopes++ == 0) watch_uncaught(isolate);
}
NoAbortScope::~NoAbortScope() { --no_abort_scopes; }

}  // namespace pkg::runtime
