// Records of one ring come in order; among the rings the one with the oldest next record goes first, so that
// frames are in order of time up to what is still on its way.
//
// A crash may cost at most what arrived in the last 100 ms: the writer is flushed every 50 ms, and an element
// that stayed incomplete between two flushes with no event in between is written as far as it has come.

#include "proxy/net/recorder.h"

#include <fmt/format.h>
#include <malloc.h>
#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <set>
#include <thread>
#include <utility>

namespace proxy::net {

namespace {

using Steady = std::chrono::steady_clock;
using Stream = std::pair<parser::ConnectionId, parser::Direction>;

constexpr size_t kRecordsPerRound = 4096;  // then flushing gets its turn
// Nothing came for this long: poll at half the speed of the flush, the first line comes that much later.
constexpr auto kQuiet = std::chrono::seconds(2);
constexpr auto kQuietPoll = std::chrono::milliseconds(40);

parser::Time system_now() {
  return std::chrono::time_point_cast<parser::Duration>(std::chrono::system_clock::now());
}

}  // namespace

class Recorder::Impl : public parser::EventSink {
 public:
  Impl(const RecorderOptions& options, captures::Output* output, std::vector<parser::EventSink*> sinks,
       std::function<void()> batch_done, Log log, captures::OutputSeries* files)
      : options_(options),
        has_output_(output != nullptr || files != nullptr),
        retries_(files != nullptr &&
                 (options.series.rotate_bytes > 0 || options.series.rotate_every > parser::Duration(0))),
        writer_(files != nullptr ? captures::SeriesWriter(options.series, *files, system_now())
                                 : captures::SeriesWriter(options.series, output)),
        analyzer_(with_numbering(options.analyzer, writer_), *this),
        sinks_(std::move(sinks)),
        batch_done_(std::move(batch_done)),
        log_(std::move(log)),
        wake_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {}

  ~Impl() override {
    stop();
    if (wake_ >= 0) ::close(wake_);
  }

  void add_ring(TapRing& ring) { rings_.push_back(&ring); }
  void start() {
    thread_ = std::thread([this] { run(); });
    ::pthread_setname_np(thread_.native_handle(), "recorder");
  }
  void stop() {
    if (!thread_.joinable()) return;
    stopping_.store(true, std::memory_order_release);
    attention();
    thread_.join();
  }
  void attention() {
    const uint64_t one = 1;
    // Full counter means that it is readable already.
    [[maybe_unused]] const ssize_t written = ::write(wake_, &one, sizeof one);
  }
  void add_keylog_line(std::string_view line) {
    const std::lock_guard lock(keylog_mutex_);
    keylog_.emplace_back(line);
  }
  Totals totals() const { return {writer_.frames(), writer_.files(), writer_.bytes(), writer_.failed()}; }

  void on_event(const parser::StreamEvent& event) override {
    writer_.on_event(event);
    for (parser::EventSink* sink : sinks_) sink->on_event(event);
    if (!aging_.empty()) aging_.erase({event.connection, event.direction});
  }

 private:
  static parser::AnalyzerOptions with_numbering(parser::AnalyzerOptions options,
                                                captures::SeriesWriter& writer) {
    options.numbering = &writer;
    return options;
  }

  void run() {
    auto last_record = Steady::now();
    bool untrimmed = false;
    auto next_flush = last_record + options_.flush;
    auto next_release = last_record + options_.release_after;
    for (;;) {
      // Looked at before draining: what was put in before stop() is seen by the drain behind it.
      const bool stopping = stopping_.load(std::memory_order_acquire);
      const size_t records = drain();
      const auto now = Steady::now();
      if (records > 0) {
        last_record = now;
        untrimmed = true;
      }
      if (now >= next_flush) {
        next_flush = now + options_.flush;
        flush();
      }
      if (now >= next_release) {
        next_release = now + options_.release_after / 2;
        analyzer_.release_idle(system_now() - options_.release_after);
        // Everything rests: what was freed goes back to the system.
        if (untrimmed && now - last_record > options_.release_after) {
          untrimmed = false;
          ::malloc_trim(0);
        }
      }
      if (records >= kRecordsPerRound) continue;
      if (records > 0 && batch_done_) batch_done_();
      if (stopping && records == 0) break;
      wait(now - last_record > kQuiet ? std::min(kQuietPoll, options_.flush) : options_.poll);
    }
    analyzer_.finish(system_now());
    flush();
    writer_.finish();
    if (batch_done_) batch_done_();
  }

  void wait(std::chrono::milliseconds time) {
    pollfd poll_for{wake_, POLLIN, 0};
    if (::poll(&poll_for, 1, static_cast<int>(time.count())) > 0) {
      uint64_t count = 0;
      [[maybe_unused]] const ssize_t got = ::read(wake_, &count, sizeof count);
    }
  }

  size_t drain() {
    take_keylog();
    size_t records = 0;
    TapRecord record;
    while (records < kRecordsPerRound) {
      TapRing* next = rings_.size() == 1 ? rings_.front() : oldest();
      if (next == nullptr || !next->pop(record)) break;
      ++records;
      feed(record);
      if (rings_.size() > 1) next->release();
    }
    return records;
  }

