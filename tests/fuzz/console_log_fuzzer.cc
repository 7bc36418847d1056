// Any bytes as the log of an XML console: reading ends, what is said comes from the text it is said to come
// from, and the sessions can be played.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string_view>

#include "parser/analyzer.h"
#include "parser/console_log.h"

namespace {

constexpr size_t kMostBytes = size_t{64} << 10U;

class Nobody final : public parser::EventSink {
 public:
  void on_event(const parser::StreamEvent&) override {}
};

// Every piece lies in the text; literal ones say what stands there.
size_t check_sources(const parser::TranscriptStep& step, std::string_view text) {
  size_t at = 0;
  for (size_t i = 0; i < step.source.size(); ++i) {
    const parser::SourcePiece& piece = step.source[i];
    const size_t end = i + 1 < step.source.size() ? step.source[i + 1].at : step.bytes.size();
    if (piece.at < at || end < piece.at || end > step.bytes.size()) std::abort();
    if (piece.offset > text.size() || piece.size > text.size() - piece.offset) std::abort();
    if (piece.literal &&
        step.bytes.compare(piece.at, end - piece.at, text.substr(piece.offset, piece.size)) != 0) {
      std::abort();
    }
    at = piece.at;
  }
  return step.bytes.size();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size > kMostBytes) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const std::optional<parser::Direction> writer :
       {std::optional<parser::Direction>(), std::optional(parser::Direction::kS2C)}) {
    const auto log = parser::read_console_log(text, writer, "juliet@example.com/balcony");
    if (!log) continue;
    if (log->sessions.size() > size + 1 || log->entries > size) std::abort();
    Nobody nobody;
    parser::Analyzer analyzer({}, nobody);
    size_t said = 0;
    parser::ConnectionId number = 0;
    for (const parser::Transcript& session : log->sessions) {
      for (const parser::TranscriptStep& step : session.steps) said += check_sources(step, text);
      parser::play(session, analyzer, ++number, parser::Time{});
    }
    // Unescaping makes things shorter; what is added are the namespaces of stream headers.
    if (said > 8 * size + 256) std::abort();
    analyzer.finish(parser::Time{});
  }
  return 0;
}
