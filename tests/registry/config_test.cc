#include "registry/config.h"

#include <fstream>
#include <sstream>

#include <sys/stat.h>
#include <catch2/catch_test_macros.hpp>

#include "registry/http_options.h"
#include "registry/npmrc.h"
#include "tests/registry/registry_fixture.h"

using namespace pkg::registry;
using pkg::Json;
using pkg::tests::Environment;
using pkg::tests::TemporaryFolder;

namespace {

// A project in <folder>/p with these files and settings.
struct Project {
  TemporaryFolder folder;
  ConfigInputs inputs;

  explicit Project(const std::string& project_npmrc = "", const std::string& user_npmrc = "") {
    std::filesystem::create_directories(folder.path + "/home");
    write("p/package.json", "{}");
    write("p/.npmrc", project_npmrc);
    write("home/.npmrc", user_npmrc);
    inputs.cwd = folder.path + "/p";
    inputs.env = {{"HOME", folder.path + "/home"}};
    inputs.default_registry = "https://default.example.test/";
    inputs.exec_prefix = folder.path + "/prefix";
    inputs.npm_version = "12.2.0";
    inputs.node_version = "24.0.0";
  }
  void write(const std::string& name, const std::string& text) {
    std::filesystem::create_directories(std::filesystem::path(folder.path + "/" + name).parent_path());
    std::ofstream(folder.path + "/" + name) << text;
  }
  Config load() {
    auto config = Config::load(inputs);
    INFO((config ? "" : config.error().message));
    REQUIRE(config);
    return std::move(*config);
  }
};

}  // namespace

// What npm 12.2.0's own config reader makes of the same file.
TEST_CASE("a project's settings have npm's values", "[registry][config]") {
  Project project(R"(
; comment
# another
save-exact = true
omit[] = dev
omit[] = optional
tag = "quo ted"
message = 'single'
init-author-name = a;b
init-author-email = a\;b
editor=${MYED}
viewer=${NOPE}
searchopts=${NOPE?}x
init-license=\${MYED}
cafile=./ca.pem
fetch-retries = 7
fetch-timeout=abc
loglevel=bogus
depth=Infinity
cache=~/mycache
before=2020-01-01
noproxy=a.example,b.example
@s:registry=http://127.0.0.1:1/npm/
//127.0.0.1:1/npm/:_authToken=${TOK}
force=false
umask=0027
workspaces=null
install-strategy = nested
save-prefix=
diff-unified = 1e2
[section]
tag=inside
)",
                  "save-exact=false\nfund=false\nfetch-retry-factor=3.5\n${KEYNAME}=left\n");
  project.inputs.env.insert({{"MYED", "emacs"},
                             {"TOK", "sekret"},
                             {"KEYNAME", "heading"},
                             {"NPM_CONFIG_AUDIT", "false"},
                             {"npm_config_maxsockets", "3"},
                             {"npm_config_include", "dev\n\noptional"},
                             {"npm_config_save_dev", ""},
                             {"npm_config_fund", "true"}});
  Config config = project.load();
  const std::string& root = project.folder.path;
  const std::pair<const char*, Json> rows[] = {
      {"save-exact", true},
      {"omit", {"dev", "optional"}},
      {"tag", "quo ted"},
      {"message", "single"},
      {"init-author-name", "a"},
      {"init-author-email", "a;b"},
      {"editor", "emacs"},
      {"viewer", "${NOPE}"},
      {"searchopts", "x"},
      {"init-license", "${MYED}"},
      {"cafile", root + "/p/ca.pem"},
      {"fetch-retries", 7},
      {"fetch-timeout", 300000},
      {"loglevel", "notice"},
      {"cache", root + "/home/mycache"},
      {"before", "2020-01-01T00:00:00.000Z"},
      {"noproxy", Json::array({"a.example,b.example"})},
      {"@s:registry", "http://127.0.0.1:1/npm/"},
      {"//127.0.0.1:1/npm/:_authToken", "sekret"},
      {"force", false},
      {"umask", 027},
      {"workspaces", nullptr},
      {"install-strategy", "nested"},
      {"save-prefix", ""},
      {"diff-unified", 100},
      {"fund", true},
      {"fetch-retry-factor", 3.5},
      {"heading", "left"},
      {"audit", false},
      {"maxsockets", 3},
      {"include", {"dev", "optional"}},
      {"save-dev", false},
      {"registry", "https://default.example.test/"},
      {"userconfig", root + "/home/.npmrc"},
      {"globalconfig", root + "/prefix/etc/npmrc"},
      {"no-such-thing", nullptr},
  };
  for (const auto& [name, value] : rows) {
    INFO(name);
    CHECK(config.get(name) == value);
  }
  CHECK(config.find("save-exact") == ConfigLayer::kProject);
  CHECK(config.find("fund") == ConfigLayer::kEnv);
  CHECK(config.is_default("loglevel"));
  CHECK(config.local_prefix() == root + "/p");
  CHECK(config.user_agent() == "npm/12.2.0 node/v24.0.0 linux x64 workspaces/false");
  CHECK(config.warnings().size() == 2);
}

