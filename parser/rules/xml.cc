// XML layer: what XMPP's profile of XML refuses, and what it advises against. Of refusals the parser has
// judged already (xml::ErrorCode), and each rule explains one kind; the rest looks at headers and stanzas.
#include "parser/rules/checks.h"
#include "parser/rules/rulebook.h"
#include "parser/xml/error.h"

namespace parser::rules {
namespace {

using xml::Element;
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
  // ws-frame-not-starting-with-lt, ws-stream-prefix-undeclared
  if (context.event.websocket && error->code == ErrorCode::kTextBetweenStanzas &&
      error->range.begin == context.event.message.range.begin) {
    return;
  }
  if (is_undeclared_stream_prefix(context.event)) return;
  std::string message = xml::describe(*error);
  if (error->fatal) {
    message += " The receiver ends the stream with <" + condition_in(context.profile, error->code) + "/>.";
  }
  report.add(std::move(message), error->range);
}

// --- the XML declaration ----------------------------------------------------------------------------------

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// What a header begins with.
struct Prolog {
  bool byte_order_mark = false;
  std::string_view declaration;  // empty: none
  ByteRange range;               // of the declaration
};

Prolog prolog_of(const StreamEvent& event) {
  Prolog prolog;
  std::string_view bytes = event.bytes;
  size_t at = 0;
  if (bytes.starts_with(kByteOrderMark)) {
    prolog.byte_order_mark = true;
    at = kByteOrderMark.size();
    bytes.remove_prefix(at);
  }
  if (!bytes.starts_with("<?xml")) return prolog;
  const size_t end = bytes.find("?>");
  if (end == std::string_view::npos) return prolog;
  prolog.declaration = bytes.substr(0, end + 2);
  prolog.range = {event.range.begin + at, event.range.begin + at + prolog.declaration.size()};
  return prolog;
}

void byte_order_mark(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  // Only in front of everything is it a mark; elsewhere it is a character like any other.
  if (event.range.begin != 0 || !prolog_of(event).byte_order_mark) return;
  report.add("The stream begins with a byte order mark, which UTF-8 does not need and XMPP takes for text.",
             {event.range.begin, event.range.begin + kByteOrderMark.size()});
}

void declaration_not_first(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  const Prolog prolog = prolog_of(event);
  const ByteRange blank = context.session.side(event.direction).blank;
  if (event.websocket || prolog.declaration.empty() || blank.empty() || blank.end != event.range.begin)
    return;
  // Clients that end each line with a newline (go-sendxmpp) end <auth/> and <starttls/> with one, too: it
  // belongs to the stream before the restart.
  if (event.restart) return;
  report.add("There is white space in front of the XML declaration, which has to be the very first thing.",
             prolog.range);
}

void declaration_missing(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.websocket || event.element == nullptr || !prolog_of(event).declaration.empty()) return;
  if (!report.first(Once::kNoDeclaration, event.direction)) return;
  report.add("There is no XML declaration, such as <?xml version='1.0'?>, in front of the stream header.",
             event.element->start_tag);
}

void declaration_standalone(const Context& context, Report& report) {
  const Prolog prolog = prolog_of(context.event);
  const size_t at = prolog.declaration.find("standalone");
  if (at == std::string_view::npos) return;
  report.add("The XML declaration says 'standalone', which has no meaning where no DTD can be.",
             {prolog.range.begin + at, prolog.range.end - 2});
}

// --- names ------------------------------------------------------------------------------------------------

void prefixed_content_namespace(const Context& context, Report& report) {
  const Element* stanza = context.event.element.get();
  if (stanza == nullptr || !is_content_namespace(stanza->ns)) return;
  const Element* prefixed = stanza->prefix.empty() ? nullptr : stanza;
  // Deeper elements may be forwarded stanzas, written anew by a library with a mind of its own.
  for (const Element& child : stanza->children()) {
    if (prefixed != nullptr) break;
    if (!child.prefix.empty() && child.ns == stanza->ns) prefixed = &child;
  }
  if (prefixed == nullptr) return;
  report.add("<" + std::string(prefixed->local) + "> is written with the prefix " + quoted(prefixed->prefix) +
                 ", though elements of " + std::string(prefixed->ns) + " have none.",
             prefixed->start_tag);
}

