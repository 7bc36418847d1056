#include "tests/proxy/rig.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace test {
namespace {

std::string_view name(Side side) {
  return side == Side::kClient ? "client" : "server";
}

}  // namespace

std::unique_ptr<proxy::TlsContexts> make_contexts(bool insecure_upstream) {
  std::string error;
  auto ca = proxy::CertificateAuthority::generate(kNow, error);
  proxy::TlsOptions options;
  options.upstream_ca_file = server_ca_file();
  options.insecure_upstream = insecure_upstream;
  auto contexts = proxy::TlsContexts::create(options, std::move(*ca), error);
  EXPECT_NE(contexts, nullptr) << error;
  return contexts;
}

Rig::Rig(proxy::TlsContexts& contexts, const RigOptions& options) : options_(options) {
  parser::ConnectionInfo info;
  info.client = {"127.0.0.1", 40000, {}};
  info.listener = {"127.0.0.1", 5222, {}};
  info.direct_tls = options.direct_tls;
  session_ = std::make_unique<proxy::Session>(options.config, 7, info, now, contexts, *this, *this);
}

Rig::~Rig() {
  EXPECT_EQ(opened_, 1);
  if (session_->finished()) {
    EXPECT_TRUE(closed_fact.has_value());
    EXPECT_FALSE(session_->wants(Side::kClient));
    EXPECT_FALSE(session_->wants(Side::kServer));
  }
}

void Rig::upstream_is_there(bool direct_tls) {
  parser::UpstreamConnected fact;
  fact.server = {"127.0.0.1", 15222, "xmpp.example.org"};
  fact.direct_tls = direct_tls;
  session_->upstream_connected(now, fact);
  pump();
}

void Rig::upstream_fails(std::string_view why) {
  session_->upstream_failed(now, why);
  pump();
}

void Rig::says(Side side, std::string_view text) {
  SideState& s = sides_[static_cast<size_t>(side)];
  if (!s.tls) {
    sends_raw(side, text);
    return;
  }
  s.sent += text;
  s.tls->write(text);
  pump();
}

void Rig::sends_raw(Side side, std::string_view bytes) {
  if (!sides_[static_cast<size_t>(side)].tls) sides_[static_cast<size_t>(side)].sent += bytes;
  deliver(side, bytes);
  pump();
}

void Rig::deliver(Side side, std::string_view bytes) {
  const size_t chunk = options_.chunk == 0 ? bytes.size() : options_.chunk;
  while (!bytes.empty()) {
    const size_t n = std::min(chunk, bytes.size());
    session_->received(side, bytes.substr(0, n), now);
    bytes.remove_prefix(n);
  }
}

void Rig::ends(Side side) {
  if (SideState& s = sides_[static_cast<size_t>(side)]; s.tls) {
    s.tls->close_notify();
    pump();
  }
  session_->end_of_stream(side, now);
  pump();
}

void Rig::cuts(Side side) {
  session_->end_of_stream(side, now);
  pump();
}

void Rig::resets(Side side) {
  session_->connection_lost(side, "connection reset by peer", now);
  pump();
}

void Rig::time_passes(parser::Duration duration) {
  now += duration;
  if (wake && *wake <= now) {
    wake.reset();
    session_->timer(now);
  }
  pump();
}

void Rig::begin_tls(Side side, TlsPeer peer) {
  SideState& s = sides_[static_cast<size_t>(side)];
  s.tls.emplace(std::move(peer));
  if (!s.early_tls.empty()) s.tls->receive(std::exchange(s.early_tls, {}));
  pump();
}

std::string Rig::tls_bytes(Side side) {
  return tls(side).take_output();
}

void Rig::pump() {
  for (bool moved = true; moved;) {
    moved = false;
    for (const Side side : {Side::kServer, Side::kClient}) {
      SideState& s = sides_[static_cast<size_t>(side)];
      if (!s.tls) continue;
      if (const std::string out = s.tls->take_output(); !out.empty()) {
        moved = true;
        deliver(side, out);
      }
    }
  }
}

void Rig::note_got(Side side, std::string_view bytes) {
  if (bytes.empty()) return;
  sides_[static_cast<size_t>(side)].got += bytes;
  if (options_.show_bytes) lines.push_back(fmt::format("to {}: {}", name(side), bytes));
}

