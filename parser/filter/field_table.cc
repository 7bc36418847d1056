// The fields. Wireshark's come from the dissection of the element, or from the event where they are about the
// whole packet; ours come from the event.
//
// Differences from Wireshark, by intent: values have their XML references resolved ("&", not "&amp;"); fields
// that are elements (xmpp.message.body) can be compared, where Wireshark only tests their presence.
#include "parser/filter/field_table.h"

#include <algorithm>
#include <cstdlib>
#include <unordered_map>

#include "parser/filter/dissection.h"

namespace parser::filter {
namespace {

using Type = FieldType;

bool protocol(const StreamEvent& event) {
  return is_element(event.kind) && event.kind != EventKind::kKeepalive;
}

bool flag(bool present, ValueVisitor& visitor) {
  return present && visitor.on_value({.text = "1", .number = 1});
}
bool text(std::string_view value, ValueVisitor& visitor) {
  return !value.empty() && visitor.on_value({.text = value});
}
bool number(double value, ValueVisitor& visitor) {
  return visitor.on_value({.number = value});
}
// In microseconds, which a double holds exactly for 285 years.
bool seconds(Duration value, ValueVisitor& visitor) {
  return number(static_cast<double>(value.count()), visitor);
}

bool visit_protocol(const StreamEvent& e, ValueVisitor& v) {
  return protocol(e) && v.on_value({.text = e.bytes});
}
bool visit_in(const StreamEvent& e, ValueVisitor& v) {
  return flag(protocol(e) && e.kind != EventKind::kFooter && e.direction == Direction::kS2C, v);
}
bool visit_out(const StreamEvent& e, ValueVisitor& v) {
  return flag(protocol(e) && e.kind != EventKind::kFooter && e.direction == Direction::kC2S, v);
}
bool visit_stream_end(const StreamEvent& e, ValueVisitor& v) {
  return e.kind == EventKind::kFooter && v.on_value({.text = e.bytes});
}
bool visit_packet_unknown(const StreamEvent& e, ValueVisitor& v) {
  return e.element != nullptr && is_element(e.kind) && !dissector_knows(e) && v.on_value({.text = e.local});
}
bool visit_response_to(const StreamEvent& e, ValueVisitor& v) {
  return e.answers.has_value() && number(static_cast<double>(e.answers->frame), v);
}
bool visit_frame(const StreamEvent& e, ValueVisitor& v) {
  return number(static_cast<double>(e.frame), v);
}
bool visit_time(const StreamEvent& e, ValueVisitor& v) {
  return seconds(e.time.time_since_epoch(), v);
}
bool visit_tcp_stream(const StreamEvent& e, ValueVisitor& v) {
  return e.connection > 0 && number(static_cast<double>(e.connection - 1), v);
}
bool visit_connection(const StreamEvent& e, ValueVisitor& v) {
  return number(static_cast<double>(e.connection), v);
}
bool visit_session(const StreamEvent& e, ValueVisitor& v) {
  return number(static_cast<double>(e.session != 0 ? e.session : e.connection), v);
}
bool visit_kind(const StreamEvent& e, ValueVisitor& v) {
  return text(name(e.kind), v);
}
bool visit_phase(const StreamEvent& e, ValueVisitor& v) {
  return text(name(e.phase), v);
}
bool visit_rtt(const StreamEvent& e, ValueVisitor& v) {
  return e.answers.has_value() && seconds(e.answers->rtt, v);
}
bool visit_bytes(const StreamEvent& e, ValueVisitor& v) {
  return is_element(e.kind) && number(static_cast<double>(e.bytes.size()), v);
}

bool visit_xml_version(const StreamEvent& e, ValueVisitor& v) {
  if (e.kind != EventKind::kHeader || !e.bytes.starts_with("<?xml")) return false;
  const size_t at = e.bytes.find("version");
  const size_t quote = at == std::string_view::npos ? at : e.bytes.find_first_of("'\"", at);
  if (quote == std::string_view::npos) return false;
  const size_t end = e.bytes.find(e.bytes[quote], quote + 1);
  return end != std::string_view::npos && text(e.bytes.substr(quote + 1, end - quote - 1), v);
}

bool visit_sm_h(const StreamEvent& e, ValueVisitor& v) {
  if (e.kind != EventKind::kSm || !e.element) return false;
  const std::string_view h = e.element->attribute("h");
  if (h.empty() || h.size() > 15 || h.find_first_not_of("0123456789") != std::string_view::npos) return false;
  double value = 0;
  for (const char c : h) value = value * 10 + (c - '0');
  return number(value, v);
}

bool visit_mechanism(const StreamEvent& e, ValueVisitor& v) {
  if (!e.element) return false;
  if (e.kind == EventKind::kSasl) return text(e.element->attribute("mechanism"), v);
  if (e.kind != EventKind::kFeatures) return false;
  for (const xml::Element& child : e.element->children()) {
    if (child.local != "mechanisms" && child.local != "authentication") continue;
    for (const xml::Element& mechanism : child.children()) {
      if (mechanism.local != "mechanism") continue;
      const xml::Node* node = mechanism.first_node;
      if (node != nullptr && node->element == nullptr && text(node->text, v)) return true;
    }
  }
  return false;
}

bool visit_finding(const StreamEvent& e, ValueVisitor& v) {
  for (const Finding& finding : e.findings) {
    if (text(finding.rule, v)) return true;
  }
  return false;
}
bool visit_severity(const StreamEvent& e, ValueVisitor& v) {
  for (const Finding& finding : e.findings) {
    if (v.on_value({.text = name(finding.severity), .number = static_cast<double>(finding.severity)}))
      return true;
  }
  return false;
}
bool visit_edit(const StreamEvent& e, ValueVisitor& v) {
  for (const Edit& edit : e.edits) {
    if (text(edit.name, v)) return true;
  }
  const Edit* fact = std::get_if<Edit>(&e.fact);
  return fact != nullptr && text(fact->name, v);
}

constexpr std::string_view kLater =
    "is about frames that come later; use xmpp.response_to on the answer, or xmpp.rtt";
constexpr std::string_view kTracked =
    "is tracked by Wireshark over several frames and cannot be told from one element";
constexpr std::string_view kOpinion =
    "is Wireshark's own opinion; use xmpp.finding for what the rulebook says";

std::vector<FieldInfo> make_table() {
  return {
      {"xmpp", "XMPP", Type::kProtocol, false, visit_protocol},
      {"xmpp.iq", "iq stanza", Type::kElement},
      {"xmpp.message", "message", Type::kElement},
      {"xmpp.presence", "presence", Type::kElement},
      {"xmpp.from", "the stanza's sender address", Type::kString},
      {"xmpp.to", "the stanza's recipient address", Type::kString},
      {"xmpp.id", "the stanza's id", Type::kString},
      {"xmpp.type", "the stanza's type", Type::kString},
      {"xmpp.xmlns", "a namespace that is declared", Type::kString},
      {"xmpp.cdata", "character data that has no field of its own", Type::kString},
      {"xmpp.attribute", "a value that has no field of its own", Type::kString},
      {"xmpp.unknown", "name of a child element that Wireshark does not know", Type::kString},
      {"xmpp.unknown_attr", "name of an attribute that Wireshark does not know", Type::kString},
      {"xmpp.unknown.element", "an element that Wireshark does not know", Type::kString},
      {"xmpp.unknown.attribute", "an attribute that Wireshark does not know", Type::kString},
      {"xmpp.packet_unknown", "a stream element that Wireshark does not know", Type::kString, false,
       visit_packet_unknown},
      {"xmpp.in", "from the server", Type::kBool, false, visit_in},
      {"xmpp.out", "from the client", Type::kBool, false, visit_out},
      {"xmpp.stream", "stream header", Type::kElement},
      {"xmpp.xml_header_version", "version of the XML declaration", Type::kString, false, visit_xml_version},
      {"xmpp.stream_end", "end of a stream", Type::kProtocol, false, visit_stream_end},
      {"xmpp.features", "stream features", Type::kElement},
      {"xmpp.starttls", "request to start TLS", Type::kElement},
      {"xmpp.proceed", "go-ahead for TLS", Type::kElement},
      {"xmpp.auth", "start of a SASL login", Type::kElement},
      {"xmpp.challenge", "SASL challenge", Type::kElement},
      {"xmpp.response", "SASL response, or a stanza error", Type::kElement},
      {"xmpp.success", "SASL success", Type::kElement},
      {"xmpp.failure", "SASL or TLS failure", Type::kElement},
      {"xmpp.failure_text", "text of a SASL failure", Type::kString},
      {"xmpp.response_to", "frame of the request that this answers", Type::kNumber, false, visit_response_to},
      {"xmpp.query", "query that Wireshark knows", Type::kElement},
      {"xmpp.query.node", "node of the query", Type::kString},
      {"xmpp.query.item", "item of a roster or of disco#items", Type::kElement},
      {"xmpp.query.item.jid", "address of an item", Type::kString},
      {"xmpp.query.item.name", "name of an item", Type::kString},
      {"xmpp.query.item.subscription", "subscription of a roster item", Type::kString},
      {"xmpp.query.item.ask", "ask of a roster item", Type::kString},
      {"xmpp.query.item.group", "group of a roster item", Type::kString},
      {"xmpp.query.item.approved", "approval of a roster item", Type::kString},
      {"xmpp.query.item.node", "node of an item", Type::kString},
      {"xmpp.query.identity", "disco#info identity", Type::kElement},
      {"xmpp.query.identity.category", "category of an identity", Type::kString},
      {"xmpp.query.identity.type", "type of an identity", Type::kString},
      {"xmpp.query.identity.name", "name of an identity", Type::kString},
      {"xmpp.query.identity.lang", "language of an identity", Type::kString},
      {"xmpp.query.feature", "disco#info feature", Type::kString},
      {"xmpp.query.streamhost", "SOCKS5 streamhost", Type::kElement},
      {"xmpp.query.streamhost-used", "streamhost that is used", Type::kElement},
      {"xmpp.query.activate", "activation of a bytestream", Type::kString},
      {"xmpp.query.udpsuccess", "success over UDP", Type::kElement},
      {"xmpp.error", "stanza error", Type::kElement},
      {"xmpp.error.code", "old numeric error code", Type::kString},
      {"xmpp.error.type", "type of the error", Type::kString},
      {"xmpp.error.condition", "condition of the error", Type::kString},
      {"xmpp.error.text", "text of the error", Type::kString},
      {"xmpp.iq.bind", "resource binding", Type::kElement},
      {"xmpp.iq.bind.jid", "bound address", Type::kString},
      {"xmpp.iq.bind.resource", "requested resource", Type::kString},
      {"xmpp.iq.session", "session request", Type::kElement},
      {"xmpp.ping", "ping", Type::kElement},
      {"xmpp.services", "Jingle nodes services", Type::kElement},
      {"xmpp.channel", "Jingle nodes channel", Type::kElement},
      {"xmpp.vcard", "vCard", Type::kElement},
      {"xmpp.vcard-update", "vCard avatar update", Type::kElement},
      {"xmpp.message.chatstate", "chat state", Type::kString},
      {"xmpp.message.thread", "thread", Type::kElement},
      {"xmpp.message.thread.parent", "parent of the thread", Type::kString},
      {"xmpp.message.body", "body", Type::kElement},
      {"xmpp.message.subject", "subject", Type::kElement},
      {"xmpp.delay", "delay stamp", Type::kElement},
      {"xmpp.x-event", "message event (XEP-0022)", Type::kElement},
      {"xmpp.x-event.condition", "condition of a message event", Type::kString},
      {"xmpp.presence.show", "show of a presence", Type::kString},
      {"xmpp.presence.status", "status of a presence", Type::kElement},
      {"xmpp.presence.caps", "entity capabilities", Type::kElement},
      {"xmpp.muc-x", "join of a room", Type::kElement},
      {"xmpp.muc-user-x", "room information", Type::kElement},
      {"xmpp.muc-user-x.item", "occupant of a room", Type::kElement},
      {"xmpp.muc-user-x.invite", "invitation to a room", Type::kElement},
      {"xmpp.muc_user_status", "room status code", Type::kString},
      {"xmpp.x-data", "data form that Wireshark knows", Type::kElement},
      {"xmpp.x-data.field", "form field", Type::kElement},
      {"xmpp.x-data.field.value", "value of a form field", Type::kElement},
      {"xmpp.x-data.instructions", "form instructions", Type::kString},
      {"xmpp.ibb.open", "in-band bytestream: open", Type::kElement},
      {"xmpp.ibb.close", "in-band bytestream: close", Type::kElement},
      {"xmpp.ibb.data", "in-band bytestream: data", Type::kElement},
      {"xmpp.si", "stream initiation", Type::kElement},
      {"xmpp.si.file", "file of a stream initiation", Type::kElement},
      {"xmpp.feature-neg", "feature negotiation", Type::kElement},
      {"xmpp.jingle", "Jingle", Type::kElement},
      {"xmpp.jingle.action", "Jingle action", Type::kString},
      {"xmpp.jingle.sid", "Jingle session id", Type::kString},
      {"xmpp.jingle.initiator", "Jingle initiator", Type::kString},
      {"xmpp.jingle.responder", "Jingle responder", Type::kString},
      {"xmpp.jingle.rtp_info", "Jingle RTP information", Type::kString},
      {"xmpp.jingle.reason", "Jingle reason", Type::kElement},
      {"xmpp.jingle.reason.condition", "condition of a Jingle reason", Type::kString},
      {"xmpp.jingle.reason.text", "text of a Jingle reason", Type::kString},
      {"xmpp.jingle.content", "Jingle content", Type::kElement},
      {"xmpp.jingle.content.creator", "creator of a Jingle content", Type::kString},
      {"xmpp.jingle.content.name", "name of a Jingle content", Type::kString},
      {"xmpp.jingle.content.disposition", "disposition of a Jingle content", Type::kString},
      {"xmpp.jingle.content.senders", "senders of a Jingle content", Type::kString},
      {"xmpp.jingle.content.received", "Jingle file received", Type::kElement},
      {"xmpp.jingle.content.abort", "Jingle file aborted", Type::kElement},
      {"xmpp.jingle.content.checksum", "Jingle file checksum", Type::kElement},
      {"xmpp.jingle.content.description", "Jingle description", Type::kElement},
      {"xmpp.jingle.content.description.media", "Jingle media", Type::kString},
      {"xmpp.jingle.content.description.ssrc", "Jingle SSRC", Type::kString},
      {"xmpp.jingle.content.description.offer", "Jingle file offer", Type::kElement},
      {"xmpp.jingle.content.description.request", "Jingle file request", Type::kElement},
      {"xmpp.jingle.content.description.bandwidth", "Jingle bandwidth", Type::kElement},
      {"xmpp.jingle.content.description.rtp-hdrext", "Jingle RTP header extension", Type::kElement},
      {"xmpp.jingle.content.description.encryption", "Jingle encryption", Type::kElement},
      {"xmpp.jingle.content.description.encryption.crypto", "Jingle crypto", Type::kElement},
      {"xmpp.jingle.content.description.encryption.zrtp-hash", "Jingle ZRTP hash", Type::kElement},
      {"xmpp.jingle.content.description.payload-type", "Jingle payload type", Type::kElement},
      {"xmpp.jingle.content.description.payload-type.id", "id of a payload type", Type::kString},
      {"xmpp.jingle.content.description.payload-type.channels", "channels of a payload type", Type::kString},
      {"xmpp.jingle.content.description.payload-type.clockrate", "clock rate of a payload type",
       Type::kString},
      {"xmpp.jingle.content.description.payload-type.maxptime", "maxptime of a payload type", Type::kString},
      {"xmpp.jingle.content.description.payload-type.name", "name of a payload type", Type::kString},
      {"xmpp.jingle.content.description.payload-type.ptime", "ptime of a payload type", Type::kString},
      {"xmpp.jingle.content.description.payload-type.parameter", "parameter of a payload type",
       Type::kElement},
      {"xmpp.jingle.content.description.payload-type.parameter.name", "name of a parameter", Type::kString},
      {"xmpp.jingle.content.description.payload-type.parameter.value", "value of a parameter", Type::kString},
      {"xmpp.jingle.content.transport", "Jingle transport", Type::kElement},
      {"xmpp.jingle.content.transport.ufrag", "ICE user fragment", Type::kString},
      {"xmpp.jingle.content.transport.pwd", "ICE password", Type::kString},
      {"xmpp.jingle.content.transport.candidate", "transport candidate", Type::kElement},
      {"xmpp.jingle.content.transport.remote-candidate", "remote candidate", Type::kElement},
      {"xmpp.jingle.content.transport.activated", "activated candidate", Type::kElement},
      {"xmpp.jingle.content.transport.candidate-used", "used candidate", Type::kElement},
      {"xmpp.jingle.content.transport.candidate-error", "candidate error", Type::kElement},
      {"xmpp.jingle.content.transport.proxy-error", "proxy error", Type::kElement},
      {"xmpp.gtalk.session", "Google Talk session", Type::kElement},
      {"xmpp.gtalk.session.type", "type of a Google Talk session", Type::kString},
      {"xmpp.gtalk.setting", "Google Talk setting", Type::kElement},
      {"xmpp.gtalk.nosave.x", "Google Talk off-the-record mark", Type::kElement},
      {"xmpp.gtalk.mailbox", "Google mailbox", Type::kElement},
      {"xmpp.gtalk.new-mail", "Google new mail", Type::kElement},
      {"xmpp.conf-info", "conference information", Type::kElement},
      {"xmpp.conf-info.sid", "session id of a conference", Type::kString},
      {"xmpp.inputevt", "Jitsi input event", Type::kElement},
      {"xmpp.inputevt.remote-control", "Jitsi remote control", Type::kElement},
      // Of other protocols, so that expressions move between the two tools.
      {"frame.number", "frame number", Type::kNumber, false, visit_frame},
      {"frame.time_epoch", "time in seconds since 1970", Type::kSeconds, false, visit_time},
      {"tcp.stream", "connection, from 0 as Wireshark counts in our captures", Type::kNumber, false,
       visit_tcp_stream},
      // Ours.
      {"xmpp.kind", "kind of the event", Type::kString, true, visit_kind},
      {"xmpp.phase", "phase of the session", Type::kString, true, visit_phase},
      {"xmpp.connection", "connection, from 1", Type::kNumber, true, visit_connection},
      {"xmpp.session", "logical session: the first connection it lived on", Type::kNumber, true,
       visit_session},
      {"xmpp.bytes", "size in bytes", Type::kNumber, true, visit_bytes},
      {"xmpp.rtt", "round-trip time of the answered request, in seconds", Type::kSeconds, true, visit_rtt},
      {"xmpp.finding", "rule of a finding", Type::kString, true, visit_finding},
      {"xmpp.finding.severity", "severity of a finding", Type::kSeverity, true, visit_severity},
      {"xmpp.edit", "name of an edit that the proxy made", Type::kString, true, visit_edit},
      {"xmpp.sasl.mechanism", "SASL mechanism, chosen or offered", Type::kString, true, visit_mechanism},
      {"xmpp.sm.h", "count of handled stanzas (XEP-0198)", Type::kNumber, true, visit_sm_h},
      // Wireshark's, and not computable from one event.
      {"xmpp.response_in", "", Type::kNumber, false, nullptr, kLater},
      {"xmpp.packet_without_response", "", Type::kElement, false, nullptr, kLater},
      {"xmpp.jingle_session", "", Type::kString, false, nullptr,
       "is tracked by Wireshark over several frames; use xmpp.jingle.sid"},
      {"xmpp.ibb", "", Type::kString, false, nullptr,
       "is tracked by Wireshark over several frames; use xmpp.ibb.open, xmpp.ibb.data or xmpp.ibb.close"},
      {"xmpp.gtalk", "", Type::kString, false, nullptr, kTracked},
      {"xmpp.starttls.already_in_frame", "", Type::kElement, false, nullptr, kTracked},
      {"xmpp.starttls.missing", "", Type::kElement, false, nullptr, kTracked},
      {"xmpp.proceed.already_in_frame", "", Type::kElement, false, nullptr, kTracked},
      {"xmpp.required_attribute", "", Type::kElement, false, nullptr, kOpinion},
      {"xmpp.field.unexpected_value", "", Type::kElement, false, nullptr, kOpinion},
      {"xmpp.xml_disabled", "", Type::kElement, false, nullptr, kOpinion},
      {"xmpp.hashes", "", Type::kElement, false, nullptr, "is not supported"},
      {"xmpp.gtalk.setting_element", "", Type::kString, false, nullptr, "is not supported"},
      {"xmpp.gtalk.transport-p2p", "", Type::kElement, false, nullptr, "is not supported"},
      {"xmpp.gtalk.mail_snippet", "", Type::kString, false, nullptr, "is not supported"},
      {"xmpp.gtalk.status_status_list", "", Type::kString, false, nullptr, "is not supported"},
  };
}

}  // namespace

const std::vector<FieldInfo>& field_table() {
  static const std::vector<FieldInfo> table = make_table();
  return table;
}

std::optional<FieldId> find_field(std::string_view name) {
  static const auto index = [] {
    std::unordered_map<std::string_view, FieldId> map;
    const auto& table = field_table();
    for (size_t i = 0; i < table.size(); ++i) map.emplace(table[i].name, static_cast<FieldId>(i));
    return map;
  }();
  const auto found = index.find(name);
  if (found == index.end()) return std::nullopt;
  return found->second;
}

FieldId require_field(std::string_view name) {
  const auto found = find_field(name);
  if (!found) std::abort();  // a row of the dissection table names a field that does not exist
  return *found;
}

bool needs_tree(FieldId field) {
  const auto visit = field_table()[field].visit;
  return visit == nullptr || visit == visit_packet_unknown || visit == visit_mechanism || visit == visit_sm_h;
}

bool visit_field(FieldId field, const StreamEvent& event, ValueVisitor& visitor) {
  const FieldInfo& info = field_table()[field];
  if (info.visit != nullptr) return info.visit(event, visitor);
  return visit_dissection(field, event, visitor);
}

const std::vector<Field>& fields() {
  static const std::vector<Field> list = [] {
    std::vector<Field> fields;
    for (const FieldInfo& info : field_table()) {
      if (info.why_not.empty()) fields.push_back({info.name, info.description, info.ours});
    }
    return fields;
  }();
  return list;
}

}  // namespace parser::filter
