// Marks and comments that the reader puts on rows, and how they get into the capture.
#pragma once

#include <atomic>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "captures/marks.h"

namespace viewer {

class Notes {
 public:
  Notes() = default;
  ~Notes();
  Notes(const Notes&) = delete;
  Notes& operator=(const Notes&) = delete;

  // What the file has; what was noted here since stays.
  void take_from_file(const std::vector<captures::Mark>& marks);
  // Frames are counted from 1; 0 (no frame) takes no note.
  void mark(uint64_t frame);  // without words; takes the mark away again, with its words
  void comment(uint64_t frame, std::string text);
  const std::string* find(uint64_t frame) const;  // null: none
  size_t size() const { return notes_.size(); }
  const captures::Marks& all() const { return notes_; }
  bool unsaved() const { return unsaved_; }

  // Writes them into the capture in the background (captures::save_marks); one saving at a time.
  void save(const std::string& path);
  bool saving() const { return saving_; }
  // Once per frame; how the last saving ended, once: "" or what went wrong.
  std::optional<std::string> take_outcome();

 private:
  captures::Marks notes_;
  bool unsaved_ = false;
  std::atomic<bool> saving_{false};
  std::thread thread_;
  std::mutex mutex_;
  std::optional<std::string> outcome_;
};

}  // namespace viewer
