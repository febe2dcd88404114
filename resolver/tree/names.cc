#include "resolver/tree/names.h"

namespace pkg::resolver {

const Name* NameTable::find(std::string_view text) const {
  auto found = index_.find(text);
  return found == index_.end() ? nullptr : found->second;
}

const Name* NameTable::intern(std::string_view text) {
  if (const Name* known = find(text)) return known;
  std::string folded(text);
  for (char& c : folded)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  const Name* base = folded == text ? nullptr : intern(folded);
  Name& name = names_.emplace_back(Name{std::string(text), base});
  if (!base) name.folded = &name;
  index_.emplace(name.text, &name);
  return &name;
}

}  // namespace pkg::resolver
