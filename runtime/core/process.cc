#include "runtime/core/process.h"

#include <csignal>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "resolver/base/result.h"
#include "runtime/core/binding.h"
#include "runtime/core/realm.h"
#include "runtime/core/strings.h"

namespace pkg::runtime {

namespace {

// A descriptor 0 to 2 that is closed would be given to the next file opened, and be written to by console.log.
void reserve_stdio() {
  for (int fd = 0; fd <= 2; ++fd) {
    if (fcntl(fd, F_GETFD) == -1 && errno == EBADF && open("/dev/null", O_RDWR) != fd) std::abort();
  }
}

void raise_file_limit() {
  rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
  }
}

std::string executable_path() {
  std::error_code error;
  auto path = std::filesystem::read_symlink("/proc/self/exe", error);
  if (error) return "node";
  // An installed runtime is run by the loader of its own folder; the launcher beside that is what can be run again.
  if (path.filename().string().starts_with("ld-linux")) return (path.parent_path() / "node").string();
  return path.string();
}

}  // namespace

Platform& start_v8(int worker_threads) {
  static Platform* platform = nullptr;
  if (!platform) {
    // The snapshot is part of this executable: nothing could have changed it.
    v8::V8::SetFlagsFromString("--no-verify-snapshot-checksum");
    platform = new Platform(worker_threads);
    v8::V8::InitializePlatform(platform);
    v8::V8::Initialize();
  }
  return *platform;
}

int run_process(int argc, char** argv) {
  reserve_stdio();
  raise_file_limit();
  std::signal(SIGPIPE, SIG_IGN);
  argv = uv_setup_args(argc, argv);
  RealmOptions options;
  options.exec_path = executable_path();
  options.argv.push_back(options.exec_path);
  for (int i = 1; i < argc; ++i) options.argv.emplace_back(argv[i]);

  Platform& platform = start_v8(4);
  uv_loop_t* loop = uv_default_loop();
  const v8::StartupData* snapshot = embedded_snapshot();
  v8::Isolate* isolate = v8::Isolate::Allocate();
  auto tasks = platform.add_isolate(isolate, loop);
  std::unique_ptr<v8::ArrayBuffer::Allocator> allocator(v8::ArrayBuffer::Allocator::NewDefaultAllocator());
  v8::Isolate::CreateParams params;
  params.array_buffer_allocator = allocator.get();
  params.external_references = external_references();
  params.snapshot_blob = snapshot;
  v8::Isolate::Initialize(isolate, params);
  int code = 0;
  {
    v8::Isolate::Scope isolate_scope(isolate);
    v8::HandleScope scope(isolate);
    Realm realm(isolate, loop, snapshot != nullptr);
    realm.options() = std::move(options);
    {
      v8::Context::Scope context_scope(realm.context());
      v8::TryCatch try_catch(isolate);
      try_catch.SetVerbose(true);
      CallbackScope callback(realm);
      v8::Local<v8::Value> id = intern(isolate, "internal/bootstrap/start");
      std::ignore = realm.function(Slot::kRequireBuiltin)->Call(realm.context(), v8::Undefined(isolate), 1, &id);
    }
    code = realm.spin();
    // The process ends here: freeing the heap object by object would only take time.
    realm.exit(code);
  }
}

}  // namespace pkg::runtime
