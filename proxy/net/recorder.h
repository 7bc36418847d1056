// The recorder's thread: takes what all I/O threads saw out of their rings, analyses it, and feeds the sinks,
// the capture writer first. It polls (10 ms; sooner only when a ring is half full), so the relay never pays
// for waking it. A slow disk or terminal slows this thread; what happens then is the ring's overflow policy.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "captures/output.h"
#include "captures/series_writer.h"
#include "parser/analyzer.h"
#include "proxy/net/log.h"
#include "proxy/net/tap_ring.h"

namespace proxy::net {

struct RecorderOptions {
  parser::AnalyzerOptions analyzer;  // .numbering is set to the writer
  captures::SeriesOptions series;    // how and what is written
  std::chrono::milliseconds poll{10};
  std::chrono::milliseconds flush{50};  // of the capture; also the age at which a partial element goes in
  std::chrono::milliseconds release_after{1'000};  // idle time after which a connection's parser memory goes
};

class Recorder {
 public:
  // `output` may be null: nothing is written, frames are only counted; `files` takes its place where it is
  // given. `sinks` get every event behind the
  // writer; `batch_done` is called (on the recorder's thread) when what was there has been worked off, e.g.
  // to flush lines. None is owned.
  Recorder(const RecorderOptions& options, captures::Output* output, std::vector<parser::EventSink*> sinks,
           std::function<void()> batch_done, Log log, captures::OutputSeries* files = nullptr);
  ~Recorder();  // stops
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

  // Before start().
  void add_ring(TapRing& ring);
  void start();
  // Call when nothing is put into the rings any more: takes the rest, ends open connections, flushes.
  void stop();

  // From any thread.
  void attention();
  void add_keylog_line(std::string_view line);

  struct Totals {
    uint64_t frames = 0;
    uint64_t files = 0;
    uint64_t file_bytes = 0;
    bool writing_failed = false;
  };
  Totals totals() const;  // after stop()

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace proxy::net
