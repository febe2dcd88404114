#include "runtime/core/options.h"

#include <algorithm>
#include <cstdlib>

namespace pkg::runtime {

namespace {

struct Alias {
  std::string_view name;
  std::vector<std::string> stands_for;
};
const Alias kAliases[] = {
    {"-C", {"--conditions"}},
    {"-c", {"--check"}},
    {"-e", {"--eval"}},
    {"-h", {"--help"}},
    {"-i", {"--interactive"}},
    {"-p", {"--print"}},
    {"-pe", {"--print", "--eval"}},
    {"-r", {"--require"}},
    {"-v", {"--version"}},
    {"--enable-network-family-autoselection", {"--network-family-autoselection"}},
    {"--es-module-specifier-resolution", {"--experimental-specifier-resolution"}},
    {"--experimental-require-module", {"--require-module"}},
    {"--experimental-strip-types", {"--strip-types"}},
    {"--experimental-test-isolation", {"--test-isolation"}},
    {"--loader", {"--experimental-loader"}},
    {"--report-directory", {"--report-dir"}},
};

// One option of one source (command line or NODE_OPTIONS) after the other.
class Parser {
 public:
  Parser(const std::string& program, bool is_environment, Options& options)
      : program_(program), is_environment_(is_environment), options_(options) {}

  Result<void> parse(const std::vector<std::string>& arguments) {
    std::size_t i = 0;
    while (i < arguments.size()) {
      const std::string& argument = arguments[i];
      if (argument.size() < 2 || argument[0] != '-' || argument == "--") break;
      PKG_TRY(std::size_t used, parse_one(arguments, i));
      for (std::size_t k = 0; k < used; ++k) options_.exec_argv.push_back(arguments[i + k]);
      i += used;
    }
    if (is_environment_) {
      if (i < arguments.size()) return refuse(arguments[i] + " is not allowed in NODE_OPTIONS");
      return {};
    }
    if (i < arguments.size() && arguments[i] == "--") ++i;
    options_.arguments.assign(arguments.begin() + static_cast<std::ptrdiff_t>(i), arguments.end());
    return {};
  }

 private:
  tl::unexpected<Error> refuse(std::string message) const { return fail("ERR_BAD_OPTION", program_ + ": " + message); }

  // Takes the option at `at` and its value; returns how many arguments that were.
  Result<std::size_t> parse_one(const std::vector<std::string>& arguments, std::size_t at) {
    const std::string& written = arguments[at];
    std::string name = written;
    std::optional<std::string> value;
    if (written.starts_with("--")) {
      if (auto equals = written.find('='); equals != std::string::npos) {
        name = written.substr(0, equals);
        value = written.substr(equals + 1);
      }
      std::replace(name.begin() + 2, name.end(), '_', '-');
    }
    std::vector<std::string> names{name};
    // An expression may follow --print at once.
    bool prints = name == "-p" || name == "--print";
    for (const Alias& alias : kAliases) {
      if (alias.name == name) names = alias.stands_for;
      // The negation of a long alias negates what it stands for.
      if (name.starts_with("--no-") && alias.name.starts_with("--") && alias.name.substr(2) == name.substr(5)) {
        names = {"--no-" + alias.stands_for.front().substr(2)};
      }
    }
    if (prints && !value && at + 1 < arguments.size() && !arguments[at + 1].starts_with('-')) {
      names = {"--print", "--eval"};
    }
    std::size_t used = 1;
    for (const std::string& each : names) {
      PKG_TRY(bool took_next, apply(each, names.size() == 1 ? name : each, written, value,
                                    at + 1 < arguments.size() ? &arguments[at + 1] : nullptr));
      if (took_next) used = 2;
    }
    return used;
  }

