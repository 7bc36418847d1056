// Puts the parts together: CA and TLS settings, capture file, recorder with its sinks, server with its
// listeners. Everything that can be wrong is found before the first connection is accepted.

#include "app/proxy_command.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "app/background_work.h"
#include "app/choice.h"
#include "app/command.h"
#include "app/confdir.h"
#include "app/exit_code.h"
#include "app/json_lines.h"
#include "app/text_lines.h"
#include "app/units.h"
#include "app/viewer_program.h"
#include "app/wall_clock.h"
#include "captures/file_series.h"
#include "parser/filter/filter.h"
#include "proxy/net/server.h"
#include "proxy/tls/ca_store.h"
#include "proxy/tls/tls_contexts.h"

namespace app {
namespace {

struct Arguments {
  std::vector<std::string> listen;
  std::vector<std::string> listen_tls;
  std::string upstream;
  proxy::UpstreamSecurity upstream_security = proxy::UpstreamSecurity::kStartTls;
  std::string upstream_ca;
  bool insecure_upstream = false;
  std::string write;
  bool view = false;
  bool force = false;
  uint64_t rotate_size = 0;
  parser::Duration rotate_every{0};
  size_t ring = 0;
  bool compress = false;
  std::string record_filter;
  bool record_secrets = false;
  bool keep_channel_binding = false;
  std::string keylog;
  proxy::net::Overflow overflow = proxy::net::Overflow::kBlock;
  unsigned idle_timeout = 0;
  size_t max_connections = 10'000;
  size_t threads = 0;
  parser::rules::Profile profile = parser::rules::Profile::kRfc6120;
  std::string confdir;
  bool json = false;
  bool xml = false;
  bool quiet = false;
  std::string dns;
};

constexpr uint64_t kLeastRotated = 64u << 10;

const char* const kExamples =
    "The client must trust the CA once; how is told by: stanzascope ca\n"
    "Ctrl-C ends it: sessions are told, the capture is complete, exit code 0.\n\n"
    "Examples:\n"
    "  stanzascope proxy\n"
    "      listen on 127.0.0.1:5222; the server of each client's domain is found by DNS\n"
    "  stanzascope proxy --listen 127.0.0.1:5322 --upstream 127.0.0.1:5222 --write session.pcapng\n"
    "      between a client and your own server, recorded; the client connects to port 5322\n"
    "  stanzascope proxy --listen-tls '[::1]:5223' --upstream xmpp.example:5223 --upstream-security tls\n"
    "      direct TLS (XEP-0368) on both legs\n"
    "  stanzascope proxy --write 'day-%d-%H.pcapng' --rotate-every 1h --ring 24 --compress\n"
    "      the last day, an hour a file; each file can be read without the others\n"
    "  stanzascope proxy --write juliet.pcapng --record-filter 'xmpp.from contains \"juliet@\" || xmpp.to "
    "contains \"juliet@\"'\n"
    "      one user of a busy server\n"
    "  stanzascope proxy --json -q | jq 'select(.findings != [])'\n"
    "      what the rulebook complains about, live\n"
    "\nExit codes: 0 ended by Ctrl-C or SIGTERM, 2 usage, 3 the CA or the capture file could not be opened, "
    "4 "
    "an address cannot be listened on.";

void declare(CLI::App& options, Arguments& a) {
  using parser::rules::Profile;
  using proxy::UpstreamSecurity;
  using proxy::net::Overflow;
  options.footer(kExamples);
  options
      .add_option(
          "--listen", a.listen,
          "Accept clients that use STARTTLS or no TLS here (repeatable; default 127.0.0.1:5222; port 0: "
          "any free one)")
      ->allow_extra_args(false)
      ->type_name("HOST:PORT");
  options.add_option("--listen-tls", a.listen_tls, "Accept clients that begin with TLS here (repeatable)")
      ->allow_extra_args(false)
      ->type_name("HOST:PORT");
  options
      .add_option(
          "--upstream", a.upstream,
          "Connect to this server, whatever the domain (default: found by SRV and address records of the "
          "stream's 'to')")
      ->type_name("HOST:PORT");
  add_choice<UpstreamSecurity>(options, "--upstream-security", a.upstream_security,
                               {{"starttls", UpstreamSecurity::kStartTls},
                                {"tls", UpstreamSecurity::kTls},
                                {"none", UpstreamSecurity::kNone}},
                               "How the server's leg is encrypted: starttls (default; when the client asks "
                               "for it), tls (from the first byte), none");
  options.add_option("--upstream-ca", a.upstream_ca, "Trust these CAs (PEM) for servers, not the system's")
      ->type_name("FILE");
  options.add_flag("--insecure-upstream", a.insecure_upstream, "Accept any certificate from servers");
  options
      .add_option(
          "-w,--write", a.write,
          "Record to this capture file (pcapng; Wireshark opens it); strftime conversions (%Y%m%d-%H%M%S) "
          "stand for the local time of its beginning")
      ->type_name("FILE");
  options.add_flag("--view", a.view, "Open the viewer on the capture, which it follows (needs --write)");
  options.add_flag("--force", a.force, "Overwrite the capture file if it exists");
  add_size(options, "--rotate-size", a.rotate_size,
           "Begin another file when one is so long, e.g. 100M (K, M, G: powers of 1024)");
  add_duration(options, "--rotate-every", a.rotate_every, "… when one is so old, e.g. 90s, 15m, 1h, 1d");
  options.add_option("--ring", a.ring, "Keep that many files of a rotated recording, and remove older ones")
      ->check(CLI::Range(size_t{1}, size_t{99'999}).description(""))
      ->type_name("N");
  options.add_flag(
      "--compress", a.compress,
      "Compress each finished file (zstd, FILE.zst); all commands and the viewer read it as it is");
  options
      .add_option(
          "--record-filter", a.record_filter,
          "Record only connections in which something matches, from their beginning: until then what was "
          "said is kept in memory, up to 1 MiB for each connection and 128 MiB in all. A connection "
          "that says more before it matches begins with its handshake (up to 256 KiB) and a note of how "
          "many bytes are missing")
      ->type_name("EXPR");
  options.add_flag("--record-secrets", a.record_secrets,
                   "Do not mask passwords and SASL secrets in the capture");
  options.add_flag(
      "--keep-channel-binding", a.keep_channel_binding,
      "Do not hide SCRAM-*-PLUS and XEP-0440 (logins that use them will fail: that is their purpose)");
  options
      .add_option("--keylog", a.keylog,
                  "Append the TLS secrets of both legs to this file and put them into the capture (default: "
                  "$SSLKEYLOGFILE)")
      ->type_name("FILE");
  add_choice<Overflow>(
      options, "--capture-overflow", a.overflow, {{"block", Overflow::kBlock}, {"drop", Overflow::kDrop}},
      "When recording cannot keep up: block (default: slow the relay, lose nothing) or drop (lose recording, "
      "and say how much)");
  options
      .add_option("--idle-timeout", a.idle_timeout,
                  "End connections with no traffic for so long; 0: never (default)")
      ->type_name("SECONDS");
  options.add_option("--max-connections", a.max_connections, "More are refused; default 10000")
      ->check(CLI::Range(size_t{1}, size_t{1'000'000}).description(""))
      ->type_name("N");
  options.add_option("--threads", a.threads, "I/O threads; 0: one per core (default)")
      ->check(CLI::Range(size_t{0}, size_t{256}).description(""))
      ->type_name("N");
  add_choice<Profile>(options, "--profile", a.profile,
                      {{"rfc3920", Profile::kRfc3920}, {"rfc6120", Profile::kRfc6120}},
                      "Judge sessions by rfc6120 (default) or rfc3920");
  options.add_option("--confdir", a.confdir, "Folder of the CA (default: $XDG_DATA_HOME/stanzascope)")
      ->type_name("FOLDER");
  options.add_flag("--json", a.json, "Print JSON Lines instead of text (docs/JSON_LINES.md)");
  options.add_flag("--xml", a.xml, "Print each element itself beneath its line");
  options.add_flag("-q,--quiet", a.quiet,
                   "Print no elements (with --json: only them), and log only warnings");
  // For tests: where to ask instead of the system's name servers.
  options.add_option("--dns", a.dns)->type_name("HOST:PORT")->group("");
}

// The recording, as far as the options ask for more than one plain file. Empty on success.
std::string read_recording(const Arguments& a, proxy::net::RecorderOptions& recorder,
                           std::optional<parser::filter::Filter>& filter) {
  const bool rotates = a.rotate_size > 0 || a.rotate_every > parser::Duration(0);
  if (a.write.empty() && (rotates || a.ring > 0 || a.compress || !a.record_filter.empty())) {
    return "--rotate-size, --rotate-every, --ring, --compress and --record-filter need --write";
  }
  if (a.view && a.write.empty()) return "--view shows what is recorded: name a capture with --write";
  if (a.ring > 0 && !rotates) return "--ring needs --rotate-size or --rotate-every";
  if (a.rotate_size > 0 && a.rotate_size < kLeastRotated) {
    return "--rotate-size has to be 64K at least";
  }
  if (rotates && a.rotate_every > parser::Duration(0) && a.rotate_every < std::chrono::seconds(1)) {
    return "--rotate-every has to be 1s at least";
  }
  recorder.series.writer.record_secrets = a.record_secrets;
  recorder.series.writer.application = "stanzascope " STANZASCOPE_VERSION;
  recorder.series.rotate_bytes = a.rotate_size;
  recorder.series.rotate_every = a.rotate_every;
  if (a.record_filter.empty()) return {};
  std::string error;
  filter = read_filter(a.record_filter, error);
  if (!filter) return "--record-filter: " + error;
  recorder.series.wanted = [&filter](const parser::StreamEvent& event) { return filter->matches(event); };
  return {};
}

// Lines to standard output, written when a batch is complete. Only the recorder's thread calls it; a reader
// that is gone (a closed pipe) ends printing, not the proxy.
class StandardOutput {
 public:
  void add(std::string_view line) {
    if (broken_) return;
    buffer_ += line;
    if (buffer_.size() >= 64 * 1024) flush();
  }
  void flush() {
    size_t at = 0;
    while (!broken_ && at < buffer_.size()) {
      const ssize_t n = ::write(STDOUT_FILENO, buffer_.data() + at, buffer_.size() - at);
      if (n >= 0) {
        at += static_cast<size_t>(n);
      } else if (errno != EINTR) {
        broken_ = true;
      }
    }
    buffer_.clear();
  }

 private:
  std::string buffer_;
  bool broken_ = false;
};

// Appends key log lines, from any thread.
class KeylogFile {
 public:
  // Empty on success.
  std::string open(const std::string& path) {
    fd_ = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (fd_ >= 0) return {};
    return fmt::format("cannot write the key log {}: {}", path, std::strerror(errno));
  }
  ~KeylogFile() {
    if (fd_ >= 0) ::close(fd_);
  }
  void add(std::string_view line) {
    const std::string whole = std::string(line) + "\n";
    const std::lock_guard lock(mutex_);
    // One write per line, so that lines of several programs do not mix. A full disk loses lines, no more.
    [[maybe_unused]] const ssize_t n = ::write(fd_, whole.data(), whole.size());
  }

 private:
  std::mutex mutex_;
  int fd_ = -1;
};

int complain(int code, std::string_view what) {
  std::cerr << "stanzascope proxy: " << what << '\n';
  return code;
}

// Reads the addresses of the command line into the server's options. Empty on success.
std::string read_addresses(const Arguments& a, proxy::net::ServerOptions& server) {
  std::string error;
  const auto listen = [&](const std::vector<std::string>& texts, bool direct_tls) {
    for (const std::string& text : texts) {
      const auto at = proxy::net::parse_host_port(text, direct_tls ? 5223 : 5222, error);
      if (!at) return false;
      server.listeners.push_back({*at, direct_tls});
    }
    return true;
  };
  if (!listen(a.listen, false)) return "--listen " + error;
  if (!listen(a.listen_tls, true)) return "--listen-tls " + error;
  if (server.listeners.empty()) server.listeners.push_back({{"127.0.0.1", 5222}, false});
  if (a.upstream.empty()) return {};
  const uint16_t port = a.upstream_security == proxy::UpstreamSecurity::kTls ? 5223 : 5222;
  const auto upstream = proxy::net::parse_host_port(a.upstream, port, error);
  if (!upstream) return "--upstream " + error;
  if (upstream->port == 0) return "--upstream: port 0 cannot be connected to";
  server.upstream = *upstream;
  return {};
}

}  // namespace

int run_proxy(int argc, char** argv) {
  Arguments a;
  CLI::App options("Relays XMPP sessions, shows and records them. TLS is terminated on both legs.",
                   "stanzascope proxy");
  declare(options, a);
  if (const auto code = parse_arguments(options, argc, argv)) return *code;

  proxy::net::ServerOptions server_options;
  if (const std::string error = read_addresses(a, server_options); !error.empty())
    return complain(kExitUsage, error);
  proxy::net::RecorderOptions recorder_options;
  recorder_options.analyzer.profile = a.profile;
  std::optional<parser::filter::Filter> record_filter;
  if (const std::string error = read_recording(a, recorder_options, record_filter); !error.empty())
    return complain(kExitUsage, error);
  if (a.insecure_upstream && !a.upstream_ca.empty()) {
    return complain(kExitUsage,
                    "--insecure-upstream trusts everybody, so --upstream-ca has no effect; drop one");
  }
  std::signal(SIGPIPE, SIG_IGN);

  const parser::Time now = wall_clock();
  std::string error;
  const auto folder = configuration_folder(a.confdir);
  auto opened = proxy::open_ca(folder, now, error);
  if (!opened) return complain(kExitUnreadable, error);

  if (a.keylog.empty()) {
    if (const char* path = std::getenv("SSLKEYLOGFILE"); path != nullptr) a.keylog = path;
  }
  KeylogFile keylog;
  if (!a.keylog.empty()) {
    if (error = keylog.open(a.keylog); !error.empty()) return complain(kExitUnreadable, error);
  }

  proxy::net::StderrLog log_thread(a.quiet);
  const proxy::net::Log log = log_thread.log();

  BackgroundWork background;
  std::unique_ptr<captures::FileSeries> files;
  if (!a.write.empty()) {
    captures::FileSeriesOptions series;
    series.pattern = a.write;
    series.numbered =
        (a.rotate_size > 0 || a.rotate_every > parser::Duration(0)) && a.write.find('%') == std::string::npos;
    series.ring = a.ring;
    series.compress = a.compress;
    series.overwrite = a.force;
    files = captures::FileSeries::create(
        series, now, [&background](std::function<void()> job) { background.add(std::move(job)); },
        [&log](const std::string& text) { log(proxy::net::LogLevel::kWarning, text); }, error);
    if (!files) return complain(kExitUnreadable, error);
  }

  StandardOutput output;
  std::unique_ptr<parser::EventSink> lines;
  const TextOutput to_output = [&output](std::string_view line) { output.add(line); };
  if (a.json) {
    lines = std::make_unique<JsonLines>(to_output);
  } else if (!a.quiet) {
    TextOptions text;
    text.color = ::isatty(STDOUT_FILENO) == 1 && std::getenv("NO_COLOR") == nullptr;
    text.xml = a.xml;
    text.show_secrets = a.record_secrets;
    lines = std::make_unique<TextLines>(text, to_output);
  }

  std::vector<parser::EventSink*> sinks;
  if (lines) sinks.push_back(lines.get());
  proxy::net::Recorder recorder(
      recorder_options, nullptr, sinks, [&output] { output.flush(); }, log, files.get());

  proxy::TlsOptions tls_options;
  tls_options.upstream_ca_file = a.upstream_ca;
  tls_options.insecure_upstream = a.insecure_upstream;
  if (!a.keylog.empty()) {
    tls_options.keylog = [&](std::string_view line) {
      keylog.add(line);
      recorder.add_keylog_line(line);
    };
  }
  const bool ca_created = opened->created;
  const auto tls = proxy::TlsContexts::create(tls_options, std::move(opened->ca), error);
  if (!tls) return complain(kExitUnreadable, error);

  server_options.session.upstream_security = a.upstream_security;
  server_options.session.insecure_upstream = a.insecure_upstream;
  server_options.session.keep_channel_binding = a.keep_channel_binding;
  server_options.threads = a.threads;
  server_options.idle_timeout = std::chrono::seconds(a.idle_timeout);
  server_options.overflow = a.overflow;
  server_options.resolver.dns_server = a.dns;
  const size_t open_files = proxy::net::raise_file_limit();
  // Two sockets per connection, and some files of our own.
  const size_t possible = open_files > 128 ? (open_files - 64) / 2 : 32;
  server_options.max_connections = std::min(a.max_connections, possible);
  if (possible < a.max_connections && options.count("--max-connections") > 0) {
    log(proxy::net::LogLevel::kWarning,
        fmt::format("{} open files allow {} connections; raise the limit (ulimit -n) for more", open_files,
                    possible));
  }

  proxy::net::Server server(server_options, *tls, recorder, log);
  server.handle_signals();
  if (error = server.start(); !error.empty()) return complain(kExitNetwork, error);
  if (ca_created) {
    log(proxy::net::LogLevel::kInfo,
        fmt::format("made a CA in {}; clients must trust it once, see: stanzascope ca", folder.string()));
  }
  if (files) log(proxy::net::LogLevel::kInfo, "recording to " + files->path());
  if (a.view) {
    const std::string trouble = start_viewer({files->path(), "--follow"});
    if (!trouble.empty()) log(proxy::net::LogLevel::kWarning, trouble);
  }
  if (a.insecure_upstream) {
    log(proxy::net::LogLevel::kWarning, "server certificates are not verified (--insecure-upstream)");
  }
  server.wait();
  const auto totals = recorder.totals();
  if (!files) return kExitFine;
  files->finish();
  if (totals.writing_failed) return kExitFine;
  std::string where = fmt::format("recorded {} frames", totals.frames);
  if (totals.files > 1) where += fmt::format(" in {} files, the last of them", totals.files);
  const std::string last = files->path() + (a.compress ? ".zst" : "");
  log(proxy::net::LogLevel::kInfo,
      fmt::format("{} in {}; look at them with: stanzascope inspect {}", where, last, last));
  return kExitFine;
}

}  // namespace app
