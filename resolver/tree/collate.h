#pragma once

#include <string>
#include <string_view>

namespace pkg::resolver {

// Orders text as ICU's collation for "en" does (Intl.Collator('en')), which
// npm sorts everything by: punctuation before digits before letters, accents
// and then case (lower first) only to break ties. Exact for ASCII; code points
// beyond sort after it, in code point order. Negative, 0 or positive.
int collate(std::string_view a, std::string_view b);

// Bytes that compare (as unsigned) as the text collates: for what is compared
// often.
std::string collation_key(std::string_view text);

struct CollateLess {
  bool operator()(std::string_view a, std::string_view b) const { return collate(a, b) < 0; }
};

}  // namespace pkg::resolver
