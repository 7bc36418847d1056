// JID layer: addresses (RFC 7622, RFC 3920 §3). What every stanza pays for is a look at its two addresses;
// they are prepared only where one is long enough to break a limit.
#include <algorithm>

#include "parser/jid/jid.h"
#include "parser/rules/checks.h"
#include "parser/rules/rulebook.h"

namespace parser::rules {
namespace {

using xml::Element;

constexpr size_t kPartBytes = 1023;  // RFC 7622 §3.1, in bytes of UTF-8

// Calls `judge` with the split of 'to' and 'from', where they are there and not empty.
template <typename Judge>
void each_address(const Context& context, Report& report, const Judge& judge) {
  const StreamEvent& event = context.event;
  if (event.element == nullptr) return;
  if (!event.to.empty()) judge(event.to, report.addresses().to());
  if (!event.from.empty()) judge(event.from, report.addresses().from());
}

// Preparation lengthens no text that is allowed to more than three times its size.
bool may_be_too_long(std::string_view part) {
  return part.size() > kPartBytes / 3;
}
bool may_be_too_long(const StreamEvent& event) {
  return may_be_too_long(event.to) || may_be_too_long(event.from);
}

constexpr uint64_t bit(char c) {
  return uint64_t{1} << static_cast<unsigned>(c);
}
// '/' and '@' cannot stand in what was split off before them.
constexpr uint64_t kForbidden = bit('"') | bit('&') | bit('\'') | bit(':') | bit('<') | bit('>');

bool is_forbidden(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 64 && (kForbidden >> byte & 1U) != 0;
}

void missing_domain(const Context& context, Report& report) {
  each_address(context, report, [&](std::string_view address, const JidSplit& jid) {
    if (!jid.domain.empty()) return;
    report.add("The address " + quoted(address) + " has no domain.", context.event.element->start_tag);
  });
}

void localpart_empty(const Context& context, Report& report) {
  each_address(context, report, [&](std::string_view address, const JidSplit& jid) {
    if (!jid.has_local || !jid.local.empty() || jid.domain.empty()) return;
    report.add("The address " + quoted(address) + " has nothing before its '@'.",
               context.event.element->start_tag);
  });
}

void resourcepart_empty(const Context& context, Report& report) {
  each_address(context, report, [&](std::string_view address, const JidSplit& jid) {
    if (!jid.has_resource || !jid.resource.empty() || jid.domain.empty()) return;
    report.add("The address " + quoted(address) + " has nothing behind its '/'.",
               context.event.element->start_tag);
  });
}

// Size of a part as prepared, which is what the limit is about: case mapping can lengthen or shorten it.
size_t prepared_size(std::string_view part, JidPart which) {
  std::string address(which == JidPart::kLocal ? part : std::string_view());
  if (which == JidPart::kLocal) address += "@x";
  if (which == JidPart::kDomain) address = part;
  if (which == JidPart::kResource) address = "x/" + std::string(part);
  const std::variant<Jid, JidError> parsed = Jid::parse(address);
  if (const auto* error = std::get_if<JidError>(&parsed)) {
    return error->problem == JidProblem::kTooLong ? kPartBytes + 1 : part.size();
  }
  const Jid& jid = std::get<Jid>(parsed);
  return which == JidPart::kLocal    ? jid.local().size()
         : which == JidPart::kDomain ? jid.domain().size()
                                     : jid.resource().size();
}

void judge_length(std::string_view part, JidPart which, ByteRange range, Report& report) {
  if (!may_be_too_long(part) || prepared_size(part, which) <= kPartBytes) return;
  report.add("The " + std::string(name(which)) + " of an address is longer than 1023 bytes (" +
                 std::to_string(part.size()) + " as sent).",
             range);
}

void localpart_too_long(const Context& context, Report& report) {
  if (!may_be_too_long(context.event)) return;
  each_address(context, report, [&](std::string_view, const JidSplit& jid) {
    judge_length(jid.local, JidPart::kLocal, context.event.element->start_tag, report);
  });
}

void domainpart_too_long(const Context& context, Report& report) {
  if (!may_be_too_long(context.event)) return;
  each_address(context, report, [&](std::string_view, const JidSplit& jid) {
    if (jid.domain.size() > kPartBytes) {
      report.add(
          "The domain of an address is longer than 1023 bytes (" + std::to_string(jid.domain.size()) + ").",
          context.event.element->start_tag);
    }
  });
}

void resourcepart_too_long(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (may_be_too_long(event)) {
    each_address(context, report, [&](std::string_view, const JidSplit& jid) {
      judge_length(jid.resource, JidPart::kResource, event.element->start_tag, report);
    });
  }
  if (event.kind != EventKind::kIq || event.payload == nullptr || !event.payload->is("bind", ns::kBind))
    return;
  const Element* asked = event.payload->child("resource", ns::kBind);
  if (asked != nullptr) judge_length(asked->text(), JidPart::kResource, asked->range, report);
}

void forbidden_character(const Context& context, Report& report) {
  each_address(context, report, [&](std::string_view address, const JidSplit& jid) {
    const auto* found = std::find_if(jid.local.begin(), jid.local.end(), is_forbidden);
    if (found == jid.local.end()) return;
    report.add("The local part of " + quoted(address) + " contains " + quoted({found, 1}) +
                   ", which is not allowed there; XEP-0106 escapes it.",
               context.event.element->start_tag);
  });
}

// Payloads of a client's own requests whose items name addresses (RFC 7622 §4). What servers relay is the
// business of whoever wrote it.
bool holds_addresses(const Element& payload) {
  static constexpr std::string_view kNames[] = {"jabber:iq:roster", "urn:xmpp:blocking",
                                                "http://jabber.org/protocol/disco#items"};
  for (const std::string_view known : kNames) {
    if (payload.ns == known) return true;
  }
  return false;
}

void slot_malformed(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.direction != Direction::kC2S || event.payload == nullptr || !holds_addresses(*event.payload))
    return;
  for (const Element& item : event.payload->children()) {
    const xml::Attribute* jid = item.local == "item" ? item.find_attribute("jid") : nullptr;
    if (jid == nullptr) continue;
    const std::variant<Jid, JidError> parsed = Jid::parse(jid->value);
    const auto* error = std::get_if<JidError>(&parsed);
    if (error == nullptr) continue;
    report.add("The item's address " + quoted(jid->value) + " is malformed: " + error->message + ".",
               item.start_tag);
  }
}

constexpr Rule kRules[] = {
    {
        .id = "jid-missing-domain",
        .tier = 1,
        .layer = Layer::kJid,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 3920 §3.1; RFC 3920 §3.2; RFC 6122 §2.1; RFC 7622 §3.2",
        .explanation = "An address has a domain, and may have a local part before an '@' and a resource "
                       "behind a '/'. It is cut at the first '/', and what is left at its first '@'. The"
                       " domain says which server to ask, so without it an address leads nowhere, and "
                       "the stanza comes back with jid-malformed.",
        .violating = "C: <message to='juliet@'/>",
        .conforming = "C: <message to='juliet@example.com'/>\n"
                      "C: <message to='a.example.com/b@example.net'/>",
        .kinds = kStanzas,
        .check = missing_domain,
    },
    {
        .id = "jid-localpart-empty",
        .tier = 1,
        .layer = Layer::kJid,
        .severities = {std::nullopt, Severity::kError},
        .who = Who::kEither,
        .citation = "RFC 6122 §2.1; RFC 6122 §2.3; RFC 7622 §3.3",
        .explanation = "The '@' belongs to the local part: either both are there or neither. "
                       "'@example.com' is not another way to write 'example.com', and comes from "
                       "software that joins the parts without looking whether there are any.",
        .violating = "C: <message to='@example.com'/>",
        .conforming = "C: <message to='example.com'/>",
        .kinds = kStanzas,
        .check = localpart_empty,
    },
    {
        .id = "jid-resourcepart-empty",
        .tier = 1,
        .layer = Layer::kJid,
        .severities = {Severity::kNote, Severity::kError},
        .who = Who::kEither,
        .citation = "RFC 6122 §2.4; RFC 7622 §3.4; RFC 3920 §3.1",
        .explanation = "A '/' announces a resource, and at least one character has to follow. An address"
                       " that ends in '/' is neither a bare nor a full JID; where some software takes it"
                       " for the bare one, access checks and replies go to the wrong place.",
        .violating = "C: <message to='juliet@example.com/'/>",
        .conforming = "C: <message to='juliet@example.com'/>",
        .kinds = kStanzas,
        .check = resourcepart_empty,
    },
    {
        .id = "jid-localpart-too-long",
        .tier = 1,
        .layer = Layer::kJid,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 3920 §3.1; RFC 6122 §2.3; RFC 7622 §3.3",
        .explanation = "Each part of an address has room for 1023 bytes of UTF-8, counted after "
                       "preparation. Bytes, not characters: a name in Chinese has room for 341. "
                       "Databases and routers are built for that limit and refuse the stanza with "
                       "jid-malformed.",
        .violating = "C: <message to='${repeat:a:1024}@example.com'/>",
        .conforming = "C: <message to='${repeat:a:1023}@example.com'/>",
        .kinds = kStanzas,
        .check = localpart_too_long,
    },
    {
        .id = "jid-domainpart-too-long",
        .tier = 1,
        .layer = Layer::kJid,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 3920 §3.1; RFC 6122 §2.2; RFC 7622 §3.2",
        .explanation = "The domain shares the limit of 1023 bytes. DNS ends long before, at 255, so a "
                       "domain that is even longer was never looked up by anybody.",
        .violating = "C: <message to='${repeat:abcdefgh.:120}com'/>",
        .conforming = "C: <message to='example.com'/>",
        .kinds = kStanzas,
        .check = domainpart_too_long,
    },
    {
        .id = "jid-resourcepart-too-long",
        .tier = 1,
        .layer = Layer::kJid,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 3920 §3.1; RFC 6122 §2.4; RFC 7622 §3.4",
        .explanation = "The resource shares the limit of 1023 bytes, whether it comes in an address or "
                       "is asked for when binding. 512 times é is 1024 bytes, although it is only 512 "
                       "characters.",
        .violating =
            "[authenticated]\n"
            "C: <iq id='b' type='set'><bind "
            "xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>${repeat:é:512}</resource></bind></iq>",
        .conforming =
            "[authenticated]\n"
            "[authenticated]\n"
            "C: <iq id='b' type='set'><bind "
            "xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>${repeat:é:511}</resource></bind></iq>",
        .kinds = kStanzas,
        .check = resourcepart_too_long,
    },
    {
        .id = "jid-localpart-forbidden-character",
        .tier = 1,
        .layer = Layer::kJid,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 3920 Appendix A.5; RFC 6122 Appendix A.5; RFC 7622 §3.3.1",
        .explanation = "The characters that separate parts or that mean something to XML and URIs are "
                       "kept out of the local part: quotation mark, ampersand, apostrophe, slash, colon,"
                       " angle brackets and @. Gateways to networks which allow them write \\27 for an "
                       "apostrophe and so on (XEP-0106).",
        .violating = "C: <message to='o&apos;hara@example.com'/>",
        .conforming = "C: <message to='o\\27hara@example.com'/>",
        .kinds = kStanzas,
        .check = forbidden_character,
    },
    {
        .id = "jid-slot-malformed",
        .tier = 1,
        .layer = Layer::kJid,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 7622 §4; RFC 6120 §8.3.3.8; RFC 3920 §9.3.3",
        .explanation = "The rules for addresses hold wherever one is expected, such as in the items of a"
                       " contact list, not only in 'to' and 'from'. A malformed one there is refused "
                       "with jid-malformed, or worse, stored and never found again.",
        .violating = "C: <iq id='r' type='set'><query xmlns='jabber:iq:roster'><item jid='romeo "
                     "@example.net'/></query></iq>",
        .conforming = "C: <iq id='r' type='set'><query xmlns='jabber:iq:roster'><item "
                      "jid='romeo@example.net'/></query></iq>",
        .kinds = on(EventKind::kIq),
        .check = slot_malformed,
    },
};

}  // namespace

RuleTable jid_rules() {
  return {kRules};
}

}  // namespace parser::rules
