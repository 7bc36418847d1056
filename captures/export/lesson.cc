// Everything that the page shows is put into one JSON document inside of it; its script draws. What peers
// sent is data there and never markup: "<" is escaped in the JSON, and the script only ever sets text.
#include "captures/export/lesson.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <vector>

#include "captures/export/lesson_template.h"
#include "captures/export/time_text.h"
#include "captures/fact_json.h"
#include "captures/masking.h"
#include "captures/utf8.h"
#include "parser/explanation.h"
#include "parser/payload/summary.h"
#include "parser/rules/rule.h"
#include "parser/stream/session_state.h"

namespace captures {
namespace {

using nlohmann::json;
using parser::ConnectionInfo;
using parser::EventKind;
using parser::Phase;
using parser::StreamEvent;

std::string end_name(const parser::Endpoint& end, std::string_view otherwise) {
  if (!end.name.empty()) return end.name;
  if (end.address.empty()) return std::string(otherwise);
  return std::string(otherwise) + " " + end.address + ":" + std::to_string(end.port);
}

// HTML for a title; the JSON has its own way.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '<') {
      out += "&lt;";
    } else if (c == '&') {
      out += "&amp;";
    } else {
      out += c;
    }
  }
  return out;
}

json finding_of(const parser::Finding& finding) {
  const parser::rules::Rule* rule = parser::rules::find_rule(finding.rule);
  return {{"rule", finding.rule},
          {"severity", std::string(name(finding.severity))},
          {"citation", finding.citation},
          {"message", finding.message},
          {"who", finding.offender == parser::Direction::kC2S ? "The client" : "The server"},
          {"explanation", rule == nullptr ? "" : std::string(rule->explanation)}};
}

}  // namespace

class Lesson::Impl {
 public:
  explicit Impl(const LessonOptions& options) : options_(options) {}

  void on_event(const StreamEvent& event) {
    if (taken_ >= options_.most_events) {
      ++left_out_;
      return;
    }
    ++taken_;
    Session& session = sessions_[event.connection];
    if (!session.begun) {
      session.begun = true;
      session.begin = event.time;
    }
    if (const auto* info = std::get_if<ConnectionInfo>(&event.fact)) {
      session.client = end_name(info->client, "client");
      session.server = end_name(info->server, "server");
    }
    if (const auto* upstream = std::get_if<parser::UpstreamConnected>(&event.fact)) {
      session.server = end_name(upstream->server, "server");
    }
    if (session.jid.empty() && event.kind == EventKind::kIq && event.phase == Phase::kBound &&
        event.payload != nullptr) {
      if (const auto* jid = event.payload->child("jid")) session.jid = readable(jid->text(), 200);
    }
    session.events.push_back(describe(event, session));
  }

  size_t left_out() const { return left_out_; }

  std::string html() const {
    json page;
    page["title"] = options_.title;
    page["note"] =
        std::to_string(taken_) + " steps" +
        (left_out_ == 0 ? std::string(".") : "; " + std::to_string(left_out_) + " later ones are left out.") +
        " Made by stanzascope.";
    page["sessions"] = json::array();
    for (const auto& [id, session] : sessions_) {
      page["sessions"].push_back(
          {{"name", "Connection " + std::to_string(id) + (session.jid.empty() ? "" : ": " + session.jid)},
           {"begin", utc_text(session.begin)},
           {"client", session.client.empty() ? "client" : session.client},
           {"server", session.server.empty() ? "server" : session.server},
           {"events", session.events}});
    }
    std::string data = page.dump(-1, ' ', false, json::error_handler_t::replace);
    // "<" in a script could end it.
    std::string safe;
    safe.reserve(data.size() + data.size() / 16);
    for (const char c : data) {
      if (c == '<') {
        safe += "\\u003c";
      } else {
        safe += c;
      }
    }
    std::string out(lesson_template());
    const auto put = [&out](std::string_view where, const std::string& what) {
      const size_t at = out.find(where);
      out.replace(at, where.size(), what);
    };
    put("@DATA@", safe);
    put("@TITLE@", escaped(options_.title));
    return out;
  }

 private:
  struct Session {
    bool begun = false;
    parser::Time begin{};
    std::string client;
    std::string server;
    std::string jid;
    Masking masking;
    std::vector<json> events;
  };

  json describe(const StreamEvent& event, Session& session) const {
    json out;
    out["t"] = (event.time - session.begin).count();
    out["kind"] = std::string(name(event.kind));
    out["summary"] = parser::summary(event);
    out["band"] = std::string(parser::stage(event.kind, event.phase));
    out["frame"] = event.frame;
    if (!parser::is_element(event.kind)) {
      out["fact"] = true;
      const auto* edit = std::get_if<parser::Edit>(&event.fact);
      out["summary"] = edit != nullptr ? edit_sentence(*edit) : fact_sentence(event.fact);
    } else {
      out["dir"] = event.direction == parser::Direction::kC2S ? "c2s" : "s2c";
      out["bytes"] = event.bytes.size();
      add_text(event, session, out);
    }
    const parser::Explanation told = parser::explain(event);
    out["caption"] = std::string(told.caption);
    out["turn"] = std::string(told.turn);
    out["client"] = std::string(told.client);
    out["server"] = std::string(told.server);
    if (told.error && !told.error->meaning.empty()) {
      out["error"] = {{"condition", std::string(told.error->condition)},
                      {"meaning", std::string(told.error->meaning)},
                      {"advice", std::string(told.error->advice)}};
    }
    for (const parser::ExplainedNamespace& one : told.namespaces) {
      json ns = {{"name", std::string(one.name)}};
      if (one.known != nullptr) {
        ns["source"] = std::string(one.known->source);
        ns["title"] = std::string(one.known->title);
        ns["explanation"] = std::string(one.known->explanation);
      }
      out["namespaces"].push_back(std::move(ns));
    }
    const auto text = [&out](const char* key, std::string_view value) {
      if (!value.empty()) out[key] = std::string(value);
    };
    text("from", event.from);
    text("to", event.to);
    text("id", event.id);
    text("type", event.stanza_type);
    if (event.answers) {
      out["answers"] = event.answers->frame;
      out["rtt"] = event.answers->rtt.count();
    }
    for (const parser::Finding& finding : event.findings) out["findings"].push_back(finding_of(finding));
    for (const parser::Edit& edit : event.edits) {
      out["edits"].push_back(
          {{"name", edit.name}, {"reason", edit.reason}, {"replacement", edit.replacement}});
    }
    return out;
  }

  void add_text(const StreamEvent& event, Session& session, json& out) const {
    Masked masked;
    const bool is_masked = !options_.show_secrets && session.masking.mask(event, masked);
    const std::string_view bytes = is_masked ? std::string_view(masked.bytes) : event.bytes;
    std::string text(bytes.substr(0, options_.most_xml));
    if (bytes.size() > options_.most_xml) {
      text += "\n… " + std::to_string(bytes.size() - options_.most_xml) + " more bytes";
    }
    out["xml"] = std::move(text);
    if (is_masked) out["masked"] = true;
  }

  LessonOptions options_;
  size_t taken_ = 0;
  size_t left_out_ = 0;
  std::map<parser::ConnectionId, Session> sessions_;
};

Lesson::Lesson(const LessonOptions& options) : impl_(std::make_unique<Impl>(options)) {}
Lesson::~Lesson() = default;

void Lesson::on_event(const StreamEvent& event) {
  impl_->on_event(event);
}
size_t Lesson::left_out() const {
  return impl_->left_out();
}
std::string Lesson::html() const {
  return impl_->html();
}

}  // namespace captures
