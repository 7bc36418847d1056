#include "tests/support/transcript_run.h"

#include <variant>

namespace test_support {

using parser::Finding;
using parser::Severity;
using parser::StreamEvent;

std::vector<std::string> TranscriptRun::fired(Severity least) const {
  std::vector<std::string> names;
  for (const Finding& finding : findings) {
    if (finding.severity >= least)
      names.push_back(std::string(finding.rule) + " " + std::string(name(finding.severity)));
  }
  return names;
}

std::vector<Finding> TranscriptRun::of(std::string_view rule) const {
  std::vector<Finding> found;
  for (const Finding& finding : findings) {
    if (finding.rule == rule) found.push_back(finding);
  }
  return found;
}

std::string TranscriptRun::describe() const {
  std::string text = error;
  for (const Finding& finding : findings) {
    text += "\n  " + std::string(name(finding.severity)) + " " + std::string(finding.rule) + ": " +
            finding.message;
  }
  return text;
}

void EventCollector::on_event(const StreamEvent& event) {
  run.events.push_back(event);
  run.events.back().bytes = {};
  run.findings.insert(run.findings.end(), event.findings.begin(), event.findings.end());
}

TranscriptRun run_transcript(std::string_view text, parser::rules::Profile profile, size_t chunk) {
  EventCollector collector;
  const auto parsed = parser::parse_transcript(text);
  if (const auto* error = std::get_if<parser::TranscriptError>(&parsed)) {
    collector.run.error = "line " + std::to_string(error->line) + ": " + error->message;
    return collector.run;
  }
  parser::AnalyzerOptions options;
  options.profile = profile;
  parser::Analyzer analyzer(options, collector);
  const parser::Time start{std::chrono::seconds(1'000'000'000)};
  const parser::Time end = play(std::get<parser::Transcript>(parsed), analyzer, 1, start, chunk);
  analyzer.finish(end);
  return collector.run;
}

}  // namespace test_support
