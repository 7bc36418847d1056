// Stream management: acknowledgements and resumption (XEP-0198).
#include "parser/rules/checks.h"
#include "parser/rules/rulebook.h"

namespace parser::rules {
namespace {

void enable_before_bind(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.direction != Direction::kC2S || event.local != "enable" || context.before.bound) return;
  if (!context.session.from_start() || !is_client_stream(context.session)) return;
  // A bind request may be under way, or a login that binds (XEP-0386).
  const Phase phase = context.before.phase;
  const bool too_early =
      phase == Phase::kFeaturesAuth ||
      ((phase == Phase::kFeaturesPlain || phase == Phase::kFeaturesTls || phase == Phase::kSasl2Offered) &&
       !report.memory().login_requested);
  if (!too_early) return;
  report.add("<enable/> before a resource is bound: there is no session yet whose stanzas could be counted.",
             event.range);
}

void ack_missing_h(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.element == nullptr || event.local != "a") return;
  const xml::Attribute* h = event.element->find_attribute("h");
  if (h != nullptr && as_sm(*event.element).value_or(SmElement{}).h) return;
  report.add(h == nullptr ? std::string("The <a/> has no h, the number of stanzas handled so far.")
                          : "The h of the <a/>, " + quoted(h->value) + ", is not a number of 32 bits.",
             event.range);
}

// "frame 17, <message id='x'>" for a message.
std::string place_of(const CountedStanza& stanza) {
  std::string text = "the <" + std::string(name(stanza.kind())) + "/>";
  if (!stanza.id().empty()) text += " with id " + quoted(stanza.id());
  return text + " in frame " + std::to_string(stanza.frame());
}

// Where the count went wrong, as far as earlier acknowledgements tell.
std::string drift(const StreamManagement::Claim& claim) {
  std::string text;
  if (claim.stanza.frame() != 0) {
    text = claim.fitted != 0
               ? " The h in frame " + std::to_string(claim.fitted) + " was right, so from number "
               : " From number ";
    text += std::to_string(claim.first) + " on, " + place_of(claim.stanza) + ", the count no longer fits.";
  } else if (claim.fault == StreamManagement::Fault::kTooHigh && claim.fitted != 0 &&
             claim.first == claim.sent + 1) {
    text =
        " The h in frame " + std::to_string(claim.fitted) + " was right, and no stanza has been sent since.";
  }
  if (claim.fault != StreamManagement::Fault::kTooHigh) return text;
  const uint32_t extra = claim.h - claim.sent;
  if (extra == claim.too_early) {
    text += " It fits if what was sent between <enable/> and <enabled/> is counted, which it must not be.";
  } else if (extra == claim.not_counted) {
    text += " It fits if elements that are no stanzas, such as <r/>, are counted, which they must not be.";
  }
  return text;
}

void ack_too_high(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  const StreamManagement* sm = context.session.sm();
  if (event.local != "a" || sm == nullptr || !sm->last_claim()) return;
  const StreamManagement::Claim& claim = *sm->last_claim();
  if (claim.fault != StreamManagement::Fault::kTooHigh) return;
  report.add("The <a/> acknowledges " + std::to_string(claim.h) +
                 " stanzas, but the other side has sent only " + std::to_string(claim.sent) +
                 " since its counter began." + drift(claim),
             event.range, At{.frame = claim.stanza.frame()});
}

constexpr KindSet kSm = on(EventKind::kSm);

constexpr Rule kRules[] = {
    {
        .id = "sm-enable-before-bind",
        .tier = 1,
        .layer = Layer::kSm,
        .severities = kErrors,
        .who = Who::kClient,
        .citation = "XEP-0198 §3",
        .explanation = "Stream management counts the stanzas of a session so that it can be resumed "
                       "under its address. On a client's stream there is none before a resource is "
                       "bound, so <enable/> waits for the bind result, or for a bind request that goes "
                       "ahead of it. Bind 2 carries <enable/> inside its own request instead.",
        .violating = "[authenticated]\n"
                     "S: <stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/><sm "
                     "xmlns='urn:xmpp:sm:3'/></stream:features>\n"
                     "C: <enable xmlns='urn:xmpp:sm:3'/>",
        .conforming =
            "[authenticated]\n"
            "S: <stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/><sm "
            "xmlns='urn:xmpp:sm:3'/></stream:features>\n"
            "C: <iq id='b' type='set'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>\n"
            "S: <iq id='b' type='result'><bind "
            "xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>juliet@example.com/4db06f06</jid></bind></iq>\n"
            "C: <enable xmlns='urn:xmpp:sm:3' resume='true'/>",
        .kinds = kSm,
        .check = enable_before_bind,
        .when = When::kUntilEstablished,
    },
    {
        .id = "sm-ack-missing-h",
        .tier = 1,
        .layer = Layer::kSm,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "XEP-0198 §4",
        .explanation = "<a/> says how many stanzas have been handled, and h is that number. The receiver"
                       " drops this many from its queue of what may have to be sent again; without the "
                       "number the answer says nothing.",
        .violating = "C: <a xmlns='urn:xmpp:sm:3'/>",
        .conforming = "C: <enable xmlns='urn:xmpp:sm:3'/>\n"
                      "S: <enabled xmlns='urn:xmpp:sm:3'/>\n"
                      "C: <a xmlns='urn:xmpp:sm:3' h='0'/>",
        .kinds = kSm,
        .check = ack_missing_h,
    },
    {
        .id = "sm-ack-h-too-high",
        .tier = 1,
        .layer = Layer::kSm,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "XEP-0198 §6",
        .explanation = "Nobody can have handled more stanzas than were sent, so the two sides disagree "
                       "about what is counted, and after a resumption stanzas would be lost or doubled. "
                       "Only message, presence and iq count, from <enable/> (client) and <enabled/> "
                       "(server) on; <r/>, <a/> and everything else does not. The right reaction is to "
                       "close the stream with handled-count-too-high.",
        .violating = "C: <enable xmlns='urn:xmpp:sm:3'/>\n"
                     "S: <enabled xmlns='urn:xmpp:sm:3'/>\n"
                     "S: <message from='a@example.com'><body>1</body></message>\n"
                     "S: <message from='a@example.com'><body>2</body></message>\n"
                     "C: <a xmlns='urn:xmpp:sm:3' h='3'/>",
        .conforming = "S: <message from='a@example.com'><body>not counted</body></message>\n"
                      "C: <enable xmlns='urn:xmpp:sm:3'/>\n"
                      "C: <presence/>\n"
                      "S: <enabled xmlns='urn:xmpp:sm:3'/>\n"
                      "S: <message from='a@example.com'><body>1</body></message>\n"
                      "S: <r xmlns='urn:xmpp:sm:3'/>\n"
                      "C: <a xmlns='urn:xmpp:sm:3' h='1'/>\n"
                      "S: <a xmlns='urn:xmpp:sm:3' h='1'/>",
        .kinds = kSm,
        .check = ack_too_high,
    },
};

}  // namespace

RuleTable sm_rules() {
  return {kRules};
}

}  // namespace parser::rules
