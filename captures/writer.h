// Turns StreamEvents into a pcapng capture (docs/CAPTURE_FORMAT.md): one packet per stream element.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "captures/output.h"
#include "parser/analyzer.h"
#include "parser/stream/stream_event.h"

namespace captures {

struct WriterOptions {
  bool record_secrets = false;  // false: SASL secrets and passwords are masked (captures/masking.h)
  // Written out when full, and on every flush(). More would not stay in the processor's cache until then.
  size_t buffer_bytes = 1 << 18;
  std::string application;  // "stanzascope 0.1.0": section header's shb_userappl
};

// Use: it is the Analyzer's sink (or one of them, the first) and its FrameNumbering. With a null output it
// only counts frames, so that live lines carry the same numbers with and without --write.
class Writer : public parser::EventSink, public parser::FrameNumbering {
 public:
  Writer(const WriterOptions& options, Output* output);  // output is not owned
  ~Writer() override;

  void on_event(const parser::StreamEvent& event) override;
  uint64_t frame_of(parser::ConnectionId, parser::EventKind, parser::Direction, size_t bytes) override;

  // The arrived part of an element that is not complete yet, so that a crash does not cost it. Written once,
  // never cut right behind a '>'; the element's own event later adds only the rest.
  void on_partial(parser::Time, parser::ConnectionId, parser::Direction, std::string_view partial);

  // Hands everything buffered to the output.
  void flush();
  // TLS secrets in the SSLKEYLOGFILE format, for a decryption secrets block (--keylog).
  void add_keylog_line(std::string_view line);

  bool failed() const;               // the output refused; nothing is written any more
  const std::string& error() const;  // why
  uint64_t frames() const;
  uint64_t bytes() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace captures
