// Small things that the checks of several layers share.
#pragma once

#include <string>
#include <string_view>

#include "parser/rules/report.h"
#include "parser/rules/rule.h"
#include "parser/stream/stanza.h"

namespace parser::rules {

inline constexpr Severities kErrors{Severity::kError, Severity::kError};
inline constexpr Severities kWarnings{Severity::kWarning, Severity::kWarning};
inline constexpr Severities kNotes{Severity::kNote, Severity::kNote};
inline constexpr Severities kErrorWarning3920{Severity::kWarning, Severity::kError};
inline constexpr Severities kErrorWarning6120{Severity::kError, Severity::kWarning};
inline constexpr Severities kErrorNote3920{Severity::kNote, Severity::kError};
inline constexpr Severities kErrorOnly6120{std::nullopt, Severity::kError};
inline constexpr Severities kWarningOnly6120{std::nullopt, Severity::kWarning};
inline constexpr Severities kNoteOnly6120{std::nullopt, Severity::kNote};
inline constexpr Severities kErrorOnly3920{Severity::kError, std::nullopt};
inline constexpr Severities kWarningOnly3920{Severity::kWarning, std::nullopt};
inline constexpr KindSet kStanzas = on(EventKind::kMessage, EventKind::kPresence, EventKind::kIq);

// A value in quotes for a message: shortened, control characters replaced.
std::string quoted(std::string_view value);
// "<local>" or "<local xmlns='ns'>" for a message.
std::string tag_name(const xml::Element& element);

// The stanza's own <error/>: in the stanza's namespace, or in another of those that carry stanzas.
const xml::Element* stanza_error_child(const xml::Element& stanza);

// Where an attribute of the event's own element, or of one inside it, was written: name='value'. Its whole
// start tag where that cannot be told.
ByteRange attribute_range(const StreamEvent& event, const xml::Element& element, std::string_view name);

// The initiator's header had no version: the pre-XMPP generation ("0.9"), to which many rules do not apply.
bool is_legacy(const SessionState& session);
// The client's address is known; a resumed session has one that is not.
inline bool has_address(const SessionState& session) {
  return !session.bound_jid().empty();
}
// Neither server to server nor a component, as far as the headers say.
bool is_client_stream(const SessionState& session);
// Whether the server itself, not somebody behind it, has to answer a client's request.
bool answered_by_server(const OpenIq& request, const SessionState& session);
// Whether it is known what was asked before: nothing lies in front of a capture, in a resumed session, in
// bytes that were not seen, or comes from the proxy.
bool requests_known(const Context& context, const RuleCounters& memory);
// Whether the bytes that this direction's sender *received* may have differed, for these kinds of events,
// from what the other peer sent: the proxy edited them, or they were not seen (RuleCounters::edited).
bool received_edited(const RuleCounters& memory, Direction sender, KindSet kinds);

// Whether a header that has just come begins a stream that nothing has called for: before the login, and not
// one that the sender may send ahead of the other side's word.
bool is_needless_header(const Context& context, const RuleCounters& memory);

inline constexpr std::string_view kXmlNamespace = "http://www.w3.org/XML/1998/namespace";
// The first of the stanza's own children of that name that is in the language of an earlier one, or, under
// RFC 3921, that does not say its language though it is one of several; null: none. An element has the
// language of its own xml:lang, else of its stanza's, else of the stream header's. Of the first 32.
const xml::Element* same_language(const Context& context, std::string_view name);
// Whether a message of WebSocket was refused for the undeclared prefix of <stream:features> or
// <stream:error>.
bool is_undeclared_stream_prefix(const StreamEvent& event);

// Whether `jid` is a domain (no localpart, no resource) equal to or below `domain`.
bool is_domain_within(std::string_view jid, std::string_view domain,
                      JidProfile profile = JidProfile::kRfc3920);

}  // namespace parser::rules
