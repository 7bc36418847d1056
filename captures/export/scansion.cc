// Scansion compares what is received with what the script says, attribute by attribute, so whatever cannot be
// the same twice has to be replaced where the server chose it.
#include "captures/export/scansion.h"

#include <algorithm>

#include "captures/utf8.h"
#include "parser/jid/jid.h"
#include "parser/stream/stanza.h"

namespace captures {
namespace {

using parser::Direction;
using parser::EventKind;
using parser::StreamEvent;
using parser::xml::Attribute;
using parser::xml::Element;
using parser::xml::Node;

constexpr std::string_view kAny = "{scansion:any}";

std::string escaped(std::string_view text, char quote) {
  std::string out;
  for (const char c : readable(text, text.size() + 1)) {
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == quote) {
      out += quote == '\'' ? "&apos;" : "&quot;";
    } else {
      out += c;
    }
  }
  return out;
}

bool is_stamp(std::string_view name) {
  return name == "stamp" || name == "queryid" || name == "sid";
}

// Scansion reads plain XML, each element with its own namespace; prefixes are not needed.
void write(const Element& element, std::string_view outer_ns, bool received, bool top, std::string& out,
           size_t depth) {
  out.append(1 + depth, '\t').append("<").append(element.local);
  if (!top && element.ns != outer_ns) out.append(" xmlns='").append(escaped(element.ns, '\'')).append("'");
  for (const Attribute& attribute : element.attributes) {
    if (!attribute.ns.empty() && attribute.prefix != "xml") continue;
    const std::string name = (attribute.prefix == "xml" ? "xml:" : "") + std::string(attribute.local);
    // A request of the server's own, and whatever is not a stanza's answer, has an id of the moment.
    const bool chosen = received && ((name == "id" && (!top || (element.attribute("type") != "result" &&
                                                                element.attribute("type") != "error"))) ||
                                     is_stamp(name));
    out.append(" ").append(name).append("='").append(chosen ? std::string(kAny)
                                                            : escaped(attribute.value, '\''));
    out.append("'");
  }
  if (element.first_node == nullptr) {
    out.append("/>\n");
    return;
  }
  out.append(">");
  if (element.child_count() == 0) {
    out.append(escaped(element.text(), 0)).append("</").append(element.local).append(">\n");
    return;
  }
  out.append("\n");
  for (const Node* node = element.first_node; node != nullptr; node = node->next) {
    if (node->element != nullptr) write(*node->element, element.ns, received, false, out, depth + 1);
  }
  out.append(1 + depth, '\t').append("</").append(element.local).append(">\n");
}

// Part of what Scansion does by itself when a client connects.
bool is_handshake(const StreamEvent& event) {
  if (event.payload == nullptr) return false;
  return event.payload->ns == parser::ns::kBind || event.payload->ns == parser::ns::kSession;
}

}  // namespace

void ScansionExport::connect(Client& client, std::string_view jid) {
  client.jid = readable(jid, 3071);
  std::string name(parser::split_jid(client.jid).local);
  if (name.empty()) name = "client";
  if (name[0] >= 'a' && name[0] <= 'z') name[0] = static_cast<char>(name[0] - 'a' + 'A');
  std::string unique = name;
  for (int n = 2; std::any_of(clients_.begin(), clients_.end(),
                              [&](const auto& other) { return other.second.name == unique; });
       ++n) {
    unique = name + std::to_string(n);
  }
  client.name = unique;
  client.connected = true;
  steps_ += "\n" + client.name + " connects\n";
}

void ScansionExport::on_event(const StreamEvent& event) {
  const auto added = clients_.try_emplace(event.connection);
  Client& client = added.first->second;
  const bool stanza =
      event.kind == EventKind::kMessage || event.kind == EventKind::kPresence || event.kind == EventKind::kIq;
  if (!client.connected && stanza && event.direction == Direction::kS2C && event.payload != nullptr &&
      event.payload->is("bind", parser::ns::kBind)) {
    if (const Element* jid = event.payload->child("jid")) {
      order_.push_back(event.connection);
      connect(client, jid->text());
    }
    return;
  }
  if (!client.connected) return;
  if (event.kind == EventKind::kFooter && event.direction == Direction::kC2S) {
    steps_ += "\n" + client.name + " disconnects\n";
    return;
  }
  if (!stanza || event.element == nullptr || is_handshake(event)) return;
  const bool received = event.direction == Direction::kS2C;
  steps_ += "\n" + client.name + (received ? " receives:\n" : " sends:\n");
  write(*event.element, event.element->ns, received, true, steps_, 0);
}

std::string ScansionExport::text() const {
  std::string out = "# " + title_ + "\n\n";
  for (const parser::ConnectionId id : order_) {
    const Client& client = clients_.at(id);
    out += "[Client] " + client.name + "\n\tjid: " + client.jid + "\n\tpassword: password\n\n";
  }
  return out + "---------\n" + steps_;
}

}  // namespace captures
