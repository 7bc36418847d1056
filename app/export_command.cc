// Reader → filter → one of the exporters → a file or the standard output. The text is written at the end, but
// for JSON Lines and XML, which pass as they come.
#include "app/export_command.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <system_error>
#include <variant>

#include "app/choice.h"
#include "app/command.h"
#include "app/exit_code.h"
#include "app/json_lines.h"
#include "app/terminal.h"
#include "captures/export/frame_filter.h"
#include "captures/export/lesson.h"
#include "captures/export/report.h"
#include "captures/export/scansion.h"
#include "captures/export/transcript_export.h"
#include "captures/file.h"
#include "captures/masking.h"
#include "captures/reader.h"
#include "parser/filter/filter.h"

namespace app {
namespace {

using parser::StreamEvent;
using parser::filter::Filter;

enum class Form { kNone, kJson, kTranscript, kXml, kLesson, kReport, kScansion, kWireshark };

struct Arguments {
  std::string file;
  std::string out;
  std::string filter;
  std::string title;
  Form form = Form::kNone;
  size_t forms = 0;  // how many were asked for
  bool html = false;
  parser::Direction direction = parser::Direction::kC2S;
  parser::ConnectionId connection = 0;
  parser::rules::Profile profile = parser::rules::Profile::kRfc6120;
  bool findings = false;
  bool show_secrets = false;
  bool force = false;
};

// Where the text goes; keeps the first thing that went wrong.
class Output {
 public:
  // Empty path: the standard output.
  std::string open(const std::string& path, const std::string& input, bool force) {
    if (path.empty() || path == "-") return {};
    std::error_code ignored;
    if (std::filesystem::equivalent(path, input, ignored))
      return path + " is what is read; choose another name.";
    if (!force && std::filesystem::exists(path)) return path + " exists; --force overwrites it.";
    file_ = std::fopen(path.c_str(), "wb");
    return file_ == nullptr ? path + " cannot be written." : std::string();
  }
  void write(std::string_view text) {
    std::FILE* stream = file_ != nullptr ? file_ : stdout;
    failed_ = std::fwrite(text.data(), 1, text.size(), stream) != text.size() || failed_;
  }
  bool close() {
    if (file_ != nullptr) {
      failed_ = std::fclose(file_) != 0 || failed_;
      file_ = nullptr;
    } else {
      failed_ = std::fflush(stdout) != 0 || failed_;
    }
    return !failed_;
  }
  ~Output() { close(); }
  Output() = default;
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

 private:
  std::FILE* file_ = nullptr;
  bool failed_ = false;
};

// The bytes of one direction as they were sent, secrets masked.
class PlainXml : public parser::EventSink {
 public:
  PlainXml(const Arguments& a, Output& output) : a_(a), output_(output), connection_(a.connection) {}
  void on_event(const StreamEvent& event) override {
    if (connection_ == 0) connection_ = event.connection;
    if (event.connection != connection_ || !parser::is_element(event.kind)) return;
    captures::Masked masked;
    const bool is_masked = !a_.show_secrets && masking_.mask(event, masked);
    if (event.direction != a_.direction) return;
    output_.write(is_masked ? std::string_view(masked.bytes) : event.bytes);
  }

 private:
  const Arguments& a_;
  Output& output_;
  parser::ConnectionId connection_;
  captures::Masking masking_;
};

// Passes on what the filter and --connection select.
class Selected : public parser::EventSink {
 public:
  Selected(const Filter& filter, parser::ConnectionId connection, parser::EventSink& sink)
      : filter_(filter), connection_(connection), sink_(sink) {}
  void on_event(const StreamEvent& event) override {
    if (connection_ != 0 && event.connection != connection_) return;
    if (!filter_.matches(event)) return;
    ++events_;
    sink_.on_event(event);
  }
  uint64_t events() const { return events_; }

