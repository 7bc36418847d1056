// What a hostile peer may send: the analyzer goes on or stops with the right condition, and what it holds
// stays bounded, whatever comes and for however long.
//
// Memory is what malloc has handed out (mallinfo2), so libxml2's is in it, looked at again and again while
// the input runs. Each bound is a few times what was measured, and far below the size of the input.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <malloc.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "parser/analyzer.h"
#include "parser/xml/error.h"
#include "tests/support/transcript_run.h"

namespace parser {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr size_t kMiB = size_t{1} << 20U;

// Instrumented builds take the tenth part: what they look for shows as well, and they are slow.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr size_t kMillion = 100'000;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
constexpr size_t kMillion = 100'000;
#else
constexpr size_t kMillion = 1'000'000;
#endif
#else
constexpr size_t kMillion = 1'000'000;
#endif

size_t allocated() {
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

// Counts, and keeps next to nothing.
class Counter final : public EventSink {
 public:
  void on_event(const StreamEvent& event) override {
    ++kinds[event.kind];
    if (event.error) {
      if (errors.size() < 10) errors.push_back(*event.error);
    }
    for (const Finding& finding : event.findings) {
      ++findings[std::string(finding.rule)];
      if (finding.message.starts_with("This rule could not be judged")) failed = finding.message;
    }
    last = event.kind;
  }
  std::map<EventKind, size_t> kinds;
  std::vector<xml::Error> errors;
  std::map<std::string, size_t> findings;
  std::string failed;  // a rule that threw
  std::optional<EventKind> last;
};

// An established session that is fed without end.
class Flood {
 public:
  explicit Flood(AnalyzerOptions options = {}, bool websocket = false) : analyzer_(options, sink) {
    ConnectionInfo info;
    info.from_start = false;
    info.assumed = AssumedSession{true, true, "juliet@example.com/balcony", ""};
    if (websocket) info.websocket.emplace();
    analyzer_.opened(now_, 1, info);
    before_ = allocated();
  }

  void client(std::string_view bytes) { say(Direction::kC2S, bytes); }
  void server(std::string_view bytes) { say(Direction::kS2C, bytes); }
  void client_frame(std::string_view message) {
    analyzer_.frame(now_, 1, Direction::kC2S, message);
    look();
  }
  Analyzer& analyzer() { return analyzer_; }
  Time now() const { return now_; }

  // The most that was held, beyond what an idle session holds.
  size_t most() {
    look_now();
    return most_;
  }
  void finish() {
    analyzer_.finish(now_);
    EXPECT_EQ(sink.failed, "");
  }

  Counter sink;

 private:
  void say(Direction direction, std::string_view bytes) {
    now_ += std::chrono::microseconds(10);
    analyzer_.bytes(now_, 1, direction, bytes);
    look();
  }
  void look() {
    if (++calls_ % 512 == 0) look_now();
  }
  void look_now() {
    const size_t now = allocated();
    most_ = std::max(most_, now > before_ ? now - before_ : 0);
  }

  Analyzer analyzer_;
  Time now_{std::chrono::seconds(1'000'000'000)};
  size_t before_ = 0;
  size_t most_ = 0;
  size_t calls_ = 0;
};

std::string repeat(std::string_view text, size_t times) {
  std::string all;
  all.reserve(text.size() * times);
  for (size_t i = 0; i < times; ++i) all += text;
  return all;
}

// The condition of the one fatal error that the flood ended with.
std::string condition_of(const Counter& sink) {
  std::string found;
  for (const xml::Error& error : sink.errors) {
    if (error.fatal)
      found += std::string(found.empty() ? "" : ", ") + std::string(xml::condition(error.code));
  }
  return found;
}

// --- XML --------------------------------------------------------------------------------------------------

TEST(Hostile, EntityBombStopsAtItsDoctype) {
  Flood flood;
  std::string bomb = "<!DOCTYPE lolz [<!ENTITY a0 'lol'>";
  for (int i = 1; i <= 9; ++i) {
    const std::string before = "&a" + std::to_string(i - 1) + ";";
    bomb += "<!ENTITY a" + std::to_string(i) + " '" + repeat(before, 10) + "'>";
  }
  bomb += "]><message><body>&a9;</body></message>";
  flood.client(bomb);
  for (int i = 0; i < 5'000; ++i) flood.client("<message><body>&a9;&a9;&a9;</body></message>");
  EXPECT_EQ(condition_of(flood.sink), "restricted-xml");
  EXPECT_LT(flood.most(), kMiB);
  EXPECT_EQ(flood.sink.kinds[EventKind::kMessage], 0U);
  flood.finish();
}

TEST(Hostile, EntityWithoutADoctypeStopsTheDirectionAndNotTheOther) {
  Flood flood;
  flood.client("<message to='a@example.com'><body>" + repeat("&a9;", 10'000) + "</body></message>");
  EXPECT_EQ(condition_of(flood.sink), "restricted-xml");
  flood.server("<message from='a@example.com'><body>Hi</body></message>");
  EXPECT_EQ(flood.sink.last, EventKind::kMessage);
  EXPECT_LT(flood.most(), 4 * kMiB);
  flood.finish();
}

TEST(Hostile, AMillionOpenElementsStopAtTheLimitOfDepth) {
  Flood flood;
  const std::string open = repeat("<a>", 1'000);
  for (int i = 0; i < 1'000; ++i) flood.client(open);
  EXPECT_EQ(condition_of(flood.sink), "policy-violation");
  ASSERT_FALSE(flood.sink.errors.empty());
  EXPECT_EQ(flood.sink.errors[0].code, xml::ErrorCode::kTooDeep);
  EXPECT_LT(flood.most(), kMiB);
  flood.finish();
}

TEST(Hostile, AnAttributeWithoutEndStopsAtTheLimitOfAnElement) {
  Flood flood;
  flood.client("<message to='");
  const std::string more(10'000, 'x');
  for (int i = 0; i < 2'000; ++i) flood.client(more);
  EXPECT_EQ(condition_of(flood.sink), "policy-violation");
  ASSERT_FALSE(flood.sink.errors.empty());
  EXPECT_EQ(flood.sink.errors[0].code, xml::ErrorCode::kElementTooLarge);
  EXPECT_LT(flood.most(), 2 * kMiB);
  flood.finish();
}

TEST(Hostile, HugeAttributesThatAreAllowedAreNotKept) {
  Flood flood;
  const std::string huge = "<message to='a@example.com' x='" + std::string(200'000, 'x') + "'/>";
  for (int i = 0; i < 200; ++i) flood.client(huge);
  EXPECT_EQ(flood.sink.kinds[EventKind::kMessage], 200U);
  EXPECT_LT(flood.most(), 4 * kMiB);
  flood.finish();
}

TEST(Hostile, ManyAttributesStopAtTheirLimit) {
  Flood flood;
  std::string tag = "<message";
  for (int i = 0; i < 10'000; ++i) tag += " a" + std::to_string(i) + "='1'";
  flood.client(tag + "/>");
  EXPECT_EQ(condition_of(flood.sink), "policy-violation");
  ASSERT_FALSE(flood.sink.errors.empty());
  EXPECT_EQ(flood.sink.errors[0].code, xml::ErrorCode::kTooManyAttributes);
  EXPECT_LT(flood.most(), 2 * kMiB);
  flood.finish();
}

TEST(Hostile, BadUtf8IsFoundInEveryPositionOfAStanza) {
  constexpr std::string_view kStanza =
      "<message to='a@example.com' xml:lang='en'><body>Hi &amp; \xC3\xA9</body><x "
      "xmlns='urn:example:x'/></message>";
  for (const std::string_view bad : {"\xFF", "\xC0\xAF", "\xED\xA0\x80", "\xF5\x80\x80\x80", "\x80"}) {
    for (size_t at = 0; at <= kStanza.size(); ++at) {
      if (at > 0 && at < kStanza.size() && (static_cast<unsigned char>(kStanza[at]) & 0xC0U) == 0x80)
        continue;
      Flood flood;
      flood.client(std::string(kStanza.substr(0, at)) + std::string(bad) + std::string(kStanza.substr(at)));
      // A stanza that is whole in front of it is given out; behind it the direction is at its end.
      EXPECT_EQ(condition_of(flood.sink), "not-well-formed") << bad.size() << " bytes at " << at;
      EXPECT_EQ(flood.sink.kinds[EventKind::kMessage], at == kStanza.size() ? 1U : 0U) << at;
      ASSERT_THAT(flood.sink.errors, SizeIs(1)) << at;
      EXPECT_EQ(flood.sink.errors[0].code, xml::ErrorCode::kInvalidUtf8) << at;
      EXPECT_EQ(flood.sink.errors[0].range.begin, at);
      flood.server("<presence from='a@example.com/x'/>");
      EXPECT_EQ(flood.sink.last, EventKind::kPresence);
      flood.finish();
    }
  }
}

TEST(Hostile, AMillionDistinctNamesAreForgotten) {
  Flood flood;
  for (size_t i = 0; i < kMillion; ++i) {
    const std::string n = std::to_string(i);
    flood.client("<message to='a@example.com'><x" + n + " xmlns='u' a" + n + "='1'/></message>");
  }
  EXPECT_EQ(flood.sink.kinds[EventKind::kMessage], kMillion);
  EXPECT_THAT(flood.sink.errors, IsEmpty());
  EXPECT_LT(flood.most(), 2 * kMiB);
  flood.finish();
}

TEST(Hostile, DistinctNamesAreForgottenByLibxml2Too) {
  Flood flood;
  for (size_t i = 0; i < kMillion / 5; ++i) {
    const std::string n = std::to_string(i);
    // A character reference is not for the parser of plain elements.
    flood.client("<message to='a@example.com'><x" + n + " xmlns='u" + n + "' a" + n + "='&#65;'/></message>");
  }
  EXPECT_EQ(flood.sink.kinds[EventKind::kMessage], kMillion / 5);
  EXPECT_LT(flood.most(), 4 * kMiB);
  flood.finish();
}

TEST(Hostile, ElementsThatNeverEndInManyConnectionsEndWithThem) {
  Counter sink;
  Analyzer analyzer(AnalyzerOptions(), sink);
  const size_t before = allocated();
  for (ConnectionId id = 1; id <= 20'000; ++id) {
    analyzer.bytes(Time{}, id, Direction::kC2S, "<message><body>" + std::string(1'000, 'x'));
    analyzer.closed(Time{}, id, Closed{Closed::How::kReset, ""});
  }
  EXPECT_EQ(analyzer.open_connections(), 0U);
  const size_t after = allocated();
  EXPECT_LT(after > before ? after - before : 0, kMiB);
}

// --- state ------------------------------------------------------------------------------------------------

TEST(Hostile, AMillionOpenRequestsInBothDirectionsAreForgotten) {
  Flood flood;
  for (size_t i = 0; i < kMillion / 2; ++i) {
    const std::string n = std::to_string(i);
    flood.client("<iq type='get' id='c" + n + "' to='example.com'><ping xmlns='urn:xmpp:ping'/></iq>");
    flood.server("<iq type='get' id='s" + n + "' from='example.com'><ping xmlns='urn:xmpp:ping'/></iq>");
  }
  EXPECT_EQ(flood.sink.kinds[EventKind::kIq], kMillion);
  EXPECT_LT(flood.most(), 8 * kMiB);
  // The latest is still there, and the first one is not missed.
  flood.server("<iq type='result' id='c" + std::to_string(kMillion / 2 - 1) + "' from='example.com'/>");
  flood.server("<iq type='result' id='c0' from='example.com'/>");
  EXPECT_EQ(flood.sink.findings["iq-unsolicited-response"], 0U);
  flood.finish();
}

TEST(Hostile, RequestsWithIdsOfAnyLengthAreBoundedByTheirBytes) {
  Flood flood;
  for (int i = 0; i < 2'000; ++i) {
    flood.client("<iq type='get' id='" + std::string(50'000, 'x') + std::to_string(i) +
                 "' to='example.com'><ping xmlns='urn:xmpp:ping'/></iq>");
  }
  EXPECT_EQ(flood.sink.kinds[EventKind::kIq], 2'000U);
  EXPECT_LT(flood.most(), 8 * kMiB);
  flood.finish();
}

TEST(Hostile, AMillionFindingsEndWithTheLastOneThatIsShown) {
  Flood flood;
  for (size_t i = 0; i < kMillion; ++i) flood.client("<presence type='wrong'/>");
  EXPECT_EQ(flood.sink.kinds[EventKind::kPresence], kMillion);
  EXPECT_EQ(flood.sink.findings["presence-invalid-type"], 100U);
  EXPECT_LT(flood.most(), kMiB);
  flood.finish();
}

TEST(Hostile, AMillionViolationsThatAreNotFatalGoOn) {
  Flood flood;
  for (size_t i = 0; i < kMillion / 4; ++i) flood.client("<!-- x --><?x y?>text<a:b/>");
  EXPECT_EQ(flood.sink.kinds[EventKind::kViolation], kMillion);
  EXPECT_EQ(flood.sink.findings["xml-comment"], 100U);
  EXPECT_LT(flood.most(), 2 * kMiB);
  flood.finish();
}

TEST(Hostile, HeadersAndFeaturesWithoutEndAreNotGathered) {
  Flood flood;
  for (int i = 0; i < 20'000; ++i) {
    const std::string n = std::to_string(i);
    flood.client("<stream:stream to='d" + n +
                 ".example' version='1.0' xmlns='jabber:client' "
                 "xmlns:stream='http://etherx.jabber.org/streams'>");
    flood.server("<stream:stream from='d" + n + ".example' id='i" + n +
                 "' version='1.0' xml:lang='en' "
                 "xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'><stream:features><f" +
                 n + " xmlns='urn:example:" + n + "'/></stream:features>");
  }
  EXPECT_EQ(flood.sink.kinds[EventKind::kHeader], 40'000U);
  EXPECT_LT(flood.most(), 2 * kMiB);
  flood.finish();
}

TEST(Hostile, AcknowledgedNumbersWrapAtTwoToThe32) {
  // An earlier session is taken up just below the end of the numbers (XEP-0198 §4, §5).
  const std::string resumed =
      "[authenticated]\nS: <stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/><sm "
      "xmlns='urn:xmpp:sm:3'/></stream:features>\n"
      "C: <resume xmlns='urn:xmpp:sm:3' previd='x' h='4294967295'/>\n"
      "S: <resumed xmlns='urn:xmpp:sm:3' previd='x' h='4294967290'/>\n"
      "C: ${repeat:<message to='a@example.com'><body>Hi</body></message>:10}\n"
      "S: ${repeat:<message from='a@example.com' "
      "to='juliet@example.com/balcony'><body>Hi</body></message>:3}\n";
  const auto run =
      test_support::run_transcript(resumed +
                                   "S: <a xmlns='urn:xmpp:sm:3' h='4'/>\nC: <a xmlns='urn:xmpp:sm:3' "
                                   "h='2'/>");
  EXPECT_THAT(run.fired(Severity::kWarning), IsEmpty()) << run.describe();
  const auto wrong = test_support::run_transcript(resumed + "S: <a xmlns='urn:xmpp:sm:3' h='5'/>\n");
  EXPECT_THAT(wrong.fired(Severity::kWarning), ElementsAre("sm-ack-h-too-high error")) << wrong.describe();
}

TEST(Hostile, AcknowledgementsOfAnyNumberDoNoHarm) {
  Flood flood;
  flood.client("<enable xmlns='urn:xmpp:sm:3'/>");
  flood.server("<enabled xmlns='urn:xmpp:sm:3'/>");
  flood.client("<a xmlns='urn:xmpp:sm:3' h='4294967296'/>");
  flood.client("<a xmlns='urn:xmpp:sm:3' h='99999999999999999999999999'/>");
  flood.client("<a xmlns='urn:xmpp:sm:3' h='-1'/>");
  flood.client("<a xmlns='urn:xmpp:sm:3' h='4294967295'/>");
  EXPECT_EQ(flood.sink.kinds[EventKind::kSm], 6U);
  size_t told = 0;
  for (const auto& [rule, count] : flood.sink.findings) told += rule.starts_with("sm-") ? count : 0;
  EXPECT_GE(told, 3U) << "numbers that cannot be";
  for (size_t i = 0; i < kMillion / 4; ++i)
    flood.server("<message from='a@example.com'><body>Hi</body></message>");
  flood.client("<a xmlns='urn:xmpp:sm:3' h='" + std::to_string(kMillion / 4) + "'/>");
  EXPECT_LT(flood.most(), kMiB);
  flood.finish();
}

// --- facts ------------------------------------------------------------------------------------------------

TEST(Hostile, EditsThatConcernNothingAreReportedAndNotKept) {
  Flood flood;
  for (uint64_t i = 0; i < kMillion / 20; ++i) {
    flood.analyzer().edited(flood.now(), 1,
                            Edit{Direction::kC2S, {1'000'000 + i, 1'000'001 + i}, "x", "test", ""});
  }
  EXPECT_LT(flood.most(), 2 * kMiB);
  flood.finish();
  EXPECT_EQ(flood.sink.kinds[EventKind::kEdit], kMillion / 20);
}

// --- WebSocket --------------------------------------------------------------------------------------------

TEST(Hostile, MessagesThatAreRefusedLeaveNothingBehind) {
  Flood flood(AnalyzerOptions(), true);
  const std::string open = "<message xmlns='jabber:client'>" + repeat("<a>", 100) + std::string(10'000, 'x');
  for (int i = 0; i < 5'000; ++i) flood.client_frame(open);
  flood.client_frame("<presence xmlns='jabber:client'/>");
  EXPECT_EQ(flood.sink.last, EventKind::kPresence);
  EXPECT_EQ(flood.sink.findings["xml-not-well-formed"], 100U);
  EXPECT_LT(flood.most(), kMiB);
  flood.client_frame("<message xmlns='jabber:client'>" + repeat("<a>", 1'000'000));
  EXPECT_EQ(flood.sink.kinds[EventKind::kMessage], 0U);
  EXPECT_LT(flood.most(), 8 * kMiB);
  flood.finish();
}

}  // namespace
}  // namespace parser
