// Events as JSON Lines, the stable form for programs: `--json` of `proxy` and `inspect`.
//
// {"type":"element", …} for what has bytes, {"type":"connection", …} for the facts of a connection. Keys are
// only ever added. Byte sequences that are not UTF-8 show as U+FFFD.
#pragma once

#include <string>

#include "app/text_lines.h"
#include "parser/stream/stream_event.h"

namespace app {

// One event as one line, without the newline. `explain`: with "explanation".
std::string json_line(const parser::StreamEvent& event, bool explain = false);

// RFC 3339, UTC, microseconds: "2026-01-02T03:04:05.678901Z".
std::string json_time(parser::Time time);

class JsonLines : public parser::EventSink {
 public:
  explicit JsonLines(TextOutput output, bool explain = false)
      : output_(std::move(output)), explain_(explain) {}
  void on_event(const parser::StreamEvent& event) override { output_(json_line(event, explain_) + "\n"); }

 private:
  TextOutput output_;
  bool explain_;
};

}  // namespace app
