#pragma once

#include <fstream>
#include <string>
#include <vector>

namespace pkg {

// Rows of tab-separated fields from a file of the source tree, without lines
// that start with '#'. In a field, "\t", "\n" and "\\" are escaped.
inline std::vector<std::vector<std::string>> read_rows(const std::string& path) {
  std::vector<std::vector<std::string>> rows;
  std::ifstream file(std::string(PKG_SOURCE_DIR) + "/" + path);
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line[0] == '#') continue;
    std::vector<std::string> row(1);
    for (std::size_t i = 0; i < line.size(); ++i) {
      if (line[i] == '\t') {
        row.emplace_back();
      } else if (line[i] == '\\' && i + 1 < line.size()) {
        char c = line[++i];
        row.back() += c == 't' ? '\t' : c == 'n' ? '\n' : c;
      } else {
        row.back() += line[i];
      }
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace pkg
