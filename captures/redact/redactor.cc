// The tree says what a value is, the markup where it is written. Both are walked in step, and what is
// exchanged is spelled into the same bytes: a reference stays where its character stays, and becomes another
// one of the same length where it does not.
#include "captures/redact/redactor.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <variant>

#include "parser/jid/code_points.h"
#include "parser/jid/jid.h"
#include "parser/sasl/base64.h"
#include "parser/xml/markup.h"

namespace captures {
namespace {

using parser::ConnectionInfo;
using parser::Edit;
using parser::Endpoint;
using parser::EventKind;
using parser::StreamEvent;
using parser::xml::Element;
using parser::xml::MarkupPiece;
using parser::xml::WrittenCharacter;

// Labels that say what a service is, not whose it is.
constexpr std::string_view kServiceLabels[] = {
    "localhost", "conference", "conf",   "muc",   "rooms",   "chat",    "groups",
    "pubsub",    "upload",     "share",  "proxy", "irc",     "biboumi", "xmpp",
    "jabber",    "component",  "search", "vjud",  "www",     "com",     "net",
    "org",       "lan",        "local",  "test",  "example", "invalid", "im"};

// Walks the children of a tree in the order in which the markup shows them.
class Cursor {
 public:
  explicit Cursor(const Element& root) : root_(root) {}

  // The element whose start tag comes now; null where markup and tree disagree.
  const Element* enter() {
    const Element* element = nullptr;
    if (path_.empty()) {
      if (!begun_) element = &root_;
      begun_ = true;
    } else {
      Level& level = path_.back();
      if (level.next != level.end) element = &*level.next++;
    }
    if (element != nullptr) {
      path_.push_back({element, element->children().begin(), element->children().end()});
    }
    return element;
  }
  void leave() {
    if (!path_.empty()) path_.pop_back();
  }
  const Element* here() const { return path_.empty() ? nullptr : path_.back().element; }

 private:
  struct Level {
    const Element* element;
    Element::ChildIterator next;
    Element::ChildIterator end;
  };
  const Element& root_;
  bool begun_ = false;
  std::vector<Level> path_;
};

bool declares_namespace(std::string_view name) {
  return name == "xmlns" || name.starts_with("xmlns:");
}

// The attribute that is written as `name` in a start tag; a prefix tells it from one without.
const parser::xml::Attribute* attribute_of(const Element& element, std::string_view name) {
  const size_t colon = name.find(':');
  const std::string_view prefix =
      colon == std::string_view::npos ? std::string_view() : name.substr(0, colon);
  const std::string_view local = colon == std::string_view::npos ? name : name.substr(colon + 1);
  for (const parser::xml::Attribute& attribute : element.attributes) {
    if (attribute.local == local && attribute.prefix == prefix) return &attribute;
  }
  return nullptr;
}

std::string text_of(const std::vector<WrittenCharacter>& characters) {
  std::string text;
  for (const WrittenCharacter& c : characters) parser::append_utf8(c.value, text);
  return text;
}

// A reference to `value` in exactly `size` bytes, leading zeros and all; empty where it does not fit.
std::string reference(char32_t value, size_t size) {
  std::array<char, 12> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), uint32_t{value}, 16).ptr;
  const std::string hex(digits.data(), end);
  if (hex.size() + 4 <= size) return "&#x" + std::string(size - 4 - hex.size(), '0') + hex + ";";
  const std::string decimal = std::to_string(uint32_t{value});
  if (decimal.size() + 3 == size) return "&#" + decimal + ";";
  return {};
}

std::vector<std::string> lower_case(std::vector<std::string> words) {
  for (std::string& word : words) {
    std::transform(word.begin(), word.end(), word.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  }
  return words;
}

}  // namespace

Redactor::Redactor(const RedactOptions& options, parser::Analyzer& out)
    : options_(options), out_(out), names_(options.seed, lower_case(options.avoid)) {}

RedactSummary Redactor::summary() const {
  RedactSummary summary = summary_;
  summary.pseudonyms = names_.names();
  summary.full = names_.full();
  return summary;
}

