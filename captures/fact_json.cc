// One function per fact each way. Texts that may come from a peer are cut at a bound, so that a packet's
// options stay well inside what a block may hold.
#include "captures/fact_json.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "captures/utf8.h"
#include "parser/xml/utf8.h"

namespace captures {
namespace {

using nlohmann::json;
using parser::Closed;
using parser::ConnectionInfo;
using parser::Direction;
using parser::Dropped;
using parser::Edit;
using parser::Endpoint;
using parser::Leg;
using parser::Notice;
using parser::TlsEstablished;
using parser::UpstreamConnected;

constexpr size_t kMaxText = 8192;  // of one string, bytes

constexpr std::string_view kHow[] = {"finished",   "reset",           "timeout",  "refused",
                                     "tls-failed", "upstream-failed", "shutdown", "lost"};

json text(std::string_view value) {
  value = parser::xml::utf8_prefix(value, kMaxText);
  if (is_utf8(value)) return value;
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string hex;
  for (const char c : value) {
    const auto byte = static_cast<uint8_t>(c);
    hex += kDigits[byte >> 4];
    hex += kDigits[byte & 15];
  }
  return {{"hex", hex}};
}

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return 0;
}

const json& member(const json& object, const char* key) {
  static const json nothing;
  if (!object.is_object()) return nothing;
  const auto found = object.find(key);
  return found == object.end() ? nothing : *found;
}

std::string get_text(const json& object, const char* key) {
  const json& value = member(object, key);
  if (value.is_string()) return value.get<std::string>();
  const json& hex = member(value, "hex");
  std::string bytes;
  if (hex.is_string()) {
    const auto& digits = hex.get_ref<const std::string&>();
    for (size_t i = 0; i + 1 < digits.size(); i += 2) {
      bytes += static_cast<char>(digit(digits[i]) << 4 | digit(digits[i + 1]));
    }
  }
  return bytes;
}

bool get_bool(const json& object, const char* key, bool otherwise = false) {
  const json& value = member(object, key);
  return value.is_boolean() ? value.get<bool>() : otherwise;
}

uint64_t get_number(const json& object, const char* key) {
  const json& value = member(object, key);
  return value.is_number_unsigned() ? value.get<uint64_t>() : 0;
}

void set_text(json& object, const char* key, std::string_view value) {
  if (!value.empty()) object[key] = text(value);
}

std::string_view direction_name(Direction direction) {
  return direction == Direction::kC2S ? "c2s" : "s2c";
}

Direction get_direction(const json& object) {
  return get_text(object, "direction") == "s2c" ? Direction::kS2C : Direction::kC2S;
}

json endpoint(const Endpoint& end) {
  json object = json::object();
  set_text(object, "address", end.address);
  if (end.port != 0) object["port"] = end.port;
  set_text(object, "name", end.name);
  return object;
}

Endpoint get_endpoint(const json& object, const char* key) {
  const json& end = member(object, key);
  return {get_text(end, "address"), static_cast<uint16_t>(get_number(end, "port")), get_text(end, "name")};
}

struct ToJson {
  json operator()(const std::monostate&) const { return nullptr; }
  json operator()(const Edit&) const { return nullptr; }
  json operator()(const ConnectionInfo& info) const {
    json object = {{"client", endpoint(info.client)},
                   {"server", endpoint(info.server)},
                   {"listener", endpoint(info.listener)},
                   {"direct_tls", info.direct_tls},
                   {"from_start", info.from_start}};
    if (info.assumed) {
      json& assumed = object["assumed"] = {{"encrypted", info.assumed->encrypted},
                                           {"authenticated", info.assumed->authenticated}};
      set_text(assumed, "bound_jid", info.assumed->bound_jid);
      set_text(assumed, "domain", info.assumed->domain);
    }
    return {{"opened", object}};
  }
  json operator()(const UpstreamConnected& fact) const {
    return {{"upstream", {{"server", endpoint(fact.server)}, {"direct_tls", fact.direct_tls}}}};
  }
  json operator()(const TlsEstablished& fact) const {
    json object = {{"leg", fact.leg == Leg::kClient ? "client" : "server"},
                   {"resumed", fact.resumed},
                   {"c2s_offset", fact.c2s_offset},
                   {"s2c_offset", fact.s2c_offset}};
    set_text(object, "version", fact.version);
    set_text(object, "cipher", fact.cipher);
    set_text(object, "alpn", fact.alpn);
    set_text(object, "sni", fact.sni);
    set_text(object, "peer_subject", fact.peer_subject);
    set_text(object, "peer_issuer", fact.peer_issuer);
    set_text(object, "verification", fact.verification);
    return {{"tls", object}};
  }
  json operator()(const Dropped& fact) const {
    return {{"dropped", {{"direction", direction_name(fact.direction)}, {"bytes", fact.bytes}}}};
  }
  json operator()(const Notice& fact) const {
    return {{"notice", {{"name", text(fact.name)}, {"text", text(fact.text)}}}};
  }
  json operator()(const Closed& fact) const {
    json object = {{"how", kHow[static_cast<size_t>(fact.how)]}};
    set_text(object, "reason", fact.reason);
    if (fact.by) object["by"] = *fact.by == Direction::kC2S ? "client" : "server";
    return {{"closed", object}};
  }
};

std::string dump(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string show(const Endpoint& end) {
  if (end.port == 0 && end.address.empty()) return "unknown";
  const bool v6 = end.address.find(':') != std::string::npos;
  std::string shown = (v6 ? "[" + end.address + "]" : end.address) + ":" + std::to_string(end.port);
  if (!end.name.empty()) shown += " (" + end.name + ")";
  return shown;
}

struct ToSentence {
  std::string operator()(const std::monostate&) const { return {}; }
  std::string operator()(const Edit& fact) const { return edit_sentence(fact); }
  std::string operator()(const ConnectionInfo& info) const {
    std::string sentence =
        "opened: " + show(info.client) + " to " + show(info.listener) + ", upstream " + show(info.server);
    if (info.direct_tls) sentence += ", direct TLS";
    if (!info.from_start) sentence += ", recorded from mid-session";
    return sentence;
  }
  std::string operator()(const UpstreamConnected& fact) const {
    return "upstream: connected to " + show(fact.server) + (fact.direct_tls ? ", direct TLS" : "");
  }
  std::string operator()(const TlsEstablished& fact) const {
    std::string sentence = std::string("TLS on the ") + (fact.leg == Leg::kClient ? "client" : "server") +
                           "'s leg: " + fact.version + ", " + fact.cipher;
    if (fact.resumed) sentence += ", resumed";
    if (!fact.sni.empty()) sentence += ", SNI " + fact.sni;
    if (!fact.alpn.empty()) sentence += ", ALPN " + fact.alpn;
    if (!fact.peer_subject.empty()) sentence += ", certificate of " + fact.peer_subject;
    if (!fact.verification.empty()) sentence += ", verification: " + fact.verification;
    return sentence;
  }
  std::string operator()(const Dropped& fact) const {
    return "not recorded: " + std::to_string(fact.bytes) + " bytes " +
           (fact.direction == Direction::kC2S ? "from the client" : "from the server") +
           " passed while the recorder could not keep up";
  }
  std::string operator()(const Notice& fact) const { return fact.name + ": " + fact.text; }
  std::string operator()(const Closed& fact) const {
    std::string sentence = "closed: " + std::string(kHow[static_cast<size_t>(fact.how)]);
    if (!fact.reason.empty()) sentence += ": " + fact.reason;
    return sentence;
  }
};

std::optional<Direction> get_by(const json& object) {
  const std::string by = get_text(object, "by");
  if (by == "client") return Direction::kC2S;
  if (by == "server") return Direction::kS2C;
  return std::nullopt;
}

Closed::How get_how(const json& object) {
  const std::string how = get_text(object, "how");
  for (size_t i = 0; i < std::size(kHow); ++i) {
    if (kHow[i] == how) return static_cast<Closed::How>(i);
  }
  return Closed::How::kLost;
}

ConnectionInfo get_opened(const json& object) {
  ConnectionInfo info;
  info.client = get_endpoint(object, "client");
  info.server = get_endpoint(object, "server");
  info.listener = get_endpoint(object, "listener");
  info.direct_tls = get_bool(object, "direct_tls");
  info.from_start = get_bool(object, "from_start", true);
  const json& assumed = member(object, "assumed");
  if (assumed.is_object()) {
    info.assumed = {get_bool(assumed, "encrypted"), get_bool(assumed, "authenticated"),
                    get_text(assumed, "bound_jid"), get_text(assumed, "domain")};
  }
  return info;
}

TlsEstablished get_tls(const json& object) {
  TlsEstablished fact;
  fact.leg = get_text(object, "leg") == "server" ? Leg::kServer : Leg::kClient;
  fact.version = get_text(object, "version");
  fact.cipher = get_text(object, "cipher");
  fact.alpn = get_text(object, "alpn");
  fact.sni = get_text(object, "sni");
  fact.resumed = get_bool(object, "resumed");
  fact.peer_subject = get_text(object, "peer_subject");
  fact.peer_issuer = get_text(object, "peer_issuer");
  fact.verification = get_text(object, "verification");
  fact.c2s_offset = get_number(object, "c2s_offset");
  fact.s2c_offset = get_number(object, "s2c_offset");
  return fact;
}

Edit get_edit(const json& object) {
  Edit edit;
  edit.direction = get_direction(object);
  edit.range = {get_number(object, "begin"), get_number(object, "end")};
  edit.range.end = std::max(edit.range.begin, edit.range.end);
  edit.name = get_text(object, "name");
  edit.reason = get_text(object, "reason");
  return edit;
}

}  // namespace

std::string fact_json(const parser::ConnectionFact& fact) {
  const json value = std::visit(ToJson{}, fact);
  return value.is_null() ? std::string() : dump(value);
}

std::string edit_json(const Edit& edit) {
  return dump({{"edit",
                {{"direction", direction_name(edit.direction)},
                 {"begin", edit.range.begin},
                 {"end", edit.range.end},
                 {"replacement_bytes", edit.replacement.size()},
                 {"name", text(edit.name)},
                 {"reason", text(edit.reason)}}}});
}

namespace {

// Whether the text stands in JSON as it is.
bool needs_no_escape(std::string_view text) {
  constexpr size_t kShort = 2000;
  return text.size() <= kShort &&
         std::none_of(text.begin(), text.end(),
                      [](char c) {
                        return (static_cast<unsigned char>(c) < 0x20) || c == '"' || c == '\\' || c == 0x7F;
                      }) &&
         is_utf8(text);
}

}  // namespace

std::string finding_json(const parser::Finding& finding) {
  // Findings are by far the most frequent of these; the library's tree costs ten times this.
  if (needs_no_escape(finding.message) && needs_no_escape(finding.rule) &&
      needs_no_escape(finding.citation)) {
    std::string out = "{\"finding\":{\"begin\":" + std::to_string(finding.range.begin);
    out.append(",\"citation\":\"").append(finding.citation);
    out.append("\",\"end\":").append(std::to_string(finding.range.end));
    if (finding.frame != 0) out.append(",\"frame\":").append(std::to_string(finding.frame));
    out.append(",\"message\":\"").append(finding.message);
    out.append("\",\"offender\":\"").append(finding.offender == Direction::kC2S ? "client" : "server");
    out.append("\",\"rule\":\"").append(finding.rule);
    out.append("\",\"severity\":\"").append(name(finding.severity)).append("\"}}");
    return out;
  }
  json object = {{"rule", text(finding.rule)},
                 {"severity", name(finding.severity)},
                 {"citation", text(finding.citation)},
                 {"message", text(finding.message)},
                 {"offender", finding.offender == Direction::kC2S ? "client" : "server"},
                 {"begin", finding.range.begin},
                 {"end", finding.range.end}};
  if (finding.frame != 0) object["frame"] = finding.frame;
  return dump({{"finding", object}});
}

std::string masked_json(std::string_view what, const std::vector<parser::ByteRange>& ranges) {
  json list = json::array();
  for (const parser::ByteRange& range : ranges) list.push_back({range.begin, range.end});
  return dump({{"masked", {{"what", what}, {"ranges", list}}}});
}

parser::ConnectionFact parse_fact(std::string_view text) {
  const json value = json::parse(text, nullptr, false);
  if (!value.is_object() || value.empty()) return {};
  const std::string& key = value.begin().key();
  const json& object = value.begin().value();
  if (!object.is_object()) return {};
  if (key == "opened") return get_opened(object);
  if (key == "upstream") {
    return UpstreamConnected{get_endpoint(object, "server"), get_bool(object, "direct_tls")};
  }
  if (key == "tls") return get_tls(object);
  if (key == "dropped") return Dropped{get_direction(object), get_number(object, "bytes")};
  if (key == "notice") return Notice{get_text(object, "name"), get_text(object, "text")};
  if (key == "closed") return Closed{get_how(object), get_text(object, "reason"), get_by(object)};
  if (key == "edit") return get_edit(object);
  return {};
}

std::string fact_sentence(const parser::ConnectionFact& fact) {
  return readable(std::visit(ToSentence{}, fact), kMaxText);
}

std::string edit_sentence(const Edit& edit) {
  return readable("edit " + edit.name + ": bytes " + std::to_string(edit.range.begin) + " to " +
                      std::to_string(edit.range.end) + " were forwarded as " +
                      std::to_string(edit.replacement.size()) + " other bytes. " + edit.reason,
                  kMaxText);
}

std::string finding_sentence(const parser::Finding& finding) {
  std::string sentence(name(finding.severity));
  sentence.append(" ").append(finding.rule).append(" (").append(finding.citation).append("): ");
  return readable(sentence + finding.message, kMaxText);
}

}  // namespace captures
