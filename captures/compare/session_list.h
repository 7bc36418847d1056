// Which sessions a capture holds, and the sink that passes on one of them.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "parser/stream/stream_event.h"

namespace captures {

struct ListedSession {
  parser::ConnectionId session = 0;            // number of its first connection
  std::set<parser::ConnectionId> connections;  // that it lived on (XEP-0198)
  std::string account;                         // bare address, where it was bound; empty: not seen
  uint64_t elements = 0;
  bool chosen = false;  // something of it is what `matches` likes
};

// A sink for a whole capture. At most 1,000,000 connections are listed, later ones are not.
class SessionList : public parser::EventSink {
 public:
  using Matches = std::function<bool(const parser::StreamEvent&)>;
  explicit SessionList(Matches matches) : matches_(std::move(matches)) {}
  void on_event(const parser::StreamEvent& event) override;
  // Those that said anything, in the order of their numbers.
  std::vector<ListedSession> sessions() const;

 private:
  struct Connection {
    parser::ConnectionId session = 0;
    std::string account;
    uint64_t elements = 0;
    bool chosen = false;
  };
  Matches matches_;
  std::map<parser::ConnectionId, Connection> connections_;
};

// Passes on what belongs to some connections.
class OfConnections : public parser::EventSink {
 public:
  OfConnections(std::set<parser::ConnectionId> connections, parser::EventSink& sink)
      : connections_(std::move(connections)), sink_(sink) {}
  void on_event(const parser::StreamEvent& event) override {
    if (connections_.contains(event.connection)) sink_.on_event(event);
  }

 private:
  std::set<parser::ConnectionId> connections_;
  parser::EventSink& sink_;
};

}  // namespace captures
