// Any bytes as elements: every payload reader, every phrase and every rule over what parses, in both
// directions of a bound session and of one that nothing is known of. See tests/support/every_reader.h.
#include <cstdint>
#include <string_view>

#include "tests/support/every_reader.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  test_support::judge_everything({reinterpret_cast<const char*>(data), size});
  return 0;
}
