// The whole analyser on whatever two peers may send and a proxy may report: no rule fails, findings stay
// within their bounds and inside the bytes that they are about, every byte is told once, nothing is left
// over.
//
// The input is a session as text. 0xFF, which no UTF-8 has, begins a command with the byte behind it (see
// Player); all else is sent in the direction that spoke last. So what libFuzzer cuts, joins and swaps stays a
// session. Seeds are made of the rulebook's transcripts by make_analyzer_seeds.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "parser/analyzer.h"

namespace {

using parser::Direction;

constexpr char kCommand = '\xFF';
constexpr size_t kFindingsPerRule = 3;
constexpr size_t kElementBytes = 4'000;
constexpr size_t kMessageBytes = 1'000;  // the engine cuts at fewer

[[noreturn]] void fail(const char* what, std::string_view about) {
  std::fprintf(stderr, "%s: %.*s\n", what, static_cast<int>(about.size()), about.data());
  std::abort();
}

class Judge final : public parser::EventSink {
 public:
  void on_event(const parser::StreamEvent& event) override {
    const auto direction = index(event.direction);
    if (event.frame <= frame_) fail("frames do not ascend", name(event.kind));
    frame_ = event.frame;
    if (!event.bytes.empty()) {
      if (event.bytes.size() != event.range.size())
        fail("bytes that are not those of the range", event.bytes);
      if (event.range.begin != told_[direction]) fail("bytes out of order", event.bytes);
      told_[direction] = event.range.end;
    }
    if (event.answers && (event.answers->frame == 0 || event.answers->frame >= event.frame))
      fail("an answer before its request", event.bytes);
    for (const parser::Finding& finding : event.findings) judge(finding);
  }

  void skip(Direction direction, uint64_t bytes) { told_[index(direction)] += bytes; }
  void expect(Direction direction, uint64_t bytes) { sent_[index(direction)] += bytes; }
  // What the two sides have been told to have sent is what they sent.
  void finish() const {
    if (told_ != sent_) fail("bytes were lost", "");
  }

 private:
  void judge(const parser::Finding& finding) {
    if (finding.message.empty() || finding.message.size() > kMessageBytes)
      fail("a message of no good length", finding.message);
    if (finding.message.starts_with("This rule could not be judged")) fail("a rule threw", finding.message);
    if (finding.frame >= frame_ && finding.frame != 0) fail("a finding about the future", finding.message);
    if (finding.range.begin > finding.range.end || finding.range.end > sent_[index(finding.offender)])
      fail("a finding about bytes that nobody sent", finding.message);
    if (++findings_[finding.rule] > kFindingsPerRule) fail("too many findings of a rule", finding.rule);
  }

  uint64_t frame_ = 0;
  std::array<uint64_t, 2> told_{};
  std::array<uint64_t, 2> sent_{};
  std::map<std::string_view, size_t> findings_;
};

// Gives the input to the analyser.
class Player {
 public:
  Player(Judge& judge, parser::Analyzer& analyzer, bool websocket)
      : judge_(judge), analyzer_(analyzer), websocket_(websocket) {}

  // The byte behind kCommand; an unknown one is sent.
  void command(char what) {
    time_ += std::chrono::milliseconds(1);
    switch (what) {
      case 'C':
        direction_ = Direction::kC2S;
        break;
      case 'S':
        direction_ = Direction::kS2C;
        break;
      case 'T':
        for (const parser::Leg leg : {parser::Leg::kClient, parser::Leg::kServer}) {
          parser::TlsEstablished fact;
          fact.leg = leg;
          fact.version = "TLSv1.3";
          fact.verification = "ok";
          fact.c2s_offset = sent(Direction::kC2S);
          fact.s2c_offset = sent(Direction::kS2C);
          analyzer_.tls_established(time_, 1, fact);
        }
        break;
      case 'U':
        analyzer_.upstream(time_, 1, {{"192.0.2.1", 5222, "xmpp.example.com"}, false});
        break;
      case 'W':
        time_ += std::chrono::seconds(61);
        break;
      case 'R':
        analyzer_.release_idle(time_);
        break;
      case 'E':  // in front of what comes next, and in the next bytes
        edit({sent(direction_), sent(direction_)});
        edit({sent(direction_) + 1, sent(direction_) + 5});
        break;
      case 'D':
        dropped_bytes();
        break;
      case 'O':  // the next message of a WebSocket is a binary one
        opcode_ = parser::Opcode::kBinary;
        break;
      case 'N':
        analyzer_.notice(time_, 1, {"see-other-host", "elsewhere"});
        break;
      default:
        bytes({&what, 1});
        break;
    }
  }

