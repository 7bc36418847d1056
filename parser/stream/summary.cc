// One function per kind of event.
#include "parser/stream/summary.h"

#include <array>
#include <string_view>
#include <utility>

#include "parser/stream/phrase.h"
#include "parser/stream/plain_text.h"
#include "parser/stream/stanza.h"

namespace parser {
namespace {

using phrase::child_text;
using phrase::kExcerpt;

constexpr size_t kMostOffers = 200;  // columns of a list of features

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
      if (columns(out) > kMostOffers) break;
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

std::string sasl_words(const StreamEvent& e) {
  if (!e.element) return "SASL";
  const auto sasl = as_sasl(*e.element);
  const std::string_view step = sasl ? sasl->step : e.local;
  if (step == "auth" || step == "authenticate") {
    const auto mechanism = e.element->attribute("mechanism");
    return mechanism.empty() ? "logs in without naming a mechanism" : "logs in with " + plain(mechanism, 40);
  }
  if (step == "success") return "login accepted";
  if (step == "challenge") return "login challenge";
  if (step == "response") return "login response";
  if (step == "abort") return "gives the login up";
  if (step == "continue") return "login wants another step";
  if (step != "failure") return "login: " + plain(step, 40);
  std::string condition;
  for (const xml::Element& child : e.element->children()) {
    if (child.local == "text") continue;
    condition = plain(child.local, 40);
    break;
  }
  std::string out = "login refused";
  if (!condition.empty()) out += ": " + condition;
  const std::string text = child_text(*e.element, "text");
  if (!text.empty()) out += " " + phrase::in_quotes(text);
  return out;
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
  if (sm->step == "resume") return "resumes session " + phrase::in_quotes(sm->previd, 24) + ", " + h;
  if (sm->step == "resumed") return "session resumed, " + h;
  std::string out = "stream management refused";
  for (const xml::Element& child : e.element->children()) {
    out += ": " + plain(child.local, 40);
    break;
  }
  return out;
}

std::string nonza_words(const StreamEvent& e) {
  if (!e.element) return "element";
  if (e.ns == ns::kDialback) return "dialback " + plain(e.local, 20);
  if (e.local == "handshake") return "component handshake";
  return phrase::unknown(*e.element);
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
    return phrase::counted(fact.bytes, "byte", "bytes") + " passed without being recorded";
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

}  // namespace

std::string stream_summary(const StreamEvent& e) {
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
      return "stream error: " +
             (e.element ? phrase::error_words(stream_error(*e.element)) : std::string("unknown"));
    case EventKind::kStartTls:
      return starttls_words(e);
    case EventKind::kSasl:
      return sasl_words(e);
    case EventKind::kCompress:
      return compress_words(e);
    case EventKind::kSm:
      return sm_words(e);
    case EventKind::kMessage:
    case EventKind::kPresence:
    case EventKind::kIq:
      return std::string(name(e.kind));
    case EventKind::kNonza:
      return nonza_words(e);
    case EventKind::kViolation:
      return e.error ? "refused XML: " + plain(xml::describe(*e.error), 140) : "refused XML";
    case EventKind::kUnparsed:
      return phrase::counted(e.range.size(), "byte", "bytes") + " that cannot be parsed";
    default:
      return std::visit(FactWords{}, e.fact);
  }
}

}  // namespace parser
