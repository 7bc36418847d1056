// The text is read as `lint` reads it, played into an Analyzer, and written by the Writer of live recordings.
#include "app/import_command.h"

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <optional>
#include <string>

#include "app/capture_writing.h"
#include "app/choice.h"
#include "app/command.h"
#include "app/exit_code.h"
#include "app/terminal.h"
#include "captures/import/foreign_capture.h"
#include "parser/given_text.h"

namespace app {
namespace {

using parser::Direction;

constexpr size_t kMostText = 256u << 20;

struct Arguments {
  std::string in;
  std::string out;
  std::optional<Direction> speaker;
  std::string bound;
  std::string keylog;
  bool force = false;
  bool record_secrets = false;
};

bool is_foreign_capture(const std::string& path) {
  if (path == "-") return false;
  std::ifstream file(path, std::ios::binary);
  std::string beginning(4, '\0');
  file.read(beginning.data(), 4);
  return file.gcount() == 4 && captures::is_capture_file(beginning);
}

int complain(const std::string& error) {
  std::fprintf(stderr, "stanzascope import: %s\n", error.c_str());
  return kExitUnreadable;
}

// A capture of another program.
int import_capture(const Arguments& a) {
  std::string error;
  const auto capture = CaptureWriting::create(a.out, a.force, {a.in}, error, a.record_secrets);
  if (!capture) return complain(error);
  captures::ForeignOptions options;
  options.keylog = a.keylog;
  const bool show = is_terminal(stderr);
  bool shown = false;
  options.progress = [&](uint64_t done, uint64_t all) {
    if (show && all > (16u << 20)) {
      std::fprintf(stderr, "\r%s: %3u %%", a.in.c_str(), static_cast<unsigned>(done * 100 / all));
      shown = true;
    }
    return true;
  };
  captures::ImportTotals totals;
  error = captures::read_foreign(a.in, options, capture->analyzer(), totals);
  if (shown) std::fprintf(stderr, "\r%*s\r", static_cast<int>(a.in.size()) + 7, "");
  if (error.empty() && totals.connections == 0) {
    error = a.in + ": no XMPP was found in it (" + std::to_string(totals.packets) + " packets, " +
            std::to_string(totals.left_out) + " other TCP connections).";
  }
  if (!error.empty()) {
    capture->remove();
    return complain(error);
  }
  error = capture->finish();
  if (!error.empty()) return complain(error);
  std::printf("%s: %llu elements on %llu connection%s, from a capture of %llu packets.\n", a.out.c_str(),
              static_cast<unsigned long long>(capture->elements()),
              static_cast<unsigned long long>(totals.connections), totals.connections == 1 ? "" : "s",
              static_cast<unsigned long long>(totals.packets));
  for (const std::string& note : totals.notes) std::printf("  %s\n", note.c_str());
  const auto tell = [](uint64_t count, const char* what) {
    if (count > 0) std::printf("  %llu %s\n", static_cast<unsigned long long>(count), what);
  };
  tell(totals.left_out, "TCP connections carry no XMPP and were left out.");
  tell(totals.lost, "bytes of XMPP are not in the capture.");
  tell(totals.decrypted, "bytes were decrypted by tshark.");
  if (capture->unparsed() == 0) return kExitFine;
  tell(capture->unparsed(), "bytes could not be parsed; they are in the capture as they are.");
  return kExitUnreadable;
}

// Empty error on success.
std::string read_text(const std::string& path, std::string& text) {
  if (path == "-") {
    text.assign(std::istreambuf_iterator<char>(std::cin), {});
    return {};
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) return path + " cannot be opened.";
  file.seekg(0, std::ios::end);
  if (file.tellg() > static_cast<std::streamoff>(kMostText)) return path + " is longer than 256 MiB.";
  file.seekg(0);
  text.assign(std::istreambuf_iterator<char>(file), {});
  return {};
}

}  // namespace

int run_import(int argc, char** argv) {
  Arguments a;
  CLI::App options(
      "Makes a capture of a capture of another program (pcap, pcapng), of a transcript, of a stream or "
      "stanzas as "
      "XML, or of the log of a client's XML console or of a server (Prosody, ejabberd, Gajim, Psi, Dino, "
      "profanity, …).",
      "stanzascope import");
  options.add_option("FILE", a.in, "What to read; - is the standard input")->required();
  options.add_option("-o,--output", a.out, "The capture to write (pcapng)")->required()->type_name("FILE");
  add_choice<std::optional<Direction>>(
      options, "--as", a.speaker, {{"client", Direction::kC2S}, {"server", Direction::kS2C}},
      "Who speaks in a text without speakers, or wrote the log (default: guessed)");
  options.add_option("--bound", a.bound, "Full JID of the session, where the text does not tell")
      ->type_name("JID");
  options
      .add_option(
          "--keylog", a.keylog,
          "TLS secrets (SSLKEYLOGFILE format) of what a pcap or pcapng file holds; tshark decrypts with them")
      ->type_name("FILE");
  options.add_flag("--record-secrets", a.record_secrets, "Do not mask passwords");
  options.add_flag("-f,--force", a.force, "Overwrite the capture");
  options.footer(
      "Of pcap and pcapng files XMPP over TCP is taken, on any port, over IPv4 and IPv6, with the times of "
      "its packets; connections that began before the capture did, and segments that it missed, are said. "
      "What is encrypted needs --keylog. stanzascope's own captures need no import.\n"
      "What was guessed or left out on the way is said. Logs have no times that could be relied on: the "
      "elements of a capture made of one are a millisecond apart, from now on.\n\n"
      "Examples:\n"
      "  stanzascope import console.log -o session.pcapng\n"
      "      the log of a client's XML console\n"
      "  dino-im --print-xmpp=all 2>dino.log; stanzascope import dino.log -o dino.pcapng\n"
      "      Dino; others: gajim -v 2>gajim.log, profanity -l DEBUG, Prosody with mod_stanza_debug\n"
      "  xclip -o -selection clipboard -t text/html | stanzascope import - -o psi.pcapng\n"
      "      what was copied from Psi's XML console, where only colours say who spoke\n"
      "  stanzascope import traffic.pcap --keylog keys.txt -o session.pcapng\n"
      "      what tcpdump recorded of a client that was started with SSLKEYLOGFILE=keys.txt\n\n"
      "Exit codes: 0 fine, 2 usage, 3 the text could not be read, or not all of it.");
  if (const auto code = parse_arguments(options, argc, argv)) return *code;
  if (is_foreign_capture(a.in)) return import_capture(a);
  if (!a.keylog.empty()) {
    std::fprintf(stderr, "stanzascope import: --keylog is for pcap and pcapng files, and %s is none.\n",
                 a.in.c_str());
    return kExitUsage;
  }
  std::string text;
  std::string error = read_text(a.in, text);
  const parser::GivenText given =
      error.empty() ? parser::read_given_text(text, a.speaker, a.bound) : parser::GivenText{};
  if (error.empty() && !given.error.empty()) {
    error = a.in + (given.error_line != 0 ? ":" + std::to_string(given.error_line) : "") + ": " + given.error;
  }
  std::unique_ptr<CaptureWriting> capture;
  if (error.empty()) capture = CaptureWriting::create(a.out, a.force, {a.in}, error, a.record_secrets);
  if (!capture) {
    std::fprintf(stderr, "stanzascope import: %s\n", error.c_str());
    return kExitUnreadable;
  }
  parser::Time now = std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
  parser::ConnectionId connection = 1;
  for (const parser::Transcript& session : given.sessions) {
    now = parser::play(session, capture->analyzer(), connection, now);
    connection += session.more.size() + 1;
    capture->analyzer().finish(now);
  }
  error = capture->finish(now);
  if (!error.empty()) {
    std::fprintf(stderr, "stanzascope import: %s\n", error.c_str());
    return kExitUnreadable;
  }
  std::printf("%s: %llu elements on %llu connection%s, from a %s.\n", a.out.c_str(),
              static_cast<unsigned long long>(capture->elements()),
              static_cast<unsigned long long>(connection - 1), connection == 2 ? "" : "s",
              std::string(name(given.form)).c_str());
  for (const std::string& guess : given.guesses) std::printf("  %s\n", guess.c_str());
  if (capture->unparsed() == 0) return kExitFine;
  std::printf("  %llu bytes could not be parsed; they are in the capture as they are.\n",
              static_cast<unsigned long long>(capture->unparsed()));
  return kExitUnreadable;
}

}  // namespace app
