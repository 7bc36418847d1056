// Sessions as a transcript (parser/transcript.h): the C: and S: text that `lint` judges, tests play, people
// edit and `import` makes a capture of again. What it cannot say is said in comments.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "captures/masking.h"
#include "parser/stream/stream_event.h"

namespace captures {

struct TranscriptOptions {
  bool show_secrets = false;  // false: what the masking of recordings masks is masked here, too
  bool findings = false;      // each as a comment behind its element
};

class TranscriptExport : public parser::EventSink {
 public:
  explicit TranscriptExport(const TranscriptOptions& options) : options_(options) {}
  void on_event(const parser::StreamEvent& event) override;

  const std::string& text() const { return text_; }
  // Connections beyond those that a transcript may have (parser::Transcript::kMaxConnections); left out.
  size_t left_out() const { return left_out_; }

 private:
  struct Connection {
    unsigned number = 0;  // in the transcript, from 1; 0: left out
    Masking masking;
    std::optional<parser::TlsEstablished> tls{};  // of one leg; the other one's makes it whole
  };

  void say(Connection& connection, const parser::StreamEvent& event);
  void fact(Connection& connection, const parser::StreamEvent& event);
  void comment(std::string_view text);
  void wait_until(parser::Time time);

  TranscriptOptions options_;
  std::string text_;
  std::map<parser::ConnectionId, Connection> connections_;
  unsigned current_ = 1;  // the connection that lines belong to
  unsigned numbered_ = 0;
  std::optional<parser::Time> now_;  // where playing the text stands
  size_t left_out_ = 0;
};

// Bytes as a transcript spells what is spoken: what could be taken for its own notation, ends of lines that
// would be lost and bytes that are no text become ${byte:…}.
std::string spell_for_transcript(std::string_view bytes);

}  // namespace captures
