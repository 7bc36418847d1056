// The engine itself, with rules made for the purpose.
#include "parser/rules/engine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <vector>

namespace parser::rules {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr Rule make(std::string_view id, KindSet kinds, Check check,
                    Severities severities = {Severity::kError, Severity::kError}) {
  return {.id = id,
          .tier = 1,
          .layer = Layer::kStanza,
          .severities = severities,
          .who = Who::kEither,
          .citation = "RFC 6120 §8",
          .explanation = "",
          .violating = "",
          .conforming = "",
          .kinds = kinds,
          .check = check};
}

void always(const Context& context, Report& report) {
  report.add("Wrong.", context.event.range);
}
void fails(const Context& context, Report& report) {
  report.add("This is taken back.", context.event.range);
  throw std::runtime_error("out of luck");
}

constexpr Rule kOnMessage = make("on-message", on(EventKind::kMessage), always);
constexpr Rule kOnIq = make("on-iq", on(EventKind::kIq), always);
constexpr Rule kOld = make("old", on(EventKind::kMessage), always, {Severity::kNote, std::nullopt});
constexpr Rule kSplit =
    make("split", on(EventKind::kMessage), always, {Severity::kWarning, Severity::kError});
constexpr Rule kFails = make("fails", on(EventKind::kMessage), fails);

// Judges events one after another as one connection.
class Bench {
 public:
  explicit Bench(std::vector<const Rule*> rules, Profile profile = Profile::kRfc6120, size_t cap = 100)
      : rules_(std::move(rules)), engine_(profile, EngineLimits{cap}, rules_) {}

  std::vector<Finding> judge(EventKind kind) {
    StreamEvent event;
    event.kind = kind;
    return judge(event);
  }
  std::vector<Finding> judge(StreamEvent& event) {
    event.direction = Direction::kS2C;
    event.range = {10, 20};
    const Before before;
    const Context context{
        event, before, session_, engine_.profile(), std::chrono::seconds(60), std::chrono::seconds(5)};
    std::vector<Finding> found;
    engine_.check(context, counters, found);
    return found;
  }

  RuleCounters counters;

 private:
  std::vector<const Rule*> rules_;
  Engine engine_;
  SessionState session_;
};

std::vector<std::string> ids(const std::vector<Finding>& findings) {
  std::vector<std::string> all;
  for (const Finding& finding : findings) all.emplace_back(finding.rule);
  return all;
}

TEST(Engine, CallsOnlyRulesThatAskedForTheKindOfEvent) {
  Bench bench({&kOnMessage, &kOnIq});
  EXPECT_THAT(ids(bench.judge(EventKind::kMessage)), ElementsAre("on-message"));
  EXPECT_THAT(ids(bench.judge(EventKind::kIq)), ElementsAre("on-iq"));
  EXPECT_THAT(bench.judge(EventKind::kPresence), IsEmpty());
}

TEST(Engine, FillsInWhatTheRowAndTheEventKnow) {
  Bench bench({&kOnMessage});
  const std::vector<Finding> found = bench.judge(EventKind::kMessage);
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].rule, "on-message");
  EXPECT_EQ(found[0].severity, Severity::kError);
  EXPECT_EQ(found[0].offender, Direction::kS2C);
  EXPECT_EQ(found[0].citation, "RFC 6120 §8");
  EXPECT_EQ(found[0].message, "Wrong.");
  EXPECT_EQ(found[0].range, (ByteRange{10, 20}));
  EXPECT_EQ(found[0].frame, 0U);
}

TEST(Engine, SeverityIsThatOfTheProfile) {
  Bench old({&kSplit, &kOld}, Profile::kRfc3920);
  const std::vector<Finding> found = old.judge(EventKind::kMessage);
  ASSERT_THAT(ids(found), ElementsAre("split", "old"));
  EXPECT_EQ(found[0].severity, Severity::kWarning);
  EXPECT_EQ(found[1].severity, Severity::kNote);
}

TEST(Engine, RuleThatTheProfileDoesNotHaveIsNotCalled) {
  Bench current({&kSplit, &kOld}, Profile::kRfc6120);
  EXPECT_THAT(ids(current.judge(EventKind::kMessage)), ElementsAre("split"));
}

TEST(Engine, FindingCanBeSoftenedButNotHardened) {
  constexpr Rule soft = make("soft", on(EventKind::kMessage), [](const Context& context, Report& report) {
    At at;
    at.at_most = Severity::kNote;
    report.add("Soft.", context.event.range, at);
  });
  constexpr Rule hard = make("hard", on(EventKind::kMessage),
                             [](const Context& context, Report& report) {
                               At at;
                               at.at_most = Severity::kError;
                               report.add("Hard.", context.event.range, at);
                             },
                             {Severity::kWarning, Severity::kWarning});
  Bench bench({&soft, &hard});
  const std::vector<Finding> found = bench.judge(EventKind::kMessage);
  ASSERT_THAT(found, SizeIs(2));
  EXPECT_EQ(found[0].severity, Severity::kNote);
  EXPECT_EQ(found[1].severity, Severity::kWarning);
}

