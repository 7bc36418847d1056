// What the rulebook says about an element.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "parser/stream/connection.h"

namespace parser {

enum class Severity : uint8_t { kNote = 0, kWarning = 1, kError = 2 };
std::string_view name(Severity severity);  // "note", "warning", "error"

enum class Who : uint8_t { kClient, kServer, kEither };

struct Finding {
  std::string_view rule;  // the rule's id; points into the rulebook's static table
  Severity severity{};
  Direction offender{};       // the direction whose sender broke the rule
  std::string_view citation;  // "RFC 6120 §8.2.3"; static
  std::string message;        // one sentence: what is wrong here, and what was expected
  ByteRange range;            // the offending bytes, in the offender's direction
  // Frame of the earlier element that this is about: a header, a request without answer; 0: this one. The
  // range lies in it where it was sent by the offender, else in the event that the finding came with.
  uint64_t frame = 0;
  bool operator==(const Finding&) const = default;
};

}  // namespace parser
