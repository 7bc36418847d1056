// What a client's stream tells of its account: roster, presence, subscriptions, rooms and conversations, each
// with its cap.
#include "parser/stream/account_state.h"

#include <gtest/gtest.h>

#include <string>

#include "parser/stream/address_key.h"
#include "tests/parser/stream/session_driver.h"

namespace parser {
namespace {

using testing::SessionDriver;

constexpr std::string_view kOwn = "juliet@capulet.example/balcony";

std::string roster_result(std::string_view items) {
  return "<iq id='r' type='result'><query xmlns='jabber:iq:roster'>" + std::string(items) + "</query></iq>";
}

std::string push(std::string_view id, std::string_view item) {
  return "<iq id='" + std::string(id) + "' type='set'><query xmlns='jabber:iq:roster'>" + std::string(item) +
         "</query></iq>";
}

SessionDriver with_roster(std::string_view items) {
  SessionDriver session = SessionDriver::bound();
  session.client("<iq id='r' type='get'><query xmlns='jabber:iq:roster'/></iq>");
  session.server(roster_result(items));
  return session;
}

const AccountState& account(const SessionDriver& session) {
  EXPECT_NE(session.state.account(), nullptr);
  return *session.state.account();
}

// --- keys
// -----------------------------------------------------------------------------------------------------

TEST(AddressKey, SpellingsOfOneAddressHaveOneKey) {
  EXPECT_EQ(bare_key("romeo@example.net"), bare_key("Romeo@Example.NET/orchard"));
  EXPECT_EQ(full_key("Romeo@Example.NET/orchard"), full_key("romeo@example.net/orchard"));
  EXPECT_EQ(bare_key("fußball@example.net"), bare_key("FUSSBALL@example.net")) << "Nodeprep folds";
  EXPECT_NE(full_key("romeo@example.net/orchard"), full_key("romeo@example.net/Orchard"));
  EXPECT_NE(full_key("romeo@example.net/orchard"), full_key("romeo@example.net"));
  EXPECT_NE(bare_key("romeo@example.net"), bare_key("romeo@example.org"));
  EXPECT_NE(bare_key("a@b"), bare_key("a@b\x01"));
}

TEST(AddressKey, OnlyNothingHasTheKeyZero) {
  EXPECT_EQ(bare_key(""), 0U);
  EXPECT_EQ(full_key(""), 0U);
  EXPECT_EQ(text_key(""), 0U);
  EXPECT_NE(bare_key("/"), 0U);
  EXPECT_NE(full_key("@@"), 0U);
  EXPECT_NE(text_key(std::string_view("\0", 1)), 0U);
}

// --- roster
// ---------------------------------------------------------------------------------------------------

TEST(RosterState, HoldsWhatWasReturnedAndPushed) {
  SessionDriver session = with_roster(
      "<item jid='romeo@example.net' subscription='both'/><item jid='a@example.net' ask='subscribe'/>"
      "<item jid='b@example.net' subscription='from'/>");
  const RosterState& roster = account(session).roster();
  EXPECT_TRUE(roster.requested());
  EXPECT_TRUE(roster.received());
  EXPECT_TRUE(roster.complete());
  EXPECT_EQ(roster.size(), 3U);
  ASSERT_TRUE(roster.find("Romeo@example.net/orchard"));
  EXPECT_TRUE(roster.find("romeo@example.net")->sees());
  EXPECT_TRUE(roster.find("a@example.net")->asked);
  EXPECT_EQ(roster.find("b@example.net")->subscription, Subscription::kFrom);
  EXPECT_FALSE(roster.find("c@example.net"));
  EXPECT_EQ(roster.find_key(bare_key("b@example.net"))->subscription, Subscription::kFrom);

  session.server(push("1", "<item jid='c@example.net' subscription='to'/>"));
  session.server(push("2", "<item jid='a@example.net' subscription='to'/>"));
  session.server(push("3", "<item jid='romeo@example.net' subscription='remove'/>"));
  EXPECT_TRUE(roster.find("c@example.net")->sees());
  EXPECT_TRUE(roster.find("a@example.net")->sees());
  EXPECT_FALSE(roster.find("a@example.net")->asked);
  EXPECT_FALSE(roster.find("romeo@example.net"));
}

TEST(RosterState, NothingIsKnownOfTheClientsOwnCopy) {
  SessionDriver session = SessionDriver::bound();
  session.client("<iq id='r' type='get'><query xmlns='jabber:iq:roster' ver='7'/></iq>");
  EXPECT_NE(account(session).roster().versioned_get(), 0U);
  session.server("<iq id='r' type='result'/>");
  EXPECT_TRUE(account(session).roster().received());
  EXPECT_FALSE(account(session).roster().complete());
}

TEST(RosterState, AnswerOfSomebodyElseIsNoRoster) {
  SessionDriver session = SessionDriver::bound();
  session.client("<iq id='r' type='get'><query xmlns='jabber:iq:roster'/></iq>");
  session.server(
      "<iq id='r' type='result' from='evil@example.org'><query xmlns='jabber:iq:roster'><item "
      "jid='evil@example.org' subscription='both'/></query></iq>");
  EXPECT_FALSE(account(session).roster().received());
}

TEST(RosterState, RosterBeyondTheCapIsGivenUp) {
  std::string items;
  for (size_t i = 0; i < RosterState::kMaxItems; ++i)
    items += "<item jid='c" + std::to_string(i) + "@example.net'/>";
  SessionDriver session = with_roster(items);
  EXPECT_TRUE(account(session).roster().complete());
  EXPECT_EQ(account(session).roster().size(), RosterState::kMaxItems);
  session.server(push("1", "<item jid='one@more.example'/>"));
  EXPECT_FALSE(account(session).roster().complete());
  EXPECT_EQ(account(session).roster().size(), 0U);
}

TEST(RosterState, ChangesWaitForTheirPush) {
  SessionDriver session = with_roster("<item jid='romeo@example.net' subscription='both'/>");
  const RosterState& roster = account(session).roster();
  const auto set = [&session](std::string_view id, std::string_view item) { session.client(push(id, item)); };
  set("1", "<item jid='new@example.net'/>");
  set("2", "<item jid='romeo@example.net' name='R'/>");
  set("3", "<item jid='romeo@example.net' subscription='remove'/>");
  set("4", "<item jid='refused@example.net'/>");
  ASSERT_EQ(roster.changes().size(), 4U);
  EXPECT_TRUE(roster.changes()[0].visible);
  EXPECT_FALSE(roster.changes()[1].visible) << "the name may have been that already";
  EXPECT_TRUE(roster.changes()[2].visible);
  session.server("<iq id='1' type='result'/>");
  EXPECT_TRUE(roster.changes()[0].granted);
  session.server("<iq id='4' type='error'/>");
  EXPECT_EQ(roster.changes().size(), 3U);
  session.server(push("p", "<item jid='romeo@example.net' subscription='remove'/>"));
  EXPECT_EQ(roster.changes().size(), 1U);
  for (size_t i = 0; i < 2 * RosterState::kMaxChanges; ++i) {
    set("c" + std::to_string(i), "<item jid='x" + std::to_string(i) + "@example.net'/>");
  }
  EXPECT_EQ(roster.changes().size(), RosterState::kMaxChanges);
}

// --- presence
// -------------------------------------------------------------------------------------------------

TEST(PresenceState, BroadcastsMakeAvailableAndUnavailable) {
  SessionDriver session = SessionDriver::bound();
  session.client("<presence><priority>-5</priority></presence>");
  const PresenceState& presence = account(session).presence();
  EXPECT_TRUE(presence.available());
  EXPECT_TRUE(presence.last_was_initial());
  EXPECT_EQ(presence.priority(), -5);
  EXPECT_TRUE(presence.unreflected());
  session.server("<presence from='" + std::string(kOwn) + "'/>");
  EXPECT_FALSE(presence.unreflected());
  EXPECT_FALSE(presence.last_was_initial());
  session.client("<presence><show>away</show></presence>");
  EXPECT_FALSE(presence.last_was_initial());
  EXPECT_EQ(presence.priority(), 0);
  session.client("<presence type='unavailable'/>");
  EXPECT_FALSE(presence.available());
  EXPECT_TRUE(presence.ever_available());
}

TEST(PresenceState, DirectedPresenceIsRememberedUntilItIsTakenBack) {
  SessionDriver session = SessionDriver::bound();
  session.client("<presence to='x@example.net/y'/>");
  const PresenceState& presence = account(session).presence();
  EXPECT_FALSE(presence.available());
  EXPECT_TRUE(presence.directed_to("X@example.net"));
  EXPECT_EQ(presence.open_directed().size(), 1U);
  session.client("<presence type='unavailable' to='x@example.net/y'/>");
  EXPECT_EQ(presence.open_directed().size(), 0U);
  EXPECT_TRUE(presence.directed_to("x@example.net")) << "an answer may still be under way";
  EXPECT_FALSE(presence.directed_to("z@example.net"));
}

TEST(PresenceState, BeyondTheCapAnybodyMayHaveGotIt) {
  SessionDriver session = SessionDriver::bound();
  for (size_t i = 0; i < PresenceState::kMaxDirected; ++i) {
    session.client("<presence to='x" + std::to_string(i) + "@example.net'/>");
  }
  EXPECT_FALSE(account(session).presence().directed_to("z@example.net"));
  session.client("<presence to='more@example.net'/>");
  EXPECT_EQ(account(session).presence().open_directed().size(), PresenceState::kMaxDirected);
  EXPECT_TRUE(account(session).presence().directed_to("z@example.net"));
}

// --- subscriptions
// --------------------------------------------------------------------------------------------

TEST(SubscriptionState, RequestIsOpenUntilItIsAnsweredOrTakenBack) {
  SessionDriver session = SessionDriver::bound();
  session.server("<presence type='subscribe' id='a' from='romeo@example.net'/>");
  session.server("<presence type='subscribe' id='b' from='nurse@example.net'/>");
  const SubscriptionState& subscriptions = account(session).subscriptions();
  EXPECT_EQ(subscriptions.incoming().size(), 2U);
  session.server("<presence type='unsubscribe' from='nurse@example.net'/>");
  EXPECT_EQ(subscriptions.incoming().size(), 1U);
  session.client("<presence type='subscribed' to='Romeo@example.net'/>");
  ASSERT_TRUE(subscriptions.last_approved());
  EXPECT_EQ(subscriptions.last_approved()->id, text_key("a"));
  EXPECT_FALSE(subscriptions.last_approved()->turned_to);
  EXPECT_TRUE(subscriptions.incoming().empty());
  EXPECT_TRUE(subscriptions.turned_to("romeo@example.net"));
  session.client("<presence type='subscribed' to='paris@example.net'/>");
  EXPECT_FALSE(subscriptions.last_approved()) << "he did not ask";
}

TEST(SubscriptionState, RequestsBeyondTheCapAreForgotten) {
  SessionDriver session = SessionDriver::bound();
  for (size_t i = 0; i <= SubscriptionState::kMaxRequests; ++i) {
    EXPECT_FALSE(i > 0 && account(session).subscriptions().forgot()) << i;
    session.server("<presence type='subscribe' from='x" + std::to_string(i) + "@example.net'/>");
    session.client("<presence type='subscribe' to='y" + std::to_string(i) + "@example.net'/>");
  }
  EXPECT_TRUE(account(session).subscriptions().forgot());
  EXPECT_EQ(account(session).subscriptions().incoming().size(), SubscriptionState::kMaxRequests);
  EXPECT_FALSE(account(session).subscriptions().turned_to("y0@example.net"));
  EXPECT_TRUE(account(session).subscriptions().turned_to("y64@example.net"));
}

// --- rooms
// ----------------------------------------------------------------------------------------------------

constexpr std::string_view kJoin =
    "<presence to='coven@chat.example/thirdwitch'><x xmlns='http://jabber.org/protocol/muc'/></presence>";

std::string from_room(std::string_view type, std::string_view inside) {
  return "<presence from='coven@chat.example/thirdwitch'" + std::string(type) +
         "><x xmlns='http://jabber.org/protocol/muc#user'>" + std::string(inside) + "</x></presence>";
}

TEST(RoomState, FollowsTheClientInAndOut) {
  SessionDriver session = SessionDriver::bound();
  session.client(kJoin);
  const RoomState& rooms = account(session).rooms();
  EXPECT_EQ(rooms.occupancy("Coven@chat.example/x"), Occupancy::kJoining);
  session.server(from_room("", "<status code='110'/>"));
  EXPECT_EQ(rooms.occupancy("coven@chat.example"), Occupancy::kJoined);
  session.server(from_room(" type='unavailable'", "<status code='303'/><status code='110'/>"));
  EXPECT_EQ(rooms.occupancy("coven@chat.example"), Occupancy::kJoined) << "only the nickname went";
  session.server("<presence type='error' from='coven@chat.example/thirdwitch'/>");
  EXPECT_EQ(rooms.occupancy("coven@chat.example"), Occupancy::kJoined) << "only the new nickname was refused";
  session.server(from_room(" type='unavailable'", "<status code='110'/>"));
  EXPECT_EQ(rooms.occupancy("coven@chat.example"), Occupancy::kLeft);
  session.client(kJoin);
  session.client("<presence type='unavailable' to='coven@chat.example/thirdwitch'/>");
  EXPECT_EQ(rooms.occupancy("coven@chat.example"), Occupancy::kLeft);
  EXPECT_FALSE(rooms.is_room("romeo@example.net"));
}

TEST(RoomState, WhoIsRefusedOrGoesOfflineIsNotInside) {
  SessionDriver session = SessionDriver::bound();
  session.client(kJoin);
  session.server("<presence type='error' from='coven@chat.example/thirdwitch'/>");
  EXPECT_EQ(account(session).rooms().occupancy("coven@chat.example"), Occupancy::kLeft);
  session.client(kJoin);
  session.server(from_room("", ""));
  session.client("<presence type='unavailable'/>");
  EXPECT_EQ(account(session).rooms().occupancy("coven@chat.example"), Occupancy::kLeft);
}

TEST(RoomState, RoomsBeyondTheCapAreNotRemembered) {
  SessionDriver session = SessionDriver::bound();
  for (size_t i = 0; i <= RoomState::kMaxRooms; ++i) {
    session.client("<presence to='r" + std::to_string(i) +
                   "@chat.example/n'><x xmlns='http://jabber.org/protocol/muc'/></presence>");
    EXPECT_EQ(account(session).rooms().forgot(), i == RoomState::kMaxRooms) << i;
  }
  EXPECT_TRUE(account(session).rooms().is_room("r255@chat.example"));
  EXPECT_FALSE(account(session).rooms().is_room("r256@chat.example"));
}

// --- conversations
// --------------------------------------------------------------------------------------------

std::string chat(std::string_view who) {
  return "<message type='chat' " + std::string(who) + "><body>Hi</body></message>";
}

TEST(ConversationState, KnowsWhoCannotHaveWritten) {
  SessionDriver session = SessionDriver::bound();
  session.server("<message from='romeo@example.net/orchard'/>");
  EXPECT_TRUE(account(session).conversations().may_have_written("Romeo@example.net"));
  EXPECT_FALSE(account(session).conversations().may_have_written("paris@example.net"));
}

TEST(ConversationState, ReplyToTheBareJidIsToldOncePerPartner) {
  SessionDriver session = SessionDriver::bound();
  session.server(chat("from='romeo@example.net/orchard'"));
  session.client(chat("to='romeo@example.net/orchard'"));
  EXPECT_FALSE(account(session).conversations().last_reply_unlocked());
  session.client(chat("to='romeo@example.net'"));
  EXPECT_TRUE(account(session).conversations().last_reply_unlocked());
  session.client(chat("to='romeo@example.net'"));
  EXPECT_FALSE(account(session).conversations().last_reply_unlocked());
}

TEST(ConversationState, PresenceOfThePartnerUnlocks) {
  SessionDriver session = SessionDriver::bound();
  session.server(chat("from='romeo@example.net/orchard'"));
  session.server("<presence from='romeo@example.net/phone'/>");
  session.client(chat("to='romeo@example.net'"));
  EXPECT_FALSE(account(session).conversations().last_reply_unlocked());
}

TEST(ConversationState, TheOneLongestSilentIsForgotten) {
  SessionDriver session = SessionDriver::bound();
  for (size_t i = 0; i <= ConversationState::kMaxPartners; ++i) {
    session.server(chat("from='p" + std::to_string(i) + "@example.net/x'"));
  }
  session.client(chat("to='p0@example.net'"));
  EXPECT_FALSE(account(session).conversations().last_reply_unlocked());
  session.client(chat("to='p1@example.net'"));
  EXPECT_TRUE(account(session).conversations().last_reply_unlocked());
}

// --- the whole
// ------------------------------------------------------------------------------------------------

TEST(AccountState, KnowsWhatWasSwitchedOn) {
  SessionDriver session = SessionDriver::bound();
  session.client("<iq id='1' type='set'><enable xmlns='urn:xmpp:carbons:2'/></iq>");
  EXPECT_TRUE(account(session).carbons());
  session.client("<inactive xmlns='urn:xmpp:csi:0'/>");
  EXPECT_TRUE(account(session).inactive());
  session.client("<active xmlns='urn:xmpp:csi:0'/>");
  EXPECT_FALSE(account(session).inactive());
  EXPECT_TRUE(account(session).ever_inactive());
  EXPECT_FALSE(account(session).hides());
  session.client("<iq id='2' type='set'><invisible xmlns='urn:xmpp:invisible:1'/></iq>");
  EXPECT_TRUE(account(session).hides());
}

TEST(AccountState, IsMadeForClientsOnlyAndSmallWhenIdle) {
  SessionDriver session;
  session.client(
      "<stream:stream to='example.net' from='example.com' version='1.0' xmlns='jabber:server' "
      "xmlns:stream='http://etherx.jabber.org/streams'>");
  session.client("<message xmlns='jabber:server' from='a@example.com' to='b@example.net'/>");
  EXPECT_EQ(session.state.account(), nullptr);
  EXPECT_LE(sizeof(AccountState), 1024U);
}

}  // namespace
}  // namespace parser
