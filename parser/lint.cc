// The text becomes transcripts that know where each byte came from; these are played into an Analyzer, and
// the ranges of its findings are carried back.
//
// What is not there must not be held against anybody: in a text with one speaker no answer is missing and no
// request. So such a session is told to the analyzer as an incomplete one, which keeps those rules silent.
#include "parser/lint.h"

#include <algorithm>
#include <array>
#include <set>
#include <unordered_map>
#include <utility>

#include "parser/analyzer.h"
#include "parser/stream/stanza.h"
#include "parser/transcript.h"

namespace parser {
namespace {

constexpr size_t npos = std::string_view::npos;

// From the bytes of one direction of one connection to the text.
class Origin {
 public:
  Origin(const Transcript& session, unsigned connection) {
    std::array<uint64_t, 2> sent{};
    for (const TranscriptStep& step : session.steps) {
      if (step.kind != TranscriptStep::Kind::kSay || step.connection != connection) continue;
      uint64_t& base = sent[index(step.direction)];
      for (size_t i = 0; i < step.source.size(); ++i) {
        const SourcePiece& piece = step.source[i];
        if (piece.at >= step.bytes.size()) break;
        const size_t end = i + 1 < step.source.size() ? step.source[i + 1].at : step.bytes.size();
        runs_[index(step.direction)].push_back({base + piece.at, base + std::min(end, step.bytes.size()),
                                                piece.offset, piece.size, piece.literal});
      }
      base += step.bytes.size();
    }
  }

  // Null where none of these bytes came from the text.
  std::optional<ByteRange> of(Direction direction, ByteRange range) const {
    const std::vector<Run>& runs = runs_[index(direction)];
    if (runs.empty() || range.begin > runs.back().end) return std::nullopt;
    ByteRange place;
    place.begin = at(runs, range.begin, false);
    place.end = range.empty() ? place.begin : at(runs, range.end - 1, true);
    if (place.end < place.begin) place.end = place.begin;
    return place;
  }

 private:
  struct Run {
    uint64_t begin, end;
    size_t offset, size;
    bool literal;
  };

  // Where that byte begins, or with `behind` where it ends.
  static uint64_t at(const std::vector<Run>& runs, uint64_t byte, bool behind) {
    auto run = std::upper_bound(runs.begin(), runs.end(), byte,
                                [](uint64_t value, const Run& candidate) { return value < candidate.end; });
    if (run == runs.end()) return runs.back().offset + runs.back().size;
    if (!run->literal) return run->offset + (behind ? run->size : 0);
    return run->offset + (byte - run->begin) + (behind ? 1 : 0);
  }

  std::array<std::vector<Run>, 2> runs_;
};

class Collector : public EventSink {
 public:
  Collector(const std::vector<Origin>& origins, LintReport& report) : origins_(origins), report_(report) {}

  void on_event(const StreamEvent& event) override {
    if (is_element(event.kind)) {
      frames_[event.frame] = {event.connection, event.direction, event.range};
      if (event.kind == EventKind::kUnparsed) {
        unparsed_ += event.range.size();
      } else if (event.kind != EventKind::kKeepalive) {
        ++report_.elements;
      }
      if (event.kind == EventKind::kViolation) refused_.insert({event.connection, event.direction});
    }
    for (const Finding& finding : event.findings)
      report_.findings.push_back({finding, place(finding, event)});
    if (event.kind == EventKind::kViolation && event.findings.empty() && event.error) {
      Finding finding;
      finding.rule = xml::name(event.error->code);
      finding.severity = Severity::kError;
      finding.offender = event.direction;
      finding.message = xml::describe(*event.error);
      finding.range = event.error->range;
      const ByteRange where = place(finding, event);
      report_.findings.push_back({std::move(finding), where});
    }
  }

