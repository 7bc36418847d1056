// Tables of what stays. What is in none of them goes.
#include "captures/redact/vocabulary.h"

#include <algorithm>
#include <array>

#include "parser/jid/literal.h"
#include "parser/knowledge/namespaces.h"

namespace captures {
namespace {

using parser::xml::Attribute;
using parser::xml::Element;

constexpr std::string_view kCaps = "http://jabber.org/protocol/caps";
constexpr std::string_view kDiscoInfo = "http://jabber.org/protocol/disco#info";
constexpr std::string_view kDataForm = "jabber:x:data";
constexpr std::string_view kUpload = "urn:xmpp:http:upload:0";
constexpr std::string_view kVersion = "jabber:iq:version";

// Attributes whose values are words of the protocol, counts or times, on whatever element.
constexpr auto kProtocolAttributes = std::to_array<std::string_view>({
    "type",    "version",      "lang",       "stamp",     "var",        "category", "affiliation",
    "role",    "subscription", "ask",        "approved",  "code",       "h",        "max",
    "resume",  "mechanism",    "ver",        "algo",      "senders",    "action",   "disposition",
    "status",  "complete",     "stable",     "size",      "index",      "count",    "seconds",
    "seq",     "block-size",   "generation", "component", "foundation", "protocol", "media",
    "creator", "maxhistory",   "maxstanzas", "maxchars",  "since",      "utc",      "tzo",
});

// Elements whose text is a word of the protocol, a count or a time.
constexpr auto kProtocolTexts = std::to_array<std::string_view>({
    "show",
    "max-bytes",
    "idle-seconds",
    "priority",
    "mechanism",
    "method",
    "max",
    "count",
    "index",
    "utc",
    "tzo",
    "iterations",
});

constexpr auto kAddressAttributes = std::to_array<std::string_view>({
    "from",
    "to",
    "jid",
    "by",
    "initiator",
    "responder",
    "scope",
    "authid",
    "publisher",
    "hostname",
});

// Values of forms and of attributes that are enumerations.
constexpr std::string_view kWordsOfProtocol[] = {"true",      "false",     "optional", "required",
                                                 "open",      "whitelist", "roster",   "presence",
                                                 "authorize", "never",     "always",   "none"};

template <typename Table>
bool listed(const Table& table, std::string_view name) {
  return std::find(std::begin(table), std::end(table), name) != std::end(table);
}

bool is_sasl(const Element& element) {
  return element.ns == "urn:ietf:params:xml:ns:xmpp-sasl" || element.ns.starts_with("urn:xmpp:sasl:");
}

bool digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

// XEP-0082: what is a time keeps being this one.
bool is_time(std::string_view text) {
  return text.size() >= 19 && text.size() <= 40 && digits(text.substr(0, 4)) && text[4] == '-' &&
         digits(text.substr(5, 2)) && text[7] == '-' && digits(text.substr(8, 2)) && text[10] == 'T' &&
         text.find_first_not_of("0123456789-T:.Z+") == std::string_view::npos;
}

// A namespace, or a name made of one: "urn:xmpp:avatar:data", "http://jabber.org/protocol/muc#roomconfig",
// "eu.siacs.conversations.axolotl.bundles:1234".
bool is_namespace(std::string_view text) {
  if (parser::knowledge::find_namespace(text) != nullptr) return true;
  return text.starts_with("urn:xmpp:") || text.starts_with("urn:ietf:params:") ||
         text.starts_with("http://jabber.org/") || text.starts_with("jabber:");
}

bool is_uri(std::string_view text) {
  return text.find("://") != std::string_view::npos || text.starts_with("xmpp:") ||
         text.starts_with("mailto:");
}

bool is_address(std::string_view text) {
  const size_t at = text.find('@');
  return at != std::string_view::npos && at > 0 && at + 1 < text.size() &&
         text.find_first_of(" \t\r\n") > std::min(text.find('/'), text.size());
}

// Whether a caps hash (XEP-0115 §5) may be made of this: an answer to a question for a verification string.
bool is_hashed(const Element& element) {
  for (const Element* e = &element; e != nullptr; e = e->parent) {
    if (!e->is("query", kDiscoInfo)) continue;
    return e->attribute("node").find('#') != std::string_view::npos;
  }
  return false;
}

const Element* field_of(const Element& value) {
  const Element* field = value.parent;
  return field != nullptr && field->is("field", kDataForm) ? field : nullptr;
}

bool is_protocol_value(std::string_view text) {
  return text.empty() || is_namespace(text) || is_time(text) || listed(kWordsOfProtocol, text) ||
         (digits(text) && text.size() <= 4);
}

Treatment by_shape(std::string_view text) {
  if (is_uri(text)) return Treatment::kUri;
  if (is_ip(text)) return Treatment::kIpAddress;
  if (is_address(text)) return Treatment::kAddress;
  return Treatment::kName;
}

}  // namespace

bool is_ip(std::string_view text) {
  if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
  text = text.substr(0, std::min(text.find('%'), text.size()));
  return parser::is_ipv4(text) || parser::is_ipv6(text);
}

Treatment treatment_of_attribute(const Element& element, const Attribute& attribute) {
  const std::string_view name = attribute.local;
  const std::string_view value = attribute.value;
  if (name != "id" && listed(kProtocolAttributes, name)) return Treatment::kKeep;
  if (listed(kAddressAttributes, name)) return is_ip(value) ? Treatment::kIpAddress : Treatment::kAddress;
  if (element.is("c", kCaps) || is_hashed(element)) return Treatment::kKeep;
  if (element.local == "identity" && element.ns == kDiscoInfo && element.attribute("category") == "client") {
    return Treatment::kKeep;
  }
  if (name == "name" && element.is("header", kUpload)) return Treatment::kKeep;
  if (name != "id" && is_protocol_value(value)) return Treatment::kKeep;
  return by_shape(value);
}

Treatment treatment_of_text(const Element& element, std::string_view text) {
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) return Treatment::kKeep;
  if (is_sasl(element) && element.child_count() == 0 && element.local != "text" &&
      element.local != "authorization-identifier" && element.local != "mechanism" &&
      element.local != "software" && element.local != "device") {
    return Treatment::kSasl;
  }
  if (listed(kProtocolTexts, element.local) || element.ns == kVersion || is_hashed(element)) {
    return Treatment::kKeep;
  }
  if (element.local == "jid" || element.local == "authorization-identifier") return Treatment::kAddress;
  if (const Element* field = element.local == "value" ? field_of(element) : nullptr) {
    if (field->attribute("var") == "FORM_TYPE" || is_protocol_value(text)) return Treatment::kKeep;
    const std::string_view type = field->attribute("type");
    if (type == "jid-single" || type == "jid-multi") return Treatment::kAddress;
  }
  if (element.local != "body" && element.local != "subject" && is_time(text)) return Treatment::kKeep;
  if (is_namespace(text)) return Treatment::kKeep;
  return by_shape(text);
}

}  // namespace captures
