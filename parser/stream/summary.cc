// One function per kind of event. What an iq is about comes from a table of namespaces: to teach it another
// payload, add a row.
#include "parser/stream/summary.h"

#include <array>
#include <string_view>
#include <utility>

#include "parser/sasl/base64.h"
#include "parser/sasl/login.h"
#include "parser/sasl/simple_messages.h"
#include "parser/stream/plain_text.h"
#include "parser/stream/stanza.h"

namespace parser {
namespace {

constexpr size_t kExcerpt = 60;  // columns of a body or a text

std::string quoted(std::string_view text, size_t most = kExcerpt) {
  return "“" + plain(text, most) + "”";
}

std::string number(uint64_t value, std::string_view one, std::string_view many) {
  return std::to_string(value) + " " + std::string(value == 1 ? one : many);
}

std::string child_text(const xml::Element& element, std::string_view name) {
  const xml::Element* child = element.child(name);
  return child == nullptr ? std::string() : child->text();
}

// --- Errors -------------------------------------------------------------------------------------------

std::string error_words(const std::optional<ErrorInfo>& error) {
  if (!error) return "no <error/> child";
  std::string out =
      error->condition.empty() ? plain(error->legacy_code, 10) : plain(error->condition, kExcerpt);
  if (out.empty()) out = "no condition";
  if (!error->text.empty()) out += " " + quoted(error->text);
  return out;
}

// --- Stream and negotiation ---------------------------------------------------------------------------

std::string header_words(const StreamEvent& e) {
  std::string out = "stream";
  if (e.element) {
    const auto to = e.element->attribute("to");
    const auto from = e.element->attribute("from");
    if (!to.empty() && e.direction == Direction::kC2S) {
      out += " to " + plain(to, kExcerpt);
    } else if (!from.empty()) {
      out += " from " + plain(from, kExcerpt);
    }
  }
  return e.restart ? out + " (restart)" : out;
}

std::string mechanisms(const xml::Element& feature) {
  std::string out;
  for (const xml::Element& child : feature.children()) {
    if (child.local != "mechanism") continue;
    if (!out.empty()) out += ", ";
    out += plain(child.text(), 40);
  }
  return out.empty() ? "no mechanism" : out;
}

struct Feature {
  std::string_view ns;
  std::string_view words;
};
constexpr auto kFeatures = std::to_array<Feature>({
    {ns::kBind, "bind"},
    {ns::kBind2, "bind 2"},
    {ns::kSession, "session"},
    {ns::kSm3, "stream management"},
    {ns::kSm2, "stream management 2"},
    {ns::kCompressFeature, "compression"},
    {ns::kIqAuthFeature, "legacy login"},
    {"http://jabber.org/features/iq-register", "registration"},
    {"urn:xmpp:features:rosterver", "roster versions"},
    {"urn:xmpp:features:pre-approval", "pre-approval"},
    {"http://jabber.org/protocol/caps", "capabilities"},
    {"urn:xmpp:csi:0", "client state"},
    {"urn:xmpp:sasl-cb:0", "channel-binding types"},
    {"urn:xmpp:features:dialback", "dialback"},
    {ns::kBidi, "bidi"},
});

std::string feature_words(const xml::Element& feature) {
  if (feature.ns == ns::kTls) {
    return feature.child("required") != nullptr ? "STARTTLS required" : "STARTTLS";
  }
  if (feature.local == "mechanisms") return mechanisms(feature);
  if (feature.local == "authentication" && feature.ns == ns::kSasl2) return "SASL2 " + mechanisms(feature);
  for (const Feature& row : kFeatures) {
    if (feature.ns == row.ns || (row.ns == "urn:xmpp:features:dialback" && feature.local == "dialback")) {
      return std::string(row.words);
    }
  }
  return plain(feature.local, 40);
}

std::string features_words(const StreamEvent& e) {
  std::string out;
  if (e.element) {
    for (const xml::Element& child : e.element->children()) {
      if (columns(out) > kMaxSummaryColumns) break;
      if (!out.empty()) out += "; ";
      out += feature_words(child);
    }
  }
  return out.empty() ? "offers nothing" : "offers " + out;
}

std::string starttls_words(const StreamEvent& e) {
  const std::string_view step = e.element ? starttls_step(*e.element) : std::string_view();
  if (step == "starttls") return "asks for TLS";
  if (step == "proceed") return "agrees to TLS";
  return "refuses TLS";
}

// What the data of a login's element says, in words that hold no secret; "" where it says nothing. An element
// alone does not tell the mechanism, but SCRAM's messages cannot be taken for anything else.
std::string scram_words(std::string_view text) {
  if (const sasl::ServerFirst first = sasl::read_server_first(text); first.fault.empty()) {
    return "SCRAM, " + number(first.iterations, "iteration", "iterations") + ", salt of " +
           number(first.salt_size, "byte", "bytes");
  }
  if (const sasl::ClientFinal final = sasl::read_client_final(text); final.fault.empty()) {
    const std::optional<sasl::Gs2Header> gs2 = sasl::read_gs2(final.binding);
    if (!gs2) return "SCRAM proof";
    if (gs2->flag != 'p') return "SCRAM proof, no channel binding";
    return "SCRAM proof, channel binding " + plain(gs2->binding_type, 40) + " (" +
           number(final.binding.size() - gs2->bytes.size(), "byte", "bytes") + ")";
  }
  if (const sasl::ServerFinal final = sasl::read_server_final(text); final.fault.empty()) {
    return final.signature ? "SCRAM, the server proves itself" : "SCRAM error " + plain(final.error, 40);
  }
  return {};
}

std::string client_first_words(const sasl::Mechanism& mechanism, std::string_view text) {
  std::string user;
  std::string authzid;
  std::string more;
  switch (mechanism.family) {
    case sasl::Family::kPlain: {
      const sasl::Plain message = sasl::read_plain(text);
      user = message.authcid;
      authzid = message.authzid;
      break;
    }
    case sasl::Family::kScram: {
      const sasl::ClientFirst message = sasl::read_client_first(text);
      user = message.username;
      authzid = message.gs2.authzid;
      if (message.gs2.flag == 'p') more = ", channel binding " + plain(message.gs2.binding_type, 40);
      if (message.gs2.flag == 'y') more = ", could bind to the channel (y)";
      break;
    }
    case sasl::Family::kHashedToken:
      user = sasl::read_hashed_token(text).authcid;
      if (mechanism.bound) more = ", channel binding " + std::string(mechanism.binding_type);
      break;
    case sasl::Family::kExternal:
      authzid = text;
      break;
    case sasl::Family::kOauthBearer:
      authzid = sasl::read_oauth_bearer(text).authzid;
      break;
    default:
      return {};
  }
  std::string out;
  if (!user.empty()) out += " as " + plain(user, 40);
  if (!authzid.empty()) out += ", to act as " + plain(authzid, 60);
  return out + more;
}

std::string login_words(const xml::Element& element, const std::optional<std::string>& data) {
  const std::string_view name = element.attribute("mechanism");
  if (name.empty()) return "logs in without naming a mechanism";
  const sasl::Mechanism mechanism = sasl::mechanism_of(name);
  std::string out = "logs in with " + plain(name, 40);
  if (element.child("fast", ns::kFast) != nullptr) out += " and a token";
  if (data) out += client_first_words(mechanism, *data);
  if (element.child("bind", ns::kBind2) != nullptr) out += ", binds";
  if (element.child("resume", ns::kSm3) != nullptr) out += ", resumes";
  return out;
}

std::string success_words(const xml::Element& element) {
  std::string out = "login accepted";
  const std::string identity = child_text(element, "authorization-identifier");
  if (!identity.empty()) out += " as " + plain(identity, 60);
  if (element.child("bound", ns::kBind2) != nullptr) out += ", bound";
  if (element.child("resumed", ns::kSm3) != nullptr) out += ", session resumed";
  return out;
}

std::string failure_words(const xml::Element& element) {
  std::string out = "login refused";
  for (const xml::Element& child : element.children()) {
    if (child.local == "text") continue;
    out += ": " + plain(child.local, 40);
    break;
  }
  const std::string text = child_text(element, "text");
  if (!text.empty()) out += " " + quoted(text);
  return out;
}

std::string sasl_words(const StreamEvent& e) {
  if (!e.element) return "SASL";
  const auto sasl = as_sasl(*e.element);
  const std::string_view step = sasl ? sasl->step : e.local;
  if (step == "failure") return failure_words(*e.element);
  std::optional<std::string> data = sasl_data(*e.element);
  if (data) data = *data == "=" ? std::string() : sasl::decode_base64(*data, sasl::kMostData);
  if (step == "auth" || step == "authenticate") return login_words(*e.element, data);
  std::string words = data ? scram_words(*data) : std::string();
  if (!words.empty()) words = ": " + words;
  if (step == "success") return success_words(*e.element) + words;
  if (step == "challenge") return "login challenge" + words;
  if (step == "response") {
    if (words.empty() && data) {
      const sasl::ClientFirst first = sasl::read_client_first(*data);
      if (first.fault.empty()) words = ": SCRAM as " + plain(first.username, 40);
    }
    return "login response" + words;
  }
  if (step == "abort") return "gives the login up";
  if (step == "continue") {
    const xml::Element* tasks = e.element->child("tasks", ns::kSasl2);
    return "login wants another step" +
           (tasks == nullptr ? std::string() : ": " + plain(child_text(*tasks, "task"), 40));
  }
  if (step == "next") return "login goes on with " + plain(e.element->attribute("task"), 40);
  return "login: " + plain(step, 40);
}

std::string compress_words(const StreamEvent& e) {
  if (e.local == "compress" && e.element)
    return "asks for compression with " + plain(child_text(*e.element, "method"), 20);
  if (e.local == "compressed") return "agrees to compression";
  return "refuses compression";
}

std::string sm_words(const StreamEvent& e) {
  const auto sm = e.element ? as_sm(*e.element) : std::nullopt;
  if (!sm) return "stream management";
  const std::string h = sm->h ? "h=" + std::to_string(*sm->h) : "no h";
  if (sm->step == "r") return "asks what was received";
  if (sm->step == "a") return "has handled " + h;
  if (sm->step == "enable")
    return sm->resume ? "enables stream management with resumption" : "enables stream management";
  if (sm->step == "enabled") {
    return sm->resume ? "stream management on, resumable" : "stream management on";
  }
  if (sm->step == "resume") return "resumes session " + quoted(sm->previd, 24) + ", " + h;
  if (sm->step == "resumed") return "session resumed, " + h;
  std::string out = "stream management refused";
  for (const xml::Element& child : e.element->children()) {
    out += ": " + plain(child.local, 40);
    break;
  }
  return out;
}

// --- Messages and presence ----------------------------------------------------------------------------

std::string message_words(const xml::Element& stanza, unsigned depth);

std::string forwarded_words(const xml::Element& wrapper, unsigned depth) {
  const xml::Element* forwarded = wrapper.child("forwarded", "urn:xmpp:forward:0");
  const xml::Element* inner = forwarded == nullptr ? nullptr : forwarded->child("message");
  if (inner == nullptr || depth == 0) return "a message";
  return message_words(*inner, depth - 1);
}

struct Wrapper {
  std::string_view ns;
  std::string_view local;
  std::string_view words;
};
constexpr auto kWrappers = std::to_array<Wrapper>({
    {"urn:xmpp:carbons:2", "sent", "copy of a sent message"},
    {"urn:xmpp:carbons:2", "received", "copy of a received message"},
    {"urn:xmpp:mam:2", "result", "from the archive"},
});

struct MessagePayload {
  std::string_view ns;
  std::string_view local;  // empty: any
  std::string_view words;
};
constexpr auto kMessagePayloads = std::to_array<MessagePayload>({
    {"urn:xmpp:receipts", "received", "delivery receipt"},
    {"urn:xmpp:chat-markers:0", "displayed", "read marker"},
    {"urn:xmpp:chat-markers:0", "received", "received marker"},
    {"urn:xmpp:chat-markers:0", "acknowledged", "acknowledged marker"},
    {"urn:xmpp:reactions:0", "reactions", "reaction"},
    {"http://jabber.org/protocol/pubsub#event", "event", "pubsub event"},
    {"http://jabber.org/protocol/muc#user", "x", "room notice"},
    {"jabber:x:conference", "x", "invitation to a room"},
    {"urn:xmpp:message-retract:1", "retract", "retraction"},
    {"urn:xmpp:jingle-message:0", "", "call signalling"},
    {"http://jabber.org/protocol/ibb", "data", "in-band data"},
    {"eu.siacs.conversations.axolotl", "encrypted", "encrypted message (OMEMO)"},
    {"urn:xmpp:omemo:2", "encrypted", "encrypted message (OMEMO)"},
    {"urn:xmpp:openpgp:0", "openpgp", "encrypted message (OpenPGP)"},
});

std::string message_words(const xml::Element& stanza, unsigned depth) {
  const auto type = stanza.attribute("type");
  if (type == "error") return "message error: " + error_words(stanza_error(stanza));
  for (const Wrapper& row : kWrappers) {
    if (const xml::Element* child = stanza.child(row.local, row.ns)) {
      return std::string(row.words) + ": " + forwarded_words(*child, depth);
    }
  }
  const auto message = as_message(stanza);
  std::string noun = type.empty() || type == "normal" ? "message" : plain(type, 20);
  for (const MessagePayload& row : kMessagePayloads) {
    const xml::Element* child = row.local.empty() ? stanza.child_in(row.ns) : stanza.child(row.local, row.ns);
    if (child == nullptr) continue;
    const bool encrypted = row.words.starts_with("encrypted");
    if (!encrypted && message && message->has_body) continue;
    if (row.words == "room notice" && child->child("invite") != nullptr) return "invitation to a room";
    std::string out(row.words);
    if (row.words == "pubsub event") {
      const xml::Element* items = child->child("items");
      if (items != nullptr) out += ": " + plain(items->attribute("node"), kExcerpt);
    }
    return out;
  }
  if (message && message->has_body) return noun + ": " + quoted(message->body);
  if (message && message->has_subject) return noun + ", subject: " + quoted(message->subject);
  if (const xml::Element* state = stanza.child_in("http://jabber.org/protocol/chatstates")) {
    return "chat state: " + plain(state->local, 20);
  }
  if (const xml::Element* payload = payload_of(stanza)) return noun + " with " + plain(payload->local, 40);
  return noun + " without content";
}

std::string show_words(std::string_view show) {
  if (show.empty()) return "available";
  if (show == "away") return "away";
  if (show == "chat") return "free to chat";
  if (show == "dnd") return "do not disturb";
  if (show == "xa") return "away for long";
  return "show " + quoted(show, 20);
}

std::string presence_words(const xml::Element& stanza) {
  const auto presence = as_presence(stanza);
  if (!presence) return "presence";
  const auto type = presence->type;
  const xml::Element* muc = stanza.child("x", "http://jabber.org/protocol/muc");
  const xml::Element* muc_user = stanza.child("x", "http://jabber.org/protocol/muc#user");
  const auto to = plain(stanza.attribute("to"), kExcerpt);
  if (type == "error") return "presence error: " + error_words(stanza_error(stanza));
  if (type == "subscribe") return "asks for a subscription";
  if (type == "subscribed") return "approves the subscription";
  if (type == "unsubscribe") return "ends its subscription";
  if (type == "unsubscribed") return "cancels or refuses the subscription";
  if (type == "probe") return "presence probe";
  std::string out;
  if (type == "unavailable") {
    out = muc_user != nullptr ? "leaves the room" : "unavailable";
  } else if (!type.empty()) {
    out = "presence of type " + quoted(type, 20);
  } else if (muc != nullptr) {
    out = "joins room " + to;
  } else {
    out = show_words(presence->show);
    if (muc_user != nullptr) {
      const xml::Element* item = muc_user->child("item");
      out = "in the room, " + out;
      if (item != nullptr && !item->attribute("role").empty())
        out += ", " + plain(item->attribute("role"), 20);
    }
  }
  if (!presence->status.empty()) out += ", " + quoted(presence->status);
  return out;
}

// --- iq -----------------------------------------------------------------------------------------------

struct Payload {
  std::string_view ns;
  std::string_view noun;
};
constexpr auto kPayloads = std::to_array<Payload>({
    {"jabber:iq:roster", "roster"},
    {"http://jabber.org/protocol/disco#info", "disco info"},
    {"http://jabber.org/protocol/disco#items", "disco items"},
    {"urn:xmpp:ping", "ping"},
    {"jabber:iq:version", "version"},
    {"jabber:iq:last", "last activity"},
    {"urn:xmpp:time", "time"},
    {"jabber:iq:time", "time (old)"},
    {"jabber:iq:private", "private storage"},
    {"jabber:iq:privacy", "privacy lists"},
    {"jabber:iq:search", "search"},
    {"jabber:iq:auth", "legacy login"},
    {"jabber:iq:register", "registration"},
    {"jabber:iq:gateway", "gateway"},
    {"jabber:iq:oob", "out-of-band file"},
    {"urn:ietf:params:xml:ns:xmpp-session", "session"},
    {"vcard-temp", "vCard"},
    {"urn:ietf:params:xml:ns:vcard-4.0", "vCard 4"},
    {"urn:xmpp:carbons:2", "carbons"},
    {"urn:xmpp:mam:2", "archive"},
    {"urn:xmpp:mam:1", "archive"},
    {"urn:xmpp:blocking", "block list"},
    {"http://jabber.org/protocol/pubsub", "pubsub"},
    {"http://jabber.org/protocol/pubsub#owner", "pubsub owner"},
    {"http://jabber.org/protocol/muc#owner", "room configuration"},
    {"http://jabber.org/protocol/muc#admin", "room administration"},
    {"http://jabber.org/protocol/commands", "command"},
    {"http://jabber.org/protocol/bytestreams", "bytestream"},
    {"http://jabber.org/protocol/ibb", "in-band bytestream"},
    {"http://jabber.org/protocol/si", "stream initiation"},
    {"urn:xmpp:jingle:1", "Jingle"},
    {"urn:xmpp:http:upload:0", "upload slot"},
    {"urn:xmpp:push:0", "push"},
    {"urn:xmpp:bob", "bits of binary"},
    {"urn:xmpp:extdisco:2", "external services"},
    {"http://jabber.org/protocol/archive", "archive (old)"},
    {"urn:xmpp:archive", "archive (old)"},
});

std::string noun_of(const xml::Element& payload) {
  for (const Payload& row : kPayloads) {
    if (payload.ns == row.ns) return std::string(row.noun);
  }
  return plain(payload.local, 40) + " {" + plain(payload.ns, 60) + "}";
}

std::string bind_words(const xml::Element& bind, std::string_view type) {
  if (type == "result") return "bound to " + plain(child_text(bind, "jid"), 80);
  const std::string resource = child_text(bind, "resource");
  return resource.empty() ? "asks for a resource" : "asks for resource " + quoted(resource, 40);
}

// What is worth telling of an answer's content.
std::string detail(const xml::Element& payload, std::string_view type) {
  if (payload.ns == "jabber:iq:roster" && type != "get") {
    const size_t items = payload.child_count();
    const xml::Element* first = payload.first_child();
    if (type == "set" && items == 1) return ": " + plain(first->attribute("jid"), kExcerpt);
    return ": " + number(items, "item", "items");
  }
  if (payload.ns == "http://jabber.org/protocol/disco#info" && type == "result") {
    size_t features = 0;
    for (const xml::Element& child : payload.children()) features += child.local == "feature" ? 1 : 0;
    const xml::Element* identity = payload.child("identity");
    std::string out = ": ";
    if (identity != nullptr) {
      out += plain(identity->attribute("category"), 20) + "/" + plain(identity->attribute("type"), 20) + ", ";
    }
    return out + number(features, "feature", "features");
  }
  if (payload.ns == "http://jabber.org/protocol/disco#items" && type == "result") {
    return ": " + number(payload.child_count(), "item", "items");
  }
  if (payload.ns == "jabber:iq:version" && type == "result") {
    return ": " + plain(child_text(payload, "name") + " " + child_text(payload, "version"), kExcerpt);
  }
  if (payload.ns == "urn:xmpp:jingle:1") return " " + plain(payload.attribute("action"), 40);
  if (payload.ns == "http://jabber.org/protocol/ibb") return " " + plain(payload.local, 20);
  if (payload.ns == "urn:xmpp:carbons:2") return " " + plain(payload.local, 20);
  if (payload.ns.starts_with("http://jabber.org/protocol/pubsub")) {
    const xml::Element* action = payload.first_child();
    if (action == nullptr) return {};
    std::string out = " " + plain(action->local, 20);
    if (!action->attribute("node").empty()) out += " " + plain(action->attribute("node"), kExcerpt);
    return out;
  }
  if (payload.ns.starts_with("urn:xmpp:mam:") && payload.local == "fin") {
    return payload.attribute("complete") == "true" ? ": complete" : ": a page, more follows";
  }
  return {};
}

std::string iq_words(const xml::Element& stanza) {
  const auto iq = as_iq(stanza);
  if (!iq) return "iq";
  const xml::Element* payload = iq->payload;
  const std::string noun = payload == nullptr ? std::string() : noun_of(*payload);
  if (iq->type == "error") {
    return (noun.empty() ? std::string() : noun + " ") + "error: " + error_words(stanza_error(stanza));
  }
  if (payload == nullptr) return iq->type == "result" ? "done" : "iq without a payload";
  if (payload->ns == ns::kBind) return bind_words(*payload, iq->type);
  const std::string more = detail(*payload, iq->type);
  if (iq->type == "get") return (payload->ns == "urn:xmpp:ping" ? noun : noun + " request") + more;
  if (iq->type == "set") {
    const bool verb = !more.empty() && more.front() == ' ';
    return (verb ? noun : noun + (payload->ns == ns::kSession ? " request" : " change")) + more;
  }
  if (iq->type == "result")
    return more.empty() || more.front() == ' ' ? noun + more + " answer" : noun + more;
  return noun + ", type " + quoted(iq->type, 20);
}

std::string nonza_words(const StreamEvent& e) {
  if (!e.element) return "element";
  if (e.ns == "urn:xmpp:csi:0") return e.local == "active" ? "client is active" : "client is inactive";
  if (e.ns == ns::kDialback) return "dialback " + plain(e.local, 20);
  if (e.local == "handshake") return "component handshake";
  return plain(e.local, 40) + " {" + plain(e.ns, 60) + "}";
}

// --- Facts of a connection ----------------------------------------------------------------------------

std::string endpoint(const Endpoint& end) {
  const bool v6 = end.address.find(':') != std::string::npos;
  std::string out = v6 ? "[" + plain(end.address, 60) + "]" : plain(end.address, 60);
  if (end.port != 0) out += ":" + std::to_string(end.port);
  if (!end.name.empty() && end.name != end.address) out += " (" + plain(end.name, 60) + ")";
  return out;
}

struct FactWords {
  std::string operator()(const std::monostate&) const { return {}; }
  std::string operator()(const ConnectionInfo& info) const {
    std::string out = "connection from " + endpoint(info.client);
    if (info.server.port != 0) out += " to " + endpoint(info.server);
    if (info.direct_tls) out += ", direct TLS";
    if (!info.from_start) out += ", already under way";
    return out;
  }
  std::string operator()(const UpstreamConnected& fact) const {
    return "connected to server " + endpoint(fact.server) + (fact.direct_tls ? ", direct TLS" : "");
  }
  std::string operator()(const TlsEstablished& fact) const {
    std::string out = fact.leg == Leg::kClient ? "TLS with the client: " : "TLS with the server: ";
    out += plain(fact.version, 20) + ", " + plain(fact.cipher, 40);
    if (!fact.alpn.empty()) out += ", ALPN " + plain(fact.alpn, 20);
    if (fact.resumed) out += ", resumed";
    if (!fact.verification.empty()) out += ", certificate: " + plain(fact.verification, 80);
    return out;
  }
  std::string operator()(const Edit& edit) const {
    return "edit " + plain(edit.name, 40) + ": " + plain(edit.reason, 120);
  }
  std::string operator()(const Dropped& fact) const {
    return number(fact.bytes, "byte", "bytes") + " passed without being recorded";
  }
  std::string operator()(const Notice& notice) const {
    return plain(notice.name, 40) + ": " + plain(notice.text, 140);
  }
  std::string operator()(const Closed& fact) const {
    std::string out(how(fact.how));
    if (!fact.reason.empty()) out += ": " + plain(fact.reason, 140);
    return out;
  }

