// Spec: npm's documents package.json and npm-publish; what they leave open was measured.
#include "cli/published_manifest.h"

#include <algorithm>

#include "cli/inspect.h"
#include "cli/package_fix.h"
#include "installer/disk.h"
#include "installer/package_json.h"
#include "registry/url.h"
#include "resolver/base/files.h"
#include "resolver/spec/spec.h"

namespace pkg::cli {
namespace {

constexpr const char* kNoReadme = "ERROR: No README data found!";

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

std::string trimmed(std::string_view text) {
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  return std::string(text);
}

std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

bool is_set(const Json& content, std::string_view key) {
  const Json* value = member(content, key);
  return value && !value->is_null() && *value != "" && *value != false;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::size_t start = 0;
  for (;;) {
    std::size_t end = text.find('\n', start);
    lines.push_back(text.substr(start, end - start));
    if (end == std::string::npos) return lines;
    start = end + 1;
  }
}

// The part between two marks: "<" and ">" of "Jo <jo@example.test>".
std::string between(const std::string& text, char open, char close) {
  for (std::size_t start = text.find(open); start != std::string::npos; start = text.find(open, start + 1)) {
    std::size_t end = text.find_first_of(std::string{open, close}, start + 1);
    if (end != std::string::npos && text[end] == close && end > start + 1)
      return text.substr(start + 1, end - start - 1);
  }
  return {};
}

// {name, email, url} of a person in whichever way it is written.
Json person(const Json& value) {
  std::string text;
  if (value.is_string()) {
    text = value.get<std::string>();
  } else {
    auto part = [&](const char* key, const char* other) {
      return string_member(value, key, string_member(value, other));
    };
    std::string email = part("email", "mail"), url = part("url", "web");
    text = string_member(value, "name") + (email.empty() ? "" : " <" + email + ">") +
           (url.empty() ? "" : " (" + url + ")");
  }
  Json parts = Json::object();
  if (std::string name = trimmed(text.substr(0, text.find_first_of("(<"))); !name.empty()) parts["name"] = name;
  if (std::string email = between(text, '<', '>'); !email.empty()) parts["email"] = email;
  if (std::string url = between(text, '(', ')'); !url.empty()) parts["url"] = url;
  return parts;
}

void add_install_script(Json& content, const std::vector<std::string>& files) {
  const Json* scripts = member(content, "scripts");
  const bool own = scripts && (is_set(*scripts, "install") || is_set(*scripts, "preinstall"));
  if (own || (content.contains("gypfile") && content["gypfile"] == false)) return;
  auto is_gyp = [](const std::string& file) { return file.ends_with(".gyp") && !file.starts_with('.'); };
  if (std::none_of(files.begin(), files.end(), is_gyp)) return;
  if (!scripts) content["scripts"] = Json::object();
  content["scripts"]["install"] = "node-gyp rebuild";
  content["gypfile"] = true;
}

void add_authors(Json& content, const std::string& folder) {
  if (is_set(content, "contributors")) return;
  auto text = DiskFiles().read(folder + "/AUTHORS");
  if (!text) return;
  Json people = Json::array();
  for (const std::string& line : lines_of(*text))
    if (std::string name = trimmed(line); !name.empty() && name[0] != '#') people.push_back(name);
  content["contributors"] = people;
}

// README in Markdown before one of another kind.
void add_readme(Json& content, const std::string& folder, std::vector<std::string> files) {
  if (is_set(content, "readme")) return;
  std::sort(files.begin(), files.end());
  std::string found;
  for (const std::string& file : files) {
    const std::string name = lower(file);
    if ((name != "readme" && !name.starts_with("readme.")) || installer::is_dir(folder + "/" + file)) continue;
    const std::string extension = name.substr(std::min(name.rfind('.'), name.size()));
    constexpr std::string_view kWhole = ".markdown";
    // ".md", ".mkd", ".markdown": letters of the word in its order.
    std::size_t at = 0;
    for (char c : kWhole)
      if (at < extension.size() && extension[at] == c) ++at;
    if (!extension.empty() && at == extension.size()) {
      found = file;
      break;
    }
    if (file.ends_with("README")) found = file;
  }
  auto text = found.empty() ? std::nullopt : [&]() -> std::optional<std::string> {
    auto read = DiskFiles().read(folder + "/" + found);
    return read ? std::optional(*read) : std::nullopt;
  }();
  if (text) {
    content["readme"] = *text;
    content["readmeFilename"] = found;
  }
  if (!is_set(content, "readme")) content["readme"] = kNoReadme;
}

// The first paragraph below the heading.
std::string first_paragraph(const std::string& readme) {
  std::vector<std::string> lines = lines_of(trimmed(readme));
  std::size_t start = 0;
  while (start < lines.size() && (trimmed(lines[start]).empty() || trimmed(lines[start])[0] == '#')) ++start;
  std::string text;
  for (std::size_t i = start; i < lines.size() && (i == start || !trimmed(lines[i]).empty()); ++i)
    text += (i > start ? " " : "") + lines[i];
  return trimmed(text);
}

void collect_files(const std::string& folder, const std::string& inside, std::vector<std::string>& found) {
  std::vector<std::string> names = installer::list_dir(folder + "/" + inside);
  std::sort(names.begin(), names.end());
  for (const std::string& name : names) {
    const std::string path = inside.empty() ? name : inside + "/" + name;
    if (name.starts_with('.')) continue;
    found.push_back(path);
    if (installer::is_dir(folder + "/" + path)) collect_files(folder, path, found);
  }
}

void expand_directories(Json& content, const std::string& folder) {
  const Json* directories = member(content, "directories");
  const std::string man = directories ? inner_path(string_member(*directories, "man")) : "";
  if (!man.empty() && !is_set(content, "man")) {
    std::vector<std::string> files;
    collect_files(folder + "/" + man, "", files);
    Json pages = Json::array();
    for (const std::string& file : files)
      if (file.size() > 2 && file[file.size() - 2] == '.' && file.back() >= '0' && file.back() <= '9')
        pages.push_back(man + "/" + file);
    content["man"] = pages;
  }
  if (is_set(content, "man")) {
    Json pages = Json::array();
    const Json written = content["man"];
    for (const Json& page : written.is_array() ? written : Json::array({written}))
      if (page.is_string()) pages.push_back(inner_path(page.get<std::string>()));
    content["man"] = pages;
    if (pages.empty()) content.erase("man");
  }
  const std::string bin = directories ? inner_path(string_member(*directories, "bin")) : "";
  if (!bin.empty() && !is_set(content, "bin")) {
    std::vector<std::string> files;
    collect_files(folder + "/" + bin, "", files);
    Json bins = Json::object();
    for (const std::string& file : files) bins[std::string(installer::base_name(file))] = bin + "/" + inner_path(file);
    content["bin"] = bins;
  }
}

std::string git_head(const std::string& folder) {
  DiskFiles files;
  std::string root = folder;
  while (root.size() > 1 && !installer::path_exists(root + "/.git")) root = installer::dir_name(root);
  auto head = files.read(root + "/.git/HEAD");
  if (!head) return {};
  if (!head->starts_with("ref: ")) return trimmed(*head);
  const std::string reference = trimmed(head->substr(5));
  if (auto commit = files.read(root + "/.git/" + reference)) return trimmed(*commit);
  if (auto packed = files.read(root + "/.git/packed-refs"))
    for (const std::string& line : lines_of(*packed))
      if (line.size() > 41 && trimmed(line.substr(41)) == reference) return line.substr(0, 40);
  return {};
}

void add_types(Json& content, const std::string& folder) {
  if (content.contains("types") || content.contains("typings")) return;
  std::string main = string_member(content, "main", "index.js");
  if (main.empty()) main = "index.js";
  main = installer::resolve_path("/", main).substr(1);
  const std::size_t slash = main.rfind('/'), name = slash == std::string::npos ? 0 : slash + 1;
  const std::size_t dot = main.rfind('.');
  if (dot != std::string::npos && dot > name) main.erase(dot);
  if (installer::path_exists(folder + "/" + main + ".d.ts")) content["types"] = "./" + main + ".d.ts";
}

bool is_email(const std::string& text) {
  auto at = text.find('@'), dot = text.rfind('.');
  return at != std::string::npos && dot != std::string::npos && at < dot;
}

// Whether it is a URL of any scheme.
bool is_url(const std::string& text) {
  auto colon = text.find(':');
  if (colon == std::string::npos || colon == 0) return false;
  for (char c : text.substr(0, colon))
    if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' || c == '-' ||
          c == '.'))
      return false;
  if (text.starts_with("http:") || text.starts_with("https:")) return registry::Url::parse(text).has_value();
  return true;
}

