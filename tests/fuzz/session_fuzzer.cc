// A proxied session between two hostile peers, without TLS records: the script ends where one would be next.
//
// The first byte chooses the configuration: bit 0 --upstream is given, bits 1-2 the upstream's security, bit
// 3
// --keep-channel-binding, bit 4 every byte comes by itself. Behind it records, each a NUL, a letter and its
// data: C and S what client and server send, N a NUL from whoever sent last, c and s the end of their stream,
// x and y their reset, u and d the upstream is there (by STARTTLS, by direct TLS), f it is not, t so many
// seconds pass (the data's length), o queued output was taken, r memory is given back, i idle, q shutdown.
//
// What must hold: what is tapped is what was read, what is sent is that with its edits, nothing is sent or
// tapped behind the end, the end is told once, and nothing is read while the session wants none.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/session.h"
#include "proxy/tls/tls_contexts.h"

namespace {

using parser::Direction;
using parser::index;
using proxy::Side;

void require(bool condition) {
  if (!condition) std::abort();
}

constexpr parser::Time kNow{std::chrono::sys_days{std::chrono::year{2026} / 1 / 15}};
constexpr size_t kMost = 1 << 16;  // bytes of a script

proxy::TlsContexts& contexts() {
  static const auto instance = [] {
    std::string error;
    auto ca = proxy::CertificateAuthority::generate(kNow, error);
    require(ca.has_value());
    return proxy::TlsContexts::create({}, std::move(*ca), error);
  }();
  require(instance != nullptr);
  return *instance;
}

class World final : public proxy::SessionCommands, public proxy::Tap {
 public:
  explicit World(uint8_t choice) : bytewise_((choice & 16U) != 0) {
    proxy::SessionConfig config;
    config.upstream_given = (choice & 1U) != 0;
    config.upstream_security = static_cast<proxy::UpstreamSecurity>((choice >> 1U & 3U) % 3);
    config.keep_channel_binding = (choice & 8U) != 0;
    config.max_header_bytes = 4096;
    parser::ConnectionInfo info;
    info.client = {"127.0.0.1", 40000, {}};
    session_ = std::make_unique<proxy::Session>(config, 1, info, now_, contexts(), *this, *this);
  }
  ~World() override {
    session_.reset();
    require(opened_ == 1 && closed_facts_ == 1);
  }

  // Whether the script may go on.
  bool act(char what, std::string_view data) {
    switch (what) {
      case 'C':
      case 'S':
        sends(what == 'C' ? Side::kClient : Side::kServer, data);
        break;
      case 'N':
        sends(last_, std::string_view("\0", 1));
        break;
      case 'c':
      case 's':
        if (reads(side_of(what))) session_->end_of_stream(side_of(what), now_);
        gone_[static_cast<size_t>(side_of(what))] = true;
        break;
      case 'x':
      case 'y':
        if (there(what == 'x' ? Side::kClient : Side::kServer)) {
          gone_[what == 'x' ? 0 : 1] = true;
          session_->connection_lost(what == 'x' ? Side::kClient : Side::kServer, "reset", now_);
        }
        break;
      case 'u':
      case 'd':
        if (!asked_ || answered_) break;
        answered_ = connected_ = true;
        session_->upstream_connected(now_, {{"127.0.0.1", 5222, "xmpp.example"}, what == 'd'});
        break;
      case 'f':
        if (!asked_ || answered_) break;
        answered_ = true;
        session_->upstream_failed(now_, "no answer");
        break;
      case 't':
        now_ += std::chrono::seconds(data.size());
        if (wake_ && *wake_ <= now_) {
          wake_.reset();
          session_->timer(now_);
        }
        break;
      case 'o':
        session_->output_taken(now_);
        break;
      case 'r':
        session_->release_memory();
        break;
      case 'i':
        session_->idle_timeout(now_);
        break;
      case 'q':
        session_->shutdown(now_);
        break;
      default:
        break;
    }
    check();
    return !session_->finished() && !tls_;
  }

