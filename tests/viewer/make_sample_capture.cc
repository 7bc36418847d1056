// make_sample_capture OUT.pcapng [COPIES]: the sample sessions as a capture, as often as asked.
#include <cstdio>
#include <cstdlib>
#include <string>

#include "captures/file.h"
#include "captures/writer.h"
#include "parser/analyzer.h"
#include "tests/support/sample_session.h"

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: make_sample_capture OUT.pcapng [COPIES]\n");
    return 2;
  }
  std::string error;
  const auto file = captures::FileOutput::create(argv[1], true, error);
  if (file == nullptr) {
    std::fprintf(stderr, "%s\n", error.c_str());
    return 3;
  }
  captures::WriterOptions options;
  options.application = "make_sample_capture";
  captures::Writer writer(options, file.get());
  parser::AnalyzerOptions analysis;
  analysis.numbering = &writer;
  const int copies = argc > 2 ? std::atoi(argv[2]) : 1;
  for (int i = 0; i < copies; ++i) {
    parser::Analyzer analyzer(analysis, writer);
    test_support::play_sample_sessions(analyzer, static_cast<parser::ConnectionId>(i) * 2);
  }
  writer.flush();
  if (!writer.failed()) return 0;
  std::fprintf(stderr, "%s\n", writer.error().c_str());
  return 3;
}
