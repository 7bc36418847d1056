// XMPP sessions out of the TCP packets of a foreign capture: segments put in order, what the capture missed
// told as dropped bytes, connections that carry no XMPP left out. Sans-I/O.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "captures/import/tcp_packet.h"
#include "parser/analyzer.h"

namespace captures {

struct ImportTotals {
  uint64_t packets = 0;      // in the file
  uint64_t connections = 0;  // with XMPP
  uint64_t left_out = 0;     // TCP connections that said something else
  uint64_t lost = 0;         // bytes of XMPP connections that the capture does not have
  uint64_t encrypted = 0;    // bytes that stay encrypted
  uint64_t decrypted = 0;
  std::vector<std::string> notes;  // what was lost or guessed, one sentence each; at most 200
};

class TcpSessions {
 public:
  // What was encrypted in the packet with that number, in clear; empty: nothing, or nobody knows.
  using Decrypted = std::function<std::vector<std::string>(uint64_t frame)>;

  TcpSessions(parser::Analyzer& analyzer, ImportTotals& totals, Decrypted decrypted = {});
  ~TcpSessions();
  void packet(const TcpPacket& packet);
  void finish();

 private:
  class Session;
  using Key = std::pair<TcpEnd, TcpEnd>;  // the lower end first

  void note(std::string text);
  void drop(std::map<Key, std::unique_ptr<Session>>::iterator session);

  parser::Analyzer& analyzer_;
  ImportTotals& totals_;
  Decrypted decrypted_;
  std::map<Key, std::unique_ptr<Session>> sessions_;
  parser::Time last_{};
  parser::ConnectionId next_ = 1;
};

}  // namespace captures
