// A connection is a session of its own until it resumes another; so the list is made anew when that happens,
// which is rare, and otherwise only grows.
#include "viewer/model/session_list.h"

#include "viewer/model/time_format.h"

namespace viewer {

namespace {

// "TLSv1.3" is how OpenSSL says it; people say TLS 1.3.
std::string version_words(const parser::TlsEstablished& tls) {
  return tls.version.starts_with("TLSv") ? "TLS " + tls.version.substr(4) : tls.version;
}

std::string endpoint(const parser::Endpoint& end) {
  if (end.port == 0 && end.address.empty()) return {};
  const bool v6 = end.address.find(':') != std::string::npos;
  std::string words = (v6 ? "[" + end.address + "]" : end.address) + ":" + std::to_string(end.port);
  if (!end.name.empty()) words = end.name + "  (" + words + ")";
  return words;
}

void add_tls(const ConnectionSummary& c, parser::Leg leg, std::vector<SessionFact>& facts) {
  const std::string prefix = leg == parser::Leg::kClient ? "client leg" : "server leg";
  const auto& tls = c.tls[static_cast<size_t>(leg)];
  if (!tls) {
    facts.push_back({prefix, "not encrypted"});
    return;
  }
  std::string words = version_words(*tls) + ", " + tls->cipher;
  if (!tls->alpn.empty()) words += ", ALPN " + tls->alpn;
  if (!tls->sni.empty()) words += ", SNI " + tls->sni;
  if (tls->resumed) words += ", resumed";
  facts.push_back({prefix, std::move(words)});
  if (!tls->peer_subject.empty()) {
    std::string certificate = tls->peer_subject;
    if (!tls->peer_issuer.empty()) certificate += "  by  " + tls->peer_issuer;
    facts.push_back({"certificate", std::move(certificate)});
  }
  if (!tls->verification.empty()) facts.push_back({"verification", tls->verification});
}

std::string_view how_words(parser::Closed::How how) {
  using How = parser::Closed::How;
  switch (how) {
    case How::kFinished:
      return "closed";
    case How::kReset:
      return "reset";
    case How::kTimeout:
      return "timed out";
    case How::kRefused:
      return "refused";
    case How::kTlsFailed:
      return "TLS failed";
    case How::kUpstreamFailed:
      return "the server could not be reached";
    case How::kShutdown:
      return "the proxy was stopped";
    case How::kLost:
      return "open when the capture ended";
  }
  return "closed";
}

}  // namespace

void SessionList::update() {
  const size_t all = store_.connections();
  bool moved = false;
  // Connections that have been closed for long do not change; the last thousand are looked at again.
  constexpr size_t kYoung = 1000;
  const size_t from = known_.size() > kYoung ? known_.size() - kYoung : 0;
  for (size_t i = from; i < all; ++i) {
    const parser::ConnectionId session = store_.session_of(static_cast<uint32_t>(i));
    if (session == 0) break;  // not published yet
    if (i < known_.size()) {
      moved = moved || known_[i] != session;
      known_[i] = session;
      continue;
    }
    known_.push_back(session);
    const auto [place, fresh] = index_.try_emplace(session, sessions_.size());
    if (fresh) sessions_.push_back({session, {}});
    sessions_[place->second].connections.push_back(static_cast<uint32_t>(i));
  }
  if (!moved) return;
  sessions_.clear();
  index_.clear();
  for (size_t i = 0; i < known_.size(); ++i) {
    const auto [place, fresh] = index_.try_emplace(known_[i], sessions_.size());
    if (fresh) sessions_.push_back({known_[i], {}});
    sessions_[place->second].connections.push_back(static_cast<uint32_t>(i));
  }
}

const SessionList::Session* SessionList::find(parser::ConnectionId session) const {
  const auto found = index_.find(session);
  return found == index_.end() ? nullptr : &sessions_[found->second];
}

std::string session_title(const CaptureStore& store, const SessionList::Session& session) {
  for (const uint32_t index : session.connections) {
    // A connection that resumes a session is not bound again.
    ConnectionSummary connection = store.connection(index);
    if (!connection.bound_jid.empty()) return std::move(connection.bound_jid);
  }
  return store.connection(session.connections.back()).title();
}

std::vector<SessionFact> connection_facts(const ConnectionSummary& c) {
  std::vector<SessionFact> facts;
  const auto add = [&](const char* name, std::string value) {
    if (!value.empty()) facts.push_back({name, std::move(value)});
  };
  add("client", endpoint(c.info.client));
  add("server", endpoint(c.info.server));
  add("domain", c.domain);
  add("address", c.bound_jid);
  if (c.info.websocket) add("framing", "WebSocket, " + c.info.websocket->chosen);
  if (c.info.direct_tls) add("TLS", "direct, before any XML (XEP-0368)");
  if (!c.info.from_start) add("seen", "from the middle of the session on");
  add_tls(c, parser::Leg::kClient, facts);
  add_tls(c, parser::Leg::kServer, facts);
  add("login", c.mechanism);
  add("way", parser::breadcrumb(c.progress));
  std::string standing;
  for (const std::string_view one : parser::captions(c.standing)) {
    if (!standing.empty()) standing += "; ";
    standing += one;
  }
  add("now", std::move(standing));
  add("carried", count(c.elements[0]) + " \u2192, " + count(c.elements[1]) + " \u2190 elements; " +
                     bytes_amount(c.bytes[0]) + " \u2192, " + bytes_amount(c.bytes[1]) + " \u2190");
  if (c.edits > 0) add("edits", counted(c.edits, "change") + " by the proxy");
  if (c.dropped_bytes > 0) add("not recorded", bytes_amount(c.dropped_bytes));
  add("began", absolute_time(c.opened.time_since_epoch().count()) + " UTC");
  if (c.closed) {
    std::string end(how_words(c.closed->how));
    if (c.closed->by) end += *c.closed->by == parser::Direction::kC2S ? " by the client" : " by the server";
    if (!c.closed->reason.empty()) end += ": " + c.closed->reason;
    add("ended", std::move(end) + ", after " + span((c.last - c.opened).count()));
  }
  return facts;
}

std::string short_way(const ConnectionSummary& c) {
  using parser::Step;
  using parser::StepState;
  std::string way;
  const auto add = [&](const std::string& word) {
    if (!way.empty()) way += " \u203a ";
    way += word;
  };
  const auto& tls = c.tls[0] ? c.tls[0] : c.tls[1];
  add(tls ? version_words(*tls) : "plain");
  if ((c.tls[0] != nullptr) != (c.tls[1] != nullptr))
    way += c.tls[0] ? " (server leg plain)" : " (client leg plain)";
  struct Stage {
    Step step;
    const char* done;
    const char* failed;
  };
  constexpr Stage kStages[] = {{Step::kTls, "", "TLS failed"},
                               {Step::kAuth, "authenticated", "login failed"},
                               {Step::kBind, "bound", "no resource"},
                               {Step::kSession, "", ""}};
  for (const Stage& stage : kStages) {
    const StepState state = c.progress[stage.step];
    if (state == StepState::kFailed && *stage.failed != '\0') {
      add("\u2717 " + std::string(stage.failed));
      return way;
    }
    if (state != StepState::kDone || *stage.done == '\0') continue;
    add(stage.step == Step::kBind && c.progress.resumes ? "resumed" : stage.done);
  }
  if (c.stream_management) add("SM on");
  return way;
}

}  // namespace viewer
