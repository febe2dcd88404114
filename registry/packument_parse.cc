#include "registry/packument_parse.h"

#include <memory>

#include <simdjson.h>

#include "resolver/base/json.h"

namespace pkg::registry {
namespace {

namespace ondemand = simdjson::ondemand;
using simdjson::error_code;
using simdjson::SUCCESS;

static_assert(kParsePadding >= simdjson::SIMDJSON_PADDING);

// A parser keeps memory for the largest document it has seen.
constexpr std::size_t kKeepParser = 4u << 20;

bool is_string(ondemand::value& value) {
  ondemand::json_type type;
  return value.type().get(type) == SUCCESS && type == ondemand::json_type::string;
}

bool is_object(ondemand::value& value) {
  ondemand::json_type type;
  return value.type().get(type) == SUCCESS && type == ondemand::json_type::object;
}

std::string_view trimmed(std::string_view raw) {
  while (!raw.empty() && static_cast<unsigned char>(raw.back()) <= 32) raw.remove_suffix(1);
  return raw;
}

class Reader {
 public:
  explicit Reader(PackumentBuilder& builder) : builder_(builder) {}

  error_code read(ondemand::document& document) {
    ondemand::object root;
    if (auto error = document.get_object().get(root)) return error;
    for (auto entry : root) {
      ondemand::field field;
      if (auto error = std::move(entry).get(field)) return error;
      std::string_view key;
      if (auto error = field.unescaped_key().get(key)) return error;
      ondemand::value value = field.value();
      error_code error = SUCCESS;
      if (key == "versions" && is_object(value)) {
        error = read_versions(value);
      } else if (key == "dist-tags" && is_object(value)) {
        error = read_tags(value);
      } else if (key == "time" && is_object(value)) {
        has_time_ = true;
        error = read_times(value);
      } else if (key == "name" && is_string(value)) {
        std::string_view name;
        if (value.get_string().get(name) == SUCCESS) builder_.set_name(name);
      }
      if (error) return error;
    }
    for (const auto& [version, time] : times_) builder_.set_published(version, time);
    return SUCCESS;
  }

  bool has_time() const { return has_time_; }

 private:
  // Calls `use(key, value)` for each member.
  template <typename Use>
  error_code each(ondemand::value& value, Use use) {
    ondemand::object object;
    if (auto error = value.get_object().get(object)) return error;
    for (auto entry : object) {
      ondemand::field field;
      if (auto error = std::move(entry).get(field)) return error;
      std::string_view key;
      if (auto error = field.unescaped_key().get(key)) return error;
      ondemand::value inner = field.value();
      if (auto error = use(key, inner)) return error;
    }
    return SUCCESS;
  }

  template <typename Use>
  error_code each_string(ondemand::value& value, Use use) {
    return each(value, [&](std::string_view key, ondemand::value& inner) {
      if (!is_string(inner)) return SUCCESS;
      std::string_view text;
      if (auto error = inner.get_string().get(text)) return error;
      use(key, text);
      return SUCCESS;
    });
  }

  error_code read_tags(ondemand::value& value) {
    return each_string(value, [&](std::string_view tag, std::string_view version) { builder_.add_tag(tag, version); });
  }

  error_code read_times(ondemand::value& value) {
    return each_string(value,
                       [&](std::string_view version, std::string_view time) { times_.emplace_back(version, time); });
  }

  error_code read_versions(ondemand::value& value) {
    return each(value, [&](std::string_view text, ondemand::value& manifest) {
      if (!is_object(manifest)) return SUCCESS;
      builder_.begin_version(text);
      return read_manifest(manifest);
    });
  }

  error_code read_manifest(ondemand::value& value) {
    bool installs = false;
    auto error = each(value, [&](std::string_view key, ondemand::value& inner) -> error_code {
      if (key == "dist") return is_object(inner) ? read_dist(inner) : SUCCESS;
      if (key == "scripts") {
        if (!is_object(inner)) return SUCCESS;
        return each_string(inner, [&](std::string_view script, std::string_view text) {
          installs |= !text.empty() && (script == "preinstall" || script == "install" || script == "postinstall");
        });
      }
      auto field = form::field_number(key);
      if (!field) return SUCCESS;
      std::string_view raw;
      if (auto error = inner.raw_json().get(raw)) return error;
      raw = trimmed(raw);
      if (raw == "null" || raw == "{}" || raw == "[]" || raw == "\"\"") return SUCCESS;
      if (*field == form::kHasInstallScript) {
        installs |= raw == "true";
        return SUCCESS;
      }
      builder_.add_member(*field, raw);
      if (*field == form::kDeprecated && raw != "false") builder_.set_deprecated();
      if (*field == form::kEngines && raw.front() == '{') read_engines(raw);
      return SUCCESS;
    });
    if (installs) builder_.add_member(form::kHasInstallScript, "true");
    return error;
  }

  error_code read_dist(ondemand::value& value) {
    std::string_view shasum;
    bool has_integrity = false;
    auto error = each(value, [&](std::string_view key, ondemand::value& inner) -> error_code {
      if (key != "tarball" && key != "integrity" && key != "shasum") return SUCCESS;
      if (!is_string(inner)) return SUCCESS;
      std::string_view raw;
      if (auto error = inner.raw_json().get(raw)) return error;
      raw = trimmed(raw);
      if (raw == "\"\"") return SUCCESS;
      if (key == "shasum") {
        shasum = raw;
        return SUCCESS;
      }
      if (key == "tarball") {
        builder_.set_tarball(raw);
      } else {
        has_integrity = true;
        builder_.add_member(form::kDistIntegrity, raw);
      }
      return SUCCESS;
    });
    if (!has_integrity && !shasum.empty()) builder_.add_member(form::kDistShasum, shasum);
    return error;
  }

  // engines.node and engines.npm out of a small object's text: `{"node":">=18"}`
  // in nearly every version, the same few texts over and over.
  void read_engines(std::string_view raw) {
    auto& [known, node, npm] = last_engines_;
    if (raw != known) {
      known = raw;
      node = npm = {};
      if (auto json = parse_json(raw, "engines")) {
        node = builder_.keep(string_member(*json, "node"));
        npm = builder_.keep(string_member(*json, "npm"));
      }
    }
    builder_.set_engine("node", node);
    builder_.set_engine("npm", npm);
  }

  PackumentBuilder& builder_;
  bool has_time_ = false;
  std::vector<std::pair<std::string_view, std::string_view>> times_;
  struct Engines {
    std::string_view raw, node, npm;
  } last_engines_;
};

}  // namespace

Result<std::string> parse_packument(std::string_view document, std::string_view name, std::string_view url,
                                    PackumentBuilder::Source source) {
  thread_local std::unique_ptr<ondemand::parser> parser;
  if (!parser) parser = std::make_unique<ondemand::parser>();
  PackumentBuilder builder(name);
  Reader reader(builder);
  ondemand::document root;
  auto error =
      parser->iterate(simdjson::padded_string_view(document.data(), document.size(), document.size() + kParsePadding))
          .get(root);
  if (!error) error = reader.read(root);
  if (error)
    return fail(code::kJsonParse,
                "invalid JSON in the answer from " + std::string(url) + ": " + simdjson::error_message(error),
                "the registry, or a proxy before it, sent no packument");
  source.is_full = reader.has_time();
  auto form = builder.finish(source);
  if (document.size() > kKeepParser) parser.reset();
  return form;
}

}  // namespace pkg::registry
