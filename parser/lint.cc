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
#include <variant>

#include "parser/analyzer.h"
#include "parser/console_log.h"
#include "parser/stream/stanza.h"
#include "parser/transcript.h"
#include "parser/xml/tokenizer.h"

namespace parser {
namespace {

constexpr size_t npos = std::string_view::npos;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

size_t first_visible(std::string_view text) {
  size_t at = 0;
  while (at < text.size() && xml::is_space(text[at])) ++at;
  return at;
}

// The first line that is neither blank nor a # comment.
std::string_view first_line(std::string_view text) {
  while (!text.empty()) {
    text.remove_prefix(first_visible(text));
    const size_t end = std::min(text.find('\n'), text.size());
    if (!text.starts_with('#')) return text.substr(0, end);
    text.remove_prefix(end);
  }
  return text;
}

bool looks_like_transcript(std::string_view text) {
  const std::string_view line = first_line(text);
  if (line.starts_with("C:") || line.starts_with("S:")) return true;
  for (const std::string_view event :
       {"[start]", "[tls]", "[plaintext]", "[authenticated]", "[bound ", "[wait ", "[close", "[reset",
        "[connection ", "[websocket]", "[offered", "[chosen", "[binary]"}) {
    if (line.starts_with(event)) return true;
  }
  return false;
}

// One speaker: the text begins with markup (or is in another encoding, which the parser will say).
bool looks_like_xml(std::string_view text) {
  if (text.starts_with("\xFE\xFF") || text.starts_with("\xFF\xFE")) return true;
  const size_t at = first_visible(text);
  if (at + 1 >= text.size() || text[at] != '<') return false;
  const char next = text[at + 1];
  return next != '<' && next != '-' && next != '=' && !xml::is_space(next);
}

std::string_view attribute_in(std::string_view tag, std::string_view name) {
  for (size_t at = tag.find(name); at != npos; at = tag.find(name, at + 1)) {
    if (at == 0 || !xml::is_space(tag[at - 1])) continue;
    size_t value = at + name.size();
    while (value < tag.size() && xml::is_space(tag[value])) ++value;
    if (value >= tag.size() || tag[value] != '=') continue;
    ++value;
    while (value < tag.size() && xml::is_space(tag[value])) ++value;
    if (value >= tag.size() || (tag[value] != '"' && tag[value] != '\'')) continue;
    const size_t end = tag.find(tag[value], value + 1);
    return end == npos ? std::string_view() : tag.substr(value + 1, end - value - 1);
  }
  return {};
}

// What the first tags of a text say about who speaks.
struct FirstTags {
  bool header = false;
  std::optional<Direction> speaker{};
  std::string why;
};

FirstTags look_at(std::string_view text, std::string_view bound) {
  FirstTags found;
  xml::Tokenizer tokenizer;
  while (true) {
    const xml::Token token = tokenizer.next(text);
    if (token == xml::Token::kMore || token == xml::Token::kMalformed || token == xml::Token::kDoctype)
      return found;
    if (token != xml::Token::kStartTag && token != xml::Token::kEmptyTag) continue;
    const std::string_view tag = text.substr(tokenizer.begin(), tokenizer.end() - tokenizer.begin());
    const std::string_view local = xml::local_part(xml::tag_name(tag));
    const auto is = [&](std::string_view known) { return local == known; };
    if (local == "stream") {
      found.header = true;
      const bool server = !attribute_in(tag, "id").empty();
      found.speaker = server ? Direction::kS2C : Direction::kC2S;
      found.why = server ? "its header has an id" : "its header has no id";
      return found;
    }
    static constexpr std::array kServers = {"features", "proceed", "success", "challenge",
                                            "enabled",  "resumed", "failed",  "compressed"};
    static constexpr std::array kClients = {"starttls", "auth",   "response", "authenticate",
                                            "enable",   "resume", "compress", "abort"};
    if (std::any_of(kServers.begin(), kServers.end(), is)) {
      found.speaker = Direction::kS2C;
      found.why = "only servers send <" + std::string(local) + "/>";
    } else if (std::any_of(kClients.begin(), kClients.end(), is)) {
      found.speaker = Direction::kC2S;
      found.why = "only clients send <" + std::string(local) + "/>";
    } else if (const std::string_view from = attribute_in(tag, "from"); !from.empty() && from != bound) {
      found.speaker = Direction::kS2C;
      found.why = "its first element has a from, which servers put there";
    }
    return found;
  }
}

std::string_view word(Direction direction) {
  return direction == Direction::kC2S ? "client" : "server";
}

// The text as sessions to play.
class Input {
 public:
  Input(std::string_view text, const LintOptions& options, LintReport& report)
      : text_(text), options_(options), report_(report) {}

  std::vector<Transcript> read() {
    if (text_.find_first_not_of(" \t\r\n") == npos)
      return fail("There is nothing to judge: the text is empty.");
    if (looks_like_transcript(text_)) return transcript();
    const bool marked = text_.starts_with(kByteOrderMark);
    if (looks_like_xml(marked ? text_.substr(kByteOrderMark.size()) : text_)) {
      // Psi and Gajim write their logs as XML with comments, which no stream may have.
      if (text_[first_visible(text_)] == '<' && text_.substr(first_visible(text_)).starts_with("<!--")) {
        if (auto sessions = log(); !sessions.empty()) return sessions;
      }
      return one_speaker(marked ? kByteOrderMark.size() : 0);
    }
    if (auto sessions = log(); !sessions.empty()) return sessions;
    return fail(
        "No XML was found, nor a mark that says who sends what: give a stream, stanzas, a log with marks "
        "such "
        "as SENT and RECV, or a transcript with C: and S:.");
  }

