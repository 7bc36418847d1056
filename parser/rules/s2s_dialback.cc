// Dialback between servers (XEP-0220; RFC 3920 §8): keys, their verification, and the answers. Requests and
// answers are paired by parser/stream/server_pairs.
#include "parser/jid/jid.h"
#include "parser/rules/checks.h"
#include "parser/rules/rulebook.h"
#include "parser/rules/server_example_text.h"

namespace parser::rules {
namespace {

using State = ServerPairs::State;
using Answer = ServerPairs::Answer;

constexpr std::string_view kFeature = "urn:xmpp:features:dialback";

// The element, where it is dialback's: "result", "verify".
bool is_dialback(const Context& context) {
  return context.event.ns == ns::kDialback && context.event.element != nullptr;
}
bool is_request(const Context& context, std::string_view local) {
  return is_dialback(context) && context.event.local == local && context.event.stanza_type.empty();
}
bool is_answer(const Context& context) {
  return is_dialback(context) && !context.event.stanza_type.empty();
}
// A tag's name as people write it.
std::string tag_of(const StreamEvent& event) {
  return "<db:" + std::string(event.local.substr(0, 40)) + "/>";
}

bool declares_dialback(const xml::Element& header) {
  for (const xml::NamespaceDeclaration& declaration : header.declarations) {
    if (declaration.uri == ns::kDialback) return true;
  }
  return false;
}

void namespace_missing(const Context& context, Report& report) {
  if (!is_dialback(context)) return;
  const StreamEvent& event = context.event;
  const SessionState& session = context.session;
  const ServerPairs* pairs = session.pairs();
  const xml::ElementPtr& header = session.side(event.direction).header;
  if (pairs == nullptr || pairs->elements(event.direction) != 1 || header == nullptr) return;
  if (declares_dialback(*header)) return;
  // A receiving server may say it by the feature instead (XEP-0220 §2.4.1).
  if (event.direction == Direction::kS2C && session.offered("dialback", kFeature)) return;
  report.add("This side's stream header does not declare the namespace of dialback, '" +
                 std::string(ns::kDialback) + "'.",
             event.element->start_tag);
}

void unprefixed(const Context& context, Report& report) {
  if (!is_dialback(context) || !context.event.element->prefix.empty()) return;
  const ServerPairs* pairs = context.session.pairs();
  if (pairs == nullptr || pairs->elements(context.event.direction) != 1) return;
  report.add(
      "<" + std::string(context.event.local) +
          "/> of dialback is written without a prefix; servers that compare names as written expect <db:" +
          std::string(context.event.local) + "/>.",
      context.event.element->start_tag);
}

void missing_addresses(const Context& context, Report& report) {
  if (!is_dialback(context)) return;
  const StreamEvent& event = context.event;
  if (!event.from.empty() && !event.to.empty()) return;
  report.add(tag_of(event) + " without " +
                 (!event.to.empty()     ? std::string("'from'")
                  : !event.from.empty() ? std::string("'to'")
                                        : std::string("'from' and 'to'")) +
                 " does not say which pair of domains it is about.",
             event.element->start_tag);
}

void verify_missing_id(const Context& context, Report& report) {
  if (!is_dialback(context) || context.event.local != "verify" || !context.event.id.empty()) return;
  report.add("<db:verify/> has no id, so nobody can tell for which stream the key was made.",
             context.event.element->start_tag);
}

void verify_wrong_id(const Context& context, Report& report) {
  if (!is_dialback(context) || context.event.local != "verify" || context.event.id.empty()) return;
  const StreamEvent& event = context.event;
  if (event.stanza_type.empty()) {
    const xml::ElementPtr& own = context.session.side(opposite(event.direction)).header;
    if (event.direction != Direction::kC2S || own == nullptr || own->attribute("id") != event.id) return;
    report.add("<db:verify/> asks with the id " + quoted(event.id) +
                   " of this very stream; it is that of the stream on which the key came.",
               event.element->start_tag);
    return;
  }
  const ServerPairs* pairs = context.session.pairs();
  if (pairs == nullptr || pairs->last_answer() != Answer::kWrongId || !context.session.from_start()) return;
  report.add("The answer has the id " + quoted(event.id) + ", which no open <db:verify/> of this pair had.",
             event.element->start_tag);
}

void type_invalid(const Context& context, Report& report) {
  if (!is_answer(context)) return;
  const std::string_view type = context.event.stanza_type;
  if (type == "valid" || type == "invalid" || type == "error") return;
  report.add(
      "The type " + quoted(type) + " of a dialback answer is neither 'valid' nor 'invalid' nor 'error'.",
      context.event.element->start_tag);
}

// Whether an answer that fits no request is one: all requests were seen.
bool all_seen(const Context& context, Report& report) {
  const ServerPairs* pairs = context.session.pairs();
  return pairs != nullptr && pairs->complete() && context.session.from_start() &&
         !context.event.from.empty() && !context.event.to.empty() &&
         !received_edited(report.memory(), context.event.direction, on(EventKind::kNonza));
}

void unsolicited(const Context& context, Report& report) {
  if (!is_answer(context) || !all_seen(context, report)) return;
  if (context.session.pairs()->last_answer() != Answer::kUnsolicited) return;
  const StreamEvent& event = context.event;
  report.add(tag_of(event) + " of type " + quoted(event.stanza_type) + " for " + quoted(event.to) +
                 " answers nothing that is open on this stream.",
             event.element->start_tag);
}

void not_swapped(const Context& context, Report& report) {
  if (!is_answer(context) || !all_seen(context, report)) return;
  if (context.session.pairs()->last_answer() != Answer::kNotSwapped) return;
  report.add("The answer has from and to as the request had them; they change places.",
             context.event.element->start_tag);
}

void error_without_error(const Context& context, Report& report) {
  if (!is_answer(context) || context.event.stanza_type != "error") return;
  for (const xml::Element& child : context.event.element->children()) {
    if (child.local == "error" && child.child_in(ns::kStanzaErrors) != nullptr) return;
  }
  report.add(
      tag_of(context.event) + " of type 'error' has no <error/> with a condition that says what failed.",
      context.event.element->range);
}

void errors_not_advertised(const Context& context, Report& report) {
  if (!is_answer(context) || context.event.stanza_type != "error") return;
  // The calling server has no features to say it in.
  if (context.event.direction != Direction::kS2C || !context.session.from_start()) return;
  const xml::Element* features = context.before.features;
  if (features == nullptr || is_legacy(context.session)) return;
  const xml::Element* dialback = features->child("dialback", kFeature);
  if (dialback != nullptr && dialback->child("errors") != nullptr) return;
  report.add(
      "The server answers a dialback key with type 'error', which its features did not announce with "
      "<dialback><errors/></dialback>.",
      context.event.element->start_tag);
}

// A key alone harms nobody, and a connection that only verifies one may do without TLS; what counts is that a
// pair is taken for proven.
void without_tls(const Context& context, Report& report) {
  if (!is_answer(context) || context.event.local != "result" || context.event.stanza_type != "valid") return;
  const StreamEvent& event = context.event;
  const ServerPairs* pairs = context.session.pairs();
  if (pairs == nullptr || context.session.encrypted(event.direction)) return;
  size_t valid = 0;
  for (const ServerPairs::Pair& pair : pairs->pairs(opposite(event.direction))) {
    if (pair.state == State::kValid) ++valid;
  }
  if (valid > 1) return;  // said already
  report.add("A pair of domains is taken for proven by dialback on a stream that is not encrypted.",
             event.element->start_tag);
}

void after_external(const Context& context, Report& report) {
  if (!is_request(context, "result")) return;
  const StreamEvent& event = context.event;
  const ServerPairs* pairs = context.session.pairs();
  if (pairs == nullptr) return;
  for (const ServerPairs::Pair& pair : pairs->pairs(event.direction)) {
    if (!pair.by_sasl || !same_domain(pair.from, event.from) || !same_domain(pair.to, event.to)) continue;
    report.add("A dialback key for the pair " + quoted(event.from) + " to " + quoted(event.to) +
                   ", which SASL has proven already.",
               event.element->start_tag);
  }
}

void starttls_after(const Context& context, Report& report) {
  const ServerPairs* pairs = context.session.pairs();
  if (context.event.direction != Direction::kC2S || context.event.local != "starttls" || pairs == nullptr)
    return;
  if (!pairs->asked(Direction::kC2S)) return;
  report.add("<starttls/> behind a dialback key: what was proven before TLS counts for nothing behind it.",
             context.event.range);
}

void same_connection(const Context& context, Report& report) {
  if (!is_request(context, "verify") || context.event.direction != Direction::kS2C) return;
  const StreamEvent& event = context.event;
  const ServerPairs* pairs = context.session.pairs();
  if (pairs == nullptr) return;
  for (const ServerPairs::Pair& pair : pairs->pairs(Direction::kC2S)) {
    if (pair.state != State::kPending || !same_domain(pair.from, event.to) ||
        !same_domain(pair.to, event.from)) {
      continue;
    }
    report.add("The key that came on this stream is verified on this stream, by whoever sent it.",
               event.element->start_tag, At{.frame = pair.frame});
    return;
  }
}

void invalid_kept(const Context& context, Report& report) {
  const ServerPairs* pairs = context.session.pairs();
  if (pairs == nullptr) return;
  const ServerPairs::Refusal& refusal = pairs->refusal();
  const StreamEvent& event = context.event;
  if (refusal.frame == 0 || event.frame == refusal.frame || report.memory().judged_refusal) return;
  if (context.session.side(refusal.sender).closed || context.session.side(refusal.sender).error_sent) return;
  if (event.time - refusal.time < context.features_timeout) return;
  report.memory().judged_refusal = true;
  report.add("The only pair of this stream was refused as invalid, and the stream is still open.",
             refusal.range, At{.offender = refusal.sender, .frame = refusal.frame});
}

// A request without answer, though the other side goes on.
void unanswered(const Context& context, Report& report) {
  const ServerPairs* pairs = context.session.pairs();
  if (pairs == nullptr || !context.session.from_start()) return;
  const StreamEvent& event = context.event;
  const Direction asker = opposite(event.direction);
  const auto judge = [&](uint64_t frame, Time time, std::string_view what, std::string_view to) {
    if (event.time - time < context.ack_timeout ||
        static_cast<uint32_t>(frame) <= report.memory().judged_dialback[index(asker)])
      return;
    if (received_edited(report.memory(), event.direction, on(EventKind::kNonza))) return;
    report.memory().judged_dialback[index(asker)] = static_cast<uint32_t>(frame);
    report.add(
        "The " + std::string(what) + " for " + quoted(to) + " in frame " + std::to_string(frame) +
            " has had no answer for " +
            std::to_string(std::chrono::duration_cast<std::chrono::seconds>(event.time - time).count()) +
            " s.",
        event.range, At{.frame = frame});
  };
  for (const ServerPairs::Pair& pair : pairs->pairs(asker)) {
    if (pair.state == State::kPending) judge(pair.frame, pair.time, "dialback key", pair.to);
  }
  for (const ServerPairs::Verification& open : pairs->verifications(asker)) {
    judge(open.frame, open.time, "<db:verify/>", open.to);
  }
}

constexpr KindSet kNonza = on(EventKind::kNonza);
constexpr KindSet kSigns = kStanzas | on(EventKind::kNonza, EventKind::kSm, EventKind::kKeepalive);

constexpr Rule kRules[] = {
    {
        .id = "s2s-dialback-namespace-missing",
        .tier = 2,
        .layer = Layer::kS2s,
        .severities = kWarnings,
        .who = Who::kEither,
        .citation = "XEP-0220 §2.4.1; RFC 3920 §8.3; RFC 3920 §11.2.3",
        .explanation =
            "By declaring xmlns:db on its stream header a server says that it speaks dialback. A "
            "declaration on the element itself is good XML, but servers that look at the header only "
            "will conclude that there is no dialback, and refuse the key. A receiving server may "
            "announce the feature instead.",
        .violating =
            "[tls]\n"
            "C: <stream:stream from='example.com' to='example.net' version='1.0' xmlns='jabber:server' "
            "xmlns:stream='http://etherx.jabber.org/streams'>\n" DIALBACK_OFFERED
            "C: <db:result xmlns:db='jabber:server:dialback' from='example.com' "
            "to='example.net'>a1b2c3</db:result>\n" VALID,
        .conforming = PROVEN,
        .kinds = kNonza,
        .check = namespace_missing,
    },
    {
        .id = "s2s-dialback-missing-addresses",
        .tier = 2,
        .layer = Layer::kS2s,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "XEP-0220 §2.1.1; XEP-0220 §2.1.2; RFC 3920 §8.3",
        .explanation =
            "A key proves one thing: that the sender of this stream may speak for the domain in "
            "'from' to the domain in 'to'. Both are always there, in requests and answers, since one "
            "stream may carry many pairs.",
        .violating = "[tls]\n" ASKS DIALBACK_OFFERED "C: <db:result to='example.net'>a1b2c3</db:result>",
        .conforming = PROVEN,
        .kinds = kNonza,
        .check = missing_addresses,
    },
    {
        .id = "s2s-dialback-verify-missing-id",
        .tier = 2,
        .layer = Layer::kS2s,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "XEP-0220 §2.1.2; RFC 3920 §8.3",
        .explanation = "The key was made from the id of the stream that it came on. The authoritative server "
                       "needs that id to make the key again and compare, so <db:verify/> carries it, and the "
                       "answer repeats it.",
        .violating = "[tls]\n" ASKS DIALBACK_OFFERED
                     "C: <db:verify from='example.com' to='example.net'>a1b2c3</db:verify>",
        .conforming = "[tls]\n" ASKS DIALBACK_OFFERED
                      "C: <db:verify from='example.com' to='example.net' id='417GAF25'>a1b2c3</db:verify>\n"
                      "S: <db:verify from='example.net' to='example.com' id='417GAF25' type='valid'/>",
        .kinds = kNonza,
        .check = verify_missing_id,
    },
    {
        .id = "s2s-dialback-verify-wrong-id",
        .tier = 2,
        .layer = Layer::kS2s,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "XEP-0220 §2.1.2; XEP-0220 §2.2.2; RFC 3920 §8.3",
        .explanation =
            "The id in <db:verify/> is the one that the asking server gave to the stream on which the "
            "key arrived; the connection used for asking has an id of its own, which says nothing "
            "about the key. The answer repeats the id, because several keys of the same pair may be "
            "under way.",
        .violating = "[tls]\n" ASKS DIALBACK_OFFERED
                     "C: <db:verify from='example.com' to='example.net' id='s1'>a1b2c3</db:verify>\n"
                     "S: <db:verify from='example.net' to='example.com' id='s1' type='invalid'/>",
        .conforming = "[tls]\n" ASKS DIALBACK_OFFERED
                      "C: <db:verify from='example.com' to='example.net' id='417GAF25'>a1b2c3</db:verify>\n"
                      "S: <db:verify from='example.net' to='example.com' id='417GAF25' type='valid'/>",
        .kinds = kNonza,
        .check = verify_wrong_id,
    },
    {
        .id = "s2s-dialback-type-invalid",
        .tier = 2,
        .layer = Layer::kS2s,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "XEP-0220 §2.2.1; RFC 3920 §8.3",
        .explanation =
            "An answer says 'valid' or 'invalid', or 'error' where the key could not be judged. With "
            "any other word the asking server does not know whether it may send, and its stanzas wait "
            "until they time out.",
        .violating = "[tls]\n" ASKS DIALBACK_OFFERED KEY
                     "S: <db:result from='example.net' to='example.com' type='ok'/>",
        .conforming = PROVEN,
        .kinds = kNonza,
        .check = type_invalid,
    },
    {
        .id = "s2s-dialback-unsolicited",
        .tier = 2,
        .layer = Layer::kS2s,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "XEP-0220 §2.1.1; XEP-0220 §3.1",
        .explanation =
            "An answer belongs to a request on the same stream, for the same pair. A server that "
            "accepted a 'valid' it did not ask for could be talked into sending a domain's stanzas to "
            "somebody who has nothing to do with it.",
        .violating = PROVEN "S: <db:result from='example.net' to='evil.example' type='valid'/>",
        .conforming = PROVEN "C: <db:result from='rooms.example.com' to='example.net'>a1b2c3</db:result>\n"
                             "S: <db:result from='example.net' to='rooms.example.com' type='valid'/>",
        .kinds = kNonza,
        .check = unsolicited,
    },
    {
        .id = "s2s-dialback-not-swapped",
        .tier = 2,
        .layer = Layer::kS2s,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "XEP-0220 §2.2.1; XEP-0220 §2.2.2",
        .explanation =
            "'from' is who sends an element and 'to' who gets it, so in an answer the two change "
            "places. Copied as they were, the answer names a pair of the opposite direction, and the "
            "asking server drops it as unsolicited.",
        .violating = "[tls]\n" ASKS DIALBACK_OFFERED KEY
                     "S: <db:result from='example.com' to='example.net' type='invalid'/>",
        .conforming = PROVEN,
        .kinds = kNonza,
        .check = not_swapped,
    },
    {
        .id = "s2s-dialback-error-without-error",
        .tier = 2,
        .layer = Layer::kS2s,
        .severities = Severities{std::nullopt, Severity::kError},
        .who = Who::kEither,
        .citation = "XEP-0220 §2.5",
        .explanation =
            "type='error' says that the key could not be judged, and an <error/> with the condition "
            "of a stanza error says why: item-not-found where the domain is not served here, remote- "
            "server-not-found where it could not be asked. Without it the caller cannot know whether "
            "trying again makes sense.",
        .violating = "[tls]\n" ASKS DIALBACK_OFFERED KEY
                     "S: <db:result from='example.net' to='example.com' type='error'/>",
        .conforming =
            "[tls]\n" ASKS DIALBACK_OFFERED KEY
            "S: <db:result from='example.net' to='example.com' type='error'><error "
            "type='cancel'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></db:result>",
        .kinds = kNonza,
        .check = error_without_error,
    },
    {
        .id = "s2s-dialback-errors-not-advertised",
        .tier = 2,
        .layer = Layer::kS2s,
        .severities = Severities{std::nullopt, Severity::kWarning},
        .who = Who::kServer,
        .citation = "XEP-0220 §2.4.2",
        .explanation =
            "Older servers answered a key that they could not judge by closing the stream. One that "
            "sends type='error' instead announces it with <errors/> inside its dialback feature, so "
            "that the caller knows that the stream will survive. The calling server has no features "
            "to say it in.",
        .violating = "[tls]\n" ASKS ANSWERS("<dialback xmlns='urn:xmpp:features:dialback'/>") KEY
        "S: <db:result from='example.net' to='example.com' type='error'><error type='cancel'><item-not-found "
        "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></db:result>",
        .conforming =
            "[tls]\n" ASKS DIALBACK_OFFERED KEY
            "S: <db:result from='example.net' to='example.com' type='error'><error "
            "type='cancel'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></db:result>",
        .kinds = kNonza,
        .check = errors_not_advertised,
    },
    {
        .id = "s2s-dialback-without-tls",
        .tier = 2,
        .layer = Layer::kS2s,
        .severities = kWarnings,
        .who = Who::kEither,
        .citation = "XEP-0220 §3; RFC 6120 §13.14; RFC 7590 §3.4; RFC 3920 §4.3",
        .explanation =
            "Dialback only shows that a domain's servers, as DNS names them, agree to the connection. "
            "It encrypts nothing and notices no one in between: on a plain stream everybody on the "
            "path can read and change what follows. A connection that only verifies a key may do "
            "without TLS.",
        .violating = ASKS DIALBACK_OFFERED KEY VALID,
        .conforming = PROVEN,
        .kinds = kNonza,
        .check = without_tls,
    },
    {
        .id = "s2s-dialback-unanswered",
        .tier = 2,
        .layer = Layer::kS2s,
        .severities = kWarnings,
        .who = Who::kEither,
        .citation = "XEP-0220 §2.2.1; XEP-0220 §2.2.2",
        .explanation =
            "Whoever sends a key or has one verified must be told the outcome; until then the stanzas "
            "of that pair wait in a queue. A server that cannot judge a key says 'error', or closes "
            "the stream. Silence costs the users of both sides the time until the queue is given up.",
        .violating = "[tls]\n" ASKS DIALBACK_OFFERED KEY "[wait 31s]\n"
                     "S: ${byte:20}",
        .conforming = "[tls]\n" ASKS DIALBACK_OFFERED KEY "[wait 20s]\n" VALID "[wait 31s]\n"
                      "S: ${byte:20}",
        .kinds = kSigns,
        .check = unanswered,
    },
    {
        .id = "s2s-dialback-unprefixed",
        .tier = 3,
        .layer = Layer::kS2s,
        .severities = kWarnings,
        .who = Who::kEither,
        .citation = "XEP-0220 §2; RFC 3920 §11.2.3",
        .explanation =
            "Elements of dialback are written with the prefix that the stream header declares, by "
            "custom db. A prefix carries no meaning in XML, but servers from before namespaces were "
            "taken seriously look for the name as it is written.",
        .violating =
            "[tls]\n" ASKS DIALBACK_OFFERED "C: <result xmlns='jabber:server:dialback' from='example.com' "
            "to='example.net'>a1b2c3</result>\n" VALID,
        .conforming = PROVEN,
        .kinds = kNonza,
        .check = unprefixed,
    },
    {
        .id = "s2s-dialback-invalid-stream-kept",
        .tier = 3,
        .layer = Layer::kS2s,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "XEP-0220 §2.2.1; RFC 3920 §8.3",
        .explanation =
            "An invalid key means that somebody claimed a domain that is not theirs. If it was the "
            "first and only pair of the stream, nothing is left that it could be used for, so the "
            "receiving server closes it, rather than giving the caller more attempts. A stream with "
            "other valid pairs stays open.",
        .violating = "[tls]\n" ASKS DIALBACK_OFFERED KEY
                     "S: <db:result from='example.net' to='example.com' type='invalid'/>\n"
                     "[wait 10s]\n"
                     "S: ${byte:20}",
        .conforming = "[tls]\n" ASKS DIALBACK_OFFERED KEY
                      "S: <db:result from='example.net' to='example.com' type='invalid'/></stream:stream>\n"
                      "C: </stream:stream>",
        .kinds = kSigns,
        .check = invalid_kept,
    },
    {
        .id = "s2s-dialback-same-connection",
        .tier = 3,
        .layer = Layer::kS2s,
        .severities = kErrors,
        .who = Who::kServer,
        .citation = "XEP-0288 §2.2",
        .explanation =
            "A key is verified by asking the domain that it claims, at the address that DNS has for "
            "it. Asked back on the connection that the key came on, whoever sent it would vouch for "
            "itself, and every forged key would be valid. Bidirectional streams make this mistake "
            "easy.",
        .violating = "[tls]\n" ASKS BIDI_OFFERED "C: <bidi xmlns='urn:xmpp:bidi'/>\n" KEY
                     "S: <db:verify from='example.net' to='example.com' "
                     "id='s1'>37c69b1cf07a3f67c04a5ef5902fa5114f2c76fe</db:verify>\n"
                     "C: <db:verify from='example.com' to='example.net' id='s1' type='valid'/>\n" VALID,
        .conforming =
            "[tls]\n" ASKS DIALBACK_OFFERED KEY "[connection 2]\n"
            "[tls]\n"
            "C: <stream:stream from='example.net' to='example.com' version='1.0'" SERVER_NAMESPACES "\n"
            "S: <stream:stream from='example.com' to='example.net' id='x9' version='1.0' "
            "xml:lang='en'" SERVER_NAMESPACES "<stream:features/>\n"
            "C: <db:verify from='example.net' to='example.com' "
            "id='s1'>37c69b1cf07a3f67c04a5ef5902fa5114f2c76fe</db:verify>\n"
            "S: <db:verify from='example.com' to='example.net' id='s1' type='valid'/>\n"
            "[connection 1]\n" VALID,
        .kinds = kNonza,
        .check = same_connection,
    },
    {
        .id = "s2s-dialback-after-external",
        .tier = 3,
        .layer = Layer::kS2s,
        .severities = kWarnings,
        .who = Who::kEither,
        .citation = "RFC 3920 §8.1; XEP-0220 §1",
        .explanation =
            "A certificate that was accepted says more than a key, whose worth is that of DNS. Where "
            "SASL has proven a pair, dialback for the same pair adds nothing but a round trip and a "
            "third connection. For further domains on the same stream it is the usual way.",
        .violating = "[tls]\n" ASKS BOTH_OFFERED EXTERNAL_LOGIN OFFERED_AGAIN KEY VALID,
        .conforming = "[tls]\n" ASKS BOTH_OFFERED EXTERNAL_LOGIN OFFERED_AGAIN
                      "C: <db:result from='rooms.example.com' to='example.net'>a1b2c3</db:result>\n"
                      "S: <db:result from='example.net' to='rooms.example.com' type='valid'/>",
        .kinds = kNonza,
        .check = after_external,
    },
    {
        .id = "s2s-starttls-after-dialback",
        .tier = 3,
        .layer = Layer::kS2s,
        .severities = kWarnings,
        .who = Who::kClient,
        .citation = "XEP-0170 §3.2; RFC 6120 §5.3.4",
        .explanation =
            "TLS begins the stream afresh, and both sides forget what they learned before it, the "
            "pairs that were proven included. So encryption comes first and dialback behind it; the "
            "other way round the work is done twice, and the first time in the open.",
        .violating = ASKS STARTTLS_OFFERED KEY "C: <starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>\n"
                                               "S: <proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>",
        .conforming = ASKS STARTTLS_OFFERED "C: <starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>\n"
                                            "S: <proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>\n"
                                            "[tls]\n" ASKS OFFERED_AGAIN KEY VALID,
        .kinds = on(EventKind::kStartTls),
        .check = starttls_after,
    },
};

#undef SERVER_NAMESPACES
#undef OFFERED_AGAIN
#undef STARTTLS_OFFERED
#undef BOTH_OFFERED
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

RuleTable s2s_dialback_rules() {
  return {kRules};
}

}  // namespace parser::rules
