// SASL layer, what the messages inside the elements say: who wants to log in (RFC 6120 §6.3.7, §6.3.8), PLAIN
// (RFC 4616) and SCRAM (RFC 5802). sasl::Login has decoded them and named their faults; no finding quotes a
// secret.
#include "parser/jid/jid.h"
#include "parser/rules/example_text.h"
#include "parser/rules/rulebook.h"
#include "parser/rules/sasl_checks.h"

namespace parser::rules {
namespace {

using sasl::Fault;
using sasl::Login;

// --- who --------------------------------------------------------------------------------------------------

// The address that a user name stands for on this stream.
std::string address_of(std::string_view username, std::string_view domain) {
  if (username.find('@') != std::string_view::npos) return std::string(username);
  return std::string(username) + "@" + std::string(domain);
}

bool is_bare(const JidSplit& jid) {
  return jid.has_local && !jid.has_resource;
}

void authzid_not_bare(const Context& context, Report& report) {
  if (!tells_identity(context)) return;
  const std::string_view authzid = context.session.login()->authzid();
  if (authzid.empty()) return;
  const JidSplit jid = split_jid(authzid);
  if (is_bare(jid)) return;
  report.add("The authorization identity " + quoted(authzid) +
                 (jid.has_resource ? " has a resource; it is to be the bare JID."
                                   : " is no bare JID, which would be a name, '@' and a domain."),
             data_range(context.event));
}

void authzid_unnecessary(const Context& context, Report& report) {
  if (!tells_identity(context)) return;
  const Login& login = *context.session.login();
  if (login.authzid().empty() || login.username().empty() || !is_bare(split_jid(login.authzid()))) return;
  if (!same_jid(login.authzid(), address_of(login.username(), context.session.domain()))) return;
  report.add("The client asks to act as " + quoted(login.authzid()) +
                 ", which is the account that it logs in with; without that it would be the same.",
             data_range(context.event));
}

void username_not_localpart(const Context& context, Report& report) {
  if (!tells_identity(context)) return;
  const std::string_view username = context.session.login()->username();
  const JidSplit jid = split_jid(username);
  // A name at another domain is the server's own arrangement, a mail address for example.
  if (!is_bare(jid) || !same_jid(jid.domain, context.session.domain())) return;
  report.add("The user name " + quoted(username) +
                 " is the whole address; unless a server wants it so, it is " + quoted(jid.local) + " alone.",
             data_range(context.event));
}

void from_auth_mismatch(const Context& context, Report& report) {
  if (!tells_identity(context) || !context.before.encrypted[index(Direction::kC2S)]) return;
  const Login& login = *context.session.login();
  const xml::ElementPtr& header = context.session.side(Direction::kC2S).header;
  if (header == nullptr || login.username().empty() || !login.authzid().empty()) return;
  const std::string_view from = without_resource(header->attribute("from"));
  if (!split_jid(from).has_local) return;
  if (same_jid(from, address_of(login.username(), split_jid(from).domain))) return;
  report.add("The stream header is from " + quoted(from) + ", but " + quoted(login.username()) + " logs in.",
             data_range(context.event));
}

// --- messages ---------------------------------------------------------------------------------------------

void malformed(const Context& context, Report& report, Fault fault, std::string_view what) {
  const Login& login = *context.session.login();
  if (!login.has(fault) || !report.of(verdict(fault))) return;
  report.add("The " + std::string(what) + " is malformed: " + std::string(login.fault_words()) + ".",
             data_range(context.event));
}

void wrong(const Context& context, Report& report, Fault fault, std::string message) {
  if (!context.session.login()->has(fault) || !report.of(verdict(fault))) return;
  report.add(std::move(message), data_range(context.event));
}

// One check for all rows that report what sasl::Login has found.
void messages(const Context& context, Report& report) {
  const Login* login = context.session.login();
  if (login == nullptr) return;
  malformed(context, report, Fault::kPlainMalformed, "message of PLAIN");
  malformed(context, report, Fault::kClientFirstMalformed, "client's first message of SCRAM");
  malformed(context, report, Fault::kServerFirstMalformed, "server's first message of SCRAM");
  malformed(context, report, Fault::kClientFinalMalformed, "client's final message of SCRAM");
  if (received_edited(report.memory(), context.event.direction, on(EventKind::kSasl))) return;
  wrong(context, report, Fault::kNameEscape,
        "A name in the client's first message has a '=' that is neither =2C nor =3D.");
  wrong(context, report, Fault::kPlusFlag,
        login->flag() == 'p'
            ? "The client binds to the channel (flag p) with " + quoted(login->mechanism_name()) +
                  ", which is not a -PLUS mechanism."
            : "The client does not bind to the channel (flag " + std::string(1, login->flag()) + ") with " +
                  quoted(login->mechanism_name()) + ", which is a -PLUS mechanism.");
  wrong(context, report, Fault::kNonceNotExtended,
        "The server's nonce is not the client's with something added to it.");
  wrong(context, report, Fault::kFinalNonce,
        "The client's final message does not repeat the server's nonce.");
  wrong(context, report, Fault::kBindingMismatch,
        "The channel binding, c=, does not repeat the header of the client's first message.");
  wrong(context, report, Fault::kSignatureMissing,
        "The login succeeds without the server's signature, v=, so the client cannot know that this is its "
        "server.");
}

void iterations_low(const Context& context, Report& report) {
  constexpr uint64_t kLeast = 4096;         // RFC 5802 §5.1, RFC 7677 §4
  constexpr uint64_t kExpensive = 1000000;  // a second or so of a telephone's time
  const Login* login = context.session.login();
  if (login == nullptr || login->message() != sasl::Message::kServerFirst || login->iterations() == 0) return;
  const std::string count = std::to_string(login->iterations());
  if (login->iterations() < kLeast) {
    report.add("The server asks for " + count + " iterations only; 4096 are the least that is recommended.",
               data_range(context.event));
  } else if (login->iterations() > kExpensive) {
    At at;
    at.at_most = Severity::kNote;
    report.add(
        "The server asks for " + count + " iterations, which keeps a small device busy for a long time.",
        data_range(context.event), at);
  }
}

constexpr KindSet kLogin = on(EventKind::kSasl);

#define SCRAM_BEGIN(first) "[tls]\nC: " AUTH("SCRAM-SHA-1", first) "\n"
#define SCRAM_UP_TO_FINAL SCRAM_BEGIN(SCRAM_FIRST) "S: " CHALLENGE(SCRAM_SERVER_FIRST) "\nC: "

constexpr Rule kRules[] = {
    {
        .id = "sasl-plain-malformed",
        .tier = 2,
        .layer = Layer::kSasl,
        .severities = kErrors,
        .who = Who::kClient,
        .citation = "RFC 4616 §2",
        .explanation =
            "PLAIN sends three texts with a NUL byte between them: whom to act as (mostly empty), the user "
            "name, the password, all in UTF-8. Servers look for exactly two NULs. A client that joins the "
            "parts with something else, or leaves out the first NUL, is refused as if the password had "
            "been wrong.",
        .violating = "[tls]\nC: " AUTH("PLAIN", "anVsaWV0OnNlY3JldA=="),
        .conforming = "[tls]\nC: " AUTH("PLAIN", PLAIN_DATA),
        .kinds = kLogin,
        .check = messages,
        .verdict = verdict(Fault::kPlainMalformed),
    },
    {
        .id = "sasl-authzid-not-bare-jid",
        .tier = 2,
        .layer = Layer::kSasl,
        .severities = kErrors,
        .who = Who::kClient,
        .citation = "RFC 6120 §6.3.8; RFC 3920 §6.1",
        .explanation =
            "The authorization identity says as whom a client wants to act, an administrator as one of the "
            "users for example. It is a bare JID: the resource comes later, by binding, and a name alone "
            "belongs to no server. What is neither is refused with <invalid-authzid/>.",
        .violating = SCRAM_BEGIN(
            "bixhPXJvbWVvQGV4YW1wbGUuY29tL29yY2hhcmQsbj1qdWxpZXQscj1meWtvK2QybGJiRmdPTlJ2OXFreGRhd0w="),
        .conforming =
            SCRAM_BEGIN("bixhPXJvbWVvQGV4YW1wbGUuY29tLG49anVsaWV0LHI9ZnlrbytkMmxiYkZnT05Sdjlxa3hkYXdM"),
        .kinds = kLogin,
        .check = authzid_not_bare,
    },
    {
        .id = "sasl-authzid-unnecessary",
        .tier = 3,
        .layer = Layer::kSasl,
        .severities = kWarnings,
        .who = Who::kClient,
        .citation = "RFC 6120 §6.3.8; RFC 3920 §6.1",
        .explanation =
            "Who logs in acts as himself; the authorization identity is for acting as somebody else. "
            "Repeating the own address there says nothing new, but some servers take it for a request "
            "that needs a privilege, and refuse it.",
        .violating = "[tls]\nC: " AUTH("PLAIN", "anVsaWV0QGV4YW1wbGUuY29tAGp1bGlldABzZWNyZXQ="),
        .conforming = "[tls]\nC: " AUTH("PLAIN", PLAIN_DATA),
        .kinds = kLogin,
        .check = authzid_unnecessary,
    },
    {
        .id = "sasl-username-not-localpart",
        .tier = 3,
        .layer = Layer::kSasl,
        .severities = {std::nullopt, Severity::kNote},
        .who = Who::kClient,
        .citation = "RFC 6120 §6.3.7; RFC 6120 Appendix D",
        .explanation =
            "Mechanisms with a user name mean the part in front of the '@', since the domain is known from "
            "the stream. With the whole address a server looks for a user of that very name and does not "
            "find it, or finds it because it is lenient. Some large services did ask for the whole "
            "address, so this is not a fault where the server says so.",
        .violating = SCRAM_BEGIN("biwsbj1qdWxpZXRAZXhhbXBsZS5jb20scj1meWtvK2QybGJiRmdPTlJ2OXFreGRhd0w="),
        .conforming = SCRAM_BEGIN(SCRAM_FIRST),
        .kinds = kLogin,
        .check = username_not_localpart,
    },
    {
        .id = "sasl-from-auth-mismatch",
        .tier = 2,
        .layer = Layer::kSasl,
        .severities = {std::nullopt, Severity::kWarning},
        .who = Who::kClient,
        .citation = "RFC 6120 §6.4.6; XEP-0388 §2.3",
        .explanation =
            "Inside TLS a client can say in its stream header who it is, and servers choose by that what "
            "they offer. When another account then logs in, one of the two is a mistake, and the server "
            "may refuse the login. A client with several accounts that mixes them up shows itself here.",
        .violating = "[tls]\nC: " CLIENT_HEADER_FROM("juliet@example.com") "\nS: " SERVER_HEADER_TO(
            "a1", "juliet@example.com")
            FEATURES(MECHANISMS(MECHANISM("PLAIN"))) "\nC: " AUTH("PLAIN", "AHJvbWVvAHNlY3JldA=="),
        .conforming = "[tls]\nC: " CLIENT_HEADER_FROM("juliet@example.com") "\nS: " SERVER_HEADER_TO(
            "a1", "juliet@example.com")
            FEATURES(MECHANISMS(MECHANISM("PLAIN"))) "\nC: " AUTH("PLAIN", PLAIN_DATA),
        .kinds = kLogin,
        .check = from_auth_mismatch,
    },
    {
        .id = "scram-first-message-malformed",
        .tier = 2,
        .layer = Layer::kSasl,
        .severities = kErrors,
        .who = Who::kClient,
        .citation = "RFC 5802 §5; RFC 5802 §7",
        .explanation =
            "The client's first message begins with what it can do about channel binding (n, y or p= and a "
            "name) and maybe whom it wants to act as, each with a comma, then its name and its nonce, in "
            "this order. The server later hashes the message byte by byte, so nothing in it is free. "
            "Extensions may follow the nonce; m= is reserved and must fail.",
        .violating = SCRAM_BEGIN("bj1qdWxpZXQscj1meWtvK2QybGJiRmdPTlJ2OXFreGRhd0w="),
        .conforming = SCRAM_BEGIN(SCRAM_FIRST),
        .kinds = kLogin,
        .check = messages,
        .verdict = verdict(Fault::kClientFirstMalformed),
    },
    {
        .id = "scram-username-escaping",
        .tier = 3,
        .layer = Layer::kSasl,
        .severities = kErrors,
        .who = Who::kClient,
        .citation = "RFC 5802 §5.1",
        .explanation =
            "Commas part the attributes of a SCRAM message, so a comma inside a name is written =2C, and "
            "the equals sign itself =3D. Any other use of '=' in a name has no meaning, and the server "
            "must refuse it. Clients that forget this log in all but the users with such a name.",
        .violating = SCRAM_BEGIN("biwsbj1qdWw9aWV0LHI9ZnlrbytkMmxiYkZnT05Sdjlxa3hkYXdM"),
        .conforming = SCRAM_BEGIN("biwsbj1qdWw9M0RpZXQscj1meWtvK2QybGJiRmdPTlJ2OXFreGRhd0w="),
        .kinds = kLogin,
        .check = messages,
        .verdict = verdict(Fault::kNameEscape),
    },
    {
        .id = "scram-plus-flag-mismatch",
        .tier = 2,
        .layer = Layer::kSasl,
        .severities = kErrors,
        .who = Who::kClient,
        .citation = "RFC 5802 §6",
        .explanation =
            "A -PLUS mechanism means that the login is bound to the TLS channel, and the flag p in the "
            "first message names the kind of binding. The two go together in both directions. A server "
            "that sees one without the other has to refuse the login.",
        .violating = "[tls]\nC: " AUTH("SCRAM-SHA-1-PLUS", SCRAM_FIRST),
        .conforming = SCRAM_BEGIN(SCRAM_FIRST),
        .kinds = kLogin,
        .check = messages,
        .verdict = verdict(Fault::kPlusFlag),
    },
    {
        .id = "scram-server-first-malformed",
        .tier = 2,
        .layer = Layer::kSasl,
        .severities = kErrors,
        .who = Who::kServer,
        .citation = "RFC 5802 §7",
        .explanation =
            "The server's first message holds the combined nonce, the salt in base64 and the number of "
            "iterations, in this order, and extensions behind. The client hashes it as it stands. A "
            "strict client gives up over anything else.",
        .violating =
            SCRAM_BEGIN(SCRAM_FIRST) "S: " CHALLENGE("cj1meWtvK2QybGJiRmdPTlJ2OXFreGRhd0wzcmZjTkhZSlkxWlZ2V1Z"
                                                     "zN2osaT00MDk2LHM9UVNYQ1IrUTZzZWs4YmY5Mg=="),
        .conforming = SCRAM_BEGIN(SCRAM_FIRST) "S: " CHALLENGE(SCRAM_SERVER_FIRST),
        .kinds = kLogin,
        .check = messages,
        .verdict = verdict(Fault::kServerFirstMalformed),
    },
    {
        .id = "scram-nonce-not-extended",
        .tier = 2,
        .layer = Layer::kSasl,
        .severities = kErrors,
        .who = Who::kServer,
        .citation = "RFC 5802 §5.1",
        .explanation =
            "Each side adds random characters of its own to the nonce, so that no exchange can be a "
            "recording of an earlier one. The server's nonce therefore begins with the client's and goes "
            "on. A client that sees another beginning must give the login up.",
        .violating = SCRAM_BEGIN(SCRAM_FIRST) "S: " CHALLENGE(
            "cj0zcmZjTkhZSlkxWlZ2V1ZzN2oscz1RU1hDUitRNnNlazhiZjkyLGk9NDA5Ng=="),
        .conforming = SCRAM_BEGIN(SCRAM_FIRST) "S: " CHALLENGE(SCRAM_SERVER_FIRST),
        .kinds = kLogin,
        .check = messages,
        .verdict = verdict(Fault::kNonceNotExtended),
    },
    {
        .id = "scram-iterations-low",
        .tier = 2,
        .layer = Layer::kSasl,
        .severities = kWarnings,
        .who = Who::kServer,
        .citation = "RFC 5802 §5.1; RFC 7677 §4",
        .explanation =
            "The number of iterations is what a thief of the server's password file has to compute for "
            "each guess. With few of them common passwords fall within hours. 4096 is the least that the "
            "specifications recommend; today's servers use more.",
        .violating =
            SCRAM_BEGIN(SCRAM_FIRST) "S: " CHALLENGE("cj1meWtvK2QybGJiRmdPTlJ2OXFreGRhd0wzcmZjTkhZSlkxWlZ2V1Z"
                                                     "zN2oscz1RU1hDUitRNnNlazhiZjkyLGk9MTAwMA=="),
        .conforming =
            SCRAM_BEGIN(SCRAM_FIRST) "S: " CHALLENGE("cj1meWtvK2QybGJiRmdPTlJ2OXFreGRhd0wzcmZjTkhZSlkxWlZ2V1Z"
                                                     "zN2oscz1RU1hDUitRNnNlazhiZjkyLGk9MTAwMDA="),
        .kinds = kLogin,
        .check = iterations_low,
    },
    {
        .id = "scram-client-final-malformed",
        .tier = 2,
        .layer = Layer::kSasl,
        .severities = kErrors,
        .who = Who::kClient,
        .citation = "RFC 5802 §7",
        .explanation =
            "The client's final message holds the channel binding and the nonce, and ends with the proof, "
            "which is computed over everything in front of it. In another order the server cannot tell "
            "what was proved. It refuses the login, whatever the password.",
        .violating = SCRAM_UP_TO_FINAL RESPONSE("cj1meWtvK2QybGJiRmdPTlJ2OXFreGRhd0wzcmZjTkhZSlkxWlZ2V1ZzN2os"
                                                "Yz1iaXdzLHA9djBYOHYzQnoyVDBDSkdiSlF5RjBYK0hJNFRzPQ=="),
        .conforming = SCRAM_UP_TO_FINAL RESPONSE(SCRAM_FINAL),
        .kinds = kLogin,
        .check = messages,
        .verdict = verdict(Fault::kClientFinalMalformed),
    },
    {
        .id = "scram-final-nonce-mismatch",
        .tier = 2,
        .layer = Layer::kSasl,
        .severities = kErrors,
        .who = Who::kClient,
        .citation = "RFC 5802 §5.1",
        .explanation =
            "In its final message the client repeats the nonce that both sides made together. That ties "
            "its proof to this very exchange. With another nonce the server must refuse it; clients that "
            "send their own half only have forgotten to take over the server's.",
        .violating = SCRAM_UP_TO_FINAL RESPONSE(
            "Yz1iaXdzLHI9ZnlrbytkMmxiYkZnT05Sdjlxa3hkYXdMLHA9djBYOHYzQnoyVDBDSkdiSlF5RjBYK0hJNFRzPQ=="),
        .conforming = SCRAM_UP_TO_FINAL RESPONSE(SCRAM_FINAL),
        .kinds = kLogin,
        .check = messages,
        .verdict = verdict(Fault::kFinalNonce),
    },
    {
        .id = "scram-gs2-mismatch",
        .tier = 2,
        .layer = Layer::kSasl,
        .severities = kErrors,
        .who = Who::kClient,
        .citation = "RFC 5802 §5.1; RFC 5802 §6",
        .explanation =
            "With c= the client repeats, under its proof, the header of its first message, and with flag p "
            "the data of the channel behind it. So nobody in between can have changed what the client "
            "said about channel binding. A server that reads something else there must refuse the login.",
        .violating = SCRAM_UP_TO_FINAL RESPONSE("Yz1lU3dzLHI9ZnlrbytkMmxiYkZnT05Sdjlxa3hkYXdMM3JmY05IWUpZMVpW"
                                                "dldWczdqLHA9djBYOHYzQnoyVDBDSkdiSlF5RjBYK0hJNFRzPQ=="),
        .conforming = SCRAM_UP_TO_FINAL RESPONSE(SCRAM_FINAL),
        .kinds = kLogin,
        .check = messages,
        .verdict = verdict(Fault::kBindingMismatch),
    },
    {
        .id = "scram-server-signature-missing",
        .tier = 2,
        .layer = Layer::kSasl,
        .severities = kErrors,
        .who = Who::kServer,
        .citation = "RFC 5802 §3; RFC 5802 §5.1",
        .explanation =
            "SCRAM proves both ways: with v= the server shows that it knew the password's keys before the "
            "client logged in. It stands in <success/>, or in a last <challenge/>. Without it a false "
            "server could let everybody in and read along, so the client must not go on.",
        .violating = SCRAM_UP_TO_FINAL RESPONSE(SCRAM_FINAL) "\nS: <success " NS_SASL "/>",
        .conforming = SCRAM_UP_TO_FINAL RESPONSE(SCRAM_FINAL) "\nS: " SUCCESS(SCRAM_SERVER_FINAL),
        .kinds = kLogin,
        .check = messages,
        .verdict = verdict(Fault::kSignatureMissing),
    },
};

}  // namespace

RuleTable sasl_message_rules() {
  return {kRules};
}

}  // namespace parser::rules
