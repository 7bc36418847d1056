// An index finds what reading the whole file finds, and is never trusted beyond its own file.
#include "captures/capture_index.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "captures/file_index.h"
#include "tests/captures/recording.h"

namespace captures {
namespace {

using parser::ConnectionId;
using parser::Direction;
using testing::at;

constexpr ConnectionId kConnections = 7;

// Connections that talk in turn, each with a login, edits and whitespace; some never close.
std::string some_capture(int stanzas = 60) {
  testing::Recording recording;
  for (ConnectionId id = 1; id <= kConnections; ++id) {
    recording.analyzer.opened(at(static_cast<int64_t>(id)), id, testing::some_connection());
    recording.analyzer.bytes(
        at(10), id, Direction::kC2S,
        "<stream:stream xmlns='jabber:client' "
        "xmlns:stream='http://etherx.jabber.org/streams' to='example.com' version='1.0'>");
  }
  for (int i = 0; i < stanzas; ++i) {
    const auto id = static_cast<ConnectionId>(1 + i * 5 % static_cast<int>(kConnections));
    recording.analyzer.bytes(
        at(20 + i), id, Direction::kC2S,
        "<message><body>" + std::string(static_cast<size_t>(i) * 7, 'x') + "</body></message>");
    if (i % 9 == 0) recording.analyzer.bytes(at(20 + i), id, Direction::kC2S, "\n");
  }
  recording.analyzer.closed(at(5'000), 2, {});
  return recording.finish(at(6'000));
}

// Events of these connections when everything is read.
std::vector<std::string> by_reading(const std::string& file, const std::set<ConnectionId>& of,
                                    uint64_t last) {
  class Some : public testing::KeptEvents {
   public:
    void on_event(const parser::StreamEvent& event) override {
      if (event.frame <= last) KeptEvents::on_event(event);
    }
    uint64_t last = 0;
  };
  Some some;
  some.last = last;
  Reader reader({}, some);
  reader.only(of);
  reader.feed(file);
  reader.finish();
  return some.texts;
}

std::vector<std::string> by_index(const std::string& file, const CaptureIndex& index,
                                  const std::vector<ConnectionId>& of, uint64_t last) {
  testing::KeptEvents events;
  Reader reader({}, events);
  EXPECT_TRUE(read_packets(file, index, of, index.packets(of, 1, last), reader));
  EXPECT_TRUE(reader.damage().empty());
  return events.texts;
}

TEST(CaptureIndex, FindsTheEventsOfEachConnectionWithTheirFrames) {
  const std::string file = some_capture();
  std::string why;
  const auto index = CaptureIndex::build(file, why);
  ASSERT_TRUE(index.has_value()) << why;
  ASSERT_EQ(index->connections().size(), kConnections);
  EXPECT_EQ(index->frames(), testing::Reread(file).reader.frames());
  for (ConnectionId id = 1; id <= kConnections; ++id) {
    const auto wanted = by_reading(file, {id}, UINT64_MAX);
    EXPECT_GT(wanted.size(), 5u);
    testing::expect_same(wanted, by_index(file, *index, {id}, UINT64_MAX));
  }
  testing::expect_same(by_reading(file, {2, 5}, UINT64_MAX), by_index(file, *index, {2, 5}, UINT64_MAX));
}

// As behind a crash: no packet says how the connections ended.
TEST(CaptureIndex, OfAFileWithoutEndsTellsTheEndsAsReadingAllOfItDoes) {
  const std::string whole = some_capture();
  std::string why;
  const auto all = CaptureIndex::build(whole, why);
  ASSERT_TRUE(all.has_value()) << why;
  const uint64_t cut_at = all->frames() / 2;
  const auto places = all->packets(all->with_packets(cut_at, cut_at), cut_at, cut_at);
  ASSERT_EQ(places.size(), 1u);
  const std::string file = whole.substr(0, places[0].offset);
  const auto index = CaptureIndex::build(file, why);
  ASSERT_TRUE(index.has_value()) << why;
  ASSERT_EQ(index->frames(), cut_at - 1);
  for (const IndexedConnection& connection : index->connections()) {
    testing::expect_same(by_reading(file, {connection.id}, UINT64_MAX),
                         by_index(file, *index, {connection.id}, UINT64_MAX));
  }
}

TEST(CaptureIndex, SaysWhoWasThereAndWhen) {
  const std::string file = some_capture();
  std::string why;
  const auto index = CaptureIndex::build(file, why);
  ASSERT_TRUE(index.has_value()) << why;
  uint64_t packets = 0;
  for (const IndexedConnection& c : index->connections()) {
    packets += c.packets;
    EXPECT_EQ(c.info().client.address, "127.0.0.1");
    EXPECT_EQ(c.first, at(static_cast<int64_t>(c.id)));
    EXPECT_GT(c.bytes, 200u);
  }
  EXPECT_EQ(packets, index->frames());
  const uint64_t middle = index->frames() / 2;
  const auto there = index->with_packets(middle, middle);
  ASSERT_EQ(there.size(), 1u);
  const auto places = index->packets(there, middle, middle);
  ASSERT_EQ(places.size(), 1u);
  EXPECT_EQ(places[0].frame, middle);
}

TEST(CaptureIndex, IsTheSameWhenItWasKept) {
  const std::string file = some_capture();
  std::string why;
  const auto index = CaptureIndex::build(file, why);
  ASSERT_TRUE(index.has_value());
  const FileIdentity identity{file.size(), 12, identity_digest(file)};
  const std::string kept = index->encode(identity);
  const auto again = CaptureIndex::decode(kept, identity);
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(again->encode(identity), kept);
  for (FileIdentity other :
       {FileIdentity{file.size() + 1, 12, identity.digest}, FileIdentity{file.size(), 13, identity.digest},
        FileIdentity{file.size(), 12, identity.digest + 1}}) {
    EXPECT_FALSE(CaptureIndex::decode(kept, other).has_value());
  }
}

TEST(CaptureIndex, ThatIsDamagedIsNotUsed) {
  const std::string file = some_capture(20);
  std::string why;
  const FileIdentity identity{file.size(), 12, identity_digest(file)};
  const std::string kept = CaptureIndex::build(file, why)->encode(identity);
  for (size_t size = 0; size < kept.size(); ++size) {
    EXPECT_FALSE(CaptureIndex::decode(kept.substr(0, size), identity).has_value()) << "cut at " << size;
  }
  for (size_t bit = 0; bit < kept.size() * 8; ++bit) {
    std::string flipped = kept;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_FALSE(CaptureIndex::decode(flipped, identity).has_value()) << "bit " << bit;
  }
  EXPECT_FALSE(CaptureIndex::decode(kept + std::string(100, '\0'), identity).has_value());
}

TEST(CaptureIndex, OfAnotherFileFeedsNothing) {
  const std::string file = some_capture(40);
  const std::string other = some_capture(41).substr(0, file.size());
  std::string why;
  const auto index = CaptureIndex::build(file, why);
  std::string moved = file;
  moved.insert(index->head(), file.substr(index->head(), 400 / 4 * 4));
  for (const std::string& wrong : {file.substr(0, file.size() / 2), moved}) {
    testing::KeptEvents events;
    Reader reader({}, events);
    EXPECT_FALSE(read_packets(wrong, *index, {3}, index->packets({3}, 1, UINT64_MAX), reader));
    EXPECT_TRUE(events.texts.empty());
  }
}

TEST(CaptureIndex, IsNotMadeOfWhatIsNotWhole) {
  const std::string file = some_capture(10);
  std::string why;
  EXPECT_FALSE(CaptureIndex::build(file.substr(0, file.size() - 5), why).has_value());
  EXPECT_NE(why.find("damaged or cut at byte"), std::string::npos);
  EXPECT_FALSE(CaptureIndex::build(file + file, why).has_value());
  EXPECT_EQ(why, "it has several sections");
  EXPECT_FALSE(CaptureIndex::build("", why).has_value());
  EXPECT_FALSE(CaptureIndex::build("no capture at all, but long enough", why).has_value());
}

TEST(FileIndex, IsKeptBesideALargeFileAndMadeAnewWhenThatIsAnother) {
  namespace fs = std::filesystem;
  std::string folder = (fs::temp_directory_path() / "index.XXXXXX").string();
  ASSERT_NE(::mkdtemp(folder.data()), nullptr);
  const std::string path = folder + "/large.pcapng";
  testing::Recording recording;
  recording.analyzer.opened(at(0), 1, testing::some_connection());
  recording.analyzer.bytes(
      at(1), 1, Direction::kC2S,
      "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>");
  for (int i = 0; i < 330; ++i) {
    recording.analyzer.bytes(at(2), 1, Direction::kC2S,
                             "<message><body>" + std::string(52'000, 'x') + "</body></message>");
  }
  const std::string bytes = recording.finish(at(3));
  std::ofstream(path, std::ios::binary) << bytes;
  std::string error;
  std::string why;
  auto opened = open_indexed(path, error, why);
  ASSERT_TRUE(opened.has_value()) << error << why;
  EXPECT_TRUE(opened->built);
  ASSERT_TRUE(fs::exists(path + ".idx"));
  opened = open_indexed(path, error, why);
  EXPECT_FALSE(opened->built);
  std::ofstream(path, std::ios::binary) << bytes.substr(0, bytes.size());  // the same again, at another time
  opened = open_indexed(path, error, why);
  EXPECT_TRUE(opened->built) << "a stale index was trusted";
  std::ofstream(path + ".idx", std::ios::binary) << "rubbish";
  opened = open_indexed(path, error, why);
  EXPECT_TRUE(opened->built);
  EXPECT_EQ(opened->index.connections().size(), 1u);
  fs::remove_all(folder);
}

}  // namespace
}  // namespace captures
