// Each event becomes the packets of a TCP conversation that is made up around it. The number of packets of
// an event follows from its kind and size alone, so that frame_of() can tell its frame before it is written;
// whatever is added (the other interface's packets) comes behind.
//
// Per stanza this costs a hash look-up, a checksum and three appends; findings, edits and facts are rare and
// take the slow way through JSON.
#include "captures/writer.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

#include "captures/fact_json.h"
#include "captures/masking.h"
#include "captures/packet_record.h"
#include "captures/pcapng.h"
#include "captures/tcp_frames.h"
#include "captures/utf8.h"

namespace captures {
namespace {

using parser::Closed;
using parser::ConnectionId;
using parser::ConnectionInfo;
using parser::Direction;
using parser::Edit;
using parser::Endpoint;
using parser::EventKind;
using parser::StreamEvent;

constexpr uint16_t kXmppPort = 5222;  // the only one that Wireshark takes for XMPP unasked
constexpr size_t kMostNames = 4096;   // name records per capture
// Replacements beyond this are cut: the block has to stay readable.
constexpr size_t kMostReplacement = 4u << 20;
constexpr size_t kMostFindings = 256;  // of one event

using Conversation = std::pair<std::array<uint8_t, 18>, std::array<uint8_t, 18>>;

std::array<uint8_t, 18> key(const TcpAddress& address) {
  std::array<uint8_t, 18> bytes{};
  std::copy(address.ip.begin(), address.ip.end(), bytes.begin());
  bytes[16] = static_cast<uint8_t>(address.port >> 8);
  bytes[17] = static_cast<uint8_t>(address.port);
  return bytes;
}

bool is_whitespace(std::string_view bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](char c) { return static_cast<uint8_t>(c) <= ' '; });
}

// The element's bytes as the proxy forwarded them.
std::string apply(std::string_view bytes, uint64_t begin, std::vector<Edit> edits) {
  std::stable_sort(edits.begin(), edits.end(),
                   [](const Edit& a, const Edit& b) { return a.range.begin < b.range.begin; });
  std::string result;
  size_t done = 0;
  for (const Edit& edit : edits) {
    const uint64_t from = std::max(edit.range.begin, begin) - begin;
    const uint64_t to = std::max(edit.range.end, begin) - begin;
    if (from < done || to > bytes.size()) continue;
    result.append(bytes.substr(done, static_cast<size_t>(from) - done)).append(edit.replacement);
    done = static_cast<size_t>(to);
  }
  result.append(bytes.substr(done));
  return result;
}

PacketKind packet_kind(const StreamEvent& event) {
  switch (event.kind) {
    case EventKind::kOpened:
      return PacketKind::kOpened;
    case EventKind::kUpstream:
      return PacketKind::kUpstream;
    case EventKind::kTls:
      return PacketKind::kTls;
    case EventKind::kEdit:
      return PacketKind::kEdit;
    case EventKind::kDropped:
      return PacketKind::kDropped;
    case EventKind::kNotice:
      return PacketKind::kNotice;
    case EventKind::kClosed:
      return PacketKind::kClosed;
    case EventKind::kViolation:
      return PacketKind::kViolation;
    case EventKind::kUnparsed:
      return PacketKind::kUnparsed;
    default:
      return PacketKind::kElement;
  }
}

}  // namespace

class Writer::Impl {
 public:
  Impl(const WriterOptions& options, Output* output) : options_(options), output_(output) {
    if (output_ == nullptr) return;
    buffer_.reserve(options_.buffer_bytes + (options_.buffer_bytes >> 2));
    begin_section();
  }

  void on_event(const StreamEvent& event) {
    Connection& connection = event.kind == EventKind::kOpened ? open(event) : find(event.connection);
    Note note{event.time, event.connection, event.direction, packet_kind(event)};
    notes_.clear();
    if (parser::is_element(event.kind)) {
      write_element(connection, note, event);
    } else {
      write_fact(connection, note, event);
    }
    if (buffer_.size() >= options_.buffer_bytes) flush();
  }

  uint64_t frame_of(ConnectionId id, EventKind kind, Direction direction, size_t bytes) {
    if (!parser::is_element(kind)) return frames_ + 1;
    const size_t written = std::min(find(id).partial[parser::index(direction)], bytes);
    return frames_ + segment_count(bytes - written);
  }

