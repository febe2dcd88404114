// `pkg init`: a package.json, from what is in the folder and from answers; or what an initializer makes.
// Spec: npm's document npm-init.
#include <algorithm>
#include <cstdio>

#include "cli/command.h"
#include "cli/installing.h"
#include "cli/package_fix.h"
#include "installer/disk.h"
#include "installer/json_text.h"
#include "installer/workspaces.h"
#include "resolver/base/files.h"
#include "resolver/spec/spec.h"

namespace pkg::cli {
namespace {

using installer::PackageJson;

constexpr const char* kNoTest = "echo \"Error: no test specified\" && exit 1";

std::string trimmed(std::string text) {
  auto space = [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); };
  while (!text.empty() && space(text.back())) text.pop_back();
  std::size_t start = 0;
  while (start < text.size() && space(text[start])) ++start;
  return text.substr(start);
}

std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

std::vector<std::string> sorted_dir(const std::string& folder) {
  std::vector<std::string> names = installer::list_dir(folder);
  std::sort(names.begin(), names.end());
  return names;
}

bool contains(const std::vector<std::string>& list, std::string_view item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines(1);
  for (char c : text) {
    if (c == '\n')
      lines.emplace_back();
    else if (c != '\r')
      lines.back() += c;
  }
  return lines;
}

// "init.license" of old settings files, else "init-license".
std::string setting(registry::Config& config, const std::string& name) {
  std::string dotted = "init." + name, dashed = "init-" + name;
  std::replace(dashed.begin(), dashed.end(), '.', '-');
  if (std::string old = config.text(dotted); !old.empty() && !config.is_default(dotted)) return old;
  return config.text(dashed);
}

std::string person_text(const std::string& name, const std::string& email, const std::string& url) {
  return name + (email.empty() ? "" : " <" + email + ">") + (url.empty() ? "" : " (" + url + ")");
}

std::string author_text(const Json& author) {
  if (author.is_string()) return author.get<std::string>();
  std::string email = string_member(author, "email", string_member(author, "mail"));
  return person_text(string_member(author, "name"), email, string_member(author, "url", string_member(author, "web")));
}

// The URL of the remote "origin".
std::string git_origin(const std::string& folder) {
  auto text = DiskFiles().read(folder + "/.git/config");
  std::vector<std::string> lines = lines_of(text.value_or(""));
  auto section = std::find(lines.begin(), lines.end(), "[remote \"origin\"]");
  for (int i = 0; i < 2 && section != lines.end() && ++section != lines.end(); ++i) {
    std::string line = trimmed(*section);
    if (!line.starts_with("url =")) continue;
    std::string url = trimmed(line.substr(5));
    constexpr std::string_view kSsh = "git@github.com:";
    return url.starts_with(kSsh) ? "https://github.com/" + url.substr(kSsh.size()) : url;
  }
  return "";
}

// The first paragraph of the README that is no heading.
std::string readme_description(const std::string& folder) {
  std::string chosen;
  for (const std::string& name : sorted_dir(folder)) {
    std::string low = lower(name);
    if ((low != "readme" && !low.starts_with("readme.")) || installer::is_dir(folder + "/" + name)) continue;
    bool markdown = low == "readme.md" || low == "readme.markdown" || low == "readme.mkd" || low == "readme.";
    if (markdown || (name.ends_with("README") && chosen.empty())) chosen = name;
    if (markdown) break;
  }
  if (chosen.empty()) return "";
  auto text = DiskFiles().read(folder + "/" + chosen);
  std::vector<std::string> lines = lines_of(trimmed(text.value_or("")));
  std::size_t start = 0;
  while (start < lines.size() && (trimmed(lines[start]).empty() || trimmed(lines[start])[0] == '#')) ++start;
  std::string description;
  for (std::size_t i = start; i < lines.size() && (i == start || !trimmed(lines[i]).empty()); ++i)
    description += (i == start ? "" : " ") + lines[i];
  return trimmed(description);
}

// Asks on the terminal, or takes what is suggested.
class Questions {
 public:
  Questions(Session& session, bool ask) : session_(session), ask_(ask) {}
  bool asks() const { return ask_; }
  bool canceled() const { return canceled_; }

