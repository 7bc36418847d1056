// Pieces of traffic that the examples of many rules are made of. Macros, because examples are literals that
// are put together when the program is compiled.
#pragma once

#define NS_SASL "xmlns='urn:ietf:params:xml:ns:xmpp-sasl'"
#define NS_SASL2 "xmlns='urn:xmpp:sasl:2'"
#define NS_TLS "xmlns='urn:ietf:params:xml:ns:xmpp-tls'"
#define NS_BIND "xmlns='urn:ietf:params:xml:ns:xmpp-bind'"
#define NS_BIND2 "xmlns='urn:xmpp:bind:0'"
#define NS_SESSION "xmlns='urn:ietf:params:xml:ns:xmpp-session'"
#define NS_COMPRESS "xmlns='http://jabber.org/protocol/compress'"

#define CLIENT_HEADER_FOR(more)          \
  "<stream:stream to='example.com'" more \
  " version='1.0' xml:lang='en' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>"
#define CLIENT_HEADER CLIENT_HEADER_FOR("")
#define SERVER_HEADER_WITH(id, more)                  \
  "<stream:stream from='example.com'" more " id='" id \
  "' version='1.0' xml:lang='en' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>"
#define SERVER_HEADER(id) SERVER_HEADER_WITH(id, "")
// Of a client that says who it is, and the server's answer.
#define CLIENT_HEADER_FROM(jid) CLIENT_HEADER_FOR(" from='" jid "'")
#define SERVER_HEADER_TO(id, jid) SERVER_HEADER_WITH(id, " to='" jid "'")
#define FEATURES(inside) "<stream:features>" inside "</stream:features>"
#define MECHANISM(name) "<mechanism>" name "</mechanism>"
#define MECHANISMS(list) "<mechanisms " NS_SASL ">" list "</mechanisms>"
#define AUTHENTICATION(list) "<authentication " NS_SASL2 ">" list "</authentication>"
#define BIND_FEATURE "<bind " NS_BIND "/>"

#define AUTH(mechanism, data) "<auth " NS_SASL " mechanism='" mechanism "'>" data "</auth>"
#define CHALLENGE(data) "<challenge " NS_SASL ">" data "</challenge>"
#define RESPONSE(data) "<response " NS_SASL ">" data "</response>"
#define SUCCESS(data) "<success " NS_SASL ">" data "</success>"
#define FAILURE(inside) "<failure " NS_SASL ">" inside "</failure>"
#define AUTHENTICATE(mechanism, data, more)                                                                 \
  "<authenticate " NS_SASL2 " mechanism='" mechanism "'><initial-response>" data "</initial-response>" more \
  "</authenticate>"
#define SUCCESS2(jid, more) \
  "<success " NS_SASL2 "><authorization-identifier>" jid "</authorization-identifier>" more "</success>"

// Messages of a login of juliet, in base64.
#define PLAIN_DATA "AGp1bGlldABzZWNyZXQ="  // NUL juliet NUL secret
// n,,n=juliet,r=fyko+d2lbbFgONRv9qkxdawL
#define SCRAM_FIRST "biwsbj1qdWxpZXQscj1meWtvK2QybGJiRmdPTlJ2OXFreGRhd0w="
// r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096
#define SCRAM_SERVER_FIRST \
  "cj1meWtvK2QybGJiRmdPTlJ2OXFreGRhd0wzcmZjTkhZSlkxWlZ2V1ZzN2oscz1RU1hDUitRNnNlazhiZjkyLGk9NDA5Ng=="
// c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=
#define SCRAM_FINAL                                                                                          \
  "Yz1iaXdzLHI9ZnlrbytkMmxiYkZnT05Sdjlxa3hkYXdMM3JmY05IWUpZMVpWdldWczdqLHA9djBYOHYzQnoyVDBDSkdiSlF5RjBYK0hJ" \
  "NFRzPQ=="
#define SCRAM_SERVER_FINAL "dj1ybUY5cHFWOFM3c3VBb1pXamE0ZEpSa0ZzS1E9"  // v=rmF9pqV8S7suAoZWja4dJRkFsKQ=
