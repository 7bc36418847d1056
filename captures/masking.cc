// The element tree says where a secret is; what is overwritten are the bytes of the event, so that all ranges
// stay what they were. Nothing is ever inserted or removed.
#include "captures/masking.h"

#include <algorithm>
#include <optional>

#include "captures/utf8.h"
#include "parser/sasl/base64.h"
#include "parser/xml/byte_search.h"

namespace captures {
namespace {

using parser::ByteRange;
using parser::EventKind;
using parser::has_bytes;
using parser::Phase;
using parser::StreamEvent;
using parser::xml::Attribute;
using parser::xml::Element;

constexpr std::string_view kSasl = "urn:ietf:params:xml:ns:xmpp-sasl";
constexpr std::string_view kSasl2 = "urn:xmpp:sasl:";  // with its version behind
constexpr std::string_view kComponent = "jabber:component:";
constexpr std::string_view kDataForm = "jabber:x:data";
constexpr std::string_view kInvitation = "jabber:x:conference";
constexpr size_t kMostDepth = 256;  // of elements that are searched for passwords

bool is_authenticated(Phase phase) {
  switch (phase) {
    case Phase::kRestart:
    case Phase::kRestartSent:
    case Phase::kRestartAwait:
    case Phase::kLoggedIn:
    case Phase::kBoundInline:
    case Phase::kResumedInline:
    case Phase::kFeaturesAuth:
    case Phase::kBinding:
    case Phase::kResuming:
    case Phase::kBound:
    case Phase::kEstablished:
    case Phase::kMidSession:
      return true;
    default:
      return false;
  }
}

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

// Whether a name of what mask_passwords() looks for can be in these bytes.
bool may_name_secret(std::string_view bytes) {
  return has_bytes(bytes, "assw") || has_bytes(bytes, "ASSW") || has_bytes(bytes, "ecret") ||
         has_bytes(bytes, "ECRET") || has_bytes(bytes, "text-private");
}

// A place to overwrite, with the notes that go with it.
class Eraser {
 public:
  Eraser(const StreamEvent& event, Masked& masked) : event_(event), masked_(masked) {}

  // The bytes between an element's tags; where it is empty, an empty range.
  ByteRange inside(const Element& element) const {
    const ByteRange whole = element.range;
    if (!event_.range.contains(whole) || element.start_tag.end >= whole.end) return {};
    const std::string_view bytes =
        event_.bytes.substr(0, static_cast<size_t>(whole.end - event_.range.begin));
    const size_t end = bytes.rfind("</");
    const auto begin = static_cast<size_t>(element.start_tag.end - event_.range.begin);
    if (end == std::string_view::npos || end < begin) return {};
    return {event_.range.begin + begin, event_.range.begin + end};
  }

  std::string_view bytes(ByteRange range) const {
    if (range.empty()) return {};
    return event_.bytes.substr(static_cast<size_t>(range.begin - event_.range.begin),
                               static_cast<size_t>(range.size()));
  }

  // `with` has the size of the range.
  void overwrite(ByteRange range, std::string_view with, std::string_view what) {
    if (with == bytes(range)) return;
    if (masked_.bytes.empty()) masked_.bytes = event_.bytes;
    masked_.bytes.replace(static_cast<size_t>(range.begin - event_.range.begin), with.size(), with);
    masked_.ranges.push_back(range);
    if (has_bytes(masked_.what, what)) return;
    masked_.what.append(masked_.what.empty() ? "" : ", ").append(what);
  }

  // Plain text: each byte becomes '*'. With references or markup in it, what is no markup does.
  void overwrite_text(const Element& element, std::string_view what, char with = '*') {
    const ByteRange range = inside(element);
    if (range.empty()) return;
    std::string text(bytes(range));
    if (text.find_first_of("<&") != std::string::npos) {
      mask_text(text);
    } else {
      for (char& c : text) {
        if (!is_space(c)) c = with;
      }
    }
    overwrite(range, text, what);
  }

