// What the operating system says of the machine. Functions give their value, or a negative libuv error.

#include "runtime/core/binding.h"
#include "runtime/core/bytes.h"
#include "runtime/core/strings.h"

namespace pkg::runtime {

namespace {

using Args = v8::FunctionCallbackInfo<v8::Value>;

v8::Local<v8::Array> make_array(v8::Isolate* isolate, std::vector<v8::Local<v8::Value>>& values) {
  return v8::Array::New(isolate, values.data(), values.size());
}

// hostname() -> string
void hostname(const Args& args) {
  char name[UV_MAXHOSTNAMESIZE];
  size_t size = sizeof name;
  int error = uv_os_gethostname(name, &size);
  if (error != 0) return args.GetReturnValue().Set(error);
  args.GetReturnValue().Set(text(args.GetIsolate(), {name, size}));
}

// homedir() -> string
void homedir(const Args& args) {
  char path[4096];
  size_t size = sizeof path;
  int error = uv_os_homedir(path, &size);
  if (error != 0) return args.GetReturnValue().Set(error);
  args.GetReturnValue().Set(text(args.GetIsolate(), {path, size}));
}

// uname() -> [sysname, version, release, machine]
void uname(const Args& args) {
  uv_utsname_t info;
  int error = uv_os_uname(&info);
  if (error != 0) return args.GetReturnValue().Set(error);
  v8::Isolate* isolate = args.GetIsolate();
  std::vector<v8::Local<v8::Value>> values = {text(isolate, info.sysname), text(isolate, info.version),
                                              text(isolate, info.release), text(isolate, info.machine)};
  args.GetReturnValue().Set(make_array(isolate, values));
}

// uptime() -> [seconds]
void uptime(const Args& args) {
  double seconds;
  int error = uv_uptime(&seconds);
  if (error != 0) return args.GetReturnValue().Set(error);
  std::vector<v8::Local<v8::Value>> values = {v8::Number::New(args.GetIsolate(), seconds)};
  args.GetReturnValue().Set(make_array(args.GetIsolate(), values));
}

void totalmem(const Args& args) { args.GetReturnValue().Set(static_cast<double>(uv_get_total_memory())); }
void freemem(const Args& args) { args.GetReturnValue().Set(static_cast<double>(uv_get_free_memory())); }
void available_parallelism(const Args& args) { args.GetReturnValue().Set(uv_available_parallelism()); }

// loadavg(Float64Array of three)
void loadavg(const Args& args) {
  auto out = writable_bytes(args[0]);
  double values[3];
  uv_loadavg(values);
  if (out.size() >= sizeof values) std::memcpy(out.data(), values, sizeof values);
}

// cpus() -> [model, MHz, user, nice, sys, idle, irq (ms), ...]
void cpus(const Args& args) {
  v8::Isolate* isolate = args.GetIsolate();
  uv_cpu_info_t* infos;
  int count;
  int error = uv_cpu_info(&infos, &count);
  if (error != 0) return args.GetReturnValue().Set(error);
  std::vector<v8::Local<v8::Value>> values;
  for (int i = 0; i < count; ++i) {
    const auto& times = infos[i].cpu_times;
    values.push_back(text(isolate, infos[i].model));
    values.push_back(v8::Integer::New(isolate, infos[i].speed));
    for (auto time : {times.user, times.nice, times.sys, times.idle, times.irq}) {
      values.push_back(v8::Number::New(isolate, static_cast<double>(time)));
    }
  }
  uv_free_cpu_info(infos, count);
  args.GetReturnValue().Set(make_array(isolate, values));
}

// interfaceAddresses() -> [name, address, netmask, family, mac, internal, scope id or -1, ...]
void interface_addresses(const Args& args) {
  v8::Isolate* isolate = args.GetIsolate();
  uv_interface_address_t* all;
  int count;
  int error = uv_interface_addresses(&all, &count);
  if (error != 0) return args.GetReturnValue().Set(error);
  std::vector<v8::Local<v8::Value>> values;
  for (int i = 0; i < count; ++i) {
    const uv_interface_address_t& one = all[i];
    char address[64] = "", netmask[64] = "", mac[18];
    bool v6 = one.address.address4.sin_family == AF_INET6;
    if (v6) {
      uv_ip6_name(&one.address.address6, address, sizeof address);
      uv_ip6_name(&one.netmask.netmask6, netmask, sizeof netmask);
    } else {
      uv_ip4_name(&one.address.address4, address, sizeof address);
      uv_ip4_name(&one.netmask.netmask4, netmask, sizeof netmask);
    }
    const auto* hex = reinterpret_cast<const unsigned char*>(one.phys_addr);
    std::snprintf(mac, sizeof mac, "%02x:%02x:%02x:%02x:%02x:%02x", hex[0], hex[1], hex[2], hex[3], hex[4], hex[5]);
    values.push_back(text(isolate, one.name));
    values.push_back(text(isolate, address));
    values.push_back(text(isolate, netmask));
    values.push_back(intern(isolate, v6 ? "IPv6" : "IPv4"));
    values.push_back(text(isolate, mac));
    values.push_back(v8::Boolean::New(isolate, one.is_internal));
    values.push_back(v8::Integer::New(isolate, v6 ? static_cast<int>(one.address.address6.sin6_scope_id) : -1));
  }
  uv_free_interface_addresses(all, count);
  args.GetReturnValue().Set(make_array(isolate, values));
}

// userInfo() -> {uid, gid, username, homedir, shell}
void user_info(const Args& args) {
  v8::Isolate* isolate = args.GetIsolate();
  auto context = Realm::from(args).context();
  uv_passwd_t info;
  int error = uv_os_get_passwd(&info);
  if (error != 0) return args.GetReturnValue().Set(error);
  auto result = v8::Object::New(isolate, v8::Null(isolate), nullptr, nullptr, 0);
  auto set = [&](const char* name, v8::Local<v8::Value> value) {
    std::ignore = result->Set(context, intern(isolate, name), value);
  };
  set("uid", v8::Number::New(isolate, static_cast<double>(info.uid)));
  set("gid", v8::Number::New(isolate, static_cast<double>(info.gid)));
  set("username", text(isolate, info.username));
  set("homedir", text(isolate, info.homedir));
  set("shell", info.shell ? text(isolate, info.shell).As<v8::Value>() : v8::Null(isolate).As<v8::Value>());
  uv_os_free_passwd(&info);
  args.GetReturnValue().Set(result);
}

// setPriority(pid, priority) -> 0 or a negative error
void set_priority(const Args& args) {
  auto context = Realm::from(args).context();
  args.GetReturnValue().Set(
      uv_os_setpriority(args[0]->Int32Value(context).FromMaybe(0), args[1]->Int32Value(context).FromMaybe(0)));
}

// getPriority(pid) -> [priority]
void get_priority(const Args& args) {
  int priority;
  int error = uv_os_getpriority(args[0]->Int32Value(Realm::from(args).context()).FromMaybe(0), &priority);
  if (error != 0) return args.GetReturnValue().Set(error);
  std::vector<v8::Local<v8::Value>> values = {v8::Integer::New(args.GetIsolate(), priority)};
  args.GetReturnValue().Set(make_array(args.GetIsolate(), values));
}

constexpr Method kMethods[] = {
    {"hostname", hostname},
    {"homedir", homedir},
    {"uname", uname},
    {"uptime", uptime},
    {"totalmem", totalmem},
    {"freemem", freemem},
    {"availableParallelism", available_parallelism},
    {"loadavg", loadavg},
    {"cpus", cpus},
    {"interfaceAddresses", interface_addresses},
    {"userInfo", user_info},
    {"setPriority", set_priority},
    {"getPriority", get_priority},
};

}  // namespace

extern const Binding binding_os;
const Binding binding_os{"os", kMethods};

}  // namespace pkg::runtime
