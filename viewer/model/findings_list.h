// All findings of the capture, gathered into groups.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "viewer/model/session_list.h"

namespace viewer {

class FindingsList {
 public:
  enum class By : uint8_t { kRule, kSeverity, kWho, kSession };
  struct Group {
    std::string title;     // a rule's id, "errors", "the client", a session's name
    std::string citation;  // of a rule
    parser::Severity worst{};
    std::vector<uint32_t> findings;  // of the store, in order
  };

  FindingsList(const CaptureStore& store, const SessionList& sessions) : store_(store), sessions_(sessions) {}

  By by() const { return by_; }
  void group_by(By by);
  // Brings the groups up to date, looking at most at so many findings; true: there are more to look at.
  bool update(size_t most = 4'000);
  // Gravest first, then the larger.
  const std::vector<Group>& groups() const { return groups_; }
  size_t looked_at() const { return seen_; }

 private:
  std::string key_of(const FindingEntry& finding) const;

  const CaptureStore& store_;
  const SessionList& sessions_;
  By by_ = By::kRule;
  std::vector<Group> groups_;
  std::unordered_map<std::string, size_t> index_;  // of groups_ by title
  size_t seen_ = 0;
};

}  // namespace viewer
