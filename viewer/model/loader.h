// Reads a capture into a CaptureStore on a thread of its own, at once or as it grows. A finished capture is
// mapped, and rows point into it; what grows is copied. Transcripts, XML and console logs are read as `lint`
// and `import` read them.
#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "captures/mapped_file.h"
#include "captures/reader.h"
#include "viewer/model/any_file.h"
#include "viewer/model/capture_store.h"

namespace viewer {

class Loader {
 public:
  enum class State : uint8_t { kIdle, kLoading, kFollowing, kDone, kFailed, kCancelled };

  explicit Loader(CaptureStore& store) : store_(store) {}  // not owned, must outlive
  ~Loader();                                               // cancels and joins
  Loader(const Loader&) = delete;
  Loader& operator=(const Loader&) = delete;

  // Once per Loader. `follow`: goes on reading what is appended until cancelled.
  void start(const std::string& path, bool follow);
  // Stops at the next block; what was read stays.
  void cancel();
  // Waits until the file was read once (following goes on) or reading ended.
  void wait_until_read();

  struct Status {
    State state = State::kIdle;
    uint64_t done = 0;  // bytes of the file
    uint64_t all = 0;
    uint64_t frames = 0;
    double seconds = 0;  // spent reading what was there
    std::string error;   // kFailed: what is wrong with the file, and what to do
    std::vector<captures::Damage> damage;
    std::vector<std::string> guesses;   // text: what was taken for granted; a sentence each
    std::vector<captures::Mark> marks;  // what people noted in the capture
  };
  Status status() const;
  bool busy() const;  // reading what is there already
  // Whether the file is a capture of ours, in which notes can be kept.
  bool writable() const { return own_capture_; }

 private:
  void run(std::string path, bool follow);
  void read(const std::string& path, bool follow);
  void read_whole(const std::string& path, captures::Reader& reader);
  void read_foreign(const std::string& path);
  void read_text(const std::string& path, std::string_view text);
  Progress told_progress();
  void finish_other(std::string error, std::vector<std::string> notes, uint64_t packets);
  void tail(const std::string& path, captures::Reader& reader);
  void note(const captures::Reader& reader, uint64_t done, uint64_t all);
  void become(State state, std::string error = {});

  CaptureStore& store_;
  std::unique_ptr<captures::MappedFile> mapped_;  // rows point into it
  std::atomic<bool> cancelled_{false};
  std::atomic<bool> own_capture_{false};
  mutable std::mutex mutex_;  // guards status_
  std::condition_variable changed_;
  Status status_;
  std::thread thread_;
};

std::string_view name(Loader::State state);

}  // namespace viewer
