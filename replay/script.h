// What a capture's session says, as the script for peers that play it again: who sends what, in which order
// and after which pause.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "parser/stream/connection.h"
#include "parser/stream/stream_event.h"

namespace replay {

struct Step {
  parser::Direction direction{};
  parser::EventKind kind{};
  std::string name;          // "{namespace}local" of the element; empty for footers and whitespace
  std::string bytes;         // as their sender sent them
  parser::Duration pause{};  // since the step before, of either direction
  bool tls_follows = false;  // <proceed/>: both sides go over to TLS behind it
};

struct Script {
  std::string domain;              // the stream's `to`, else the server's `from`
  bool client_direct_tls = false;  // the client began with TLS
  bool server_direct_tls = false;  // the server was spoken to with TLS from the first byte
  std::vector<Step> steps;         // in the order in which they passed the proxy
};

// Collects one script per connection from a capture's events. At most `most_bytes` of elements are kept in
// all; what is beyond makes `truncated()` true.
class ScriptRecorder : public parser::EventSink {
 public:
  explicit ScriptRecorder(size_t most_bytes = 64 << 20) : most_bytes_(most_bytes) {}

  void on_event(const parser::StreamEvent& event) override;

  const std::map<parser::ConnectionId, Script>& scripts() const { return scripts_; }
  bool truncated() const { return truncated_; }

 private:
  size_t most_bytes_;
  size_t bytes_ = 0;
  bool truncated_ = false;
  std::map<parser::ConnectionId, Script> scripts_;
  std::map<parser::ConnectionId, parser::Time> last_;
};

// "{namespace}local" of an element event; empty where it has no element.
std::string step_name(std::string_view ns, std::string_view local);

}  // namespace replay