 private:
  std::vector<Transcript> fail(std::string message, size_t line = 0) {
    report_.error = std::move(message);
    report_.error_line = line;
    return {};
  }

  void guess(std::string sentence) { report_.guesses.push_back(std::move(sentence)); }

  std::vector<Transcript> transcript() {
    report_.form = LintForm::kTranscript;
    auto parsed = parse_transcript(text_);
    if (const auto* error = std::get_if<TranscriptError>(&parsed)) return fail(error->message, error->line);
    auto& only = std::get<Transcript>(parsed);
    if (only.start.assumed) {
      AssumedSession& assumed = *only.start.assumed;
      if (!options_.bound.empty()) assumed.bound_jid = options_.bound;
      if (!assumed.bound_jid.empty())
        guess("It begins in an established session of " + assumed.bound_jid + ".");
    }
    if (!only.more.empty()) guess("It has " + std::to_string(only.more.size() + 1) + " connections.");
    std::vector<Transcript> sessions;
    sessions.push_back(std::move(only));
    return sessions;
  }

  std::vector<Transcript> log() {
    auto found = read_console_log(text_, options_.speaker, options_.bound);
    if (!found) return {};
    report_.form = LintForm::kLog;
    guess("Read as the log of a " + std::string(found->server_side ? "server" : "client") + " with " +
          std::to_string(found->entries) + (found->entries == 1 ? " entry" : " entries") +
          (found->skipped == 0 ? "."
                               : "; " + std::to_string(found->skipped) +
                                     (found->skipped == 1 ? " line" : " lines") + " without XML skipped."));
    if (found->sessions.size() > 1) {
      guess("It holds " + std::to_string(found->sessions.size()) + " connections, one after the other.");
    }
    if (!found->sessions.front().start.from_start) {
      guess("It begins in an established session" + (options_.bound.empty()
                                                         ? std::string("; --bound JID says whose.")
                                                         : " of " + options_.bound + "."));
    }
    if (found->assumed_tls) guess("The login is taken to be encrypted, since no log shows direct TLS.");
    return std::move(found->sessions);
  }

  std::vector<Transcript> one_speaker(size_t begin) {
    const FirstTags tags = look_at(text_.substr(begin), options_.bound);
    const Direction speaker = options_.speaker.value_or(tags.speaker.value_or(Direction::kC2S));
    report_.form = tags.header ? LintForm::kStream : LintForm::kStanzas;
    report_.speaker = speaker;
    if (begin != 0) guess("The byte order mark in front is left out.");
    std::string what = "Taken for what the " + std::string(word(speaker)) + " sends";
    if (!options_.speaker) {
      what += tags.speaker ? ", since " + tags.why : std::string();
      what += "; --as " + std::string(word(opposite(speaker))) + " if it is not";
    }
    guess(what + ".");
    Transcript session;
    ConnectionInfo& info = session.start;
    info.client = {"127.0.0.1", 50000, "client"};
    info.server = {"127.0.0.1", 5222, "server"};
    info.from_start = false;
    if (!tags.header) {
      AssumedSession assumed;
      assumed.bound_jid = options_.bound;
      assumed.complete = false;
      info.assumed = std::move(assumed);
      guess("An established session" + (options_.bound.empty()
                                            ? std::string(" is assumed; --bound JID says whose.")
                                            : " of " + options_.bound + " is assumed."));
    } else {
      guess("The other side is not here, so nothing is said about what it did or did not do.");
    }
    TranscriptStep step;
    step.kind = TranscriptStep::Kind::kSay;
    step.line = 1;
    step.direction = speaker;
    // In mid-session, white space is a keepalive; at the ends of a text it is nothing.
    std::string_view said = text_.substr(begin);
    const size_t front = first_visible(said);
    said.remove_prefix(front);
    while (!said.empty() && xml::is_space(said.back())) said.remove_suffix(1);
    step.say(said, begin + front, said.size());
    session.steps.push_back(std::move(step));
    std::vector<Transcript> sessions;
    sessions.push_back(std::move(session));
    return sessions;
  }

  std::string_view text_;
  const LintOptions& options_;
  LintReport& report_;
};

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

std::string_view name(LintForm form) {
  switch (form) {
    case LintForm::kStream:
      return "stream";
    case LintForm::kStanzas:
      return "stanzas";
    case LintForm::kLog:
      return "log";
    case LintForm::kTranscript:
      return "transcript";
  }
  return "stanzas";
}

LintReport lint(std::string_view text, const LintOptions& options) {
  LintReport report;
  for (const Transcript& session : Input(text, options, report).read()) judge(session, options, report);
  std::stable_sort(report.findings.begin(), report.findings.end(),
                   [](const LintFinding& a, const LintFinding& b) { return a.place.begin < b.place.begin; });
  return report;
}

}  // namespace parser
