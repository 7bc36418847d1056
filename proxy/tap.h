// Where a session reports what passes through it, in order: the bytes as sent and the facts. The
// implementation decides what becomes of them (a ring to the recorder's thread, a list in a test).
#pragma once

#include <string_view>

#include "parser/stream/connection.h"

namespace proxy {

class Tap {
 public:
  virtual ~Tap() = default;
  virtual void opened(parser::Time, parser::ConnectionId, const parser::ConnectionInfo&) = 0;
  virtual void upstream(parser::Time, parser::ConnectionId, const parser::UpstreamConnected&) = 0;
  virtual void tls_established(parser::Time, parser::ConnectionId, const parser::TlsEstablished&) = 0;
  virtual void bytes(parser::Time, parser::ConnectionId, parser::Direction, std::string_view) = 0;
  virtual void edited(parser::Time, parser::ConnectionId, const parser::Edit&) = 0;  // before its bytes
  virtual void notice(parser::Time, parser::ConnectionId, const parser::Notice&) = 0;
  virtual void closed(parser::Time, parser::ConnectionId, const parser::Closed&) = 0;
};

}  // namespace proxy
