// What each packet of a capture says about itself in a custom option: which connection, which direction, what
// kind of packet. Fixed size, little-endian whatever the section's byte order is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "parser/stream/connection.h"

namespace captures {

// The numbers are the file's: they never change meaning.
enum class PacketKind : uint8_t {
  kFraming = 0,  // of the TCP conversation alone: SYN-ACK, FIN, …
  kElement = 1,  // bytes of an element
  kOpened = 2,   // facts of the connection; JSON options say them
  kUpstream = 3,
  kTls = 4,
  kEdit = 5,  // an edit that belongs to no element
  kDropped = 6,
  kNotice = 7,
  kClosed = 8,
  kViolation = 9,  // refused bytes; with an empty segment: inside an element, whose bytes come with it
  kUnparsed = 10,  // bytes that could not be framed
};
constexpr uint8_t kLastPacketKind = 10;

struct PacketRecord {
  PacketKind kind{};
  parser::Direction direction{};
  bool more = false;             // the item goes on in a later packet of this direction
  bool bytes_in_option = false;  // the segment is empty, the bytes are in kBytes options
  bool forwarded = false;        // as forwarded: nothing that the reader needs
  bool masked = false;           // some of the bytes are not those that were sent
  uint64_t connection = 0;
  uint64_t offset = 0;  // of the first byte in its direction; kViolation: behind the last offending byte
};

// What the first bytes of our binary options are: tag and type.
enum class RecordType : uint8_t {
  kPacket = 1,  // a PacketRecord
  kBytes = 2,   // bytes of this packet that are not in its segment
  kEdited = 3,  // the replacement of the edit before it (more than one: in order)
};
constexpr std::string_view kRecordTag = "SZ";
constexpr size_t kRecordHead = 4;  // tag, type, zero
constexpr size_t kPacketRecordSize = kRecordHead + 4 + 8 + 8;

// Exactly kPacketRecordSize bytes at `to`.
void encode(const PacketRecord& record, char* to);
// The type of a binary option of ours, or false where it is none that this version knows.
bool record_type(std::string_view option, RecordType& type);
// False where the option is too short or has a kind that this version does not know.
bool decode(std::string_view option, PacketRecord& record);

}  // namespace captures
