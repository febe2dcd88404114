#include "resolver/module/package_target.h"

#include <algorithm>
#include <optional>

#include "resolver/module/file_url.h"

namespace pkg::resolver {
namespace {

// A target's outcome when it is no URL: nothing applies, so that the next
// candidate is tried (kUndefined), or the author says no (kNull).
enum class Nothing { kUndefined, kNull };
using Target = tl::expected<std::string, Nothing>;
using TargetResult = ModuleResult<Target>;

std::string imported_from(std::string_view base) {
  return base.empty() ? std::string() : " imported from " + display_base(base);
}

std::string replace_stars(std::string_view text, std::string_view match) {
  std::string result;
  for (char c : text) {
    if (c == '*') {
      result.append(match);
    } else {
      result.push_back(c);
    }
  }
  return result;
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

std::string decoded_lower(std::string_view segment) {
  std::string result;
  for (std::size_t i = 0; i < segment.size(); ++i) {
    unsigned value = static_cast<unsigned char>(segment[i]);
    if (segment[i] == '%' && i + 2 < segment.size()) {
      auto digit = [](char c) {
        if (c >= '0' && c <= '9') return c - '0';
        return lower(c) >= 'a' && lower(c) <= 'f' ? lower(c) - 'a' + 10 : -1;
      };
      int high = digit(segment[i + 1]), low = digit(segment[i + 2]);
      if (high >= 0 && low >= 0) {
        value = static_cast<unsigned>(high * 16 + low);
        i += 2;
      }
    }
    result.push_back(lower(static_cast<char>(value)));
  }
  return result;
}

struct Segments {
  bool invalid = false;  // has a ".", ".." or "node_modules" segment, plain or percent-encoded
  bool empty = false;    // has an empty one
};

Segments inspect_segments(std::string_view path) {
  Segments found;
  std::size_t at = 0;
  while (at <= path.size()) {
    auto end = path.find_first_of("/\\", at);
    if (end == std::string_view::npos) end = path.size();
    auto segment = path.substr(at, end - at);
    at = end + 1;
    if (segment.empty()) {
      found.empty = true;
    } else {
      auto plain = decoded_lower(segment);
      if (plain == "." || plain == ".." || plain == "node_modules") found.invalid = true;
    }
  }
  return found;
}

bool is_array_index(std::string_view key) {
  if (key.empty() || key.size() > 10 || (key[0] == '0' && key.size() > 1)) return false;
  if (!std::all_of(key.begin(), key.end(), [](char c) { return c >= '0' && c <= '9'; })) return false;
  return std::stoull(std::string(key)) < 0xFFFFFFFFull;
}

class TargetResolver {
 public:
  // `warns_of_slashes`: not of what asked for a folder, which another deprecation is about.
  TargetResolver(const PackageJson& package, bool is_imports, const TargetContext& context,
                 bool warns_of_slashes = true)
      : package_(package), is_imports_(is_imports), context_(context), warns_of_slashes_(warns_of_slashes) {}

  // `key` is the subpath or specifier asked for, or the pattern that it
  // matched; `match` what the pattern's star stands for.
  TargetResult resolve(const Json& target, std::string_view key, const std::optional<std::string>& match) {
    if (target.is_string()) return resolve_string(target.get_ref<const std::string&>(), key, match);
    if (target.is_array()) return resolve_array(target, key, match);
    if (target.is_object()) return resolve_object(target, key, match);
    if (target.is_null()) return Target(tl::unexpected(Nothing::kNull));
    return tl::unexpected(invalid_target(target.dump(), key));
  }

 private:
  TargetResult resolve_array(const Json& target, std::string_view key, const std::optional<std::string>& match) {
    TargetResult last = Target(tl::unexpected(Nothing::kNull));
    bool has_last = false;
    for (const Json& item : target) {
      auto resolved = resolve(item, key, match);
      if (!resolved) {
        if (resolved.error().code != code::kInvalidPackageTarget) return resolved;
        last = std::move(resolved);
        has_last = true;
        continue;
      }
      if (*resolved) return resolved;
      if (resolved->error() == Nothing::kUndefined) continue;
      last = std::move(resolved);
      has_last = true;
    }
    if (!has_last && !target.empty()) return Target(tl::unexpected(Nothing::kUndefined));
    return last;
  }

  TargetResult resolve_object(const Json& target, std::string_view key, const std::optional<std::string>& match) {
    for (const auto& [condition, value] : target.items()) {
      if (is_array_index(condition)) {
        std::string message = "Invalid package config " + package_.path();
        if (!context_.base.empty()) message.append(" while importing ").append(context_.base);
        return module_error(code::kInvalidPackageConfig,
                            message + ". \"exports\" cannot contain numeric property keys.");
      }
    }
    for (const auto& [condition, value] : target.items()) {
      if (condition != "default" &&
          std::find(context_.conditions.begin(), context_.conditions.end(), condition) == context_.conditions.end()) {
        continue;
      }
      auto resolved = resolve(value, key, match);
      if (!resolved || *resolved || resolved->error() == Nothing::kNull) return resolved;
    }
    return Target(tl::unexpected(Nothing::kUndefined));
  }

  TargetResult resolve_string(const std::string& target, std::string_view key,
                              const std::optional<std::string>& match) {
    if (!target.starts_with("./")) {
      if (is_imports_ && !target.starts_with("../") && !target.starts_with('/') && !resolve_url(target, "")) {
        PKG_TRY_MODULE(std::string url, context_.resolve_package(match ? replace_stars(target, *match) : target,
                                                                 path_to_file_url(package_.path())));
        return Target(std::move(url));
      }
      return tl::unexpected(invalid_target(target, key));
    }
    if (auto segments = inspect_segments(std::string_view(target).substr(2)); segments.invalid) {
      return tl::unexpected(invalid_target(target, key));
    } else if (segments.empty) {
      std::string shown = match ? replace_stars(target, *match) : target;
      warn_slashes(shown, shown, match ? replace_stars(key, *match) : std::string(key),
                   match ? key : std::string_view());
    }
    std::string base_url = path_to_file_url(package_.path());
    auto resolved = resolve_url(target, base_url);
    std::string directory_url = base_url.substr(0, base_url.size() - std::string_view("package.json").size());
    if (!resolved || !url_pathname(*resolved).starts_with(url_pathname(directory_url))) {
      return tl::unexpected(invalid_target(target, key));
    }
    if (!match) return Target(std::move(*resolved));
    if (auto segments = inspect_segments(*match); segments.invalid) {
      std::string request = replace_stars(key, *match);
      return module_error(code::kInvalidModuleSpecifier,
                          "Invalid module \"" + request + "\" request is not a valid match in pattern \"" +
                              std::string(key) + "\" for the \"" + field() + "\" resolution of " + package_.path() +
                              imported_from(context_.base));
    } else if (segments.empty && !match->empty()) {
      std::string request = replace_stars(key, *match);
      warn_slashes(request, replace_stars(target, *match), request, key);
    }
    auto url = resolve_url(replace_stars(*resolved, *match), base_url);
    if (!url) return tl::unexpected(invalid_target(target, key));
    return Target(std::move(*url));
  }

  const char* field() const { return is_imports_ ? "imports" : "exports"; }

  ModuleError invalid_target(const std::string& target, std::string_view key) const {
    bool is_relative = !is_imports_ && !target.empty() && !target.starts_with("./");
    std::string message = std::string("Invalid \"") + field() + "\" ";
    std::string text = Json(target).dump(-1, ' ', false, Json::error_handler_t::replace);
    if (key == ".") {
      message += "main target " + text + " defined";
    } else {
      message += "target " + text + " defined for '" + std::string(key) + "'";
    }
    message += " in the package config " + package_.path() + imported_from(context_.base);
    if (is_relative) message += "; targets must start with \"./\"";
    return ModuleError{{std::string(code::kInvalidPackageTarget), std::move(message), {}}, {}, {}, {}};
  }

  // `culprit`: the target or the request, whichever has the slashes.
  void warn_slashes(const std::string& culprit, const std::string& target, const std::string& request,
                    std::string_view pattern) const {
    if (!warns_of_slashes_) return;
    bool is_double = culprit.find("//", 1) != std::string::npos;
    std::string message = std::string("Use of deprecated ") +
                          (is_double ? "double slash" : "leading or trailing slash matching") + " resolving \"" +
                          target + "\" for module request \"" + request + "\" ";
    if (!pattern.empty() && pattern != request) message += "matched to \"" + std::string(pattern) + "\" ";
    message += std::string("in the \"") + field() + "\" field module resolution of the package at " + package_.path() +
               imported_from(context_.base) + ".";
    context_.warnings.push_back({"DEP0166", std::move(message)});
  }

  const PackageJson& package_;
  bool is_imports_;
  const TargetContext& context_;
  bool warns_of_slashes_;
};

// Whether key `a` is more specific than `b`. Spec: PATTERN_KEY_COMPARE.
bool is_more_specific(std::string_view a, std::string_view b) {
  auto base_a = a.find('*'), base_b = b.find('*');
  if (base_a != base_b) return base_a > base_b;
  return a.size() > b.size();
}

// The most specific pattern of `map` that `request` matches, with what its star
// stands for; null when there is none.
const Json* match_pattern(const Json& map, std::string_view request, std::string& best_key, std::string& match,
                          bool is_exports, const PackageJson& package, const TargetContext& context) {
  const Json* best = nullptr;
  for (const auto& [key, value] : map.items()) {
    auto star = key.find('*');
    if (star == std::string::npos || !request.starts_with(std::string_view(key).substr(0, star))) continue;
    if (is_exports && request.ends_with('/')) {
      context.warnings.push_back({"DEP0155", "Use of deprecated trailing slash pattern mapping \"" +
                                                 std::string(request) +
                                                 "\" in the \"exports\" field module resolution of the package at " +
                                                 package.path() + imported_from(context.base) +
                                                 ". Mapping specifiers ending in \"/\" is no longer supported."});
    }
    auto trailer = std::string_view(key).substr(star + 1);
    if (request.size() < key.size() || !request.ends_with(trailer) || key.rfind('*') != star) continue;
    if (best != nullptr && !is_more_specific(key, best_key)) continue;
    best = &value;
    best_key = key;
    match = request.substr(star, request.size() - trailer.size() - star);
  }
  return best;
}

// Whether "exports" is itself the target of ".".
ModuleResult<bool> is_main_sugar(const Json& exports, const PackageJson& package, std::string_view base) {
  if (!exports.is_object()) return true;
  bool is_sugar = false, is_first = true;
  for (const auto& [key, value] : exports.items()) {
    bool is_condition = key.empty() || key[0] != '.';
    if (is_first) {
      is_sugar = is_condition;
      is_first = false;
    } else if (is_sugar != is_condition) {
      std::string message = "Invalid package config " + package.path();
      if (!base.empty()) message.append(" while importing ").append(base);
      return module_error(code::kInvalidPackageConfig,
                          message +
                              ". \"exports\" cannot contain some keys starting with '.' and some not. The exports "
                              "object must either be an object of package subpath keys or an object of main entry "
                              "condition name keys only.");
    }
  }
  return is_sugar;
}

}  // namespace

std::string display_base(std::string_view base) {
  if (auto path = file_url_to_path(base)) return *path;
  return std::string(base);
}

ModuleResult<std::string> resolve_exports(const PackageJson& package, const std::string& subpath,
                                          const TargetContext& context) {
  const Json* exports = package.exports();
  PKG_CHECK(exports != nullptr);
  PKG_TRY_MODULE(bool is_sugar, is_main_sugar(*exports, package, context.base));
  TargetResolver resolver(package, /*is_imports=*/false, context, !subpath.ends_with('/'));
  const Json* target = nullptr;
  std::string key = subpath;
  std::optional<std::string> match;
  if (is_sugar) {
    if (subpath == ".") target = exports;
  } else if (subpath.find('*') == std::string::npos && !subpath.ends_with('/')) {
    target = member(*exports, subpath);
  }
  if (target == nullptr && !is_sugar) {
    std::string star;
    target = match_pattern(*exports, subpath, key, star, true, package, context);
    if (target != nullptr) match = std::move(star);
  }
  if (target != nullptr) {
    PKG_TRY_MODULE(Target resolved, resolver.resolve(*target, key, match));
    if (resolved) return std::move(*resolved);
  }
  if (subpath == ".") {
    return module_error(code::kPackagePathNotExported,
                        "No \"exports\" main defined in " + package.path() + imported_from(context.base));
  }
  return module_error(code::kPackagePathNotExported, "Package subpath '" + subpath +
                                                         "' is not defined by \"exports\" in " + package.path() +
                                                         imported_from(context.base));
}

ModuleResult<std::string> resolve_imports(const PackageJson* package, const std::string& specifier,
                                          const TargetContext& context) {
  if (specifier == "#" || specifier.ends_with('/')) {
    return module_error(code::kInvalidModuleSpecifier, "Invalid module \"" + specifier +
                                                           "\" is not a valid internal imports specifier name" +
                                                           imported_from(context.base));
  }
  if (package != nullptr && package->imports() != nullptr) {
    const Json& imports = *package->imports();
    TargetResolver resolver(*package, /*is_imports=*/true, context);
    std::string key = specifier;
    std::optional<std::string> match;
    const Json* target = specifier.find('*') == std::string::npos ? member(imports, specifier) : nullptr;
    if (target == nullptr && imports.is_object()) {
      std::string star;
      target = match_pattern(imports, specifier, key, star, false, *package, context);
      if (target != nullptr) match = std::move(star);
    }
    if (target != nullptr) {
      PKG_TRY_MODULE(Target resolved, resolver.resolve(*target, key, match));
      if (resolved) return std::move(*resolved);
    }
  }
  return module_error(code::kPackageImportNotDefined,
                      "Package import specifier \"" + specifier + "\" is not defined" +
                          (package != nullptr ? " in package " + package->path() : std::string()) +
                          imported_from(context.base));
}

}  // namespace pkg::resolver
