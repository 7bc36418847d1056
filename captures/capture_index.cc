// Per packet two varints are kept in its connection's list: how many frames and how many bytes / 4 it is
// behind the one before; about three bytes for a packet of a chat.
#include "captures/capture_index.h"

#include <algorithm>
#include <cstring>
#include <unordered_map>
#include <utility>

#include "captures/fact_json.h"
#include "captures/packet_record.h"
#include "captures/pcapng.h"
#include "captures/tcp_frames.h"

namespace captures {
namespace {

using parser::ConnectionId;

constexpr std::string_view kMagic("SZIDX\x01\x01\n", 8);
constexpr size_t kFront = 4096;
constexpr size_t kBack = 65'536;
constexpr uint64_t kProgressEvery = 16u << 20;

// Not cryptographic: it finds accidents, and every packet is looked at again when it is read.
uint64_t mixed(uint64_t hash, std::string_view bytes) {
  while (bytes.size() >= 8) {
    uint64_t word = 0;
    std::memcpy(&word, bytes.data(), 8);
    hash = (hash ^ word) * 0x9E3779B97F4A7C15U;
    hash ^= hash >> 29U;
    bytes.remove_prefix(8);
  }
  for (const char c : bytes) hash = (hash ^ static_cast<uint8_t>(c)) * 0x100000001B3U;
  return hash ^ (hash >> 32U);
}

void put(std::string& out, uint64_t value) {
  for (; value >= 0x80; value >>= 7U) out += static_cast<char>(value | 0x80U);
  out += static_cast<char>(value);
}

void put_text(std::string& out, std::string_view text) {
  put(out, text.size());
  out += text;
}

// Numbers off the front; after the first that is not there all are zero and ok is false.
struct Numbers {
  std::string_view rest;
  bool ok = true;
  uint64_t next() {
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      if (rest.empty()) break;
      const auto byte = static_cast<uint8_t>(rest.front());
      rest.remove_prefix(1);
      value |= static_cast<uint64_t>(byte & 0x7FU) << shift;
      if (byte < 0x80) return value;
    }
    ok = false;
    rest = {};
    return 0;
  }
  std::string_view text() {
    const uint64_t size = next();
    if (!ok || size > rest.size()) {
      ok = false;
      rest = {};
      return {};
    }
    const std::string_view value = rest.substr(0, size);
    rest.remove_prefix(size);
    return value;
  }
};

// What of a packet the index needs; false where it is none of ours.
struct Glance {
  uint64_t time = 0;
  PacketRecord record;
  size_t payload = 0;
  std::string_view opened;  // JSON of the facts
};
bool glance(const pcapng::Block& block, Glance& seen) {
  pcapng::Fields fields(block.body, block.swapped);
  fields.u32();
  seen.time = uint64_t{fields.u32()} << 32U;
  seen.time |= fields.u32();
  const uint32_t captured = fields.u32();
  fields.u32();
  const std::string_view frame = fields.bytes(captured);
  if (!fields.ok()) return false;
  // Behind Ethernet: IPv4 or IPv6, and TCP, as the writer makes them.
  const bool v6 = frame.size() > 14 && (static_cast<uint8_t>(frame[14]) >> 4U) == 6;
  const size_t headers = v6 ? 14 + 40 + 20 : 14 + 20 + 20;
  seen.payload = frame.size() > headers ? frame.size() - headers : 0;
  bool ours = false;
  pcapng::Options options(fields);
  for (pcapng::Option option; options.next(option);) {
    if (!option.ours) continue;
    RecordType type{};
    if (option.code == pcapng::kCustomBinary && record_type(option.value, type)) {
      if (type == RecordType::kPacket) ours = decode(option.value, seen.record);
      if (type == RecordType::kBytes) seen.payload += option.value.size() - kRecordHead;
    } else if (option.code == pcapng::kCustomText && option.value.starts_with("{\"opened\"")) {
      seen.opened = option.value;
    }
    if (ours && seen.record.kind == PacketKind::kElement) break;  // the rest is comments and findings
  }
  return ours && !options.damaged();
}

struct Building {
  size_t index = 0;
  PacketPlace last;
};

}  // namespace

parser::ConnectionInfo IndexedConnection::info() const {
  const parser::ConnectionFact fact = parse_fact(facts);
  const auto* info = std::get_if<parser::ConnectionInfo>(&fact);
  return info != nullptr ? *info : parser::ConnectionInfo{};
}

