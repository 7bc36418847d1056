// Bytes and facts of connections in, StreamEvents out. A pure function: the same input gives the same
// events, whether it comes live, from a capture or from a replay, however it is chunked.
//
// Per connection: two StreamReaders (FrameReaders where WebSocket frames what is said), one SessionState fed
// by both, the rules on every event.
#pragma once

#include <memory>
#include <string_view>

#include "parser/rules/profile.h"
#include "parser/stream/connection.h"
#include "parser/stream/stream_event.h"
#include "parser/xml/limits.h"

namespace parser {

// Gives each event its frame number when it is made, so that a live line and the capture agree. A capture
// reader answers with the number of the packet just read; a capture writer with the number that the packet
// will get.
class FrameNumbering {
 public:
  virtual ~FrameNumbering() = default;
  virtual uint64_t frame_of(ConnectionId connection, EventKind kind, Direction direction, size_t bytes) = 0;
};

struct AnalyzerOptions {
  xml::Limits limits;
  rules::Profile profile = rules::Profile::kRfc6120;
  bool rules = true;                                    // false: events only
  FrameNumbering* numbering = nullptr;                  // null: a running number from 1; not owned
  Duration iq_timeout = std::chrono::seconds(60);       // "reasonable time" for an answer to an iq
  Duration features_timeout = std::chrono::seconds(5);  // … for features behind a response header
  Duration ack_timeout = std::chrono::seconds(30);      // … for <a/>, <enabled/>, <resumed/>, dialback
  Duration close_timeout = std::chrono::seconds(5);     // … for the other side's closing tag
  size_t max_open_iqs = 4096;          // per direction of a connection; older ones are forgotten, with a note
  size_t max_findings_per_rule = 100;  // of one rule on one connection; the last one says that it is
};

class Analyzer {
 public:
  Analyzer(const AnalyzerOptions& options, EventSink& sink);  // sink is not owned and must outlive
  ~Analyzer();
  Analyzer(const Analyzer&) = delete;
  Analyzer& operator=(const Analyzer&) = delete;

  void opened(Time time, ConnectionId connection, const ConnectionInfo& info);
  void upstream(Time time, ConnectionId connection, const UpstreamConnected& fact);
  void tls_established(Time time, ConnectionId connection, const TlsEstablished& fact);
  void bytes(Time time, ConnectionId connection, Direction direction, std::string_view bytes);
  // One whole message of a connection whose ConnectionInfo has `websocket`; bytes() takes one, too, as text.
  // On any other connection these are bytes like others.
  void frame(Time time, ConnectionId connection, Direction direction, std::string_view message,
             Opcode opcode = Opcode::kText);
  void edited(Time time, ConnectionId connection, const Edit& fact);  // before the bytes it concerns
  void dropped(Time time, ConnectionId connection, const Dropped& fact);
  void notice(Time time, ConnectionId connection, const Notice& fact);
  void closed(Time time, ConnectionId connection, const Closed& fact);
  // The input ends here: connections that are still open are reported as lost.
  void finish(Time time);

  // Bytes of an element that is not complete yet, so that a recorder can write them as they are.
  std::string_view partial(ConnectionId connection, Direction direction) const;
  // Frees parser memory of connections with no traffic since `since`; it is rebuilt when bytes arrive.
  void release_idle(Time since);
  size_t open_connections() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace parser
