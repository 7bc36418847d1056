// Which characters occur in the loaded text, so that a font atlas need hold only those (the full Chinese
// range would cost 64 MB of texture).
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string_view>
#include <vector>

namespace viewer {

class SeenCharacters {
 public:
  // Any thread. Bytes that are not UTF-8 are passed over; characters beyond U+FFFF are not drawn but
  // escaped, and so not collected.
  void add(std::string_view utf8);

  // Any thread. Grows whenever a character is seen for the first time.
  uint64_t version() const { return version_.load(std::memory_order_acquire); }
  // Non-ASCII characters seen so far, ascending.
  std::vector<uint16_t> list() const;

 private:
  std::array<std::atomic<uint64_t>, 1024> bits_{};
  std::atomic<uint64_t> version_{0};
};

}  // namespace viewer