uint64_t identity_digest(std::string_view file) {
  const uint64_t front = mixed(file.size(), file.substr(0, kFront));
  return mixed(front, file.size() > kBack ? file.substr(file.size() - kBack) : file);
}

std::optional<CaptureIndex> CaptureIndex::build(std::string_view file, std::string& why,
                                                const std::function<bool(uint64_t, uint64_t)>& progress) {
  CaptureIndex result;
  std::unordered_map<ConnectionId, Building> building;
  bool swapped = false;
  bool section = false;
  uint64_t shown = 0;
  for (uint64_t offset = 0; offset < file.size();) {
    pcapng::Block block;
    size_t needed = 0;
    std::string problem;
    if (pcapng::cut_block(file.substr(offset), swapped, block, needed, problem) != pcapng::Cut::kBlock) {
      why = "it is damaged or cut at byte " + std::to_string(offset);
      return std::nullopt;
    }
    const bool header = block.type == pcapng::kSectionHeader;
    if (header == section) {
      why = section ? "it has several sections" : "it is no pcapng file";
      return std::nullopt;
    }
    if (block.type == pcapng::kSimplePacket || block.type == pcapng::kObsoletePacket) {
      why = "it has packets of other programs";
      return std::nullopt;
    }
    if (header) {
      section = true;
      if (block.body.find("stanzascope capture 1") == std::string_view::npos) {
        why = "it was not recorded by stanzascope";
        return std::nullopt;
      }
    }
    if (block.type == pcapng::kEnhancedPacket) {
      if (result.frames_++ == 0) result.head_ = offset;
      Glance seen;
      if (!glance(block, seen)) {
        why = "packet " + std::to_string(result.frames_) + " is damaged or of another program";
        return std::nullopt;
      }
      const auto [found, added] = building.try_emplace(seen.record.connection);
      Building& entry = found->second;
      const parser::Time time{parser::Duration(static_cast<int64_t>(seen.time))};
      if (added) {
        entry.index = result.connections_.size();
        result.places_.emplace_back();
        IndexedConnection& fresh = result.connections_.emplace_back();
        fresh.id = seen.record.connection;
        fresh.first_frame = result.frames_;
        fresh.first = time;
      }
      IndexedConnection& connection = result.connections_[entry.index];
      if (!seen.opened.empty()) connection.facts = seen.opened;
      connection.last_frame = result.frames_;
      connection.last = std::max(connection.last, time);
      ++connection.packets;
      if (!seen.record.forwarded) connection.bytes += seen.payload;
      std::string& places = result.places_[entry.index];
      put(places, result.frames_ - entry.last.frame);
      put(places, (offset - entry.last.offset) / 4);
      entry.last = {result.frames_, offset};
    }
    offset += block.size;
    if (progress && offset - shown >= kProgressEvery) {
      shown = offset;
      if (!progress(offset, file.size())) {
        why = "it was not read to its end";
        return std::nullopt;
      }
    }
  }
  if (result.frames_ == 0) {
    why = "there is no packet in it";
    return std::nullopt;
  }
  return result;
}

std::string CaptureIndex::encode(const FileIdentity& identity) const {
  std::string out(kMagic);
  put(out, identity.size);
  put(out, identity.modified);
  put(out, identity.digest);
  put(out, frames_);
  put(out, head_);
  put(out, connections_.size());
  for (size_t i = 0; i < connections_.size(); ++i) {
    const IndexedConnection& c = connections_[i];
    put(out, c.id);
    put_text(out, c.facts);
    put(out, c.first_frame);
    put(out, c.last_frame);
    put(out, c.packets);
    put(out, c.bytes);
    put(out, static_cast<uint64_t>(c.first.time_since_epoch().count()));
    put(out, static_cast<uint64_t>(c.last.time_since_epoch().count()));
    put_text(out, places_[i]);
  }
  const uint64_t digest = mixed(0, out);
  out.append(reinterpret_cast<const char*>(&digest), sizeof digest);
  return out;
}

