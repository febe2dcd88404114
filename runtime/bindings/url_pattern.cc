// internalBinding('url_pattern'): patterns of URLs, by ada with V8's regular expressions.
// Spec: https://urlpattern.spec.whatwg.org/

#include <memory>
#include <optional>
#include <variant>

#include <ada.h>

#include "runtime/core/binding.h"
#include "runtime/core/encodings.h"
#include "runtime/core/object_wrap.h"
#include "runtime/core/strings.h"

namespace pkg::runtime {

namespace {

using Args = v8::FunctionCallbackInfo<v8::Value>;

// What ada asks of regular expressions, on the isolate of this thread.
struct V8Regex {
  using regex_type = std::shared_ptr<v8::Global<v8::RegExp>>;

  static std::optional<regex_type> create_instance(std::string_view pattern, bool ignore_case) {
    v8::Isolate* isolate = v8::Isolate::GetCurrent();
    v8::HandleScope scope(isolate);
    v8::TryCatch caught(isolate);  // what is no expression is no pattern; the error is ours to word
    int flags = v8::RegExp::kUnicodeSets | (ignore_case ? v8::RegExp::kIgnoreCase : 0);
    v8::Local<v8::String> source;
    v8::Local<v8::RegExp> made;
    if (!utf8(isolate, pattern).ToLocal(&source) ||
        !v8::RegExp::New(isolate->GetCurrentContext(), source, static_cast<v8::RegExp::Flags>(flags)).ToLocal(&made)) {
      return std::nullopt;
    }
    return std::make_shared<v8::Global<v8::RegExp>>(isolate, made);
  }

  // The groups of a match.
  static std::optional<std::vector<std::optional<std::string>>> regex_search(std::string_view input,
                                                                             const regex_type& pattern) {
    v8::Isolate* isolate = v8::Isolate::GetCurrent();
    v8::HandleScope scope(isolate);
    auto context = isolate->GetCurrentContext();
    v8::Local<v8::Object> match;
    if (!run(input, pattern).ToLocal(&match)) return std::nullopt;
    std::vector<std::optional<std::string>> groups;
    auto found = match.As<v8::Array>();
    for (std::uint32_t i = 1; i < found->Length(); ++i) {
      v8::Local<v8::Value> group;
      if (!found->Get(context, i).ToLocal(&group)) return std::nullopt;
      if (group->IsString()) {
        groups.emplace_back(to_utf8(isolate, group));
      } else {
        groups.emplace_back(std::nullopt);
      }
    }
    return groups;
  }

  static bool regex_match(std::string_view input, const regex_type& pattern) {
    v8::HandleScope scope(v8::Isolate::GetCurrent());
    return !run(input, pattern).IsEmpty();
  }

 private:
  static v8::MaybeLocal<v8::Object> run(std::string_view input, const regex_type& pattern) {
    v8::Isolate* isolate = v8::Isolate::GetCurrent();
    v8::EscapableHandleScope scope(isolate);
    v8::TryCatch caught(isolate);
    v8::Local<v8::String> subject;
    v8::Local<v8::Object> match;
    if (!pattern || !utf8(isolate, input).ToLocal(&subject) ||
        !pattern->Get(isolate)->Exec(isolate->GetCurrentContext(), subject).ToLocal(&match) || match->IsNull()) {
      return {};
    }
    return scope.Escape(match);
  }
};

using Ada = ada::url_pattern<V8Regex>;
using Component = ada::url_pattern_component<V8Regex>;

struct Pattern final : ObjectWrap {
  Pattern(Realm& realm, v8::Local<v8::Object> object, Ada made) : ObjectWrap(realm, object), ada(std::move(made)) {}
  Ada ada;
};

// The parts in the order in which JavaScript has them: protocol, username, password, hostname, port, pathname, search,
// hash and, of an input alone, baseURL.
std::optional<std::string> ada::url_pattern_init::*const kInit[] = {
    &ada::url_pattern_init::protocol, &ada::url_pattern_init::username, &ada::url_pattern_init::password,
    &ada::url_pattern_init::hostname, &ada::url_pattern_init::port,     &ada::url_pattern_init::pathname,
    &ada::url_pattern_init::search,   &ada::url_pattern_init::hash,     &ada::url_pattern_init::base_url};

// A string, or an array of parts that are strings or undefined.
struct Input {
  Input(v8::Isolate* isolate, v8::Local<v8::Value> value) {
    if (value->IsString()) {
      text = to_utf8(isolate, value);
      return;
    }
    auto context = isolate->GetCurrentContext();
    auto parts = value.As<v8::Array>();
    ada::url_pattern_init init;
    for (std::uint32_t i = 0; i < std::size(kInit); ++i) {
      v8::Local<v8::Value> part = parts->Get(context, i).ToLocalChecked();
      if (part->IsString()) init.*kInit[i] = to_utf8(isolate, part);
    }
    parts_ = std::move(init);
  }
  std::variant<std::string_view, ada::url_pattern_init> get() const {
    if (parts_) return *parts_;
    return std::string_view(text);
  }
  std::string text;

