#include "runtime/core/run_script.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include <unistd.h>

#include "resolver/base/files.h"
#include "resolver/base/json.h"

namespace pkg::runtime {

namespace {

namespace fs = std::filesystem;

int fail_with(const std::string& message) {
  std::fprintf(stderr, "%s\n", message.c_str());
  return 1;
}

// One word for the shell.
std::string quoted(const std::string& word) {
  static constexpr std::string_view kPlain = "_-./:=@%+,";
  bool is_plain = !word.empty() && std::all_of(word.begin(), word.end(), [](unsigned char c) {
    return std::isalnum(c) || kPlain.find(static_cast<char>(c)) != std::string_view::npos;
  });
  if (is_plain) return word;
  std::string out = "'";
  for (char c : word) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      out += c;
    }
  }
  return out + "'";
}

std::string listed(const Json& scripts) {
  std::string out = "\nAvailable scripts are:";
  for (const auto& [name, command] : scripts.items()) {
    if (command.is_string()) out += "\n  " + name + ": " + command.get<std::string>();
  }
  return out;
}

}  // namespace

int run_script(const std::string& name, const std::vector<std::string>& arguments) {
  std::error_code error;
  fs::path start = fs::current_path(error);
  std::string bins;
  fs::path folder = start;
  for (;; folder = folder.parent_path()) {
    if (fs::path bin = folder / "node_modules" / ".bin"; fs::is_directory(bin, error)) bins += bin.string() + ":";
    if (fs::exists(folder / "package.json", error)) break;
    if (folder == folder.root_path() || folder.empty()) {
      return fail_with("Can't find package.json for directory " + start.string());
    }
  }
  std::string path = (folder / "package.json").string();
  DiskFiles files;
  auto content = files.read(path);
  auto json = content ? parse_json(*content, path) : Result<Json>(fail("ENOENT", path));
  if (!json || !json->is_object()) return fail_with("Can't parse " + path);
  const Json* scripts = member(*json, "scripts");
  if (!scripts || !scripts->is_object()) return fail_with("Can't find \"scripts\" field in " + path);
  const Json* script = member(*scripts, name);
  if (!script) return fail_with("Missing script: \"" + name + "\" for " + path + "\n" + listed(*scripts));
  if (!script->is_string()) {
    return fail_with("Script \"" + name + "\" is unexpectedly not a string for " + path + "\n");
  }
  std::string command = script->get<std::string>();
  for (const std::string& argument : arguments) command += " " + quoted(argument);

  const char* path_before = std::getenv("PATH");
  setenv("PATH", (bins + (path_before ? path_before : "")).c_str(), /*overwrite=*/1);
  setenv("NODE_RUN_SCRIPT_NAME", name.c_str(), 1);
  setenv("NODE_RUN_PACKAGE_JSON_PATH", path.c_str(), 1);
  if (chdir(folder.c_str()) != 0) return fail_with("Can't change to " + folder.string());
  execl("/bin/sh", "sh", "-c", command.c_str(), static_cast<char*>(nullptr));
  return fail_with("Can't run /bin/sh");
}

}  // namespace pkg::runtime
