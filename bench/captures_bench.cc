// What recording costs per stanza, and reading it back.
#include <benchmark/benchmark.h>

#include <string>

#include "captures/reader.h"
#include "captures/writer.h"
#include "parser/analyzer.h"

namespace {

class Nowhere : public captures::Output {
 public:
  std::string write(std::string_view bytes) override {
    benchmark::DoNotOptimize(bytes.data());
    return {};
  }
};

class Memory : public captures::Output {
 public:
  std::string write(std::string_view bytes) override {
    file.append(bytes);
    return {};
  }
  std::string file;
};

class Ignore : public parser::EventSink {
 public:
  void on_event(const parser::StreamEvent&) override {}
};

const std::string kMessage =
    "<message from='juliet@example.com/balcony' to='romeo@example.net/orchard' type='chat' id='m-1'><body>" +
    std::string(180, 'x') + "</body><active xmlns='http://jabber.org/protocol/chatstates'/></message>";

parser::ConnectionInfo info() {
  parser::ConnectionInfo info;
  info.client = {"127.0.0.1", 40'000, ""};
  info.server = {"127.0.0.1", 5222, ""};
  info.from_start = false;
  return info;
}

void write_stanzas(benchmark::State& state, captures::Output* output) {
  captures::Writer writer({}, output);
  parser::StreamEvent opened;
  opened.kind = parser::EventKind::kOpened;
  opened.fact = info();
  const auto connections = static_cast<uint64_t>(state.range(0));
  for (uint64_t id = 1; id <= connections; ++id) {
    opened.connection = id;
    writer.on_event(opened);
  }
  parser::StreamEvent event;
  event.kind = parser::EventKind::kMessage;
  event.bytes = kMessage;
  event.phase = parser::Phase::kEstablished;
  uint64_t turn = 0;
  for (auto _ : state) {
    event.connection = 1 + turn++ % connections;
    event.range = {0, kMessage.size()};
    event.frame = writer.frame_of(event.connection, event.kind, event.direction, event.bytes.size());
    writer.on_event(event);
  }
  state.SetItemsProcessed(state.iterations());
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(kMessage.size()));
}

void BM_Write(benchmark::State& state) {
  Nowhere nowhere;
  write_stanzas(state, &nowhere);
}
BENCHMARK(BM_Write)->Arg(1)->Arg(1000);

void BM_CountOnly(benchmark::State& state) {
  write_stanzas(state, nullptr);
}
BENCHMARK(BM_CountOnly)->Arg(1)->Arg(1000);

void BM_Read(benchmark::State& state) {
  Memory memory;
  constexpr int64_t kStanzas = 20'000;
  {
    captures::Writer writer({}, &memory);
    parser::AnalyzerOptions options;
    options.numbering = &writer;
    parser::Analyzer analyzer(options, writer);
    analyzer.opened({}, 1, info());
    for (int64_t i = 0; i < kStanzas; ++i) analyzer.bytes({}, 1, parser::Direction::kC2S, kMessage);
    analyzer.closed({}, 1, {});
    writer.flush();
  }
  for (auto _ : state) {
    Ignore ignore;
    parser::AnalyzerOptions options;
    options.rules = false;
    captures::Reader reader(options, ignore);
    reader.feed(memory.file);
    reader.finish();
  }
  state.SetItemsProcessed(state.iterations() * kStanzas);
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(memory.file.size()));
}
BENCHMARK(BM_Read);

}  // namespace

BENCHMARK_MAIN();
