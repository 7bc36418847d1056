// Negotiation layer: what may be started, and when (RFC 6120 §4.3).
#include "parser/rules/checks.h"
#include "parser/rules/example_text.h"
#include "parser/rules/rulebook.h"

namespace parser::rules {
namespace {

using xml::Element;

// What a client's request needs to have been offered as a child of <stream:features/>.
struct Offer {
  std::string_view request_local;
  std::string_view request_ns;
  std::string_view feature_local;
  std::string_view feature_ns;
};
// STARTTLS may be tried unseen (RFC 7590 §3.1), sessions (RFC 3921 §3), CSI and registration work on most
// servers without being listed, and stream management has a rule of its own.
constexpr Offer kOffers[] = {
    {"auth", ns::kSasl, "mechanisms", ns::kSasl},
    {"authenticate", ns::kSasl2, "authentication", ns::kSasl2},
    {"compress", ns::kCompress, "compression", ns::kCompressFeature},
    {"bind", ns::kBind, "bind", ns::kBind},
    {"bidi", ns::kBidi, "bidi", "urn:xmpp:features:bidi"},
};

// The element that asks for a feature: the nonza itself, or the payload of an iq set.
const Element* request_of(const StreamEvent& event) {
  if (event.kind != EventKind::kIq) return event.element.get();
  return event.stanza_type == "set" ? event.payload : nullptr;
}

bool offers_login(const Element& features) {
  return features.child("mechanisms", ns::kSasl) != nullptr ||
         features.child("authentication", ns::kSasl2) != nullptr;
}

void feature_not_offered(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.direction != Direction::kC2S) return;
  const Element* request = request_of(event);
  if (request == nullptr) return;
  const Offer* offer = nullptr;
  for (const Offer& candidate : kOffers) {
    if (request->is(candidate.request_local, candidate.request_ns)) offer = &candidate;
  }
  if (offer == nullptr) return;
  const Element* features = context.before.features;
  // Before any features the client speaks from memory, which is allowed (cached features).
  if (features == nullptr) return;
  // So does one that is ahead of the server: its new header has no answer yet, or its login was accepted and
  // the list for what comes then has not arrived.
  const SessionState& session = context.session;
  if (session.side(Direction::kC2S).headers > session.side(Direction::kS2C).headers) return;
  if (report.memory().login_requested && offers_login(*features) && offer->feature_ns != ns::kSasl &&
      offer->feature_ns != ns::kSasl2) {
    return;
  }
  if (features->child(offer->feature_local, offer->feature_ns) != nullptr) return;
  // Beside a STARTTLS that is required nothing else is listed; tls-required-but-skipped tells it.
  const bool login = offer->feature_ns == ns::kSasl || offer->feature_ns == ns::kSasl2;
  const Element* tls = features->child("starttls", ns::kTls);
  const bool alone = tls != nullptr && features->child_count() == 1;
  const bool skips_tls = alone || (tls != nullptr && tls->child("required", ns::kTls) != nullptr);
  if (login && skips_tls && !context.before.encrypted[index(Direction::kC2S)]) return;
  if (received_edited(report.memory(), Direction::kC2S, on(EventKind::kFeatures))) return;
  report.add("The client asks for " + tag_name(*request) + ", but the server's features list no <" +
                 std::string(offer->feature_local) + " xmlns='" + std::string(offer->feature_ns) + "'>.",
             request->range);
}

constexpr Duration kPatience = std::chrono::seconds(30);

std::string seconds(Duration duration) {
  return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(duration).count()) + " s";
}

// What the server offers on an unencrypted stream of its own leg, before any login; null where that is not
// so.
const Element* plain_features(const Context& context) {
  const StreamEvent& event = context.event;
  if (event.direction != Direction::kS2C || event.element == nullptr || !context.session.from_start())
    return nullptr;
  if (context.before.encrypted[index(Direction::kS2C)] || context.before.authenticated) return nullptr;
  return event.element.get();
}

