// With no filter the view is the identity and costs nothing. Otherwise the matching row numbers are kept in
// order, and rows that arrive later are judged as they come.
#include "viewer/model/row_filter.h"

#include <algorithm>
#include <cctype>

namespace viewer {

RowFilter::RowFilter(const CaptureStore& store) : store_(store) {}

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
  if (filter_) {
    for (std::string& term : split_conjunction(expression_)) {
      if (std::holds_alternative<parser::filter::Filter>(parser::filter::Filter::parse(term))) {
        terms_.push_back({std::move(term), 0});
      }
    }
  }
  judge_again();
  return std::nullopt;
}

void RowFilter::set_connection(std::optional<uint32_t> connection) {
  if (connection == connection_) return;
  connection_ = connection;
  judge_again();
}

void RowFilter::set_session(std::optional<parser::ConnectionId> session) {
  if (session == session_) return;
  session_ = session;
  judge_again();
}

void RowFilter::set_time_range(std::optional<TimeRange> range) {
  if (range == range_) return;
  range_ = range;
  judge_again();
}

void RowFilter::judge_again() {
  work_.reset();
  matched_.clear();
  ++generation_;
  for (Term& term : terms_) term.matches = 0;
  if (!filter_ && !connection_ && !session_ && !range_) return;
  FilterWork::Question question{expression_, {}, connection_, session_, range_};
  for (const Term& term : terms_) question.terms.push_back(term.text);
  work_ = std::make_unique<FilterWork>(store_, std::move(question));
}

bool RowFilter::take(std::chrono::microseconds patience) {
  if (work_ == nullptr) return false;
  std::vector<uint64_t> counts(terms_.size());
  work_->take(matched_, counts, patience);
  for (size_t i = 0; i < terms_.size(); ++i) terms_[i].matches += counts[i];
  return work_->scanned() < store_.rows();
}

size_t RowFilter::scanned() const {
  return work_ != nullptr ? work_->scanned() : store_.rows();
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
