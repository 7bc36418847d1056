#include "replay/meaning.h"

#include <gtest/gtest.h>

#include "tests/replay/recorded.h"

namespace replay {
namespace {

const Identity kJuliet = Identity::of("juliet@example.com/balcony");
const Identity kNurse = Identity::of("nurse@localhost/window");

bool same(std::string_view a, std::string_view b, Likeness likeness = Likeness::kSame) {
  return meaning(*element(a), kJuliet, likeness) == meaning(*element(b), kNurse, likeness);
}

TEST(Meaning, IdsResourcesStampsAndTheAccountItselfDoNotCount) {
  EXPECT_TRUE(same("<iq id='1' type='get' to='example.com'><ping xmlns='urn:xmpp:ping'/></iq>",
                   "<iq type='get' id='x9' xml:lang='en' to='localhost'><ping xmlns='urn:xmpp:ping'/></iq>"));
  EXPECT_TRUE(same("<iq id='1' type='get'><query xmlns='jabber:iq:roster' ver='3'/></iq>",
                   "<iq id='2' type='get' to='nurse@localhost'><query xmlns='jabber:iq:roster'/></iq>"));
  EXPECT_TRUE(same("<message to='romeo@example.com/orchard'><body>Hi</body></message>",
                   "<message to='romeo@localhost'><body>Hi</body></message>"));
  EXPECT_TRUE(
      same("<presence to='room@rooms.example.com/juliet'/>", "<presence to='room@rooms.localhost/nurse'/>"));
  EXPECT_TRUE(same("<message><delay xmlns='urn:xmpp:delay' stamp='2020'/></message>",
                   "<message><delay xmlns='urn:xmpp:delay' stamp='2026'/></message>"));
}

TEST(Meaning, AttributesInAnyOrderAndPrefixesAreTheSame) {
  EXPECT_TRUE(same("<iq type='get'><a xmlns='urn:a' x='1' y='2'/></iq>",
                   "<iq type='get'><p:a xmlns:p='urn:a' y='2' x='1'/></iq>"));
  std::string many_a = "<iq type='get'><a xmlns='urn:a'";
  std::string many_b = many_a;
  for (int at = 0; at < 40; ++at) {
    many_a += " n" + std::to_string(at) + "='v'";
    many_b += " n" + std::to_string(39 - at) + "='v'";
  }
  EXPECT_TRUE(same(many_a + "/></iq>", many_b + "/></iq>"));
}

TEST(Meaning, WhatIsAskedForCounts) {
  const std::string info = "<iq type='get' id='1'><query xmlns='http://jabber.org/protocol/disco#info'";
  EXPECT_FALSE(same(info + "/></iq>", info + " node='x'/></iq>", Likeness::kKind));
  EXPECT_FALSE(same("<iq type='get'><a xmlns='urn:a'/></iq>", "<iq type='set'><a xmlns='urn:a'/></iq>",
                    Likeness::kKind));
  EXPECT_FALSE(same("<iq type='get'><a xmlns='urn:a'/></iq>", "<iq type='get'><a xmlns='urn:b'/></iq>",
                    Likeness::kKind));
  EXPECT_FALSE(same("<iq type='get' to='example.com'><a xmlns='urn:a'/></iq>",
                    "<iq type='get'><a xmlns='urn:a'/></iq>", Likeness::kKind));
  EXPECT_FALSE(same("<presence/>", "<presence type='unavailable'/>", Likeness::kKind));
}

TEST(Meaning, EachLikenessIsCoarserThanTheOneBefore) {
  const char* hello = "<message to='a@b.c'><body>Hello</body></message>";
  EXPECT_FALSE(same(hello, "<message to='a@b.c'><body>Bye</body></message>"));
  EXPECT_TRUE(same(hello, "<message to='a@b.c'><body>Bye</body></message>", Likeness::kShape));
  EXPECT_FALSE(same(hello, "<message to='a@b.c'><subject/></message>", Likeness::kShape));
  EXPECT_TRUE(same(hello, "<message to='a@b.c'><subject/></message>", Likeness::kKind));
  EXPECT_FALSE(same(hello, "<message to='x@b.c'><body>Hello</body></message>", Likeness::kKind));
}

}  // namespace
}  // namespace replay
