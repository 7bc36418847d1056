#include "app/replay_client.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <iostream>
#include <map>
#include <memory>
#include <set>
#include <utility>
#include <vector>

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

// A session, and as whom it is played.
struct Part {
  const replay::RecordedSession* session;
  replay::ClientOptions options;
  std::string account;  // bare
};

std::string names_of(const std::vector<replay::RecordedSession>& sessions) {
  constexpr size_t kMost = 10;
  std::set<std::string> names;
  for (const auto& session : sessions) names.insert(session.identity.bare);
  std::string text;
  size_t count = 0;
  for (const std::string& each : names) {
    if (++count > kMost) return text + ", …";
    text += (text.empty() ? "" : ", ") + parser::plain(each, 200);
  }
  return text;
}

// The parts of "[RECORDED=]JID:FILE", appended. Empty error on success.
std::string add_account(const std::string& given, const std::vector<replay::RecordedSession>& sessions,
                        bool filtered, const replay::ClientOptions& options, std::vector<Part>& parts,
                        int& code) {
  code = kExitUsage;
  const size_t equals = given.find('=');
  const std::string recorded = equals == std::string::npos ? "" : given.substr(0, equals);
  const std::string rest = given.substr(equals == std::string::npos ? 0 : equals + 1);
  const size_t at = rest.find('@');
  const size_t colon = at == std::string::npos ? at : rest.find(':', at);
  if (at == 0 || colon == std::string::npos || colon == at + 1 || colon + 1 == rest.size())
    return "--account takes [RECORDED=]JID:FILE, such as juliet@example.com:secret, not “" +
           parser::plain(given, 200) + "”";
  Part part;
  part.account = rest.substr(0, colon);
  part.options = options;
  part.options.login.user = rest.substr(0, at);
  part.options.domain = rest.substr(at + 1, colon - at - 1);
  const std::string whose = recorded.empty() ? part.options.login.user : recorded;
  bool any = false;
  for (const auto& session : sessions) {
    const std::string& bare = session.identity.bare;
    if (bare != whose && bare.substr(0, bare.find('@')) != whose) continue;
    any = true;
    // With a filter a session of which nothing is to be sent still gets what the others make the server send.
    if (!filtered || plays(session) || sessions.size() > 1) {
      part.session = &session;
      parts.push_back(part);
    }
  }
  if (!any)
    return "--account " + parser::plain(given, 200) + ": the recording has no session of " +
           parser::plain(whose, 200) + ", but of " + names_of(sessions);
  code = kExitUnreadable;
  std::string error;
  const auto password = read_password(rest.substr(colon + 1), error);
  if (!password) return error;
  for (Part& each : parts) {
    if (each.account == part.account) each.options.login.password = *password;
  }
  return {};
}

}  // namespace

