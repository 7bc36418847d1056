// Captures of other programs (tcpdump, Wireshark): pcap and pcapng with XMPP in them, told to an Analyzer.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "captures/import/tcp_sessions.h"
#include "parser/analyzer.h"

namespace captures {

struct ForeignOptions {
  // TLS secrets in the SSLKEYLOGFILE format: with them tshark is run to decrypt. Empty: not.
  std::string keylog;
  std::function<bool(uint64_t done, uint64_t all)> progress;  // bytes; false stops. May be empty
};

// Whether a file that begins like this (4 bytes) may be a capture; whether stanzascope wrote it is not asked.
bool is_capture_file(std::string_view beginning);

// Reads the whole file; ends with Analyzer::finish(). "" or what is wrong, as one sentence; what was lost or
// guessed is in `totals`.
std::string read_foreign(const std::string& path, const ForeignOptions& options, parser::Analyzer& analyzer,
                         ImportTotals& totals);
// The same for a file in memory (without decryption).
std::string read_foreign(std::string_view file, parser::Analyzer& analyzer, ImportTotals& totals);

}  // namespace captures
