// Any bytes as a capture of another program: reading ends, and says in words what was wrong.
//
// The first byte chooses what the rest is: a file for libpcap, or what tshark printed.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "captures/import/foreign_capture.h"
#include "captures/import/packet_decryption.h"

namespace {

constexpr size_t kMostBytes = size_t{128} << 10U;

class Count final : public parser::EventSink {
 public:
  void on_event(const parser::StreamEvent& event) override {
    if (event.kind == parser::EventKind::kOpened) ++open;
    if (event.kind == parser::EventKind::kClosed) ++closed;
  }
  uint64_t open = 0;
  uint64_t closed = 0;
};

void read_capture(std::string_view file) {
  Count count;
  parser::AnalyzerOptions options;
  options.limits.element_bytes = 20'000;
  parser::Analyzer analyzer(options, count);
  captures::ImportTotals totals;
  const std::string error = captures::read_foreign(file, analyzer, totals);
  if (!error.empty() && totals.packets > 0) std::abort();
  if (count.open != totals.connections || count.open != count.closed) std::abort();
  if (totals.notes.size() > 201) std::abort();
}

void read_tshark(std::string_view text) {
  captures::PacketDecryption decryption;
  size_t clear = 0;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    decryption.take_line(text.substr(begin, end - begin));
    begin = end + 1;
  }
  decryption.take_line("");
  for (uint64_t frame = 0; frame < 100; ++frame) {
    for (const std::string& bytes : decryption.of(frame)) clear += bytes.size();
  }
  if (clear > text.size()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2 || size > kMostBytes) return 0;
  const std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (data[0] == 'y') {
    read_tshark(rest);
  } else {
    read_capture(rest);
  }
  return 0;
}
