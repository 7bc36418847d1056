// An element that was parsed, written out and parsed again is the same element: the tree holds all that the
// bytes said, and serialize() loses none of it.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "parser/stream/stream_reader.h"
#include "parser/xml/serialize.h"

namespace {

using parser::StreamItem;
using parser::StreamReader;

class Collector : public StreamReader::Handler {
 public:
  void on_item(const StreamItem& item) override {
    if (item.kind == StreamItem::Kind::kElement) elements.push_back(item.element);
    if (item.kind == StreamItem::Kind::kViolation) tidy = false;
  }
  std::vector<parser::xml::ElementPtr> elements;
  bool tidy = true;
};

Collector read(std::string_view bytes) {
  Collector collector;
  StreamReader::Options options;
  options.expect_header = false;
  StreamReader reader(options);
  reader.feed(bytes, collector);
  reader.finish(collector);
  return collector;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const Collector first = read({reinterpret_cast<const char*>(data), size});
  if (!first.tidy) return 0;
  for (const parser::xml::ElementPtr& element : first.elements) {
    const std::string written = parser::xml::serialize(*element);
    const Collector second = read(written);
    // A header in mid-stream changes the namespaces that later elements inherit; those are not comparable.
    if (second.elements.size() != 1) continue;
    if (!second.tidy) continue;
    const std::string again = parser::xml::serialize(*second.elements[0]);
    if (again == written) continue;
    std::fprintf(stderr, "--- once\n%s\n--- twice\n%s\n", written.c_str(), again.c_str());
    std::abort();
  }
  return 0;
}
