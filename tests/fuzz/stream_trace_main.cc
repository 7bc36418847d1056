// Prints what the stream reader says of the bytes on standard input, in the words of tests/cases/xml: for
// tools/fuzz_to_case, and for whoever writes a case. The arguments are the options of a case's fence.
#include <charconv>
#include <cstdio>
#include <iostream>
#include <iterator>
#include <string>
#include <string_view>

#include "tests/support/stream_trace.h"

int main(int argc, char** argv) {
  test::TraceOptions options;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    const size_t equals = word.find('=');
    const std::string_view key = word.substr(0, equals);
    size_t value = 0;
    if (equals != std::string_view::npos) {
      std::from_chars(word.data() + equals + 1, word.data() + word.size(), value);
    }
    if (key == "mid-session") {
      options.reader.expect_header = false;
    } else if (key == "depth") {
      options.reader.limits.depth = value;
    } else if (key == "attributes") {
      options.reader.limits.attributes = value;
    } else if (key == "element-bytes") {
      options.reader.limits.element_bytes = value;
    } else if (key == "header-bytes") {
      options.reader.limits.header_bytes = value;
    } else {
      std::cerr << "unknown option " << word << '\n';
      return 2;
    }
  }
  const std::string input(std::istreambuf_iterator<char>(std::cin), {});
  std::cout << test::trace({input}, options);
  return 0;
}
