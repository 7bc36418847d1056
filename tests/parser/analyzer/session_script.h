// Sessions as playbooks: each step says who sends what and what it must become. A step that was never played
// is a difference in the trace, so a script cannot pass by not running.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "parser/analyzer.h"
#include "parser/stream/session_state.h"
#include "tests/support/sanitized.h"

namespace parser::testing {

inline Time at_ms(int64_t milliseconds) {
  return Time(std::chrono::milliseconds(milliseconds));
}

struct Step {
  enum class What { kClient, kServer, kTls, kClosed };
  What what;
  std::string bytes;     // of kClient and kServer: one element, or several
  std::string expected;  // one line per event: "kind phase turn"
};

inline Step client(std::string bytes, std::string expected) {
  return {Step::What::kClient, std::move(bytes), std::move(expected)};
}
inline Step server(std::string bytes, std::string expected) {
  return {Step::What::kServer, std::move(bytes), std::move(expected)};
}
// TLS begins on both legs.
inline Step tls(std::string expected) {
  return {Step::What::kTls, {}, std::move(expected)};
}
inline Step closed(std::string expected) {
  return {Step::What::kClosed, {}, std::move(expected)};
}

// Everything about an event that must not depend on how its bytes were chunked, except the frame.
inline std::string describe(const StreamEvent& event) {
  std::string text(name(event.kind));
  text += ' ';
  text += name(event.phase);
  text += event.direction == Direction::kC2S ? " c2s " : " s2c ";
  text += std::to_string(event.range.begin) + "-" + std::to_string(event.range.end);
  text += " t" + std::to_string(event.time.time_since_epoch().count());
  text += " {" + std::string(event.ns) + "}" + std::string(event.local);
  text += " from=" + std::string(event.from) + " to=" + std::string(event.to);
  text += " id=" + std::string(event.id) + " type=" + std::string(event.stanza_type);
  if (event.restart) text += " restart";
  if (event.error) text += " error=" + std::string(xml::name(event.error->code));
  if (event.answers) text += " rtt=" + std::to_string(event.answers->rtt.count());
  for (const Finding& finding : event.findings) text += " " + std::string(finding.rule);
  for (const Edit& edit : event.edits) text += " edit=" + edit.name;
  return text;
}

class Recorder : public EventSink {
 public:
  void on_event(const StreamEvent& event) override {
    brief.push_back(std::string(name(event.kind)) + " " + std::string(name(event.phase)) + " " +
                    std::string(turn(event.phase)));
    if (event.kind == EventKind::kKeepalive && !keepalive_.empty() && keepalive_ == key(event)) {
      return;  // a run of whitespace is one event per feed()
    }
    keepalive_ = event.kind == EventKind::kKeepalive ? key(event) : std::string();
    full.push_back(event.kind == EventKind::kKeepalive ? keepalive_ : describe(event));
    if (is_element(event.kind)) bytes[index(event.direction)] += event.bytes;
    if (watch) watch(event);
  }

  std::vector<std::string> brief;
  std::vector<std::string> full;
  std::array<std::string, 2> bytes;  // what the elements of a direction held
  std::function<void(const StreamEvent&)> watch;

 private:
  static std::string key(const StreamEvent& event) {
    return std::string("keepalive ") + (event.direction == Direction::kC2S ? "c2s" : "s2c");
  }
  std::string keepalive_;
};

// How a script's bytes are handed over.
using Chunking = std::function<std::vector<std::string_view>(size_t step, std::string_view bytes)>;
inline std::vector<std::string_view> whole(size_t, std::string_view bytes) {
  return {bytes};
}
inline std::vector<std::string_view> byte_by_byte(size_t, std::string_view bytes) {
  std::vector<std::string_view> chunks;
  for (size_t i = 0; i < bytes.size(); ++i) chunks.push_back(bytes.substr(i, 1));
  return chunks;
}

inline void play(Analyzer& analyzer, const std::vector<Step>& script, const ConnectionInfo& info,
                 const Chunking& chunking) {
  analyzer.opened(at_ms(0), 1, info);
  int64_t time = 0;
  for (size_t i = 0; i < script.size(); ++i) {
    time += 10;
    const Step& step = script[i];
    switch (step.what) {
      case Step::What::kClient:
      case Step::What::kServer:
        for (const std::string_view chunk : chunking(i, step.bytes)) {
          analyzer.bytes(at_ms(time), 1, step.what == Step::What::kClient ? Direction::kC2S : Direction::kS2C,
                         chunk);
        }
        break;
      case Step::What::kTls: {
        TlsEstablished fact;
        fact.version = "TLSv1.3";
        fact.leg = Leg::kServer;
        analyzer.tls_established(at_ms(time), 1, fact);
        fact.leg = Leg::kClient;
        analyzer.tls_established(at_ms(time), 1, fact);
        break;
      }
      case Step::What::kClosed:
        analyzer.closed(at_ms(time), 1, Closed{});
        break;
    }
  }
}

inline std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    lines.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return lines;
}

inline std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

// Plays the script and compares the whole trace; then again byte by byte, and split at every place once,
// which must give the very same events.
inline void expect_session(const std::vector<Step>& script, const ConnectionInfo& info = {},
                           const AnalyzerOptions& options = {}) {
  Recorder once;
  {
    Analyzer analyzer(options, once);
    play(analyzer, script, info, whole);
    EXPECT_EQ(analyzer.open_connections(), script.back().what == Step::What::kClosed ? 0u : 1u);
  }
  std::vector<std::string> expected;
  for (const Step& step : script) {
    for (const std::string& line : lines_of(step.expected)) expected.push_back(line);
  }
  std::vector<std::string> seen(once.brief.begin() + 1, once.brief.end());  // without "opened"
  EXPECT_EQ(joined(seen), joined(expected));

  Recorder bytewise;
  {
    Analyzer analyzer(options, bytewise);
    play(analyzer, script, info, byte_by_byte);
  }
  EXPECT_EQ(joined(bytewise.full), joined(once.full)) << "byte by byte";

  for (size_t step = 0; step < script.size(); ++step) {
    for (size_t cut = 1; cut < script[step].bytes.size(); cut += test::kEachPlace) {
      Recorder split;
      Analyzer analyzer(options, split);
      play(analyzer, script, info, [&](size_t i, std::string_view bytes) {
        return i == step ? std::vector{bytes.substr(0, cut), bytes.substr(cut)} : std::vector{bytes};
      });
      ASSERT_EQ(joined(split.full), joined(once.full)) << "step " << step << " split at byte " << cut;
    }
  }
}

}  // namespace parser::testing
