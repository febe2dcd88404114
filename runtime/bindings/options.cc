// The command line's options, for internal/options.js.

#include "runtime/core/options.h"

#include "runtime/core/binding.h"
#include "runtime/core/strings.h"

namespace pkg::runtime {

namespace {

v8::Local<v8::Value> to_value(v8::Isolate* isolate, const Options& options, const OptionRow& row) {
  auto& values = options.values;
  auto found = values.find(row.name);
  auto list_of = [&](const std::vector<std::string>& items) {
    std::vector<v8::Local<v8::Value>> elements;
    for (const std::string& item : items) elements.push_back(text(isolate, item));
    return v8::Array::New(isolate, elements.data(), elements.size());
  };
  if (row.kind == OptionKind::kBoolean) return v8::Boolean::New(isolate, options.is_on(row.name));
  if (found == values.end()) {
    if (row.kind == OptionKind::kList) return list_of({});
    if (row.kind == OptionKind::kString || row.kind == OptionKind::kHostPort) return v8::String::Empty(isolate);
    if (row.kind == OptionKind::kInteger || row.kind == OptionKind::kUnsigned) {
      double value = row.name == "--max-http-header-size"                           ? 16 * 1024
                     : row.name == "--network-family-autoselection-attempt-timeout" ? 250
                     : row.name == "--stack-trace-limit"                            ? 10
                     : row.name == "--v8-pool-size"                                 ? 4
                     : row.name == "--secure-heap-min"                              ? 2
                                                                                    : 0;
      return v8::Number::New(isolate, value);
    }
    return v8::Undefined(isolate);
  }
  if (auto* flag = std::get_if<bool>(&found->second)) return v8::Boolean::New(isolate, *flag);
  if (auto* number = std::get_if<double>(&found->second)) return v8::Number::New(isolate, *number);
  if (auto* string = std::get_if<std::string>(&found->second)) return text(isolate, *string);
  if (auto* list = std::get_if<std::vector<std::string>>(&found->second)) return list_of(*list);
  return v8::Undefined(isolate);
}

// getOption(name) -> boolean, number, string or string[]; undefined for unknown names and V8's options
// that were not given
void get_option(const v8::FunctionCallbackInfo<v8::Value>& args) {
  v8::Isolate* isolate = args.GetIsolate();
  std::string name = to_utf8(isolate, args[0]);
  if (const OptionRow* row = find_option(name)) {
    args.GetReturnValue().Set(to_value(isolate, Realm::from(args).command_line(), *row));
  } else if (name.starts_with("--no-")) {
    if (const OptionRow* positive = find_option("--" + name.substr(5))) {
      args.GetReturnValue().Set(!Realm::from(args).command_line().is_on(positive->name));
    }
  }
}

// hasEval() -> boolean: whether -e or -p gave a script, be it an empty one
void has_eval(const v8::FunctionCallbackInfo<v8::Value>& args) {
  args.GetReturnValue().Set(Realm::from(args).command_line().has_eval);
}

// environmentOptions() -> [name, isBoolean, ...]: what may stand in NODE_OPTIONS
void environment_options(const v8::FunctionCallbackInfo<v8::Value>& args) {
  v8::Isolate* isolate = args.GetIsolate();
  std::vector<v8::Local<v8::Value>> names;
  for (const OptionRow& row : option_rows()) {
    if (!(row.flags & kEnvironment)) continue;
    names.push_back(text(isolate, row.name));
    names.push_back(v8::Boolean::New(isolate, row.kind == OptionKind::kBoolean));
  }
  args.GetReturnValue().Set(v8::Array::New(isolate, names.data(), names.size()));
}

// parseEnv(text) -> object of strings
void parse_env(const v8::FunctionCallbackInfo<v8::Value>& args) {
  v8::Isolate* isolate = args.GetIsolate();
  v8::Local<v8::Context> context = Realm::from(args).context();
  auto result = v8::Object::New(isolate);
  for (const auto& [key, value] : parse_env_file(to_utf8(isolate, args[0]))) {
    v8::Local<v8::String> name, content;
    if (!utf8(isolate, key).ToLocal(&name) || !utf8(isolate, value).ToLocal(&content)) return;
    if (result->CreateDataProperty(context, name, content).IsNothing()) return;
  }
  args.GetReturnValue().Set(result);
}

constexpr Method kMethods[] = {{"getOption", get_option},
                               {"hasEval", has_eval},
                               {"environmentOptions", environment_options},
                               {"parseEnv", parse_env}};

}  // namespace

extern const Binding binding_options;
const Binding binding_options{"options", kMethods};

}  // namespace pkg::runtime
