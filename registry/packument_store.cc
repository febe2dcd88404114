#include "registry/packument_store.h"

#include <cerrno>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "registry/freshness.h"
#include "registry/inflate.h"
#include "registry/packument_form.h"
#include "registry/packument_parse.h"
#include "registry/tarballs.h"
#include "registry/url.h"
#include "resolver/spec/spec.h"

namespace pkg::registry {
namespace {

// The largest document that is accepted, inflated. The largest known are below 100 MB.
constexpr std::uint64_t kMaxDocument = 512u << 20;

// Inflated documents up to here leave their memory to the next one.
constexpr std::size_t kKeepBuffer = 8u << 20;

// The whole file, mapped, or null. Only what is looked at is ever read.
FormBytes map_file(const std::string& path) {
  int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return {};
  struct stat info;
  void* data = MAP_FAILED;
  std::size_t size = 0;
  if (::fstat(fd, &info) == 0 && S_ISREG(info.st_mode) && info.st_size > 0) {
    size = static_cast<std::size_t>(info.st_size);
    data = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0);
  }
  ::close(fd);
  if (data == MAP_FAILED) return {};
  // The file is never changed but for its times, and never cut: others replace it by rename.
  return FormBytes(std::string_view(static_cast<const char*>(data), size), [data, size] { ::munmap(data, size); });
}

// Notes in a cached file, in place, that it is fresh again. One aligned write
// of 16 bytes: a reader sees it whole or not, and either is fine.
void renew(const std::string& path, std::int64_t fetched_at, std::int64_t fresh_until) {
  int fd = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (fd < 0) return;
  const std::int64_t times[2] = {fetched_at, fresh_until};
  static_assert(offsetof(form::Header, fresh_until) == offsetof(form::Header, fetched_at) + sizeof(std::int64_t));
  (void)!::pwrite(fd, times, sizeof times, offsetof(form::Header, fetched_at));
  ::close(fd);
}

}  // namespace

class PackumentStore::Impl {
 public:
  Impl(Http& http, Workers& workers, Cache& cache, const Auth& auth, Options options, Other other)
      : http_(http),
        workers_(workers),
        cache_(cache),
        auth_(auth),
        options_(options),
        other_(std::move(other)),
        now_(::time(nullptr)) {}

  void prefetch(std::string_view name) {
    if (entries_.contains(name)) return;
    std::string key(name);
    Entry& entry = entries_[key];
    if (auto valid = resolver::check_package_name(name); !valid) {
      entry.finish(tl::unexpected<Error>(std::move(valid).error()));
      return;
    }
    std::string registry = auth_.registry_for(name), file = cache_.packument_file(registry, name);
    std::unique_ptr<CompactPackument> cached;
    if (FormBytes bytes = map_file(file); !bytes.view().empty()) {
      cached = std::make_unique<CompactPackument>(std::move(bytes));
      bool enough = !cached->invalid() && (cached->header().is_full || options_.document == Document::kAbbreviated);
      if (!enough) cached.reset();
    }
    bool usable = cached && (options_.mode == Mode::kPreferOffline || options_.mode == Mode::kOffline ||
                             (options_.mode == Mode::kOnline && now_ < cached->header().fresh_until));
    if (usable) {
      entry.finish(std::move(cached));
    } else if (options_.mode == Mode::kOffline) {
      entry.finish(fail(code::kNotCached,
                        "request to " + redact_url(auth_.packument_url(name)) +
                            " failed: cache mode is 'only-if-cached' but no cached response is available",
                        "run once without --offline"));
    } else {
      request(key, registry, file, std::move(cached));
    }
  }

  Result<const resolver::Packument*> get(std::string_view name) {
    prefetch(name);
    Entry& entry = entries_.find(name)->second;
    while (!entry.done) {
      std::unique_lock lock(arrivals_->mutex);
      arrivals_->ready.wait(lock, [&] { return !arrivals_->queue.empty(); });
      std::deque<Arrival> queue = std::move(arrivals_->queue);
      arrivals_->queue.clear();
      lock.unlock();
      for (Arrival& arrival : queue) {
        entries_.find(arrival.name)->second.finish(std::move(arrival.result));
        if (on_arrival_) on_arrival_(arrival.name);
      }
    }
    if (!entry.packument) return tl::unexpected<Error>(entry.error);
    return entry.packument.get();
  }

  Result<resolver::ManifestPtr> manifest(const resolver::Spec& spec) {
    if (other_) return other_(spec);
    return fail(code::kUnsupportedProtocol, "\"" + spec.raw + "\" is no package of a registry");
  }

  std::function<void(std::string_view)> on_arrival_;

