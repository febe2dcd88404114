#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "registry/auth.h"
#include "registry/http.h"
#include "registry/integrity.h"
#include "registry/workers.h"
#include "resolver/base/result.h"

namespace pkg::registry {

struct TarballRequest {
  std::string package;    // "@scope/name", for the registry's host and its credentials; may be empty
  std::string resolved;   // as a lockfile or packument has it
  std::string integrity;  // as there; may be empty
};

// A tarball's bytes, checked.
struct Tarball {
  Body body;            // gzipped, as published
  Integrity integrity;  // what was promised, or the sha512 of what came
};

// Tarballs over the network, checked against their integrity before anyone
// sees them. Transfers are bounded by Http's budget: keep the body only as long
// as it is being unpacked.
class TarballSource {
 public:
  // `kOffline`: every fetch is ENOTCACHED.
  enum class Mode { kOnline, kOffline };
  TarballSource(Http& http, Workers& workers, const Auth& auth, Mode mode = Mode::kOnline);

  // Starts a fetch and returns. `done` runs on a worker, in any order, and may
  // unpack there.
  // Errors: EINTEGRITY (fetched again once, then given up), E404 and the like
  // (npm's E and the status), ENOTCACHED, and Http's.
  void start(TarballRequest request, std::function<void(Result<Tarball>)> done);

  // One tarball, waited for. Not from a worker.
  Result<Tarball> fetch(TarballRequest request);

 private:
  void attempt(TarballRequest request, int attempts, std::function<void(Result<Tarball>)> done);
  Http& http_;
  Workers& workers_;
  const Auth& auth_;
  Mode mode_;
};

// npm's error for an answer of 400 and above: E404, E401, E403, EOTP, E500...
// `spec`: what was asked for, "left-pad@^1" or a name.
Error http_error(const HttpResponse& response, std::string_view method, std::string_view spec);

}  // namespace pkg::registry