// --- values -----------------------------------------------------------------------------------------------

// An address of the same size, so not one of those that of_ip() gives; those of the machine itself stay.
std::string Redactor::ip(std::string_view text) {
  ++summary_.network;
  if (text.starts_with("127.") || text == "::1" || text == "[::1]") return std::string(text);
  const bool v6 = text.find(':') != std::string_view::npos;
  const std::string_view separators = v6 ? "[]:.%" : ".";
  std::string out;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find_first_of(separators, at), text.size());
    const std::string_view group = text.substr(at, end - at);
    if (v6) {
      for (const char c : names_.of(group)) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        const char first = c >= 'a' ? 'a' : 'A';
        out += letter ? static_cast<char>(first + (c - first) % 6) : c;
      }
    } else {
      // No address may become one, nor the other way round.
      const bool small = group.size() < 3 || group < "256";
      out += group.size() < 3 ? names_.of(group)
                              : (small ? "1" : std::string(group.substr(0, 1))) + names_.of(group.substr(1));
    }
    if (end < text.size()) out += text[end];
    at = end + 1;
  }
  return out;
}

std::string Redactor::domain(std::string_view name) {
  if (is_ip(name)) return ip(name);
  if (!options_.domains) return std::string(name);
  std::string out;
  for (size_t at = 0; at <= name.size();) {
    const size_t end = std::min(name.find('.', at), name.size());
    const std::string_view label = name.substr(at, end - at);
    const bool service =
        std::find(std::begin(kServiceLabels), std::end(kServiceLabels), label) != std::end(kServiceLabels);
    if (service) {
      out += label;
    } else if (label.size() > 4 && (label.starts_with("xn--") || label.starts_with("XN--"))) {
      // Another A-label of this size is hard to come by; a plain label of letters is as good.
      std::string plain(label);
      plain[2] = plain[3] = 'z';
      std::replace(plain.begin(), plain.end(), '-', 'z');
      out += names_.of(plain);
    } else {
      out += names_.of(label);
    }
    if (end < name.size()) out += '.';
    at = end + 1;
  }
  return out;
}

// XEP-0106: what a backslash and two digits stand for stays, and so does what only looks like it.
std::string Redactor::localpart(std::string_view local) {
  std::string out;
  for (size_t at = 0; at < local.size();) {
    const size_t escape = std::min(local.find('\\', at), local.size());
    if (escape > at) out += names_.of(local.substr(at, escape - at));
    // An escaped backslash with two digits behind it looks like an escape of its own, and has to go on to.
    const size_t size = local.substr(escape).starts_with("\\5c") ? 5 : 3;
    out += local.substr(escape, size);
    at = std::min(escape + size, local.size());
  }
  return out;
}

std::string Redactor::address(std::string_view jid) {
  if (jid.starts_with("xmpp:")) return uri(jid);
  const parser::JidSplit parts = parser::split_jid(jid);
  std::string out;
  if (parts.has_local) out += localpart(parts.local) + "@";
  out += domain(parts.domain);
  if (parts.has_resource) out += "/" + names_.of(parts.resource);
  return out;
}

std::string Redactor::uri(std::string_view text) {
  const size_t slashes = text.find("://");
  if (slashes == std::string_view::npos) {
    const size_t scheme = text.find(':') + 1;
    const size_t query = std::min(text.find('?', scheme), text.size());
    return std::string(text.substr(0, scheme)) + address(text.substr(scheme, query - scheme)) +
           names_.of(text.substr(query));
  }
  const size_t host = slashes + 3;
  const size_t end = std::min(text.find_first_of("/:?#", host), text.size());
  return std::string(text.substr(0, host)) + domain(text.substr(host, end - host)) +
         names_.of(text.substr(end));
}