  void on_partial(parser::Time time, ConnectionId id, Direction direction, std::string_view partial) {
    const auto found = connections_.find(id);
    if (found == connections_.end()) return;
    Connection& connection = found->second;
    if (!options_.record_secrets && !connection.masking.partial_is_harmless(partial)) return;
    size_t& written = connection.partial[parser::index(direction)];
    const size_t end = safe_prefix(partial);
    if (end <= written) return;
    notes_.clear();
    Note note{time, id, direction, PacketKind::kElement};
    note.more = true;
    note.offset = connection.offset[parser::index(direction)] + written;
    write_segments(connection.sent, note, partial.substr(written, end - written));
    written = end;
  }

  void flush() {
    if (buffer_.empty() || !recording()) return;
    error_ = output_->write(buffer_);
    if (error_.empty()) bytes_ += buffer_.size();
    buffer_.clear();
    if (!error_.empty()) buffer_.shrink_to_fit();
  }

  void add_keylog_line(std::string_view line) {
    if (!recording()) return;
    const std::string text = std::string(line) + (line.ends_with('\n') ? "" : "\n");
    pcapng::BlockWriter block(buffer_, pcapng::kDecryptionSecrets);
    block.u32(pcapng::kSecretsTls);
    block.u32(static_cast<uint32_t>(text.size()));
    block.bytes(text);
  }

  const std::string& error() const { return error_; }
  uint64_t frames() const { return frames_; }
  uint64_t bytes() const { return bytes_ + buffer_.size(); }

 private:
  struct Connection {
    explicit Connection(const TcpConversation& conversation) : sent(conversation) {}
    TcpConversation sent;
    std::optional<TcpConversation> forwarded;  // from the first change on
    std::array<uint64_t, 2> offset{};          // bytes of whole items so far, by direction
    std::array<size_t, 2> partial{};           // bytes of the item after them that are written already
    Masking masking;
  };

  // What is the same for all packets of an event.
  struct Note {
    parser::Time time;
    ConnectionId connection;
    Direction direction;
    PacketKind kind;
    bool forwarded = false;
    bool masked = false;
    bool more = false;  // behind the last packet, too
    uint64_t offset = 0;
  };

  bool recording() const { return output_ != nullptr && error_.empty(); }

  void begin_section() {
    {
      pcapng::BlockWriter block(buffer_, pcapng::kSectionHeader);
      block.u32(pcapng::kByteOrderMagic);
      block.u16(1);
      block.u16(0);
      block.u64(~uint64_t{0});  // length unknown: the section grows
      if (!options_.application.empty()) block.option(pcapng::kSectionApplication, options_.application);
      block.custom(pcapng::kCustomText, "stanzascope capture 1");
    }
    add_interface("as sent", "each direction as its sender sent it");
    add_interface("as forwarded", "what the proxy forwarded instead, where it changed something");
  }

  void add_interface(std::string_view name, std::string_view description) {
    pcapng::BlockWriter block(buffer_, pcapng::kInterface);
    block.u16(pcapng::kLinkEthernet);
    block.u16(0);
    block.u32(0);  // packets are never cut
    block.option(pcapng::kInterfaceName, name);
    block.option(pcapng::kInterfaceDescription, description);
    block.option(pcapng::kInterfaceResolution, std::string_view("\6", 1));
  }

  void add_name(const Endpoint& end, const Endpoint& not_of) {
    // One address of two names, as on a machine that talks to itself, would name the wrong end.
    TcpAddress address;
    if (end.name.empty() || end.address == not_of.address || !parse_address(end.address, address)) return;
    if (!recording() || names_.size() >= kMostNames || !names_.insert(end.address + " " + end.name).second) {
      return;
    }
    const bool v6 = address.v6();
    std::string record(reinterpret_cast<const char*>(address.ip.data()) + (v6 ? 0 : 12), v6 ? 16 : 4);
    record += readable(end.name, 255);
    record += '\0';
    pcapng::BlockWriter block(buffer_, pcapng::kNameResolution);
    block.u16(v6 ? 2 : 1);
    block.u16(static_cast<uint16_t>(record.size()));
    block.bytes(record);
    block.u32(0);
  }

  Connection& find(ConnectionId id) {
    if (last_ != nullptr && last_id_ == id) return *last_;
    auto found = connections_.find(id);
    if (found == connections_.end()) {
      found = connections_.emplace(id, Connection(make_conversation(ConnectionInfo{}, id))).first;
    }
    last_id_ = id;
    last_ = &found->second;
    return *last_;
  }

