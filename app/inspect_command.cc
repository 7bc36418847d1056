// Reader → filter → lines and tally. A damaged capture is read as far as it goes; what was lost goes to
// stderr and the exit code is that of an unreadable file, as tshark does it, so that scripts do not take a
// part for the whole.
#include "app/inspect_command.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "app/choice.h"
#include "app/command.h"
#include "app/exit_code.h"
#include "app/indexed_reading.h"
#include "app/json_lines.h"
#include "app/tally.h"
#include "app/terminal.h"
#include "app/text_lines.h"
#include "captures/file.h"
#include "captures/reader.h"
#include "parser/filter/filter.h"

namespace app {
namespace {

using parser::filter::Filter;

constexpr uint64_t kShowProgressFrom = 16u << 20;  // bytes of a file

struct Arguments {
  std::vector<std::string> files;
  std::string filter;
  std::optional<parser::Severity> fail_on;
  parser::rules::Profile profile = parser::rules::Profile::kRfc6120;
  TimeStyle time = TimeStyle::kClock;
  ColorMode color = ColorMode::kAuto;
  bool json = false;
  bool xml = false;
  bool explain = false;
  bool follow = false;
  bool no_rules = false;
  bool show_secrets = false;
  bool quiet = false;
  CapturePart part;
  std::string frames;
  bool list = false;
};

// Passes on what the filter selects, and counts it.
class Selected : public parser::EventSink {
 public:
  // `text` is `lines` where it is text.
  Selected(const Filter& filter, parser::EventSink* lines, TextLines* text, Tally& tally)
      : filter_(filter), lines_(lines), text_(text), tally_(tally) {}
  void on_event(const parser::StreamEvent& event) override {
    // Also what is not shown has its time.
    if (text_ != nullptr) text_->count_from(event.time);
    text_ = nullptr;
    if (!filter_.matches(event)) return;
    tally_.on_event(event);
    if (lines_ != nullptr) lines_->on_event(event);
  }

