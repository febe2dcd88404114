#include "resolver/spec/spec.h"

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "resolver/spec/paths.h"
#include "resolver/spec/url.h"

namespace pkg::resolver {
namespace {

bool is_alpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool starts_folded(std::string_view text, std::string_view prefix) {
  if (text.size() < prefix.size()) return false;
  return std::equal(prefix.begin(), prefix.end(), text.begin(),
                    [](char a, char b) { return a == (b >= 'A' && b <= 'Z' ? b - 'A' + 'a' : b); });
}
bool ends_folded(std::string_view text, std::string_view suffix) {
  return text.size() >= suffix.size() && starts_folded(text.substr(text.size() - suffix.size()), suffix);
}

// "x:" or "git+x:" with x of letters.
bool looks_like_url(std::string_view text) {
  auto letters_and_colon = [](std::string_view rest) {
    std::size_t n = 0;
    while (n < rest.size() && is_alpha(rest[n])) ++n;
    return n > 0 && n < rest.size() && rest[n] == ':';
  };
  return letters_and_colon(text) || (starts_folded(text, "git+") && letters_and_colon(text.substr(4)));
}

// "user@host.tld:path"
bool looks_like_scp(std::string_view text) {
  std::size_t at = text.find('@');
  if (at == std::string_view::npos || at == 0) return false;
  std::string_view host = text.substr(at + 1);
  std::size_t dot = host.find_first_of(":.");
  if (dot == 0 || dot == std::string_view::npos || host[dot] != '.') return false;
  std::size_t colon = host.find(':', dot);
  return colon != std::string_view::npos && colon > dot + 1 && colon + 1 < host.size();
}

bool is_tarball_name(std::string_view text) {
  return ends_folded(text, ".tgz") || ends_folded(text, ".tar.gz") || ends_folded(text, ".tar");
}

bool is_file_spec(std::string_view spec) {
  if (spec.empty()) return false;
  if (starts_folded(spec, "file:")) return true;
  return spec[0] == '.' || spec[0] == '/' || spec.starts_with("~/") ||
         (spec.size() > 1 && is_alpha(spec[0]) && spec[1] == ':');
}

std::string_view trim(std::string_view text) {
  auto space = [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); };
  while (!text.empty() && space(text.front())) text.remove_prefix(1);
  while (!text.empty() && space(text.back())) text.remove_suffix(1);
  return text;
}

// Reads what follows the '#' of a git spec: a commit, "semver:^1", "path:x",
// several joined by "::".
Result<void> read_committish(Spec& spec, std::string_view text) {
  while (!text.empty()) {
    std::size_t end = text.find("::");
    std::string_view part = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 2);
    std::size_t colon = part.find(':');
    auto twice = [&](std::string_view what) {
      return fail("EINVALIDSPEC", "\"" + spec.raw + "\" gives " + std::string(what) + " twice", "keep one of them");
    };
    if (colon == std::string_view::npos) {
      if (!spec.git_range.empty() || !spec.git_committish.empty()) return twice("a commit or range");
      spec.git_committish = part;
      continue;
    }
    std::string_view key = part.substr(0, colon), value = part.substr(colon + 1);
    value = value.substr(0, value.find(':'));
    if (key == "semver") {
      if (!spec.git_range.empty() || !spec.git_committish.empty()) return twice("a commit or range");
      auto decoded = decode_uri_component(value);
      if (!decoded) return fail("EINVALIDSPEC", "the range of \"" + spec.raw + "\" is not correctly escaped");
      spec.git_range = *decoded;
    } else if (key == "path") {
      if (!spec.git_subdir.empty()) return twice("a path");
      spec.git_subdir = "/" + std::string(value);
    }
  }
  return {};
}

Result<Spec> from_file(Spec spec, std::string_view where) {
  spec.type = is_tarball_name(spec.raw_spec) ? SpecType::kFile : SpecType::kDirectory;
  std::string path = spec.raw_spec.starts_with("file:") ? spec.raw_spec.substr(5) : spec.raw_spec;
  // "file://x" is "/x", and "file:/../x" means "../x".
  bool absolute = path.starts_with('/');
  if (absolute) {
    std::size_t slashes = path.find_first_not_of('/');
    if (slashes == std::string::npos) slashes = path.size();
    std::string_view rest = std::string_view(path).substr(slashes);
    bool dots = rest == "." || rest == ".." || rest.starts_with("./") || rest.starts_with("../");
    if (slashes == 2 && !dots) slashes = 3;
    if (dots && slashes <= 3) {
      path = rest;
      absolute = false;
    } else {
      path = "/" + std::string(rest);
    }
  }
  std::string_view home_part = path;
  if (home_part.starts_with('/')) home_part.remove_prefix(1);
  if (home_part == "~" || home_part.starts_with("~/")) {
    const char* home = std::getenv("HOME");
    spec.save_spec = "file:" + std::string(home_part);
    spec.fetch_spec =
        resolve_path(home ? home : "/", home_part.size() > 2 ? home_part.substr(2) : std::string_view("."));
    return spec;
  }
  spec.fetch_spec = resolve_path(where, path);
  spec.save_spec = "file:" + (absolute ? spec.fetch_spec : relative_path(where, spec.fetch_spec));
  return spec;
}