  Result<bool> apply(const std::string& name, const std::string& shown, const std::string& written,
                     const std::optional<std::string>& value, const std::string* next) {
    bool negated = false;
    const OptionRow* row = find_option(name);
    if (!row && name.starts_with("--no-")) {
      row = find_option("--" + name.substr(5));
      negated = row != nullptr;
    }
    if (is_environment_ && (!row || !(row->flags & kEnvironment))) {
      return refuse(shown + " is not allowed in NODE_OPTIONS");
    }
    if (!row) {
      // It may be one of V8's; V8 removes those that it knows.
      options_.v8_flags.push_back(written);
      return false;
    }
    if (negated && row->kind != OptionKind::kBoolean && row->kind != OptionKind::kV8 &&
        row->kind != OptionKind::kNoOp) {
      return refuse(name + " is an invalid negation because it is not a boolean option");
    }
    if ((row->flags & kMissing) && !negated) return refuse(std::string(row->name) + " is not supported");
    std::string key(row->name);
    switch (row->kind) {
      case OptionKind::kNoOp:
        return false;
      case OptionKind::kV8:
        options_.v8_flags.push_back(written);
        if (!value) options_.values[key] = !negated;
        return false;
      case OptionKind::kBoolean:
        if (key == "--experimental-default-config-file") {
          if (value) return refuse(key + " does not take an argument");
          options_.values.try_emplace("--experimental-config-file", "node.config.json");
        }
        options_.values[key] = !negated;
        // --inspect=[host:]port says where, too.
        if (value && !negated && key.starts_with("--inspect")) options_.values["--inspect-port"] = *value;
        return false;
      default:
        break;
    }
    std::string text;
    bool took_next = false;
    if (key == "--experimental-config-file" && !value) {
      options_.values[key] = "node.config.json";
      return false;
    }
    if (value) {
      text = *value;
      if (text.empty()) return refuse(shown + "= requires an argument");
    } else {
      if (!next || next->starts_with('-')) return refuse(shown + " requires an argument");
      text = *next;
      // "\-" lets a value begin with a dash.
      if (text.starts_with("\\-")) text.erase(0, 1);
      took_next = true;
    }
    if (row->kind == OptionKind::kList) {
      auto& list = options_.values[key];
      if (!std::holds_alternative<std::vector<std::string>>(list)) list = std::vector<std::string>();
      if (key.starts_with("--env-file")) options_.env_files.emplace_back(text, key == "--env-file");
      if (key == "--watch-path") options_.values["--watch"] = true;
      std::get<std::vector<std::string>>(list).push_back(std::move(text));
    } else if (row->kind == OptionKind::kInteger || row->kind == OptionKind::kUnsigned) {
      options_.values[key] = std::strtod(text.c_str(), nullptr);
      if (key == "--stack-trace-limit") options_.v8_flags.push_back(key + "=" + text);
    } else {
      options_.values[key] = std::move(text);
      if (key == "--eval") options_.has_eval = true;
    }
    return took_next;
  }

  const std::string& program_;
  bool is_environment_;
  Options& options_;
};

// Splits NODE_OPTIONS at blanks; double quotes group, a backslash in them escapes.
Result<std::vector<std::string>> split_environment(const std::string& program, const std::string& text) {
  std::vector<std::string> words;
  bool quoted = false, in_word = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '\\' && quoted) {
      if (i + 1 == text.size()) {
        return fail("ERR_BAD_OPTION", program + ": invalid value for NODE_OPTIONS (invalid escape)\n");
      }
      c = text[++i];
    } else if (c == ' ' && !quoted) {
      in_word = false;
      continue;
    } else if (c == '"') {
      quoted = !quoted;
      continue;
    }
    if (!in_word) words.emplace_back();
    in_word = true;
    words.back().push_back(c);
  }
  if (quoted) return fail("ERR_BAD_OPTION", program + ": invalid value for NODE_OPTIONS (unterminated string)\n");
  return words;
}

