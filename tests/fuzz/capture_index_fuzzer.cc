// Any bytes as an index, and any capture by its index: an index of other bytes is never taken, and what is
// read by one is what is read without it.
//
// The first byte chooses: 'i' an index, else a capture.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "captures/capture_index.h"
#include "captures/reader.h"
#include "tests/captures/kept_events.h"

namespace {

using captures::CaptureIndex;

std::string joined(const captures::testing::KeptEvents& events) {
  std::string all;
  for (const std::string& text : events.texts) all += text + "\n";
  return all;
}

void check_capture(std::string_view file) {
  std::string why;
  const auto index = CaptureIndex::build(file, why);
  if (!index) return;
  const captures::FileIdentity identity{file.size(), 1, captures::identity_digest(file)};
  const auto again = CaptureIndex::decode(index->encode(identity), identity);
  if (!again || again->encode(identity) != index->encode(identity)) std::abort();
  if (index->connections().size() > 8) return;
  for (const captures::IndexedConnection& connection : index->connections()) {
    captures::testing::KeptEvents plain;
    captures::Reader whole({}, plain);
    whole.only({connection.id});
    whole.feed(file);
    whole.finish();
    // Damage is where the two may part: a broken packet that opens nothing keeps others from being read.
    if (whole.failed() || !whole.damage().empty()) return;
    captures::testing::KeptEvents some;
    captures::Reader part({}, some);
    const std::vector<parser::ConnectionId> of{connection.id};
    if (!captures::read_packets(file, *index, of, index->packets(of, 1, UINT64_MAX), part)) std::abort();
    if (joined(plain) != joined(some)) {
      std::fprintf(stderr, "--- whole\n%s--- by index\n%s", joined(plain).c_str(), joined(some).c_str());
      std::abort();
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  const std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (data[0] == 'i') {
    const captures::FileIdentity identity{1000, 1, 1};
    if (const auto index = CaptureIndex::decode(rest, identity)) index->with_packets(1, 100);
  } else {
    check_capture(rest);
  }
  return 0;
}
