// Each file is read twice: which sessions there are, then the one that is compared.
#include "app/diff_command.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "app/choice.h"
#include "app/command.h"
#include "app/exit_code.h"
#include "app/json_lines.h"
#include "app/terminal.h"
#include "captures/compare/comparison.h"
#include "captures/compare/session_list.h"
#include "captures/file.h"
#include "captures/reader.h"
#include "parser/filter/filter.h"
#include "parser/stream/plain_text.h"

namespace app {
namespace {

using captures::ComparedRow;
using captures::ListedSession;
using parser::filter::Filter;
using Json = nlohmann::ordered_json;

struct Side {
  const char* letter = "";
  std::string file{};
  parser::ConnectionId session = 0;  // 0: the only one
  std::string filter{};
};

struct Arguments {
  Side a{.letter = "A"};
  Side b{.letter = "B"};
  std::string filter{};
  captures::ComparedSessionOptions session;
  captures::CompareOptions compare;
  ColorMode color = ColorMode::kAuto;
  bool json = false;
  bool quiet = false;
};

struct Loaded {
  ListedSession listed;
  std::unique_ptr<captures::ComparedSession> session;
  bool damaged = false;
};

int fail(const std::string& text, int code) {
  std::fprintf(stderr, "stanzascope diff: %s\n", text.c_str());
  return code;
}

std::string described(const ListedSession& session) {
  std::string text = std::to_string(session.session) + " (";
  if (!session.account.empty()) text += parser::plain(session.account, 80) + ", ";
  return text + std::to_string(session.elements) + " elements)";
}

// kExitFine, or the code to leave with; what is wrong has been said then.
int choose(const Side& side, const Filter& filter, ListedSession& chosen) {
  captures::SessionList list([&filter](const parser::StreamEvent& event) { return filter.matches(event); });
  parser::AnalyzerOptions options;
  options.rules = !filter.expression().empty();  // filters may ask for findings
  captures::Reader reader(options, list);
  if (const std::string error = captures::read_file(side.file, reader); !error.empty()) {
    return fail(error, kExitUnreadable);
  }
  std::vector<ListedSession> fitting;
  for (ListedSession& session : list.sessions()) {
    const bool asked_for = side.session == 0 || session.connections.contains(side.session);
    if (asked_for && session.chosen) fitting.push_back(std::move(session));
  }
  if (fitting.empty()) return fail("no session in " + side.file + " matches.", kExitUsage);
  if (fitting.size() > 1) {
    std::string text = side.file + " holds " + std::to_string(fitting.size()) + " sessions" +
                       (filter.expression().empty() ? "" : " that match") + "; choose one with --session-" +
                       (side.letter[0] == 'A' ? "a" : "b") + ":";
    constexpr size_t kMostShown = 20;
    for (size_t i = 0; i < fitting.size() && i < kMostShown; ++i) text += "\n  " + described(fitting[i]);
    if (fitting.size() > kMostShown) {
      text += "\n  … and " + std::to_string(fitting.size() - kMostShown) + " more";
    }
    return fail(text, kExitUsage);
  }
  chosen = std::move(fitting.front());
  return kExitFine;
}

int load(const Arguments& a, const Side& side, Loaded& loaded) {
  std::string fault;
  const auto filter = read_filter(side.filter.empty() ? a.filter : side.filter, fault);
  if (!filter) return fail(fault, kExitUsage);
  if (const int code = choose(side, *filter, loaded.listed); code != kExitFine) return code;
  loaded.session = std::make_unique<captures::ComparedSession>(a.session);
  captures::OfConnections only(loaded.listed.connections, *loaded.session);
  parser::AnalyzerOptions options;
  options.rules = false;
  captures::Reader reader(options, only);
  if (const std::string error = captures::read_file(side.file, reader); !error.empty()) {
    return fail(error, kExitUnreadable);
  }
  for (const captures::Damage& damage : reader.damage()) {
    fail(side.file + ": damaged at byte " + std::to_string(damage.offset) + ": " + damage.what, 0);
    loaded.damaged = true;
  }
  if (loaded.session->truncated()) {
    fail(side.file + ": the session is longer than 128 MiB of text; only its beginning is compared.", 0);
  }
  return kExitFine;
}

class Printer {
 public:
  Printer(const Arguments& a, const Loaded& in_a, const Loaded& in_b)
      : a_(a), in_a_(in_a), in_b_(in_b), color_(wants_color(a.color, stdout)) {}

