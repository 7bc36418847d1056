// Notes in a capture: written, read back, taken away again, and nothing else touched.
#include "captures/marks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "captures/file.h"
#include "captures/writer.h"
#include "parser/analyzer.h"
#include "tests/support/sample_session.h"

namespace captures {
namespace {

class Nothing : public parser::EventSink {
 public:
  void on_event(const parser::StreamEvent&) override { ++events; }
  size_t events = 0;
};

std::string write_sample(const std::string& name) {
  const std::string path = ::testing::TempDir() + "/" + name;
  std::string error;
  const auto file = FileOutput::create(path, true, error);
  EXPECT_NE(file, nullptr) << error;
  Writer writer({}, file.get());
  parser::AnalyzerOptions options;
  options.numbering = &writer;
  parser::Analyzer analyzer(options, writer);
  test_support::play_sample_sessions(analyzer);
  writer.flush();
  return path;
}

std::string read_bytes(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

struct Seen {
  std::vector<Mark> marks;
  size_t damage = 0;
  size_t events = 0;
  uint64_t frames = 0;
};
Seen read(const std::string& path) {
  Nothing nothing;
  Reader reader({}, nothing);
  EXPECT_EQ(read_file(path, reader), "");
  return {reader.marks(), reader.damage().size(), nothing.events, reader.frames()};
}

TEST(Marks, AreReadBackAsTheyWereSaved) {
  const std::string path = write_sample("marks.pcapng");
  const Seen before = read(path);
  EXPECT_TRUE(before.marks.empty());
  ASSERT_EQ(save_marks(path, {{12, "here it goes wrong: \u00e9\u4e16"}, {30, ""}}), "");
  const Seen after = read(path);
  EXPECT_THAT(after.marks,
              ::testing::ElementsAre(Mark{12, "here it goes wrong: \u00e9\u4e16"}, Mark{30, ""}));
  EXPECT_EQ(after.damage, 0U);
  EXPECT_EQ(after.events, before.events);
  EXPECT_EQ(after.frames, before.frames);
}

TEST(Marks, AreChangedAndTakenAwayWithoutATrace) {
  const std::string path = write_sample("marks-away.pcapng");
  const std::string original = read_bytes(path);
  ASSERT_EQ(save_marks(path, {{12, "first"}}), "");
  EXPECT_NE(read_bytes(path), original);
  ASSERT_EQ(save_marks(path, {{12, "second"}, {13, "more"}}), "");
  EXPECT_THAT(read(path).marks, ::testing::ElementsAre(Mark{12, "second"}, Mark{13, "more"}));
  ASSERT_EQ(save_marks(path, {}), "");
  EXPECT_EQ(read_bytes(path), original) << "every other byte is as it was";
}

TEST(Marks, OnlyThePacketsWithNotesAreWrittenAnew) {
  const std::string path = write_sample("marks-bytes.pcapng");
  const std::string original = read_bytes(path);
  std::string changed;
  size_t pieces = 0;
  const auto write = [&](std::string_view bytes) {
    changed += bytes;
    ++pieces;
    return std::string();
  };
  ASSERT_EQ(rewrite_marks(original, {{20, "x"}}, write), "");
  EXPECT_EQ(pieces, 3U) << "before, the packet, behind";
  size_t same = 0;
  while (same < original.size() && original[same] == changed[same]) ++same;
  const size_t tail = 2000;
  EXPECT_GT(same, size_t{1000});
  EXPECT_EQ(original.substr(original.size() - tail), changed.substr(changed.size() - tail));
}

TEST(Marks, ANoteForAFrameThatIsNotThereIsRefused) {
  const std::string path = write_sample("marks-none.pcapng");
  const std::string original = read_bytes(path);
  EXPECT_EQ(save_marks(path, {{99'999, "x"}}), "A note is for a frame that the capture does not have.");
  EXPECT_EQ(read_bytes(path), original);
  size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(::testing::TempDir())) {
    if (entry.path().string().starts_with(path + ".")) ++files;
  }
  EXPECT_EQ(files, 0U) << "nothing is left beside it";
}

TEST(Marks, ACaptureThatIsBeingRecordedIsLeftAlone) {
  const std::string path = ::testing::TempDir() + "/marks-live.pcapng";
  std::string error;
  const auto file = FileOutput::create(path, true, error);
  ASSERT_NE(file, nullptr);
  ASSERT_EQ(file->write(read_bytes(write_sample("marks-source.pcapng"))), "");
  EXPECT_THAT(save_marks(path, {{3, "x"}}), ::testing::HasSubstr("is being recorded"));
}

TEST(Marks, ACutCaptureKeepsItsLastBytes) {
  const std::string path = write_sample("marks-cut.pcapng");
  std::filesystem::resize_file(path, std::filesystem::file_size(path) - 7);
  const std::string original = read_bytes(path);
  ASSERT_EQ(save_marks(path, {{5, "x"}}), "");
  const std::string changed = read_bytes(path);
  EXPECT_EQ(changed.substr(changed.size() - 40), original.substr(original.size() - 40));
}

TEST(MappedFile, IsAsLongAsItWasAndReadsAsZerosWhereItWasCut) {
  const std::string path = ::testing::TempDir() + "/mapped";
  std::ofstream(path) << std::string(100'000, 'x');
  std::string error;
  const auto file = MappedFile::open(path, error);
  ASSERT_NE(file, nullptr) << error;
  ASSERT_EQ(file->bytes().size(), 100'000U);
  EXPECT_FALSE(file->was_cut());
  std::filesystem::resize_file(path, 10'000);
  EXPECT_EQ(file->bytes()[99'000], '\0');
  EXPECT_TRUE(file->was_cut());
  EXPECT_EQ(file->bytes()[10], 'x');
}

TEST(MappedFile, WhatCannotBeMappedIsSaidOrRead) {
  std::string error;
  EXPECT_EQ(MappedFile::open("/does/not/exist", error), nullptr);
  EXPECT_THAT(error, ::testing::HasSubstr("Cannot open /does/not/exist"));
  EXPECT_EQ(MappedFile::open("/dev/null", error), nullptr);
  EXPECT_EQ(error, "") << "it can be read";
  EXPECT_EQ(MappedFile::open("/", error), nullptr);
  EXPECT_THAT(error, ::testing::HasSubstr("it is a folder"));
}

}  // namespace
}  // namespace captures
