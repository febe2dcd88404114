// Builds the snapshot that the runtime starts from: make_snapshot OUT.bin

#include <cstdio>
#include <memory>

#include "resolver/base/result.h"
#include "runtime/core/binding.h"
#include "runtime/core/process.h"
#include "runtime/core/realm.h"

namespace pkg::runtime {

const v8::StartupData* embedded_snapshot() { return nullptr; }

}  // namespace pkg::runtime

int main(int argc, char** argv) {
  using namespace pkg::runtime;
  if (argc != 2) {
    std::fprintf(stderr, "usage: make_snapshot OUT.bin\n");
    return 9;
  }
  Platform& platform = start_v8(1);
  uv_loop_t* loop = uv_default_loop();
  v8::Isolate* isolate = v8::Isolate::Allocate();
  auto tasks = platform.add_isolate(isolate, loop);
  v8::StartupData blob;
  {
    std::unique_ptr<v8::ArrayBuffer::Allocator> allocator(v8::ArrayBuffer::Allocator::NewDefaultAllocator());
    v8::Isolate::CreateParams params;
    params.array_buffer_allocator = allocator.get();
    params.external_references = external_references();
    v8::SnapshotCreator creator(isolate, params);
    {
      v8::HandleScope scope(isolate);
      // Context 0 is the realm; the default context is a plain one, for vm.createContext.
      creator.SetDefaultContext(v8::Context::New(isolate));
      Realm realm(isolate, loop, false, &creator);
      realm.add_to_snapshot(creator);
    }
    blob = creator.CreateBlob(v8::SnapshotCreator::FunctionCodeHandling::kKeep);
  }
  if (blob.data == nullptr) return 1;
  FILE* file = std::fopen(argv[1], "wb");
  bool written = file &&
                 std::fwrite(blob.data, 1, static_cast<std::size_t>(blob.raw_size), file) ==
                     static_cast<std::size_t>(blob.raw_size) &&
                 std::fclose(file) == 0;
  std::_Exit(written ? 0 : 1);
}
