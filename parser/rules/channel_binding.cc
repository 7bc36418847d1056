// SASL layer, channel binding: what servers announce (XEP-0440), what clients say about it (RFC 5802 §6), the
// protection of both lists (XEP-0474), and the doctor that explains why a bound login cannot pass a proxy.
#include <algorithm>
#include <vector>

#include "parser/rules/example_text.h"
#include "parser/rules/rulebook.h"
#include "parser/rules/sasl_checks.h"
#include "parser/sasl/base64.h"
#include "parser/sasl/binding_doctor.h"
#include "parser/sasl/digest.h"

namespace parser::rules {
namespace {

using sasl::BindingOffer;
using sasl::Login;
using xml::Element;

constexpr size_t kMostNames = 64;  // of a list that is looked at

// The announced binding types; XEP-0440 has them beside the mechanisms, its first versions inside SASL2's
// list.
const Element* binding_list(const Element& features) {
  if (const Element* list = features.child("sasl-channel-binding", ns::kChannelBinding)) return list;
  const Element* inside = features.child("authentication", ns::kSasl2);
  return inside == nullptr ? nullptr : inside->child("sasl-channel-binding", ns::kChannelBinding);
}

bool announces(const Element& list, std::string_view type) {
  for (const Element& child : list.children()) {
    if (child.local == "channel-binding" && child.attribute("type") == type) return true;
  }
  return false;
}

// The first -PLUS mechanism of a list; "" where there is none.
std::string first_plus(const Element& list) {
  for (const Element& child : list.children()) {
    if (child.local != "mechanism") continue;
    std::string name = child.text();
    if (name.ends_with("-PLUS")) return name;
  }
  return {};
}

const Element* server_features(const StreamEvent& event) {
  return event.direction == Direction::kS2C ? event.element.get() : nullptr;
}

bool is_tls13(const SessionState& session, Leg leg) {
  const TlsEstablished* fact = session.tls_fact(leg);
  return fact != nullptr && fact->version == "TLSv1.3";
}

// --- announcements ----------------------------------------------------------------------------------------

void types_empty(const Context& context, Report& report) {
  const Element* features = server_features(context.event);
  const Element* list = features == nullptr ? nullptr : binding_list(*features);
  if (list == nullptr) return;
  size_t types = 0;
  for (const Element& child : list->children()) {
    if (child.local != "channel-binding") continue;
    ++types;
    if (!child.attribute("type").empty()) continue;
    report.add("This <channel-binding/> has no type.", child.range);
    return;
  }
  if (types == 0)
    report.add("The list of channel-binding types is empty; one at least was expected.", list->range);
}

void endpoint_missing(const Context& context, Report& report) {
  const Element* features = server_features(context.event);
  const Element* list = features == nullptr ? nullptr : binding_list(*features);
  if (list == nullptr || list->first_child() == nullptr || announces(*list, "tls-server-end-point")) return;
  for (const Element& child : list->children()) {
    if (child.attribute("type").empty()) return;  // channel-binding-types-empty tells
  }
  report.add(
      "The server announces channel-binding types, but not tls-server-end-point, which every server is "
      "expected to have.",
      list->range);
}

void list_inconsistent(const Context& context, Report& report) {
  const Element* features = server_features(context.event);
  const Element* mechanisms = features == nullptr ? nullptr : features->child("authentication", ns::kSasl2);
  if (mechanisms == nullptr) return;  // for SASL the two lists are independent
  const Element* types = binding_list(*features);
  const std::string plus = first_plus(*mechanisms);
  if (types == nullptr && !plus.empty()) {
    report.add("The server offers " + quoted(plus) + " but announces no channel-binding types.",
               mechanisms->range);
  } else if (types != nullptr && plus.empty() && types->first_child() != nullptr) {
    report.add("The server announces channel-binding types but offers no -PLUS mechanism.", types->range);
  }
}

void unique_on_tls13(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.direction == Direction::kC2S) {
    const Login* login = context.session.login();
    if (login == nullptr || login->message() != sasl::Message::kClientFirst || login->flag() != 'p') return;
    if (login->binding_type() != "tls-unique" || !is_tls13(context.session, Leg::kClient)) return;
    report.add(
        "The client binds to tls-unique over TLS 1.3, which has no such thing; tls-exporter is its "
        "successor.",
        data_range(event));
    return;
  }
  const Element* list = event.kind == EventKind::kFeatures ? binding_list(*event.element) : nullptr;
  if (list == nullptr || !is_tls13(context.session, Leg::kServer)) return;
  for (const Element& child : list->children()) {
    if (child.attribute("type") != "tls-unique") continue;
    report.add("The server announces tls-unique over TLS 1.3, which has no such thing.", child.range);
    return;
  }
}

// --- what the client says ---------------------------------------------------------------------------------

// Whether the server offers the client's mechanism with -PLUS, and the proxy showed it.
BindingOffer offer_of(const Context& context, const RuleCounters& memory) {
  const Element* features = context.before.features;
  const Login& login = *context.session.login();
  if (features == nullptr || is_ahead(context.session)) return BindingOffer::kUnknown;
  const Element* list = mechanism_list(*features, login.generation());
  if (list == nullptr) return BindingOffer::kUnknown;
  std::string name(login.mechanism_name());
  if (!name.ends_with("-PLUS")) name += "-PLUS";
  for (const Element& child : list->children()) {
    if (child.local == "mechanism" && child.text() == name) {
      return memory.binding_hidden ? BindingOffer::kHidden : BindingOffer::kShown;
    }
  }
  return BindingOffer::kNone;
}

void flag_y(const Context& context, Report& report) {
  const Login* login = context.session.login();
  if (login == nullptr || login->message() != sasl::Message::kClientFirst || login->flag() != 'y') return;
  if (offer_of(context, report.memory()) != BindingOffer::kShown) return;
  if (received_edited(report.memory(), Direction::kC2S, on(EventKind::kFeatures, EventKind::kSasl))) return;
  report.add("The client's flag y says that the server offers no channel binding for " +
                 quoted(login->mechanism_name()) + ", but it does.",
             data_range(context.event));
}

// --- the doctor -------------------------------------------------------------------------------------------

// What a server's words say about the binding (RFC 5802 §7 server-error-value).
std::string_view binding_error(std::string_view error) {
  if (error == "channel-bindings-dont-match") return "the two ends have different channels";
  if (error == "server-does-support-channel-binding")
    return "it does offer the binding that the client missed";
  if (error == "channel-binding-not-supported") return "it has no channel binding";
  if (error == "unsupported-channel-binding-type") return "it does not know this type of binding";
  return {};
}

// The case as the attempt stands; nothing where two TLS connections are not what this is about.
std::optional<sasl::BindingCase> case_of(const Context& context, const RuleCounters& memory) {
  const SessionState& session = context.session;
  const Login* login = session.login();
  if (login == nullptr || !session.tls(Leg::kClient) || !session.tls(Leg::kServer)) return std::nullopt;
  sasl::BindingCase what;
  const sasl::Mechanism& mechanism = login->mechanism();
  what.offer = offer_of(context, memory);
  what.tls13 = is_tls13(session, Leg::kClient);
  if (mechanism.family == sasl::Family::kHashedToken) {
    what.flag = mechanism.bound ? 't' : 'n';
    what.type = mechanism.binding_type;
  } else if (login->flag() != 0) {
    what.flag = login->flag();
    what.type = login->binding_type();
  } else {
    what.flag = mechanism.bound ? 'p' : 'n';
  }
  const Element* features = context.before.features;
  const Element* types = features == nullptr ? nullptr : binding_list(*features);
  if (types != nullptr && !what.type.empty()) {
    what.types = announces(*types, what.type) ? sasl::BindingTypes::kListed : sasl::BindingTypes::kNotListed;
  }
  return what;
}

void doctor(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  const Login* login = context.session.login();
  if (login == nullptr || !login->started()) return;
  const bool client = event.direction == Direction::kC2S;
  // At the client's first word, and once more when the server has refused it.
  const bool opaque = login->mechanism().bound && login->mechanism().family != sasl::Family::kScram;
  const bool begins = client && (is_login(event) ? login->message() != sasl::Message::kNone || opaque
                                                 : login->message() == sasl::Message::kClientFirst);
  const bool refused = !client && event.local == "failure" && !login->succeeded() &&
                       login->condition() != "aborted" && login->condition() != "invalid-mechanism";
  const std::string_view said = client ? std::string_view() : binding_error(login->scram_error());
  if (!begins && !refused && said.empty()) return;
  const std::optional<sasl::BindingCase> what = case_of(context, report.memory());
  if (!what) return;
  const sasl::BindingDiagnosis found = sasl::diagnose(*what);
  // scram-flag-y-with-plus-offered tells of the client's own fault.
  if (!found.fails || found.verdict == sasl::BindingVerdict::kDowngradeByClient) return;
  // A client that tries again and again is told once.
  if (!report.first(begins ? Once::kBindingFails : Once::kBindingFailed, event.direction) && said.empty())
    return;
  if (begins) {
    report.add(found.cause + " " + found.remedy,
               is_login(event) ? event.element->start_tag : data_range(event));
  } else {
    // Where the server does not speak of channel binding, the password may be wrong as well.
    std::string words = "The login failed";
    words += said.empty() ? ", as it had to, right password or wrong"
                          : " as foreseen; the server says that " + std::string(said);
    if (found.proxys_doing) words += ". Without the proxy in between it would pass, if the password is right";
    report.add(words + ". " + found.remedy, event.range);
  }
}

// --- XEP-0474 ---------------------------------------------------------------------------------------------

// Sorted, with the delimiter in between.
std::string joined(std::vector<std::string> names, char delimiter) {
  std::sort(names.begin(), names.end());
  std::string text;
  for (const std::string& name : names) {
    if (!text.empty()) text += delimiter;
    text += name;
  }
  return text;
}

void downgrade_hash(const Context& context, Report& report) {
  const Login* login = context.session.login();
  const Element* features = context.before.features;
  if (login == nullptr || login->message() != sasl::Message::kServerFirst || login->downgrade_hash().empty())
    return;
  const Element* list = features == nullptr ? nullptr : mechanism_list(*features, login->generation());
  if (list == nullptr) return;
  std::vector<std::string> mechanisms;
  std::vector<std::string> types;
  for (const Element& child : list->children()) {
    if (child.local == "mechanism" && mechanisms.size() < kMostNames) mechanisms.push_back(child.text());
  }
  const Element* bindings = binding_list(*features);
  if (bindings != nullptr) {
    for (const Element& child : bindings->children()) {
      if (types.size() < kMostNames) types.emplace_back(child.attribute("type"));
    }
  }
  // The second pair of delimiters is that of the versions before 0.4.
  constexpr char kDelimiters[][2] = {{'\x1E', '\x1F'}, {',', '|'}};
  for (const auto& delimiters : kDelimiters) {
    std::string text = joined(mechanisms, delimiters[0]);
    if (bindings != nullptr) text += delimiters[1] + joined(types, delimiters[0]);
    const std::optional<std::string> hash = sasl::digest(login->mechanism().hash, text);
    if (!hash) return;
    if (sasl::encode_base64(*hash) != login->downgrade_hash()) continue;
    if (!report.memory().binding_hidden) return;
    At at;
    at.at_most = Severity::kNote;
    report.add(
        "The server's hash of its lists, h=, is right, but the client was shown others, since the proxy hid "
        "the "
        "channel binding: a client that checks it will stop here. With --keep-channel-binding and channel "
        "binding turned off in the client it passes.",
        data_range(context.event), at);
    return;
  }
  report.add("The hash of the offered lists, h=, does not fit what the server offered.",
             data_range(context.event));
}

constexpr KindSet kLogin = on(EventKind::kSasl);
constexpr KindSet kOffer = on(EventKind::kFeatures);

#define TYPES(list) "<sasl-channel-binding xmlns='urn:xmpp:sasl-cb:0'>" list "</sasl-channel-binding>"
#define TYPE(name) "<channel-binding type='" name "'/>"
#define BOTH_MECHANISMS MECHANISM("SCRAM-SHA-1") MECHANISM("SCRAM-SHA-1-PLUS")

constexpr Rule kRules[] = {
    {
        .id = "channel-binding-through-proxy",
        .tier = 1,
        .layer = Layer::kSasl,
        .severities = kNotes,
        .who = Who::kEither,
        .citation = "RFC 5802 §6; RFC 9266 §2; XEP-0440 §3",
        .explanation =
            "Mechanisms that end in -PLUS, and some tokens of FAST, mix a fingerprint of the TLS connection "
            "into the proof of the password. A proxy has two TLS connections with two fingerprints, so such "
            "a login fails, and that is what channel binding is for. The finding says which case this is: "
            "what the client says (n, y or p), what the server offered, whether the proxy hid it, and which "
            "setting would pass.",
        .violating = "[tls]\n"
                     "C: <auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' "
                     "mechanism='SCRAM-SHA-256-PLUS'>cD10bHMtZXhwb3J0ZXIsLG49YSxyPWI=</auth>",
        .conforming = "[tls]\n"
                      "C: <auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' "
                      "mechanism='SCRAM-SHA-256'>biwsbj1hLHI9Yg==</auth>",
        .kinds = kLogin,
        .check = doctor,
    },
    {
        .id = "scram-flag-y-with-plus-offered",
        .tier = 2,
        .layer = Layer::kSasl,
        .severities = kErrors,
        .who = Who::kClient,
        .citation = "RFC 5802 §6; XEP-0440 §3",
        .explanation =
            "With flag y a client says: I could bind to the channel, but you do not offer it. A server that "
            "did offer it concludes that somebody took the offer out of the list, and has to refuse the "
            "login. A client that does not want to bind although it could says n.",
        .violating = "[tls]\nS: " FEATURES(MECHANISMS(BOTH_MECHANISMS)) "\nC: " AUTH(
            "SCRAM-SHA-1", "eSwsbj1qdWxpZXQscj1meWtvK2QybGJiRmdPTlJ2OXFreGRhd0w="),
        .conforming = "[tls]\nS: " FEATURES(MECHANISMS(MECHANISM("SCRAM-SHA-1"))) "\nC: " AUTH(
            "SCRAM-SHA-1", "eSwsbj1qdWxpZXQscj1meWtvK2QybGJiRmdPTlJ2OXFreGRhd0w="),
        .kinds = kLogin,
        .check = flag_y,
    },
    {
        .id = "channel-binding-tls-unique-on-tls13",
        .tier = 3,
        .layer = Layer::kSasl,
        .severities = kWarnings,
        .who = Who::kEither,
        .citation = "RFC 9266 §3; RFC 9266 §1",
        .explanation =
            "tls-unique is the first Finished message of a handshake, and was never defined for TLS 1.3, "
            "where libraries return something or nothing for it. RFC 9266 gave TLS 1.3 tls-exporter "
            "instead. With TLS 1.2 tls-unique stays the usual type.",
        .violating = "C: " CLIENT_HEADER "\nS: " SERVER_HEADER("a1")
            FEATURES("<starttls " NS_TLS
                     "/>") "\nC: <starttls " NS_TLS "/>\nS: <proceed " NS_TLS "/>\n[tls]\nC: " CLIENT_HEADER
                           "\nS: " SERVER_HEADER("a2") FEATURES(MECHANISMS(BOTH_MECHANISMS)) "\nC: " AUTH(
                               "SCRAM-SHA-1-PLUS",
                               "cD10bHMtdW5pcXVlLCxuPWp1bGlldCxyPWZ5a28rZDJsYmJGZ09OUnY5cWt4ZGF3TA=="),
        .conforming = "C: " CLIENT_HEADER "\nS: " SERVER_HEADER("a1")
            FEATURES("<starttls " NS_TLS
                     "/>") "\nC: <starttls " NS_TLS "/>\nS: <proceed " NS_TLS "/>\n[tls]\nC: " CLIENT_HEADER
                           "\nS: " SERVER_HEADER("a2") FEATURES(MECHANISMS(BOTH_MECHANISMS)) "\nC: " AUTH(
                               "SCRAM-SHA-1-PLUS",
                               "cD10bHMtZXhwb3J0ZXIsLG49anVsaWV0LHI9ZnlrbytkMmxiYkZnT05Sdjlxa3hkYXdM"),
        .kinds = kLogin | kOffer,
        .check = unique_on_tls13,
        .when = When::kUntilEstablished,
    },
    {
        .id = "channel-binding-types-empty",
        .tier = 3,
        .layer = Layer::kSasl,
        .severities = kErrors,
        .who = Who::kServer,
        .citation = "XEP-0440 §2",
        .explanation =
            "The feature tells a client which kinds of channel binding the server can check, each with the "
            "name that IANA registered. An empty list, or an entry without its type, tells nothing. A "
            "client cannot choose, and may give up where it would have logged in without the feature.",
        .violating = "[tls]\nS: " FEATURES(MECHANISMS(BOTH_MECHANISMS) TYPES("")),
        .conforming = "[tls]\nS: " FEATURES(MECHANISMS(BOTH_MECHANISMS) TYPES(TYPE("tls-server-end-point"))),
        .kinds = kOffer,
        .check = types_empty,
        .when = When::kUntilEstablished,
    },
    {
        .id = "channel-binding-endpoint-missing",
        .tier = 3,
        .layer = Layer::kSasl,
        .severities = kWarnings,
        .who = Who::kServer,
        .citation = "XEP-0440 §3",
        .explanation =
            "Not every TLS library can hand out what tls-exporter and tls-unique need, but each knows the "
            "certificate, which is all that tls-server-end-point is made of. So that client and server "
            "have one type in common, servers are expected to have it. Behind a load balancer that ends "
            "TLS a server may have left it out on purpose.",
        .violating = "[tls]\nS: " FEATURES(MECHANISMS(BOTH_MECHANISMS) TYPES(TYPE("tls-exporter"))),
        .conforming = "[tls]\nS: " FEATURES(MECHANISMS(BOTH_MECHANISMS)
                                                TYPES(TYPE("tls-server-end-point") TYPE("tls-exporter"))),
        .kinds = kOffer,
        .check = endpoint_missing,
        .when = When::kUntilEstablished,
    },
    {
        .id = "channel-binding-list-inconsistent",
        .tier = 3,
        .layer = Layer::kSasl,
        .severities = kWarnings,
        .who = Who::kServer,
        .citation = "XEP-0440 §3",
        .explanation =
            "With SASL2 a server that binds to channels says both: which mechanisms do it (-PLUS), and with "
            "which types. One list without the other is what it looks like when somebody in between took "
            "the other one out, and careful clients stop there. In plain SASL the two are independent.",
        .violating = "[tls]\nS: " FEATURES(AUTHENTICATION(BOTH_MECHANISMS)),
        .conforming =
            "[tls]\nS: " FEATURES(AUTHENTICATION(BOTH_MECHANISMS) TYPES(TYPE("tls-server-end-point"))),
        .kinds = kOffer,
        .check = list_inconsistent,
        .when = When::kUntilEstablished,
    },
    {
        .id = "ssdp-hash-mismatch",
        .tier = 3,
        .layer = Layer::kSasl,
        .severities = kErrors,
        .who = Who::kServer,
        .citation = "XEP-0474 §6.1; XEP-0474 §6.2",
        .explanation =
            "The server hashes the lists of mechanisms and binding types that it offered and puts the hash "
            "into its first SCRAM message, which the password protects. A client compares it with what it "
            "was shown, and so finds out that somebody in between shortened a list. A hash that does not "
            "fit makes it stop.",
        .violating = "[tls]\nS: " FEATURES(MECHANISMS(MECHANISM("SCRAM-SHA-1"))) "\nC: " AUTH(
            "SCRAM-SHA-1", SCRAM_FIRST) "\nS: " CHALLENGE("cj1meWtvK2QybGJiRmdPTlJ2OXFreGRhd0wzcmZjTkhZSlkxWl"
                                                          "Z2V1ZzN2oscz1RU1hDUitRNnNlazhiZjkyLGk9"
                                                          "NDA5NixoPTBKUWVhTnFQT0JVZitHcGgvRm4zeGMrZnlxST0="),
        .conforming = "[tls]\nS: " FEATURES(MECHANISMS(MECHANISM("SCRAM-SHA-1"))) "\nC: " AUTH(
            "SCRAM-SHA-1", SCRAM_FIRST) "\nS: " CHALLENGE("cj1meWtvK2QybGJiRmdPTlJ2OXFreGRhd0wzcmZjTkhZSlkxWl"
                                                          "Z2V1ZzN2oscz1RU1hDUitRNnNlazhiZjkyLGk9"
                                                          "NDA5NixoPUxydEZvQ3M4WHNvSStkaVk0dTNyRzY5VUdOOD0="),
        .kinds = kLogin,
        .check = downgrade_hash,
    },
};

}  // namespace

RuleTable channel_binding_rules() {
  return {kRules};
}

}  // namespace parser::rules
