// A transcript is read line by line into steps; the events in front of the first spoken line decide where the
// session begins. Playing is nothing but calling the Analyzer with those steps.
#include "parser/transcript.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

namespace parser {
namespace {

constexpr size_t kMaxBytes = size_t{4} << 20U;
constexpr std::string_view kUsualJid = "juliet@example.com/balcony";
constexpr std::string_view kUsualDomain = "example.com";
constexpr Duration kStep = std::chrono::milliseconds(1);

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r'))
    text.remove_suffix(1);
  return text;
}

template <typename Number>
std::optional<Number> parse_number(std::string_view text, int base = 10) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<Duration> parse_wait(std::string_view text) {
  const size_t unit = text.find_first_not_of("0123456789");
  if (unit == std::string_view::npos) return std::nullopt;
  const std::optional<uint32_t> amount = parse_number<uint32_t>(text.substr(0, unit));
  if (!amount) return std::nullopt;
  const std::string_view name = trimmed(text.substr(unit));
  if (name == "ms") return std::chrono::milliseconds(*amount);
  if (name == "s") return std::chrono::seconds(*amount);
  if (name == "m") return std::chrono::minutes(*amount);
  return std::nullopt;
}

// Expands one ${…}; null: not understood, or too long.
std::optional<std::string> expand_one(std::string_view inside, size_t room) {
  std::string result;
  if (inside.starts_with("repeat:")) {
    inside.remove_prefix(7);
    const size_t colon = inside.rfind(':');
    if (colon == std::string_view::npos) return std::nullopt;
    const std::optional<uint32_t> times = parse_number<uint32_t>(inside.substr(colon + 1));
    if (!times || colon == 0 || *times > room / colon) return std::nullopt;
    for (uint32_t i = 0; i < *times; ++i) result += inside.substr(0, colon);
    return result;
  }
  if (inside.starts_with("byte:")) {
    inside.remove_prefix(5);
    while (!(inside = trimmed(inside)).empty()) {
      const std::optional<uint8_t> byte = parse_number<uint8_t>(inside.substr(0, 2), 16);
      if (!byte) return std::nullopt;
      result += static_cast<char>(*byte);
      inside.remove_prefix(std::min<size_t>(2, inside.size()));
    }
    return result;
  }
  return std::nullopt;
}

// "version=TLSv1.1 sni='a b'": false where a detail is not known.
bool read_tls_details(std::string_view text, TlsEstablished& tls) {
  while (!(text = trimmed(text)).empty()) {
    const size_t equals = text.find('=');
    if (equals == std::string_view::npos) return false;
    const std::string_view name = text.substr(0, equals);
    text.remove_prefix(equals + 1);
    const bool in_quotes = text.starts_with('\'');
    if (in_quotes) text.remove_prefix(1);
    const size_t end = std::min(text.find(in_quotes ? '\'' : ' '), text.size());
    const std::string_view value = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (name == "version") {
      tls.version = value;
    } else if (name == "sni") {
      tls.sni = value;
    } else if (name == "alpn") {
      tls.alpn = value;
    } else if (name == "verification") {
      tls.verification = value;
    } else {
      return false;
    }
  }
  return true;
}

TlsEstablished usual_tls() {
  TlsEstablished tls;
  tls.version = "TLSv1.3";
  tls.cipher = "TLS_AES_256_GCM_SHA384";
  tls.verification = "ok";
  return tls;
}

// The events in front of what is first said on a connection.
struct Beginning {
  std::optional<std::string> bound;
  std::optional<WebSocketInfo> websocket;
  bool start = false;
  bool tls = false;
  TlsEstablished details = usual_tls();  // of that [tls]
  bool plaintext = false;
  bool authenticated = false;
};

// "a, b" as two names.
std::vector<std::string> names_in(std::string_view list) {
  std::vector<std::string> names;
  while (!(list = trimmed(list)).empty()) {
    const size_t comma = std::min(list.find(','), list.size());
    names.emplace_back(trimmed(list.substr(0, comma)));
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return names;
}

class Reader {
 public:
  std::variant<Transcript, TranscriptError> read(std::string_view text) {
    base_ = text.data();
    while (!text.empty() && !error_) {
      ++line_;
      const size_t end = std::min(text.find('\n'), text.size());
      read_line(text.substr(0, end));
      text.remove_prefix(std::min(end + 1, text.size()));
    }
    finish_speech();
    if (error_) return *error_;
    decide_start(1, transcript_.start);
    for (unsigned i = 2; i <= beginnings_.size(); ++i) decide_start(i, transcript_.more.emplace_back());
    return std::move(transcript_);
  }

 private:
  size_t offset_of(std::string_view part) const { return static_cast<size_t>(part.data() - base_); }

  void fail(std::string message) {
    if (!error_) error_ = TranscriptError{line_, std::move(message)};
  }

  void read_line(std::string_view line) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.starts_with("C:") || line.starts_with("S:")) {
      finish_speech();
      speech_.emplace(TranscriptStep{.kind = TranscriptStep::Kind::kSay,
                                     .connection = connection_,
                                     .line = line_,
                                     .direction = line[0] == 'C' ? Direction::kC2S : Direction::kS2C,
                                     .bytes = {},
                                     .binary = std::exchange(binary_, false),
                                     .wait = {},
                                     .how = {},
                                     .by = {},
                                     .source = {}});
      line.remove_prefix(2);
      if (line.starts_with(' ')) line.remove_prefix(1);
      expand(line);
      return;
    }
    if (line.starts_with('#')) {
      finish_speech();
      return;
    }
    if (line.starts_with('[')) {
      finish_speech();
      read_events(line);
      return;
    }
    if (speech_) {
      // The newline stands right before the line, whatever the line before ended with.
      speech_->say("\n", offset_of(line) - 1, 1);
      expand(line);
      return;
    }
    if (!trimmed(line).empty()) fail("A line outside of what C: or S: say is an [event] or a # comment.");
  }

