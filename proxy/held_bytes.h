// Bytes of one direction that were received and not yet released: taken from the front in pieces, without
// moving the rest each time (one read can hold thousands of small elements).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace proxy {

class HeldBytes {
 public:
  bool empty() const { return at_ == bytes_.size(); }
  size_t size() const { return bytes_.size() - at_; }
  std::string_view view() const { return std::string_view(bytes_).substr(at_); }

  void append(std::string_view more) {
    bytes_.erase(0, std::exchange(at_, 0));
    bytes_.append(more);
  }
  // The first `count` bytes, or all there are. They are valid until something is appended.
  std::string_view take(size_t count) {
    const std::string_view taken = view().substr(0, count);
    at_ += taken.size();
    return taken;
  }
  // Takes the last `count` bytes back, of at least that many.
  void remove_suffix(size_t count) { bytes_.resize(bytes_.size() - count); }
  void release_memory() {
    if (!empty()) return;
    std::string().swap(bytes_);
    at_ = 0;
  }

 private:
  std::string bytes_;
  size_t at_ = 0;  // before it: taken
};

}  // namespace proxy