// User names go here; passwords, proofs and keys are masked by the Writer.
std::string Redactor::sasl(std::string_view text) {
  const auto decoded = parser::sasl::decode_base64(text, text.size());
  if (text == "=" || !decoded) return std::string(text);
  const std::string& message = *decoded;
  const auto encode = [&](std::string_view bytes) { return parser::sasl::encode_base64_like(text, bytes); };
  ++summary_.logins;
  if (message.find('\0') != std::string::npos) {
    // PLAIN (RFC 4616 §2): authzid NUL authcid NUL password; the tokens of XEP-0484: authcid NUL hash.
    const size_t first = message.find('\0');
    const size_t second = message.find('\0', first + 1);
    const std::string authzid = message.substr(0, first);
    if (second == std::string::npos) return encode(names_.of(authzid) + message.substr(first));
    return encode((authzid.empty() ? "" : address(authzid)) + message.substr(first, 1) +
                  names_.of(message.substr(first + 1, second - first - 1)) + message.substr(second));
  }
  const bool gs2 = message.starts_with("n,") || message.starts_with("y,") || message.starts_with("p=");
  if (gs2 || message.starts_with("r=") || message.starts_with("c=") || message.starts_with("v=")) {
    // SCRAM (RFC 5802 §7): a= and n= are names, in which =2C and =3D stand for what they cannot hold.
    std::string out;
    for (size_t at = 0; at <= message.size();) {
      const size_t end = std::min(message.find(',', at), message.size());
      const std::string part = message.substr(at, end - at);
      if (part.starts_with("a=") || part.starts_with("n=")) {
        out += part.substr(0, 2);
        for (size_t i = 2; i <= part.size();) {
          const size_t escape = std::min(part.find('=', i), part.size());
          const std::string run = part.substr(i, escape - i);
          out += run.find('@') == std::string::npos ? names_.of(run) : address(run);
          out += part.substr(escape, 3);
          i = escape + 3;
        }
      } else {
        out += part;
      }
      if (end < message.size()) out += ',';
      at = end + 1;
    }
    return encode(out);
  }
  // EXTERNAL's authorization identity is an address; anything else has no shape that could be kept.
  const bool is_address = message.find('@') != std::string::npos;
  const bool is_domain = message.find('.') != std::string::npos && message.find(' ') == std::string::npos;
  return encode(is_address ? address(message) : is_domain ? domain(message) : names_.of(message));
}

std::string Redactor::value(std::string_view text, Treatment treatment) {
  switch (treatment) {
    case Treatment::kKeep:
      return std::string(text);
    case Treatment::kName:
      ++summary_.texts;
      return names_.of(text);
    case Treatment::kAddress:
      ++summary_.addresses;
      return address(text);
    case Treatment::kUri:
      ++summary_.uris;
      return uri(text);
    case Treatment::kIpAddress:
      return ip(text);
    case Treatment::kSasl:
      return sasl(text);
  }
  return std::string(text);
}

// Exchanges what is written, character for character.
std::string Redactor::spell(std::string_view written, Treatment treatment) {
  if (treatment == Treatment::kKeep) return std::string(written);
  if (written.find('&') == std::string_view::npos) return value(written, treatment);
  const std::vector<WrittenCharacter> characters = parser::xml::characters_of(written);
  const std::string before = text_of(characters);
  const std::vector<WrittenCharacter> after = parser::xml::characters_of(value(before, treatment));
  if (after.size() != characters.size()) return broken(written);
  std::string out;
  for (size_t i = 0; i < characters.size(); ++i) {
    const WrittenCharacter& old = characters[i];
    const size_t size = old.end - old.begin;
    if (after[i].value == old.value) {
      out += written.substr(old.begin, size);
    } else if (!old.reference) {
      parser::append_utf8(after[i].value, out);
    } else {
      const std::string exchanged = reference(after[i].value, size);
      out += exchanged.empty() ? reference(U'A', size) : exchanged;
    }
  }
  return out;
}

// --- bytes ------------------------------------------------------------------------------------------------

