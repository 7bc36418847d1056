// Turns a session's events into a script. Only what a peer sent counts: what the proxy inserted or removed is
// not part of any peer's words, so that a replay through a proxy meets the same edits again.
#include "replay/script.h"

namespace replay {

using parser::EventKind;

std::string step_name(std::string_view ns, std::string_view local) {
  if (local.empty()) return {};
  return "{" + std::string(ns) + "}" + std::string(local);
}

void ScriptRecorder::on_event(const parser::StreamEvent& event) {
  Script& script = scripts_[event.connection];
  if (const auto* opened = std::get_if<parser::ConnectionInfo>(&event.fact))
    script.client_direct_tls = opened->direct_tls;
  if (const auto* upstream = std::get_if<parser::UpstreamConnected>(&event.fact))
    script.server_direct_tls = upstream->direct_tls;
  if (!parser::is_element(event.kind) || event.bytes.empty()) return;
  if (bytes_ + event.bytes.size() > most_bytes_) {
    truncated_ = true;
    return;
  }
  bytes_ += event.bytes.size();
  if (event.kind == EventKind::kHeader && script.domain.empty()) {
    script.domain = event.direction == parser::Direction::kC2S ? event.to : event.from;
  }
  Step step;
  step.direction = event.direction;
  step.kind = event.kind;
  step.name = step_name(event.ns, event.local);
  step.bytes = event.bytes;
  const auto last = last_.find(event.connection);
  if (last != last_.end() && event.time > last->second) step.pause = event.time - last->second;
  last_[event.connection] = event.time;
  step.tls_follows = event.kind == EventKind::kStartTls && event.local == "proceed";
  script.steps.push_back(std::move(step));
}

}  // namespace replay
