// Reads depth-1 elements for what the rest of the program asks of them. Nothing here judges: an element that
// breaks a rule is read as far as it goes, and the rules say what is wrong with it.
#include "parser/stream/stanza.h"

#include <charconv>

namespace parser {
namespace {

template <typename Number>
std::optional<Number> number(std::string_view text) {
  Number value{};
  const char* end = text.data() + text.size();
  const auto [behind, problem] = std::from_chars(text.data(), end, value);
  if (problem != std::errc() || behind != end || text.empty()) return std::nullopt;
  return value;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

// Text of the stanza's first child of that name in the stanza's own namespace.
std::string child_text(const xml::Element& stanza, std::string_view local, bool* present = nullptr) {
  const xml::Element* child = stanza.child(local, stanza.ns);
  if (present != nullptr) *present = child != nullptr;
  return child == nullptr ? std::string() : child->text();
}

ErrorInfo read_error(const xml::Element& error, std::string_view conditions) {
  ErrorInfo info;
  info.type = error.attribute("type");
  info.legacy_code = error.attribute("code");
  for (const xml::Element& child : error.children()) {
    if (child.ns != conditions) {
      if (info.application == nullptr) info.application = &child;
    } else if (child.local == "text") {
      info.text = child.text();
    } else if (info.condition.empty()) {
      info.condition = child.local;
    }
  }
  if (info.text.empty() && info.condition.empty()) info.text = std::string(trimmed(error.text()));
  return info;
}

void collect(const xml::Element& element, size_t most, std::vector<AddressUse>& uses) {
  for (const xml::Element& child : element.children()) {
    if (uses.size() >= most) return;
    if (const xml::Attribute* jid = child.find_attribute("jid")) uses.push_back({&child, "jid", jid->value});
    collect(child, most, uses);  // as deep as the reader's depth limit allows
  }
}

}  // namespace

bool is_content_namespace(std::string_view name) {
  return name == ns::kClient || name == ns::kServer || name == ns::kComponentAccept ||
         name == ns::kComponentConnect;
}

EventKind classify(const xml::Element& element, std::string_view content_namespace) {
  const std::string_view space = element.ns;
  if (space == content_namespace || is_content_namespace(space) || space.empty()) {
    if (element.local == "message") return EventKind::kMessage;
    if (element.local == "presence") return EventKind::kPresence;
    if (element.local == "iq") return EventKind::kIq;
    return EventKind::kNonza;
  }
  if (space == ns::kSm3 || space == ns::kSm2) return EventKind::kSm;
  if (space == ns::kStreams) {
    if (element.local == "features") return EventKind::kFeatures;
    if (element.local == "error") return EventKind::kStreamError;
    return EventKind::kNonza;
  }
  if (space == ns::kSasl || space == ns::kSasl2) return EventKind::kSasl;
  if (space == ns::kTls) return EventKind::kStartTls;
  if (space == ns::kCompress) return EventKind::kCompress;
  return EventKind::kNonza;
}

std::string_view content_namespace_of(const xml::Element& header) {
  for (const xml::NamespaceDeclaration& declaration : header.declarations) {
    if (declaration.prefix.empty() && declaration.uri != ns::kStreams) return declaration.uri;
  }
  return {};
}

bool is_version_1(const xml::Element& header) {
  const std::string_view version = trimmed(header.attribute("version"));
  const auto major = number<unsigned>(version.substr(0, version.find('.')));
  return major.has_value() && *major >= 1;
}

const xml::Element* payload_of(const xml::Element& stanza) {
  for (const xml::Element& child : stanza.children()) {
    if (child.local != "error" || (child.ns != stanza.ns && !child.ns.empty())) return &child;
  }
  return nullptr;
}

std::optional<ErrorInfo> stanza_error(const xml::Element& stanza) {
  const xml::Element* error = stanza.child("error", stanza.ns);
  if (error == nullptr) return std::nullopt;
  return read_error(*error, ns::kStanzaErrors);
}

std::optional<ErrorInfo> stream_error(const xml::Element& element) {
  if (!element.is("error", ns::kStreams)) return std::nullopt;
  return read_error(element, ns::kStreamErrors);
}

std::optional<Message> as_message(const xml::Element& stanza) {
  if (stanza.local != "message") return std::nullopt;
  Message message;
  message.type = stanza.attribute("type");
  message.body = child_text(stanza, "body", &message.has_body);
  message.subject = child_text(stanza, "subject", &message.has_subject);
  message.thread = child_text(stanza, "thread");
  return message;
}

std::optional<Presence> as_presence(const xml::Element& stanza) {
  if (stanza.local != "presence") return std::nullopt;
  Presence presence;
  presence.type = stanza.attribute("type");
  presence.show = std::string(trimmed(child_text(stanza, "show")));
  presence.status = child_text(stanza, "status");
  const std::string written = child_text(stanza, "priority");
  std::string_view digits = trimmed(written);
  if (digits.starts_with('+')) digits.remove_prefix(1);
  // RFC 6121 §4.7.2.3: from -128 to 127.
  const int priority = number<int>(digits).value_or(0);
  presence.priority = priority >= -128 && priority <= 127 ? priority : 0;
  return presence;
}

std::optional<Iq> as_iq(const xml::Element& stanza) {
  if (stanza.local != "iq") return std::nullopt;
  return Iq{stanza.attribute("type"), payload_of(stanza)};
}

std::optional<Sasl> as_sasl(const xml::Element& element) {
  if (element.ns != ns::kSasl && element.ns != ns::kSasl2) return std::nullopt;
  return Sasl{element.local, element.attribute("mechanism"), element.ns == ns::kSasl2};
}

const xml::Element* sasl_data_element(const xml::Element& element) {
  const std::string_view step = element.local;
  const bool direct = step == "challenge" || step == "response";
  if (element.ns == ns::kSasl) return direct || step == "auth" || step == "success" ? &element : nullptr;
  if (element.ns != ns::kSasl2) return nullptr;
  if (direct) return &element;
  if (step == "authenticate" || step == "next") return element.child("initial-response", ns::kSasl2);
  return step == "success" || step == "continue" ? element.child("additional-data", ns::kSasl2) : nullptr;
}

std::optional<std::string> sasl_data(const xml::Element& element) {
  const xml::Element* holder = sasl_data_element(element);
  if (holder == nullptr) return std::nullopt;
  const std::string text = holder->text();
  const std::string_view inside = trimmed(text);
  // An empty element of SASL has no data; one of SASL2 has data of no length (XEP-0388 §2.2).
  if (inside.empty() && element.ns == ns::kSasl) return std::nullopt;
  return std::string(inside);
}

std::optional<SmElement> as_sm(const xml::Element& element) {
  if (element.ns != ns::kSm3 && element.ns != ns::kSm2) return std::nullopt;
  SmElement sm;
  sm.step = element.local;
  sm.h = number<uint32_t>(element.attribute("h"));
  sm.id = element.attribute("id");
  sm.previd = element.attribute("previd");
  const std::string_view resume = element.attribute("resume");
  sm.resume = resume == "true" || resume == "1";
  return sm;
}

std::string_view starttls_step(const xml::Element& element) {
  return element.ns == ns::kTls ? element.local : std::string_view();
}

std::vector<AddressUse> addresses_of(const xml::Element& element, size_t most) {
  std::vector<AddressUse> uses;
  for (const std::string_view name : {std::string_view("from"), std::string_view("to")}) {
    const xml::Attribute* attribute = element.find_attribute(name);
    if (attribute != nullptr && uses.size() < most) uses.push_back({&element, name, attribute->value});
  }
  collect(element, most, uses);
  return uses;
}

}  // namespace parser