std::string Redactor::element(std::string_view bytes, const Element& root) {
  std::string out(bytes);
  const auto replace = [&](const MarkupPiece& piece, Treatment treatment) {
    const std::string with = spell(bytes.substr(piece.begin, piece.end - piece.begin), treatment);
    if (with.size() == piece.end - piece.begin) out.replace(piece.begin, with.size(), with);
  };
  Cursor cursor(root);
  std::string_view name;
  for (const MarkupPiece& piece : parser::xml::markup_of(bytes)) {
    const std::string_view written = bytes.substr(piece.begin, piece.end - piece.begin);
    switch (piece.kind) {
      case MarkupPiece::Kind::kStartName:
        cursor.enter();
        break;
      case MarkupPiece::Kind::kAttributeName:
        name = written;
        break;
      case MarkupPiece::Kind::kAttributeValue: {
        if (declares_namespace(name) || cursor.here() == nullptr) break;
        const auto* attribute = attribute_of(*cursor.here(), name);
        replace(piece,
                attribute == nullptr ? Treatment::kName : treatment_of_attribute(*cursor.here(), *attribute));
        break;
      }
      case MarkupPiece::Kind::kStartEnd:
        if (written == "/>") cursor.leave();
        break;
      case MarkupPiece::Kind::kText:
        if (cursor.here() != nullptr) {
          const std::string text = text_of(parser::xml::characters_of(written));
          replace(piece, treatment_of_text(*cursor.here(), text));
        }
        break;
      case MarkupPiece::Kind::kCData:
        if (cursor.here() != nullptr && treatment_of_text(*cursor.here(), written) != Treatment::kKeep) {
          ++summary_.texts;
          const std::string with = names_.of(written);
          out.replace(piece.begin, with.size(), with);
        }
        break;
      case MarkupPiece::Kind::kEndTag:
        cursor.leave();
        break;
    }
  }
  return out;
}

// No tree: what stands outside of tags and inside of quotes goes letter by letter; namespaces, declarations
// and whatever makes the bytes wrong stay.
std::string Redactor::broken(std::string_view bytes) {
  ++summary_.unparsed;
  std::string out;
  for (size_t at = 0; at < bytes.size();) {
    const char c = bytes[at];
    if (bytes.substr(at).starts_with("<?") || bytes.substr(at).starts_with("<!DOCTYPE")) {
      const size_t end = std::min(bytes.find('>', at), bytes.size());
      out += bytes.substr(at, end - at);
      at = end;
    } else if (c == '<' || c == '>' || c == '&') {
      // Names of tags and references.
      size_t end = at + 1;
      while (c != '>' && end < bytes.size() &&
             std::string_view(" \t\r\n>'\"=;<&").find(bytes[end]) == std::string_view::npos) {
        ++end;
      }
      out += bytes.substr(at, end - at);
      at = end;
    } else if (c == '\'' || c == '"') {
      const size_t end = bytes.find(c, at + 1);
      if (end == std::string_view::npos) {
        out += c + names_.of(bytes.substr(at + 1));
        break;
      }
      const std::string_view quoted = bytes.substr(at + 1, end - at - 1);
      const size_t equals = out.find_last_not_of(" \t\r\n=");
      const size_t begin = equals == std::string::npos ? 0 : out.find_last_of(" \t\r\n<", equals) + 1;
      const bool keep = std::string_view(out).substr(begin).starts_with("xmlns");
      out += c + (keep ? std::string(quoted) : names_.of(quoted)) + c;
      at = end + 1;
    } else {
      size_t end = at;
      while (end < bytes.size() && std::string_view("<>&'\"").find(bytes[end]) == std::string_view::npos)
        ++end;
      const std::string_view run = bytes.substr(at, end - at);
      // Inside of a tag these are attribute names.
      const size_t open = out.find_last_of("<>");
      const bool in_tag = open != std::string::npos && out[open] == '<';
      out += in_tag ? std::string(run) : names_.of(run);
      at = end;
    }
  }
  return out;
}

std::string Redactor::redact(const StreamEvent& event) {
  switch (event.kind) {
    case EventKind::kFooter:
    case EventKind::kKeepalive:
      return std::string(event.bytes);
    default:
      break;
  }
  std::string out = event.element != nullptr ? element(event.bytes, *event.element) : broken(event.bytes);
  return out.size() == event.bytes.size() ? out : std::string(event.bytes.size(), '*');
}

