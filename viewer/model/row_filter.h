// Which rows are shown. Filters as rows arrive, in the background (filter_work.h), so that no frame waits for
// a million rows.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "parser/filter/filter.h"
#include "viewer/model/capture_store.h"
#include "viewer/model/filter_work.h"
#include "viewer/model/time_range.h"

namespace viewer {

class RowFilter {
 public:
  explicit RowFilter(const CaptureStore& store);

  // Takes the expression, or leaves the filter as it was and answers what is wrong. Empty: all rows.
  std::optional<parser::filter::Error> set_expression(std::string_view expression);
  // Only rows of that connection (an index of the store), or of all.
  void set_connection(std::optional<uint32_t> connection);
  // Only rows of that time, or of all times.
  void set_time_range(std::optional<TimeRange> range);

  // Only rows of that logical session, or of all: connections that were resumed one after the other.
  void set_session(std::optional<parser::ConnectionId> session);
  // All rows afresh: what they belong to has changed.
  void judge_again();

  // Takes what was judged meanwhile, and waits up to `patience` where nothing was; false when every published
  // row was judged.
  bool take(std::chrono::microseconds patience = {});
  bool complete() const { return scanned() == store_.rows(); }
  size_t scanned() const;

  size_t size() const;  // rows shown so far
  RowIndex operator[](size_t i) const;
  // Where that row stands, or where it would.
  size_t lower_bound(RowIndex row) const;
  bool contains(RowIndex row) const;

  bool active() const { return work_ != nullptr; }
  const std::string& expression() const { return expression_; }
  std::string explain() const;  // in words; empty where there is no expression
  std::optional<uint32_t> connection() const { return connection_; }
  std::optional<parser::ConnectionId> session() const { return session_; }
  const std::optional<TimeRange>& time_range() const { return range_; }
  // Grows whenever other rows are asked for: what was read from here before no longer holds.
  uint64_t generation() const { return generation_; }

  // For "no match": each part of a conjunction with how many rows it alone would leave. Counted only as
  // long as nothing matched.
  struct Term {
    std::string text;
    uint64_t matches = 0;
  };
  const std::vector<Term>& terms() const { return terms_; }

 private:
  const CaptureStore& store_;
  std::string expression_;
  std::optional<parser::filter::Filter> filter_;
  std::optional<uint32_t> connection_;
  std::optional<parser::ConnectionId> session_;
  std::optional<TimeRange> range_;
  std::vector<Term> terms_;
  std::vector<RowIndex> matched_;
  uint64_t generation_ = 0;
  std::unique_ptr<FilterWork> work_;  // null: all rows are shown
};

// The parts of `a && (b || c) and d` at the top level; one part where there is no conjunction.
std::vector<std::string> split_conjunction(std::string_view expression);

}  // namespace viewer
