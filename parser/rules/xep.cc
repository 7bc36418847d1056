// Extensions whose rules guard something that matters to everybody.
#include "parser/jid/jid.h"
#include "parser/rules/checks.h"
#include "parser/rules/rulebook.h"

namespace parser::rules {
namespace {

using xml::Element;

constexpr std::string_view kCarbons = "urn:xmpp:carbons:2";

void carbons_from_foreign(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.direction != Direction::kS2C || event.element == nullptr || event.from.empty()) return;
  const Element* carbon = event.element->child_in(kCarbons);
  if (carbon == nullptr || (carbon->local != "received" && carbon->local != "sent")) return;
  const std::string_view own = has_address(context.session) ? context.session.bound_jid() : event.to;
  if (own.empty() || same_bare_jid(event.from, own, context.session.jid_profile())) return;
  report.add("A carbon copy from " + quoted(event.from) + ": only the own account, " + quoted(bare_of(own)) +
                 ", sends them, so this is a forgery.",
             event.element->start_tag);
}

constexpr Rule kRules[] = {
    {
        .id = "carbons-from-foreign",
        .tier = 1,
        .layer = Layer::kXep,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "XEP-0280 §7; XEP-0280 §11",
        .explanation = "Carbons show one device what another has sent and received, and the own server "
                       "makes them in the name of the own bare JID. A client that believes carbons from "
                       "others lets anybody put words into its user's mouth and into their contacts'. "
                       "Many clients had this hole in 2017; each carbon's sender has to be checked.",
        .violating =
            "S: <message from='evil@example.net'><received "
            "xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'><message "
            "xmlns='jabber:client' from='romeo@example.net/o' "
            "to='juliet@example.com/home'><body>Hi</body></message></forwarded></received></message>",
        .conforming =
            "S: <message from='juliet@example.com' to='juliet@example.com/balcony'><received "
            "xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'><message "
            "xmlns='jabber:client' from='romeo@example.net/o' "
            "to='juliet@example.com/home'><body>Hi</body></message></forwarded></received></message>",
        .kinds = on(EventKind::kMessage),
        .check = carbons_from_foreign,
    },
};

}  // namespace

RuleTable xep_rules() {
  return {kRules};
}

}  // namespace parser::rules
