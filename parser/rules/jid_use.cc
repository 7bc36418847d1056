// JID layer: addresses in use. The slots of payloads that hold one (RFC 7622 §4), which address a session was
// given and what becomes of it (RFC 3920 §3.5, RFC 6120 §4.3.6), and how addresses are compared.
#include <algorithm>
#include <array>

#include "parser/rules/checks.h"
#include "parser/rules/rulebook.h"

namespace parser::rules {
namespace {

using xml::Element;

constexpr std::string_view kRoster = "jabber:iq:roster";

// An attribute that holds an address.
struct Slot {
  std::string_view ns;
  std::string_view local;
  std::string_view attribute;
};
constexpr Slot kSlots[] = {
    {kRoster, "item", "jid"},
    {"urn:xmpp:blocking", "item", "jid"},
    {"http://jabber.org/protocol/disco#items", "item", "jid"},
    {"http://jabber.org/protocol/muc#admin", "item", "jid"},
    {"http://jabber.org/protocol/muc#owner", "destroy", "jid"},
    {"http://jabber.org/protocol/pubsub", "subscribe", "jid"},
    {"http://jabber.org/protocol/pubsub", "unsubscribe", "jid"},
    {"http://jabber.org/protocol/pubsub", "options", "jid"},
    {"http://jabber.org/protocol/pubsub#owner", "affiliation", "jid"},
    {"http://jabber.org/protocol/pubsub#owner", "subscription", "jid"},
    {"storage:bookmarks", "conference", "jid"},
};
constexpr std::string_view kPrivacy = "jabber:iq:privacy";
constexpr std::string_view kDataForm = "jabber:x:data";

// Payloads that are looked through: those with the slots of the table in them, or a form.
bool may_hold_addresses(std::string_view ns) {
  static constexpr std::string_view kOthers[] = {kPrivacy, "jabber:iq:private", "jabber:iq:search",
                                                 "http://jabber.org/protocol/commands"};
  return std::find(std::begin(kOthers), std::end(kOthers), ns) != std::end(kOthers) ||
         std::any_of(std::begin(kSlots), std::end(kSlots), [ns](const Slot& slot) { return slot.ns == ns; });
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n";
  const size_t begin = text.find_first_not_of(kBlank);
  return begin == std::string_view::npos ? std::string_view()
                                         : text.substr(begin, text.find_last_not_of(kBlank) + 1 - begin);
}

class SlotReader {
 public:
  SlotReader(const StreamEvent& event, Report& report) : event_(event), report_(report) {}

  void read(const Element& element, unsigned depth) {
    if (looked_at_ >= kMost || depth > kDeepest) return;
    ++looked_at_;
    for (const Slot& slot : kSlots) {
      if (element.local == slot.local && element.ns == slot.ns) judge_attribute(element, slot.attribute);
    }
    if (element.local == "item" && element.ns == kPrivacy && element.attribute("type") == "jid") {
      judge_attribute(element, "value");
    }
    if (element.local == "field" && element.ns == kDataForm) {
      const std::string_view type = element.attribute("type");
      if (type == "jid-single" || type == "jid-multi") judge_values(element);
      return;
    }
    for (const Element& child : element.children()) read(child, depth + 1);
  }

 private:
  static constexpr unsigned kMost = 1000;  // elements; what is behind them is not looked at
  static constexpr unsigned kDeepest = 6;

  void judge_attribute(const Element& element, std::string_view name) {
    const xml::Attribute* jid = element.find_attribute(name);
    if (jid != nullptr) judge(jid->value, attribute_range(event_, element, name));
  }
  // Line breaks around the text of an element are how it was printed, not part of the address.
  void judge_values(const Element& field) {
    for (const Element& value : field.children()) {
      if (value.local != "value") continue;
      const std::string text = value.text();
      if (!trimmed(text).empty()) judge(trimmed(text), value.range);
    }
  }
  void judge(std::string_view address, ByteRange range) {
    if (address.empty()) {
      report_.add("An address is expected here, and the attribute is empty.", range);
      return;
    }
    for (const AddressVerdict& verdict : report_.book().verdicts(address)) {
      if (!verdict.malformed || verdict.at_most) continue;
      report_.add(
          "The address " + quoted(address) + " in a " + tag_name(*event_.payload) + " " + verdict.text + ".",
          range);
    }
  }

