// Expected results are those of Node 24.21.
#include "resolver/module/module_resolver.h"

#include <catch2/catch_test_macros.hpp>

#include "resolver/module/file_url.h"

using namespace pkg;
using namespace pkg::resolver;

namespace {

const Conditions kImport = {"node", "import", "module-sync", "node-addons"};
const Conditions kRequire = {"node", "require", "module-sync", "node-addons"};
const std::vector<std::string> kExtensions = {".js", ".json", ".node"};

bool is_builtin(std::string_view id) { return id == "fs"; }

std::string import_of(Files& files, const std::string& specifier, const std::string& parent = "file:///app/t.mjs") {
  ModuleResolver resolver(files, is_builtin);
  auto url = resolver.resolve_import(specifier, parent, kImport);
  return url ? *url : url.error().code + ": " + url.error().message;
}

std::string require_of(Files& files, const std::string& request, const std::string& parent = "/app/t.mjs") {
  ModuleResolver resolver(files, is_builtin);
  auto show = [](const ModuleError& error) {
    return error.code + ": " + error.message + (error.path.empty() ? "" : " path=" + error.path);
  };
  if (request.starts_with('#')) {
    auto path = resolver.require_imports(request, parent, kRequire);
    if (!path) return show(path.error());
    return *path ? **path : "not found";
  }
  auto self = resolver.require_self(request, parent, kRequire);
  if (!self) return show(self.error());
  if (*self) return **self;
  bool is_relative = request == "." || request == ".." || request.starts_with("./") || request.starts_with("../");
  auto paths = is_relative ? std::vector<std::string>{std::string(parent_directory(parent))}
                           : node_modules_paths(parent_directory(parent));
  auto path = resolver.find_path(request, paths, kExtensions, IsMain::kNo, kRequire);
  if (!path) return show(path.error());
  return *path ? **path : "not found";
}

MemoryFiles app() {
  return MemoryFiles{
      {"/app/package.json",
       R"({"name": "self", "exports": {".": "./index.js", "./x": "./x.js", "./missing": "./gone.js"},
           "imports": {"#a": "./x.js", "#pkg": "a", "#fs": "fs", "#bad": "../x", "#null": null, "#pat/*": "./p/*.js",
                       "#num": 5, "#arr": ["../bad", "./x.js"], "#url": "node:fs", "#nf": "nopackage",
                       "#cond": {"require": "./x.js", "import": "./y.mjs"}}})"},
      {"/app/index.js", ""},
      {"/app/x.js", ""},
      {"/app/y.mjs", ""},
      {"/app/p/q.js", ""},
      {"/app/dir/index.js", ""},
      {"/app/b c.js", ""},
      {"/app/node_modules/a/package.json",
       R"({"exports": {".": "./main.js", "./sub": "./sub.js", "./null": null, "./f/*": "./f/*.js", "./f/no/*": null,
           "./bad": "bad.js", "./nm": "./node_modules/x.js", "./dots": "./x/../y.js", "./empty": [],
           "./cond": {"import": "./main.js", "foo": "./z"}, "./arrbad": ["bad", "../b"], "./num": 1,
           "./idx": {"0": "./x.js"}, "./isdir": "./f", "./arrnull": [null, "./main.js"], "./emptyobj": {}}})"},
      {"/app/node_modules/a/main.js", ""},
      {"/app/node_modules/a/f/g.js", ""},
      {"/app/node_modules/a/internal.js", ""},
      {"/app/node_modules/bad/package.json", "{nope"},
      {"/app/node_modules/bad/index.js", ""},
      {"/app/node_modules/trail/package.json", R"({"main": "x.js"} garbage)"},
      {"/app/node_modules/typenum/package.json", R"({"type": 5})"},
      {"/app/node_modules/list/package.json", "[]"},
      {"/app/node_modules/bom/package.json", "\xEF\xBB\xBF{\"main\": \"x.js\"}"},
      {"/app/node_modules/bom/x.js", ""},
      {"/app/node_modules/nomain/lib/x.js", ""},
      {"/app/node_modules/nomain/package.json", "{}"},
      {"/app/node_modules/mainmissing/package.json", R"({"main": "gone"})"},
      {"/app/node_modules/mainmissing/index.js", ""},
      {"/app/node_modules/mainmissing2/package.json", R"({"main": "gone"})"},
      {"/app/node_modules/mainobj/package.json", R"({"main": {"a": 1}})"},
      {"/app/node_modules/mainobj/index.js", ""},
      {"/app/node_modules/mixed/package.json", R"({"exports": {".": "./a.js", "import": "./b.js"}})"},
      {"/app/node_modules/number/package.json", R"({"exports": 5})"},
      {"/app/node_modules/str/package.json", R"({"exports": "./m.js"})"},
      {"/app/node_modules/str/m.js", ""},
      {"/app/node_modules/strbad/package.json", R"({"exports": "m.js"})"},
      {"/app/node_modules/folder/package.json", R"({"main": "./lib"})"},
      {"/app/node_modules/folder/lib/index.js", ""},
      {"/app/node_modules/@s/p/package.json", R"({"exports": "./m.js"})"},
      {"/app/node_modules/@s/p/m.js", ""},
  };
}

struct Row {
  const char* specifier;
  const char* expected;
};

}  // namespace

TEST_CASE("what an import specifier resolves to, or why not", "[module]") {
  MemoryFiles files = app();
  const Row rows[] = {
      {"a", "file:///app/node_modules/a/main.js"},
      {"a/f/g", "file:///app/node_modules/a/f/g.js"},
      {"a/cond", "file:///app/node_modules/a/main.js"},
      {"a/arrnull", "file:///app/node_modules/a/main.js"},
      {"@s/p", "file:///app/node_modules/@s/p/m.js"},
      {"nomain/lib/x.js", "file:///app/node_modules/nomain/lib/x.js"},
      {"mainmissing", "file:///app/node_modules/mainmissing/index.js"},
      {"mainobj", "file:///app/node_modules/mainobj/index.js"},
      {"folder", "file:///app/node_modules/folder/lib/index.js"},
      {"bom", "file:///app/node_modules/bom/x.js"},
      {"str", "file:///app/node_modules/str/m.js"},
      {"self", "file:///app/index.js"},
      {"self/x", "file:///app/x.js"},
      {"#a", "file:///app/x.js"},
      {"#pkg", "file:///app/node_modules/a/main.js"},
      {"#fs", "node:fs"},
      {"#pat/q", "file:///app/p/q.js"},
      {"#arr", "file:///app/x.js"},
      {"#cond", "file:///app/y.mjs"},
      {"fs", "node:fs"},
      {"node:fs", "node:fs"},
      {"data:text/javascript,1", "data:text/javascript,1"},
      {"./x.js?q#h", "file:///app/x.js?q#h"},
      {"./b c.js", "file:///app/b%20c.js"},
      {"./b%20c.js", "file:///app/b%20c.js"},
      {"/app/x.js", "file:///app/x.js"},
      {"../app/./x.js", "file:///app/x.js"},
      {"./x", "ERR_MODULE_NOT_FOUND: Cannot find module '/app/x' imported from /app/t.mjs"},
      {"./dir",
       "ERR_UNSUPPORTED_DIR_IMPORT: Directory import '/app/dir' is not supported resolving ES modules "
       "imported from /app/t.mjs"},
      {".",
       "ERR_UNSUPPORTED_DIR_IMPORT: Directory import '/app/' is not supported resolving ES modules "
       "imported from /app/t.mjs"},
      {"./x%2fy",
       "ERR_INVALID_MODULE_SPECIFIER: Invalid module \"/app/x%2fy\" must not include encoded \"/\" or "
       "\"\\\" characters imported from /app/t.mjs"},
      {"a/sub", "ERR_MODULE_NOT_FOUND: Cannot find module '/app/node_modules/a/sub.js' imported from /app/t.mjs"},
      {"a/null",
       "ERR_PACKAGE_PATH_NOT_EXPORTED: Package subpath './null' is not defined by \"exports\" in "
       "/app/node_modules/a/package.json imported from /app/t.mjs"},
      {"a/f/no/x",
       "ERR_PACKAGE_PATH_NOT_EXPORTED: Package subpath './f/no/x' is not defined by \"exports\" in "
       "/app/node_modules/a/package.json imported from /app/t.mjs"},
      {"a/internal.js",
       "ERR_PACKAGE_PATH_NOT_EXPORTED: Package subpath './internal.js' is not defined by \"exports\" "
       "in /app/node_modules/a/package.json imported from /app/t.mjs"},
      {"a/empty",
       "ERR_PACKAGE_PATH_NOT_EXPORTED: Package subpath './empty' is not defined by \"exports\" in "
       "/app/node_modules/a/package.json imported from /app/t.mjs"},
      {"a/emptyobj",
       "ERR_PACKAGE_PATH_NOT_EXPORTED: Package subpath './emptyobj' is not defined by \"exports\" in "
       "/app/node_modules/a/package.json imported from /app/t.mjs"},
      {"a/bad",
       "ERR_INVALID_PACKAGE_TARGET: Invalid \"exports\" target \"bad.js\" defined for './bad' in the package "
       "config /app/node_modules/a/package.json imported from /app/t.mjs; targets must start with \"./\""},
      {"a/nm",
       "ERR_INVALID_PACKAGE_TARGET: Invalid \"exports\" target \"./node_modules/x.js\" defined for './nm' in "
       "the package config /app/node_modules/a/package.json imported from /app/t.mjs"},
      {"a/dots",
       "ERR_INVALID_PACKAGE_TARGET: Invalid \"exports\" target \"./x/../y.js\" defined for './dots' in the "
       "package config /app/node_modules/a/package.json imported from /app/t.mjs"},
      {"a/arrbad",
       "ERR_INVALID_PACKAGE_TARGET: Invalid \"exports\" target \"../b\" defined for './arrbad' in the "
       "package config /app/node_modules/a/package.json imported from /app/t.mjs; targets must start with "
       "\"./\""},
      {"a/num",
       "ERR_INVALID_PACKAGE_TARGET: Invalid \"exports\" target \"1\" defined for './num' in the package config "
       "/app/node_modules/a/package.json imported from /app/t.mjs; targets must start with \"./\""},
      {"a/idx",
       "ERR_INVALID_PACKAGE_CONFIG: Invalid package config /app/node_modules/a/package.json while importing "
       "file:///app/t.mjs. \"exports\" cannot contain numeric property keys."},
      {"a/isdir",
       "ERR_UNSUPPORTED_DIR_IMPORT: Directory import '/app/node_modules/a/f' is not supported resolving ES "
       "modules imported from /app/t.mjs"},
      {"a/f/../x",
       "ERR_INVALID_MODULE_SPECIFIER: Invalid module \"./f/../x\" request is not a valid match in pattern "
       "\"./f/*\" for the \"exports\" resolution of /app/node_modules/a/package.json imported from "
       "/app/t.mjs"},
      {"strbad",
       "ERR_INVALID_PACKAGE_TARGET: Invalid \"exports\" main target \"m.js\" defined in the package config "
       "/app/node_modules/strbad/package.json imported from /app/t.mjs; targets must start with \"./\""},
      {"mixed",
       "ERR_INVALID_PACKAGE_CONFIG: Invalid package config /app/node_modules/mixed/package.json while "
       "importing file:///app/t.mjs. \"exports\" cannot contain some keys starting with '.' and some not. The "
       "exports object must either be an object of package subpath keys or an object of main entry condition "
       "name keys only."},
      {"bad",
       "ERR_INVALID_PACKAGE_CONFIG: Invalid package config /app/node_modules/bad/package.json while importing "
       "\"bad\" from /app/t.mjs."},
      {"list",
       "ERR_INVALID_PACKAGE_CONFIG: Invalid package config /app/node_modules/list/package.json while importing "
       "\"list\" from /app/t.mjs."},
      {"trail",
       "ERR_INVALID_PACKAGE_CONFIG: Invalid package config /app/node_modules/trail/package.json while "
       "importing \"trail\" from /app/t.mjs."},
      {"typenum",
       "ERR_INVALID_PACKAGE_CONFIG: Invalid package config /app/node_modules/typenum/package.json while "
       "importing \"typenum\" from /app/t.mjs."},
      {"nomain",
       "ERR_MODULE_NOT_FOUND: Cannot find package '/app/node_modules/nomain/index.js' imported from "
       "/app/t.mjs"},
      {"number",
       "ERR_MODULE_NOT_FOUND: Cannot find package '/app/node_modules/number/index.js' imported from "
       "/app/t.mjs"},
      {"mainmissing2",
       "ERR_MODULE_NOT_FOUND: Cannot find package '/app/node_modules/mainmissing2/gone' imported from "
       "/app/t.mjs"},
      {"@s/none", "ERR_MODULE_NOT_FOUND: Cannot find package '@s/none' imported from /app/t.mjs"},
      {"none/x", "ERR_MODULE_NOT_FOUND: Cannot find package 'none' imported from /app/t.mjs"},
      {"@s",
       "ERR_INVALID_MODULE_SPECIFIER: Invalid module \"@s\" is not a valid package name imported from /app/t.mjs"},
      {".none",
       "ERR_INVALID_MODULE_SPECIFIER: Invalid module \".none\" is not a valid package name imported from "
       "/app/t.mjs"},
      {"self/none",
       "ERR_PACKAGE_PATH_NOT_EXPORTED: Package subpath './none' is not defined by \"exports\" in "
       "/app/package.json imported from /app/t.mjs"},
      {"#null",
       "ERR_PACKAGE_IMPORT_NOT_DEFINED: Package import specifier \"#null\" is not defined in package "
       "/app/package.json imported from /app/t.mjs"},
      {"#bad",
       "ERR_INVALID_PACKAGE_TARGET: Invalid \"imports\" target \"../x\" defined for '#bad' in the package "
       "config /app/package.json imported from /app/t.mjs"},
      {"#num",
       "ERR_INVALID_PACKAGE_TARGET: Invalid \"imports\" target \"5\" defined for '#num' in the package config "
       "/app/package.json imported from /app/t.mjs"},
      {"#url",
       "ERR_INVALID_PACKAGE_TARGET: Invalid \"imports\" target \"node:fs\" defined for '#url' in the package "
       "config /app/package.json imported from /app/t.mjs"},
      {"#nf", "ERR_MODULE_NOT_FOUND: Cannot find package 'nopackage' imported from /app/package.json"},
      {"#",
       "ERR_INVALID_MODULE_SPECIFIER: Invalid module \"#\" is not a valid internal imports specifier name imported "
       "from /app/t.mjs"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.specifier);
    CHECK(import_of(files, row.specifier) == row.expected);
  }
}

TEST_CASE("what require finds, or why not", "[module]") {
  MemoryFiles files = app();
  const Row rows[] = {
      {"a", "/app/node_modules/a/main.js"},
      {"a/f/g", "/app/node_modules/a/f/g.js"},
      {"nomain/lib/x", "/app/node_modules/nomain/lib/x.js"},
      {"mainmissing", "/app/node_modules/mainmissing/index.js"},
      {"folder", "/app/node_modules/folder/lib/index.js"},
      {"@s/p", "/app/node_modules/@s/p/m.js"},
      {"./x", "/app/x.js"},
      {"./dir", "/app/dir/index.js"},
      {"./dir/", "/app/dir/index.js"},
      {".", "/app/index.js"},
      {"./b c.js", "/app/b c.js"},
      {"self/x", "/app/x.js"},
      {"#a", "/app/x.js"},
      {"#cond", "/app/x.js"},
      {"./x.js/", "not found"},
      {"..", "not found"},
      {"none", "not found"},
      {"@s", "not found"},
      {"a%2fb", "not found"},
      {"nomain", "not found"},
      {"a/sub", "MODULE_NOT_FOUND: Cannot find module '/app/node_modules/a/sub.js' path=/app/node_modules/a"},
      {"a/cond",
       "ERR_PACKAGE_PATH_NOT_EXPORTED: Package subpath './cond' is not defined by \"exports\" in "
       "/app/node_modules/a/package.json"},
      {"a/isdir", "MODULE_NOT_FOUND: Cannot find module '/app/node_modules/a/f' path=/app/node_modules/a"},
      {"a/f/x%2fy",
       "ERR_INVALID_MODULE_SPECIFIER: Invalid module \"file:///app/node_modules/a/f/x%2fy.js\" must not "
       "include encoded \"/\" or \"\\\" characters"},
      {"bad", "ERR_INVALID_PACKAGE_CONFIG: Invalid package config /app/node_modules/bad/package.json."},
      {"mainmissing2",
       "MODULE_NOT_FOUND: Cannot find module '/app/node_modules/mainmissing2/gone'. Please verify that "
       "the package.json has a valid \"main\" entry path=/app/node_modules/mainmissing2/package.json"},
      {"self/missing", "MODULE_NOT_FOUND: Cannot find module '/app/gone.js' path=/app"},
      {"#pat/z", "MODULE_NOT_FOUND: Cannot find module '/app/p/z.js' path=/app/package.json"},
      {"#nf", "MODULE_NOT_FOUND: Cannot find module '#nf'"},
      {"#fs", "ERR_INVALID_URL_SCHEME: The URL must be of scheme file"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.specifier);
    CHECK(require_of(files, row.specifier) == row.expected);
  }
}

TEST_CASE("a module that is not a file: cannot import by relative or bare specifier", "[module]") {
  MemoryFiles files = app();
  CHECK(import_of(files, "./x", "data:text/javascript,0") ==
        "ERR_UNSUPPORTED_RESOLVE_REQUEST: Failed to resolve module specifier \"./x\" from \"data:text/javascript,0\": "
        "Invalid relative URL or base scheme is not hierarchical.");
  CHECK(import_of(files, "lodash", "data:text/javascript,0").starts_with("ERR_UNSUPPORTED_RESOLVE_REQUEST"));
  CHECK(import_of(files, "fs", "data:text/javascript,0") == "node:fs");
}

TEST_CASE("symlinks are followed unless they are to be preserved", "[module]") {
  MemoryFiles files(
      {{"/store/a/package.json", R"({"main": "m.js"})"}, {"/store/a/m.js", ""}, {"/app/node_modules/b.js", ""}},
      {{"/app/node_modules/a", "/store/a"}});
  CHECK(import_of(files, "a") == "file:///store/a/m.js");
  CHECK(require_of(files, "a") == "/store/a/m.js");
  ModuleResolver preserving(files, is_builtin, {.preserve_symlinks = true});
  CHECK(*preserving.resolve_import("a", "file:///app/t.mjs", kImport) == "file:///app/node_modules/a/m.js");
}

TEST_CASE("a package is found in the nearest node_modules folder", "[module]") {
  MemoryFiles files{{"/node_modules/a/index.js", ""},
                    {"/app/node_modules/a/index.js", ""},
                    {"/app/node_modules/b/node_modules/a/index.js", ""},
                    {"/app/node_modules/b/lib/x.js", ""}};
  CHECK(require_of(files, "a", "/app/node_modules/b/lib/x.js") == "/app/node_modules/b/node_modules/a/index.js");
  CHECK(require_of(files, "a", "/app/src/x.js") == "/app/node_modules/a/index.js");
  CHECK(require_of(files, "a", "/x.js") == "/node_modules/a/index.js");
  CHECK(node_modules_paths("/app/node_modules/b") ==
        std::vector<std::string>{"/app/node_modules/b/node_modules", "/app/node_modules", "/node_modules"});
}

TEST_CASE("a parent with a slash at its end is a folder", "[module]") {
  MemoryFiles files{{"/app/node_modules/a/index.js", ""},
                    {"/app/package.json", R"({"imports": {"#x": "./x.js"}})"},
                    {"/app/x.js", ""}};
  CHECK(import_of(files, "a", "file:///app/") == "file:///app/node_modules/a/index.js");
  CHECK(import_of(files, "#x", "file:///app/") == "file:///app/x.js");
  CHECK(import_of(files, "./x.js", "file:///app/") == "file:///app/x.js");
}

TEST_CASE("the package scope ends at node_modules", "[module]") {
  MemoryFiles files{
      {"/app/package.json", R"({"type": "module"})"}, {"/app/node_modules/a/x.js", ""}, {"/app/src/deep/x.js", ""}};
  PackageJsons packages(files);
  REQUIRE(*packages.scope("/app/src/deep/x.js") != nullptr);
  CHECK((*packages.scope("/app/src/deep/x.js"))->type == PackageType::kModule);
  CHECK(*packages.scope("/app/node_modules/a/x.js") == nullptr);
}

TEST_CASE("deprecated forms are reported once per resolution", "[module]") {
  MemoryFiles files{
      {"/app/node_modules/a/package.json", R"({"exports": {".": "./lib//x.js", "./f/": "./f/", "./g/*": "./g/*"}})"},
      {"/app/node_modules/a/lib/x.js", ""},
      {"/app/node_modules/a/lib//x.js", ""}};
  ModuleResolver resolver(files, is_builtin);
  CHECK(resolver.resolve_import("a", "file:///app/t.mjs", kImport));
  auto warnings = resolver.take_warnings();
  REQUIRE(warnings.size() == 1);
  CHECK(warnings[0].code == "DEP0166");
  CHECK(warnings[0].message ==
        "Use of deprecated double slash resolving \"./lib//x.js\" for module request \".\" in the \"exports\" field "
        "module resolution of the package at /app/node_modules/a/package.json imported from /app/t.mjs.");
  CHECK_FALSE(resolver.resolve_import("a/g/", "file:///app/t.mjs", kImport));
  warnings = resolver.take_warnings();
  REQUIRE(warnings.size() == 1);
  CHECK(warnings[0].code == "DEP0155");
}

TEST_CASE("exports nested beyond reason make the package config invalid", "[module]") {
  std::string deep = R"({"exports": )";
  for (int i = 0; i < 100000; ++i) deep += R"({"a": )";
  deep += "null" + std::string(100000, '}') + "}";
  MemoryFiles files{{"/app/node_modules/a/package.json", deep}};
  CHECK(import_of(files, "a").starts_with("ERR_INVALID_PACKAGE_CONFIG"));
}

TEST_CASE("paths and file: URLs are each other's", "[module]") {
  CHECK(path_to_file_url("/a b/\xC3\xA9?#%~") == "file:///a%20b/%C3%A9%3F%23%25%7E");
  CHECK(*file_url_to_path("file:///a%20b/%C3%A9%3F?q#h") == "/a b/\xC3\xA9?");
  CHECK_FALSE(file_url_to_path("http://x/"));
  CHECK(*resolve_url("../b/./c.js", "file:///a/x/y.js") == "file:///a/b/c.js");
  CHECK(*resolve_url("./", "file:///a/x.js") == "file:///a/");
}

TEST_CASE("a package map says which packages a file may ask for, in place of folders", "[module]") {
  MemoryFiles files{
      {"/w/map.json", R"({"packages": {"app": {"url": "./app", "dependencies": {"a": "a-2", "gone": "none"}},
                                       "a-2": {"url": "./vendor/a%202", "dependencies": {}},
                                       "inner": {"url": "./app/inner/", "dependencies": {"a": "a-2"}}}})"},
      {"/w/vendor/a 2/package.json", R"({"exports": {".": {"require": "./r.cjs", "import": "./i.mjs"}}})"},
      {"/w/vendor/a 2/r.cjs", ""},
      {"/w/vendor/a 2/i.mjs", ""},
      {"/w/app/node_modules/b/index.js", ""},
      {"/w/twice.json", R"({"packages": {"x": {"url": "./app"}, "y": {"url": "./app/"}}})"},
      {"/w/remote.json", R"({"packages": {"x": {"url": "https://registry.example.test/x"}}})"},
      {"/w/empty.json", "{}"}};
  auto resolver_of = [&](const char* map) { return ModuleResolver(files, is_builtin, {.package_map = map}); };
  auto import_of = [&](const char* map, const std::string& specifier, const std::string& parent) {
    auto resolver = resolver_of(map);
    auto url = resolver.resolve_import(specifier, parent, kImport);
    return url ? *url : url.error().code;
  };
  CHECK(import_of("/w/map.json", "a", "file:///w/app/main.mjs") == "file:///w/vendor/a%202/i.mjs");
  CHECK(import_of("/w/map.json", "a", "file:///w/app/inner/main.mjs") == "file:///w/vendor/a%202/i.mjs");
  CHECK(import_of("/w/map.json", "b", "file:///w/app/main.mjs") == "ERR_MODULE_NOT_FOUND");
  CHECK(import_of("/w/map.json", "gone", "file:///w/app/main.mjs") == "ERR_PACKAGE_MAP_KEY_NOT_FOUND");
  CHECK(import_of("/w/map.json", "a", "file:///w/application/main.mjs") == "ERR_PACKAGE_MAP_EXTERNAL_FILE");
  for (const char* map : {"/w/twice.json", "/w/remote.json", "/w/empty.json", "/w/none.json"}) {
    CHECK(import_of(map, "a", "file:///w/app/main.mjs") == "ERR_PACKAGE_MAP_INVALID");
  }
  auto resolver = resolver_of("/w/map.json");
  auto required = resolver.require_mapped("a", "/w/app/main.cjs", kExtensions, kRequire);
  REQUIRE(required);
  CHECK(*required == "/w/vendor/a 2/r.cjs");
  auto unknown = resolver.require_mapped("b", "/w/app/main.cjs", kExtensions, kRequire);
  REQUIRE(unknown);
  CHECK_FALSE(*unknown);
}