  std::string operator()(const std::string& question, const std::string& suggested) {
    if (!ask_ || canceled_) return suggested;
    session_.terminal.out(question + ": " + (suggested.empty() ? "" : "(" + suggested + ") "));
    std::fflush(stdout);
    std::string line;
    int c;
    while ((c = std::getchar()) != EOF && c != '\n') line += static_cast<char>(c);
    if (c == EOF && line.empty()) canceled_ = true;
    line = trimmed(line);
    return line.empty() ? suggested : line;
  }

 private:
  Session& session_;
  const bool ask_;
  bool canceled_ = false;
};

std::string suggested_name(registry::Config& config, const Json& content, const std::string& folder) {
  std::string name = string_member(content, "name");
  if (name.empty()) name = installer::base_name(folder);
  if (name.starts_with("node-")) name.erase(0, 5);
  if (name.ends_with(".js") || name.ends_with("-js")) name.resize(name.size() - 3);
  std::string plain;
  for (char c : name) {
    bool space = c == ' ' || (c >= '\t' && c <= '\r');
    if (!space)
      plain += c;
    else if (!plain.ends_with('-') || plain.empty())
      plain += '-';
  }
  plain = lower(plain);
  std::string scope = config.text("scope");
  if (scope.empty()) return plain;
  if (!scope.starts_with('@')) scope = "@" + scope;
  auto slash = plain.starts_with('@') ? plain.find('/') : std::string::npos;
  return scope + "/" + (slash == std::string::npos ? plain : plain.substr(slash + 1));
}

std::string entry_point(const std::string& folder) {
  std::vector<std::string> scripts;
  for (const std::string& name : sorted_dir(folder))
    if (name.ends_with(".js")) scripts.push_back(name);
  std::string own = std::string(installer::base_name(folder)) + ".js";
  for (const std::string& name : {std::string("index.js"), std::string("main.js"), own})
    if (contains(scripts, name)) return name;
  return scripts.empty() ? "index.js" : scripts.front();
}

Json directories(const std::string& folder) {
  Json found = Json::object();
  for (const std::string& name : sorted_dir(folder)) {
    for (const char* known : {"example", "test", "doc"})
      if (name == known || name == std::string(known) + "s") found[known] = name;
    if (name == "man" || name == "lib") found[name] = name;
  }
  return found;
}

std::string test_command(const std::string& folder) {
  std::vector<std::string> installed = installer::list_dir(folder + "/node_modules");
  if (contains(installed, "mocha")) return "mocha";
  if (contains(installed, "expresso")) return "expresso test";
  return contains(installed, "tap") ? "tap test/*.js" : "";
}

Json keyword_list(const std::string& text) {
  Json list = Json::array();
  std::string word;
  for (char c : text + " ") {
    bool between = c == ' ' || c == ',' || (c >= '\t' && c <= '\r');
    if (!between) {
      word += c;
    } else if (!word.empty()) {
      list.push_back(word);
      word.clear();
    }
  }
  return list;
}

// Where the issues and the documentation of a hosted repository are.
void add_hosted_pages(Json& content) {
  const Json* repository = member(content, "repository");
  auto hosted = repository ? resolver::parse_hosted(string_member(*repository, "url")) : std::nullopt;
  if (!hosted) return;
  std::string domain = hosted->type == "github"      ? "github.com"
                       : hosted->type == "gitlab"    ? "gitlab.com"
                       : hosted->type == "bitbucket" ? "bitbucket.org"
                                                     : "";
  if (domain.empty()) return;
  std::string page = "https://" + domain + "/" + hosted->user + "/" + hosted->project;
  if (!content.contains("bugs")) content["bugs"] = {{"url", page + "/issues"}};
  if (!content.contains("homepage")) content["homepage"] = page + "#readme";
}

// What is found in the folder and answered, put into `content`.
void fill(registry::Config& config, Json& content, const std::string& folder, Questions& ask) {
  auto has = [&](const char* key) {
    const Json* value = member(content, key);
    return value && !value->is_null() && *value != "" && *value != false;
  };
  content["name"] = ask("package name", suggested_name(config, content, folder));
  std::string version = string_member(content, "version");
  if (version.empty()) version = setting(config, "version");
  content["version"] = ask("version", version.empty() ? "1.0.0" : version);
  if (!has("description")) content["description"] = ask("description", "");
  if (!has("main")) content["main"] = ask("entry point", entry_point(folder));
  if (!has("bin")) {
    for (const std::string& name : sorted_dir(folder + "/bin")) {
      if (!name.ends_with(".js")) continue;
      content["bin"] = "bin/" + name;
      break;
    }
  }
  if (Json found = directories(folder); !found.empty()) content["directories"] = std::move(found);
  if (!has("scripts")) {
    std::string command = ask("test command", test_command(folder));
    content["scripts"] = {{"test", command.empty() ? kNoTest : command}};
  }
  if (!has("repository")) content["repository"] = ask("git repository", git_origin(folder));
  if (!has("keywords")) content["keywords"] = keyword_list(ask("keywords", ""));
  std::string author = has("author") ? author_text(content["author"]) : "";
  if (std::string name = setting(config, "author.name"); author.empty() && !name.empty())
    author = person_text(name, setting(config, "author.email"), setting(config, "author.url"));
  if (author = ask("author", author); !author.empty()) content["author"] = author;
  std::string license = string_member(content, "license");
  if (license.empty()) license = setting(config, "license");
  if (license = ask("license", license); !license.empty()) content["license"] = license;
  std::string type = string_member(content, "type");
  if (type.empty()) type = setting(config, "type");
  content["type"] = ask("type", type.empty() ? "commonjs" : type);
  if (!content.contains("private") && !config.is_default("init-private"))
    content["private"] = config.flag("init-private");
}

// What npm settles afterwards, whatever was answered.
Result<void> settle(Json& content, const std::string& folder) {
  PKG_TRY_VOID(fix_package(content));
  if (string_member(content, "description").empty())
    if (std::string text = readme_description(folder); !text.empty()) content["description"] = text;
  if (string_member(content, "repository", "x").empty()) content.erase("repository");
  std::string index = string_member(content, "main", "index.js");
  auto dot = index.rfind('.');
  std::string types = "./" + (dot == std::string::npos ? index : index.substr(0, dot)) + ".d.ts";
  if (!content.contains("types") && !content.contains("typings") && installer::path_exists(folder + "/" + types))
    content["types"] = types;
  add_hosted_pages(content);
  if (content.contains("dependencies")) {
    Json& dependencies = content["dependencies"];
    const Json* optional = member(content, "optionalDependencies");
    if (optional && optional->is_object())
      for (auto it = optional->begin(); it != optional->end(); ++it) dependencies.erase(it.key());
    if (dependencies.empty()) content.erase("dependencies");
  }
  for (const char* unwanted : {"_id", "readme", "readmeFilename", "gitHead"}) content.erase(unwanted);
  return {};
}

Result<void> write_package(Session& session, const std::string& folder) {
  registry::Config& config = session.config();
  const bool yes = config.flag("yes") || config.flag("force");
  PKG_TRY(PackageJson package, PackageJson::load_or_empty(folder));
  Json& content = package.content;
  if (!semver::valid(string_member(content, "version"))) content.erase("version");
  if (!yes)
    session.terminal.line(
        "This utility will walk you through creating a package.json file.\nIt only covers the most common items, and "
        "tries to guess sensible defaults.\n\nPress ^C at any time to quit.");
  Questions ask(session, !yes);
  fill(config, content, folder, ask);
  if (ask.canceled()) {
    session.terminal.out("\n");
    session.terminal.warn("init", "canceled");
    return {};
  }
  PKG_TRY_VOID(settle(content, folder));
  std::string message = package.path + ":\n\n" + installer::json_text(content, "  ") + "\n\n";
  if (!yes) {
    session.terminal.line("About to write to " + message);
    std::string answer = ask("Is this OK?", "yes");
    if (!lower(answer).starts_with('y')) {
      session.terminal.line("Aborted.");
      return {};
    }
  }
  if (package.text.empty()) package.format = installer::JsonFormat{};
  PKG_TRY_VOID(package.save());
  if (yes) session.terminal.line("Wrote to " + message);
  return {};
}

// "foo" -> "create-foo", "@s" -> "@s/create", "@s/foo@1" -> "@s/create-foo@1".
Result<std::string> initializer_package(const std::string& word) {
  if (word.starts_with('@') && word.find('/') == std::string::npos) {
    auto at = word.find('@', 1);
    std::string version = at == std::string::npos ? "" : word.substr(at);
    return word.substr(0, at) + "/create" + version;
  }
  auto spec = resolver::parse_spec(word, "/");
  if (spec && spec->type == resolver::SpecType::kGit && spec->hosted) {
    std::string text = word, path = spec->hosted->user + "/" + spec->hosted->project;
    auto found = text.find(path);
    if (found != std::string::npos)
      text.replace(found, path.size(), spec->hosted->user + "/create-" + spec->hosted->project);
    return text;
  }
  if (!spec || !spec->is_registry() || spec->name.empty())
    return fail("EUNSUPPORTED", "Unrecognized initializer: " + word, "`pkg exec` runs the command of any package");
  auto slash = spec->name.find('/');
  std::string name = slash == std::string::npos
                         ? "create-" + spec->name
                         : spec->name.substr(0, slash + 1) + "create-" + spec->name.substr(slash + 1);
  return spec->raw_spec == "*" ? name : name + "@" + spec->raw_spec;
}

// Makes the folder one of the project's workspaces, unless its patterns say so already.
Result<void> add_workspace(const std::string& project, const std::string& folder) {
  PKG_TRY(PackageJson package, PackageJson::load(project));
  PKG_TRY(auto workspaces, installer::find_workspaces(project, package.content));
  bool known = std::any_of(workspaces.begin(), workspaces.end(), [&](const auto& each) { return each.path == folder; });
  if (known || !installer::path_exists(folder + "/package.json")) return {};
  Json& list = package.content["workspaces"];
  if (!list.is_array()) list = Json::array();
  list.push_back(installer::relative_path(project, folder));
  return package.save();
}

// Links to the workspaces that were made, and what they need; the lockfile with them.
Result<void> link_workspaces(Session& session) {
  if (!session.config().flag("workspaces-update")) return {};
  PKG_TRY(Project project, load_project(session));
  PKG_TRY(auto build, build_options(session, project));
  PKG_TRY(auto options, ideal_tree_options(session, project));
  PKG_TRY(options.start, starting_tree(session, project));
  PKG_TRY(auto ideal, resolver::build_ideal_tree(session.packuments(), std::move(options)));
  return carry_out(session, project, ideal, build, Wipe::kNo);
}

Result<int> init_workspaces(Session& session, const std::vector<std::string>& names) {
  const std::string& project = session.project();
  if (session.config().flag("include-workspace-root")) PKG_TRY_VOID(write_package(session, project));
  auto root = PackageJson::load(project);
  if (!root) {
    session.terminal.warn("init", "Missing package.json. Try with `--include-workspace-root`.");
    return tl::unexpected<Error>(root.error());
  }
  for (const std::string& name : names) {
    std::string folder = installer::resolve_path(project, name);
    PKG_TRY_VOID(installer::make_dirs(folder));
    PKG_TRY_VOID(write_package(session, folder));
    PKG_TRY_VOID(add_workspace(project, folder));
  }
  PKG_TRY_VOID(link_workspaces(session));
  return 0;
}

}  // namespace

Result<int> init_command(Session& session) {
  std::vector<std::string> workspaces = session.config().list("workspace");
  if (!session.words.empty()) {
    if (!workspaces.empty())
      return fail("EUNSUPPORTED", "initializers do not run in workspaces", "run it in the workspace's folder");
    PKG_TRY(session.words.front(), initializer_package(session.words.front()));
    return exec_command(session);
  }
  if (!workspaces.empty()) return init_workspaces(session, workspaces);
  PKG_TRY_VOID(write_package(session, session.cwd));
  return 0;
}

}  // namespace pkg::cli