Result<Spec> from_hosted(Spec spec, HostedRepo repo) {
  spec.type = SpecType::kGit;
  spec.save_spec = repo.to_string();
  if (repo.representation != "shortcut") {
    spec.fetch_spec = repo.to_string(HostedRepo::Committish::kWithout);
    if (spec.fetch_spec.starts_with("git+")) spec.fetch_spec.erase(0, 4);
  }
  PKG_TRY_VOID(read_committish(spec, repo.committish));
  spec.hosted = std::move(repo);
  return spec;
}

Result<Spec> from_url(Spec spec) {
  spec.save_spec = spec.raw_spec;
  if (starts_folded(spec.raw_spec, "git+ssh://")) {
    // An scp-like address is allowed after "git+ssh://", unless what follows
    // the ':' is a port.
    std::string_view rest = std::string_view(spec.raw_spec).substr(10);
    std::size_t hash = rest.find('#');
    std::string_view address = rest.substr(0, hash);
    std::size_t colon = address.find(':');
    if (colon != std::string_view::npos && colon > 0 && colon + 1 < address.size()) {
      bool port = false;
      for (std::size_t at = colon; at != std::string_view::npos; at = address.find(':', at + 1)) {
        std::size_t end = at + 1;
        while (end < address.size() && is_digit(address[end])) ++end;
        port |= end > at + 1 && (end == address.size() || address[end] == '/');
      }
      if (!port) {
        spec.type = SpecType::kGit;
        spec.fetch_spec = address;
        PKG_TRY_VOID(
            read_committish(spec, hash == std::string_view::npos ? std::string_view() : rest.substr(hash + 1)));
        return spec;
      }
    }
  }
  std::optional<Url> url = Url::parse(spec.raw_spec);
  if (!url) return fail("ERR_INVALID_URL", "\"" + spec.raw_spec + "\" is no URL", "check the dependency's address");
  for (std::string_view git : {"git:", "git+http:", "git+https:", "git+rsync:", "git+ftp:", "git+file:", "git+ssh:"}) {
    if (url->protocol != git) continue;
    spec.type = SpecType::kGit;
    std::string hash = url->hash.empty() ? "" : url->hash.substr(1);
    PKG_TRY_VOID(read_committish(spec, hash));
    url->hash.clear();
    spec.fetch_spec = url->to_string();
    if (spec.fetch_spec.starts_with("git+")) spec.fetch_spec.erase(0, 4);
    return spec;
  }
  if (url->protocol != "http:" && url->protocol != "https:")
    return fail(code::kUnsupportedProtocol, "Unsupported URL Type \"" + url->protocol + "\": " + spec.raw_spec,
                "packages come from the registry, http(s), git and files");
  spec.type = SpecType::kRemote;
  spec.fetch_spec = spec.save_spec;
  return spec;
}

Result<Spec> from_registry(Spec spec) {
  std::string_view text = trim(spec.raw_spec);
  spec.fetch_spec = text;
  auto range = semver::Range::parse(text, {semver::Mode::kLoose, false});
  if (!range) {
    if (encode_uri_component(text) != text)
      return fail(code::kInvalidTagName,
                  "\"" + spec.fetch_spec + "\" in \"" + spec.raw + "\" is neither a version, a range nor a valid tag",
                  "tags may only have characters that a URL needs not escape");
    spec.type = SpecType::kTag;
    return spec;
  }
  spec.type = semver::valid(text, semver::Mode::kLoose) ? SpecType::kVersion : SpecType::kRange;
  spec.range = std::make_shared<const semver::Range>(std::move(*range));
  return spec;
}

Result<Spec> from_alias(Spec spec, std::string_view where) {
  PKG_TRY(Spec target, parse_spec(std::string_view(spec.raw_spec).substr(4), where));
  if (target.type == SpecType::kAlias) return fail("EINVALIDSPEC", "\"" + spec.raw + "\" is an alias of an alias");
  if (!target.is_registry())
    return fail("EINVALIDSPEC", "\"" + spec.raw + "\" is an alias of something outside the registry");
  if (target.name.empty()) return fail("EINVALIDSPEC", "the alias \"" + spec.raw + "\" does not say of what");
  spec.type = SpecType::kAlias;
  spec.target = std::make_shared<const Spec>(std::move(target));
  return spec;
}

