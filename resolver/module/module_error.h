#pragma once

#include <string>
#include <utility>
#include <vector>

#include "resolver/base/result.h"

namespace pkg::resolver {

// Why a specifier does not resolve. `message` is the whole text that Node 24
// prints, without a require stack; the other members are the properties that
// its error objects carry, and empty when they carry none.
struct ModuleError : Error {
  std::string path;          // of the package or package.json to blame
  std::string request_path;  // the specifier that led to a package without a usable main
  std::string url;           // where the module was looked for
  std::string input;         // the URL that is wrong, and the module that has it
  std::string module;
};

template <typename T>
using ModuleResult = tl::expected<T, ModuleError>;

inline tl::unexpected<ModuleError> module_error(std::string_view code, std::string message, std::string path = {},
                                                std::string request_path = {}, std::string url = {}) {
  return tl::unexpected<ModuleError>(ModuleError{
      {std::string(code), std::move(message), {}}, std::move(path), std::move(request_path), std::move(url), {}, {}});
}

// A deprecation that resolving came across; the caller emits each once.
struct ModuleWarning {
  std::string code;  // "DEP0155"
  std::string message;
};
using ModuleWarnings = std::vector<ModuleWarning>;

}  // namespace pkg::resolver

// PKG_TRY_MODULE(auto x, expression): PKG_TRY for ModuleResult.
#define PKG_TRY_MODULE(declaration, ...) PKG_TRY_MODULE_IMPL(PKG_CONCAT(pkg_try_, __LINE__), declaration, __VA_ARGS__)
#define PKG_TRY_MODULE_IMPL(temporary, declaration, ...)                                             \
  auto temporary = (__VA_ARGS__);                                                                    \
  if (!temporary) return tl::unexpected<::pkg::resolver::ModuleError>(std::move(temporary).error()); \
  declaration = std::move(*temporary)