  Connection& open(const StreamEvent& event) {
    const auto* info = std::get_if<ConnectionInfo>(&event.fact);
    const auto old = connections_.find(event.connection);
    if (old != connections_.end()) forget(old);
    const auto added = connections_.emplace(
        event.connection,
        Connection(make_conversation(info != nullptr ? *info : ConnectionInfo{}, event.connection)));
    last_id_ = event.connection;
    last_ = &added.first->second;
    return *last_;
  }

  void forget(std::unordered_map<ConnectionId, Connection>::iterator found) {
    live_.erase({key(found->second.sent.client()), key(found->second.sent.server())});
    if (found->second.forwarded) {
      live_.erase({key(found->second.forwarded->client()), key(found->second.forwarded->server())});
    }
    connections_.erase(found);
    last_ = nullptr;
  }

  TcpConversation make_conversation(const ConnectionInfo& info, ConnectionId id) {
    // Documentation addresses (RFC 5737) stand for ends without a numeric one.
    TcpAddress client;
    if (!parse_address(info.client.address, client)) parse_address("192.0.2.1", client);
    TcpAddress server;
    if (!parse_address(info.server.address, server) && !parse_address(info.listener.address, server)) {
      parse_address("192.0.2.2", server);
    }
    client.port = info.client.port;
    server.port = kXmppPort;
    return {unused(client, server), server, id * 2};
  }

  // Two conversations at a time never share both ends; the port gives way.
  TcpAddress unused(TcpAddress client, const TcpAddress& server) {
    if (client.port == 0) client.port = 49'152;
    for (unsigned tries = 0; tries < 65'535; ++tries) {
      if (client != server && live_.insert({key(client), key(server)}).second) break;
      client.port = client.port == 65'535 ? 1024 : static_cast<uint16_t>(client.port + 1);
    }
    return client;
  }

  void write_element(Connection& connection, Note& note, const StreamEvent& event) {
    const size_t direction = parser::index(event.direction);
    Masked masked;
    if (!options_.record_secrets) note.masked = connection.masking.mask(event, masked);
    const std::string_view bytes = note.masked ? std::string_view(masked.bytes) : event.bytes;
    std::vector<Edit> edits;
    if (!event.edits.empty()) edits = masked_edits(event.edits, masked);
    if (recording()) describe(event, edits, masked);

    const size_t written = std::min(connection.partial[direction], bytes.size());
    note.offset = note.kind == PacketKind::kViolation ? event.range.end : event.range.begin + written;
    write_segments(connection.sent, note, bytes.substr(written));
    if (!event.bytes.empty()) {
      connection.partial[direction] = 0;
      connection.offset[direction] = event.range.end;
    }
    if (!edits.empty()) write_forwarded(connection, note, apply(bytes, event.range.begin, edits), edits);
  }

