#pragma once

#include <type_traits>
#include <utility>
#include <vector>

namespace pkg {

// Lets `value` live until the process ends: of a command's large values, at its end. Taking a tree of documents apart
// piece by piece costs a third of what building it does, and the process ends a moment later.
template <typename T>
void keep(T&& value) {
  static_assert(!std::is_lvalue_reference_v<T>, "give it away with std::move");
  static auto* kept = new std::vector<void*>;  // within reach, so that leak checkers know it is meant
  kept->push_back(new T(std::move(value)));
}

}  // namespace pkg
