// Readers and rules over what nobody sends in good faith: much, deep, empty, or not what its name says.
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "parser/payload/caps.h"
#include "parser/payload/summary.h"
#include "tests/parser/stream/session_driver.h"
#include "tests/support/every_reader.h"

namespace parser::payload {
namespace {

using testing::parse_element;

std::string repeat(std::string_view text, size_t times) {
  std::string out;
  for (size_t i = 0; i < times; ++i) out += text;
  return out;
}

// The root elements that readers look for, in each namespace, with and without sense.
std::vector<std::string> roots(const std::vector<std::string>& locals) {
  std::vector<std::string> all;
  for (const std::string_view name : summarised_namespaces()) {
    for (const std::string& local : locals) all.push_back("<" + local + " xmlns='" + std::string(name) + "'");
  }
  return all;
}

TEST(Hostile, EmptyElementsOfEveryKindAreRead) {
  size_t taken = 0;
  const std::vector<std::string> locals = {
      "query",  "x",    "c",     "pubsub",    "event",     "vCard",      "vcard",     "received", "sent",
      "result", "fin",  "delay", "forwarded", "encrypted", "openpgp",    "jingle",    "request",  "slot",
      "block",  "time", "set",   "stanza-id", "origin-id", "encryption", "composing", "markable"};
  for (const std::string& root : roots(locals))
    taken += test_support::read_everything(*parse_element(root + "/>"));
  EXPECT_GT(taken, 1000U);
}

TEST(Hostile, EveryKindOfStanzaWithEveryKindOfPayloadIsJudged) {
  std::string all;
  for (const std::string& root : roots({"query", "x", "received"})) {
    all += "<message id='a'>" + root + "/></message><presence>" + root + "/></presence>";
    for (const char* type : {"get", "set", "result", "error"}) {
      all += "<iq id='a' type='" + std::string(type) + "'>" + root + "/></iq>";
    }
  }
  test_support::judge_everything(all);
}

TEST(Hostile, ThousandsOfChildrenCostNoMoreThanTheirNumber) {
  const auto begin = std::chrono::steady_clock::now();
  for (const std::string_view inside :
       {"<item jid='a'/>", "<feature var='a'/>", "<identity category='a' type='b'/>", "<status code='110'/>",
        "<stanza-id xmlns='urn:xmpp:sid:0' id='a' by='b'/>", "<forwarded xmlns='urn:xmpp:forward:0'/>",
        "<x xmlns='jabber:x:data'><field var='FORM_TYPE' type='hidden'><value>a</value></field></x>",
        "<composing xmlns='http://jabber.org/protocol/chatstates'/>"}) {
    const std::string many = repeat(inside, 2000);
    test_support::judge_everything("<message id='a' from='b'>" + many + "</message>");
    test_support::judge_everything(
        "<iq id='a' type='result'><query xmlns='http://jabber.org/protocol/disco#info'>" + many +
        "</query></iq>");
  }
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(60));
}

TEST(Hostile, MessagesInMessagesEndSomewhere) {
  std::string text = "<body>core</body>";
  for (int i = 0; i < 30; ++i) {
    text =
        "<received xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'><message "
        "xmlns='jabber:client'>" +
        text + "</message></forwarded></received>";
  }
  test_support::judge_everything("<message from='juliet@example.com'>" + text + "</message>");
}

TEST(Hostile, NumbersThatAreNone) {
  for (const char* number : {"-1", "99999999999999999999999", "1e9", " 1", "0x10", "١٢", ""}) {
    test_support::judge_everything(
        "<iq id='a' type='get'><request xmlns='urn:xmpp:http:upload:0' filename='a' size='" +
        std::string(number) +
        "'/></iq><iq id='b' type='set'><query xmlns='urn:xmpp:mam:2'><set "
        "xmlns='http://jabber.org/protocol/rsm'><max>" +
        number +
        "</max></set></query></iq><presence from='a/b'><x xmlns='http://jabber.org/protocol/muc#user'>"
        "<status code='" +
        number + "'/></x></presence>");
  }
}

TEST(Hostile, LongestNamesAndValues) {
  const std::string longest(20000, 'y');
  for (const std::string& root :
       {"<iq id='a' type='set'><pubsub xmlns='http://jabber.org/protocol/pubsub'><publish node='" + longest +
            "'/></pubsub></iq>",
        "<iq id='a' type='get' to='" + longest +
            "/x'><query xmlns='http://jabber.org/protocol/disco#info' node='" + longest + "#" + longest +
            "'/></iq>",
        "<presence to='" + longest + "@b/c'><x xmlns='http://jabber.org/protocol/muc'/></presence>",
        "<presence from='" + longest + "'><c xmlns='http://jabber.org/protocol/caps' hash='" + longest +
            "' node='" + longest + "' ver='" + longest + "'/></presence>",
        "<message from='a'><delay xmlns='urn:xmpp:delay' stamp='" + longest + "'/></message>"}) {
    test_support::judge_everything(root);
  }
}

TEST(Hostile, ControlsAndDirectionMarksStayOutOfSummaries) {
  test_support::judge_everything(
      "<iq id='a' type='set'><query xmlns='jabber:iq:roster'><item jid='&#x202E;a&#xA;b&#x85;'/></query></iq>"
      "<iq id='b' type='get'><request xmlns='urn:xmpp:http:upload:0' filename='&#xA;&#x9;x' size='1'/></iq>"
      "<presence to='a@b/&#xA;&#x2028;'><x xmlns='http://jabber.org/protocol/muc'/></presence>");
}

}  // namespace
}  // namespace parser::payload