Result<Spec> resolve(std::string_view name, std::string_view text, std::string_view where, std::string raw) {
  Spec spec;
  spec.raw = std::move(raw);
  spec.raw_spec = text;
  if (!name.empty()) {
    if (auto valid = check_package_name(name); !valid) {
      Error error = valid.error();
      error.message += " (in \"" + spec.raw + "\")";
      return tl::unexpected<Error>(std::move(error));
    }
    spec.name = name;
    if (name[0] == '@') spec.scope = name.substr(0, name.find('/'));
  }
  if (is_file_spec(text)) return from_file(std::move(spec), where);
  if (starts_folded(text, "npm:")) return from_alias(std::move(spec), where);
  bool plain = text.find_first_of(":/@") == std::string_view::npos;
  if (!plain)
    if (auto hosted = parse_hosted(text)) return from_hosted(std::move(spec), std::move(*hosted));
  if (looks_like_url(text)) return from_url(std::move(spec));
  if (text.find('/') != std::string_view::npos || is_tarball_name(text)) return from_file(std::move(spec), where);
  return from_registry(std::move(spec));
}

}  // namespace

std::string_view to_string(SpecType type) {
  switch (type) {
    case SpecType::kVersion:
      return "version";
    case SpecType::kRange:
      return "range";
    case SpecType::kTag:
      return "tag";
    case SpecType::kAlias:
      return "alias";
    case SpecType::kGit:
      return "git";
    case SpecType::kRemote:
      return "remote";
    case SpecType::kFile:
      return "file";
    case SpecType::kDirectory:
      return "directory";
  }
  return {};
}

bool Spec::is_registry() const {
  return type == SpecType::kVersion || type == SpecType::kRange || type == SpecType::kTag || type == SpecType::kAlias;
}

std::string Spec::to_string() const {
  const std::string& what = !save_spec.empty() ? save_spec : !fetch_spec.empty() ? fetch_spec : raw_spec;
  if (name.empty()) return what.empty() ? raw : what;
  return what.empty() ? name : name + "@" + what;
}

Result<Spec> parse_spec(std::string_view argument, std::string_view where) {
  std::string raw(argument);
  std::size_t at = argument.find('@', 1);
  bool has_at = at != std::string_view::npos;
  std::string_view name = has_at ? argument.substr(0, at) : argument;
  if (looks_like_url(argument)) return resolve({}, argument, where, raw);
  if (looks_like_scp(argument)) return resolve({}, "git+ssh://" + raw, where, raw);
  if (!name.starts_with('@') && (name.find('/') != std::string_view::npos || is_tarball_name(name)))
    return resolve({}, argument, where, raw);
  if (has_at) {
    std::string_view spec = argument.substr(at + 1);
    return resolve(name, spec.empty() ? std::string_view("*") : spec, where, raw);
  }
  if (check_package_name(argument)) return resolve(argument, "*", where, raw);
  return resolve({}, argument, where, raw);
}

Result<Spec> resolve_spec(std::string_view name, std::string_view spec, std::string_view where) {
  std::string raw = name.empty() ? std::string(spec) : std::string(name) + "@" + std::string(spec);
  return resolve(name, spec, where, std::move(raw));
}

Result<void> check_package_name(std::string_view name) {
  auto bad = [&](std::string_view why) {
    return fail(code::kInvalidPackageName, "Invalid package name \"" + std::string(name) + "\": " + std::string(why));
  };
  if (name.empty()) return bad("a name has at least one character");
  if (name[0] == '.' || name[0] == '-' || name[0] == '_')
    return bad(std::string("a name cannot start with '") + name[0] + "'");
  if (trim(name) != name) return bad("a name cannot start or end with a space");
  for (std::string_view taken : {"node_modules", "favicon.ico"})
    if (name.size() == taken.size() && starts_folded(name, taken)) return bad("it has another meaning");
  if (encode_uri_component(name) == name) return {};
  if (name[0] == '@') {
    std::size_t slash = name.find('/');
    std::string_view scope = name.substr(1, slash == std::string_view::npos ? slash : slash - 1);
    std::string_view rest = slash == std::string_view::npos ? std::string_view() : name.substr(slash + 1);
    if (!scope.empty() && !rest.empty()) {
      if (rest[0] == '.') return bad("a name cannot start with '.'");
      if (encode_uri_component(scope) == scope && encode_uri_component(rest) == rest) return {};
    }
  }
  return bad("it has characters that a URL must escape");
}

}  // namespace pkg::resolver
