#include "installer/state.h"

#include <filesystem>
#include <fstream>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <catch2/catch_test_macros.hpp>

#include "tests/installer/scratch.h"

using pkg::installer::InstallState;

namespace {

void put(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << text;
}

// A project with a lockfile and one package, whose state has been written.
struct Installed {
  Scratch scratch;
  std::string path = scratch.path(), lockfile = path + "/package-lock.json", modules = path + "/node_modules";
  std::vector<std::string> watched{lockfile, path + "/.npmrc", modules};

  Installed() {
    std::filesystem::create_directories(modules + "/a");
    put(lockfile, "{\"lockfileVersion\": 3}\n");
    InstallState::prepare(path);
    InstallState::write(path, "key", watched, "up to date");
  }
  bool same(const char* key = "key") const { return InstallState::unchanged(path, key) == "up to date"; }
};

void change_times(const std::string& path) {
  timespec times[2] = {{1'000'000'000, 0}, {1'000'000'000, 0}};
  REQUIRE(::utimensat(AT_FDCWD, path.c_str(), times, AT_SYMLINK_NOFOLLOW) == 0);
}

}  // namespace

TEST_CASE("an install that changed nothing is known again under the same key alone", "[state]") {
  Installed project;
  CHECK(project.same());
  CHECK(project.same());
  CHECK_FALSE(project.same("other key"));
}

TEST_CASE("a file with other times and the same content is the same", "[state]") {
  Installed project;
  change_times(project.lockfile);
  CHECK(project.same());
  std::filesystem::copy_file(project.lockfile, project.lockfile + ".new");
  std::filesystem::rename(project.lockfile + ".new", project.lockfile);
  CHECK(project.same());
}

TEST_CASE("a file with other content of the same length is another", "[state]") {
  Installed project;
  put(project.lockfile, "{\"lockfileVersion\": 2}\n");
  CHECK_FALSE(project.same());
}

TEST_CASE("a link to the same content is no such file", "[state]") {
  Installed project;
  std::filesystem::rename(project.lockfile, project.path + "/aside");
  std::filesystem::create_symlink("aside", project.lockfile);
  CHECK_FALSE(project.same());
}

TEST_CASE("a folder with other times is another", "[state]") {
  Installed project;
  std::filesystem::remove(project.modules + "/a");
  CHECK_FALSE(project.same());
}

TEST_CASE("a file that appears where none was is a change", "[state]") {
  Installed project;
  put(project.path + "/.npmrc", "omit=dev\n");
  CHECK_FALSE(project.same());
}

TEST_CASE("a state that was cut or altered is void", "[state]") {
  Installed project;
  std::string file = InstallState::path(project.path);
  auto size = std::filesystem::file_size(file);
  std::filesystem::resize_file(file, size - 1);
  CHECK_FALSE(project.same());
  std::filesystem::resize_file(file, 0);
  CHECK_FALSE(project.same());
}
