#include "installer/extract.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <unordered_set>
#include <vector>

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <libdeflate.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "installer/dir_writer.h"

namespace pkg::installer {
namespace {

struct FreeArchive {
  void operator()(archive* reader) const { archive_read_free(reader); }
};
using Reader = std::unique_ptr<archive, FreeArchive>;

struct FreeInflater {
  void operator()(libdeflate_decompressor* inflater) const { libdeflate_free_decompressor(inflater); }
};
using Inflater = std::unique_ptr<libdeflate_decompressor, FreeInflater>;

// Uninitialised memory: a vector would write 100 MB of zeros first.
struct Buffer {
  std::unique_ptr<char[]> bytes;
  std::size_t size = 0, room = 0;

  void reserve(std::size_t wanted) {
    if (wanted <= room) return;
    std::unique_ptr<char[]> grown(new char[wanted]);
    if (size) std::memcpy(grown.get(), bytes.get(), size);
    bytes = std::move(grown);
    room = wanted;
  }
};

tl::unexpected<Error> bad(std::string_view what, std::string_view reason) {
  return fail(code::kBadTarball, std::string(what) + ": " + std::string(reason),
              "the tarball is damaged or hostile; nothing of it was installed");
}

bool is_gzip(std::string_view bytes) {
  return bytes.size() >= 18 && bytes[0] == '\x1f' && static_cast<unsigned char>(bytes[1]) == 0x8b;
}

std::uint32_t stated_size(std::string_view gzip) {
  const auto* tail = reinterpret_cast<const unsigned char*>(gzip.data() + gzip.size() - 4);
  return tail[0] | tail[1] << 8 | tail[2] << 16 | static_cast<std::uint32_t>(tail[3]) << 24;
}

std::uint64_t allowed_bytes(std::size_t packed, const ExtractLimits& limits) {
  std::uint64_t by_ratio = std::max<std::uint64_t>(limits.free_bytes, packed * limits.ratio);
  return std::min(limits.bytes, by_ratio);
}

enum class Inflated { kWhole, kTooBig, kBad };

// All members of a gzip file, one after the other, into `out`. Bytes behind
// the last member are ignored, as zlib's users do.
Inflated inflate_whole(std::string_view gzip, std::size_t limit, Buffer& out) {
  Inflater inflater(libdeflate_alloc_decompressor());
  if (!inflater) return Inflated::kTooBig;
  // The stated size may lie: deflate packs at most 1032 to 1.
  std::size_t guess = std::min<std::uint64_t>(stated_size(gzip), gzip.size() * 1032ull);
  if (guess > limit) return Inflated::kTooBig;
  out.reserve(std::max<std::size_t>(guess, 1024));
  while (is_gzip(gzip)) {
    std::size_t used = 0, made = 0;
    auto result = libdeflate_gzip_decompress_ex(inflater.get(), gzip.data(), gzip.size(), out.bytes.get() + out.size,
                                                out.room - out.size, &used, &made);
    if (result == LIBDEFLATE_INSUFFICIENT_SPACE) {
      if (out.room >= limit) return Inflated::kTooBig;
      out.reserve(std::min(limit, out.room * 2));
      continue;
    }
    if (result != LIBDEFLATE_SUCCESS) return Inflated::kBad;
    out.size += made;
    gzip.remove_prefix(used);
  }
  return Inflated::kWhole;
}

// libarchive's view of a gzip file that is too big to be inflated whole.
struct Stream {
  explicit Stream(std::string_view gzip) {
    state.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(gzip.data()));
    state.avail_in = static_cast<uInt>(gzip.size());
    ready = inflateInit2(&state, 15 + 16) == Z_OK;
  }
  ~Stream() {
    if (ready) inflateEnd(&state);
  }
  z_stream state{};
  bool ready = false;
  std::vector<char> chunk = std::vector<char>(1 << 20);

  static la_ssize_t read(archive* reader, void* self, const void** bytes) {
    auto& stream = *static_cast<Stream*>(self);
    z_stream& state = stream.state;
    state.next_out = reinterpret_cast<Bytef*>(stream.chunk.data());
    state.avail_out = static_cast<uInt>(stream.chunk.size());
    while (state.avail_out > 0) {
      int status = inflate(&state, Z_NO_FLUSH);
      if (status == Z_STREAM_END) {
        bool more = state.avail_in >= 2 && state.next_in[0] == 0x1f && state.next_in[1] == 0x8b;
        if (!more || inflateReset(&state) != Z_OK) break;
      } else if (status != Z_OK) {
        archive_set_error(reader, EILSEQ, "damaged gzip data");
        return -1;
      }
    }
    *bytes = stream.chunk.data();
    return static_cast<la_ssize_t>(stream.chunk.size() - state.avail_out);
  }
};

class Extractor {
 public:
  Extractor(archive* reader, int root_fd, std::string_view what, std::uint64_t max_bytes, const ExtractLimits& limits)
      : reader_(reader), dirs_(root_fd), what_(what), max_bytes_(max_bytes), limits_(limits) {}