  const StreamEvent& event_;
  Report& report_;
  unsigned looked_at_ = 0;
};

// What servers relay is the business of whoever wrote it; a contact list is their own.
void slot_malformed(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.payload == nullptr || !may_hold_addresses(event.payload->ns)) return;
  if (event.direction == Direction::kS2C &&
      (event.payload->ns != kRoster ||
       (!event.from.empty() && event.from != bare_of(context.session.bound_jid())))) {
    return;
  }
  SlotReader(event, report).read(*event.payload, 0);
}

// --- contact lists ----------------------------------------------------------------------------------------

void bare_expected(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.payload == nullptr || event.payload->ns != kRoster || event.stanza_type != "set") return;
  for (const Element& item : event.payload->children()) {
    const std::string_view address = item.attribute("jid");
    const JidSplit jid = split_jid(address);
    // Gateways are listed as domain/registered.
    if (!jid.has_local || !jid.has_resource || jid.resource.empty()) continue;
    report.add("The contact " + quoted(address) + " is one device; a contact list holds bare addresses.",
               attribute_range(event, item, "jid"));
  }
}

// --- comparison -------------------------------------------------------------------------------------------

bool differs_only_in_case(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return a != b && std::equal(a.begin(), a.end(), b.begin(), b.end(),
                              [&lower](char x, char y) { return lower(x) == lower(y); });
}

// Held against the senders of late.
void resource_case(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  const RecentStanzas* recent = context.session.recent_stanzas();
  if (event.to.empty() || recent == nullptr || event.direction != Direction::kC2S) return;
  const RecentStanza* alike = nullptr;
  bool exact = false;
  recent->each(Direction::kS2C, [&](const RecentStanza& stanza) {
    if (stanza.peer.size() != event.to.size() || stanza.error) return;
    if (stanza.peer == event.to) {
      exact = true;
    } else if (differs_only_in_case(stanza.peer, event.to) &&
               split_jid(stanza.peer).resource != split_jid(event.to).resource) {
      alike = &stanza;
    }
  });
  if (exact || alike == nullptr || event.element == nullptr) return;
  At at;
  at.frame = alike->frame;
  report.add(quoted(event.to) + " is another resource than " + quoted(alike->peer) +
                 ", which was seen here: case counts in resources.",
             attribute_range(event, *event.element, "to"), at);
}

void compare_unprepared(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  const RecentStanzas* recent = context.session.recent_stanzas();
  if (event.direction != Direction::kS2C || recent == nullptr || event.element == nullptr) return;
  if (received_edited(report.memory(), Direction::kS2C, kStanzas)) return;
  const auto error = stream_error(*event.element);
  if (!error || error->condition != "invalid-from") return;
  const RecentStanza* last = nullptr;
  recent->each(Direction::kC2S, [&last](const RecentStanza& stanza) { last = &stanza; });
  if (last == nullptr || !last->own_respelled) return;
  At at;
  at.frame = last->frame;
  report.add(
      "invalid-from for the client's own address in another spelling: addresses are prepared before they are "
      "compared.",
      event.range, at);
}

// --- determination ----------------------------------------------------------------------------------------

enum class Determined : uint8_t { kNone, kNotAuthzid, kNotCanonical, kOtherDomain };
constexpr uint8_t verdict(Determined kind) {
  return static_cast<uint8_t>(kind);
}

void address_changed(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.from.empty() || event.direction != Direction::kC2S || event.element == nullptr) return;
  const SessionState& session = context.session;
  const Binding* binding = session.binding();
  if (binding == nullptr || binding->requested().empty() || !has_address(session)) return;
  const JidSplit from = split_jid(event.from);
  if (from.resource != binding->requested() || from.resource == split_jid(session.bound_jid()).resource)
    return;
  const JidProfile profile = jid_profile(context.profile);
  if (!same_bare_jid(event.from, session.bound_jid(), profile) ||
      same_jid(event.from, session.bound_jid(), profile)) {
    return;
  }
  report.add("The client speaks as " + quoted(event.from) +
                 ", the resource it asked for; the server gave it " + quoted(session.bound_jid()) + ".",
             attribute_range(event, *event.element, "from"));
}

