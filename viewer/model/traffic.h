// How much was said in a slice of time, by direction and kind.
#pragma once

#include <array>
#include <cstdint>

#include "viewer/model/row.h"
#include "viewer/model/time_histogram.h"

namespace viewer {

enum class TrafficKind : uint8_t { kMessage, kPresence, kIq, kOther };
inline constexpr size_t kTrafficKinds = 4;

struct Traffic {
  std::array<std::array<uint32_t, 2>, kTrafficKinds> elements{};  // by direction
  std::array<uint64_t, 2> bytes{};
  std::array<uint32_t, 3> findings{};  // rows by the worst of theirs

  uint64_t all(size_t direction) const {
    uint64_t sum = 0;
    for (const auto& kind : elements) sum += kind[direction];
    return sum;
  }

  void add(const Row& row) {
    if (row.findings > 0) ++findings[static_cast<size_t>(row.worst)];
    if (!parser::is_element(row.kind)) return;
    const size_t direction = parser::index(row.direction);
    bytes[direction] += row.bytes_size;
    if (row.kind == parser::EventKind::kKeepalive) return;
    ++elements[static_cast<size_t>(kind_of(row.kind))][direction];
  }

  Traffic& operator+=(const Traffic& other) {
    for (size_t kind = 0; kind < kTrafficKinds; ++kind) {
      for (size_t d = 0; d < 2; ++d) elements[kind][d] += other.elements[kind][d];
    }
    for (size_t d = 0; d < 2; ++d) bytes[d] += other.bytes[d];
    for (size_t i = 0; i < findings.size(); ++i) findings[i] += other.findings[i];
    return *this;
  }

  static TrafficKind kind_of(parser::EventKind kind) {
    switch (kind) {
      case parser::EventKind::kMessage:
        return TrafficKind::kMessage;
      case parser::EventKind::kPresence:
        return TrafficKind::kPresence;
      case parser::EventKind::kIq:
        return TrafficKind::kIq;
      default:
        return TrafficKind::kOther;
    }
  }
};

using TrafficOverTime = TimeHistogram<Traffic>;

}  // namespace viewer
