#include "replay/rewriting.h"

#include <gtest/gtest.h>

#include "tests/replay/recorded.h"

namespace replay {
namespace {

const Identity kJuliet = Identity::of("juliet@example.com/balcony");
const Identity kNurse = Identity::of("nurse@localhost/o'window");

std::string rewritten(std::string_view bytes, const Rewriting& rewriting = Rewriting(kJuliet, kNurse)) {
  return Template(bytes, kJuliet).render(rewriting);
}

TEST(Rewriting, NothingChangesForTheSameIdentity) {
  const std::string bytes =
      "<message from=\"juliet@example.com/balcony\"  id='a&amp;b'><!-- not there --></message>";
  const std::string plain =
      "<message from=\"juliet@example.com/balcony\"  to='x@example.com' id='a&amp;b'><body>1 &lt; 2 "
      "&#x1F600;</body><x xmlns='urn:x'><![CDATA[juliet@example.com]]></x></message>";
  EXPECT_EQ(rewritten(bytes, Rewriting(kJuliet, kJuliet)), bytes);
  EXPECT_EQ(rewritten(plain, Rewriting(kJuliet, kJuliet)), plain);
}

TEST(Rewriting, TheAccountAndItsDomainBecomeThoseOfTheRun) {
  EXPECT_EQ(rewritten("<iq to='juliet@example.com/balcony' from='juliet@example.com'/>"),
            "<iq to='nurse@localhost/o&apos;window' from='nurse@localhost'/>");
  EXPECT_EQ(rewritten("<iq to='juliet@example.com/other' from='rooms.example.com'/>"),
            "<iq to='nurse@localhost/other' from='rooms.localhost'/>");
  EXPECT_EQ(rewritten("<q><item jid='romeo@example.com/x'/><jid>juliet@example.com</jid></q>"),
            "<q><item jid='romeo@localhost/x'/><jid>nurse@localhost</jid></q>");
}

TEST(Rewriting, WhatOnlyLooksLikeItStays) {
  for (const char* same :
       {"<iq to='juliet@example.community'/>", "<iq to='notexample.com'/>", "<a xmlns='example.com'/>",
        "<message><body>juliet@example.com</body></message>", "<a href='http://example.com'/>",
        "<t>see example.com</t>", "<iq to='xjuliet@example.org/balcony'/>"}) {
    EXPECT_EQ(rewritten(same), same);
  }
}

TEST(Rewriting, IdsAreLearnedWhereTheElementsAgree) {
  Rewriting rewriting(kJuliet, kNurse);
  rewriting.learn(
      *element(
          "<iq id='r1' type='set'><query xmlns='urn:xmpp:mam:2' queryid='q1'><x id='gone'/></query></iq>"),
      *element(
          "<iq id='L7' type='set'><query xmlns='urn:xmpp:mam:2' queryid='Q'><y id='other'/></query></iq>"));
  EXPECT_EQ(rewritten("<iq id='r1'/>", rewriting), "<iq id='L7'/>");
  EXPECT_EQ(rewritten("<m><result xmlns='urn:xmpp:mam:2' queryid='q1' id='gone'/></m>", rewriting),
            "<m><result xmlns='urn:xmpp:mam:2' queryid='Q' id='gone'/></m>");
  EXPECT_EQ(rewritten("<m><a name='r1'/></m>", rewriting), "<m><a name='r1'/></m>") << "a name is no id";
}

TEST(Rewriting, PositionsInResultSetsAreLearnedFromTheirText) {
  Rewriting rewriting(kJuliet, kNurse);
  rewriting.learn(*element("<iq><set xmlns='urn:s'><last>rec-2</last></set></iq>"),
                  *element("<iq><set xmlns='urn:s'><last>live-2</last></set></iq>"));
  EXPECT_EQ(rewritten("<iq><set xmlns='urn:s'><after>rec-2</after></set></iq>", rewriting),
            "<iq><set xmlns='urn:s'><after>live-2</after></set></iq>");
}

TEST(Rewriting, ANicknameInARoomIsTheOneThatWasChosen) {
  Rewriting rewriting(kJuliet, kNurse);
  rewriting.learn(*element("<presence to='r@rooms.example.com/juliet'/>"),
                  *element("<presence to='r@rooms.localhost/nan'/>"));
  EXPECT_EQ(rewritten("<presence from='r@rooms.example.com/juliet'/>", rewriting),
            "<presence from='r@rooms.localhost/nan'/>");
  EXPECT_EQ(rewritten("<presence from='r@rooms.example.com/romeo'/>", rewriting),
            "<presence from='r@rooms.localhost/romeo'/>");
}

TEST(Rewriting, PointsInTimeMoveWhereAskedFor) {
  const std::string delay =
      "<m><delay xmlns='urn:xmpp:delay' "
      "stamp='2024-02-28T23:59:59.5Z'/><utc>2024-12-31T00:00:00+01:00</utc></m>";
  EXPECT_EQ(rewritten(delay), delay);
  Rewriting rewriting(kJuliet, kNurse);
  rewriting.shift_times(std::chrono::hours(24) + std::chrono::seconds(1));
  EXPECT_EQ(rewritten(delay, rewriting),
            "<m><delay xmlns='urn:xmpp:delay' stamp='2024-03-01T00:00:00Z'/>"
            "<utc>2024-12-31T23:00:01Z</utc></m>");
  EXPECT_EQ(rewritten("<m stamp='soon'/>", rewriting), "<m stamp='soon'/>");
}

TEST(Rewriting, TheNumberOfLearnedValuesIsBounded) {
  Rewriting rewriting;
  for (size_t at = 0; at < Rewriting::kMost + 10; ++at) rewriting.learn(std::to_string(at), "x");
  EXPECT_EQ(rewriting.learned(std::to_string(Rewriting::kMost - 1)), "x");
  EXPECT_EQ(rewriting.learned(std::to_string(Rewriting::kMost + 5)), std::to_string(Rewriting::kMost + 5));
}

TEST(Rewriting, BytesThatAreNoElementStayAsTheyAre) {
  for (const char* bytes : {"", "</stream:stream>", "<a b='", "juliet@example.com"})
    EXPECT_EQ(rewritten(bytes), bytes);
}

}  // namespace
}  // namespace replay
