// What `process` needs of the operating system and of the realm.

#include <unistd.h>

#include "resolver/base/files.h"
#include "runtime/core/binding.h"
#include "runtime/core/process.h"
#include "runtime/core/strings.h"
#include "runtime/core/version.h"

namespace pkg::runtime {

namespace {

// setExitCallbacks(emitBeforeExit(), emitExit() -> code)
void set_exit_callbacks(const v8::FunctionCallbackInfo<v8::Value>& args) {
  Realm::from(args).set(Slot::kEmitBeforeExit, args[0]);
  Realm::from(args).set(Slot::kEmitExit, args[1]);
}

// reallyExit(code): returns in a worker alone, where no JavaScript runs afterwards
void really_exit(const v8::FunctionCallbackInfo<v8::Value>& args) {
  Realm& realm = Realm::from(args);
  realm.exit(args[0]->Int32Value(realm.context()).FromMaybe(0));
}

v8::Local<v8::Array> strings(Realm& realm, const std::vector<std::string>& from) {
  std::vector<v8::Local<v8::Value>> values;
  for (const std::string& value : from) values.push_back(text(realm.isolate(), value));
  return v8::Array::New(realm.isolate(), values.data(), values.size());
}

// launchInfo() -> {argv, execArgv, execPath, argv0, pid, ppid}: this process's, read after the snapshot
void launch_info(const v8::FunctionCallbackInfo<v8::Value>& args) {
  Realm& realm = Realm::from(args);
  auto info = v8::Object::New(args.GetIsolate());
  set_value(realm, info, "argv", strings(realm, realm.options().argv));
  set_value(realm, info, "execArgv", strings(realm, realm.options().exec_argv));
  set_value(realm, info, "execPath", text(args.GetIsolate(), realm.options().exec_path));
  set_value(realm, info, "argv0", text(args.GetIsolate(), program_name()));
  set_constant(realm, info, "pid", getpid());
  set_constant(realm, info, "ppid", getppid());
  args.GetReturnValue().Set(info);
}

// isMainThread() -> boolean
void is_main_thread(const v8::FunctionCallbackInfo<v8::Value>& args) {
  args.GetReturnValue().Set(Realm::from(args).is_main_thread());
}

// writeSync(fd, string): writes all of the UTF-8 bytes, waiting where the descriptor is non-blocking; for last words
void write_sync(const v8::FunctionCallbackInfo<v8::Value>& args) {
  int fd = args[0]->Int32Value(Realm::from(args).context()).FromMaybe(2);
  std::string bytes = to_utf8(args.GetIsolate(), args[1]);
  for (std::size_t done = 0; done < bytes.size();) {
    ssize_t count = ::write(fd, bytes.data() + done, bytes.size() - done);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EAGAIN) {
      usleep(1000);
      continue;
    }
    if (count < 0) return args.GetReturnValue().Set(-errno);
    done += static_cast<std::size_t>(count);
  }
  args.GetReturnValue().Set(0);
}

// readSmallFile(path) -> string or undefined; without a path: the working directory
void read_small_file(const v8::FunctionCallbackInfo<v8::Value>& args) {
  v8::Isolate* isolate = args.GetIsolate();
  if (args.Length() == 0) {
    char buffer[4096];
    if (getcwd(buffer, sizeof buffer)) args.GetReturnValue().Set(text(isolate, buffer));
    return;
  }
  DiskFiles files;
  v8::Local<v8::String> content;
  auto bytes = files.read(to_utf8(isolate, args[0]));
  if (bytes && utf8(isolate, *bytes).ToLocal(&content)) args.GetReturnValue().Set(content);
}

// compileProgram(source, filename) -> function (exports, require, module, __filename, __dirname)
void compile_program(const v8::FunctionCallbackInfo<v8::Value>& args) {
  v8::Isolate* isolate = args.GetIsolate();
  v8::ScriptOrigin origin(args[1]);
  v8::ScriptCompiler::Source source(args[0].As<v8::String>(), origin);
  v8::Local<v8::String> names[] = {intern(isolate, "exports"), intern(isolate, "require"), intern(isolate, "module"),
                                   intern(isolate, "__filename"), intern(isolate, "__dirname")};
  v8::Local<v8::Function> function;
  if (v8::ScriptCompiler::CompileFunction(Realm::from(args).context(), &source, 5, names).ToLocal(&function)) {
    args.GetReturnValue().Set(function);
  }
}

void init(Realm& realm, v8::Local<v8::Object> target) {
  set_value(realm, target, "version", text(realm.isolate(), PKG_NODE_VERSION));
}

constexpr Method kMethods[] = {
    {"setExitCallbacks", set_exit_callbacks}, {"reallyExit", really_exit}, {"launchInfo", launch_info},
    {"isMainThread", is_main_thread},         {"writeSync", write_sync},   {"readSmallFile", read_small_file},
    {"compileProgram", compile_program}};

}  // namespace

extern const Binding binding_process_methods;
const Binding binding_process_methods{"process_methods", kMethods, init};

}  // namespace pkg::runtime
