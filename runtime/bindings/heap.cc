// The heap of this thread's isolate: figures and snapshots. Spec: Node's doc/api/v8.md.

#include "runtime/bindings/heap.h"

#include <v8-profiler.h>

#include "runtime/core/binding.h"
#include "runtime/core/bytes.h"
#include "runtime/core/strings.h"

namespace pkg::runtime {

namespace {

using Args = v8::FunctionCallbackInfo<v8::Value>;

v8::Local<v8::Array> to_array(v8::Isolate* isolate, std::initializer_list<std::size_t> numbers) {
  std::vector<v8::Local<v8::Value>> values;
  for (std::size_t number : numbers) values.push_back(v8::Number::New(isolate, static_cast<double>(number)));
  return v8::Array::New(isolate, values.data(), values.size());
}

// statistics() -> the numbers of heap_numbers()
void statistics(const Args& args) {
  v8::Isolate* isolate = args.GetIsolate();
  std::vector<v8::Local<v8::Value>> values;
  for (double number : heap_numbers(isolate)) values.push_back(v8::Number::New(isolate, number));
  args.GetReturnValue().Set(v8::Array::New(isolate, values.data(), values.size()));
}

// spaces() -> [[name, size, used, available, physical], ...], bytes
void spaces(const Args& args) {
  v8::Isolate* isolate = args.GetIsolate();
  std::vector<v8::Local<v8::Value>> rows;
  for (std::size_t i = 0; i < isolate->NumberOfHeapSpaces(); ++i) {
    v8::HeapSpaceStatistics space;
    if (!isolate->GetHeapSpaceStatistics(&space, i)) continue;
    v8::Local<v8::Value> row[] = {text(isolate, space.space_name()),
                                  to_array(isolate, {space.space_size(), space.space_used_size(),
                                                     space.space_available_size(), space.physical_space_size()})};
    rows.push_back(v8::Array::New(isolate, row, 2));
  }
  args.GetReturnValue().Set(v8::Array::New(isolate, rows.data(), rows.size()));
}

// code() -> [code and metadata, bytecode and metadata, external scripts, profiler metadata], bytes
void code(const Args& args) {
  v8::HeapCodeStatistics code;
  args.GetIsolate()->GetHeapCodeAndMetadataStatistics(&code);
  args.GetReturnValue().Set(
      to_array(args.GetIsolate(), {code.code_and_metadata_size(), code.bytecode_and_metadata_size(),
                                   code.external_script_source_size(), code.cpu_profiler_metadata_size()}));
}

// snapshot(exposeInternals, exposeNumericValues) -> Buffer with JSON
void snapshot(const Args& args) {
  std::string json = heap_snapshot(args.GetIsolate(), args[0]->IsTrue(), args[1]->IsTrue());
  args.GetReturnValue().Set(
      make_buffer(Realm::from(args), {reinterpret_cast<const std::uint8_t*>(json.data()), json.size()}));
}

// instancesOf(prototype) -> the objects of this thread that have it in their chain of prototypes, after a collection
void instances_of(const Args& args) {
  struct Predicate final : v8::QueryObjectPredicate {
    bool Filter(v8::Local<v8::Object> object) override {
      // A proxy tells what its handler likes.
      for (v8::Local<v8::Value> at = object; at->IsObject() && !at->IsProxy();) {
        at = at.As<v8::Object>()->GetPrototypeV2();
        if (at->StrictEquals(prototype)) return true;
      }
      return false;
    }
    v8::Local<v8::Value> prototype;
  };
  v8::Isolate* isolate = args.GetIsolate();
  Predicate predicate;
  predicate.prototype = args[0];
  std::vector<v8::Global<v8::Object>> found;
  isolate->GetHeapProfiler()->QueryObjects(Realm::from(args).context(), &predicate, &found);
  v8::LocalVector<v8::Value> objects(isolate);
  for (auto& object : found) objects.push_back(object.Get(isolate));
  args.GetReturnValue().Set(v8::Array::New(isolate, objects.data(), objects.size()));
}

void version_tag(const Args& args) { args.GetReturnValue().Set(v8::ScriptCompiler::CachedDataVersionTag()); }

void is_one_byte(const Args& args) { args.GetReturnValue().Set(args[0].As<v8::String>()->IsOneByte()); }

constexpr Method kMethods[] = {{"statistics", statistics},   {"spaces", spaces},          {"code", code},
                               {"snapshot", snapshot},       {"versionTag", version_tag}, {"isOneByte", is_one_byte},
                               {"instancesOf", instances_of}};

class Collector final : public v8::OutputStream {
 public:
  int GetChunkSize() override { return 64 * 1024; }
  void EndOfStream() override {}
  WriteResult WriteAsciiChunk(char* data, int size) override {
    json.append(data, static_cast<std::size_t>(size));
    return kContinue;
  }
  std::string json;
};

}  // namespace

std::vector<double> heap_numbers(v8::Isolate* isolate) {
  v8::HeapStatistics heap;
  isolate->GetHeapStatistics(&heap);
  std::vector<double> numbers;
  for (std::size_t value :
       {heap.total_heap_size(), heap.total_heap_size_executable(), heap.total_physical_size(),
        heap.total_available_size(), heap.used_heap_size(), heap.heap_size_limit(), heap.malloced_memory(),
        heap.peak_malloced_memory(), static_cast<std::size_t>(heap.does_zap_garbage()),
        heap.number_of_native_contexts(), heap.number_of_detached_contexts(), heap.total_global_handles_size(),
        heap.used_global_handles_size(), heap.external_memory()}) {
    numbers.push_back(static_cast<double>(value));
  }
  return numbers;
}

std::string heap_snapshot(v8::Isolate* isolate, bool internals, bool numeric_values) {
  v8::HandleScope scope(isolate);
  v8::HeapProfiler::HeapSnapshotOptions options;
  options.snapshot_mode =
      internals ? v8::HeapProfiler::HeapSnapshotMode::kExposeInternals : v8::HeapProfiler::HeapSnapshotMode::kRegular;
  options.numerics_mode = numeric_values ? v8::HeapProfiler::NumericsMode::kExposeNumericValues
                                         : v8::HeapProfiler::NumericsMode::kHideNumericValues;
  auto* taken = const_cast<v8::HeapSnapshot*>(isolate->GetHeapProfiler()->TakeHeapSnapshot(options));
  Collector collector;
  taken->Serialize(&collector, v8::HeapSnapshot::kJSON);
  taken->Delete();
  return std::move(collector.json);
}

extern const Binding binding_heap;
const Binding binding_heap{"heap", kMethods};

}  // namespace pkg::runtime
