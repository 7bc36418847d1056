// JID layer: the form of addresses, local parts and resources (RFC 7622, RFC 3920 §3). What an
// address is like is found out once (address_verdict.h) and spoken of by these rows.
#include "parser/rules/address_check.h"
#include "parser/rules/checks.h"
#include "parser/rules/rulebook.h"

namespace parser::rules {
namespace {

constexpr Rule kRules[] = {
    {
        .id = "jid-empty",
        .tier = 2,
        .layer = Layer::kJid,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 3920 §3.2; RFC 7622 §3.2; RFC 3920 §4.7.3; RFC 6120 §4.9.3.7",
        .explanation =
            "An address that is empty has no domain and so is none. Code that builds a stanza and "
            "always writes the attribute produces it when there is nobody to name. Leaving 'to' out "
            "means the own account, while an empty one is refused, or ends the stream with "
            "improper-addressing.",
        .violating = "C: <message to=''><body>Hi</body></message>",
        .conforming = "C: <message><body>note to self</body></message>",
        .kinds = kStanzas,
        .check = check_addresses,
        .verdict = verdict(AddressRemark::kEmpty),
    },
    {
        .id = "jid-total-too-long",
        .tier = 2,
        .layer = Layer::kJid,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 3920 §3.1; RFC 6122 §2.1; RFC 7622 §3.1",
        .explanation =
            "Three parts of at most 1023 bytes and two separators make 3071 bytes, and no address is "
            "longer. Whatever exceeds that has at least one part that is too long as well, so a "
            "program can refuse it before it looks any closer.",
        .violating = "C: <message to='${repeat:a:1024}@example.com/${repeat:b:2047}'/>",
        .conforming = "C: <message to='${repeat:a:1023}@example.com/${repeat:b:1023}'/>",
        .kinds = kStanzas,
        .check = check_addresses,
        .verdict = verdict(AddressRemark::kTooLong),
    },
    {
        .id = "jid-whitespace-padding",
        .tier = 2,
        .layer = Layer::kJid,
        .severities = kErrorNote3920,
        .who = Who::kEither,
        .citation = "RFC 7622 §3.5; RFC 3920 §3.1",
        .explanation = "Nothing is trimmed from an attribute: a blank before or behind an address is part of "
                       "it, and no local part or domain may hold one. It comes from input fields and from "
                       "templates, and the stanza comes back with jid-malformed although the address looks "
                       "right on the screen.",
        .violating = "C: <message to='juliet@example.com '/>",
        .conforming = "C: <message to='juliet@example.com'/>",
        .kinds = kStanzas,
        .check = check_addresses,
        .verdict = verdict(AddressRemark::kPadded),
    },
    {
        .id = "jid-uri-instead-of-jid",
        .tier = 2,
        .layer = Layer::kJid,
        .severities = kErrorOnly6120,
        .who = Who::kEither,
        .citation = "RFC 6121 §9; RFC 6122 §2.1",
        .explanation =
            "On web pages and in QR codes an address is a link that begins with xmpp:, and on the "
            "wire it is not. A server takes what stands before the colon for a part of the address "
            "and finds a character that no local part may have.",
        .violating = "C: <message to='xmpp:romeo@example.net'/>",
        .conforming = "C: <message to='romeo@example.net'/>",
        .kinds = kStanzas,
        .check = check_addresses,
        .verdict = verdict(AddressRemark::kUri),
    },
    {
        .id = "jid-separator-by-normalisation",
        .tier = 2,
        .layer = Layer::kJid,
        .severities = kErrorNote3920,
        .who = Who::kEither,
        .citation = "RFC 6122 §2.1; RFC 6122 Appendix A.7; RFC 7622 §3.1",
        .explanation =
            "Unicode has characters that look like @ and / and become them when they are normalised. "
            "An address is cut into its parts before anything is mapped, so the look-alike separates "
            "nothing: all of it is the domain. A program that maps first and cuts then sees another "
            "address than everybody else, which is how filters are tricked.",
        .violating = "C: <message to='juliet＠example.com'/>",
        .conforming = "C: <message to='juliet@example.com'/>",
        .kinds = kStanzas,
        .check = check_addresses,
        .verdict = verdict(AddressRemark::kSeparator),
    },
    {
        .id = "jid-mapped-to-nothing",
        .tier = 2,
        .layer = Layer::kJid,
        .severities = kErrorNote3920,
        .who = Who::kEither,
        .citation = "RFC 3920 Appendix A.3; RFC 3920 Appendix B.3; RFC 8264 §9.13",
        .explanation =
            "Soft hyphens, joiners and variation selectors cannot be seen. The older generation "
            "drops them, so that two spellings are one account; the newer refuses them, except for "
            "joiners in scripts that need them. Emoji are put together with these characters, which "
            "makes many nicknames in chat rooms no proper resources; that is only remarked upon.",
        .violating = "C: <message to='jul­iet@example.com'/>",
        .conforming = "C: <message to='juliet@example.com'/>",
        .kinds = kStanzas,
        .check = check_addresses,
        .verdict = verdict(AddressRemark::kMappedToNothing),
    },
    {
        .id = "jid-old-unicode-difference",
        .tier = 3,
        .layer = Layer::kJid,
        .severities = kNotes,
        .who = Who::kEither,
        .citation = "RFC 7622 §1; RFC 7622 Appendix A",
        .explanation =
            "RFC 3920 prepares addresses by tables of Unicode 3.2, RFC 7622 by properties of "
            "characters in today's Unicode. Some strings are an address by one and none by the "
            "other. A server that moves from one to the other has accounts and contacts like that, "
            "and between servers of both kinds mail to them is lost.",
        .violating = "C: <message to='juliet@example.com/a b'/>",
        .conforming = "C: <message to='king@example.com'/>",
        .kinds = kStanzas,
        .check = check_addresses,
        .verdict = verdict(AddressRemark::kGenerationsDiffer),
    },
    {
        .id = "jid-confusable",
        .tier = 3,
        .layer = Layer::kJid,
        .severities = kNotes,
        .who = Who::kEither,
        .citation = "RFC 7622 §7.3; RFC 6122 §4.3.2",
        .explanation =
            "Letters of different scripts can look the same, and an address with a Cyrillic letter "
            "among Latin ones is a well-known way to pose as somebody else. The address is correct, "
            "and people do mix scripts for honest reasons; but a client should show that it did not "
            "come from the contact it looks like.",
        .violating = "C: <message to='jуliet@example.com'/>",
        .conforming = "C: <message to='жульетта@example.com'/>",
        .kinds = kStanzas,
        .check = check_addresses,
        .verdict = verdict(AddressRemark::kConfusable),
    },
    {
        .id = "jid-localpart-empty",
        .tier = 1,
        .layer = Layer::kJid,
        .severities = kErrorOnly6120,
        .who = Who::kEither,
        .citation = "RFC 6122 §2.1; RFC 6122 §2.3; RFC 7622 §3.3",
        .explanation =
            "The '@' belongs to the local part: either both are there or neither. '@example.com' is "
            "not another way to write 'example.com', and comes from software that joins the parts "
            "without looking whether there are any. What counts is the prepared form: characters "
            "that vanish do not fill a local part.",
        .violating = "C: <message to='@example.com'/>",
        .conforming = "C: <message to='example.com'/>",
        .kinds = kStanzas,
        .check = check_addresses,
        .verdict = verdict(AddressRemark::kLocalEmpty),
    },
    {
        .id = "jid-localpart-empty-rfc3920",
        .tier = 3,
        .layer = Layer::kJid,
        .severities = kWarningOnly3920,
        .who = Who::kEither,
        .citation = "RFC 3920 §3.1; RFC 3920 §3.3; RFC 6122 Appendix C",
        .explanation = "The grammar of RFC 3920 gives a node identifier no least length, so that an '@' with "
                       "nothing before it could be argued for. Nobody implements it like that, and the next "
                       "version of the RFC says that one character at least was meant.",
        .violating = "C: <message to='@example.com'/>",
        .conforming = "C: <message to='example.com'/>",
        .kinds = kStanzas,
        .check = check_addresses,
        .verdict = verdict(AddressRemark::kLocalEmpty),
    },
    {
        .id = "jid-localpart-too-long",
        .tier = 1,
        .layer = Layer::kJid,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 3920 §3.1; RFC 6122 §2.3; RFC 7622 §3.3",
        .explanation = "Each part of an address has room for 1023 bytes of UTF-8, counted after preparation. "
                       "Bytes, not characters: a name in Chinese has room for 341. Databases and routers are "
                       "built for that limit and refuse the stanza with jid-malformed.",
        .violating = "C: <message to='${repeat:a:1024}@example.com'/>",
        .conforming = "C: <message to='${repeat:a:1023}@example.com'/>",
        .kinds = kStanzas,
        .check = check_addresses,
        .verdict = verdict(AddressRemark::kLocalTooLong),
    },
    {
        .id = "jid-localpart-forbidden-character",
        .tier = 1,
        .layer = Layer::kJid,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 3920 Appendix A.5; RFC 6122 Appendix A.5; RFC 7622 §3.3.1",
        .explanation =
            "The characters that separate parts or that mean something to XML and URIs are kept out "
            "of the local part: quotation mark, ampersand, apostrophe, slash, colon, angle brackets "
            "and @. Gateways to networks which allow them write \\27 for an apostrophe and so on "
            "(XEP-0106).",
        .violating = "C: <message to='o&apos;hara@example.com'/>",
        .conforming = "C: <message to='o\\27hara@example.com'/>",
        .kinds = kStanzas,
        .check = check_addresses,
        .verdict = verdict(AddressRemark::kLocalForbidden),
    },
    {
        .id = "jid-localpart-space",
        .tier = 2,
        .layer = Layer::kJid,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 3920 Appendix A.5; RFC 7622 §3.3; RFC 7622 §3.5",
        .explanation =
            "No local part holds a space, of any kind that Unicode has. Where a gateway has to carry "
            "a name with spaces it writes \\20 for each of them (XEP-0106). In resources spaces are "
            "welcome.",
        .violating = "C: <message to='juliet capulet@example.com'/>",
        .conforming = "C: <message to='juliet\\20capulet@example.com'/>",
        .kinds = kStanzas,
        .check = check_addresses,
        .verdict = verdict(AddressRemark::kLocalSpace),
    },
    {
        .id = "jid-localpart-control-character",
        .tier = 2,
        .layer = Layer::kJid,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 3920 Appendix A.5; RFC 7622 §3.3; RFC 8264 §4.2",
        .explanation =
            "Control characters, code points for private use, noncharacters and code points that "
            "Unicode has not given out cannot be part of a name: nobody can read or type them, and "
            "systems disagree about what they are. They come from text that was decoded by the wrong "
            "character set.",
        .violating = "C: <message to='juliet@example.com'/>",
        .conforming = "C: <message to='juliet@example.com'/>",
        .kinds = kStanzas,
        .check = check_addresses,
        .verdict = verdict(AddressRemark::kLocalControl),
    },
    {
        .id = "jid-localpart-symbol",
        .tier = 2,
        .layer = Layer::kJid,
        .severities = kErrorOnly6120,
        .who = Who::kEither,
        .citation = "RFC 7622 §3.5; RFC 8264 §4.2",
        .explanation =
            "Outside ASCII a local part is made of letters and digits only. Chess pieces, arrows and "
            "emoji are symbols, which have no case and no agreed reading; they belong into the "
            "resource or into a nickname. The older generation let them pass, so old accounts with "
            "them exist.",
        .violating = "C: <message to='♚@example.com'/>",
        .conforming = "C: <message to='king@example.com/♚'/>",
        .kinds = kStanzas,
        .check = check_addresses,
        .verdict = verdict(AddressRemark::kLocalSymbol),
    },
    {
        .id = "jid-localpart-compat-character",
        .tier = 2,
        .layer = Layer::kJid,
        .severities = kErrorOnly6120,
        .who = Who::kEither,
        .citation = "RFC 7622 §3.5; RFC 7622 Appendix A; RFC 8264 §9.17",
        .explanation =
            "Unicode keeps some characters only for the sake of older character sets, such as one "
            "that shows the Roman numeral four. RFC 3920 replaces them by what they stand for, so "
            "that henryⅣ is henryiv; RFC 7622 refuses them, because a name should have one spelling. "
            "Wide forms of Latin letters are the exception and are replaced.",
        .violating = "C: <message to='henryⅣ@example.com'/>",
        .conforming = "C: <message to='henryiv@example.com'/>",
        .kinds = kStanzas,
        .check = check_addresses,
        .verdict = verdict(AddressRemark::kLocalCompatibility),
    },
    {
        .id = "jid-localpart-bidi",
        .tier = 3,
        .layer = Layer::kJid,
        .severities = kErrorOnly3920,
        .who = Who::kEither,
        .citation = "RFC 3920 Appendix A.6; RFC 3454 §6",
        .explanation =
            "Text in Hebrew or Arabic runs from right to left, and mixed with Latin letters it is "
            "shown in an order that differs from the order of its bytes. So stringprep allows no "
            "left-to-right letter beside a right-to-left one, and asks that the text begins and ends "
            "with a right-to-left character; even a digit at the end is too much.",
        .violating = "C: <message to='אב1@example.com'/>",
        .conforming = "C: <message to='אב@example.com'/>",
        .kinds = kStanzas,
        .check = check_addresses,
        .verdict = verdict(AddressRemark::kLocalBidi),
    },
    {
        .id = "jid-localpart-bidi-rfc5893",
        .tier = 3,
        .layer = Layer::kJid,
        .severities = kErrorOnly6120,
        .who = Who::kEither,
        .citation = "RFC 8265 §3.3; RFC 5893 §2",
        .explanation =
            "A local part with right-to-left characters has to keep the six conditions of the Bidi "
            "Rule: no left-to-right letters in it, digits of one kind, a letter or digit at its end. "
            "Otherwise two names that are displayed alike can be different ones. Resources are free "
            "of that rule.",
        .violating = "C: <message to='אבa@example.com'/>",
        .conforming = "C: <message to='אב@example.com'/>",
        .kinds = kStanzas,
        .check = check_addresses,
        .verdict = verdict(AddressRemark::kLocalBidi),
    },
    {
        .id = "jid-localpart-unassigned",
        .tier = 3,
        .layer = Layer::kJid,
        .severities = {Severity::kNote, std::nullopt},
        .who = Who::kEither,
        .citation = "RFC 3920 Appendix A.2; RFC 3454 §7",
        .explanation = "Stringprep knows the characters of Unicode 3.2, of 2002. Younger ones count as "
                       "unassigned, which a query may contain and a stored string may not, and RFC 3920 does "
                       "not say which of them an address is. Libraries let them pass as a query, and some "
                       "servers refuse to create such an account.",
        .violating = "C: <message to='😀@example.com'/>",
        .conforming = "C: <message to='juliet@example.com'/>",
        .kinds = kStanzas,
        .check = check_addresses,
        .verdict = verdict(AddressRemark::kLocalUnassigned),
    },
    {
        .id = "jid-localpart-not-canonical",
        .tier = 2,
        .layer = Layer::kJid,
        .severities = kNotes,
        .who = Who::kEither,
        .citation = "RFC 3920 §3.3; RFC 3920 §3.5; RFC 7622 §3.3; RFC 8265 §3.3",
        .explanation = "Case does not count in local parts: Juliet and juliet are one account, and a server "
                       "answers with the prepared, lower-case form. Writing it otherwise is allowed. But "
                       "programs that compare addresses byte by byte then miss a contact or open a second "
                       "window.",
        .violating = "C: <message to='Juliet@example.com'/>",
        .conforming = "C: <message to='juliet@example.com'/>",
        .kinds = kStanzas,
        .check = check_addresses,
        .verdict = verdict(AddressRemark::kLocalSpelling),
    },
    {
        .id = "jid-localpart-sharp-s",
        .tier = 3,
        .layer = Layer::kJid,
        .severities = kNotes,
        .who = Who::kEither,
        .citation = "RFC 3920 Appendix A.3; RFC 7622 §3.5",
        .explanation =
            "Nodeprep folds ß into ss, so that fußball and fussball are one account. RFC 7622 only "
            "lower-cases, and ß is lower case already: two accounts. Between servers of the two "
            "generations a message can reach somebody else than the one who was meant.",
        .violating = "C: <message to='fußball@example.com'/>",
        .conforming = "C: <message to='fussball@example.com'/>",
        .kinds = kStanzas,
        .check = check_addresses,
        .verdict = verdict(AddressRemark::kLocalSharpS),
    },
    {
        .id = "jid-localpart-final-sigma",
        .tier = 3,
        .layer = Layer::kJid,
        .severities = kNotes,
        .who = Who::kEither,
        .citation = "RFC 3920 Appendix A.3; RFC 7622 §3.5",
        .explanation = "Greek writes sigma differently at the end of a word. Nodeprep makes both forms one, "
                       "while RFC 7622 leaves the final form alone, since it is a lower-case letter. Two "
                       "addresses that are the same for one server are two accounts for another.",
        .violating = "C: <message to='ς@example.com'/>",
        .conforming = "C: <message to='σ@example.com'/>",
        .kinds = kStanzas,
        .check = check_addresses,
        .verdict = verdict(AddressRemark::kLocalFinalSigma),
    },
    {
        .id = "jid-escape-invalid",
        .tier = 3,
        .layer = Layer::kJid,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "XEP-0106 §3.2; XEP-0106 §4.1",
        .explanation =
            "With JID escaping \\20 stands for a space, and it may not be the first or the last "
            "character of a local part, because a space at an end is invisible when it is unescaped "
            "and displayed. To those who do not use XEP-0106 the backslash is an ordinary character, "
            "but nobody else writes \\20.",
        .violating = "C: <message to='\\20juliet@example.com'/>",
        .conforming = "C: <message to='juliet\\20capulet@example.com'/>",
        .kinds = kStanzas,
        .check = check_addresses,
        .verdict = verdict(AddressRemark::kEscapedSpace),
    },
    {
        .id = "jid-escape-double",
        .tier = 3,
        .layer = Layer::kJid,
        .severities = kNotes,
        .who = Who::kEither,
        .citation = "XEP-0106 §4.1; XEP-0106 §7",
        .explanation =
            "A name is escaped once, when it becomes a local part, and unescaped for display only. "
            "Here the backslash of an escape was itself escaped, as happens when two programs in a "
            "row do it. The result is another account than the one that was meant; only a name that "
            "really holds \\27 and the like is written so.",
        .violating = "C: <message to='d\\5c27artagnan@example.com'/>",
        .conforming = "C: <message to='d\\27artagnan@example.com'/>",
        .kinds = kStanzas,
        .check = check_addresses,
        .verdict = verdict(AddressRemark::kEscapedTwice),
    },
    {
        .id = "jid-resourcepart-empty",
        .tier = 1,
        .layer = Layer::kJid,
        .severities = kErrorNote3920,
        .who = Who::kEither,
        .citation = "RFC 6122 §2.4; RFC 7622 §3.4; RFC 3920 §3.1",
        .explanation =
            "A '/' announces a resource, and at least one character has to follow. An address that "
            "ends in '/' is neither a bare nor a full JID; where some software takes it for the bare "
            "one, access checks and replies go to the wrong place.",
        .violating = "C: <message to='juliet@example.com/'/>",
        .conforming = "C: <message to='juliet@example.com'/>",
        .kinds = kStanzas,
        .check = check_addresses,
        .verdict = verdict(AddressRemark::kResourceEmpty),
    },
    {
        .id = "jid-resourcepart-too-long",
        .tier = 1,
        .layer = Layer::kJid,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 3920 §3.1; RFC 6122 §2.4; RFC 7622 §3.4",
        .explanation =
            "The resource shares the limit of 1023 bytes, whether it comes in an address or is asked "
            "for when binding. 512 times é is 1024 bytes, although it is only 512 characters.",
        .violating =
            "[authenticated]\nC: <iq id='b' type='set'><bind "
            "xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>${repeat:é:512}</resource></bind></iq>",
        .conforming =
            "[authenticated]\nC: <iq id='b' type='set'><bind "
            "xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>${repeat:é:511}</resource></bind></iq>",
        .kinds = kStanzas,
        .check = check_addresses,
        .verdict = verdict(AddressRemark::kResourceTooLong),
    },
    {
        .id = "jid-resourcepart-prep-failed",
        .tier = 2,
        .layer = Layer::kJid,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 3920 Appendix B.5; RFC 3920 §3.4; RFC 7622 §3.4; RFC 8265 §4.2",
        .explanation = "A resource is free text, in which @, /, quotes, spaces and a plain emoji are fine. "
                       "Control characters, code points for private use and, by RFC 7622, those that Unicode "
                       "has not given out are still refused. A server that follows the rules answers with "
                       "jid-malformed or invents a resource of its own.",
        .violating = "C: <message to='juliet@example.com/a'/>",
        .conforming = "C: <message to='juliet@example.com/the balcony @ &apos;night&apos; / &lt;♥&gt;'/>",
        .kinds = kStanzas,
        .check = check_addresses,
        .verdict = verdict(AddressRemark::kResourceRefused),
    },
    {
        .id = "jid-resourcepart-bidi-rfc3920",
        .tier = 3,
        .layer = Layer::kJid,
        .severities = kWarningOnly3920,
        .who = Who::kEither,
        .citation = "RFC 3920 Appendix B.6; RFC 3454 §6",
        .explanation = "Resourceprep asks of resources what Nodeprep asks of names: no left-to-right letter "
                       "beside a right-to-left one, and a right-to-left character at both ends. Nicknames in "
                       "Hebrew or Arabic break it all the time, and RFC 7622 dropped the rule.",
        .violating = "C: <message to='juliet@example.com/אa'/>",
        .conforming = "C: <message to='juliet@example.com/אב'/>",
        .kinds = kStanzas,
        .check = check_addresses,
        .verdict = verdict(AddressRemark::kResourceBidi),
    },
    {
        .id = "jid-resourcepart-nonascii-space",
        .tier = 3,
        .layer = Layer::kJid,
        .severities = kNotes,
        .who = Who::kEither,
        .citation = "RFC 8265 §4.2.2; RFC 3920 Appendix B.5",
        .explanation =
            "Unicode has a dozen spaces besides the ordinary one. In resources they become that one, "
            "so two spellings are equal that do not look it; the Ogham space mark (U+1680) is "
            "refused by RFC 3920 and replaced by RFC 7622. Programs that compare byte by byte see "
            "two different devices.",
        .violating = "C: <message to='juliet@example.com/a b'/>",
        .conforming = "C: <message to='juliet@example.com/a b'/>",
        .kinds = kStanzas,
        .check = check_addresses,
        .verdict = verdict(AddressRemark::kResourceSpace),
    },
    {
        .id = "jid-resourcepart-leading-space",
        .tier = 3,
        .layer = Layer::kJid,
        .severities = kNoteOnly6120,
        .who = Who::kEither,
        .citation = "RFC 7622 §3.5",
        .explanation =
            "RFC 7622 has a resource that begins with a space in its table of strings that are no "
            "addresses, but none of the rules it refers to forbids it. Some implementations refuse "
            "it and others do not, so a resource like that is better avoided.",
        .violating = "C: <message to='juliet@example.com/ foo'/>",
        .conforming = "C: <message to='juliet@example.com/foo bar'/>",
        .kinds = kStanzas,
        .check = check_addresses,
        .verdict = verdict(AddressRemark::kResourceLeadingSpace),
    },
    {
        .id = "jid-resourcepart-normalisation-differs",
        .tier = 3,
        .layer = Layer::kJid,
        .severities = kNotes,
        .who = Who::kEither,
        .citation = "RFC 7622 Appendix A; RFC 3920 Appendix B.4; RFC 8265 §4.2.2",
        .explanation =
            "Resourceprep replaces compatibility characters (Ⅳ becomes IV), RFC 7622 only composes "
            "accents and keeps them. Two resources are therefore the same by one generation and "
            "different by the other. A stanza for one of them may reach the other, or nobody.",
        .violating = "C: <message to='juliet@example.com/Ⅳ'/>",
        .conforming = "C: <message to='juliet@example.com/IV'/>",
        .kinds = kStanzas,
        .check = check_addresses,
        .verdict = verdict(AddressRemark::kResourceNormalisation),
    },
};

}  // namespace

RuleTable jid_rules() {
  return {kRules};
}

}  // namespace parser::rules
