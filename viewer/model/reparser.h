// Makes a row's event again from its bytes: the store keeps bytes, not trees.
#pragma once

#include <cstdint>
#include <map>

#include "parser/stream/stream_event.h"
#include "parser/stream/stream_reader.h"
#include "viewer/model/capture_store.h"

namespace viewer {

// Whether elements of that kind are parsed into a tree, and so can be made again from their bytes.
bool has_tree(parser::EventKind kind);

class Reparser {
 public:
  explicit Reparser(const CaptureStore& store) : store_(store) {}

  // The event of that row; all views in it are valid until the next call. `element` is null where the row
  // has none or its bytes were not kept. Facts of the connection come without their `fact`.
  const parser::StreamEvent& event(RowIndex row);
  // The same without the element: nothing is parsed. Valid until the next call of either.
  const parser::StreamEvent& outline(RowIndex row);
  // The element for the outline() made last.
  const parser::StreamEvent& complete(RowIndex row);
  // Where the row's bytes begin in the count that the ranges of the last event's `element` use.
  uint64_t base() const { return base_; }

 private:
  parser::StreamReader& reader_for(const Row& row, uint64_t key);

  const CaptureStore& store_;
  std::map<uint64_t, parser::StreamReader> readers_;  // by the stream header in force; few
  parser::StreamEvent event_;
  uint64_t base_ = 0;
};

}  // namespace viewer
