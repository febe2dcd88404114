#include <array>
#include <cctype>

#include "resolver/spec/spec.h"
#include "resolver/spec/url.h"

// Repositories on known hosts, as the npm package hosted-git-info reads them.
namespace pkg::resolver {
namespace {

struct Host {
  std::string_view type, domain;
  std::string_view protocols;  // space-separated
};

constexpr std::array<Host, 5> kHosts{{
    {"github", "github.com", "git: http: git+ssh: git+https: ssh: https:"},
    {"bitbucket", "bitbucket.org", "git+ssh: git+https: ssh: https:"},
    {"gitlab", "gitlab.com", "git+ssh: git+https: ssh: https:"},
    {"gist", "gist.github.com", "git: git+ssh: git+https: ssh: https:"},
    {"sourcehut", "git.sr.ht", "git+ssh: https:"},
}};

const Host* host_of_type(std::string_view type) {
  for (const Host& host : kHosts)
    if (host.type == type) return &host;
  return nullptr;
}

bool allows(const Host& host, std::string_view protocol) {
  std::string padded = " " + std::string(host.protocols) + " ";
  return padded.find(" " + std::string(protocol) + " ") != std::string::npos;
}

bool known_protocol(std::string_view protocol) {
  for (std::string_view known : {"git+ssh:", "ssh:", "git+https:", "git:", "http:", "https:", "git+http:"})
    if (protocol == known) return true;
  return protocol.ends_with(':') && host_of_type(protocol.substr(0, protocol.size() - 1));
}

// "owner/repo" or "owner/repo#x", which means GitHub.
bool is_shorthand(std::string_view text) {
  std::size_t hash = text.find('#');
  std::string_view head = text.substr(0, hash);
  std::size_t slash = head.find('/');
  if (slash == std::string_view::npos || slash == 0) return false;
  return head.find('/', slash + 1) == std::string_view::npos &&
         head.find_first_of(": @\t\n\r\v\f") == std::string_view::npos && !head.ends_with('/') &&
         !head.starts_with('.');
}

std::string with_protocol(std::string_view text) {
  std::size_t colon = text.find(':');
  std::string_view protocol = colon == std::string_view::npos ? std::string_view() : text.substr(0, colon + 1);
  if (known_protocol(protocol)) return std::string(text);
  if (colon != std::string_view::npos && text.substr(colon, 3) == "://") return std::string(text);
  std::size_t at = text.find('@');
  if (at != std::string_view::npos) {
    bool after_colon = colon == std::string_view::npos || at > colon;
    return after_colon ? "git+ssh://" + std::string(text) : std::string(text);
  }
  if (colon == std::string_view::npos) return "//" + std::string(text);
  return std::string(text.substr(0, colon + 1)) + "//" + std::string(text.substr(colon + 1));
}

// Makes a URL of an scp-like address: "git@host:owner/repo".
std::string as_url(std::string text) {
  std::size_t hash = std::min(text.find('#'), text.size());
  std::size_t at = text.rfind('@', hash);
  std::size_t colon = text.rfind(':', hash);
  if (colon != std::string::npos && (at == std::string::npos || colon > at)) text[colon] = '/';
  bool has_colon = text.rfind(':', std::min(text.find('#'), text.size())) != std::string::npos;
  if (!has_colon && text.find("//") == std::string::npos) text = "git+ssh://" + text;
  return text;
}

std::vector<std::string> path_parts(std::string_view path) {
  std::vector<std::string> parts;
  path.remove_prefix(path.starts_with('/') ? 1 : 0);
  while (true) {
    std::size_t slash = path.find('/');
    parts.emplace_back(path.substr(0, slash));
    if (slash == std::string_view::npos) return parts;
    path.remove_prefix(slash + 1);
  }
}

std::string without_git(std::string project) {
  if (project.ends_with(".git")) project.erase(project.size() - 4);
  return project;
}

struct Place {
  std::string user, project, committish;
};

// What the path of a URL on a host's domain names there.
std::optional<Place> extract(std::string_view type, const Url& url) {
  std::vector<std::string> parts = path_parts(url.pathname);
  std::string hash = url.hash.empty() ? "" : url.hash.substr(1);
  if (type == "gitlab") {
    if (url.pathname.find("/-/") != std::string::npos || url.pathname.find("/archive.tar.gz") != std::string::npos)
      return std::nullopt;
    Place place{"", without_git(parts.back()), hash};
    parts.pop_back();
    for (const std::string& part : parts) place.user += (place.user.empty() ? "" : "/") + part;
    if (place.user.empty() || place.project.empty()) return std::nullopt;
    return place;
  }
  parts.resize(std::max<std::size_t>(parts.size(), 4));
  Place place{parts[0], without_git(parts[1]), hash};
  if (type == "gist") {
    if (parts[2] == "raw") return std::nullopt;
    if (parts[1].empty()) {
      if (parts[0].empty()) return std::nullopt;
      place = {"", without_git(parts[0]), hash};
    }
    return place;
  }
  if (type == "github" && !parts[2].empty()) {
    if (parts[2] != "tree") return std::nullopt;
    place.committish = parts[3];
  }
  if ((type == "bitbucket" && parts[2] == "get") || (type == "sourcehut" && parts[2] == "archive")) return std::nullopt;
  if (place.user.empty() || place.project.empty()) return std::nullopt;
  return place;
}

std::optional<HostedRepo> from_shortcut(const Host& host, const Url& url) {
  HostedRepo repo;
  repo.type = host.type;
  std::string_view path = url.has_authority ? std::string_view() : std::string_view(url.pathname);
  std::string whole;
  if (url.has_authority) {  // "github://owner/repo"
    whole = url.pathname;
    path = whole;
  }
  if (path.starts_with('/')) path.remove_prefix(1);
  if (std::size_t at = path.find('@'); at != std::string_view::npos) path.remove_prefix(at + 1);
  std::size_t slash = path.rfind('/');
  auto user = decode_uri_component(slash == std::string_view::npos ? std::string_view() : path.substr(0, slash));
  auto project = decode_uri_component(slash == std::string_view::npos ? path : path.substr(slash + 1));
  auto committish = decode_uri_component(url.hash.empty() ? std::string_view() : std::string_view(url.hash).substr(1));
  if (!user || !project || !committish) return std::nullopt;
  repo.user = *user;
  repo.project = without_git(*project);
  repo.committish = *committish;
  repo.representation = "shortcut";
  return repo;
}

std::string fragment(const HostedRepo& repo, HostedRepo::Committish committish) {
  if (committish == HostedRepo::Committish::kWithout || repo.committish.empty()) return {};
  return "#" + repo.committish;
}

// "owner/repo", or "repo" for a gist.
std::string path_of(const HostedRepo& repo) {
  return repo.type == "gist" ? repo.project : repo.user + "/" + repo.project;
}
std::string domain_of(const HostedRepo& repo) {
  const Host* host = host_of_type(repo.type);
  return host ? std::string(host->domain) : std::string();
}

}  // namespace

std::optional<HostedRepo> parse_hosted(std::string_view text) {
  if (text.empty()) return std::nullopt;
  std::string corrected = with_protocol(is_shorthand(text) ? "github:" + std::string(text) : std::string(text));
  std::optional<Url> url = Url::parse(corrected);
  if (!url) url = Url::parse(as_url(corrected));
  if (!url) return std::nullopt;

  std::string_view protocol = url->protocol;
  if (const Host* host = host_of_type(protocol.substr(0, protocol.size() - 1))) return from_shortcut(*host, *url);
  std::string_view domain = url->hostname;
  if (domain.starts_with("www.")) domain.remove_prefix(4);
  for (const Host& host : kHosts) {
    if (host.domain != domain) continue;
    if (!allows(host, protocol)) return std::nullopt;
    auto place = extract(host.type, *url);
    if (!place) return std::nullopt;
    auto user = decode_uri_component(place->user);
    auto project = decode_uri_component(place->project);
    auto committish = decode_uri_component(place->committish);
    if (!user || !project || !committish) return std::nullopt;
    HostedRepo repo{std::string(host.type), *user, *project, {}, *committish, {}};
    bool may_have_auth = protocol != "ssh:" && protocol != "git+ssh:";
    if (may_have_auth && !(url->username.empty() && url->password.empty()))
      repo.auth = url->username + (url->password.empty() ? "" : ":" + url->password);
    repo.representation = !may_have_auth                 ? "sshurl"
                          : protocol.starts_with("git+") ? std::string(protocol.substr(4, protocol.size() - 5))
                                                         : std::string(protocol.substr(0, protocol.size() - 1));
    return repo;
  }
  return std::nullopt;
}

std::string HostedRepo::shortcut(Committish c) const { return type + ":" + path_of(*this) + fragment(*this, c); }

std::string HostedRepo::https(Committish c) const {
  std::string login = auth.empty() || type == "gist" || type == "sourcehut" ? "" : auth + "@";
  if (type == "sourcehut") return "https://" + domain_of(*this) + "/" + path_of(*this) + fragment(*this, c);
  return "git+https://" + login + domain_of(*this) + "/" + path_of(*this) + ".git" + fragment(*this, c);
}

std::string HostedRepo::sshurl(Committish c) const {
  return "git+ssh://git@" + domain_of(*this) + "/" + path_of(*this) + ".git" + fragment(*this, c);
}

std::string HostedRepo::ssh(Committish c) const {
  return "git@" + domain_of(*this) + ":" + path_of(*this) + ".git" + fragment(*this, c);
}

std::string HostedRepo::git(Committish c) const {
  if (type != "github" && type != "gist") return {};
  std::string login = auth.empty() || type == "gist" ? "" : auth + "@";
  return "git://" + login + domain_of(*this) + "/" + path_of(*this) + ".git" + fragment(*this, c);
}

std::string HostedRepo::browse(std::string_view folder) const {
  std::string page = "https://" + domain_of(*this) + "/" + (type == "gist" ? "" : user + "/") + project;
  if (type == "gist") {
    if (!committish.empty()) page += "/" + encode_uri_component(committish);
    // An anchor of the file: letters in lower case, runs of anything else a dash.
    std::string anchor;
    for (char c : folder) {
      const bool word = std::isalnum(static_cast<unsigned char>(c)) || c == '_';
      if (word)
        anchor += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
      else if (c != '/' && !anchor.empty() && anchor.back() != '-')
        anchor += '-';
    }
    while (anchor.ends_with('-')) anchor.pop_back();
    return anchor.empty() ? page : page + "#file-" + anchor;
  }
  const std::string tree = type == "bitbucket" ? "/src/" : "/tree/";
  if (!folder.empty())
    return page + tree + encode_uri_component(committish.empty() ? "HEAD" : committish) + "/" + std::string(folder);
  return committish.empty() ? page : page + tree + encode_uri_component(committish);
}

std::string HostedRepo::docs() const { return browse() + (type == "gist" ? "" : "#readme"); }

std::string HostedRepo::bugs() const {
  if (type == "sourcehut") return {};
  std::string page = "https://" + domain_of(*this) + "/" + (type == "gist" ? "" : user + "/") + project;
  return type == "gist" ? page : page + "/issues";
}

std::string HostedRepo::tarball() const {
  std::string commit = committish.empty() ? "HEAD" : encode_uri_component(committish);
  if (type == "github") return "https://codeload." + domain_of(*this) + "/" + path_of(*this) + "/tar.gz/" + commit;
  if (type == "gist") return "https://codeload.github.com/gist/" + project + "/tar.gz/" + commit;
  if (type == "bitbucket") return "https://" + domain_of(*this) + "/" + path_of(*this) + "/get/" + commit + ".tar.gz";
  if (type == "sourcehut")
    return "https://" + domain_of(*this) + "/" + path_of(*this) + "/archive/" + commit + ".tar.gz";
  return "https://" + domain_of(*this) + "/api/v4/projects/" + encode_uri_component(user + "/" + project) +
         "/repository/archive.tar.gz?sha=" + commit;
}

std::string HostedRepo::to_string(Committish c) const {
  if (representation == "shortcut") return shortcut(c);
  if (representation == "https") return https(c);
  if (representation == "git")
    if (std::string text = git(c); !text.empty()) return text;
  return sshurl(c);
}

}  // namespace pkg::resolver
