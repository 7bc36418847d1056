// Sessions as a script for Scansion, the test tool of Prosody's makers: named clients that send and receive
// stanzas in an order.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "parser/stream/stream_event.h"

namespace captures {

// Each connection that was bound becomes a client. The handshake is Scansion's own business and left out; ids
// and times that a server makes up become {scansion:any}. Passwords are not known: "password" stands there.
class ScansionExport : public parser::EventSink {
 public:
  explicit ScansionExport(std::string title) : title_(std::move(title)) {}
  void on_event(const parser::StreamEvent& event) override;
  std::string text() const;
  size_t clients() const { return order_.size(); }

 private:
  struct Client {
    std::string name;  // unique in the script
    std::string jid;   // full
    bool connected = false;
  };
  void connect(Client& client, std::string_view jid);

  std::string title_;
  std::map<parser::ConnectionId, Client> clients_;
  std::vector<parser::ConnectionId> order_;
  std::string steps_;
};

}  // namespace captures
