// Tables in the order of the RFC.
#include "parser/payload/errors.h"

#include <array>
#include <span>

namespace parser::payload {
namespace {

struct Row {
  std::string_view name;
  std::string_view meaning;
};

constexpr std::array kStanza{
    Row{"bad-request", "The stanza is not built as its protocol asks."},
    Row{"conflict", "Something with that name or address exists already."},
    Row{"feature-not-implemented", "The receiver knows what is asked, but does not do it."},
    Row{"forbidden", "The asker lacks the right to do this."},
    Row{"gone", "The address has been given up for good; the error may hold the new one."},
    Row{"internal-server-error", "The server failed at this, for a reason of its own."},
    Row{"item-not-found", "The address or the thing asked for does not exist."},
    Row{"jid-malformed", "An address in the stanza is not one."},
    Row{"not-acceptable", "The receiver understands the request, but not on these conditions."},
    Row{"not-allowed", "Nobody may do this here, whatever their rights."},
    Row{"not-authorized", "The asker has to prove first who it is."},
    Row{"payment-required", "This has to be paid for (RFC 3920 only)."},
    Row{"policy-violation", "A local rule forbids this, such as a limit of size or rate."},
    Row{"recipient-unavailable", "The receiver is not online at the moment."},
    Row{"redirect", "Somebody else is to be asked, for now; the error says whom."},
    Row{"registration-required", "The asker has to register there first."},
    Row{"remote-server-not-found", "The server of the address cannot be found."},
    Row{"remote-server-timeout", "The server of the address exists, but cannot be reached in time."},
    Row{"resource-constraint", "The receiver lacks the means to do this just now."},
    Row{"service-unavailable", "Nobody there offers this, or it is not told who is there."},
    Row{"subscription-required", "The asker has to be subscribed first."},
    Row{"undefined-condition", "Something else; an element of its own says what."},
    Row{"unexpected-request", "The request makes sense, but not at this moment."},
};

constexpr std::array kStream{
    Row{"bad-format", "XML was sent that cannot be processed."},
    Row{"bad-namespace-prefix", "A namespace prefix is not the one that the peer insists on."},
    Row{"conflict", "A new stream takes this one's place, such as a second login with its resource."},
    Row{"connection-timeout", "The peer has been silent for too long, or cannot be reached any more."},
    Row{"host-gone", "The domain was served here once and is not any more."},
    Row{"host-unknown", "The domain is not served here."},
    Row{"improper-addressing", "A stanza between servers lacks an address, or has one that is none."},
    Row{"internal-server-error", "The server failed, for a reason of its own."},
    Row{"invalid-from", "An address in 'from' is not one that this stream was given."},
    Row{"invalid-id", "The stream id is not the one that was given (RFC 3920 only)."},
    Row{"invalid-namespace", "The namespace of the stream, or its content, is not one that is served."},
    Row{"invalid-xml", "XML was sent that a schema refuses."},
    Row{"not-authorized", "Something was sent before the login that allows it."},
    Row{"not-well-formed", "What was sent is not well-formed XML."},
    Row{"xml-not-well-formed", "What was sent is not well-formed XML (RFC 3920's name for it)."},
    Row{"policy-violation", "A local rule was broken, such as a limit of size or rate."},
    Row{"remote-connection-failed", "A server or service that is needed for this cannot be reached."},
    Row{"reset", "The stream is closed because something about it has changed, and can be opened again."},
    Row{"resource-constraint", "The server lacks the means to go on with this stream."},
    Row{"restricted-xml", "Comments, processing instructions, a DTD or entities were sent; XMPP has none."},
    Row{"see-other-host", "Another host is to be connected to; the error says which."},
    Row{"system-shutdown", "The server is being shut down."},
    Row{"undefined-condition", "Something else; an element of its own says what."},
    Row{"unsupported-encoding", "The stream is not in UTF-8."},
    Row{"unsupported-feature", "A feature that the other side requires is not supported."},
    Row{"unsupported-stanza-type", "A top-level element was sent that is none of those that are known."},
    Row{"unsupported-version", "The version of XMPP in the header is not supported."},
};

constexpr std::array kSaslFailure{
    Row{"aborted", "The client gave the attempt up."},
    Row{"account-disabled", "The account exists, but is switched off for now."},
    Row{"credentials-expired", "The password or certificate was right once and has to be renewed."},
    Row{"encryption-required", "This mechanism is only allowed behind TLS."},
    Row{"incorrect-encoding", "What was sent is not base64."},
    Row{"invalid-authzid", "The client may not speak for the identity that it asked for, or it is none."},
    Row{"invalid-mechanism", "The mechanism is not one that the server offers."},
    Row{"malformed-request", "The message is not built as its mechanism asks."},
    Row{"mechanism-too-weak", "The server wants a stronger mechanism for this account."},
    Row{"not-authorized", "The name or the password is wrong; which of them is not told."},
    Row{"temporary-auth-failure", "The server cannot check logins just now."},
};

constexpr std::array kTypes{
    Row{"auth", "try again with credentials or rights"},
    Row{"cancel", "do not try again"},
    Row{"continue", "go on, this was only a warning"},
    Row{"modify", "try again with something changed"},
    Row{"wait", "try again later"},
};

std::string_view find(std::span<const Row> rows, std::string_view name) {
  for (const Row& row : rows) {
    if (row.name == name) return row.meaning;
  }
  return {};
}

}  // namespace

std::string_view stanza_error_meaning(std::string_view condition) {
  return find(kStanza, condition);
}

std::string_view stream_error_meaning(std::string_view condition) {
  return find(kStream, condition);
}

std::string_view sasl_failure_meaning(std::string_view condition) {
  return find(kSaslFailure, condition);
}

std::string_view error_type_meaning(std::string_view type) {
  return find(kTypes, type);
}

}  // namespace parser::payload
