#include "cli/pick_options.h"

#include <ctime>

#include "cli/build_config.h"

namespace pkg::cli {
namespace {

std::string iso_time(std::time_t when) {
  std::tm parts{};
  ::gmtime_r(&when, &parts);
  char text[40];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S.000Z", &parts);
  return text;
}

}  // namespace

std::string release_cutoff(registry::Config& config) {
  std::string before = config.text("before");
  if (before.empty() && config.get("min-release-age").is_number())
    before = iso_time(std::time(nullptr) - config.number("min-release-age") * 86400);
  return before;
}

resolver::PickOptions pick_options(Session& session) {
  resolver::PickOptions options;
  options.node_version = node_version();
  options.npm_version = PKG_NPM_VERSION;
  if (std::string tag = session.config().text("tag"); !tag.empty()) options.default_tag = tag;
  options.before = release_cutoff(session.config());
  return options;
}

}  // namespace pkg::cli