// Combinations that Node refuses.
Result<void> check_combination(const std::string& program, const Options& options) {
  auto refuse = [&](const std::string& message) { return fail("ERR_BAD_OPTION", program + ": " + message); };
  if (options.is_on("--check") && (options.has_eval || options.is_on("--print"))) {
    return refuse("either --check or --eval can be used, not both");
  }
  if (options.is_on("--watch")) {
    const char* other = options.is_on("--check")                       ? "--check"
                        : options.has_eval || options.is_on("--print") ? "--eval"
                        : options.is_on("--interactive")               ? "--interactive"
                        : options.is_on("--test-force-exit")           ? "--test-force-exit"
                                                                       : nullptr;
    if (other) return refuse(std::string("either --watch or ") + other + " can be used, not both");
  }
  std::string type = options.string("--input-type");
  if (!type.empty() && type != "commonjs" && type != "module" && type != "commonjs-typescript" &&
      type != "module-typescript") {
    return refuse("--input-type must be \"module\",\"commonjs\", \"module-typescript\" or \"commonjs-typescript\"");
  }
  std::string rejections = options.string("--unhandled-rejections");
  static constexpr std::string_view kModes[] = {"", "warn-with-error-code", "throw", "strict", "warn", "none"};
  if (std::find(std::begin(kModes), std::end(kModes), rejections) == std::end(kModes)) {
    return refuse("invalid value for --unhandled-rejections");
  }
  std::string tla = options.string("--trace-require-module");
  if (!tla.empty() && tla != "all" && tla != "no-node-modules") {
    return refuse("invalid value for --trace-require-module");
  }
  if (options.is_on("--use-openssl-ca") && options.is_on("--use-bundled-ca")) {
    return refuse("either --use-openssl-ca or --use-bundled-ca can be used, not both");
  }
  return {};
}

}  // namespace

const OptionRow* find_option(std::string_view name) {
  auto rows = option_rows();
  auto row = std::lower_bound(rows.begin(), rows.end(), name,
                              [](const OptionRow& each, std::string_view key) { return each.name < key; });
  return row != rows.end() && row->name == name ? &*row : nullptr;
}

bool Options::is_on(std::string_view name) const {
  auto found = values.find(name);
  if (found != values.end()) {
    if (auto* value = std::get_if<bool>(&found->second)) return *value;
  }
  const OptionRow* row = find_option(name);
  return row && (row->flags & kOnByDefault);
}

const std::vector<std::string>& Options::list(std::string_view name) const {
  static const std::vector<std::string> kNone;
  auto found = values.find(name);
  if (found == values.end()) return kNone;
  auto* value = std::get_if<std::vector<std::string>>(&found->second);
  return value ? *value : kNone;
}

std::string Options::string(std::string_view name) const {
  auto found = values.find(name);
  if (found == values.end()) return {};
  auto* value = std::get_if<std::string>(&found->second);
  return value ? *value : std::string();
}

Result<Options> parse_command_line(const std::string& program, const std::vector<std::string>& arguments) {
  Options options;
  PKG_TRY_VOID(Parser(program, /*is_environment=*/false, options).parse(arguments));
  PKG_TRY_VOID(check_combination(program, options));
  return options;
}

Result<void> add_environment(const std::string& program, const std::string& node_options, Options& options) {
  PKG_TRY(auto words, split_environment(program, node_options));
  Options from_environment;
  PKG_TRY_VOID(Parser(program, /*is_environment=*/true, from_environment).parse(words));
  PKG_TRY_VOID(check_combination(program, from_environment));
  merge_options(from_environment, options);
  options.v8_flags.insert(options.v8_flags.begin(), from_environment.v8_flags.begin(), from_environment.v8_flags.end());
  return {};
}

void merge_options(const Options& others, Options& options) {
  bool is_watched = std::getenv("WATCH_REPORT_DEPENDENCIES") != nullptr;
  for (const auto& [name, value] : others.values) {
    if (is_watched && name.starts_with("--watch")) continue;
    auto [entry, is_new] = options.values.try_emplace(name, value);
    if (is_new) continue;
    auto* ours = std::get_if<std::vector<std::string>>(&entry->second);
    auto* theirs = std::get_if<std::vector<std::string>>(&value);
    if (ours && theirs) ours->insert(ours->begin(), theirs->begin(), theirs->end());
  }
}

std::vector<std::pair<std::string_view, std::string_view>> long_aliases() {
  std::vector<std::pair<std::string_view, std::string_view>> aliases;
  for (const Alias& alias : kAliases) {
    if (alias.name.starts_with("--")) aliases.emplace_back(alias.name, alias.stands_for.front());
  }
  return aliases;
}

Options& process_options() {
  static Options options;
  return options;
}

}  // namespace pkg::runtime
