#include "app/replay_server.h"

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "app/confdir.h"
#include "app/exit_code.h"
#include "app/replay_source.h"
#include "app/wall_clock.h"
#include "parser/stream/plain_text.h"
#include "proxy/net/host_port.h"
#include "proxy/tls/ca_store.h"
#include "replay/server_driver.h"

namespace app {

using replay::ServerNote;

namespace {

std::atomic<bool> stopped{false};  // lock-free, so a signal handler may set it
void on_signal(int) {
  stopped = true;
}

std::string place_of(const ServerNote& note) {
  return "frame " + std::to_string(note.frame) + std::string(words(note.likeness)) +
         (note.again ? ", once more" : "");
}

std::string line_of(const ServerNote& note) {
  std::string line = "#" + std::to_string(note.client) + " ";
  using Kind = ServerNote::Kind;
  switch (note.kind) {
    case Kind::kLogin:
      return line + "logged in: " + note.text;
    case Kind::kRefused:
      return line + "login refused: " + note.text;
    case Kind::kBound:
      return line + "bound to " + note.text + "; plays " + note.what + " of connection " +
             std::to_string(note.connection);
    case Kind::kAnswered:
      return line + "▶ " + note.what + ": answered as " + place_of(note);
    case Kind::kTaken:
      return line + "▶ " + note.what + ": is " + place_of(note);
    case Kind::kSent:
      return line + "◀ " + note.what + ": frame " + std::to_string(note.frame);
    case Kind::kUnknown:
      return line + "▶ " + note.what + (note.what.empty() ? "" : ": ") + "not in the recording: " + note.text;
    case Kind::kFault:
      return line + "fault of the client: " + note.text;
    case Kind::kResumed:
      return line + "resumed " + note.text;
    case Kind::kEnded:
      return line + "ended: " + note.text;
  }
  return line;
}

std::string json_of(const ServerNote& note) {
  nlohmann::ordered_json json = {
      {"type", "replay-server"}, {"event", std::string(name(note.kind))}, {"client", note.client}};
  if (!note.what.empty()) json["what"] = note.what;
  if (note.frame != 0) json["frame"] = note.frame;
  if (note.connection != 0) json["connection"] = note.connection;
  if (note.kind == ServerNote::Kind::kAnswered || note.kind == ServerNote::Kind::kTaken) {
    json["likeness"] = note.likeness == replay::Likeness::kSame    ? "same"
                       : note.likeness == replay::Likeness::kShape ? "shape"
                                                                   : "kind";
    json["again"] = note.again;
  }
  if (!note.text.empty()) json["text"] = note.text;
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

int complain(int code, const std::string& what) {
  std::cerr << "stanzascope replay: " << what << '\n';
  return code;
}

}  // namespace

std::optional<std::string> read_password(const std::string& path, std::string& error) {
  std::ifstream file(path);
  std::string line;
  if (!file || !std::getline(file, line)) {
    error = "no password can be read from " + path + " (its first line is taken).";
    return std::nullopt;
  }
  if (!line.empty() && line.back() == '\r') line.pop_back();
  if (line.empty()) {
    error = "the first line of " + path + " is empty; the password is expected there.";
    return std::nullopt;
  }
  return line;
}

int run_replay_server(ReplayServerArguments a) {
  std::string error;
  if (!a.password_file.empty()) {
    a.options.login.password = read_password(a.password_file, error);
    if (!a.options.login.password) return complain(kExitUnreadable, error);
  }
  a.options.login.user = a.user.substr(0, a.user.find('@'));
  ReplaySource source = read_replay_source(a.file);
  if (!source.error.empty()) return complain(kExitUnreadable, source.error);
  for (const std::string& remark : source.remarks) std::cerr << "stanzascope replay: " << remark << '\n';

  const auto folder = configuration_folder(a.confdir);
  auto opened = proxy::open_ca(folder, wall_clock(), error);
  if (!opened) return complain(kExitUnreadable, error);
  const bool ca_created = opened->created;
  const auto tls = proxy::TlsContexts::create({}, std::move(opened->ca), error);
  if (!tls) return complain(kExitUnreadable, error);

  replay::ServerBook book(std::move(source.sessions));
  const auto say = [&a](const std::string& line) {
    if (!a.quiet) std::cerr << line << '\n';
  };
  replay::ServerSession::Log log;
  if (a.json) {
    log = [](const ServerNote& note) { std::cout << json_of(note) << '\n' << std::flush; };
  } else if (!a.quiet) {
    log = [](const ServerNote& note) { std::cout << line_of(note) << '\n' << std::flush; };
  }
  replay::ServerDriver driver(book, a.options, *tls, log, say, a.max_clients);
  if (a.listen.empty()) a.listen = {"127.0.0.1:5222"};
  for (const std::string& text : a.listen) {
    const auto at = proxy::net::parse_host_port(text, 5222, error);
    if (!at) return complain(kExitUsage, "--listen " + error);
    if (error = driver.listen(at->host, at->port); !error.empty()) return complain(kExitNetwork, error);
  }
  for (size_t at = 0; at < book.sessions(); ++at) {
    const auto& session = book.session(at);
    say("plays " + parser::plain(session.identity.full(), 200) + " (connection " +
        std::to_string(session.connection) + ", " + std::to_string(session.elements.size()) + " elements)");
    if (at == 9 && book.sessions() > 10) {
      say("… and " + std::to_string(book.sessions() - 10) + " more sessions");
      break;
    }
  }
  if (ca_created)
    say("made a CA in " + folder.string() + "; clients must trust it once, see: stanzascope ca");
  say(a.options.login.password ? "logins are checked, by SCRAM or PLAIN"
                               : "any login is accepted, by PLAIN (a password that is known lets SCRAM be "
                                 "offered: --password-file)");
  for (const std::string& address : driver.addresses())
    std::cerr << "listening on " << address
              << (a.options.plain ? " (no TLS, or direct TLS)" : " (STARTTLS or direct TLS)") << std::endl;
  std::signal(SIGINT, on_signal);
  std::signal(SIGTERM, on_signal);
  std::signal(SIGPIPE, SIG_IGN);
  driver.run(stopped);
  const replay::ServerTotals& totals = driver.totals();
  say(std::to_string(totals.clients) + (totals.clients == 1 ? " client: " : " clients: ") +
      std::to_string(totals.counts.answered) + " requests answered, " +
      std::to_string(totals.counts.unknown) + " elements not in the recording, " +
      std::to_string(totals.counts.sent) + " sent unasked");
  return kExitFine;
}

}  // namespace app