 private:
  const StreamEvent& event_;
  Masked& masked_;
};

// base64 that is none stays none, of the same kind.
std::string mask_broken_base64(std::string_view text) {
  std::string masked(text);
  for (char& c : masked) {
    const bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (letter || c == '+' || c == '/') {
      c = 'A';
    } else if (c != '=' && !is_space(c)) {
      c = '*';
    }
  }
  return masked;
}

// RFC 4616 §2: [authzid] NUL authcid NUL passwd.
void mask_plain(std::string& message) {
  const size_t first = message.find('\0');
  const size_t second = first == std::string::npos ? first : message.find('\0', first + 1);
  const size_t begin = second == std::string::npos ? 0 : second + 1;
  std::fill(message.begin() + static_cast<std::ptrdiff_t>(begin), message.end(), '*');
}

// RFC 5802 §5.1: attributes between commas. The proof (p), the signature (v) and the salt (s) are base64 and
// stay it. A `p=` at the very beginning is the name of the channel binding.
void mask_scram(std::string& message) {
  bool known = message.starts_with("n,") || message.starts_with("y,") || message.starts_with("p=");
  for (size_t at = 0; at < message.size();) {
    const size_t end = std::min(message.find(',', at), message.size());
    const bool attribute = end - at >= 2 && message[at + 1] == '=';
    known = known || (attribute && has_bytes("rvesicm", message.substr(at, 1)));
    if (!known) break;
    const bool secret =
        attribute && (message[at] == 'v' || message[at] == 's' || (message[at] == 'p' && at > 0));
    for (size_t i = at + 2; secret && i < end; ++i) {
      if (message[i] != '=') message[i] = 'A';
    }
    at = end + 1;
  }
  if (!known) std::fill(message.begin(), message.end(), '*');
}

// Forms that are sent back have no types, so the name counts: "password", "password-verify",
// "muc#roomconfig_roomsecret". That a room has a password is none.
bool is_password_field(const Element& element) {
  if (!element.is("field", kDataForm)) return false;
  const std::string_view type = element.attribute("type");
  if (type == "text-private") return true;
  std::string var(element.attribute("var"));
  std::transform(var.begin(), var.end(), var.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  if (type == "boolean" || var == "muc#roomconfig_passwordprotectedroom") return false;
  return has_bytes(var, "password") || has_bytes(var, "passwd") || var.ends_with("secret");
}

// The value of an attribute, in whatever quotes.
void mask_attribute(const Element& element, std::string_view name, Eraser& eraser, std::string_view what) {
  const std::string_view tag = eraser.bytes(element.start_tag);
  for (size_t at = tag.find(name); at != std::string_view::npos; at = tag.find(name, at + 1)) {
    size_t quote = at + name.size();
    while (quote < tag.size() && (is_space(tag[quote]) || tag[quote] == '=')) ++quote;
    const bool attribute = at > 0 && is_space(tag[at - 1]) && has_bytes(tag.substr(at, quote - at), "=");
    if (!attribute || quote >= tag.size() || (tag[quote] != '\'' && tag[quote] != '"')) continue;
    const size_t end = tag.find(tag[quote], quote + 1);
    if (end == std::string_view::npos) return;
    const ByteRange range{element.start_tag.begin + quote + 1, element.start_tag.begin + end};
    eraser.overwrite(range, std::string(static_cast<size_t>(range.size()), '*'), what);
    return;
  }
}

// XEP-0484: <token expiry='…' token='SECRET'/>, wherever it is handed out.
void mask_tokens(const Element& element, Eraser& eraser, size_t depth = 0) {
  if (depth > kMostDepth) return;
  if (element.local == "token" && element.ns.starts_with("urn:xmpp:fast:")) {
    mask_attribute(element, "token", eraser, "FAST token");
  }
  for (const Element& child : element.children()) mask_tokens(child, eraser, depth + 1);
}

void mask_passwords(const Element& element, Eraser& eraser, size_t depth) {
  if (depth > kMostDepth) return;
  const bool legacy = element.ns == "jabber:iq:auth" &&
                      (element.local == "digest" || element.local == "hash" || element.local == "token");
  if (element.local == "password" || legacy) {
    eraser.overwrite_text(element, legacy ? "password digest" : "password");
    return;
  }
  // XEP-0249: an invitation has it in an attribute.
  if (element.is("x", kInvitation)) mask_attribute(element, "password", eraser, "password");
  const bool field = is_password_field(element);
  for (const Element& child : element.children()) {
    if (field && child.local == "value") {
      eraser.overwrite_text(child, "password in a form");
    } else {
      mask_passwords(child, eraser, depth + 1);
    }
  }
}

// Joining a room with a password (XEP-0045 §7.2.5), inviting to one, bookmarks of one in an event; and copies
// of such. Text that people write is not looked at.
bool may_hold_password(const Element& stanza) {
  for (const Element& child : stanza.children()) {
    if (child.ns == stanza.ns) continue;
    for (const std::string_view ns :
         {std::string_view("http://jabber.org/protocol/muc"),
          std::string_view("http://jabber.org/protocol/muc#user"), kInvitation, kDataForm,
          std::string_view("http://jabber.org/protocol/pubsub#event"), std::string_view("urn:xmpp:carbons:2"),
          std::string_view("urn:xmpp:mam:2"), std::string_view("urn:xmpp:forward:0")}) {
      if (child.ns == ns) return true;
    }
  }
  return false;
}

// The size of a reference that stands for one character and can be overwritten like one; 0: none.
size_t reference_size(std::string_view text) {
  const size_t end = text.substr(0, 12).find(';');
  if (end == std::string_view::npos) return 0;
  const std::string_view reference = text.substr(1, end - 1);
  for (const std::string_view known : {"amp", "lt", "gt", "quot", "apos"}) {
    if (reference == known) return end + 1;
  }
  return reference.starts_with('#') ? end + 1 : 0;
}

// Where a tag that begins at `at` ends: behind its '>', or the text's size.
size_t tag_end(std::string_view text, size_t at) {
  char quote = 0;
  for (; at < text.size(); ++at) {
    if (quote != 0) {
      if (text[at] == quote) quote = 0;
    } else if (text[at] == '\'' || text[at] == '"') {
      quote = text[at];
    } else if (text[at] == '>') {
      return at + 1;
    }
  }
  return at;
}

// The values of attributes named password or token between `begin` and `end`, where a tag may end in
// mid-value.
bool mask_values(std::string& bytes, size_t begin, size_t end) {
  bool changed = false;
  for (const std::string_view name : {"password", "token"}) {
    const std::string_view tag = std::string_view(bytes).substr(0, end);
    for (size_t at = tag.find(name, begin); at != std::string_view::npos; at = tag.find(name, at + 1)) {
      size_t quote = at + name.size();
      while (quote < end && is_space(tag[quote])) ++quote;
      if (at == 0 || !is_space(tag[at - 1]) || quote == end || tag[quote] != '=') continue;
      ++quote;
      while (quote < end && is_space(tag[quote])) ++quote;
      if (quote >= end || (tag[quote] != '\'' && tag[quote] != '"')) continue;
      const char closing = tag[quote];
      for (at = quote + 1; at < end && tag[at] != closing;) {
        const size_t size = utf8_character(tag.substr(at));
        if (size > 0 && !is_space(tag[at])) bytes.replace(at, size, size, '*');
        changed = changed || size > 0;
        at += std::max<size_t>(size, 1);
      }
    }
  }
  return changed;
}

}  // namespace

bool mask_text(std::string& bytes) {
  constexpr std::string_view kCdata = "<![CDATA[";
  constexpr std::string_view kComment = "<!--";
  const std::string_view view = bytes;
  bool changed = false;
  bool cdata = false;
  const size_t close = view.find('>');
  // Bytes that begin in the middle of a tag.
  size_t at = close != std::string_view::npos && close < view.find('<') ? close + 1 : 0;
  while (at < view.size()) {
    const std::string_view rest = view.substr(at);
    size_t size = utf8_character(rest);
    if (cdata && rest.starts_with("]]>")) {
      cdata = false;
      at += 3;
      continue;
    }
    if (!cdata && rest[0] == '<') {
      if (rest.starts_with(kCdata)) {
        cdata = true;
        at += kCdata.size();
      } else if (rest.starts_with(kComment)) {
        const size_t end = view.find("-->", at + kComment.size());
        at = end == std::string_view::npos ? view.size() : end + 3;
      } else {
        const size_t end = tag_end(view, at);
        changed = mask_values(bytes, at, end) || changed;
        at = end;
      }
      continue;
    }
    if (!cdata && rest[0] == '&') {
      size = reference_size(rest);
    } else if (size == 1 && (rest[0] <= ' ' || rest[0] == 0x7F || (!cdata && rest[0] == '>'))) {
      size = 0;
    }
    // What is left alone is what a parser may object to.
    if (size > 0) {
      bytes.replace(at, size, size, '*');
      changed = true;
    }
    at += std::max<size_t>(size, 1);
  }
  return changed;
}

Masking::Mechanism Masking::mechanism_of(std::string_view name) {
  if (name == "PLAIN") return Mechanism::kPlain;
  if (name == "EXTERNAL") return Mechanism::kExternal;
  return name.starts_with("SCRAM-") ? Mechanism::kScram : Mechanism::kOther;
}

void Masking::mask_sasl(const StreamEvent& event, Masked& masked) {
  const Element& element = *event.element;
  if (element.local == "failure" || element.local == "abort") return;
  if (element.local == "auth" || element.local == "authenticate") {
    mechanism_ = mechanism_of(element.attribute("mechanism"));
  }
  Eraser eraser(event, masked);
  const auto payload = [&](const Element& holder) {
    const ByteRange range = eraser.inside(holder);
    const std::string_view text = eraser.bytes(range);
    if (range.empty() || text == "=" || mechanism_ == Mechanism::kExternal) return;
    std::string_view what = "SASL payload";
    if (text.find_first_of("<&") != std::string_view::npos) {
      eraser.overwrite_text(holder, what);
      return;
    }
    std::optional<std::string> decoded = parser::sasl::decode_base64(text, text.size());
    if (!decoded) {
      eraser.overwrite(range, mask_broken_base64(text), what);
      return;
    }
    std::string& message = *decoded;
    if (mechanism_ == Mechanism::kPlain) {
      mask_plain(message);
      what = "SASL PLAIN password";
    } else if (mechanism_ == Mechanism::kScram) {
      mask_scram(message);
      what = "SCRAM proof, signature or salt";
    } else {
      std::fill(message.begin(), message.end(), '*');
    }
    eraser.overwrite(range, parser::sasl::encode_base64_like(text, message), what);
  };
  const bool sasl2 = element.ns != kSasl;
  if (!sasl2 || element.local == "challenge" || element.local == "response") {
    payload(element);
    return;
  }
  for (const Element& child : element.children()) {
    if (child.local == "initial-response" || child.local == "additional-data") {
      payload(child);
    } else if (element.local == "next" || element.local == "task-data") {
      eraser.overwrite_text(child, "SASL2 task data");
    }
  }
  mask_tokens(element, eraser);
}

bool Masking::mask(const StreamEvent& event, Masked& masked) {
  const bool was_authenticated = authenticated_;
  authenticated_ = authenticated_ || is_authenticated(event.phase);
  switch (event.kind) {
    case EventKind::kSasl:
      if (event.element != nullptr) mask_sasl(event, masked);
      break;
    case EventKind::kIq:
      if (event.element != nullptr && event.payload != nullptr &&
          (event.payload->ns == "jabber:iq:auth" || may_name_secret(event.bytes))) {
        Eraser eraser(event, masked);
        mask_passwords(*event.element, eraser, 0);
      }
      break;
    case EventKind::kPresence:
    case EventKind::kMessage:
      if (event.element != nullptr && may_hold_password(*event.element) && may_name_secret(event.bytes)) {
        Eraser eraser(event, masked);
        mask_passwords(*event.element, eraser, 0);
      }
      break;
    case EventKind::kNonza:
      if (event.element == nullptr) break;
      if (event.local == "handshake" && event.ns.starts_with(kComponent)) {
        Eraser(event, masked).overwrite_text(*event.element, "component handshake", '0');
      } else if (event.ns.starts_with(kSasl2) || event.ns == kSasl) {
        mask_sasl(event, masked);
      }
      break;
    case EventKind::kViolation:
    case EventKind::kUnparsed: {
      // Nothing tells where in these bytes a secret is.
      const bool suspect = !was_authenticated || has_bytes(event.bytes, "<auth") ||
                           has_bytes(event.bytes, "<response") || has_bytes(event.bytes, "<handshake") ||
                           may_name_secret(event.bytes);
      if (event.bytes.empty() || !suspect) break;
      std::string bytes(event.bytes);
      if (mask_text(bytes)) {
        masked.bytes = std::move(bytes);
        masked.ranges.push_back(event.range);
        masked.what = "text that may hold a secret";
      }
      break;
    }
    default:
      break;
  }
  return !masked.ranges.empty();
}

bool Masking::partial_is_harmless(std::string_view partial) const {
  return authenticated_ && (partial.starts_with("<message") || partial.starts_with("<presence")) &&
         !may_name_secret(partial);
}

}  // namespace captures
