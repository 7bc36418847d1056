// What every panel is given.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "viewer/model/filter_completion.h"
#include "viewer/model/workspace.h"
#include "viewer/ui/fonts.h"
#include "viewer/ui/keys.h"
#include "viewer/ui/theme.h"

namespace viewer {

// State of the widgets themselves: nothing that a test of the model would miss.
struct UiState {
  std::string filter_text;
  bool filter_wanted = false;  // give the filter bar the keyboard
  bool find_open = false;
  bool find_wanted = false;
  std::string find_text;
  bool show_help = false;
  bool scroll_bytes = false;          // bring the selected range into sight
  float sessions_width = 0;           // pixels at scale 1; 0: by the window's width
  float table_share = 0.56f;          // of the height behind the bars
  float element_share = 0.56f;        // of the width behind the sessions
  size_t page_rows = 20;              // rows that the table shows, for Page Up and Down
  std::string compare_file;           // as typed
  std::optional<size_t> compare_row;  // that the comparison has scrolled to
  RowIndex ladder_row = kNoRow;       // that the ladder has scrolled to
  float ladder_share = 0.68f;         // of the height behind the bars, while the ladder is shown
  size_t table_top = 0;               // the table's first visible row
  float table_grab = 0;               // where the scroll bar's thumb is held
  std::string menu_filter;            // of the cell whose menu is open
  bool copy_menu_wanted = false;
  bool comment_open = false;
  bool comment_wanted = false;
  std::string comment_text;
  bool open_bar = false;  // the bar for a file's name
  bool open_bar_wanted = false;
  std::string open_text;
  std::string open_wanted;                  // a file to open in this one's place
  std::vector<std::string> recent;          // files, the last one first
  std::vector<std::string> filter_history;  // the last one first
  std::vector<std::string> saved_filters;
  Completion suggestions;  // for the filter that is being typed
  std::string suggested_for;
  size_t suggested_at = 0;
  int suggestion = 0;                   // the chosen one
  bool filter_list = false;             // history and saved filters are shown
  std::optional<size_t> shown_finding;  // whose group was opened for it
  std::string lens_text;                // the address under the lens
  float zoom = 1;                       // the reader's own, on top of the display's
  bool quit = false;
};

struct UiContext {
  Workspace& workspace;
  UiState& ui;
  const Theme& theme;
  const Fonts& fonts;
  float scale;
  std::function<void(Action)> act;  // as if its key had been pressed

  float px(float at_scale_1) const { return at_scale_1 * scale; }
};

// The panels, each in its own file; they draw into the current ImGui window or child.
void draw_menu_bar(UiContext& c);
void draw_filter_bar(UiContext& c);
void draw_sessions_panel(UiContext& c);
void draw_stanza_table(UiContext& c);
void draw_element_panel(UiContext& c);
void draw_side_panel(UiContext& c);  // one of the next three, with the tabs above them
void draw_explanation_panel(UiContext& c);
void draw_findings_panel(UiContext& c);
void draw_lens_panel(UiContext& c);
void draw_overview(UiContext& c);
void draw_ladder_view(UiContext& c);
void draw_statistics_view(UiContext& c);
void draw_compare_view(UiContext& c);
void draw_lesson_view(UiContext& c);
void draw_status_bar(UiContext& c);
void draw_help_overlay(UiContext& c);
// A finding with its explanation, clause, example and way to the bytes.
void draw_finding_card(UiContext& c, const FindingDetail& finding);
// Items of menus: the picked rows for the clipboard; an expression as a filter.
void draw_copy_menu(UiContext& c);
void draw_filter_menu(UiContext& c, const std::string& by);
// As if it had been typed.
void apply_filter(UiContext& c, const std::string& expression);

}  // namespace viewer
