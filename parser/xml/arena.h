// The memory of one element tree: a bump allocator that is one heap block together with its shared
// ownership, and takes further blocks only where the first guess was too small.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <string_view>
#include <vector>

namespace parser::xml {

// Nothing in it is destroyed one by one: only trivially destructible objects may live here.
class Arena {
 public:
  // An arena with room for `capacity` bytes before it needs the heap again.
  static std::shared_ptr<Arena> make(size_t capacity) {
    std::shared_ptr<Arena> arena = std::allocate_shared<Arena>(TailAllocator<Arena>(capacity));
    arena->first_ = reinterpret_cast<char*>(arena.get() + 1);
    arena->capacity_ = capacity;
    arena->reset();
    return arena;
  }

  // Leaves in `arena` an empty one with room for `capacity` bytes: the one that is there where nobody else
  // holds it. Taking and dropping a reference orders our writes behind the last reads of a thread that
  // dropped its own.
  static void renew(std::shared_ptr<Arena>& arena, size_t capacity) {
    if (arena != nullptr && arena->capacity() >= capacity) {
      std::shared_ptr<Arena>(arena).reset();
      if (arena.use_count() == 1) {
        arena->reset();
        return;
      }
    }
    arena = make(capacity);
  }

  Arena() = default;
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  size_t capacity() const { return capacity_; }

  // Forgets everything in it; the first block stays.
  void reset() {
    cursor_ = first_;
    end_ = first_ + capacity_;
    further_.clear();
  }

  // Uninitialised memory for `count` objects of type T.
  template <typename T>
  T* allocate(size_t count) {
    static_assert(std::is_trivially_destructible_v<T> && alignof(T) <= alignof(std::max_align_t));
    auto address = reinterpret_cast<uintptr_t>(cursor_);
    size_t gap = (alignof(T) - address % alignof(T)) % alignof(T);
    size_t need = gap + count * sizeof(T);
    if (need > static_cast<size_t>(end_ - cursor_)) {
      grow(count * sizeof(T));  // a fresh block is aligned for anything
      need = count * sizeof(T);
      gap = 0;
    }
    char* place = cursor_ + gap;
    cursor_ += need;
    return reinterpret_cast<T*>(place);
  }

  template <typename T>
  T* create() {
    return new (allocate<T>(1)) T();
  }

  std::string_view copy(const char* text, size_t size) {
    if (size == 0) return {};
    char* place = allocate<char>(size);
    copy_bytes(place, text, size);
    return {place, size};
  }

  // `head` followed by the new text; in place where nothing was allocated behind `head`.
  std::string_view extend(std::string_view head, const char* text, size_t size) {
    if (head.data() + head.size() == cursor_ && size <= static_cast<size_t>(end_ - cursor_)) {
      std::memcpy(cursor_, text, size);
      cursor_ += size;
      return {head.data(), head.size() + size};
    }
    // Half as much again is kept free behind it, so that many short pieces cost linear time.
    char* place = allocate<char>((head.size() + size) * 3 / 2);
    cursor_ = place + head.size() + size;
    std::memcpy(place, head.data(), head.size());
    std::memcpy(place + head.size(), text, size);
    return {place, head.size() + size};
  }

 private:
  // memcpy without the call for the few bytes of a name.
  static void copy_bytes(char* to, const char* from, size_t size) {
    uint64_t head = 0;
    uint64_t tail = 0;
    if (size > 16) {
      std::memcpy(to, from, size);
    } else if (size >= 8) {  // the two may overlap
      std::memcpy(&head, from, 8);
      std::memcpy(&tail, from + size - 8, 8);
      std::memcpy(to, &head, 8);
      std::memcpy(to + size - 8, &tail, 8);
    } else if (size >= 4) {
      std::memcpy(&head, from, 4);
      std::memcpy(&tail, from + size - 4, 4);
      std::memcpy(to, &head, 4);
      std::memcpy(to + size - 4, &tail, 4);
    } else {
      to[0] = from[0];
      to[size / 2] = from[size / 2];
      to[size - 1] = from[size - 1];
    }
  }

  // Gives std::allocate_shared a block that is longer than it asked for; the rest is the arena's.
  template <typename T>
  struct TailAllocator {
    using value_type = T;
    explicit TailAllocator(size_t tail_bytes) : tail(tail_bytes) {}
    template <typename U>
    TailAllocator(const TailAllocator<U>& other) : tail(other.tail) {}
    T* allocate(size_t count) { return static_cast<T*>(::operator new(count * sizeof(T) + tail)); }
    void deallocate(T* place, size_t) { ::operator delete(place); }
    template <typename U>
    bool operator==(const TailAllocator<U>&) const {
      return true;
    }
    size_t tail;
  };

  void grow(size_t need) {
    size_t size = std::max(need, std::max<size_t>(capacity_, 512) << std::min<size_t>(further_.size(), 6));
    further_.push_back(std::make_unique_for_overwrite<char[]>(size));
    cursor_ = further_.back().get();
    end_ = cursor_ + size;
  }

  char* cursor_ = nullptr;
  char* end_ = nullptr;
  char* first_ = nullptr;
  size_t capacity_ = 0;
  std::vector<std::unique_ptr<char[]>> further_;
};

}  // namespace parser::xml
