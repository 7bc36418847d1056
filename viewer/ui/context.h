// What every panel is given.
#pragma once

#include <functional>
#include <optional>
#include <string>

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
void draw_explanation_panel(UiContext& c);
void draw_overview(UiContext& c);
void draw_ladder_view(UiContext& c);
void draw_statistics_view(UiContext& c);
void draw_compare_view(UiContext& c);
void draw_lesson_view(UiContext& c);
void draw_status_bar(UiContext& c);
void draw_help_overlay(UiContext& c);

}  // namespace viewer
