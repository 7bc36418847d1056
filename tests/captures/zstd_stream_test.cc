// Compressed captures are read as they are; what is cut or damaged is said.
#include "captures/zstd_stream.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "tests/captures/recording.h"

namespace captures {
namespace {

std::string sample() {
  std::ostringstream bytes;
  bytes << std::ifstream(STANZASCOPE_SOURCE_DIR "/captures/samples/demo.pcapng", std::ios::binary).rdbuf();
  return std::move(bytes).str();
}

std::string packed(std::string_view bytes) {
  ZstdEncoder encoder(3);
  std::string out = encoder.feed(bytes, false);
  return out + encoder.feed({}, true);
}

TEST(ZstdStream, WhatIsDecodedIsWhatWasEncodedInPiecesOfAnySize) {
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += std::to_string(i * 7919);
  const std::string whole = packed(text);
  EXPECT_LT(whole.size(), text.size());
  for (const size_t piece : {size_t{1}, size_t{7}, size_t{4096}, whole.size()}) {
    ZstdDecoder decoder;
    std::string out;
    for (size_t begin = 0; begin < whole.size(); begin += piece) {
      EXPECT_TRUE(decoder.feed(std::string_view(whole).substr(begin, piece),
                               [&out](std::string_view some) { out += some; }));
    }
    EXPECT_TRUE(decoder.at_end());
    EXPECT_TRUE(out == text);
  }
}

TEST(ZstdStream, ACompressedCaptureIsReadLikeAPlainOne) {
  const std::string plain = sample();
  const testing::Reread wanted(plain);
  ASSERT_GT(wanted.events.texts.size(), 20u);
  const std::string whole = packed(plain);
  for (const size_t piece : {size_t{1}, size_t{3}, size_t{1000}, size_t{0}}) {
    const testing::Reread again(whole, piece);
    EXPECT_EQ(again.reader.error(), "");
    EXPECT_TRUE(again.reader.damage().empty());
    testing::expect_same(wanted.events.texts, again.events.texts);
  }
}

TEST(ZstdStream, SeveralFramesBehindEachOtherAreOneFile) {
  const std::string plain = sample();
  const testing::Reread again(packed(plain.substr(0, 1000)) + packed(plain.substr(1000)));
  testing::expect_same(testing::Reread(plain).events.texts, again.events.texts);
}

TEST(ZstdStream, ACutFileIsReadAsFarAsItGoesAndSaysSo) {
  const std::string whole = packed(sample());
  for (size_t size = 0; size < whole.size(); ++size) {
    const testing::Reread again(whole.substr(0, size));
    ASSERT_TRUE(again.reader.failed() || again.reader.damage().size() >= 1) << "cut at " << size;
  }
}

TEST(ZstdStream, FlippedBitsNeverPassUnnoticedAndNeverCrash) {
  const std::string whole = packed(sample());
  const auto wanted = testing::Reread(sample()).events.texts;
  for (size_t at = 0; at < whole.size(); ++at) {
    std::string flipped = whole;
    flipped[at] = static_cast<char>(flipped[at] ^ (1 << (at % 8)));
    const testing::Reread again(flipped);
    const bool told = again.reader.failed() || !again.reader.damage().empty();
    ASSERT_TRUE(told || again.events.texts == wanted) << "bit of byte " << at;
  }
}

TEST(ZstdStream, AWindowThatIsTooLargeIsRefused) {
  // A frame header alone: magic, a descriptor without single segment, a window of 2^31 bytes and more.
  const std::string frame("\x28\xB5\x2F\xFD\x00\xA8\x00\x00\x00", 9);
  const testing::Reread again(frame);
  EXPECT_TRUE(again.reader.failed());
  EXPECT_NE(again.reader.error().find("compressed (zstd), and damaged"), std::string::npos)
      << again.reader.error();
}

}  // namespace
}  // namespace captures