// An element that uses the prefix as the header declared it; null where none does.
const Element* user_of(const Element& element, std::string_view prefix) {
  for (const xml::NamespaceDeclaration& declaration : element.declarations) {
    if (declaration.prefix == prefix) return nullptr;
  }
  if (element.prefix == prefix) return &element;
  for (const xml::Attribute& attribute : element.attributes) {
    if (attribute.prefix == prefix) return &element;
  }
  for (const Element& child : element.children()) {
    if (const Element* found = user_of(child, prefix)) return found;
  }
  return nullptr;
}

void extension_on_header(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  const Element* header = context.session.side(event.direction).header.get();
  if (header == nullptr || event.element == nullptr) return;
  for (const xml::NamespaceDeclaration& declaration : header->declarations) {
    if (declaration.prefix.empty() || declaration.uri == ns::kStreams) continue;
    if (declaration.uri == ns::kDialback || is_content_namespace(declaration.uri)) continue;
    if (declaration.prefix == "xml" || report.said(Once::kHeaderPrefix, event.direction)) continue;
    const Element* user = user_of(*event.element, declaration.prefix);
    if (user == nullptr || !report.first(Once::kHeaderPrefix, event.direction)) continue;
    report.add("The prefix " + quoted(declaration.prefix) + " of " + quoted(declaration.uri) +
                   " is declared on the stream header only, so it is lost on the next hop.",
               user->start_tag);
  }
}

void stream_namespace_in_stanza(const Context& context, Report& report) {
  if (context.event.element == nullptr) return;
  for (const Element& child : context.event.element->children()) {
    if (child.ns != ns::kStreams) continue;
    report.add("The child " + tag_name(child) + " of a stanza is in the namespace of the stream.",
               child.start_tag);
    return;
  }
}

// --- escaping ---------------------------------------------------------------------------------------------

// Where the first > or quote stands that RFC 3920 wants escaped; npos where none does. The bytes are those of
// one well-formed element.
size_t find_unescaped(std::string_view bytes) {
  constexpr std::string_view kCdata = "<![CDATA[";
  char quote = '\0';
  bool in_tag = false;
  for (size_t at = 0; at < bytes.size(); ++at) {
    const char c = bytes[at];
    if (quote != '\0') {
      if (c == quote) {
        quote = '\0';
      } else if (c == '>' || c == '\'' || c == '"') {
        return at;
      }
    } else if (in_tag) {
      if (c == '\'' || c == '"') quote = c;
      if (c == '>') in_tag = false;
    } else if (c == '<') {
      const bool comment = bytes.substr(at).starts_with("<!--");
      if (comment || bytes.substr(at).starts_with(kCdata)) {
        const std::string_view end = comment ? "-->" : "]]>";
        at = bytes.find(end, at);
        if (at == std::string_view::npos) return at;
        at += end.size() - 1;
      } else {
        in_tag = true;
      }
    } else if (c == '>' || c == '\'' || c == '"') {
      return at;
    }
  }
  return std::string_view::npos;
}

