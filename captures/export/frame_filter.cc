// Frames come in ascending order but for facts that share one; equal and following ones join the run.
#include "captures/export/frame_filter.h"

namespace captures {
namespace {

std::string run(uint64_t first, uint64_t last) {
  return first == last ? std::to_string(first) : std::to_string(first) + ".." + std::to_string(last);
}

}  // namespace

void FrameFilter::flush() {
  if (first_ == 0) return;
  if (runs_ >= most_) {
    complete_ = false;
    return;
  }
  ++runs_;
  list_ += (list_.empty() ? "" : ", ") + run(first_, last_);
}

void FrameFilter::on_event(const parser::StreamEvent& event) {
  if (event.frame == 0) return;
  if (first_ != 0 && event.frame >= first_ && event.frame <= last_ + 1) {
    if (event.frame > last_) last_ = event.frame;
    return;
  }
  flush();
  first_ = last_ = event.frame;
}

std::string FrameFilter::text() const {
  if (first_ == 0) return "frame.number == 0";
  std::string list = list_;
  if (complete_) list += (list.empty() ? "" : ", ") + run(first_, last_);
  return "frame.number in {" + list + "}";
}

}  // namespace captures
