// Cuts the messages of one direction of a WebSocket connection into stream items (RFC 7395 §3.3).
//
// Each message is a document of its own: it declares its namespaces itself, and what is wrong with one says
// nothing of the next. <open/> comes out as a header and <close/> as a footer, with its element; a message
// that holds a <stream:stream> gives a header, too. Whoever feeds it has joined the fragments of a message
// and inflated it.
#pragma once

#include <cstdint>
#include <string_view>

#include "parser/stream/stream_reader.h"
#include "parser/xml/limits.h"

namespace parser {

class FrameReader {
 public:
  explicit FrameReader(const xml::Limits& limits);

  // One whole message. Every byte of it is in the items; a message that ends before its element does gives a
  // fatal violation, and what there is of it as kUnparsed.
  void feed(std::string_view message, StreamReader::Handler& handler);
  // Bytes that will never be seen.
  void skip(uint64_t bytes);
  uint64_t offset() const { return reader_.offset(); }  // of all messages so far, without what frames them
  // Frees the parser's memory between messages.
  void release_memory() { reader_.release_memory(); }

 private:
  StreamReader::Options options_;
  StreamReader reader_;
};

}  // namespace parser
