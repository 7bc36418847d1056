// What elements teach.
#include "parser/explanation.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "tests/support/transcript_run.h"

namespace parser {
namespace {

// The namespaces told of the last element, "?" behind those that are not known.
std::string told(std::string_view transcript) {
  const auto run = test_support::run_transcript(transcript, rules::Profile::kRfc6120, 0);
  std::string out;
  for (const StreamEvent& event : run.events) {
    if (!event.element) continue;
    out.clear();
    for (const ExplainedNamespace& one : explain(event).namespaces) {
      out += (out.empty() ? "" : " ") + std::string(one.name) + (one.known == nullptr ? "?" : "");
    }
  }
  return out;
}

TEST(Explanation, NamesTheNamespacesOfAStanzasChildrenOnce) {
  EXPECT_EQ(told("C: <message to='a@b'><body>x</body><active xmlns='http://jabber.org/protocol/chatstates'/>"
                 "<a xmlns='urn:a:b'/><b xmlns='urn:a:b'/></message>"),
            "http://jabber.org/protocol/chatstates urn:a:b?");
  EXPECT_EQ(told("C: <r xmlns='urn:xmpp:sm:3'/>"), "urn:xmpp:sm:3");
}

TEST(Explanation, SaysWhereAnEstablishedSessionStandsAndHowItCameThere) {
  const auto run = test_support::run_transcript("C: <presence/>", rules::Profile::kRfc6120, 0);
  Explanation last;
  for (const StreamEvent& event : run.events) {
    if (event.element) last = explain(event);
  }
  ASSERT_EQ(last.standing.size(), 2U);
  EXPECT_TRUE(last.standing[0].starts_with("the client is available"));
  EXPECT_TRUE(last.standing[1].starts_with("it has not asked for its roster"));
  EXPECT_EQ(last.breadcrumb,
            "✓ connect › ✓ header › ✓ tls › ✓ auth › – restart › ✓ bind › – session › – roster › ✓ presence");
}

TEST(Explanation, LooksIntoErrors) {
  EXPECT_EQ(told("S: <iq type='error' id='1'><error type='cancel'><gone "
                 "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>"
                 "</error></iq>"),
            "urn:ietf:params:xml:ns:xmpp-stanzas");
}

TEST(Explanation, SaysWhatAnErrorMeansAndWhatToDoAboutIt) {
  struct Case {
    std::string_view transcript, condition, meaning, advice;
  };
  for (const Case& one : {
           Case{"S: <message type='error' from='a@b'><error type='wait'><resource-constraint "
                "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>",
                "resource-constraint", "The receiver lacks the means to do this just now.",
                "try again later"},
           Case{"S: <stream:error><system-shutdown "
                "xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>",
                "system-shutdown", "The server is being shut down.", ""},
           Case{"[tls]\nS: <failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><not-authorized/>"
                "<text>No</text></failure>",
                "not-authorized", "The name or the password is wrong; which of them is not told.", ""},
           Case{"S: <stream:error><odd xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>", "odd",
                "", ""},
       }) {
    const auto run = test_support::run_transcript(one.transcript, rules::Profile::kRfc6120, 0);
    std::optional<ExplainedError> error;
    for (const StreamEvent& event : run.events) {
      if (event.element) error = explain(event).error;
    }
    ASSERT_TRUE(error.has_value()) << one.transcript;
    EXPECT_EQ(error->condition, one.condition);
    EXPECT_EQ(error->meaning, one.meaning);
    EXPECT_EQ(error->advice, one.advice);
  }
  const auto run = test_support::run_transcript("S: <message from='a@b'><body>x</body></message>",
                                                rules::Profile::kRfc6120, 0);
  for (const StreamEvent& event : run.events) {
    if (event.element) {
      EXPECT_FALSE(explain(event).error.has_value());
    }
  }
}

TEST(Explanation, IsBounded) {
  std::string transcript = "C: <message to='a@b'>";
  for (int i = 0; i < 100; ++i) transcript += "<x xmlns='urn:x:" + std::to_string(i) + "'/>";
  const auto run = test_support::run_transcript(transcript + "</message>", rules::Profile::kRfc6120, 0);
  size_t most = 0;
  for (const StreamEvent& event : run.events) most = std::max(most, explain(event).namespaces.size());
  EXPECT_EQ(most, kMaxExplainedNamespaces);
}

TEST(Explanation, AFactHasACaptionToo) {
  StreamEvent event;
  event.kind = EventKind::kOpened;
  const Explanation found = explain(event);
  EXPECT_EQ(found.turn, "client");
  EXPECT_EQ(found.client, "a stream header");
  EXPECT_EQ(found.server, "");
  EXPECT_TRUE(found.namespaces.empty());
}

}  // namespace
}  // namespace parser
