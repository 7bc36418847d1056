#include "proxy/net/srv.h"

#include <algorithm>
#include <map>
#include <utility>

namespace proxy::net {

namespace {

constexpr size_t kMaxTargets = 16;
constexpr uint16_t kStartTlsPort = 5222;
constexpr uint16_t kDirectTlsPort = 5223;  // by convention; XEP-0368 leaves it to SRV

struct Candidate {
  uint32_t weight;
  Target target;
};

// RFC 2782: those of weight 0 first, then again and again one is drawn by running sum.
void draw(std::vector<Candidate> candidates, const RandomBelow& random, std::vector<Target>& targets) {
  std::stable_partition(candidates.begin(), candidates.end(),
                        [](const Candidate& c) { return c.weight == 0; });
  while (!candidates.empty()) {
    uint32_t sum = 0;
    for (const Candidate& c : candidates) sum += c.weight;
    const uint32_t mark = random(sum);
    uint32_t running = 0;
    auto chosen = candidates.begin();
    for (; chosen != std::prev(candidates.end()); ++chosen) {
      running += chosen->weight;
      if (running >= mark) break;
    }
    targets.push_back(std::move(chosen->target));
    candidates.erase(chosen);
  }
}

std::string without_dot(const std::string& name) {
  return name.ends_with('.') ? name.substr(0, name.size() - 1) : name;
}

}  // namespace

ConnectPlan plan_connection(const std::string& domain, const SrvAnswer& starttls, const SrvAnswer& direct_tls,
                            const RandomBelow& random) {
  using Outcome = SrvAnswer::Outcome;
  std::map<uint16_t, std::vector<Candidate>> by_priority;
  bool refused = false;
  for (const auto& [answer, is_direct] : {std::pair{&starttls, false}, std::pair{&direct_tls, true}}) {
    if (answer->outcome != Outcome::kRecords) continue;
    for (const SrvRecord& record : answer->records) {
      const std::string host = without_dot(record.target);
      if (host.empty()) {
        refused = true;
        continue;
      }
      by_priority[record.priority].push_back({record.weight, {host, record.port, is_direct}});
    }
  }
  ConnectPlan plan;
  for (auto& [priority, candidates] : by_priority) draw(std::move(candidates), random, plan.targets);
  if (plan.targets.size() > kMaxTargets) plan.targets.resize(kMaxTargets);
  if (!plan.targets.empty()) return plan;
  // "." for plain XMPP ends the matter; "." for direct TLS alone leaves the fallback of RFC 6120 §3.2.2.
  const auto says_no = [](const SrvAnswer& answer) {
    return answer.outcome == Outcome::kRecords && !answer.records.empty();
  };
  if (refused && (says_no(starttls) || starttls.outcome == Outcome::kNotAsked)) {
    plan.error =
        "the DNS says that " + domain + " has no XMPP service (SRV target \".\"); give --upstream HOST:PORT";
    return plan;
  }
  if (starttls.outcome != Outcome::kNotAsked) {
    plan.targets.push_back({domain, kStartTlsPort, false});
  } else {
    plan.targets.push_back({domain, kDirectTlsPort, true});
  }
  return plan;
}

}  // namespace proxy::net
