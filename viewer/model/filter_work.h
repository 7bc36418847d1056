// Judges rows by a filter on threads of its own, a slice at a time, in the background: no frame waits for it.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "viewer/model/capture_store.h"
#include "viewer/model/time_range.h"

namespace viewer {

class Judge;

class FilterWork {
 public:
  struct Question {
    std::string expression;                       // valid; empty: every row
    std::vector<std::string> terms;               // parts of it that are counted as long as nothing matched
    std::optional<uint32_t> connection;           // only rows of it
    std::optional<parser::ConnectionId> session;  // only rows of that logical session
    std::optional<TimeRange> range;               // only rows of that time
  };
  // The store is not owned and must outlive.
  FilterWork(const CaptureStore& store, Question question);
  ~FilterWork();  // stops at once
  FilterWork(const FilterWork&) = delete;
  FilterWork& operator=(const FilterWork&) = delete;

  // Appends the matching rows of slices that are done, in order; `terms` grow by their counts. Waits up to
  // `patience` where there is nothing yet. Window's thread.
  void take(std::vector<RowIndex>& matched, std::vector<uint64_t>& terms, std::chrono::microseconds patience);
  size_t scanned() const { return taken_; }  // rows whose verdict was taken

 private:
  struct Slice {
    size_t end = 0;
    std::vector<RowIndex> rows;
    std::vector<uint64_t> terms;
  };
  void run();
  void judge(size_t begin, Slice& slice, Judge& judge);

  const CaptureStore& store_;
  Question question_;
  mutable std::mutex mutex_;
  std::condition_variable work_;   // rows were published, or stop
  std::condition_variable done_;   // a slice was finished
  size_t handed_out_ = 0;          // rows given to a thread
  size_t slice_;                   // rows of the next slice
  std::map<size_t, Slice> ready_;  // by first row
  bool matched_any_ = false;
  std::atomic<bool> stopped_{false};
  size_t taken_ = 0;
  std::vector<std::thread> threads_;
};

}  // namespace viewer
