#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "resolver/base/result.h"

namespace pkg::cli {

// A command line, read by npm's rules: flags are npm's settings, anywhere
// before "--"; a flag of a list type adds; "--no-x" is false; single letters
// can be joined ("-DE").
struct Arguments {
  std::vector<std::string> words;                          // the command and what it works on
  std::vector<std::pair<std::string, std::string>> flags;  // setting's name -> text, in order
  std::vector<std::string> unknown;                        // flags npm 12 does not know, as typed
  bool help = false;
  bool version = false;
};

// kAll: flags anywhere. kUntilWord: the first word ends them, as for `npx`.
enum class ReadFlags { kAll, kUntilWord };

// Never fails: what is wrong is in `unknown`.
Arguments read_arguments(const std::vector<std::string>& arguments, ReadFlags read = ReadFlags::kAll);

// EUNKNOWNCONFIG when there are unknown flags.
Result<void> check_flags(const Arguments& arguments);

}  // namespace pkg::cli
