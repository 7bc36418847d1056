// Stream layer, headers: who speaks, to whom, in which version and language (RFC 6120 §4.7, §4.8).
//
// A response header is judged when the next element shows that the stream was accepted: one that only wraps
// a stream error need not be complete (§4.9.1.2).
#include <charconv>

#include "parser/rules/checks.h"
#include "parser/rules/rulebook.h"

namespace parser::rules {
namespace {

#define CLIENT_NS "xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'"
#define CLIENT_HEADER "<stream:stream to='example.com' version='1.0' " CLIENT_NS ">"
#define SERVER_HEADER "<stream:stream from='example.com' id='a1' version='1.0' xml:lang='en' " CLIENT_NS ">"
#define SASL "xmlns='urn:ietf:params:xml:ns:xmpp-sasl'"
#define STREAM_ERRORS "xmlns='urn:ietf:params:xml:ns:xmpp-streams'"

using xml::Element;

constexpr std::string_view kXml = "http://www.w3.org/XML/1998/namespace";

ByteRange tag_range(const Element& header) {
  return header.start_tag.empty() ? header.range : header.start_tag;
}

// <stream:stream>, whatever its namespace; not the <open/> of RFC 7395.
bool is_stream_tag(const StreamEvent& event) {
  return event.element != nullptr && event.local == "stream";
}

bool is_component(std::string_view content_namespace) {
  return content_namespace.starts_with("jabber:component:");
}

const Element* client_header(const Context& context) {
  return context.session.side(Direction::kC2S).header.get();
}

// The server's header, at the first element behind it; null where it only wraps an error.
const Element* accepted_header(const Context& context) {
  if (context.event.direction != Direction::kS2C || context.event.kind == EventKind::kStreamError) {
    return nullptr;
  }
  const StreamSide& side = context.session.side(Direction::kS2C);
  return side.elements == 1 ? side.header.get() : nullptr;
}

void report_header(const Context& context, Report& report, const Element& header, std::string message,
                   std::optional<Severity> at_most = {}) {
  report.add(std::move(message), tag_range(header),
             {.offender = Direction::kS2C,
              .frame = context.session.side(Direction::kS2C).header_frame,
              .at_most = at_most});
}

void missing_to(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.direction != Direction::kC2S || event.element == nullptr) return;
  if (!event.element->attribute("to").empty()) return;
  At at;
  // Old servers opened streams without 'to' only to verify a dialback key.
  if (content_namespace_of(*event.element) == ns::kServer && !is_version_1(*event.element)) {
    at.at_most = Severity::kWarning;
  }
  report.add(
      "The initial stream header names no host in 'to', so a server of several domains has to guess which is "
      "meant.",
      tag_range(*event.element), at);
}

void response_missing_id(const Context& context, Report& report) {
  const Element* header = accepted_header(context);
  if (header == nullptr || !header->attribute("id").empty()) return;
  if (is_component(content_namespace_of(*header))) return;  // component-response-missing-id
  report_header(context, report, *header,
                "The response stream header has no 'id', which every response header must have.");
}

void missing_version(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.element == nullptr || event.element->find_attribute("version") != nullptr) return;
  // Components have no version by design; server to server it is the way to say "dialback only".
  const std::string_view content = content_namespace_of(*event.element);
  if (is_component(content) || content == ns::kServer) return;
  if (event.direction == Direction::kC2S) {
    report.add(
        "The stream header has no version='1.0', so the server must treat this as a pre-XMPP stream: no "
        "features, no STARTTLS, no SASL.",
        tag_range(*event.element));
    return;
  }
  const Element* initial = client_header(context);
  if (initial == nullptr || initial->find_attribute("version") == nullptr) return;
  report.add("The client's header has version " + quoted(initial->attribute("version")) +
                 ", but the response header has no version at all.",
             tag_range(*event.element));
}

// --- namespaces -------------------------------------------------------------------------------------------

void content_namespace_missing(const Context& context, Report& report) {
  if (!is_stream_tag(context.event) || context.event.ns != ns::kStreams) return;
  const Element& header = *context.event.element;
  if (!content_namespace_of(header).empty()) return;
  // RFC 6120 §4.8.5 has the style without prefixes, in which each stanza declares its own namespace.
  if (context.profile == Profile::kRfc6120 && header.prefix.empty()) return;
  report.add(
      "The stream header declares no default namespace, such as xmlns='jabber:client', for the stanzas in "
      "it.",
      tag_range(header));
}

void content_namespace_mismatch(const Context& context, Report& report) {
  const Element* header = accepted_header(context);
  const Element* initial = client_header(context);
  if (header == nullptr || initial == nullptr || context.event.websocket) return;
  const std::string_view mine = content_namespace_of(*header);
  const std::string_view theirs = content_namespace_of(*initial);
  if (mine.empty() || theirs.empty() || mine == theirs) return;
  report_header(context, report, *header,
                "The client opened a stream of " + quoted(theirs) + ", and the server answers with one of " +
                    quoted(mine) + ".");
}

