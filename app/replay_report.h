// What came of the client's side of a replay: for people, as JSON Lines, and as JUnit XML. Runs are told as
// they end and then forgotten, but for their differences, so that memory does not grow with their number.
#pragma once

#include <cstdint>
#include <fstream>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "replay/client_driver.h"

namespace app {

class ReplayReport {
 public:
  // `many`: differences are gathered, and counted, instead of told for each run.
  ReplayReport(bool json, bool many) : json_(json), many_(many) {}

  // Empty, or why that file cannot be written.
  std::string write_junit(const std::string& path);
  void add(const replay::ClientEnd& end);
  // The sums; `took`: all of it. Empty, or why the JUnit file could not be written.
  std::string finish(parser::Duration took);

  uint64_t runs() const { return runs_; }
  uint64_t answers() const { return same_ + differ_; }
  bool differs() const { return differ_ + missing_ + not_sent_ + broken_ > 0; }
  // Runs that never came as far as a bound resource.
  uint64_t unestablished() const { return unestablished_; }

 private:
  struct Difference {
    replay::ClientStep step;
    uint64_t count = 0;
  };
  void tell(const replay::ClientStep& step, uint64_t count) const;
  void tell_json(const replay::ClientEnd& end, const std::vector<replay::ClientStep>& steps) const;
  void tell_junit(const replay::ClientEnd& end, const std::vector<replay::ClientStep>& steps);

  bool json_;
  bool many_;
  uint64_t runs_ = 0;
  uint64_t same_ = 0;
  uint64_t differ_ = 0;
  uint64_t missing_ = 0;
  uint64_t not_sent_ = 0;
  uint64_t broken_ = 0;  // ended before their end, though they were established
  uint64_t unestablished_ = 0;
  std::vector<int64_t> rtts_;                      // µs; the first kMostRtts
  std::map<std::string, Difference> differences_;  // by what they say
  std::map<std::string, uint64_t> failures_;
  std::string junit_path_;
  std::ofstream junit_;
};

}  // namespace app
