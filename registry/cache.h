#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "registry/integrity.h"
#include "resolver/base/json.h"
#include "resolver/base/result.h"

namespace pkg::registry {

// What the index keeps about one unpacked package.
struct PackageFacts {
  std::string name, version;
  std::string url;             // where its tarball came from
  Json license;                // of its package.json, as written; null when it has none
  std::uint64_t files = 0;     // regular files
  std::uint64_t bytes = 0;     // their sizes together
  std::uint32_t checksum = 0;  // sum, modulo 2^32, of the CRC-32 of each file's content
};

// Packages and packuments kept between runs, below one folder, shared by any
// number of processes:
//
//   packages/<algorithm>-<digest>/   one package version, unpacked; its name is
//                                    made of the tarball's integrity and its
//                                    existence means it is whole
//   packuments/<host>/<name>.bin     what resolving needs of a packument
//   stage/<pid>-<random>/<n>         unfinished packages and files
//   index.db                         SQLite: what `packages` holds, and the
//                                    integrity of tarballs known by URL alone
//
// Whatever is found whole by its name needs no index: a warm install never
// opens it. All members may be called from any thread.
class Cache {
 public:
  class Index;

  // `root`: absolute. Touches no disk until something is asked for.
  explicit Cache(std::string root);
  ~Cache();
  Cache(const Cache&) = delete;
  Cache& operator=(const Cache&) = delete;

  const std::string& root() const { return root_; }

  // Where the unpacked package of that integrity is, or would be.
  std::string package_dir(const Integrity& integrity) const;
  // The same by name relative to packages_dir(), for openat().
  static std::string package_name(const Integrity& integrity);
  std::string packages_dir() const { return root_ + "/packages"; }

  // Whether the package is there, whole.
  bool has_package(const Integrity& integrity) const;

  // A fresh empty folder on the cache's file system, to unpack a package into.
  Result<std::string> stage_dir();

  // Makes `stage` the package of that integrity, by rename, and notes the facts
  // for the index (written by flush(), at the latest when the Cache ends). When
  // another process was faster, its package stays and `stage` is removed.
  Result<void> commit(const std::string& stage, const Integrity& integrity, PackageFacts facts);

  // Removes an unfinished stage folder.
  void discard(const std::string& stage);

  // What the index knows of a package that is in the cache.
  std::optional<PackageFacts> facts(const Integrity& integrity);

  // The integrity that the tarball at `url` had, for tarballs that come with
  // none (remote specs); noted by commit() from facts.url.
  std::optional<Integrity> integrity_of_url(std::string_view url);

  // Writes what commit() noted, in one transaction.
  Result<void> flush();

  // The file for a packument's compact form; `registry` is its URL. Folders are
  // made by write_file().
  std::string packument_file(std::string_view registry, std::string_view name) const;
  // Writes `bytes` to `path` by temporary name and rename.
  Result<void> write_file(const std::string& path, std::string_view bytes);

  struct Verified {
    std::uint64_t packages = 0, bytes = 0;                  // good ones
    std::uint64_t removed_packages = 0, removed_bytes = 0;  // changed, or without index row and unreadable
    std::uint64_t removed_stages = 0;                       // of processes that are gone
    std::uint64_t packuments = 0;
    std::uint64_t missing = 0;  // rows without a folder
  };
  // `cache verify`: reads every file of every package, removes what differs
  // from what was committed, and garbage that killed processes left.
  Result<Verified> verify();
  // `cache clean`: removes everything.
  Result<void> clean();

  struct Entry {
    std::string integrity;
    PackageFacts facts;
  };
  // `cache ls`: everything in the index, by name and version.
  Result<std::vector<Entry>> list();

 private:
  Result<Index*> index();            // opened when first needed; mutex_ is held
  Result<std::string> stage_name();  // a fresh path below this process's stage folder

  const std::string root_;
  mutable std::mutex mutex_;
  std::unique_ptr<Index> index_;
  std::vector<Entry> unwritten_;
  std::string stage_base_;  // this process's, once made
  int stage_fd_ = -1;       // holds the lock on it
  std::uint64_t stages_ = 0;
};

}  // namespace pkg::registry
