// A hash index over strings that live in a ByteStore.
#include "viewer/model/interner.h"

namespace viewer {

Interner::Interner(ByteStore& bytes, size_t max_distinct) : bytes_(bytes), max_distinct_(max_distinct) {
  strings_.push({});
  strings_.publish();
}

StringId Interner::intern(std::string_view text) {
  if (text.empty()) return 0;
  if (auto found = index_.find(text); found != index_.end()) return found->second;
  const std::string_view kept = bytes_.append(text);
  const auto id = static_cast<StringId>(strings_.written());
  if (!strings_.push(kept)) return 0;
  if (index_.size() < max_distinct_) index_.emplace(kept, id);
  return id;
}

}  // namespace viewer