 private:
  const Filter& filter_;
  parser::ConnectionId connection_;
  parser::EventSink& sink_;
  uint64_t events_ = 0;
};

void declare(CLI::App& options, Arguments& a) {
  options.add_option("FILE", a.file, "A capture (pcapng)")->required();
  const auto form = [&](const char* name, Form which, const char* help) {
    options.add_flag_callback(
        name,
        [&a, which] {
          a.form = which;
          ++a.forms;
        },
        help);
  };
  form("--lesson", Form::kLesson, "A page to learn from: ladder diagram, captions, findings; one HTML file");
  options
      .add_option_function<std::string>(
          "--report",
          [&a](const std::string& kind) {
            a.form = Form::kReport;
            a.html = kind == "html";
            ++a.forms;
          },
          "A report for a bug ticket: md or html")
      ->check(CLI::IsMember({"md", "html"}).description(""))
      ->type_name("md|html");
  form("--transcript", Form::kTranscript,
       "C: and S: text, which lint judges and import makes a capture of again");
  form("--json", Form::kJson, "Events as JSON Lines (docs/JSON_LINES.md)");
  options
      .add_option_function<std::string>(
          "--xml",
          [&a](const std::string& direction) {
            a.form = Form::kXml;
            a.direction = direction == "c2s" ? parser::Direction::kC2S : parser::Direction::kS2C;
            ++a.forms;
          },
          "The bytes of one direction of one connection: c2s or s2c")
      ->check(CLI::IsMember({"c2s", "s2c"}).description(""))
      ->type_name("c2s|s2c");
  form("--scansion", Form::kScansion, "A script for Scansion");
  form("--wireshark", Form::kWireshark, "A display filter for Wireshark that selects the same frames");
  options
      .add_option("-Y,--filter", a.filter, "Only what matches: Wireshark's display-filter syntax and names")
      ->type_name("EXPR");
  options
      .add_option("--connection", a.connection,
                  "Only this connection (default: all; where only one can be: the first)")
      ->type_name("N");
  options.add_option("-o,--output", a.out, "Where it goes (default: the standard output)")->type_name("FILE");
  options.add_option("--title", a.title, "Of a page, report or script (default: the file's name)");
  options.add_flag("--findings", a.findings, "In transcripts: each finding as a comment");
  options.add_flag("--show-secrets", a.show_secrets, "Do not mask passwords that the capture holds");
  options.add_flag("-f,--force", a.force, "Overwrite the output file");
  using parser::rules::Profile;
  add_choice<Profile>(options, "--profile", a.profile,
                      {{"rfc3920", Profile::kRfc3920}, {"rfc6120", Profile::kRfc6120}},
                      "Judge sessions by rfc6120 (default) or rfc3920");
}

void warn(const std::string& text) {
  std::fprintf(stderr, "stanzascope export: %s\n", text.c_str());
}

// One exporter, and what remains to be done behind the last event.
struct Exporter {
  std::unique_ptr<parser::EventSink> sink;
  std::function<void(Output&)> finish;
};

template <typename Sink, typename Finish>
Exporter exporter(std::unique_ptr<Sink> sink, const Finish& finish) {
  Sink* raw = sink.get();
  return {std::move(sink), [raw, finish](Output& output) { finish(*raw, output); }};
}

Exporter make_exporter(const Arguments& a, Output& output) {
  switch (a.form) {
    case Form::kLesson:
      return exporter(std::make_unique<captures::Lesson>(
                          captures::LessonOptions{.title = a.title, .show_secrets = a.show_secrets}),
                      [](const captures::Lesson& lesson, Output& out) {
                        out.write(lesson.html());
                        if (lesson.left_out() > 0) {
                          warn(std::to_string(lesson.left_out()) +
                               " later steps are left out of the lesson; --connection or --filter choose.");
                        }
                      });
    case Form::kReport:
      return exporter(std::make_unique<captures::Report>(
                          captures::ReportOptions{.title = a.title, .show_secrets = a.show_secrets}),
                      [html = a.html](const captures::Report& report, Output& out) {
                        out.write(html ? report.html() : report.markdown());
                      });
    case Form::kTranscript:
      return exporter(
          std::make_unique<captures::TranscriptExport>(
              captures::TranscriptOptions{.show_secrets = a.show_secrets, .findings = a.findings}),
          [](const captures::TranscriptExport& transcript, Output& out) {
            out.write(transcript.text());
            if (transcript.left_out() > 0) {
              warn(std::to_string(transcript.left_out()) +
                   " connections are left out: a transcript has 16 at most. --connection chooses.");
            }
          });
    case Form::kScansion:
      return exporter(std::make_unique<captures::ScansionExport>(a.title),
                      [](const captures::ScansionExport& script, Output& out) {
                        out.write(script.text());
                        if (script.clients() == 0) warn("no client was bound in what was selected.");
                      });
    case Form::kWireshark:
      return exporter(std::make_unique<captures::FrameFilter>(),
                      [](const captures::FrameFilter& filter, Output& out) {
                        out.write(filter.text() + "\n");
                        if (!filter.complete())
                          warn("the selection has too many gaps for one filter; it ends early.");
                      });
    case Form::kXml:
      return {std::make_unique<PlainXml>(a, output), [](Output&) {}};
    case Form::kJson:
    case Form::kNone:
      break;
  }
  return {std::make_unique<JsonLines>([&output](std::string_view line) { output.write(line); }),
          [](Output&) {}};
}

}  // namespace

int run_export(int argc, char** argv) {
  Arguments a;
  CLI::App options("Writes what a capture holds in another form.", "stanzascope export");
  declare(options, a);
  options.footer(
      "Secrets are masked unless --show-secrets is given; messages and addresses are not: share what "
      "“stanzascope redact” makes of a capture.\n\n"
      "Examples:\n"
      "  stanzascope export session.pcapng --lesson -o lesson.html\n"
      "      the session as a page to learn from\n"
      "  stanzascope export session.pcapng --transcript --connection 3 > session.txt\n\n"
      "Exit codes: 0 fine, 2 usage, 3 unreadable or damaged file.");
  if (const auto code = parse_arguments(options, argc, argv)) return *code;
  if (a.forms != 1) {
    warn("one form is needed: --lesson, --report, --transcript, --json, --xml, --scansion or --wireshark.");
    return kExitUsage;
  }
  std::string error;
  const auto filter = read_filter(a.filter, error);
  if (!filter) {
    warn(error);
    return kExitUsage;
  }
  if (a.title.empty()) a.title = std::filesystem::path(a.file).stem().string();
  Output output;
  if (error = output.open(a.out, a.file, a.force); !error.empty()) {
    warn(error);
    return kExitUnreadable;
  }
  const Exporter exporter = make_exporter(a, output);
  Selected selected(*filter, a.connection, *exporter.sink);
  parser::AnalyzerOptions analyzer;
  analyzer.profile = a.profile;
  captures::Reader reader(analyzer, selected);
  error = captures::read_file(a.file, reader);
  for (const captures::Damage& damage : reader.damage()) {
    warn(a.file + ": damaged at byte " + std::to_string(damage.offset) + ": " + damage.what);
  }
  if (!error.empty()) {
    warn(error);
    return kExitUnreadable;
  }
  if (selected.events() == 0) warn("nothing in " + a.file + " matches.");
  exporter.finish(output);
  if (!output.close()) {
    warn("the output could not be written whole: is the disk full?");
    return kExitUnreadable;
  }
  return reader.damage().empty() ? kExitFine : kExitUnreadable;
}

}  // namespace app
