// What recording costs per stanza, and reading it back.
#include <benchmark/benchmark.h>

#include <cstdio>
#include <functional>
#include <memory>
#include <string>

#include "captures/file.h"
#include "captures/file_series.h"
#include "captures/reader.h"
#include "captures/series_writer.h"
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

template <typename Writer>
void write_stanzas(benchmark::State& state, Writer& writer) {
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

void write_stanzas(benchmark::State& state, captures::Output* output) {
  captures::Writer writer({}, output);
  write_stanzas(state, writer);
}

void BM_Write(benchmark::State& state) {
  Nowhere nowhere;
  write_stanzas(state, &nowhere);
}
BENCHMARK(BM_Write)->Arg(1)->Arg(1000);

std::string numbered_name(int number) {
  std::string digits = std::to_string(number);
  digits.insert(0, 5 - digits.size(), '0');
  return "/dev/shm/stanzascope-bench-" + digits + ".pcapng";
}

// Removed at the end.
const char* const kFile = "/dev/shm/stanzascope-bench.pcapng";

std::unique_ptr<captures::FileOutput> shared_memory(benchmark::State& state) {
  std::string error;
  auto file = captures::FileOutput::create(kFile, true, error);
  if (!file) state.SkipWithError(error.c_str());
  return file;
}

// The aim: a million stanzas a second, with analysis off.
void BM_WriteToSharedMemory(benchmark::State& state) {
  const auto file = shared_memory(state);
  if (file) write_stanzas(state, file.get());
  std::remove(kFile);
}
BENCHMARK(BM_WriteToSharedMemory)->Arg(1)->Arg(1000)->Iterations(2'000'000);

// In files of 100 MB, of which two are kept.
void BM_WriteRotated(benchmark::State& state) {
  std::string error;
  captures::FileSeriesOptions names;
  names.pattern = kFile;
  names.numbered = true;
  names.ring = 2;
  names.overwrite = true;
  const auto files = captures::FileSeries::create(
      names, {}, [](const std::function<void()>& job) { job(); }, [](const std::string&) {}, error);
  if (!files) {
    state.SkipWithError(error.c_str());
    return;
  }
  captures::SeriesOptions options;
  options.rotate_bytes = 100u << 20;
  captures::SeriesWriter writer(options, *files, {});
  write_stanzas(state, writer);
  writer.finish();
  files->finish();
  for (int number = 1; number < 100; ++number) {
    std::remove(numbered_name(number).c_str());
  }
}
BENCHMARK(BM_WriteRotated)->Arg(1)->Arg(1000)->Iterations(2'000'000);

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
