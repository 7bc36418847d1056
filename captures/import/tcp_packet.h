// What reassembly wants of a packet of a foreign capture, and where it comes from: link layers, IPv4 and IPv6
// (fragments joined), TCP. Sans-I/O.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "parser/stream/connection.h"

namespace captures {

struct TcpEnd {
  std::array<uint8_t, 16> ip{};  // IPv4 in its IPv4-mapped form
  uint16_t port = 0;
  auto operator<=>(const TcpEnd&) const = default;
  std::string address() const;  // numeric
};

struct TcpPacket {
  uint64_t frame = 0;  // number in its file, from 1
  parser::Time time{};
  TcpEnd from;
  TcpEnd to;
  uint32_t seq = 0;
  uint32_t ack = 0;
  bool syn = false, has_ack = false, fin = false, rst = false;
  std::string payload;
  uint32_t missing = 0;  // bytes behind `payload` that were sent, and cut off when the packet was recorded
};

class PacketDissector {
 public:
  PacketDissector();
  ~PacketDissector();
  // Whether frames of that kind (a number of the registry of link types) can be read.
  static bool knows(int link);
  // False where it is no TCP packet, or one that is damaged. `size` is how long the frame was on the wire.
  bool dissect(int link, std::string_view frame, size_t size, TcpPacket& packet);

 private:
  struct Fragments;
  std::unique_ptr<Fragments> fragments_;
};

}  // namespace captures
