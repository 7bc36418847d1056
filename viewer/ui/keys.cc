// The table. Keys are matched by the character that was typed, so that '/' and '?' work on every layout.
#include "viewer/ui/keys.h"

#include <array>

namespace viewer {

namespace {

constexpr KeyPress typed(char32_t c) {
  return {c, SpecialKey::kNone, false};
}
constexpr KeyPress ctrl(char32_t c) {
  return {c, SpecialKey::kNone, true};
}
constexpr KeyPress special(SpecialKey key) {
  return {0, key, false};
}

constexpr std::array kBindings = {
    KeyBinding{Action::kDown, "Move", "j  \u2193", "next row", typed('j'), special(SpecialKey::kDown)},
    KeyBinding{Action::kUp, "Move", "k  \u2191", "row above", typed('k'), special(SpecialKey::kUp)},
    KeyBinding{Action::kPageDown, "Move", "Page Down", "a page on", special(SpecialKey::kPageDown),
               ctrl('d')},
    KeyBinding{Action::kPageUp, "Move", "Page Up", "a page back", special(SpecialKey::kPageUp), ctrl('u')},
    KeyBinding{Action::kFirst, "Move", "g  Home", "first row", typed('g'), special(SpecialKey::kHome)},
    KeyBinding{Action::kLast, "Move", "G  End", "last row", typed('G'), special(SpecialKey::kEnd)},
    KeyBinding{Action::kNextFinding, "Move", "n", "next finding", typed('n'), {}},
    KeyBinding{Action::kPreviousFinding, "Move", "N", "finding before", typed('N'), {}},
    KeyBinding{Action::kNextError, "Move", "e", "next error, from the first on again", typed('e'), {}},
    KeyBinding{Action::kPartner, "Move", "p", "from a request to its answer, and back", typed('p'), {}},
    KeyBinding{Action::kFind, "Search", "/  Ctrl F", "find text; Enter goes to the next place", typed('/'),
               ctrl('f')},
    KeyBinding{Action::kFilter, "Search", "f", "filter with Wireshark\u2019s syntax", typed('f'), {}},
    KeyBinding{Action::kFilterHistory, "Search", "h", "filters used before and saved ones", typed('h'), {}},
    KeyBinding{Action::kOnlyConnection,
               "Search",
               "c",
               "only the selected row\u2019s session, or all",
               typed('c'),
               {}},
    KeyBinding{Action::kBack,
               "Search",
               "Esc",
               "back to the table, clear the filter, show all",
               special(SpecialKey::kEscape),
               {}},
    KeyBinding{Action::kLadder, "Understand", "L", "the session as a ladder", typed('L'), {}},
    KeyBinding{Action::kLesson, "Understand", "T", "the session as a lesson, step by step", typed('T'), {}},
    KeyBinding{Action::kReveal, "Understand", "Space", "lesson: show the next element; 1 to 4 answer",
               typed(' '), special(SpecialKey::kEnter)},
    KeyBinding{Action::kZoomIn, "Understand", "+", "ladder: larger (Ctrl and wheel)", typed('+'), {}},
    KeyBinding{Action::kZoomOut, "Understand", "\u2212", "ladder: smaller", typed('-'), {}},
    KeyBinding{Action::kZoomUsual, "Understand", "0", "ladder: usual size", typed('0'), {}},
    KeyBinding{Action::kStatistics, "Understand", "S", "statistics", typed('S'), {}},
    KeyBinding{Action::kCompare, "Understand", "C", "compare two sessions", typed('C'), {}},
    KeyBinding{Action::kFollow, "View", "F", "follow live traffic", typed('F'), {}},
    KeyBinding{Action::kViewXml, "View", "1", "element as XML", typed('1'), {}},
    KeyBinding{Action::kViewTree, "View", "2", "element as a tree", typed('2'), {}},
    KeyBinding{Action::kViewBytes, "View", "3", "element as bytes", typed('3'), {}},
    KeyBinding{Action::kViewRaw, "View", "4", "element as it was sent", typed('4'), {}},
    KeyBinding{
        Action::kViewDecoded, "View", "5", "element decoded: logins, times, namespaces", typed('5'), {}},
    KeyBinding{Action::kExplain, "View", "6", "beside it: the explanation", typed('6'), {}},
    KeyBinding{Action::kFindingsList, "View", "7", "beside it: all findings", typed('7'), {}},
    KeyBinding{Action::kLens, "View", "8", "beside it: an address, step by step", typed('8'), {}},
    KeyBinding{Action::kTimeMode, "View", "t", "time since start, or of day (UTC)", typed('t'), {}},
    KeyBinding{Action::kTheme, "View", "D", "dark or light", typed('D'), {}},
    KeyBinding{Action::kLarger, "View", "Ctrl +", "larger text", ctrl('+'), ctrl('=')},
    KeyBinding{Action::kSmaller, "View", "Ctrl \u2212", "smaller text", ctrl('-'), {}},
    KeyBinding{Action::kHelp, "View", "?", "all keys", typed('?'), {}},
    KeyBinding{Action::kQuit, "View", "Ctrl Q", "quit", ctrl('q'), {}},
    KeyBinding{Action::kCopy, "Keep", "y  Ctrl C", "copy the picked rows as they were sent", typed('y'),
               ctrl('c')},
    KeyBinding{Action::kCopyAs, "Keep", "Y", "copy as JSON, transcript, filter \u2026", typed('Y'), {}},
    KeyBinding{Action::kSelectAll, "Keep", "Ctrl A", "pick all shown rows", ctrl('a'), {}},
    KeyBinding{Action::kMark, "Keep", "m", "mark the row, or take the mark away", typed('m'), {}},
    KeyBinding{Action::kComment, "Keep", ";", "comment on the row", typed(';'), {}},
    KeyBinding{Action::kNextNote, "Keep", "]", "next mark or comment", typed(']'), {}},
    KeyBinding{Action::kPreviousNote, "Keep", "[", "mark or comment before", typed('['), {}},
    KeyBinding{
        Action::kSaveNotes, "Keep", "Ctrl S", "save marks and comments into the capture", ctrl('s'), {}},
    KeyBinding{Action::kOpen, "Keep", "Ctrl O", "open another file", ctrl('o'), {}},
};

}  // namespace

std::span<const KeyBinding> key_bindings() {
  return kBindings;
}

std::optional<Action> action_of(KeyPress key) {
  if (key == KeyPress{}) return std::nullopt;
  for (const KeyBinding& binding : kBindings) {
    if (binding.first == key || binding.second == key) return binding.action;
  }
  return std::nullopt;
}

std::string_view shown_key(Action action) {
  for (const KeyBinding& binding : kBindings) {
    if (binding.action == action) return binding.shown;
  }
  return {};
}

}  // namespace viewer
