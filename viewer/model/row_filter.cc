// With no filter the view is the identity and costs nothing. Otherwise the matching row numbers are kept in
// order, and rows that arrive later are judged by the next step.
#include "viewer/model/row_filter.h"

#include <algorithm>
#include <cctype>

namespace viewer {

RowFilter::RowFilter(const CaptureStore& store) : store_(store), reparser_(store) {}

std::optional<parser::filter::Error> RowFilter::set_expression(std::string_view expression) {
  const bool blank = expression.find_first_not_of(" \t") == std::string_view::npos;
  if (blank) {
    filter_.reset();
  } else {
    auto parsed = parser::filter::Filter::parse(expression);
    if (auto* error = std::get_if<parser::filter::Error>(&parsed)) return *error;
    filter_.emplace(std::move(std::get<parser::filter::Filter>(parsed)));
  }
  expression_ = blank ? std::string() : std::string(expression);
  terms_.clear();
  term_filters_.clear();
  if (filter_) {
    for (std::string& term : split_conjunction(expression_)) {
      auto parsed = parser::filter::Filter::parse(term);
      if (!std::holds_alternative<parser::filter::Filter>(parsed)) continue;
      term_filters_.push_back(std::move(std::get<parser::filter::Filter>(parsed)));
      terms_.push_back({std::move(term), 0});
    }
  }
  restart();
  return std::nullopt;
}

void RowFilter::set_connection(std::optional<uint32_t> connection) {
  if (connection == connection_) return;
  connection_ = connection;
  restart();
}

void RowFilter::set_time_range(std::optional<TimeRange> range) {
  if (range == range_) return;
  range_ = range;
  restart();
}

void RowFilter::restart() {
  ++generation_;
  matched_.clear();
  scanned_ = 0;
  for (Term& term : terms_) term.matches = 0;
}

bool RowFilter::judge(RowIndex row) {
  if (connection_ && store_.row(row).connection != *connection_) return false;
  if (range_ && !range_->contains(store_.row(row).time_us)) return false;
  if (!filter_) return true;
  const parser::StreamEvent& event = reparser_.event(row);
  if (filter_->matches(event)) return true;
  if (matched_.empty()) {
    for (size_t i = 0; i < terms_.size(); ++i) {
      if (term_filters_[i].matches(event)) ++terms_[i].matches;
    }
  }
  return false;
}

bool RowFilter::step(size_t most) {
  if (!active()) return false;
  const size_t all = store_.rows();
  for (; most > 0 && scanned_ < all; --most, ++scanned_) {
    const auto row = static_cast<RowIndex>(scanned_);
    if (judge(row)) matched_.push_back(row);
  }
  return scanned_ < all;
}

size_t RowFilter::scanned() const {
  return active() ? scanned_ : store_.rows();
}

size_t RowFilter::size() const {
  return active() ? matched_.size() : store_.rows();
}

RowIndex RowFilter::operator[](size_t i) const {
  return active() ? matched_[i] : static_cast<RowIndex>(i);
}

size_t RowFilter::lower_bound(RowIndex row) const {
  if (!active()) return std::min<size_t>(row, store_.rows());
  return static_cast<size_t>(std::lower_bound(matched_.begin(), matched_.end(), row) - matched_.begin());
}

bool RowFilter::contains(RowIndex row) const {
  const size_t at = lower_bound(row);
  return at < size() && (*this)[at] == row;
}

std::string RowFilter::explain() const {
  return filter_ ? filter_->explain() : std::string();
}

std::vector<std::string> split_conjunction(std::string_view expression) {
  std::vector<std::string> parts;
  int depth = 0;
  char quote = 0;
  bool disjunction = false;
  size_t begin = 0;
  const auto word_at = [&](size_t i, std::string_view word) {
    if (expression.substr(i, word.size()) != word) return false;
    const auto is_word = [&](size_t at) {
      return at < expression.size() && (std::isalnum(static_cast<unsigned char>(expression[at])) != 0 ||
                                        expression[at] == '.' || expression[at] == '_');
    };
    return (i == 0 || !is_word(i - 1)) && !is_word(i + word.size());
  };
  const auto take = [&](size_t end) {
    std::string_view part = expression.substr(begin, end - begin);
    while (!part.empty() && part.front() == ' ') part.remove_prefix(1);
    while (!part.empty() && part.back() == ' ') part.remove_suffix(1);
    if (!part.empty()) parts.emplace_back(part);
  };
  for (size_t i = 0; i < expression.size(); ++i) {
    const char c = expression[i];
    if (quote != 0) {
      if (c == '\\') ++i;
      if (c == quote) quote = 0;
      continue;
    }
    if (c == '"' || c == '\'') quote = c;
    if (c == '(' || c == '[' || c == '{') ++depth;
    if (c == ')' || c == ']' || c == '}') --depth;
    if (depth > 0) continue;
    if (expression.substr(i, 2) == "||" || word_at(i, "or")) disjunction = true;
    const size_t operator_size = expression.substr(i, 2) == "&&" ? 2 : word_at(i, "and") ? 3 : 0;
    if (operator_size == 0) continue;
    take(i);
    begin = i + operator_size;
    i = begin - 1;
  }
  take(expression.size());
  // `a && b || c` is a disjunction at its top: it has no terms that could each exclude everything.
  if (disjunction) return {std::string(expression)};
  return parts;
}

}  // namespace viewer