std::vector<std::string> Rig::edit_names() const {
  std::vector<std::string> names;
  for (const auto& edit : edits) names.push_back(edit.name);
  return names;
}

void Rig::expect_books_balance() const {
  for (const auto direction : {parser::Direction::kC2S, parser::Direction::kS2C}) {
    const SideState& from = sides_[index(direction)];
    const SideState& to = sides_[1 - index(direction)];
    EXPECT_EQ(tapped_[index(direction)], from.sent) << "what was tapped is not what was sent";
    std::string forwarded;
    uint64_t at = 0;
    for (const auto& edit : edits) {
      if (edit.direction != direction) continue;
      ASSERT_LE(at, edit.range.begin) << "edits overlap or are out of order";
      ASSERT_LE(edit.range.end, tapped_[index(direction)].size());
      forwarded += tapped_[index(direction)].substr(at, edit.range.begin - at) + edit.replacement;
      at = edit.range.end;
    }
    forwarded += tapped_[index(direction)].substr(at);
    if (expect_all_received) {
      EXPECT_EQ(forwarded, to.got) << "as sent with its edits is not what was received";
    }
  }
}

void Rig::connect(std::string_view domain) {
  lines.push_back(fmt::format("connect {}", domain));
}

void Rig::send(Side side, std::string_view bytes) {
  EXPECT_FALSE(bytes.empty());
  SideState& s = sides_[static_cast<size_t>(side)];
  if (s.tls) {
    s.tls->receive(bytes);  // what it answers waits for pump(): the session must not be called from here
    note_got(side, s.tls->take_plaintext());
  } else if (bytes.front() == '\x16' || !s.early_tls.empty()) {
    s.early_tls += bytes;
  } else {
    note_got(side, bytes);
  }
}

void Rig::shutdown(Side side) {
  lines.push_back(fmt::format("shutdown {}", name(side)));
}

void Rig::close(bool reset) {
  lines.push_back(reset ? "reset" : "close");
}

void Rig::log(std::string_view level, std::string_view line) {
  logs.emplace_back(level, line);
  EXPECT_EQ(line.find('\n'), std::string_view::npos) << "a log line is one line";
}

void Rig::opened(parser::Time t, parser::ConnectionId id, const parser::ConnectionInfo& info) {
  if (options_.mirror != nullptr) options_.mirror->opened(t, id, info);
  ++opened_;
}

void Rig::upstream(parser::Time t, parser::ConnectionId id, const parser::UpstreamConnected& fact) {
  if (options_.mirror != nullptr) options_.mirror->upstream(t, id, fact);
  upstream_fact = fact;
}

void Rig::tls_established(parser::Time t, parser::ConnectionId id, const parser::TlsEstablished& fact) {
  if (options_.mirror != nullptr) options_.mirror->tls_established(t, id, fact);
  tls_facts.push_back(fact);
}

void Rig::bytes(parser::Time t, parser::ConnectionId id, parser::Direction direction, std::string_view b) {
  if (options_.mirror != nullptr) options_.mirror->bytes(t, id, direction, b);
  EXPECT_EQ(id, 7U);
  EXPECT_FALSE(closed()) << "bytes behind the end";
  tapped_[index(direction)] += b;
}

void Rig::edited(parser::Time t, parser::ConnectionId id, const parser::Edit& edit) {
  if (options_.mirror != nullptr) options_.mirror->edited(t, id, edit);
  EXPECT_GE(edit.range.begin, tapped_[index(edit.direction)].size()) << "an edit came behind its bytes";
  edits.push_back(edit);
}

void Rig::notice(parser::Time t, parser::ConnectionId id, const parser::Notice& n) {
  if (options_.mirror != nullptr) options_.mirror->notice(t, id, n);
  notices.push_back(n);
}

void Rig::closed(parser::Time t, parser::ConnectionId id, const parser::Closed& fact) {
  if (options_.mirror != nullptr) options_.mirror->closed(t, id, fact);
  EXPECT_FALSE(closed()) << "closed twice";
  closed_fact = fact;
}

}  // namespace test
