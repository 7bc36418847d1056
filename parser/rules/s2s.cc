// Server-to-server layer (RFC 6120 §8.1).
#include "parser/rules/checks.h"
#include "parser/rules/rulebook.h"

namespace parser::rules {
namespace {

void missing_address(const Context& context, Report& report, std::string_view name, std::string_view value) {
  const StreamEvent& event = context.event;
  if (!value.empty() || event.element == nullptr) return;
  if (context.session.content_namespace() != ns::kServer) return;
  report.add("A stanza between servers without '" + std::string(name) + "'.", event.element->start_tag);
}

void missing_to(const Context& context, Report& report) {
  missing_address(context, report, "to", context.event.to);
}

void missing_from(const Context& context, Report& report) {
  missing_address(context, report, "from", context.event.from);
}

constexpr Rule kRules[] = {
    {
        .id = "s2s-stanza-missing-to",
        .tier = 1,
        .layer = Layer::kS2s,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 6120 §8.1.1.2; RFC 3920 §9.1.1",
        .explanation = "A connection between two servers carries the stanzas of many users, and often of"
                       " many domains. Nothing is implied there: without 'to' the receiving server does "
                       "not know whom a stanza is for, and closes the stream with improper-addressing.",
        .violating =
            "C: <stream:stream from='example.com' to='example.net' version='1.0' "
            "xmlns='jabber:server' xmlns:db='jabber:server:dialback' "
            "xmlns:stream='http://etherx.jabber.org/streams'>\n"
            "S: <stream:stream from='example.net' to='example.com' id='s1' version='1.0' xml:lang='en' "
            "xmlns='jabber:server' xmlns:db='jabber:server:dialback' "
            "xmlns:stream='http://etherx.jabber.org/streams'><stream:features><dialback "
            "xmlns='urn:xmpp:features:dialback'/></stream:features>\n"
            "C: <db:result from='example.com' to='example.net'>key</db:result>\n"
            "S: <db:result from='example.net' to='example.com' type='valid'/>\n"
            "C: <message from='a@example.com'><body>Hi</body></message>",
        .conforming =
            "C: <stream:stream from='example.com' to='example.net' version='1.0' "
            "xmlns='jabber:server' xmlns:db='jabber:server:dialback' "
            "xmlns:stream='http://etherx.jabber.org/streams'>\n"
            "S: <stream:stream from='example.net' to='example.com' id='s1' version='1.0' xml:lang='en' "
            "xmlns='jabber:server' xmlns:db='jabber:server:dialback' "
            "xmlns:stream='http://etherx.jabber.org/streams'><stream:features><dialback "
            "xmlns='urn:xmpp:features:dialback'/></stream:features>\n"
            "C: <db:result from='example.com' to='example.net'>key</db:result>\n"
            "S: <db:result from='example.net' to='example.com' type='valid'/>\n"
            "C: <message from='a@example.com' to='b@example.net'><body>Hi</body></message>",
        .kinds = kStanzas,
        .check = missing_to,
    },
    {
        .id = "s2s-stanza-missing-from",
        .tier = 1,
        .layer = Layer::kS2s,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 6120 §8.1.2.2; RFC 3920 §9.1.2",
        .explanation = "The sending server vouches for the sender, and the receiving one checks that the"
                       " domain in 'from' is one that was authenticated on this connection. Without the "
                       "address there is nothing to check, and nobody to answer.",
        .violating =
            "C: <stream:stream from='example.com' to='example.net' version='1.0' "
            "xmlns='jabber:server' xmlns:db='jabber:server:dialback' "
            "xmlns:stream='http://etherx.jabber.org/streams'>\n"
            "S: <stream:stream from='example.net' to='example.com' id='s1' version='1.0' xml:lang='en' "
            "xmlns='jabber:server' xmlns:db='jabber:server:dialback' "
            "xmlns:stream='http://etherx.jabber.org/streams'><stream:features><dialback "
            "xmlns='urn:xmpp:features:dialback'/></stream:features>\n"
            "C: <db:result from='example.com' to='example.net'>key</db:result>\n"
            "S: <db:result from='example.net' to='example.com' type='valid'/>\n"
            "C: <iq id='1' type='get' to='example.net'><ping xmlns='urn:xmpp:ping'/></iq>",
        .conforming =
            "C: <stream:stream from='example.com' to='example.net' version='1.0' "
            "xmlns='jabber:server' xmlns:db='jabber:server:dialback' "
            "xmlns:stream='http://etherx.jabber.org/streams'>\n"
            "S: <stream:stream from='example.net' to='example.com' id='s1' version='1.0' xml:lang='en' "
            "xmlns='jabber:server' xmlns:db='jabber:server:dialback' "
            "xmlns:stream='http://etherx.jabber.org/streams'><stream:features><dialback "
            "xmlns='urn:xmpp:features:dialback'/></stream:features>\n"
            "C: <db:result from='example.com' to='example.net'>key</db:result>\n"
            "S: <db:result from='example.net' to='example.com' type='valid'/>\n"
            "C: <iq id='1' type='get' from='example.com' to='example.net'><ping "
            "xmlns='urn:xmpp:ping'/></iq>",
        .kinds = kStanzas,
        .check = missing_from,
    },
};

}  // namespace

RuleTable s2s_rules() {
  return {kRules};
}

}  // namespace parser::rules
