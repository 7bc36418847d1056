// What can be wrong with the XML of a stream, each with its place and the stream-error condition that RFC
// 6120 asks a receiver to answer with.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "parser/xml/byte_range.h"

namespace parser::xml {

enum class ErrorCode : uint8_t {
  kNotWellFormed,           // RFC 6120 §4.9.3.13 not-well-formed (RFC 3920: xml-not-well-formed)
  kNamespaceNotWellFormed,  // RFC 6120 §4.9.3.13, §11.3: undeclared prefix, …
  kComment,                 // RFC 6120 §4.9.3.18 restricted-xml, §11.1; the parse can go on
  kProcessingInstruction,   // RFC 6120 §4.9.3.18, §11.1; the parse can go on
  kDoctype,                 // RFC 6120 §4.9.3.18, §11.1
  kEntityReference,         // RFC 6120 §4.9.3.18, §11.1: other than the five predefined ones
  kUnsupportedEncoding,     // RFC 6120 §4.9.3.22 unsupported-encoding: declared, or a UTF-16 byte order mark
  kInvalidUtf8,             // RFC 6120 §4.9.3.13, §11.6: bytes that are not UTF-8
  kXmlVersion,          // an XML declaration with a version other than 1.0 (RFC 6120 §11.5; not-well-formed)
  kTextBetweenStanzas,  // RFC 6120 §4.9.3.1 bad-format; the parse can go on
  kElementTooLarge,     // RFC 6120 §4.9.3.14 policy-violation: limits.element_bytes
  kTooDeep,             // policy-violation: limits.depth
  kTooManyAttributes,   // policy-violation: limits.attributes
  kHeaderTooLarge,      // policy-violation: limits.header_bytes passed with no stream header
  kNoStreamHeader,    // RFC 6120 §4.9.3.10/§4.8: first element is not a stream header (invalid-namespace or
                      // bad-format)
  kIllegalCharacter,  // RFC 6120 §4.9.3.13: a character that XML 1.0 §2.2 does not have, raw or as a
                      // reference
};

struct Error {
  ErrorCode code{};
  ByteRange range;      // the offending bytes
  std::string context;  // what exactly: a name, an entity, libxml2's own words; one line, at most 200 bytes
  bool fatal = true;    // false: reported, and the parse went on

  bool operator==(const Error&) const = default;
};

// For an error's context: in quotes, on one line, and not too long (80 bytes).
std::string in_quotes(std::string_view text);

// The stream-error condition element's local name, e.g. "restricted-xml".
std::string_view condition(ErrorCode code);
// A short stable name for JSON and tests, e.g. "comment".
std::string_view name(ErrorCode code);
// One sentence for people: what is wrong, with the context worked in.
std::string describe(const Error& error);

}  // namespace parser::xml
