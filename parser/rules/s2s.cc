// Server-to-server layer: who may send which stanzas where (RFC 6120 §8.1, §4.5; XEP-0288), and how the
// servers introduce themselves. Dialback has a file of its own; the pairs are followed by
// parser/stream/server_pairs.
#include "parser/jid/jid.h"
#include "parser/rules/checks.h"
#include "parser/rules/rulebook.h"
#include "parser/rules/server_example_text.h"

namespace parser::rules {
namespace {

using State = ServerPairs::State;

bool between_servers(const Context& context) {
  return context.session.content_namespace() == ns::kServer;
}

// What is known of the pairs here, where a stanza of this side can be held against it: all was seen, both
// addresses are there, and what its sender was told is what the other side said.
const ServerPairs* judged_pairs(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  const ServerPairs* pairs = context.session.pairs();
  if (pairs == nullptr || !pairs->complete() || !context.session.from_start()) return nullptr;
  if (event.from.empty() || event.to.empty() || event.element == nullptr) return nullptr;
  if (received_edited(report.memory(), event.direction, on(EventKind::kNonza, EventKind::kSasl))) {
    return nullptr;
  }
  return pairs;
}

// The receiving server speaks only where both agreed on it.
bool wrong_way(const Context& context) {
  const ServerPairs* pairs = context.session.pairs();
  return context.event.direction == Direction::kS2C && pairs != nullptr && !pairs->bidi();
}

void missing_address(const Context& context, Report& report, std::string_view name) {
  const StreamEvent& event = context.event;
  if (event.element == nullptr || !between_servers(context)) return;
  if (event.element->find_attribute(name) != nullptr) return;
  report.add("A stanza between servers without '" + std::string(name) + "'.", event.element->start_tag);
}

void missing_to(const Context& context, Report& report) {
  if (context.event.to.empty()) missing_address(context, report, "to");
}

void missing_from(const Context& context, Report& report) {
  if (context.event.from.empty()) missing_address(context, report, "from");
}

void improper_address(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (!(event.to.empty() || event.from.empty()) || event.element == nullptr || !between_servers(context)) {
    return;
  }
  for (const std::string_view name : {"from", "to"}) {
    const xml::Attribute* address = event.element->find_attribute(name);
    if (address == nullptr || !address->value.empty()) continue;
    report.add("The '" + std::string(name) + "' of this stanza between servers is empty.",
               event.element->start_tag);
    return;
  }
}

void before_verified(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (!between_servers(context) || wrong_way(context)) return;
  const ServerPairs* pairs = judged_pairs(context, report);
  if (pairs == nullptr) return;
  const State state = pairs->state(event.direction, event.from, event.to);
  if (state == State::kValid) return;
  const bool nobody = !pairs->any_valid(event.direction);
  if (!nobody && state == State::kNone) return;  // that is for the next two rules
  if (event.direction == Direction::kS2C && !nobody) return;
  const std::string pair =
      "from " + quoted(split_jid(event.from).domain) + " to " + quoted(split_jid(event.to).domain);
  report.add(
      state == State::kPending   ? "The stanza " + pair + " goes ahead of the answer to its dialback key."
      : state == State::kInvalid ? "The stanza " + pair + " is sent though its dialback key was refused."
                                 : "The stanza " + pair + " is sent before any domain was proven here.",
      event.element->start_tag);
}

void from_not_validated(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.direction != Direction::kC2S || !between_servers(context)) return;
  const ServerPairs* pairs = judged_pairs(context, report);
  if (pairs == nullptr || !pairs->any_valid(event.direction)) return;
  if (pairs->state(event.direction, event.from, event.to) != State::kNone) return;
  if (pairs->speaks_for(event.direction, event.from)) return;
  // Where one domain logged in and nothing else was proven, jid-determined-s2s-authzid tells it.
  if (context.session.authenticated() && !context.session.validated_by_dialback()) return;
  report.add("The stanza comes from " + quoted(split_jid(event.from).domain) +
                 ", which its server has not proven to speak for on this stream.",
             event.element->start_tag);
}

void to_not_hosted(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (!between_servers(context) || wrong_way(context)) return;
  const ServerPairs* pairs = judged_pairs(context, report);
  if (pairs == nullptr || pairs->state(event.direction, event.from, event.to) != State::kNone) return;
  if (!pairs->speaks_for(event.direction, event.from)) return;
  report.add("The stanza is for " + quoted(split_jid(event.to).domain) +
                 ", which the other server has not agreed to serve on this stream.",
             event.element->start_tag);
}

void bidi_unauthorised(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.direction != Direction::kS2C || !between_servers(context) || wrong_way(context)) return;
  const ServerPairs* pairs = judged_pairs(context, report);
  if (pairs == nullptr || !pairs->any_valid(event.direction)) return;
  if (pairs->speaks_for(event.direction, event.from)) return;
  report.add("The receiving server sends a stanza from " + quoted(split_jid(event.from).domain) +
                 ", a domain that it was not asked for and has not proven.",
             event.element->start_tag);
}

