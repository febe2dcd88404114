#include "runtime/core/builtins.h"

#include <algorithm>
#include <deque>
#include <string>
#include <vector>

#include "runtime/core/realm.h"
#include "runtime/core/strings.h"

namespace pkg::runtime {

namespace {

class OneByteSource final : public v8::String::ExternalOneByteStringResource {
 public:
  explicit OneByteSource(const BuiltinSource& source) : source_(source) {}
  const char* data() const override { return static_cast<const char*>(source_.data); }
  std::size_t length() const override { return source_.length; }
  void Dispose() override {}  // the text is part of the executable

 private:
  const BuiltinSource& source_;
};

class TwoByteSource final : public v8::String::ExternalStringResource {
 public:
  explicit TwoByteSource(const BuiltinSource& source) : source_(source) {}
  const std::uint16_t* data() const override { return static_cast<const std::uint16_t*>(source_.data); }
  std::size_t length() const override { return source_.length; }
  void Dispose() override {}

 private:
  const BuiltinSource& source_;
};

// One string resource a source, at fixed indices, never freed: snapshots refer to them by address.
struct Resources {
  std::deque<OneByteSource> one_byte;
  std::deque<TwoByteSource> two_byte;
  Resources() {
    auto sources = builtin_sources();
    for (const auto& source : sources) {
      one_byte.emplace_back(source);
      two_byte.emplace_back(source);
    }
  }
};

Resources& resources() {
  static Resources& all = *new Resources;
  return all;
}

}  // namespace

void append_builtin_source_references(std::vector<std::intptr_t>& references) {
  auto sources = builtin_sources();
  for (std::size_t i = 0; i < sources.size(); ++i) {
    references.push_back(sources[i].two_byte ? reinterpret_cast<std::intptr_t>(&resources().two_byte[i])
                                             : reinterpret_cast<std::intptr_t>(&resources().one_byte[i]));
  }
}

const BuiltinSource* find_builtin(std::string_view id) {
  auto sources = builtin_sources();
  auto found = std::lower_bound(sources.begin(), sources.end(), id,
                                [](const BuiltinSource& source, std::string_view key) { return source.id < key; });
  return found != sources.end() && id == found->id ? &*found : nullptr;
}

v8::MaybeLocal<v8::Function> compile_builtin(Realm& realm, std::string_view id) {
  v8::Isolate* isolate = realm.isolate();
  const BuiltinSource* source = find_builtin(id);
  if (!source) {
    isolate->ThrowException(v8::Exception::Error(text(isolate, "No such builtin: " + std::string(id))));
    return {};
  }
  std::size_t index = static_cast<std::size_t>(source - builtin_sources().data());
  v8::Local<v8::String> code;
  bool made = source->two_byte ? v8::String::NewExternalTwoByte(isolate, &resources().two_byte[index]).ToLocal(&code)
                               : v8::String::NewExternalOneByte(isolate, &resources().one_byte[index]).ToLocal(&code);
  if (!made) return {};
  v8::ScriptOrigin origin(text(isolate, "node:" + std::string(id)), 0, 0, true);
  v8::ScriptCompiler::Source script(code, origin);
  v8::Local<v8::String> parameters[] = {intern(isolate, "exports"),         intern(isolate, "require"),
                                        intern(isolate, "module"),          intern(isolate, "process"),
                                        intern(isolate, "internalBinding"), intern(isolate, "primordials")};
  return v8::ScriptCompiler::CompileFunction(realm.context(), &script, std::size(parameters), parameters);
}

}  // namespace pkg::runtime
