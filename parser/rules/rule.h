// The rulebook's shape: one row, one function, two transcripts that are the rule's tests.
//
// To add a rule: write its check, add its row to the table of its layer's file (parser/rules/<layer>.cc), run
// the tests. The gate in tests/parser/rules/ runs every row's two transcripts.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "parser/payload/extensions.h"
#include "parser/payload/part.h"
#include "parser/rules/profile.h"
#include "parser/stream/finding.h"
#include "parser/stream/session_state.h"
#include "parser/stream/stream_event.h"

namespace parser::rules {

enum class Layer : uint8_t {
  kXml,
  kTransport,
  kStream,
  kNegotiation,
  kSasl,
  kBind,
  kSm,
  kStanza,
  kMessage,
  kPresence,
  kIq,
  kJid,
  kS2s,
  kComponent,
  kWebSocket,
  kXep,
};
std::string_view name(Layer layer);

// How grave a rule is in a profile; nothing there: the rule does not exist in it.
struct Severities {
  std::optional<Severity> rfc3920;
  std::optional<Severity> rfc6120;
};

class Report;  // collects findings; see report.h

// What has to be known of the session as it was before the event moved it.
struct Before {
  Phase phase{};
  bool authenticated = false;
  bool bound = false;
  std::array<bool, 2> encrypted{};         // by Direction of the sender
  std::array<bool, 2> header_seen{};       // in the then current document, by Direction
  std::array<bool, 2> closed{};            // </stream:stream> sent, by Direction
  std::array<bool, 2> error_sent{};        // <stream:error/> sent, by Direction
  const xml::Element* features = nullptr;  // the then latest features; valid while the event is judged
};

// What a check may look at.
struct Context {
  const StreamEvent& event;
  const Before& before;
  const SessionState& session;  // as it is behind the event; last_match() is this event's
  Profile profile;
  Duration iq_timeout;
  Duration features_timeout;
  payload::PartSet parts = 0;             // what the stanza carries; 0 where the event is none
  const payload::Extensions& extensions;  // as it is behind the event
  Duration ack_timeout = std::chrono::seconds(30);
  Duration close_timeout = std::chrono::seconds(5);
};

using Check = void (*)(const Context& context, Report& report);

// Which events a check is called for; one bit per EventKind.
using KindSet = uint32_t;
constexpr KindSet on(EventKind kind) {
  return KindSet{1} << static_cast<unsigned>(kind);
}
template <typename... Kinds>
constexpr KindSet on(EventKind first, Kinds... rest) {
  return on(first) | on(rest...);
}

// Rules about the handshake need not look at the thousands of stanzas behind it.
enum class When : uint8_t {
  kAlways,
  kUntilEstablished,  // not called where Before::phase is kEstablished
};

struct Rule {
  std::string_view id;  // "iq-missing-id"
  int tier;             // 1..3, as in the catalogue
  Layer layer;
  Severities severities;
  Who who;                    // kClient: the check is called for what the client sends only
  std::string_view citation;  // "RFC 6120 §8.1.3; RFC 3920 §9.2.3"
  std::string_view
      explanation;  // a few sentences that teach: what the rule asks, why, what goes wrong without it
  std::string_view violating;   // transcript, in the notation of tests/cases (see transcript.h)
  std::string_view conforming;  // transcript
  KindSet kinds;
  Check check;
  When when = When::kAlways;
  // Rows with a verdict, from 1 on, share one check: it is called once for all of them, and says by
  // Report::of() which row it speaks for.
  uint8_t verdict = 0;
  // With Who::kClient: the check is called for what the server sends, too, which shows what the client did.
  bool shown_by_server = false;
  // Not called for a stanza that carries none of these; 0: called whatever it carries.
  payload::PartSet parts = 0;
};

// A rule of the catalogue that is not in the book, and what would have to be known to judge it.
struct LeftOut {
  std::string_view id;
  std::string_view reason;  // one sentence
};

// What a layer's file defines.
struct RuleTable {
  std::span<const Rule> rules;
  std::span<const LeftOut> left_out = {};
};

// Every rule of the book, ordered by layer, then as written.
std::span<const Rule* const> all_rules();
std::span<const LeftOut> all_left_out();     // ordered by layer, then as written
const Rule* find_rule(std::string_view id);  // null where there is none

}  // namespace parser::rules
