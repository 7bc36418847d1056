// Three tables by namespace: what the payload of an iq is called, what a message with that child says, what a
// nonza says. The words themselves are made where the payload is read. To teach the summary another payload,
// add a row.
#include "parser/payload/summary.h"

#include <array>
#include <optional>
#include <vector>

#include "parser/payload/blocking.h"
#include "parser/payload/carbons.h"
#include "parser/payload/chat_state.h"
#include "parser/payload/csi.h"
#include "parser/payload/data_form.h"
#include "parser/payload/disco.h"
#include "parser/payload/entity_queries.h"
#include "parser/payload/http_upload.h"
#include "parser/payload/jingle.h"
#include "parser/payload/mam.h"
#include "parser/payload/markers.h"
#include "parser/payload/muc.h"
#include "parser/payload/omemo.h"
#include "parser/payload/ox.h"
#include "parser/payload/private_storage.h"
#include "parser/payload/pubsub.h"
#include "parser/payload/receipts.h"
#include "parser/payload/roster.h"
#include "parser/payload/scene.h"
#include "parser/payload/vcard.h"
#include "parser/stream/phrase.h"
#include "parser/stream/plain_text.h"
#include "parser/stream/stanza.h"
#include "parser/stream/summary.h"

namespace parser {
namespace payload {
namespace {

using phrase::in_quotes;
using phrase::kExcerpt;
using Words = std::string (*)(const Scene&);

// --- iq -------------------------------------------------------------------------------------------------

std::string bind_words(const Scene& scene) {
  if (scene.result()) return "bound to " + plain(phrase::child_text(scene.payload, "jid"), 80);
  const std::string resource = phrase::child_text(scene.payload, "resource");
  return resource.empty() ? "asks for a resource" : "asks for resource " + in_quotes(resource, 40);
}

std::string session_words(const Scene& scene) {
  return scene.result() ? "session answer" : "session request";
}

std::string register_words(const Scene& scene) {
  if (scene.get()) return "registration form request" + scene.who(" to ");
  if (scene.payload.child("remove") != nullptr) return "deletes the account" + scene.who(" at ");
  return scene.set() ? "registration" + scene.who(" at ") : "registration form";
}

std::string command_words(const Scene& scene) {
  const std::string_view action = scene.payload.attribute("action");
  const std::string_view status = scene.payload.attribute("status");
  std::string out = "command " + plain(scene.payload.attribute("node"), kExcerpt);
  if (scene.result()) return status.empty() ? out : out + ": " + plain(status, 20);
  return action.empty() || action == "execute" ? out : out + ": " + plain(action, 20);
}

std::string ibb_words(const Scene& scene) {
  return "in-band bytestream " + plain(scene.payload.local, 20);
}

struct IqRow {
  std::string_view ns;
  std::string_view noun;  // also for what `words` does not tell: errors
  Words words = nullptr;  // null: "noun request", "noun change", "noun answer"
};
constexpr std::array kIqRows{
    IqRow{ns::kRoster, "roster", roster_words},
    IqRow{ns::kDiscoInfo, "disco#info", disco_info_words},
    IqRow{ns::kDiscoItems, "disco#items", disco_items_words},
    IqRow{ns::kPing, "ping", ping_words},
    IqRow{ns::kMam2, "MAM query", mam_words},
    IqRow{ns::kMam1, "MAM query", mam_words},
    IqRow{ns::kPubsub, "pubsub", pubsub_words},
    IqRow{ns::kPubsubOwner, "pubsub owner", pubsub_owner_words},
    IqRow{ns::kVersion, "version", software_version_words},
    IqRow{ns::kLast, "last activity", last_activity_words},
    IqRow{ns::kTime, "time", entity_time_words},
    IqRow{ns::kVcardTemp, "vCard", vcard_words},
    IqRow{ns::kVcard4, "vCard", vcard_words},
    IqRow{ns::kCarbons, "carbons", carbons_words},
    IqRow{ns::kBlocking, "block list", blocking_words},
    IqRow{ns::kPrivate, "private storage", private_storage_words},
    IqRow{ns::kUpload, "upload slot", upload_words},
    IqRow{ns::kMucOwner, "room configuration", muc_owner_words},
    IqRow{ns::kMucAdmin, "room administration", muc_admin_words},
    IqRow{ns::kCommands, "command", command_words},
    IqRow{ns::kJingle, "Jingle", jingle_words},
    IqRow{ns::kIbb, "in-band bytestream", ibb_words},
    IqRow{ns::kBind, "bind", bind_words},
    IqRow{ns::kSession, "session", session_words},
    IqRow{ns::kIqRegister, "registration", register_words},
    IqRow{ns::kIqAuth, "legacy login"},
    IqRow{ns::kDataForms, "form", data_form_words},
    IqRow{"jabber:iq:time", "time (old)"},
    IqRow{"jabber:iq:privacy", "privacy lists"},
    IqRow{"jabber:iq:search", "search"},
    IqRow{"jabber:iq:gateway", "gateway"},
    IqRow{"jabber:iq:oob", "out-of-band file"},
    IqRow{"http://jabber.org/protocol/bytestreams", "bytestream"},
    IqRow{"http://jabber.org/protocol/si", "stream initiation"},
    IqRow{"urn:xmpp:push:0", "push"},
    IqRow{"urn:xmpp:bob", "bits of binary"},
    IqRow{"urn:xmpp:extdisco:2", "external services"},
    IqRow{"http://jabber.org/protocol/archive", "archive (old)"},
    IqRow{"urn:xmpp:archive", "archive (old)"},
};

const IqRow* find_iq_row(std::string_view name) {
  for (const IqRow& row : kIqRows) {
    if (row.ns == name) return &row;
  }
  return nullptr;
}

std::string iq_words(const StreamEvent& event) {
  const auto iq = as_iq(*event.element);
  if (!iq) return "iq";
  const xml::Element* payload = iq->payload;
  const IqRow* row = payload == nullptr ? nullptr : find_iq_row(payload->ns);
  if (iq->type == "error") {
    const std::string noun = row != nullptr       ? std::string(row->noun) + " "
                             : payload != nullptr ? phrase::unknown(*payload) + " "
                                                  : std::string();
    return noun + "error: " + phrase::error_words(stanza_error(*event.element));
  }
  if (payload == nullptr) return iq->type == "result" ? "done" : "iq without a payload";
  // Who is asked is who answers; what stands in the other address is who asks.
  const std::string_view peer = iq->request() ? event.to : event.from;
  if (row != nullptr && row->words != nullptr && (iq->request() || iq->response())) {
    return row->words(Scene{*payload, iq->type, peer, event.direction == Direction::kC2S});
  }
  const std::string noun = row != nullptr ? std::string(row->noun) : phrase::unknown(*payload);
  if (iq->type == "get") return noun + " request";
  if (iq->type == "set") return noun + " change";
  if (iq->type == "result") return noun + " answer";
  return noun + ", type " + in_quotes(iq->type, 20);
}

// --- messages -------------------------------------------------------------------------------------------

enum class Beside : uint8_t {
  kNothing,  // said only where there is no body
  kBody,     // said instead of the body
};

struct MessageRow {
  std::string_view ns;
  std::string_view local;  // empty: any
  std::string_view words;  // where `make` is null
  Words make = nullptr;
  Beside beside = Beside::kNothing;
};
// In the order of what matters most to who reads the line.
constexpr std::array kMessageRows{
    MessageRow{ns::kAxolotl, "encrypted", "", omemo_words, Beside::kBody},
    MessageRow{ns::kOmemo2, "encrypted", "", omemo_words, Beside::kBody},
    MessageRow{ns::kOx, "openpgp", "", ox_words, Beside::kBody},
    MessageRow{"jabber:x:encrypted", "x", "encrypted message (OpenPGP, old)", nullptr, Beside::kBody},
    MessageRow{ns::kReceipts, "received", "", receipt_words},
    MessageRow{ns::kMarkers, "displayed", "", marker_words},
    MessageRow{ns::kMarkers, "received", "", marker_words},
    MessageRow{ns::kMarkers, "acknowledged", "", marker_words},
    MessageRow{"urn:xmpp:reactions:0", "reactions", "reaction"},
    MessageRow{ns::kPubsubEvent, "event", "", pubsub_event_words},
    MessageRow{ns::kMucUser, "x", "", muc_message_words},
    MessageRow{ns::kConference, "x", "invitation to a room"},
    MessageRow{"urn:xmpp:message-retract:1", "retract", "retraction"},
    MessageRow{ns::kJingleMessage, "", "", jingle_message_words},
    MessageRow{ns::kIbb, "data", "in-band data"},
    MessageRow{ns::kDataForms, "x", "", data_form_words},
};

constexpr unsigned kNesting = 2;  // messages in messages that are described

std::string message_words(const xml::Element& stanza, unsigned depth);

std::string inner_words(const std::optional<Forwarded>& forwarded, unsigned depth) {
  if (!forwarded || forwarded->stanza == nullptr || depth == 0) return "a message";
  if (forwarded->stanza->local != "message") return plain(forwarded->stanza->local, 20);
  return message_words(*forwarded->stanza, depth - 1);
}

// RFC 6121 §5.2.2 knows five types; what is none of them is quoted.
std::string message_noun(std::string_view type) {
  if (type.empty() || type == "normal") return "message";
  if (type == "chat" || type == "groupchat" || type == "headline") return std::string(type);
  return "message of type " + in_quotes(type, 20);
}

// An empty subject is none (XEP-0045 §7.2.15): a room says so to who enters, an occupant takes it away
// (§8.1).
std::string subject_words(std::string_view subject, std::string_view type, std::string_view from) {
  if (!subject.empty()) return "subject: " + in_quotes(subject);
  if (type != "groupchat") return "empty subject";
  const bool of_the_room = !from.empty() && from.find('/') == std::string_view::npos;
  return of_the_room ? "no subject is set" : "removes the subject";
}

std::string message_words(const xml::Element& stanza, unsigned depth) {
  const auto type = stanza.attribute("type");
  if (type == "error") return "message error: " + phrase::error_words(stanza_error(stanza));
  if (const std::optional<Carbon> carbon = carbon_in(stanza)) {
    return (carbon->sent ? "copy of a sent message: " : "copy of a received message: ") +
           inner_words(carbon->forwarded, depth);
  }
  if (const std::optional<MamResult> result = mam_result_in(stanza)) {
    return "from the archive: " + inner_words(result->forwarded, depth);
  }
  const auto message = as_message(stanza);
  const bool has_body = message && message->has_body;
  const std::string noun = message_noun(type);
  for (const MessageRow& row : kMessageRows) {
    if (has_body && row.beside != Beside::kBody) continue;
    const xml::Element* child = row.local.empty() ? stanza.child_in(row.ns) : stanza.child(row.local, row.ns);
    if (child == nullptr) continue;
    return row.make == nullptr ? std::string(row.words)
                               : row.make(Scene{*child, type, stanza.attribute("from"), false});
  }
  if (has_body) return noun + ": " + in_quotes(message->body);
  if (message && message->has_subject) {
    return noun + ", " + subject_words(message->subject, type, stanza.attribute("from"));
  }
  if (const xml::Element* state = stanza.child_in(ns::kChatStates)) {
    return chat_state_words(Scene{*state, type, {}, false});
  }
  if (const std::optional<Forwarded> forwarded = forwarded_in(stanza)) {
    return "forwards " + inner_words(forwarded, depth);
  }
  if (const xml::Element* payload = payload_of(stanza)) return noun + " with " + plain(payload->local, 40);
  return noun + " without content";
}

// --- presence -------------------------------------------------------------------------------------------

std::string show_words(std::string_view show) {
  if (show.empty()) return "available";
  if (show == "away") return "away";
  if (show == "chat") return "free to chat";
  if (show == "dnd") return "do not disturb";
  if (show == "xa") return "away for long";
  return "available, unknown show " + in_quotes(show, 20);
}

std::string presence_words(const xml::Element& stanza) {
  const auto presence = as_presence(stanza);
  if (!presence) return "presence";
  const auto type = presence->type;
  if (type == "error") return "presence error: " + phrase::error_words(stanza_error(stanza));
  if (type == "subscribe") return "asks for a subscription";
  if (type == "subscribed") return "approves the subscription";
  if (type == "unsubscribe") return "ends its subscription";
  if (type == "unsubscribed") return "cancels or refuses the subscription";
  if (type == "probe") return "presence probe";
  std::string out = muc_presence_words(stanza, show_words(presence->show));
  if (out.empty()) {
    out = type == "unavailable" ? "unavailable"
          : type.empty()        ? show_words(presence->show)
                                : "presence of type " + in_quotes(type, 20);
  }
  if (!presence->status.empty()) out += ", " + in_quotes(presence->status);
  return out;
}

// --- nonzas ---------------------------------------------------------------------------------------------

struct NonzaRow {
  std::string_view ns;
  Words words;
};
constexpr std::array kNonzaRows{NonzaRow{ns::kCsi, csi_words}};

std::string words(const StreamEvent& event) {
  if (event.element != nullptr) {
    switch (event.kind) {
      case EventKind::kMessage:
        return message_words(*event.element, kNesting);
      case EventKind::kPresence:
        return presence_words(*event.element);
      case EventKind::kIq:
        return iq_words(event);
      case EventKind::kNonza:
        for (const NonzaRow& row : kNonzaRows) {
          if (row.ns == event.ns) return row.words(Scene{*event.element, event.stanza_type, {}, false});
        }
        break;
      default:
        break;
    }
  }
  return stream_summary(event);
}

}  // namespace

std::span<const std::string_view> summarised_namespaces() {
  static const std::vector<std::string_view> all = [] {
    std::vector<std::string_view> names;
    names.reserve(std::size(kIqRows) + std::size(kMessageRows) + std::size(kNonzaRows));
    for (const IqRow& row : kIqRows) names.push_back(row.ns);
    for (const MessageRow& row : kMessageRows) names.push_back(row.ns);
    for (const NonzaRow& row : kNonzaRows) names.push_back(row.ns);
    // Read, though no line is made of them alone.
    for (const std::string_view name :
         {ns::kCaps, ns::kChatStates, ns::kDelay, ns::kLegacyDelay, ns::kEncryptionHint, ns::kForward,
          ns::kMuc, ns::kRsm, ns::kStanzaIds}) {
      names.push_back(name);
    }
    return names;
  }();
  return all;
}

}  // namespace payload

std::string summary(const StreamEvent& event) {
  std::string text = payload::words(event);
  // No character takes more columns than bytes.
  if (text.size() > kMaxSummaryColumns && columns(text) > kMaxSummaryColumns)
    text = plain(text, kMaxSummaryColumns);
  return text;
}

}  // namespace parser
