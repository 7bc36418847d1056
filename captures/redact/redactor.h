// Makes a capture that can be shared: whatever belongs to people is exchanged for pseudonyms of the same
// size, so that every offset, time, pairing and finding stays what it was.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "captures/redact/pseudonyms.h"
#include "captures/redact/vocabulary.h"
#include "parser/analyzer.h"
#include "parser/stream/stream_event.h"

namespace captures {

struct RedactOptions {
  uint64_t seed = 0;     // of the pseudonyms: from the system's randomness, else they can be guessed
  bool domains = false;  // domains, too; without it they stay
  std::vector<std::string> avoid{};  // words that no pseudonym may contain, in any case
};

// How many values were exchanged, by what they were.
struct RedactSummary {
  uint64_t addresses = 0;
  uint64_t texts = 0;  // names, ids, messages
  uint64_t uris = 0;
  uint64_t network = 0;     // IP addresses
  uint64_t logins = 0;      // SASL messages
  uint64_t unparsed = 0;    // runs of bytes that are no XML: every letter and digit outside of tags went
  uint64_t pseudonyms = 0;  // different ones
  bool full = false;        // there were more names than can be remembered: some may share one
};

// The sink of a Reader; hands the redacted bytes and facts to `out`, whose sink is a Writer.
class Redactor : public parser::EventSink {
 public:
  Redactor(const RedactOptions& options, parser::Analyzer& out);  // not owned
  void on_event(const parser::StreamEvent& event) override;

  RedactSummary summary() const;
  // The element's, header's or footer's bytes, exchanged; same size.
  std::string redact(const parser::StreamEvent& event);
  // A sentence of our own about a connection: addresses in it are exchanged.
  std::string sentence(std::string_view text);

 private:
  std::string element(std::string_view bytes, const parser::xml::Element& root);
  std::string broken(std::string_view bytes);
  std::string value(std::string_view text, Treatment treatment);
  std::string spell(std::string_view written, Treatment treatment);
  std::string localpart(std::string_view local);
  std::string address(std::string_view jid);
  std::string domain(std::string_view name);
  std::string uri(std::string_view text);
  std::string sasl(std::string_view text);
  std::string ip(std::string_view text);
  parser::Endpoint endpoint(const parser::Endpoint& end);
  parser::Edit edit(const parser::Edit& from, bool whole_elements);
  void fact(const parser::StreamEvent& event);

  RedactOptions options_;
  parser::Analyzer& out_;
  Pseudonyms names_;
  RedactSummary summary_;
};

}  // namespace captures