  void expand(std::string_view line) {
    while (true) {
      const size_t open = std::min(line.find("${"), line.size());
      speech_->say(line.substr(0, open), offset_of(line), open);
      total_ += open;
      if (total_ > kMaxBytes) return fail("The transcript is longer than 4 MiB.");
      line.remove_prefix(open);
      if (line.empty()) return;
      const size_t close = line.find('}');
      if (close == std::string_view::npos) return fail("${ has no closing }.");
      const std::optional<std::string> expanded = expand_one(line.substr(2, close - 2), kMaxBytes - total_);
      if (!expanded) return fail("Only ${repeat:text:n} (up to 4 MiB) and ${byte:…} are known.");
      speech_->say(*expanded, offset_of(line), close + 1, false);
      total_ += expanded->size();
      line.remove_prefix(close + 1);
    }
  }

  void finish_speech() {
    if (!speech_) return;
    while (speech_->bytes.ends_with('\n')) speech_->bytes.pop_back();
    transcript_.steps.push_back(std::move(*speech_));
    speech_.reset();
  }

  void read_events(std::string_view line) {
    line = trimmed(line);
    while (!line.empty()) {
      const size_t close = line.find(']');
      if (line[0] != '[' || close == std::string_view::npos) return fail("An event is written as [event].");
      read_event(trimmed(line.substr(1, close - 1)));
      line = trimmed(line.substr(close + 1));
      // Shorthand: an event and what is spoken behind it may share a line.
      if (line.starts_with("C:") || line.starts_with("S:")) return read_line(line);
    }
  }

  Beginning& beginning() { return beginnings_[connection_ - 1]; }

  void read_connection(std::string_view number) {
    const std::optional<unsigned> parsed = parse_number<unsigned>(number);
    if (!parsed || *parsed == 0 || *parsed > beginnings_.size() + 1 ||
        *parsed > Transcript::kMaxConnections) {
      return fail("Connections are numbered in the order of their first mention, from 1 to " +
                  std::to_string(Transcript::kMaxConnections) + ", as in [connection 2].");
    }
    connection_ = *parsed;
    if (connection_ > beginnings_.size()) beginnings_.emplace_back();
  }

