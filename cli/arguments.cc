#include "cli/arguments.h"

#include <algorithm>
#include <optional>

#include "registry/config_definitions.h"

namespace pkg::cli {
namespace {

using registry::ConfigDefinition;

// A flag's name, and which settings and values stand for it.
const registry::ConfigShorthand* find_shorthand(std::string_view name) {
  for (const auto& shorthand : registry::config_shorthands())
    if (shorthand.name == name) return &shorthand;
  return nullptr;
}

const ConfigDefinition* find_letter(char letter) {
  for (const auto& definition : registry::config_definitions())
    if (definition.letter == letter) return &definition;
  return nullptr;
}

bool is_flag(std::string_view text) { return text.size() > 1 && text[0] == '-'; }

bool listed(std::string_view choices, std::string_view value) {
  while (!choices.empty()) {
    auto end = std::min(choices.find('|'), choices.size());
    if (choices.substr(0, end) == value) return true;
    choices.remove_prefix(std::min(choices.size(), end + 1));
  }
  return false;
}

class Reader {
 public:
  Reader(const std::vector<std::string>& arguments, ReadFlags read) : all_(arguments), read_(read) {}

  Arguments run() {
    while (at_ < all_.size()) {
      const std::string& text = all_[at_++];
      if (text == "--") {
        out_.words.insert(out_.words.end(), all_.begin() + static_cast<long>(at_), all_.end());
        break;
      }
      if (!is_flag(text)) {
        out_.words.push_back(text);
        if (read_ == ReadFlags::kUntilWord) {
          out_.words.insert(out_.words.end(), all_.begin() + static_cast<long>(at_), all_.end());
          break;
        }
        continue;
      }
      flag(text);
    }
    return std::move(out_);
  }

 private:
  void flag(const std::string& text) {
    std::string_view name = text;
    name.remove_prefix(name.starts_with("--") ? 2 : 1);
    std::optional<std::string> value;
    if (auto equals = name.find('='); equals != std::string_view::npos) {
      value = std::string(name.substr(equals + 1));
      name = name.substr(0, equals);
    }
    if (long_flag(name, value)) return;
    // "-DE": every letter has to be one.
    if (!text.starts_with("--") && name.size() > 1 && !value &&
        std::all_of(name.begin(), name.end(), [](char letter) { return known_letter(letter); })) {
      for (char letter : name) long_flag(std::string_view(&letter, 1), std::nullopt);
      return;
    }
    out_.unknown.push_back(text);
  }

  static bool known_letter(char letter) {
    return find_letter(letter) || find_shorthand(std::string_view(&letter, 1)) || letter == 'h' || letter == 'v';
  }

  bool long_flag(std::string_view name, std::optional<std::string> value) {
    if (name == "help" || name == "h" || name == "?" || name == "H" || name == "usage") return out_.help = true;
    if (name == "version" || name == "v") return out_.version = true;
    // Credentials and scopes' registries: settings without a definition.
    if (name.starts_with("//") || (name.starts_with("@") && name.find(':') != std::string_view::npos)) {
      out_.flags.emplace_back(name, value ? *value : next());
      return true;
    }
    bool negated = false;
    const ConfigDefinition* definition = registry::find_config_definition(name);
    if (!definition && name.size() == 1) definition = find_letter(name[0]);
    if (!definition) {
      if (const auto* shorthand = find_shorthand(name)) {
        if (!shorthand->value.empty()) {
          bool off = value && *value == "false";
          std::string text(shorthand->value);
          if (off && (text == "true" || text == "false")) text = text == "true" ? "false" : "true";
          out_.flags.emplace_back(shorthand->flag, text);
          return true;
        }
        definition = registry::find_config_definition(shorthand->flag);
      }
    }
    for (std::string_view rest = name; !definition && rest.starts_with("no-");) {
      rest.remove_prefix(3);
      negated = !negated;
      definition = registry::find_config_definition(rest);
    }
    if (!definition) return false;
    take(*definition, negated, std::move(value));
    return true;
  }

  void take(const ConfigDefinition& definition, bool negated, std::optional<std::string> value) {
    if (value) {
      if (negated && (*value == "true" || *value == "false")) value = *value == "true" ? "false" : "true";
      out_.flags.emplace_back(definition.name, *value);
      return;
    }
    bool boolean = definition.types & registry::kTypeBool;
    bool only_null_besides = !(definition.types & ~(registry::kTypeBool | registry::kTypeNull));
    if (negated || boolean) {
      std::string text = negated ? "false" : "true";
      std::string_view after = at_ < all_.size() ? std::string_view(all_[at_]) : std::string_view();
      if (!negated && !after.empty()) {
        bool consumed = after == "true" || after == "false" || listed(definition.choices, after) ||
                        (after == "null" && (definition.types & registry::kTypeNull)) ||
                        (!only_null_besides && (definition.types & (registry::kTypeString | registry::kTypePath)) &&
                         !is_flag(after));
        if (consumed) {
          text = after;
          ++at_;
        }
      }
      out_.flags.emplace_back(definition.name, text);
      return;
    }
    out_.flags.emplace_back(definition.name, next());
  }

  // The next word as a value; a flag without one is "true", as in npm.
  std::string next() {
    if (at_ >= all_.size() || (all_[at_].size() >= 2 && all_[at_].find_first_not_of('-') == std::string::npos))
      return "true";
    return all_[at_++];
  }

  const std::vector<std::string>& all_;
  ReadFlags read_;
  std::size_t at_ = 0;
  Arguments out_;
};

}  // namespace

Arguments read_arguments(const std::vector<std::string>& arguments, ReadFlags read) {
  return Reader(arguments, read).run();
}

Result<void> check_flags(const Arguments& arguments) {
  if (arguments.unknown.empty()) return {};
  std::string message = arguments.unknown.size() == 1 ? "unknown flag:" : "unknown flags:";
  for (const std::string& flag : arguments.unknown) message += " " + flag.substr(0, flag.find('='));
  return fail(code::kUnknownConfig, message, "see `pkg help` for those there are; what comes after `--` is left alone");
}

}  // namespace pkg::cli
