// Counts what passes: the last line of `inspect`, and what --fail-on looks at.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_set>

#include "parser/stream/stream_event.h"

namespace app {

class Tally : public parser::EventSink {
 public:
  void on_event(const parser::StreamEvent& event) override;
  // What comes now has connections of its own, whatever their numbers.
  void begin_file();

  uint64_t elements() const { return elements_; }
  // That anything passed of. Exact up to kMostCounted per file.
  uint64_t connections() const { return connections_ + here_.size(); }
  static constexpr size_t kMostCounted = 1'000'000;
  uint64_t findings(parser::Severity severity) const { return findings_[static_cast<size_t>(severity)]; }
  // Whether there was a finding of that severity or a graver one.
  bool reached(parser::Severity severity) const;
  // "214 elements on 3 connections, findings: 1 error, 2 warnings, 0 notes"
  std::string words() const;

 private:
  uint64_t elements_ = 0;
  uint64_t connections_ = 0;                       // of earlier files
  std::unordered_set<parser::ConnectionId> here_;  // of this one
  std::array<uint64_t, 3> findings_{};
};

}  // namespace app
