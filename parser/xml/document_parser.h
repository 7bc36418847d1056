// One XML document: PlainParser for the elements that it takes, libxml2 for the header and the elements that
// it declines, and nobody behind it can tell which it was.
//
// As with Parser, the caller cuts the bytes: the document's start tag first, then one depth-1 element at a
// time, in pieces that end behind a tag.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "parser/xml/element.h"
#include "parser/xml/error.h"
#include "parser/xml/parser.h"
#include "parser/xml/plain_parser.h"
#include "parser/xml/tag.h"

namespace parser::xml {

class DocumentParser {
 public:
  // See Parser::open().
  ElementPtr open(std::string_view tag, ByteRange range, size_t attributes);
  // The same for a tag that was opened before, or that nobody sent: nothing is reported.
  void reopen(std::string_view tag);
  bool is_open() const { return open_; }
  void close();
  // Frees what is not needed between elements; the document stays open.
  void release_memory();

  // Begins a depth-1 element whose first byte is at `offset`. `document` is the tag that open() had; it must
  // stay until the element is finished.
  void begin(uint64_t offset, std::string_view document);
  // Where the element's next tag is. Every tag, before it is fed.
  void add_tag(Tag tag);
  const std::vector<Tag>& tags() const { return tags_; }
  // Feeds bytes [from, to) of the element, of which `element` holds everything up to `to`; `attributes` is
  // how many its tags have so far. The last piece of what is fed before errors are looked at ends behind a
  // tag.
  void feed(std::string_view element, size_t from, size_t to, size_t attributes);
  // From here on bytes will be left out between the pieces (comments): not a thing for PlainParser. `element`
  // holds what was fed so far.
  void expect_gaps(std::string_view element, size_t attributes);
  // What was fed ends behind a tag, so nothing can be waited for: an error where something is.
  void expect_all_taken();
  // The element, once its end tag was fed; null before.
  ElementPtr finish();

  // See Parser.
  const std::vector<Error>& errors() const;
  void clear_errors();

 private:
  Parser& judge();
  void ask_judge(std::string_view element, size_t to, size_t attributes);

  PlainParser plain_;
  std::unique_ptr<Parser> judge_;  // libxml2; there from when it is needed until release_memory()
  std::vector<Tag> tags_;
  std::string_view document_;
  uint64_t offset_ = 0;
  size_t first_ = 0;     // byte of the element that was fed
  size_t fed_ = 0;       // how far
  size_t tags_fed_ = 0;  // to plain_
  bool open_ = false;
  bool judging_ = false;  // the element is libxml2's
};

}  // namespace parser::xml
