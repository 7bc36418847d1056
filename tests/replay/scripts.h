// Scripts that several tests of replay/ play.
#pragma once

#include <initializer_list>
#include <string>

#include "replay/script.h"

namespace replay {

inline Step say(parser::Direction direction, parser::EventKind kind, std::string name, std::string bytes,
                int pause_ms = 10) {
  Step step;
  step.direction = direction;
  step.kind = kind;
  step.name = std::move(name);
  step.bytes = std::move(bytes);
  step.pause = std::chrono::milliseconds(pause_ms);
  step.tls_follows = step.name == "{urn:ietf:params:xml:ns:xmpp-tls}proceed";
  return step;
}

// STARTTLS, then an exchange of stanzas and a clean end.
inline Script starttls_script() {
  using enum parser::Direction;
  using enum parser::EventKind;
  const std::string header_c =
      "<?xml version='1.0'?><stream:stream to='example.com' version='1.0' xmlns='jabber:client' "
      "xmlns:stream='http://etherx.jabber.org/streams'>";
  const std::string header_s =
      "<?xml version='1.0'?><stream:stream from='example.com' id='1' version='1.0' xmlns='jabber:client' "
      "xmlns:stream='http://etherx.jabber.org/streams'>";
  const std::string features = "{http://etherx.jabber.org/streams}features";
  Script script;
  script.domain = "example.com";
  script.steps = {
      say(kC2S, kHeader, "{http://etherx.jabber.org/streams}stream", header_c),
      say(kS2C, kHeader, "{http://etherx.jabber.org/streams}stream", header_s),
      say(kS2C, kFeatures, features,
          "<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:features>"),
      say(kC2S, kStartTls, "{urn:ietf:params:xml:ns:xmpp-tls}starttls",
          "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"),
      say(kS2C, kStartTls, "{urn:ietf:params:xml:ns:xmpp-tls}proceed",
          "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"),
      say(kC2S, kHeader, "{http://etherx.jabber.org/streams}stream", header_c),
      say(kS2C, kHeader, "{http://etherx.jabber.org/streams}stream", header_s),
      say(kS2C, kFeatures, features, "<stream:features/>"),
      say(kC2S, kPresence, "{jabber:client}presence", "<presence/>"),
      say(kC2S, kKeepalive, "", " "),
      say(kS2C, kMessage, "{jabber:client}message",
          "<message from='a@example.com'><body>愛</body></message>"),
      say(kC2S, kFooter, "", "</stream:stream>"),
      say(kS2C, kFooter, "", "</stream:stream>"),
  };
  return script;
}

}  // namespace replay
