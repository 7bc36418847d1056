// The reader's insides: one item at a time, from its first byte on. Private to stream_reader.cc (what stands
// between elements, and the gathering of bytes) and stream_element.cc (what stands inside them).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "parser/stream/stream_reader.h"
#include "parser/xml/document_parser.h"
#include "parser/xml/tokenizer.h"

namespace parser {

// What is wrong with a malformed token.
std::string why_malformed(std::string_view token);

class StreamReader::Impl {
 public:
  explicit Impl(const Options& options);

  size_t feed(std::string_view bytes, Handler& handler);
  void finish(Handler& handler);
  void restart();
  void skip(uint64_t bytes);
  void release_memory();

  void pause() { paused_ = true; }
  uint64_t offset() const { return in_callback_ ? callback_end_ : item_offset_ + buffer_.size() + skipped_; }
  std::string_view partial() const { return buffer_; }
  bool in_document() const { return document_ == Document::kOpen || document_ == Document::kAssumed; }
  bool failed() const { return failed_; }
  const xml::Element* header() const { return header_.get(); }

 private:
  static constexpr size_t kIncomplete = 0;  // "the item does not end in this window"

  enum class Document : uint8_t {
    kNone,     // a header is due
    kAssumed,  // no header, but elements are taken as if there had been one
    kOpen,
    kClosed,  // behind the footer
  };

  // The whole of one item at the beginning of `window`: how many bytes it has, or kIncomplete.
  size_t item(std::string_view window);
  size_t keepalive(std::string_view window);
  size_t text_run(std::string_view window);
  size_t markup(std::string_view window);
  size_t outer(xml::Token token, std::string_view window);
  size_t start_tag(xml::Token token, std::string_view window);
  size_t header(xml::Token token, std::string_view window, xml::DocumentParser parser,
                xml::ElementPtr element);
  size_t footer(std::string_view window);
  size_t begin_element(xml::Token token, std::string_view window);
  size_t inside(xml::Token token, std::string_view window);
  size_t fail(std::string_view window, xml::Error error);
  size_t fail(std::string_view window, xml::ErrorCode code, size_t begin, size_t end, std::string context);
  bool feed_tags(std::string_view window);
  bool valid_utf8(std::string_view window, size_t end, xml::Error& error) const;
  void end_item();

  ByteRange range(size_t begin, size_t end) const { return {item_offset_ + begin, item_offset_ + end}; }
  void violation(xml::Error error, std::string_view bytes = {});
  void emit(const StreamItem& item);
  void drop_abandoned();
  void emit_bytes(StreamItem::Kind kind, std::string_view bytes, size_t begin = 0);

  const xml::Limits limits_;
  const bool expect_header_;
  Handler* handler_ = nullptr;

  Document document_ = Document::kNone;
  bool failed_ = false;
  bool any_ = false;  // a header or an element was delivered
  bool paused_ = false;
  bool restart_ = false;    // asked for in a callback
  bool abandoned_ = false;  // what is gathered will never be finished
  bool in_callback_ = false;
  uint64_t callback_end_ = 0;  // behind the item that it is about
  uint64_t skipped_ = 0;       // bytes to leave out behind the item at hand
  std::string header_tag_;     // of the current document, or of the assumed one
  xml::ElementPtr header_;
  xml::DocumentParser parser_;

  // The item at hand. Positions count from its first byte.
  uint64_t item_offset_ = 0;
  std::string buffer_;
  xml::Tokenizer tokenizer_;
  bool begun_ = false;       // the tokenizer is at work on it
  bool declared_ = false;    // it began with an XML declaration
  bool in_element_ = false;  // a depth-1 element was opened in it
  size_t depth_ = 0;         // of elements open in it, the header not counted
  size_t looked_ = 0;        // of text: how far it was checked
  size_t fed_ = 0;           // how far the parser has it
  size_t last_tag_end_ = 0;  // how far the parser may have it
  size_t tags_fed_ = 0;      // the number of tags that it has
  size_t attributes_ = 0;
  size_t text_begin_ = 0;  // of the last text inside the element
  size_t text_end_ = 0;
  struct Cut {
    size_t begin;
    size_t end;
  };
  std::vector<Cut> cuts_;  // comments and processing instructions behind fed_
};

}  // namespace parser
