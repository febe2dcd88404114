#include "installer/fetch_packages.h"

#include <algorithm>

#include "installer/extra_manifests.h"
#include "resolver/base/files.h"

namespace pkg::installer {

using resolver::Node;

PackageFetcher::~PackageFetcher() {
  std::unique_lock lock(mutex_);
  wake_.wait(lock, [&] { return under_way_ == 0; });
}

std::vector<WantedPackage> PackageFetcher::start(const std::vector<Node*>& nodes) {
  std::map<std::string, WantedPackage> wanted;  // by integrity, else by where it is
  for (Node* node : nodes) {
    // No digest of a git repository is trusted: every packing of it has its own.
    bool git = node->resolved.starts_with("git");
    std::string key = node->integrity.empty() || git ? node->resolved : node->integrity;
    if (key.empty()) key = "?" + node->location();
    WantedPackage& package = wanted[key];
    if (package.nodes.empty())
      package.request = {std::string(node->package_name().empty() ? node->name->text : node->package_name()),
                         node->resolved, git ? std::string() : node->integrity};
    package.nodes.push_back(node);
  }

  std::vector<WantedPackage> ready;
  std::vector<WantedPackage> missing;
  for (auto& [key, package] : wanted) {
    std::optional<registry::Integrity> integrity;
    if (!package.request.integrity.empty()) {
      auto parsed = registry::Integrity::parse(package.request.integrity);
      if (!parsed) {
        ++missing_;
        arrive(std::move(package), tl::unexpected(std::move(parsed).error()));
        continue;
      }
      integrity = std::move(*parsed);
    } else if (!package.request.resolved.empty() && !package.request.resolved.starts_with("git")) {
      integrity = cache_.integrity_of_url(package.request.resolved);
    }
    if (integrity && cache_.has_package(*integrity)) {
      package.folder = cache_.package_dir(*integrity);
      ready.push_back(std::move(package));
    } else {
      missing.push_back(std::move(package));
    }
  }
  std::vector<WantedPackage*> homeless;
  std::vector<Node*> unlocated;
  for (WantedPackage& package : missing) {
    if (!package.request.resolved.empty() || package.nodes.front()->version().empty()) continue;
    homeless.push_back(&package);
    unlocated.push_back(package.nodes.front());
  }
  if (locate_ && !unlocated.empty()) {
    if (auto located = locate_(unlocated)) {
      for (std::size_t i = 0; i < homeless.size(); ++i) homeless[i]->request.resolved = (*located)[i];
    } else {
      for (WantedPackage* package : homeless) {
        arrive(std::move(*package), tl::unexpected(located.error()));
        package->nodes.clear();
      }
      missing_ += homeless.size();
      std::erase_if(missing, [](const WantedPackage& package) { return package.nodes.empty(); });
    }
  }
  // Repositories last: meanwhile tarballs are on their way.
  std::stable_partition(missing.begin(), missing.end(),
                        [](const WantedPackage& package) { return !package.request.resolved.starts_with("git"); });
  missing_ += missing.size();
  {
    std::lock_guard lock(mutex_);
    under_way_ += missing.size();
  }
  for (WantedPackage& package : missing) {
    const std::string& resolved = package.request.resolved;
    auto done = [this](WantedPackage one, Result<void> result) {
      arrive(std::move(one), std::move(result));
      std::lock_guard lock(mutex_);
      --under_way_;
      wake_.notify_all();
    };
    if (resolved.starts_with("git") && fetch_git_) {
      auto folder = fetch_git_(package.request.package, resolved);
      Result<void> result;
      if (folder)
        package.folder = std::move(*folder);
      else
        result = tl::unexpected(std::move(folder).error());
      done(std::move(package), std::move(result));
      continue;
    }
    if (resolved.empty() || resolved.starts_with("git")) {
      std::string name = package.nodes.front()->id();
      done(std::move(package), fail("EINVAL", "nothing says where to fetch " + name + " from",
                                    "the lockfile is damaged: remove it and run `pkg install`"));
      continue;
    }
    if (resolved.starts_with("file:")) {
      std::string path = resolved.substr(5);
      auto bytes = DiskFiles().read(path);
      Result<void> result;
      if (!bytes) {
        result = fail(code::kNoEntry, "no such tarball: " + path);
      } else {
        auto integrity = registry::Integrity::of(*bytes);
        if (!package.request.integrity.empty()) {
          if (auto wanted_integrity = registry::Integrity::parse(package.request.integrity)) {
            result = wanted_integrity->verify(*bytes, path);
            integrity = *wanted_integrity;
          }
        }
        if (result) {
          auto folder = store_tarball(cache_, *bytes, integrity, resolved, package.request.package, "");
          if (folder)
            package.folder = std::move(*folder);
          else
            result = tl::unexpected(std::move(folder).error());
        }
      }
      done(std::move(package), std::move(result));
      continue;
    }
    registry::TarballRequest request = package.request;
    auto shared = std::make_shared<WantedPackage>(std::move(package));
    tarballs_().start(std::move(request), [this, shared, done](Result<registry::Tarball> tarball) {
      Result<void> result;
      if (tarball) {
        auto folder = store_tarball(cache_, tarball->body.view(), tarball->integrity, shared->request.resolved,
                                    shared->request.package, std::string(shared->nodes.front()->manifest->version));
        tarball->body = {};
        if (folder)
          shared->folder = std::move(*folder);
        else
          result = tl::unexpected(std::move(folder).error());
      } else {
        result = tl::unexpected(std::move(tarball).error());
      }
      done(std::move(*shared), std::move(result));
    });
  }
  return ready;
}

void PackageFetcher::arrive(WantedPackage package, Result<void> result) {
  std::lock_guard lock(mutex_);
  arrived_.push({std::move(package), std::move(result)});
  wake_.notify_all();
}

std::optional<PackageFetcher::Arrival> PackageFetcher::next() {
  std::unique_lock lock(mutex_);
  wake_.wait(lock, [&] { return !arrived_.empty() || under_way_ == 0; });
  if (arrived_.empty()) return std::nullopt;
  Arrival arrival = std::move(arrived_.front());
  arrived_.pop();
  ++fetched_;
  return arrival;
}

}  // namespace pkg::installer