  Result<Extracted> run() {
    archive_entry* entry = nullptr;
    for (;;) {
      int status = archive_read_next_header(reader_, &entry);
      if (status == ARCHIVE_EOF) break;
      // A warning is about text or metadata that we do not use.
      if (status != ARCHIVE_OK && status != ARCHIVE_WARN) return bad(what_, reader_error());
      if (++entries_ > limits_.files) return bad(what_, "more entries than a package can have");
      PKG_TRY_VOID(extract(entry));
    }
    if (entries_ == 0) return bad(what_, "holds nothing");
    return std::move(result_);
  }

 private:
  std::string reader_error() const {
    const char* text = archive_error_string(reader_);
    return text ? text : "no tar archive";
  }

  Result<void> extract(archive_entry* entry) {
    if (archive_entry_filetype(entry) != AE_IFREG || archive_entry_hardlink(entry)) return {};
    const char* raw = archive_entry_pathname(entry);
    if (!raw) raw = archive_entry_pathname_utf8(entry);
    if (!raw) return bad(what_, "an entry has no readable name");
    std::string path = entry_path(raw);
    if (path.empty()) return {};
    if (archive_entry_size_is_set(entry) && archive_entry_size(entry) < 0) return bad(what_, "a negative size");
    if (archive_entry_size(entry) > static_cast<la_int64_t>(max_bytes_)) return bad(what_, "unpacks to too much");

    std::size_t slash = path.rfind('/');
    std::string folder = slash == std::string::npos ? std::string() : path.substr(0, slash);
    std::string base = slash == std::string::npos ? path : path.substr(slash + 1);
    // As in `npm pack`: a .gitignore is an .npmignore unless there is one.
    if (base == ".npmignore") {
      ignores_.insert(folder);
    } else if (base == ".gitignore") {
      if (ignores_.contains(folder)) return {};
      base = ".npmignore";
    }
    return write(entry, folder, base, path);
  }

  Result<void> write(archive_entry* entry, const std::string& folder, const std::string& base,
                     const std::string& path) {
    auto dir = dirs_.open(folder);
    if (!dir) return place_error(dir.error(), path);
    mode_t mode = ((archive_entry_perm(entry) & 0777) | 0666) & ~022;
    int fd = create(*dir, base, mode);
    if (fd < 0) return place_error(errno_error(errno, "open", path), path);
    auto written = copy_data(fd, path);
    if (::close(fd) != 0 && written) return tl::unexpected(errno_error(errno, "close", path));
    if (written) ++result_.files;
    return written;
  }

  int create(int dir, const std::string& base, mode_t mode) {
    constexpr int kFlags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
    int fd = ::openat(dir, base.c_str(), kFlags, mode);
    if (fd >= 0 || errno != EEXIST) return fd;
    if (::unlinkat(dir, base.c_str(), 0) != 0) return -1;
    --result_.files;
    return ::openat(dir, base.c_str(), kFlags, mode);
  }

  // Names that cannot be (a file where a folder was, too long) are the
  // tarball's fault, a full disk is not.
  Result<void> place_error(const Error& error, const std::string& path) {
    for (std::string_view ours : {"ENOTDIR", "EISDIR", "ELOOP", "ENAMETOOLONG", "EINVAL", "EILSEQ", "EEXIST"})
      if (error.code == ours) return bad(what_, "cannot hold a file '" + path + "' (" + error.code + ")");
    return tl::unexpected(error);
  }

  Result<void> copy_data(int fd, const std::string& path) {
    bool keep = path == "package.json";
    if (keep) result_.package_json.clear();
    std::uint32_t crc = 0;
    la_int64_t end = 0;
    for (;;) {
      const void* block = nullptr;
      std::size_t size = 0;
      la_int64_t offset = 0;
      int status = archive_read_data_block(reader_, &block, &size, &offset);
      if (status == ARCHIVE_EOF) {
        // A sparse file may end in a hole.
        if (offset > end) PKG_TRY_VOID(fill_hole(fd, crc, end, offset, path));
        break;
      }
      if (status != ARCHIVE_OK) return bad(what_, reader_error());
      if (offset < end) return bad(what_, "overlapping data");
      if (offset > end) PKG_TRY_VOID(fill_hole(fd, crc, end, offset, path));
      result_.bytes += size;
      if (result_.bytes > max_bytes_) return bad(what_, "unpacks to too much");
      PKG_TRY_VOID(write_all(fd, static_cast<const char*>(block), size, offset, path));
      crc = libdeflate_crc32(crc, block, size);
      end = offset + static_cast<la_int64_t>(size);
      if (keep && result_.package_json.size() < kMaxPackageJson)
        result_.package_json.append(static_cast<const char*>(block), size);
    }
    result_.checksum += crc;
    return {};
  }