int run_replay_client(ReplayClientArguments a) {
  std::string error;
  const auto filter = read_filter(a.only, error);
  if (!filter) return complain(kExitUsage, error);
  const auto target = proxy::net::parse_host_port(a.to, a.direct_tls ? 5223 : 5222, error);
  if (!target) return complain(kExitUsage, "--to " + error);
  if (a.password_file.empty() && a.client_certificate.empty() && a.accounts.empty())
    return complain(kExitUsage, "a login needs --password-file or --client-cert, or --account");
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
  std::vector<Part> parts;
  const bool together = !a.accounts.empty();
  for (const std::string& account : a.accounts) {
    int code = kExitUsage;
    error = add_account(account, source.sessions, !a.only.empty(), a.options, parts, code);
    if (!error.empty()) return complain(code, error);
  }
  if (!together) {
    const replay::Identity& first = source.sessions.front().identity;
    if (a.user.empty()) a.user = first.bare;
    const size_t at = a.user.find('@');
    a.options.login.user = a.user.substr(0, at);
    a.options.domain = at == std::string::npos ? first.domain : a.user.substr(at + 1);
    for (const auto* session : choose(source.sessions, a.options.login.user, !a.only.empty()))
      parts.push_back({session, a.options, a.user});
  }
  if (parts.empty()) return complain(kExitUsage, "--only leaves nothing to send");
  // In the order of the recording, whatever that of the accounts is.
  std::stable_sort(parts.begin(), parts.end(), [](const Part& one, const Part& other) {
    return one.session->connection < other.session->connection;
  });

  proxy::TlsOptions tls_options;
  tls_options.upstream_ca_file = a.upstream_ca;
  tls_options.insecure_upstream = a.insecure_upstream;
  tls_options.client_certificate_file = a.client_certificate;
  auto authority = proxy::CertificateAuthority::generate(wall_clock(), error);  // not used towards servers
  if (!authority) return complain(kExitNetwork, error);
  const auto tls = proxy::TlsContexts::create(tls_options, std::move(*authority), error);
  if (!tls) return complain(kExitUnreadable, error);

  // Alone, a place plays one part after the other; together, each part has a place.
  const auto places = together ? static_cast<unsigned>(parts.size()) : a.sessions;
  const uint64_t runs = together ? a.repeat : a.repeat * parts.size();
  const uint64_t all = runs * places;
  ReplayReport report(a.json, all > parts.size());
  if (!a.junit.empty()) {
    if (error = report.write_junit(a.junit); !error.empty()) return complain(kExitUnreadable, error);
  }
  if (!a.quiet && !a.json) {
    for (const Part& part : parts) {
      std::cerr << "plays " << parser::plain(part.session->identity.full(), 200) << " (connection "
                << part.session->connection << ") as " << parser::plain(part.account, 200) << '\n';
    }
  }
  std::signal(SIGINT, on_signal);
  std::signal(SIGTERM, on_signal);
  std::signal(SIGPIPE, SIG_IGN);
  // Ids of one run must not be those of another: servers remember some of them.
  const parser::Time began = wall_clock();
  const std::string mark = "." + std::to_string(began.time_since_epoch().count() % 1'000'000'000);
  std::vector<uint64_t> done(places, 0);
  // One for each run, made when the first of its parts asks for it, gone when the last is over.
  std::map<uint64_t, std::pair<std::unique_ptr<replay::Ensemble>, size_t>> ensembles;
  const auto ensemble_of = [&](uint64_t run) -> replay::Ensemble& {
    auto& [ensemble, open] = ensembles[run];
    if (ensemble == nullptr) {
      ensemble = std::make_unique<replay::Ensemble>();
      for (const Part& part : parts) ensemble->add(*part.session, part.account);
      open = parts.size();
    }
    return *ensemble;
  };
  const auto next = [&](unsigned place) -> std::optional<replay::ClientJob> {
    const uint64_t run = done[place]++;
    if (run >= runs) return std::nullopt;
    const Part& part = parts[together ? place : run % parts.size()];
    replay::ClientJob job;
    job.session = part.session;
    job.place = place;
    job.run = run;
    job.options = part.options;
    job.options.resource = a.resource.empty() ? job.session->identity.resource : a.resource;
    if (a.sessions > 1) job.options.resource += "-" + std::to_string(place + 1);
    job.options.id_suffix = mark + "-" + std::to_string(place) + "-" + std::to_string(run);
    if (together) {
      job.options.ensemble = &ensemble_of(run);
      job.options.member = place;
    }
    return job;
  };
  const auto may_begin = [&](unsigned place) {
    return done[place] >= runs || ensemble_of(done[place]).may_begin(place);
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
  const auto ended = [&](const replay::ClientEnd& end) {
    report.add(end);
    if (!together) return;
    auto& [ensemble, open] = ensembles.at(end.job.run);
    ensemble->stands_at(end.job.place, replay::Ensemble::kOver);
    if (--open == 0) ensembles.erase(end.job.run);
  };
  driver.run(places, next, ended, tick, stopped, together ? may_begin : std::function<bool(unsigned)>());
  if (progress) std::cerr << "\r\x1b[K";
  if (error = report.finish(std::chrono::duration_cast<parser::Duration>(wall_clock() - began));
      !error.empty())
    return complain(kExitUnreadable, error);
  if (report.unestablished() > 0) return kExitNetwork;
  return report.differs() ? kExitFindings : kExitFine;
}

}  // namespace app
