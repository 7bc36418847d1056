// One function per kind of event.
#include "parser/stream/summary.h"

#include <array>
#include <string_view>
#include <utility>

#include "parser/sasl/base64.h"
#include "parser/sasl/login.h"
#include "parser/sasl/simple_messages.h"
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
    return feature.child("required") != nullptr ? "STARTTLS (required)" : "STARTTLS";
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
      if (out.size() > kMostOffers && columns(out) > kMostOffers) break;
      if (!out.empty()) out += "; ";
      out += feature_words(child);
    }
  }
  return out.empty() ? "offers nothing" : "offers " + out;
}

std::string stream_error_words(const StreamEvent& e) {
  if (!e.element) return "stream error: unknown";
  std::string out = "stream error: " + phrase::error_words(stream_error(*e.element));
  // RFC 6120 §4.9.3.19: the one condition whose own text matters.
  const xml::Element* const elsewhere = e.element->child("see-other-host", ns::kStreamErrors);
  if (elsewhere != nullptr && !elsewhere->text().empty()) out += ", " + plain(elsewhere->text(), kExcerpt);
  return out;
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
    return "SCRAM, " + phrase::counted(first.iterations, "iteration", "iterations") + ", salt of " +
           phrase::counted(first.salt_size, "byte", "bytes");
  }
  if (const sasl::ClientFinal final = sasl::read_client_final(text); final.fault.empty()) {
    const std::optional<sasl::Gs2Header> gs2 = sasl::read_gs2(final.binding);
    if (!gs2) return "SCRAM proof";
    if (gs2->flag != 'p') return "SCRAM proof, no channel binding";
    return "SCRAM proof, channel binding " + plain(gs2->binding_type, 40) + " (" +
           phrase::counted(final.binding.size() - gs2->bytes.size(), "byte", "bytes") + ")";
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
  if (!text.empty()) out += " " + phrase::in_quotes(text);
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
      return stream_error_words(e);
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
