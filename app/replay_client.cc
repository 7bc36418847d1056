#include "app/replay_client.h"

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <iostream>
#include <memory>

#include "app/command.h"
#include "app/exit_code.h"
#include "app/replay_report.h"
#include "app/replay_server.h"
#include "app/replay_source.h"
#include "app/terminal.h"
#include "app/wall_clock.h"
#include "parser/filter/filter.h"
#include "parser/stream/plain_text.h"
#include "proxy/net/host_port.h"
#include "proxy/tls/certificate_authority.h"

namespace app {

namespace {

std::atomic<bool> stopped{false};  // lock-free, so a signal handler may set it
void on_signal(int) {
  stopped = true;
}

int complain(int code, const std::string& what) {
  std::cerr << "stanzascope replay: " << what << '\n';
  return code;
}

bool plays(const replay::RecordedSession& session) {
  for (const auto& element : session.elements) {
    if (element.direction == parser::Direction::kC2S && element.selected) return true;
  }
  return false;
}

// Those of the account where there are any, else the first. Without a filter a session of which nothing is to
// be sent is still a login.
std::vector<const replay::RecordedSession*> choose(const std::vector<replay::RecordedSession>& sessions,
                                                   const std::string& user, bool filtered) {
  std::vector<const replay::RecordedSession*> all;
  std::vector<const replay::RecordedSession*> own;
  for (const auto& session : sessions) {
    if (filtered && !plays(session)) continue;
    all.push_back(&session);
    if (session.identity.bare.substr(0, session.identity.bare.find('@')) == user) own.push_back(&session);
  }
  if (!own.empty()) return own;
  if (all.size() > 1) all.resize(1);
  return all;
}

}  // namespace

int run_replay_client(ReplayClientArguments a) {
  std::string error;
  const auto filter = read_filter(a.only, error);
  if (!filter) return complain(kExitUsage, error);
  const auto target = proxy::net::parse_host_port(a.to, a.direct_tls ? 5223 : 5222, error);
  if (!target) return complain(kExitUsage, "--to " + error);
  if (a.password_file.empty() && a.client_certificate.empty())
    return complain(kExitUsage, "a login needs --password-file or --client-cert");
  if (!a.password_file.empty()) {
    const auto password = read_password(a.password_file, error);
    if (!password) return complain(kExitUnreadable, error);
    a.options.login.password = *password;
  }
  a.options.login.external = !a.client_certificate.empty();

  const ReplaySource source = read_replay_source(
      a.file, a.only.empty()
                  ? std::function<bool(const parser::StreamEvent&)>()
                  : [&filter](const parser::StreamEvent& event) { return filter->matches(event); });
  for (const std::string& remark : source.remarks) std::cerr << "stanzascope replay: " << remark << '\n';
  if (!source.error.empty()) return complain(kExitUnreadable, source.error);
  const replay::Identity& first = source.sessions.front().identity;
  if (a.user.empty()) a.user = first.bare;
  const size_t at = a.user.find('@');
  a.options.login.user = a.user.substr(0, at);
  a.options.domain = at == std::string::npos ? first.domain : a.user.substr(at + 1);
  const auto chosen = choose(source.sessions, a.options.login.user, !a.only.empty());
  if (chosen.empty()) return complain(kExitUsage, "--only leaves nothing to send");

  proxy::TlsOptions tls_options;
  tls_options.upstream_ca_file = a.upstream_ca;
  tls_options.insecure_upstream = a.insecure_upstream;
  tls_options.client_certificate_file = a.client_certificate;
  auto authority = proxy::CertificateAuthority::generate(wall_clock(), error);  // not used towards servers
  if (!authority) return complain(kExitNetwork, error);
  const auto tls = proxy::TlsContexts::create(tls_options, std::move(*authority), error);
  if (!tls) return complain(kExitUnreadable, error);

  const uint64_t runs = a.repeat * chosen.size();
  const uint64_t all = runs * a.sessions;
  ReplayReport report(a.json, all > chosen.size());
  if (!a.junit.empty()) {
    if (error = report.write_junit(a.junit); !error.empty()) return complain(kExitUnreadable, error);
  }
  if (!a.quiet && !a.json) {
    for (const auto* session : chosen) {
      std::cerr << "plays " << parser::plain(session->identity.full(), 200) << " (connection "
                << session->connection << ") as " << parser::plain(a.user, 200) << '\n';
    }
  }
  std::signal(SIGINT, on_signal);
  std::signal(SIGTERM, on_signal);
  std::signal(SIGPIPE, SIG_IGN);
  // Ids of one run must not be those of another: servers remember some of them.
  const parser::Time began = wall_clock();
  const std::string mark = "." + std::to_string(began.time_since_epoch().count() % 1'000'000'000);
  std::vector<uint64_t> done(a.sessions, 0);
  const auto next = [&](unsigned place) -> std::optional<replay::ClientJob> {
    const uint64_t run = done[place]++;
    if (run >= runs) return std::nullopt;
    replay::ClientJob job;
    job.session = chosen[run % chosen.size()];
    job.place = place;
    job.run = run;
    job.options = a.options;
    job.options.resource = a.resource.empty() ? job.session->identity.resource : a.resource;
    if (a.sessions > 1) job.options.resource += "-" + std::to_string(place + 1);
    job.options.id_suffix = mark + "-" + std::to_string(place) + "-" + std::to_string(run);
    return job;
  };
  const bool progress = is_terminal(stderr) && !a.quiet && all > 1;
  auto told = began;
  const auto tick = [&](size_t playing) {
    const auto now = wall_clock();
    if (!progress || now - told < std::chrono::milliseconds(500)) return;
    told = now;
    std::cerr << "\r" << report.runs() << " of " << all << " sessions, " << playing << " at a time, "
              << report.answers() << " answers " << std::flush;
  };
  replay::ClientDriver driver({target->host, target->port, a.direct_tls}, *tls);
  driver.run(
      a.sessions, next, [&](const replay::ClientEnd& end) { report.add(end); }, tick, stopped);
  if (progress) std::cerr << "\r\x1b[K";
  if (error = report.finish(std::chrono::duration_cast<parser::Duration>(wall_clock() - began));
      !error.empty())
    return complain(kExitUnreadable, error);
  if (report.unestablished() > 0) return kExitNetwork;
  return report.differs() ? kExitFindings : kExitFine;
}

}  // namespace app
