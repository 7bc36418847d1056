// What a StreamReader says of some bytes, as text that tests and fuzzers compare.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "parser/stream/stream_reader.h"

namespace test {

// One line per item, without how they were chunked (adjacent keepalives are one, so are unparsed bytes):
//   header 0..127 {http://etherx.jabber.org/streams}stream restart
//   element 127..190 <message xmlns='jabber:client' …>…</message>
//   keepalive 190..191
//   violation 202..205 text-between-stanzas (bad-format): Only whitespace …
//   fatal 210..220 …
//   unparsed 202..260
//   footer 205..221
class StreamTrace : public parser::StreamReader::Handler {
 public:
  void on_item(const parser::StreamItem& item) override;

  // The lines, each with its newline. Ends in a line "fault: …" where an item has other bytes than its range
  // says, or the items leave bytes out or tell them twice.
  std::string text() const;

 private:
  struct Line {
    parser::StreamItem::Kind kind;
    parser::ByteRange range;
    std::string text;
  };
  std::vector<Line> lines_;
  uint64_t next_ = 0;  // where the next item with bytes must begin
  std::string fault_;
};

// The element and all below it, one line: {ns}local[begin,end){ns}attribute='value'( children and "text" ).
std::string describe(const parser::xml::Element& element);

struct TraceOptions {
  parser::StreamReader::Options reader;
  // Behind an element with one of these local names the reader is restarted, as the owner of one does for
  // <success/>; behind these, feed() is paused and goes on with what it left over.
  std::vector<std::string_view> restart_behind;
  std::vector<std::string_view> pause_behind;
  bool release_between_feeds = false;  // release_memory() after every feed()
};

// Feeds the pieces and finishes; the whole trace.
std::string trace(const std::vector<std::string_view>& chunks, const TraceOptions& options = {});

}  // namespace test
