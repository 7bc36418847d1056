// An event taken out of its capture, to be told again to another Analyzer.
#pragma once

#include <string>
#include <vector>

#include "parser/analyzer.h"
#include "parser/stream/stream_event.h"

namespace captures {

struct Told {
  parser::Time time{};
  parser::ConnectionId connection = 0;
  parser::Direction direction{};
  parser::EventKind kind{};
  std::string bytes;  // as sent; empty for facts
  parser::ConnectionFact fact;
  std::vector<parser::Edit> edits;
};

Told told(const parser::StreamEvent& event);
// Gives the Analyzer what this event was made of, as one of connection `as`.
void tell(const Told& event, parser::ConnectionId as, parser::Analyzer& analyzer);

}  // namespace captures
