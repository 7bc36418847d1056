// Every kind of damage: what is whole before it is read, and what is said is true.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <random>

#include "captures/pcapng.h"
#include "tests/captures/recording.h"
#include "tests/support/sanitized.h"

namespace captures {
namespace {

using parser::Direction;
using testing::at;
using ::testing::HasSubstr;
using testing::Recording;
using testing::Reread;
using testing::some_connection;
using ::testing::StartsWith;

struct Sample {
  std::string file;
  std::vector<std::string> events;
  std::vector<size_t> blocks;  // where each begins, and the end
};

Sample make_sample() {
  Recording recording;
  recording.analyzer.opened(at(0), 1, some_connection());
  recording.analyzer.bytes(
      at(1), 1, Direction::kC2S,
      "<stream:stream xmlns:stream='http://etherx.jabber.org/streams' xmlns='jabber:client'>");
  recording.analyzer.edited(at(1), 1, {Direction::kS2C, {3, 5}, "zz", "test", "why"});
  recording.analyzer.bytes(at(2), 1, Direction::kS2C, "<a/> <b/>");
  recording.analyzer.bytes(at(3), 1, Direction::kC2S, "<iq type='get'/><message><!-- x --></message>");
  recording.analyzer.notice(at(4), 1, {"name", "text"});
  recording.analyzer.bytes(at(5), 1, Direction::kC2S, "<presence/></stream:stream>");
  recording.analyzer.closed(at(6), 1, {});
  Sample sample;
  sample.file = recording.finish(at(7));
  sample.events = recording.events.texts;
  bool swapped = false;
  for (size_t begin = 0; begin < sample.file.size();) {
    sample.blocks.push_back(begin);
    pcapng::Block block;
    size_t needed = 0;
    std::string why;
    if (pcapng::cut_block(std::string_view(sample.file).substr(begin), swapped, block, needed, why) !=
        pcapng::Cut::kBlock) {
      ADD_FAILURE() << why;
      break;
    }
    begin += block.size;
  }
  sample.blocks.push_back(sample.file.size());
  return sample;
}

// The file's blocks in the other byte order.
std::string swap_order(const std::string& file) {
  std::string out = file;
  const auto swap16 = [&](size_t where) { std::swap(out[where], out[where + 1]); };
  const auto swap32 = [&](size_t where) {
    std::reverse(out.begin() + static_cast<std::ptrdiff_t>(where),
                 out.begin() + static_cast<std::ptrdiff_t>(where + 4));
  };
  const auto get32 = [&](size_t where) {
    uint32_t value;
    std::memcpy(&value, file.data() + where, 4);
    return value;
  };
  const auto get16 = [&](size_t where) {
    uint16_t value;
    std::memcpy(&value, file.data() + where, 2);
    return value;
  };
  for (size_t begin = 0; begin < file.size();) {
    const uint32_t type = get32(begin);
    const uint32_t size = get32(begin + 4);
    size_t options = begin + 8;
    swap32(begin);
    swap32(begin + 4);
    swap32(begin + size - 4);
    if (type == pcapng::kSectionHeader) {
      swap32(begin + 8);
      swap16(begin + 12);
      swap16(begin + 14);
      std::reverse(out.begin() + static_cast<std::ptrdiff_t>(begin + 16),
                   out.begin() + static_cast<std::ptrdiff_t>(begin + 24));
      options = begin + 24;
    } else if (type == pcapng::kInterface) {
      swap16(begin + 8);
      swap16(begin + 10);
      swap32(begin + 12);
      options = begin + 16;
    } else if (type == pcapng::kEnhancedPacket) {
      for (size_t field = begin + 8; field < begin + 28; field += 4) swap32(field);
      options = begin + 28 + pcapng::padded(get32(begin + 20));
    } else {  // names: nothing that the reader looks at
      options = begin + size - 4;
    }
    while (options < begin + size - 4) {
      const uint16_t code = get16(options);
      const uint16_t length = get16(options + 2);
      swap16(options);
      swap16(options + 2);
      if (code == pcapng::kCustomText || code == pcapng::kCustomBinary) swap32(options + 4);
      options += 4 + pcapng::padded(length);
    }
    begin += size;
  }
  return out;
}

// Live events begin with `again`; what may come behind are the ends of lost connections.
void expect_beginning(const std::vector<std::string>& live, const std::vector<std::string>& again) {
  size_t same = 0;
  while (same < live.size() && same < again.size() && live[same] == again[same]) ++same;
  for (size_t i = same; i < again.size(); ++i) {
    ASSERT_TRUE(again[i].find(" closed ") != std::string::npos ||
                again[i].find(" unparsed ") != std::string::npos)
        << again[i];
  }
}

TEST(Damage, CutAnywhereReadsToTheLastWholeBlockAndSaysSo) {
  const Sample sample = make_sample();
  for (size_t size = 0; size < sample.file.size(); size += test::kEachPlace) {
    SCOPED_TRACE(size);
    const Reread cut(std::string_view(sample.file).substr(0, size));
    const size_t whole = *(std::upper_bound(sample.blocks.begin(), sample.blocks.end(), size) - 1);
    if (whole == 0) {
      ASSERT_TRUE(cut.reader.failed());
      EXPECT_EQ(cut.reader.error(), size == 0 ? "The file is empty."
                                    : size < 4
                                        ? cut.reader.error()
                                        : "The file ends inside its first block: nothing was recorded.");
      continue;
    }
    ASSERT_FALSE(cut.reader.failed());
    EXPECT_EQ(cut.reader.offset(), whole);
    ASSERT_EQ(cut.reader.damage().size(), size == whole ? 0u : 1u);
    if (size != whole) {
      EXPECT_EQ(cut.reader.damage()[0].offset, whole);
      EXPECT_THAT(
          cut.reader.damage()[0].what,
          StartsWith("The file ends in the middle of a block: " + std::to_string(size - whole) + " bytes"));
    }
    ASSERT_NO_FATAL_FAILURE(expect_beginning(sample.events, cut.events.texts));
  }
}

TEST(Damage, ZerosBehindTheEndAreNamed) {
  const Sample sample = make_sample();
  for (const size_t block : sample.blocks) {
    if (block == 0) continue;
    const Reread zeros(sample.file.substr(0, block) + std::string(5000, '\0'), 777);
    ASSERT_EQ(zeros.reader.damage().size(), 1u);
    EXPECT_EQ(zeros.reader.damage()[0].offset, block);
    EXPECT_EQ(
        zeros.reader.damage()[0].what,
        "The file is damaged here: there are zero bytes where a block should begin. Everything before it was "
        "read, nothing behind it.");
    ASSERT_NO_FATAL_FAILURE(expect_beginning(sample.events, zeros.events.texts));
  }
}

TEST(Damage, AWrongLengthIsFoundWhereItIs) {
  const Sample sample = make_sample();
  for (size_t i = 1; i + 1 < sample.blocks.size(); ++i) {
    for (const uint32_t length : {0u, 4u, 13u, 0xFFFFFFFCu, 17u << 20, 16u}) {
      std::string file = sample.file;
      std::memcpy(file.data() + sample.blocks[i] + 4, &length, 4);
      const Reread damaged(file);
      ASSERT_FALSE(damaged.reader.failed());
      ASSERT_EQ(damaged.reader.damage().size(), 1u) << i << " " << length;
      EXPECT_EQ(damaged.reader.damage()[0].offset, sample.blocks[i]);
      ASSERT_NO_FATAL_FAILURE(expect_beginning(sample.events, damaged.events.texts));
    }
    std::string file = sample.file;
    file[sample.blocks[i + 1] - 4] ^= 4;
    const Reread damaged(file);
    ASSERT_EQ(damaged.reader.damage().size(), 1u);
    EXPECT_THAT(damaged.reader.damage()[0].what, HasSubstr("a block's two lengths differ"));
  }
}

// Whatever bit is wrong: no crash. In the lengths and in what was said on the wire it is noticed; options
// carry no checksum.
TEST(Damage, ASingleWrongBitIsNoticedInLengthsAndPackets) {
  const Sample sample = make_sample();
  for (size_t i = 1; i + 1 < sample.blocks.size(); ++i) {
    const size_t begin = sample.blocks[i];
    const size_t end = sample.blocks[i + 1];
    uint32_t type = 0;
    uint32_t captured = 0;
    std::memcpy(&type, sample.file.data() + begin, 4);
    std::memcpy(&captured, sample.file.data() + begin + 20, 4);
    for (size_t byte = begin; byte < end; byte += byte - begin < 8 ? 1 : test::kEachPlace) {
      const bool length = byte - begin >= 4 && byte - begin < 8;
      const bool segment =
          type == pcapng::kEnhancedPacket && byte >= begin + 28 + 34 && byte < begin + 28 + captured;
      for (const int bit : {0, 5}) {
        std::string file = sample.file;
        file[byte] = static_cast<char>(file[byte] ^ (1 << bit));
        const Reread damaged(file);
        if (!length && !segment && byte < end - 4) continue;
        ASSERT_FALSE(damaged.reader.damage().empty()) << "byte " << byte << ", bit " << bit;
      }
    }
  }
}

TEST(Damage, ADamagedPayloadIsSaidAndReadAsItIs) {
  const Sample sample = make_sample();
  std::string file = sample.file;
  file.replace(file.find("<presence/>"), 11, "<presencf/>");
  const Reread damaged(file);
  ASSERT_EQ(damaged.reader.damage().size(), 1u);
  EXPECT_THAT(
      damaged.reader.damage()[0].what,
      HasSubstr("was changed since it was recorded: its TCP checksum is wrong. It is read as it is now."));
}

TEST(Damage, RandomRubbishBehindAGoodBeginningNeverHarms) {
  const Sample sample = make_sample();
  std::mt19937 random(7);
  for (int round = 0; round < 1000; ++round) {
    std::string file = sample.file;
    for (auto i = random() % 20 + 1; i > 0; --i) {
      file[120 + random() % (file.size() - 120)] = static_cast<char>(random());
    }
    const Reread damaged(file, 1 + random() % 500);
    EXPECT_LE(damaged.reader.offset(), file.size());
  }
}

TEST(Damage, ForeignFilesAreRefusedWithAReason) {
  const auto error_of = [](const std::string& file) {
    const Reread reread(file);
    EXPECT_TRUE(reread.reader.failed());
    EXPECT_TRUE(reread.events.texts.empty());
    return reread.reader.error();
  };
  EXPECT_THAT(error_of(std::string("\xD4\xC3\xB2\xA1\2\0\4\0", 8)),
              StartsWith("This is a classic pcap file"));
  EXPECT_THAT(error_of("\x1f\x8b"), HasSubstr("ends inside its first block"));
  EXPECT_THAT(error_of("\x1f\x8b\x08\x01"), StartsWith("This is not a capture"));
  const Sample sample = make_sample();
  std::string foreign = sample.file;
  foreign.replace(foreign.find("stanzascope capture 1"), 11, "anotherprog");
  EXPECT_THAT(error_of(foreign),
              HasSubstr("It was not recorded by stanzascope. Make a capture of it with: stanzascope import"));
  std::string newer = sample.file;
  newer.replace(newer.find("stanzascope capture 1"), 21, "stanzascope capture 2");
  EXPECT_THAT(error_of(newer),
              HasSubstr("format 2, and this program reads format 1: a newer stanzascope can open it."));
}

TEST(Damage, TheOtherByteOrderReadsTheSame) {
  const Sample sample = make_sample();
  const Reread swapped(swap_order(sample.file), 61);
  ASSERT_FALSE(swapped.reader.failed()) << swapped.reader.error();
  EXPECT_TRUE(swapped.reader.damage().empty()) << swapped.reader.damage()[0].what;
  testing::expect_same(sample.events, swapped.events.texts);
}

TEST(Damage, UnknownBlocksAreSkipped) {
  const Sample sample = make_sample();
  std::string unknown;
  { pcapng::BlockWriter(unknown, 0x0BAD0001).bytes("whatever this is"); }
  std::string file;
  for (size_t i = 0; i + 1 < sample.blocks.size(); ++i) {
    file += sample.file.substr(sample.blocks[i], sample.blocks[i + 1] - sample.blocks[i]) + unknown;
  }
  const Reread reread(file);
  EXPECT_TRUE(reread.reader.damage().empty());
  testing::expect_same(sample.events, reread.events.texts);
}

TEST(Damage, SectionsOneAfterTheOtherKeepTheirConnectionsApart) {
  const Sample sample = make_sample();
  // The first one is cut, as by a crash, behind its first element.
  const std::string first = sample.file.substr(0, sample.blocks[7]);
  const Reread both(first + swap_order(sample.file) + sample.file, 100);
  ASSERT_FALSE(both.reader.failed());
  EXPECT_TRUE(both.reader.damage().empty());
  const auto of = [&](const std::string& number) {
    return std::count_if(both.events.texts.begin(), both.events.texts.end(), [&](const std::string& text) {
      return text.find(" connection " + number + " ") != std::string::npos;
    });
  };
  EXPECT_EQ(of("2"), static_cast<std::ptrdiff_t>(sample.events.size()));
  EXPECT_EQ(of("3"), static_cast<std::ptrdiff_t>(sample.events.size()));
  EXPECT_GE(of("1"), 2);
  EXPECT_TRUE(std::any_of(both.events.texts.begin(), both.events.texts.end(), [](const std::string& text) {
    return text.find("connection 1 ") != std::string::npos &&
           text.find("the recording ended before the connection did") != std::string::npos;
  }));
}

TEST(Damage, PacketsWithoutOurOptionsAreLeftOutAndNamed) {
  const Sample sample = make_sample();
  std::string file = sample.file.substr(0, sample.blocks[3]);
  {
    pcapng::BlockWriter block(file, pcapng::kEnhancedPacket);
    for (const uint32_t field : {0u, 0u, 0u, 4u, 4u}) block.u32(field);
    block.bytes("abcd");
  }
  file += sample.file.substr(sample.blocks[3]);
  const Reread reread(file);
  ASSERT_EQ(reread.reader.damage().size(), 1u);
  EXPECT_EQ(reread.reader.damage()[0].what, "Packet 1 was not written by stanzascope and is left out.");
  EXPECT_EQ(reread.events.texts.size(), sample.events.size());
}

}  // namespace
}  // namespace captures
