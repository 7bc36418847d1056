// IQ layer: the question and answer of XMPP (RFC 6120 §8.2.3). Which answer belongs to which question is told
// by SessionState; here it is judged.
#include <string>

#include "parser/jid/jid.h"
#include "parser/rules/checks.h"
#include "parser/rules/overdue.h"
#include "parser/rules/rulebook.h"

namespace parser::rules {
namespace {

using xml::Element;

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

void result_multiple_payloads(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.stanza_type != "result" || event.element == nullptr) return;
  const size_t count = payloads(*event.element);
  if (count < 2) return;
  report.add("The result has " + std::to_string(count) + " child elements; at most one is allowed.",
             event.range);
}

void text_content(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.element == nullptr || !event.element->has_text()) return;
  report.add("Text stands directly inside of the iq, where only elements mean something.", event.range);
}

// What only a device can tell of itself; accounts, rooms and nodes answer most other questions.
bool asks_a_device(const Element& payload) {
  return payload.ns == "jabber:iq:version" || payload.ns == "urn:xmpp:time" || payload.ns == "jabber:iq:time";
}

void to_bare_other_user(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.stanza_type != "get" || event.payload == nullptr || !asks_a_device(*event.payload)) return;
  const JidSplit& to = report.addresses().to();
  if (!to.has_local || to.has_resource || !is_client_stream(context.session)) return;
  const AccountState* account = context.session.account();
  if (account != nullptr && account->rooms().is_room(event.to)) return;
  if (has_address(context.session) &&
      same_bare_jid(event.to, context.session.bound_jid(), context.session.jid_profile()))
    return;
  report.add("This question goes to the bare JID " + quoted(event.to) +
                 ", so that account's server answers it and no device ever sees it.",
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

bool is_response(const StreamEvent& event) {
  return event.stanza_type == "result" || event.stanza_type == "error";
}

// A stanza for another resource of the account that was only copied here.
bool is_for_another_resource(const Context& context, Report& report) {
  const SessionState& session = context.session;
  return context.event.direction == Direction::kS2C && has_address(session) &&
         !report.addresses().to().resource.empty() &&
         !same_jid(context.event.to, session.bound_jid(), session.jid_profile());
}

void unsolicited_response(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  const SessionState& session = context.session;
  if (!is_response(event) || session.last_match() != IqMatch::kUnsolicited || event.id.empty()) return;
  if (!requests_known(context, report.memory())) return;
  if (is_for_another_resource(context, report)) return;
  report.add("The iq " + std::string(event.stanza_type) + " with id " + quoted(event.id) +
                 " answers no request that is open or was open on this stream.",
             tag_range(event));
}

void response_to_response(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (!is_response(event) || context.session.last_match() != IqMatch::kToResponse) return;
  if (!requests_known(context, report.memory()) || is_for_another_resource(context, report)) return;
  report.add("The " + std::string(event.stanza_type) + " with id " + quoted(event.id) +
                 " answers what was an answer itself; results and errors are never answered.",
             tag_range(event));
}

void duplicate_response(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (!is_response(event) || context.session.last_match() != IqMatch::kDuplicate || event.id.empty()) return;
  if (!requests_known(context, report.memory()) || is_for_another_resource(context, report)) return;
  report.add("The request with id " + quoted(event.id) +
                 " has had its answer; this is a second one, and there may be one only.",
             tag_range(event));
}

void id_reused(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  const IqPairing::Twin& twin = context.session.last_twin();
  if (twin.frame == 0 || !is_request(event)) return;
  At at{.frame = twin.frame};
  if (twin.same_question) at.at_most = Severity::kNote;  // either answer will do
  report.add("The id " + quoted(event.id) + " is that of another request to " +
                 (event.to.empty() ? "the same addressee" : quoted(event.to)) +
                 " that is still open, so an answer could belong to either.",
             tag_range(event), at);
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
        .kinds = kOverdueKinds,
        .check = overdue_requests,
        .verdict = kRequestUnanswered,
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
        .id = "iq-result-multiple-payloads",
        .tier = 2,
        .layer = Layer::kIq,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 6120 §8.2.3; RFC 3920 §9.2.3",
        .explanation =
            "A result says yes, with at most one child element that holds what was asked for. With two "
            "of them the asker has to guess which one belongs to its question; most libraries take the "
            "first and drop the other.",
        .violating = "C: <iq id='1' type='get'><query xmlns='urn:example:a'/></iq>\n"
                     "S: <iq id='1' type='result'><query xmlns='urn:example:a'/><extra "
                     "xmlns='urn:example:b'/></iq>",
        .conforming = "C: <iq id='1' type='get'><query xmlns='urn:example:a'/></iq>\n"
                      "S: <iq id='1' type='result'><query xmlns='urn:example:a'/></iq>",
        .kinds = kIqs,
        .check = result_multiple_payloads,
    },
    {
        .id = "iq-response-to-response",
        .tier = 2,
        .layer = Layer::kIq,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 6120 §8.2.3; RFC 3920 §9.2.3",
        .explanation =
            "A question has one answer, and there the matter ends. Whoever answers a result or an error, "
            "say because it cannot make sense of it, invites an answer to that in turn: two such "
            "programs send errors to each other until one is switched off.",
        .violating = "C: <iq id='1' type='get'><query xmlns='jabber:iq:version'/></iq>\n"
                     "S: <iq id='1' type='result'/>\n"
                     "C: <iq id='1' type='error'><error type='cancel'><service-unavailable "
                     "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>",
        .conforming = "C: <iq id='1' type='get'><query xmlns='jabber:iq:version'/></iq>\n"
                      "S: <iq id='1' type='result'/>",
        .kinds = kIqs,
        .check = response_to_response,
    },
    {
        .id = "iq-duplicate-response",
        .tier = 2,
        .layer = Layer::kIq,
        .severities = kWarnings,
        .who = Who::kEither,
        .citation = "RFC 6120 §8.2.3; RFC 3920 §9.2.3",
        .explanation =
            "Each get or set is answered exactly once. The asker has forgotten the question by the time "
            "the second answer comes, so that one is lost at best; where ids are used again it is taken "
            "for the answer to a later question.",
        .violating = "C: <iq id='1' type='get'><ping xmlns='urn:xmpp:ping'/></iq>\n"
                     "S: <iq id='1' type='result'/>\n"
                     "S: <iq id='1' type='result'/>",
        .conforming = "C: <iq id='1' type='get'><ping xmlns='urn:xmpp:ping'/></iq>\n"
                      "S: <iq id='1' type='result'/>\n"
                      "C: <iq id='1' type='get'><ping xmlns='urn:xmpp:ping'/></iq>\n"
                      "S: <iq id='1' type='result'/>",
        .kinds = kIqs,
        .check = duplicate_response,
    },
    {
        .id = "iq-id-reused-while-pending",
        .tier = 2,
        .layer = Layer::kIq,
        .severities = {Severity::kNote, Severity::kWarning},
        .who = Who::kEither,
        .citation = "RFC 6120 §8.1.3; RFC 6120 §8.2.3",
        .explanation =
            "An answer is found by its id and its sender. Two open questions to the same peer under one "
            "id have answers that nobody can tell apart, and the first to come settles the wrong one half "
            "of the time. To different peers the same id does no harm.",
        .violating = "C: <iq id='1' type='get' to='a@example.net/x'><ping xmlns='urn:xmpp:ping'/></iq>\n"
                     "C: <iq id='1' type='get' to='a@example.net/x'><query xmlns='jabber:iq:version'/></iq>",
        .conforming = "C: <iq id='1' type='get' to='a@example.net/x'><ping xmlns='urn:xmpp:ping'/></iq>\n"
                      "C: <iq id='1' type='get' to='b@example.net/x'><ping xmlns='urn:xmpp:ping'/></iq>\n"
                      "C: <iq id='2' type='get' to='a@example.net/x'><query xmlns='jabber:iq:version'/></iq>",
        .kinds = kIqs,
        .check = id_reused,
    },
    {
        .id = "iq-text-content",
        .tier = 3,
        .layer = Layer::kIq,
        .severities = kWarnings,
        .who = Who::kEither,
        .citation = "RFC 6120 §8.2.3; RFC 6120 Appendix A.5",
        .explanation =
            "What an iq says is said by its child element; the schema has no room for text beside it. "
            "Receivers skip such text, so whatever was meant by it is lost. Whitespace from "
            "pretty-printing is harmless.",
        .violating = "C: <iq id='1' type='get'>hello<ping xmlns='urn:xmpp:ping'/></iq>",
        .conforming = "C: <iq id='1' type='get'>\n  <ping xmlns='urn:xmpp:ping'/>\n</iq>",
        .kinds = kIqs,
        .check = text_content,
    },
    {
        .id = "iq-to-bare-other-user-get",
        .tier = 3,
        .layer = Layer::kIq,
        .severities = kNotes,
        .who = Who::kClient,
        .citation = "RFC 6121 §8.5.2.1.3; RFC 6120 §10.5.3.2",
        .explanation =
            "An iq to somebody's bare JID is for the account, and the server answers it on the user's "
            "behalf. That is right for what the account keeps, such as a vCard or pubsub nodes. A "
            "question about the program or the clock can only be answered by a device, that is by a full "
            "JID.",
        .violating =
            "C: <iq id='1' type='get' to='romeo@example.net'><query xmlns='jabber:iq:version'/></iq>",
        .conforming = "C: <iq id='1' type='get' to='romeo@example.net/orchard'><query "
                      "xmlns='jabber:iq:version'/></iq>\n"
                      "C: <iq id='2' type='get' to='romeo@example.net'><vCard xmlns='vcard-temp'/></iq>",
        .kinds = kIqs,
        .check = to_bare_other_user,
    },
    {
        .id = "roster-push-not-acknowledged",
        .tier = 3,
        .layer = Layer::kIq,
        .severities = kWarnings,
        .who = Who::kClient,
        .citation = "RFC 6120 §8.2.3; RFC 6121 §2.1.6",
        .explanation = "A push is an iq of type set, and like every set it wants a result. Most servers do "
                       "not miss it. One that waits for it, say to know which devices are up to date, keeps "
                       "the push open until it gives up on the client.",
        .violating = "S: <iq id='x' type='set'><query xmlns='jabber:iq:roster'><item "
                     "jid='a@example.com'/></query></iq>\n"
                     "[wait 61s]\n"
                     "C: <message type='chat' to='a@example.com'><body>Hi</body></message>",
        .conforming = "S: <iq id='x' type='set'><query xmlns='jabber:iq:roster'><item "
                      "jid='a@example.com'/></query></iq>\n"
                      "C: <iq id='x' type='result'/>\n"
                      "[wait 61s]\n"
                      "C: <message type='chat' to='a@example.com'><body>Hi</body></message>",
        .kinds = kOverdueKinds,
        .check = overdue_requests,
        .verdict = kPushUnanswered,
    },
};

constexpr LeftOut kLeftOut[] = {
    {"service-unavailable-for-unknown-iq",
     "Whether the answering program knows the namespace, and only lacks the feature, cannot be seen from "
     "outside."},
};

}  // namespace

RuleTable iq_rules() {
  return {kRules, kLeftOut};
}

}  // namespace parser::rules
