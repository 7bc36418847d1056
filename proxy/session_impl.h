// The inside of Session, shared by session.cc (life and relaying) and negotiation.cc (what the elements of
// the negotiation mean).
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "parser/stream/stream_reader.h"
#include "proxy/held_bytes.h"
#include "proxy/session.h"
#include "proxy/tls/tls_contexts.h"
#include "proxy/tls/tls_leg.h"

namespace proxy {

class Session::Impl {
 public:
  Impl(const SessionConfig& config, parser::ConnectionId id, const parser::ConnectionInfo& info,
       parser::Time now, TlsContexts& tls, Tap& tap, SessionCommands& commands);
  ~Impl();

  void upstream_connected(const parser::UpstreamConnected& fact);
  void upstream_failed(std::string_view why);
  void received(Side side, std::string_view bytes);
  void end_of_stream(Side side);
  void connection_lost(Side side, std::string_view why);
  void timer();
  void output_taken() { put_off_half_closed(); }
  // Ends the session with the same stream error on both sides, where one can be put in.
  void end_with_error(parser::Closed::How how, std::string_view condition, std::string_view text);
  bool wants(Side side) const;
  bool finished() const { return finished_; }
  void release_memory();
  void set_now(parser::Time now) { now_ = now; }

 private:
  // Adapters: which side or direction a callback is about is part of their type.
  struct TlsEvents final : TlsLeg::Events {
    Impl* session = nullptr;
    Side side{};
    void tls_established() override { session->tls_up(side); }
    void tls_plaintext(std::string_view bytes) override { session->plaintext(side, bytes); }
  };
  struct Items final : parser::StreamReader::Handler {
    Impl* session = nullptr;
    parser::Direction direction{};
    void on_item(const parser::StreamItem& item) override;
  };

  // One direction: from a side, through the framing while that lasts, to the other side.
  struct Flow {
    parser::Direction direction{};
    Side from{};
    Side to{};
    Items items;
    std::unique_ptr<parser::StreamReader> reader;  // null: bytes are forwarded as they come
    HeldBytes held;               // received, not yet a complete item; begins at byte `passed`
    uint64_t passed = 0;          // application bytes reported to the tap so far
    bool paused = false;          // input waits in Peer::waiting
    bool to_raw = false;          // stop framing as soon as the reader has returned
    bool header = false;          // a stream header of the current document was passed on or answered
    bool ended = false;           // the sender will send no more
    bool end_clean = false;       // … and said so in order, so that TLS may say so, too
    bool end_waits = false;       // … which the receiver is told as soon as it can hear it
    std::array<char, 16> tail{};  // the last bytes passed, oldest first
    void note_tail(std::string_view bytes);
    bool tail_is(std::string_view text) const;
  };

  // One side: its TLS, and what waits because something else is not ready.
  struct Peer {
    TlsEvents events;
    std::unique_ptr<TlsLeg> tls;
    std::string waiting;  // from this side, not looked at yet: plaintext, or TLS behind <starttls/>
    std::string outbox;   // plaintext for this side, whose layer is not up yet
    bool shut = false;    // commands.shutdown() was called
  };

  enum class Deadline : uint8_t { kNone, kHeader, kHandshake, kFailure, kLinger, kHalfClosed };

  // What is happening before both sides simply talk to each other.
  enum class Bridge : uint8_t {
    kNone,
    kClient,  // the server wants TLS at once: the proxy offers STARTTLS to the client by itself
    kServer,  // the client came with TLS: the proxy asks the server for STARTTLS by itself
  };

  Flow& flow_from(Side side) { return flows_[static_cast<size_t>(side)]; }
  const Flow& flow_from(Side side) const { return flows_[static_cast<size_t>(side)]; }
  Flow& c2s() { return flows_[0]; }
  Flow& s2c() { return flows_[1]; }
  Peer& peer(Side side) { return peers_[static_cast<size_t>(side)]; }
  const Peer& peer(Side side) const { return peers_[static_cast<size_t>(side)]; }
  Peer& client() { return peers_[0]; }
  Peer& server() { return peers_[1]; }

