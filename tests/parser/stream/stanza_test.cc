#include "parser/stream/stanza.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "tests/parser/stream/session_driver.h"

namespace parser {
namespace {

using testing::parse_element;

// The element stays for the whole run, as what is read from it points into it.
const xml::Element& kept(std::string_view bytes) {
  static std::vector<xml::ElementPtr> elements;
  elements.push_back(parse_element(bytes));
  return *elements.back();
}

EventKind kind_of(std::string_view bytes) {
  return classify(kept(bytes), ns::kClient);
}

TEST(Classify, KnowsStanzasAndTheNamespacesOfTheStream) {
  EXPECT_EQ(kind_of("<message/>"), EventKind::kMessage);
  EXPECT_EQ(kind_of("<presence/>"), EventKind::kPresence);
  EXPECT_EQ(kind_of("<iq/>"), EventKind::kIq);
  EXPECT_EQ(kind_of("<iq xmlns='jabber:server'/>"), EventKind::kIq);
  EXPECT_EQ(kind_of("<message xmlns='urn:example:other'/>"), EventKind::kNonza);
  EXPECT_EQ(kind_of("<stream:features/>"), EventKind::kFeatures);
  EXPECT_EQ(kind_of("<stream:error/>"), EventKind::kStreamError);
  EXPECT_EQ(kind_of("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"), EventKind::kStartTls);
  EXPECT_EQ(kind_of("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>"), EventKind::kSasl);
  EXPECT_EQ(kind_of("<authenticate xmlns='urn:xmpp:sasl:2'/>"), EventKind::kSasl);
  EXPECT_EQ(kind_of("<r xmlns='urn:xmpp:sm:3'/>"), EventKind::kSm);
  EXPECT_EQ(kind_of("<compress xmlns='http://jabber.org/protocol/compress'/>"), EventKind::kCompress);
  EXPECT_EQ(kind_of("<active xmlns='urn:xmpp:csi:0'/>"), EventKind::kNonza);
}

TEST(EventKindNames, AreAllDifferent) {
  std::set<std::string_view> names;
  for (int i = 0; i <= static_cast<int>(EventKind::kClosed); ++i) {
    names.insert(name(static_cast<EventKind>(i)));
  }
  EXPECT_EQ(names.size(), static_cast<size_t>(EventKind::kClosed) + 1);
  EXPECT_EQ(name(EventKind::kStreamError), "stream-error");
  EXPECT_EQ(name(EventKind::kClosed), "closed");
  EXPECT_TRUE(is_element(EventKind::kUnparsed));
  EXPECT_FALSE(is_element(EventKind::kOpened));
}

TEST(Message, HasItsUsualParts) {
  const xml::Element& element = kept(
      "<message type='chat'><subject>s</subject><body>你好 &lt;3</body><body xml:lang='de'>x</body>"
      "<thread>t</thread></message>");
  const auto message = as_message(element);
  ASSERT_TRUE(message.has_value());
  EXPECT_EQ(message->type, "chat");
  EXPECT_EQ(message->body, "你好 <3");
  EXPECT_EQ(message->subject, "s");
  EXPECT_EQ(message->thread, "t");
  EXPECT_FALSE(as_message(kept("<message/>"))->has_body);
  EXPECT_FALSE(as_message(kept("<iq/>")).has_value());
}

TEST(Presence, HasItsUsualParts) {
  const auto presence = as_presence(
      kept("<presence><show>away</show><status>Tea</status><priority> -5 </priority></presence>"));
  ASSERT_TRUE(presence.has_value());
  EXPECT_EQ(presence->show, "away");
  EXPECT_EQ(presence->status, "Tea");
  EXPECT_EQ(presence->priority, -5);
  EXPECT_EQ(as_presence(kept("<presence><priority>+7</priority></presence>"))->priority, 7);
  EXPECT_EQ(as_presence(kept("<presence><priority>128</priority></presence>"))->priority, 0);
  EXPECT_EQ(as_presence(kept("<presence><priority>high</priority></presence>"))->priority, 0);
}

TEST(Iq, PayloadIsTheFirstChildThatIsNoError) {
  const xml::Element& element =
      kept("<iq type='error'><error type='cancel'/><query xmlns='jabber:iq:version'/></iq>");
  const auto iq = as_iq(element);
  ASSERT_TRUE(iq.has_value());
  EXPECT_TRUE(iq->response());
  EXPECT_FALSE(iq->request());
  ASSERT_NE(iq->payload, nullptr);
  EXPECT_EQ(iq->payload->ns, "jabber:iq:version");
  EXPECT_EQ(as_iq(kept("<iq type='result'/>"))->payload, nullptr);
}

TEST(StanzaError, HasTypeConditionTextAndApplicationCondition) {
  const xml::Element& element = kept(
      "<iq type='error'><error type='modify' code='400'>"
      "<bad-request xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>"
      "<text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>no</text><too-long "
      "xmlns='urn:example'/></error></iq>");
  const auto error = stanza_error(element);
  ASSERT_TRUE(error.has_value());
  EXPECT_EQ(error->type, "modify");
  EXPECT_EQ(error->condition, "bad-request");
  EXPECT_EQ(error->text, "no");
  EXPECT_EQ(error->legacy_code, "400");
  ASSERT_NE(error->application, nullptr);
  EXPECT_EQ(error->application->local, "too-long");
}

TEST(StanzaError, OfLegacyKindHasACodeAndBareText) {
  const auto error = stanza_error(kept("<iq type='error'><error code='404'>Not Found</error></iq>"));
  ASSERT_TRUE(error.has_value());
  EXPECT_EQ(error->condition, "");
  EXPECT_EQ(error->legacy_code, "404");
  EXPECT_EQ(error->text, "Not Found");
}

TEST(StreamError, HasItsCondition) {
  const auto error = stream_error(
      kept("<stream:error><conflict xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>"));
  ASSERT_TRUE(error.has_value());
  EXPECT_EQ(error->condition, "conflict");
  EXPECT_FALSE(stream_error(kept("<error/>")).has_value());
}

TEST(Nonzas, AreReadForWhatTheySay) {
  const auto resume = as_sm(kept("<resume xmlns='urn:xmpp:sm:3' h='4294967295' previd='p'/>"));
  ASSERT_TRUE(resume.has_value());
  EXPECT_EQ(resume->h, 4294967295u);
  EXPECT_EQ(resume->previd, "p");
  EXPECT_FALSE(as_sm(kept("<a xmlns='urn:xmpp:sm:3' h='4294967296'/>"))->h.has_value());
  EXPECT_TRUE(as_sm(kept("<enable xmlns='urn:xmpp:sm:3' resume='1'/>"))->resume);
  EXPECT_EQ(as_sasl(kept("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'/>"))->mechanism,
            "PLAIN");
  EXPECT_TRUE(as_sasl(kept("<success xmlns='urn:xmpp:sasl:2'/>"))->sasl2);
  EXPECT_EQ(starttls_step(kept("<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")), "proceed");
  EXPECT_EQ(starttls_step(kept("<proceed/>")), "");
}

TEST(Header, TellsContentNamespaceAndVersion) {
  const xml::Element& header = kept(
      "<stream:stream version='1.0' xmlns='jabber:server' xmlns:stream='http://etherx.jabber.org/streams'>");
  EXPECT_EQ(content_namespace_of(header), "jabber:server");
  EXPECT_TRUE(is_version_1(header));
  const auto version = [](const std::string& value) {
    return is_version_1(kept("<stream:stream version='" + value +
                             "' xmlns='jabber:client' "
                             "xmlns:stream='http://etherx.jabber.org/streams'>"));
  };
  EXPECT_TRUE(version("2.3"));
  EXPECT_TRUE(version("10.0"));
  EXPECT_FALSE(version("0.9"));
  EXPECT_FALSE(version(""));
  EXPECT_FALSE(version("one"));
}

TEST(Addresses, AreFoundInTheStanzaAndInWhatItCarries) {
  const xml::Element& element = kept(
      "<iq from='a@x.example' to='b@x.example'><query xmlns='jabber:iq:roster'>"
      "<item jid='c@x.example'/><item jid='d@x.example'/></query></iq>");
  const auto uses = addresses_of(element);
  ASSERT_EQ(uses.size(), 4u);
  EXPECT_EQ(uses[0].attribute, "from");
  EXPECT_EQ(uses[1].value, "b@x.example");
  EXPECT_EQ(uses[3].value, "d@x.example");
  EXPECT_EQ(addresses_of(element, 3).size(), 3u);
}

}  // namespace
}  // namespace parser
