// Turns the markup of one XML document into element trees, with libxml2 as the judge of what is well-formed.
//
// The caller cuts the bytes (see Tokenizer): the document's start tag first, then one depth-1 element at a
// time, in pieces that end behind a tag. Comments, processing instructions, DTDs and the XML declaration
// are the caller's business and never come here; neither does anything that is not UTF-8.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "parser/xml/element.h"
#include "parser/xml/error.h"
#include "parser/xml/tag.h"

namespace parser::xml {

class Parser {
 public:
  Parser();
  ~Parser();
  Parser(Parser&&) noexcept;
  Parser& operator=(Parser&&) noexcept;

  // Begins a document with its start tag, `<name …>`: not an empty-element tag, and not less than the
  // whole. Returns the root as an element without children whose ranges are `range`; null where the
  // tag is not well-formed, then failed() is true.
  ElementPtr open(std::string_view tag, ByteRange range, size_t attributes);
  // The same for a start tag that was opened before, to go on in its context: nothing is reported.
  void reopen(std::string_view tag);
  bool is_open() const { return context_ != nullptr; }
  // Frees libxml2's memory and the memory kept for the next element.
  void close();
  // Whether libxml2's tables have grown so much that the document should be reopened between elements.
  bool worn() const;

  // Begins a depth-1 element whose first byte is at `offset`.
  void begin(uint64_t offset);
  // Where the element's next tag is. Every tag, before it is fed.
  void add_tag(Tag tag) { tags_.push_back(tag); }
  const std::vector<Tag>& tags() const { return tags_; }
  // Makes room for the element, before the first feed(): what is known of it by now.
  void prepare(size_t bytes, size_t attributes);
  // Feeds bytes [from, to) of the element, of which `element` holds everything up to `to`. The last piece of
  // what is fed before errors are looked at ends behind a tag.
  void feed(std::string_view element, size_t from, size_t to);
  // What was fed ends behind a tag, so libxml2 can have nothing left to wait for: an error where it has.
  void expect_all_taken();
  // The element, once its end tag was fed; null before.
  ElementPtr finish();

  bool failed() const { return failed_; }  // a fatal error is the last of errors()
  // What was found since they were last cleared, in the order of the bytes.
  const std::vector<Error>& errors() const { return errors_; }
  void clear_errors() { errors_.clear(); }

 private:
  struct Builder;

  void create(std::string_view tag);

  std::unique_ptr<Builder> context_;
  std::vector<Tag> tags_;
  std::vector<Error> errors_;
  bool failed_ = false;
};

}  // namespace parser::xml
