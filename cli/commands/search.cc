// `pkg search`: packages of the registry that fit some words.
// Spec: npm's document npm-search.
#include <algorithm>
#include <regex>

#include "cli/command.h"
#include "cli/inspect.h"
#include "cli/registry_client.h"
#include "installer/json_text.h"
#include "resolver/spec/url.h"

namespace pkg::cli {
namespace {

std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

// Without what would steer a terminal.
std::string plain(const std::string& text) {
  static const std::regex kEscapes("\x1b\\[[0-9;?]*[ -/]*[@-~]|\x1b[@-Z\\\\-_]");
  return text.find('\x1b') == std::string::npos ? text : std::regex_replace(text, kEscapes, "");
}

std::vector<std::string> keywords_of(const Json& package) {
  std::vector<std::string> words;
  const Json* keywords = member(package, "keywords");
  if (keywords && keywords->is_array())
    for (const Json& word : *keywords) words.push_back(plain(joined_text(word)));
  if (!keywords || !keywords->is_string()) return words;
  // As npm: the first run of commas and blanks is one blank, and blanks part words.
  std::string text = keywords->get<std::string>();
  if (auto start = text.find_first_of(", \t\n"); start != std::string::npos)
    text.replace(start, std::min(text.find_first_not_of(", \t\n", start), text.size()) - start, " ");
  text = plain(text);
  for (std::size_t start = 0; start <= text.size();) {
    std::size_t end = std::min(text.find(' ', start), text.size());
    words.push_back(text.substr(start, end - start));
    start = end + 1;
  }
  return words;
}

std::vector<std::string> maintainers_of(const Json& package) {
  std::vector<std::string> names;
  if (const Json* people = member(package, "maintainers"); people && people->is_array())
    for (const Json& person : *people) names.push_back(plain(string_member(person, "username", "undefined")));
  return names;
}

std::string joined(const std::vector<std::string>& words, const char* between) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) text += (i ? between : "") + words[i];
  return text;
}

// --searchexclude: words, or patterns that begin with a slash.
class Exclusion {
 public:
  explicit Exclusion(const std::string& text) {
    std::string word;
    for (char c : text + " ") {
      if (c != ' ' && c != '\t' && c != '\n') {
        word += c;
        continue;
      }
      if (!word.empty()) add(std::move(word));
      word.clear();
    }
  }

  bool matches(const Json& package) const {
    std::string words = string_member(package, "name");
    for (const auto& list : {maintainers_of(package), keywords_of(package)})
      for (const std::string& word : list) words += " " + word;
    words = lower(words);
    return std::any_of(words_.begin(), words_.end(),
                       [&](const std::string& word) { return words.find(word) != std::string::npos; }) ||
           std::any_of(patterns_.begin(), patterns_.end(),
                       [&](const std::regex& pattern) { return std::regex_search(words, pattern); });
  }

 private:
  void add(std::string word) {
    if (!word.starts_with('/')) {
      words_.push_back(std::move(word));
      return;
    }
    if (word.size() > 1 && word.ends_with('/')) word.pop_back();
    try {
      patterns_.emplace_back(word.substr(1), std::regex::ECMAScript);
    } catch (const std::regex_error&) {
      words_.push_back(std::move(word));
    }
  }
  std::vector<std::string> words_;
  std::vector<std::regex> patterns_;
};

std::string page(const Json& package) {
  std::string name = plain(string_member(package, "name")), about = plain(string_member(package, "description"));
  std::string date = string_member(package, "date");
  const Json* publisher = member(package, "publisher");
  std::string by = publisher ? plain(string_member(*publisher, "username")) : "";
  std::string text = name + "\n" + (about.empty() ? "" : about + "\n");
  text += "Version " + string_member(package, "version") + " published " +
          (date.empty() ? "prehistoric" : date.substr(0, 10)) + " by " + (by.empty() ? "???" : by) + "\n";
  text += "Maintainers: " + joined(maintainers_of(package), " ") + "\n";
  if (std::string words = joined(keywords_of(package), " "); !words.empty()) text += "Keywords: " + words + "\n";
  return text + "https://npm.im/" + name + "\n";
}

std::string row(const Json& package) {
  std::string date = string_member(package, "date"), text;
  for (std::string part :
       {plain(string_member(package, "name")), plain(string_member(package, "description")),
        date.empty() ? std::string("prehistoric") : date.substr(0, 10), string_member(package, "version")}) {
    if (part.empty()) continue;
    std::replace(part.begin(), part.end(), '\t', ' ');
    text += (text.empty() ? "" : "\t") + part;
  }
  return text + "\t" + joined(keywords_of(package), ",");
}

}  // namespace

Result<int> search_command(Session& session) {
  registry::Config& config = session.config();
  std::vector<std::string> words;
  for (const std::string& word : session.words)
    if (!word.empty()) words.push_back(lower(word));
  if (words.empty()) return fail("", "search must be called with arguments", "pkg search <word> ...");
  long limit = config.number("searchlimit");
  std::string query = "-/v1/search?text=" + resolver::encode_uri_component(joined(words, " ")) +
                      "&size=" + std::to_string(limit ? limit : 20) +
                      "&from=0&quality=0.65&popularity=0.98&maintenance=0.5";
  if (std::string more = config.text("searchopts"); !more.empty()) query += "&" + more;
  PKG_TRY(auto answer, call_registry(session, {.path = query}));
  const Json* objects = member(answer.body, "objects");
  const Exclusion exclusion(config.text("searchexclude"));
  std::string text;
  bool any = false;
  for (const Json& object : objects && objects->is_array() ? *objects : Json::array()) {
    const Json* package = member(object, "package");
    if (!package || exclusion.matches(*package)) continue;
    if (session.json())
      text += (any ? "\n,\n\n" : "[\n\n") + installer::json_text(*package, "") + "\n";
    else
      text += (config.flag("parseable") ? row(*package) : page(*package)) + "\n";
    any = true;
  }
  if (session.json())
    text += any ? "]\n\n" : "\n[]\n\n";
  else if (!any && !config.flag("parseable")) {
    text = "No matches found for ";
    for (std::size_t i = 0; i < session.words.size(); ++i)
      text += (i ? " " : "") + installer::json_text(session.words[i], "");
    text += "\n";
  }
  session.terminal.out(text);
  return 0;
}

}  // namespace pkg::cli
