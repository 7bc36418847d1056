// A result belongs to the archive that it comes from and to the queryid that was given. Two queries to one
// archive may be under way at once, so a result is only wrong if it fits none of them.
#include "parser/payload/archive_queries.h"

#include <algorithm>

#include "parser/jid/jid.h"

namespace parser::payload {
namespace {

constexpr size_t kMaxName = 4096;  // of an id or an address; what is longer is not remembered

// Whether an address stands for the own account: none, or its bare JID.
bool is_own(std::string_view address, const SessionState& session) {
  return address.empty() || (!session.bound_jid().empty() && same_bare_jid(address, session.bound_jid()));
}

bool same_archive(const ArchiveQuery& query, std::string_view from, const SessionState& session) {
  return query.archive.empty() ? is_own(from, session) : same_jid(query.archive, from);
}

}  // namespace

const ArchiveQuery* ArchiveQueries::last_query() const {
  return last_query_ < queries_.size() ? &queries_[last_query_] : nullptr;
}

void ArchiveQueries::on_iq(const StreamEvent& event, const SessionState& session) {
  if (event.direction == Direction::kC2S) {
    if (event.stanza_type != "set" || event.payload == nullptr) return;
    const std::optional<MamQuery> query = as_mam_query(*event.payload);
    if (!query) return;
    const bool keep =
        event.id.size() <= kMaxName && event.to.size() <= kMaxName && query->queryid.size() <= kMaxName;
    forgotten_ = forgotten_ || !keep || queries_.size() >= kMost;
    if (!keep) return;
    if (queries_.size() >= kMost) queries_.erase(queries_.begin());
    ArchiveQuery& added = queries_.emplace_back();
    if (!is_own(event.to, session)) added.archive = event.to;
    added.iq = event.id;
    added.queryid = query->queryid;
    added.frame = event.frame;
    added.flipped = query->flipped;
    return;
  }
  if (event.stanza_type != "result" && event.stanza_type != "error") return;
  for (ArchiveQuery& query : queries_) {
    if (!query.ended && query.iq == event.id && same_archive(query, event.from, session)) {
      query.ended = true;
      return;
    }
  }
}

void ArchiveQueries::on_message(const StreamEvent& event, const SessionState& session) {
  last_ = ResultMatch::kNone;
  last_query_ = kMost;
  if (event.direction != Direction::kS2C || event.element == nullptr) return;
  const std::optional<MamResult> result = mam_result_in(*event.element);
  if (!result) return;
  last_ = ResultMatch::kUnsolicited;
  // From the newest, since ids may be used again.
  for (size_t i = queries_.size(); i-- > 0;) {
    const ArchiveQuery& query = queries_[i];
    if (!same_archive(query, event.from, session)) continue;
    // A query without a queryid says nothing about that of its results.
    const bool fits = query.queryid.empty() || query.queryid == result->queryid;
    const ResultMatch match =
        fits ? query.ended ? ResultMatch::kAfterEnd : ResultMatch::kExpected : ResultMatch::kWrongId;
    const auto better = [](ResultMatch a, ResultMatch b) {
      const auto rank = [](ResultMatch m) {
        return m == ResultMatch::kExpected   ? 0
               : m == ResultMatch::kAfterEnd ? 1
               : m == ResultMatch::kWrongId  ? 2
                                             : 3;
      };
      return rank(a) < rank(b);
    };
    if (!better(match, last_)) continue;
    last_ = match;
    last_query_ = i;
  }
  if (last_ != ResultMatch::kExpected || !result->forwarded || !result->forwarded->delay) return;
  const std::optional<DateTime>& when = result->forwarded->delay->when;
  if (!when) return;
  ArchiveQuery& query = queries_[last_query_];
  if (query.last && !query.flipped && when->time < *query.last) last_ = ResultMatch::kOutOfOrder;
  query.last = when->time;
}

}  // namespace parser::payload
