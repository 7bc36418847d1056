// A growing array with one writer and any number of readers that never lock: elements do not move, and a
// reader sees only what was published. The viewer's loader thread writes, the window reads.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <memory>
#include <utility>

namespace viewer {

// Holds at most kChunk * kChunks elements; push() answers false when full.
template <typename T, size_t kChunk = 4096, size_t kChunks = 16384>
class AppendLog {
 public:
  // --- writer's side -------------------------------------------------------------------------------
  bool push(T value) {
    const size_t chunk = written_ / kChunk;
    if (chunk >= kChunks) return false;
    if (!chunks_[chunk]) chunks_[chunk] = std::make_unique<std::array<T, kChunk>>();
    (*chunks_[chunk])[written_ % kChunk] = std::move(value);
    ++written_;
    return true;
  }
  size_t written() const { return written_; }  // published or not
  T& at_writer(size_t i) { return (*chunks_[i / kChunk])[i % kChunk]; }
  // Readers see everything that was pushed so far.
  void publish() { published_.store(written_, std::memory_order_release); }

  // --- readers' side -------------------------------------------------------------------------------
  size_t size() const { return published_.load(std::memory_order_acquire); }
  // Precondition: i < size() (or written(), on the writer's thread).
  const T& operator[](size_t i) const { return (*chunks_[i / kChunk])[i % kChunk]; }

  size_t memory_bytes() const { return (size() / kChunk + 1) * kChunk * sizeof(T); }

 private:
  std::array<std::unique_ptr<std::array<T, kChunk>>, kChunks> chunks_{};
  size_t written_ = 0;
  std::atomic<size_t> published_{0};
};

}  // namespace viewer
