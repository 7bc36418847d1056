// Looking for text: in the bytes of the shown rows and in their summaries, a slice at a time.
#include <algorithm>
#include <iterator>

#include "viewer/model/workspace.h"

namespace viewer {

namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// Whether it begins with the needle, which is in lower case.
bool begins_with(std::string_view text, std::string_view lower_needle) {
  return text.size() >= lower_needle.size() &&
         std::equal(lower_needle.begin(), lower_needle.end(), text.begin(),
                    [](char a, char b) { return a == lower(b); });
}

// The needle's first letter is looked for as fast as memory is read, in either case; only there is compared.
bool contains_text(std::string_view text, std::string_view lower_needle) {
  const char small = lower_needle.front();
  const char capital = small >= 'a' && small <= 'z' ? static_cast<char>(small - 'a' + 'A') : small;
  for (const char first : {small, capital}) {
    for (size_t at = text.find(first); at != std::string_view::npos; at = text.find(first, at + 1)) {
      if (begins_with(text.substr(at), lower_needle)) return true;
    }
    if (small == capital) break;
  }
  return false;
}

}  // namespace

void Workspace::find(std::string_view text, bool forward, bool stay) {
  find_ = {};
  find_.forward = forward;
  std::transform(text.begin(), text.end(), std::back_inserter(find_.text), lower);
  const size_t size = filter_.size();
  if (find_.text.empty() || size == 0) return;
  find_.searching = true;
  find_.left = size;
  if (!selection_.row) {
    find_.at = forward ? 0 : size - 1;
    return;
  }
  const size_t here =
      std::min(position_of(*selection_.row).value_or(filter_.lower_bound(*selection_.row)), size - 1);
  find_.at = stay ? here : forward ? (here + 1) % size : (here + size - 1) % size;
}

bool Workspace::find_step(size_t most) {
  if (!find_.searching) return false;
  const size_t size = filter_.size();
  for (; most > 0 && find_.left > 0 && size > 0; --most, --find_.left) {
    const RowIndex index = shown(std::min(find_.at, size - 1));
    const Row& row = store_.row(index);
    if (contains_text(row.as_sent(), find_.text) || contains_text(summary(index), find_.text)) {
      find_.searching = false;
      find_.found = true;
      select_row(index);
      return false;
    }
    find_.at = find_.forward ? (find_.at + 1) % size : (find_.at + size - 1) % size;
  }
  if (find_.left == 0 || size == 0) find_.searching = false;
  return find_.searching;
}

}  // namespace viewer