void content_namespace_unsupported(const Context& context, Report& report) {
  if (!is_stream_tag(context.event)) return;
  const StreamEvent& event = context.event;
  const std::string_view content = content_namespace_of(*event.element);
  if (content.empty() || is_content_namespace(content) || is_component(content)) return;
  // A server that answers in kind has been asked for it.
  const Element* initial = client_header(context);
  if (event.direction == Direction::kS2C && initial != nullptr && content_namespace_of(*initial) == content) {
    return;
  }
  At at;
  if (!content.starts_with("jabber:")) at.at_most = Severity::kNote;  // a vendor's own, it may be
  report.add("The content namespace " + quoted(content) +
                 " is none of XMPP's; a client's stream has 'jabber:client', a server's 'jabber:server'.",
             tag_range(*event.element), at);
}

void prefix_not_stream(const Context& context, Report& report) {
  if (!is_stream_tag(context.event) || context.event.ns != ns::kStreams) return;
  const Element& header = *context.event.element;
  if (header.prefix == "stream") return;
  if (header.prefix.empty()) {
    if (context.profile == Profile::kRfc6120) return;
    report.add("The stream header has no prefix, where RFC 3920 wants <stream:stream>.", tag_range(header));
    return;
  }
  report.add("The stream namespace has the prefix " + quoted(header.prefix) +
                 " here; some implementations accept 'stream' only.",
             tag_range(header));
}

// --- addresses --------------------------------------------------------------------------------------------

void to_not_domain(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.direction != Direction::kC2S || event.element == nullptr || event.to.empty()) return;
  const JidSplit& to = report.addresses().to();
  // With nothing in front of the '@' or behind the '/', it is no address at all, which a rule of addresses
  // says.
  if (to.local.empty() && to.resource.empty()) return;
  report.add("The 'to' of a stream header is a domain, such as " + quoted(to.domain) + ", and not " +
                 quoted(event.to) + ".",
             tag_range(*event.element));
}

void response_missing_from(const Context& context, Report& report) {
  const Element* header = accepted_header(context);
  if (header == nullptr || !is_version_1(*header) || !header->attribute("from").empty()) return;
  report_header(context, report, *header,
                "The response stream header has no 'from', so it does not say which domain is answering.");
}

void response_to_missing(const Context& context, Report& report) {
  const Element* header = accepted_header(context);
  const Element* initial = client_header(context);
  if (header == nullptr || initial == nullptr || !is_version_1(*header)) return;
  if (context.session.content_namespace() == ns::kServer) return;  // s2s-response-to-missing
  const std::string_view from = initial->attribute("from");
  if (from.empty() || !header->attribute("to").empty()) return;
  if (received_edited(report.memory(), Direction::kS2C, on(EventKind::kHeader))) return;
  report_header(context, report, *header,
                "The initial header came from " + quoted(from) +
                    ", which the response header has to give back in 'to', and does not.");
}

void response_to_unsolicited(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  const Element* initial = client_header(context);
  if (event.direction != Direction::kS2C || event.element == nullptr || event.to.empty()) return;
  if (initial == nullptr || !initial->attribute("from").empty() || !is_version_1(*event.element)) return;
  if (!is_client_stream(context.session)) return;
  if (received_edited(report.memory(), Direction::kS2C, on(EventKind::kHeader))) return;
  At at;
  if (context.before.authenticated) at.at_most = Severity::kNote;
  report.add("The response header is addressed to " + quoted(event.to) +
                 ", though the initial header named nobody in 'from'.",
             tag_range(*event.element), at);
}

void response_from_differs(const Context& context, Report& report) {
  const Element* header = accepted_header(context);
  const Element* initial = client_header(context);
  if (header == nullptr || initial == nullptr) return;
  const std::string_view asked = initial->attribute("to");
  const std::string_view from = header->attribute("from");
  if (asked.empty() || from.empty() || same_jid(asked, from, context.session.jid_profile())) return;
  report_header(context, report, *header,
                "The stream was opened to " + quoted(asked) + ", and " + quoted(from) + " answers.");
}

void from_before_tls(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.direction != Direction::kC2S || event.element == nullptr || event.from.empty()) return;
  if (!is_client_stream(context.session) || context.session.encrypted(Direction::kC2S)) return;
  report.add("The header names the account " + quoted(event.from) + " on a stream that is not encrypted.",
             tag_range(*event.element));
}

void from_missing_after_tls(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.direction != Direction::kC2S || event.element == nullptr || !event.from.empty()) return;
  if (!is_client_stream(context.session) || !context.session.encrypted(Direction::kC2S)) return;
  if (!is_version_1(*event.element) || !report.first(Once::kNoFrom, Direction::kC2S)) return;
  report.add("The stream is encrypted, and its header does not say in 'from' who is about to log in.",
             tag_range(*event.element));
}

