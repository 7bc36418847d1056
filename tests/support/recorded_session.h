// A small session written down as text, analysed, and its events kept.
#pragma once

#include <deque>
#include <string>
#include <string_view>

#include "parser/analyzer.h"

namespace test_support {

// Keeps events with the bytes they view.
class EventRecorder : public parser::EventSink {
 public:
  void on_event(const parser::StreamEvent& event) override;
  const std::deque<parser::StreamEvent>& events() const { return events_; }

 private:
  std::deque<std::string> bytes_;
  std::deque<parser::StreamEvent> events_;
};

// "C: <xml>" and "S: <xml>" lines, '#' comments. Frames are counted from `first_frame`, one per line; lines
// are 100 ms apart. Connection 1 is opened before, facts get frame 0.
void analyze_session(std::string_view text, parser::EventSink& sink, uint64_t first_frame = 1,
                     bool rules = false);

// Of the source tree; aborts the test run where it is missing.
std::string read_source_file(std::string_view path);

}  // namespace test_support
