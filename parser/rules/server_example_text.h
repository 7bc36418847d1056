// Pieces of traffic between example.com, which asks, and example.net, for the examples of rules about
// servers.
#pragma once

#define SERVER_NAMESPACES                                     \
  " xmlns='jabber:server' xmlns:db='jabber:server:dialback' " \
  "xmlns:stream='http://etherx.jabber.org/streams'>"
#define ASKS "C: <stream:stream from='example.com' to='example.net' version='1.0'" SERVER_NAMESPACES "\n"
#define ANSWERS_AS(id, features)                                  \
  "S: <stream:stream from='example.net' to='example.com' id='" id \
  "' version='1.0' xml:lang='en'" SERVER_NAMESPACES "<stream:features>" features "</stream:features>\n"
#define ANSWERS(features) ANSWERS_AS("s1", features)

// What a server may offer.
#define DIALBACK "<dialback xmlns='urn:xmpp:features:dialback'><errors/></dialback>"
#define EXTERNAL                                          \
  "<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>" \
  "<mechanism>EXTERNAL</mechanism></mechanisms>"
#define DIALBACK_OFFERED ANSWERS(DIALBACK)
#define BIDI_OFFERED ANSWERS(DIALBACK "<bidi xmlns='urn:xmpp:features:bidi'/>")
#define EXTERNAL_OFFERED ANSWERS(EXTERNAL)
#define BOTH_OFFERED ANSWERS(EXTERNAL DIALBACK)
#define STARTTLS_OFFERED ANSWERS("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>" DIALBACK)
// Behind a restart.
#define OFFERED_AGAIN ANSWERS_AS("q7", DIALBACK)
#define NOTHING_OFFERED ANSWERS_AS("q7", "")

#define KEY \
  "C: <db:result from='example.com' to='example.net'>37c69b1cf07a3f67c04a5ef5902fa5114f2c76fe</db:result>\n"
#define VALID "S: <db:result from='example.net' to='example.com' type='valid'/>\n"
#define PROVEN "[tls]\n" ASKS DIALBACK_OFFERED KEY VALID
#define EXTERNAL_LOGIN                                                                \
  "C: <auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='EXTERNAL'>=</auth>\n" \
  "S: <success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>\n" ASKS
