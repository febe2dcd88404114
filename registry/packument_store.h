#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "registry/auth.h"
#include "registry/cache.h"
#include "registry/http.h"
#include "registry/workers.h"
#include "resolver/tree/packuments.h"

namespace pkg::registry {

// The registry as the resolver sees it: packuments out of the cache while they
// are fresh (Cache-Control), asked for again by ETag when not, fetched many at
// a time, parsed by the workers.
class PackumentStore final : public resolver::Packuments {
 public:
  // kOnline revalidates what is stale; kPreferOffline takes whatever is cached;
  // kOffline never asks (ENOTCACHED); kPreferOnline revalidates everything.
  enum class Mode { kOnline, kPreferOffline, kOffline, kPreferOnline };
  // kFull: the document with licenses and times of publishing, as npm asks for.
  // kAbbreviated: a fifth of it; `license` of a manifest is then null unless
  // the server sent it all the same (see has_licenses()).
  enum class Document { kFull, kAbbreviated };
  struct Options {
    Mode mode = Mode::kOnline;
    Document document = Document::kFull;
  };
  // Manifests of specs that are no registry package come from `other`.
  using Other = std::function<Result<resolver::ManifestPtr>(const resolver::Spec&)>;

  PackumentStore(Http& http, Workers& workers, Cache& cache, const Auth& auth, Options options, Other other);
  ~PackumentStore() override;

  void prefetch(std::span<const std::string> names) override;
  Result<const resolver::Packument*> get(std::string_view name) override;
  Result<resolver::ManifestPtr> manifest(const resolver::Spec& spec) override;

  // Called once for each packument that arrives, on the thread that calls get(): for progress.
  void on_arrival(std::function<void(std::string_view name)> callback);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace pkg::registry
