// Whatever PlainParser takes, libxml2 takes too, and reads as the same tree; whole and tag by tag.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "tests/support/plain_difference.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const bool whole = test::compare_plain(text, false).taken;
  for (const test::PlainVerdict& verdict : {test::compare_plain(text, false), test::compare_plain(text, true),
                                            test::compare_plain_header(text)}) {
    if (verdict.difference.empty()) continue;
    std::fprintf(stderr, "%s\n", verdict.difference.c_str());
    std::abort();
  }
  if (whole == test::compare_plain(text, true).taken) return 0;
  std::fprintf(stderr, "taken whole: %d, otherwise tag by tag\n", whole);
  std::abort();
}
