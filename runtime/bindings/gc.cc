// internalBinding('gc'): the garbage collections of this thread. Spec: Node's doc/api/v8.md, "Class: v8.GCProfiler".

#include <uv.h>
#include <v8.h>

#include "runtime/core/binding.h"
#include "runtime/core/object_wrap.h"
#include "runtime/core/strings.h"

namespace pkg::runtime {

namespace {

using Args = v8::FunctionCallbackInfo<v8::Value>;

struct Figures {
  v8::HeapStatistics heap;
  std::vector<v8::HeapSpaceStatistics> spaces;

  void take(v8::Isolate* isolate) {
    isolate->GetHeapStatistics(&heap);
    spaces.resize(isolate->NumberOfHeapSpaces());
    for (std::size_t i = 0; i < spaces.size(); ++i) isolate->GetHeapSpaceStatistics(&spaces[i], i);
  }

  v8::Local<v8::Value> to_js(v8::Isolate* isolate) {
    auto number = [&](std::size_t value) -> v8::Local<v8::Value> {
      return v8::Number::New(isolate, static_cast<double>(value));
    };
    v8::Local<v8::Value> totals[] = {number(heap.total_heap_size()),
                                     number(heap.total_heap_size_executable()),
                                     number(heap.total_physical_size()),
                                     number(heap.total_available_size()),
                                     number(heap.total_global_handles_size()),
                                     number(heap.used_global_handles_size()),
                                     number(heap.used_heap_size()),
                                     number(heap.heap_size_limit()),
                                     number(heap.malloced_memory()),
                                     number(heap.external_memory()),
                                     number(heap.peak_malloced_memory())};
    v8::LocalVector<v8::Value> rows(isolate);
    for (v8::HeapSpaceStatistics& space : spaces) {
      v8::Local<v8::Value> row[] = {text(isolate, space.space_name()), number(space.space_size()),
                                    number(space.space_used_size()), number(space.space_available_size()),
                                    number(space.physical_space_size())};
      rows.push_back(v8::Array::New(isolate, row, std::size(row)));
    }
    v8::Local<v8::Value> both[] = {v8::Array::New(isolate, totals, std::size(totals)),
                                   v8::Array::New(isolate, rows.data(), rows.size())};
    return v8::Array::New(isolate, both, 2);
  }
};

const char* name_of(v8::GCType type) {
  switch (type) {
    case v8::kGCTypeScavenge:
      return "Scavenge";
    case v8::kGCTypeMinorMarkSweep:
      return "MinorMarkSweep";
    case v8::kGCTypeMarkSweepCompact:
      return "MarkSweepCompact";
    case v8::kGCTypeIncrementalMarking:
      return "IncrementalMarking";
    case v8::kGCTypeProcessWeakCallbacks:
      return "ProcessWeakCallbacks";
    default:
      return "Unknown";
  }
}

struct Collection {
  v8::GCType type;
  std::uint64_t began;  // ns
  std::uint64_t took = 0;
  Figures before, after;
};

// Records from its construction to stop().
class Collections final : public ObjectWrap {
 public:
  Collections(Realm& realm, v8::Local<v8::Object> object) : ObjectWrap(realm, object) {
    realm.isolate()->AddGCPrologueCallback(begin, this);
    realm.isolate()->AddGCEpilogueCallback(end, this);
  }
  ~Collections() override { remove(); }

  void remove() {
    if (!recording_) return;
    recording_ = false;
    isolate()->RemoveGCPrologueCallback(begin, this);
    isolate()->RemoveGCEpilogueCallback(end, this);
  }

  static void construct(const Args& args) { new Collections(Realm::from(args), args.This()); }

  // stop() -> [[type, cost in us, figures before, figures after], ...]
  static void stop(const Args& args) {
    auto* self = ObjectWrap::self<Collections>(args);
    v8::Isolate* isolate = args.GetIsolate();
    self->remove();
    v8::LocalVector<v8::Value> rows(isolate);
    for (Collection& each : self->done_) {
      v8::Local<v8::Value> row[] = {text(isolate, name_of(each.type)),
                                    v8::Number::New(isolate, static_cast<double>(each.took) / 1e3),
                                    each.before.to_js(isolate), each.after.to_js(isolate)};
      rows.push_back(v8::Array::New(isolate, row, std::size(row)));
    }
    args.GetReturnValue().Set(v8::Array::New(isolate, rows.data(), rows.size()));
  }

 private:
  // One may happen inside another.
  static void begin(v8::Isolate* isolate, v8::GCType type, v8::GCCallbackFlags, void* data) {
    auto* self = static_cast<Collections*>(data);
    Collection& one = self->under_way_.emplace_back();
    one.type = type;
    one.before.take(isolate);
    one.began = uv_hrtime();
  }
  static void end(v8::Isolate* isolate, v8::GCType type, v8::GCCallbackFlags, void* data) {
    auto* self = static_cast<Collections*>(data);
    if (self->under_way_.empty() || self->under_way_.back().type != type) return;
    Collection one = std::move(self->under_way_.back());
    self->under_way_.pop_back();
    one.took = uv_hrtime() - one.began;
    one.after.take(isolate);
    self->done_.push_back(std::move(one));
  }

  bool recording_ = true;
  std::vector<Collection> under_way_, done_;
};

constexpr Method kPrototype[] = {{"stop", Collections::stop}};
constexpr Method kCallbacks[] = {{"Collections", Collections::construct}, {"stop", Collections::stop}};

void init(Realm& realm, v8::Local<v8::Object> target) {
  set_class(realm, target, "Collections", make_class(realm, "Collections", Collections::construct, kPrototype));
}

}  // namespace

extern const Binding binding_gc;
const Binding binding_gc{"gc", {}, init, kCallbacks};

}  // namespace pkg::runtime
