// XML layer: what XMPP's profile of XML refuses. The parser has judged already (xml::ErrorCode); each rule
// explains one kind of refusal.
#include "parser/rules/checks.h"
#include "parser/rules/rulebook.h"
#include "parser/xml/error.h"

namespace parser::rules {
namespace {

using xml::ErrorCode;

// RFC 6120 §4.9.3.13 renamed what RFC 3920 §4.7.3 called xml-not-well-formed.
std::string condition_in(Profile profile, ErrorCode code) {
  const std::string_view condition = xml::condition(code);
  if (profile == Profile::kRfc3920 && condition == "not-well-formed") return "xml-not-well-formed";
  return std::string(condition);
}

template <ErrorCode... codes>
void refused(const Context& context, Report& report) {
  const std::optional<xml::Error>& error = context.event.error;
  if (!error || !((error->code == codes) || ...)) return;
  // Whatever follows a closing tag is one fault, and stream-data-after-close tells it.
  if (context.before.closed[index(context.event.direction)]) return;
  std::string message = xml::describe(*error);
  if (error->fatal) {
    message += " The receiver ends the stream with <" + condition_in(context.profile, error->code) + "/>.";
  }
  report.add(std::move(message), error->range);
}

constexpr KindSet kKinds = on(EventKind::kViolation);

constexpr Rule kRules[] = {
    {
        .id = "xml-not-well-formed",
        .tier = 1,
        .layer = Layer::kXml,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 6120 §11.3; RFC 3920 §11.3",
        .explanation =
            "A whole stream is one XML document that stays open for hours. A receiver that meets a "
            "mismatched tag or a stray '<' cannot tell where the next stanza begins, so there is "
            "nothing to skip to: the stream must be closed with not-well-formed (RFC 3920 calls it "
            "xml-not-well-formed) and every stanza in flight is lost. Build stanzas with an XML "
            "writer instead of joining strings.",
        .violating = "C: <message to='romeo@example.net'><body>Hi</message>",
        .conforming = "C: <message to='romeo@example.net'><body>Hi</body></message>",
        .kinds = kKinds,
        .check = refused<ErrorCode::kNotWellFormed>,
    },
    {
        .id = "xml-namespace-not-well-formed",
        .tier = 1,
        .layer = Layer::kXml,
        .severities = kErrorWarning3920,
        .who = Who::kEither,
        .citation = "RFC 6120 §11.3; RFC 3920 §11.2",
        .explanation =
            "A prefix is only an abbreviation: without a declaration in scope it stands for nothing, "
            "and the element has no identity that a receiver could act on. The declaration may be on "
            "the element, on an ancestor or on the stream header of the same direction. It usually "
            "goes missing when a fragment is copied out of the document that declared its prefixes.",
        .violating = "C: <message><foo:bar/></message>",
        .conforming = "C: <message><foo:bar xmlns:foo='urn:example:foo'/></message>",
        .kinds = kKinds,
        .check = refused<ErrorCode::kNamespaceNotWellFormed>,
    },
    {
        .id = "xml-comment",
        .tier = 1,
        .layer = Layer::kXml,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 6120 §11.1; RFC 3920 §11.1",
        .explanation =
            "XMPP takes a subset of XML in which comments do not exist. A parser is free to throw "
            "comments away, so nothing may depend on them, and text that two parsers see differently "
            "can be used to smuggle data past filters. RFC 6120 answers with restricted-xml; RFC 3920 "
            "told receivers to ignore them.",
        .violating = "C: <message><!-- hi --><body>Hi</body></message>",
        .conforming = "C: <message><body>&lt;!-- hi --&gt; <![CDATA[<!-- hi -->]]></body></message>",
        .kinds = kKinds,
        .check = refused<ErrorCode::kComment>,
    },
    {
        .id = "xml-processing-instruction",
        .tier = 1,
        .layer = Layer::kXml,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 6120 §11.1; RFC 3920 §11.1",
        .explanation =
            "A processing instruction speaks to some application behind the parser and has no place "
            "in a protocol between two machines. Only the XML declaration at the start of a stream "
            "header, which looks like one but is not, is allowed.",
        .violating = "C: <?php echo 1 ?>",
        .conforming =
            "C: <?xml version='1.0'?><stream:stream to='example.com' version='1.0' xmlns='jabber:client' "
            "xmlns:stream='http://etherx.jabber.org/streams'>",
        .kinds = kKinds,
        .check = refused<ErrorCode::kProcessingInstruction>,
    },
    {
        .id = "xml-dtd",
        .tier = 1,
        .layer = Layer::kXml,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 6120 §11.1; RFC 3920 §11.1",
        .explanation =
            "A document type declaration can make a parser fetch files and expand a few bytes into "
            "gigabytes. In a network protocol both are attacks, so XMPP forbids DTDs altogether. A "
            "parser for XMPP has them switched off rather than trusting its peers.",
        .violating = "C: <!DOCTYPE x [<!ENTITY a 'b'>]><stream:stream to='example.com' version='1.0' "
                     "xmlns='jabber:client' "
                     "xmlns:stream='http://etherx.jabber.org/streams'>",
        .conforming = "C: <stream:stream to='example.com' version='1.0' xmlns='jabber:client' "
                      "xmlns:stream='http://etherx.jabber.org/streams'>",
        .kinds = kKinds,
        .check = refused<ErrorCode::kDoctype>,
    },
    {
        .id = "xml-entity-reference",
        .tier = 1,
        .layer = Layer::kXml,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 6120 §11.1; RFC 3920 §11.1",
        .explanation =
            "Without a DTD only five entities exist: &lt; &gt; &amp; &apos; and &quot;. HTML's names "
            "such as &nbsp; are undefined and end the stream. Write the character itself in UTF-8, or "
            "as a numeric reference such as &#160;, which is always fine.",
        .violating = "C: <message><body>a&nbsp;b</body></message>",
        .conforming = "C: <message><body>a&#160;b &amp; c</body></message>",
        .kinds = kKinds,
        .check = refused<ErrorCode::kEntityReference>,
    },
    {
        .id = "xml-encoding-not-utf8",
        .tier = 1,
        .layer = Layer::kXml,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 6120 §11.6; RFC 3920 §11.5",
        .explanation =
            "UTF-8 is the only encoding there is in XMPP, so there is nothing to negotiate and "
            "nothing to guess. Another declared encoding ends the stream, and so do bytes that are "
            "not UTF-8. The typical cause is text in Latin-1 pasted into a stanza unconverted, or "
            "emoji written as two three-byte surrogates (CESU-8) by software that thinks in UTF-16.",
        .violating =
            "C: <?xml version='1.0' encoding='ISO-8859-1'?><stream:stream to='example.com' version='1.0' "
            "xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>",
        .conforming =
            "C: <?xml version='1.0' encoding='utf-8'?><stream:stream to='example.com' version='1.0' "
            "xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>",
        .kinds = kKinds,
        .check = refused<ErrorCode::kUnsupportedEncoding, ErrorCode::kInvalidUtf8>,
    },
    {
        .id = "xml-text-between-stanzas",
        .tier = 1,
        .layer = Layer::kXml,
        .severities = kWarnings,
        .who = Who::kEither,
        .citation = "RFC 6120 §11.7; RFC 6120 §4.1; RFC 3920 §4.1",
        .explanation =
            "Directly inside the stream there are elements, and whitespace between them as a "
            "keepalive; text there belongs to no stanza and nobody will ever read it. It is usually "
            "the remains of a stanza that was cut at the wrong place, or debugging output on the "
            "wrong file descriptor.",
        .violating = "C: <presence/>hello<presence/>",
        .conforming = "C: <presence/> <presence/>",
        .kinds = kKinds,
        .check = refused<ErrorCode::kTextBetweenStanzas>,
    },
    {
        .id = "xml-version-not-1-0",
        .tier = 3,
        .layer = Layer::kXml,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 6120 §11.8",
        .explanation =
            "XMPP is defined on XML 1.0. An XML declaration with another version asks for rules of "
            "names and characters that the peer does not implement. This is not the stream's own "
            "version attribute, which happens to be 1.0 as well.",
        .violating =
            "C: <?xml version='1.1'?><stream:stream to='example.com' version='1.0' xmlns='jabber:client' "
            "xmlns:stream='http://etherx.jabber.org/streams'>",
        .conforming =
            "C: <?xml version='1.0'?><stream:stream to='example.com' version='1.0' xmlns='jabber:client' "
            "xmlns:stream='http://etherx.jabber.org/streams'>",
        .kinds = kKinds,
        .check = refused<ErrorCode::kXmlVersion>,
    },
    {
        .id = "xml-huge-attribute-or-depth",
        .tier = 3,
        .layer = Layer::kXml,
        .severities = kNotes,
        .who = Who::kEither,
        .citation = "RFC 6120 §13.12",
        .explanation =
            "Elements nested hundreds deep, or with hundreds of attributes, cost a parser far more "
            "than their bytes suggest and are seldom a message to anybody. The limit passed here is "
            "this program's own; servers have one too and answer with policy-violation.",
        .violating = "C: <message>${repeat:<a xmlns='urn:example:a'>:300}${repeat:</a>:300}</message>",
        .conforming = "C: <message>${repeat:<a xmlns='urn:example:a'>:60}${repeat:</a>:60}</message>",
        .kinds = kKinds,
        .check = refused<ErrorCode::kTooDeep, ErrorCode::kTooManyAttributes>,
    },
};

}  // namespace

RuleTable xml_rules() {
  return {kRules};
}

}  // namespace parser::rules
