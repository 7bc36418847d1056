// Negotiation layer: what may be started, and when (RFC 6120 §4.3).
#include "parser/rules/checks.h"
#include "parser/rules/rulebook.h"

namespace parser::rules {
namespace {

using xml::Element;

// What a client's request needs to have been offered as a child of <stream:features/>.
struct Offer {
  std::string_view request_local;
  std::string_view request_ns;
  std::string_view feature_local;
  std::string_view feature_ns;
};
// STARTTLS may be tried unseen (RFC 7590 §3.1), sessions (RFC 3921 §3), CSI and registration work on most
// servers without being listed, and stream management and
// bidi have rules of their own.
constexpr Offer kOffers[] = {
    {"auth", ns::kSasl, "mechanisms", ns::kSasl},
    {"authenticate", ns::kSasl2, "authentication", ns::kSasl2},
    {"compress", ns::kCompress, "compression", ns::kCompressFeature},
    {"bind", ns::kBind, "bind", ns::kBind},
};

// The element that asks for a feature: the nonza itself, or the payload of an iq set.
const Element* request_of(const StreamEvent& event) {
  if (event.kind != EventKind::kIq) return event.element.get();
  return event.stanza_type == "set" ? event.payload : nullptr;
}

bool offers_login(const Element& features) {
  return features.child("mechanisms", ns::kSasl) != nullptr ||
         features.child("authentication", ns::kSasl2) != nullptr;
}

void feature_not_offered(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.direction != Direction::kC2S) return;
  const Element* request = request_of(event);
  if (request == nullptr) return;
  const Offer* offer = nullptr;
  for (const Offer& candidate : kOffers) {
    if (request->is(candidate.request_local, candidate.request_ns)) offer = &candidate;
  }
  if (offer == nullptr) return;
  const Element* features = context.before.features;
  // Before any features the client speaks from memory, which is allowed (cached features).
  if (features == nullptr) return;
  // So does one that is ahead of the server: its new header has no answer yet, or its login was accepted and
  // the list for what comes then has not arrived.
  const SessionState& session = context.session;
  if (session.side(Direction::kC2S).headers > session.side(Direction::kS2C).headers) return;
  if (report.memory().login_requested && offers_login(*features) && offer->feature_ns != ns::kSasl &&
      offer->feature_ns != ns::kSasl2) {
    return;
  }
  if (features->child(offer->feature_local, offer->feature_ns) != nullptr) return;
  if (received_edited(report.memory(), Direction::kC2S, on(EventKind::kFeatures))) return;
  report.add("The client asks for " + tag_name(*request) + ", but the server's features list no <" +
                 std::string(offer->feature_local) + " xmlns='" + std::string(offer->feature_ns) + "'>.",
             request->range);
}

constexpr Rule kRules[] = {
    {
        .id = "negotiation-feature-not-offered",
        .tier = 1,
        .layer = Layer::kNegotiation,
        .severities = kWarnings,
        .who = Who::kClient,
        .citation = "RFC 6120 §4.3.2; RFC 3920 §4.6",
        .explanation =
            "<stream:features/> is the menu of what can be negotiated at this point, and it changes "
            "with every restart. A feature that is not on it will be refused, or be taken for "
            "something else. Clients that remember a menu from last time may order before they see "
            "it; once it has arrived, it counts.",
        .violating =
            "[authenticated]\n"
            "S: <stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></stream:features>\n"
            "C: <compress xmlns='http://jabber.org/protocol/compress'><method>zlib</method></compress>",
        .conforming =
            "[authenticated]\n"
            "S: <stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>"
            "<compression xmlns='http://jabber.org/features/compress'><method>zlib</method></compression>"
            "</stream:features>\n"
            "C: <compress xmlns='http://jabber.org/protocol/compress'><method>zlib</method></compress>",
        .kinds = on(EventKind::kSasl, EventKind::kCompress, EventKind::kNonza, EventKind::kIq),
        .check = feature_not_offered,
    },
};

}  // namespace

RuleTable negotiation_rules() {
  return {kRules};
}

}  // namespace parser::rules