  void read_event(std::string_view event) {
    const bool first =
        std::none_of(transcript_.steps.begin(), transcript_.steps.end(), [this](const TranscriptStep& step) {
          return step.connection == connection_ && step.kind != TranscriptStep::Kind::kWait;
        });
    if (event.starts_with("connection ")) {
      read_connection(trimmed(event.substr(11)));
    } else if (event.starts_with("wait ")) {
      const std::optional<Duration> wait = parse_wait(trimmed(event.substr(5)));
      if (!wait) return fail("A wait is a number and ms, s or m, as in [wait 60s].");
      add(TranscriptStep::Kind::kWait).wait = *wait;
    } else if (const std::string_view end = event.substr(0, 5); end == "close" || end == "reset") {
      const std::string_view by = event.substr(5);
      if (!by.empty() && by != " C" && by != " S")
        return fail("Who ends the connection is written as [close C] or [close S].");
      TranscriptStep& step = add(TranscriptStep::Kind::kClose);
      step.how = end == "close" ? Closed::How::kFinished : Closed::How::kReset;
      if (!by.empty()) step.by = by == " C" ? Direction::kC2S : Direction::kS2C;
    } else if (event == "binary") {
      binary_ = true;
    } else if (event == "tls" || event.starts_with("tls ")) {
      TlsEstablished details = usual_tls();
      if (!read_tls_details(event.substr(3), details)) {
        fail("The details of [tls] are version=, sni=, alpn= and verification=.");
      } else if (first) {
        beginning().tls = true;
        beginning().details = std::move(details);
      } else {
        add(TranscriptStep::Kind::kTls).tls = std::move(details);
      }
    } else if (!first) {
      fail("This event is not known, or belongs in front of everything that is said: [" + std::string(event) +
           "].");
    } else if (event == "plaintext") {
      beginning().plaintext = true;
    } else if (event == "websocket") {
      if (!beginning().websocket) beginning().websocket.emplace();
    } else if (event == "offered" || event.starts_with("offered ")) {
      if (!beginning().websocket) beginning().websocket.emplace();
      beginning().websocket->offered = names_in(event.substr(7));
    } else if (event == "chosen" || event.starts_with("chosen ")) {
      if (!beginning().websocket) beginning().websocket.emplace();
      beginning().websocket->chosen = trimmed(event.substr(6));
    } else if (event == "start") {
      beginning().start = true;
    } else if (event == "authenticated") {
      beginning().authenticated = true;
    } else if (event.starts_with("bound ")) {
      beginning().bound = trimmed(event.substr(6));
    } else {
      fail("This event is not known: [" + std::string(event) + "].");
    }
  }

  TranscriptStep& add(TranscriptStep::Kind kind) {
    TranscriptStep& step = transcript_.steps.emplace_back();
    step.kind = kind;
    step.connection = connection_;
    step.line = line_;
    return step;
  }

  bool begins_document(unsigned connection) const {
    for (const TranscriptStep& step : transcript_.steps) {
      if (step.kind != TranscriptStep::Kind::kSay || step.connection != connection) continue;
      for (const std::string_view opening : {"<?xml", "<!DOCTYPE", "<stream:stream"}) {
        if (step.bytes.starts_with(opening)) return true;
      }
      if (beginnings_[connection - 1].websocket) {
        return step.bytes.starts_with("<open") || step.bytes.starts_with("<close");
      }
      return false;
    }
    return false;
  }

  void decide_start(unsigned connection, ConnectionInfo& info) {
    const Beginning& from = beginnings_[connection - 1];
    info.client = {"127.0.0.1", static_cast<uint16_t>(50000 + connection - 1), "client"};
    info.server = {"127.0.0.1", 5222, std::string(kUsualDomain)};
    info.websocket = from.websocket;
    const bool websocket = from.websocket.has_value();
    const bool assumed = from.authenticated || from.bound || (from.plaintext && !websocket);
    if (from.start || (!assumed && begins_document(connection))) {
      const bool tls = from.tls || (websocket && !from.plaintext);
      info.direct_tls = tls;
      if (tls) {
        TranscriptStep step;
        step.kind = TranscriptStep::Kind::kTls;
        step.connection = connection;
        step.tls = from.details;
        const auto first =
            std::find_if(transcript_.steps.begin(), transcript_.steps.end(),
                         [&](const TranscriptStep& other) { return other.connection == connection; });
        transcript_.steps.insert(connection == 1 ? transcript_.steps.begin() : first, step);
      }
      return;
    }
    info.from_start = false;
    AssumedSession session;
    session.encrypted = !from.plaintext;
    session.authenticated = from.authenticated || from.bound || (!from.plaintext && !from.tls);
    if (from.bound) session.bound_jid = *from.bound;
    if (!from.bound && !from.authenticated && session.authenticated) session.bound_jid = kUsualJid;
    if (session.bound_jid.empty()) session.domain = kUsualDomain;
    info.assumed = std::move(session);
  }

