#include "captures/compare/normal_text.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "parser/payload/names.h"
#include "parser/stream/plain_text.h"
#include "parser/stream/stanza.h"

namespace captures {
namespace {

using parser::EventKind;
using parser::StreamEvent;
using parser::xml::Element;
namespace ns = parser::ns;

constexpr size_t kMostRooms = 4096;
constexpr size_t kDeepest = 64;        // levels shown; parsers allow no more than some hundred
constexpr size_t kMostColumns = 4096;  // of one value or text
constexpr std::string_view kLeftOut = "*";

bool one_of(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// 2026-11-22T14:03:07Z, with or without fractions and zone (XEP-0082), and 20261122T14:03:07 (XEP-0091).
bool is_time(std::string_view text) {
  if (text.size() < 17 || text.size() > 35) return false;
  const auto digits = [&text](size_t from, size_t count) {
    return std::all_of(text.begin() + static_cast<std::ptrdiff_t>(from),
                       text.begin() + static_cast<std::ptrdiff_t>(from + count),
                       [](char c) { return c >= '0' && c <= '9'; });
  };
  if (text.size() == 17) return digits(0, 8) && text[8] == 'T' && digits(9, 2) && text[11] == ':';
  return digits(0, 4) && text[4] == '-' && digits(5, 2) && text[7] == '-' && digits(8, 2) &&
         (text[10] == 'T' || text[10] == ' ') && digits(11, 2) && text[13] == ':';
}

bool is_login_data(const Element& element) {
  if (element.ns == ns::kSasl) return one_of(element.local, {"auth", "challenge", "response", "success"});
  if (element.ns == ns::kSasl2 || element.ns == ns::kFast) {
    return one_of(element.local, {"initial-response", "challenge", "response", "additional-data", "token"});
  }
  if (element.ns == ns::kDialback) return one_of(element.local, {"result", "verify"});
  if (element.ns == ns::kIqAuth) return one_of(element.local, {"password", "digest", "resource"});
  return element.local == "handshake" && parser::is_content_namespace(element.ns);
}

// Whether the text of that element is another one each time.
bool changes_each_time(const Element& element, std::string_view text) {
  if (is_login_data(element) || is_time(text)) return true;
  if (element.local == "thread") return parser::is_content_namespace(element.ns);
  if (element.ns == ns::kRsm) return one_of(element.local, {"first", "last", "before", "after"});
  if (element.ns == ns::kBind) return element.local == "resource";
  if (element.ns == ns::kUpload) return element.local == "header";
  return false;
}

bool is_id(const Element& element, std::string_view name) {
  if (one_of(name, {"id", "previd", "queryid", "sid"})) return true;
  if (name == "h") return element.ns == ns::kSm2 || element.ns == ns::kSm3;
  // The version of a roster is whatever the server likes; that of capabilities is a hash of what they are.
  if (name == "ver") return element.ns == ns::kRoster;
  if (name == "token") return element.ns == ns::kFast;
  if (name == "seconds") return element.ns == ns::kLast;
  return false;
}

bool is_address(std::string_view name) {
  return one_of(name, {"from", "to", "jid", "by", "with", "initiator", "responder", "owner", "actor"});
}

// The path of an upload's address is made up for each file.
std::string host_of(std::string_view url) {
  const size_t scheme = url.find("://");
  const size_t slash = scheme == std::string_view::npos ? scheme : url.find('/', scheme + 3);
  return slash == std::string_view::npos ? std::string(url) : std::string(url.substr(0, slash + 1)) + "*";
}

std::string quoted(std::string_view text) {
  std::string out;
  for (const char c : parser::plain(text, kMostColumns)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '\'':
        out += "&apos;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string_view trimmed(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

std::string words_of(const StreamEvent& event) {
  if (const auto* tls = std::get_if<parser::TlsEstablished>(&event.fact)) {
    return std::string("TLS ") + (tls->leg == parser::Leg::kClient ? "with the client" : "with the server") +
           ": " + parser::plain(tls->version, 40) +
           (tls->alpn.empty() ? "" : ", ALPN " + parser::plain(tls->alpn, 80)) + "\n";
  }
  if (const auto* closed = std::get_if<parser::Closed>(&event.fact)) {
    constexpr std::array<const char*, 8> kHow = {"finished",          "reset",          "timed out",
                                                 "refused",           "TLS failed",     "upstream failed",
                                                 "proxy was stopped", "recording ended"};
    return std::string("connection closed: ") + kHow[static_cast<size_t>(closed->how)] + "\n";
  }
  if (const auto* notice = std::get_if<parser::Notice>(&event.fact)) {
    return "notice: " + parser::plain(notice->name, 80) + "\n";
  }
  if (event.kind == EventKind::kFooter) return event.websocket ? "<close/>\n" : "</stream:stream>\n";
  return std::string(name(event.kind)) + ": " + parser::plain(event.bytes, kMostColumns) + "\n";
}

}  // namespace

std::string NormalText::address(std::string_view address) const {
  const size_t slash = address.find('/');
  if (slash == std::string_view::npos || rooms_.contains(address.substr(0, slash))) {
    return std::string(address);
  }
  return std::string(address.substr(0, slash + 1)) + "*";
}

std::string NormalText::value(const Element& of, std::string_view name, std::string_view value) const {
  if (value.empty()) return {};
  if (is_id(of, name) || is_time(value)) return std::string(kLeftOut);
  if (is_address(name)) return address(value);
  if (name == "url" && of.ns == ns::kUpload) return host_of(value);
  return std::string(value);
}

std::string NormalText::element(const Element& element, std::string_view outer_ns, size_t level,
                                bool children) const {
  const std::string indent(level * 2, ' ');
  std::string tag = indent + "<" + parser::plain(element.local, kMostColumns);
  if (element.ns != outer_ns) tag += " xmlns='" + quoted(element.ns) + "'";
  std::vector<std::string> attributes;
  attributes.reserve(element.attributes.size());
  for (const parser::xml::Attribute& attribute : element.attributes) {
    std::string name;
    if (attribute.ns == ns::kXml) {
      name = "xml:";
    } else if (!attribute.ns.empty()) {
      name = "{" + quoted(attribute.ns) + "}";
    }
    name += parser::plain(attribute.local, kMostColumns);
    attributes.push_back(" " + name + "='" + quoted(value(element, attribute.local, attribute.value)) + "'");
  }
  std::sort(attributes.begin(), attributes.end());
  for (const std::string& attribute : attributes) tag += attribute;
  if (!children) return tag + ">\n";

  std::string text(trimmed(element.text()));
  if (!text.empty()) {
    if (changes_each_time(element, text)) {
      text = kLeftOut;
    } else if (element.is("jid", ns::kBind)) {
      text = address(text);
    }
    text = quoted(text);
  }
  std::vector<std::string> inner;
  if (level >= kDeepest) {
    if (element.first_child() != nullptr) inner.push_back(indent + "  …\n");
  } else {
    for (const Element& child : element.children()) {
      inner.push_back(this->element(child, element.ns, level + 1, true));
    }
  }
  // Elements inside of running text stay where they are.
  if (!options_.keep_order && text.empty()) std::sort(inner.begin(), inner.end());
  const std::string end = "</" + parser::plain(element.local, kMostColumns) + ">\n";
  if (inner.empty()) return text.empty() ? tag + "/>\n" : tag + ">" + text + end;
  std::string out = tag + ">\n";
  if (!text.empty()) out += indent + "  " + text + "\n";
  for (const std::string& child : inner) out += child;
  return out + indent + end;
}

void NormalText::learn_rooms(const StreamEvent& event) {
  if (rooms_.size() >= kMostRooms) return;
  const std::string_view room = event.direction == parser::Direction::kC2S ? event.to : event.from;
  const bool joins =
      event.kind == EventKind::kPresence &&
      (event.element->child("x", ns::kMuc) != nullptr || event.element->child("x", ns::kMucUser) != nullptr);
  const bool says = event.kind == EventKind::kMessage && event.stanza_type == "groupchat";
  if (joins || says) rooms_.emplace(room.substr(0, room.find('/')));
}

std::string NormalText::of(const StreamEvent& event) {
  if (!event.element || event.kind == EventKind::kViolation) return words_of(event);
  learn_rooms(event);
  return element(*event.element, {}, 0, event.kind != EventKind::kHeader);
}

}  // namespace captures