void initial_from_rfc3920(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.direction != Direction::kC2S || event.element == nullptr || event.from.empty()) return;
  if (!is_client_stream(context.session)) return;
  report.add("The initial header has a 'from', " + quoted(event.from) +
                 ", which RFC 3920 wanted left out and receivers to ignore.",
             tag_range(*event.element));
}

// --- ids --------------------------------------------------------------------------------------------------

void initial_has_id(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.direction != Direction::kC2S || event.element == nullptr) return;
  const xml::Attribute* id = event.element->find_attribute("id");
  if (id == nullptr) return;
  report.add("The initial header has the id " + quoted(id->value) +
                 ", but only the side that answers gives ids to streams.",
             tag_range(*event.element));
}

void id_reused(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.direction != Direction::kS2C || event.element == nullptr) return;
  if (!context.session.stream_ids().repeated()) return;
  report.add("The id " + quoted(event.id) +
                 " was that of an earlier stream on this connection; each stream needs a new one.",
             tag_range(*event.element));
}

void id_predictable(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.direction != Direction::kS2C || event.element == nullptr) return;
  if (!context.session.stream_ids().counted_up()) return;
  report.add("The id " + quoted(event.id) +
                 " is a number just above that of the stream before, so the next one can be guessed.",
             tag_range(*event.element));
}

// --- version ----------------------------------------------------------------------------------------------

struct Version {
  unsigned major = 0;
  unsigned minor = 0;
  auto operator<=>(const Version&) const = default;
};

// "1.0"; leading zeros are let through where `strict` is false, as receivers have to.
std::optional<Version> version_in(std::string_view text, bool strict) {
  Version version;
  const size_t dot = text.find('.');
  if (dot == std::string_view::npos) return std::nullopt;
  const auto number = [strict](std::string_view digits, unsigned& value) {
    if (strict && digits.size() > 1 && digits[0] == '0') return false;
    const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return problem == std::errc() && end == digits.data() + digits.size() && !digits.empty();
  };
  if (!number(text.substr(0, dot), version.major) || !number(text.substr(dot + 1), version.minor)) {
    return std::nullopt;
  }
  return version;
}

void version_malformed(const Context& context, Report& report) {
  if (context.event.element == nullptr) return;
  const xml::Attribute* version = context.event.element->find_attribute("version");
  if (version == nullptr || version_in(version->value, true)) return;
  At at;
  if (version->value == "1") at.at_most = Severity::kWarning;  // everybody takes it for 1.0
  report.add("The version " + quoted(version->value) +
                 " is not two numbers without leading zeros and a dot between them, such as '1.0'.",
             tag_range(*context.event.element), at);
}

void response_version_higher(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  const Element* initial = client_header(context);
  if (event.direction != Direction::kS2C || event.element == nullptr || initial == nullptr) return;
  const std::string_view text = event.element->attribute("version");
  if (initial->find_attribute("version") == nullptr) {
    if (text.empty() || !is_client_stream(context.session)) return;
    report.add("The initial header has no version, so the response should have none, and it has " +
                   quoted(text) + ".",
               tag_range(*event.element), {.at_most = Severity::kWarning});
    return;
  }
  const auto mine = version_in(text, false);
  const auto theirs = version_in(initial->attribute("version"), false);
  if (!mine || !theirs || *mine <= *theirs) return;
  report.add("The response header has version " + quoted(text) + ", though the client's has only " +
                 quoted(initial->attribute("version")) + ".",
             tag_range(*event.element));
}

// --- language ---------------------------------------------------------------------------------------------

void lang_missing(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.direction != Direction::kC2S || event.element == nullptr) return;
  if (!is_client_stream(context.session) || event.element->find_attribute("lang", kXml) != nullptr) return;
  report.add("The header does not say with xml:lang which language its user reads.",
             tag_range(*event.element));
}

void response_lang_missing(const Context& context, Report& report) {
  const Element* header = accepted_header(context);
  if (header == nullptr || !is_version_1(*header) || header->find_attribute("lang", kXml) != nullptr) return;
  // By RFC 3920 §4.4 the client's own word on the language is enough.
  const Element* initial = client_header(context);
  if (context.profile == Profile::kRfc3920 && initial != nullptr &&
      initial->find_attribute("lang", kXml) != nullptr) {
    return;
  }
  report_header(
      context, report, *header,
      "The response stream header has no xml:lang, so the language of the server's texts is unknown.");
}

