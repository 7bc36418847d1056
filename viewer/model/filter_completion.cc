// Words are cut as the filter's lexer cuts them, as far as that matters here: a name, or what stands in
// quotes behind a field and an operator.
#include "viewer/model/filter_completion.h"

#include <algorithm>
#include <cctype>
#include <set>

#include "parser/filter/filter.h"
#include "parser/rules/rule.h"
#include "viewer/model/field_filter.h"

namespace viewer {

namespace {

constexpr size_t kMostStrings = 20'000;  // of the capture, that are looked at

bool is_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '_' || c == '-';
}

// The field that the value at `begin` is compared with; "" where there is none.
std::string_view field_before(std::string_view text, size_t begin) {
  size_t at = begin;
  const auto back_over = [&](const auto& kind) {
    while (at > 0 && kind(text[at - 1])) --at;
  };
  const auto is_space = [](char c) { return c == ' ' || c == '\t'; };
  back_over(is_space);
  // In a set: what stands before its brace counts.
  if (at > 0 && (text[at - 1] == '{' || text[at - 1] == ',')) {
    const size_t brace = text.substr(0, at).rfind('{');
    if (brace == std::string_view::npos) return {};
    at = brace;
    back_over(is_space);
  }
  const size_t operator_end = at;
  back_over([](char c) { return c == '=' || c == '!' || c == '<' || c == '>' || c == '~'; });
  if (at == operator_end) {
    back_over([](char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; });
    const std::string_view word = text.substr(at, operator_end - at);
    constexpr std::string_view kOperators[] = {"contains", "matches", "eq", "ne", "in"};
    if (std::find(std::begin(kOperators), std::end(kOperators), word) == std::end(kOperators)) return {};
  }
  back_over(is_space);
  const size_t end = at;
  back_over(is_word);
  return text.substr(at, end - at);
}

std::vector<std::string> values_of(const CaptureStore& store, std::string_view field) {
  using List = std::vector<std::string>;
  if (field == "xmpp.kind") {
    List kinds;
    for (int i = 0; i <= static_cast<int>(parser::EventKind::kClosed); ++i) {
      kinds.emplace_back(parser::name(static_cast<parser::EventKind>(i)));
    }
    return kinds;
  }
  if (field == "xmpp.type") {
    return {"get",    "set",         "result",    "error",      "chat",        "groupchat",    "headline",
            "normal", "unavailable", "subscribe", "subscribed", "unsubscribe", "unsubscribed", "probe"};
  }
  if (field == "xmpp.finding.severity") return {"error", "warning", "note"};
  if (field == "xmpp.finding") {
    List rules;
    rules.reserve(parser::rules::all_rules().size());
    for (const parser::rules::Rule* rule : parser::rules::all_rules()) rules.emplace_back(rule->id);
    return rules;
  }
  if (field == "xmpp.message.chatstate") return {"active", "composing", "gone", "inactive", "paused"};
  if (field == "xmpp.presence.show") return {"away", "chat", "dnd", "xa"};
  if (field == "xmpp.error.type") return {"auth", "cancel", "continue", "modify", "wait"};
  const bool address = field == "xmpp.from" || field == "xmpp.to" || field.ends_with(".jid");
  if (!address) return {};
  List addresses;
  const size_t all = std::min(store.strings(), kMostStrings);
  for (size_t i = 1; i < all; ++i) {
    const std::string_view text = store.text(static_cast<StringId>(i));
    if (text.find('@') != std::string_view::npos || text.find('.') != std::string_view::npos) {
      addresses.emplace_back(text);
    }
  }
  return addresses;
}

// 0: begins with it, 1: a part behind a dot begins with it, 2: has it somewhere; -1: has it not.
int fit(std::string_view candidate, std::string_view word) {
  const size_t at = candidate.find(word);
  if (at == std::string_view::npos) return -1;
  if (at == 0) return 0;
  return candidate.find("." + std::string(word)) != std::string_view::npos ? 1 : 2;
}

}  // namespace

Completion complete_filter(const CaptureStore& store, std::string_view text, size_t caret, size_t most) {
  Completion completion;
  caret = std::min(caret, text.size());
  // Inside of quotes that are still open?
  size_t quote = std::string_view::npos;
  for (size_t i = 0; i < caret; ++i) {
    if (text[i] == '\\' && quote != std::string_view::npos) {
      ++i;
    } else if (text[i] == '"') {
      quote = quote == std::string_view::npos ? i : std::string_view::npos;
    }
  }
  const bool in_quotes = quote != std::string_view::npos;
  size_t begin = caret;
  if (in_quotes) {
    begin = quote;
  } else {
    while (begin > 0 && is_word(text[begin - 1])) --begin;
  }
  completion.begin = begin;
  completion.end = caret;
  const std::string_view word =
      text.substr(in_quotes ? begin + 1 : begin, caret - begin - (in_quotes ? 1 : 0));
  std::vector<std::pair<int, Suggestion>> found;
  const std::string_view field = field_before(text, begin);
  if (!field.empty()) {
    std::set<std::string> seen;
    for (const std::string& value : values_of(store, field)) {
      const int rank = word.empty() ? 2 : fit(value, word);
      if (rank >= 0 && value != word && seen.insert(value).second)
        found.push_back({rank, {quoted(value), {}}});
    }
  } else if (!in_quotes && !word.empty()) {
    for (const parser::filter::Field& one : parser::filter::fields()) {
      const int rank = fit(one.name, word);
      if (rank < 0 || one.name == word) continue;
      found.push_back(
          {rank, {std::string(one.name), std::string(one.description) + (one.ours ? " (ours)" : "")}});
    }
  }
  std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
    if (a.first != b.first) return a.first < b.first;
    return a.second.text.size() < b.second.text.size();
  });
  for (auto& [rank, suggestion] : found) {
    if (completion.suggestions.size() >= most) break;
    completion.suggestions.push_back(std::move(suggestion));
  }
  return completion;
}

}  // namespace viewer
