// Nothing here is staged: a recorded client and a recorded server are played by two peers on loopback, TLS on
// both legs, and between them stands the proxy as `stanzascope proxy` starts it. Each side gets a CA made for
// this run only.
#include "app/demo_command.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <array>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "app/choice.h"
#include "app/command.h"
#include "app/demo_capture.h"
#include "app/exit_code.h"
#include "app/terminal.h"
#include "app/text_lines.h"
#include "app/viewer_program.h"
#include "app/wall_clock.h"
#include "captures/file.h"
#include "captures/reader.h"
#include "proxy/net/recorder.h"
#include "proxy/net/server.h"
#include "proxy/tls/ca_store.h"
#include "proxy/tls/tls_contexts.h"
#include "replay/peer_driver.h"
#include "replay/script.h"

namespace app {
namespace {

namespace fs = std::filesystem;

int complain(int code, std::string_view what) {
  std::cerr << "stanzascope demo: " << what << '\n';
  return code;
}

// A folder for the run's CAs that goes when the demo ends.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (fs::temp_directory_path() / "stanzascope-demo-XXXXXX").string();
    if (mkdtemp(name.data()) != nullptr) path_ = name;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

// What is told at the end.
class Tally : public parser::EventSink {
 public:
  void on_event(const parser::StreamEvent& event) override {
    if (parser::is_element(event.kind)) ++elements;
    edits += event.edits.size();
    if (event.answers) ++answers;
    for (const parser::Finding& finding : event.findings) {
      ++findings[finding.severity];
      if (!first_rule || finding.severity > worst_) first_rule = std::string(finding.rule);
      worst_ = std::max(worst_, finding.severity);
    }
    if (const auto* tls = std::get_if<parser::TlsEstablished>(&event.fact))
      legs += (legs.empty() ? "" : ", ") + tls->version;
  }

  size_t elements = 0;
  size_t edits = 0;
  size_t answers = 0;
  std::map<parser::Severity, size_t> findings;
  std::optional<std::string> first_rule;  // of the gravest finding
  std::string legs;                       // TLS versions

