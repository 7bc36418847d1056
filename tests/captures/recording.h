// Records what an Analyzer is given, and reads it back: the events of both sides are to be compared.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "captures/reader.h"
#include "captures/writer.h"
#include "parser/analyzer.h"
#include "tests/captures/kept_events.h"
#include "tests/captures/string_output.h"

namespace captures::testing {

inline parser::Time at(int64_t milliseconds) {
  return parser::Time(std::chrono::seconds(1'700'000'000) + std::chrono::milliseconds(milliseconds));
}

inline parser::ConnectionInfo some_connection() {
  parser::ConnectionInfo info;
  info.client = {"127.0.0.1", 40'000, ""};
  info.listener = {"127.0.0.1", 15'222, ""};
  info.server = {"192.0.2.7", 5222, "xmpp.example.com"};
  return info;
}

// A live session: an Analyzer whose events are kept and written.
class Recording : private parser::EventSink {
 public:
  explicit Recording(bool record_secrets = true)
      : writer({.record_secrets = record_secrets, .buffer_bytes = 4096, .application = "test"}, &output),
        analyzer(options(writer), *this) {}

  // Everything written; the connections that are still open are lost.
  const std::string& finish(parser::Time time) {
    analyzer.finish(time);
    writer.flush();
    return output.file;
  }

  KeptEvents events;
  std::vector<uint64_t> wrong_frames;  // of events whose number was not that of their last packet
  StringOutput output;
  Writer writer;
  parser::Analyzer analyzer;

 private:
  static parser::AnalyzerOptions options(Writer& writer) {
    parser::AnalyzerOptions options;
    options.numbering = &writer;
    return options;
  }
  void on_event(const parser::StreamEvent& event) override {
    events.on_event(event);
    writer.on_event(event);
  }
};

// A capture read back, fed in pieces of `piece` bytes (0: at once).
class Reread {
 public:
  explicit Reread(std::string_view file, size_t piece = 0, bool finish = true) : reader({}, events) {
    if (piece == 0) piece = file.size() + 1;
    for (size_t begin = 0; begin < file.size(); begin += piece) reader.feed(file.substr(begin, piece));
    if (finish) reader.finish();
  }

  KeptEvents events;
  Reader reader;
};

inline void expect_same(const std::vector<std::string>& live, const std::vector<std::string>& again) {
  for (size_t i = 0; i < live.size() && i < again.size(); ++i) {
    ASSERT_EQ(live[i], again[i]) << "event " << i << " of " << live.size();
  }
  ASSERT_EQ(live.size(), again.size())
      << (live.size() > again.size() ? "missing: " + live[again.size()] : "added: " + again[live.size()]);
}

}  // namespace captures::testing
