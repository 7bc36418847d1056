// A recording in several files: rotated by size and age, of all connections or of those that something
// matches. Each file is a capture by itself: a connection that goes on from an earlier file begins in it with
// its handshake (with the times that it had), then a notice and how many bytes are not there, then what is
// said now. One that turns out to be wanted in its middle is there from its beginning, if what was said until
// then is within bounds; else it begins like the others.
//
// Sans-I/O: an OutputSeries opens the files, the events bring the time.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "captures/writer.h"

namespace captures {

// Where the files of a recording come from.
class OutputSeries {
 public:
  virtual ~OutputSeries() = default;
  // Opens the next one, whose first packet is of that time; the one before is not used any more by then. Null
  // and an error, as one sentence, where it cannot.
  virtual std::unique_ptr<Output> next(parser::Time time, std::string& error) = 0;
};

struct SeriesOptions {
  WriterOptions writer;
  uint64_t rotate_bytes = 0;         // a file that is so long is followed by the next; 0: never
  parser::Duration rotate_every{0};  // … that is so old, as soon as something is to be written; 0: never
  // Connections of which no event was wanted are not recorded; empty: all are. Called in the order of events.
  std::function<bool(const parser::StreamEvent&)> wanted;
  // A handshake is kept while its connection lasts, and what follows it while nothing of the connection was
  // wanted, up to these bounds (memory, estimated). A handshake that is longer is not kept: its connection
  // then begins in mid-session.
  size_t most_kept = 256u << 10;   // of one connection's handshake
  size_t most_between = 1u << 20;  // of what one connection says between it and the first match
  size_t most_kept_in_all = 128u << 20;
  // A file that could not be opened or written is followed by another attempt after so long.
  parser::Duration retry = std::chrono::seconds(10);
};

class SeriesWriter : public parser::EventSink, public parser::FrameNumbering {
 public:
  // Into one output, which may be null (frames are counted only) and is not owned.
  SeriesWriter(const SeriesOptions& options, Output* output);
  // Into the files of `series`, which is not owned; the first is opened at once.
  SeriesWriter(const SeriesOptions& options, OutputSeries& series, parser::Time now);
  ~SeriesWriter() override;

  void on_event(const parser::StreamEvent& event) override;
  // Of the file that the event will be in; 0 where it will be in none.
  uint64_t frame_of(parser::ConnectionId connection, parser::EventKind kind, parser::Direction direction,
                    size_t bytes) override;
  void on_partial(parser::Time time, parser::ConnectionId connection, parser::Direction direction,
                  std::string_view partial);
  void flush(parser::Time now);
  void add_keylog_line(std::string_view line);
  // What is open is complete; nothing is written behind it.
  void finish();

  bool failed() const;  // nothing is written now; where files are rotated, another is tried later
  const std::string& error() const;  // why
  uint64_t frames() const;           // of all files
  uint64_t bytes() const;
  uint64_t files() const { return file_; }

 private:
  struct Kept {
    parser::StreamEvent event;  // its bytes are `bytes`
    std::string bytes;
  };
  struct Connection {
    std::vector<Kept> kept;     // the handshake
    std::vector<Kept> between;  // what followed it, while nothing was wanted
    size_t kept_size = 0;
    size_t between_size = 0;
    bool keeping = true;                 // the handshake is not over
    bool all_between = true;             // `between` has all that followed
    bool wanted = false;                 // to be recorded
    uint64_t file = 0;                   // number of the file that it is in; 0: none
    std::array<uint64_t, 2> kept_end{};  // bytes of each direction that `kept` covers
    std::array<uint64_t, 2> seen{};      // … that there were
  };
  using Connections = std::unordered_map<parser::ConnectionId, Connection>;

  bool rotates() const {
    return series_ != nullptr && (options_.rotate_bytes > 0 || options_.rotate_every > parser::Duration(0));
  }
  bool tracks() const { return rotates() || options_.wanted; }
  void keep(Connection& connection, const parser::StreamEvent& event);
  void keep_between(Connection& connection, const parser::StreamEvent& event);
  void forget_handshake(Connection& connection);
  void forget_between(Connection& connection);
  void replay(std::vector<Kept>& events);
  void carry_over(parser::ConnectionId id, Connection& connection, parser::Time now);
  void rotate_if_due(parser::Time now);
  void rotate(parser::Time now);
  void close_file();

  SeriesOptions options_;
  OutputSeries* series_ = nullptr;
  std::unique_ptr<Output> output_;
  std::unique_ptr<Writer> writer_;
  uint64_t file_ = 1;          // number of the file that is open
  parser::Time file_begin_{};  // when it was opened
  parser::Time retry_at_{};
  std::string open_error_;  // of the last attempt to open one
  uint64_t frames_before_ = 0;
  uint64_t bytes_before_ = 0;
  Connections connections_;
  size_t kept_size_ = 0;
};

}  // namespace captures