  void difference(const ComparedRow& row, bool first) const {
    const captures::ComparedElement& any =
        row.a ? in_a_.session->elements()[*row.a] : in_b_.session->elements()[*row.b];
    const auto lines = captures::compared_lines(*in_a_.session, *in_b_.session, row, a_.compare);
    if (a_.json) {
      print(json_of(row, any, lines, first));
      return;
    }
    std::string head;
    if (first) head += tint(color_, Hue::kBold, "First divergence") + "\n";
    head += kind_words(row.kind) + " ";
    head += any.direction == parser::Direction::kC2S ? "▶ " : "◀ ";
    if (row.a) head += "A:" + std::to_string(in_a_.session->elements()[*row.a].frame) + " ";
    if (row.b) head += "B:" + std::to_string(in_b_.session->elements()[*row.b].frame) + " ";
    std::printf("%s %s\n", head.c_str(), any.summary.c_str());
    if (row.kind == ComparedRow::Kind::kMoved) return;
    for (const captures::ComparedLine& line : lines) {
      using In = captures::ComparedLine::In;
      const char* sign = line.in == In::kBoth ? "  " : line.in == In::kA ? "- " : "+ ";
      const Hue hue = line.in == In::kA ? Hue::kError : line.in == In::kB ? Hue::kClient : Hue::kDim;
      std::printf("    %s\n", tint(color_, hue, sign + line.text).c_str());
    }
  }

  void end(const captures::Comparison& result) const {
    if (a_.json) {
      print({{"type", "comparison"},
             {"a", json_of(a_.a, in_a_)},
             {"b", json_of(a_.b, in_b_)},
             {"same", result.same},
             {"differences", result.differences}});
      return;
    }
    if (result.differences == 0) {
      std::printf("No difference in %zu elements: session %s of %s and session %s of %s.\n", result.same,
                  described(in_a_.listed).c_str(), a_.a.file.c_str(), described(in_b_.listed).c_str(),
                  a_.b.file.c_str());
      return;
    }
    std::printf("%zu %s, %zu elements the same.\n  A: session %s of %s\n  B: session %s of %s\n",
                result.differences, result.differences == 1 ? "difference" : "differences", result.same,
                described(in_a_.listed).c_str(), a_.a.file.c_str(), described(in_b_.listed).c_str(),
                a_.b.file.c_str());
  }

 private:
  static void print(const Json& json) {
    std::printf("%s\n", json.dump(-1, ' ', false, Json::error_handler_t::replace).c_str());
  }

  std::string kind_words(ComparedRow::Kind kind) const {
    switch (kind) {
      case ComparedRow::Kind::kChanged:
        return tint(color_, Hue::kWarning, "differs  ");
      case ComparedRow::Kind::kMoved:
        return tint(color_, Hue::kNote, "moved    ");
      case ComparedRow::Kind::kOnlyA:
        return tint(color_, Hue::kError, "only in A");
      case ComparedRow::Kind::kOnlyB:
        return tint(color_, Hue::kClient, "only in B");
      case ComparedRow::Kind::kSame:
        break;
    }
    return "same     ";
  }

  static Json json_of(const captures::ComparedElement& element) {
    return {{"frame", element.frame},
            {"connection", element.connection},
            {"time", json_time(element.time)},
            {"summary", element.summary}};
  }

  static Json json_of(const Side& side, const Loaded& loaded) {
    return {{"file", side.file},
            {"session", loaded.listed.session},
            {"account", loaded.listed.account.empty() ? Json() : Json(loaded.listed.account)},
            {"elements", loaded.session->elements().size()},
            {"truncated", loaded.session->truncated()}};
  }

