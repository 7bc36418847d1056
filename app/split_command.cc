// By size or time the events go through the writer of rotated recordings; by connection each has a capture of
// its own, open as long as the connection is.
#include "app/split_command.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "app/command.h"
#include "app/exit_code.h"
#include "app/units.h"
#include "captures/file.h"
#include "captures/file_series.h"
#include "captures/reader.h"
#include "captures/recut/told.h"
#include "captures/series_writer.h"

namespace app {
namespace {

constexpr size_t kMostOpen = 500;  // files at a time

struct Arguments {
  std::string in;
  std::string out;
  uint64_t size = 0;
  parser::Duration every{0};
  bool by_connection = false;
  bool compress = false;
  bool force = false;
};

int fail(const std::string& text, int code) {
  std::fprintf(stderr, "stanzascope split: %s\n", text.c_str());
  return code;
}

captures::WriterOptions writer_options() {
  // What is masked stays so; what is not was meant to be there.
  return {.record_secrets = true, .application = "stanzascope " STANZASCOPE_VERSION};
}

parser::AnalyzerOptions reading() {
  parser::AnalyzerOptions options;
  options.rules = false;
  return options;
}

// Judges what the Reader tells again, so that the findings in the packets are those of the part.
class Part : public parser::EventSink {
 public:
  explicit Part(parser::Analyzer& analyzer) : analyzer_(analyzer) {}
  void on_event(const parser::StreamEvent& event) override {
    captures::tell(captures::told(event), event.connection, analyzer_);
    last = event.time;
  }
  parser::Time last{};

 private:
  parser::Analyzer& analyzer_;
};

class ByConnection : public parser::EventSink {
 public:
  explicit ByConnection(const Arguments& a) : a_(a) {}

  void on_event(const parser::StreamEvent& event) override {
    if (!error.empty()) return;
    auto found = open_.find(event.connection);
    if (found == open_.end()) {
      if (open_.size() >= kMostOpen) {
        error =
            "more than 500 connections are open at a time. Take some of them with: stanzascope cut "
            "--connection";
        return;
      }
      std::string path = path_of(event.connection);
      auto file = captures::FileOutput::create(path, a_.force, error);
      if (!file) return;
      found = open_.emplace(event.connection, std::make_unique<Open>(std::move(path), std::move(file))).first;
      ++files;
    }
    Open& open = *found->second;
    captures::tell(captures::told(event), event.connection, open.analyzer);
    last_ = event.time;
    if (event.kind == parser::EventKind::kClosed) {
      close(open);
      open_.erase(found);
    }
  }

  void finish() {
    for (auto& [id, open] : open_) close(*open);
    open_.clear();
  }

  std::string error;
  size_t files = 0;

 private:
  struct Open {
    Open(std::string name, std::unique_ptr<captures::FileOutput> output)
        : path(std::move(name)),
          file(std::move(output)),
          writer(writer_options(), file.get()),
          analyzer(numbered(writer), writer) {}
    static parser::AnalyzerOptions numbered(captures::Writer& writer) {
      parser::AnalyzerOptions options;
      options.numbering = &writer;
      return options;
    }
    std::string path;
    std::unique_ptr<captures::FileOutput> file;
    captures::Writer writer;
    parser::Analyzer analyzer;
  };

  std::string path_of(parser::ConnectionId id) const {
    const size_t slash = a_.out.rfind('/');
    const size_t dot = a_.out.rfind('.');
    const bool suffix = dot != std::string::npos && (slash == std::string::npos || dot > slash + 1);
    const size_t at = suffix ? dot : a_.out.size();
    return a_.out.substr(0, at) + "-c" + std::to_string(id) + a_.out.substr(at);
  }

  void close(Open& open) {
    open.analyzer.finish(last_);
    open.writer.flush();
    if (open.writer.failed()) {
      error = open.path + ": " + open.writer.error();
      return;
    }
    if (!a_.compress) return;
    open.file.reset();
    if (const std::string why = captures::compress_file(open.path, 3); !why.empty()) error = why;
  }

