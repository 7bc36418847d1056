// Append-only memory for the bytes of a capture. What was appended never moves, so rows hold plain views,
// and readers need no lock once the row that names the bytes was published.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace viewer {

class ByteStore {
 public:
  explicit ByteStore(size_t chunk_bytes = 1 << 20) : chunk_bytes_(chunk_bytes) {}

  // Copies the bytes; the view stays valid as long as the store lives, and is contiguous.
  std::string_view append(std::string_view bytes);
  uint64_t size() const { return size_; }          // bytes kept
  uint64_t reserved() const { return reserved_; }  // memory taken

 private:
  size_t chunk_bytes_;
  std::vector<std::unique_ptr<char[]>> chunks_;
  char* free_ = nullptr;
  size_t left_ = 0;
  uint64_t size_ = 0;
  uint64_t reserved_ = 0;
};

}  // namespace viewer
