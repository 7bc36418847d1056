// IQ layer: the question and answer of XMPP (RFC 6120 §8.2.3). Which answer belongs to which question is told
// by SessionState; here it is judged.
#include <string>

#include "parser/jid/jid.h"
#include "parser/rules/checks.h"
#include "parser/rules/rulebook.h"

namespace parser::rules {
namespace {

using xml::Element;

constexpr std::string_view kRoster = "jabber:iq:roster";

ByteRange tag_range(const StreamEvent& event) {
  return event.element != nullptr ? event.element->start_tag : event.range;
}

bool is_request(const StreamEvent& event) {
  return event.stanza_type == "get" || event.stanza_type == "set";
}

// Child elements other than the stanza's own <error/>.
size_t payloads(const Element& iq) {
  size_t count = 0;
  for (const Element& child : iq.children()) {
    if (child.local != "error" || !is_content_namespace(child.ns)) ++count;
  }
  return count;
}

void missing_id(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (!event.id.empty() || event.element == nullptr) return;
  const bool present = event.element->find_attribute("id") != nullptr;
  // Clients of the generation before XMPP logged in without ids, and an answer can only repeat what it was
  // given.
  if (is_legacy(context.session) || (present && !is_request(event))) return;
  report.add(present ? "The iq has an empty id, which is as good as none." : "The iq has no id.",
             tag_range(event));
}

void missing_type(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.element == nullptr || event.element->find_attribute("type") != nullptr) return;
  report.add("The iq has no type; it must be get, set, result or error.", tag_range(event));
}

void invalid_type(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.element == nullptr || event.element->find_attribute("type") == nullptr) return;
  const std::string_view type = event.stanza_type;
  if (type == "get" || type == "set" || type == "result" || type == "error") return;
  report.add("The iq type " + quoted(type) + " does not exist; it must be get, set, result or error.",
             tag_range(event));
}

void request_without_payload(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.element == nullptr || !is_request(event) || event.element->child_count() > 0) return;
  report.add("The " + std::string(event.stanza_type) + " has no child element, so it asks for nothing.",
             event.range);
}

void request_multiple_payloads(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.element == nullptr || !is_request(event)) return;
  const size_t count = payloads(*event.element);
  if (count < 2) return;
  report.add("The " + std::string(event.stanza_type) + " has " + std::to_string(count) +
                 " child elements; exactly one is allowed.",
             event.range);
}

void error_without_error(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.element == nullptr || event.stanza_type != "error") return;
  for (const Element& child : event.element->children()) {
    if (child.local == "error" && is_content_namespace(child.ns)) return;
  }
  report.add("The iq is of type 'error' but has no <error/> child that says what failed.", event.range);
}

// --- pairing ---------------------------------------------------------------------------------------------

// Whether the server itself, not somebody behind it, has to answer a client's request.
bool answered_by_server(const OpenIq& request, const SessionState& session) {
  if (request.to.empty()) return true;
  if (request.to.find('@') == std::string::npos) {
    return !session.domain().empty() && same_bare_jid(request.to, session.domain(), session.jid_profile());
  }
  return has_address(session) && request.to.find('/') == std::string::npos &&
         same_bare_jid(request.to, session.bound_jid(), session.jid_profile());
}

// RFC 6121 §2.1.6: silence towards a roster push from a stranger is allowed, as an answer leaks presence.
bool may_stay_silent(const OpenIq& request, Direction direction, const SessionState& session) {
  return direction == Direction::kS2C && request.payload_ns == kRoster && !request.from.empty() &&
         (!has_address(session) || !same_bare_jid(request.from, session.bound_jid(), session.jid_profile()));
}