// --- facts ------------------------------------------------------------------------------------------------

std::string Redactor::sentence(std::string_view text) {
  constexpr std::string_view kInside =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@._:/%-[]";
  std::string out;
  for (size_t at = 0; at < text.size();) {
    size_t end = std::min(text.find_first_not_of(kInside, at), text.size());
    if (end == at) {
      out += text[at++];
      continue;
    }
    const size_t next = end;
    while (end > at && std::string_view(".:").find(text[end - 1]) != std::string_view::npos) --end;
    const std::string_view word = text.substr(at, end - at);
    const size_t port = word.rfind(':');
    const bool with_port = port != std::string_view::npos && word.find(':') == port;
    const std::string_view host = with_port ? word.substr(0, port) : word;
    if (is_ip(host)) {
      out += names_.of_ip(host);
      out += word.substr(host.size());
    } else if (word.find('@') != std::string_view::npos) {
      out += address(word);
    } else if (options_.domains && host.find('.') != std::string_view::npos) {
      out += domain(host);
      out += word.substr(host.size());
    } else {
      out += word;
    }
    out += text.substr(end, next - end);
    at = next;
  }
  return out;
}

Endpoint Redactor::endpoint(const Endpoint& end) {
  return {names_.of_ip(end.address), end.port, is_ip(end.name) ? names_.of_ip(end.name) : domain(end.name)};
}

Edit Redactor::edit(const Edit& from, bool whole_elements) {
  Edit edit = from;
  edit.reason = sentence(from.reason);
  // What the proxy puts into features is made of what the server offers. Anything else has no tree here.
  if (!whole_elements) edit.replacement = broken(from.replacement);
  return edit;
}

void Redactor::fact(const StreamEvent& event) {
  const parser::Time time = event.time;
  const parser::ConnectionId id = event.connection;
  if (const auto* opened = std::get_if<ConnectionInfo>(&event.fact)) {
    ConnectionInfo info = *opened;
    info.client = endpoint(info.client);
    info.server = endpoint(info.server);
    info.listener = endpoint(info.listener);
    if (info.assumed) {
      info.assumed->bound_jid = address(info.assumed->bound_jid);
      info.assumed->domain = domain(info.assumed->domain);
    }
    out_.opened(time, id, info);
  } else if (const auto* upstream = std::get_if<parser::UpstreamConnected>(&event.fact)) {
    parser::UpstreamConnected redacted = *upstream;
    redacted.server = endpoint(upstream->server);
    out_.upstream(time, id, redacted);
  } else if (const auto* tls = std::get_if<parser::TlsEstablished>(&event.fact)) {
    parser::TlsEstablished redacted = *tls;
    redacted.sni = domain(tls->sni);
    redacted.peer_subject = sentence(tls->peer_subject);
    redacted.peer_issuer = sentence(tls->peer_issuer);
    redacted.verification = sentence(tls->verification);
    out_.tls_established(time, id, redacted);
  } else if (const auto* edited = std::get_if<Edit>(&event.fact)) {
    out_.edited(time, id, edit(*edited, false));
  } else if (const auto* dropped = std::get_if<parser::Dropped>(&event.fact)) {
    out_.dropped(time, id, *dropped);
  } else if (const auto* notice = std::get_if<parser::Notice>(&event.fact)) {
    parser::Notice redacted = *notice;
    redacted.text = sentence(notice->text);
    out_.notice(time, id, redacted);
  } else if (const auto* closed = std::get_if<parser::Closed>(&event.fact)) {
    parser::Closed redacted = *closed;
    redacted.reason = sentence(closed->reason);
    out_.closed(time, id, redacted);
  }
}

void Redactor::on_event(const StreamEvent& event) {
  if (!parser::is_element(event.kind)) {
    fact(event);
    return;
  }
  for (const Edit& change : event.edits) {
    out_.edited(event.time, event.connection, edit(change, event.kind == EventKind::kFeatures));
  }
  if (!event.bytes.empty()) out_.bytes(event.time, event.connection, event.direction, redact(event));
}

}  // namespace captures
