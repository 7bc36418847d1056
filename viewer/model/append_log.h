// A growing array with one writer and any number of readers that never lock: elements do not move, and a
// reader sees only what was published. The viewer's loader thread writes, the window reads.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

namespace viewer {

// Holds at most kChunk * kChunks elements; push() answers false when full.
template <typename T, size_t kChunk = 4096, size_t kChunks = 16384>
class AppendLog {
  static_assert(std::is_trivially_destructible_v<T>, "elements are never destroyed");

 public:
  // --- writer's side -------------------------------------------------------------------------------
  bool push(T value) {
    const size_t chunk = written_ / kChunk;
    if (chunk >= kChunks) return false;
    if (!chunks_[chunk]) chunks_[chunk] = std::make_unique_for_overwrite<Memory[]>(kChunk);
    ::new (static_cast<void*>(&chunks_[chunk][written_ % kChunk])) T(std::move(value));
    ++written_;
    return true;
  }
  size_t written() const { return written_; }  // published or not
  T& at_writer(size_t i) { return *at(i); }
  // Readers see everything that was pushed so far.
  void publish() { published_.store(written_, std::memory_order_release); }

  // --- readers' side -------------------------------------------------------------------------------
  size_t size() const { return published_.load(std::memory_order_acquire); }
  // Precondition: i < size() (or written(), on the writer's thread).
  const T& operator[](size_t i) const { return *at(i); }

  size_t memory_bytes() const { return (size() / kChunk + 1) * kChunk * sizeof(T); }

 private:
  // Memory is touched when it is needed: a row is written once, not made empty first.
  struct Memory {
    alignas(T) std::byte bytes[sizeof(T)];
  };
  T* at(size_t i) const { return std::launder(reinterpret_cast<T*>(chunks_[i / kChunk][i % kChunk].bytes)); }

  std::array<std::unique_ptr<Memory[]>, kChunks> chunks_{};
  size_t written_ = 0;
  std::atomic<size_t> published_{0};
};

}  // namespace viewer
