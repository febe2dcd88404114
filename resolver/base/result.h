#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>

#include <tl/expected.hpp>

#include "resolver/base/codes.h"

namespace pkg {

// What went wrong, for a program (`code`: public and stable, see codes.h), for
// a person (`message`: one sentence without a full stop) and what to do about
// it (`hint`: may be empty).
struct Error {
  std::string code;
  std::string message;
  std::string hint;
};

// A value or the reason why there is none. An ordinary absence is an optional;
// a broken invariant of ours is PKG_CHECK.
template <typename T>
using Result = tl::expected<T, Error>;

// The failed Result of whatever type the caller returns.
inline tl::unexpected<Error> fail(std::string_view code, std::string message, std::string hint = {}) {
  return tl::unexpected<Error>(Error{std::string(code), std::move(message), std::move(hint)});
}

}  // namespace pkg

#define PKG_CONCAT_INNER(a, b) a##b
#define PKG_CONCAT(a, b) PKG_CONCAT_INNER(a, b)

// PKG_TRY(auto x, expression): declares x as the expression's value, or returns
// its error from the enclosing function. PKG_TRY_VOID(expression) is the same
// for Result<void>.
#define PKG_TRY(declaration, ...) PKG_TRY_IMPL(PKG_CONCAT(pkg_try_, __LINE__), declaration, __VA_ARGS__)
#define PKG_TRY_IMPL(temporary, declaration, ...)                                    \
  auto temporary = (__VA_ARGS__);                                                    \
  if (!temporary) return tl::unexpected<::pkg::Error>(std::move(temporary).error()); \
  declaration = std::move(*temporary)
#define PKG_TRY_VOID(...)                                                                        \
  do {                                                                                           \
    auto pkg_try_result = (__VA_ARGS__);                                                         \
    if (!pkg_try_result) return tl::unexpected<::pkg::Error>(std::move(pkg_try_result).error()); \
  } while (false)

// Aborts when an invariant of our own does not hold. Never for outside input.
#define PKG_CHECK(condition)                                                                       \
  do {                                                                                             \
    if (!(condition)) [[unlikely]] {                                                               \
      std::fprintf(stderr, "pkg: broken invariant %s at %s:%d\n", #condition, __FILE__, __LINE__); \
      std::abort();                                                                                \
    }                                                                                              \
  } while (false)