void features_beside_required_tls(const Context& context, Report& report) {
  const Element* features = plain_features(context);
  const Element* tls = features == nullptr ? nullptr : features->child("starttls", ns::kTls);
  if (tls == nullptr || tls->child("required", ns::kTls) == nullptr) return;
  // What only informs (capabilities, limits, registration) does no harm; login has a rule of its own.
  for (const Element& child : features->children()) {
    const bool tempting = child.is("compression", ns::kCompressFeature) || child.is("bind", ns::kBind) ||
                          child.is("session", ns::kSession) || child.is("sm", ns::kSm3) ||
                          child.is("auth", ns::kIqAuthFeature);
    if (!tempting) continue;
    report.add("The server requires STARTTLS first and offers " + tag_name(child) + " beside it.",
               child.range);
    return;
  }
}

void starttls_not_offered(const Context& context, Report& report) {
  const Element* features = plain_features(context);
  if (features == nullptr || !context.session.version_1()) return;
  if (features->child("starttls", ns::kTls) != nullptr) return;
  // Only where something is to be protected: components and probes are shown empty features.
  const bool login = offers_login(*features) || features->child("auth", ns::kIqAuthFeature) != nullptr;
  if (!login) return;
  report.add(
      "The server offers a login on an unencrypted stream but no STARTTLS: it has none, or somebody took it "
      "out.",
      context.event.range);
}

void restart_not_required(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.direction != Direction::kC2S || !context.before.header_seen[index(Direction::kC2S)]) return;
  if (!context.before.bound || !context.session.from_start() || report.memory().compressed) return;
  // Only where the binding was seen on this very stream: a document that begins in an assumed session is
  // none.
  const Binding* binding = context.session.binding();
  if (binding == nullptr || binding->requests() == 0) return;
  // sasl2-restart-after-success tells of those.
  const Phase phase = context.before.phase;
  if (phase == Phase::kBoundInline || phase == Phase::kResumedInline) return;
  report.add("The client opens a new stream although nothing that it negotiated asks for a restart.",
             event.range);
}

bool is_waiting_for_login(Phase phase) {
  return phase == Phase::kFeaturesPlain || phase == Phase::kFeaturesTls || phase == Phase::kSasl2Offered;
}

bool is_negotiating(Phase phase) {
  switch (phase) {
    case Phase::kBound:
    case Phase::kBoundInline:
    case Phase::kResumedInline:
    case Phase::kEstablished:
    case Phase::kClosing:
    case Phase::kError:
    case Phase::kClosed:
    case Phase::kLegacy:
    case Phase::kMidSession:
    case Phase::kAwaitFeatures:  // stream-features-missing tells of these two
    case Phase::kRestartAwait:
      return false;
    default:
      return true;
  }
}

// Whose turn it is alone.
std::optional<Direction> due(Phase phase) {
  const std::string_view whose = turn(phase);
  if (whose == "client") return Direction::kC2S;
  if (whose == "server") return Direction::kS2C;
  return std::nullopt;
}

// Reports against the side that was due: its own late element, or the header of its stream where the other
// side ended the wait.
void report_late(const Context& context, Report& report, Direction late, const std::string& message) {
  if (context.event.direction == late) {
    report.add(message, context.event.range);
    return;
  }
  const StreamSide& side = context.session.side(late);
  if (side.headers == 0 || side.header_range.empty()) return;
  At at;
  at.offender = late;
  at.frame = side.header_frame;
  report.add(message, side.header_range, at);
}

// A login was on offer, the client took none, and the server lost its patience.
bool gave_no_login(const Context& context) {
  const Element* features = context.before.features;
  return is_waiting_for_login(context.before.phase) && context.event.direction == Direction::kS2C &&
         features != nullptr && offers_login(*features);
}

void stalled(const Context& context, Report& report) {
  const SessionState& session = context.session;
  if (session.silence() < kPatience || !session.from_start()) return;
  const Phase phase = context.before.phase;
  const std::optional<Direction> late = due(phase);
  if (!late || !is_negotiating(phase) || gave_no_login(context)) return;
  const bool client = *late == Direction::kC2S;
  report_late(context, report, *late,
              "For " + seconds(session.silence()) + " nothing came, and it was the " +
                  (client ? "client's" : "server's") + " turn: " + std::string(caption(phase)) +
                  (client ? ". Maybe somebody was asked for a password." : "."));
}

