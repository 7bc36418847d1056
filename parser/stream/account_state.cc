// Hands each element to whom it concerns. Only the switches that are one word are kept here.
#include "parser/stream/account_state.h"

#include "parser/stream/stanza.h"

namespace parser {
namespace {

constexpr std::string_view kCarbons = "urn:xmpp:carbons:2";
constexpr std::string_view kCsi = "urn:xmpp:csi:0";
constexpr std::string_view kPrivacy = "jabber:iq:privacy";
constexpr std::string_view kMix = "urn:xmpp:mix:";
constexpr std::string_view kInvisible = "urn:xmpp:invisible:";

}  // namespace

void AccountState::on_element(const StreamEvent& event, const std::optional<OpenIq>& request,
                              std::string_view own) {
  switch (event.kind) {
    case EventKind::kMessage:
      if (event.direction == Direction::kC2S) ++messages_sent_;
      conversations_.on_message(event);
      break;
    case EventKind::kPresence:
      presence_.on_presence(event, own);
      subscriptions_.on_presence(event);
      rooms_.on_presence(event);
      conversations_.on_presence(event);
      break;
    case EventKind::kIq:
      on_iq(event, request);
      break;
    case EventKind::kSasl:
      on_login(event);
      break;
    case EventKind::kNonza:
      if (event.direction != Direction::kC2S || event.ns != kCsi) break;
      inactive_ = event.local == "inactive";
      ever_inactive_ = ever_inactive_ || inactive_;
      break;
    default:
      break;
  }
}

void AccountState::on_iq(const StreamEvent& event, const std::optional<OpenIq>& request) {
  const bool roster = event.payload != nullptr && event.payload->ns == kRosterNamespace;
  if (roster || (request && request->payload_ns == kRosterNamespace)) {
    roster_.on_iq(event, request);
    return;
  }
  if (event.direction != Direction::kC2S || event.stanza_type != "set" || event.payload == nullptr) return;
  if (event.payload->ns == kCarbons) carbons_ = event.payload->local == "enable";
  if (event.payload->ns == kPrivacy || event.payload->ns.starts_with(kInvisible)) hides_ = true;
  if (event.payload->ns.starts_with(kMix)) mixes_ = true;
}

// Bind 2 (XEP-0386) switches features on in the same breath as the login.
void AccountState::on_login(const StreamEvent& event) {
  if (event.direction != Direction::kC2S || event.element == nullptr) return;
  const xml::Element* bind = event.element->child("bind", ns::kBind2);
  if (bind == nullptr) return;
  if (bind->child("enable", kCarbons) != nullptr) carbons_ = true;
  if (bind->child("inactive", kCsi) != nullptr) inactive_ = ever_inactive_ = true;
}

}  // namespace parser
