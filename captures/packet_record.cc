#include "captures/packet_record.h"

#include <bit>
#include <cstring>

namespace captures {
namespace {

constexpr uint8_t kDirectionBit = 1;  // set: server to client
constexpr uint8_t kMoreBit = 2;
constexpr uint8_t kBytesInOptionBit = 4;
constexpr uint8_t kForwardedBit = 8;
constexpr uint8_t kMaskedBit = 16;

void put64(char* to, uint64_t value) {
  if constexpr (std::endian::native == std::endian::little) {
    std::memcpy(to, &value, sizeof value);
    return;
  }
  for (int i = 0; i < 8; ++i) to[i] = static_cast<char>(value >> (8 * i));
}

uint64_t get64(const char* from) {
  uint64_t value = 0;
  for (int i = 7; i >= 0; --i) value = value << 8 | static_cast<uint8_t>(from[i]);
  return value;
}

}  // namespace

void encode(const PacketRecord& record, char* to) {
  std::memset(to, 0, kPacketRecordSize);
  std::memcpy(to, kRecordTag.data(), kRecordTag.size());
  to[2] = static_cast<char>(RecordType::kPacket);
  to[4] = static_cast<char>(record.kind);
  to[5] = static_cast<char>((record.direction == parser::Direction::kS2C ? kDirectionBit : 0) |
                            (record.more ? kMoreBit : 0) | (record.bytes_in_option ? kBytesInOptionBit : 0) |
                            (record.forwarded ? kForwardedBit : 0) | (record.masked ? kMaskedBit : 0));
  put64(to + 8, record.connection);
  put64(to + 16, record.offset);
}

bool record_type(std::string_view option, RecordType& type) {
  if (option.size() < kRecordHead || option.substr(0, 2) != kRecordTag) return false;
  const auto number = static_cast<uint8_t>(option[2]);
  if (number < 1 || number > 3) return false;
  type = static_cast<RecordType>(number);
  return true;
}

bool decode(std::string_view option, PacketRecord& record) {
  if (option.size() < kPacketRecordSize) return false;
  const auto kind = static_cast<uint8_t>(option[4]);
  if (kind > kLastPacketKind) return false;
  const auto flags = static_cast<uint8_t>(option[5]);
  record.kind = static_cast<PacketKind>(kind);
  record.direction = (flags & kDirectionBit) != 0 ? parser::Direction::kS2C : parser::Direction::kC2S;
  record.more = (flags & kMoreBit) != 0;
  record.bytes_in_option = (flags & kBytesInOptionBit) != 0;
  record.forwarded = (flags & kForwardedBit) != 0;
  record.masked = (flags & kMaskedBit) != 0;
  record.connection = get64(option.data() + 8);
  record.offset = get64(option.data() + 16);
  return true;
}

}  // namespace captures