TEST_CASE("flags win over the environment, that over files, nearer files over farther", "[registry][config]") {
  Project project("tag=project", "tag=user\nheading=user\nuserconfig=ignored");
  project.write("prefix/etc/npmrc", "tag=global\nheading=global\nviewer=global");
  Config config = project.load();
  CHECK(config.text("tag") == "project");
  CHECK(config.text("heading") == "user");
  CHECK(config.text("viewer") == "global");
  project.inputs.env["npm_config_tag"] = "env";
  CHECK(project.load().text("tag") == "env");
  project.inputs.cli = {
      {"tag", "cli"}, {"omit", "dev"}, {"omit", "peer"}, {"save-exact", "true"}, {"workspaces", "false"}};
  Config flags = project.load();
  CHECK(flags.text("tag") == "cli");
  CHECK(flags.list("omit") == std::vector<std::string>{"dev", "peer"});
  CHECK(flags.flag("save-exact"));
  CHECK_FALSE(flags.flag("workspaces"));
}

TEST_CASE("the project is the nearest folder with a package.json or node_modules", "[registry][config]") {
  Project project;
  project.write("p/src/deep/file", "");
  project.inputs.cwd = project.folder.path + "/p/src/deep";
  CHECK(project.load().local_prefix() == project.folder.path + "/p");
  project.write("p/package.json", R"({"workspaces": ["w"]})");
  project.write("p/w/package.json", "{}");
  project.write("p/w/.npmrc", "tag=ignored");
  project.inputs.cwd = project.folder.path + "/p/w";
  CHECK(project.load().local_prefix() == project.folder.path + "/p/w");
  project.inputs.is_workspace = [](const std::string& root, const Json&, const std::string& member) {
    return member == root + "/w";
  };
  Config config = project.load();
  CHECK(config.local_prefix() == project.folder.path + "/p");
  CHECK(config.workspace() == project.folder.path + "/p/w");
  CHECK(config.text("tag") == "latest");
  project.inputs.cli = {{"workspaces", "false"}};
  CHECK(project.load().local_prefix() == project.folder.path + "/p/w");
}

TEST_CASE("credentials without a host are refused", "[registry][config]") {
  struct Row {
    const char* npmrc;
    const char* says;
  };
  const Row rows[] = {
      {"_authToken=x", "`_authToken` must be renamed to `//default.example.test/:_authToken` in user config"},
      {"_auth=x", "`_auth` must be renamed"},
      {"username=x", "`username` is not allowed"},
      {"username=x\n_password=y", "`username` must be renamed"},
      {"email=x", "`email` must be renamed"},
      {"certfile=x", "`certfile` is not allowed"},
      {"_authtoken=x", "`_authtoken` is not allowed"},
  };
  for (const Row& row : rows) {
    Project project("", row.npmrc);
    auto config = Config::load(project.inputs);
    INFO(row.npmrc);
    REQUIRE_FALSE(config);
    CHECK(config.error().code == "ERR_INVALID_AUTH");
    CHECK(config.error().message.find(row.says) != std::string::npos);
  }
}

