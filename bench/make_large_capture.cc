// make_large_capture OUT.pcapng [STANZAS] [SAMPLES]: a capture of that many elements (1,000,000), made by
// telling the sample captures again and again, each time as new connections and a little later.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "captures/file.h"
#include "captures/recut/told.h"
#include "captures/writer.h"
#include "parser/analyzer.h"

namespace {

class Keep : public parser::EventSink {
 public:
  void on_event(const parser::StreamEvent& event) override { events.push_back(captures::told(event)); }
  std::vector<captures::Told> events;
};

std::vector<std::vector<captures::Told>> read_samples(const std::string& folder) {
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".pcapng") paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  std::vector<std::vector<captures::Told>> samples;
  for (const std::string& path : paths) {
    Keep keep;
    parser::AnalyzerOptions options;
    options.rules = false;
    captures::Reader reader(options, keep);
    const std::string error = captures::read_file(path, reader);
    if (!error.empty()) std::fprintf(stderr, "%s\n", error.c_str());
    if (!keep.events.empty()) samples.push_back(std::move(keep.events));
  }
  return samples;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: make_large_capture OUT.pcapng [STANZAS] [SAMPLES]\n");
    return 2;
  }
  const uint64_t wanted = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1'000'000;
  const auto samples = read_samples(argc > 3 ? argv[3] : STANZASCOPE_SOURCE_DIR "/captures/samples");
  std::string error;
  const auto file = captures::FileOutput::create(argv[1], true, error);
  if (file == nullptr || samples.empty()) {
    std::fprintf(stderr, "%s\n", samples.empty() ? "there are no samples" : error.c_str());
    return 3;
  }
  captures::WriterOptions options;
  options.application = "make_large_capture";
  captures::Writer writer(options, file.get());
  parser::AnalyzerOptions analysis;
  analysis.numbering = &writer;
  uint64_t elements = 0;
  parser::ConnectionId first = 0;
  parser::Time begin = samples.front().front().time;
  for (size_t round = 0; elements < wanted; ++round) {
    const std::vector<captures::Told>& sample = samples[round % samples.size()];
    const parser::Duration shift = begin - sample.front().time;
    parser::Analyzer analyzer(analysis, writer);
    parser::ConnectionId highest = 0;
    parser::Time last = begin;
    for (captures::Told told : sample) {
      told.time += shift;
      last = std::max(last, told.time);
      highest = std::max(highest, told.connection);
      if (parser::is_element(told.kind)) ++elements;
      captures::tell(told, first + told.connection, analyzer);
    }
    analyzer.finish(last);
    first += highest;
    begin = last + std::chrono::milliseconds(20);
  }
  writer.flush();
  if (writer.failed()) {
    std::fprintf(stderr, "%s\n", writer.error().c_str());
    return 3;
  }
  std::printf("%llu elements on %llu connections, %llu packets, %llu bytes\n",
              static_cast<unsigned long long>(elements), static_cast<unsigned long long>(first),
              static_cast<unsigned long long>(writer.frames()),
              static_cast<unsigned long long>(writer.bytes()));
  return 0;
}
