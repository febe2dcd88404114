#include "runtime/core/process.h"

#include <csignal>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <map>

#include <fcntl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <unistd.h>

#include "resolver/base/files.h"
#include "resolver/base/result.h"
#include "runtime/core/binding.h"
#include "runtime/core/config_file.h"
#include "runtime/core/options.h"
#include "runtime/core/permission.h"
#include "runtime/core/realm.h"
#include "runtime/core/run_script.h"
#include "runtime/core/strings.h"
#include "runtime/core/version.h"
#include "runtime/inspector/agent.h"
#include "runtime/modules/module_state.h"

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

std::string& first_word() {
  static std::string word;
  return word;
}

std::string executable_path() {
  std::error_code error;
  auto path = std::filesystem::read_symlink("/proc/self/exe", error);
  if (error) return "node";
  // An installed runtime is run by the loader of its own folder; the launcher beside that is what can be run again.
  if (path.filename().string().starts_with("ld-linux")) return (path.parent_path() / "node").string();
  return path.string();
}

constexpr int kBadUsage = 9;  // the exit code for options that cannot be

// Hands V8 its flags. What neither of us knows is an error.
Result<void> set_v8_flags(const std::string& program, const std::vector<std::string>& flags) {
  if (flags.empty()) return {};
  std::vector<std::string> words = flags;
  std::vector<char*> argv{const_cast<char*>(program.c_str())};
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  int argc = static_cast<int>(argv.size()) - 1;
  v8::V8::SetFlagsFromCommandLine(&argc, argv.data(), /*remove_flags=*/true);
  std::string message;
  for (int i = 1; i < argc; ++i) {
    if (!message.empty()) message += "\n";
    message += program + ": bad option: " + argv[i];
  }
  if (!message.empty()) return fail("ERR_BAD_OPTION", message);
  return {};
}

// Puts the variables of --env-file and --env-file-if-exists into the environment, where they are not set yet. Of two
// files the later wins.
Result<void> load_env_files(const std::string& program, const Options& options) {
  DiskFiles files;
  std::map<std::string, std::string> variables;
  for (const auto& [path, must_exist] : options.env_files) {
    auto content = files.read(path);
    if (!content) {
      if (must_exist) return fail("ERR_BAD_OPTION", program + ": " + path + ": not found");
      std::fprintf(stderr, "%s not found. Continuing without it.\n", path.c_str());
      continue;
    }
    for (auto& [key, value] : parse_env_file(*content)) variables[key] = value;
  }
  for (const auto& [key, value] : variables) setenv(key.c_str(), value.c_str(), /*overwrite=*/0);
  return {};
}

Result<void> read_options(const std::string& program, const std::vector<std::string>& arguments) {
  PKG_TRY(process_options(), parse_command_line(program, arguments));
  Options& options = process_options();
  // The process that watches leaves them to the program's, which reads them anew; a script of --run has none.
  bool is_for_another = (options.is_on("--watch") && !options.is_on("--test")) || !options.string("--run").empty();
  if (!is_for_another) PKG_TRY_VOID(load_env_files(program, options));
  if (const char* from_environment = std::getenv("NODE_OPTIONS")) {
    PKG_TRY_VOID(add_environment(program, from_environment, options));
  }
  if (std::string path = options.string("--experimental-config-file"); !path.empty()) {
    PKG_TRY_VOID(add_config_file(program, path, options));
  }
  if (const char* value = std::getenv("NODE_PENDING_DEPRECATION"); value && *value == '1') {
    options.values["--pending-deprecation"] = true;
  }
  for (auto [variable, option] : {std::pair("NODE_PRESERVE_SYMLINKS", "--preserve-symlinks"),
                                  std::pair("NODE_PRESERVE_SYMLINKS_MAIN", "--preserve-symlinks-main")}) {
    if (const char* value = std::getenv(variable); value && *value == '1') options.values[option] = true;
  }
  if (const char* value = std::getenv("NODE_NO_WARNINGS"); value && *value == '1') options.values["--warnings"] = false;
  return set_v8_flags(program, options.v8_flags);
}

}  // namespace

Platform& start_v8(int worker_threads) {
  static Platform* platform = nullptr;
  if (!platform) {
    // The snapshot is part of this executable: nothing could have changed it.
    v8::V8::SetFlagsFromString("--no-verify-snapshot-checksum");
    // v8.setFlagsFromString() may change them later.
    v8::V8::SetFlagsFromString("--no-freeze-flags-after-init");
    // `import source`: the snapshot is made with it, too.
    v8::V8::SetFlagsFromString("--js-source-phase-imports");
    // V8 would open and read /dev/urandom for each of its generators.
    v8::V8::SetEntropySource([](unsigned char* bytes, std::size_t count) {
      return getrandom(bytes, count, 0) == static_cast<ssize_t>(count);
    });
    platform = new Platform(worker_threads);
    v8::V8::InitializePlatform(platform);
    v8::V8::Initialize();
  }
  return *platform;
}

const std::string& program_name() { return first_word(); }

int run_process(int argc, char** argv) {
  reserve_stdio();
  raise_file_limit();
  std::signal(SIGPIPE, SIG_IGN);
  argv = uv_setup_args(argc, argv);
  std::string& program = first_word();
  program = argv[0];
  if (auto read = read_options(program, {argv + 1, argv + argc}); !read) {
    std::fprintf(stderr, "%s\n", read.error().message.c_str());
    return kBadUsage;
  }
  if (process_options().is_on("--version")) {
    std::printf("%s\n", PKG_NODE_VERSION);
    return 0;
  }
  if (std::string script = process_options().string("--run"); !script.empty()) {
    return run_script(script, process_options().arguments);
  }
  Permission& permission = Permission::of_process();
  permission.set_up(process_options());
  if (permission.enforced() && !permission.has(Permission::kAddon)) process_options().values["--addons"] = false;
  RealmOptions options;
  options.exec_path = executable_path();
  options.exec_argv = process_options().exec_argv;
  options.argv = process_options().arguments;
  options.argv.insert(options.argv.begin(), options.exec_path);

  Platform& platform = start_v8(4);
  uv_loop_t* loop = uv_default_loop();
  uv_loop_configure(loop, UV_METRICS_IDLE_TIME);
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
    realm.options().finish_background_work = [&] { return platform.finish_background_work(*tasks); };
    install_module_callbacks(realm);
    {
      v8::Context::Scope context_scope(realm.context());
      v8::TryCatch try_catch(isolate);
      try_catch.SetVerbose(true);
      CallbackScope callback(realm);
      v8::Local<v8::Value> id = intern(isolate, "internal/bootstrap/start");
      std::ignore = realm.function(Slot::kRequireBuiltin)->Call(realm.context(), v8::Undefined(isolate), 1, &id);
    }
    code = realm.spin();
    if (auto* agent = InspectorAgent::active(realm)) agent->wait_for_disconnect();
    // The process ends here: freeing the heap object by object would only take time.
    realm.exit(code);
  }
  return code;
}

}  // namespace pkg::runtime
