// The texts that the session tests are made of.
#pragma once

#include <string>

namespace test {

inline const std::string kClientHeader =
    "<?xml version='1.0'?><stream:stream to='example.org' xmlns='jabber:client' "
    "xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>";
inline const std::string kServerHeader =
    "<?xml version='1.0'?><stream:stream from='example.org' id='s1' xmlns='jabber:client' "
    "xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>";
inline const std::string kFeaturesStartTls =
    "<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:features>";
inline const std::string kStartTls = "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>";
inline const std::string kProceed = "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>";
inline const std::string kTlsFailure = "<failure xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>";
inline const std::string kFeaturesPlain =
    "<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>PLAIN</mechanism>"
    "</mechanisms></stream:features>";
inline const std::string kFeaturesPlus =
    "<stream:features>\n <mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>\n  "
    "<mechanism>SCRAM-SHA-1-PLUS</mechanism>\n  <mechanism>SCRAM-SHA-1</mechanism>\n </mechanisms>"
    "<sasl-channel-binding xmlns='urn:xmpp:sasl-cb:0'><channel-binding type='tls-exporter'/>"
    "</sasl-channel-binding></stream:features>";
// The same without what cannot work through a proxy.
inline const std::string kFeaturesNoPlus =
    "<stream:features>\n <mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>\n  "
    "\n  <mechanism>SCRAM-SHA-1</mechanism>\n </mechanisms></stream:features>";
inline const std::string kAuth =
    "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>AGEAYg==</auth>";
inline const std::string kSuccess = "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>";
inline const std::string kFeaturesBind =
    "<stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></stream:features>";
inline const std::string kMessage =
    "<message to='a@example.org'><body>\xE4\xBD\xA0\xE5\xA5\xBD \xF0\x9F\x98\x80</body></message>";
inline const std::string kEnd = "</stream:stream>";

}  // namespace test
