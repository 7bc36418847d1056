// Each thread has its own compiled filter and its own parser; slices are handed out in order and put together
// in order. Most rows are decided by what the store knows of them or by a look at their bytes; only the
// others are parsed again.
#include "viewer/model/filter_work.h"

#include <algorithm>

#include "parser/filter/filter.h"
#include "viewer/model/reparser.h"

namespace viewer {

namespace {

using parser::filter::Filter;

constexpr size_t kFirstSlice = 256;  // small, so that the first results are there at once
constexpr size_t kMostSlice = 4096;  // a few milliseconds at worst
constexpr size_t kMostThreads = 4;

std::optional<Filter> compile(const std::string& expression) {
  if (expression.empty()) return std::nullopt;
  auto parsed = Filter::parse(expression);
  if (auto* filter = std::get_if<Filter>(&parsed)) return std::move(*filter);
  return std::nullopt;  // it was parsed before, by who asked
}

}  // namespace

// One thread's tools.
class Judge {
 public:
  Judge(const CaptureStore& store, const FilterWork::Question& question)
      : reparser_(store), filter_(compile(question.expression)) {
    terms_.reserve(question.terms.size());
    for (const std::string& term : question.terms) terms_.push_back(compile(term));
  }

  bool matches(RowIndex row) {
    if (!filter_) return true;
    return decide(*filter_, row);
  }
  // Which of the terms would take the row by themselves; behind matches() of the same row.
  void count_terms(RowIndex row, std::vector<uint64_t>& counts) {
    counts.resize(terms_.size());
    for (size_t i = 0; i < terms_.size(); ++i) {
      if (terms_[i] && decide(*terms_[i], row)) ++counts[i];
    }
  }

 private:
  bool decide(const Filter& filter, RowIndex row) {
    if (const auto early = filter.matches_early(reparser_.outline(row))) return *early;
    return filter.matches(reparser_.complete(row));
  }

  Reparser reparser_;
  std::optional<Filter> filter_;
  std::vector<std::optional<Filter>> terms_;
};

FilterWork::FilterWork(const CaptureStore& store, Question question)
    : store_(store), question_(std::move(question)), slice_(kFirstSlice) {
  const size_t threads = std::clamp<size_t>(std::thread::hardware_concurrency(), 1, kMostThreads);
  threads_.reserve(threads);
  for (size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { run(); });
}

FilterWork::~FilterWork() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  work_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void FilterWork::run() {
  Judge judge(store_, question_);
  std::unique_lock lock(mutex_);
  while (!stopped_) {
    const size_t all = store_.rows();
    if (handed_out_ >= all) {
      work_.wait(lock);
      continue;
    }
    const size_t begin = handed_out_;
    const size_t end = std::min(all, begin + slice_);
    handed_out_ = end;
    slice_ = std::min(slice_ * 2, kMostSlice);
    lock.unlock();
    Slice slice;
    slice.end = end;
    this->judge(begin, slice, judge);
    lock.lock();
    if (!slice.rows.empty()) matched_any_ = true;
    ready_.emplace(begin, std::move(slice));
    done_.notify_one();
  }
}

void FilterWork::judge(size_t begin, Slice& slice, Judge& judge) {
  bool count = false;
  {
    const std::lock_guard lock(mutex_);
    count = !matched_any_ && !question_.terms.empty();
  }
  for (size_t i = begin; i < slice.end && !stopped_; ++i) {
    const auto row = static_cast<RowIndex>(i);
    const Row& facts = store_.row(i);
    if (question_.connection && facts.connection != *question_.connection) continue;
    if (question_.session && store_.session_id(facts) != *question_.session) continue;
    if (question_.range && !question_.range->contains(facts.time_us)) continue;
    if (judge.matches(row)) {
      slice.rows.push_back(row);
    } else if (count) {
      judge.count_terms(row, slice.terms);
    }
  }
}

void FilterWork::take(std::vector<RowIndex>& matched, std::vector<uint64_t>& terms,
                      std::chrono::microseconds patience) {
  std::unique_lock lock(mutex_);
  if (handed_out_ < store_.rows()) work_.notify_all();
  const auto next_is_ready = [&] { return !ready_.empty() && ready_.begin()->first == taken_; };
  if (patience.count() > 0 && taken_ < store_.rows()) done_.wait_for(lock, patience, next_is_ready);
  while (next_is_ready()) {
    const Slice slice = std::move(ready_.begin()->second);
    ready_.erase(ready_.begin());
    taken_ = slice.end;
    if (matched.empty()) {
      terms.resize(std::max(terms.size(), slice.terms.size()));
      for (size_t i = 0; i < slice.terms.size(); ++i) terms[i] += slice.terms[i];
    }
    matched.insert(matched.end(), slice.rows.begin(), slice.rows.end());
  }
}

}  // namespace viewer