std::optional<CaptureIndex> CaptureIndex::decode(std::string_view bytes, const FileIdentity& identity) {
  uint64_t digest = 0;
  if (bytes.size() < kMagic.size() + sizeof digest || !bytes.starts_with(kMagic)) return std::nullopt;
  std::memcpy(&digest, bytes.data() + bytes.size() - sizeof digest, sizeof digest);
  bytes.remove_suffix(sizeof digest);
  if (mixed(0, bytes) != digest) return std::nullopt;
  Numbers in{bytes.substr(kMagic.size())};
  FileIdentity of;
  of.size = in.next();
  of.modified = in.next();
  of.digest = in.next();
  if (!in.ok || !(of == identity)) return std::nullopt;
  CaptureIndex result;
  result.frames_ = in.next();
  result.head_ = in.next();
  const uint64_t count = in.next();
  if (count > in.rest.size()) return std::nullopt;  // each takes some bytes
  result.connections_.reserve(count);
  result.places_.reserve(count);
  for (uint64_t i = 0; i < count && in.ok; ++i) {
    IndexedConnection& c = result.connections_.emplace_back();
    c.id = in.next();
    c.facts = in.text();
    c.first_frame = in.next();
    c.last_frame = in.next();
    c.packets = in.next();
    c.bytes = in.next();
    c.first = parser::Time(parser::Duration(static_cast<int64_t>(in.next())));
    c.last = parser::Time(parser::Duration(static_cast<int64_t>(in.next())));
    result.places_.emplace_back(in.text());
  }
  if (!in.ok || !in.rest.empty()) return std::nullopt;
  return result;
}

template <typename Take>
void CaptureIndex::walk(size_t connection, const Take& take) const {
  Numbers in{places_[connection]};
  PacketPlace place;
  while (!in.rest.empty()) {
    place.frame += in.next();
    place.offset += in.next() * 4;
    if (!in.ok || !take(place)) return;
  }
}

std::vector<PacketPlace> CaptureIndex::packets(const std::vector<ConnectionId>& of, uint64_t from,
                                               uint64_t to) const {
  std::vector<PacketPlace> result;
  size_t lists = 0;
  for (size_t i = 0; i < connections_.size(); ++i) {
    if (std::find(of.begin(), of.end(), connections_[i].id) == of.end()) continue;
    ++lists;
    walk(i, [&](const PacketPlace& place) {
      if (place.frame >= from && place.frame <= to) result.push_back(place);
      return place.frame <= to;
    });
  }
  if (lists > 1) {
    std::sort(result.begin(), result.end(),
              [](const PacketPlace& a, const PacketPlace& b) { return a.frame < b.frame; });
  }
  return result;
}

std::vector<ConnectionId> CaptureIndex::with_packets(uint64_t from, uint64_t to) const {
  std::vector<ConnectionId> result;
  for (size_t i = 0; i < connections_.size(); ++i) {
    if (connections_[i].last_frame < from || connections_[i].first_frame > to) continue;
    bool found = false;
    walk(i, [&](const PacketPlace& place) {
      found = place.frame >= from && place.frame <= to;
      return !found && place.frame <= to;
    });
    if (found) result.push_back(connections_[i].id);
  }
  return result;
}

bool read_packets(std::string_view file, const CaptureIndex& index, const std::vector<ConnectionId>& of,
                  const std::vector<PacketPlace>& packets, Reader& reader) {
  if (index.head() > file.size()) return false;
  bool swapped = false;
  pcapng::Block block;
  size_t needed = 0;
  std::string why;
  // The section's byte order, from its first block.
  if (pcapng::cut_block(file, swapped, block, needed, why) != pcapng::Cut::kBlock) return false;
  std::vector<size_t> sizes;
  sizes.reserve(packets.size());
  for (const PacketPlace& place : packets) {
    if (place.offset >= file.size() ||
        pcapng::cut_block(file.substr(place.offset), swapped, block, needed, why) != pcapng::Cut::kBlock ||
        block.type != pcapng::kEnhancedPacket) {
      return false;
    }
    Glance seen;
    if (!glance(block, seen) || std::find(of.begin(), of.end(), seen.record.connection) == of.end()) {
      return false;
    }
    sizes.push_back(block.size);
  }
  reader.feed(file.substr(0, index.head()));
  for (size_t i = 0; i < packets.size() && !reader.failed(); ++i) {
    reader.skip_to(packets[i].frame, packets[i].offset);
    reader.feed(file.substr(packets[i].offset, sizes[i]));
  }
  const auto& connections = index.connections();
  const auto last =
      std::find_if(connections.begin(), connections.end(),
                   [&index](const IndexedConnection& c) { return c.last_frame == index.frames(); });
  if (last != connections.end() && reader.frames() < last->last_frame) {
    reader.pass_to_end(last->last_frame, last->last);
  }
  reader.finish();
  return true;
}

}  // namespace captures