TEST_CASE("an unknown flag is an error, an unknown key in a file only when strict", "[registry][config]") {
  Project project("tpyo=1");
  CHECK(project.load().warnings().size() == 1);
  project.inputs.cli = {{"tpyo", "1"}};
  CHECK(Config::load(project.inputs).error().code == "EUNKNOWNCONFIG");
  project.inputs.cli = {{"strict-npmrc", "true"}};
  CHECK(Config::load(project.inputs).error().code == "EUNKNOWNCONFIG");
}

TEST_CASE("a saved file reads back the same and is nobody else's", "[registry][config]") {
  Project project("", "tag=x\nomit[]=dev\nheading=\" a=b \"\neditor=a\\;b");
  Config config = project.load();
  config.set("//r.example.test/:_authToken", "t=1", ConfigLayer::kUser);
  config.remove("tag", ConfigLayer::kUser);
  REQUIRE(config.save(ConfigLayer::kUser));
  struct stat info;
  REQUIRE(::stat((project.folder.path + "/home/.npmrc").c_str(), &info) == 0);
  CHECK((info.st_mode & 0777) == 0600);
  Config again = project.load();
  CHECK(again.text("tag") == "latest");
  CHECK(again.text("heading") == "a=b");
  CHECK(again.text("editor") == "a;b");
  CHECK(again.list("omit") == std::vector<std::string>{"dev"});
  CHECK(again.text("//r.example.test/:_authToken") == "t=1");
}

TEST_CASE("environment variables are expanded as npm expands them", "[registry][config]") {
  Environment env{{"A", "1"}, {"E", ""}};
  const std::pair<const char*, const char*> rows[] = {
      {"${A}", "1"},      {"x${A}y${A}", "x1y1"}, {"${B}", "${B}"},
      {"${B?}", ""},      {"${A?}", "1"},         {"${E}", ""},
      {"\\${A}", "${A}"}, {"\\\\${A}", "\\1"},    {"\\\\\\${A}", "\\${A}"},
      {"$A", "$A"},       {"${}", "${}"},         {"${A", "${A"},
      {"\\x", "\\x"},
  };
  for (const auto& [text, expanded] : rows) {
    INFO(text);
    CHECK(expand_env(text, env) == expanded);
  }
}

TEST_CASE("no bytes make the .npmrc reader fail", "[registry][config]") {
  unsigned seed = 7;
  const std::string alphabet = "[]=;#\\\"' \n\r\tab${}?:/@\xff\x00-_";
  for (int round = 0; round < 2000; ++round) {
    std::string text;
    for (int i = 0; i < 60; ++i) {
      seed = seed * 1664525 + 1013904223;
      text += alphabet[(seed >> 16) % alphabet.size()];
    }
    NpmrcEntries entries = parse_npmrc(text);
    CHECK_NOTHROW(write_npmrc(entries));
  }
}

TEST_CASE("requests follow npm's settings", "[registry][config]") {
  Project project(
      "proxy=http://"
      "proxy.example.test:8080\nnoproxy=a.test,b.test\nfetch-retries=5\nca=-----BEGIN\\nX-----\nstrict-ssl=false");
  Config config = project.load();
  auto options = http_options(
      config, [](std::string_view name) { return name == "NODE_EXTRA_CA_CERTS" ? "/ca" : ""; }, "install");
  CHECK(options.proxy == "http://proxy.example.test:8080");
  CHECK(options.https_proxy == options.proxy);
  CHECK(options.no_proxy == "a.test,b.test");
  CHECK(options.retries == 5);
  CHECK(options.ca == std::vector<std::string>{"-----BEGIN\nX-----"});
  CHECK_FALSE(options.strict_ssl);
  CHECK(options.extra_ca_file == "/ca");
  CHECK(options.headers == std::vector<std::string>{"npm-command: install"});
  CHECK(options.timeout == 300000);

  Config plain = Project().load();
  auto from_env = http_options(
      plain,
      [](std::string_view name) { return name == "HTTP_PROXY" ? "http://h"
                                         : name == "no_proxy" ? "c.test"
                                                              : ""; }, "");
  CHECK(from_env.proxy == "http://h");
  CHECK(from_env.https_proxy.empty());
  CHECK(from_env.no_proxy == "c.test");
}
