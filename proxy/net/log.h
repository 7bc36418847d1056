// The log for people: one line each, on standard error. Lines are handed to a thread of their own, so that a
// blocked terminal never holds a session up; when too many wait, the oldest are given up.
#pragma once

#include <functional>
#include <memory>
#include <string_view>

namespace proxy::net {

enum class LogLevel : uint8_t { kInfo, kWarning, kError };

// Callable from every thread.
using Log = std::function<void(LogLevel, std::string_view line)>;

// With `quiet` only warnings and errors are written. Keep the handle as long as the log is used; its end
// writes out what still waits.
class StderrLog {
 public:
  explicit StderrLog(bool quiet);
  ~StderrLog();
  StderrLog(const StderrLog&) = delete;
  StderrLog& operator=(const StderrLog&) = delete;
  Log log();

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace proxy::net