  // The text ended here.
  void ends_within(ConnectionId connection, Direction direction, std::string_view partial, uint64_t said) {
    if (refused_.count({connection, direction}) > 0 || partial.find_first_not_of(" \t\r\n") == npos) return;
    const size_t open = partial.find('<');
    Finding finding;
    finding.rule = "input-incomplete";
    finding.severity = Severity::kError;
    finding.offender = direction;
    const size_t begin = open == npos ? 0 : open;
    const size_t tag = std::min(partial.find_first_of(" \t\r\n/>", begin + 1), partial.size());
    finding.message =
        open == npos ? "The text ends with character data that belongs to no element."
                     : "The text ends before this element does: <" +
                           std::string(partial.substr(begin + 1, std::min<size_t>(tag - begin - 1, 80))) +
                           "> is never closed.";
    finding.range = {said - partial.size() + begin,
                     said - partial.size() + std::min(tag + 1, partial.size())};
    if (const auto where = of(connection, direction, finding.range)) {
      report_.findings.push_back({std::move(finding), *where});
    }
  }

  uint64_t unparsed() const { return unparsed_; }

 private:
  std::optional<ByteRange> of(ConnectionId connection, Direction direction, ByteRange range) const {
    return origins_[connection - 1].of(direction, range);
  }

  ByteRange place(const Finding& finding, const StreamEvent& event) const {
    const auto earlier = frames_.find(finding.frame);
    const bool has_earlier = finding.frame != 0 && earlier != frames_.end();
    const auto within = [&](Direction direction, ByteRange outer) {
      return direction == finding.offender && outer.contains(finding.range);
    };
    if (has_earlier && within(earlier->second.direction, earlier->second.range)) {
      if (const auto found = of(earlier->second.connection, finding.offender, finding.range)) return *found;
    }
    if (is_element(event.kind) && within(event.direction, event.range)) {
      if (const auto found = of(event.connection, finding.offender, finding.range)) return *found;
    }
    if (has_earlier) {
      const Frame& frame = earlier->second;
      if (const auto found = of(frame.connection, frame.direction, frame.range)) return *found;
    }
    if (is_element(event.kind)) {
      if (const auto found = of(event.connection, event.direction, event.range)) return *found;
    }
    return of(event.connection, finding.offender, finding.range).value_or(ByteRange{});
  }

  struct Frame {
    ConnectionId connection = 0;
    Direction direction{};
    ByteRange range;
  };
  const std::vector<Origin>& origins_;  // by connection
  LintReport& report_;
  std::unordered_map<uint64_t, Frame> frames_;
  std::set<std::pair<ConnectionId, Direction>> refused_;
  uint64_t unparsed_ = 0;
};

void judge(const Transcript& session, const LintOptions& options, LintReport& report) {
  const auto connections = static_cast<unsigned>(session.more.size() + 1);
  std::vector<Origin> origins;
  for (unsigned i = 1; i <= connections; ++i) origins.emplace_back(session, i);
  Collector collector(origins, report);
  AnalyzerOptions analysis;
  analysis.profile = options.profile;
  Analyzer analyzer(analysis, collector);
  const Time end = play(session, analyzer, 1, Time{});
  for (unsigned i = 1; i <= connections; ++i) {
    std::array<uint64_t, 2> said{};
    for (const TranscriptStep& step : session.steps) {
      if (step.connection == i) said[index(step.direction)] += step.bytes.size();
    }
    for (const Direction direction : {Direction::kC2S, Direction::kS2C}) {
      collector.ends_within(i, direction, analyzer.partial(i, direction), said[index(direction)]);
    }
  }
  const uint64_t behind_refused = collector.unparsed();
  analyzer.finish(end);
  if (behind_refused > 0) {
    report.guesses.push_back(std::to_string(behind_refused) +
                             " bytes, of the element that was refused and behind it, could not be judged.");
  }
}

}  // namespace

LintReport lint(std::string_view text, const LintOptions& options) {
  GivenText given = read_given_text(text, options.speaker, options.bound);
  LintReport report;
  report.form = given.form;
  report.speaker = given.speaker;
  report.guesses = std::move(given.guesses);
  report.error = std::move(given.error);
  report.error_line = given.error_line;
  for (const Transcript& session : given.sessions) judge(session, options, report);
  std::stable_sort(report.findings.begin(), report.findings.end(),
                   [](const LintFinding& a, const LintFinding& b) { return a.place.begin < b.place.begin; });
  return report;
}

}  // namespace parser