TEST(Engine, CapsFindingsPerRuleAndConnectionAndSaysSo) {
  Bench bench({&kOnMessage, &kOnIq}, Profile::kRfc6120, 3);
  EXPECT_EQ(bench.judge(EventKind::kMessage)[0].message, "Wrong.");
  EXPECT_EQ(bench.judge(EventKind::kMessage)[0].message, "Wrong.");
  EXPECT_THAT(bench.judge(EventKind::kMessage)[0].message, HasSubstr("last finding of this rule"));
  EXPECT_THAT(bench.judge(EventKind::kMessage), IsEmpty());
  EXPECT_THAT(bench.judge(EventKind::kIq), SizeIs(1)) << "other rules go on";

  bench.counters = RuleCounters();
  EXPECT_THAT(bench.judge(EventKind::kMessage), SizeIs(1)) << "each connection counts for itself";
}

TEST(Engine, CapHoldsWithinOneEvent) {
  constexpr Rule many = make("many", on(EventKind::kMessage), [](const Context& context, Report& report) {
    for (int i = 0; i < 10; ++i) report.add("Again.", context.event.range);
  });
  Bench bench({&many}, Profile::kRfc6120, 4);
  EXPECT_THAT(bench.judge(EventKind::kMessage), SizeIs(4));
  EXPECT_THAT(bench.judge(EventKind::kMessage), IsEmpty());
}

TEST(Engine, CheckThatThrowsIsReportedOnceAndDoesNotDisturbOthers) {
  Bench bench({&kFails, &kOnMessage});
  const std::vector<Finding> found = bench.judge(EventKind::kMessage);
  ASSERT_THAT(ids(found), ElementsAre("fails", "on-message"));
  EXPECT_EQ(found[0].severity, Severity::kNote);
  EXPECT_EQ(found[0].message, "This rule could not be judged: out of luck");
  EXPECT_THAT(ids(bench.judge(EventKind::kMessage)), ElementsAre("on-message"));
}

int calls_of_shared = 0;
void shared(const Context& context, Report& report) {
  ++calls_of_shared;
  if (report.of(2)) report.add("Two.", context.event.range);
  if (report.of(1)) report.add("One.", context.event.range);
  EXPECT_FALSE(report.of(3));
}
constexpr Rule with_verdict(Rule rule, uint8_t verdict) {
  rule.verdict = verdict;
  return rule;
}

TEST(Engine, RowsThatShareACheckAreReportedOneByOneByOneCall) {
  constexpr Rule one = with_verdict(make("one", on(EventKind::kMessage), shared), 1);
  constexpr Rule two =
      with_verdict(make("two", on(EventKind::kMessage), shared, {Severity::kError, Severity::kNote}), 2);
  constexpr Rule gone =
      with_verdict(make("gone", on(EventKind::kMessage), shared, {Severity::kError, std::nullopt}), 3);
  Bench bench({&one, &kOnMessage, &two, &gone}, Profile::kRfc6120, 2);
  calls_of_shared = 0;
  const std::vector<Finding> found = bench.judge(EventKind::kMessage);
  EXPECT_EQ(calls_of_shared, 1);
  ASSERT_THAT(ids(found), ElementsAre("two", "one", "on-message"));
  EXPECT_EQ(found[0].severity, Severity::kNote);
  EXPECT_EQ(found[1].severity, Severity::kError);
  bench.judge(EventKind::kMessage);
  EXPECT_THAT(bench.judge(EventKind::kMessage), IsEmpty()) << "each of them has its own cap";
}

TEST(Engine, SharedCheckThatThrowsIsNotCalledAgain) {
  constexpr Rule one = with_verdict(make("one", on(EventKind::kMessage), fails), 1);
  constexpr Rule two = with_verdict(make("two", on(EventKind::kMessage), fails), 2);
  Bench bench({&one, &two, &kOnMessage});
  EXPECT_THAT(ids(bench.judge(EventKind::kMessage)), ElementsAre("one", "on-message"));
  EXPECT_THAT(ids(bench.judge(EventKind::kMessage)), ElementsAre("on-message"));
}

TEST(Engine, LongMessageIsCutBetweenCharacters) {
  constexpr Rule chatty = make("chatty", on(EventKind::kMessage), [](const Context& context, Report& report) {
    std::string text = "x";
    for (int i = 0; i < 1000; ++i) text += "é";
    report.add(text, context.event.range);
  });
  Bench bench({&chatty});
  const std::string message = bench.judge(EventKind::kMessage)[0].message;
  EXPECT_LE(message.size(), 410U);
  EXPECT_TRUE(message.ends_with("é…")) << message;
}

TEST(Engine, NothingIsAllocatedBeforeTheFirstFinding) {
  Bench bench({&kOnIq});
  bench.judge(EventKind::kMessage);
  EXPECT_EQ(bench.counters.counts.capacity(), 0U);
  EXPECT_LE(sizeof(RuleCounters), 128U);
}

TEST(Engine, RemembersInWhichKindsOfEventsTheProxyEdited) {
  Bench bench({});
  StreamEvent iq;
  iq.kind = EventKind::kIq;
  iq.edits.push_back({Direction::kS2C, {12, 14}, "x", "rename", ""});
  bench.judge(iq);
  EXPECT_EQ(bench.counters.edited[index(Direction::kS2C)], on(EventKind::kIq));
  EXPECT_EQ(bench.counters.edited[index(Direction::kC2S)], 0U);

  StreamEvent insertion;
  insertion.kind = EventKind::kEdit;
  insertion.fact = Edit{Direction::kC2S, {5, 5}, "<presence/>", "insert", ""};
  bench.judge(insertion);
  EXPECT_EQ(bench.counters.edited[index(Direction::kC2S)], on(EventKind::kEdit));
}

}  // namespace
}  // namespace parser::rules