// Silence becomes a finding when the side that owes the answer says something else after the time is up: then
// it was there and did not answer. A dead or sleeping peer is never blamed.
void unanswered(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  const Direction asker = opposite(event.direction);
  const auto& open = context.session.open_iqs(asker);
  if (open.empty()) return;
  uint64_t& judged = report.memory().judged_iqs[index(asker)];
  for (auto it = open.lower_bound(judged); it != open.end(); ++it) {
    const OpenIq& request = it->second;
    if (event.time - request.time < context.iq_timeout) return;
    judged = it->first + 1;
    if (may_stay_silent(request, asker, context.session)) continue;
    // The request may never have arrived as it was sent.
    if (received_edited(report.memory(), event.direction, on(EventKind::kIq))) continue;
    // The answer may lie in bytes that were not seen.
    if ((report.memory().edited[index(event.direction)] & on(EventKind::kDropped)) != 0) continue;
    At at{.offender = event.direction, .frame = request.frame};
    std::string owing = "The client";
    if (event.direction == Direction::kS2C) {
      owing = "The server";
      if (!answered_by_server(request, context.session)) {
        owing = quoted(request.to);
        at.at_most = Severity::kWarning;  // somebody else's silence, or a slow path to them
      }
    }
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(event.time - request.time).count();
    report.add(owing + " has not answered the iq " + request.type + " with id " + quoted(request.id) +
                   " for " + std::to_string(seconds) + " s; every get and set must get a result or an error.",
               event.range, at);
  }
}

bool is_response(const StreamEvent& event) {
  return event.stanza_type == "result" || event.stanza_type == "error";
}

// Requests that were made where nobody looked: before the capture, before a resumption, in bytes not seen, or
// by the proxy.
bool requests_known(const Context& context, const RuleCounters& memory) {
  return context.session.from_start() && !context.session.resumed() && context.session.forgotten_iqs() == 0 &&
         !received_edited(memory, context.event.direction, on(EventKind::kIq));
}

void unsolicited_response(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  const SessionState& session = context.session;
  if (!is_response(event) || session.last_match() != IqMatch::kUnsolicited || event.id.empty()) return;
  if (!requests_known(context, report.memory())) return;
  // Meant for another of the account's resources, and only copied here.
  if (event.direction == Direction::kS2C && has_address(session) && !split_jid(event.to).resource.empty() &&
      !same_jid(event.to, session.bound_jid(), session.jid_profile())) {
    return;
  }
  report.add("The iq " + std::string(event.stanza_type) + " with id " + quoted(event.id) +
                 " answers no request that is open or was open on this stream.",
             tag_range(event));
}

void response_wrong_from(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  const SessionState& session = context.session;
  if (!is_response(event) || session.last_match() != IqMatch::kWrongFrom) return;
  const std::optional<OpenIq>& request = session.last_request();
  if (!request || !requests_known(context, report.memory())) return;
  // Only the client can tell who it asked; a server checks by the addresses that it stamps itself.
  if (event.direction != Direction::kS2C || event.from.empty()) return;
  if (same_jid(event.from, request->to, session.jid_profile())) return;
  const bool own_account =
      request->to.empty() ||
      (has_address(session) && same_bare_jid(request->to, session.bound_jid(), session.jid_profile()));
  if (own_account) {
    if (!has_address(session)) return;
    if (same_bare_jid(event.from, session.bound_jid(), session.jid_profile()) ||
        is_domain_within(event.from, session.domain(), session.jid_profile()))
      return;
  }
  report.add("The answer to the iq " + request->type + " with id " + quoted(request->id) + " comes from " +
                 quoted(event.from) + ", but " +
                 (request->to.empty() ? "the own server" : quoted(request->to)) + " was asked.",
             tag_range(event), {.frame = request->frame});
}

void roster_push_foreign(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.direction != Direction::kS2C || event.stanza_type != "set" || event.from.empty()) return;
  if (event.payload == nullptr || !event.payload->is("query", kRoster)) return;
  if (!is_client_stream(context.session)) return;
  const std::string_view own = has_address(context.session) ? context.session.bound_jid() : event.to;
  if (own.empty() || same_bare_jid(event.from, own, context.session.jid_profile())) return;
  At at;
  // Remote roster management (XEP-0321): a gateway of the own domain may be entitled to it.
  if (is_domain_within(event.from, split_jid(own).domain, context.session.jid_profile()))
    at.at_most = Severity::kNote;
  report.add("A roster push from " + quoted(event.from) + ": only the own account, " + quoted(bare_of(own)) +
                 ", may change the roster, so the client must ignore it.",
             tag_range(event), at);
}

constexpr KindSet kIqs = on(EventKind::kIq);

