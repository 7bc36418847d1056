// What is told without the element is what the whole event says.
#include <gtest/gtest.h>

#include "parser/analyzer.h"
#include "parser/filter/filter.h"
#include "tests/support/sample_session.h"

namespace parser::filter {
namespace {

constexpr const char* kExpressions[] = {
    "xmpp.iq",
    "xmpp.message",
    "xmpp.presence",
    "xmpp.stream",
    "xmpp.features",
    "!xmpp.iq",
    "xmpp",
    "xmpp.from contains \"juliet\"",
    "xmpp.to == \"example.com\"",
    "xmpp.from != \"example.com\"",
    "!xmpp.from",
    "xmpp.id == \"roster_1\"",
    "xmpp.type == \"get\"",
    "xmpp.type in {\"get\", \"set\"}",
    "count(xmpp.from) == 0",
    "len(xmpp.id) > 5",
    "upper(xmpp.type) == \"GET\"",
    "xmpp.message.body",
    "xmpp.message.body contains \"art thou\"",
    "xmpp.message.body contains \"&\"",
    "xmpp.message.body == \"x\"",
    "xmpp.query",
    "xmpp.query.item.jid",
    "xmpp.query.item.jid contains \"romeo\"",
    "count(xmpp.query.item) > 1",
    "xmpp.error",
    "xmpp.error.condition",
    "xmpp.error.condition == \"item-not-found\"",
    "xmpp.message.chatstate",
    "xmpp.message.chatstate == \"composing\"",
    "xmpp.xmlns == \"jabber:iq:roster\"",
    "xmpp.xmlns contains \"jingle\"",
    "xmpp.unknown",
    "xmpp.cdata",
    "xmpp.attribute contains \"a\"",
    "xmpp.sm.h > 0",
    "xmpp.sasl.mechanism",
    "xmpp.finding",
    "xmpp.rtt > 1ms",
    "xmpp.bytes > 200",
    "xmpp.kind == \"sm\"",
    "xmpp.iq && xmpp.query",
    "xmpp.iq || xmpp.message.body",
    "!(xmpp.iq && xmpp.query)",
    "\"juliet\"",
    "!\"juliet\"",
    "xmpp.to == xmpp.from",
    "xmpp.presence.show == \"away\"",
    "xmpp.iq.bind.jid contains \"balcony\"",
    "xmpp.packet_unknown",
    "xmpp.success",
    "xmpp.auth",
    "xmpp.challenge",
};

struct Compare : EventSink {
  void on_event(const StreamEvent& event) override {
    StreamEvent outline = event;
    outline.element.reset();
    outline.payload = nullptr;
    for (const char* expression : kExpressions) {
      const auto parsed = Filter::parse(expression);
      ASSERT_TRUE(std::holds_alternative<Filter>(parsed)) << expression;
      const Filter& filter = std::get<Filter>(parsed);
      const auto early = filter.matches_early(outline);
      EXPECT_EQ(early.value_or(filter.matches(event)), filter.matches(event))
          << expression << " on " << event.bytes;
      decided += early.has_value() ? 1 : 0;
      ++asked;
    }
  }
  size_t decided = 0;
  size_t asked = 0;
};

TEST(Early, SaysWhatTheWholeEventSaysOrNothing) {
  Compare compare;
  Analyzer analyzer(AnalyzerOptions{}, compare);
  test_support::play_sample_sessions(analyzer);
  ASSERT_GT(compare.asked, 3'000U);
  EXPECT_GT(compare.decided * 10, compare.asked * 8) << "most questions need no element";
}

TEST(Early, ReferencesAndSectionsAreNotTakenForAbsence) {
  Compare compare;
  Analyzer analyzer(AnalyzerOptions{}, compare);
  ConnectionInfo info;
  info.from_start = false;
  analyzer.opened(test_support::kSampleStart, 1, info);
  for (const char* bytes :
       {"<message from='jul&#105;et@a' to=''><body>ar&#116; thou</body></message>",
        "<message><body>art<![CDATA[ thou]]></body></message>",
        "<message from='a\tb' id=''><body>art\nthou</body></message>",
        "<iq type='get' from=''><query xmlns='jabber:iq:roster'/></iq>", "<iq xmlns='other'/>"}) {
    analyzer.bytes(test_support::kSampleStart, 1, Direction::kC2S, bytes);
  }
  EXPECT_GT(compare.asked, 200U);
}

}  // namespace
}  // namespace parser::filter
