// Runs a transcript through the whole analyzer and keeps what came out.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "parser/analyzer.h"
#include "parser/transcript.h"

namespace test_support {

// Events keep their elements; their `bytes` are gone.
struct TranscriptRun {
  std::string error;  // of the notation, with its line; empty: it was played
  std::vector<parser::StreamEvent> events;
  std::vector<parser::Finding> findings;  // of all events, in their order

  // "rule severity" of every finding at or above `least`, in order.
  std::vector<std::string> fired(parser::Severity least = parser::Severity::kNote) const;
  // Findings of one rule.
  std::vector<parser::Finding> of(std::string_view rule) const;
  // What went wrong, for messages: every finding in a line of its own.
  std::string describe() const;
};

// Keeps what an analyzer says.
class EventCollector final : public parser::EventSink {
 public:
  void on_event(const parser::StreamEvent& event) override;
  TranscriptRun run;
};

TranscriptRun run_transcript(std::string_view text,
                             parser::rules::Profile profile = parser::rules::Profile::kRfc6120,
                             size_t chunk = 0);

}  // namespace test_support
