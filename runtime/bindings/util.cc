// Views into V8's objects for util.inspect and its like, and what JavaScript cannot find out by itself.

#include <cstdint>

#include "runtime/core/binding.h"
#include "runtime/core/strings.h"

namespace pkg::runtime {

namespace {

using Args = v8::FunctionCallbackInfo<v8::Value>;

// getProxyDetails(value, both) -> undefined for no proxy; the target (null when revoked), or [target, handler]
void proxy_details(const Args& args) {
  if (!args[0]->IsProxy()) return;
  auto proxy = args[0].As<v8::Proxy>();
  if (!args[1]->IsTrue()) return args.GetReturnValue().Set(proxy->GetTarget());
  v8::Local<v8::Value> pair[] = {proxy->GetTarget(), proxy->GetHandler()};
  args.GetReturnValue().Set(v8::Array::New(args.GetIsolate(), pair, 2));
}

// getPromiseDetails(promise) -> [state, result]
void promise_details(const Args& args) {
  if (!args[0]->IsPromise()) return;
  auto promise = args[0].As<v8::Promise>();
  v8::Isolate* isolate = args.GetIsolate();
  v8::Local<v8::Value> state = v8::Integer::New(isolate, promise->State());
  v8::Local<v8::Value> pair[] = {state, v8::Undefined(isolate)};
  if (promise->State() != v8::Promise::kPending) pair[1] = promise->Result();
  args.GetReturnValue().Set(v8::Array::New(isolate, pair, 2));
}

// previewEntries(collection) -> entries; with a second argument [entries, are they keys and values in turn?]
void preview_entries(const Args& args) {
  if (!args[0]->IsObject()) return;
  bool is_key_value = false;
  v8::Local<v8::Array> entries;
  if (!args[0].As<v8::Object>()->PreviewEntries(&is_key_value).ToLocal(&entries)) return;
  if (args.Length() == 1) return args.GetReturnValue().Set(entries);
  v8::Local<v8::Value> pair[] = {entries, v8::Boolean::New(args.GetIsolate(), is_key_value)};
  args.GetReturnValue().Set(v8::Array::New(args.GetIsolate(), pair, 2));
}

// getOwnNonIndexProperties(object, v8::PropertyFilter) -> keys
void own_non_index_properties(const Args& args) {
  if (!args[0]->IsObject()) return;
  auto context = Realm::from(args).context();
  auto filter = static_cast<v8::PropertyFilter>(args[1]->Uint32Value(context).FromMaybe(0));
  v8::Local<v8::Array> keys;
  if (args[0]
          .As<v8::Object>()
          ->GetPropertyNames(context, v8::KeyCollectionMode::kOwnOnly, filter, v8::IndexFilter::kSkipIndices)
          .ToLocal(&keys)) {
    args.GetReturnValue().Set(keys);
  }
}

// getConstructorName(object) -> the name of the class that V8 knows it by
void constructor_name(const Args& args) {
  if (args[0]->IsObject()) args.GetReturnValue().Set(args[0].As<v8::Object>()->GetConstructorName());
}

// getExternalAddress(external) -> bigint
void external_address(const Args& args) {
  if (!args[0]->IsExternal()) return;
  auto address = reinterpret_cast<std::uintptr_t>(args[0].As<v8::External>()->Value());
  args.GetReturnValue().Set(v8::BigInt::NewFromUnsigned(args.GetIsolate(), address));
}

// getCallerLocation() -> [line, column, file] of the caller's caller, or undefined
void caller_location(const Args& args) {
  v8::Isolate* isolate = args.GetIsolate();
  auto trace = v8::StackTrace::CurrentStackTrace(isolate, 2);
  if (trace->GetFrameCount() != 2) return;
  auto frame = trace->GetFrame(isolate, 1);
  v8::Local<v8::Value> file = frame->GetScriptNameOrSourceURL();
  if (file.IsEmpty()) return;
  v8::Local<v8::Value> parts[] = {v8::Integer::New(isolate, frame->GetLineNumber()),
                                  v8::Integer::New(isolate, frame->GetColumn()), file};
  args.GetReturnValue().Set(v8::Array::New(isolate, parts, 3));
}

// getCallSites(count) -> [{functionName, scriptId, scriptName, lineNumber, columnNumber, column}], the caller's first
void call_sites(const Args& args) {
  v8::Isolate* isolate = args.GetIsolate();
  auto context = Realm::from(args).context();
  int count = args[0]->Int32Value(context).FromMaybe(8);
  auto trace = v8::StackTrace::CurrentStackTrace(isolate, count + 1, v8::StackTrace::kDetailed);
  std::vector<v8::Local<v8::Value>> sites;
  auto or_empty = [&](v8::Local<v8::String> value) -> v8::Local<v8::Value> {
    return value.IsEmpty() ? v8::String::Empty(isolate) : value;
  };
  // The first frame is the JavaScript function that asks.
  for (int i = 1; i < trace->GetFrameCount(); ++i) {
    auto frame = trace->GetFrame(isolate, static_cast<std::uint32_t>(i));
    auto column = v8::Integer::New(isolate, frame->GetColumn());
    v8::Local<v8::Name> names[] = {intern(isolate, "functionName"), intern(isolate, "scriptId"),
                                   intern(isolate, "scriptName"),   intern(isolate, "lineNumber"),
                                   intern(isolate, "columnNumber"), intern(isolate, "column")};
    v8::Local<v8::Value> values[] = {or_empty(frame->GetFunctionName()),
                                     text(isolate, std::to_string(frame->GetScriptId())),
                                     or_empty(frame->GetScriptNameOrSourceURL()),
                                     v8::Integer::New(isolate, frame->GetLineNumber()),
                                     column,
                                     column};
    auto site = v8::Object::New(isolate, v8::Object::New(isolate)->GetPrototypeV2(), names, values, std::size(names));
    sites.push_back(site);
  }
  args.GetReturnValue().Set(v8::Array::New(isolate, sites.data(), sites.size()));
}

// isInsideNodeModules(frames) -> is the innermost frame outside builtins below a node_modules folder?
void is_inside_node_modules(const Args& args) {
  v8::Isolate* isolate = args.GetIsolate();
  int limit = args[0]->IsInt32() ? args[0].As<v8::Int32>()->Value() : 10;
  auto trace = v8::StackTrace::CurrentStackTrace(isolate, limit, v8::StackTrace::kScriptName);
  for (int i = 0; i < trace->GetFrameCount(); ++i) {
    v8::Local<v8::String> script = trace->GetFrame(isolate, static_cast<std::uint32_t>(i))->GetScriptName();
    if (script.IsEmpty() || script->Length() == 0) continue;
    std::string name = to_utf8(isolate, script);
    if (name.starts_with("node:")) continue;
    return args.GetReturnValue().Set(name.find("/node_modules/") != std::string::npos);
  }
  args.GetReturnValue().Set(false);
}

// toUSVString(string) -> the string with lone surrogates replaced
void to_usv_string(const Args& args) {
  v8::Local<v8::String> string;
  if (!args[0]->ToString(Realm::from(args).context()).ToLocal(&string)) return;
  v8::Isolate* isolate = args.GetIsolate();
  std::vector<std::uint16_t> units(static_cast<std::size_t>(string->Length()));
  string->WriteV2(isolate, 0, static_cast<std::uint32_t>(units.size()), units.data());
  for (std::size_t i = 0; i < units.size(); ++i) {
    if ((units[i] & 0xF800) != 0xD800) continue;
    bool is_pair = units[i] < 0xDC00 && i + 1 < units.size() && (units[i + 1] & 0xFC00) == 0xDC00;
    if (is_pair)
      ++i;
    else
      units[i] = 0xFFFD;
  }
  v8::Local<v8::String> result;
  if (v8::String::NewFromTwoByte(isolate, units.data(), v8::NewStringType::kNormal, static_cast<int>(units.size()))
          .ToLocal(&result)) {
    args.GetReturnValue().Set(result);
  }
}

// isConstructor(value) -> boolean
void is_constructor(const Args& args) {
  args.GetReturnValue().Set(args[0]->IsObject() && args[0].As<v8::Object>()->IsConstructor());
}

// arrayBufferViewHasBuffer(view) -> false when the view's bytes live inside the view
void view_has_buffer(const Args& args) {
  if (args[0]->IsArrayBufferView()) args.GetReturnValue().Set(args[0].As<v8::ArrayBufferView>()->HasBuffer());
}

// The first read of a lazy property: the export of that name of the builtin whose id is its data. V8 stores what comes
// back as a plain value.
void lazy_property(v8::Local<v8::Name> key, const v8::PropertyCallbackInfo<v8::Value>& info) {
  Realm& realm = *Realm::from(info.GetIsolate());
  v8::Local<v8::Value> id = info.Data(), exports, value;
  if (!realm.function(Slot::kRequireBuiltin)
           ->Call(realm.context(), v8::Undefined(realm.isolate()), 1, &id)
           .ToLocal(&exports) ||
      !exports->IsObject() || !exports.As<v8::Object>()->Get(realm.context(), key).ToLocal(&value))
    return;
  info.GetReturnValue().Set(value);
}

// defineLazyProperties(target, id, keys, enumerable = true): data properties of `target`, writable and configurable,
// that load builtin `id` when they are first read
void define_lazy_properties(const Args& args) {
  auto context = Realm::from(args).context();
  auto target = args[0].As<v8::Object>();
  auto keys = args[2].As<v8::Array>();
  auto attributes = args[3]->IsFalse() ? v8::DontEnum : v8::None;
  for (std::uint32_t i = 0; i < keys->Length(); ++i) {
    v8::Local<v8::Value> key;
    if (!keys->Get(context, i).ToLocal(&key) || !key->IsName()) return;
    if (target->SetLazyDataProperty(context, key.As<v8::Name>(), lazy_property, args[1], attributes).IsNothing())
      return;
  }
}

void init(Realm& realm, v8::Local<v8::Object> target) {
  set_constant(realm, target, "kPending", v8::Promise::kPending);
  set_constant(realm, target, "kFulfilled", v8::Promise::kFulfilled);
  set_constant(realm, target, "kRejected", v8::Promise::kRejected);
  set_constant(realm, target, "ALL_PROPERTIES", v8::ALL_PROPERTIES);
  set_constant(realm, target, "ONLY_ENUMERABLE", v8::ONLY_ENUMERABLE);
  set_constant(realm, target, "SKIP_SYMBOLS", v8::SKIP_SYMBOLS);
}

constexpr Method kMethods[] = {{"getProxyDetails", proxy_details},
                               {"getPromiseDetails", promise_details},
                               {"previewEntries", preview_entries},
                               {"getOwnNonIndexProperties", own_non_index_properties},
                               {"getConstructorName", constructor_name},
                               {"getExternalAddress", external_address},
                               {"getCallerLocation", caller_location},
                               {"getCallSites", call_sites},
                               {"isInsideNodeModules", is_inside_node_modules},
                               {"toUSVString", to_usv_string},
                               {"isConstructor", is_constructor},
                               {"arrayBufferViewHasBuffer", view_has_buffer},
                               {"defineLazyProperties", define_lazy_properties}};

// Not called as it is typed here: the snapshot asks for its address alone.
const Method kCallbacks[] = {
    {"lazyProperty", reinterpret_cast<v8::FunctionCallback>(reinterpret_cast<void*>(lazy_property))}};

}  // namespace

extern const Binding binding_util;
const Binding binding_util{"util", kMethods, init, kCallbacks};

}  // namespace pkg::runtime
