// A part of a capture as a capture: some connections, some time.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>

#include "parser/analyzer.h"
#include "parser/stream/stream_event.h"

namespace captures {

// Finds the connections that have an event which `matches` likes.
class ConnectionSearch : public parser::EventSink {
 public:
  using Matches = std::function<bool(const parser::StreamEvent&)>;
  explicit ConnectionSearch(Matches matches) : matches_(std::move(matches)) {}
  void on_event(const parser::StreamEvent& event) override {
    if (!begin_) begin_ = event.time;
    if (!found_.contains(event.connection) && matches_(event)) found_.insert(event.connection);
  }
  const std::set<parser::ConnectionId>& found() const { return found_; }
  std::optional<parser::Time> begin() const { return begin_; }  // of the first event

 private:
  Matches matches_;
  std::set<parser::ConnectionId> found_;
  std::optional<parser::Time> begin_;
};

struct CutOptions {
  std::set<parser::ConnectionId> connections;  // empty: none
  std::optional<parser::Time> from{};          // of the first element that is kept
  std::optional<parser::Time> to{};            // of the last
};

// Tells `out` of the part. Connections keep their numbers. A session's handshake is kept, whenever it was, so
// that what follows can be understood; elements outside of the time are told as bytes that were not seen, so
// that offsets stay and nobody is blamed for what is missing.
class Cut : public parser::EventSink {
 public:
  Cut(const CutOptions& options, parser::Analyzer& out) : options_(options), out_(out) {}
  void on_event(const parser::StreamEvent& event) override;
  uint64_t kept() const { return kept_; }          // elements
  uint64_t left_out() const { return left_out_; }  // of the connections chosen

 private:
  bool in_time(const parser::StreamEvent& event) const;
  void tell_gaps(parser::Time time, parser::ConnectionId connection);

  CutOptions options_;
  parser::Analyzer& out_;
  std::map<parser::ConnectionId, std::array<uint64_t, 2>> gaps_;  // bytes left out since the last told event
  uint64_t kept_ = 0;
  uint64_t left_out_ = 0;
};

}  // namespace captures