// Logins whose names are those of accounts, as a rule.
bool names_an_account(sasl::Family family) {
  return family == sasl::Family::kPlain || family == sasl::Family::kScram;
}

void judge_identity(const Context& context, std::string_view jid, ByteRange range, Report& report) {
  const sasl::Login* login = context.session.login();
  if (login == nullptr || !login->succeeded()) return;
  const JidProfile profile = jid_profile(context.profile);
  const std::string_view wanted = login->authzid();
  if (!wanted.empty()) {
    const bool whole = wanted.find('@') != std::string_view::npos;
    const bool same =
        whole ? same_bare_jid(wanted, jid, profile)
              : same_jid(std::string(wanted) + "@x", std::string(split_jid(jid).local) + "@x", profile);
    if (same || !report.of(verdict(Determined::kNotAuthzid))) return;
    At at;
    if (!whole) at.at_most = Severity::kNote;  // how it becomes an address is the server's to say
    report.add("The login asked to be " + quoted(wanted) + " and was accepted, and the server calls it " +
                   quoted(jid) + ".",
               range, at);
    return;
  }
  const std::string_view name = login->username();
  if (name.empty() || !names_an_account(login->mechanism().family)) return;
  const std::string_view local = name.substr(0, name.find('@'));
  if (local.empty() ||
      same_jid(std::string(local) + "@x", std::string(split_jid(jid).local) + "@x", profile)) {
    return;
  }
  if (!report.of(verdict(Determined::kNotAuthzid))) return;
  At at;
  at.at_most = Severity::kNote;
  report.add("Logged in as " + quoted(name) + ", and the server calls it " + quoted(jid) +
                 "; how a login name becomes an address is its own affair.",
             range, at);
}

void judge_determined(const Context& context, const Element& said, Report& report) {
  const std::string text = said.text();
  const std::string jid(trimmed(text));
  if (jid.empty()) return;
  const JidProfile profile = jid_profile(context.profile);
  judge_identity(context, jid, said.range, report);
  const std::variant<Jid, JidError> parsed = Jid::parse(jid, profile);
  const Jid* prepared = std::get_if<Jid>(&parsed);
  if (prepared == nullptr) {
    if (report.of(verdict(Determined::kNotCanonical))) {
      report.add("The server gives out " + quoted(jid) +
                     ", which is no address: " + std::get<JidError>(parsed).message + ".",
                 said.range);
    }
    return;
  }
  if (prepared->full() != jid && report.of(verdict(Determined::kNotCanonical))) {
    report.add("The server gives out " + quoted(jid) + "; in prepared form the address is " +
                   quoted(prepared->full()) + ".",
               said.range);
  }
  const std::string_view asked = context.session.domain();
  if (asked.empty() || same_jid(asked, prepared->domain(), profile)) return;
  if (!report.of(verdict(Determined::kOtherDomain))) return;
  report.add("The stream was opened to " + quoted(asked) + ", and the address " + quoted(jid) +
                 " is at another domain.",
             said.range);
}

void check_determined(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.direction != Direction::kS2C || event.element == nullptr || !is_client_stream(context.session))
    return;
  const Element* said = nullptr;
  if (event.kind == EventKind::kSasl) {
    if (event.local == "success") said = event.element->child("authorization-identifier", ns::kSasl2);
  } else if (event.payload != nullptr && event.payload->ns == ns::kBind && event.stanza_type == "result") {
    said = event.payload->child("jid", ns::kBind);
  }
  if (said != nullptr) judge_determined(context, *said, report);
}

// Where dialback validates further domains on the stream, which these are is another rule's to know.
void from_other_server(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  const SessionState& session = context.session;
  if (session.content_namespace() != ns::kServer || event.direction != Direction::kC2S) return;
  if (event.from.empty() || event.element == nullptr) return;
  const DeterminedJid sender = session.determined();
  if (sender.from != "authorization identity" || session.validated_by_dialback()) return;
  const std::string_view domain = split_jid(event.from).domain;
  const JidProfile profile = jid_profile(context.profile);
  if (same_jid(domain, sender.jid, profile) || is_domain_within(domain, sender.jid, profile)) return;
  report.add("A stanza from " + quoted(event.from) + " on the stream of " + quoted(sender.jid) +
                 ", which is who logged in.",
             attribute_range(event, *event.element, "from"));
}

