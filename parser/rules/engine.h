// Runs the rulebook over the events of connections.
//
// One Engine serves any number of connections; what has to be remembered of each is its RuleCounters. An
// ordinary stanza costs a handful of comparisons and no allocation.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "parser/rules/profile.h"
#include "parser/rules/report.h"
#include "parser/rules/rule.h"

namespace parser::rules {

struct EngineLimits {
  size_t max_findings_per_rule = 100;  // of one rule on one connection, 1..65535; the last says that it is
};

class Engine {
 public:
  // `rules` must outlive the engine (the rulebook does). Rules that do not exist in the profile are left out.
  explicit Engine(Profile profile, const EngineLimits& limits = {},
                  std::span<const Rule* const> rules = all_rules());

  // Judges one event: appends to `out`. Calls only the checks that asked for this kind of event. A check
  // that throws is reported as a note and not called again on this connection; the others are not affected.
  // What is judged is what each peer sent (event.range, event.bytes), never the proxy's replacement.
  void check(const Context& context, RuleCounters& counters, std::vector<Finding>& out);

  Profile profile() const { return profile_; }

 private:
  static constexpr size_t kKinds = 32;  // bits of a KindSet
  // One call of a check, for all its rows.
  struct Call {
    Check check = nullptr;
    std::vector<ActiveRule> rows;  // never empty
    payload::PartSet parts = 0;    // that any of them wants; 0: one of them wants every event
  };
  using Calls = std::vector<Call>;
  using Lists = std::array<Calls, kKinds>;  // by EventKind
  // By Direction, then by whether the session is established.
  using Plan = std::array<std::array<Lists, 2>, 2>;
  static void enlist(Calls& calls, const ActiveRule& row);
  static std::shared_ptr<const Plan> plan_of(Profile profile, std::span<const Rule* const> rules);

  Profile profile_;
  EngineLimits limits_;
  AddressBook book_;
  std::shared_ptr<const Plan> plan_;  // that of the whole rulebook is made once and shared by all engines
};

}  // namespace parser::rules
