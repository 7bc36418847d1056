// Link layers are a few bytes each; IP and TCP are libtins', which checks their lengths.
#include "captures/import/tcp_packet.h"

#include <arpa/inet.h>
#include <tins/ip.h>
#include <tins/ip_reassembler.h>
#include <tins/ipv6.h>
#include <tins/rawpdu.h>
#include <tins/tcp.h>

#include <algorithm>
#include <cstring>

namespace captures {
namespace {

enum Link : int {
  kNull = 0,
  kEthernet = 1,
  kRawBsd = 12,
  kRaw = 101,
  kLoop = 108,
  kCooked = 113,
  kIpv4 = 228,
  kIpv6 = 229,
  kCooked2 = 276
};

constexpr uint16_t kTypeIpv4 = 0x0800;
constexpr uint16_t kTypeIpv6 = 0x86DD;

uint16_t u16(std::string_view bytes, size_t at) {
  return static_cast<uint16_t>(static_cast<uint8_t>(bytes[at]) << 8U | static_cast<uint8_t>(bytes[at + 1]));
}

// The IP packet inside of a frame; empty where there is none.
std::string_view ip_packet(int link, std::string_view frame) {
  size_t head = 0;
  switch (link) {
    case kEthernet: {
      head = 14;
      if (frame.size() < head) return {};
      uint16_t type = u16(frame, 12);
      // VLAN tags (IEEE 802.1Q, 802.1ad), at most two.
      for (int tags = 0; tags < 2 && (type == 0x8100 || type == 0x88A8); ++tags) {
        if (frame.size() < head + 4) return {};
        type = u16(frame, head + 2);
        head += 4;
      }
      if (type != kTypeIpv4 && type != kTypeIpv6) return {};
      break;
    }
    case kCooked:
      head = 16;
      if (frame.size() < head || (u16(frame, 14) != kTypeIpv4 && u16(frame, 14) != kTypeIpv6)) return {};
      break;
    case kCooked2:
      head = 20;
      if (frame.size() < head || (u16(frame, 0) != kTypeIpv4 && u16(frame, 0) != kTypeIpv6)) return {};
      break;
    case kNull:
    case kLoop:
      head = 4;
      break;
    default:
      break;
  }
  return frame.size() > head ? frame.substr(head) : std::string_view();
}

// Length of the IP packet as its header says it; 0 where that is not told (IPv4 of offloaded segments).
size_t told_length(std::string_view ip) {
  const bool v6 = (static_cast<uint8_t>(ip[0]) >> 4U) == 6;
  if (ip.size() < (v6 ? 40U : 20U)) return 0;
  const size_t length = u16(ip, v6 ? 4 : 2);
  return length == 0 ? 0 : length + (v6 ? 40 : 0);
}

bool take_tcp(const Tins::TCP& tcp, TcpPacket& packet) {
  packet.from.port = tcp.sport();
  packet.to.port = tcp.dport();
  packet.seq = tcp.seq();
  packet.ack = tcp.ack_seq();
  packet.syn = tcp.get_flag(Tins::TCP::SYN) != 0;
  packet.has_ack = tcp.get_flag(Tins::TCP::ACK) != 0;
  packet.fin = tcp.get_flag(Tins::TCP::FIN) != 0;
  packet.rst = tcp.get_flag(Tins::TCP::RST) != 0;
  packet.payload.clear();
  if (const auto* raw = dynamic_cast<const Tins::RawPDU*>(tcp.inner_pdu())) {
    packet.payload.assign(raw->payload().begin(), raw->payload().end());
  }
  return true;
}

}  // namespace

std::string TcpEnd::address() const {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const bool v4 = std::all_of(ip.begin(), ip.begin() + 10, [](uint8_t b) { return b == 0; }) &&
                  ip[10] == 0xFF && ip[11] == 0xFF;
  ::inet_ntop(v4 ? AF_INET : AF_INET6, ip.data() + (v4 ? 12 : 0), text.data(), text.size());
  return text.data();
}

struct PacketDissector::Fragments {
  Tins::IPv4Reassembler v4;
  size_t seen = 0;
};

PacketDissector::PacketDissector() : fragments_(std::make_unique<Fragments>()) {}
PacketDissector::~PacketDissector() = default;

bool PacketDissector::knows(int link) {
  for (const int known : {kNull, kEthernet, kRawBsd, kRaw, kLoop, kCooked, kIpv4, kIpv6, kCooked2}) {
    if (link == known) return true;
  }
  return false;
}

bool PacketDissector::dissect(int link, std::string_view frame, size_t size, TcpPacket& packet) {
  const std::string_view bytes = ip_packet(link, frame);
  if (bytes.empty()) return false;
  const size_t cut = size > frame.size() ? size - frame.size() : 0;
  const size_t told = told_length(bytes);
  packet.missing = 0;
  // Of a packet that was cut off, what is there is taken; its length says how much is not.
  if (cut > 0 && told > bytes.size()) packet.missing = static_cast<uint32_t>(told - bytes.size());
  const auto* data = reinterpret_cast<const uint8_t*>(bytes.data());
  const auto length = static_cast<uint32_t>(bytes.size());
  packet.from.ip = {};
  packet.to.ip = {};
  try {
    if ((data[0] >> 4U) == 4) {
      Tins::IP ip(data, length);
      if (ip.is_fragmented()) {
        constexpr size_t kMostFragments = 10'000;  // then earlier ones that never became whole are forgotten
        if (++fragments_->seen % kMostFragments == 0) fragments_->v4.clear_streams();
        if (fragments_->v4.process(ip) != Tins::IPv4Reassembler::REASSEMBLED) return false;
      }
      const auto source = static_cast<uint32_t>(ip.src_addr());
      const auto target = static_cast<uint32_t>(ip.dst_addr());
      for (TcpEnd* end : {&packet.from, &packet.to}) end->ip[10] = end->ip[11] = 0xFF;
      std::memcpy(packet.from.ip.data() + 12, &source, 4);
      std::memcpy(packet.to.ip.data() + 12, &target, 4);
      const auto* tcp = ip.find_pdu<Tins::TCP>();
      return tcp != nullptr && take_tcp(*tcp, packet);
    }
    if ((data[0] >> 4U) == 6) {
      const Tins::IPv6 ip(data, length);
      const Tins::IPv6Address source = ip.src_addr();
      const Tins::IPv6Address target = ip.dst_addr();
      std::copy(source.begin(), source.end(), packet.from.ip.begin());
      std::copy(target.begin(), target.end(), packet.to.ip.begin());
      const auto* tcp = ip.find_pdu<Tins::TCP>();
      return tcp != nullptr && take_tcp(*tcp, packet);
    }
  } catch (const std::exception&) {
    return false;  // headers that do not fit
  }
  return false;
}

}  // namespace captures
