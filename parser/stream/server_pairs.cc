// Follows the requests for pairs and their answers. An answer has from and to in exchange, and goes the other
// way than its request.
#include "parser/stream/server_pairs.h"

#include <algorithm>

#include "parser/jid/jid.h"

namespace parser {
namespace {

constexpr size_t kMaxDomain = 1023;  // RFC 7622 §3.2

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string_view domain_of(std::string_view address) {
  // Most are domains as they stand.
  if (address.find_first_of("@/") == std::string_view::npos) return address;
  return split_jid(address).domain;
}

}  // namespace

bool same_domain(std::string_view a, std::string_view b) {
  a = domain_of(a);
  b = domain_of(b);
  const bool alike = a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                                        [](char x, char y) { return lower(x) == lower(y); });
  if (alike) return true;
  const auto ascii = [](std::string_view text) {
    return std::none_of(text.begin(), text.end(),
                        [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
  };
  // Only international names and trailing dots are the same though they look different.
  if (ascii(a) && ascii(b) && a.find("xn--") == std::string_view::npos && !a.ends_with('.') &&
      !b.ends_with('.')) {
    return false;
  }
  return same_jid(a, b);
}

void ServerPairs::on_dialback(const StreamEvent& event) {
  last_answer_ = Answer::kNone;
  ++elements_[index(event.direction)];
  if (event.local == "result") {
    event.stanza_type.empty() ? ask(event) : answer(event);
  } else if (event.local == "verify") {
    event.stanza_type.empty() ? verify(event) : answer_verification(event);
  }
}

void ServerPairs::on_sasl(std::string_view from, std::string_view to) {
  if (from.empty() || to.empty() || from.size() > kMaxDomain || to.size() > kMaxDomain) {
    complete_ = false;
    return;
  }
  Pair* known = find(Direction::kC2S, from, to);
  if (known == nullptr) {
    Pair pair;
    pair.from = from;
    pair.to = to;
    known = &pairs_[index(Direction::kC2S)].emplace_back(std::move(pair));
  }
  known->state = State::kValid;
  known->by_sasl = true;
}

ServerPairs::Pair* ServerPairs::find(Direction sender, std::string_view from, std::string_view to) {
  for (Pair& pair : pairs_[index(sender)]) {
    if (same_domain(pair.from, from) && same_domain(pair.to, to)) return &pair;
  }
  return nullptr;
}

void ServerPairs::ask(const StreamEvent& event) {
  asked_[index(event.direction)] = true;
  Pair* pair = find(event.direction, event.from, event.to);
  if (pair == nullptr) {
    auto& pairs = pairs_[index(event.direction)];
    if (pairs.size() >= kMost || event.from.size() > kMaxDomain || event.to.size() > kMaxDomain) {
      complete_ = false;
      return;
    }
    pair = &pairs.emplace_back();
    pair->from = event.from;
    pair->to = event.to;
  }
  // A pair that SASL has proven stays so, whatever becomes of the key.
  if (pair->state != State::kValid) pair->state = State::kPending;
  pair->frame = event.frame;
  pair->time = event.time;
  pair->range = event.range;
}

void ServerPairs::answer(const StreamEvent& event) {
  const Direction asker = opposite(event.direction);
  Pair* pair = find(asker, event.to, event.from);
  if (pair == nullptr || pair->frame == 0) {
    const Pair* straight = find(asker, event.from, event.to);
    const bool same = straight != nullptr && straight->state == State::kPending;
    last_answer_ = same ? Answer::kNotSwapped : Answer::kUnsolicited;
    return;
  }
  last_answer_ = pair->state == State::kPending ? Answer::kMatched : Answer::kUnsolicited;
  if (pair->by_sasl) {
    last_answer_ = Answer::kMatched;
    return;
  }
  if (event.stanza_type == "valid") {
    if (last_answer_ == Answer::kMatched) pair->state = State::kValid;
  } else if (event.stanza_type == "invalid") {
    pair->state = State::kInvalid;
    const auto& all = pairs_[index(asker)];
    const bool only = std::none_of(all.begin(), all.end(), [](const Pair& other) {
      return other.state == State::kValid || other.state == State::kPending;
    });
    if (only) refusal_ = {event.frame, event.time, event.range, event.direction};
  } else {
    pair->state = State::kNone;
  }
}

void ServerPairs::verify(const StreamEvent& event) {
  auto& open = verifications_[index(event.direction)];
  if (open.size() >= kMost || event.id.size() > kMaxDomain || event.from.size() > kMaxDomain ||
      event.to.size() > kMaxDomain) {
    complete_ = false;
    return;
  }
  open.push_back({std::string(event.from), std::string(event.to), std::string(event.id), event.frame,
                  event.time, event.range});
}

void ServerPairs::answer_verification(const StreamEvent& event) {
  auto& open = verifications_[index(opposite(event.direction))];
  last_answer_ = Answer::kUnsolicited;
  for (auto request = open.begin(); request != open.end(); ++request) {
    if (same_domain(request->from, event.to) && same_domain(request->to, event.from)) {
      if (request->id == event.id) {
        open.erase(request);
        last_answer_ = Answer::kMatched;
        return;
      }
      last_answer_ = Answer::kWrongId;
    } else if (last_answer_ == Answer::kUnsolicited && request->id == event.id &&
               same_domain(request->from, event.from) && same_domain(request->to, event.to)) {
      last_answer_ = Answer::kNotSwapped;
    }
  }
}

ServerPairs::State ServerPairs::state(Direction sender, std::string_view from, std::string_view to) const {
  State best = State::kNone;
  const auto look = [&](Direction direction, std::string_view source, std::string_view target) {
    for (const Pair& pair : pairs_[index(direction)]) {
      if (!same_domain(pair.from, source) || !same_domain(pair.to, target)) continue;
      if (pair.state == State::kValid || best == State::kNone) best = pair.state;
    }
  };
  look(sender, from, to);
  if (bidi_ && best != State::kValid) look(opposite(sender), to, from);
  return best;
}

bool ServerPairs::any_valid(Direction sender) const {
  const auto valid = [](const Pair& pair) { return pair.state == State::kValid; };
  const auto& own = pairs_[index(sender)];
  const auto& other = pairs_[index(opposite(sender))];
  return std::any_of(own.begin(), own.end(), valid) ||
         (bidi_ && std::any_of(other.begin(), other.end(), valid));
}

bool ServerPairs::speaks_for(Direction sender, std::string_view from) const {
  for (const Pair& pair : pairs_[index(sender)]) {
    if (pair.state == State::kValid && same_domain(pair.from, from)) return true;
  }
  if (!bidi_) return false;
  for (const Pair& pair : pairs_[index(opposite(sender))]) {
    if (pair.state == State::kValid && same_domain(pair.to, from)) return true;
  }
  return false;
}

}  // namespace parser
