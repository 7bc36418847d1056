// Builds the trees of elements that are well-formed at a glance, many times as fast as libxml2 does.
//
// It takes the subset of XML that nearly all stanzas are written in, and judges nothing: where something is
// wrong, or merely unusual, it declines, and Parser (libxml2) is asked about the whole element. What it
// takes, libxml2 takes too, and the trees are the same; tests/parser/xml/plain_parser_test.cc and the fuzzer
// "plain" hold one against the other.
//
// Not in the subset: names beyond ASCII, character references (&#…;), CDATA, carriage returns, attribute
// values with white space other than blanks, blanks around '=', more than 16 attributes on a tag,
// declarations of the empty namespace and of prefixes that begin with "xml"; and of course all that is not
// well-formed, undeclared prefixes among it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "parser/xml/element.h"
#include "parser/xml/tag.h"

namespace parser::xml {

class Arena;

class PlainParser {
 public:
  PlainParser();
  ~PlainParser();
  PlainParser(PlainParser&&) noexcept;
  PlainParser& operator=(PlainParser&&) noexcept;

  // A start tag alone, as the document's root; valid UTF-8, as everywhere here. Null: declined.
  ElementPtr open(std::string_view tag, ByteRange range, size_t attributes);
  // The element whose declarations are in scope in those that follow; null: none are.
  void set_root(ElementPtr root);

  // Begins a depth-1 element whose first byte is at `offset`.
  void begin(uint64_t offset);
  // Takes the bytes from `from` to the end of the last of `tags`, which are all tags there; `attributes` is
  // how many this element has so far, to guess the memory. False: declined, begin() comes next.
  bool feed(std::string_view element, size_t from, std::span<const Tag> tags, size_t attributes);
  // The element, once its end tag was fed; null before.
  ElementPtr finish();

  // Frees all memory but the root.
  void release_memory();

 private:
  struct Frame {
    Element* element;
    Node* last_node;
    std::string_view name;        // as written, with its prefix
    std::string_view default_ns;  // of unprefixed children
    size_t bindings;              // how many are in scope around it
  };

  void bind_root();
  char* copy(std::string_view bytes);  // followed by zeros
  bool start_tag(char* tag, size_t size, bool empty, ByteRange range);
  bool end_tag(const char* tag, size_t size, uint64_t end);
  bool text(char* run, size_t size);
  void append(Node* node);
  bool resolve(std::string_view prefix, std::string_view& uri);

  ElementPtr root_;
  std::shared_ptr<Arena> arena_;
  std::vector<Frame> stack_;                    // open elements
  std::vector<NamespaceDeclaration> bindings_;  // the root's, and those of prefixes in scope below it
  uint32_t root_bindings_ = 0;
  Element* element_ = nullptr;  // the tree at hand
  uint64_t offset_ = 0;
};

}  // namespace parser::xml
