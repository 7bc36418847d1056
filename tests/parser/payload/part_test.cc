#include "parser/payload/part.h"

#include <gtest/gtest.h>

#include "tests/parser/stream/session_driver.h"

namespace parser::payload {
namespace {

using testing::parse_element;

TEST(Parts, AreTheChildrenOfKnownNamespaces) {
  const xml::ElementPtr message = parse_element(
      "<message type='chat'><body>Hi</body><request xmlns='urn:xmpp:receipts'/>"
      "<active xmlns='http://jabber.org/protocol/chatstates'/><x xmlns='urn:example:unknown'/>"
      "<x xmlns='google:nosave'/><result xmlns='urn:xmpp:mam:1'/></message>");
  EXPECT_EQ(parts_of(*message), with(Part::kReceipts, Part::kChatStates, Part::kGoogle, Part::kMam));
  EXPECT_EQ(find_part(*message, Part::kReceipts)->local, "request");
  EXPECT_EQ(find_part(*message, Part::kMam)->local, "result");
  EXPECT_EQ(find_part(*message, Part::kCarbons), nullptr);
}

TEST(Parts, OfAnOrdinaryStanzaAreNone) {
  EXPECT_EQ(parts_of(*parse_element("<message><body>Hi</body><thread>t</thread></message>")), 0U);
  EXPECT_EQ(parts_of(*parse_element("<presence/>")), 0U);
  const std::string longest(5000, 'x');
  EXPECT_EQ(parts_of(*parse_element("<iq><query xmlns='" + longest + "'/></iq>")), 0U);
}

TEST(Parts, EveryKindIsReachable) {
  const std::vector<std::string_view> names = {
      "http://jabber.org/protocol/disco#info",
      "http://jabber.org/protocol/disco#items",
      "http://jabber.org/protocol/caps",
      "http://jabber.org/protocol/muc",
      "http://jabber.org/protocol/muc#user",
      "http://jabber.org/protocol/pubsub",
      "http://jabber.org/protocol/pubsub#owner",
      "http://jabber.org/protocol/pubsub#event",
      "urn:xmpp:receipts",
      "urn:xmpp:ping",
      "urn:xmpp:delay",
      "jabber:x:delay",
      "urn:xmpp:forward:0",
      "urn:xmpp:carbons:2",
      "urn:xmpp:mam:2",
      "urn:xmpp:sid:0",
      "urn:xmpp:http:upload:0",
      "urn:xmpp:omemo:2",
      "urn:xmpp:eme:0",
      "jabber:iq:register",
      "http://jabber.org/protocol/chatstates",
      "urn:xmpp:chat-markers:0",
      "urn:xmpp:blocking",
      "google:relay",
  };
  PartSet all = 0;
  for (const std::string_view name : names) {
    const PartSet one = parts_of(*parse_element("<iq><a xmlns='" + std::string(name) + "'/></iq>"));
    EXPECT_NE(one, 0U) << name;
    EXPECT_EQ(all & one, 0U) << name << " is told apart from the others";
    all |= one;
  }
  EXPECT_EQ(all, (PartSet{1} << (static_cast<unsigned>(Part::kGoogle) + 1)) - 1);
}

}  // namespace
}  // namespace parser::payload
