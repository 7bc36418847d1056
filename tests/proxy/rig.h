// A session between a client and a server that live in memory, either in plaintext or behind real TLS. All
// that the session commands is written down as lines; what it taps is kept, so that at the end of each test
// the books can be checked: as sent + edits = as received, byte for byte.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/session.h"
#include "proxy/tls/tls_contexts.h"
#include "tests/proxy/tls_peer.h"

namespace test {

using proxy::Side;

// Contexts with a CA of their own; upstream servers must be signed by server_ca().
std::unique_ptr<proxy::TlsContexts> make_contexts(bool insecure_upstream = false);

struct RigOptions {
  proxy::SessionConfig config;
  bool direct_tls = false;
  size_t chunk = 0;              // bytes per received(); 0: as they come
  proxy::Tap* mirror = nullptr;  // hears all that the rig hears
  bool show_bytes = true;        // write "to client: …" lines for plaintext and decrypted bytes alike
};

class Rig final : public proxy::SessionCommands, public proxy::Tap {
 public:
  Rig(proxy::TlsContexts& contexts, const RigOptions& options);
  ~Rig() override;

  std::vector<std::string> lines;  // of the commands, for a Playbook

  // Events. Each also moves all bytes that follow from it.
  void upstream_is_there(bool direct_tls = false);
  void upstream_fails(std::string_view why);
  void client_sends(std::string_view text) { says(Side::kClient, text); }
  void server_sends(std::string_view text) { says(Side::kServer, text); }
  void says(Side side, std::string_view text);  // through TLS where that has begun
  void sends_raw(Side side, std::string_view bytes);
  void ends(Side side);  // close_notify where there is TLS, and the end of the stream
  void cuts(Side side);  // the end of the stream without close_notify
  void resets(Side side);
  void time_passes(parser::Duration duration);
  // From here on that side speaks TLS.
  void begin_tls(Side side, TlsPeer peer);
  // The bytes that its TLS has ready, without handing them over.
  std::string tls_bytes(Side side);
  void pump();

  TlsPeer& tls(Side side) { return *sides_[static_cast<size_t>(side)].tls; }
  proxy::Session& session() { return *session_; }
  // All application bytes that this side got, in the clear and decrypted.
  const std::string& got(Side side) const { return sides_[static_cast<size_t>(side)].got; }
  const std::string& tapped(parser::Direction direction) const { return tapped_[index(direction)]; }
  std::vector<std::string> edit_names() const;
  bool closed() const { return closed_fact.has_value(); }
  // As sent + edits = as received, and as sent is what the peers have sent.
  void expect_books_balance() const;

  std::vector<parser::Edit> edits;
  std::vector<parser::TlsEstablished> tls_facts;
  std::vector<parser::Notice> notices;
  std::vector<std::pair<std::string, std::string>> logs;  // level, line
  std::optional<parser::Closed> closed_fact;
  std::optional<parser::UpstreamConnected> upstream_fact;
  parser::Time now = kNow;
  std::optional<parser::Time> wake;
  bool expect_all_received = true;  // false: a failure is meant to lose what was sent last

  // proxy::SessionCommands
  void connect(std::string_view domain) override;
  void send(Side side, std::string_view bytes) override;
  void shutdown(Side side) override;
  void close(bool reset) override;
  void wake_at(parser::Time time) override { wake = time; }
  void log(std::string_view level, std::string_view line) override;
  // proxy::Tap
  void opened(parser::Time, parser::ConnectionId, const parser::ConnectionInfo&) override;
  void upstream(parser::Time, parser::ConnectionId, const parser::UpstreamConnected& fact) override;
  void tls_established(parser::Time, parser::ConnectionId, const parser::TlsEstablished& fact) override;
  void bytes(parser::Time, parser::ConnectionId, parser::Direction direction, std::string_view b) override;
  void edited(parser::Time, parser::ConnectionId, const parser::Edit& edit) override;
  void notice(parser::Time, parser::ConnectionId, const parser::Notice& notice) override;
  void closed(parser::Time, parser::ConnectionId, const parser::Closed& fact) override;

 private:
  struct SideState {
    std::optional<TlsPeer> tls;
    std::string early_tls;  // from the session, before the test gave this side its TLS
    std::string got;
    std::string sent;
  };
  void deliver(Side side, std::string_view bytes);
  void note_got(Side side, std::string_view bytes);

  RigOptions options_;
  SideState sides_[2];
  std::string tapped_[2];
  int opened_ = 0;
  std::unique_ptr<proxy::Session> session_;
};

}  // namespace test
