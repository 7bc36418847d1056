// JID layer: the domains of addresses (RFC 7622 §3.2, RFC 3920 §3.2).
#include "parser/rules/address_check.h"
#include "parser/rules/checks.h"
#include "parser/rules/rulebook.h"

namespace parser::rules {
namespace {

constexpr Rule kRules[] = {
    {
        .id = "jid-missing-domain",
        .tier = 1,
        .layer = Layer::kJid,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 3920 §3.1; RFC 3920 §3.2; RFC 6122 §2.1; RFC 7622 §3.2",
        .explanation =
            "An address has a domain, and may have a local part before an '@' and a resource behind "
            "a '/'. It is cut at the first '/', and what is left at its first '@'. The domain says "
            "which server to ask, so without it an address leads nowhere, and the stanza comes back "
            "with jid-malformed.",
        .violating = "C: <message to='juliet@'/>",
        .conforming = "C: <message to='juliet@example.com'/>\nC: <message to='a.example.com/b@example.net'/>",
        .kinds = kStanzas,
        .check = check_addresses,
        .verdict = verdict(AddressRemark::kDomainMissing),
    },
    {
        .id = "jid-domainpart-too-long",
        .tier = 1,
        .layer = Layer::kJid,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 3920 §3.1; RFC 6122 §2.2; RFC 7622 §3.2",
        .explanation = "The domain shares the limit of 1023 bytes. DNS ends long before, at 255, so a domain "
                       "that is even longer was never looked up by anybody.",
        .violating = "C: <message to='${repeat:abcdefgh.:120}com'/>",
        .conforming = "C: <message to='example.com'/>",
        .kinds = kStanzas,
        .check = check_addresses,
        .verdict = verdict(AddressRemark::kDomainTooLong),
    },
    {
        .id = "jid-domain-label-too-long",
        .tier = 2,
        .layer = Layer::kJid,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 7622 §3.2; RFC 6122 §2.2; RFC 3920 §3.2; RFC 3490 §4.1; RFC 1035 §2.3.4",
        .explanation =
            "A label between two dots has at most 63 octets, and a name at most 255, in the form "
            "that the DNS uses. That counts on top of the 1023 bytes of a domain: a longer name can "
            "be written down and never be resolved. International labels are measured as xn-- "
            "labels, which are longer than they look.",
        .violating = "C: <message to='juliet@${repeat:a:64}.com'/>",
        .conforming = "C: <message to='juliet@${repeat:a:63}.com'/>",
        .kinds = kStanzas,
        .check = check_addresses,
        .verdict = verdict(AddressRemark::kDomainLabelTooLong),
    },
    {
        .id = "jid-domain-empty-label",
        .tier = 2,
        .layer = Layer::kJid,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 3920 §3.1; RFC 6122 §2.2; RFC 7622 §3.2",
        .explanation =
            "Two dots in a row, or one at the beginning, leave a label with nothing in it, and only "
            "the root of the DNS has an empty name. It is a slip of the keyboard, or comes from a "
            "program that joins a host and a domain of which one is missing.",
        .violating = "C: <message to='juliet@example..com'/>",
        .conforming = "C: <message to='juliet@example.com'/>",
        .kinds = kStanzas,
        .check = check_addresses,
        .verdict = verdict(AddressRemark::kDomainEmptyLabel),
    },
    {
        .id = "jid-domain-bad-character",
        .tier = 2,
        .layer = Layer::kJid,
        .severities = kErrorNote3920,
        .who = Who::kEither,
        .citation = "RFC 6122 §2.2; RFC 6122 Appendix C; RFC 7622 §3.2.1; RFC 3920 §3.2",
        .explanation = "Of ASCII, host names have letters, digits and hyphens. RFC 3920 did not yet ask for "
                       "that, so names with underscores are in use on private networks. Servers elsewhere "
                       "refuse them, and no public certificate is issued for them.",
        .violating = "C: <message to='juliet@chat_server.example.com'/>",
        .conforming = "C: <message to='juliet@chat-server.example.com'/>",
        .kinds = kStanzas,
        .check = check_addresses,
        .verdict = verdict(AddressRemark::kDomainCharacter),
    },
    {
        .id = "jid-domain-nameprep-failed",
        .tier = 2,
        .layer = Layer::kJid,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 3920 §3.2; RFC 6122 §2.2; RFC 7622 §3.2.2",
        .explanation =
            "Every label of a domain has to survive the preparation for international names. Code "
            "points for private use, for instance, are in no repertoire of any generation. Symbols "
            "such as ♥ pass by the older rules and fail by the newer ones, though a few such names "
            "exist in the DNS.",
        .violating = "C: <message to='juliet@example.com'/>",
        .conforming = "C: <message to='juliet@bücher.example'/>",
        .kinds = kStanzas,
        .check = check_addresses,
        .verdict = verdict(AddressRemark::kDomainRefused),
    },
    {
        .id = "jid-domain-hyphen-edge",
        .tier = 3,
        .layer = Layer::kJid,
        .severities = kErrorOnly6120,
        .who = Who::kEither,
        .citation = "RFC 6122 §2.2; RFC 5891 §4.2.3.1",
        .explanation =
            "A hyphen stands inside a label, not at its beginning or end. Two of them in the third "
            "and fourth place are kept for encodings such as xn--. Names that break it do not "
            "resolve in practice, and are usually the remains of a template.",
        .violating = "C: <message to='juliet@-example.com'/>",
        .conforming = "C: <message to='juliet@my-example.com'/>",
        .kinds = kStanzas,
        .check = check_addresses,
        .verdict = verdict(AddressRemark::kDomainHyphen),
    },
    {
        .id = "jid-domain-leading-mark",
        .tier = 2,
        .layer = Layer::kJid,
        .severities = kErrorOnly6120,
        .who = Who::kEither,
        .citation = "RFC 5891 §4.2.3.2",
        .explanation = "A combining mark, such as an accent, is drawn over the character before it. At the "
                       "beginning of a label that would be the dot or the @, so the name looks like another "
                       "one. International domain names therefore never begin a label with a mark.",
        .violating = "C: <message to='juliet@́example.com'/>",
        .conforming = "C: <message to='juliet@éxample.com'/>",
        .kinds = kStanzas,
        .check = check_addresses,
        .verdict = verdict(AddressRemark::kDomainLeadingMark),
    },
    {
        .id = "jid-domain-bidi",
        .tier = 3,
        .layer = Layer::kJid,
        .severities = kErrorOnly6120,
        .who = Who::kEither,
        .citation = "RFC 5893 §2; RFC 7622 §3.2",
        .explanation =
            "Where one label of a domain has right-to-left characters, each of its labels has to "
            "keep the Bidi Rule: it begins with a letter, its digits do not come first, directions "
            "are not mixed. Otherwise the labels change their places on the screen, and a name is "
            "read as another.",
        .violating = "C: <message to='juliet@1א.example'/>",
        .conforming = "C: <message to='juliet@אב.example'/>",
        .kinds = kStanzas,
        .check = check_addresses,
        .verdict = verdict(AddressRemark::kDomainBidi),
    },
    {
        .id = "jid-domain-a-label",
        .tier = 2,
        .layer = Layer::kJid,
        .severities = kErrorOnly6120,
        .who = Who::kEither,
        .citation = "RFC 7622 §3.2.1; RFC 6122 §2.2",
        .explanation = "The xn-- form of an international domain is made for the DNS, for SNI and for "
                       "certificates. In addresses the name is written in Unicode, and RFC 7622 wants every "
                       "xn-- label converted. Where it is left as it is, two spellings of one domain are "
                       "compared as if they were two.",
        .violating = "C: <message to='juliet@xn--bcher-kva.example'/>",
        .conforming = "C: <message to='juliet@bücher.example'/>",
        .kinds = kStanzas,
        .check = check_addresses,
        .verdict = verdict(AddressRemark::kDomainALabel),
    },
    {
        .id = "jid-domain-trailing-dot",
        .tier = 2,
        .layer = Layer::kJid,
        .severities = kWarningOnly6120,
        .who = Who::kEither,
        .citation = "RFC 6122 §2.2; RFC 7622 §3.2",
        .explanation =
            "In the DNS a dot at the end marks a name as complete. In an address it has to be taken "
            "off before anything is routed or compared, and it is better not sent in the first "
            "place: a server that forgets to take it off sees a domain it does not know.",
        .violating = "C: <message to='juliet@example.com.'/>",
        .conforming = "C: <message to='juliet@example.com'/>",
        .kinds = kStanzas,
        .check = check_addresses,
        .verdict = verdict(AddressRemark::kDomainTrailingDot),
    },
    {
        .id = "jid-domain-single-label",
        .tier = 2,
        .layer = Layer::kJid,
        .severities = kWarningOnly3920,
        .who = Who::kEither,
        .citation = "RFC 3920 §3.1; RFC 3920 §3.2; RFC 6122 §2.2; RFC 7622 §3.2",
        .explanation =
            "The grammar of RFC 3920 has at least two labels in a domain, so 'localhost' is none. "
            "Everybody uses it in test set-ups all the same, and later RFCs allow names that only a "
            "local network knows. On the Internet such a name reaches nobody.",
        .violating = "C: <message to='juliet@localhost'/>",
        .conforming = "C: <message to='juliet@example.com'/>",
        .kinds = kStanzas,
        .check = check_addresses,
        .verdict = verdict(AddressRemark::kDomainSingleLabel),
    },
    {
        .id = "jid-domain-ipv6-unbracketed",
        .tier = 2,
        .layer = Layer::kJid,
        .severities = kErrorOnly6120,
        .who = Who::kEither,
        .citation = "RFC 6122 §2.1; RFC 6122 Appendix C; RFC 7622 §3.1",
        .explanation =
            "An IPv6 address is full of colons, so since RFC 6122 it stands in square brackets where "
            "it is the domain, as in a URI. RFC 3920 had it without, which its successor calls a "
            "mistake.",
        .violating = "C: <message to='juliet@2001:db8::1'/>",
        .conforming = "C: <message to='juliet@example.com'/>",
        .kinds = kStanzas,
        .check = check_addresses,
        .verdict = verdict(AddressRemark::kDomainUnbracketed),
    },
    {
        .id = "jid-domain-ipv6-bracketed-rfc3920",
        .tier = 2,
        .layer = Layer::kJid,
        .severities = kWarningOnly3920,
        .who = Who::kEither,
        .citation = "RFC 3920 §3.1",
        .explanation = "The grammar of RFC 3920 takes an IPv6 address as it is, without the square brackets "
                       "that RFC 6122 introduced. Programs of the older generation take the brackets for "
                       "characters of a host name, and refuse the address.",
        .violating = "C: <message to='juliet@[2001:db8::1]'/>",
        .conforming = "C: <message to='juliet@example.com'/>",
        .kinds = kStanzas,
        .check = check_addresses,
        .verdict = verdict(AddressRemark::kDomainBracketed),
    },
    {
        .id = "jid-domain-ipv6-invalid",
        .tier = 2,
        .layer = Layer::kJid,
        .severities = kErrorOnly6120,
        .who = Who::kEither,
        .citation = "RFC 6122 §2.1; RFC 7622 §3.1; RFC 3986 §3.2.2",
        .explanation =
            "What stands in square brackets is an IPv6 address and nothing else. Three colons in a "
            "row, or a group too many, make it unreadable. A zone such as %25eth0 may follow by RFC "
            "7622, which only means something on one host.",
        .violating = "C: <message to='juliet@[2001:db8:::1]'/>",
        .conforming = "C: <message to='juliet@example.com'/>",
        .kinds = kStanzas,
        .check = check_addresses,
        .verdict = verdict(AddressRemark::kDomainBadLiteral),
    },
    {
        .id = "jid-domain-ipv4-invalid",
        .tier = 2,
        .layer = Layer::kJid,
        .severities = kNotes,
        .who = Who::kEither,
        .citation = "RFC 3920 §3.1; RFC 7622 §3.1",
        .explanation =
            "Four numbers with dots are meant as an IPv4 address. Where one of them is above 255 or "
            "has a leading zero the text is none, and counts as the name of a host instead: correct "
            "by the letter, and resolved by nobody. It is nearly always a typing error.",
        .violating = "C: <message to='juliet@300.1.1.1'/>",
        .conforming = "C: <message to='juliet@192.0.2.1'/>",
        .kinds = kStanzas,
        .check = check_addresses,
        .verdict = verdict(AddressRemark::kDomainBadIpv4),
    },
    {
        .id = "jid-domain-ip-literal",
        .tier = 3,
        .layer = Layer::kJid,
        .severities = kNotes,
        .who = Who::kEither,
        .citation = "RFC 3920 §3.2; RFC 7622 §3.2",
        .explanation =
            "An IP address is allowed in place of a domain, and it works in a laboratory. Other "
            "servers may refuse to talk to it, certificates rarely name it, and the accounts under "
            "it are lost when the machine moves.",
        .violating = "C: <message to='juliet@192.0.2.1'/>",
        .conforming = "C: <message to='juliet@example.com'/>",
        .kinds = kStanzas,
        .check = check_addresses,
        .verdict = verdict(AddressRemark::kDomainIpAddress),
    },
    {
        .id = "jid-domain-not-canonical",
        .tier = 3,
        .layer = Layer::kJid,
        .severities = kNotes,
        .who = Who::kEither,
        .citation = "RFC 3920 §3.2; RFC 7622 §3.2.2",
        .explanation =
            "Case does not count in domains, and accents can be written in two ways. Addresses are "
            "compared in prepared form, lower-case and composed, so any spelling is correct. "
            "Programs that compare byte by byte still take two spellings for two servers.",
        .violating = "C: <message to='juliet@Example.COM'/>",
        .conforming = "C: <message to='juliet@example.com'/>",
        .kinds = kStanzas,
        .check = check_addresses,
        .verdict = verdict(AddressRemark::kDomainSpelling),
    },
    {
        .id = "jid-domain-idna-deviation",
        .tier = 3,
        .layer = Layer::kJid,
        .severities = kNotes,
        .who = Who::kEither,
        .citation = "RFC 3920 §3.2; RFC 7622 Appendix A",
        .explanation =
            "Four characters are treated differently by the two generations of international domain "
            "names: ß, the final sigma and the two joiners. The older maps them away, so that "
            "faß.example is fass.example; the newer keeps them, and looks up another host. Owners of "
            "such names are advised to register both.",
        .violating = "C: <message to='juliet@faß.example'/>",
        .conforming = "C: <message to='juliet@fass.example'/>",
        .kinds = kStanzas,
        .check = check_addresses,
        .verdict = verdict(AddressRemark::kDomainDeviation),
    },
};

}  // namespace

RuleTable jid_domain_rules() {
  return {kRules};
}

}  // namespace parser::rules