  const Arguments& a_;
  std::map<parser::ConnectionId, std::unique_ptr<Open>> open_;
  parser::Time last_{};
};

struct Result {
  std::string error;
  size_t files = 0;
};

// `reader_of` gives the reader for a sink; both ways share it.
template <typename Read>
Result by_connection(const Arguments& a, const Read& read) {
  ByConnection sink(a);
  Result result;
  result.error = read(sink, [&sink] { return sink.error.empty(); });
  sink.finish();
  if (!sink.error.empty()) result.error = sink.error;
  result.files = sink.files;
  return result;
}

template <typename Read>
Result by_size_or_time(const Arguments& a, parser::Time begin, const Read& read) {
  captures::FileSeriesOptions names;
  names.pattern = a.out;
  names.numbered = a.out.find('%') == std::string::npos;
  names.compress = a.compress;
  names.overwrite = a.force;
  Result result;
  std::string told;
  const auto files = captures::FileSeries::create(
      names, begin, [](const std::function<void()>& job) { job(); },
      [&told](const std::string& text) { told = text; }, result.error);
  if (!files) return result;
  captures::SeriesOptions options;
  options.writer = writer_options();
  options.rotate_bytes = a.size;
  options.rotate_every = a.every;
  captures::SeriesWriter writer(options, *files, begin);
  parser::AnalyzerOptions judging;
  judging.numbering = &writer;
  parser::Analyzer analyzer(judging, writer);
  Part part(analyzer);
  result.error = read(part, [&writer] { return !writer.failed(); });
  analyzer.finish(part.last);
  writer.flush(part.last);
  if (writer.failed()) result.error = files->path() + ": " + writer.error();
  writer.finish();
  files->finish();
  if (result.error.empty()) result.error = told;
  result.files = writer.files();
  return result;
}

// When the capture begins: for the name of the first file.
class Begin : public parser::EventSink {
 public:
  void on_event(const parser::StreamEvent& event) override {
    if (!time) time = event.time;
  }
  std::optional<parser::Time> time;
};

}  // namespace

int run_split(int argc, char** argv) {
  Arguments a;
  CLI::App options("Makes several captures of one: by size, by time, or one for each connection.",
                   "stanzascope split");
  options.add_option("IN", a.in, "The capture")->required();
  options
      .add_option(
          "OUT", a.out,
          "Name of the captures to write; part.pcapng makes part-00001.pcapng …, or part-c1.pcapng … with "
          "--by-connection. strftime conversions stand for the local time of a part's beginning")
      ->required();
  add_size(options, "--size", a.size,
           "Begin another file when one is so long, e.g. 100M (K, M, G: powers of 1024)");
  add_duration(options, "--every", a.every, "… when one covers so much time, e.g. 90s, 15m, 1h, 1d");
  options.add_flag("--by-connection", a.by_connection, "A file for each connection");
  options.add_flag("--compress", a.compress, "Compress the files (zstd, OUT.zst)");
  options.add_flag("-f,--force", a.force, "Overwrite files of these names");
  options.footer(
      "Each file can be read without the others: a connection that goes on from an earlier one begins with "
      "its handshake, then says how many bytes are not there. One part by connection, filter or time: "
      "stanzascope cut. The other way round: stanzascope merge.\n"
      "One of --size and --every, or both, or --by-connection has to be given. \n\n"
      "Examples:\n"
      "  stanzascope split day.pcapng hour.pcapng --every 1h\n"
      "  stanzascope split day.pcapng session.pcapng --by-connection --compress\n\n"
      "Exit codes: 0 fine, 2 usage, 3 unreadable or damaged file.");
  if (const auto code = parse_arguments(options, argc, argv)) return *code;
  if (a.by_connection == (a.size > 0 || a.every > parser::Duration(0))) {
    return fail("say how: --size and --every, or --by-connection.", kExitUsage);
  }
  Begin begin;
  captures::Reader first(reading(), begin);
  if (const std::string error =
          captures::read_file(a.in, first, [&begin](uint64_t, uint64_t) { return !begin.time.has_value(); });
      !error.empty()) {
    return fail(error, kExitUnreadable);
  }
  bool damaged = false;
  const auto read = [&](parser::EventSink& sink, const std::function<bool()>& go_on) {
    captures::Reader reader(reading(), sink);
    std::string error = captures::read_file(a.in, reader, [&go_on](uint64_t, uint64_t) { return go_on(); });
    for (const captures::Damage& damage : reader.damage()) {
      if (!go_on()) break;
      fail(a.in + ": damaged at byte " + std::to_string(damage.offset) + ": " + damage.what, 0);
      damaged = true;
    }
    return error;
  };
  const Result result = a.by_connection ? by_connection(a, read)
                                        : by_size_or_time(a, begin.time.value_or(parser::Time{}), read);
  if (!result.error.empty()) return fail(result.error, kExitUnreadable);
  std::printf("%zu %s of %s.\n", result.files, result.files == 1 ? "capture" : "captures", a.in.c_str());
  return damaged ? kExitUnreadable : kExitFine;
}

}  // namespace app
