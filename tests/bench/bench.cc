// The package manager's hot paths on synthetic input: bench [NAME-PART]. One line a figure, see README.md.
#include "tests/bench/bench.h"

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include <libdeflate.h>

#include "installer/extract.h"
#include "installer/link.h"
#include "registry/packument_parse.h"
#include "resolver/semver/range.h"
#include "resolver/tree/build_ideal_tree.h"
#include "resolver/tree/memory_packuments.h"

namespace pkg::bench {
namespace {

constexpr int kPackages = 1200, kVersions = 12, kFiles = 64;

std::string part;  // of the names to run

bool wanted(std::string_view name) { return name.find(part) != std::string_view::npos; }

void require(bool what, const char* doing) {
  if (what) return;
  std::fprintf(stderr, "bench: error: %s failed\n", doing);
  std::exit(1);
}

void versions_and_ranges() {
  std::vector<semver::Version> versions;
  for (int i = 0; i < 200; ++i)
    versions.push_back(*semver::Version::parse(std::to_string(i / 40) + "." + std::to_string(i % 20) + "." +
                                               std::to_string(i % 7) + (i % 9 ? "" : "-rc.1")));
  if (wanted("semver parse range"))
    measure("semver parse range", 1, [] { keep(semver::Range::parse("^1.2.3 || >=2.5.0 <4 || ~5.1")); });
  auto range = *semver::Range::parse("^1.2.3 || >=2.5.0 <4 || ~5.1");
  if (wanted("semver test version"))
    measure("semver test version", static_cast<double>(versions.size()), [&] {
      for (const auto& version : versions) keep(range.test(version));
    });
}

std::string name_of(int index) { return "package-" + std::to_string(index); }

// Package i needs up to six of those behind it, in ranges that now and then
// disagree, so that some have to nest.
Json document(int index) {
  Json result{{"name", name_of(index)}, {"dist-tags", Json::object()}, {"versions", Json::object()}};
  std::string version;
  for (int v = 0; v < kVersions; ++v) {
    version = std::to_string(1 + v / 4) + "." + std::to_string(v % 4) + ".0";
    Json dependencies = Json::object();
    for (int d = 1; d <= 6; ++d) {
      int other = index + d * d * 3;
      if (other < kPackages)
        dependencies[name_of(other)] = "^" + std::to_string((index + d) % 11 == 0 ? 2 : 3) + ".0.0";
    }
    result["versions"][version] = {{"name", name_of(index)},
                                   {"version", version},
                                   {"dependencies", std::move(dependencies)},
                                   {"license", "MIT"},
                                   {"dist",
                                    {{"tarball", "https://registry.example.test/" + name_of(index) + ".tgz"},
                                     {"integrity", "sha512-" + std::string(86, 'A') + "=="}}}};
  }
  result["dist-tags"]["latest"] = version;
  return result;
}

void tree() {
  if (!wanted("resolve 1200 packages")) return;
  resolver::MemoryPackuments packuments;
  for (int i = 0; i < kPackages; ++i) packuments.add(document(i));
  Json root{{"name", "root"}, {"version", "1.0.0"}, {"dependencies", Json::object()}};
  for (int i = 0; i < 60; ++i) root["dependencies"][name_of(i)] = "^3.0.0";
  auto manifest = std::make_shared<const resolver::Manifest>(resolver::parse_manifest(root));
  measure("resolve 1200 packages", 1, [&] {
    resolver::IdealTreeOptions options;
    options.path = "/project";
    options.root_manifest = manifest;
    options.node_version = "24.11.0";
    options.npm_version = "12.2.0";
    options.platform = {"linux", "x64", "glibc"};
    auto ideal = resolver::build_ideal_tree(packuments, std::move(options));
    require(ideal && ideal->tree->nodes().size() > kPackages / 2, "resolving");
  });
}

void packument() {
  if (!wanted("packument parse, a MB")) return;
  Json whole = document(0);
  for (int v = 0; v < 1500; ++v) {
    std::string version = "9.0." + std::to_string(v);
    Json manifest = whole["versions"]["3.3.0"];
    manifest["version"] = version;
    manifest["description"] = std::string(300, 'd');
    whole["versions"][version] = std::move(manifest);
  }
  std::string text = whole.dump();
  double megabytes = static_cast<double>(text.size()) / 1e6;
  std::size_t size = text.size();
  text.resize(size + registry::kParsePadding);
  measure("packument parse, a MB", megabytes, [&] {
    auto form = registry::parse_packument(std::string_view(text).substr(0, size), "package-0",
                                          "https://registry.example.test/package-0", {});
    require(form.has_value(), "parsing a packument");
  });
}

std::string header(const std::string& path, std::size_t size) {
  std::string block(512, '\0');
  auto put = [&](std::size_t at, const std::string& text) { block.replace(at, text.size(), text); };
  char octal[12];
  std::snprintf(octal, sizeof octal, "%011o", static_cast<unsigned>(size));
  put(0, path);
  put(100, "0000644");
  put(124, octal);
  put(136, "00000000000");
  put(148, "        0");
  put(257, "ustar");
  block.replace(263, 2, "00");
  unsigned sum = 0;
  for (char c : block) sum += static_cast<unsigned char>(c);
  std::snprintf(octal, sizeof octal, "%06o", sum);
  block.replace(148, 7, std::string(octal, 7));  // six digits and a null
  return block;
}

// Of kFiles files of about 9.5 kB, as packages have them.
std::string tarball() {
  std::string plain;
  unsigned seed = 1;
  for (int i = 0; i < kFiles; ++i) {
    std::string text;
    while (text.size() < 9500) {
      seed = seed * 1664525 + 1013904223;
      text +=
          "const value" + std::to_string(seed >> 20) + " = require('./module-" + std::to_string(seed >> 26) + "');\n";
    }
    plain += header("package/lib/" + std::to_string(i % 5) + "/file-" + std::to_string(i) + ".js", text.size());
    plain += text + std::string((512 - text.size() % 512) % 512, '\0');
  }
  plain += std::string(1024, '\0');
  std::string packed(plain.size(), '\0');
  libdeflate_compressor* packer = libdeflate_alloc_compressor(6);
  packed.resize(libdeflate_gzip_compress(packer, plain.data(), plain.size(), packed.data(), packed.size()));
  libdeflate_free_compressor(packer);
  require(!packed.empty(), "packing");
  return packed;
}

// Fresh folders without deletions in between: see README.md.
void files() {
  if (!wanted("extract, a file") && !wanted("link, a file")) return;
  std::string form = (std::filesystem::temp_directory_path() / "pkg-bench-XXXXXX").string();
  require(::mkdtemp(form.data()) != nullptr, "making a folder");
  std::string packed = tarball();
  int number = 0;
  auto extract = [&](const std::string& folder) {
    std::filesystem::create_directory(folder);
    auto extracted = installer::extract_tarball(packed, folder, "bench");
    require(extracted && extracted->files == kFiles, "extracting");
  };
  if (wanted("extract, a file"))
    measure("extract, a file", kFiles, [&] { extract(form + "/e" + std::to_string(number++)); });
  extract(form + "/source");
  if (wanted("link, a file"))
    measure("link, a file", kFiles, [&] {
      // A file has no more than some ten thousand links.
      if (++number % 10'000 == 0) extract(form + "/source");
      require(
          installer::link_package(form + "/source", form + "/l" + std::to_string(number), installer::LinkMode::kLink)
              .has_value(),
          "linking");
    });
  std::filesystem::remove_all(form);
}

}  // namespace
}  // namespace pkg::bench

int main(int argc, char** argv) {
  if (argc > 1) pkg::bench::part = argv[1];
  pkg::bench::versions_and_ranges();
  pkg::bench::tree();
  pkg::bench::packument();
  pkg::bench::files();
  return 0;
}