 private:
  std::optional<ada::url_pattern_init> parts_;
};

// A base that is there or not, as ada takes it.
struct Base {
  Base(v8::Isolate* isolate, v8::Local<v8::Value> value) : given(value->IsString()) {
    if (given) text = to_utf8(isolate, value);
    view = text;
  }
  const std::string_view* get() const { return given ? &view : nullptr; }
  bool given;
  std::string text;
  std::string_view view;
};

// new Pattern(input, base or undefined, ignoreCase): ERR_INVALID_URL_PATTERN when it is none
void construct(const Args& args) {
  Input input(args.GetIsolate(), args[0]);
  Base base(args.GetIsolate(), args[1]);
  ada::url_pattern_options options{args[2]->IsTrue()};
  auto made = ada::parse_url_pattern<V8Regex>(input.get(), base.get(), &options);
  if (!made) {
    return throw_coded_error(args.GetIsolate(), "ERR_INVALID_URL_PATTERN", "Failed to construct URLPattern",
                             v8::Exception::TypeError);
  }
  new Pattern(Realm::from(args), args.This(), std::move(*made));
}

// test(input, base) -> boolean, or undefined when the two do not go together
void test(const Args& args) {
  auto* self = ObjectWrap::self<Pattern>(args);
  Input input(args.GetIsolate(), args[0]);
  Base base(args.GetIsolate(), args[1]);
  auto result = self->ada.test(input.get(), base.get());
  if (result) args.GetReturnValue().Set(*result);
}

// exec(input, base) -> [[input, name, value or undefined, ...] of each part], null when it does not match, undefined
// when the two do not go together
void exec(const Args& args) {
  v8::Isolate* isolate = args.GetIsolate();
  auto* self = ObjectWrap::self<Pattern>(args);
  Input input(isolate, args[0]);
  Base base(isolate, args[1]);
  auto result = self->ada.exec(input.get(), base.get());
  if (!result) return;
  if (!*result) return args.GetReturnValue().SetNull();
  auto& match = **result;
  auto& ada = self->ada;
  const std::pair<ada::url_pattern_component_result*, Component*> parts[] = {
      {&match.protocol, &ada.protocol_component}, {&match.username, &ada.username_component},
      {&match.password, &ada.password_component}, {&match.hostname, &ada.hostname_component},
      {&match.port, &ada.port_component},         {&match.pathname, &ada.pathname_component},
      {&match.search, &ada.search_component},     {&match.hash, &ada.hash_component}};
  v8::LocalVector<v8::Value> rows(isolate);
  for (auto [found, component] : parts) {
    v8::LocalVector<v8::Value> row(isolate);
    row.push_back(text(isolate, found->input));
    for (const std::string& name : component->group_name_list) {
      auto group = found->groups.find(name);
      row.push_back(text(isolate, name));
      if (group != found->groups.end() && group->second) {
        row.push_back(text(isolate, *group->second));
      } else {
        row.push_back(v8::Undefined(isolate));
      }
    }
    rows.push_back(v8::Array::New(isolate, row.data(), row.size()));
  }
  args.GetReturnValue().Set(v8::Array::New(isolate, rows.data(), rows.size()));
}

// parts() -> the pattern of each part
void parts(const Args& args) {
  v8::Isolate* isolate = args.GetIsolate();
  const Ada& ada = ObjectWrap::self<Pattern>(args)->ada;
  v8::Local<v8::Value> all[] = {text(isolate, ada.get_protocol()), text(isolate, ada.get_username()),
                                text(isolate, ada.get_password()), text(isolate, ada.get_hostname()),
                                text(isolate, ada.get_port()),     text(isolate, ada.get_pathname()),
                                text(isolate, ada.get_search()),   text(isolate, ada.get_hash())};
  args.GetReturnValue().Set(v8::Array::New(isolate, all, std::size(all)));
}

void has_groups(const Args& args) {
  args.GetReturnValue().Set(ObjectWrap::self<Pattern>(args)->ada.has_regexp_groups());
}

constexpr Method kPrototype[] = {{"test", test}, {"exec", exec}, {"parts", parts}, {"hasRegExpGroups", has_groups}};
constexpr Method kCallbacks[] = {
    {"Pattern", construct}, {"test", test}, {"exec", exec}, {"parts", parts}, {"hasRegExpGroups", has_groups}};

void init(Realm& realm, v8::Local<v8::Object> target) {
  set_class(realm, target, "Pattern", make_class(realm, "Pattern", construct, kPrototype));
}

}  // namespace

extern const Binding binding_url_pattern;
const Binding binding_url_pattern{"url_pattern", {}, init, kCallbacks};

}  // namespace pkg::runtime