 private:
  parser::Severity worst_ = parser::Severity::kNote;
};

// The one session of the built-in capture as a script. Empty `error` on success.
replay::Script load_script(std::string& error) {
  replay::ScriptRecorder recorder;
  captures::Reader reader({}, recorder);
  reader.feed(demo_capture());
  reader.finish();
  if (reader.failed()) {
    error = "the built-in capture cannot be read: " + reader.error();
  } else if (recorder.scripts().empty()) {
    error = "the built-in capture holds no session";
  } else {
    return recorder.scripts().begin()->second;
  }
  return {};
}

std::string plural(size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

// How this program can be called from here: by name where PATH leads to it, else by its path.
std::string program_name() {
  std::error_code error;
  const fs::path self = fs::read_symlink("/proc/self/exe", error);
  if (error) return "stanzascope";
  std::istringstream folders(std::getenv("PATH") != nullptr ? std::getenv("PATH") : "");
  for (std::string folder; std::getline(folders, folder, ':');) {
    if (fs::equivalent(fs::path(folder) / self.filename(), self, error)) return self.filename().string();
  }
  const fs::path near = fs::relative(self, error);
  return error || near.string().starts_with("..") ? self.string() : near.string();
}

void print_intro(const replay::Script& script) {
  std::cout << "A recorded client and a recorded server (" << script.domain
            << ") now talk through the proxy, TLS on both legs.\n"
               "▶ is what the client says, ◀ what the server says; ⇄ is how long an answer took.\n\n"
            << std::flush;
}

void print_outro(const Tally& tally, const std::string& capture) {
  std::cout << "\nSeen: " << plural(tally.elements, "element") << ", "
            << plural(tally.answers, "answered request") << ", " << plural(tally.edits, "edit")
            << " by the proxy";
  for (const auto& [severity, count] : tally.findings)
    std::cout << ", " << plural(count, parser::name(severity));
  std::cout << ". TLS: " << tally.legs << ".\nRecorded in " << capture << "\n\nNow try:\n";
  const std::string program = program_name();
  std::cout << "  " << program << " inspect " << capture << " --filter 'xmpp.iq'\n";
  if (tally.first_rule) std::cout << "  " << program << " explain " << *tally.first_rule << "\n";
  std::cout << "  " << program << "-viewer " << capture << "\n  wireshark " << capture << "\n  " << program
            << " proxy --help          # between your own client and server\n";
}

struct Arguments {
  std::string write;
  bool view = false;
  bool fast = false;
  ColorMode color = ColorMode::kAuto;
};

}  // namespace

int run_demo(int argc, char** argv) {
  Arguments a;
  CLI::App options("Plays a recorded session through the real proxy, on this machine alone.",
                   "stanzascope demo");
  options
      .add_option("-w,--write", a.write,
                  "Where the capture goes (overwritten; default: in the temporary folder)")
      ->type_name("FILE");
  options.add_flag("--view", a.view, "Open the viewer on the capture afterwards");
  options.add_flag("--fast", a.fast, "Without the pauses that make it watchable");
  add_choice<ColorMode>(
      options, "--color", a.color,
      {{"auto", ColorMode::kAuto}, {"always", ColorMode::kAlways}, {"never", ColorMode::kNever}},
      "Colours: auto (default), always, never");
  options.footer(
      "Examples:\n"
      "  stanzascope demo --write demo.pcapng --view\n\n"
      "Exit codes: 0 fine, 2 usage, 3 the capture could not be written, 4 network or TLS.");
  if (const auto code = parse_arguments(options, argc, argv)) return *code;
  if (a.write.empty()) a.write = (fs::temp_directory_path() / "stanzascope-demo.pcapng").string();

  std::string error;
  const replay::Script script = load_script(error);
  if (!error.empty()) return complain(kExitUnreadable, error);

  // The proxy's CA, which the client trusts, and the server's CA, which the proxy trusts.
  const TemporaryFolder folder;
  if (folder.path().empty())
    return complain(kExitUnreadable, "cannot make a folder in " + fs::temp_directory_path().string());
  auto proxy_ca = proxy::open_ca(folder.path() / "proxy", wall_clock(), error);
  auto server_ca = proxy::open_ca(folder.path() / "server", wall_clock(), error);
  if (!proxy_ca || !server_ca) return complain(kExitUnreadable, error);
  proxy::TlsOptions trust_server;
  trust_server.upstream_ca_file = proxy::ca_certificate_file(folder.path() / "server").string();
  const auto proxy_tls = proxy::TlsContexts::create(trust_server, std::move(proxy_ca->ca), error);
  proxy::TlsOptions trust_proxy;
  trust_proxy.upstream_ca_file = proxy::ca_certificate_file(folder.path() / "proxy").string();
  const auto peers_tls = proxy::TlsContexts::create(trust_proxy, std::move(server_ca->ca), error);
  if (!proxy_tls || !peers_tls) return complain(kExitUnreadable, error);

  const auto file = captures::FileOutput::create(a.write, true, error);
  if (!file) return complain(kExitUnreadable, error);

  TextOptions text;
  text.color = wants_color(a.color, stdout);
  text.width = terminal_width(stdout);
  TextLines lines(text, [](std::string_view line) { std::cout << line; });
  Tally tally;
  proxy::net::RecorderOptions recorder_options;
  recorder_options.series.writer.application = "stanzascope " STANZASCOPE_VERSION " (demo)";
  const proxy::net::Log log = [](proxy::net::LogLevel level, std::string_view line) {
    if (level != proxy::net::LogLevel::kInfo) std::cerr << line << '\n';
  };
  proxy::net::Recorder recorder(
      recorder_options, file.get(), {&lines, &tally}, [] { std::cout << std::flush; }, log);

  replay::PeerListener upstream;
  if (!upstream.ok()) return complain(kExitNetwork, "cannot listen on 127.0.0.1");
  proxy::net::ServerOptions server_options;
  server_options.listeners = {{{"127.0.0.1", 0}, script.client_direct_tls}};
  server_options.upstream = proxy::net::HostPort{"127.0.0.1", upstream.port()};
  server_options.threads = 1;
  if (script.server_direct_tls) server_options.session.upstream_security = proxy::UpstreamSecurity::kTls;
  proxy::net::Server server(server_options, *proxy_tls, recorder, log);
  server.handle_signals();
  if (error = server.start(); !error.empty()) return complain(kExitNetwork, error);

  print_intro(script);
  replay::Pace pace;
  if (a.fast) {
    pace.speed = 0;
  } else {
    pace.shortest = std::chrono::milliseconds(140);
    pace.longest = std::chrono::milliseconds(700);
  }
  std::atomic<bool> stop{false};
  replay::PeerResult server_result;
  std::thread server_thread([&] {
    const int fd = upstream.accept(std::chrono::seconds(10));
    if (fd < 0) {
      server_result.failure = "the proxy did not connect";
      return;
    }
    server_result = replay::play(script, parser::Direction::kS2C, pace, fd, *peers_tls, stop);
  });
  replay::PeerResult client_result;
  const int fd = replay::connect_to("127.0.0.1", server.endpoints().front().port(), client_result.failure);
  if (fd >= 0) client_result = replay::play(script, parser::Direction::kC2S, pace, fd, *peers_tls, stop);
  stop = !client_result.ok;
  server_thread.join();
  server.stop();
  server.wait();
  if (!client_result.ok) return complain(kExitNetwork, "the client's side: " + client_result.failure);
  if (!server_result.ok) return complain(kExitNetwork, "the server's side: " + server_result.failure);

  print_outro(tally, a.write);
  std::cout << std::flush;
  return a.view ? complain(kExitUnreadable, become_viewer({a.write})) : kExitFine;
}

}  // namespace app
