// Two passes: which connections, then their part.
#include "app/cut_command.h"

#include <CLI/CLI.hpp>
#include <charconv>
#include <cstdio>
#include <ctime>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "app/capture_writing.h"
#include "app/command.h"
#include "app/exit_code.h"
#include "captures/file.h"
#include "captures/reader.h"
#include "captures/recut/cut.h"
#include "parser/filter/filter.h"

namespace app {
namespace {

struct Arguments {
  std::string in;
  std::string out;
  std::string filter;
  std::vector<parser::ConnectionId> connections;
  std::string from;
  std::string to;
  bool force = false;
};

// "12.5" and "+12.5" are seconds since `begin`; "2026-11-22T14:03:07" (or with a blank) is UTC.
std::optional<parser::Time> parse_time(std::string_view text, parser::Time begin) {
  std::tm parts{};
  const std::string copy(text);
  for (const char* form : {"%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S"}) {
    const char* rest = ::strptime(copy.c_str(), form, &parts);
    if (rest != nullptr && (*rest == '\0' || std::string_view(rest) == "Z")) {
      return parser::Time(std::chrono::seconds(::timegm(&parts)));
    }
  }
  if (text.starts_with('+')) text.remove_prefix(1);
  double seconds = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (problem != std::errc() || end != text.data() + text.size() || !(seconds >= 0 && seconds < 1e10)) {
    return std::nullopt;
  }
  return begin + std::chrono::microseconds(static_cast<int64_t>(seconds * 1e6));
}

int fail(const std::string& text, int code) {
  std::fprintf(stderr, "stanzascope cut: %s\n", text.c_str());
  return code;
}

parser::AnalyzerOptions without_rules() {
  parser::AnalyzerOptions options;
  options.rules = false;
  return options;
}

}  // namespace

int run_cut(int argc, char** argv) {
  Arguments a;
  CLI::App options("Makes a capture of a part of one: some connections, some time.", "stanzascope cut");
  options.add_option("IN", a.in, "The capture")->required();
  options.add_option("OUT", a.out, "The capture to write")->required();
  options.add_option("--connection", a.connections, "Keep this connection; can be repeated")->type_name("N");
  options.add_option("-Y,--filter", a.filter, "Keep the connections in which something matches")
      ->type_name("EXPR");
  options
      .add_option("--from", a.from,
                  "Keep what is said from then on: seconds since the beginning, or a time in UTC")
      ->type_name("TIME");
  options.add_option("--to", a.to, "… until then")->type_name("TIME");
  options.add_flag("-f,--force", a.force, "Overwrite OUT");
  options.footer(
      "A session's handshake is always kept, so that the rest can be understood; what is left out is told as "
      "bytes that were not seen, so offsets stay.\n"
      "Times: 12.5 (seconds), 2026-11-22T14:03:07 (UTC).\n\n"
      "Examples:\n"
      "  stanzascope cut day.pcapng juliet.pcapng --filter 'xmpp.from contains \"juliet@\"'\n"
      "  stanzascope cut day.pcapng minute.pcapng --from 600 --to 660\n\n"
      "Exit codes: 0 fine, 1 nothing was kept, 2 usage, 3 unreadable or damaged file.");
  if (const auto code = parse_arguments(options, argc, argv)) return *code;
  std::string error;
  const auto filter = read_filter(a.filter, error);
  if (!filter) return fail(error, kExitUsage);
  // Filters can ask for findings, so this pass judges.
  captures::ConnectionSearch search([&](const parser::StreamEvent& event) {
    const bool chosen = a.connections.empty() || std::find(a.connections.begin(), a.connections.end(),
                                                           event.connection) != a.connections.end();
    return chosen && filter->matches(event);
  });
  captures::Reader first({}, search);
  if (error = captures::read_file(a.in, first); !error.empty()) return fail(error, kExitUnreadable);
  captures::CutOptions part{.connections = search.found()};
  for (const auto& [text, slot] : {std::pair{&a.from, &part.from}, std::pair{&a.to, &part.to}}) {
    if (text->empty()) continue;
    *slot = parse_time(*text, search.begin().value_or(parser::Time{}));
    if (!*slot) return fail("“" + *text + "” is no time: give seconds, or 2026-11-22T14:03:07.", kExitUsage);
  }
  if (part.connections.empty()) return fail("no connection in " + a.in + " matches.", kExitFindings);
  const auto capture = CaptureWriting::create(a.out, a.force, {a.in}, error);
  if (!capture) return fail(error, kExitUnreadable);
  captures::Cut cut(part, capture->analyzer());
  captures::Reader second(without_rules(), cut);
  error = captures::read_file(a.in, second);
  const std::string written = capture->finish();
  if (error.empty()) error = written;
  if (!error.empty()) return fail(error, kExitUnreadable);
  for (const captures::Damage& damage : second.damage()) {
    std::fprintf(stderr, "stanzascope cut: %s: damaged at byte %llu: %s\n", a.in.c_str(),
                 static_cast<unsigned long long>(damage.offset), damage.what.c_str());
  }
  std::printf("%s: %llu elements of %zu connections; %llu of theirs left out.\n", a.out.c_str(),
              static_cast<unsigned long long>(cut.kept()), part.connections.size(),
              static_cast<unsigned long long>(cut.left_out()));
  return second.damage().empty() ? kExitFine : kExitUnreadable;
}

}  // namespace app