// By its syntax (BCP 47): subtags of one to eight letters and digits, the first one of letters and not a
// single one, but for the "x" and "i" of private and grandfathered tags.
bool is_language_tag(std::string_view tag) {
  for (bool first = true;; first = false) {
    const size_t size = std::min(tag.find('-'), tag.size());
    const std::string_view part = tag.substr(0, size);
    if (part.empty() || part.size() > 8) return false;
    bool letters = true;
    for (const char c : part) {
      const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      letters = letters && letter;
      if (!letter && (c < '0' || c > '9')) return false;
    }
    const bool last = size == tag.size();
    if (first) {
      const bool special = part == "x" || part == "X" || part == "i" || part == "I";
      if (!letters || (part.size() == 1 && (!special || last))) return false;
    }
    if (last) return true;
    tag.remove_prefix(size + 1);
  }
}

void lang_invalid(const Context& context, Report& report) {
  if (context.event.element == nullptr) return;
  for (const xml::Attribute& attribute : context.event.element->attributes) {
    if (attribute.ns.empty() || attribute.local != "lang" || attribute.ns != kXml) continue;
    // An empty one says that the language is not known.
    if (attribute.value.empty() || is_language_tag(attribute.value)) return;
    report.add("xml:lang=" + quoted(attribute.value) + " is no language tag, such as 'en' or 'de-DE'.",
               tag_range(*context.event.element));
    return;
  }
}

// --- explained --------------------------------------------------------------------------------------------

void host_unknown(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  const Element* initial = client_header(context);
  if (event.direction != Direction::kS2C || event.element == nullptr || initial == nullptr) return;
  if (event.element->child("host-unknown", ns::kStreamErrors) == nullptr) return;
  if (received_edited(report.memory(), Direction::kS2C, on(EventKind::kHeader))) return;
  report.add("The server does not serve the domain " + quoted(initial->attribute("to")) +
                 " that the stream was opened to; it may be misspelled, or the name of the machine.",
             tag_range(*initial),
             {.offender = Direction::kC2S, .frame = context.session.side(Direction::kC2S).header_frame});
}

constexpr KindSet kSpoken = kStanzas | on(EventKind::kFeatures, EventKind::kStartTls, EventKind::kSasl,
                                          EventKind::kCompress, EventKind::kSm, EventKind::kNonza);

