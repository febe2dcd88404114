#include "installer/extract.h"

#include <filesystem>
#include <fstream>
#include <sstream>

#include <sys/stat.h>
#include <zlib.h>
#include <catch2/catch_test_macros.hpp>

#include "tests/installer/scratch.h"

using namespace pkg;
using namespace pkg::installer;
namespace fs = std::filesystem;

namespace {

struct Entry {
  std::string name, content;
  char type = '0';
  unsigned mode = 0644;
  std::string link = {};
};

std::string octal(std::uint64_t number, int width) {
  char text[32];
  std::snprintf(text, sizeof text, "%0*llo", width - 1, static_cast<unsigned long long>(number));
  return std::string(text) + '\0';
}

std::string header(const Entry& entry, std::size_t size) {
  std::string block(512, '\0');
  auto put = [&](std::size_t at, const std::string& text) { block.replace(at, text.size(), text); };
  put(0, entry.name.substr(0, 100));
  put(100, octal(entry.mode, 8));
  put(108, octal(0, 8));
  put(116, octal(0, 8));
  put(124, octal(size, 12));
  put(136, octal(0, 12));
  put(148, "        ");
  block[156] = entry.type;
  put(157, entry.link);
  put(257, std::string("ustar\0"
                       "00",
                       8));
  unsigned sum = 0;
  for (unsigned char byte : block) sum += byte;
  put(148, octal(sum, 7) + ' ');
  return block;
}

std::string tar(const std::vector<Entry>& entries) {
  std::string bytes;
  for (const Entry& entry : entries) {
    bytes += header(entry, entry.content.size()) + entry.content;
    bytes.append((512 - entry.content.size() % 512) % 512, '\0');
  }
  return bytes + std::string(1024, '\0');
}

std::string gzip(std::string_view bytes) {
  std::string out(compressBound(bytes.size()) + 64, '\0');
  z_stream state{};
  deflateInit2(&state, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  state.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  state.avail_in = static_cast<uInt>(bytes.size());
  state.next_out = reinterpret_cast<Bytef*>(out.data());
  state.avail_out = static_cast<uInt>(out.size());
  deflate(&state, Z_FINISH);
  out.resize(state.total_out);
  deflateEnd(&state);
  return out;
}

std::string pax(const std::string& key, const std::string& value) {
  std::string body = " " + key + "=" + value + "\n";
  std::size_t length = body.size() + 1;
  while (std::to_string(length).size() + body.size() != length) ++length;
  return std::to_string(length) + body;
}

// Every file below `dir`, as "path=content" lines.
std::string listing(const fs::path& dir) {
  std::vector<std::string> lines;
  for (const auto& item : fs::recursive_directory_iterator(dir)) {
    if (item.is_directory() && !item.is_symlink()) continue;
    std::ifstream file(item.path());
    std::stringstream text;
    text << file.rdbuf();
    lines.push_back(fs::relative(item.path(), dir).string() + "=" + text.str() + "\n");
  }
  std::sort(lines.begin(), lines.end());
  std::string all;
  for (const auto& line : lines) all += line;
  return all;
}

}  // namespace

TEST_CASE("a tarball's files land without their first folder", "[extract]") {
  Scratch scratch;
  auto made = extract_tarball(gzip(tar({{"package/package.json", "{}"},
                                        {"package/lib/a.js", "a"},
                                        {"other/lib/b.js", "b", '0', 0755},
                                        {"package/lib/deep/c.js", "c"},
                                        {"package/d.js", "d"},
                                        {"package/empty/", "", '5'}})),
                              scratch.path(), "t");
  REQUIRE(made);
  CHECK(listing(scratch.path()) == "d.js=d\nlib/a.js=a\nlib/b.js=b\nlib/deep/c.js=c\npackage.json={}\n");
  CHECK(made->files == 5);
  CHECK(made->bytes == 6);
  CHECK(made->package_json == "{}");
  struct stat info;
  ::stat((scratch.path() + "/lib/b.js").c_str(), &info);
  CHECK((info.st_mode & 07777) == 0755);
  ::stat((scratch.path() + "/lib/a.js").c_str(), &info);
  CHECK((info.st_mode & 07777) == 0644);
  CHECK_FALSE(fs::exists(scratch.path() + "/empty"));
}

TEST_CASE("nothing of a hostile tarball leaves the folder or is more than a file", "[extract]") {
  Scratch scratch;
  std::string inside = scratch.path() + "/in";
  fs::create_directory(inside);
  auto made = extract_tarball(gzip(tar({{"package/ok", "1"},
                                        {"package/../../escape", "x"},
                                        {"../escape", "x"},
                                        {"/escape", "x"},
                                        {"package/link", "", '2', 0777, "../.."},
                                        {"package/link/escape", "2"},
                                        {"package/hard", "", '1', 0644, "/etc/passwd"},
                                        {"package/dev", "", '3'},
                                        {"package/fifo", "", '6'},
                                        {"package/suid", "s", '0', 06755},
                                        {"bare", "x"}})),
                              inside, "t");
  REQUIRE(made);
  // The absolute path is one below the package, as npm has it.
  CHECK(listing(inside) == "escape=x\nlink/escape=2\nok=1\nsuid=s\n");
  CHECK_FALSE(fs::exists(scratch.path() + "/escape"));
  struct stat info;
  ::stat((inside + "/suid").c_str(), &info);
  CHECK((info.st_mode & 07777) == 0755);
}

TEST_CASE("the last of two entries with one name wins", "[extract]") {
  Scratch scratch;
  auto made = extract_tarball(tar({{"p/a", "one"}, {"p/a", "two"}}), scratch.path(), "t");
  REQUIRE(made);
  CHECK(listing(scratch.path()) == "a=two\n");
  CHECK(made->files == 1);
}

TEST_CASE("a .gitignore becomes an .npmignore unless there is one", "[extract]") {
  Scratch scratch;
  REQUIRE(extract_tarball(tar({{"p/.gitignore", "g"}, {"p/x/.npmignore", "n"}, {"p/x/.gitignore", "g"}}),
                          scratch.path(), "t"));
  CHECK(listing(scratch.path()) == ".npmignore=g\nx/.npmignore=n\n");
}

TEST_CASE("pax headers give long and non-ASCII names", "[extract]") {
  Scratch scratch;
  std::string name = "package/" + std::string(150, 'n') + "/\xC3\xA9.js";
  auto made = extract_tarball(gzip(tar({{"PaxHeader/x", pax("path", name), 'x'}, {"package/short", "long"}})),
                              scratch.path(), "t");
  REQUIRE(made);
  CHECK(listing(scratch.path()) == std::string(150, 'n') + "/\xC3\xA9.js=long\n");
}

TEST_CASE("a raw non-ASCII name keeps its bytes", "[extract]") {
  Scratch scratch;
  REQUIRE(extract_tarball(tar({{"package/\xC3\xA9.js", "x"}}), scratch.path(), "t"));
  CHECK(listing(scratch.path()) == "\xC3\xA9.js=x\n");
}

TEST_CASE("what is no tarball is TAR_BAD_ARCHIVE", "[extract]") {
  std::string good = gzip(tar({{"package/a", std::string(5000, 'a')}}));
  std::string cut_tar = tar({{"package/a", std::string(5000, 'a')}}).substr(0, 1500);
  std::string flipped = good;
  flipped[good.size() / 2] ^= 0x55;
  std::string bad_sum = tar({{"package/a", "a"}});
  bad_sum[0] ^= 1;
  std::string file_as_folder = tar({{"p/a", "1"}, {"p/a/b", "2"}});
  std::string long_name = tar({{"h", pax("path", "p/" + std::string(300, 'n')), 'x'}, {"p/s", ""}});
  for (const std::string& bytes : {std::string(), std::string("not a tarball at all"), good.substr(0, good.size() / 2),
                                   flipped, gzip(cut_tar), gzip(""), bad_sum, file_as_folder, long_name}) {
    Scratch scratch;
    auto made = extract_tarball(bytes, scratch.path(), "t");
    REQUIRE_FALSE(made);
    CHECK(made.error().code == code::kBadTarball);
  }
}

TEST_CASE("limits stop a bomb", "[extract]") {
  std::string bomb = gzip(tar({{"package/a", std::string(4 << 20, '\0')}}));
  ExtractLimits limits;
  limits.free_bytes = 1 << 20;
  limits.ratio = 20;
  Scratch scratch;
  auto made = extract_tarball(bomb, scratch.path(), "t", limits);
  REQUIRE_FALSE(made);
  CHECK(made.error().code == code::kBadTarball);
  CHECK(extract_tarball(bomb, scratch.path(), "t"));
  limits = {};
  limits.files = 2;
  Scratch other;
  CHECK_FALSE(extract_tarball(tar({{"p/a", ""}, {"p/b", ""}, {"p/c", ""}}), other.path(), "t", limits));
}

TEST_CASE("what does not fit in memory is streamed, with the same result", "[extract]") {
  ExtractLimits limits;
  limits.whole_bytes = 1 << 20;
  std::string big(3 << 20, 'b');
  for (std::size_t i = 0; i < big.size(); i += 7) big[i] = static_cast<char>(i * 31);
  std::string bytes = gzip(tar({{"package/a", big}, {"package/b", "b"}}));
  Scratch streamed, whole;
  auto one = extract_tarball(bytes, streamed.path(), "t", limits);
  auto two = extract_tarball(bytes, whole.path(), "t");
  REQUIRE(one);
  REQUIRE(two);
  CHECK(one->checksum == two->checksum);
  CHECK(listing(streamed.path()) == listing(whole.path()));
}