void no_usable_mechanism(const Context& context, Report& report) {
  const SessionState& session = context.session;
  if (session.silence() < kPatience || !session.from_start() || !gave_no_login(context)) return;
  report_late(context, report, Direction::kC2S,
              "The client took none of the offered logins for " + seconds(session.silence()) +
                  "; if it can use none of them, it should close the stream.");
}

void compression_before_auth(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.direction != Direction::kC2S || event.local != "compress" || context.before.authenticated) return;
  if (!context.session.from_start()) return;
  report.add("The client asks for compression before it has logged in.", event.range);
}

void compression_restart_missing(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.direction != Direction::kC2S || !report.memory().compressed) return;
  const size_t client = index(Direction::kC2S);
  if (context.before.header_seen[client] || context.before.closed[client]) return;
  if (context.before.phase != Phase::kRestart && context.before.phase != Phase::kConnected) return;
  report.add("The client goes on after <compressed/> without the new stream header that must come first.",
             event.range);
}

void compression_with_tls(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.direction != Direction::kS2C || event.local != "compressed") return;
  if (!context.before.encrypted[index(Direction::kS2C)]) return;
  report.add("Both sides agreed on compression inside an encrypted stream.", event.range);
}

void compression_method_missing(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.direction != Direction::kS2C || event.element == nullptr) return;
  const Element* offer = event.element->child("compression", ns::kCompressFeature);
  if (offer == nullptr || offer->child("method", ns::kCompressFeature) != nullptr) return;
  report.add("The compression feature lists no method.", offer->range);
}

constexpr KindSet kOffer = on(EventKind::kFeatures);
constexpr KindSet kSpoken =
    kStanzas | on(EventKind::kHeader, EventKind::kFooter, EventKind::kFeatures, EventKind::kStreamError) |
    on(EventKind::kStartTls, EventKind::kSasl, EventKind::kCompress, EventKind::kSm, EventKind::kNonza);
#define COMPRESSION \
  "<compression xmlns='http://jabber.org/features/compress'><method>zlib</method></compression>"
#define COMPRESS "<compress " NS_COMPRESS "><method>zlib</method></compress>"
#define COMPRESSED "<compressed " NS_COMPRESS "/>"
#define BIND_DONE                                                                  \
  "C: " CLIENT_HEADER "\nS: " SERVER_HEADER("a1")                                  \
      FEATURES(BIND_FEATURE) "\nC: <iq id='b' type='set'><bind " NS_BIND           \
                             "/></iq>\nS: <iq id='b' type='result'><bind " NS_BIND \
                             "><jid>juliet@example.com/4db06f06-1ea4</jid>"        \
                             "</bind></iq>\nC: "
#define UP_TO_LOGIN(offer) \
  "[tls]\nC: " CLIENT_HEADER "\nS: " SERVER_HEADER("a1") FEATURES(MECHANISMS(MECHANISM(offer))) "\n"

