// The keys and their order are the contract; absent values are null, so that every line has the same keys.
#include "app/json_lines.h"

#include <array>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <nlohmann/json.hpp>
#include <string_view>

#include "parser/explanation.h"
#include "parser/payload/summary.h"

namespace app {

std::string json_time(parser::Time time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time.time_since_epoch());
  const auto micros = (time.time_since_epoch() - seconds).count();
  const std::time_t clock = seconds.count();
  std::tm parts{};
  gmtime_r(&clock, &parts);
  std::array<char, 80> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02d-%02dT%02d:%02d:%02d.%06dZ", parts.tm_year + 1900,
                parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec,
                static_cast<int>(micros));
  return text.data();
}

namespace {

using Json = nlohmann::ordered_json;
using parser::Direction;
using parser::StreamEvent;

Json text_or_null(std::string_view text) {
  return text.empty() ? Json() : Json(text);
}

std::string_view word(Direction direction) {
  return direction == Direction::kC2S ? "c2s" : "s2c";
}
std::string_view word(parser::Leg leg) {
  return leg == parser::Leg::kClient ? "client" : "server";
}

Json range(parser::ByteRange bytes) {
  return Json::array({bytes.begin, bytes.end});
}

Json findings(const StreamEvent& event) {
  Json list = Json::array();
  for (const parser::Finding& finding : event.findings) {
    Json row{{"rule", finding.rule},
             {"severity", name(finding.severity)},
             {"citation", finding.citation},
             {"message", finding.message},
             {"offender", finding.offender == Direction::kC2S ? "client" : "server"},
             {"range", range(finding.range)}};
    if (finding.frame != 0) row["frame"] = finding.frame;
    list.push_back(std::move(row));
  }
  return list;
}

Json edit(const parser::Edit& fact) {
  return {{"name", fact.name},
          {"reason", fact.reason},
          {"range", range(fact.range)},
          {"replacement", fact.replacement}};
}

Json endpoint(const parser::Endpoint& end) {
  return {{"address", end.address}, {"port", end.port}, {"name", text_or_null(end.name)}};
}

std::string_view word(parser::Closed::How how) {
  using How = parser::Closed::How;
  switch (how) {
    case How::kFinished:
      return "finished";
    case How::kReset:
      return "reset";
    case How::kTimeout:
      return "timeout";
    case How::kRefused:
      return "refused";
    case How::kTlsFailed:
      return "tls-failed";
    case How::kUpstreamFailed:
      return "upstream-failed";
    case How::kShutdown:
      return "shutdown";
    case How::kLost:
      return "lost";
  }
  return "finished";
}

struct FactKeys {
  Json& line;

