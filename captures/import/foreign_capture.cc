#include "captures/import/foreign_capture.h"

#include <pcap/pcap.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <system_error>
#include <utility>

#include "captures/import/packet_decryption.h"

namespace captures {
namespace {

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
struct ClosePcap {
  void operator()(pcap_t* pcap) const { ::pcap_close(pcap); }
};

constexpr uint64_t kProgressEvery = 4096;  // packets

// `file` belongs to libpcap from then on.
std::string read(std::FILE* file, const ForeignOptions& options, uint64_t size, TcpSessions& sessions,
                 ImportTotals& totals) {
  std::array<char, PCAP_ERRBUF_SIZE> why{};
  const std::unique_ptr<pcap_t, ClosePcap> pcap(
      ::pcap_fopen_offline_with_tstamp_precision(file, PCAP_TSTAMP_PRECISION_MICRO, why.data()));
  if (!pcap) {
    std::fclose(file);
    return std::string("This capture cannot be read: ") + why.data() + ".";
  }
  const int link = ::pcap_datalink(pcap.get());
  if (!PacketDissector::knows(link)) {
    const char* name = ::pcap_datalink_val_to_name(link);
    return std::string("Packets of the kind ") + (name != nullptr ? name : std::to_string(link)) +
           " cannot be read: only Ethernet, Linux cooked, loopback and raw IP can.";
  }
  PacketDissector dissector;
  TcpPacket packet;
  for (;;) {
    pcap_pkthdr* header = nullptr;
    const u_char* data = nullptr;
    const int got = ::pcap_next_ex(pcap.get(), &header, &data);
    if (got == PCAP_ERROR_BREAK) break;
    if (got != 1) {
      totals.notes.push_back("The file is damaged or cut behind packet " + std::to_string(totals.packets) +
                             ": " + ::pcap_geterr(pcap.get()) + ". Everything before it was read.");
      break;
    }
    packet.frame = ++totals.packets;
    packet.time =
        parser::Time(std::chrono::seconds(header->ts.tv_sec) + std::chrono::microseconds(header->ts.tv_usec));
    const std::string_view bytes(reinterpret_cast<const char*>(data), header->caplen);
    if (dissector.dissect(link, bytes, header->len, packet)) sessions.packet(packet);
    if (options.progress && totals.packets % kProgressEvery == 0) {
      const long at = std::ftell(::pcap_file(pcap.get()));
      if (!options.progress(at > 0 ? static_cast<uint64_t>(at) : 0, size)) break;
    }
  }
  sessions.finish();
  return {};
}

}  // namespace

bool is_capture_file(std::string_view beginning) {
  for (const std::string_view magic :
       {std::string_view("\x0A\x0D\x0D\x0A", 4), std::string_view("\xD4\xC3\xB2\xA1", 4),
        std::string_view("\xA1\xB2\xC3\xD4", 4), std::string_view("\x4D\x3C\xB2\xA1", 4),
        std::string_view("\xA1\xB2\x3C\x4D", 4)}) {
    if (beginning.starts_with(magic)) return true;
  }
  return false;
}

std::string read_foreign(const std::string& path, const ForeignOptions& options, parser::Analyzer& analyzer,
                         ImportTotals& totals) {
  PacketDecryption decryption;
  TcpSessions::Decrypted decrypted;
  if (!options.keylog.empty()) {
    if (std::string error = decryption.run(path, options.keylog); !error.empty()) return error;
    decrypted = [&decryption](uint64_t frame) { return decryption.of(frame); };
  }
  std::FILE* file = std::fopen(path.c_str(), "rb");
  if (file == nullptr) {
    return "Cannot open " + path + ": " + std::generic_category().message(errno) + ".";
  }
  std::fseek(file, 0, SEEK_END);
  const long size = std::ftell(file);
  std::rewind(file);
  TcpSessions sessions(analyzer, totals, std::move(decrypted));
  if (decryption.truncated()) {
    totals.notes.push_back("More than 512 MiB were decrypted; what is behind that stays encrypted.");
  }
  const std::string error = read(file, options, size > 0 ? static_cast<uint64_t>(size) : 0, sessions, totals);
  return error.empty() ? error : path + ": " + error;
}

std::string read_foreign(std::string_view bytes, parser::Analyzer& analyzer, ImportTotals& totals) {
  if (bytes.empty()) return "The file is empty.";
  std::string copy(bytes);  // fmemopen() wants to be able to write
  std::FILE* file = ::fmemopen(copy.data(), copy.size(), "rb");
  if (file == nullptr) return "There is no memory for it.";
  TcpSessions sessions(analyzer, totals);
  return read(file, {}, copy.size(), sessions, totals);
}

}  // namespace captures
