// What is equal in its lane (direction, kind, peer) comes first; then answers to what was paired; what is
// equal at another place; what is of one shape. Whatever is left is on one side only.
#include "captures/compare/comparison.h"

#include <algorithm>
#include <functional>
#include <map>
#include <tuple>
#include <utility>

#include "captures/compare/alignment.h"

namespace captures {
namespace {

using Kind = ComparedRow::Kind;
using parser::EventKind;

bool is_name_character(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

void replace_name(std::string& text, const std::string& name, std::string_view with) {
  if (name.empty()) return;
  for (size_t at = text.find(name); at != std::string::npos; at = text.find(name, at)) {
    const size_t end = at + name.size();
    const bool part = (at > 0 && is_name_character(text[at - 1])) ||
                      (end < text.size() && (is_name_character(text[end]) || text[end] == '.'));
    if (part) {
      at = end;
    } else {
      text.replace(at, name.size(), with);
      at += with.size();
    }
  }
}

std::string with_any_account(std::string text, const ComparedSession& session,
                             const CompareOptions& options) {
  if (!options.any_account) return text;
  replace_name(text, session.account(), "[account]");
  replace_name(text, session.domain(), "[domain]");
  return text;
}

// Stanzas have lanes of their own; all that negotiates a stream is one.
EventKind lane_kind(EventKind kind) {
  const bool stanza = kind == EventKind::kIq || kind == EventKind::kMessage || kind == EventKind::kPresence;
  if (stanza || kind == EventKind::kTls || kind == EventKind::kNotice) return kind;
  return EventKind::kNonza;
}

class Side {
 public:
  Side(const ComparedSession& session, const CompareOptions& options) : session_(session) {
    keys_.reserve(session.elements().size());
    for (const ComparedElement& element : session.elements()) {
      keys_.push_back(std::hash<std::string>{}(with_any_account(element.text, session, options)));
      peers_.push_back(with_any_account(element.peer, session, options));
    }
    other_.resize(keys_.size());
  }

  using Lane = std::tuple<parser::Direction, EventKind, std::string>;
  std::map<Lane, std::vector<size_t>> lanes() const {
    std::map<Lane, std::vector<size_t>> lanes;
    for (size_t i = 0; i < keys_.size(); ++i) {
      const ComparedElement& element = session_.elements()[i];
      lanes[{element.direction, lane_kind(element.kind), peers_[i]}].push_back(i);
    }
    return lanes;
  }

  std::vector<uint64_t> keys_of(const std::vector<size_t>& indices) const {
    std::vector<uint64_t> keys;
    keys.reserve(indices.size());
    for (const size_t i : indices) keys.push_back(keys_[i]);
    return keys;
  }

  uint64_t key(size_t i) const { return keys_[i]; }
  size_t size() const { return keys_.size(); }
  const ComparedElement& element(size_t i) const { return session_.elements()[i]; }
  std::optional<size_t>& other(size_t i) { return other_[i]; }

 private:
  const ComparedSession& session_;
  std::vector<uint64_t> keys_;
  std::vector<std::string> peers_;
  std::vector<std::optional<size_t>> other_;
};

class Comparer {
 public:
  Comparer(const ComparedSession& a, const ComparedSession& b, const CompareOptions& options)
      : a_(a, options), b_(b, options), kinds_(a_.size(), Kind::kOnlyA) {}

  Comparison run() {
    pair_equal_in_order();
    pair_answers();
    pair_alike(Kind::kMoved, [](const Side& side, size_t i) {
      return std::to_string(side.key(i)) + direction_of(side, i);
    });
    pair_alike(Kind::kChanged, [](const Side& side, size_t i) {
      return side.element(i).shape + direction_of(side, i) + side.element(i).peer;
    });
    pair_alike(Kind::kChanged,
               [](const Side& side, size_t i) { return side.element(i).shape + direction_of(side, i); });
    return rows();
  }

 private:
  static std::string direction_of(const Side& side, size_t i) {
    return side.element(i).direction == parser::Direction::kC2S ? " >" : " <";
  }

  void pair(size_t a, size_t b, Kind kind) {
    a_.other(a) = b;
    b_.other(b) = a;
    kinds_[a] = kind;
  }

  void pair_equal_in_order() {
    const auto lanes_b = b_.lanes();
    for (const auto& [lane, in_a] : a_.lanes()) {
      const auto found = lanes_b.find(lane);
      if (found == lanes_b.end()) continue;
      const std::vector<size_t>& in_b = found->second;
      for (const auto& [i, j] : align(a_.keys_of(in_a), b_.keys_of(in_b))) {
        pair(in_a[i], in_b[j], Kind::kSame);
      }
    }
  }

  // Answers to one request belong together, be it that one is an error.
  void pair_answers() {
    std::map<size_t, size_t> of_request;  // B's
    for (size_t i = 0; i < b_.size(); ++i) {
      if (!b_.other(i) && b_.element(i).answers) of_request[*b_.element(i).answers] = i;
    }
    for (size_t i = 0; i < a_.size(); ++i) {
      if (a_.other(i) || !a_.element(i).answers) continue;
      const auto request = a_.other(*a_.element(i).answers);
      const auto found = request ? of_request.find(*request) : of_request.end();
      if (found != of_request.end()) pair(i, found->second, Kind::kChanged);
    }
  }

  // Pairs what is not paired yet and has the same word, in order.
  template <typename Word>
  void pair_alike(Kind kind, const Word& word) {
    std::map<std::string, std::vector<size_t>> waiting;  // of B, the last first
    for (size_t i = b_.size(); i-- > 0;) {
      if (!b_.other(i)) waiting[word(b_, i)].push_back(i);
    }
    if (waiting.empty()) return;
    for (size_t i = 0; i < a_.size(); ++i) {
      if (a_.other(i)) continue;
      const auto found = waiting.find(word(a_, i));
      if (found == waiting.end() || found->second.empty()) continue;
      pair(i, found->second.back(), kind);
      found->second.pop_back();
    }
  }

  Comparison rows() {
    // What is only in B goes behind the partner of what stands before it in B.
    std::vector<std::vector<size_t>> behind(a_.size() + 1);
    size_t place = 0;
    for (size_t i = 0; i < b_.size(); ++i) {
      if (b_.other(i)) {
        if (kinds_[*b_.other(i)] != Kind::kMoved) place = *b_.other(i) + 1;
      } else {
        behind[place].push_back(i);
      }
    }
    Comparison result;
    result.rows.reserve(a_.size() + b_.size());
    std::vector<size_t> waiting;
    for (size_t i = 0; i <= a_.size(); ++i) {
      // What was in A at this place comes before what is in B instead.
      waiting.insert(waiting.end(), behind[i].begin(), behind[i].end());
      if (i == a_.size() || a_.other(i)) {
        for (const size_t only : waiting) add(result, {Kind::kOnlyB, std::nullopt, only});
        waiting.clear();
      }
      if (i < a_.size()) add(result, {kinds_[i], i, a_.other(i)});
    }
    return result;
  }

  static void add(Comparison& result, const ComparedRow& row) {
    if (row.kind == Kind::kSame) {
      ++result.same;
    } else {
      if (!result.first) result.first = result.rows.size();
      ++result.differences;
    }
    result.rows.push_back(row);
  }

  Side a_;
  Side b_;
  std::vector<Kind> kinds_;  // of A's elements
};

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    lines.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return lines;
}

std::vector<uint64_t> keys_of(const std::vector<std::string>& lines) {
  std::vector<uint64_t> keys;
  keys.reserve(lines.size());
  for (const std::string& line : lines) keys.push_back(std::hash<std::string>{}(line));
  return keys;
}

}  // namespace

std::string_view name(ComparedRow::Kind kind) {
  switch (kind) {
    case Kind::kSame:
      return "same";
    case Kind::kChanged:
      return "changed";
    case Kind::kMoved:
      return "moved";
    case Kind::kOnlyA:
      return "only-a";
    case Kind::kOnlyB:
      return "only-b";
  }
  return "";
}

Comparison compare(const ComparedSession& a, const ComparedSession& b, const CompareOptions& options) {
  return Comparer(a, b, options).run();
}

std::vector<ComparedLine> compared_lines(const ComparedSession& a, const ComparedSession& b,
                                         const ComparedRow& row, const CompareOptions& options) {
  using In = ComparedLine::In;
  std::vector<std::string> in_a;
  std::vector<std::string> in_b;
  if (row.a) in_a = lines_of(with_any_account(a.elements()[*row.a].text, a, options));
  if (row.b) in_b = lines_of(with_any_account(b.elements()[*row.b].text, b, options));
  std::vector<ComparedLine> lines;
  lines.reserve(in_a.size() + in_b.size());
  size_t i = 0;
  size_t j = 0;
  const auto up_to = [&](size_t end_a, size_t end_b) {
    for (; i < end_a; ++i) lines.push_back({In::kA, std::move(in_a[i])});
    for (; j < end_b; ++j) lines.push_back({In::kB, std::move(in_b[j])});
  };
  for (const auto& [at_a, at_b] : align(keys_of(in_a), keys_of(in_b))) {
    up_to(at_a, at_b);
    lines.push_back({In::kBoth, std::move(in_a[at_a])});
    i = at_a + 1;
    j = at_b + 1;
  }
  up_to(in_a.size(), in_b.size());
  return lines;
}

}  // namespace captures
