// A session that the analyzer joins in its middle, played by hand: for what a transcript cannot say (edits of
// the proxy, bytes that were not seen, a beginning that nobody knows).
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "parser/analyzer.h"
#include "tests/support/transcript_run.h"

namespace test_support {

class JoinedSession {
 public:
  // Juliet has long been bound, and all of it will be seen.
  static parser::AssumedSession juliet() {
    return {
        .encrypted = true, .authenticated = true, .bound_jid = "juliet@example.com/balcony", .domain = {}};
  }

  // Without `assumed` nobody knows what was before.
  explicit JoinedSession(std::optional<parser::AssumedSession> assumed = juliet())
      : analyzer_(parser::AnalyzerOptions(), collector_) {
    parser::ConnectionInfo info;
    info.from_start = false;
    info.assumed = std::move(assumed);
    analyzer_.opened(now_, kConnection, info);
  }

  void client(std::string_view bytes) { say(parser::Direction::kC2S, bytes); }
  void server(std::string_view bytes) { say(parser::Direction::kS2C, bytes); }
  void wait(parser::Duration time) { now_ += time; }
  // The next `length` bytes of that direction, from `skip` on, are forwarded differently.
  void edit(parser::Direction direction, uint64_t skip, uint64_t length, std::string replacement,
            std::string name = "test") {
    const uint64_t begin = sent_[index(direction)] + skip;
    analyzer_.edited(now_, kConnection,
                     {direction, {begin, begin + length}, std::move(replacement), std::move(name), "test"});
  }
  // That many bytes of the direction were not seen.
  void drop(parser::Direction direction, uint64_t bytes) {
    analyzer_.dropped(now_, kConnection, {direction, bytes});
  }
  void close(const parser::Closed& how) { analyzer_.closed(now_, kConnection, how); }
  // What came of it. Once, at the end.
  const TranscriptRun& end() {
    analyzer_.finish(now_);
    return collector_.run;
  }

 private:
  static constexpr parser::ConnectionId kConnection = 1;

  void say(parser::Direction direction, std::string_view bytes) {
    now_ += std::chrono::milliseconds(1);
    analyzer_.bytes(now_, kConnection, direction, bytes);
    sent_[index(direction)] += bytes.size();
  }

  parser::Time now_{std::chrono::seconds(1'000'000'000)};
  std::array<uint64_t, 2> sent_{};  // by direction
  EventCollector collector_;
  parser::Analyzer analyzer_;
};

}  // namespace test_support
