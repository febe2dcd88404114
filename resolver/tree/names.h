#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace pkg::resolver {

// A package name as the trees hold it: one object per spelling, so that names
// compare by pointer. `folded` is the same for spellings that name one folder
// on a file system that ignores case; npm lets such names clash everywhere.
struct Name {
  std::string text;
  const Name* folded;
};

class NameTable {
 public:
  const Name* intern(std::string_view text);
  // The name if it was interned before, else null.
  const Name* find(std::string_view text) const;

 private:
  std::deque<Name> names_;
  std::unordered_map<std::string_view, const Name*> index_;
};

// Name -> T*, in insertion order, by folded name. Setting a name again moves
// it to the end, as in npm. Small maps are searched in order, large ones by hash.
template <typename T>
class NameMap {
 public:
  using Entry = std::pair<const Name*, T*>;

  T* find(const Name* name) const {
    const Name* folded = name->folded;
    if (!index_.empty()) {
      auto found = index_.find(folded);
      return found == index_.end() ? nullptr : found->second;
    }
    for (const Entry& entry : entries_)
      if (entry.first->folded == folded) return entry.second;
    return nullptr;
  }

  void set(const Name* name, T* value) {
    erase(name);
    entries_.emplace_back(name, value);
    if (!index_.empty()) {
      index_.emplace(name->folded, value);
    } else if (entries_.size() > kSmall) {
      for (const Entry& entry : entries_) index_.emplace(entry.first->folded, entry.second);
    }
  }

  void erase(const Name* name) {
    const Name* folded = name->folded;
    if (!index_.empty() && index_.erase(folded) == 0) return;
    for (auto it = entries_.begin(); it != entries_.end(); ++it) {
      if (it->first->folded != folded) continue;
      entries_.erase(it);
      return;
    }
  }

  std::size_t size() const { return entries_.size(); }
  bool empty() const { return entries_.empty(); }
  auto begin() const { return entries_.begin(); }
  auto end() const { return entries_.end(); }

 private:
  static constexpr std::size_t kSmall = 12;
  std::vector<Entry> entries_;
  std::unordered_map<const Name*, T*> index_;  // filled once there are many
};

}  // namespace pkg::resolver
