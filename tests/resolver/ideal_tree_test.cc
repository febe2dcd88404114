#include <fstream>
#include <map>
#include <sstream>
#include <string>

#include <catch2/catch_test_macros.hpp>

#include "resolver/tree/build_ideal_tree.h"
#include "resolver/tree/memory_packuments.h"

// Small trees against what npm made of the same package.json and packages:
// ideal_tree_cases.json has both.
namespace pkg::resolver {
namespace {

Json read_cases() {
  std::ifstream file(std::string(PKG_SOURCE_DIR) + "/tests/resolver/ideal_tree_cases.json");
  std::stringstream text;
  text << file.rdbuf();
  return *parse_json(text.str(), "ideal_tree_cases.json");
}

// The packages as the registry would serve them.
void fill(MemoryPackuments& packuments, const Json& packages) {
  for (const auto& [name, package] : packages.items()) {
    Json document{{"name", name}, {"dist-tags", Json::object()}, {"versions", Json::object()}};
    std::string latest;
    for (const auto& [version, fields] : package["versions"].items()) {
      Json manifest{{"name", name}, {"version", version}};
      manifest.update(fields);
      manifest["dist"] = {{"tarball", "https://registry.example.test/" + name + "/-/" + version + ".tgz"},
                          {"integrity", "sha512-" + name + version}};
      document["versions"][version] = manifest;
      if (version.find('-') == std::string::npos) latest = version;
    }
    document["dist-tags"]["latest"] = latest;
    if (const Json* tags = member(package, "tags")) document["dist-tags"].update(*tags);
    if (const Json* time = member(package, "time")) document["time"] = *time;
    packuments.add(std::move(document));
  }
}

void apply_flag(IdealTreeOptions& options, const std::string& flag) {
  if (flag == "--force")
    options.force = true;
  else if (flag == "--legacy-peer-deps")
    options.legacy_peer_deps = true;
  else if (flag == "--strict-peer-deps")
    options.strict_peer_deps = true;
  else if (flag == "--prefer-dedupe")
    options.prefer_dedupe = true;
  else if (flag == "--install-strategy=nested")
    options.install_strategy = InstallStrategy::kNested;
  else if (flag == "--install-strategy=shallow")
    options.install_strategy = InstallStrategy::kShallow;
  else if (flag.starts_with("--before="))
    options.before = flag.substr(9);
  else if (!flag.empty())
    FAIL("no such flag: " << flag);
}

IdealTreeOptions options_for(const Json& root) {
  IdealTreeOptions options;
  options.path = "/project";
  options.root_manifest = std::make_shared<const Manifest>(parse_manifest(root));
  options.node_version = "24.11.0";
  options.npm_version = "12.2.0";
  options.platform = {"linux", "x64", "glibc"};
  return options;
}

// Location -> "name@version flags", as the cases have it.
std::map<std::string, std::string> shown(const Tree& tree) {
  std::map<std::string, std::string> result;
  for (Node* node : tree.nodes()) {
    if (node->is_root() || (node->inert && node->version().empty())) continue;
    std::string text;
    if (node->is_link) {
      std::string prefix = tree.path() + "/";
      text = "-> " + (node->link_path.starts_with(prefix) ? node->link_path.substr(prefix.size()) : node->link_path);
    } else {
      if (node->package_name() != node->name->text && !node->package_name().empty()) text = node->manifest->name + "@";
      text += node->manifest->version;
      if (node->extraneous) {
        text += " extraneous";
      } else {
        if (node->dev) text += " dev";
        if (node->optional) text += " optional";
        if (node->dev_optional) text += " devOptional";
        if (node->peer) text += " peer";
      }
      if (node->has_install_script()) text += " hasInstallScript";
    }
    result[node->location()] = text;
  }
  return result;
}

}  // namespace

TEST_CASE("the ideal tree is npm's", "[tree]") {
  Json cases = read_cases();
  REQUIRE(cases["cases"].size() > 60);
  MemoryPackuments packuments;
  fill(packuments, cases["packages"]);
  for (const Json& each : cases["cases"]) {
    INFO(each["title"].get<std::string>());
    Json root{{"name", "root"}, {"version", "1.0.0"}};
    root.update(each["root"]);
    IdealTreeOptions options = options_for(root);
    apply_flag(options, string_member(each, "flags"));
    auto result = build_ideal_tree(packuments, std::move(options));
    if (each["expected"].is_string()) {
      CHECK((result ? "no error" : result.error().code) == each["expected"].get<std::string>());
      continue;
    }
    if (!result) {
      FAIL_CHECK(result.error().code << ": " << result.error().message);
      continue;
    }
    auto expected = each["expected"].get<std::map<std::string, std::string>>();
    CHECK(shown(*result->tree) == expected);
  }
}

TEST_CASE("workspaces are links whose dependencies meet at the root", "[tree]") {
  MemoryPackuments packuments;
  fill(packuments, read_cases()["packages"]);
  auto manifest = [](const char* text) { return std::make_shared<const Manifest>(parse_manifest(Json::parse(text))); };
  IdealTreeOptions options =
      options_for(Json::parse(R"({"name": "root", "version": "1.0.0", "dependencies": {"d": "1"}})"));
  options.workspaces = {
      {"one", "/project/packages/one",
       manifest(
           R"({"name": "one", "version": "1.0.0", "dependencies": {"d": "2", "two": "1"}, "devDependencies": {"b": "1"}})")},
      {"two", "/project/packages/two", manifest(R"({"name": "two", "version": "1.0.0", "dependencies": {"d": "1"}})")}};
  auto result = build_ideal_tree(packuments, std::move(options));
  REQUIRE(result);
  // As npm 12.2.0 locks it.
  std::map<std::string, std::string> expected{{"node_modules/b", "1.5.0 dev"},
                                              {"node_modules/d", "1.1.0"},
                                              {"node_modules/one", "-> packages/one"},
                                              {"node_modules/two", "-> packages/two"},
                                              {"packages/one", "1.0.0"},
                                              {"packages/one/node_modules/d", "2.0.0"},
                                              {"packages/two", "1.0.0"}};
  CHECK(shown(*result->tree) == expected);
}

TEST_CASE("requests change the root's manifest and replace what is there", "[tree]") {
  MemoryPackuments packuments;
  fill(packuments, read_cases()["packages"]);
  Json root = Json::parse(R"({"name": "root", "version": "1.0.0", "dependencies": {"a": "1.0.0", "d": "^1"}})");
  auto first = build_ideal_tree(packuments, options_for(root));
  REQUIRE(first);

  IdealTreeOptions options = options_for(root);
  options.start = std::move(first->tree);
  options.add = {"d@2", "tagged@next"};
  options.remove = {"a"};
  options.save_type = SaveType::kDev;
  auto second = build_ideal_tree(packuments, std::move(options));
  REQUIRE(second);
  CHECK(second->added.size() == 2);
  const Manifest& manifest = *second->tree->root().manifest;
  CHECK(manifest.dependencies.empty());
  CHECK(manifest.dev_dependencies == Dependencies{{"d", "2"}, {"tagged", "3.0.0-rc.1"}});
  CHECK(second->tree->at("node_modules/d")->version() == "2.0.0");
  CHECK(second->tree->at("node_modules/tagged")->version() == "3.0.0-rc.1");
}

TEST_CASE("what the tree needs is asked for ahead", "[tree]") {
  MemoryPackuments packuments;
  fill(packuments, read_cases()["packages"]);
  auto result = build_ideal_tree(packuments, options_for(Json::parse(R"({"dependencies": {"deep1": "1"}})")));
  REQUIRE(result);
  CHECK(packuments.asked == std::set<std::string>{"deep1", "deep2", "deep3", "d", "b"});
}

TEST_CASE("an error names who required what cannot be had", "[tree]") {
  MemoryPackuments packuments;
  fill(packuments, read_cases()["packages"]);
  auto result = build_ideal_tree(packuments, options_for(Json::parse(R"({"dependencies": {"needs": "1"}})")));
  REQUIRE_FALSE(result);
  CHECK(result.error().code == code::kNotFound);
  CHECK(result.error().message.find("needs@1.0.0") != std::string::npos);
}

}  // namespace pkg::resolver
