// `stanzascope`: finds the command in the table and runs it.
#include <algorithm>
#include <array>
#include <cstring>
#include <iostream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/ca_command.h"
#include "app/command.h"
#include "app/cut_command.h"
#include "app/demo_command.h"
#include "app/diff_command.h"
#include "app/exit_code.h"
#include "app/explain_command.h"
#include "app/export_command.h"
#include "app/import_command.h"
#include "app/inspect_command.h"
#include "app/jid_command.h"
#include "app/lint_command.h"
#include "app/merge_command.h"
#include "app/proxy_command.h"
#include "app/redact_command.h"
#include "app/replay_command.h"
#include "app/rules_command.h"
#include "app/split_command.h"
#include "parser/filter/nearest.h"

namespace app {
namespace {

// In the order of --help; rows of one group stand together.
std::span<const Command> commands() {
  static const std::vector<Command> table = {
      {"proxy", "Live", "relay, show and record sessions",
       "stanzascope proxy --upstream 127.0.0.1:5222 --listen 127.0.0.1:5322 --write session.pcapng   # your "
       "client connects to 5322",
       run_proxy},
      {"demo", "Live", "watch a recorded session pass through the real proxy; needs no server", "", run_demo},
      {"replay", "Live", "be the server, or the client, of a recorded session",
       "stanzascope replay session.pcapng --as server --listen 127.0.0.1:5322   # a server made of a capture",
       run_replay},
      {"ca", "Live", "where the CA is, and how clients trust it", "", run_ca},
      {"inspect", "Captures", "print what a capture holds, and what is wrong in it",
       "stanzascope inspect session.pcapng --filter 'xmpp.iq && xmpp.rtt > 100ms'   # slow answers",
       run_inspect},
      {"lint", "Captures", "judge XML at hand: stanzas, a stream, a console's log, a transcript",
       "stanzascope lint stanza.xml --as client   # what is wrong with it, line and column", run_lint},
      {"export", "Captures", "write a capture as a lesson page, report, transcript, XML or JSON",
       "stanzascope export session.pcapng --lesson -o lesson.html   # the session as a page to learn from",
       run_export},
      {"import", "Captures", "make a capture of a transcript, XML or a program's log",
       "stanzascope import console.log -o session.pcapng   # the log of a client's XML console", run_import},
      {"cut", "Captures", "make a capture of some connections, or of some time", "", run_cut},
      {"split", "Captures", "make several captures of one: by size, time or connection", "", run_split},
      {"merge", "Captures", "make one capture of several", "", run_merge},
      {"diff", "Captures", "compare two sessions: where they part, and every difference",
       "stanzascope diff before.pcapng after.pcapng   # did the update change what is said?", run_diff},
      {"redact", "Captures", "make a copy without names and messages, to share",
       "stanzascope redact session.pcapng share.pcapng --word juliet   # the same session of other people",
       run_redact},
      {"rules", "Rulebook", "list the rules that sessions are judged by", "", run_rules},
      {"explain", "Rulebook", "explain one rule, with its clause and two examples",
       "stanzascope explain iq-missing-id   # why a finding is one", run_explain},
      {"jid", "Rulebook", "explain an address step by step; compare two",
       "stanzascope jid Fußball@example.org fussball@example.org   # one account or two?", run_jid},
  };
  return table;
}

void print_help() {
  size_t widest = 0;
  for (const Command& command : commands()) widest = std::max(widest, command.name.size());
  std::cout << "stanzascope: intercept, inspect and record XMPP sessions\n\n"
               "Usage: stanzascope COMMAND [OPTIONS]\n";
  std::string_view group;
  for (const Command& command : commands()) {
    if (command.group != group) std::cout << '\n' << command.group << ":\n";
    group = command.group;
    std::cout << "  " << command.name << std::string(widest - command.name.size() + 2, ' ') << command.summary
              << '\n';
  }
  std::cout << "\nExamples:\n";
  for (const Command& command : commands()) {
    if (!command.example.empty()) std::cout << "  " << command.example << '\n';
  }
  std::cout << "\nEach command has its own help: stanzascope COMMAND --help\n"
               "Exit codes: 0 fine, 1 findings (--fail-on), 2 usage, 3 unreadable file, 4 network or TLS\n";
}

int unknown_command(std::string_view name) {
  std::vector<std::string_view> names;
  for (const Command& command : commands()) names.push_back(command.name);
  std::cerr << "stanzascope: there is no command “" << name << "”.";
  const auto near = parser::filter::nearest(name, names);
  if (!near.empty()) std::cerr << " Did you mean “" << near.front() << "”?";
  std::cerr << " See: stanzascope --help\n";
  return kExitUsage;
}

int run(int argc, char** argv) {
  if (argc < 2) {
    print_help();
    return kExitUsage;
  }
  const std::string_view name = argv[1];
  if (name == "--help" || name == "-h" || (name == "help" && argc == 2)) {
    print_help();
    return kExitFine;
  }
  if (name == "--version" || name == "-V") {
    std::cout << "stanzascope " STANZASCOPE_VERSION "\n";
    return kExitFine;
  }
  const bool help = name == "help";
  const std::string_view wanted = help ? argv[2] : argv[1];
  const auto table = commands();
  const auto found =
      std::find_if(table.begin(), table.end(), [&](const Command& c) { return c.name == wanted; });
  if (found == table.end()) return unknown_command(wanted);
  if (help) {
    std::string option = "--help";
    std::array<char*, 3> arguments{argv[2], option.data(), nullptr};
    return found->run(2, arguments.data());
  }
  return found->run(argc - 1, argv + 1);
}

}  // namespace
}  // namespace app

int main(int argc, char** argv) {
  return app::run(argc, argv);
}
