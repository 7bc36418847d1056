// The line is cut into cells, one per character, each with its printed form and width. The window to show
// grows from the place to both sides, so that a stanza of a megabyte in one line costs no more than what is
// shown of it.
#include "parser/excerpt.h"

#include <algorithm>
#include <vector>

#include "parser/stream/plain_text.h"
#include "parser/xml/utf8.h"

namespace parser {
namespace {

constexpr size_t kTab = 4;  // columns
constexpr size_t kNarrowest = 20;

struct Cell {
  std::string text;
  size_t columns = 0;
};

Cell cell(std::string_view one) {
  Cell made;
  made.text = one == "\t" ? std::string(kTab, ' ') : plain(one);
  made.columns = one == "\t" ? kTab : columns(made.text);
  return made;
}

}  // namespace

TextPlace Excerpts::Cursor::move_to(std::string_view text, size_t offset) {
  offset = std::min(offset, text.size());
  if (offset < at) *this = Cursor();
  for (size_t newline = text.find('\n', at); newline < offset; newline = text.find('\n', newline + 1)) {
    ++place.line;
    place.column = 1;
    at = line_begin = newline + 1;
  }
  for (; at < offset; ++place.column) at += xml::first_character(text.substr(at)).size;
  return place;
}

Excerpt Excerpts::of(ByteRange range, size_t width) {
  width = std::max(width, kNarrowest);
  const size_t begin = std::min<size_t>(range.begin, text_.size());
  const size_t end = std::clamp<size_t>(range.end, begin, text_.size());
  Excerpt excerpt;
  excerpt.begin = cursor_.move_to(text_, begin);
  const size_t line_begin = cursor_.line_begin;
  size_t line_end = std::min(text_.find('\n', begin), text_.size());
  if (line_end > line_begin && text_[line_end - 1] == '\r') --line_end;
  line_end = std::max(line_end, line_begin);

  // Enough on both sides to fill the width, were each character of it four bytes and one column.
  const size_t reach = width * 4;
  size_t low = begin > line_begin + reach ? begin - reach : line_begin;
  while (low > line_begin && xml::is_utf8_continuation(text_[low])) --low;
  const size_t high = std::min(line_end, begin + 2 * reach);
  std::vector<Cell> cells;
  size_t first = 0;   // cell of the place
  size_t behind = 0;  // cell behind the marked ones
  for (size_t at = low; at < high;) {
    const size_t size = std::min(xml::first_character(text_.substr(at)).size, high - at);
    if (at < begin) first = cells.size() + 1;
    if (at < end) behind = cells.size() + 1;
    cells.push_back(cell(text_.substr(at, size)));
    at += size;
  }
  behind = std::max(behind, first);

  // The marked cells come first, up to two thirds of the room; then both sides in turn.
  const size_t room = width - 2;  // for the "…" on both ends
  size_t left = first;
  size_t right = first;
  size_t used = 0;
  const auto take_right = [&](size_t limit) {
    if (right >= cells.size() || used + cells[right].columns > limit) return false;
    used += cells[right++].columns;
    return true;
  };
  const auto take_left = [&] {
    if (left == 0 || used + cells[left - 1].columns > room) return false;
    used += cells[--left].columns;
    return true;
  };
  while (right < behind && take_right(room * 2 / 3)) {
  }
  for (bool more = true; more;) {
    more = take_left();
    more = take_right(room) || more;
  }

  if (left > 0 || low > line_begin) {
    excerpt.line = "…";
    excerpt.marks = " ";
  }
  for (size_t i = left; i < right; ++i) {
    excerpt.line += cells[i].text;
    if (i < first) excerpt.marks.append(cells[i].columns, ' ');
    if (i >= first && i < behind) excerpt.marks.append(cells[i].columns, '~');
  }
  const size_t caret = std::min(excerpt.marks.find('~'), excerpt.marks.size());
  excerpt.marks.resize(std::max(excerpt.marks.size(), caret + 1), '~');
  excerpt.marks[caret] = '^';
  if (right < cells.size() || high < line_end) excerpt.line += "…";

  Cursor behind_it = cursor_;
  excerpt.end = behind_it.move_to(text_, end);
  return excerpt;
}

}  // namespace parser
