// Synthetic Ethernet/IP/TCP: what makes Wireshark see a conversation.
//
// Lengths, checksums, sequence and acknowledgement numbers are right; MAC addresses are made up.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "parser/stream/connection.h"

namespace captures {

constexpr uint8_t kTcpFin = 0x01;
constexpr uint8_t kTcpSyn = 0x02;
constexpr uint8_t kTcpRst = 0x04;
constexpr uint8_t kTcpPsh = 0x08;
constexpr uint8_t kTcpAck = 0x10;

// One end of a synthetic conversation. IPv4 addresses are kept in their IPv4-mapped form.
struct TcpAddress {
  std::array<uint8_t, 16> ip{};
  uint16_t port = 0;
  bool v6() const;
  bool operator==(const TcpAddress&) const = default;
};

// Reads a numeric address; a zone ("%eth0") is left out. False where it is none: `address` is unchanged.
bool parse_address(const std::string& text, TcpAddress& address);

class TcpConversation {
 public:
  // `seed` (any number, another one for each conversation of a capture) gives the initial sequence numbers.
  // With addresses of different families both are written as IPv6.
  TcpConversation(const TcpAddress& client, const TcpAddress& server, uint64_t seed);

  static constexpr size_t kMaxHeaders = 14 + 40 + 20;
  // Writes the headers of the next segment to `headers` and returns their size; moves the numbers on.
  // `payload` is at most kMaxSegment bytes.
  size_t segment(parser::Direction direction, uint8_t flags, std::string_view payload,
                 std::array<char, kMaxHeaders>& headers);
  // The sequence numbers of this direction leave out that many bytes, which were never recorded.
  void skip(parser::Direction direction, uint64_t bytes);

  const TcpAddress& client() const { return ends_[0]; }
  const TcpAddress& server() const { return ends_[1]; }

 private:
  std::array<TcpAddress, 2> ends_;
  std::array<uint32_t, 2> next_;        // sequence number of the next byte, by direction
  std::array<uint32_t, 2> header_sum_;  // of what never changes in the pseudo header, by direction
  bool v6_;
  // By direction; toggles: equal empty segments would show as duplicate acknowledgements.
  std::array<bool, 2> narrow_window_{};
};

// An element longer than a segment is cut. Their number follows from its size alone, so that frame numbers
// are known before the bytes are looked at.
constexpr size_t kSegment = 57'344;     // nominal
constexpr size_t kSegmentSlack = 4096;  // a cut may be that much earlier, to avoid a '>' before it
constexpr size_t kMaxSegment = kSegment + kSegmentSlack;
constexpr size_t segment_count(size_t bytes) {
  return bytes == 0 ? 1 : (bytes + kSegment - 1) / kSegment;
}
// Where to cut off the segment that begins at `begin` and is number `index` (from 0) of `bytes`. Wireshark
// takes a segment whose last visible character is '>' for the end of an element, so a cut is never behind
// one (nor behind whitespace, which may follow one), unless 4096 bytes hold nothing else.
size_t segment_end(std::string_view bytes, size_t index);
// How much of an incomplete element may be written without such an end; 0: nothing.
size_t safe_prefix(std::string_view partial);

// What the reader wants of a frame.
struct TcpSegment {
  uint8_t flags = 0;
  bool checksum_ok = false;
  std::string_view payload;
};
// False where it is no Ethernet/IPv4 or IPv6/TCP frame, or one that is cut short.
bool parse_frame(std::string_view frame, TcpSegment& segment);

}  // namespace captures
