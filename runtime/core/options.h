#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "resolver/base/result.h"

namespace pkg::runtime {

enum class OptionKind : std::uint8_t { kNoOp, kV8, kBoolean, kInteger, kUnsigned, kString, kHostPort, kList };

enum OptionFlags : unsigned {
  kEnvironment = 1,  // may stand in NODE_OPTIONS
  kOnByDefault = 2,
  kMissing = 4,  // Node has it, we do not: it is refused rather than ignored
};

struct OptionRow {
  std::string_view name;  // "--input-type"
  OptionKind kind;
  unsigned flags;
};

// Every option of Node 24, sorted by name; in option_table.cc.
std::span<const OptionRow> option_rows();
const OptionRow* find_option(std::string_view name);

using OptionValue = std::variant<std::monostate, bool, double, std::string, std::vector<std::string>>;

// What the command line and the environment say. Spec: Node 24, cli.md.
struct Options {
  std::map<std::string, OptionValue, std::less<>> values;  // by name; absent: the default
  std::vector<std::string> v8_flags;
  std::vector<std::string> exec_argv;                   // our own flags as they were written
  std::vector<std::string> arguments;                   // the script and what follows
  std::vector<std::pair<std::string, bool>> env_files;  // in order; whether it must exist
  bool has_eval = false;

  bool is_on(std::string_view name) const;
  const std::vector<std::string>& list(std::string_view name) const;
  std::string string(std::string_view name) const;
};

// Parses what follows the program's name. Fails with a message that begins with
// `program` and that Node would print before it exits with code 9.
Result<Options> parse_command_line(const std::string& program, const std::vector<std::string>& arguments);

// Adds NODE_OPTIONS; what the command line says wins, lists are put in front.
Result<void> add_environment(const std::string& program, const std::string& node_options, Options& options);

// Gives `options` what it does not have of `others`; lists are put in front. What is about watching is left out in the
// program that another process watches, which has that process' environment.
void merge_options(const Options& others, Options& options);

// Long names that stand for others: "--loader", "--experimental-loader".
std::vector<std::pair<std::string_view, std::string_view>> long_aliases();

// The options of this process; set once, before the first realm.
Options& process_options();

// KEY=value lines, as `--env-file` and util.parseEnv() read them, in order.
std::vector<std::pair<std::string, std::string>> parse_env_file(std::string_view text);

}  // namespace pkg::runtime