constexpr Rule kRules[] = {
    {
        .id = "stream-missing-to",
        .tier = 1,
        .layer = Layer::kStream,
        .severities = kErrorWarning3920,
        .who = Who::kClient,
        .citation = "RFC 6120 §4.7.2; RFC 3920 §4.4",
        .explanation =
            "One server often serves many domains on one address. The 'to' of the initial header says "
            "which of them is wanted, much like a Host header on the web: certificate, login methods "
            "and accounts depend on it. Without it a server has to guess or refuse with host-unknown.",
        .violating = "C: <stream:stream version='1.0' xmlns='jabber:client' "
                     "xmlns:stream='http://etherx.jabber.org/streams'>",
        .conforming = "C: <stream:stream to='example.com' version='1.0' xmlns='jabber:client' "
                      "xmlns:stream='http://etherx.jabber.org/streams'>",
        .kinds = on(EventKind::kHeader),
        .check = missing_to,
    },
    {
        .id = "stream-response-missing-id",
        .tier = 1,
        .layer = Layer::kStream,
        .severities = kErrorWarning3920,
        .who = Who::kServer,
        .citation = "RFC 6120 §4.7.3; RFC 3920 §4.4",
        .explanation =
            "The id in the response header names this very stream. Dialback keys, component handshakes and "
            "the legacy digest login are hashes over it, and logs of both sides are matched by it. It has to "
            "be unpredictable and new for every stream, restarts included.",
        .violating = "C: " CLIENT_HEADER
                     "\nS: <stream:stream from='example.com' version='1.0' xml:lang='en' " CLIENT_NS
                     "><stream:features/>",
        .conforming = "C: " CLIENT_HEADER "\nS: " SERVER_HEADER "<stream:features/>",
        .kinds = kSpoken,
        .check = response_missing_id,
        .when = When::kUntilEstablished,
    },
    {
        .id = "stream-missing-version",
        .tier = 1,
        .layer = Layer::kStream,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 6120 §4.7.5; RFC 3920 §5.1; RFC 3920 §4.4.1",
        .explanation =
            "version='1.0' separates XMPP from the Jabber protocol before it. A peer that does not "
            "see it must assume the old one, in which there are no features, no STARTTLS and no SASL, "
            "so a login seems to hang or falls back to weak methods. A response without version is "
            "right only when the initial header had none.",
        .violating = "C: <stream:stream to='example.com' xmlns='jabber:client' "
                     "xmlns:stream='http://etherx.jabber.org/streams'>",
        .conforming = "C: <stream:stream to='example.com' version='1.0' xmlns='jabber:client' "
                      "xmlns:stream='http://etherx.jabber.org/streams'>",
        .kinds = on(EventKind::kHeader),
        .check = missing_version,
    },
    {
        .id = "stream-content-namespace-missing",
        .tier = 2,
        .layer = Layer::kStream,
        .severities = Severities{Severity::kError, Severity::kNote},
        .who = Who::kEither,
        .citation = "RFC 3920 §4.5; RFC 3920 §11.2.2; RFC 6120 §4.8.2",
        .explanation =
            "The default namespace that the header declares is what gives a bare <message/> its meaning. RFC "
            "3920 insists on one. RFC 6120 also knows the style in which the stream namespace itself is the "
            "default and each stanza declares its own; a header that declares neither leaves its stanzas "
            "without any namespace, and a strict peer drops them.",
        .violating = "C: <stream:stream to='example.com' version='1.0' "
                     "xmlns:stream='http://etherx.jabber.org/streams'>",
        .conforming = "C: " CLIENT_HEADER,
        .kinds = on(EventKind::kHeader),
        .check = content_namespace_missing,
    },
    {
        .id = "stream-content-namespace-mismatch",
        .tier = 2,
        .layer = Layer::kStream,
        .severities = kErrors,
        .who = Who::kServer,
        .citation = "RFC 6120 §4.8.2; RFC 3920 §11.2.2",
        .explanation =
            "Both directions of a session use one content namespace. A server that answers a header of "
            "jabber:client with jabber:server speaks another protocol than it was asked for: addresses are "
            "checked by other rules, and a client that compares names sees no stanzas at all. Only an answer "
            "that refuses the stream may come with a namespace of the server's own.",
        .violating =
            "C: " CLIENT_HEADER "\nS: <stream:stream from='example.com' id='a1' version='1.0' xml:lang='en' "
            "xmlns='jabber:server' xmlns:stream='http://etherx.jabber.org/streams'><stream:features/>",
        .conforming = "C: " CLIENT_HEADER "\nS: " SERVER_HEADER "<stream:features/>",
        .kinds = kSpoken,
        .check = content_namespace_mismatch,
        .when = When::kUntilEstablished,
    },
    {
        .id = "stream-content-namespace-unsupported",
        .tier = 2,
        .layer = Layer::kStream,
        .severities = kWarnings,
        .who = Who::kEither,
        .citation = "RFC 6120 §4.8.3; RFC 3920 §11.2.2",
        .explanation =
            "The content namespace says which kind of stream this is: jabber:client, jabber:server or one of "
            "a component. Another name stands for another application on top of XML streams, which an XMPP "
            "server refuses with invalid-namespace. In practice it is a misspelling.",
        .violating = "C: <stream:stream to='example.com' version='1.0' xmlns='jabber:clinet' "
                     "xmlns:stream='http://etherx.jabber.org/streams'>",
        .conforming = "C: " CLIENT_HEADER,
        .kinds = on(EventKind::kHeader),
        .check = content_namespace_unsupported,
    },
    {
        .id = "stream-prefix-not-stream",
        .tier = 2,
        .layer = Layer::kStream,
        .severities = Severities{Severity::kWarning, Severity::kNote},
        .who = Who::kEither,
        .citation = "RFC 6120 §4.8.5; RFC 3920 §11.2.1",
        .explanation =
            "By the rules of XML namespaces any prefix will do. But implementations may accept the literal "
            "prefix 'stream' only, and some compare the text '<stream:stream'. With another prefix a stream "
            "works with one server and is refused with bad-namespace-prefix by the next.",
        .violating = "C: <s:stream to='example.com' xmlns='jabber:client' "
                     "xmlns:s='http://etherx.jabber.org/streams' version='1.0'>",
        .conforming = "C: " CLIENT_HEADER,
        .kinds = on(EventKind::kHeader),
        .check = prefix_not_stream,
    },
    {
        .id = "stream-to-not-domain",
        .tier = 2,
        .layer = Layer::kStream,
        .severities = kErrors,
        .who = Who::kClient,
        .citation = "RFC 6120 §4.7.2; RFC 3920 §4.4",
        .explanation =
            "The 'to' of the initial header names a server's domain (or a component's), never an account: "
            "the server is chosen by it before anybody logs in. Who logs in belongs into 'from', inside TLS. "
            "A server finds no host of the name juliet@example.com and answers host-unknown.",
        .violating = "C: <stream:stream to='juliet@example.com' version='1.0' " CLIENT_NS ">",
        .conforming = "C: " CLIENT_HEADER,
        .kinds = on(EventKind::kHeader),
        .check = to_not_domain,
    },
    {
        .id = "stream-initial-has-id",
        .tier = 2,
        .layer = Layer::kStream,
        .severities = kErrorWarning3920,
        .who = Who::kClient,
        .citation = "RFC 6120 §4.7.3; RFC 3920 §4.4",
        .explanation =
            "Ids of streams are given out by the side that was called, since it is its job to keep them "
            "unique and hard to guess. An id in the initial header has to be ignored, so nothing fails; but "
            "software that sends one has probably mixed up the two roles, and may be hashing the wrong id.",
        .violating = "C: <stream:stream id='mine' to='example.com' version='1.0' " CLIENT_NS ">",
        .conforming = "C: " CLIENT_HEADER,
        .kinds = on(EventKind::kHeader),
        .check = initial_has_id,
    },
    {
        .id = "stream-id-reused",
        .tier = 2,
        .layer = Layer::kStream,
        .severities = kErrors,
        .who = Who::kServer,
        .citation = "RFC 6120 §4.3.3; RFC 6120 §4.7.3; RFC 3920 §4.4",
        .explanation =
            "Every stream has a fresh id, and a restart begins a new stream. Dialback keys, component "
            "handshakes and the legacy digest login are hashes over the id, so one that comes twice lets a "
            "recorded login be played again. This rule sees the streams of one connection.",
        .violating = "[tls]\nC: " CLIENT_HEADER "\nS: " SERVER_HEADER "<stream:features><mechanisms " SASL
                     "><mechanism>PLAIN</mechanism></mechanisms></stream:features>\nC: <auth " SASL
                     " mechanism='PLAIN'>AGEAYg==</auth>\nS: <success " SASL "/>\nC: " CLIENT_HEADER
                     "\nS: " SERVER_HEADER
                     "<stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></stream:features>",
        .conforming =
            "[tls]\nC: " CLIENT_HEADER "\nS: " SERVER_HEADER "<stream:features><mechanisms " SASL
            "><mechanism>PLAIN</mechanism></mechanisms></stream:features>\nC: <auth " SASL
            " mechanism='PLAIN'>AGEAYg==</auth>\nS: <success " SASL "/>\nC: " CLIENT_HEADER
            "\nS: <stream:stream from='example.com' id='k9Qz' version='1.0' xml:lang='en' " CLIENT_NS
            "><stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></stream:features>",
        .kinds = on(EventKind::kHeader),
        .check = id_reused,
    },
    {
        .id = "stream-id-predictable",
        .tier = 3,
        .layer = Layer::kStream,
        .severities = kNotes,
        .who = Who::kServer,
        .citation = "RFC 6120 §4.7.3; RFC 3920 §4.4",
        .explanation = "Whoever can guess the next id of a stream can prepare what is hashed over it. Ids "
                       "that count upwards tell a guesser everything after a single connection. Take 128 "
                       "bits from a good source of randomness for each.",
        .violating =
            "[start]\nC: " CLIENT_HEADER
            "\nS: <stream:stream from='example.com' id='1001' version='1.0' xml:lang='en' " CLIENT_NS
            "><stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:features>\nC: "
            "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>\nS: <proceed "
            "xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>\n[tls]\nC: " CLIENT_HEADER
            "\nS: <stream:stream from='example.com' id='1002' version='1.0' xml:lang='en' " CLIENT_NS
            "><stream:features/>",
        .conforming =
            "C: " CLIENT_HEADER "\nS: <stream:stream from='example.com' id='++TR84Sm6A3hnt3Q065SnAbbk3Y=' "
            "version='1.0' xml:lang='en' " CLIENT_NS "><stream:features/>",
        .kinds = on(EventKind::kHeader),
        .check = id_predictable,
    },
    {
        .id = "stream-response-missing-from",
        .tier = 2,
        .layer = Layer::kStream,
        .severities = kErrorWarning3920,
        .who = Who::kServer,
        .citation = "RFC 6120 §4.7.1; RFC 3920 §4.4",
        .explanation = "In its header the answering side says which of its domains is speaking. The client "
                       "compares it with what it asked for, and stamps it on what comes without a 'from'. "
                       "Without it nobody can tell from a log who answered.",
        .violating = "C: " CLIENT_HEADER "\nS: <stream:stream id='a1' version='1.0' xml:lang='en' " CLIENT_NS
                     "><stream:features/>",
        .conforming = "C: " CLIENT_HEADER "\nS: " SERVER_HEADER "<stream:features/>",
        .kinds = kSpoken,
        .check = response_missing_from,
        .when = When::kUntilEstablished,
    },
    {
        .id = "stream-response-to-missing",
        .tier = 2,
        .layer = Layer::kStream,
        .severities = Severities{std::nullopt, Severity::kError},
        .who = Who::kServer,
        .citation = "RFC 6120 §4.7.2",
        .explanation = "A client that names itself in 'from' gets its bare address back in 'to', so that "
                       "both sides agree on who is talking before a password is sent. RFC 3920 wanted it the "
                       "other way round, and many servers still leave it out.",
        .violating =
            "[tls]\nC: <stream:stream from='juliet@example.com' to='example.com' version='1.0' " CLIENT_NS
            ">\nS: " SERVER_HEADER "<stream:features/>",
        .conforming =
            "[tls]\nC: <stream:stream from='juliet@example.com' to='example.com' version='1.0' " CLIENT_NS
            ">\nS: <stream:stream from='example.com' to='juliet@example.com' id='a1' version='1.0' "
            "xml:lang='en' " CLIENT_NS "><stream:features/>",
        .kinds = kSpoken,
        .check = response_to_missing,
        .when = When::kUntilEstablished,
    },
    {
        .id = "stream-response-to-unsolicited",
        .tier = 2,
        .layer = Layer::kStream,
        .severities = kErrorWarning3920,
        .who = Who::kServer,
        .citation = "RFC 6120 §4.7.2; RFC 3920 §4.4",
        .explanation =
            "A client that has not said who it is must not be told: before the login a server cannot know, "
            "and an address that it has from somewhere else, an earlier connection or a cookie, is "
            "somebody's secret. After the login some servers fill in the account; that does no harm.",
        .violating =
            "C: " CLIENT_HEADER "\nS: <stream:stream from='example.com' to='juliet@example.com' id='a1' "
            "version='1.0' xml:lang='en' " CLIENT_NS "><stream:features/>",
        .conforming = "C: " CLIENT_HEADER "\nS: " SERVER_HEADER "<stream:features/>",
        .kinds = on(EventKind::kHeader),
        .check = response_to_unsolicited,
    },
    {
        .id = "stream-version-malformed",
        .tier = 2,
        .layer = Layer::kStream,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 6120 §4.7.5; RFC 3920 §4.4.1",
        .explanation =
            "The version is two whole numbers with a dot between them, sent without leading zeros and "
            "compared number by number, so that 2.13 is newer than 2.4. What does not look like that may be "
            "taken for no version at all, and so for a stream of the time before XMPP.",
        .violating = "C: <stream:stream to='example.com' version='01.0' " CLIENT_NS ">",
        .conforming = "C: " CLIENT_HEADER,
        .kinds = on(EventKind::kHeader),
        .check = version_malformed,
    },
    {
        .id = "stream-response-version-higher",
        .tier = 2,
        .layer = Layer::kStream,
        .severities = kErrors,
        .who = Who::kServer,
        .citation = "RFC 6120 §4.7.5; RFC 3920 §4.4.1",
        .explanation = "The response carries the lower one of both sides' versions, which is what the stream "
                       "then speaks. A higher one promises a protocol that the client has just said it does "
                       "not know. To a header without a version, the answer should have none either.",
        .violating = "C: " CLIENT_HEADER
                     "\nS: <stream:stream from='example.com' id='a1' version='1.1' xml:lang='en' " CLIENT_NS
                     "><stream:features/>",
        .conforming = "C: " CLIENT_HEADER "\nS: " SERVER_HEADER "<stream:features/>",
        .kinds = on(EventKind::kHeader),
        .check = response_version_higher,
    },
    {
        .id = "stream-response-from-differs",
        .tier = 3,
        .layer = Layer::kStream,
        .severities = Severities{std::nullopt, Severity::kNote},
        .who = Who::kServer,
        .citation = "RFC 6120 §4.7.1",
        .explanation =
            "The domain that answers may be another one than was asked for, when an alias was used or the "
            "name is not known there. A client should notice, because certificates and addresses are checked "
            "against the name it asked for, not against what the server calls itself.",
        .violating = "C: <stream:stream to='chat.example.com' version='1.0' " CLIENT_NS ">\nS: " SERVER_HEADER
                     "<stream:features/>",
        .conforming = "C: " CLIENT_HEADER "\nS: " SERVER_HEADER "<stream:features/>",
        .kinds = kSpoken,
        .check = response_from_differs,
        .when = When::kUntilEstablished,
    },
    {
        .id = "stream-from-before-tls",
        .tier = 3,
        .layer = Layer::kStream,
        .severities = Severities{std::nullopt, Severity::kNote},
        .who = Who::kClient,
        .citation = "RFC 6120 §4.7.1",
        .explanation = "A 'from' in the first header, before TLS, tells everybody on the way which account "
                       "is about to log in. RFC 6120 advises to wait with it until the stream is encrypted, "
                       "where it helps the server to choose what to offer.",
        .violating =
            "C: <stream:stream from='juliet@example.com' to='example.com' version='1.0' " CLIENT_NS ">",
        .conforming =
            "[tls]\nC: <stream:stream from='juliet@example.com' to='example.com' version='1.0' " CLIENT_NS
            ">",
        .kinds = on(EventKind::kHeader),
        .check = from_before_tls,
    },
    {
        .id = "stream-from-missing-after-tls",
        .tier = 3,
        .layer = Layer::kStream,
        .severities = Severities{std::nullopt, Severity::kNote},
        .who = Who::kClient,
        .citation = "RFC 6120 §4.7.1",
        .explanation =
            "Inside TLS a client should say in 'from' who it is. The server can then offer the login methods "
            "of that very account, and SASL2 with FAST depends on it. Most clients leave it out, and those "
            "that log in by certificate or ticket may not know their address yet.",
        .violating = "[tls]\nC: " CLIENT_HEADER,
        .conforming =
            "[tls]\nC: <stream:stream from='juliet@example.com' to='example.com' version='1.0' " CLIENT_NS
            ">",
        .kinds = on(EventKind::kHeader),
        .check = from_missing_after_tls,
    },
    {
        .id = "stream-initial-from-rfc3920",
        .tier = 3,
        .layer = Layer::kStream,
        .severities = Severities{Severity::kNote, std::nullopt},
        .who = Who::kClient,
        .citation = "RFC 3920 §4.4",
        .explanation = "RFC 3920 wanted no 'from' in the header of the side that opens a stream, and told "
                       "receivers to ignore it. RFC 6120 turned that round: inside TLS it is now welcome. "
                       "Seen from the older document this header is ahead of its time, and nothing more.",
        .violating =
            "[tls]\nC: <stream:stream from='juliet@example.com' to='example.com' version='1.0' " CLIENT_NS
            ">",
        .conforming = "[tls]\nC: " CLIENT_HEADER,
        .kinds = on(EventKind::kHeader),
        .check = initial_from_rfc3920,
    },
    {
        .id = "stream-lang-missing",
        .tier = 3,
        .layer = Layer::kStream,
        .severities = kNotes,
        .who = Who::kClient,
        .citation = "RFC 6120 §4.7.4; RFC 3920 §4.4",
        .explanation = "xml:lang on the header says in which language the user reads. A server that has "
                       "texts in several languages chooses by it for error messages, forms and greetings, "
                       "and takes it as the language of stanzas that name none.",
        .violating = "C: " CLIENT_HEADER,
        .conforming = "C: <stream:stream to='example.com' version='1.0' xml:lang='en' " CLIENT_NS ">",
        .kinds = on(EventKind::kHeader),
        .check = lang_missing,
    },
    {
        .id = "stream-response-lang-missing",
        .tier = 2,
        .layer = Layer::kStream,
        .severities = Severities{Severity::kNote, Severity::kError},
        .who = Who::kServer,
        .citation = "RFC 6120 §4.7.4; RFC 3920 §4.4",
        .explanation = "In its header the server states the language of its own texts, whether or not the "
                       "client asked for one. Everything that people can read in this direction, error texts "
                       "above all, is in that language unless it says otherwise; without it a client can "
                       "neither pick a font nor a translation.",
        .violating =
            "C: " CLIENT_HEADER "\nS: <stream:stream from='example.com' id='a1' version='1.0' " CLIENT_NS
            "><stream:features/>",
        .conforming = "C: " CLIENT_HEADER "\nS: " SERVER_HEADER "<stream:features/>",
        .kinds = kSpoken,
        .check = response_lang_missing,
        .when = When::kUntilEstablished,
    },
    {
        .id = "stream-lang-invalid",
        .tier = 3,
        .layer = Layer::kStream,
        .severities = kWarnings,
        .who = Who::kEither,
        .citation = "RFC 6120 §4.7.4; RFC 6120 §8.1.5; RFC 3920 §4.4",
        .explanation = "Language tags are those of BCP 47: subtags of letters and digits with hyphens "
                       "between them, as in de-DE. The names of Unix locales look similar, but de_DE and C "
                       "are no language tags, and a receiver that matches tags finds no language in them.",
        .violating = "C: <stream:stream to='example.com' version='1.0' xml:lang='de_DE' " CLIENT_NS ">",
        .conforming = "C: <stream:stream to='example.com' version='1.0' xml:lang='de-DE' " CLIENT_NS ">",
        .kinds = on(EventKind::kHeader),  // of stanzas stanza-lang-invalid tells it
        .check = lang_invalid,
    },
    {
        .id = "stream-host-unknown-explained",
        .tier = 3,
        .layer = Layer::kStream,
        .severities = kNotes,
        .who = Who::kClient,
        .citation = "RFC 6120 §4.9.3.6; RFC 3920 §4.7.3",
        .explanation = "host-unknown is the server's way to say that it does not serve the domain in 'to'. "
                       "The client has connected to the right machine with the wrong name, or to the wrong "
                       "machine: look for a misspelling, for the host's name in place of the domain of the "
                       "addresses, for an IP address, or for a DNS record that points elsewhere.",
        .violating =
            "C: <stream:stream to='xmpp7.hosting.example' version='1.0' " CLIENT_NS ">\nS: " SERVER_HEADER
            "<stream:error><host-unknown " STREAM_ERRORS "/></stream:error></stream:stream>",
        .conforming = "C: " CLIENT_HEADER "\nS: " SERVER_HEADER "<stream:features/>",
        .kinds = on(EventKind::kStreamError),
        .check = host_unknown,
        .shown_by_server = true,
    },
};

}  // namespace

RuleTable stream_header_rules() {
  return {kRules};
}

}  // namespace parser::rules
