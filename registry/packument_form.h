#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "resolver/base/result.h"
#include "resolver/tree/packuments.h"

namespace pkg::registry {

// The compact form of a packument: what resolving and lockfiles need of it, as
// fixed-size rows over one pool of texts in which equal texts are kept once.
// It is written to the cache and used from there as it is, unparsed; only the
// manifests of chosen versions are ever parsed. Native byte order: the cache
// belongs to one machine.
namespace form {

constexpr char kMagic[8] = {'p', 'k', 'g', 'd', 'o', 'c', '0', '2'};

struct Ref {
  std::uint32_t offset = 0, length = 0;  // into the pool
};
struct Header {
  char magic[8];
  std::int64_t fetched_at;                // seconds since 1970
  std::int64_t fresh_until;               // likewise; overwritten in place when revalidated
  std::uint32_t size;                     // of everything, header included
  std::uint32_t is_full;                  // 1: the full document, with licenses and times
  std::uint32_t versions, tags, members;  // numbers of rows
  std::uint32_t pool;                     // where the pool begins
  Ref name, etag, last_modified;
  Ref tarballs;  // what comes before "<name>/-/<file>" in the URLs of most tarballs
};
// After the header: Version[versions], Tag[tags], the versions' numbers sorted
// by text (u32[versions]), Member[members], the pool: first what choosing a
// version looks at, then the members of manifests, so that a mapped file is
// touched in few places.
struct Version {
  Ref text, engine_node, engine_npm, published;
  std::uint32_t first_member, member_count;
  std::uint32_t deprecated;
  std::uint32_t usual_tarball;  // 1: <tarballs><name>/-/<name without scope>-<version>.tgz
};
struct Tag {
  Ref name, version;
};
struct Member {  // one member of a version's manifest: JSON text
  std::uint32_t field;
  Ref value;
};

// The members of a manifest that are kept, by number.
enum Field : std::uint32_t {
  kName,
  kVersion,
  kDependencies,
  kOptionalDependencies,
  kPeerDependencies,
  kPeerDependenciesMeta,
  kBundleDependencies,
  kBundledDependencies,
  kAcceptDependencies,
  kBin,
  kEngines,
  kOs,
  kCpu,
  kLibc,
  kLicense,
  kFunding,
  kDeprecated,
  kWorkspaces,
  kDevEngines,
  kHasInstallScript,
  kHasShrinkwrap,
  kDistTarball,
  kDistIntegrity,
  kDistShasum,
  kFields
};
// "<name>/-/<name without scope>-<version>.tgz"
std::string usual_tarball(std::string_view name, std::string_view version);

// The JSON key of a field, or the number of a key; dist's parts have none.
std::string_view field_name(std::uint32_t field);
std::optional<Field> field_number(std::string_view name);

}  // namespace form

// Collects a document's parts and lays them out. Texts passed in must live
// until finish().
class PackumentBuilder {
 public:
  // `name`: what was asked for; a document may call itself otherwise.
  explicit PackumentBuilder(std::string_view name) : name_(name) {}
  // Only before the first version: what is left out of versions depends on it.
  void set_name(std::string_view name) {
    if (versions_.empty()) name_ = name;
  }
  void add_tag(std::string_view tag, std::string_view version);
  void begin_version(std::string_view text);
  void add_member(form::Field field, std::string_view json);
  void set_engine(std::string_view which, std::string_view range);
  // The tarball's URL, as JSON text.
  void set_tarball(std::string_view json);
  void set_deprecated() { versions_.back().deprecated = 1; }
  void set_published(std::string_view version, std::string_view time);
  // Keeps a text made on the way for as long as the builder lives.
  std::string_view keep(std::string text);

  struct Source {
    std::int64_t fetched_at = 0, fresh_until = 0;
    bool is_full = false;
    std::string_view etag, last_modified;
  };
  // Fails with EMAXSIZE beyond 4 GiB.
  Result<std::string> finish(const Source& source);

 private:
  struct Pool {
    std::string text;
    std::unordered_map<std::string_view, form::Ref> known;
    form::Ref put(std::string_view text);
  };
  std::string_view name_, tarballs_, version_;
  std::vector<form::Tag> tags_;
  std::vector<form::Version> versions_;
  std::vector<form::Member> members_;
  std::unordered_map<std::string_view, std::size_t> numbers_;
  std::deque<std::string> kept_;
  Pool picking_, rest_;  // what is in `rest_` goes behind `picking_`
};

// The bytes of a compact form and what keeps them in memory.
class FormBytes {
 public:
  FormBytes() = default;
  FormBytes(std::string_view bytes, std::function<void()> release) : bytes_(bytes), release_(std::move(release)) {}
  FormBytes(FormBytes&& other) noexcept : bytes_(other.bytes_), release_(std::exchange(other.release_, nullptr)) {}
  FormBytes& operator=(FormBytes&&) = delete;
  ~FormBytes() {
    if (release_) release_();
  }
  std::string_view view() const { return bytes_; }

 private:
  std::string_view bytes_;
  std::function<void()> release_;
};

// A packument behind its compact form. Any damage of the bytes shows as an
// invalid() form or as empty texts, never as an access out of bounds.
class CompactPackument final : public resolver::Packument {
 public:
  explicit CompactPackument(FormBytes bytes);

  bool invalid() const { return !header_; }
  const form::Header& header() const { return *header_; }
  std::string_view etag() const { return text(header_->etag); }
  std::string_view last_modified() const { return text(header_->last_modified); }

  std::string_view name() const override { return text(header_->name); }
  std::size_t version_count() const override { return header_->versions; }
  std::string_view version(std::size_t index) const override { return text(row(index).text); }
  std::optional<std::size_t> find(std::string_view text) const override;
  std::optional<std::string_view> dist_tag(std::string_view tag) const override;
  bool deprecated(std::size_t index) const override { return row(index).deprecated; }
  std::string_view engine_node(std::size_t index) const override { return text(row(index).engine_node); }
  std::string_view engine_npm(std::size_t index) const override { return text(row(index).engine_npm); }
  std::string_view published(std::size_t index) const override { return text(row(index).published); }
  resolver::ManifestPtr manifest(std::size_t index) const override;

 private:
  std::string_view text(form::Ref ref) const;
  std::string tarball(const form::Version& version) const;
  const form::Version& row(std::size_t index) const;

  const FormBytes bytes_;
  const form::Header* header_ = nullptr;
  const form::Version* versions_ = nullptr;
  const form::Tag* tags_ = nullptr;
  const std::uint32_t* sorted_ = nullptr;
  const form::Member* members_ = nullptr;
  std::string_view pool_;
  mutable std::unordered_map<std::size_t, resolver::ManifestPtr> manifests_;
};

}  // namespace pkg::registry
