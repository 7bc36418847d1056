// libtins' DataTracker puts the segments of a direction in order. That some never come shows by the other
// side acknowledging them: then the hole is told and passed by.
//
// Whether a connection is XMPP shows in its first bytes; until then they are kept (8 KiB at most).
#include "captures/import/tcp_sessions.h"

#include <tins/tcp_ip/data_tracker.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace captures {
namespace {

using parser::Direction;
using parser::index;
using parser::Time;

constexpr size_t kMostSessions = 100'000;     // at a time
constexpr size_t kMostUndecided = 8192;       // bytes
constexpr uint32_t kMostBuffered = 4u << 20;  // bytes behind a hole, of one direction
constexpr unsigned kPatience = 8;             // packets that a segment may come after its acknowledgement
constexpr size_t kMostNotes = 200;
constexpr std::array<uint16_t, 6> kServerPorts = {5222, 5223, 5269, 5270, 5347, 5298};

bool is_server_port(uint16_t port) {
  return std::find(kServerPorts.begin(), kServerPorts.end(), port) != kServerPorts.end();
}

// A TLS record: handshake, alert, application data, …; version 3.x.
bool is_tls(std::string_view bytes) {
  return bytes.size() >= 2 && bytes[0] >= 0x14 && bytes[0] <= 0x17 && bytes[1] == 3;
}

enum class Carries : uint8_t { kUnknown, kXmpp, kTls, kOther };

// What the first bytes of a direction say.
Carries judge(std::string_view bytes, bool known_port) {
  if (is_tls(bytes)) return known_port ? Carries::kTls : Carries::kOther;
  const size_t begin = bytes.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return Carries::kUnknown;
  for (const char* mark : {"http://etherx.jabber.org/streams", "jabber:client", "jabber:server",
                           "jabber:component:accept", "urn:ietf:params:xml:ns:xmpp", "urn:xmpp:sm:"}) {
    if (bytes.find(mark) != std::string_view::npos) return Carries::kXmpp;
  }
  // A session in its middle: stanzas of known names on a port of XMPP, perhaps behind half an element.
  if (known_port) {
    for (const char* mark : {"<message", "<iq", "<presence", "</message>", "</iq>", "</presence>"}) {
      if (bytes.find(mark) != std::string_view::npos) return Carries::kXmpp;
    }
  }
  if (bytes[begin] != '<' && !known_port) return Carries::kOther;
  return bytes.size() >= kMostUndecided ? Carries::kOther : Carries::kUnknown;
}

// Where in bytes from the middle of a session the first whole element begins: behind what cannot be one.
size_t first_element(std::string_view bytes) {
  for (size_t at = bytes.find('<'); at != std::string_view::npos; at = bytes.find('<', at + 1)) {
    const std::string_view rest = bytes.substr(at + 1);
    for (const std::string_view name :
         {"message", "iq", "presence", "stream:", "/stream:", "?xml", "r ", "r/", "a ", "auth", "challenge",
          "response", "success", "failure", "enable", "resume", "active", "inactive", "db:"}) {
      if (rest.starts_with(name)) return at;
    }
  }
  return bytes.size();
}

}  // namespace

class TcpSessions::Session {
 public:
  Session(TcpSessions& owner, const TcpPacket& packet) : owner_(owner) {
    // Who opened it is the client; where that was not seen, who is not on a server's port.
    const bool opening = packet.syn && !packet.has_ack;
    const bool answering = packet.syn && packet.has_ack;
    from_start_ = packet.syn;
    const bool known = is_server_port(packet.from.port) != is_server_port(packet.to.port);
    bool by_client = opening;
    if (!opening && !answering) {
      by_client = known ? is_server_port(packet.to.port) : packet.to.port <= packet.from.port;
      guessed_ = !known;
    }
    client_ = by_client ? packet.from : packet.to;
    server_ = by_client ? packet.to : packet.from;
    begin_ = packet.time;
  }

