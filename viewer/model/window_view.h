// What fills the room beside the sessions: the table of rows with its details, or one of the views that take
// its place until Esc brings the table back.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace viewer {

enum class WindowView : uint8_t {
  kTable,
  kLadder,      // the session as a sequence diagram; element and explanation stay below
  kStatistics,  // the rest take the whole room
  kCompare,
  kLesson,
};

inline constexpr std::array<std::string_view, 5> kWindowViewNames = {"table", "ladder", "statistics",
                                                                     "compare", "lesson"};

constexpr std::string_view name(WindowView view) {
  return kWindowViewNames[static_cast<size_t>(view)];
}

constexpr std::optional<WindowView> window_view_named(std::string_view name) {
  for (size_t i = 0; i < kWindowViewNames.size(); ++i) {
    if (kWindowViewNames[i] == name) return static_cast<WindowView>(i);
  }
  return std::nullopt;
}

}  // namespace viewer
