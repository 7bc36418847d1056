// Where in a capture the packets of each connection are, so that one connection of a large file is read
// without the others. Sans-I/O; captures/file_index.h keeps it beside the file.
//
// Only for captures of one section that are whole and written by stanzascope: anything else is read as it
// always was.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "captures/reader.h"
#include "parser/stream/connection.h"

namespace captures {

// What an index was made of. It is used for exactly that, and made anew for anything else.
struct FileIdentity {
  uint64_t size = 0;      // bytes
  uint64_t modified = 0;  // nanoseconds since 1970
  uint64_t digest = 0;    // of the first 4 KiB and the last 64 KiB
  bool operator==(const FileIdentity&) const = default;
};
uint64_t identity_digest(std::string_view file);

struct IndexedConnection {
  parser::ConnectionId id = 0;
  std::string facts;  // JSON of the ConnectionInfo: read only when it is asked for
  parser::ConnectionInfo info() const;
  uint64_t first_frame = 0;
  uint64_t last_frame = 0;
  uint64_t packets = 0;
  uint64_t bytes = 0;  // of the stream, both directions, as sent
  parser::Time first{};
  parser::Time last{};
};

struct PacketPlace {
  uint64_t frame = 0;
  uint64_t offset = 0;  // of its block in the file
};

class CaptureIndex {
 public:
  // Nothing, and why as one sentence, where the file cannot be indexed. `progress` as read_file's.
  static std::optional<CaptureIndex> build(std::string_view file, std::string& why,
                                           const std::function<bool(uint64_t, uint64_t)>& progress = {});
  // The form that is kept. Only decode() of this version and byte order reads it.
  std::string encode(const FileIdentity& identity) const;
  // Nothing where it is damaged, of another version, or of another file.
  static std::optional<CaptureIndex> decode(std::string_view bytes, const FileIdentity& identity);

  uint64_t frames() const { return frames_; }
  uint64_t head() const { return head_; }  // bytes before the first packet: section and interfaces
  const std::vector<IndexedConnection>& connections() const { return connections_; }
  // Packets of these connections with numbers in [from, to], in order.
  std::vector<PacketPlace> packets(const std::vector<parser::ConnectionId>& of, uint64_t from,
                                   uint64_t to) const;
  // Connections with a packet whose number is in [from, to].
  std::vector<parser::ConnectionId> with_packets(uint64_t from, uint64_t to) const;

 private:
  template <typename Take>
  void walk(size_t connection, const Take& take) const;

  uint64_t frames_ = 0;
  uint64_t head_ = 0;
  std::vector<IndexedConnection> connections_;
  std::vector<std::string> places_;  // of each connection: numbers as varints, each the distance to the last
};

// Reads these packets alone. False where the file does not have them there: then nothing was fed, and the
// index is not of this file. Ends with reader.finish().
bool read_packets(std::string_view file, const CaptureIndex& index,
                  const std::vector<parser::ConnectionId>& of, const std::vector<PacketPlace>& packets,
                  Reader& reader);

}  // namespace captures