void unescaped_predefined(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.element == nullptr || report.said(Once::kUnescaped, event.direction)) return;
  const size_t at = find_unescaped(event.bytes);
  if (at == std::string_view::npos || !report.first(Once::kUnescaped, event.direction)) return;
  report.add("The character " + std::string(1, event.bytes[at]) +
                 " has a predefined entity, which RFC 3920 wants used in text and attribute values.",
             {event.range.begin + at, event.range.begin + at + 1});
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
        .id = "xml-illegal-character",
        .tier = 2,
        .layer = Layer::kXml,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 6120 §11.3; XML 1.0 §2.2",
        .explanation =
            "XML 1.0 leaves out most control characters, U+FFFE and U+FFFF: they cannot be sent at all, not "
            "even as a numeric reference. Tab, line feed and carriage return are fine, and so is everything "
            "from U+0080 on. Text that was pasted from a terminal or read from a file has to be filtered "
            "before it goes into a stanza, or it ends the stream.",
        .violating = "C: <message to='a@example.com'><body>bell &#x7;</body></message>",
        .conforming = "C: <message to='a@example.com'><body>bell &#x9; ${byte:C2 85}</body></message>",
        .kinds = kKinds,
        .check = refused<ErrorCode::kIllegalCharacter>,
    },
    {
        .id = "xml-unescaped-predefined",
        .tier = 2,
        .layer = Layer::kXml,
        .severities = Severities{Severity::kError, std::nullopt},
        .who = Who::kEither,
        .citation = "RFC 3920 §11.1; RFC 6120 Appendix D",
        .explanation =
            "RFC 3920 wanted every character for which an entity is predefined to be escaped, apostrophes, "
            "quotation marks and > among them. Plain XML does not need that, hardly anybody did it, and RFC "
            "6120 dropped it. It is told once for each side of a connection.",
        .violating = "C: <message to='a@example.com'><body>I'm > you</body></message>",
        .conforming =
            "C: <message to='a@example.com'><body>I&apos;m &gt; you <![CDATA['>']]></body></message>",
        .kinds = kStanzas,
        .check = unescaped_predefined,
    },
    {
        .id = "xml-bom",
        .tier = 2,
        .layer = Layer::kXml,
        .severities = Severities{std::nullopt, Severity::kError},
        .who = Who::kEither,
        .citation = "RFC 6120 §11.6",
        .explanation =
            "A byte order mark tells in which order the bytes of UTF-16 come. UTF-8 knows one order only, so "
            "XMPP takes the three bytes EF BB BF for a character like any other; and a character in front of "
            "the header is not well-formed XML. Editors and some standard libraries write them unasked.",
        .violating = "[start]\nC: ${byte:EF BB BF}<stream:stream to='example.com' version='1.0' "
                     "xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>",
        .conforming = "C: <stream:stream to='example.com' version='1.0' xmlns='jabber:client' "
                      "xmlns:stream='http://etherx.jabber.org/streams'>",
        .kinds = on(EventKind::kHeader),
        .check = byte_order_mark,
    },
    {
        .id = "xml-declaration-not-first",
        .tier = 2,
        .layer = Layer::kXml,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 6120 §11.5; RFC 3920 §11.4; XML 1.0 §2.8",
        .explanation =
            "An XML declaration is one only as the very first bytes of a document. Behind white space it is "
            "a processing instruction with a name that is reserved, and a strict parser ends the stream. The "
            "white space is often a newline that was meant to end what came before.",
        .violating = "[start]\nC: ${byte:0A}<?xml version='1.0'?><stream:stream to='example.com' "
                     "version='1.0' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>",
        .conforming = "C: <?xml version='1.0'?><stream:stream to='example.com' version='1.0' "
                      "xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>",
        .kinds = on(EventKind::kHeader),
        .check = declaration_not_first,
    },
    {
        .id = "xml-declaration-missing",
        .tier = 3,
        .layer = Layer::kXml,
        .severities = kNotes,
        .who = Who::kEither,
        .citation = "RFC 6120 §11.5; RFC 3920 §11.4",
        .explanation = "Implementations should send <?xml version='1.0'?> in front of each stream header. "
                       "XML 1.0 in UTF-8 is what everybody assumes without it, so nothing breaks; some old "
                       "parsers were happier with it. On WebSocket it is better left away.",
        .violating = "C: <stream:stream to='example.com' version='1.0' xmlns='jabber:client' "
                     "xmlns:stream='http://etherx.jabber.org/streams'>",
        .conforming = "C: <?xml version='1.0'?><stream:stream to='example.com' version='1.0' "
                      "xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>",
        .kinds = on(EventKind::kHeader),
        .check = declaration_missing,
    },
    {
        .id = "xml-declaration-standalone",
        .tier = 2,
        .layer = Layer::kXml,
        .severities = Severities{std::nullopt, Severity::kError},
        .who = Who::kEither,
        .citation = "RFC 6120 §11.5",
        .explanation =
            "The word standalone in an XML declaration says whether declarations in an external DTD change "
            "the meaning of the document. XMPP has no DTDs, so it says nothing and must not be there. XML "
            "libraries add it on their own when they think that they write a file.",
        .violating = "C: <?xml version='1.0' standalone='yes'?><stream:stream to='example.com' version='1.0' "
                     "xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>",
        .conforming = "C: <?xml version='1.0'?><stream:stream to='example.com' version='1.0' "
                      "xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>",
        .kinds = on(EventKind::kHeader),
        .check = declaration_standalone,
    },
    {
        .id = "xml-prefixed-content-namespace",
        .tier = 2,
        .layer = Layer::kXml,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 6120 §4.8.5; RFC 3920 §11.2.2",
        .explanation = "Elements of jabber:client and jabber:server are written without a prefix. With one "
                       "they mean the same to whoever resolves namespaces, but a good part of the simpler "
                       "parsers compares the text '<message' and drops what it does not find. It happens "
                       "when a general XML library picks the prefixes.",
        .violating =
            "C: <c:message xmlns:c='jabber:client' to='a@example.com'><c:body>Hi</c:body></c:message>",
        .conforming = "C: <message to='a@example.com'><body>Hi</body></message>",
        .kinds = kStanzas,
        .check = prefixed_content_namespace,
    },
    {
        .id = "xml-extension-ns-on-stream-header",
        .tier = 2,
        .layer = Layer::kXml,
        .severities = Severities{std::nullopt, Severity::kError},
        .who = Who::kEither,
        .citation = "RFC 6120 §4.8.5",
        .explanation =
            "A namespace that the stream header declares holds on this stream only. A server that sends the "
            "stanza on writes it into another stream, whose header does not have the declaration; what "
            "arrives has a prefix without a meaning. Declare the namespaces of extensions inside the stanza.",
        .violating =
            "C: <stream:stream to='example.com' version='1.0' xmlns='jabber:client' "
            "xmlns:stream='http://etherx.jabber.org/streams' xmlns:x='urn:example:x'>\nS: <stream:stream "
            "from='example.com' id='a1' version='1.0' xml:lang='en' xmlns='jabber:client' "
            "xmlns:stream='http://etherx.jabber.org/streams'><stream:features><register "
            "xmlns='http://jabber.org/features/iq-register'/></stream:features>\nC: <iq type='get' "
            "id='r'><query xmlns='jabber:iq:register'><x:y/></query></iq>\nS: <iq type='result' "
            "id='r'><query xmlns='jabber:iq:register'/></iq>",
        .conforming = "C: <message to='a@example.com'><y xmlns='urn:example:x'/></message>",
        .kinds = kStanzas,
        .check = extension_on_header,
    },
    {
        .id = "xml-stream-namespace-in-stanza",
        .tier = 3,
        .layer = Layer::kXml,
        .severities = Severities{std::nullopt, Severity::kError},
        .who = Who::kEither,
        .citation = "RFC 6120 §8.4",
        .explanation =
            "The namespace of the stream is for the stream's own elements: its root, features and error. A "
            "stanza carries payloads of other namespaces; one of the stream's inside it has no meaning, and "
            "is mostly a declaration that went missing when a stanza was built.",
        .violating = "C: <iq id='1' type='get' to='example.com'><stream:query/></iq>\nS: <iq id='1' "
                     "type='error' from='example.com'><error type='cancel'><service-unavailable "
                     "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>",
        .conforming = "C: <iq id='1' type='get' to='example.com'><query xmlns='jabber:iq:version'/></iq>\nS: "
                      "<iq id='1' type='result' from='example.com'><query "
                      "xmlns='jabber:iq:version'><name>x</name><version>1</version></query></iq>",
        .kinds = kStanzas,
        .check = stream_namespace_in_stanza,
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
