// The files of a rotated recording: their names, the oldest of them removed, finished ones compressed.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "captures/file.h"
#include "captures/series_writer.h"

namespace captures {

struct FileSeriesOptions {
  // strftime conversions stand for the local time of a file's beginning ("%H" and so on; folders that they
  // make are created). Of two files that would have one name the later gets a number before its suffix:
  // session-00002.pcapng.
  std::string pattern;
  bool numbered = false;   // number them from the first on
  size_t ring = 0;         // so many files are kept, older ones of this series removed; 0: all
  bool compress = false;   // finished ones become FILE.zst
  int level = 3;           // of zstd
  bool overwrite = false;  // what had such a name before
};

class FileSeries : public OutputSeries {
 public:
  // Runs a job now or later, on whichever thread; jobs run one after the other.
  using Background = std::function<void(std::function<void()>)>;
  // One sentence, from whichever thread: what went wrong with a finished file.
  using Tell = std::function<void(const std::string&)>;

  // Opens the first file. Null and an error where that cannot be done, or the pattern is none.
  static std::unique_ptr<FileSeries> create(const FileSeriesOptions& options, parser::Time now,
                                            Background background, Tell tell, std::string& error);

  // The first call gives the file that create() opened.
  std::unique_ptr<Output> next(parser::Time time, std::string& error) override;
  // Behind the last file.
  void finish();
  const std::string& path() const { return path_; }  // of the newest file, as it is written

 private:
  // What the background jobs share.
  struct Shared {
    std::mutex mutex;
    std::deque<std::string> paths;  // without ".zst", oldest first
    bool listed(const std::string& path) const;
  };
  FileSeries(const FileSeriesOptions& options, Background background, Tell tell);

  std::unique_ptr<FileOutput> open(parser::Time time, std::string& error);
  void close_previous();
  void remove_oldest();
  static void compress(Shared& shared, const std::string& path, int level, const Tell& tell);

  FileSeriesOptions options_;
  Background background_;
  Tell tell_;
  std::shared_ptr<Shared> shared_ = std::make_shared<Shared>();
  std::unique_ptr<FileOutput> first_;
  std::string path_;
  uint64_t number_ = 0;
  bool open_ = false;  // path_ is being written
};

// `path` compressed as `path`.zst, which appears when it is whole; then `path` is removed. "" or what went
// wrong; `path` is as it was then. `go_on` is asked before that exchange.
std::string compress_file(const std::string& path, int level, const std::function<bool()>& go_on = {});

}  // namespace captures
