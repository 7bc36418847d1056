// Names, the ring, compression; and what happens where files are in the way.
#include "captures/file_series.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>

#include "tests/captures/recording.h"

namespace captures {
namespace {

namespace fs = std::filesystem;
using testing::at;

class FileSeriesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "series.XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::unique_ptr<FileSeries> create(FileSeriesOptions options) {
    options.pattern = (folder_ / options.pattern).string();
    return FileSeries::create(
        options, at(0), [this](std::function<void()> job) { jobs_.push_back(std::move(job)); },
        [this](const std::string& text) { told_.push_back(text); }, error_);
  }
  // Opens the next file and writes to it.
  void write(FileSeries& series, int64_t time, const std::string& text = "some bytes of a capture") {
    std::string error;
    auto output = series.next(at(time), error);
    ASSERT_NE(output, nullptr) << error;
    EXPECT_EQ(output->write(text), "");
  }
  void work() {
    for (const auto& job : jobs_) job();
    jobs_.clear();
  }
  std::set<std::string> names() const {
    std::set<std::string> names;
    for (const auto& entry : fs::recursive_directory_iterator(folder_)) {
      if (entry.is_regular_file()) names.insert(fs::relative(entry.path(), folder_).string());
    }
    return names;
  }
  void touch(const std::string& name) { std::ofstream(folder_ / name) << "theirs"; }

  fs::path folder_;
  std::vector<std::function<void()>> jobs_;
  std::vector<std::string> told_;
  std::string error_;
};

TEST_F(FileSeriesTest, NumbersFilesWithoutTimesInTheirNames) {
  const auto series = create({.pattern = "a.pcapng", .numbered = true});
  ASSERT_NE(series, nullptr) << error_;
  for (int i = 0; i < 3; ++i) write(*series, i);
  EXPECT_EQ(names(), (std::set<std::string>{"a-00001.pcapng", "a-00002.pcapng", "a-00003.pcapng"}));
}

TEST_F(FileSeriesTest, TakesTimesIntoNamesAndMakesTheirFolders) {
  const auto series = create({.pattern = "%Y/%j-%H%M%S.pcapng"});
  ASSERT_NE(series, nullptr) << error_;
  write(*series, 0);
  write(*series, 5'000);
  write(*series, 5'100);  // within one second: one name
  ASSERT_EQ(names().size(), 3u);
  for (const std::string& name : names()) EXPECT_TRUE(name.starts_with("2023/31")) << name;
  const std::set<std::string> made = names();
  EXPECT_EQ(std::count_if(made.begin(), made.end(),
                          [](const std::string& name) { return name.ends_with("-00002.pcapng"); }),
            1);
}

TEST_F(FileSeriesTest, KeepsARing) {
  const auto series = create({.pattern = "a.pcapng", .numbered = true, .ring = 2});
  ASSERT_NE(series, nullptr) << error_;
  for (int i = 0; i < 6; ++i) {
    write(*series, i);
    EXPECT_LE(names().size(), 2u);
  }
  EXPECT_EQ(names(), (std::set<std::string>{"a-00005.pcapng", "a-00006.pcapng"}));
}

TEST_F(FileSeriesTest, CompressesWhatIsFinishedAndTheRingRemovesThatToo) {
  const auto series = create({.pattern = "a.pcapng", .numbered = true, .ring = 2, .compress = true});
  ASSERT_NE(series, nullptr) << error_;
  for (int i = 0; i < 4; ++i) {
    write(*series, i);
    if (i != 1) work();  // one job comes late
  }
  EXPECT_EQ(names(), (std::set<std::string>{"a-00003.pcapng.zst", "a-00004.pcapng"}));
  series->finish();
  work();
  EXPECT_EQ(names(), (std::set<std::string>{"a-00003.pcapng.zst", "a-00004.pcapng.zst"}));
  EXPECT_TRUE(told_.empty());
}

TEST_F(FileSeriesTest, AJobThatComesAfterTheRingLeavesNothing) {
  const auto series = create({.pattern = "a.pcapng", .numbered = true, .ring = 1, .compress = true});
  ASSERT_NE(series, nullptr) << error_;
  for (int i = 0; i < 4; ++i) write(*series, i);
  work();
  EXPECT_EQ(names(), (std::set<std::string>{"a-00004.pcapng"}));
}

TEST_F(FileSeriesTest, RefusesAFirstFileThatIsThere) {
  touch("a.pcapng");
  EXPECT_EQ(create({.pattern = "a.pcapng"}), nullptr);
  EXPECT_NE(error_.find("exists already"), std::string::npos) << error_;
  touch("b.pcapng.zst");
  EXPECT_EQ(create({.pattern = "b.pcapng", .compress = true}), nullptr);
  EXPECT_NE(error_.find("b.pcapng.zst exists already"), std::string::npos) << error_;
}

TEST_F(FileSeriesTest, PassesByLaterFilesThatAreThereAndNeverRemovesThem) {
  touch("a-00002.pcapng");
  touch("a-00003.pcapng.zst");
  const auto series = create({.pattern = "a.pcapng", .numbered = true, .ring = 1});
  ASSERT_NE(series, nullptr) << error_;
  for (int i = 0; i < 3; ++i) write(*series, i);
  EXPECT_EQ(names(), (std::set<std::string>{"a-00002.pcapng", "a-00003.pcapng.zst", "a-00005.pcapng"}));
}

TEST_F(FileSeriesTest, TwoSeriesNeverShareAFile) {
  const auto one = create({.pattern = "a.pcapng"});
  ASSERT_NE(one, nullptr) << error_;
  EXPECT_EQ(create({.pattern = "a.pcapng", .overwrite = true}), nullptr);
  EXPECT_NE(error_.find("is being written by another stanzascope"), std::string::npos) << error_;
}

TEST_F(FileSeriesTest, AFileThatNothingCouldBeWrittenToIsRemoved) {
  const auto series = create({.pattern = "a.pcapng", .numbered = true});
  ASSERT_NE(series, nullptr) << error_;
  write(*series, 0, "");
  write(*series, 1);
  EXPECT_EQ(names(), std::set<std::string>{"a-00002.pcapng"});
}

TEST_F(FileSeriesTest, SaysWhyAFileStaysUncompressed) {
  const auto series = create({.pattern = "a.pcapng", .numbered = true, .compress = true});
  ASSERT_NE(series, nullptr) << error_;
  write(*series, 0);
  write(*series, 1);
  fs::create_directory(folder_ / "a-00001.pcapng.zst.part");
  work();
  ASSERT_EQ(told_.size(), 1u);
  EXPECT_NE(told_[0].find("stays uncompressed: cannot create"), std::string::npos) << told_[0];
  EXPECT_TRUE(fs::exists(folder_ / "a-00001.pcapng"));
}

}  // namespace
}  // namespace captures