void wrong_direction(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (!between_servers(context) || !wrong_way(context) || event.element == nullptr) return;
  if (!context.session.from_start()) return;
  report.add(
      "A stanza from the server that was called; it sends its own over a connection that it opens itself.",
      event.element->start_tag);
}

void stream_from_missing(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.direction != Direction::kC2S || !between_servers(context) || event.element == nullptr) return;
  if (!event.from.empty() || !context.before.encrypted[index(Direction::kC2S)]) return;
  if (!is_version_1(*event.element)) return;  // before RFC 3920 nobody said it
  report.add(
      "The connecting server does not say in 'from' which domain it is, though the stream is encrypted.",
      event.element->start_tag);
}

void response_to_missing(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.direction != Direction::kS2C || !between_servers(context) || event.element == nullptr) return;
  const xml::ElementPtr& asked = context.session.side(Direction::kC2S).header;
  if (!event.to.empty() || asked == nullptr || asked->attribute("from").empty()) return;
  if (!is_version_1(*event.element)) return;
  if (received_edited(report.memory(), Direction::kS2C, on(EventKind::kHeader))) return;
  report.add("The answering server leaves out 'to', where it should repeat the caller's " +
                 quoted(asked->attribute("from")) + ".",
             event.element->start_tag);
}

void external_authzid(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  const sasl::Login* login = context.session.login();
  if (event.direction != Direction::kC2S || login == nullptr || !between_servers(context)) return;
  if (login->mechanism_name() != "EXTERNAL" || login->authzid().empty()) return;
  if (event.local != "auth" && event.local != "response") return;
  const xml::ElementPtr& header = context.session.side(Direction::kC2S).header;
  const std::string_view from = header == nullptr ? std::string_view() : header->attribute("from");
  const JidSplit name = split_jid(login->authzid());
  if (name.local.empty() && name.resource.empty() && (from.empty() || same_domain(login->authzid(), from))) {
    return;
  }
  report.add("The server wants to be " + quoted(login->authzid()) +
                 "; with EXTERNAL it says nothing ('='), or the domain that it sends from.",
             event.range);
}

void bidi_not_offered(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.ns != ns::kBidi || event.direction != Direction::kC2S) return;
  const xml::Element* features = context.before.features;
  if (features == nullptr || features->child("bidi", "urn:xmpp:features:bidi") != nullptr) return;
  if (received_edited(report.memory(), Direction::kC2S, on(EventKind::kFeatures))) return;
  // It is offered before and after TLS; behind the login the list need not repeat it.
  if (context.session.offered("bidi", "urn:xmpp:features:bidi")) return;
  report.add("The connecting server asks for <bidi/>, which the other one's features do not list.",
             event.range);
}

void bidi_too_late(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.ns != ns::kBidi || event.direction != Direction::kC2S) return;
  if (!context.before.authenticated || !context.session.from_start()) return;
  report.add("<bidi/> comes behind the login, so the other server has already settled for one direction.",
             event.range);
}

void two_connections(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.ns != ns::kBidi || event.direction != Direction::kC2S) return;
  report.add("<bidi/> puts both directions on one connection, where RFC 3920 has one for each.", event.range);
}

constexpr KindSet kHeader = on(EventKind::kHeader);
constexpr KindSet kNonza = on(EventKind::kNonza);

