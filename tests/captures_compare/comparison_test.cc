// What differs each time is no difference; everything else is, and the first of it is found.
#include "captures/compare/comparison.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <random>
#include <set>

#include "captures/compare/alignment.h"
#include "captures/compare/session_list.h"
#include "parser/analyzer.h"
#include "parser/transcript.h"
#include "tests/captures/recording.h"

namespace captures {
namespace {

using Kind = ComparedRow::Kind;

std::unique_ptr<ComparedSession> session(const std::string& transcript,
                                         const ComparedSessionOptions& options = {}) {
  auto session = std::make_unique<ComparedSession>(options);
  const auto parsed = parser::parse_transcript("[bound juliet@example.com/balcony]\n" + transcript);
  const auto* script = std::get_if<parser::Transcript>(&parsed);
  EXPECT_NE(script, nullptr);
  parser::Analyzer analyzer({}, *session);
  if (script != nullptr) parser::play(*script, analyzer, 1, testing::at(0));
  analyzer.finish(testing::at(100'000));
  return session;
}

// "changed C: roster request" a line, differences only.
std::string differences(const ComparedSession& a, const ComparedSession& b,
                        const CompareOptions& options = {}) {
  std::string text;
  const Comparison result = compare(a, b, options);
  for (const ComparedRow& row : result.rows) {
    if (row.kind == Kind::kSame) continue;
    const ComparedElement& element = row.a ? a.elements()[*row.a] : b.elements()[*row.b];
    text += std::string(name(row.kind)) + (element.direction == parser::Direction::kC2S ? " C: " : " S: ") +
            std::string(name(element.kind)) + "\n";
  }
  EXPECT_EQ(result.differences, static_cast<size_t>(std::count(text.begin(), text.end(), '\n')));
  return text;
}
std::string differences(const std::string& a, const std::string& b) {
  return differences(*session(a), *session(b));
}

TEST(Comparison, IdsStampsResourcesAndTheOrderOfSiblingsAreNoDifference) {
  EXPECT_EQ(
      differences("C: <iq type='get' id='1'><query xmlns='jabber:iq:roster' ver='7'/></iq>\n"
                  "S: <iq type='result' id='1' to='juliet@example.com/balcony'><query "
                  "xmlns='jabber:iq:roster' ver='8'><item jid='romeo@example.net'/><item "
                  "jid='nurse@example.com'/></query></iq>\n"
                  "S: <message from='romeo@example.net/orchard' type='chat'><body>hi</body><delay "
                  "xmlns='urn:xmpp:delay' stamp='2026-11-22T10:00:00Z'/></message>\n",
                  "C: <iq id='abc' type='get'><query xmlns='jabber:iq:roster' ver='17'/></iq>\n"
                  "S: <iq type='result' id='abc' to='juliet@example.com/hall'><query "
                  "xmlns='jabber:iq:roster' ver='9'><item jid='nurse@example.com'/><item "
                  "jid='romeo@example.net'/></query></iq>\n"
                  "S: <message from='romeo@example.net/4711' type='chat'><d:delay "
                  "xmlns:d='urn:xmpp:delay' stamp='2025-01-01T00:00:00.25Z'/><body>hi</body></message>\n"),
      "");
}

TEST(Comparison, OtherContentsAreADifferenceAndSoIsWhatOneSideLacks) {
  EXPECT_EQ(differences("C: <message to='romeo@example.net'><body>one</body></message>\n"
                        "C: <message to='romeo@example.net'><body>two</body></message>\n"
                        "C: <presence/>\n",
                        "C: <message to='romeo@example.net'><body>one</body></message>\n"
                        "C: <message to='romeo@example.net'><body>zwei</body></message>\n"
                        "C: <iq type='get' id='1' to='example.com'><ping xmlns='urn:xmpp:ping'/></iq>\n"
                        "S: <iq type='result' id='1' from='example.com'/>\n"),
            "changed C: message\nonly-a C: presence\nonly-b C: iq\nonly-b S: iq\n");
}

TEST(Comparison, AnErrorInPlaceOfAResultIsFoundWithItsLines) {
  const std::string request =
      "C: <iq type='get' id='1' to='example.com'><ping xmlns='urn:xmpp:ping'/></iq>\n";
  const auto a = session(request + "S: <iq type='result' id='1' from='example.com'/>\n");
  const auto b =
      session(request +
              "S: <iq type='error' id='1' from='example.com'><error type='cancel'>"
              "<feature-not-implemented xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>\n");
  const Comparison result = compare(*a, *b);
  ASSERT_TRUE(result.first.has_value());
  std::string lines;
  for (const ComparedLine& line : compared_lines(*a, *b, result.rows[*result.first])) {
    lines += std::string(line.in == ComparedLine::In::kBoth ? "  "
                         : line.in == ComparedLine::In::kA  ? "- "
                                                            : "+ ") +
             line.text + "\n";
  }
  EXPECT_EQ(lines,
            "- <iq xmlns='jabber:client' from='example.com' id='*' type='result'/>\n"
            "+ <iq xmlns='jabber:client' from='example.com' id='*' type='error'>\n"
            "+   <error type='cancel'>\n"
            "+     <feature-not-implemented xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>\n"
            "+   </error>\n"
            "+ </iq>\n");
  EXPECT_EQ(result.differences, 1u);
}

TEST(Comparison, WhatDifferentPeopleSendMayOvertakeEachOther) {
  const std::string one = "S: <presence from='romeo@example.net/a'/>\n";
  const std::string two = "S: <presence from='nurse@example.com/b'/>\n";
  EXPECT_EQ(differences(one + two, two + one), "");
}

TEST(Comparison, WhatOnePersonSendsInAnotherOrderWasMoved) {
  const std::string one = "S: <message from='romeo@example.net/a'><body>1</body></message>\n";
  const std::string two = "S: <message from='romeo@example.net/a'><body>2</body></message>\n";
  EXPECT_EQ(differences(one + two, two + one), "moved S: message\n");
}

TEST(Comparison, ANickIsNoResource) {
  const std::string join =
      "C: <presence to='cave@rooms.example.com/one'><x xmlns='http://jabber.org/protocol/muc'/></presence>\n";
  const std::string said = "S: <message type='groupchat' from='cave@rooms.example.com/";
  EXPECT_EQ(differences(join + said + "romeo'><body>hi</body></message>\n",
                        join + said + "nurse'><body>hi</body></message>\n"),
            "changed S: message\n");
}

TEST(Comparison, OfAnotherAccountIsTheSameWhenAsked) {
  const auto login = [](const std::string& account) {
    return "C: <iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>\n"
           "S: <iq type='result' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>" +
           account + "/x</jid></bind></iq>\nS: <message from='" + account +
           "'><body>to yourself</body></message>\n";
  };
  const auto a = session(login("juliet@example.com"));
  const auto b = session(login("rosaline@example.com"));
  EXPECT_EQ(differences(*a, *b), "changed S: iq\nchanged S: message\n");
  EXPECT_EQ(differences(*a, *b, {.any_account = true}), "");
}

TEST(Comparison, TheOrderOfSiblingsCountsWhenAsked) {
  const std::string one = "C: <message to='a@b'><body>x</body><subject>y</subject></message>\n";
  const std::string two = "C: <message to='a@b'><subject>y</subject><body>x</body></message>\n";
  EXPECT_EQ(differences(one, two), "");
  ComparedSessionOptions options;
  options.text.keep_order = true;
  EXPECT_EQ(differences(*session(one, options), *session(two, options)), "changed C: message\n");
}

TEST(Comparison, StopsWhereItIsToldAndSaysSo) {
  ComparedSessionOptions options;
  options.most_bytes = 1000;
  std::string text;
  for (int i = 0; i < 50; ++i)
    text += "C: <message to='a@b'><body>" + std::to_string(i) + "</body></message>\n";
  const auto a = session(text, options);
  EXPECT_TRUE(a->truncated());
  EXPECT_LT(a->elements().size(), 10u);
  EXPECT_EQ(differences(*a, *a), "");
}

TEST(Comparison, OfNothingWithSomethingIsEverythingOnOneSide) {
  const ComparedSession none;
  const auto some = session("C: <presence/>\nS: <presence from='juliet@example.com/balcony'/>\n");
  const Comparison result = compare(none, *some);
  EXPECT_EQ(result.differences, some->elements().size());
  EXPECT_EQ(result.first, 0u);
  for (const ComparedRow& row : result.rows) EXPECT_EQ(row.kind, Kind::kOnlyB);
}

// Rows are a complete account of both sides, each element once and A's in order.
TEST(Comparison, RowsHoldEachElementOfBothSidesOnce) {
  std::mt19937 random(7);
  for (int round = 0; round < 50; ++round) {
    const auto some = [&random] {
      std::string text;
      for (auto i = random() % 30; i > 0; --i) {
        text += std::string(random() % 2 != 0 ? "C: " : "S: ") + "<message to='p" +
                std::to_string(random() % 3) + "@b'><body>" + std::to_string(random() % 6) +
                "</body></message>\n";
      }
      return text;
    };
    const auto a = session(some());
    const auto b = session(some());
    const Comparison result = compare(*a, *b);
    std::set<size_t> of_a;
    std::set<size_t> of_b;
    for (const ComparedRow& row : result.rows) {
      if (row.a) {
        EXPECT_TRUE(of_a.empty() || *of_a.rbegin() < *row.a);
        of_a.insert(*row.a);
      }
      if (row.b) {
        EXPECT_TRUE(of_b.insert(*row.b).second);
      }
      const bool equal = row.a && row.b && a->elements()[*row.a].text == b->elements()[*row.b].text;
      EXPECT_EQ(row.kind == Kind::kSame || row.kind == Kind::kMoved, equal);
    }
    EXPECT_EQ(of_a.size(), a->elements().size());
    EXPECT_EQ(of_b.size(), b->elements().size());
    EXPECT_EQ(result.same + result.differences, result.rows.size());
  }
}

TEST(Alignment, PairsAreEqualAndRiseAndAreNotFew) {
  std::mt19937 random(1);
  for (int round = 0; round < 300; ++round) {
    std::vector<uint64_t> a(random() % 40);
    std::vector<uint64_t> b(random() % 40);
    const auto letters = 2 + random() % 6;
    for (uint64_t& x : a) x = random() % letters;
    for (uint64_t& x : b) x = random() % letters;
    std::vector<std::vector<size_t>> longest(a.size() + 1, std::vector<size_t>(b.size() + 1, 0));
    for (size_t i = a.size(); i-- > 0;) {
      for (size_t j = b.size(); j-- > 0;) {
        longest[i][j] =
            a[i] == b[j] ? longest[i + 1][j + 1] + 1 : std::max(longest[i + 1][j], longest[i][j + 1]);
      }
    }
    const auto pairs = align(a, b);
    for (size_t i = 0; i < pairs.size(); ++i) {
      EXPECT_EQ(a[pairs[i].first], b[pairs[i].second]);
      if (i > 0) {
        EXPECT_LT(pairs[i - 1].first, pairs[i].first);
        EXPECT_LT(pairs[i - 1].second, pairs[i].second);
      }
    }
    // Entries that are unique are preferred to a longer run.
    EXPECT_EQ(pairs.empty(), longest[0][0] == 0);
    EXPECT_GE(pairs.size() * 3, longest[0][0]);
  }
}

TEST(Alignment, OfLongSequencesWithoutAnchorsEnds) {
  std::vector<uint64_t> a(200'000);
  std::vector<uint64_t> b(200'000);
  for (size_t i = 0; i < a.size(); ++i) {
    a[i] = i * 7919 % 13;
    b[i] = i * 104'729 % 11;
  }
  const auto pairs = align(a, b);
  EXPECT_GT(pairs.size(), 1000u);
}

TEST(SessionList, ListsSessionsThatSaidSomething) {
  SessionList list(
      [](const parser::StreamEvent& event) { return event.kind == parser::EventKind::kMessage; });
  parser::Analyzer analyzer({}, list);
  analyzer.opened(testing::at(0), 1, testing::some_connection());
  analyzer.opened(testing::at(0), 2, testing::some_connection());
  analyzer.bytes(testing::at(1), 2, parser::Direction::kC2S,
                 "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' "
                 "to='example.com' version='1.0'><message/>");
  analyzer.finish(testing::at(2));
  const auto sessions = list.sessions();
  ASSERT_EQ(sessions.size(), 1u);
  EXPECT_EQ(sessions[0].session, 2u);
  EXPECT_TRUE(sessions[0].chosen);
  EXPECT_EQ(sessions[0].elements, 2u);
}

}  // namespace
}  // namespace captures