  void packet(const TcpPacket& packet) {
    const Direction direction = packet.from == client_ ? Direction::kC2S : Direction::kS2C;
    Side& side = sides_[index(direction)];
    time_ = packet.time;
    if (packet.syn) {
      begin_at(side, packet.seq + 1);
      return;
    }
    if (!side.begun && (!packet.payload.empty() || packet.missing > 0)) begin_at(side, packet.seq);
    if (!packet.payload.empty()) {
      side.tracker.process_payload(packet.seq, {packet.payload.begin(), packet.payload.end()});
      take(direction, packet.frame);
    }
    if (packet.missing > 0) {
      if (!std::exchange(told_cut_, true)) {
        owner_.note("Packets were cut off when they were recorded; what they lack is told as dropped bytes.");
      }
      pass_by(direction, packet.seq + static_cast<uint32_t>(packet.payload.size()) + packet.missing,
              packet.frame);
    }
    if (packet.has_ack) acknowledged(parser::opposite(direction), packet.ack, packet.frame);
    while (side.tracker.total_buffered_bytes() > kMostBuffered) pass_hole(direction, packet.frame);
    if (packet.fin) side.ended = true;
    if (packet.rst && carries_ == Carries::kXmpp) {
      end(packet.frame, {parser::Closed::How::kReset, "", direction});
    } else if (sides_[0].ended && sides_[1].ended && carries_ == Carries::kXmpp) {
      end(packet.frame, {parser::Closed::How::kFinished, "", {}});
    }
  }

  void finish() {
    if (carries_ == Carries::kUnknown &&
        (pending_size_ > 0 || sides_[0].tracker.total_buffered_bytes() > 0)) {
      carries_ = Carries::kOther;
    }
    end(0, {parser::Closed::How::kLost, "the capture ends here, the connection did not", {}});
  }

  bool over() const { return over_; }
  // Nothing but an empty connection, or one that was counted.
  Carries carries() const { return carries_; }
  bool said_something() const { return pending_size_ > 0 || carries_ != Carries::kUnknown; }

 private:
  struct Side {
    Tins::TCPIP::DataTracker tracker;
    bool begun = false;
    bool ended = false;
    unsigned behind = 0;      // packets since the other side acknowledged more than there is
    bool begun_text = false;  // its first whole element was found
  };
  struct Piece {
    Time time;
    uint64_t frame;
    Direction direction;
    std::string bytes;
    uint64_t dropped = 0;
  };

  static void begin_at(Side& side, uint32_t seq) {
    side.tracker.sequence_number(seq);
    side.begun = true;
  }

  // Hands on what is in order now.
  void take(Direction direction, uint64_t frame) {
    Side& side = sides_[index(direction)];
    auto& payload = side.tracker.payload();
    if (payload.empty()) return;
    side.behind = 0;
    std::string bytes(payload.begin(), payload.end());
    payload.clear();
    deliver({time_, frame, direction, std::move(bytes)});
  }

  void acknowledged(Direction direction, uint32_t ack, uint64_t frame) {
    Side& side = sides_[index(direction)];
    if (!side.begun) return;
    const auto ahead = static_cast<int32_t>(ack - side.tracker.sequence_number());
    // A FIN counts as one.
    if (ahead <= (side.ended ? 1 : 0)) {
      side.behind = 0;
      return;
    }
    if (++side.behind < kPatience) return;
    side.behind = 0;
    if (side.tracker.buffered_payload().empty()) {
      pass_by(direction, ack, frame);
    } else {
      pass_hole(direction, frame);
    }
  }

  // Up to the first segment that is there.
  void pass_hole(Direction direction, uint64_t frame) {
    Side& side = sides_[index(direction)];
    const uint32_t now = side.tracker.sequence_number();
    uint32_t nearest = UINT32_MAX;
    for (const auto& [seq, bytes] : side.tracker.buffered_payload()) nearest = std::min(nearest, seq - now);
    if (nearest == UINT32_MAX) return;
    pass_by(direction, now + nearest, frame);
  }

