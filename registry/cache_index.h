#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "registry/cache.h"

struct sqlite3;
struct sqlite3_stmt;

namespace pkg::registry {

// The SQLite file beside the packages. Other processes may write it at the same
// time (WAL; a writer waits for another up to ten seconds). One thread at a time.
class Cache::Index {
 public:
  // Opens or makes `path`. A file that is no database, or of another schema, is
  // put aside and made anew: the index can be lost without harm.
  // Errors: EIO with SQLite's sentence.
  static Result<std::unique_ptr<Index>> open(const std::string& path);
  ~Index();
  Index(const Index&) = delete;
  Index& operator=(const Index&) = delete;

  Result<void> write(const std::vector<Entry>& entries);  // in one transaction
  Result<void> remove(const std::vector<std::string>& integrities);
  std::optional<PackageFacts> find(const std::string& integrity);
  std::optional<std::string> integrity_of_url(std::string_view url);
  Result<std::vector<Entry>> list();

 private:
  explicit Index(sqlite3* database) : database_(database) {}
  Result<void> prepare_schema();
  Result<void> run(const char* sql);
  tl::unexpected<Error> failed(std::string_view doing) const;
  sqlite3* database_;
  sqlite3_stmt* find_ = nullptr;
};

}  // namespace pkg::registry
