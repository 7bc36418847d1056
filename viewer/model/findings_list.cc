// Grown as findings come; a list that is grouped otherwise is gathered anew, a slice at a time.
#include "viewer/model/findings_list.h"

#include <algorithm>

namespace viewer {

void FindingsList::group_by(By by) {
  if (by == by_) return;
  by_ = by;
  groups_.clear();
  index_.clear();
  seen_ = 0;
}

std::string FindingsList::key_of(const FindingEntry& finding) const {
  switch (by_) {
    case By::kRule:
      return std::string(finding.rule);
    case By::kSeverity:
      return std::string(parser::name(finding.severity)) + "s";
    case By::kWho:
      return finding.offender == parser::Direction::kC2S ? "sent by the client" : "sent by the server";
    case By::kSession: {
      const Row& row = store_.row(finding.row);
      const SessionList::Session* session = sessions_.find(store_.session_id(row));
      return session != nullptr ? session_title(store_, *session) : store_.connection(row.connection).title();
    }
  }
  return {};
}

bool FindingsList::update(size_t most) {
  const size_t all = store_.findings();
  if (seen_ >= all) return false;
  for (; seen_ < all && most > 0; ++seen_, --most) {
    const FindingEntry& finding = store_.finding(seen_);
    if (finding.row >= store_.rows()) break;  // its row is not published yet
    std::string key = key_of(finding);
    const auto [place, fresh] = index_.try_emplace(key, groups_.size());
    if (fresh) {
      groups_.push_back({std::move(key),
                         by_ == By::kRule ? std::string(finding.citation) : std::string(),
                         finding.severity,
                         {}});
    }
    Group& group = groups_[place->second];
    group.worst = std::max(group.worst, finding.severity);
    group.findings.push_back(static_cast<uint32_t>(seen_));
  }
  std::stable_sort(groups_.begin(), groups_.end(), [](const Group& a, const Group& b) {
    if (a.worst != b.worst) return a.worst > b.worst;
    return a.findings.size() > b.findings.size();
  });
  for (size_t i = 0; i < groups_.size(); ++i) index_[groups_[i].title] = i;
  return seen_ < all;
}

}  // namespace viewer