constexpr Rule kRules[] = {
    {
        .id = "negotiation-feature-not-offered",
        .tier = 1,
        .layer = Layer::kNegotiation,
        .severities = kWarnings,
        .who = Who::kClient,
        .citation = "RFC 6120 §4.3.2; RFC 3920 §4.6",
        .explanation =
            "<stream:features/> is the menu of what can be negotiated at this point, and it changes "
            "with every restart. A feature that is not on it will be refused, or be taken for "
            "something else. Clients that remember a menu from last time may order before they see "
            "it; once it has arrived, it counts.",
        .violating =
            "[authenticated]\n"
            "S: <stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></stream:features>\n"
            "C: <compress xmlns='http://jabber.org/protocol/compress'><method>zlib</method></compress>",
        .conforming =
            "[authenticated]\n"
            "S: <stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>"
            "<compression xmlns='http://jabber.org/features/compress'><method>zlib</method></compression>"
            "</stream:features>\n"
            "C: <compress xmlns='http://jabber.org/protocol/compress'><method>zlib</method></compress>",
        .kinds = on(EventKind::kSasl, EventKind::kCompress, EventKind::kNonza, EventKind::kIq),
        .check = feature_not_offered,
    },
    {
        .id = "negotiation-features-beside-required-tls",
        .tier = 2,
        .layer = Layer::kNegotiation,
        .severities = kWarnings,
        .who = Who::kServer,
        .citation = "RFC 6120 §5.3.1; RFC 3920 §4.6",
        .explanation = "Where encryption comes first, there is nothing else to negotiate yet. Other offers "
                       "beside it tempt clients to skip the step, and whatever is agreed on in the clear has "
                       "to be forgotten after the handshake anyway. Features that only inform do no harm.",
        .violating = "[plaintext]\nS: " FEATURES("<starttls " NS_TLS "><required/></starttls>" COMPRESSION),
        .conforming = "[plaintext]\nS: " FEATURES("<starttls " NS_TLS "><required/></starttls>"),
        .kinds = kOffer,
        .check = features_beside_required_tls,
        .when = When::kUntilEstablished,
    },
    {
        .id = "negotiation-starttls-not-offered",
        .tier = 2,
        .layer = Layer::kNegotiation,
        .severities = kErrorWarning6120,
        .who = Who::kServer,
        .citation = "RFC 6120 §5.4.1; RFC 3920 §5.1",
        .explanation = "A server that can encrypt says so on every unencrypted stream, as long as nobody has "
                       "logged in. When the offer is missing, the server has no TLS, or somebody in between "
                       "has cut the offer out to read along. A client cannot tell which, and should not log "
                       "in there.",
        .violating = "[plaintext]\nS: " FEATURES(MECHANISMS(MECHANISM("SCRAM-SHA-1"))),
        .conforming =
            "[plaintext]\nS: " FEATURES("<starttls " NS_TLS "/>" MECHANISMS(MECHANISM("SCRAM-SHA-1"))),
        .kinds = kOffer,
        .check = starttls_not_offered,
        .when = When::kUntilEstablished,
    },
    {
        .id = "negotiation-restart-not-required",
        .tier = 2,
        .layer = Layer::kNegotiation,
        .severities = {std::nullopt, Severity::kError},
        .who = Who::kClient,
        .citation = "RFC 6120 §7.3.2; XEP-0388 §2.6.1",
        .explanation =
            "A stream is restarted after STARTTLS, SASL and compression, because each puts a new "
            "layer under it. Binding, sessions and stream management do not, so a new header there "
            "is a second root element in the same document. Servers answer it with a stream error.",
        .violating = "[authenticated]\n" BIND_DONE CLIENT_HEADER,
        .conforming = "[authenticated]\n" BIND_DONE "<presence/>",
        .kinds = on(EventKind::kHeader),
        .check = restart_not_required,
    },
    {
        .id = "negotiation-stalled",
        .tier = 2,
        .layer = Layer::kNegotiation,
        .severities = kNotes,
        .who = Who::kEither,
        .citation = "RFC 6120 §4.3.5; RFC 6120 §4.6",
        .explanation = "While a stream is negotiated it is always clear whose turn it is. When nothing comes "
                       "for half a minute, the side that is due is slow, has lost its thread, or waits for "
                       "something that was never promised. The finding says who it is and what was expected.",
        .violating = UP_TO_LOGIN("SCRAM-SHA-1") "[wait 40s]\nC: " AUTH("SCRAM-SHA-1", SCRAM_FIRST),
        .conforming = UP_TO_LOGIN("SCRAM-SHA-1") "[wait 4s]\nC: " AUTH("SCRAM-SHA-1", SCRAM_FIRST),
        .kinds = kSpoken,
        .check = stalled,
        .when = When::kUntilEstablished,
    },
    {
        .id = "negotiation-no-usable-mechanism",
        .tier = 2,
        .layer = Layer::kNegotiation,
        .severities = kNotes,
        .who = Who::kEither,
        .citation = "RFC 6120 §6.4.5; RFC 6120 §6.3.3",
        .explanation =
            "A client that can use none of the offered mechanisms says goodbye, so that the person "
            "in front of it is told. One that simply waits leaves both sides hanging until the "
            "server loses patience. From outside this can only be inferred from the silence.",
        .violating = UP_TO_LOGIN("EXTERNAL") "[wait 60s]\nS: <stream:error><connection-timeout "
                                             "xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></"
                                             "stream:stream>\nC: </stream:stream>",
        .conforming = UP_TO_LOGIN("EXTERNAL") "C: </stream:stream>\nS: </stream:stream>",
        .kinds = kSpoken,
        .check = no_usable_mechanism,
        .when = When::kUntilEstablished,
    },
    {
        .id = "compression-before-auth",
        .tier = 2,
        .layer = Layer::kNegotiation,
        .severities = kWarnings,
        .who = Who::kEither,
        .citation = "XEP-0170 §2.2; XEP-0138 §3",
        .explanation =
            "The layers of a stream are encryption, then login, then compression. Before the login "
            "anybody could make the server spend memory on a compressor, or send it a few bytes "
            "that unpack to gigabytes. Old servers offered it early all the same.",
        .violating = "[tls]\nS: " FEATURES(COMPRESSION MECHANISMS(MECHANISM("SCRAM-SHA-1"))) "\nC: " COMPRESS,
        .conforming = "[authenticated]\nS: " FEATURES(BIND_FEATURE COMPRESSION) "\nC: " COMPRESS,
        .kinds = on(EventKind::kCompress),
        .check = compression_before_auth,
        .when = When::kUntilEstablished,
    },
    {
        .id = "compression-restart-missing",
        .tier = 2,
        .layer = Layer::kNegotiation,
        .severities = kErrors,
        .who = Who::kClient,
        .citation = "XEP-0138 §2",
        .explanation = "Behind <compressed/> everything is compressed and begins with a new stream header. A "
                       "client that goes on in the old stream sends what the server's decompressor takes for "
                       "rubbish. The connection ends there.",
        .violating = "[authenticated]\nS: " FEATURES(
            BIND_FEATURE COMPRESSION) "\nC: " COMPRESS "\nS: " COMPRESSED
                                      "\nC: <iq id='b' type='set'><bind " NS_BIND "/></iq>",
        .conforming = "[authenticated]\nS: " FEATURES(
            BIND_FEATURE COMPRESSION) "\nC: " COMPRESS "\nS: " COMPRESSED "\nC: " CLIENT_HEADER,
        .kinds = kStanzas | on(EventKind::kSm, EventKind::kNonza),
        .check = compression_restart_missing,
        .when = When::kUntilEstablished,
    },
    {
        .id = "compression-with-tls",
        .tier = 3,
        .layer = Layer::kNegotiation,
        .severities = kNotes,
        .who = Who::kEither,
        .citation = "XEP-0138 §3; XEP-0138 §7",
        .explanation = "When secret and foreign text are compressed together and then encrypted, the size of "
                       "the result tells how alike they are, and an attacker can guess the secret piece by "
                       "piece. Such attacks have been shown against the web. XEP-0138 is obsolete today.",
        .violating =
            "[authenticated]\nS: " FEATURES(BIND_FEATURE COMPRESSION) "\nC: " COMPRESS "\nS: " COMPRESSED,
        .conforming = "[authenticated]\nS: " FEATURES(BIND_FEATURE COMPRESSION) "\nC: " COMPRESS
                                                                                "\nS: <failure " NS_COMPRESS
                                                                                "><setup-failed/></failure>",
        .kinds = on(EventKind::kCompress),
        .check = compression_with_tls,
        .when = When::kUntilEstablished,
    },
    {
        .id = "compression-method-missing",
        .tier = 3,
        .layer = Layer::kNegotiation,
        .severities = kErrors,
        .who = Who::kServer,
        .citation = "XEP-0138 §2",
        .explanation =
            "The feature lists the methods that a client can choose from, zlib in practice. "
            "Without one there is nothing to choose. A client can only ignore the offer, or guess.",
        .violating = "[authenticated]\nS: " FEATURES(
            BIND_FEATURE "<compression xmlns='http://jabber.org/features/compress'/>"),
        .conforming = "[authenticated]\nS: " FEATURES(BIND_FEATURE COMPRESSION),
        .kinds = kOffer,
        .check = compression_method_missing,
        .when = When::kUntilEstablished,
    },
};

}  // namespace

RuleTable negotiation_rules() {
  return {kRules};
}

}  // namespace parser::rules
