// How much the stream reader costs above bare libxml2: the same stanzas through a push parser with empty
// callbacks, and through StreamReader with its trees and ranges.
//
// Stanzas of 312 bytes in the mean, as the field sends them: chat messages, presence, iq requests and
// results.
#include <benchmark/benchmark.h>
#include <libxml/parser.h>

#include <string>
#include <string_view>

#include "parser/stream/stream_reader.h"

namespace {

constexpr std::string_view kHeader =
    "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' to='example.org' "
    "version='1.0' xml:lang='en'>";

// About a megabyte.
const std::string& stanzas() {
  static const std::string text = [] {
    std::string mix;
    for (int i = 0; mix.size() < 1'000'000; ++i) {
      const std::string id = std::to_string(100'000 + i);
      mix +=
          "<message from='juliet@capulet.example/balcony' to='romeo@montague.example/orchard' type='chat' "
          "id='m" +
          id +
          "'><body>Wherefore art thou, Romeo? Deny thy father &amp; refuse thy name; or, if thou wilt "
          "not, be but sworn my love.</body><active xmlns='http://jabber.org/protocol/chatstates'/>"
          "<request xmlns='urn:xmpp:receipts'/></message>";
      mix += "<presence from='romeo@montague.example/orchard' to='juliet@capulet.example' id='p" + id +
             "'><show>away</show><status>in the orchard</status><priority>5</priority><c "
             "xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='https://example.org/client' "
             "ver='QgayPKawpkPSDYmwT/WM94uAlu0='/></presence>";
      mix += "<iq from='example.org' to='romeo@montague.example/orchard' type='result' id='i" + id +
             "'><query xmlns='jabber:iq:roster' ver='ver11'><item jid='juliet@capulet.example' name='Juliet' "
             "subscription='both'><group>Friends</group></item><item jid='nurse@capulet.example' "
             "name='Nurse' subscription='both'/></query></iq>";
    }
    return mix;
  }();
  return text;
}

void start(void*, const xmlChar*, const xmlChar*, const xmlChar*, int, const xmlChar**, int, int,
           const xmlChar**) {}
void end(void*, const xmlChar*, const xmlChar*, const xmlChar*) {}
void text(void*, const xmlChar*, int) {}

void BareSax(benchmark::State& state) {
  xmlSAXHandler handler{};
  handler.initialized = XML_SAX2_MAGIC;
  handler.startElementNs = start;
  handler.endElementNs = end;
  handler.characters = text;
  handler.ignorableWhitespace = text;
  xmlParserCtxtPtr context = xmlCreatePushParserCtxt(&handler, nullptr, nullptr, 0, nullptr);
  xmlCtxtUseOptions(context, XML_PARSE_NOENT | XML_PARSE_NONET | XML_PARSE_HUGE);
  xmlParseChunk(context, kHeader.data(), static_cast<int>(kHeader.size()), 0);
  const auto chunk = static_cast<size_t>(state.range(0));
  for (auto _ : state) {
    for (std::string_view rest = stanzas(); !rest.empty();) {
      const std::string_view piece = rest.substr(0, chunk);
      xmlParseChunk(context, piece.data(), static_cast<int>(piece.size()), 0);
      rest.remove_prefix(piece.size());
    }
  }
  if (context->wellFormed == 0) state.SkipWithError("not well-formed");
  xmlFreeParserCtxt(context);
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * stanzas().size()));
}
BENCHMARK(BareSax)->Arg(1460)->Arg(16384);

class Counter : public parser::StreamReader::Handler {
 public:
  void on_item(const parser::StreamItem& item) override {
    elements += item.kind == parser::StreamItem::Kind::kElement ? 1 : 0;
    violations += item.kind == parser::StreamItem::Kind::kViolation ? 1 : 0;
    if (keep) kept = item.element;
  }
  size_t elements = 0;
  size_t violations = 0;
  bool keep = false;
  parser::xml::ElementPtr kept;
};

void Reader(benchmark::State& state) {
  parser::StreamReader reader;
  Counter counter;
  counter.keep = state.range(1) != 0;
  reader.feed(kHeader, counter);
  const auto chunk = static_cast<size_t>(state.range(0));
  for (auto _ : state) {
    for (std::string_view rest = stanzas(); !rest.empty();) {
      const std::string_view piece = rest.substr(0, chunk);
      reader.feed(piece, counter);
      rest.remove_prefix(piece.size());
    }
  }
  if (counter.violations != 0 || counter.elements == 0) state.SkipWithError("not well-formed");
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * stanzas().size()));
}
BENCHMARK(Reader)->ArgNames({"chunk", "kept"})->Args({1460, 0})->Args({16384, 0})->Args({16384, 1});

}  // namespace

BENCHMARK_MAIN();
