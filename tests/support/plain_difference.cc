// Both trees are written out with all that they hold, their ranges too, and the two texts compared.
#include "tests/support/plain_difference.h"

#include <optional>
#include <span>
#include <vector>

#include "parser/xml/parser.h"
#include "parser/xml/plain_parser.h"
#include "parser/xml/tokenizer.h"
#include "parser/xml/utf8.h"

namespace test {
namespace {

using parser::ByteRange;
using parser::xml::Element;
using parser::xml::ElementPtr;
using parser::xml::Parser;
using parser::xml::PlainParser;
using parser::xml::Tag;
using parser::xml::Token;

constexpr std::string_view kHeader =
    "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' "
    "xmlns:db='jabber:server:dialback'>";
constexpr uint64_t kOffset = 1000;
constexpr size_t kAttributes = 4;  // a guess at the memory, as good as any

std::string write(ByteRange range) {
  return std::to_string(range.begin) + "-" + std::to_string(range.end);
}

void write(const Element& element, const Element* parent, std::string& out) {
  auto part = [&out](const char* what, std::string_view text) {
    out += what;
    out += '[';
    out += text;
    out += ']';
  };
  part("(", element.ns);
  part("", element.prefix);
  part("", element.local);
  part(" at ", write(element.range));
  part(" tag ", write(element.start_tag));
  if (element.parent != parent) out += " WRONG PARENT";
  for (const auto& declaration : element.declarations) {
    part("\n xmlns", declaration.prefix);
    part("=", declaration.uri);
  }
  for (const auto& attribute : element.attributes) {
    part("\n attribute", attribute.ns);
    part("", attribute.prefix);
    part("", attribute.local);
    part("=", attribute.value);
  }
  for (const auto* node = element.first_node; node != nullptr; node = node->next) {
    out += '\n';
    if (node->element == nullptr) {
      part("text", node->text);
    } else {
      write(*node->element, &element, out);
    }
  }
  out += ")";
}

std::string write(const ElementPtr& element) {
  std::string out;
  if (element != nullptr) write(*element, nullptr, out);
  return out;
}

// The tags of an element that is framed as the stream reader would frame it.
std::optional<std::vector<Tag>> tags_of(std::string_view text) {
  if (parser::xml::find_utf8_fault(text).begin != text.size()) return std::nullopt;
  std::vector<Tag> tags;
  parser::xml::Tokenizer tokenizer;
  size_t depth = 0;
  for (Token token = tokenizer.next(text); token != Token::kMore; token = tokenizer.next(text)) {
    const Tag tag{tokenizer.begin(), tokenizer.end(), token == Token::kEmptyTag};
    switch (token) {
      case Token::kText:
      case Token::kCdata:
        if (depth == 0) return std::nullopt;
        continue;
      case Token::kStartTag:
        ++depth;
        break;
      case Token::kEndTag:
        if (depth-- == 0) return std::nullopt;
        break;
      case Token::kEmptyTag:
        break;
      default:  // comments and the like are cut out by the stream reader
        return std::nullopt;
    }
    tags.push_back(tag);
    if (depth == 0) break;
  }
  if (tags.empty() || depth != 0 || tags.back().end != text.size()) return std::nullopt;
  return tags;
}

PlainVerdict verdict(std::string_view text, const ElementPtr& plain, const ElementPtr& judged,
                     const Parser& judge) {
  PlainVerdict verdict;
  verdict.taken = true;
  const std::string a = write(plain);
  const std::string b = write(judged);
  if (a == b && judge.errors().empty()) return verdict;
  verdict.difference = "of " + std::string(text) + "\nPlainParser:\n" + a + "\nlibxml2:\n" + b;
  for (const parser::xml::Error& error : judge.errors()) verdict.difference += "\nerror: " + error.context;
  return verdict;
}

}  // namespace

PlainVerdict compare_plain(std::string_view text, bool split) {
  const auto tags = tags_of(text);
  if (!tags) return {};
  PlainParser plain;
  plain.set_root(plain.open(kHeader, {0, kHeader.size()}, 3));
  plain.begin(kOffset);
  const std::span<const Tag> all(*tags);
  size_t from = 0;
  for (size_t i = 0; i < all.size();) {
    const size_t count = split ? 1 : all.size();
    if (!plain.feed(text, from, all.subspan(i, count), kAttributes)) return {};
    i += count;
    from = all[i - 1].end;
  }
  const ElementPtr taken = plain.finish();
  Parser judge;
  judge.reopen(kHeader);
  judge.begin(kOffset);
  for (const Tag& tag : all) judge.add_tag(tag);
  judge.prepare(text.size(), kAttributes);
  judge.feed(text, 0, text.size());
  judge.expect_all_taken();
  return verdict(text, taken, judge.finish(), judge);
}

PlainVerdict compare_plain_header(std::string_view tag) {
  if (tag.size() < 4) return {};  // libxml2 waits for four bytes before it begins; no header is that short
  parser::xml::Tokenizer tokenizer;
  if (parser::xml::find_utf8_fault(tag).begin != tag.size() || tokenizer.next(tag) != Token::kStartTag ||
      tokenizer.end() != tag.size()) {
    return {};
  }
  const ByteRange range{kOffset, kOffset + tag.size()};
  PlainParser plain;
  const ElementPtr taken = plain.open(tag, range, kAttributes);
  if (taken == nullptr) return {};
  Parser judge;
  const ElementPtr judged = judge.open(tag, range, kAttributes);
  return verdict(tag, taken, judged, judge);
}

}  // namespace test
