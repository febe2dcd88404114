#pragma once

namespace pkg::runtime {

// A member of its thread's list of all T, in the order of their construction, as long as it lives. T derives from
// Listed<T>; a realm has a thread of its own.
template <typename T>
class Listed {
 public:
  Listed(const Listed&) = delete;
  Listed& operator=(const Listed&) = delete;

  // Calls `visit(T&)` for each; it must make and delete none.
  template <typename Visit>
  static void for_each(Visit visit) {
    for (Listed* each = first_; each; each = each->next_in_list_) visit(static_cast<T&>(*each));
  }

 protected:
  Listed() : previous_in_list_(last_) {
    (last_ ? last_->next_in_list_ : first_) = this;
    last_ = this;
  }
  ~Listed() {
    (previous_in_list_ ? previous_in_list_->next_in_list_ : first_) = next_in_list_;
    (next_in_list_ ? next_in_list_->previous_in_list_ : last_) = previous_in_list_;
  }

 private:
  static inline thread_local Listed* first_ = nullptr;
  static inline thread_local Listed* last_ = nullptr;

  Listed* previous_in_list_;
  Listed* next_in_list_ = nullptr;
};

}  // namespace pkg::runtime