  Json json_of(const ComparedRow& row, const captures::ComparedElement& any,
               const std::vector<captures::ComparedLine>& lines, bool first) const {
    Json json{{"type", "difference"},
              {"kind", name(row.kind)},
              {"first", first},
              {"direction", any.direction == parser::Direction::kC2S ? "c2s" : "s2c"},
              {"a", row.a ? json_of(in_a_.session->elements()[*row.a]) : Json()},
              {"b", row.b ? json_of(in_b_.session->elements()[*row.b]) : Json()}};
    Json list = Json::array();
    for (const captures::ComparedLine& line : lines) {
      using In = captures::ComparedLine::In;
      list.push_back({{"in", line.in == In::kBoth ? "both"
                             : line.in == In::kA  ? "a"
                                                  : "b"},
                      {"text", line.text}});
    }
    json["lines"] = std::move(list);
    return json;
  }

  const Arguments& a_;
  const Loaded& in_a_;
  const Loaded& in_b_;
  bool color_;
};

}  // namespace

int run_diff(int argc, char** argv) {
  Arguments a;
  CLI::App options(
      "Compares two sessions: what was said in one and not in the other. Ids, times, resources, counters and "
      "the order of sibling elements do not count.",
      "stanzascope diff");
  options.add_option("A", a.a.file, "A capture")->required();
  options.add_option("B", a.b.file, "Another one, or the same")->required();
  options
      .add_option("--session-a", a.a.session, "The session of A on this connection, where there are several")
      ->type_name("N");
  options.add_option("--session-b", a.b.session, "… of B")->type_name("N");
  options
      .add_option("-Y,--filter", a.filter,
                  "The session in which something matches, e.g. 'xmpp.from contains \"juliet\"'")
      ->type_name("EXPR");
  options.add_option("--filter-a", a.a.filter, "… in A alone")->type_name("EXPR");
  options.add_option("--filter-b", a.b.filter, "… in B alone")->type_name("EXPR");
  options.add_flag("--any-account", a.compare.any_account,
                   "Take the two sessions' own accounts and domains for the same");
  options.add_flag("--keep-order", a.session.text.keep_order, "Compare the order of sibling elements, too");
  options.add_flag("--json", a.json, "Print JSON Lines instead of text");
  options.add_flag("-q,--quiet", a.quiet, "Print only the totals");
  add_choice<ColorMode>(
      options, "--color", a.color,
      {{"auto", ColorMode::kAuto}, {"always", ColorMode::kAlways}, {"never", ColorMode::kNever}},
      "Colours: auto (default), always, never");
  options.footer(
      "Numbers behind A: and B: are frames. * stands for what differs each time. Not compared: whitespace "
      "between elements, <r/> and <a/> of stream management, what logins carry; and the order of what "
      "different people send, which nobody promises (RFC 6120 §10.1).\n\n"
      "Examples:\n"
      "  stanzascope diff before.pcapng after.pcapng\n"
      "      did the update change what is said?\n"
      "  stanzascope diff prosody.pcapng ejabberd.pcapng --any-account\n"
      "      one client on two servers\n\n"
      "Exit codes: 0 no difference, 1 differences, 2 usage (also: several sessions, none chosen), 3 "
      "unreadable or damaged file.");
  if (const auto code = parse_arguments(options, argc, argv)) return *code;
  Loaded in_a;
  Loaded in_b;
  if (const int code = load(a, a.a, in_a); code != kExitFine) return code;
  if (const int code = load(a, a.b, in_b); code != kExitFine) return code;
  const captures::Comparison result = captures::compare(*in_a.session, *in_b.session, a.compare);
  const Printer printer(a, in_a, in_b);
  for (size_t i = 0; i < result.rows.size() && !a.quiet; ++i) {
    if (result.rows[i].kind != ComparedRow::Kind::kSame) {
      printer.difference(result.rows[i], result.first == i);
    }
  }
  printer.end(result);
  if (result.differences > 0) return kExitFindings;
  return in_a.damaged || in_b.damaged ? kExitUnreadable : kExitFine;
}

}  // namespace app
