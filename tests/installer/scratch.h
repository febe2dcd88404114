#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

// A temporary folder that goes with the test.
class Scratch {
 public:
  Scratch() {
    std::string form = (std::filesystem::temp_directory_path() / "pkg-test-XXXXXX").string();
    path_ = std::filesystem::canonical(::mkdtemp(form.data())).string();
  }
  ~Scratch() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};
