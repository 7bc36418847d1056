// Compares two sessions in the background: reads their captures, keeps what they said, aligns it
// (captures/compare). The window asks now and then whether it is done.
#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "captures/compare/comparison.h"
#include "captures/compare/session_list.h"

namespace viewer {

struct ComparedSide {
  std::string path;                  // of whatever the viewer opens (any_file.h)
  parser::ConnectionId session = 0;  // number of its first connection; 0: the comparer chooses
  bool operator==(const ComparedSide&) const = default;
};

class Comparer {
 public:
  enum class State : uint8_t { kIdle, kReading, kDone, kFailed };

  struct Result {
    std::array<ComparedSide, 2> sides;                             // with the sessions that were chosen
    std::array<std::vector<captures::ListedSession>, 2> sessions;  // of each file
    std::array<captures::ComparedSession, 2> compared;
    captures::CompareOptions options;
    captures::Comparison comparison;
  };

  Comparer() = default;
  ~Comparer();  // stops at the next block, and joins
  Comparer(const Comparer&) = delete;
  Comparer& operator=(const Comparer&) = delete;

  // Begins; what was begun before is given up. Where B's session is to be chosen, it is another one than A's
  // if they are in one file, and A's account in another file, if it is there.
  void start(std::array<ComparedSide, 2> sides, const captures::CompareOptions& options);

  State state() const;
  std::string error() const;  // kFailed: what is wrong and what to do
  // Of the last comparison that was done; null before.
  std::shared_ptr<const Result> result() const;
  void wait();

 private:
  void stop();
  void run(std::array<ComparedSide, 2> sides, captures::CompareOptions options);
  void fail(std::string error);

  std::thread thread_;
  std::atomic<bool> cancelled_{false};
  mutable std::mutex mutex_;  // guards what follows
  State state_ = State::kIdle;
  std::string error_;
  std::shared_ptr<const Result> result_;
};

}  // namespace viewer