  Result<void> fill_hole(int fd, std::uint32_t& crc, la_int64_t from, la_int64_t to, const std::string& path) {
    result_.bytes += static_cast<std::uint64_t>(to - from);
    if (result_.bytes > max_bytes_) return bad(what_, "unpacks to too much");
    static constexpr char kZeros[4096] = {};
    for (la_int64_t at = from; at < to; at += sizeof kZeros)
      crc = libdeflate_crc32(crc, kZeros, std::min<std::size_t>(sizeof kZeros, to - at));
    if (::ftruncate(fd, to) != 0) return tl::unexpected(errno_error(errno, "ftruncate", path));
    return {};
  }

  static Result<void> write_all(int fd, const char* bytes, std::size_t size, la_int64_t offset,
                                const std::string& path) {
    while (size > 0) {
      ssize_t count = ::pwrite(fd, bytes, size, offset);
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) return tl::unexpected(errno_error(count < 0 ? errno : EIO, "write", path));
      bytes += count;
      size -= static_cast<std::size_t>(count);
      offset += count;
    }
    return {};
  }

  static constexpr std::size_t kMaxPackageJson = 8u << 20;
  archive* reader_;
  DirWriter dirs_;
  std::string_view what_;
  std::uint64_t max_bytes_;
  const ExtractLimits& limits_;
  std::uint64_t entries_ = 0;
  std::unordered_set<std::string> ignores_;
  Extracted result_;
};

}  // namespace

std::string entry_path(std::string_view path) {
  std::string result;
  std::size_t index = 0, start = 0;
  while (start <= path.size()) {
    std::size_t end = std::min(path.find('/', start), path.size());
    std::string_view part = path.substr(start, end - start);
    start = end + 1;
    if (part.empty() || part == ".") {
      // "/etc/passwd" has an empty first part, which is then the one dropped.
      if (index == 0 && part.empty()) ++index;
      continue;
    }
    if (part == "..") return {};
    if (index++ == 0) continue;
    if (!result.empty()) result += '/';
    result += part;
  }
  return path.ends_with('/') ? std::string() : result;
}

Result<Extracted> extract_tarball(std::string_view tarball, const std::string& dir, std::string_view what,
                                  const ExtractLimits& limits) {
  int root = ::open(dir.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (root < 0) return tl::unexpected(errno_error(errno, "open", dir));
  struct CloseRoot {
    int fd;
    ~CloseRoot() { ::close(fd); }
  } close_root{root};

  std::uint64_t max_bytes = allowed_bytes(tarball.size(), limits);
  Reader reader(archive_read_new());
  if (!reader || archive_read_support_format_tar(reader.get()) != ARCHIVE_OK)
    return fail("ENOMEM", "no memory to read a tarball");
  // Names stay the bytes they are, whatever the locale.
  archive_read_set_options(reader.get(), "tar:hdrcharset=BINARY");

  Buffer buffer;
  std::unique_ptr<Stream> stream;
  int opened;
  if (is_gzip(tarball)) {
    // Headers and padding come on top of the files.
    std::size_t whole = static_cast<std::size_t>(std::min<std::uint64_t>(limits.whole_bytes, max_bytes + (64u << 20)));
    switch (inflate_whole(tarball, whole, buffer)) {
      case Inflated::kBad:
        return bad(what, "damaged gzip data");
      case Inflated::kWhole:
        opened = archive_read_open_memory(reader.get(), buffer.bytes.get(), buffer.size);
        break;
      case Inflated::kTooBig:
        buffer = {};
        if (tarball.size() > UINT32_MAX) return bad(what, "too big");
        stream = std::make_unique<Stream>(tarball);
        if (!stream->ready) return fail("ENOMEM", "no memory to inflate a tarball");
        opened = archive_read_open(reader.get(), stream.get(), nullptr, Stream::read, nullptr);
        break;
    }
  } else {
    opened = archive_read_open_memory(reader.get(), tarball.data(), tarball.size());
  }
  if (opened != ARCHIVE_OK) {
    const char* text = archive_error_string(reader.get());
    return bad(what, text ? text : "no tar archive");
  }
  return Extractor(reader.get(), root, what, max_bytes, limits).run();
}

}  // namespace pkg::installer