  void write_forwarded(Connection& connection, Note& note, const std::string& bytes,
                       const std::vector<Edit>& edits) {
    note.kind = PacketKind::kFraming;
    note.forwarded = true;
    if (!connection.forwarded) {
      // A port below those that clients usually have, so that the two do not meet.
      const TcpAddress server = connection.sent.server();
      TcpAddress client = connection.sent.client();
      client.port = static_cast<uint16_t>(1024 + client.port % 31'744);
      connection.forwarded.emplace(unused(client, server), server, note.connection * 2 + 1);
      notes_.clear();
      if (recording()) {
        comment("connection " + std::to_string(note.connection) +
                " as forwarded: only what the proxy changed; the rest is on the interface \"as sent\"");
      }
      handshake(*connection.forwarded, note);
    }
    notes_.clear();
    if (recording()) {
      for (const Edit& edit : edits) comment("as forwarded, behind the edit " + edit.name);
    }
    note.kind = PacketKind::kElement;
    write_segments(*connection.forwarded, note, bytes);
  }

  void write_fact(Connection& connection, Note& note, const StreamEvent& event) {
    if (recording()) describe(event, {}, {});
    note.offset = connection.offset[parser::index(event.direction)];
    switch (event.kind) {
      case EventKind::kOpened:
        if (const auto* info = std::get_if<ConnectionInfo>(&event.fact)) {
          add_name(info->client, info->server);
          add_name(info->server, info->client);
        }
        handshake(connection.sent, note);
        return;
      case EventKind::kUpstream:
        if (const auto* fact = std::get_if<parser::UpstreamConnected>(&event.fact)) {
          add_name(fact->server, {});
        }
        break;
      case EventKind::kDropped:
        if (const auto* fact = std::get_if<parser::Dropped>(&event.fact)) {
          note.direction = fact->direction;
          connection.sent.skip(fact->direction, fact->bytes);
          connection.offset[parser::index(fact->direction)] += fact->bytes;
        }
        break;
      case EventKind::kEdit:
        if (const auto* edit = std::get_if<Edit>(&event.fact)) note.direction = edit->direction;
        break;
      case EventKind::kClosed:
        write_closed(connection, note, event);
        return;
      default:
        break;
    }
    packet(connection.sent, note, note.direction, kTcpAck, {});
  }

  void write_closed(Connection& connection, Note& note, const StreamEvent& event) {
    const auto* closed = std::get_if<Closed>(&event.fact);
    const Closed::How how = closed != nullptr ? closed->how : Closed::How::kFinished;
    close(connection.sent, note, how);
    if (connection.forwarded) {
      note.kind = PacketKind::kFraming;
      note.forwarded = true;
      notes_.clear();
      close(*connection.forwarded, note, how);
    }
    forget(connections_.find(event.connection));
  }

  void handshake(TcpConversation& conversation, Note note) {
    packet(conversation, note, Direction::kC2S, kTcpSyn, {});
    notes_.clear();
    note.kind = PacketKind::kFraming;
    packet(conversation, note, Direction::kS2C, kTcpSyn | kTcpAck, {});
    packet(conversation, note, Direction::kC2S, kTcpAck, {});
  }

  void close(TcpConversation& conversation, Note note, Closed::How how) {
    if (how == Closed::How::kReset || how == Closed::How::kLost) {
      // A lost connection did not end: the packet only says so.
      packet(conversation, note, Direction::kC2S,
             how == Closed::How::kReset ? static_cast<uint8_t>(kTcpRst | kTcpAck) : kTcpAck, {});
      return;
    }
    packet(conversation, note, Direction::kC2S, kTcpFin | kTcpAck, {});
    notes_.clear();
    note.kind = PacketKind::kFraming;
    packet(conversation, note, Direction::kS2C, kTcpFin | kTcpAck, {});
    packet(conversation, note, Direction::kC2S, kTcpAck, {});
  }

  // Whitespace would be joined to the next element by Wireshark (and a space, too, behind STARTTLS), so it
  // travels in an option.
  void write_segments(TcpConversation& conversation, Note note, std::string_view bytes) {
    const size_t count = segment_count(bytes.size());
    const bool hidden = !bytes.empty() && is_whitespace(bytes);
    const bool more_behind = note.more;
    const uint64_t offset = note.offset;
    const std::string notes = count > 1 ? std::exchange(notes_, {}) : std::string();
    size_t begin = 0;
    for (size_t i = 0; i < count; ++i) {
      const bool last = i + 1 == count;
      const size_t end = last ? bytes.size() : segment_end(bytes, i);
      const std::string_view piece = bytes.substr(begin, end - begin);
      if (last && count > 1) notes_ = notes;
      note.more = more_behind || !last;
      note.offset = note.kind == PacketKind::kViolation ? offset : offset + begin;
      if (hidden) {
        hide(piece, note);
      } else {
        packet(conversation, note, note.direction, note.more ? kTcpAck : kTcpPsh | kTcpAck, piece);
      }
      if (hidden) packet(conversation, note, note.direction, kTcpAck, {}, true);
      begin = end;
    }
  }

  void hide(std::string_view bytes, const Note& note) {
    if (!recording()) return;
    if (note.kind == PacketKind::kElement && !note.forwarded) {
      comment("whitespace between elements: " + std::to_string(bytes.size()) + " bytes" +
              (bytes == "\n"  ? ", a newline"
               : bytes == " " ? ", a space"
                              : ""));
    }
    binary(RecordType::kBytes, bytes);
  }

  void comment(std::string_view text) { pcapng::append_option(notes_, pcapng::kComment, text); }

  void binary(RecordType type, std::string_view bytes) {
    std::string value(kRecordTag);
    value += static_cast<char>(type);
    value += '\0';
    value += bytes;
    pcapng::append_custom(notes_, pcapng::kCustomBinary, value);
  }

  void text(const std::string& json) { pcapng::append_custom(notes_, pcapng::kCustomText, json); }

  void describe(const StreamEvent& event, const std::vector<Edit>& edits, const Masked& masked) {
    size_t findings = 0;
    for (const parser::Finding& finding : event.findings) {
      if (++findings > kMostFindings) break;
      parser::Finding shown = finding;
      // What is said of refused text quotes it.
      if (event.kind == EventKind::kViolation && !masked.ranges.empty()) {
        shown.message = "(left out: it quotes what is masked)";
      }
      comment(finding_sentence(shown));
      text(finding_json(shown));
    }
    for (const Edit& edit : edits) describe(edit);
    if (const auto* edit = std::get_if<Edit>(&event.fact)) {
      describe(*edit);
    } else if (event.fact.index() != 0) {
      comment("connection " + std::to_string(event.connection) + " " + fact_sentence(event.fact));
      text(fact_json(event.fact));
    }
    if (!masked.ranges.empty()) {
      comment("masked in this recording, not on the wire: " + masked.what);
      text(masked_json(masked.what, masked.ranges));
    }
  }

  void describe(const Edit& edit) {
    Edit cut = edit;
    cut.replacement.resize(std::min(cut.replacement.size(), kMostReplacement));
    comment(edit_sentence(edit));
    text(edit_json(cut));
    for (size_t done = 0; done < cut.replacement.size(); done += kSegment) {
      binary(RecordType::kEdited, std::string_view(cut.replacement).substr(done, kSegment));
    }
  }

  static std::vector<Edit> masked_edits(std::vector<Edit> edits, const Masked& masked) {
    for (Edit& edit : edits) {
      for (const parser::ByteRange& range : masked.ranges) {
        if (range.begin < edit.range.end && edit.range.begin < range.end) mask_text(edit.replacement);
      }
    }
    return edits;
  }

  void packet(TcpConversation& conversation, const Note& note, Direction direction, uint8_t flags,
              std::string_view payload, bool bytes_in_option = false) {
    ++frames_;
    if (!recording()) return;
    std::array<char, TcpConversation::kMaxHeaders> headers;
    const size_t size = conversation.segment(direction, flags, payload, headers);
    std::array<char, kPacketRecordSize> record;
    encode({note.kind, note.direction, note.more, bytes_in_option, note.forwarded, note.masked,
            note.connection, note.offset},
           record.data());
    pcapng::Packet block;
    block.interface = note.forwarded ? 1 : 0;
    block.time = static_cast<uint64_t>(std::max<int64_t>(0, note.time.time_since_epoch().count()));
    block.headers = {headers.data(), size};
    block.payload = payload;
    block.flags = direction == Direction::kC2S ? 1 : 2;  // inbound, outbound: as the server sees it
    block.record = {record.data(), record.size()};
    block.options = notes_;
    pcapng::append_packet(buffer_, block);
    if (!notes_.empty()) notes_.clear();
  }

  WriterOptions options_;
  Output* output_;
  std::string buffer_;
  std::string notes_;  // options of the next packet, encoded
  std::string error_;
  uint64_t frames_ = 0;
  uint64_t bytes_ = 0;
  std::unordered_map<ConnectionId, Connection> connections_;
  ConnectionId last_id_ = 0;
  Connection* last_ = nullptr;  // of last_id_: most events follow one of the same connection
  std::set<Conversation> live_;
  std::set<std::string> names_;
};

Writer::Writer(const WriterOptions& options, Output* output)
    : impl_(std::make_unique<Impl>(options, output)) {}
Writer::~Writer() {
  impl_->flush();
}

void Writer::on_event(const StreamEvent& event) {
  impl_->on_event(event);
}
uint64_t Writer::frame_of(ConnectionId connection, EventKind kind, Direction direction, size_t bytes) {
  return impl_->frame_of(connection, kind, direction, bytes);
}
void Writer::on_partial(parser::Time time, ConnectionId connection, Direction direction,
                        std::string_view partial) {
  impl_->on_partial(time, connection, direction, partial);
}
void Writer::flush() {
  impl_->flush();
}
void Writer::add_keylog_line(std::string_view line) {
  impl_->add_keylog_line(line);
}
bool Writer::failed() const {
  return !impl_->error().empty();
}
const std::string& Writer::error() const {
  return impl_->error();
}
uint64_t Writer::frames() const {
  return impl_->frames();
}
uint64_t Writer::bytes() const {
  return impl_->bytes();
}

}  // namespace captures