 private:
  using Outcome = Result<std::unique_ptr<CompactPackument>>;
  struct Entry {
    bool done = false;
    std::unique_ptr<CompactPackument> packument;
    Error error;
    void finish(Outcome outcome) {
      done = true;
      if (outcome) {
        packument = std::move(*outcome);
      } else {
        error = std::move(outcome).error();
      }
    }
  };
  struct Arrival {
    std::string name;
    Outcome result;
  };
  // Shared with requests that may be under way when the store ends.
  struct Arrivals {
    std::mutex mutex;
    std::condition_variable ready;
    std::deque<Arrival> queue;

    void add(std::string name, Outcome result) {
      {
        std::lock_guard lock(mutex);
        queue.push_back({std::move(name), std::move(result)});
      }
      ready.notify_one();
    }
  };

  void request(const std::string& name, const std::string& registry, const std::string& file,
               std::unique_ptr<CompactPackument> stale) {
    HttpRequest request;
    request.url = auth_.packument_url(name);
    request.credentials = auth_.credentials_for(request.url, registry);
    request.max_bytes = kMaxDocument;
    request.headers = {options_.document == Document::kFull
                           ? "accept: application/json"
                           : "accept: application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8, */*",
                       "accept-encoding: gzip"};
    if (stale && !stale->etag().empty()) request.headers.push_back("if-none-match: " + std::string(stale->etag()));
    if (stale && !stale->last_modified().empty())
      request.headers.push_back("if-modified-since: " + std::string(stale->last_modified()));

    // A std::function must be copyable; what it carries here is not.
    auto kept = std::make_shared<std::unique_ptr<CompactPackument>>(std::move(stale));
    http_.start(std::move(request), [this, arrivals = arrivals_, name, file, kept](Result<HttpResponse> answer) {
      if (!answer) {
        // The network is down, the cache is not: what it holds is better than nothing.
        if (*kept) return arrivals->add(name, std::move(*kept));
        return arrivals->add(name, tl::unexpected<Error>(std::move(answer).error()));
      }
      auto response = std::make_shared<HttpResponse>(std::move(*answer));
      workers_.submit(
          [this, arrivals, name, file, kept, response] { take(*arrivals, name, file, std::move(*kept), *response); },
          Workers::Urgency::kFirst);
    });
  }

  // On a worker: makes a packument of an answer, hands it over, then caches it.
  void take(Arrivals& arrivals, const std::string& name, const std::string& file,
            std::unique_ptr<CompactPackument> stale, HttpResponse& response) {
    std::int64_t fresh_until = now_ + fresh_seconds(response, now_);
    if (response.status == 304 && stale) {
      arrivals.add(name, std::move(stale));
      return renew(file, now_, fresh_until);
    }
    if (response.status >= 300) return arrivals.add(name, tl::unexpected<Error>(http_error(response, "GET", name)));
    auto made = compact(name, response, fresh_until);
    if (!made) return arrivals.add(name, tl::unexpected<Error>(std::move(made).error()));
    auto bytes = std::make_shared<const std::string>(std::move(*made));
    auto packument = std::make_unique<CompactPackument>(FormBytes(*bytes, [bytes] {}));
    PKG_CHECK(!packument->invalid());
    arrivals.add(name, std::move(packument));
    // A cache that cannot be written only costs the next run its time.
    if (is_storable(response)) (void)cache_.write_file(file, *bytes);
  }

  Result<std::string> compact(const std::string& name, HttpResponse& response, std::int64_t fresh_until) {
    thread_local ByteBuffer buffer;
    PKG_TRY(std::string_view document, decoded_body(response, buffer, kMaxDocument, kParsePadding));
    if (document.data() == buffer.data()) response.body = Body();  // makes room for the next one
    PackumentBuilder::Source source;
    source.fetched_at = now_;
    source.fresh_until = fresh_until;
    source.etag = response.header("etag");
    source.last_modified = response.header("last-modified");
    auto form = parse_packument(document, name, redact_url(response.url), source);
    if (buffer.capacity() > kKeepBuffer) buffer.release();
    return form;
  }

  Http& http_;
  Workers& workers_;
  Cache& cache_;
  const Auth& auth_;
  const Options options_;
  const Other other_;
  const std::int64_t now_;
  std::map<std::string, Entry, std::less<>> entries_;
  std::shared_ptr<Arrivals> arrivals_ = std::make_shared<Arrivals>();
};

PackumentStore::PackumentStore(Http& http, Workers& workers, Cache& cache, const Auth& auth, Options options,
                               Other other)
    : impl_(std::make_unique<Impl>(http, workers, cache, auth, options, std::move(other))) {}
PackumentStore::~PackumentStore() = default;

void PackumentStore::prefetch(std::span<const std::string> names) {
  for (const std::string& name : names) impl_->prefetch(name);
}

Result<const resolver::Packument*> PackumentStore::get(std::string_view name) { return impl_->get(name); }
Result<resolver::ManifestPtr> PackumentStore::manifest(const resolver::Spec& spec) { return impl_->manifest(spec); }
void PackumentStore::on_arrival(std::function<void(std::string_view)> callback) {
  impl_->on_arrival_ = std::move(callback);
}

}  // namespace pkg::registry
