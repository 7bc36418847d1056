// One proxied connection, sans-I/O: bytes, time and network outcomes in; commands out. It owns both legs'
// TLS (memory BIOs) and knows how far the XMPP negotiation is; sockets, names and clocks are the driver's.
//
// Life: Listening socket accepts → Session(…) → received(kClient, …) until the upstream is known →
// commands.connect(…) → upstream_connected() / upstream_failed() → bytes both ways → finished.
// While the negotiation lasts elements are framed (edits, STARTTLS, see-other-host); once nothing more can be
// edited the session forwards bytes without parsing them.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "parser/stream/connection.h"
#include "proxy/tap.h"

namespace proxy {

class TlsContexts;  // proxy/tls/: our CA and minted leaves, client contexts, resumption cache, keylog

enum class Side : uint8_t { kClient = 0, kServer = 1 };
constexpr Side other(Side s) {
  return s == Side::kClient ? Side::kServer : Side::kClient;
}

enum class UpstreamSecurity : uint8_t { kStartTls, kTls, kNone };

struct SessionConfig {
  UpstreamSecurity upstream_security =
      UpstreamSecurity::kStartTls;    // kStartTls: upgraded when the client asks for it
  bool upstream_given = false;        // --upstream: connect at once, without waiting for the header's `to`
  bool insecure_upstream = false;     // accept any upstream certificate (reported in the TLS fact)
  bool keep_channel_binding = false;  // do not hide *-PLUS and XEP-0440
  parser::Duration handshake_timeout =
      std::chrono::seconds(30);      // of each TLS handshake, and for the first header
  size_t max_header_bytes = 65'536;  // buffered from the client while the upstream is not there yet
};

// What the driver is to do. Called from inside the Session's functions; must not call back into it.
class SessionCommands {
 public:
  virtual ~SessionCommands() = default;
  // Connect to the upstream for this domain (the stream's `to` or the SNI; empty where --upstream decides).
  virtual void connect(std::string_view domain) = 0;
  // Send to that side. The bytes are valid during the call only; the driver keeps what the socket does not
  // take.
  virtual void send(Side side, std::string_view bytes) = 0;
  // No more will be sent to that side: shut the socket's sending half down once all is sent.
  virtual void shutdown(Side side) = 0;
  // Close both sockets once what was handed to send() is out (or at once when reset is true).
  virtual void close(bool reset) = 0;
  // Call timer() no later than then. A later call replaces an earlier one.
  virtual void wake_at(parser::Time time) = 0;
  virtual void log(std::string_view level,
                   std::string_view line) = 0;  // "info", "warning", "error": one line for people
};

class Session {
 public:
  // `commands`, `tap` and `tls` are not owned and must outlive the session. The constructor already
  // reports opened() and may call connect() and wake_at().
  Session(const SessionConfig& config, parser::ConnectionId id, const parser::ConnectionInfo& info,
          parser::Time now, TlsContexts& tls, Tap& tap, SessionCommands& commands);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  void upstream_connected(parser::Time now, const parser::UpstreamConnected& fact);
  void upstream_failed(parser::Time now, std::string_view why);
  void received(Side side, std::string_view bytes, parser::Time now);
  void end_of_stream(Side side, parser::Time now);                          // the peer shut its sending half
  void connection_lost(Side side, std::string_view why, parser::Time now);  // reset or error
  void timer(parser::Time now);
  void output_taken(parser::Time now);  // a peer took bytes that the driver had queued for it
  void idle_timeout(parser::Time now);  // the driver saw no traffic for too long
  void shutdown(parser::Time now);      // SIGTERM: tell both sides, and finish

  // Whether the session wants bytes from that side now (false e.g. from the client while the upstream
  // connects and max_header_bytes are buffered). The driver combines this with its own backpressure.
  bool wants(Side side) const;
  bool finished() const;
  // Frees TLS buffers and parser memory while nothing moves; they come back by themselves.
  void release_memory();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace proxy
