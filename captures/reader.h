// Reads a capture back: bytes of the file in, an Analyzer driven, damage reported. Sans-I/O; whole files and
// growing ones are the same to it (captures/file.h brings the bytes).
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "captures/marks.h"
#include "parser/analyzer.h"

namespace captures {

// What was lost, and where.
struct Damage {
  uint64_t offset = 0;  // in the file, bytes
  uint64_t frame = 0;   // the last whole packet before it
  std::string what;     // one sentence
};

// A user's or our own packet comment, as found.
struct Comment {
  uint64_t frame = 0;
  std::string text;
};

class Reader {
 public:
  // Events go to `sink` with the file's packet numbers as frames. options.numbering is ignored.
  Reader(const parser::AnalyzerOptions& options, parser::EventSink& sink);
  ~Reader();

  // The next bytes of the file, in any pieces. A file that is compressed with zstd is decoded on the way; its
  // offsets are those of what was compressed.
  void feed(std::string_view bytes);
  // What is fed next are whole blocks from `offset` of the file on, and its first packet is number `frame`:
  // for reading parts of a file that is not compressed, behind the blocks at its front
  // (captures/capture_index.h).
  void skip_to(uint64_t frame, uint64_t offset);
  // Packets up to number `frame`, the last of the file, are not read: what finish() reports is of there, and
  // then.
  void pass_to_end(uint64_t frame, parser::Time time);
  // Before anything is fed: packets of other connections are passed by. Empty: none is.
  void only(const std::set<parser::ConnectionId>& connections);
  // The file ends here: reports a cut block as damage, open connections as lost.
  void finish();

  bool failed()
      const;  // not a pcapng file, or not one that this version can read: error() says which and what to do
  const std::string& error() const;
  const std::vector<Damage>& damage() const;
  const std::vector<Comment>& comments() const;
  void keep_comments(bool keep);           // true at first
  const std::vector<Mark>& marks() const;  // what people noted; by frame
  uint64_t frames() const;                 // packets read so far
  uint64_t offset() const;                 // bytes of the file consumed as whole blocks

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace captures
