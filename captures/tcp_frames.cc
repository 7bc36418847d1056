// Headers are written into a fixed array, the payload's checksum is summed eight bytes at a time: this runs
// for every stanza of every recorded session.
#include "captures/tcp_frames.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cstring>

namespace captures {
namespace {

constexpr std::array<uint8_t, 12> kV4Mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
constexpr uint8_t kProtocolTcp = 6;

// The Internet checksum's sum (RFC 1071), in this machine's byte order, not folded. `bytes` must not be
// continued by another odd piece.
uint64_t sum(const char* bytes, size_t size) {
  uint64_t total = 0;
  while (size >= 8) {
    uint64_t word;
    std::memcpy(&word, bytes, 8);
    total += word;
    total += total < word;
    bytes += 8;
    size -= 8;
  }
  uint64_t rest = 0;
  if (size > 0) std::memcpy(&rest, bytes, size);
  total += rest;
  total += total < rest;
  return (total & 0xFFFFFFFF) + (total >> 32);
}

uint32_t fold(uint64_t total) {
  total = (total & 0xFFFFFFFF) + (total >> 32);
  total = (total & 0xFFFF) + (total >> 16);
  total = (total & 0xFFFF) + (total >> 16);
  total = (total & 0xFFFF) + (total >> 16);
  return static_cast<uint32_t>(total);
}

void put16(char* at, uint32_t value) {
  at[0] = static_cast<char>(value >> 8);
  at[1] = static_cast<char>(value);
}
void put32(char* at, uint32_t value) {
  put16(at, value >> 16);
  put16(at + 2, value & 0xFFFF);
}
uint16_t get16(const char* at) {
  return static_cast<uint16_t>(static_cast<uint8_t>(at[0]) << 8 | static_cast<uint8_t>(at[1]));
}
void put_checksum(char* at, uint64_t total) {
  const auto value = static_cast<uint16_t>(~fold(total));
  std::memcpy(at, &value, 2);
}

uint64_t mix(uint64_t x) {  // splitmix64's finisher: neighbouring seeds give unrelated numbers
  x += 0x9E3779B97F4A7C15;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
  return x ^ (x >> 31);
}

bool may_end(char c) {
  return static_cast<uint8_t>(c) > ' ' && c != '>';
}

}  // namespace

bool TcpAddress::v6() const {
  return std::memcmp(ip.data(), kV4Mapped.data(), kV4Mapped.size()) != 0;
}

bool parse_address(const std::string& text, TcpAddress& address) {
  std::array<uint8_t, 16> ip{};
  const std::string numeric = text.substr(0, text.find('%'));
  if (inet_pton(AF_INET, numeric.c_str(), ip.data() + 12) == 1) {
    std::copy(kV4Mapped.begin(), kV4Mapped.end(), ip.begin());
  } else if (inet_pton(AF_INET6, numeric.c_str(), ip.data()) != 1) {
    return false;
  }
  address.ip = ip;
  return true;
}

TcpConversation::TcpConversation(const TcpAddress& client, const TcpAddress& server, uint64_t seed)
    : ends_{client, server}, v6_(client.v6() || server.v6()) {
  const uint64_t numbers = mix(seed);
  next_ = {static_cast<uint32_t>(numbers), static_cast<uint32_t>(numbers >> 32)};
  const size_t skipped = v6_ ? 0 : 12;
  uint64_t total = 0;
  for (const TcpAddress& end : ends_) {
    total += sum(reinterpret_cast<const char*>(end.ip.data()) + skipped, 16 - skipped);
  }
  header_sum_ = {fold(total), fold(total)};
}

size_t TcpConversation::segment(parser::Direction direction, uint8_t flags, std::string_view payload,
                                std::array<char, kMaxHeaders>& headers) {
  const size_t from = parser::index(direction);
  const TcpAddress& source = ends_[from];
  const TcpAddress& destination = ends_[1 - from];
  char* at = headers.data();

  // Ethernet: locally administered addresses, 1 the client's and 2 the server's.
  std::memset(at, 0, 12);
  at[0] = at[6] = 2;
  at[5] = static_cast<char>(2 - from);
  at[11] = static_cast<char>(1 + from);
  put16(at + 12, v6_ ? 0x86DD : 0x0800);
  at += 14;

  const size_t tcp_size = 20 + payload.size();
  if (v6_) {
    put32(at, 0x60000000);
    put16(at + 4, static_cast<uint32_t>(tcp_size));
    at[6] = kProtocolTcp;
    at[7] = 64;
    std::memcpy(at + 8, source.ip.data(), 16);
    std::memcpy(at + 24, destination.ip.data(), 16);
    at += 40;
  } else {
    put32(at, 0x45000000 | static_cast<uint32_t>(20 + tcp_size));
    put32(at + 4, 0x00004000);  // do not fragment
    at[8] = 64;
    at[9] = kProtocolTcp;
    put16(at + 10, 0);
    std::memcpy(at + 12, source.ip.data() + 12, 4);
    std::memcpy(at + 16, destination.ip.data() + 12, 4);
    put_checksum(at + 10, sum(at, 20));
    at += 20;
  }

  const bool acknowledges = (flags & kTcpAck) != 0;
  if (payload.empty() && flags == kTcpAck) narrow_window_[from] = !narrow_window_[from];
  put16(at, source.port);
  put16(at + 2, destination.port);
  put32(at + 4, next_[from]);
  put32(at + 8, acknowledges ? next_[1 - from] : 0);
  put16(at + 12, 0x5000U | flags);
  put16(at + 14, narrow_window_[from] ? 65534 : 65535);
  put32(at + 16, 0);
  char pseudo[4];
  put16(pseudo, kProtocolTcp);
  put16(pseudo + 2, static_cast<uint32_t>(tcp_size));
  put_checksum(at + 16, uint64_t{header_sum_[from]} + sum(pseudo, 4) + sum(at, 20) +
                            sum(payload.data(), payload.size()));
  at += 20;
  next_[from] += static_cast<uint32_t>(payload.size()) + ((flags & (kTcpSyn | kTcpFin)) != 0 ? 1 : 0);
  return static_cast<size_t>(at - headers.data());
}

void TcpConversation::skip(parser::Direction direction, uint64_t bytes) {
  // A gap of half the number space or more would look like old data.
  if (bytes < uint64_t{1} << 30) next_[parser::index(direction)] += static_cast<uint32_t>(bytes);
}

size_t segment_end(std::string_view bytes, size_t index) {
  const size_t nominal = (index + 1) * kSegment;
  if (nominal >= bytes.size()) return bytes.size();
  for (size_t end = nominal; end > nominal - kSegmentSlack; --end) {
    if (may_end(bytes[end - 1])) return end;
  }
  return nominal;
}

size_t safe_prefix(std::string_view partial) {
  size_t end = partial.size();
  while (end > 0 && !may_end(partial[end - 1])) --end;
  return end;
}

bool parse_frame(std::string_view frame, TcpSegment& segment) {
  if (frame.size() < 14) return false;
  const uint16_t type = get16(frame.data() + 12);
  frame.remove_prefix(14);
  size_t tcp_size = 0;
  uint64_t total = 0;
  if (type == 0x0800) {
    if (frame.size() < 20 || (frame[0] & 0xF0) != 0x40 || frame[9] != kProtocolTcp) return false;
    const size_t header = (frame[0] & 0x0FU) * 4;
    const size_t whole = get16(frame.data() + 2);
    if (header < 20 || whole < header || frame.size() < whole) return false;
    total = sum(frame.data() + 12, 8);
    tcp_size = whole - header;
    frame.remove_prefix(header);
  } else if (type == 0x86DD) {
    if (frame.size() < 40 || (frame[0] & 0xF0) != 0x60 || frame[6] != kProtocolTcp) return false;
    total = sum(frame.data() + 8, 32);
    tcp_size = get16(frame.data() + 4);
    frame.remove_prefix(40);
  } else {
    return false;
  }
  if (frame.size() < tcp_size || tcp_size < 20) return false;
  const size_t header = (static_cast<uint8_t>(frame[12]) >> 4) * size_t{4};
  if (header < 20 || header > tcp_size) return false;
  char pseudo[4];
  put16(pseudo, kProtocolTcp);
  put16(pseudo + 2, static_cast<uint32_t>(tcp_size));
  total += sum(pseudo, 4) + sum(frame.data(), tcp_size);
  segment.flags = static_cast<uint8_t>(frame[13]);
  segment.checksum_ok = fold(total) == 0xFFFF;
  segment.payload = frame.substr(header, tcp_size - header);
  return true;
}

}  // namespace captures