  TapRing* oldest() {
    TapRing* best = nullptr;
    parser::Time best_time{};
    for (TapRing* ring : rings_) {
      const auto time = ring->next_time();
      if (time && (best == nullptr || *time < best_time)) {
        best = ring;
        best_time = *time;
      }
    }
    return best;
  }

  void feed(TapRecord& record) {
    if (record.kind == TapKind::kBytes) {
      const Stream stream{record.connection, record.direction};
      if (touched_.empty() || touched_.back() != stream) touch(stream);
      analyzer_.bytes(record.time, record.connection, record.direction, record.bytes);
      return;
    }
    const parser::Time time = record.time;
    const parser::ConnectionId id = record.connection;
    struct Visitor {
      parser::Analyzer& analyzer;
      parser::Time time;
      parser::ConnectionId id;
      void operator()(const std::monostate&) const {}
      void operator()(const parser::ConnectionInfo& f) const { analyzer.opened(time, id, f); }
      void operator()(const parser::UpstreamConnected& f) const { analyzer.upstream(time, id, f); }
      void operator()(const parser::TlsEstablished& f) const { analyzer.tls_established(time, id, f); }
      void operator()(const parser::Edit& f) const { analyzer.edited(time, id, f); }
      void operator()(const parser::Dropped& f) const { analyzer.dropped(time, id, f); }
      void operator()(const parser::Notice& f) const { analyzer.notice(time, id, f); }
      void operator()(const parser::Closed& f) const { analyzer.closed(time, id, f); }
    };
    std::visit(Visitor{analyzer_, time, id}, *record.fact);
    record.fact.reset();
  }

  // Streams that had bytes since the last flush. Bounded: looked through and emptied when it is long.
  void touch(const Stream& stream) {
    touched_.push_back(stream);
    if (touched_.size() < 65'536) return;
    std::sort(touched_.begin(), touched_.end());
    touched_.erase(std::unique(touched_.begin(), touched_.end()), touched_.end());
  }

  void flush() {
    if (has_output_ && !writer_.failed()) {
      for (const Stream& stream : aging_) {
        const std::string_view partial = analyzer_.partial(stream.first, stream.second);
        if (!partial.empty()) writer_.on_partial(system_now(), stream.first, stream.second, partial);
      }
      aging_.clear();
      std::sort(touched_.begin(), touched_.end());
      touched_.erase(std::unique(touched_.begin(), touched_.end()), touched_.end());
      for (const Stream& stream : touched_) {
        if (!analyzer_.partial(stream.first, stream.second).empty()) aging_.insert(stream);
      }
    }
    touched_.clear();
    if (touched_.capacity() > 4096) touched_.shrink_to_fit();
    take_keylog();
    writer_.flush(system_now());
    if (has_output_) tell_failure();
  }

  void tell_failure() {
    if (writer_.failed() == told_failure_) return;
    told_failure_ = writer_.failed();
    if (!told_failure_) {
      log_(LogLevel::kWarning, "recording goes on, in another file; what passed in between is in none");
    } else if (retries_) {
      log_(LogLevel::kError,
           fmt::format(
               "RECORDING STOPPED after {} frames: {}. The relay goes on without; another file is tried "
               "every {} s",
               writer_.frames(), writer_.error(),
               std::chrono::duration_cast<std::chrono::seconds>(options_.series.retry).count()));
    } else {
      log_(LogLevel::kError,
           fmt::format("RECORDING STOPPED after {} frames: {}. The relay goes on, without a capture; "
                       "make room and start again to record",
                       writer_.frames(), writer_.error()));
    }
  }

  void take_keylog() {
    std::vector<std::string> lines;
    {
      const std::lock_guard lock(keylog_mutex_);
      lines.swap(keylog_);
    }
    for (const std::string& line : lines) writer_.add_keylog_line(line);
  }

  RecorderOptions options_;
  const bool has_output_;
  const bool retries_;
  captures::SeriesWriter writer_;
  parser::Analyzer analyzer_;
  std::vector<parser::EventSink*> sinks_;
  std::function<void()> batch_done_;
  Log log_;
  std::vector<TapRing*> rings_;
  int wake_;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
  std::mutex keylog_mutex_;
  std::vector<std::string> keylog_;
  std::vector<Stream> touched_;
  std::set<Stream> aging_;  // had an incomplete element at the last flush, and no event since
  bool told_failure_ = false;
};

Recorder::Recorder(const RecorderOptions& options, captures::Output* output,
                   std::vector<parser::EventSink*> sinks, std::function<void()> batch_done, Log log,
                   captures::OutputSeries* files)
    : impl_(std::make_unique<Impl>(options, output, std::move(sinks), std::move(batch_done), std::move(log),
                                   files)) {}
Recorder::~Recorder() = default;
void Recorder::add_ring(TapRing& ring) {
  impl_->add_ring(ring);
}
void Recorder::start() {
  impl_->start();
}
void Recorder::stop() {
  impl_->stop();
}
void Recorder::attention() {
  impl_->attention();
}
void Recorder::add_keylog_line(std::string_view line) {
  impl_->add_keylog_line(line);
}
Recorder::Totals Recorder::totals() const {
  return impl_->totals();
}

}  // namespace proxy::net