  void operator()(const std::monostate&) const {}
  void operator()(const parser::ConnectionInfo& fact) const {
    line["client"] = endpoint(fact.client);
    line["server"] = fact.server.port == 0 ? Json() : endpoint(fact.server);
    line["direct_tls"] = fact.direct_tls;
    line["from_start"] = fact.from_start;
  }
  void operator()(const parser::UpstreamConnected& fact) const {
    line["server"] = endpoint(fact.server);
    line["direct_tls"] = fact.direct_tls;
  }
  void operator()(const parser::TlsEstablished& fact) const {
    line["leg"] = word(fact.leg);
    line["version"] = fact.version;
    line["cipher"] = fact.cipher;
    line["alpn"] = text_or_null(fact.alpn);
    line["sni"] = text_or_null(fact.sni);
    line["resumed"] = fact.resumed;
    line["peer_subject"] = text_or_null(fact.peer_subject);
    line["peer_issuer"] = text_or_null(fact.peer_issuer);
    line["verification"] = text_or_null(fact.verification);
  }
  void operator()(const parser::Edit& fact) const {
    line["direction"] = word(fact.direction);
    line["edit"] = edit(fact);
  }
  void operator()(const parser::Dropped& fact) const {
    line["direction"] = word(fact.direction);
    line["bytes"] = fact.bytes;
  }
  void operator()(const parser::Notice& fact) const {
    line["name"] = fact.name;
    line["text"] = fact.text;
  }
  void operator()(const parser::Closed& fact) const {
    line["how"] = word(fact.how);
    line["reason"] = text_or_null(fact.reason);
  }
};

// Only where it says more than the connection's own number.
void add_session(const StreamEvent& event, Json& line) {
  if (event.session != 0 && event.session != event.connection) line["session"] = event.session;
}

Json connection_line(const StreamEvent& event) {
  Json line{{"type", "connection"},      {"time", json_time(event.time)}, {"connection", event.connection},
            {"event", name(event.kind)}, {"frame", event.frame},          {"summary", summary(event)}};
  add_session(event, line);
  std::visit(FactKeys{line}, event.fact);
  line["findings"] = findings(event);
  return line;
}

Json element_line(const StreamEvent& event) {
  Json line{{"type", "element"},
            {"time", json_time(event.time)},
            {"connection", event.connection},
            {"direction", word(event.direction)},
            {"frame", event.frame},
            {"kind", name(event.kind)}};
  add_session(event, line);
  line["name"] = event.element ? Json("{" + std::string(event.ns) + "}" + std::string(event.local)) : Json();
  line["from"] = text_or_null(event.from);
  line["to"] = text_or_null(event.to);
  line["id"] = text_or_null(event.id);
  line["stanza_type"] = text_or_null(event.stanza_type);
  line["payload"] =
      event.payload == nullptr
          ? Json()
          : Json("{" + std::string(event.payload->ns) + "}" + std::string(event.payload->local));
  line["bytes"] = event.range.size();
  line["offset"] = event.range.begin;
  line["phase"] = name(event.phase);
  line["summary"] = summary(event);
  if (event.restart) line["restart"] = true;
  if (event.answers) {
    line["answers"] = event.answers->frame;
    line["rtt_us"] = event.answers->rtt.count();
  }
  if (!event.edits.empty()) {
    Json list = Json::array();
    for (const parser::Edit& fact : event.edits) list.push_back(edit(fact));
    line["edits"] = std::move(list);
  }
  line["findings"] = findings(event);
  return line;
}

Json explanation(const StreamEvent& event) {
  const parser::Explanation told = parser::explain(event);
  Json namespaces = Json::array();
  for (const parser::ExplainedNamespace& one : told.namespaces) {
    Json row{{"name", one.name},
             {"source", nullptr},
             {"title", nullptr},
             {"status", nullptr},
             {"explanation", nullptr}};
    if (one.known != nullptr) {
      row["source"] = one.known->source;
      row["title"] = one.known->title;
      row["status"] = one.known->status;
      row["explanation"] = text_or_null(one.known->explanation);
    }
    namespaces.push_back(std::move(row));
  }
  Json progress = Json::array();
  for (size_t i = 0; i < parser::kSteps; ++i) {
    progress.push_back({{"step", name(event.progress, static_cast<parser::Step>(i))},
                        {"state", name(event.progress.steps[i])}});
  }
  Json error;
  if (told.error) {
    error = {{"condition", told.error->condition},
             {"meaning", text_or_null(told.error->meaning)},
             {"advice", text_or_null(told.error->advice)}};
  }
  return {{"caption", told.caption},
          {"standing", names(event.standing)},
          {"progress", std::move(progress)},
          {"condition", text_or_null(event.progress.condition)},
          {"turn", told.turn},
          {"client_may_send", text_or_null(told.client)},
          {"server_may_send", text_or_null(told.server)},
          {"error", std::move(error)},
          {"namespaces", std::move(namespaces)}};
}

}  // namespace

std::string json_line(const StreamEvent& event, bool explain) {
  Json line = is_element(event.kind) ? element_line(event) : connection_line(event);
  if (explain && is_element(event.kind)) line["explanation"] = explanation(event);
  return line.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace app