  // session.cc
  void plaintext(Side side, std::string_view bytes);
  void feed(Flow& flow, std::string_view bytes);
  void pass(Flow& flow, std::string_view bytes);
  void send(Side side, std::string_view bytes);
  bool ready(Side side) const;
  void drain_outbox(Side side);
  void stop_framing(Flow& flow);
  void give_up_held(Flow& flow);
  void settle();
  void flush();
  void set_deadline(Deadline what, parser::Duration from_now);
  void put_off_half_closed();
  void tls_received(Side side, std::string_view bytes);
  void tls_failed(Side side);
  void direction_ended(Side side, bool clean);
  void pass_end_on(Flow& flow);
  void fail_client(parser::Closed::How how, std::string_view condition, std::string text);
  bool can_send_error() const;
  void send_error();
  void finish(parser::Closed::How how, std::string reason, bool reset = false);
  void notice(std::string_view name, std::string_view text);
  bool interruptible(const Flow& flow) const;

  // negotiation.cc
  void on_item(Flow& flow, const parser::StreamItem& item);
  void on_client_item(const parser::StreamItem& item);
  void on_server_item(const parser::StreamItem& item);
  void on_server_item_bridged(const parser::StreamItem& item);
  void on_client_header(const parser::xml::Element& header, uint64_t end);
  void resolve_client_header();
  void on_violation(Flow& flow, const parser::StreamItem& item);
  void on_features(const parser::xml::Element& features, uint64_t end);
  void release(Flow& flow, uint64_t end, const std::vector<parser::Edit>& edits = {});
  void swallow(Flow& flow, uint64_t end, std::string_view name, std::string_view reason);
  void insert(Flow& flow, std::string_view text, std::string_view name, std::string_view reason);
  void set_domain(std::string_view name);
  void connect();
  void start_server_layer();
  void start_client_tls();
  void start_server_tls(bool direct);
  void forward_space_behind_starttls();
  void upgrade();
  void tls_up(Side side);
  std::string verified_name() const;

  const SessionConfig config_;
  const parser::ConnectionId id_;
  const parser::ConnectionInfo info_;
  TlsContexts& tls_;
  Tap& tap_;
  SessionCommands& commands_;
  parser::Time now_;

  std::array<Flow, 2> flows_;
  std::array<Peer, 2> peers_;

  std::string domain_;             // ASCII form of the stream's `to` or of the SNI
  std::string content_namespace_;  // of the client's stream; "jabber:client" until it is known
  parser::UpstreamConnected upstream_;
  bool connecting_ = false;
  bool connected_ = false;
  bool server_direct_ = false;         // TLS before XML on the server's leg
  bool server_layer_started_ = false;  // TLS, bridging or nothing, as the server needs it
  Bridge bridge_ = Bridge::kNone;
  uint64_t header_pending_ = 0;  // end of the client's header that waits for the server's leg; 0: none
  bool starttls_asked_ = false;  // by the client, and passed on
  bool upgrade_ = false;         // both legs turn to TLS as soon as the reader has returned
  bool authenticated_ = false;
  bool server_tls_due_ = false;               // the bridge's <proceed/> was seen
  std::array<uint64_t, 2> tls_offset_c2s_{};  // by Side: where the flows were when its TLS began
  std::array<uint64_t, 2> tls_offset_s2c_{};

  Deadline deadline_kind_ = Deadline::kNone;
  parser::Time deadline_{};

  // The failure that the client is to be told.
  bool failing_ = false;
  bool error_sent_ = false;
  parser::Closed::How failure_how_{};
  std::optional<Side> ended_by_;  // the first peer whose connection ended
  std::string failure_condition_;
  std::string failure_text_;
  bool client_header_seen_ = false;  // in the client's current document

  bool finished_ = false;
};

}  // namespace proxy
