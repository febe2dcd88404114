// Folders include only downwards (see the README): every #include of the tree is read against the table.
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>

#include <catch2/catch_test_macros.hpp>

namespace {

namespace fs = std::filesystem;

// What each folder may include besides itself.
const std::map<std::string, std::set<std::string>> kMayInclude = {
    {"resolver", {}},
    {"registry", {"resolver"}},
    {"installer", {"registry", "resolver"}},
    {"runtime", {"resolver"}},
    {"cli", {"installer", "registry", "resolver"}},
};

// Within resolver/, what each part may include besides itself.
const std::map<std::string, std::set<std::string>> kMayIncludeInResolver = {
    {"base", {}},
    {"semver", {"base"}},
    {"spec", {"base", "semver"}},
    {"tree", {"base", "semver", "spec"}},
    {"module", {"base", "spec"}},
};

// The quoted includes of one file.
std::set<std::string> includes_of(const fs::path& path) {
  std::set<std::string> found;
  std::ifstream file(path);
  const std::string start = "#include \"";
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(start)) found.insert(line.substr(start.size(), line.find('"', start.size()) - start.size()));
  }
  return found;
}

std::string first_folder(const std::string& path) { return path.substr(0, path.find('/')); }

// Calls check(path of the file, what it includes) for every C++ file below a folder of the source tree.
template <typename Check>
int each_source(const std::string& folder, Check check) {
  int files = 0;
  for (const auto& entry : fs::recursive_directory_iterator(fs::path(PKG_SOURCE_DIR) / folder)) {
    const std::string extension = entry.path().extension().string();
    if (entry.path().string().find("/node_modules/") != std::string::npos) continue;
    if (extension != ".cc" && extension != ".h" && extension != ".c") continue;
    ++files;
    for (const std::string& include : includes_of(entry.path())) check(entry.path().string(), include);
  }
  return files;
}

}  // namespace

TEST_CASE("folders include only downwards", "[layering]") {
  for (const auto& [folder, allowed] : kMayInclude) {
    int files = each_source(folder, [&](const std::string& path, const std::string& include) {
      INFO(path << " includes " << include);
      std::string target = first_folder(include);
      CHECK(kMayInclude.contains(target));  // written from the root
      CHECK((target == folder || allowed.contains(target)));
    });
    CHECK(files > 10);
  }
}

TEST_CASE("the parts of resolver/ include only downwards", "[layering]") {
  for (const auto& [part, allowed] : kMayIncludeInResolver) {
    int files = each_source("resolver/" + part, [&](const std::string& path, const std::string& include) {
      INFO(path << " includes " << include);
      std::string target = first_folder(include.substr(include.find('/') + 1));
      CHECK((target == part || allowed.contains(target)));
    });
    CHECK(files > 3);
  }
}
