// The one line that says what a row is. The store keeps it only where it cannot be made again: of facts, of
// what was refused, of rows without bytes. That of an element is made from its bytes when somebody looks,
// which is far less work than making a million of which forty are seen.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "viewer/model/reparser.h"

namespace viewer {

// Uses the reparser: what it gave before is no longer valid.
std::string row_summary(const CaptureStore& store, Reparser& reparser, RowIndex row);
// The same where the reparser has just given the row's event.
std::string row_summary(const CaptureStore& store, const Row& row, const parser::StreamEvent& event);

// Those that were asked for last are kept. For one thread.
class Summaries {
 public:
  explicit Summaries(const CaptureStore& store) : store_(store), reparser_(store), made_(kKept) {}

  // Valid until the next call.
  std::string_view of(RowIndex row);

 private:
  static constexpr size_t kKept = 1024;  // a power of two; many windows full
  struct Made {
    RowIndex row = kNoRow;
    std::string text;
  };

  const CaptureStore& store_;
  Reparser reparser_;
  std::vector<Made> made_;  // by the row's last digits
};

}  // namespace viewer
