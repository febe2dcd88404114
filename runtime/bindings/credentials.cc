// Users and groups of the process: process.getuid() and the like. Errors are negative errno values.

#include <cerrno>
#include <vector>

#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include "runtime/core/binding.h"
#include "runtime/core/strings.h"

namespace pkg::runtime {

namespace {

using Info = v8::FunctionCallbackInfo<v8::Value>;

template <typename Id, Id (*get)()>
void get_id(const Info& args) {
  args.GetReturnValue().Set(static_cast<std::uint32_t>(get()));
}

constexpr std::uint32_t kNobody = static_cast<std::uint32_t>(-1);

// A number, or a name that the system's database knows; kNobody when it does not.
std::uint32_t user_id(v8::Isolate* isolate, v8::Local<v8::Value> value) {
  if (value->IsUint32()) return value.As<v8::Uint32>()->Value();
  std::string name = to_utf8(isolate, value);
  passwd entry, *found = nullptr;
  std::vector<char> buffer(16384);
  return getpwnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found) == 0 && found ? found->pw_uid : kNobody;
}
std::uint32_t group_id(v8::Isolate* isolate, v8::Local<v8::Value> value) {
  if (value->IsUint32()) return value.As<v8::Uint32>()->Value();
  std::string name = to_utf8(isolate, value);
  group entry, *found = nullptr;
  std::vector<char> buffer(65536);
  return getgrnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found) == 0 && found ? found->gr_gid : kNobody;
}

// setuid(id or name) -> 1 when the name is unknown, 0, or a negative errno
template <std::uint32_t (*find)(v8::Isolate*, v8::Local<v8::Value>), int (*set)(unsigned)>
void set_id(const Info& args) {
  std::uint32_t id = find(args.GetIsolate(), args[0]);
  if (id == kNobody) return args.GetReturnValue().Set(1);
  args.GetReturnValue().Set(set(id) == 0 ? 0 : -errno);
}

void get_groups(const Info& args) {
  int count = getgroups(0, nullptr);
  if (count < 0) return args.GetReturnValue().Set(-errno);
  std::vector<gid_t> groups(static_cast<std::size_t>(count));
  count = getgroups(count, groups.data());
  if (count < 0) return args.GetReturnValue().Set(-errno);
  groups.resize(static_cast<std::size_t>(count));
  bool has_effective = false;
  for (gid_t id : groups) has_effective |= id == getegid();
  if (!has_effective) groups.push_back(getegid());
  std::vector<v8::Local<v8::Value>> values;
  for (gid_t id : groups) values.push_back(v8::Integer::NewFromUnsigned(args.GetIsolate(), id));
  args.GetReturnValue().Set(v8::Array::New(args.GetIsolate(), values.data(), values.size()));
}

// setgroups(array) -> 0, a negative errno, or 1 + the index of a group that is unknown
void set_groups(const Info& args) {
  auto list = args[0].As<v8::Array>();
  std::vector<gid_t> groups;
  for (std::uint32_t i = 0; i < list->Length(); ++i) {
    v8::Local<v8::Value> value;
    if (!list->Get(Realm::from(args).context(), i).ToLocal(&value)) return;
    std::uint32_t id = group_id(args.GetIsolate(), value);
    if (id == kNobody) return args.GetReturnValue().Set(i + 1);
    groups.push_back(id);
  }
  args.GetReturnValue().Set(setgroups(groups.size(), groups.data()) == 0 ? 0 : -errno);
}

// initgroups(user, extraGroup) -> 0, a negative errno, 1 for an unknown user, 2 for an unknown group
void init_groups(const Info& args) {
  v8::Isolate* isolate = args.GetIsolate();
  std::string name;
  if (args[0]->IsUint32()) {
    passwd entry, *found = nullptr;
    std::vector<char> buffer(16384);
    if (getpwuid_r(args[0].As<v8::Uint32>()->Value(), &entry, buffer.data(), buffer.size(), &found) == 0 && found) {
      name = found->pw_name;
    }
  } else {
    name = to_utf8(isolate, args[0]);  // of whom the system's list of groups need not know
  }
  if (name.empty()) return args.GetReturnValue().Set(1);
  std::uint32_t extra = group_id(isolate, args[1]);
  if (extra == kNobody) return args.GetReturnValue().Set(2);
  args.GetReturnValue().Set(initgroups(name.c_str(), extra) == 0 ? 0 : -errno);
}

int call_setuid(unsigned id) { return setuid(id); }
int call_seteuid(unsigned id) { return seteuid(id); }
int call_setgid(unsigned id) { return setgid(id); }
int call_setegid(unsigned id) { return setegid(id); }

constexpr Method kMethods[] = {{"getuid", get_id<uid_t, getuid>},
                               {"geteuid", get_id<uid_t, geteuid>},
                               {"getgid", get_id<gid_t, getgid>},
                               {"getegid", get_id<gid_t, getegid>},
                               {"setuid", set_id<user_id, call_setuid>},
                               {"seteuid", set_id<user_id, call_seteuid>},
                               {"setgid", set_id<group_id, call_setgid>},
                               {"setegid", set_id<group_id, call_setegid>},
                               {"getgroups", get_groups},
                               {"setgroups", set_groups},
                               {"initgroups", init_groups}};

}  // namespace

extern const Binding binding_credentials;
const Binding binding_credentials{"credentials", kMethods};

}  // namespace pkg::runtime
