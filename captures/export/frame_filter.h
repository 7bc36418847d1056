// What was selected here, as a display filter for Wireshark.
#pragma once

#include <cstdint>
#include <string>

#include "parser/stream/stream_event.h"

namespace captures {

// "frame.number in {4, 7..9}"; runs are joined. Wireshark takes filters up to some 64 KiB: after `most` runs
// the rest is left out, and complete() is false.
class FrameFilter : public parser::EventSink {
 public:
  explicit FrameFilter(size_t most = 4000) : most_(most) {}
  void on_event(const parser::StreamEvent& event) override;
  std::string text() const;  // "frame.number == 0" (nothing) where no event came
  bool complete() const { return complete_; }

 private:
  void flush();
  size_t most_;
  size_t runs_ = 0;
  uint64_t first_ = 0;
  uint64_t last_ = 0;
  bool complete_ = true;
  std::string list_;
};

}  // namespace captures