  void bytes(std::string_view bytes) {
    if (bytes.empty()) return;
    judge_.expect(direction_, bytes.size());
    sent_[index(direction_)] += bytes.size();
    if (websocket_) {  // what stands between two commands is a message
      analyzer_.frame(time_, 1, direction_, bytes, std::exchange(opcode_, parser::Opcode::kText));
    } else {
      analyzer_.bytes(time_, 1, direction_, bytes);
    }
    // What is held of an item is bounded whatever is sent: by its limit, and what may stand behind it.
    if (analyzer_.partial(1, direction_).size() > kElementBytes + bytes.size())
      fail("more is held than the limit allows", bytes);
  }

  parser::Time time() const { return time_; }

 private:
  uint64_t sent(Direction direction) const { return sent_[index(direction)]; }

  void edit(parser::ByteRange range) {
    analyzer_.edited(time_, 1, {direction_, range, "other", "an-edit", "Because of the fuzzer."});
  }

  void dropped_bytes() {
    constexpr uint64_t kBytes = 10;
    judge_.expect(direction_, kBytes);
    analyzer_.dropped(time_, 1, {direction_, kBytes});
    judge_.skip(direction_, kBytes);  // what was held before the gap has been told by now
    sent_[index(direction_)] += kBytes;
  }

  Judge& judge_;
  parser::Analyzer& analyzer_;
  parser::Time time_{};
  bool websocket_;
  parser::Opcode opcode_ = parser::Opcode::kText;
  Direction direction_ = Direction::kC2S;
  std::array<uint64_t, 2> sent_{};
};

// Where the session begins, by the first byte of the input: small letters also ask for the older profile.
parser::ConnectionInfo start(char how) {
  parser::ConnectionInfo info;
  info.client = {"192.0.2.2", 40'000, {}};
  switch (how) {
    case 'M':  // in the middle of a session of which nothing is known
    case 'm':
      info.from_start = false;
      break;
    case 'B':  // bound
    case 'b':
      info.from_start = false;
      info.assumed =
          parser::AssumedSession{.bound_jid = "juliet@example.com/balcony", .domain = "example.com"};
      break;
    case 'A':  // logged in
    case 'a':
      info.from_start = false;
      info.assumed = parser::AssumedSession{.bound_jid = {}, .domain = "example.com"};
      break;
    case 'P':  // plaintext
    case 'p':
      info.from_start = false;
      info.assumed = parser::AssumedSession{
          .encrypted = false, .authenticated = false, .bound_jid = {}, .domain = "example.com"};
      break;
    case 'W':  // WebSocket, from its first message
    case 'w':
      info.direct_tls = true;
      info.websocket.emplace();
      break;
    case 'V':  // WebSocket, bound
    case 'v':
      info.from_start = false;
      info.assumed =
          parser::AssumedSession{.bound_jid = "juliet@example.com/balcony", .domain = "example.com"};
      info.websocket.emplace();
      break;
    case 'X':  // direct TLS
    case 'x':
      info.direct_tls = true;
      break;
    default:  // from its first byte
      break;
  }
  return info;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  std::string_view input(reinterpret_cast<const char*>(data), size);
  Judge judge;
  parser::AnalyzerOptions options;
  options.limits.element_bytes = kElementBytes;
  options.max_open_iqs = 8;
  options.max_findings_per_rule = kFindingsPerRule;
  if (input[0] >= 'a' && input[0] <= 'z') options.profile = parser::rules::Profile::kRfc3920;
  parser::Analyzer analyzer(options, judge);
  const parser::ConnectionInfo info = start(input[0]);
  Player player(judge, analyzer, info.websocket.has_value());
  analyzer.opened(player.time(), 1, info);
  input.remove_prefix(1);
  while (!input.empty()) {
    const size_t plain = std::min(input.find(kCommand), input.size());
    player.bytes(input.substr(0, plain));
    input.remove_prefix(std::min(plain + 1, input.size()));
    if (input.empty()) break;
    player.command(input[0]);
    input.remove_prefix(1);
  }
  analyzer.finish(player.time());
  judge.finish();
  if (analyzer.open_connections() != 0) fail("a connection is left over", "");
  return 0;
}
