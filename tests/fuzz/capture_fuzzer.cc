// The capture reader on arbitrary bytes: it never fails but in words, and how the file arrives in pieces
// never matters.
//
// The first byte says how long the pieces are, the rest is the file.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "captures/reader.h"
#include "captures/zstd_stream.h"
#include "tests/captures/kept_events.h"

namespace {

std::string read(std::string_view file, size_t piece) {
  captures::testing::KeptEvents events;
  parser::AnalyzerOptions options;
  options.limits.element_bytes = 20'000;
  captures::Reader reader(options, events);
  for (size_t begin = 0; begin < file.size(); begin += piece) reader.feed(file.substr(begin, piece));
  reader.finish();
  // Of a compressed file offsets are those of what was compressed.
  if (reader.offset() > file.size() && !captures::is_zstd(file)) std::abort();
  std::string all = reader.error();
  for (const std::string& text : events.texts) all += text + "\n";
  for (const captures::Damage& damage : reader.damage()) {
    all += std::to_string(damage.offset) + " " + std::to_string(damage.frame) + " " + damage.what + "\n";
  }
  for (const captures::Comment& comment : reader.comments()) {
    all += std::to_string(comment.frame) + " " + comment.text + "\n";
  }
  return all;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  const std::string_view file(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::string whole = read(file, file.size());
  const std::string pieces = read(file, 1 + data[0]);
  if (whole == pieces) return 0;
  std::fprintf(stderr, "--- whole\n%s--- in pieces of %d\n%s", whole.c_str(), 1 + data[0], pieces.c_str());
  std::abort();
}
