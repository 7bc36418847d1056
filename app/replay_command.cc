// What both sides have in common: the command line. What they do is in replay_server.cc and replay_client.cc.
#include "app/replay_command.h"

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/choice.h"
#include "app/command.h"
#include "app/exit_code.h"
#include "app/replay_client.h"
#include "app/replay_server.h"

namespace app {
namespace {

enum class Side : uint8_t { kClient, kServer };

const char* const kFooter =
    "A FILE is a capture, or a transcript (stanzascope export --transcript), which can be edited by hand.\n"
    "\n"
    "--as server is a server made of the recording. TLS by our CA (see: stanzascope ca), STARTTLS and direct "
    "TLS on one port. Without --password-file any name and password is accepted, and PLAIN is the only "
    "mechanism: in SCRAM the server proves that it knows the password, so it cannot be faked. The features "
    "are the recorded ones, without what cannot be kept (SASL2, channel binding, compression). A client "
    "whose connection breaks can resume its session for five minutes. "
    "Requests are matched by payload, attributes and content; ids, stamps and resources do not count; "
    "addresses become those of whoever logged in. What the server said unasked follows what it followed in "
    "the recording, or a silence of --patience. The log goes to the standard output.\n"
    "\n"
    "--as client plays the sessions of the --user's account, else the first one, against a live server: it "
    "logs "
    "in afresh (SCRAM-SHA-256, SCRAM-SHA-1, PLAIN; EXTERNAL with --client-cert), binds a resource and sends "
    "what "
    "the recorded client sent, each element when the answers that were there in the recording are there. "
    "Bound "
    "address, ids and counters of stream management are those of the run. Told is which answers differ in "
    "kind: result or error, condition, payload. With --account for each of several users all their sessions "
    "are played together: what one says waits until the others have said what came before it, and until what "
    "they made the server send has come. A resumed session is played on one connection; the client never "
    "asks for resumption.\n"
    "\nExamples:\n"
    "  stanzascope replay session.pcapng --as server --listen 127.0.0.1:5322\n"
    "      a server for a client under test; the client connects to port 5322\n"
    "  stanzascope replay session.pcapng --as client --to 127.0.0.1:5222 --user juliet@verona.example "
    "--password-file secret --upstream-ca cert.pem\n"
    "      does a server still answer as it did?\n"
    "  stanzascope replay both.pcapng --as client --to 127.0.0.1:5222 --account "
    "juliet@verona.example:secret-j "
    "--account romeo@verona.example:secret-r --upstream-ca cert.pem\n"
    "      a conversation of two users\n"
    "\nExit codes: 0 fine, 1 answers differ (client), 2 usage, 3 unreadable file, 4 network, TLS or login.";

struct Arguments {
  std::string file;
  Side side = Side::kServer;
  std::string user;
  std::string password_file;
  bool plain = false;
  std::string speed = "max";
  bool keep_timing = false;
  bool shift_times = false;
  double patience = 2;
  double answer_within = 10;
  bool json = false;
  bool quiet = false;
  ReplayServerArguments server;
  ReplayClientArguments client;
};

parser::Duration duration(double seconds) {
  return std::chrono::duration_cast<parser::Duration>(std::chrono::duration<double>(seconds));
}

void declare_both(CLI::App& options, Arguments& a) {
  options.add_option("FILE", a.file, "Capture or transcript")->required();
  add_choice<Side>(options, "--as", a.side, {{"server", Side::kServer}, {"client", Side::kClient}},
                   "Which side to play")
      ->required();
  options
      .add_option(
          "--user", a.user,
          "Server: only this account may log in (default: any). Client: log in as this one (default: the "
          "recorded one)")
      ->type_name("JID");
  options.add_option("--password-file", a.password_file, "Its password is the first line of this file")
      ->type_name("FILE");
  options.add_flag("--plain", a.plain, "Without TLS");
  options.add_option("--speed", a.speed, "Keep recorded pauses, divided by N; max (default): none")
      ->type_name("N|max");
  options.add_flag("--keep-timing", a.keep_timing, "Keep recorded pauses (--speed 1)");
  options.add_flag("--shift-times", a.shift_times,
                   "Move recorded stamps (of delayed delivery, of last activity) to this run");
  options.add_flag("--json", a.json, "Print JSON Lines instead of text");
  options.add_flag("-q,--quiet", a.quiet, "Print no log and no progress");
}

void declare_server(CLI::App& options, Arguments& a) {
  using Unknown = replay::ServerOptions::Unknown;
  const char* const kGroup = "As server";
  options
      .add_option("--listen", a.server.listen,
                  "Accept clients here (repeatable; default 127.0.0.1:5222; port 0: any free one)")
      ->allow_extra_args(false)
      ->type_name("HOST:PORT")
      ->group(kGroup);
  add_choice<Unknown>(options, "--unknown", a.server.options.unknown,
                      {{"error", Unknown::kError}, {"ignore", Unknown::kIgnore}, {"empty", Unknown::kEmpty}},
                      "A request that was never recorded: service-unavailable (default), no answer, or an "
                      "empty result")
      ->group(kGroup);
  options
      .add_option("--patience", a.patience,
                  "Go on with what the server said next after so long a silence of the client (default 2; "
                  "0: never)")
      ->check(CLI::Range(0.0, 86400.0).description(""))
      ->type_name("SECONDS")
      ->group(kGroup);
  options.add_option("--max-clients", a.server.max_clients, "More at once are refused (default 1000)")
      ->check(CLI::Range(size_t{1}, size_t{100'000}).description(""))
      ->type_name("N")
      ->group(kGroup);
  options.add_option("--confdir", a.server.confdir, "Folder of the CA (default: $XDG_DATA_HOME/stanzascope)")
      ->type_name("FOLDER")
      ->group(kGroup);
}

void declare_client(CLI::App& options, Arguments& a) {
  const char* const kGroup = "As client";
  options.add_option("--to", a.client.to, "The server")->type_name("HOST:PORT")->group(kGroup);
  options.add_flag("--direct-tls", a.client.direct_tls, "Begin with TLS (XEP-0368), not with STARTTLS")
      ->group(kGroup);
  options
      .add_option("--upstream-ca", a.client.upstream_ca,
                  "Trust these CAs (PEM) for the server, not the system's")
      ->type_name("FILE")
      ->group(kGroup);
  options
      .add_flag("--insecure-upstream", a.client.insecure_upstream, "Accept any certificate from the server")
      ->group(kGroup);
  options
      .add_option("--client-cert", a.client.client_certificate,
                  "Show this certificate (PEM, with its key) and log in by EXTERNAL where it is offered")
      ->type_name("FILE")
      ->group(kGroup);
  options
      .add_option("--account", a.client.accounts,
                  "Play the sessions of this account as JID, whose password is the first line of FILE; "
                  "RECORDED= says whose they were where the name is another. Repeat it to play several "
                  "accounts together, each in its turn")
      ->allow_extra_args(false)
      ->type_name("[RECORDED=]JID:FILE")
      ->group(kGroup);
  options.add_option("--resource", a.client.resource, "Ask for this resource (default: the recorded one)")
      ->type_name("NAME")
      ->group(kGroup);
  options.add_option("--only", a.client.only, "Send only what matches: Wireshark's display-filter syntax")
      ->type_name("EXPR")
      ->group(kGroup);
  options
      .add_option("--repeat", a.client.repeat, "Play it so many times, each on a new connection (default 1)")
      ->check(CLI::Range(uint64_t{1}, uint64_t{1'000'000'000}).description(""))
      ->type_name("N")
      ->group(kGroup);
  options
      .add_option("--sessions", a.client.sessions,
                  "So many at a time (default 1); each has its own resource, the recorded one with a number")
      ->check(CLI::Range(1U, 1000U).description(""))
      ->type_name("N")
      ->group(kGroup);
  options.add_option("--answer-within", a.answer_within, "Wait so long for an answer (default 10)")
      ->check(CLI::Range(0.01, 86400.0).description(""))
      ->type_name("SECONDS")
      ->group(kGroup);
  options.add_option("--junit", a.client.junit, "Write the result as JUnit XML, too")
      ->type_name("FILE")
      ->group(kGroup);
}

// Nothing where it is no speed.
std::optional<double> read_speed(const std::string& text) {
  if (text == "max") return 0;
  char* end = nullptr;
  const double speed = std::strtod(text.c_str(), &end);
  if (end == text.c_str() || *end != '\0' || !(speed > 0) || speed > 1e9) return std::nullopt;
  return speed;
}

// The first option given that belongs to the other side; empty: none.
std::string misplaced(const CLI::App& options, Side side) {
  const std::string other = side == Side::kServer ? "As client" : "As server";
  for (const CLI::Option* option : options.get_options()) {
    if (option->get_group() == other && option->count() > 0) return option->get_name();
  }
  return {};
}

int complain(const std::string& what) {
  std::cerr << "stanzascope replay: " << what << "\nTry: stanzascope replay --help\n";
  return kExitUsage;
}

}  // namespace

int run_replay(int argc, char** argv) {
  Arguments a;
  CLI::App options("Plays one side of a recorded session.", "stanzascope replay");
  declare_both(options, a);
  declare_server(options, a);
  declare_client(options, a);
  options.footer(kFooter);
  if (const auto code = parse_arguments(options, argc, argv)) return *code;
  if (const std::string name = misplaced(options, a.side); !name.empty()) {
    return complain(name + " is for the other side, --as " + (a.side == Side::kServer ? "client" : "server"));
  }
  std::optional<double> speed = read_speed(a.speed);
  if (!speed) return complain("--speed takes a number above 0, or max, not “" + a.speed + "”");
  if (a.keep_timing && options.count("--speed") == 0) speed = 1;
  if (a.side == Side::kServer) {
    a.server.file = a.file;
    a.server.user = a.user;
    a.server.password_file = a.password_file;
    a.server.options.plain = a.plain;
    a.server.options.shift_times = a.shift_times;
    a.server.options.speed = *speed;
    a.server.options.patience = duration(a.patience);
    a.server.json = a.json;
    a.server.quiet = a.quiet;
    return run_replay_server(std::move(a.server));
  }
  if (a.client.to.empty()) return complain("--as client needs the server's address: --to HOST:PORT");
  if (!a.client.accounts.empty()) {
    if (!a.user.empty() || !a.password_file.empty() || !a.client.client_certificate.empty())
      return complain("--account takes the place of --user, --password-file and --client-cert");
    if (a.client.sessions > 1) return complain("--sessions is for one account, without --account");
    if (!a.client.resource.empty()) return complain("--resource is for one account, without --account");
  }
  if (a.plain && a.client.direct_tls) return complain("--plain and --direct-tls exclude each other");
  a.client.file = a.file;
  a.client.user = a.user;
  a.client.password_file = a.password_file;
  a.client.options.plain = a.plain;
  a.client.options.shift_times = a.shift_times;
  a.client.options.speed = *speed;
  a.client.options.answer_within = duration(a.answer_within);
  a.client.json = a.json;
  a.client.quiet = a.quiet;
  return run_replay_client(std::move(a.client));
}

}  // namespace app
