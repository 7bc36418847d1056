// The login itself is not kept: it is done afresh. What matters of it is what was offered, and as whom it
// ended.
#include "replay/recording.h"

#include "proxy/namespaces.h"

namespace replay {

using parser::Direction;
using parser::EventKind;
using parser::Phase;
using parser::StreamEvent;
using parser::xml::Element;

namespace {

bool is_bound(Phase phase) {
  return phase == Phase::kBound || phase == Phase::kEstablished || phase == Phase::kBoundInline ||
         phase == Phase::kResumedInline;
}

// <a/>, <enable/> and what answers it: whoever plays the session says these for itself.
bool is_counting(const StreamEvent& event) {
  return event.kind == EventKind::kSm && event.local != "r";
}

}  // namespace

void RecordingBuilder::features(Building& at, const StreamEvent& event) {
  if (event.element == nullptr) return;
  RecordedFeatures list;
  bool starttls_only = true;
  bool login = false;
  for (const Element& child : event.element->children()) {
    const uint64_t begin = child.range.begin - event.range.begin;
    if (child.range.begin < event.range.begin || begin + child.range.size() > event.bytes.size()) continue;
    list.push_back({std::string(child.ns), std::string(child.local),
                    std::string(event.bytes.substr(begin, child.range.size()))});
    if (child.ns != proxy::ns::kTls) starttls_only = false;
    if (child.is("mechanisms", proxy::ns::kSasl) || child.is("authentication", proxy::ns::kSasl2))
      login = true;
  }
  at.session.features_seen = true;
  if (login) {
    at.session.login_features = std::move(list);
  } else if (!starttls_only) {
    at.session.bound_features = std::move(list);
  }
}

void RecordingBuilder::behind_login(Building& at, const StreamEvent& event) {
  const bool client = event.direction == Direction::kC2S;
  switch (event.kind) {
    case EventKind::kMessage:
    case EventKind::kPresence:
    case EventKind::kIq:
    case EventKind::kNonza:
    case EventKind::kSm:
    case EventKind::kStreamError:
      break;
    case EventKind::kViolation:
    case EventKind::kUnparsed:
      // What a client said wrong is part of what it said; of a server nobody repeats it.
      if (!client || event.bytes.empty()) return;
      break;
    case EventKind::kFooter:
      if (client) at.client_ended = true;
      // Who answers the client's footer does so anyway.
      if (client || at.client_ended) return;
      break;
    default:
      return;
  }
  if (event.kind == EventKind::kStreamError && client) return;
  if (is_counting(event)) {
    if (client && event.local == "enable") at.session.sm_asked = true;
    if (!client && event.local == "failed") at.session.sm_refused = true;
    return;
  }
  const bool resumed = event.connection != at.session.connection;
  if (!event.id.empty()) {
    std::string what = std::to_string(static_cast<int>(event.direction)) + std::string(event.local) + " " +
                       std::string(event.stanza_type) + " " + std::string(event.id);
    if (!at.seen.insert(std::move(what)).second && resumed) return;  // sent again
  }
  if (bytes_ + event.bytes.size() > most_bytes_) {
    truncated_ = true;
    return;
  }
  bytes_ += event.bytes.size();
  RecordedElement element;
  element.direction = event.direction;
  element.kind = event.kind;
  element.frame = event.frame;
  element.connection = event.connection;
  element.time = event.time;
  if (at.last && event.time > *at.last) element.pause = event.time - *at.last;
  at.last = event.time;
  element.element = event.element;
  element.bytes = event.bytes;
  element.selected = !selects_ || selects_(event);
  const size_t index = at.session.elements.size();
  if (event.kind == EventKind::kIq) {
    if (event.answers) {
      const auto request = at.requests.find({event.answers->frame, std::string(event.id)});
      if (request != at.requests.end()) {
        element.request = request->second;
        at.session.elements[request->second].answer = index;
      }
    } else {
      at.requests[{event.frame, std::string(event.id)}] = index;
    }
  }
  at.session.elements.push_back(std::move(element));
}

void RecordingBuilder::on_event(const StreamEvent& event) {
  seen_.insert(event.connection);
  const parser::ConnectionId session = event.session != 0 ? event.session : event.connection;
  Building& at = sessions_[session];
  RecordedSession& what = at.session;
  if (what.connection == 0) what.connection = session;
  if (event.stream != parser::StreamKind::kClient) at.other = true;
  if (const auto* opened = std::get_if<parser::ConnectionInfo>(&event.fact)) {
    what.direct_tls = opened->direct_tls;
    if (opened->assumed && !opened->assumed->bound_jid.empty()) {
      what.identity = Identity::of(opened->assumed->bound_jid);
      if (!opened->assumed->domain.empty()) what.identity.domain = opened->assumed->domain;
      at.bound = true;
    }
    if (!opened->from_start && !opened->assumed) at.bound = true;  // in mid-session: who it is, stanzas say
  }
  if (!parser::is_element(event.kind)) return;
  if (event.kind == EventKind::kHeader) {
    if (event.direction == Direction::kS2C) {
      what.header = event.bytes;
      if (what.identity.domain.empty()) what.identity.domain = event.from;
    }
    return;
  }
  if (event.kind == EventKind::kFeatures) return features(at, event);
  if (event.kind == EventKind::kSasl && event.element != nullptr) {
    if (event.local == "auth" || event.local == "authenticate")
      at.login = event.element->attribute("mechanism");
    if (event.local == "success") what.mechanism = at.login;
    return;
  }
  const Element* payload = event.payload;
  if (event.kind == EventKind::kIq && payload != nullptr && payload->ns == proxy::ns::kBind) {
    if (event.direction == Direction::kC2S) return;
    if (const Element* jid = payload->child("jid"); jid != nullptr && event.stanza_type == "result") {
      what.identity = Identity::of(jid->text());
      at.bound = true;
      at.last = event.time;
    }
    return;
  }
  if (event.kind == EventKind::kSm && event.local == "resumed") {
    at.bound = true;
    at.last = event.time;
    return;
  }
  if (!at.bound && !is_bound(event.phase)) return;
  at.bound = true;
  if (what.identity.bare.empty() && event.direction == Direction::kS2C &&
      event.to.find('@') != std::string_view::npos && event.to.find('/') != std::string_view::npos) {
    what.identity = Identity::of(event.to);
  }
  behind_login(at, event);
}

std::vector<RecordedSession> RecordingBuilder::finish() {
  std::vector<RecordedSession> sessions;
  sessions.reserve(sessions_.size());
  for (auto& [connection, at] : sessions_) {
    if (at.other || !at.bound || at.session.identity.bare.empty()) continue;
    for (RecordedElement& element : at.session.elements)
      element.text = Template(element.bytes, at.session.identity);
    sessions.push_back(std::move(at.session));
  }
  sessions_.clear();
  return sessions;
}

}  // namespace replay
