#include "captures/compare/session_list.h"

#include "parser/stream/stanza.h"

namespace captures {

namespace {
constexpr size_t kMostConnections = 1'000'000;
}

void SessionList::on_event(const parser::StreamEvent& event) {
  auto found = connections_.find(event.connection);
  if (found == connections_.end()) {
    if (connections_.size() >= kMostConnections) return;
    found = connections_.try_emplace(event.connection).first;
  }
  Connection& connection = found->second;
  // A connection becomes part of an earlier session when it resumes it, and stays that.
  if (event.session != 0 && event.session != event.connection) connection.session = event.session;
  if (parser::is_element(event.kind)) ++connection.elements;
  if (event.kind == parser::EventKind::kIq && event.direction == parser::Direction::kS2C &&
      event.payload != nullptr && event.payload->is("bind", parser::ns::kBind)) {
    if (const auto* jid = event.payload->child("jid")) {
      connection.account = jid->text();
      connection.account.resize(std::min(connection.account.find('/'), connection.account.size()));
    }
  }
  if (!connection.chosen && matches_(event)) connection.chosen = true;
}

std::vector<ListedSession> SessionList::sessions() const {
  std::map<parser::ConnectionId, ListedSession> sessions;
  for (const auto& [id, connection] : connections_) {
    const parser::ConnectionId number = connection.session != 0 ? connection.session : id;
    ListedSession& session = sessions[number];
    session.session = number;
    session.connections.insert(id);
    session.elements += connection.elements;
    session.chosen = session.chosen || connection.chosen;
    if (session.account.empty()) session.account = connection.account;
  }
  std::vector<ListedSession> list;
  list.reserve(sessions.size());
  for (auto& [number, session] : sessions) {
    if (session.elements > 0) list.push_back(std::move(session));
  }
  return list;
}

}  // namespace captures
