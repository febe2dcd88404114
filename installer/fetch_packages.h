#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <queue>
#include <string>
#include <vector>

#include "registry/cache.h"
#include "registry/tarballs.h"
#include "resolver/tree/node.h"

namespace pkg::installer {

// One package that has to be in the cache, and all nodes that are it.
struct WantedPackage {
  registry::TarballRequest request;
  std::vector<resolver::Node*> nodes;
  std::string folder;  // in the cache, once it is there
};

// Where the registry has the tarballs of these versions, in order: for lockfiles
// written without `resolved` (omit-lockfile-registry-resolved).
using LocateTarballs = std::function<Result<std::vector<std::string>>(const std::vector<resolver::Node*>&)>;

// The folder in the cache of a package out of a git repository, by its name and what the lockfile says it is.
using FetchGit = std::function<Result<std::string>(const std::string& name, const std::string& resolved)>;

// Brings packages into the cache: those it has are ready at once, the others
// are fetched and unpacked by the workers, each once.
class PackageFetcher {
 public:
  PackageFetcher(registry::Cache& cache, std::function<registry::TarballSource&()> tarballs, LocateTarballs locate = {},
                 FetchGit fetch_git = {})
      : cache_(cache), tarballs_(std::move(tarballs)), locate_(std::move(locate)), fetch_git_(std::move(fetch_git)) {}
  // Waits for what was started.
  ~PackageFetcher();
  PackageFetcher(const PackageFetcher&) = delete;
  PackageFetcher& operator=(const PackageFetcher&) = delete;

  // Starts with all of them; what is in the cache comes back, `folder` set, and
  // is not handed to next(). `name`, `resolved` and `integrity` of the nodes say
  // what to fetch. Nodes with nothing to fetch them by are errors of next().
  std::vector<WantedPackage> start(const std::vector<resolver::Node*>& nodes);

  struct Arrival {
    WantedPackage package;
    Result<void> result;
  };
  // The next package that arrived, in any order; nothing when all have.
  std::optional<Arrival> next();

  std::size_t fetched() const { return fetched_; }  // handed out by next()
  std::size_t missing() const { return missing_; }  // to be handed out, in all

 private:
  void arrive(WantedPackage package, Result<void> result);

  registry::Cache& cache_;
  std::function<registry::TarballSource&()> tarballs_;
  LocateTarballs locate_;
  FetchGit fetch_git_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::queue<Arrival> arrived_;
  std::size_t under_way_ = 0, missing_ = 0, fetched_ = 0;
};

}  // namespace pkg::installer
