// What both sides have in common: the command line. What they do is in replay_server.cc and replay_client.cc.
#include "app/replay_command.h"

#include <CLI/CLI.hpp>
#include <iostream>
#include <string>

#include "app/choice.h"
#include "app/command.h"
#include "app/exit_code.h"
#include "app/replay_server.h"

namespace app {
namespace {

enum class Side : uint8_t { kNone, kClient, kServer };

const char* const kFooter =
    "A FILE is a capture, or a transcript (stanzascope export --transcript), which can be edited by hand.\n"
    "\n"
    "--as server: TLS by our CA (see: stanzascope ca), STARTTLS and direct TLS on one port. Without "
    "--password-file any name and password is accepted, and PLAIN is the only mechanism: in SCRAM the "
    "server proves that it knows the password, so it cannot be faked. The features are the recorded ones, "
    "without what cannot be kept (SASL2, channel binding, compression, resumption). Requests are matched by "
    "payload, attributes and content; ids, stamps and resources do not count; addresses become those of "
    "whoever logged in. What the server said unasked follows what it followed in the recording, or a silence "
    "of --patience. The log goes to the standard output.\n"
    "\nExamples:\n"
    "  stanzascope replay session.pcapng --as server --listen 127.0.0.1:5322\n"
    "      a server for a client under test; the client connects to port 5322\n"
    "\nExit codes: 0 fine, 2 usage, 3 unreadable file, 4 network or TLS.";

}  // namespace

int run_replay(int argc, char** argv) {
  Side side = Side::kNone;
  ReplayServerArguments server;
  std::string speed = "max";
  double patience = 2;
  bool keep_timing = false;
  std::string file;
  CLI::App options("Plays one side of a recorded session.", "stanzascope replay");
  options.add_option("FILE", file, "Capture or transcript")->required();
  add_choice<Side>(options, "--as", side, {{"server", Side::kServer}}, "Which side to play")->required();
  options
      .add_option("--listen", server.listen,
                  "Accept clients here (repeatable; default 127.0.0.1:5222; port 0: any free one)")
      ->allow_extra_args(false)
      ->type_name("HOST:PORT");
  options.add_option("--user", server.user, "Only this account may log in (default: any)")->type_name("JID");
  options
      .add_option("--password-file", server.password_file,
                  "Its password is the first line of this file; SCRAM is offered then")
      ->type_name("FILE");
  using Unknown = replay::ServerOptions::Unknown;
  add_choice<Unknown>(options, "--unknown", server.options.unknown,
                      {{"error", Unknown::kError}, {"ignore", Unknown::kIgnore}, {"empty", Unknown::kEmpty}},
                      "A request that was never recorded: service-unavailable (default), no answer, or an "
                      "empty result");
  options.add_flag("--plain", server.options.plain, "Do not ask for TLS");
  options.add_option("--speed", speed, "Keep recorded pauses, divided by N; max (default): none")
      ->type_name("N|max");
  options.add_flag("--keep-timing", keep_timing, "Keep recorded pauses (--speed 1)");
  options
      .add_option("--patience", patience,
                  "Go on with what the server said next after so long a silence of the client (default 2; "
                  "0: never)")
      ->check(CLI::Range(0.0, 86400.0).description(""))
      ->type_name("SECONDS");
  options.add_option("--max-clients", server.max_clients, "More at once are refused (default 1000)")
      ->check(CLI::Range(size_t{1}, size_t{100'000}).description(""))
      ->type_name("N");
  options.add_option("--confdir", server.confdir, "Folder of the CA (default: $XDG_DATA_HOME/stanzascope)")
      ->type_name("FOLDER");
  options.add_flag("--json", server.json, "Print JSON Lines instead of text");
  options.add_flag("-q,--quiet", server.quiet, "Print nothing but the address and faults");
  options.footer(kFooter);
  if (const auto code = parse_arguments(options, argc, argv)) return *code;
  server.file = file;
  if (keep_timing) {
    server.options.speed = 1;
  } else if (speed != "max") {
    char* end = nullptr;
    server.options.speed = std::strtod(speed.c_str(), &end);
    if (end == speed.c_str() || *end != '\0' || !(server.options.speed > 0)) {
      std::cerr << "stanzascope replay: --speed takes a number above 0, or max, not “" << speed << "”\n";
      return kExitUsage;
    }
  }
  server.options.patience =
      std::chrono::duration_cast<parser::Duration>(std::chrono::duration<double>(patience));
  return run_replay_server(std::move(server));
}

}  // namespace app
