// The stream reader on arbitrary bytes: whole, byte by byte and in odd pieces it must say the same, tell
// every byte once, and stay within its limits, which are small here so that they are reached.
//
// The first byte chooses the options, the rest is the stream.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "tests/support/chunking.h"
#include "tests/support/stream_trace.h"

namespace {

void check_same(const std::string& whole, const std::string& pieces, const char* how) {
  const bool faulty = whole.starts_with("fault: ") || whole.find("\nfault: ") != std::string::npos;
  if (whole == pieces && !faulty) return;
  std::fprintf(stderr, "--- whole\n%s--- %s\n%s", whole.c_str(), how, pieces.c_str());
  std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  test::TraceOptions options;
  options.reader.expect_header = (data[0] & 1) == 0;
  if ((data[0] & 2) != 0) {
    options.reader.limits = {.element_bytes = 200, .depth = 4, .attributes = 3, .header_bytes = 150};
  }
  options.restart_behind = {"success"};
  if ((data[0] & 4) != 0) options.pause_behind = {"proceed"};
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::string whole = test::trace({bytes}, options);
  check_same(whole, test::trace(test::cut_every(bytes, 1), options), "byte by byte");
  check_same(whole, test::trace(test::cut_every(bytes, 1 + (data[0] >> 3)), options), "in pieces");
  options.release_between_feeds = true;
  check_same(whole, test::trace(test::cut_every(bytes, 5), options), "with memory released in between");
  return 0;
}
