// `pkg view`: what the registry says of a package, as a page, as fields or as JSON.
// Spec: npm's document npm-view.
#include <algorithm>
#include <chrono>

#include "cli/command.h"
#include "cli/documents.h"
#include "cli/errors.h"
#include "cli/inspect.h"
#include "cli/installing.h"
#include "cli/query_path.h"
#include "cli/relative_date.h"
#include "installer/json_text.h"
#include "resolver/spec/spec.h"
#include "resolver/tree/pick.h"

namespace pkg::cli {
namespace {

using Names = std::vector<std::string>;

std::string text_of(const Json& value) {
  return value.is_string() ? value.get<std::string>() : installer::json_text(value, "");
}

bool truthy(const Json* value) {
  if (!value || value->is_null() || value->is_discarded()) return false;
  if (value->is_string()) return !value->get_ref<const std::string&>().empty();
  if (value->is_boolean()) return value->get<bool>();
  if (value->is_number()) return value->get<double>() != 0;
  return true;
}

std::string person_text(const Json& person) {
  const Json* email = member(person, "email");
  const Json* url = member(person, "url");
  const Json* name = member(person, "name");
  return (name ? text_of(*name) : "undefined") + (truthy(email) ? " <" + text_of(*email) + ">" : "") +
         (truthy(url) ? " (" + text_of(*url) + ")" : "");
}

// People become one line: "name <email> (url)".
Json tidied(const Json& value) {
  if (value.is_array()) {
    Json list = Json::array();
    for (const Json& item : value) list.push_back(tidied(item));
    return list;
  }
  if (!value.is_object()) return value;
  const bool name = truthy(member(value, "name")), email = truthy(member(value, "email")),
             url = truthy(member(value, "url"));
  const std::size_t size = value.size();
  const bool person = size <= 3 && name &&
                      (size == 1 || (size == 3 && email && url) || (size == 2 && (email || url)) ||
                       truthy(member(value, "trustedPublisher")));
  return person ? Json(person_text(value)) : value;
}

Json without_undefined(const Json& value) {
  if (value.is_array()) {
    Json list = Json::array();
    for (const Json& item : value) list.push_back(item.is_discarded() ? Json() : without_undefined(item));
    return list;
  }
  if (!value.is_object()) return value;
  Json object = Json::object();
  for (auto it = value.begin(); it != value.end(); ++it)
    if (!it->is_discarded()) object[it.key()] = without_undefined(*it);
  return object;
}

struct Viewed {
  Json document;  // `versions` is the list of them
  // version -> what is shown of it: fields, or all
  std::vector<std::pair<std::string, Json>> versions;
};

Error no_match(const std::string& package, const std::string& wanted) {
  return {"E404", "No match found for version " + wanted,
          "The requested resource '" + package + "@" + wanted +
              "' could not be found or you do not have permission to access it.\n\nNote that you can also install "
              "from a\ntarball, folder, http url, or git url."};
}

Result<Viewed> look_up(Session& session, const std::string& package, const Names& fields) {
  PKG_TRY(auto spec, resolver::parse_spec(package, session.project()));
  if (!spec.is_registry())
    return fail("EUNSUPPORTED", "`pkg view` shows packages of a registry, and " + package + " is none",
                "name a package, with a version or a tag if need be");
  const std::string& name = spec.fetched().name;
  Viewed viewed;
  PKG_TRY(viewed.document, fetch_document(session, name, package));
  Json& document = viewed.document;
  if (!document.is_object()) return fail(code::kJsonParse, "the registry's answer on " + name + " is no object");

  std::string wanted = session.config().text("tag");
  if (std::string raw = spec.raw_spec; raw != "*") wanted = spec.target ? spec.fetched().raw_spec : raw;
  if (const Json* tags = member(document, "dist-tags"))
    if (const Json* tagged = member(*tags, wanted); truthy(tagged)) wanted = text_of(*tagged);
  if (const Json* time = member(document, "time"))
    if (const Json* gone = member(*time, "unpublished"); truthy(gone))
      return fail("E404", "Unpublished on " + string_member(*gone, "time"));

  Json versions = Json::object();
  if (const Json* listed = member(document, "versions"); listed && listed->is_object()) versions = *listed;
  Names order;
  for (const std::string& version : enumerated_keys(versions))
    if (semver::Version::parse(version)) order.push_back(version);
  std::stable_sort(order.begin(), order.end(), [](const std::string& a, const std::string& b) {
    return *semver::Version::parse(a, semver::Mode::kLoose) < *semver::Version::parse(b, semver::Mode::kLoose);
  });
  document["versions"] = order;
  const bool readme = std::find(fields.begin(), fields.end(), "readme") != fields.end();
  if (!readme) document.erase("readme");

  auto range = semver::Range::parse(wanted, {.mode = semver::Mode::kLoose});
  for (const std::string& version : enumerated_keys(versions)) {
    auto parsed = semver::Version::parse(version, semver::Mode::kLoose);
    if (!range || !parsed || !range->test(*parsed)) continue;
    Json whole = document;
    const Json& own = versions[version];
    for (const std::string& key : enumerated_keys(own))
      if (!(readme && key == "readme")) whole[key] = own[key];
    if (fields.empty()) {
      viewed.versions.emplace_back(string_member(own, "version", version), std::move(whole));
      continue;
    }
    Json shown;
    for (const std::string& field : fields) {
      PKG_TRY(Json found, query_path(whole, field, session.json() ? Singles::kKeep : Singles::kUnwrap));
      if (!found.is_object()) continue;
      if (shown.is_null()) shown = Json::object();
      for (auto it = found.begin(); it != found.end(); ++it) shown[it.key()] = *it;
    }
    viewed.versions.emplace_back(string_member(own, "version", version), std::move(shown));
  }
  if (viewed.versions.empty() && wanted != "latest")
    return tl::unexpected<Error>(no_match(string_member(document, "_id", name), wanted));
  std::erase_if(viewed.versions, [](const auto& each) { return each.second.is_null(); });
  return viewed;
}

// The fields of each version, as text.
std::string fields_text(const Viewed& viewed) {
  const bool name_versions = viewed.versions.size() > 1;
  bool name_fields = false;
  std::string id = string_member(viewed.document, "_id", "undefined"), text;
  for (const auto& [version, fields] : viewed.versions) {
    name_fields = name_fields || fields.size() > 1;
    for (const std::string& field : enumerated_keys(fields)) {
      Json value = tidied(fields[field]);
      std::string shown =
          name_versions || name_fields || !value.is_string() ? inspect(value) : value.get<std::string>();
      text += (text.empty() ? "" : "\n") + (name_versions ? id + "@" + version + " " : "") +
              (name_fields ? field + " = " : "") + shown;
    }
  }
  auto space = [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); };
  while (!text.empty() && space(text.back())) text.pop_back();
  std::size_t start = 0;
  while (start < text.size() && space(text[start])) ++start;
  return text.substr(start);
}

// Undefined when there is nothing to show.
Json fields_json(const Viewed& viewed) {
  Json list = Json::array();
  for (const auto& [version, fields] : viewed.versions) {
    Json entry = Json::object();
    for (const std::string& field : enumerated_keys(fields)) entry[field] = tidied(fields[field]);
    list.push_back(std::move(entry));
  }
  if (!list.empty() && list[0].size() == 1) {
    std::string only = list[0].begin().key();
    Json values = Json::array();
    for (const Json& entry : list) values.push_back(entry.contains(only) ? entry[only] : Json());
    list = std::move(values);
  }
  if (list.empty()) return Json(Json::value_t::discarded);
  if (list.size() == 1 && list[0].is_array()) {
    Json inner = list[0];
    list = std::move(inner);
  }
  return without_undefined(list);
}

std::string joined(const Names& items, const char* between) {
  std::string text;
  for (std::size_t i = 0; i < items.size(); ++i) text += (i ? between : "") + items[i];
  return text;
}

std::int64_t published_at(const Json& document, const std::string& version) {
  const Json* time = member(document, "time");
  return time ? resolver::parse_moment(string_member(*time, version)) : -1;
}

// Newest first, `latest` before all.
Names dist_tags(const Json& document) {
  struct Tag {
    std::string name, version;
    std::int64_t time;
  };
  std::vector<Tag> tags;
  if (const Json* all = member(document, "dist-tags"); all && all->is_object())
    for (const std::string& name : enumerated_keys(*all)) {
      std::string version = text_of((*all)[name]);
      std::int64_t time = std::max<std::int64_t>(published_at(document, version), 0);
      tags.push_back({name, version, name == "latest" ? INT64_MAX : time});
    }
  std::stable_sort(tags.begin(), tags.end(),
                   [](const Tag& a, const Tag& b) { return a.time != b.time ? a.time > b.time : a.name > b.name; });
  Names lines;
  for (const Tag& tag : tags) lines.push_back(tag.name + ": " + tag.version);
  return lines;
}

std::string license_text(const Json& manifest) {
  const Json* license = member(manifest, "license");
  if (!truthy(license)) return "Proprietary";
  if (license->is_string()) return license->get<std::string>();
  const Json* type = member(*license, "type");
  return truthy(type) ? text_of(*type) : "Proprietary";
}

std::string dist_text(const Json& manifest) {
  std::string text = "\ndist";
  const Json* dist = member(manifest, "dist");
  auto part = [&](const char* name) -> const Json* { return dist ? member(*dist, name) : nullptr; };
  for (const char* name : {"tarball", "shasum"})
    text += std::string("\n.") + name + ": " + (part(name) ? text_of(*part(name)) : "undefined");
  if (truthy(part("integrity"))) text += "\n.integrity: " + text_of(*part("integrity"));
  if (const Json* size = part("unpackedSize"); truthy(size) && size->is_number())
    text += "\n.unpackedSize: " + byte_text(size->get<std::uint64_t>());
  return text;
}

std::string page(const Json& document, const Json& manifest, bool unicode) {
  Names dependencies, bins, keywords, lines;
  if (const Json* all = member(manifest, "dependencies"); all && all->is_object())
    for (const std::string& name : enumerated_keys(*all)) dependencies.push_back(name + ": " + text_of((*all)[name]));
  if (const Json* bin = member(manifest, "bin"); bin && bin->is_object()) bins = enumerated_keys(*bin);
  if (const Json* words = member(document, "keywords"); words && words->is_array())
    for (const Json& word : *words) keywords.push_back(text_of(word));

  lines.push_back("");
  lines.push_back(string_member(manifest, "name") + "@" + string_member(manifest, "version") + " | " +
                  license_text(manifest) +
                  " | deps: " + (dependencies.empty() ? "none" : std::to_string(dependencies.size())) +
                  " | versions: " + std::to_string(document["versions"].size()));
  if (const Json* about = member(manifest, "description"); truthy(about)) lines.push_back(text_of(*about));
  if (const Json* site = member(manifest, "homepage"); truthy(site)) {
    const Json* url = member(*site, "url");
    lines.push_back(text_of(url ? *url : *site));
  }
  if (const Json* why = member(manifest, "deprecated"); truthy(why))
    lines.push_back(std::string("\nDEPRECATED") + (unicode ? " ⚠️ " : "!!") + " - " + text_of(*why));
  if (!keywords.empty()) lines.push_back("\nkeywords: " + joined(keywords, ", "));
  if (!bins.empty()) lines.push_back("\nbin: " + joined(bins, ", "));
  lines.push_back(dist_text(manifest));
  if (!dependencies.empty()) {
    constexpr std::size_t kShown = 24;
    lines.push_back("\ndependencies:");
    std::size_t more = dependencies.size() > kShown ? dependencies.size() - kShown : 0;
    dependencies.resize(dependencies.size() - more);
    lines.push_back(joined(dependencies, ", "));
    if (more) lines.push_back("(...and " + std::to_string(more) + " more.)");
  }
  if (const Json* people = member(document, "maintainers"); people && people->is_array() && !people->empty()) {
    lines.push_back("\nmaintainers:");
    // chalk makes a text of what is not there, and so the address is always shown.
    for (const Json& person : *people) {
      auto part = [&](const char* name) { return member(person, name) ? text_of(*member(person, name)) : "undefined"; };
      lines.push_back("- " + part("name") + " <" + part("email") + ">");
    }
  }
  Names tags = dist_tags(document);
  constexpr std::size_t kTags = 5;
  lines.push_back("\ndist-tags:");
  lines.push_back(joined(Names(tags.begin(), tags.begin() + static_cast<long>(std::min(tags.size(), kTags))), "\n"));
  if (tags.size() > kTags) lines.push_back("(...and " + std::to_string(tags.size() - kTags) + " more.)");

  const Json* publisher = member(manifest, "_npmUser");
  if (truthy(publisher) || member(document, "time")) {
    std::string text = "published";
    if (std::int64_t when = published_at(document, string_member(manifest, "version")); when >= 0) {
      auto now = std::chrono::system_clock::now().time_since_epoch();
      text += " " + relative_date(when, std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
    }
    if (truthy(publisher)) {
      auto part = [&](const char* name) {
        return member(*publisher, name) ? text_of(*member(*publisher, name)) : "undefined";
      };
      text += " by " + part("name") + " <" + part("email") + ">";
    }
    lines.push_back("");
    lines.push_back(text);
  }
  return joined(lines, "\n");
}

// Shows one package; with --json what it came to, else undefined.
Result<Json> show(Session& session, const std::string& package, const Names& fields, bool heading) {
  if (heading && !session.json() && !fields.empty()) session.terminal.line(package + ":");
  PKG_TRY(Viewed viewed, look_up(session, package, fields));
  if (session.json()) return fields_json(viewed);
  if (fields.empty()) {
    for (const auto& [version, whole] : viewed.versions)
      session.terminal.line(page(viewed.document, whole, session.config().flag("unicode")));
  } else if (std::string text = fields_text(viewed); !text.empty()) {
    session.terminal.line(text);
  }
  return Json(Json::value_t::discarded);
}

Result<int> show_workspaces(Session& session, const Project& project, const std::string& version, const Names& fields) {
  Json all = Json::object();
  int status = 0;
  for (std::size_t index : project.selected) {
    std::string name = project.workspaces[index].name + version;
    auto shown = show(session, name, fields, true);
    if (!shown) {
      if (shown.error().code != "E404") return tl::unexpected<Error>(shown.error());
      session.terminal.error(shown.error());
      status = exit_code(shown.error());
      if (session.json())
        all[name] = {{"error", {{"code", "E404"}, {"summary", shown.error().message}, {"detail", shown.error().hint}}}};
    } else if (!shown->is_discarded()) {
      all[name] = std::move(*shown);
    }
  }
  if (session.json() && !all.empty()) session.terminal.line(installer::json_text(all, "  "));
  return status;
}

}  // namespace

Result<int> view_command(Session& session) {
  Names fields = session.words;
  std::string package = fields.empty() ? "." : fields.front();
  if (!fields.empty()) fields.erase(fields.begin());
  if (package == "." || package.starts_with(".@")) {
    if (session.config().flag("global")) return fail("", "Cannot use view command in global mode.");
    PKG_TRY(Project project, load_project(session));
    if (!project.selected.empty()) return show_workspaces(session, project, package.substr(1), fields);
    PKG_TRY(auto own, installer::PackageJson::load(session.config().local_prefix()));
    std::string name = string_member(own.content, "name");
    if (name.empty()) return fail("", "Invalid package.json, no \"name\" field");
    package = name + package.substr(1);
  } else if (!session.config().list("workspace").empty() || session.config().flag("workspaces")) {
    session.terminal.warn("", "Ignoring workspaces for specified package(s)");
  }
  PKG_TRY(Json shown, show(session, package, fields, false));
  if (!shown.is_discarded()) session.terminal.line(installer::json_text(shown, "  "));
  return 0;
}

}  // namespace pkg::cli
