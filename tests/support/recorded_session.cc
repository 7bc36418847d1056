#include "tests/support/recorded_session.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>

namespace test_support {
namespace {

class LineNumbering : public parser::FrameNumbering {
 public:
  uint64_t frame_of(parser::ConnectionId, parser::EventKind kind, parser::Direction, size_t) override {
    return parser::is_element(kind) ? current : 0;
  }
  uint64_t current = 0;
};

}  // namespace

void EventRecorder::on_event(const parser::StreamEvent& event) {
  bytes_.emplace_back(event.bytes);
  events_.push_back(event);
  events_.back().bytes = bytes_.back();
}

void analyze_session(std::string_view text, parser::EventSink& sink, uint64_t first_frame, bool rules) {
  LineNumbering numbering;
  parser::AnalyzerOptions options;
  options.numbering = &numbering;
  options.rules = rules;
  parser::Analyzer analyzer(options, sink);
  parser::Time time{std::chrono::seconds(1'700'000'000)};
  parser::ConnectionInfo info;
  info.client = {"127.0.0.1", 40000, ""};
  info.server = {"127.0.0.2", 5222, "example.com"};
  analyzer.opened(time, 1, info);
  numbering.current = first_frame;
  std::istringstream lines{std::string(text)};
  for (std::string line; std::getline(lines, line);) {
    if (line.size() < 3 || line.front() == '#') continue;
    time += std::chrono::milliseconds(100);
    const auto direction = line.front() == 'C' ? parser::Direction::kC2S : parser::Direction::kS2C;
    analyzer.bytes(time, 1, direction, std::string_view(line).substr(3));
    ++numbering.current;
  }
  analyzer.closed(time, 1, {});
}

std::string read_source_file(std::string_view path) {
  std::ifstream file(std::string(STANZASCOPE_SOURCE_DIR "/") + std::string(path), std::ios::binary);
  if (!file) {
    std::fprintf(stderr, "cannot read %.*s\n", static_cast<int>(path.size()), path.data());
    std::abort();
  }
  std::ostringstream out;
  out << file.rdbuf();
  return out.str();
}

}  // namespace test_support
