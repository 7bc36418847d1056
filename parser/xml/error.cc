// The names, stream-error conditions and sentences of everything that can be wrong with the XML: one table.
#include "parser/xml/error.h"

#include <cstddef>
#include <iterator>

#include "parser/xml/utf8.h"

namespace parser::xml {
namespace {

struct Row {
  ErrorCode code;
  std::string_view name;
  std::string_view condition;
  std::string_view sentence;  // followed by ": <context>" where there is one
};

constexpr Row kRows[] = {
    {ErrorCode::kNotWellFormed, "not-well-formed", "not-well-formed", "The XML is not well-formed"},
    {ErrorCode::kNamespaceNotWellFormed, "namespace-not-well-formed", "not-well-formed",
     "The XML namespaces are not well-formed"},
    {ErrorCode::kComment, "comment", "restricted-xml", "A stream must not contain XML comments"},
    {ErrorCode::kProcessingInstruction, "processing-instruction", "restricted-xml",
     "A stream must not contain processing instructions"},
    {ErrorCode::kDoctype, "doctype", "restricted-xml", "A stream must not contain a DTD"},
    {ErrorCode::kEntityReference, "entity-reference", "restricted-xml",
     "A stream must not refer to entities other than the five predefined ones"},
    {ErrorCode::kUnsupportedEncoding, "unsupported-encoding", "unsupported-encoding",
     "A stream must be encoded in UTF-8"},
    {ErrorCode::kInvalidUtf8, "invalid-utf8", "not-well-formed", "These bytes are not UTF-8"},
    {ErrorCode::kXmlVersion, "xml-version", "not-well-formed", "A stream must be XML 1.0"},
    {ErrorCode::kTextBetweenStanzas, "text-between-stanzas", "bad-format",
     "Only whitespace may stand between the elements of a stream"},
    {ErrorCode::kElementTooLarge, "element-too-large", "policy-violation", "The element is too large"},
    {ErrorCode::kTooDeep, "too-deep", "policy-violation", "The elements are nested too deeply"},
    {ErrorCode::kTooManyAttributes, "too-many-attributes", "policy-violation",
     "The start tag has too many attributes"},
    {ErrorCode::kHeaderTooLarge, "header-too-large", "policy-violation",
     "No stream header ended within the bytes allowed for one"},
    {ErrorCode::kNoStreamHeader, "no-stream-header", "bad-format",
     "A stream must begin with a stream header"},
    {ErrorCode::kIllegalCharacter, "illegal-character", "not-well-formed",
     "XML 1.0 does not have this character"},
};

const Row& row(ErrorCode code) {
  static_assert(std::size(kRows) == static_cast<size_t>(ErrorCode::kIllegalCharacter) + 1);
  return kRows[static_cast<size_t>(code)];
}

constexpr bool in_order() {
  for (size_t i = 0; i < std::size(kRows); ++i) {
    if (static_cast<size_t>(kRows[i].code) != i) return false;
  }
  return true;
}
static_assert(in_order(), "row() takes the code for the row's number");

}  // namespace

std::string in_quotes(std::string_view text) {
  constexpr size_t kMost = 80;
  std::string line(utf8_prefix(text, kMost));
  for (char& c : line) {
    if (static_cast<unsigned char>(c) < 0x20) c = ' ';
  }
  return '\'' + line + (text.size() > kMost ? "…'" : "'");
}

std::string_view condition(ErrorCode code) {
  return row(code).condition;
}

std::string_view name(ErrorCode code) {
  return row(code).name;
}

std::string describe(const Error& error) {
  std::string sentence(row(error.code).sentence);
  if (!error.context.empty()) {
    sentence += ": ";
    sentence += error.context;
  }
  sentence += '.';
  return sentence;
}

}  // namespace parser::xml