  Transcript transcript_;
  std::optional<TranscriptStep> speech_;
  std::optional<TranscriptError> error_;
  std::vector<Beginning> beginnings_{1};
  const char* base_ = nullptr;  // of the text
  unsigned connection_ = 1;
  bool binary_ = false;  // the next message is
  size_t line_ = 0;
  size_t total_ = 0;
};

}  // namespace

void TranscriptStep::say(std::string_view spoken, size_t offset, size_t size, bool literal) {
  if (spoken.empty()) return;
  const bool goes_on = literal && !source.empty() && source.back().literal &&
                       source.back().offset + source.back().size == offset;
  if (goes_on) {
    source.back().size += size;
  } else {
    source.push_back({bytes.size(), offset, size, literal});
  }
  bytes += spoken;
}

std::variant<Transcript, TranscriptError> parse_transcript(std::string_view text) {
  return Reader().read(text);
}

namespace {

// Where a connection of a transcript stands while it is played.
struct Playing {
  bool open = false;
  bool closed = false;
  std::array<uint64_t, 2> sent{};
};

void establish_tls(Time now, ConnectionId id, const TlsEstablished& details, const Playing& playing,
                   Analyzer& analyzer) {
  for (const Leg leg : {Leg::kClient, Leg::kServer}) {
    TlsEstablished fact = details.version.empty() ? usual_tls() : details;
    fact.leg = leg;
    if (leg == Leg::kServer) fact.sni = fact.alpn = {};
    fact.c2s_offset = playing.sent[index(Direction::kC2S)];
    fact.s2c_offset = playing.sent[index(Direction::kS2C)];
    analyzer.tls_established(now, id, fact);
  }
}

}  // namespace

Time play(const Transcript& transcript, Analyzer& analyzer, ConnectionId connection, Time start,
          size_t chunk) {
  Time now = start;
  std::array<Playing, Transcript::kMaxConnections> connections;
  const auto open = [&](unsigned number) -> Playing& {
    Playing& playing = connections[number - 1];
    if (!playing.open) analyzer.opened(now, connection + number - 1, transcript.start_of(number));
    playing.open = true;
    return playing;
  };
  open(1);
  for (const TranscriptStep& step : transcript.steps) {
    now += kStep;
    if (step.kind == TranscriptStep::Kind::kWait) {
      now += step.wait;
      continue;
    }
    Playing& playing = open(step.connection);
    if (playing.closed) continue;
    const ConnectionId id = connection + step.connection - 1;
    switch (step.kind) {
      case TranscriptStep::Kind::kSay: {
        std::string_view rest = step.bytes;
        if (transcript.start_of(step.connection).websocket) {  // messages come whole
          analyzer.frame(now, id, step.direction, rest, step.binary ? Opcode::kBinary : Opcode::kText);
          rest = {};
        }
        while (!rest.empty()) {
          const std::string_view part = chunk == 0 ? rest : rest.substr(0, chunk);
          analyzer.bytes(now, id, step.direction, part);
          rest.remove_prefix(part.size());
        }
        playing.sent[index(step.direction)] += step.bytes.size();
        break;
      }
      case TranscriptStep::Kind::kTls:
        establish_tls(now, id, step.tls, playing, analyzer);
        break;
      case TranscriptStep::Kind::kWait:
        break;
      case TranscriptStep::Kind::kClose: {
        Closed fact;
        fact.how = step.how;
        fact.by = step.by;
        analyzer.closed(now, id, fact);
        playing.closed = true;
        break;
      }
    }
  }
  return now;
}

}  // namespace parser
