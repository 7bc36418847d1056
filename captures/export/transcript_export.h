// A session as a transcript (parser/transcript.h): the C: and S: text that `lint` judges, tests play and
// people edit. What it cannot say is said in comments, and counted.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "captures/masking.h"
#include "parser/stream/stream_event.h"

namespace captures {

struct TranscriptOptions {
  parser::ConnectionId connection = 0;  // 0: the first that comes
  bool show_secrets = false;            // false: what the masking of recordings masks is masked here, too
  bool findings = false;                // each as a comment behind its element
};

class TranscriptExport : public parser::EventSink {
 public:
  explicit TranscriptExport(const TranscriptOptions& options) : options_(options) {}
  void on_event(const parser::StreamEvent& event) override;

  const std::string& text() const { return text_; }
  parser::ConnectionId connection() const { return options_.connection; }
  bool other_connections() const { return others_; }  // there were more than the one that was exported

 private:
  void say(const parser::StreamEvent& event);
  void fact(const parser::StreamEvent& event);
  void comment(std::string_view text);
  void wait_until(parser::Time time);

  TranscriptOptions options_;
  Masking masking_;
  std::string text_;
  std::optional<parser::Time> now_;  // where playing the text stands
  bool tls_ = false;
  bool others_ = false;
};

// Bytes as a transcript spells what is spoken: what could be taken for its own notation, ends of lines that
// would be lost and bytes that are no text become ${byte:…}.
std::string spell_for_transcript(std::string_view bytes);

}  // namespace captures