constexpr Rule kRules[] = {
    {
        .id = "jid-slot-malformed",
        .tier = 1,
        .layer = Layer::kJid,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 7622 §4; RFC 6120 §8.3.3.8; RFC 3920 §9.3.3",
        .explanation = "The rules for addresses hold wherever one is expected, such as in the items of a "
                       "contact list or in a form, not only in 'to' and 'from'. A malformed one there is "
                       "refused with jid-malformed, or worse, stored and never found again.",
        .violating = "C: <iq id='r' type='set'><query xmlns='jabber:iq:roster'><item jid='romeo "
                     "@example.net'/></query></iq>",
        .conforming = "C: <iq id='r' type='set'><query xmlns='jabber:iq:roster'><item "
                      "jid='romeo@example.net'/></query></iq>",
        .kinds = on(EventKind::kIq),
        .check = slot_malformed,
    },
    {
        .id = "jid-bare-expected",
        .tier = 2,
        .layer = Layer::kJid,
        .severities = {Severity::kWarning, Severity::kNote},
        .who = Who::kClient,
        .citation = "RFC 3921 §7.1",
        .explanation =
            "A contact is an account, not one of its devices, so the items of a contact list have "
            "bare addresses. With a resource in it the item never matches the presence that the "
            "contact sends from elsewhere. Gateways sometimes list addresses like that on purpose.",
        .violating = "C: <iq id='r' type='set'><query xmlns='jabber:iq:roster'><item "
                     "jid='romeo@example.net/orchard'/></query></iq>",
        .conforming = "C: <iq id='r' type='set'><query xmlns='jabber:iq:roster'><item "
                      "jid='romeo@example.net'/></query></iq>",
        .kinds = on(EventKind::kIq),
        .check = bare_expected,
    },
    {
        .id = "jid-compare-resource-case",
        .tier = 2,
        .layer = Layer::kJid,
        .severities = kNotes,
        .who = Who::kClient,
        .citation = "RFC 3920 §3.4; RFC 3920 Appendix B.3; RFC 8265 §4.2.2",
        .explanation =
            "Local part and domain are folded to lower case, the resource is not: /Balcony and "
            "/balcony are two devices. A stanza to the wrong spelling reaches nobody, or the account "
            "instead of the device. It happens where a program lower-cases whole addresses before it "
            "stores them.",
        .violating = "S: <presence id='p1' from='romeo@example.net/Orchard'/>\nC: <message id='m1' "
                     "to='romeo@example.net/orchard'><body>Hi</body></message>",
        .conforming = "S: <presence id='p1' from='romeo@example.net/Orchard'/>\nC: <message id='m1' "
                      "to='romeo@example.net/Orchard'><body>Hi</body></message>",
        .kinds = kStanzas,
        .check = resource_case,
    },
    {
        .id = "jid-compare-unprepared",
        .tier = 2,
        .layer = Layer::kJid,
        .severities = kWarnings,
        .who = Who::kServer,
        .citation = "RFC 3920 §3.2; RFC 3920 §3.3; RFC 3920 §3.4; RFC 7622 §3.2.3",
        .explanation =
            "Addresses are prepared before they are compared, so that case and ways of writing an "
            "accent do not matter. Here the server refuses a 'from' that is the client's own address "
            "in another spelling, so it probably compared bytes. It is a guess from the outside, "
            "since invalid-from can have another cause.",
        .violating = "[bound juliet@example.com/balcony]\nC: <message id='m1' "
                     "from='Juliet@Example.com/balcony' to='romeo@example.net'><body>Hi</body></message>\nS: "
                     "<stream:error><invalid-from "
                     "xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>",
        .conforming =
            "[bound juliet@example.com/balcony]\nC: <message id='m1' "
            "from='Juliet@Example.com/balcony' to='romeo@example.net'><body>Hi</body></message>\nS: "
            "<message id='m2' from='romeo@example.net/orchard' type='chat'><body>Hi</body></message>",
        .kinds = on(EventKind::kStreamError),
        .check = compare_unprepared,
    },
    {
        .id = "jid-address-changed-after-bind",
        .tier = 2,
        .layer = Layer::kJid,
        .severities = kErrorWarning3920,
        .who = Who::kClient,
        .citation = "RFC 6120 §4.3.6; RFC 3920 §3.5",
        .explanation =
            "The client may ask for a resource, and the server's answer says which one it has. From "
            "then on that is its address, whatever it had hoped for. A client that goes on with the "
            "resource it asked for speaks as another device, which may exist, and waits for replies "
            "that go there.",
        .violating = "[authenticated]\nC: <iq id='b' type='set'><bind "
                     "xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>balcony</resource></bind></iq>\nS: "
                     "<iq id='b' type='result'><bind "
                     "xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>juliet@example.com/balcony-7f</jid></"
                     "bind></iq>\nC: "
                     "<message id='m1' from='juliet@example.com/balcony' "
                     "to='romeo@example.net'><body>Hi</body></message>",
        .conforming = "[authenticated]\nC: <iq id='b' type='set'><bind "
                      "xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>balcony</resource></bind></iq>\nS: "
                      "<iq id='b' type='result'><bind "
                      "xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>juliet@example.com/balcony-7f</jid></"
                      "bind></iq>\nC: "
                      "<message id='m1' from='juliet@example.com/balcony-7f' "
                      "to='romeo@example.net'><body>Hi</body></message>",
        .kinds = kStanzas,
        .check = address_changed,
    },
    {
        .id = "jid-determined-not-authzid",
        .tier = 2,
        .layer = Layer::kJid,
        .severities = kErrorWarning3920,
        .who = Who::kServer,
        .citation = "RFC 6120 §4.3.6; RFC 3920 §3.5",
        .explanation =
            "A login can name whom it wants to be, beside the name and password that prove who is "
            "asking. Where the server accepts that, the session belongs to this account, and the "
            "bind result has to say so. Without such a name the account follows from the login name, "
            "which is the server's own affair.",
        .violating = "[tls]\nC: <stream:stream to='example.com' version='1.0' xmlns='jabber:client' "
                     "xmlns:stream='http://etherx.jabber.org/streams'>\nS: <stream:stream from='example.com' "
                     "id='s1' xml:lang='en' version='1.0' xmlns='jabber:client' "
                     "xmlns:stream='http://etherx.jabber.org/streams'><stream:features><mechanisms "
                     "xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>PLAIN</mechanism></mechanisms></"
                     "stream:features>\nC: "
                     "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' "
                     "mechanism='PLAIN'>anVsaWV0QGV4YW1wbGUuY29tAG51cnNlAHNlY3JldA==</auth>\nS: <success "
                     "xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>\nC: <stream:stream to='example.com' "
                     "version='1.0' xmlns='jabber:client' "
                     "xmlns:stream='http://etherx.jabber.org/streams'>\nS: <stream:stream from='example.com' "
                     "id='s2' xml:lang='en' version='1.0' xmlns='jabber:client' "
                     "xmlns:stream='http://etherx.jabber.org/streams'><stream:features><bind "
                     "xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></stream:features>\nC: <iq id='b' "
                     "type='set'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>\nS: <iq id='b' "
                     "type='result'><bind "
                     "xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>romeo@example.com/x</jid></bind></iq>",
        .conforming =
            "[tls]\nC: <stream:stream to='example.com' version='1.0' xmlns='jabber:client' "
            "xmlns:stream='http://etherx.jabber.org/streams'>\nS: <stream:stream from='example.com' "
            "id='s1' xml:lang='en' version='1.0' xmlns='jabber:client' "
            "xmlns:stream='http://etherx.jabber.org/streams'><stream:features><mechanisms "
            "xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>PLAIN</mechanism></mechanisms></"
            "stream:features>\nC: "
            "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' "
            "mechanism='PLAIN'>anVsaWV0QGV4YW1wbGUuY29tAG51cnNlAHNlY3JldA==</auth>\nS: <success "
            "xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>\nC: <stream:stream to='example.com' "
            "version='1.0' xmlns='jabber:client' "
            "xmlns:stream='http://etherx.jabber.org/streams'>\nS: <stream:stream from='example.com' "
            "id='s2' xml:lang='en' version='1.0' xmlns='jabber:client' "
            "xmlns:stream='http://etherx.jabber.org/streams'><stream:features><bind "
            "xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></stream:features>\nC: <iq id='b' "
            "type='set'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>\nS: <iq id='b' "
            "type='result'><bind "
            "xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>juliet@example.com/x</jid></bind></iq>",
        .kinds = on(EventKind::kIq, EventKind::kSasl),
        .check = check_determined,
        .verdict = verdict(Determined::kNotAuthzid),
    },
    {
        .id = "jid-determined-not-canonical",
        .tier = 2,
        .layer = Layer::kJid,
        .severities = kErrorWarning3920,
        .who = Who::kServer,
        .citation = "RFC 6120 §4.3.6; RFC 3920 §3.5",
        .explanation =
            "The address that a server hands out is the one that everybody will compare with, so it "
            "comes in prepared form: lower-case local part and domain, composed accents. Clients "
            "store it and look for it byte by byte. In another spelling, messages to oneself or "
            "copies from other devices seem to come from a stranger.",
        .violating = "[authenticated]\nC: <iq id='b' type='set'><bind "
                     "xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>\nS: <iq id='b' type='result'><bind "
                     "xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>Juliet@Example.com/x</jid></bind></iq>",
        .conforming = "[authenticated]\nC: <iq id='b' type='set'><bind "
                      "xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>\nS: <iq id='b' type='result'><bind "
                      "xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>juliet@example.com/x</jid></bind></iq>",
        .kinds = on(EventKind::kIq, EventKind::kSasl),
        .check = check_determined,
        .verdict = verdict(Determined::kNotCanonical),
    },
    {
        .id = "jid-determined-domain-differs",
        .tier = 3,
        .layer = Layer::kJid,
        .severities = kNotes,
        .who = Who::kServer,
        .citation = "RFC 6120 §4.3.6; RFC 3920 §3.5",
        .explanation =
            "The stream was opened to one domain and the address that was bound is at another. "
            "Servers for many domains and gateways do that on purpose. A client that uses the domain "
            "it typed, for its certificate check or to find services, then asks the wrong one.",
        .violating = "[tls]\nC: <stream:stream to='chat.example.com' version='1.0' xmlns='jabber:client' "
                     "xmlns:stream='http://etherx.jabber.org/streams'>\nS: <stream:stream "
                     "from='chat.example.com' id='s1' xml:lang='en' version='1.0' xmlns='jabber:client' "
                     "xmlns:stream='http://etherx.jabber.org/streams'><stream:features><mechanisms "
                     "xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>PLAIN</mechanism></mechanisms></"
                     "stream:features>\nC: "
                     "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' "
                     "mechanism='PLAIN'>AGp1bGlldABzZWNyZXQ=</auth>\nS: <success "
                     "xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>\nC: <stream:stream to='chat.example.com' "
                     "version='1.0' xmlns='jabber:client' "
                     "xmlns:stream='http://etherx.jabber.org/streams'>\nS: <stream:stream "
                     "from='chat.example.com' id='s2' xml:lang='en' version='1.0' xmlns='jabber:client' "
                     "xmlns:stream='http://etherx.jabber.org/streams'><stream:features><bind "
                     "xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></stream:features>\nC: <iq id='b' "
                     "type='set'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>\nS: <iq id='b' "
                     "type='result'><bind "
                     "xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>juliet@example.com/x</jid></bind></iq>",
        .conforming =
            "[tls]\nC: <stream:stream to='example.com' version='1.0' xmlns='jabber:client' "
            "xmlns:stream='http://etherx.jabber.org/streams'>\nS: <stream:stream from='example.com' "
            "id='s1' xml:lang='en' version='1.0' xmlns='jabber:client' "
            "xmlns:stream='http://etherx.jabber.org/streams'><stream:features><mechanisms "
            "xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>PLAIN</mechanism></mechanisms></"
            "stream:features>\nC: "
            "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' "
            "mechanism='PLAIN'>AGp1bGlldABzZWNyZXQ=</auth>\nS: <success "
            "xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>\nC: <stream:stream to='example.com' "
            "version='1.0' xmlns='jabber:client' "
            "xmlns:stream='http://etherx.jabber.org/streams'>\nS: <stream:stream from='example.com' "
            "id='s2' xml:lang='en' version='1.0' xmlns='jabber:client' "
            "xmlns:stream='http://etherx.jabber.org/streams'><stream:features><bind "
            "xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></stream:features>\nC: <iq id='b' "
            "type='set'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>\nS: <iq id='b' "
            "type='result'><bind "
            "xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>juliet@example.com/x</jid></bind></iq>",
        .kinds = on(EventKind::kIq, EventKind::kSasl),
        .check = check_determined,
        .verdict = verdict(Determined::kOtherDomain),
    },
    {
        .id = "jid-determined-s2s-authzid",
        .tier = 2,
        .layer = Layer::kJid,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 6120 §8.1.2.2; RFC 3920 §9.1.2; RFC 6120 §4.3.6; RFC 3920 §3.5",
        .explanation =
            "A server that logs in to another one names its domain, and its certificate proves it. "
            "Every stanza on that stream comes from this domain, or from one that dialback validates "
            "besides. Otherwise a server could write in the name of any other, so the receiver ends "
            "the stream with invalid-from.",
        .violating =
            "[tls]\nC: <stream:stream from='example.net' to='example.com' version='1.0' "
            "xmlns='jabber:server' xmlns:stream='http://etherx.jabber.org/streams'>\nS: "
            "<stream:stream from='example.com' to='example.net' id='s1' xml:lang='en' version='1.0' "
            "xmlns='jabber:server' "
            "xmlns:stream='http://etherx.jabber.org/streams'><stream:features><mechanisms "
            "xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>EXTERNAL</mechanism></mechanisms></"
            "stream:features>\nC: "
            "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' "
            "mechanism='EXTERNAL'>ZXhhbXBsZS5uZXQ=</auth>\nS: <success "
            "xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>\nC: <stream:stream from='example.net' "
            "to='example.com' version='1.0' xmlns='jabber:server' "
            "xmlns:stream='http://etherx.jabber.org/streams'>\nS: <stream:stream from='example.com' "
            "to='example.net' id='s2' xml:lang='en' version='1.0' xmlns='jabber:server' "
            "xmlns:stream='http://etherx.jabber.org/streams'><stream:features/>\nC: <message id='m1' "
            "from='a@other.example' to='juliet@example.com'><body>Hi</body></message>",
        .conforming =
            "[tls]\nC: <stream:stream from='example.net' to='example.com' version='1.0' "
            "xmlns='jabber:server' xmlns:stream='http://etherx.jabber.org/streams'>\nS: "
            "<stream:stream from='example.com' to='example.net' id='s1' xml:lang='en' version='1.0' "
            "xmlns='jabber:server' "
            "xmlns:stream='http://etherx.jabber.org/streams'><stream:features><mechanisms "
            "xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>EXTERNAL</mechanism></mechanisms></"
            "stream:features>\nC: "
            "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' "
            "mechanism='EXTERNAL'>ZXhhbXBsZS5uZXQ=</auth>\nS: <success "
            "xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>\nC: <stream:stream from='example.net' "
            "to='example.com' version='1.0' xmlns='jabber:server' "
            "xmlns:stream='http://etherx.jabber.org/streams'>\nS: <stream:stream from='example.com' "
            "to='example.net' id='s2' xml:lang='en' version='1.0' xmlns='jabber:server' "
            "xmlns:stream='http://etherx.jabber.org/streams'><stream:features/>\nC: <message id='m1' "
            "from='a@example.net' to='juliet@example.com'><body>Hi</body></message>",
        .kinds = kStanzas,
        .check = from_other_server,
    },
};

}  // namespace

RuleTable jid_use_rules() {
  return {kRules};
}

}  // namespace parser::rules