 private:
  const Filter& filter_;
  parser::EventSink* lines_;
  TextLines* text_;  // until the first event
  Tally& tally_;
};

volatile std::sig_atomic_t interrupted = 0;
void on_interrupt(int) {
  interrupted = 1;
}

void declare(CLI::App& options, Arguments& a) {
  options.add_option("FILE", a.files, "Captures (pcapng); - is the standard input")->required();
  options
      .add_option("-Y,--filter", a.filter, "Only what matches: Wireshark's display-filter syntax and names")
      ->type_name("EXPR");
  using parser::Severity;
  using parser::rules::Profile;
  add_choice<std::optional<Severity>>(
      options, "--fail-on", a.fail_on,
      {{"error", Severity::kError}, {"warning", Severity::kWarning}, {"note", Severity::kNote}},
      "Exit with 1 at such a finding, or a graver one (default: never)");
  add_choice<Profile>(options, "--profile", a.profile,
                      {{"rfc3920", Profile::kRfc3920}, {"rfc6120", Profile::kRfc6120}},
                      "Judge sessions by rfc6120 (default) or rfc3920");
  add_choice<TimeStyle>(
      options, "--time", a.time,
      {{"clock", TimeStyle::kClock}, {"utc", TimeStyle::kUtc}, {"relative", TimeStyle::kRelative}},
      "Times as local clock (default), UTC, or seconds since the first event");
  add_choice<ColorMode>(
      options, "--color", a.color,
      {{"auto", ColorMode::kAuto}, {"always", ColorMode::kAlways}, {"never", ColorMode::kNever}},
      "Colours: auto (default), always, never");
  options.add_flag("--json", a.json, "Print JSON Lines instead of text");
  options.add_flag("--xml", a.xml, "Print each element itself beneath its line");
  options.add_flag(
      "--explain", a.explain,
      "Say beneath the lines where the session stands and what may come next, whenever that changes, "
      "and what each namespace is when it first comes up");
  options.add_flag("--show-secrets", a.show_secrets,
                   "Do not mask passwords that the capture holds (with --xml)");
  options.add_flag("--follow", a.follow, "Go on as the file grows, until Ctrl-C");
  options
      .add_option_function<std::vector<parser::ConnectionId>>(
          "--connection",
          [&a](const std::vector<parser::ConnectionId>& numbers) {
            a.part.connections.insert(numbers.begin(), numbers.end());
          },
          "Read this connection alone; can be repeated. In large files an index finds it")
      ->allow_extra_args(false)
      ->type_name("N");
  options
      .add_option("--frames", a.frames, "Only these frames (packet numbers, as Wireshark's): 12, 12-40, 12-")
      ->type_name("A-B");
  options.add_flag("--connections", a.list, "List the file's connections: when, who, how much");
  options.add_flag("--no-rules", a.no_rules, "Judge nothing");
  options.add_flag("-q,--quiet", a.quiet, "Print only the totals");
}

std::string read_stdin(captures::Reader& reader) {
  std::string piece(1u << 16, '\0');
  while (!reader.failed()) {
    const ssize_t got = ::read(STDIN_FILENO, piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    reader.feed(std::string_view(piece).substr(0, static_cast<size_t>(got)));
  }
  reader.finish();
  return reader.failed() ? "Standard input: " + reader.error() : std::string();
}

std::string follow(const std::string& path, captures::Reader& reader) {
  std::string error;
  const auto file = captures::TailFile::open(path, error);
  if (!file) return error;
  std::signal(SIGINT, on_interrupt);
  std::signal(SIGTERM, on_interrupt);
  while (interrupted == 0 && !reader.failed()) {
    if (file->poll(reader) > 0) {
      std::fflush(stdout);
    } else {
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
  }
  // What is cut or open now is not damage: the file is still being written.
  return reader.failed() ? path + ": " + reader.error() : std::string();
}

std::string read_whole(const std::string& path, captures::Reader& reader) {
  const bool show = is_terminal(stderr) && !is_terminal(stdout);
  bool shown = false;
  const std::string error = captures::read_file(path, reader, [&](uint64_t done, uint64_t all) {
    if (show && all >= kShowProgressFrom) {
      std::fprintf(stderr, "\r%s: %3u %%", path.c_str(), static_cast<unsigned>(done * 100 / all));
      shown = true;
    }
    return true;
  });
  if (shown) std::fprintf(stderr, "\r%*s\r", static_cast<int>(path.size()) + 7, "");
  return error;
}

// Returns whether the file was read whole.
bool inspect_file(const Arguments& a, const std::string& path, const Filter& filter, Tally& tally) {
  const auto output = [](std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); };
  std::unique_ptr<parser::EventSink> lines;
  TextLines* as_text = nullptr;
  if (a.json && !a.quiet) {
    lines = std::make_unique<JsonLines>(output, a.explain);
  } else if (!a.quiet) {
    TextOptions text;
    text.color = wants_color(a.color, stdout);
    text.width = terminal_width(stdout);
    text.time = a.time;
    text.xml = a.xml;
    text.explain = a.explain;
    text.show_secrets = a.show_secrets;
    auto made = std::make_unique<TextLines>(text, output);
    as_text = made.get();
    lines = std::move(made);
  }
  tally.begin_file();
  Selected selected(filter, lines.get(), as_text, tally);
  parser::AnalyzerOptions options;
  options.profile = a.profile;
  options.rules = !a.no_rules;
  OfFrames of_frames(a.part, selected);
  captures::Reader reader(options, a.part.frames() ? static_cast<parser::EventSink&>(of_frames) : selected);
  if (path == "-" || a.follow) reader.only(a.part.connections);
  const std::string error = path == "-"       ? read_stdin(reader)
                            : a.follow        ? follow(path, reader)
                            : !a.part.whole() ? read_part(path, a.part, reader)
                                              : read_whole(path, reader);
  std::fflush(stdout);
  for (const captures::Damage& damage : reader.damage()) {
    std::fprintf(stderr, "stanzascope: %s: damaged at byte %llu, behind frame %llu: %s\n", path.c_str(),
                 static_cast<unsigned long long>(damage.offset),
                 static_cast<unsigned long long>(damage.frame), damage.what.c_str());
  }
  if (!error.empty()) std::fprintf(stderr, "stanzascope: %s\n", error.c_str());
  return error.empty() && reader.damage().empty();
}

}  // namespace

int run_inspect(int argc, char** argv) {
  Arguments a;
  CLI::App options("Prints the elements of captures, with what the rulebook says about them.",
                   "stanzascope inspect");
  declare(options, a);
  options.footer(
      "Lines go to the standard output, totals and damage to the standard error. A damaged capture is "
      "printed as far as it can be read, and the exit code is 3 then.\n"
      "--connection and --frames read only what they need: an index is made at the first time and kept "
      "beside files of 16 MiB and more (FILE.idx; it may be deleted at any time, and is made anew when the "
      "file is another). A connection is then judged by itself: findings that need other connections are not "
      "there. Compressed captures have no index and are read from their beginning each time; where that "
      "takes "
      "too long, unpack them first (zstd -d).\n"
      "Filters: the fields are Wireshark's; a word in double quotes alone searches the text. Own fields: "
      "xmpp.finding, xmpp.finding.severity, xmpp.rtt, xmpp.kind, xmpp.phase, xmpp.edit, xmpp.sasl.mechanism, "
      "xmpp.sm.h, xmpp.connection, xmpp.session, xmpp.bytes.\n\n"
      "Examples:\n"
      "  stanzascope inspect session.pcapng --filter 'xmpp.message && xmpp.from contains \"juliet\"'\n"
      "  stanzascope inspect session.pcapng --filter 'xmpp.iq && xmpp.rtt > 100ms' --xml\n"
      "      slow answers, whole\n"
      "  stanzascope inspect session.pcapng -q --fail-on error\n"
      "      in a test: does anybody break the protocol?\n\n"
      "Exit codes: 0 fine, 1 findings (--fail-on), 2 usage, 3 unreadable or damaged file.");
  if (const auto code = parse_arguments(options, argc, argv)) return *code;
  std::string fault;
  const auto filter = read_filter(a.filter, fault);
  if (!filter) {
    std::fprintf(stderr, "stanzascope inspect: %s\n", fault.c_str());
    return kExitUsage;
  }
  if (a.follow && (a.files.size() != 1 || a.files.front() == "-")) {
    std::fprintf(stderr, "stanzascope inspect: --follow takes one file.\n");
    return kExitUsage;
  }
  if (!a.frames.empty() && !parse_frames(a.frames, a.part)) {
    std::fprintf(stderr, "stanzascope inspect: “%s” is no range of frames; say it like 12, 12-40 or 12-.\n",
                 a.frames.c_str());
    return kExitUsage;
  }
  if (a.list) {
    for (const std::string& path : a.files) {
      if (const std::string error = list_connections(path, a.json); !error.empty()) {
        std::fprintf(stderr, "stanzascope inspect: %s\n", error.c_str());
        return kExitUnreadable;
      }
    }
    return kExitFine;
  }
  Tally tally;
  bool whole = true;
  for (const std::string& path : a.files) {
    if (a.files.size() > 1 && !a.json && !a.quiet) std::printf("==> %s\n", path.c_str());
    whole = inspect_file(a, path, *filter, tally) && whole;
  }
  if (whole || tally.elements() > 0) std::fprintf(stderr, "%s\n", tally.words().c_str());
  if (!whole) return kExitUnreadable;
  return a.fail_on && tally.reached(*a.fail_on) ? kExitFindings : kExitFine;
}

}  // namespace app
