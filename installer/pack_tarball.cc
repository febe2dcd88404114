#include "installer/pack_tarball.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <optional>

#include <sys/stat.h>
#include <zlib.h>

#include "installer/dir_writer.h"
#include "installer/disk.h"
#include "registry/inflate.h"
#include "resolver/base/files.h"

namespace pkg::installer {
namespace {

constexpr std::size_t kBlock = 512;
constexpr std::uint64_t kMaxFile = 8ull << 30;
// A day in 1985, for zip files cannot hold the beginning of 1970.
constexpr std::uint64_t kTime = 499'162'500;

// Where the fields of a header are. Spec: POSIX.1-2017, pax, "ustar Interchange Format".
enum Offset : std::size_t {
  kName = 0,
  kMode = 100,
  kSize = 124,
  kMtime = 136,
  kSum = 148,
  kType = 156,
  kMagic = 257,
  kMajor = 329,
  kMinor = 337,
  kPrefix = 345
};
constexpr std::size_t kNameSize = 100, kPrefixSize = 155;

using Header = std::string;

void put_octal(Header& header, std::size_t at, std::size_t size, std::uint64_t value) {
  char text[24];
  std::snprintf(text, sizeof text, "%0*llo ", static_cast<int>(size - 2), static_cast<unsigned long long>(value));
  std::memcpy(header.data() + at, text, std::min(std::strlen(text), size));
}

struct NameParts {
  std::string name, prefix;
  bool fits = true;
};

// A long path goes into two fields, parted at a slash.
NameParts split_path(const std::string& path) {
  if (path.size() < kNameSize) return {path, ""};
  std::string prefix(dir_name(path)), name(base_name(path));
  while (true) {
    if (name.size() <= kNameSize && prefix.size() <= kPrefixSize) return {name, prefix};
    if (name.size() > kNameSize && prefix.size() <= kPrefixSize) return {name.substr(0, kNameSize - 1), prefix, false};
    if (prefix.find('/') == std::string::npos) break;
    name = std::string(base_name(prefix)) + "/" + name;
    prefix = dir_name(prefix);
  }
  return {path.substr(0, kNameSize - 1), "", false};
}

Header make_header(const NameParts& parts, std::uint32_t mode, std::uint64_t size, char type) {
  Header header(kBlock, '\0');
  std::memcpy(header.data() + kName, parts.name.data(), std::min(parts.name.size(), kNameSize));
  put_octal(header, kMode, 8, mode);
  put_octal(header, kSize, 12, size);
  put_octal(header, kMtime, 12, kTime);
  header[kType] = type;
  std::memcpy(header.data() + kMagic,
              "ustar\0"
              "00",
              8);
  put_octal(header, kMajor, 8, 0);
  put_octal(header, kMinor, 8, 0);
  std::memcpy(header.data() + kPrefix, parts.prefix.data(), std::min(parts.prefix.size(), kPrefixSize));
  std::uint64_t sum = 8 * ' ';
  for (unsigned char c : header) sum += c;
  put_octal(header, kSum, 8, sum);
  return header;
}

std::string padded(std::string text) {
  text.resize((text.size() + kBlock - 1) / kBlock * kBlock, '\0');
  return text;
}

// "26 path=package/a\n": the number counts itself too.
std::string pax_record(const std::string& key, const std::string& value) {
  std::string rest = " " + key + "=" + value + "\n";
  std::size_t digits = std::to_string(rest.size()).size();
  if (std::to_string(rest.size() + digits).size() > digits) ++digits;
  return std::to_string(rest.size() + digits) + rest;
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::string file_header(const std::string& path, std::uint32_t mode, std::uint64_t size) {
  NameParts parts = split_path(path);
  std::string out;
  if (!parts.fits || !is_ascii(path)) {
    std::string body = pax_record("path", path) + pax_record("mtime", std::to_string(kTime)) +
                       pax_record("size", std::to_string(size));
    std::string name = ("PaxHeader/" + std::string(base_name(path))).substr(0, kNameSize - 1);
    out = make_header({name, ""}, mode, body.size(), 'x') + padded(body);
  }
  return out + make_header(parts, mode, size, '0');
}

class Gzip {
 public:
  Gzip() {
    ready_ = deflateInit2(&stream_, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK;
    // Of no system in particular.
    header_.os = 255;
    ready_ = ready_ && deflateSetHeader(&stream_, &header_) == Z_OK;
  }
  ~Gzip() { deflateEnd(&stream_); }
  Gzip(const Gzip&) = delete;
  Gzip& operator=(const Gzip&) = delete;

  bool ready() const { return ready_; }
  void write(std::string_view bytes, int flush = Z_NO_FLUSH) {
    char buffer[1 << 16];
    do {
      std::size_t piece = std::min<std::size_t>(bytes.size(), 1u << 30);
      stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
      stream_.avail_in = static_cast<uInt>(piece);
      bytes.remove_prefix(piece);
      int mode = bytes.empty() ? flush : Z_NO_FLUSH;
      do {
        stream_.next_out = reinterpret_cast<Bytef*>(buffer);
        stream_.avail_out = sizeof buffer;
        deflate(&stream_, mode);
        out_.append(buffer, sizeof buffer - stream_.avail_out);
      } while (stream_.avail_out == 0);
    } while (!bytes.empty());
  }
  std::string finish() {
    write({}, Z_FINISH);
    return std::move(out_);
  }

 private:
  z_stream stream_{};
  gz_header header_{};
  bool ready_ = false;
  std::string out_;
};

std::uint64_t octal(std::string_view field) {
  std::uint64_t value = 0;
  for (char c : field)
    if (c >= '0' && c <= '7') value = value * 8 + static_cast<std::uint64_t>(c - '0');
  return value;
}

std::string text_field(std::string_view field) { return std::string(field.substr(0, field.find('\0'))); }

// The value of `key` in a pax header's records, or nothing.
std::optional<std::string> pax_value(std::string_view records, std::string_view key) {
  while (!records.empty()) {
    std::size_t space = records.find(' ');
    if (space == std::string_view::npos || space > 10) return std::nullopt;
    std::size_t length =
        static_cast<std::size_t>(std::strtoul(std::string(records.substr(0, space)).c_str(), nullptr, 10));
    if (length <= space + 1 || length > records.size()) return std::nullopt;
    std::string_view record = records.substr(space + 1, length - space - 2);
    if (record.starts_with(key) && record.size() > key.size() && record[key.size()] == '=')
      return std::string(record.substr(key.size() + 1));
    records.remove_prefix(length);
  }
  return std::nullopt;
}

}  // namespace

Result<std::string> pack_tarball(const PackTarballOptions& options) {
  Gzip gzip;
  if (!gzip.ready()) return fail("ENOMEM", "cannot start compressing");
  for (const std::string& file : options.files) {
    std::string path = options.folder + "/" + file;
    struct stat info;
    if (::lstat(path.c_str(), &info) != 0) return tl::unexpected<Error>(errno_error(errno, "lstat", path));
    auto other = std::find_if(options.replaced.begin(), options.replaced.end(),
                              [&](const auto& each) { return each.first == file; });
    std::string content;
    if (other != options.replaced.end()) {
      content = other->second;
    } else {
      errno = 0;
      auto text = DiskFiles().read(path);
      if (!text) return tl::unexpected<Error>(errno_error(errno ? errno : EACCES, "open", path));
      content = std::move(*text);
    }
    if (content.size() >= kMaxFile) return fail("EMAXSIZE", path + " is too big for a package");
    std::uint32_t mode = info.st_mode & 07777;
    if (options.is_bin && options.is_bin(file)) mode |= 0111;
    mode = (mode | 0600) & ~022u;
    gzip.write(file_header("package/" + file, mode, content.size()));
    gzip.write(padded(std::move(content)));
  }
  gzip.write(std::string(2 * kBlock, '\0'));
  return gzip.finish();
}

Result<std::vector<TarEntry>> list_tarball(std::string_view tarball, std::string* package_json) {
  registry::ByteBuffer buffer;
  PKG_TRY(std::string_view tar, registry::inflate_gzip(tarball, buffer, kMaxFile));
  std::vector<TarEntry> entries;
  std::optional<std::string> long_path;
  std::optional<std::uint64_t> long_size;
  while (tar.size() >= kBlock && tar[0] != '\0') {
    std::string_view header = tar.substr(0, kBlock);
    tar.remove_prefix(kBlock);
    std::uint64_t size = octal(header.substr(kSize, 12));
    const char type = header[kType];
    bool special = type == 'x' || type == 'g' || type == 'L' || type == 'K';
    if (!special && long_size) size = *long_size;
    if (size > tar.size()) return fail("TAR_BAD_ARCHIVE", "the tarball ends within a file");
    std::string_view body = tar.substr(0, size);
    if (type == 'x') {
      long_path = pax_value(body, "path");
      if (auto text = pax_value(body, "size")) long_size = std::strtoull(text->c_str(), nullptr, 10);
    } else if (type == 'L') {
      long_path = text_field(body);
    } else if (!special) {
      std::string name = text_field(header.substr(kName, kNameSize));
      std::string prefix = text_field(header.substr(kPrefix, kPrefixSize));
      bool ustar = header.substr(kMagic, 5) == "ustar";
      if (ustar && !prefix.empty()) name = prefix + "/" + name;
      entries.push_back(
          {long_path ? *long_path : name, size, static_cast<std::uint32_t>(octal(header.substr(kMode, 8)) & 07777)});
      const std::string& path = entries.back().path;
      if (auto slash = path.find('/');
          package_json && slash != std::string::npos && path.substr(slash) == "/package.json")
        *package_json = body;
      long_path.reset();
      long_size.reset();
    }
    tar.remove_prefix(std::min<std::size_t>((size + kBlock - 1) / kBlock * kBlock, tar.size()));
  }
  return entries;
}

}  // namespace pkg::installer