constexpr Rule kRules[] = {
    {
        .id = "iq-missing-id",
        .tier = 1,
        .layer = Layer::kIq,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 6120 §8.2.3; RFC 3920 §9.2.3",
        .explanation =
            "An iq is a question or an answer, and many can be under way at once. The id, which the "
            "answer repeats, is the only link between the two. Without it the asker cannot tell which "
            "of its questions was answered.",
        .violating = "C: <iq type='get'><ping xmlns='urn:xmpp:ping'/></iq>",
        .conforming = "C: <iq id='p1' type='get'><ping xmlns='urn:xmpp:ping'/></iq>",
        .kinds = kIqs,
        .check = missing_id,
    },
    {
        .id = "iq-missing-type",
        .tier = 1,
        .layer = Layer::kIq,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 6120 §8.2.3; RFC 3920 §9.2.3",
        .explanation =
            "The type makes an iq a question (get, set) or an answer (result, error). A message has a "
            "default type, an iq has none, so without the attribute a receiver can neither answer nor "
            "use it.",
        .violating = "C: <iq id='p1'><ping xmlns='urn:xmpp:ping'/></iq>",
        .conforming = "C: <iq id='p1' type='get'><ping xmlns='urn:xmpp:ping'/></iq>",
        .kinds = kIqs,
        .check = missing_type,
    },
    {
        .id = "iq-invalid-type",
        .tier = 1,
        .layer = Layer::kIq,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 6120 §8.2.3; RFC 3920 §9.2.3",
        .explanation =
            "There are four types: get and set ask, result and error answer. They are compared as "
            "they stand, so 'GET' is not one of them. A receiver cannot know whether anything else "
            "wants an answer, and refuses it with bad-request.",
        .violating = "C: <iq id='p1' type='query'><ping xmlns='urn:xmpp:ping'/></iq>",
        .conforming = "C: <iq id='p1' type='get'><ping xmlns='urn:xmpp:ping'/></iq>",
        .kinds = kIqs,
        .check = invalid_type,
    },
    {
        .id = "iq-request-without-payload",
        .tier = 1,
        .layer = Layer::kIq,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 6120 §8.2.3; RFC 3920 §9.2.3",
        .explanation =
            "What a get or set wants is said by its one child element, whose namespace decides who "
            "handles it. Without a child there is nothing to route inside the receiver, and the only "
            "answer is bad-request.",
        .violating = "C: <iq id='1' type='get'/>",
        .conforming = "C: <iq id='1' type='get'><query xmlns='jabber:iq:version'/></iq>\n"
                      "S: <iq id='1' type='result'/>",
        .kinds = kIqs,
        .check = request_without_payload,
    },
    {
        .id = "iq-request-multiple-payloads",
        .tier = 1,
        .layer = Layer::kIq,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 6120 §8.2.3; RFC 3920 §9.2.3",
        .explanation =
            "One iq is one question. With two children it is open which of them an answer belongs to, "
            "and what it means when one succeeds and the other fails. Send two iqs; they may be under "
            "way at the same time.",
        .violating =
            "C: <iq id='1' type='get'><query xmlns='jabber:iq:version'/><time xmlns='urn:xmpp:time'/></iq>",
        .conforming = "C: <iq id='1' type='get'><query xmlns='jabber:iq:version'/></iq>\n"
                      "C: <iq id='2' type='get'><time xmlns='urn:xmpp:time'/></iq>",
        .kinds = kIqs,
        .check = request_multiple_payloads,
    },
    {
        .id = "iq-error-without-error",
        .tier = 1,
        .layer = Layer::kIq,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 6120 §8.2.3; RFC 3920 §9.2.3",
        .explanation =
            "An iq of type 'error' tells why a question could not be answered, and the <error/> child "
            "is where it does so. The original payload may come along, but it is no substitute.",
        .violating = "C: <iq id='1' type='get'><query xmlns='jabber:iq:version'/></iq>\n"
                     "S: <iq id='1' type='error'><query xmlns='jabber:iq:version'/></iq>",
        .conforming = "C: <iq id='1' type='get'><query xmlns='jabber:iq:version'/></iq>\n"
                      "S: <iq id='1' type='error'><query xmlns='jabber:iq:version'/><error "
                      "type='cancel'><service-unavailable "
                      "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>",
        .kinds = kIqs,
        .check = error_without_error,
    },
    {
        .id = "iq-unanswered",
        .tier = 1,
        .layer = Layer::kIq,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 6120 §8.2.3; RFC 3920 §9.2.3",
        .explanation =
            "Whoever gets a get or set owes a result or an error, even if it understands nothing of "
            "the question: service-unavailable is an answer. Silence leaves the asker waiting until "
            "it gives up, and it cannot tell a missing feature from a broken connection. This is said "
            "only when the side that owes the answer has sent something else after the time was up.",
        .violating = "C: <iq id='v1' type='get'><query xmlns='jabber:iq:version'/></iq>\n"
                     "[wait 61s]\n"
                     "S: <message from='romeo@example.net/orchard'><body>Hi</body></message>",
        .conforming =
            "C: <iq id='v1' type='get' to='romeo@example.net/o'><query xmlns='jabber:iq:version'/></iq>\n"
            "[wait 2s]\n"
            "S: <iq id='v1' type='result' from='romeo@example.net/o'><query xmlns='jabber:iq:version'>"
            "<name>X</name></query></iq>\n"
            "[wait 61s]\n"
            "S: <message from='romeo@example.net/orchard'><body>Hi</body></message>",
        .kinds = kStanzas | on(EventKind::kSm, EventKind::kNonza),
        .check = unanswered,
    },
    {
        .id = "iq-unsolicited-response",
        .tier = 1,
        .layer = Layer::kIq,
        .severities = {Severity::kNote, Severity::kWarning},
        .who = Who::kEither,
        .citation = "RFC 6120 §10.3.3; RFC 6120 §8.2.3; RFC 3920 §9.2.3",
        .explanation = "A result or error that answers no question must be dropped. It may be an answer that "
                       "came after the asker gave up, or somebody who guesses ids in the hope that a client "
                       "takes the forged answer for the real one. An error may never be answered in turn.",
        .violating = "S: <iq id='zzz' type='result' from='romeo@example.net'/>",
        .conforming = "C: <iq id='zzz' type='get' to='romeo@example.net'><ping xmlns='urn:xmpp:ping'/></iq>\n"
                      "S: <iq id='zzz' type='result' from='romeo@example.net'/>",
        .kinds = kIqs,
        .check = unsolicited_response,
    },
    {
        .id = "iq-response-wrong-from",
        .tier = 1,
        .layer = Layer::kIq,
        .severities = kWarnings,
        .who = Who::kEither,
        .citation = "RFC 6120 §8.3.1; RFC 6120 §8.1.2.1; RFC 6120 §10.3.3; RFC 3920 §9.1.1; RFC 3920 §9.1.2",
        .explanation =
            "An answer counts only if it comes from the address that was asked. A client that pairs "
            "by id alone can be fooled by anybody who may send it a stanza and guesses the id, and "
            "ids are often just counted up. A question to the own server may be answered without "
            "'from', by the own account or by the domain.",
        .violating = "C: <iq id='1' type='get' to='pubsub.example.com'><query "
                     "xmlns='http://jabber.org/protocol/disco#info'/></iq>\n"
                     "S: <iq id='1' type='result' from='evil@example.net'/>",
        .conforming = "C: <iq id='1' type='get' to='pubsub.example.com'><query "
                      "xmlns='http://jabber.org/protocol/disco#info'/></iq>\n"
                      "S: <iq id='1' type='result' from='PubSub.example.com'/>",
        .kinds = kIqs,
        .check = response_wrong_from,
    },
    {
        .id = "roster-push-foreign-from",
        .tier = 1,
        .layer = Layer::kIq,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 6121 §2.1.6; RFC 3921 §7.2",
        .explanation =
            "The contact list lives at the own account, and the server pushes changes in its name: "
            "without 'from', or from the own bare JID. A client that accepts pushes from others lets "
            "strangers add themselves, rename contacts and redirect conversations. Such a push is "
            "dropped; an answer to it may be withheld.",
        .violating = "S: <iq id='x' type='set' from='evil@example.net/x'><query xmlns='jabber:iq:roster'>"
                     "<item jid='evil@example.net' subscription='both'/></query></iq>",
        .conforming = "[bound juliet@example.com/balcony]\n"
                      "S: <iq id='x' type='set'><query xmlns='jabber:iq:roster'>"
                      "<item jid='a@example.com' subscription='both'/></query></iq>\n"
                      "S: <iq id='y' type='set' from='juliet@example.com'><query xmlns='jabber:iq:roster'>"
                      "<item jid='a@example.com' subscription='both'/></query></iq>",
        .kinds = kIqs,
        .check = roster_push_foreign,
    },
};

}  // namespace

RuleTable iq_rules() {
  return {kRules};
}

}  // namespace parser::rules