void fix_bugs(Json& content, const std::optional<resolver::HostedRepo>& hosted) {
  if (!is_set(content, "bugs")) {
    if (hosted && !hosted->bugs().empty()) content["bugs"] = {{"url", hosted->bugs()}};
    return;
  }
  const Json written = content["bugs"];
  Json bugs = Json::object();
  if (written.is_string()) {
    const std::string text = written.get<std::string>();
    if (is_email(text))
      bugs["email"] = text;
    else if (is_url(text))
      bugs["url"] = text;
  } else {
    std::string url = string_member(written, "url");
    for (const char* key : {"web", "name"})
      if (std::string other = string_member(written, key); !other.empty()) url = other;
    if (is_url(url)) bugs["url"] = url;
    if (std::string email = string_member(written, "email"); is_email(email)) bugs["email"] = email;
  }
  content["bugs"] = bugs;
  if (bugs.empty()) content.erase("bugs");
}

void keep_texts(Json& list) {
  Json kept = Json::array();
  for (const Json& item : list)
    if (item.is_string() && item != "") kept.push_back(item);
  list = std::move(kept);
}

void normalize(Json& content) {
  if (content.contains("description") && !content["description"].is_string()) content.erase("description");
  if (!is_set(content, "description") && content["readme"] != kNoReadme)
    content["description"] = first_paragraph(string_member(content, "readme"));
  content.erase("modules");
  if (is_set(content, "files")) {
    if (content["files"].is_array())
      keep_texts(content["files"]);
    else
      content.erase("files");
  }
  const Json* repository = member(content, "repository");
  auto hosted = repository ? resolver::parse_hosted(string_member(*repository, "url")) : std::nullopt;
  fix_bugs(content, hosted);
  if (content.contains("keywords") && content["keywords"].is_string() && content["keywords"] != "") {
    Json words = Json::array();
    std::string word, text = content["keywords"].get<std::string>();
    for (std::size_t i = 0; i <= text.size(); ++i) {
      if (i < text.size() && !(text[i] == ',' && i + 1 < text.size() && is_space(text[i + 1]))) {
        word += text[i];
        continue;
      }
      words.push_back(word);
      word.clear();
      while (i + 1 < text.size() && is_space(text[i + 1])) ++i;
    }
    content["keywords"] = words;
  }
  if (is_set(content, "keywords")) {
    if (content["keywords"].is_array())
      keep_texts(content["keywords"]);
    else
      content.erase("keywords");
  }
  if (is_set(content, "bundleDependencies") && content["bundleDependencies"].is_array()) {
    keep_texts(content["bundleDependencies"]);
    for (const Json& name : Json(content["bundleDependencies"]))
      if (!content.contains("dependencies") || !content["dependencies"].contains(name.get<std::string>()))
        content["dependencies"][name.get<std::string>()] = "*";
  }
  if (!is_set(content, "homepage") && hosted) content["homepage"] = hosted->docs();
  if (is_set(content, "homepage")) {
    if (!content["homepage"].is_string())
      content.erase("homepage");
    else if (std::string page = content["homepage"].get<std::string>(); !is_url(page))
      content["homepage"] = "http://" + page;
  }
  if (is_set(content, "author")) content["author"] = person(Json(content["author"]));
  for (const char* set : {"maintainers", "contributors"})
    if (content.contains(set) && content[set].is_array())
      for (Json& each : content[set]) each = person(Json(each));
}

}  // namespace

Result<Json> published_manifest(const std::string& folder) {
  PKG_TRY(auto package, installer::PackageJson::load(folder));
  Json content = std::move(package.content);
  PKG_TRY_VOID(fix_package(content));
  const std::vector<std::string> files = installer::list_dir(folder);
  for (const std::string& key : enumerated_keys(content))
    if (key.starts_with('_')) content.erase(key);
  if (!content.contains("bundleDependencies") && content.contains("bundledDependencies")) {
    Json list = content["bundledDependencies"];
    content["bundleDependencies"] = std::move(list);
  }
  content.erase("bundledDependencies");
  if (content.contains("overrides") && (!content["overrides"].is_object() || content["overrides"].empty()))
    content.erase("overrides");
  add_install_script(content, files);
  add_authors(content, folder);
  add_readme(content, folder, files);
  expand_directories(content, folder);
  if (std::string head = git_head(folder); !head.empty() && !is_set(content, "gitHead")) content["gitHead"] = head;
  add_types(content, folder);
  const std::string name = string_member(content, "name"), version = string_member(content, "version");
  if (!name.empty() && !version.empty()) content["_id"] = name + "@" + version;
  normalize(content);
  return content;
}

}  // namespace pkg::cli
