// Chunks of a fixed size; what is larger than a quarter of one gets memory of its own, so that little is
// wasted at the end of a chunk.
#include "viewer/model/byte_store.h"

#include <cstring>

namespace viewer {

std::string_view ByteStore::append(std::string_view bytes) {
  if (bytes.empty()) return {};
  char* to = nullptr;
  if (bytes.size() > left_ && bytes.size() > chunk_bytes_ / 4) {
    chunks_.push_back(std::make_unique_for_overwrite<char[]>(bytes.size()));
    reserved_ += bytes.size();
    to = chunks_.back().get();
  } else {
    if (bytes.size() > left_) {
      chunks_.push_back(std::make_unique_for_overwrite<char[]>(chunk_bytes_));
      reserved_ += chunk_bytes_;
      free_ = chunks_.back().get();
      left_ = chunk_bytes_;
    }
    to = free_;
    free_ += bytes.size();
    left_ -= bytes.size();
  }
  std::memcpy(to, bytes.data(), bytes.size());
  size_ += bytes.size();
  return {to, bytes.size()};
}

}  // namespace viewer