  // SessionCommands
  void connect(std::string_view) override { asked_ = true; }
  void send(Side side, std::string_view bytes) override {
    require(!bytes.empty() && !close_);
    require(side == Side::kClient || connected_);
    // RFC 8446 §5.1: a handshake record, which no XML begins with, or an alert.
    if (bytes.front() == '\x16' || bytes.front() == '\x15') tls_ = true;
    got_[static_cast<size_t>(side)] += bytes;
  }
  void shutdown(Side) override { require(!close_); }
  void close(bool) override {
    require(!close_ && closed_facts_ == 1);
    close_ = true;
  }
  void wake_at(parser::Time time) override { wake_ = time; }
  void log(std::string_view level, std::string_view line) override {
    require(!line.empty() && (level == "info" || level == "warning" || level == "error"));
  }

  // Tap
  void opened(parser::Time, parser::ConnectionId, const parser::ConnectionInfo&) override { ++opened_; }
  void upstream(parser::Time, parser::ConnectionId, const parser::UpstreamConnected&) override {}
  void tls_established(parser::Time, parser::ConnectionId, const parser::TlsEstablished&) override {
    require(false);  // nobody here can
  }
  void bytes(parser::Time, parser::ConnectionId, Direction direction, std::string_view b) override {
    require(closed_facts_ == 0 && !b.empty());
    tapped_[index(direction)] += b;
  }
  void edited(parser::Time, parser::ConnectionId, const parser::Edit& edit) override {
    require(closed_facts_ == 0);
    require(edit.range.begin <= edit.range.end && edit.range.begin >= tapped_[index(edit.direction)].size());
    edits_[index(edit.direction)].push_back(edit);
  }
  void notice(parser::Time, parser::ConnectionId, const parser::Notice& notice) override {
    require(!notice.text.empty());
  }
  void closed(parser::Time, parser::ConnectionId, const parser::Closed&) override { ++closed_facts_; }

 private:
  static Side side_of(char letter) { return letter == 'c' ? Side::kClient : Side::kServer; }
  bool there(Side side) const {
    return !gone_[static_cast<size_t>(side)] && (side == Side::kClient || connected_) &&
           !session_->finished();
  }
  // As the driver does: only while the session wants it.
  bool reads(Side side) const { return there(side) && session_->wants(side); }

  void sends(Side side, std::string_view data) {
    last_ = side;
    while (!data.empty() && !tls_ && reads(side)) {
      const std::string_view piece = data.substr(0, bytewise_ ? 1 : data.size());
      data.remove_prefix(piece.size());
      given_[static_cast<size_t>(side)] += piece;
      session_->received(side, piece, now_);
    }
  }

  void check() const {
    if (session_->finished()) {
      require(close_ && closed_facts_ == 1);
      require(!session_->wants(Side::kClient) && !session_->wants(Side::kServer));
    }
    if (tls_) return;
    for (const Direction direction : {Direction::kC2S, Direction::kS2C}) {
      const size_t from = index(direction);
      require(given_[from].starts_with(tapped_[from]));
      std::string forwarded;
      size_t at = 0;
      for (const parser::Edit& edit : edits_[from]) {
        if (edit.range.begin > tapped_[from].size()) break;
        require(edit.range.begin >= at);
        forwarded += tapped_[from].substr(at, edit.range.begin - at) + edit.replacement;
        at = edit.range.end;
      }
      if (at < tapped_[from].size()) forwarded += tapped_[from].substr(at);
      // Shorter: it waits for the other side, or that side is told nothing more.
      require(forwarded.starts_with(got_[1 - from]));
    }
  }

  const bool bytewise_;
  parser::Time now_ = kNow;
  std::optional<parser::Time> wake_;
  std::string given_[2], tapped_[2], got_[2];  // by the side that sends, sends, receives
  std::vector<parser::Edit> edits_[2];
  bool gone_[2] = {};
  bool asked_ = false, answered_ = false, connected_ = false, close_ = false, tls_ = false;
  int opened_ = 0, closed_facts_ = 0;
  Side last_ = Side::kClient;
  std::unique_ptr<proxy::Session> session_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0 || size > kMost) return 0;
  World world(data[0]);
  std::string_view script(reinterpret_cast<const char*>(data) + 1, size - 1);
  while (!script.empty()) {
    const size_t begin = script.find('\0');
    if (begin == std::string_view::npos || begin + 1 >= script.size()) break;
    script.remove_prefix(begin + 1);
    const std::string_view data_of = script.substr(1, script.find('\0', 1) - 1);
    if (!world.act(script.front(), data_of)) break;
    script.remove_prefix(std::min(script.size(), data_of.size() + 1));
  }
  return 0;
}
