// Blocks are cut off the bytes as they come, packets turned back into what the Analyzer was once given: the
// facts in their options, the bytes of their segments. Whatever is broken is said once, with its place; what
// is whole before it has been read by then.
//
// Three things make the events the same as live. An item is handed to the Analyzer in one piece, when its
// last packet is there. A violation inside an element was noticed before the element ended, so its packet
// comes before the element's bytes: it is kept as a mark, and the bytes up to where it shows are handed over
// with the mark's time and frame. And bytes that could not be framed, or edits without an element, are
// reported by the Analyzer only later: their frames wait in a queue.
#include "captures/reader.h"

#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <unordered_map>
#include <utility>

#include "captures/fact_json.h"
#include "captures/packet_record.h"
#include "captures/pcapng.h"
#include "captures/tcp_frames.h"
#include "captures/utf8.h"
#include "captures/zstd_stream.h"
#include "parser/stream/stream_reader.h"

namespace captures {
namespace {

using parser::ConnectionId;
using parser::Direction;
using parser::EventKind;
using parser::Time;

constexpr size_t kMostDamage = 1000;  // reports; later ones are only counted by their absence
constexpr size_t kMostCommentBytes = 64u << 20;
constexpr size_t kMostHeld = 16u << 20;     // bytes of one unfinished item
constexpr size_t kMostViolations = 65'536;  // of one direction, that wait for their bytes
constexpr uint64_t kFormat = 1;
constexpr std::string_view kMarker = "stanzascope capture ";

constexpr std::array<uint32_t, 8> kClassicPcap = {0xA1B2C3D4, 0xD4C3B2A1, 0xA1B23C4D, 0x4D3CB2A1,
                                                  0xA1B2CD34, 0x34CDB2A1, 0,          0};

struct Interface {
  uint16_t link = 0;
  uint8_t resolution = 6;
};

Time time_of(uint64_t ticks, uint8_t resolution) {
  // The high bit chooses powers of two; ours are microseconds.
  const unsigned exponent = resolution & 0x7FU;
  if ((resolution & 0x80U) != 0) {
    const long double seconds =
        static_cast<long double>(ticks) / static_cast<long double>(uint64_t{1} << std::min(exponent, 63U));
    return Time(std::chrono::microseconds(static_cast<int64_t>(std::min(seconds, 9.0e12L) * 1'000'000)));
  }
  for (unsigned i = exponent; i > 6; --i) ticks /= 10;
  for (unsigned i = exponent; i < 6; ++i) ticks *= 10;
  return Time(std::chrono::microseconds(static_cast<int64_t>(ticks & 0x7FFF'FFFF'FFFF'FFFF)));
}

}  // namespace

class Reader::Impl : public parser::FrameNumbering {
 public:
  Impl(const parser::AnalyzerOptions& options, parser::EventSink& sink)
      : analyzer_(numbered(options, this), sink) {}

  void feed(std::string_view bytes) {
    if (stopped_ || bytes.empty()) return;
    if (format_ == Format::kPlain) {
      feed_blocks(bytes);
      return;
    }
    if (format_ == Format::kUnknown && beginning_.empty() && bytes.size() >= 4 && !is_zstd(bytes)) {
      format_ = Format::kPlain;  // nothing is copied: events are views of what is fed
      feed_blocks(bytes);
      return;
    }
    if (format_ == Format::kUnknown) {
      beginning_.append(bytes);
      if (beginning_.size() < 4) return;
      settle_format();
      return;
    }
    decompress(bytes);
  }

  void finish() {
    if (finished_) return;
    if (format_ == Format::kUnknown && !beginning_.empty()) settle_format();
    if (decoder_ && !failed_) {
      if (!stopped_ && !decoder_->at_end()) {
        compressed_end_ = "The compressed file is cut: its end is missing. Everything before it was read.";
      }
    }
    finish_blocks();
  }

  uint64_t frame_of(ConnectionId id, EventKind kind, Direction direction, size_t bytes) override {
    const auto found = connections_.find(id);
    if (found == connections_.end()) return frames_;
    Connection& connection = found->second;
    Side& side = connection.sides[parser::index(direction)];
    // `<stream:stream/>` is a header and a footer, and only the first has bytes.
    if (kind == EventKind::kFooter && bytes == 0) return frames_ + 1;
    if (kind == EventKind::kViolation && !side.marks.empty()) {
      const uint64_t frame = side.marks.front().frame;
      side.marks.pop_front();
      return frame;
    }
    if (kind == EventKind::kUnparsed) {
      if (side.unparsed.empty()) return side.last_frame != 0 ? side.last_frame : frames_;
      const uint64_t frame = side.unparsed.front();
      side.unparsed.pop_front();
      return frame;
    }
    if (kind == EventKind::kEdit && !connection.edits.empty()) {
      const uint64_t frame = connection.edits.front();
      connection.edits.pop_front();
      return frame;
    }
    return frames_;
  }

  void only(const std::set<ConnectionId>& connections) { only_ = connections; }

  void skip_to(uint64_t frame, uint64_t offset) {
    frames_ = frame - 1;
    offset_ = offset;
    pending_.clear();
  }

  void pass_to_end(uint64_t frame, Time time) {
    frames_ = frame;
    last_time_ = time;
  }

  bool failed() const { return failed_; }
  const std::string& error() const { return error_; }
  const std::vector<Damage>& damage() const { return damage_; }
  const std::vector<Comment>& comments() const { return comments_; }
  void keep_comments(bool keep) { keep_comments_ = keep; }
  const std::vector<captures::Mark>& marks() const { return marks_; }
  uint64_t frames() const { return frames_; }
  uint64_t offset() const { return offset_; }

 private:
  enum class Format : uint8_t { kUnknown, kPlain, kCompressed };

  void settle_format() {
    format_ = is_zstd(beginning_) ? Format::kCompressed : Format::kPlain;
    if (format_ == Format::kCompressed) decoder_ = std::make_unique<ZstdDecoder>();
    feed(std::exchange(beginning_, {}));
  }

  void decompress(std::string_view bytes) {
    if (decoder_->feed(bytes, [this](std::string_view piece) {
          if (!stopped_) feed_blocks(piece);
        })) {
      return;
    }
    if (stopped_) return;  // nothing behind that place was to be read anyway
    if (!section_seen_) {
      fail("The file is compressed (zstd), and damaged: " + decoder_->error() + ".");
    } else {
      compressed_end_ = "The compressed file is damaged here: " + decoder_->error() +
                        ". Everything before it was read, nothing behind it.";
    }
    stopped_ = true;
  }

  void feed_blocks(std::string_view bytes) {
    if (stopped_) return;
    if (pending_.empty()) {
      const size_t done = take_blocks(bytes);
      if (!stopped_) pending_.assign(bytes.substr(done));
      return;
    }
    // Only what completes the pending block is copied.
    while (!stopped_ && !bytes.empty() && !pending_.empty()) {
      const size_t wanted = std::max<size_t>(needed_, pending_.size() + 1) - pending_.size();
      const size_t some = std::min(wanted, bytes.size());
      pending_.append(bytes.substr(0, some));
      bytes.remove_prefix(some);
      pending_.erase(0, take_blocks(pending_));
    }
    if (!stopped_ && !bytes.empty()) feed_blocks(bytes);
  }

  void finish_blocks() {
    finished_ = true;
    if (failed_) return;
    if (!section_seen_ && !stopped_) {
      if (pending_.empty()) {
        fail("The file is empty.");
      } else if (!refuse_foreign(pending_)) {
        fail("The file ends inside its first block: nothing was recorded.");
      }
      return;
    }
    if (!compressed_end_.empty()) {
      report(compressed_end_);
    } else if (!stopped_ && !pending_.empty()) {
      report("The file ends in the middle of a block: " + std::to_string(pending_.size()) +
             " bytes of it are there" +
             (needed_ > 12 ? ", " + std::to_string(needed_ - pending_.size()) + " are missing" : "") +
             ". Everything before it was read.");
    }
    release_held();
    analyzer_.finish(last_time_);
  }

  struct Violation {  // inside an element
    uint64_t end;     // offset behind the offending bytes
    Time time;
    uint64_t frame;
  };
  struct Side {
    std::string held;  // of an item whose last packet is not there yet
    uint64_t fed = 0;  // bytes handed to the Analyzer
    Time held_time{};
    bool item_begun = false;  // bytes before `held`, of the same item, were handed over
    uint64_t last_frame = 0;  // that brought bytes
    std::deque<Violation> marks;
    std::deque<uint64_t> unparsed;  // frames
  };
  struct Connection {
    std::array<Side, 2> sides;
    std::deque<uint64_t> edits;  // frames of edits without an element
  };
  // One packet's options, sorted out.
  struct Found {
    bool recorded = false;
    PacketRecord record;
    std::vector<parser::ConnectionFact> facts;
    std::string bytes;
  };

  static parser::AnalyzerOptions numbered(parser::AnalyzerOptions options,
                                          parser::FrameNumbering* numbering) {
    options.numbering = numbering;
    return options;
  }

  void fail(std::string why) {
    failed_ = true;
    stopped_ = true;
    error_ = std::move(why);
  }

  void report(std::string what) {
    if (damage_.size() < kMostDamage) damage_.push_back({offset_, frames_, std::move(what)});
  }

  // Whether these first bytes of the file are of another format; then says so.
  bool refuse_foreign(std::string_view bytes) {
    if (bytes.size() < 4) return false;
    pcapng::Fields fields(bytes.substr(0, 4), false);
    const uint32_t magic = fields.u32();
    if (magic == pcapng::kSectionHeader) return false;
    if (magic != 0 && std::find(kClassicPcap.begin(), kClassicPcap.end(), magic) != kClassicPcap.end()) {
      fail(
          "This is a classic pcap file, not a stanzascope capture. Make one of it with: stanzascope import "
          "FILE -o CAPTURE.");
    } else {
      fail(
          "This is not a capture: it does not begin with a pcapng section header. `stanzascope import` makes "
          "one "
          "of a dump, a log, XML or a transcript.");
    }
    return true;
  }

  // Reads whole blocks off the front; returns how many bytes they were.
  size_t take_blocks(std::string_view bytes) {
    size_t done = 0;
    if (!section_seen_ && refuse_foreign(bytes)) return 0;
    while (!stopped_) {
      pcapng::Block block;
      std::string why;
      const pcapng::Cut cut = pcapng::cut_block(bytes.substr(done), swapped_, block, needed_, why);
      if (cut == pcapng::Cut::kMore) break;
      if (cut == pcapng::Cut::kDamaged) {
        report("The file is damaged here: " + why + ". Everything before it was read, nothing behind it.");
        stopped_ = true;
        if (!section_seen_) fail("This capture is damaged in its first block: " + why + ".");
        break;
      }
      take_block(block);
      if (failed_) break;
      offset_ += block.size;
      done += block.size;
    }
    return done;
  }

  void take_block(const pcapng::Block& block) {
    switch (block.type) {
      case pcapng::kSectionHeader:
        begin_section(block);
        break;
      case pcapng::kInterface:
        add_interface(block);
        break;
      case pcapng::kEnhancedPacket:
        ++frames_;
        if (own_section_) take_packet(block);
        break;
      case pcapng::kSimplePacket:
      case pcapng::kObsoletePacket:
        ++frames_;
        if (own_section_) report_foreign_packet();
        break;
      default:
        break;  // names, secrets, statistics, and what later versions add
    }
  }

  void begin_section(const pcapng::Block& block) {
    pcapng::Fields fields(block.body, block.swapped);
    fields.u32();
    const uint16_t major = fields.u16();
    fields.u16();
    fields.u64();
    uint64_t format = 0;
    pcapng::Options options(fields);
    for (pcapng::Option option; options.next(option);) {
      if (option.ours && option.code == pcapng::kCustomText && option.value.starts_with(kMarker)) {
        for (const char c : option.value.substr(kMarker.size(), 9)) {
          if (c < '0' || c > '9') break;
          format = format * 10 + static_cast<uint64_t>(c - '0');
        }
      }
    }
    std::string why;
    if (major != 1) {
      why = "It is pcapng of version " + std::to_string(major) + ", and this program reads version 1.";
    } else if (format == 0) {
      why =
          "It was not recorded by stanzascope. Make a capture of it with: stanzascope import FILE -o "
          "CAPTURE.";
    } else if (format > kFormat) {
      why = "It is a stanzascope capture of format " + std::to_string(format) +
            ", and this program reads format " + std::to_string(kFormat) +
            ": a newer stanzascope can open it.";
    }
    if (!section_seen_ && !why.empty()) {
      fail("This capture cannot be read. " + why);
      return;
    }
    if (section_seen_) end_section();
    section_seen_ = true;
    own_section_ = why.empty();
    interfaces_.clear();
    if (!why.empty()) report("A section of the file is left out. " + why);
  }

  // Connections do not go on in another section: its numbers begin anew.
  void end_section() {
    release_held();
    std::map<ConnectionId, bool> open;
    for (const auto& entry : connections_) open[entry.first] = true;
    for (const auto& entry : open) {
      analyzer_.closed(last_time_, entry.first,
                       {parser::Closed::How::kLost, "the recording ended before the connection did"});
    }
    connections_.clear();
    base_ = highest_;
  }

  void add_interface(const pcapng::Block& block) {
    pcapng::Fields fields(block.body, block.swapped);
    Interface interface;
    interface.link = fields.u16();
    fields.u16();
    fields.u32();
    pcapng::Options options(fields);
    for (pcapng::Option option; options.next(option);) {
      if (option.code == pcapng::kInterfaceResolution && !option.value.empty()) {
        interface.resolution = static_cast<uint8_t>(option.value[0]);
      }
    }
    if (interfaces_.size() < 65'536) interfaces_.push_back(interface);
  }

  void report_foreign_packet() {
    report("Packet " + std::to_string(frames_) + " was not written by stanzascope and is left out.");
  }

  void take_packet(const pcapng::Block& block) {
    pcapng::Fields fields(block.body, block.swapped);
    const uint32_t interface = fields.u32();
    uint64_t ticks = uint64_t{fields.u32()} << 32;
    ticks |= fields.u32();
    const uint32_t captured = fields.u32();
    fields.u32();
    const std::string_view frame = fields.bytes(captured);
    if (!fields.ok() || interface >= interfaces_.size()) {
      report("Packet " + std::to_string(frames_) +
             " is damaged: its lengths do not fit, or its interface is "
             "unknown.");
      return;
    }
    Found found;
    pcapng::Options options(fields);
    for (pcapng::Option option; options.next(option);) take_option(option, found);
    if (options.damaged()) {
      report("Packet " + std::to_string(frames_) + " is damaged: an option reaches beyond it.");
    }
    TcpSegment segment;
    if (!found.recorded || interfaces_[interface].link != pcapng::kLinkEthernet ||
        !parse_frame(frame, segment)) {
      report_foreign_packet();
      return;
    }
    if (!segment.checksum_ok) {
      report("Packet " + std::to_string(frames_) +
             " was changed since it was recorded: its TCP checksum is wrong. It is read as it is now.");
    }
    if (found.record.forwarded) return;
    last_time_ = time_of(ticks, interfaces_[interface].resolution);
    if (found.record.connection > kMostConnections) {
      report("Packet " + std::to_string(frames_) + " is damaged: it names an impossible connection.");
      return;
    }
    const std::string_view bytes =
        found.record.bytes_in_option ? std::string_view(found.bytes) : segment.payload;
    take_record(found, bytes);
  }

  void take_option(const pcapng::Option& option, Found& found) {
    if (option.code == pcapng::kComment) {
      add_comment(option.value);
    } else if (!option.ours) {
      return;
    } else if (option.code == pcapng::kCustomText && option.value.starts_with("{\"mark\"")) {
      if (std::string text; marks_.size() < kMostMarks && parse_mark(option.value, text)) {
        marks_.push_back({frames_, readable(text, kMostMarkText)});
      }
    } else if (option.code == pcapng::kCustomText) {
      // Findings and masks are for other programs: they are not even parsed.
      if (option.value.starts_with("{\"finding\"") || option.value.starts_with("{\"masked\"")) return;
      parser::ConnectionFact fact = parse_fact(option.value);
      if (fact.index() != 0) found.facts.push_back(std::move(fact));
    } else if (RecordType type; option.code == pcapng::kCustomBinary && record_type(option.value, type)) {
      const std::string_view rest = option.value.substr(kRecordHead);
      if (type == RecordType::kPacket) {
        found.recorded = decode(option.value, found.record);
      } else if (type == RecordType::kBytes) {
        found.bytes.append(rest);
      } else if (!found.facts.empty()) {
        auto* edit = std::get_if<parser::Edit>(&found.facts.back());
        if (edit != nullptr) edit->replacement.append(rest);
      }
    }
  }

  void add_comment(std::string_view text) {
    if (!keep_comments_ || comment_bytes_ + text.size() > kMostCommentBytes) return;
    comment_bytes_ += text.size();
    comments_.push_back({frames_, readable(text, pcapng::kMaxOption)});
  }

  void take_record(Found& found, std::string_view bytes) {
    const PacketRecord& record = found.record;
    if (record.kind == PacketKind::kFraming) return;
    const ConnectionId id = base_ + record.connection;
    highest_ = std::max(highest_, id);
    if (!only_.empty() && !only_.contains(id)) return;
    if (record.kind == PacketKind::kOpened) {
      open(id, found);
      return;
    }
    const auto entry = connections_.find(id);
    if (entry == connections_.end()) {
      report("Packet " + std::to_string(frames_) + " belongs to connection " + std::to_string(id) +
             ", which is not open here, and is left out.");
      return;
    }
    Connection& connection = entry->second;
    for (const parser::ConnectionFact& fact : found.facts) {
      if (const auto* edit = std::get_if<parser::Edit>(&fact)) {
        if (record.kind == PacketKind::kEdit) connection.edits.push_back(frames_);
        analyzer_.edited(last_time_, id, *edit);
      }
    }
    Side& side = connection.sides[parser::index(record.direction)];
    switch (record.kind) {
      case PacketKind::kViolation:
        if (!record.more && side.marks.size() < kMostViolations) {
          side.marks.push_back({record.offset, last_time_, frames_});
        }
        take_bytes(id, record, side, bytes);
        break;
      case PacketKind::kUnparsed:
        if (!record.more && side.unparsed.size() < kMostViolations) side.unparsed.push_back(frames_);
        take_bytes(id, record, side, bytes);
        break;
      case PacketKind::kElement:
        take_bytes(id, record, side, bytes);
        break;
      default:
        take_fact(id, connection, found);
        break;
    }
  }

  void open(ConnectionId id, const Found& found) {
    const auto* info = found.facts.empty() ? nullptr : std::get_if<parser::ConnectionInfo>(&found.facts[0]);
    if (info == nullptr) {
      report("Packet " + std::to_string(frames_) +
             " should say who opened a connection, and does not: it is "
             "left out.");
    } else if (!connections_.try_emplace(id).second) {
      report("Packet " + std::to_string(frames_) +
             " opens a connection that is open already, and is left out.");
    } else {
      analyzer_.opened(last_time_, id, *info);
    }
  }

  void take_fact(ConnectionId id, Connection& connection, const Found& found) {
    for (const parser::ConnectionFact& fact : found.facts) {
      if (const auto* upstream = std::get_if<parser::UpstreamConnected>(&fact)) {
        analyzer_.upstream(last_time_, id, *upstream);
      } else if (const auto* tls = std::get_if<parser::TlsEstablished>(&fact)) {
        analyzer_.tls_established(last_time_, id, *tls);
      } else if (const auto* notice = std::get_if<parser::Notice>(&fact)) {
        analyzer_.notice(last_time_, id, *notice);
      } else if (const auto* dropped = std::get_if<parser::Dropped>(&fact)) {
        Side& side = connection.sides[parser::index(dropped->direction)];
        release_held(id, dropped->direction, side);
        side.fed += dropped->bytes;
        analyzer_.dropped(last_time_, id, *dropped);
      } else if (const auto* closed = std::get_if<parser::Closed>(&fact)) {
        release_held(id, Direction::kC2S, connection.sides[0]);
        release_held(id, Direction::kS2C, connection.sides[1]);
        analyzer_.closed(last_time_, id, *closed);
        connections_.erase(id);
        return;
      }
    }
  }

  void take_bytes(ConnectionId id, const PacketRecord& record, Side& side, std::string_view bytes) {
    if (!bytes.empty()) side.last_frame = frames_;
    if (!record.more && side.held.empty() && side.marks.empty()) {
      side.item_begun = false;
      if (!bytes.empty()) hand_over(last_time_, id, record.direction, side, bytes);
      return;
    }
    const bool ends_item = !record.more && (record.kind != PacketKind::kViolation || !bytes.empty());
    side.held.append(bytes);
    side.held_time = last_time_;
    const std::string held = std::exchange(side.held, {});
    size_t done = hand_over_marked(id, record.direction, side, held);
    if (ends_item || held.size() - done > kMostHeld) {
      // What could not be framed was handed out as far as it had been gathered when the fault showed, which
      // the StreamReader does in slices. The same piece results here if the bytes behind the
      // fault are in one slice with it.
      const uint64_t before = side.marks.empty() ? 0 : side.marks.back().end - 1;
      if (record.kind == PacketKind::kUnparsed && side.item_begun && before > side.fed &&
          held.size() - done > parser::StreamReader::kSlice) {
        const auto size = static_cast<size_t>(std::min<uint64_t>(before - side.fed, held.size() - done));
        hand_over(last_time_, id, record.direction, side, std::string_view(held).substr(done, size));
        done += size;
      }
      if (done < held.size()) {
        hand_over(last_time_, id, record.direction, side, std::string_view(held).substr(done));
      }
      done = held.size();
      side.item_begun = false;
      // A mark that did not show where it should have belongs to another version's idea of the bytes.
      if (record.kind == PacketKind::kElement) {
        std::erase_if(side.marks, [&side](const Violation& mark) { return mark.end <= side.fed; });
      }
    }
    side.held = held.substr(done);
  }

  // Hands over what earlier marks allow: up to where each shows, with its time. Where exactly a parser
  // notices is its own affair, so the last bytes go one by one. Returns how much was handed over.
  size_t hand_over_marked(ConnectionId id, Direction direction, Side& side, const std::string& held) {
    size_t done = 0;
    while (!side.marks.empty() && done < held.size()) {
      const Violation mark = side.marks.front();
      if (mark.time == last_time_ && mark.frame != frames_) break;  // noticed with what goes on here
      if (mark.end > side.fed + held.size() - done) break;          // its bytes are not there yet
      const size_t left = side.marks.size();
      size_t size = mark.end > side.fed ? static_cast<size_t>(mark.end - side.fed) : 1;
      for (; done < held.size() && side.marks.size() == left; size = 1) {
        hand_over(mark.time, id, direction, side, std::string_view(held).substr(done, size));
        done += size;
        side.item_begun = true;
      }
    }
    return done;
  }

  void hand_over(Time time, ConnectionId id, Direction direction, Side& side, std::string_view bytes) {
    side.fed += bytes.size();
    analyzer_.bytes(time, id, direction, bytes);
  }

  void release_held(ConnectionId id, Direction direction, Side& side) {
    if (side.held.empty()) return;
    const std::string held = std::exchange(side.held, {});
    hand_over(side.held_time, id, direction, side, held);
  }

  void release_held() {
    std::map<ConnectionId, Connection*> ordered;
    for (auto& entry : connections_) ordered[entry.first] = &entry.second;
    for (const auto& [id, connection] : ordered) {
      release_held(id, Direction::kC2S, connection->sides[0]);
      release_held(id, Direction::kS2C, connection->sides[1]);
    }
  }

  static constexpr ConnectionId kMostConnections = uint64_t{1} << 48;

  parser::Analyzer analyzer_;
  Format format_ = Format::kUnknown;
  std::string beginning_;  // of the file, until its format is known
  std::unique_ptr<ZstdDecoder> decoder_;
  std::string compressed_end_;  // what is wrong with it
  std::string pending_;         // the beginning of a block that is not whole yet
  size_t needed_ = 0;           // how long it is
  bool swapped_ = false;
  bool section_seen_ = false;
  bool own_section_ = false;
  bool stopped_ = false;  // damaged or foreign: nothing more is read
  bool finished_ = false;
  bool failed_ = false;
  std::string error_;
  std::vector<Interface> interfaces_;
  std::vector<Damage> damage_;
  std::vector<Comment> comments_;
  bool keep_comments_ = true;
  std::vector<captures::Mark> marks_;
  size_t comment_bytes_ = 0;
  uint64_t frames_ = 0;
  uint64_t offset_ = 0;
  Time last_time_{};
  ConnectionId base_ = 0;     // added to the numbers of this section
  ConnectionId highest_ = 0;  // number given so far
  std::unordered_map<ConnectionId, Connection> connections_;
  std::set<ConnectionId> only_;
};

Reader::Reader(const parser::AnalyzerOptions& options, parser::EventSink& sink)
    : impl_(std::make_unique<Impl>(options, sink)) {}
Reader::~Reader() = default;

void Reader::feed(std::string_view bytes) {
  impl_->feed(bytes);
}
void Reader::only(const std::set<parser::ConnectionId>& connections) {
  impl_->only(connections);
}
void Reader::skip_to(uint64_t frame, uint64_t offset) {
  impl_->skip_to(frame, offset);
}
void Reader::pass_to_end(uint64_t frame, parser::Time time) {
  impl_->pass_to_end(frame, time);
}
void Reader::finish() {
  impl_->finish();
}
bool Reader::failed() const {
  return impl_->failed();
}
const std::string& Reader::error() const {
  return impl_->error();
}
const std::vector<Damage>& Reader::damage() const {
  return impl_->damage();
}
const std::vector<Comment>& Reader::comments() const {
  return impl_->comments();
}
void Reader::keep_comments(bool keep) {
  impl_->keep_comments(keep);
}
const std::vector<Mark>& Reader::marks() const {
  return impl_->marks();
}
uint64_t Reader::frames() const {
  return impl_->frames();
}
uint64_t Reader::offset() const {
  return impl_->offset();
}

}  // namespace captures