  void pass_by(Direction direction, uint32_t seq, uint64_t frame) {
    Side& side = sides_[index(direction)];
    const uint32_t hole = seq - side.tracker.sequence_number();
    if (hole == 0 || hole > (1U << 30U)) return;
    deliver({time_, frame, direction, {}, hole});
    // Taken out, put in again behind the hole: what is buffered comes in order by itself then.
    const auto buffered = side.tracker.buffered_payload();
    side.tracker = Tins::TCPIP::DataTracker(seq);
    for (const auto& [at, bytes] : buffered) {
      if (static_cast<int32_t>(at - seq) >= 0) side.tracker.process_payload(at, bytes);
    }
    take(direction, frame);
  }

  void deliver(Piece piece) {
    if (carries_ == Carries::kOther || over_) return;
    if (carries_ != Carries::kUnknown) {
      tell(piece);
      return;
    }
    if (piece.dropped == 0) pending_size_ += piece.bytes.size();
    first_bytes_[index(piece.direction)] += piece.bytes.substr(0, kMostUndecided);
    const Direction direction = piece.direction;
    pending_.push_back(std::move(piece));
    carries_ = judge(first_bytes_[index(direction)], is_server_port(server_.port));
    if (carries_ == Carries::kUnknown && pending_size_ > kMostUndecided) carries_ = Carries::kOther;
    if (carries_ == Carries::kUnknown) return;
    first_bytes_ = {};
    if (carries_ != Carries::kOther) open();
    for (const Piece& waiting : std::exchange(pending_, {})) {
      if (carries_ != Carries::kOther) tell(waiting);
    }
  }

  void open() {
    id_ = owner_.next_++;
    ++owner_.totals_.connections;
    parser::ConnectionInfo info;
    info.client = {client_.address(), client_.port, ""};
    info.server = {server_.address(), server_.port, ""};
    info.from_start = from_start_;
    info.direct_tls = carries_ == Carries::kTls;
    owner_.analyzer_.opened(begin_, id_, info);
    owner_.analyzer_.upstream(begin_, id_, {info.server, info.direct_tls});
    if (!from_start_) owner_.note(name() + " began before the capture did; what was said then is not known.");
    if (guessed_) owner_.note(name() + ": which end is the server was guessed by the lower port.");
  }

  std::string name() const { return "Connection " + std::to_string(id_); }

  void tell(const Piece& piece) {
    parser::Analyzer& out = owner_.analyzer_;
    if (piece.dropped > 0) {
      owner_.totals_.lost += piece.dropped;
      if (!encrypted_) {
        out.dropped(piece.time, id_, {piece.direction, piece.dropped});
        if (++holes_ == 1) {
          owner_.note(name() + ": the capture misses segments that were sent and received (first " +
                      std::to_string(piece.dropped) + " bytes before packet " + std::to_string(piece.frame) +
                      ").");
        }
      }
      return;
    }
    if (!encrypted_ && is_tls(piece.bytes) && (carries_ == Carries::kTls || offered_tls_)) begin_tls(piece);
    if (encrypted_) {
      tell_decrypted(piece);
      return;
    }
    if (!offered_tls_ && piece.bytes.find("urn:ietf:params:xml:ns:xmpp-tls") != std::string::npos) {
      offered_tls_ = true;
    }
    Side& side = sides_[index(piece.direction)];
    std::string_view bytes = piece.bytes;
    if (!from_start_ && !side.begun_text) {
      const size_t whole = first_element(bytes);
      if (whole > 0) {
        out.dropped(piece.time, id_, {piece.direction, whole});
        owner_.totals_.lost += whole;
        owner_.note(name() + ": " + std::to_string(whole) +
                    " bytes of an element whose beginning is not there were left out.");
      }
      bytes.remove_prefix(whole);
      side.begun_text = !bytes.empty();
    }
    if (!bytes.empty()) out.bytes(piece.time, id_, piece.direction, bytes);
  }

  void begin_tls(const Piece& piece) {
    encrypted_ = true;
    parser::TlsEstablished tls;
    tls.verification = "not known: read from a capture";
    for (const parser::Leg leg : {parser::Leg::kServer, parser::Leg::kClient}) {
      tls.leg = leg;
      owner_.analyzer_.tls_established(piece.time, id_, tls);
    }
  }

