// Counts what each side sends and holds every h against it.
//
// An h may lag behind, since stanzas are under way; it may never be ahead of what was sent, nor fall behind
// an earlier one. When it does, the peer's count went wrong somewhere behind the last h that fitted, so the
// first stanza behind that one is named. A fault is told once: its size is remembered, and later claims that
// are off by the same number fit again.
#include "parser/stream/stream_management.h"

#include <algorithm>
#include <charconv>

namespace parser {
namespace {

constexpr uint32_t kHalf = uint32_t{1} << 31U;

// `a` is behind `b` by less than half of the circle.
bool behind(uint32_t a, uint32_t b) {
  return a != b && b - a < kHalf;
}

uint64_t hash_of(std::string_view text) {
  uint64_t value = 0xcbf29ce484222325u;
  for (const char c : text) value = (value ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  return value;
}

std::string_view cut_id(std::string_view id) {
  return id.substr(0, CountedStanza::kMaxId);
}

StreamManagement::Request request_of(const StreamEvent& event) {
  return {event.frame, event.time, event.range};
}

}  // namespace

CountedStanza::CountedStanza(const StreamEvent& event)
    : frame_(event.frame),
      begin_(event.range.begin),
      size_(static_cast<uint32_t>(std::min<uint64_t>(event.range.size(), 0xFFFFFFFFU))),
      kind_(event.kind),
      readable_(event.kind == EventKind::kMessage && event.payload != nullptr &&
                event.payload->local == "body"),
      id_size_(static_cast<uint8_t>(cut_id(event.id).size())) {
  std::copy_n(event.id.data(), id_size_, id_.data());
}

// --- the ring ---------------------------------------------------------------------------------------------

void StreamManagement::Ring::add(const StreamEvent& event) {
  if (stanzas.size() < kRecent) {
    stanzas.emplace_back(event);
    next = stanzas.size() % kRecent;
    return;
  }
  stanzas[next] = CountedStanza(event);
  next = (next + 1) % kRecent;
}

const CountedStanza* StreamManagement::Ring::back(uint32_t distance) const {
  if (distance >= stanzas.size()) return nullptr;
  const size_t size = stanzas.size();
  const size_t end = size < kRecent ? size : next + size;
  return &stanzas[(end - 1 - distance) % size];
}

void StreamManagement::Ring::drop_back(uint32_t count) {
  std::vector<CountedStanza> left;
  for (size_t i = stanzas.size(); i > count; --i) left.push_back(*back(static_cast<uint32_t>(i - 1)));
  stanzas = std::move(left);
  next = stanzas.size() % kRecent;
}

// --- counting ---------------------------------------------------------------------------------------------

void StreamManagement::on_stanza(const StreamEvent& event) {
  const size_t sender = index(event.direction);
  Side& side = sides_[sender];
  Side& other = sides_[1 - sender];
  if (other.asked.pending() && other.spoke_since_asked == Time{}) other.spoke_since_asked = event.time;
  if (resume_.pending() && event.direction == Direction::kC2S) ++ahead_;
  Book& book = books_[sender];
  if (!side.counting) {
    if (enable_.pending()) ++book.too_early;
    return;
  }
  ++side.sent;
  book.ring.add(event);
  if (!book.replays.empty() && !event.id.empty()) {
    const auto again = std::find(book.replays.begin(), book.replays.end(), hash_of(cut_id(event.id)));
    if (again != book.replays.end()) {
      book.replays.erase(again);
      ++side.replayed;
    }
  }
}

void StreamManagement::on_other(const StreamEvent& event) {
  const size_t sender = index(event.direction);
  ++books_[sender].not_counted;
  Side& other = sides_[1 - sender];
  if (other.asked.pending() && other.spoke_since_asked == Time{}) other.spoke_since_asked = event.time;
}

void StreamManagement::count_from_here(Direction direction) {
  const size_t which = index(direction);
  const uint32_t too_early = books_[which].too_early;
  sides_[which] = Side{};
  sides_[which].counting = true;
  books_[which] = Book{};
  books_[which].too_early = too_early;
}

void StreamManagement::learn_ns(const xml::Element& element) {
  if (ns_known_) return;
  ns_known_ = true;
  ns3_ = element.ns != ns::kSm2;
}

// --- beginning --------------------------------------------------------------------------------------------

void StreamManagement::on_enable(const StreamEvent& event, const xml::Element& enable) {
  learn_ns(enable);
  ++enables_;
  enable_ = request_of(event);
  wants_resumption_ = as_sm(enable).value_or(SmElement{}).resume;
  // A second <enable/> begins nothing anew; the server should refuse it.
  if (!enabled_) {
    books_ = {};
    count_from_here(event.direction);
  }
}

void StreamManagement::on_enabled(const StreamEvent& event, const xml::Element& enabled) {
  learn_ns(enabled);
  last_unsolicited_ = !enable_.pending();
  enable_ = {};
  enabled_ = true;
  const SmElement read = as_sm(enabled).value_or(SmElement{});
  resumable_ = read.resume;
  if (read.id.size() <= kMaxText) id_ = read.id;
  const std::string_view location = enabled.attribute("location");
  if (location.size() <= kMaxText) location_ = location;
  const std::string_view max = enabled.attribute("max");
  uint32_t value = 0;
  const auto [end, problem] = std::from_chars(max.data(), max.data() + max.size(), value);
  max_.reset();
  if (!max.empty() && problem == std::errc() && end == max.data() + max.size()) {
    max_ = std::chrono::seconds(value);
  }
  count_from_here(event.direction);
}

void StreamManagement::on_failed(const StreamEvent&) {
  if (resume_.pending()) {
    resume_ = {};
    ahead_ = 0;
    return;
  }
  last_unsolicited_ = !enable_.pending();
  enable_ = {};
  if (enabled_) return;  // a second attempt was refused; the first one stands
  for (Side& side : sides_) side.counting = false;
}

// --- acknowledgements -------------------------------------------------------------------------------------

void StreamManagement::on_request(const StreamEvent& event) {
  if (event.element != nullptr) learn_ns(*event.element);
  ++books_[index(event.direction)].not_counted;
  Side& side = sides_[index(event.direction)];
  if (side.asked.pending()) return;
  side.asked = request_of(event);
  side.spoke_since_asked = {};
}

void StreamManagement::on_ack(const StreamEvent& event) {
  if (event.element != nullptr) learn_ns(*event.element);
  ++books_[index(event.direction)].not_counted;
  Side& side = sides_[index(opposite(event.direction))];
  side.asked = {};
  const SmElement read = event.element != nullptr ? as_sm(*event.element).value_or(SmElement{}) : SmElement{};
  if (read.h) last_claim_ = claim(opposite(event.direction), *read.h, event.frame);
}

StreamManagement::Claim StreamManagement::judge(Direction direction, uint32_t h) const {
  const Side& side = sides_[index(direction)];
  const Book& book = books_[index(direction)];
  Claim claim;
  claim.h = h;
  claim.sent = side.sent;
  claim.acked = side.acked;
  claim.fitted = book.fitted;
  claim.not_counted = book.not_counted;
  claim.too_early = book.too_early;
  const uint32_t most = side.sent + book.skew;
  if (side.blurred) return claim;
  if (book.fitted != 0 && behind(h, side.acked)) {
    claim.fault = Fault::kDecreased;
    claim.first = h - book.skew + 1;
  } else if (side.counting && behind(most, h)) {
    claim.fault = Fault::kTooHigh;
    claim.first = side.acked - book.skew + 1;
  } else {
    return claim;
  }
  if (!behind(side.sent, claim.first)) {
    if (const CountedStanza* stanza = book.ring.back(side.sent - claim.first)) claim.stanza = *stanza;
  }
  return claim;
}

StreamManagement::Claim StreamManagement::claim(Direction direction, uint32_t h, uint64_t frame) {
  Side& side = sides_[index(direction)];
  Book& book = books_[index(direction)];
  const Claim result = judge(direction, h);
  if (result.fault != Fault::kNone) book.skew = result.fault == Fault::kTooHigh ? h - side.sent : 0;
  side.acked = h;
  book.fitted = frame;
  book.not_counted = 0;
  return result;
}

// --- resumption -------------------------------------------------------------------------------------------

void StreamManagement::on_resume(const StreamEvent& event, const xml::Element& resume) {
  learn_ns(resume);
  resume_seen_ = true;
  resume_ = request_of(event);
  ahead_ = 0;
  const SmElement read = as_sm(resume).value_or(SmElement{});
  if (read.previd.size() <= kMaxText) previd_ = read.previd;
  resume_h_ = read.h;
}

void StreamManagement::on_resumed(const StreamEvent& event, const xml::Element& resumed,
                                  const StreamManagement& asked) {
  learn_ns(resumed);
  const SmElement read = as_sm(resumed).value_or(SmElement{});
  const uint32_t ahead = asked.ahead_;
  last_unsolicited_ = !asked.resume_.pending();
  previd_ = asked.previd_;
  resume_h_ = asked.resume_h_;
  resume_seen_ = true;
  enabled_ = true;
  resumable_ = true;
  enables_ = 0;
  if (id_.empty()) id_ = read.previd.size() <= kMaxText ? read.previd : std::string_view();
  current_ = event.connection;
  if (read.h) {
    last_claim_ = judge(Direction::kC2S, *read.h);
    go_on(Direction::kC2S, *read.h, request_of(event));
    sides_[index(Direction::kC2S)].sent += ahead;
  }
  if (resume_h_) go_on(Direction::kS2C, *resume_h_, request_of(event));
  resume_ = {};
  enable_ = {};
  ahead_ = 0;
}

// Everything behind `handled` is to be sent again, under its old numbers.
void StreamManagement::go_on(Direction direction, uint32_t handled, const Request& claimed) {
  Side& side = sides_[index(direction)];
  Book& book = books_[index(direction)];
  const bool knew = side.counting && !side.blurred;
  const uint32_t lost = knew && behind(handled, side.sent) ? side.sent - handled : 0;
  side.replay_known = knew;
  side.replay_due = lost;
  side.resumed_from = handled;
  side.replayed = 0;
  side.replay_readable = 0;
  book.replays.clear();
  for (uint32_t i = lost; i > 0; --i) {
    const CountedStanza* stanza = book.ring.back(i - 1);
    if (stanza == nullptr || !stanza->readable() || stanza->id().empty()) continue;
    if (book.replays.size() == kMaxReplays) break;
    book.replays.push_back(hash_of(stanza->id()));
    ++side.replay_readable;
  }
  book.ring.drop_back(lost);
  if (!knew) book.ring = {};
  side.counting = true;
  side.blurred = false;
  side.sent = handled;
  side.acked = handled;
  side.asked = {};
  side.resumed_at = claimed.time;
  book.fitted = claimed.frame;
  book.skew = 0;
  book.not_counted = 0;
  book.too_early = 0;
}

void StreamManagement::set_jid(std::string_view jid) {
  if (!jid.empty()) jid_ = jid;
}

}  // namespace parser
