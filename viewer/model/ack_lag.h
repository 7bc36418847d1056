// How far the acknowledgements of stream management (XEP-0198) lie behind what was sent: stanzas that would
// be sent again if the connection broke now.
//
// Counting is parser::StreamManagement's, also of what a SASL2 login carries of it (XEP-0198 §9, XEP-0386).
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <unordered_map>

#include "parser/stream/stream_management.h"
#include "viewer/model/reparser.h"
#include "viewer/model/round_trips.h"

namespace viewer {

class AckLag {
 public:
  AckLag(const CaptureStore& store, Reparser& reparser) : store_(store), reparser_(reparser) {}

  struct Side {
    uint64_t counted = 0;  // stanzas
    uint64_t acks = 0;     // <a/> from the other side
    uint32_t most = 0;     // stanzas that were unacknowledged at once
    RowIndex most_at = kNoRow;
    uint32_t unacknowledged = 0;  // at the end, over all sessions
    RoundTrips delays;            // from <r/> to <a/>
  };

  // Every row of the capture in order; only where `counts` is true it enters the figures.
  void take(RowIndex row, bool counts);
  void clear();
  // What that sender's stanzas waited.
  const Side& side(parser::Direction sender) const { return sides_[parser::index(sender)]; }
  size_t sessions() const { return sessions_; }  // that had stream management

 private:
  using Counter = std::shared_ptr<parser::StreamManagement>;
  void take_sm(const Row& row, const parser::StreamEvent& event, const parser::xml::Element& element,
               bool counts);
  void take_login(const Row& row, const parser::StreamEvent& event);
  Counter& counter(uint32_t connection);
  void on_resumed(const parser::StreamEvent& event, const parser::xml::Element& resumed, const Row& row);

  const CaptureStore& store_;
  Reparser& reparser_;
  std::unordered_map<uint32_t, Counter> counters_;  // by connection
  std::array<Side, 2> sides_{};
  size_t sessions_ = 0;
};

}  // namespace viewer
