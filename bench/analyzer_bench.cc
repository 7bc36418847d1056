// The analyser beside libxml2's own SAX parser on the same stanzas, in one run: what everything above bare
// XML costs.
#include <benchmark/benchmark.h>
#include <libxml/parser.h>

#include <cstdio>
#include <memory>
#include <string>

#include "bench/traffic.h"
#include "captures/file.h"
#include "captures/writer.h"
#include "parser/analyzer.h"

namespace {

constexpr size_t kStanzas = 20'000;

const std::vector<bench::Piece>& traffic() {
  static const std::vector<bench::Piece> pieces = [] {
    std::vector<bench::Piece> all;
    for (size_t n = 0; n < kStanzas; ++n) {
      for (bench::Piece& piece : bench::chat(n)) all.push_back(std::move(piece));
    }
    return all;
  }();
  return pieces;
}

size_t traffic_bytes() {
  size_t bytes = 0;
  for (const bench::Piece& piece : traffic()) bytes += piece.bytes.size();
  return bytes;
}

void report(benchmark::State& state) {
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * traffic_bytes()));
  state.counters["stanzas/s"] = benchmark::Counter(static_cast<double>(traffic().size() * state.iterations()),
                                                   benchmark::Counter::kIsRate);
}

// libxml2's push SAX2 parser with callbacks that do nothing: the floor.
void BareSax(benchmark::State& state) {
  xmlSAXHandler handler{};
  handler.initialized = XML_SAX2_MAGIC;
  handler.startElementNs = [](void*, const xmlChar*, const xmlChar*, const xmlChar*, int, const xmlChar**,
                              int, int, const xmlChar**) {};
  handler.endElementNs = [](void*, const xmlChar*, const xmlChar*, const xmlChar*) {};
  handler.characters = [](void*, const xmlChar*, int) {};
  const std::string header =
      "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' to='example.com' "
      "version='1.0'>";
  for (auto _ : state) {
    xmlParserCtxtPtr parsers[2] = {
        xmlCreatePushParserCtxt(&handler, nullptr, header.data(), static_cast<int>(header.size()), nullptr),
        xmlCreatePushParserCtxt(&handler, nullptr, header.data(), static_cast<int>(header.size()), nullptr)};
    for (const bench::Piece& piece : traffic()) {
      xmlParseChunk(parsers[parser::index(piece.direction)], piece.bytes.data(),
                    static_cast<int>(piece.bytes.size()), 0);
    }
    for (xmlParserCtxtPtr parser : parsers) xmlFreeParserCtxt(parser);
  }
  report(state);
}
BENCHMARK(BareSax)->Unit(benchmark::kMillisecond);

class Count : public parser::EventSink {
 public:
  void on_event(const parser::StreamEvent& event) override {
    ++events;
    findings += event.findings.size();
  }
  size_t events = 0;
  size_t findings = 0;
};

// The recording goes to `file` in shared memory where one is named.
void analyse(benchmark::State& state, bool rules, bool write, const char* file = nullptr) {
  struct Nowhere : captures::Output {
    std::string write(std::string_view bytes) override {
      total += bytes.size();
      return {};
    }
    size_t total = 0;
  };
  for (auto _ : state) {
    Count count;
    Nowhere nowhere;
    // Opening is not writing, and freeing what the last round wrote even less.
    state.PauseTiming();
    std::string error;
    if (file != nullptr) std::remove(file);
    auto output = file != nullptr ? captures::FileOutput::create(file, true, error) : nullptr;
    state.ResumeTiming();
    captures::Writer writer({}, output ? static_cast<captures::Output*>(output.get()) : &nowhere);
    parser::AnalyzerOptions options;
    options.rules = rules;
    if (write) options.numbering = &writer;
    parser::EventSink& sink = write ? static_cast<parser::EventSink&>(writer) : count;
    parser::Analyzer analyzer(options, sink);
    parser::Time time{std::chrono::seconds(1'700'000'000)};
    analyzer.opened(time, 1,
                    {.client = {"127.0.0.1", 40'000, {}},
                     .server = {"127.0.0.1", 5222, {}},
                     .listener = {"127.0.0.1", 5222, {}},
                     .direct_tls = true});
    for (const bench::Piece& piece : bench::login()) analyzer.bytes(time, 1, piece.direction, piece.bytes);
    for (const bench::Piece& piece : traffic()) {
      time += std::chrono::microseconds(100);
      analyzer.bytes(time, 1, piece.direction, piece.bytes);
    }
    analyzer.closed(time, 1, {});
    if (!write && count.events < traffic().size()) state.SkipWithError("stanzas are missing");
    if (!write && rules) state.counters["findings"] = static_cast<double>(count.findings);
    benchmark::DoNotOptimize(nowhere.total);
  }
  report(state);
}

void AnalyzerWithoutRules(benchmark::State& state) {
  analyse(state, false, false);
}
BENCHMARK(AnalyzerWithoutRules)->Unit(benchmark::kMillisecond);

void Analyzer(benchmark::State& state) {
  analyse(state, true, false);
}
BENCHMARK(Analyzer)->Unit(benchmark::kMillisecond);

void AnalyzerAndWriter(benchmark::State& state) {
  analyse(state, true, true);
}
BENCHMARK(AnalyzerAndWriter)->Unit(benchmark::kMillisecond);

// The aim: 0.8 of Analyzer.
void AnalyzerAndWriterToSharedMemory(benchmark::State& state) {
  const char* const file = "/dev/shm/stanzascope-analyzer-bench.pcapng";
  analyse(state, true, true, file);
  std::remove(file);
}
BENCHMARK(AnalyzerAndWriterToSharedMemory)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