constexpr Rule kRules[] = {
    {
        .id = "s2s-stanza-missing-to",
        .tier = 1,
        .layer = Layer::kS2s,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 6120 §8.1.1.2; RFC 3920 §9.1.1",
        .explanation =
            "A connection between two servers carries the stanzas of many users, and often of many "
            "domains. Nothing is implied there: without 'to' the receiving server does not know whom "
            "a stanza is for, and closes the stream with improper-addressing.",
        .violating = PROVEN "C: <message from='a@example.com'><body>Hi</body></message>",
        .conforming = PROVEN "C: <message from='a@example.com' to='b@example.net'><body>Hi</body></message>",
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
        .explanation =
            "The sending server vouches for the sender, and the receiving one checks that the domain "
            "in 'from' is one that was authenticated on this connection. Without the address there is "
            "nothing to check, and nobody to answer.",
        .violating = PROVEN "C: <iq id='1' type='get' to='example.net'><ping xmlns='urn:xmpp:ping'/></iq>",
        .conforming = PROVEN
        "C: <iq id='1' type='get' from='example.com' to='example.net'><ping xmlns='urn:xmpp:ping'/></iq>",
        .kinds = kStanzas,
        .check = missing_from,
    },
    {
        .id = "s2s-address-improper",
        .tier = 2,
        .layer = Layer::kS2s,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 6120 §4.9.3.7; RFC 3920 §4.7.3",
        .explanation =
            "Between servers an address that cannot be used is a fault of the stream and not of the "
            "stanza: there is nobody to send an error to. An empty 'to' or 'from' is the usual case, "
            "where a library writes an attribute that it has no value for; the receiving server "
            "closes the stream with improper-addressing.",
        .violating = PROVEN "C: <message from='a@example.com' to=''><body>Hi</body></message>",
        .conforming = PROVEN "C: <message from='a@example.com' to='b@example.net'><body>Hi</body></message>",
        .kinds = kStanzas,
        .check = improper_address,
    },
    {
        .id = "s2s-stanza-before-verified",
        .tier = 2,
        .layer = Layer::kS2s,
        .severities = kErrorWarning3920,
        .who = Who::kEither,
        .citation = "XEP-0220 §2.1.1; RFC 6120 §13.12; RFC 3920 §4.3; RFC 3920 §8.3",
        .explanation =
            "Anybody can open a connection and claim to be any domain. So stanzas wait until SASL or "
            "dialback has shown, for this pair of domains, that the claim is true; the sending server "
            "keeps them in a queue. What comes earlier is dropped, or ends the stream.",
        .violating = "[tls]\n" ASKS DIALBACK_OFFERED KEY
                     "C: <message from='a@example.com' to='b@example.net'><body>Hi</body></message>",
        .conforming = PROVEN "C: <message from='a@example.com' to='b@example.net'><body>Hi</body></message>",
        .kinds = kStanzas,
        .check = before_verified,
    },
    {
        .id = "s2s-from-not-validated",
        .tier = 2,
        .layer = Layer::kS2s,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 6120 §8.1.2.2; RFC 3920 §9.1.2; RFC 3920 §8.3",
        .explanation =
            "A server speaks only for the domains that it has proven on this stream. One that hosts "
            "several asks for each of them with a key of its own, or shows a certificate that names "
            "them; a subdomain is a domain of its own. Otherwise everybody's addresses could be "
            "forged by everybody's server.",
        .violating = PROVEN "C: <message from='a@other.example' to='b@example.net'><body>Hi</body></message>",
        .conforming =
            PROVEN "C: <db:result from='other.example' to='example.net'>a1b2c3</db:result>\n"
                   "S: <db:result from='example.net' to='other.example' type='valid'/>\n"
                   "C: <message from='a@other.example' to='b@example.net'><body>Hi</body></message>",
        .kinds = kStanzas,
        .check = from_not_validated,
    },
    {
        .id = "s2s-to-not-hosted",
        .tier = 2,
        .layer = Layer::kS2s,
        .severities = Severities{std::nullopt, Severity::kError},
        .who = Who::kEither,
        .citation = "RFC 6120 §8.1.1.2; RFC 6120 §10.4",
        .explanation = "A pair has two ends: the stream was opened to one domain, and the other server has "
                       "agreed to take stanzas for that one. For another domain of the same server, its room "
                       "service for example, the sender first asks with a pair of its own. Otherwise the "
                       "receiving server would be used as a relay.",
        .violating = PROVEN "C: <message from='a@example.com' to='c@third.example'><body>Hi</body></message>",
        .conforming = PROVEN "C: <db:result from='example.com' to='rooms.example.net'>a1b2c3</db:result>\n"
                             "S: <db:result from='rooms.example.net' to='example.com' type='valid'/>\n"
                             "C: <message from='a@example.com' to='c@rooms.example.net' "
                             "type='groupchat'><body>Hi</body></message>",
        .kinds = kStanzas,
        .check = to_not_hosted,
    },
    {
        .id = "s2s-stanza-wrong-direction",
        .tier = 2,
        .layer = Layer::kS2s,
        .severities = kErrorWarning6120,
        .who = Who::kServer,
        .citation = "RFC 6120 §4.5; RFC 3920 §4.2",
        .explanation =
            "Only the server that opened a connection has proven who it is there, so only it sends "
            "stanzas; what it gets back comes over a connection of the other server's own. XEP-0288 "
            "lets both agree to use one connection. Features, dialback and stream errors always go "
            "both ways.",
        .violating = PROVEN "S: <message from='b@example.net' to='a@example.com'><body>Hi</body></message>",
        .conforming = "[tls]\n" ASKS BIDI_OFFERED "C: <bidi xmlns='urn:xmpp:bidi'/>\n" KEY VALID
                      "S: <message from='b@example.net' to='a@example.com'><body>Hi</body></message>",
        .kinds = kStanzas,
        .check = wrong_direction,
    },
    {
        .id = "s2s-bidi-stanza-unauthorised",
        .tier = 2,
        .layer = Layer::kS2s,
        .severities = kErrors,
        .who = Who::kServer,
        .citation = "XEP-0288 §2.2",
        .explanation =
            "Where both directions share a connection, the server that was called may answer from the "
            "domains that it was called by: those in 'to' of the stream or of a dialback key that was "
            "found valid. For any other it has proven nothing on this connection, and must send a key "
            "of its own first.",
        .violating = "[tls]\n" ASKS BIDI_OFFERED "C: <bidi xmlns='urn:xmpp:bidi'/>\n" KEY VALID
                     "S: <message from='b@third.example' to='a@example.com'><body>Hi</body></message>",
        .conforming = "[tls]\n" ASKS BIDI_OFFERED "C: <bidi xmlns='urn:xmpp:bidi'/>\n" KEY VALID
                      "S: <db:result from='third.example' to='example.com'>a1b2c3</db:result>\n"
                      "C: <db:result from='example.com' to='third.example' type='valid'/>\n"
                      "S: <message from='b@third.example' to='a@example.com'><body>Hi</body></message>",
        .kinds = kStanzas,
        .check = bidi_unauthorised,
    },
    {
        .id = "s2s-stream-from-missing",
        .tier = 2,
        .layer = Layer::kS2s,
        .severities = Severities{std::nullopt, Severity::kError},
        .who = Who::kClient,
        .citation = "RFC 6120 §4.7.1",
        .explanation =
            "Which domain a server calls from is no secret, and the called one needs it early: to "
            "choose the name that the certificate must show, and to decide whether to offer EXTERNAL. "
            "Before encryption it may be left out, since it could be changed on the way; behind TLS "
            "it is required.",
        .violating = "[tls]\n"
                     "C: <stream:stream to='example.net' version='1.0'" SERVER_NAMESPACES,
        .conforming = "[tls]\n" ASKS DIALBACK_OFFERED,
        .kinds = kHeader,
        .check = stream_from_missing,
    },
    {
        .id = "s2s-response-to-missing",
        .tier = 2,
        .layer = Layer::kS2s,
        .severities = Severities{std::nullopt, Severity::kError},
        .who = Who::kServer,
        .citation = "RFC 6120 §4.7.2",
        .explanation =
            "The answering server repeats the caller's domain in 'to', so that the caller sees that "
            "it was understood, and, where it speaks for many domains, which of them this stream is "
            "for. RFC 3920 asked for the opposite, which is why some servers still leave it out.",
        .violating =
            "[tls]\n" ASKS
            "S: <stream:stream from='example.net' id='s1' version='1.0' xml:lang='en'" SERVER_NAMESPACES
            "<stream:features>" DIALBACK "</stream:features>",
        .conforming = "[tls]\n" ASKS DIALBACK_OFFERED,
        .kinds = kHeader,
        .check = response_to_missing,
    },
    {
        .id = "s2s-external-authzid",
        .tier = 3,
        .layer = Layer::kS2s,
        .severities = kWarnings,
        .who = Who::kClient,
        .citation = "RFC 6120 §6.3.8; XEP-0178 §3",
        .explanation =
            "With EXTERNAL the certificate says who calls. The data is empty, written as '=', or the "
            "bare domain that the server sends from, which XEP-0178 asks for because some servers "
            "insist on it. A user's address or another domain is not what the certificate proves, and "
            "is refused.",
        .violating = "[tls]\n" ASKS EXTERNAL_OFFERED "C: <auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' "
                     "mechanism='EXTERNAL'>dXNlckBleGFtcGxlLmNvbQ==</auth>\n"
                     "S: <failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><invalid-authzid/></failure>",
        .conforming =
            "[tls]\n" ASKS EXTERNAL_OFFERED
            "C: <auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='EXTERNAL'>ZXhhbXBsZS5jb20=</auth>\n"
            "S: <success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>\n" ASKS NOTHING_OFFERED
            "C: <message from='a@example.com' to='b@example.net'><body>Hi</body></message>",
        .kinds = on(EventKind::kSasl),
        .check = external_authzid,
    },
    {
        .id = "s2s-bidi-not-offered",
        .tier = 3,
        .layer = Layer::kS2s,
        .severities = kErrors,
        .who = Who::kClient,
        .citation = "XEP-0288 §2.2",
        .explanation =
            "<bidi/> is a statement without an answer: from there on the called server may send "
            "stanzas back. One that does not know of it drops the element and opens its own "
            "connection, while the caller waits for answers on this one. So it is sent only where the "
            "features list it, in a namespace that differs from the request's: "
            "urn:xmpp:features:bidi.",
        .violating = "[tls]\n" ASKS DIALBACK_OFFERED "C: <bidi xmlns='urn:xmpp:bidi'/>\n" KEY VALID,
        .conforming = "[tls]\n" ASKS BIDI_OFFERED "C: <bidi xmlns='urn:xmpp:bidi'/>\n" KEY VALID,
        .kinds = kNonza,
        .check = bidi_not_offered,
    },
    {
        .id = "s2s-bidi-too-late",
        .tier = 3,
        .layer = Layer::kS2s,
        .severities = kWarnings,
        .who = Who::kClient,
        .citation = "XEP-0288 §2.2",
        .explanation =
            "<bidi/> should come before the servers have proven themselves, behind TLS: the pairs are "
            "then agreed on with both directions in mind. When it comes behind the login, the called "
            "server may already have opened a connection of its own for its answers.",
        .violating = "[tls]\n" ASKS BIDI_OFFERED KEY VALID "C: <bidi xmlns='urn:xmpp:bidi'/>",
        .conforming = "[tls]\n" ASKS BIDI_OFFERED "C: <bidi xmlns='urn:xmpp:bidi'/>\n" KEY VALID,
        .kinds = kNonza,
        .check = bidi_too_late,
    },
    {
        .id = "s2s-two-connections",
        .tier = 3,
        .layer = Layer::kS2s,
        .severities = Severities{Severity::kNote, std::nullopt},
        .who = Who::kClient,
        .citation = "RFC 3920 §4.2; RFC 6120 §4.5; RFC 6120 Appendix D",
        .explanation =
            "RFC 3920 gives two servers two TCP connections, one for the stanzas of each. RFC 6120 "
            "leaves it open, and XEP-0288 says how one is enough. A server that knows the old text "
            "only will still open its second connection.",
        .violating = "[tls]\n" ASKS BIDI_OFFERED "C: <bidi xmlns='urn:xmpp:bidi'/>\n" KEY VALID,
        .conforming = PROVEN "C: <message from='a@example.com' to='b@example.net'><body>Hi</body></message>",
        .kinds = kNonza,
        .check = two_connections,
    },
};

constexpr LeftOut kLeftOut[] = {
    {"s2s-external-not-offered",
     "The proxy ends TLS, so the calling server's certificate never reaches the far side, which then rightly "
     "offers no EXTERNAL."},
};

#undef SERVER_NAMESPACES
#undef NOTHING_OFFERED
#undef EXTERNAL_OFFERED
#undef BIDI_OFFERED
#undef DIALBACK_OFFERED
#undef ASKS
#undef ANSWERS
#undef DIALBACK
#undef EXTERNAL
#undef KEY
#undef VALID
#undef PROVEN
#undef EXTERNAL_LOGIN

}  // namespace

RuleTable s2s_rules() {
  return {kRules, kLeftOut};
}

}  // namespace parser::rules