  void tell_decrypted(const Piece& piece) {
    owner_.totals_.encrypted += piece.bytes.size();
    if (!owner_.decrypted_ || piece.frame == last_frame_) return;
    last_frame_ = piece.frame;
    for (const std::string& bytes : owner_.decrypted_(piece.frame)) {
      owner_.totals_.decrypted += bytes.size();
      readable_ += bytes.size();
      owner_.analyzer_.bytes(piece.time, id_, piece.direction, bytes);
    }
  }

  void end(uint64_t frame, const parser::Closed& closed) {
    if (std::exchange(over_, true) || carries_ == Carries::kUnknown || carries_ == Carries::kOther) return;
    over_ = false;  // what is behind a hole is still told
    for (const Direction direction : {Direction::kC2S, Direction::kS2C}) {
      while (sides_[index(direction)].tracker.total_buffered_bytes() > 0) {
        const uint32_t before = sides_[index(direction)].tracker.total_buffered_bytes();
        pass_hole(direction, frame);
        if (sides_[index(direction)].tracker.total_buffered_bytes() >= before) break;
      }
    }
    over_ = true;
    if (encrypted_ && readable_ == 0) {
      owner_.analyzer_.notice(time_, id_,
                              {"encrypted", "what follows is encrypted, and no key for it was given"});
      owner_.note(name() + " is encrypted" + (carries_ == Carries::kTls ? " from its first byte" : "") +
                  (owner_.decrypted_ ? ", and the key log has no key for it."
                                     : "; with its key log (--keylog) it can be read."));
    }
    owner_.analyzer_.closed(time_, id_, closed);
  }

  TcpSessions& owner_;
  TcpEnd client_;
  TcpEnd server_;
  bool from_start_ = false;
  bool guessed_ = false;
  bool told_cut_ = false;
  bool offered_tls_ = false;
  bool encrypted_ = false;
  bool over_ = false;
  Carries carries_ = Carries::kUnknown;
  std::array<Side, 2> sides_;
  std::array<std::string, 2> first_bytes_;
  std::vector<Piece> pending_;
  size_t pending_size_ = 0;
  uint64_t holes_ = 0;
  uint64_t readable_ = 0;
  uint64_t last_frame_ = 0;
  Time begin_{};
  Time time_{};
  parser::ConnectionId id_ = 0;
};

TcpSessions::TcpSessions(parser::Analyzer& analyzer, ImportTotals& totals, Decrypted decrypted)
    : analyzer_(analyzer), totals_(totals), decrypted_(std::move(decrypted)) {}
TcpSessions::~TcpSessions() = default;

void TcpSessions::note(std::string text) {
  if (totals_.notes.size() < kMostNotes) totals_.notes.push_back(std::move(text));
}

void TcpSessions::packet(const TcpPacket& packet) {
  last_ = std::max(last_, packet.time);
  const Key key = std::minmax(packet.from, packet.to);
  auto found = sessions_.find(key);
  // The same ports again: a new connection.
  const bool again = packet.syn && !packet.has_ack;
  if (found != sessions_.end() && (found->second->over() || (again && found->second->said_something()))) {
    drop(found);
    found = sessions_.end();
  }
  if (found == sessions_.end()) {
    // What comes behind an end (the last acknowledgement) is nothing new.
    if (!packet.syn && packet.payload.empty() && packet.missing == 0) return;
    if (sessions_.size() >= kMostSessions) drop(sessions_.begin());
    found = sessions_.emplace(key, std::make_unique<Session>(*this, packet)).first;
  }
  found->second->packet(packet);
}

void TcpSessions::drop(std::map<Key, std::unique_ptr<Session>>::iterator session) {
  session->second->finish();
  if (session->second->carries() == Carries::kOther) ++totals_.left_out;
  sessions_.erase(session);
}

void TcpSessions::finish() {
  while (!sessions_.empty()) drop(sessions_.begin());
  analyzer_.finish(last_);
}

}  // namespace captures