 private:
  static std::string_view how(Closed::How how) {
    switch (how) {
      case Closed::How::kFinished:
        return "connection finished";
      case Closed::How::kReset:
        return "connection reset";
      case Closed::How::kTimeout:
        return "connection timed out";
      case Closed::How::kRefused:
        return "connection refused";
      case Closed::How::kTlsFailed:
        return "TLS failed";
      case Closed::How::kUpstreamFailed:
        return "server not reached";
      case Closed::How::kShutdown:
        return "proxy stopped";
      case Closed::How::kLost:
        return "capture ends, connection still open";
    }
    return "connection ended";
  }
};

std::string words(const StreamEvent& e) {
  switch (e.kind) {
    case EventKind::kHeader:
      return header_words(e);
    case EventKind::kFooter:
      return "ends the stream";
    case EventKind::kKeepalive:
      return "keepalive";
    case EventKind::kFeatures:
      return features_words(e);
    case EventKind::kStreamError:
      return "stream error: " + (e.element ? error_words(stream_error(*e.element)) : std::string("unknown"));
    case EventKind::kStartTls:
      return starttls_words(e);
    case EventKind::kSasl:
      return sasl_words(e);
    case EventKind::kCompress:
      return compress_words(e);
    case EventKind::kSm:
      return sm_words(e);
    case EventKind::kMessage:
      return e.element ? message_words(*e.element, 2) : "message";
    case EventKind::kPresence:
      return e.element ? presence_words(*e.element) : "presence";
    case EventKind::kIq:
      return e.element ? iq_words(*e.element) : "iq";
    case EventKind::kNonza:
      return nonza_words(e);
    case EventKind::kViolation:
      return e.error ? "refused XML: " + plain(xml::describe(*e.error), 140) : "refused XML";
    case EventKind::kUnparsed:
      return number(e.range.size(), "byte", "bytes") + " that cannot be parsed";
    default:
      return std::visit(FactWords{}, e.fact);
  }
}

}  // namespace

std::string summary(const StreamEvent& event) {
  std::string text = words(event);
  if (columns(text) > kMaxSummaryColumns) text = plain(text, kMaxSummaryColumns);
  return text;
}

}  // namespace parser
