// Files: what is refused, what is said about it, and following a file that grows.
#include "captures/file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/captures/recording.h"

namespace captures {
namespace {

using parser::Direction;
using testing::at;
using ::testing::HasSubstr;
using testing::Recording;
using testing::some_connection;

class Files : public ::testing::Test {
 protected:
  Files() {
    std::string name = (std::filesystem::temp_directory_path() / "stanzascope_files_XXXXXX").string();
    folder_ = mkdtemp(name.data());
    path_ = folder_ + "/capture.pcapng";
  }
  ~Files() override { std::filesystem::remove_all(folder_); }

  std::string content() const {
    std::stringstream text;
    text << std::ifstream(path_, std::ios::binary).rdbuf();
    return text.str();
  }

  std::string folder_;
  std::string path_;
  std::string error_;
};

std::string small_capture(std::vector<std::string>* events = nullptr) {
  Recording recording;
  recording.analyzer.opened(at(0), 1, some_connection());
  recording.analyzer.bytes(at(1), 1, Direction::kC2S,
                           "<stream:stream xmlns:stream='http://etherx.jabber.org/streams'>");
  recording.analyzer.bytes(at(2), 1, Direction::kC2S, "<presence/>");
  const std::string file = recording.finish(at(3));
  if (events != nullptr) *events = recording.events.texts;
  return file;
}

TEST_F(Files, AnExistingFileIsNotOverwrittenUnlessTold) {
  std::ofstream(path_) << "precious";
  EXPECT_EQ(FileOutput::create(path_, false, error_), nullptr);
  EXPECT_EQ(error_, path_ + " exists already. Choose another name, or say that it may be overwritten.");
  EXPECT_EQ(content(), "precious");
  auto output = FileOutput::create(path_, true, error_);
  ASSERT_NE(output, nullptr) << error_;
  EXPECT_EQ(output->write("new"), "");
  EXPECT_EQ(content(), "new");
}

TEST_F(Files, TwoWritersOfOneFileAreRefusedAndHarmNothing) {
  auto first = FileOutput::create(path_, false, error_);
  ASSERT_NE(first, nullptr);
  EXPECT_EQ(first->write("kept"), "");
  EXPECT_EQ(FileOutput::create(path_, true, error_), nullptr);
  EXPECT_THAT(error_, HasSubstr("is being written by another stanzascope"));
  EXPECT_EQ(content(), "kept");
}

TEST_F(Files, ARecordingIsForItsOwnerOnly) {
  ASSERT_NE(FileOutput::create(path_, false, error_), nullptr);
  struct stat status {};
  ASSERT_EQ(stat(path_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST_F(Files, AFolderThatIsNotThereIsNamed) {
  EXPECT_EQ(FileOutput::create(folder_ + "/no/x.pcapng", false, error_), nullptr);
  EXPECT_EQ(error_, "Cannot create " + folder_ + "/no/x.pcapng: No such file or directory.");
  testing::KeptEvents events;
  Reader reader({}, events);
  EXPECT_EQ(read_file(folder_ + "/none", reader),
            "Cannot open " + folder_ + "/none: No such file or directory.");
  EXPECT_EQ(read_file(folder_, reader), "Cannot open " + folder_ + ": it is a folder. Name a capture file.");
}

TEST_F(Files, AFullDiskIsSaidAndTheFileEndsWithAWholeBlock) {
  EXPECT_EQ(
      [&] {
        auto full = FileOutput::create("/dev/full", true, error_);
        return full == nullptr ? error_ : full->write("x");
      }(),
      "no space left on the device; the last block in the file may be cut");
  remove_written("/dev/full");
  struct stat status {};
  ASSERT_EQ(stat("/dev/full", &status), 0);
  EXPECT_TRUE(S_ISCHR(status.st_mode));
  std::ofstream(path_) << "x";
  remove_written(path_);
  EXPECT_NE(stat(path_.c_str(), &status), 0);

  // A file size limit stands for a disk that takes a part of a write.
  auto output = FileOutput::create(path_, false, error_);
  ASSERT_EQ(output->write(std::string(3000, 'a')), "");
  struct rlimit before {};
  getrlimit(RLIMIT_FSIZE, &before);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const struct rlimit small = {5000, before.rlim_max};
  setrlimit(RLIMIT_FSIZE, &small);
  const std::string said = output->write(std::string(3000, 'b'));
  setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  EXPECT_EQ(said, "File too large");
  EXPECT_EQ(content(), std::string(3000, 'a'));
}

TEST_F(Files, AWriterWhoseOutputFailsSaysWhyAndGoesOnCounting) {
  testing::StringOutput output;
  output.room = 600;
  Writer writer({}, &output);
  Writer counting({}, nullptr);
  testing::KeptEvents events;
  class Both : public parser::EventSink {
   public:
    Both(Writer& a, Writer& b) : a_(a), b_(b) {}
    void on_event(const parser::StreamEvent& event) override {
      a_.on_event(event);
      b_.on_event(event);
    }

   private:
    Writer& a_;
    Writer& b_;
  } both(writer, counting);
  parser::AnalyzerOptions options;
  options.numbering = &writer;
  parser::Analyzer analyzer(options, both);
  analyzer.opened(at(0), 1, some_connection());
  EXPECT_FALSE(writer.failed());
  writer.flush();
  EXPECT_TRUE(writer.failed());
  EXPECT_EQ(writer.error(), "no space left on the device");
  analyzer.bytes(at(1), 1, Direction::kC2S,
                 "<stream:stream xmlns:stream='http://etherx.jabber.org/streams'>");
  analyzer.closed(at(2), 1, {});
  EXPECT_EQ(writer.frames(), 3u + 1u + 3u);
  EXPECT_EQ(counting.frames(), writer.frames());
  EXPECT_EQ(output.file, "");
}

TEST_F(Files, AWholeFileIsReadAndProgressTold) {
  std::vector<std::string> live;
  const std::string file = small_capture(&live);
  std::ofstream(path_, std::ios::binary) << file;
  testing::KeptEvents events;
  Reader reader({}, events);
  std::vector<std::pair<uint64_t, uint64_t>> progress;
  EXPECT_EQ(read_file(path_, reader,
                      [&](uint64_t done, uint64_t all) {
                        progress.push_back({done, all});
                        return true;
                      }),
            "");
  testing::expect_same(live, events.texts);
  ASSERT_FALSE(progress.empty());
  EXPECT_EQ(progress.back(), (std::pair<uint64_t, uint64_t>(file.size(), file.size())));
}

TEST_F(Files, WhatIsNoCaptureIsNamedWithItsFile) {
  std::ofstream(path_) << "#!/bin/sh\n";
  testing::KeptEvents events;
  Reader reader({}, events);
  EXPECT_EQ(read_file(path_, reader), path_ +
                                          ": This is not a capture: it does not begin with a pcapng section "
                                          "header. `stanzascope import` makes "
                                          "one of a dump, a log, XML or a transcript.");
}

TEST_F(Files, AGrowingFileIsFollowed) {
  std::vector<std::string> live;
  const std::string file = small_capture(&live);
  std::ofstream out(path_, std::ios::binary);
  out.flush();
  auto tail = TailFile::open(path_, error_);
  ASSERT_NE(tail, nullptr) << error_;
  testing::KeptEvents events;
  Reader reader({}, events);
  EXPECT_EQ(tail->poll(reader), 0u);
  for (size_t begin = 0; begin < file.size(); begin += 100) {
    const std::string piece = file.substr(begin, 100);
    out << piece;
    out.flush();
    EXPECT_EQ(tail->poll(reader, 60) + tail->poll(reader), piece.size());
    EXPECT_EQ(tail->poll(reader), 0u);
  }
  EXPECT_EQ(tail->size(), file.size());
  EXPECT_FALSE(reader.failed()) << reader.error();
  EXPECT_TRUE(reader.damage().empty());
  testing::expect_same(live, events.texts);
}

}  // namespace
}  // namespace captures
