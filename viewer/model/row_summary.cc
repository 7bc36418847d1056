#include "viewer/model/row_summary.h"

#include "parser/payload/summary.h"
#include "viewer/model/display_text.h"

namespace viewer {

std::string row_summary(const CaptureStore& store, Reparser& reparser, RowIndex index) {
  const Row& row = store.row(index);
  if (!row.has(Row::kSummaryFromBytes)) return std::string(row.kept_summary());
  return row_summary(store, row, reparser.event(index));
}

std::string row_summary(const CaptureStore& store, const Row& row, const parser::StreamEvent& event) {
  if (!row.has(Row::kSummaryFromBytes)) return std::string(row.kept_summary());
  const std::string text = parser::summary(event);
  store.note_characters(text);
  return shorten(text, store.limits().max_summary);
}

std::string_view Summaries::of(RowIndex row) {
  const Row& facts = store_.row(row);
  if (!facts.has(Row::kSummaryFromBytes)) return facts.kept_summary();
  Made& made = made_[row % kKept];
  if (made.row != row) made = {row, row_summary(store_, reparser_, row)};
  return made.text;
}

}  // namespace viewer
