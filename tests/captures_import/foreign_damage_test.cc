// A foreign capture that is cut, flipped or filled with zeros is read as far as it goes, and never crashes.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>

#include "captures/import/foreign_capture.h"

namespace captures {
namespace {

struct Read {
  std::string error;
  ImportTotals totals;
  std::string said;
};

class Said : public parser::EventSink {
 public:
  void on_event(const parser::StreamEvent& event) override { text += event.bytes; }
  std::string text;
};

Read read(const std::string& file) {
  Said said;
  parser::Analyzer analyzer({}, said);
  Read result;
  result.error = read_foreign(file, analyzer, result.totals);
  result.said = said.text;
  return result;
}

// A session of some packets; the first byte of a seed is the fuzzer's own.
std::string session() {
  std::ostringstream bytes;
  bytes
      << std::ifstream(STANZASCOPE_SOURCE_DIR "/tests/fuzz/seeds/foreign/session", std::ios::binary).rdbuf();
  return bytes.str().substr(1);
}

TEST(ForeignDamage, EveryCutIsReadUpToItsLastWholePacket) {
  const std::string file = session();
  const Read whole = read(file);
  ASSERT_EQ(whole.error, "");
  ASSERT_EQ(whole.totals.connections, 1u);
  uint64_t packets = 0;
  for (size_t size = 0; size < file.size(); ++size) {
    const Read cut = read(file.substr(0, size));
    if (!cut.error.empty()) {
      EXPECT_LT(size, 24u) << cut.error;  // of the file's own header
      continue;
    }
    EXPECT_GE(cut.totals.packets, packets);
    packets = cut.totals.packets;
    EXPECT_TRUE(whole.said.size() >= cut.said.size()) << "cut at " << size;
  }
  EXPECT_EQ(packets + 1, whole.totals.packets);
}

TEST(ForeignDamage, NoFlippedBitIsTooMuch) {
  const std::string file = session();
  for (size_t bit = 0; bit < file.size() * 8; ++bit) {
    std::string flipped = file;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
    const Read again = read(flipped);
    EXPECT_TRUE(again.error.empty() || again.totals.packets == 0) << "bit " << bit << ": " << again.error;
  }
}

TEST(ForeignDamage, ZerosAtTheEndAndWrongLengthsAreSaid) {
  const std::string file = session();
  const Read whole = read(file);
  const Read zeros = read(file + std::string(4096, '\0'));
  EXPECT_EQ(zeros.error, "");
  EXPECT_EQ(zeros.said, whole.said);
  std::string longer = file;
  longer.replace(24 + 8, 4, std::string("\xFF\xFF\xFF\x7F", 4));  // captured length of the first packet
  const Read wrong = read(longer);
  EXPECT_EQ(wrong.totals.packets, 0u);
  ASSERT_EQ(wrong.totals.notes.size(), 1u);
  EXPECT_NE(wrong.totals.notes[0].find("damaged or cut behind packet 0"), std::string::npos);
}

}  // namespace
}  // namespace captures
