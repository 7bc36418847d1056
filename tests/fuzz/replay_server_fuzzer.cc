// Any bytes as what a client says to a server that is made of a recording: it stays a stream of XML until it
// ends, its memory is bounded, time is never waited for in vain, and the log is fit for a terminal's line.
//
// The first byte chooses options. Then come commands: a byte that says what happens (the low bits) and after
// how many milliseconds, a length, that many bytes.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "parser/stream/stream_reader.h"
#include "parser/transcript.h"
#include "replay/server_session.h"

namespace {

using replay::Output;
using replay::ServerNote;

constexpr std::string_view kRecording = R"([bound juliet@example.com/balcony]
S: <message from='example.com' to='juliet@example.com/balcony'><body>welcome</body></message>
C: <enable xmlns='urn:xmpp:sm:3'/>
S: <enabled xmlns='urn:xmpp:sm:3'/>
C: <iq id='r1' type='get'><query xmlns='jabber:iq:roster'/></iq>
S: <iq id='r1' type='result' to='juliet@example.com/balcony'><query xmlns='jabber:iq:roster'><item jid='romeo@example.com'/></query></iq>
C: <presence/>
S: <presence from='juliet@example.com/balcony' to='juliet@example.com/balcony'/>
S: <presence from='romeo@example.com/orchard' to='juliet@example.com/balcony'/>
S: <iq id='v1' type='get' from='romeo@example.com/orchard' to='juliet@example.com/balcony'><query xmlns='jabber:iq:version'/></iq>
C: <iq id='v1' type='result' to='romeo@example.com/orchard'><query xmlns='jabber:iq:version'><name>x</name></query></iq>
C: <presence to='room@muc.example.com/juliet'/>
S: <presence from='room@muc.example.com/juliet' to='juliet@example.com/balcony'/>
C: <message to='room@muc.example.com' type='groupchat' id='g1'><body>hello</body></message>
S: <message from='room@muc.example.com/juliet' to='juliet@example.com/balcony' type='groupchat' id='g1'><body>hello</body></message>
[wait 2s]
C: <iq id='p1' type='get' to='example.com'><ping xmlns='urn:xmpp:ping'/></iq>
S: <iq id='p1' type='result' from='example.com' to='juliet@example.com/balcony'/>
S: <r xmlns='urn:xmpp:sm:3'/>
)";

std::vector<replay::RecordedSession> recording() {
  auto parsed = parser::parse_transcript(kRecording);
  const auto* transcript = std::get_if<parser::Transcript>(&parsed);
  if (transcript == nullptr) std::abort();
  replay::RecordingBuilder builder;
  parser::AnalyzerOptions options;
  options.rules = false;
  parser::Analyzer analyzer(options, builder);
  analyzer.finish(parser::play(*transcript, analyzer, 1, parser::Time{}));
  return builder.finish();
}

// Reads what the server says as a client does; anew behind each header.
class Listener : private parser::StreamReader::Handler {
 public:
  void hear(std::string_view bytes) {
    for (size_t at = 0; at < bytes.size();) {
      // A server begins a new stream with a new header, which no reader expects by itself.
      const size_t header = bytes.find("<?xml", at + (bytes.substr(at).starts_with("<?xml") ? 1 : 0));
      const size_t end = std::min(header, bytes.size());
      if (bytes.substr(at).starts_with("<?xml")) reader_.restart();
      reader_.feed(bytes.substr(at, end - at), *this);
      at = end;
    }
  }

 private:
  void on_item(const parser::StreamItem& item) override {
    if (item.kind == parser::StreamItem::Kind::kViolation) std::abort();
  }
  parser::StreamReader reader_;
};

// One connection of a client.
void connect(std::string_view input, replay::ServerBook& book, const replay::ServerOptions& options,
             replay::SuspendedSessions& suspended, uint64_t number, parser::Time& now) {
  uint64_t notes = 0;
  replay::ServerSession session(
      book, options, number,
      [&notes](const ServerNote& note) {
        ++notes;
        for (const std::string* text : {&note.what, &note.text}) {
          if (std::any_of(text->begin(), text->end(),
                          [](char c) { return (c >= 0 && c < ' ') || c == 0x7F; }))
            std::abort();
        }
      },
      &suspended);
  Listener listener;
  uint64_t said = 0;
  uint64_t heard = 0;
  bool closed = false;
  const auto obey = [&](const Output& output) {
    if (closed && !output.bytes.empty()) std::abort();
    said += output.bytes.size();
    listener.hear(output.bytes);
    closed = closed || output.close;
    if (output.start_tls) session.tls_established(false, now);
  };
  while (input.size() >= 2) {
    const auto command = static_cast<uint8_t>(input[0]);
    const size_t length = std::min<size_t>(static_cast<uint8_t>(input[1]), input.size() - 2);
    std::string_view bytes = input.substr(2, length);
    input.remove_prefix(2 + length);
    now += std::chrono::milliseconds(command >> 2) * ((command & 2) != 0 ? 100 : 1);
    heard += length;
    // As the driver does: what is not taken is given again, behind TLS.
    for (int rounds = 0; !bytes.empty() && rounds < 3; ++rounds) {
      Output output;
      session.received(bytes, now, output);
      if (session.consumed() > bytes.size()) std::abort();
      bytes.remove_prefix(session.consumed());
      obey(output);
    }
    for (int wakes = 0; (command & 1) != 0; ++wakes) {
      const auto at = session.wake_at();
      if (!at || *at > now) break;
      if (wakes > 100'000) std::abort();
      Output output;
      session.timer(now, output);
      obey(output);
    }
  }
  session.ended(now);
  const replay::ServerCounts& counts = session.counts();
  // An answer is asked for with some bytes, and none is longer than the recording; a resumption brings once
  // more what is kept for it.
  if (said > 1'100'000 + heard * kRecording.size()) std::abort();
  if (counts.answered + counts.taken + counts.unknown > heard) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0 || size > 65'536) return 0;
  static const auto* const sessions = new std::vector<replay::RecordedSession>(recording());
  replay::ServerBook book(*sessions);
  replay::ServerOptions options;
  options.unknown = static_cast<replay::ServerOptions::Unknown>((data[0] & 3) % 3);
  options.plain = (data[0] & 4) != 0;
  options.shift_times = (data[0] & 8) != 0;
  options.speed = (data[0] & 16) != 0 ? 1 : 0;
  if ((data[0] & 32) != 0) {
    options.login.user = "juliet";
    options.login.password = "secret";
  }
  replay::SuspendedSessions suspended;
  parser::Time now{};
  // Bytes behind the mark are said on a second connection, which may resume what the first one left.
  const std::string_view input(reinterpret_cast<const char*>(data) + 1, size - 1);
  const size_t mark = input.find("\xFF\xFF\xFF");
  connect(input.substr(0, mark), book, options, suspended, 1, now);
  if (mark != std::string_view::npos) connect(input.substr(mark + 3), book, options, suspended, 2, now);
  if (suspended.size() > 2) std::abort();
  return 0;
}
