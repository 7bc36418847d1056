// What every key does: one table, read by the key handler, the menus and the help overlay.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace viewer {

enum class Action : uint8_t {
  kDown,
  kUp,
  kPageDown,
  kPageUp,
  kFirst,
  kLast,
  kNextFinding,
  kPreviousFinding,
  kNextError,
  kPartner,
  kFind,
  kFilter,
  kBack,
  kFollow,
  kOnlyConnection,
  kViewXml,
  kViewTree,
  kViewBytes,
  kViewRaw,
  kViewDecoded,
  kTimeMode,
  kLadder,
  kStatistics,
  kCompare,
  kLesson,
  kReveal,
  kZoomIn,
  kZoomOut,
  kZoomUsual,
  kTheme,
  kCopy,
  kCopyAs,
  kSelectAll,
  kMark,
  kComment,
  kSaveNotes,
  kNextNote,
  kPreviousNote,
  kOpen,
  kFilterHistory,
  kExplain,
  kFindingsList,
  kLens,
  kLarger,
  kSmaller,
  kHelp,
  kQuit,
};

// Keys that give no character.
enum class SpecialKey : uint8_t { kNone, kUp, kDown, kPageUp, kPageDown, kHome, kEnd, kEscape, kEnter };

struct KeyPress {
  char32_t character = 0;  // as typed ('G', '/'), or the letter of a key with Ctrl in lower case
  SpecialKey special = SpecialKey::kNone;
  bool ctrl = false;
  bool operator==(const KeyPress&) const = default;
};

struct KeyBinding {
  Action action;
  std::string_view group;  // in the help overlay
  std::string_view shown;  // "j  ↓"
  std::string_view help;
  KeyPress first;
  KeyPress second;  // none where both members are empty
};

std::span<const KeyBinding> key_bindings();
std::optional<Action> action_of(KeyPress key);
// How a key is written in menus.
std::string_view shown_key(Action action);

}  // namespace viewer
