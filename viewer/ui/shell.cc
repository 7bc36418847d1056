// One full-window ImGui window with child windows for the panels: no docking, nothing floats, every edge
// between panels can be dragged.
#include "viewer/ui/shell.h"

#include <imgui.h>

#include <algorithm>

#include "viewer/model/time_format.h"
#include "viewer/ui/draw.h"
#include "viewer/ui/whole_view.h"

namespace viewer {

namespace {

constexpr double kFontsAtMostEvery = 0.5;  // seconds: a rebuild with Chinese characters takes a while
constexpr auto kBarFlags = ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse;

struct Box {
  float x, y, width, height;
};

void panel(UiContext& c, const char* id, Box box, void (*draw)(UiContext&), bool padded = true) {
  ImGui::SetCursorPos({box.x, box.y});
  if (!padded) ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(0, 0));
  const bool open = ImGui::BeginChild(id, {std::max(box.width, 1.0f), std::max(box.height, 1.0f)}, false,
                                      ImGuiWindowFlags_AlwaysUseWindowPadding | kBarFlags);
  if (!padded) ImGui::PopStyleVar();
  if (open) draw(c);
  ImGui::EndChild();
}

// A gap between panels that can be dragged; answers by how much, in pixels.
float splitter(const UiContext& c, const char* id, Box box, bool upright) {
  ImGui::SetCursorPos({box.x, box.y});
  ImGui::InvisibleButton(id, {box.width, box.height});
  const bool held = ImGui::IsItemActive();
  if (held || ImGui::IsItemHovered()) {
    ImGui::SetMouseCursor(upright ? ImGuiMouseCursor_ResizeEW : ImGuiMouseCursor_ResizeNS);
    ImGui::GetWindowDrawList()->AddRectFilled(ImGui::GetItemRectMin(), ImGui::GetItemRectMax(),
                                              c.theme.u32(Tone::kScrollbar));
  }
  if (!held) return 0;
  const ImVec2 moved = ImGui::GetIO().MouseDelta;
  return upright ? moved.x : moved.y;
}

void draw_status(UiContext& c, Box box) {
  ImGui::PushStyleColor(ImGuiCol_ChildBg, c.theme.u32(Tone::kWindow));
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(c.px(12), c.px(5)));
  panel(c, "status_bar", box, draw_status_bar);
  ImGui::PopStyleVar();
  ImGui::PopStyleColor();
}

}  // namespace

Shell::Shell(Workspace& workspace, ThemeName theme, float scale)
    : workspace_(workspace), theme_(theme), fonts_(find_font_files()), scale_(scale) {
  ImGuiIO& io = ImGui::GetIO();
  io.IniFilename = nullptr;  // nothing is written beside the user's captures
  io.LogFilename = nullptr;
  io.ConfigWindowsMoveFromTitleBarOnly = true;
}

Shell::~Shell() = default;

void Shell::take_settings(const Settings& settings) {
  if (!settings.theme.empty()) {
    theme_ = Theme(settings.theme == "light" ? ThemeName::kLight : ThemeName::kDark);
  }
  ui_.zoom = static_cast<float>(settings.zoom);
  ui_.sessions_width = static_cast<float>(settings.sessions_width);
  if (settings.table_share > 0) ui_.table_share = static_cast<float>(settings.table_share);
  if (settings.element_share > 0) ui_.element_share = static_cast<float>(settings.element_share);
  ui_.recent = settings.recent;
  ui_.filter_history = settings.filter_history;
  ui_.saved_filters = settings.saved_filters;
  if (!settings.tables.empty())
    ImGui::LoadIniSettingsFromMemory(settings.tables.data(), settings.tables.size());
  restyle_ = true;
}

Settings Shell::settings() const {
  Settings settings;
  settings.theme = theme_.name() == ThemeName::kDark ? "dark" : "light";
  settings.zoom = static_cast<double>(ui_.zoom);
  settings.sessions_width = static_cast<double>(ui_.sessions_width);
  settings.table_share = static_cast<double>(ui_.table_share);
  settings.element_share = static_cast<double>(ui_.element_share);
  settings.recent = ui_.recent;
  settings.filter_history = ui_.filter_history;
  settings.saved_filters = ui_.saved_filters;
  settings.tables = ImGui::SaveIniSettingsToMemory();
  return settings;
}

void Shell::set_scale(float scale) {
  scale *= ui_.zoom;
  if (scale == scale_) return;
  scale_ = scale;
  restyle_ = true;
  fonts_built_ = false;
}

bool Shell::prepare(double seconds) {
  if (restyle_) theme_.apply(scale_);
  restyle_ = false;
  const uint64_t version = workspace_.store().characters().version();
  const bool due = version != characters_version_ && seconds - fonts_built_at_ >= kFontsAtMostEvery;
  if (fonts_built_ && !due) return false;
  characters_version_ = version;
  fonts_built_at_ = seconds;
  fonts_built_ = true;
  fonts_.build(scale_, workspace_.store().characters().list());
  workspace_.set_drawable(fonts_.drawable(), fonts_.version());
  return true;
}

void Shell::key(KeyPress key) {
  constexpr size_t kMost = 1024;  // a stuck key must not fill memory
  if (keys_.size() < kMost) keys_.push_back(key);
}

void Shell::take_keys(UiContext& c) {
  while (!keys_.empty()) {
    const KeyPress key = keys_.front();
    keys_.pop_front();
    const auto action = action_of(key);
    if (!action) continue;
    // A text field takes what is typed; leaving it and quitting are always possible.
    const bool always =
        *action == Action::kBack || *action == Action::kQuit || (key.ctrl && *action == Action::kFind);
    if (ImGui::GetIO().WantTextInput && !always) continue;
    c.act(*action);
  }
}

void Shell::go_back() {
  if (ui_.show_help) {
    ui_.show_help = false;
  } else if (ImGui::GetIO().WantTextInput) {
    // ImGui's field reverts and lets go by itself.
    ui_.find_open = ui_.comment_open = ui_.open_bar = false;
  } else if (ui_.find_open || ui_.comment_open || ui_.open_bar) {
    ui_.find_open = ui_.comment_open = ui_.open_bar = false;
  } else if (workspace_.window_view() != WindowView::kTable) {
    workspace_.set_window_view(WindowView::kTable);
    workspace_.reveal_selection();
  } else if (workspace_.fault() || !workspace_.view().expression().empty()) {
    ui_.filter_text.clear();
    workspace_.set_filter("");
  } else if (workspace_.view().time_range()) {
    workspace_.show_time_range(std::nullopt);
  } else {
    workspace_.show_session(std::nullopt);
  }
}

void Shell::act(Action action) {
  Workspace& w = workspace_;
  if (act_in_whole_view(w, ui_, action)) return;
  const auto page = static_cast<int64_t>(ui_.page_rows);
  switch (action) {
    case Action::kDown:
      w.move(1);
      break;
    case Action::kUp:
      w.move(-1);
      break;
    case Action::kPageDown:
      w.move(page);
      break;
    case Action::kPageUp:
      w.move(-page);
      break;
    case Action::kFirst:
      w.move_to_first();
      break;
    case Action::kLast:
      w.move_to_last();
      break;
    case Action::kNextFinding:
      w.move_to_finding(true);
      break;
    case Action::kPreviousFinding:
      w.move_to_finding(false);
      break;
    case Action::kNextError:
      if (!w.move_to_next(parser::Severity::kError)) w.say("No row that is shown has an error.");
      break;
    case Action::kPartner:
      w.move_to_partner();
      break;
    case Action::kFind:
      ui_.find_open = ui_.find_wanted = true;
      break;
    case Action::kFilter:
      ui_.filter_wanted = true;
      break;
    case Action::kBack:
      go_back();
      break;
    case Action::kFollow:
      w.set_following(!w.following());
      break;
    case Action::kOnlyConnection:
      if (w.view().connection() || w.view().session()) {
        w.show_session(std::nullopt);
      } else if (w.selection().row) {
        w.show_session(w.store().session_id(w.store().row(*w.selection().row)));
      }
      break;
    case Action::kViewXml:
      w.set_element_view(ElementView::kXml);
      break;
    case Action::kViewTree:
      w.set_element_view(ElementView::kTree);
      break;
    case Action::kViewBytes:
      w.set_element_view(ElementView::kBytes);
      break;
    case Action::kViewRaw:
      w.set_element_view(ElementView::kRaw);
      break;
    case Action::kTimeMode:
      w.set_time_mode(w.time_mode() == TimeMode::kAbsolute ? TimeMode::kSinceStart : TimeMode::kAbsolute);
      break;
    case Action::kLadder:
    case Action::kStatistics:
    case Action::kCompare:
    case Action::kLesson:
    case Action::kReveal:
    case Action::kZoomIn:
    case Action::kZoomOut:
    case Action::kZoomUsual:
      break;  // taken by act_in_whole_view()
    case Action::kTheme:
      theme_ = Theme(theme_.name() == ThemeName::kDark ? ThemeName::kLight : ThemeName::kDark);
      restyle_ = true;
      break;
    case Action::kViewDecoded:
      w.set_element_view(ElementView::kDecoded);
      break;
    case Action::kExplain:
      w.set_side_view(SideView::kExplanation);
      break;
    case Action::kFindingsList:
      w.set_side_view(SideView::kFindings);
      break;
    case Action::kLens:
      w.set_side_view(SideView::kLens);
      break;
    case Action::kLarger:
    case Action::kSmaller:
      ui_.zoom = std::clamp(ui_.zoom * (action == Action::kLarger ? 1.1f : 1 / 1.1f), 0.6f, 3.0f);
      break;
    case Action::kCopy:
      if (w.selection().row) {
        ImGui::SetClipboardText(w.copy(CopyForm::kXml).c_str());
        w.say(counted(w.picked_rows().size(), "row") + " copied as XML");
      }
      break;
    case Action::kCopyAs:
      ui_.copy_menu_wanted = w.selection().row.has_value();
      break;
    case Action::kSelectAll:
      w.pick_all();
      break;
    case Action::kMark:
      w.toggle_mark();
      break;
    case Action::kComment:
      if (w.selection().row) {
        const std::string* note = w.note_of(*w.selection().row);
        ui_.comment_text = note == nullptr ? std::string() : *note;
        ui_.comment_open = ui_.comment_wanted = true;
      }
      break;
    case Action::kSaveNotes:
      w.save_notes();
      break;
    case Action::kNextNote:
    case Action::kPreviousNote:
      if (!w.move_to_note(action == Action::kNextNote)) w.say("No other row is marked here.");
      break;
    case Action::kOpen:
      ui_.open_bar = ui_.open_bar_wanted = true;
      break;
    case Action::kFilterHistory:
      ui_.filter_list = true;
      break;
    case Action::kHelp:
      ui_.show_help = !ui_.show_help;
      break;
    case Action::kQuit:
      ui_.quit = true;
      break;
  }
}

void Shell::draw_panels(UiContext& c) {
  const ImVec2 low = ImGui::GetCursorPos();
  const ImVec2 room = ImGui::GetContentRegionAvail();
  const float line = c.px(1);  // the visible gap; the draggable one is wider
  const float grip = c.px(6);
  const float status_height = c.px(24);
  const float filter_height = [&] {
    float height = c.px(40);
    if (c.workspace.fault()) height += c.px(36);
    if (c.ui.find_open) height += c.px(30);
    if (c.ui.comment_open) height += c.px(30);
    if (c.ui.open_bar) height += c.px(30);
    return height;
  }();
  panel(c, "filter_bar", {low.x, low.y, room.x, filter_height}, draw_filter_bar);

  const float top = low.y + filter_height + line;
  const float height = std::max(c.px(80), room.y - filter_height - status_height - line * 2);
  const float wished =
      ui_.sessions_width > 0 ? c.px(ui_.sessions_width) : std::min(c.px(264), room.x * 0.21f);
  const float left_width = std::clamp(wished, c.px(120), std::max(c.px(120), room.x * 0.5f));
  const float right_x = low.x + left_width + line;
  const float right_width = room.x - left_width - line;
  const WholeView* whole = shown_whole_view(workspace_);
  float& share = whole == nullptr ? ui_.table_share : ui_.ladder_share;
  const float table_height = std::clamp(height * share, c.px(60), std::max(c.px(60), height - c.px(80)));
  const float low_y = top + table_height + line;
  const float low_height = height - table_height - line;
  const float element_width = right_width * ui_.element_share;

  const float overview_height = std::min(c.px(104), height / 3);
  panel(c, "sessions", {low.x, top, left_width, height - overview_height - line}, draw_sessions_panel);
  panel(c, "overview", {low.x, top + height - overview_height, left_width, overview_height}, draw_overview);
  const auto split_sessions = [&] {
    const float dx = splitter(c, "split_sessions", {right_x - grip / 2, top, grip, height}, true);
    if (dx != 0) ui_.sessions_width = std::max(120.0f, (left_width + dx) / scale_);
  };
  if (whole != nullptr && whole->over_details) {
    panel(c, "whole", {right_x, top, right_width, height}, whole->draw, whole->padded);
    split_sessions();
    draw_status(c, {low.x, top + height + line, room.x, status_height});
    return;
  }
  if (whole != nullptr) {
    panel(c, "whole", {right_x, top, right_width, table_height}, whole->draw, whole->padded);
  } else {
    panel(c, "table", {right_x, top, right_width, table_height}, draw_stanza_table, false);
  }
  panel(c, "element_panel", {right_x, low_y, element_width, low_height}, draw_element_panel);
  panel(c, "explanation_panel",
        {right_x + element_width + line, low_y, right_width - element_width - line, low_height},
        draw_side_panel);
  split_sessions();
  const float dy = splitter(c, "split_table", {right_x, low_y - grip / 2, right_width, grip}, false);
  share = std::clamp(share + dy / height, 0.1f, 0.9f);
  const float de =
      splitter(c, "split_element", {right_x + element_width - grip / 2, low_y, grip, low_height}, true);
  ui_.element_share = std::clamp(ui_.element_share + de / right_width, 0.15f, 0.85f);

  draw_status(c, {low.x, top + height + line, room.x, status_height});
}

void Shell::draw() {
  UiContext c{workspace_, ui_, theme_, fonts_, scale_, [this](Action action) { act(action); }};
  take_keys(c);
  ImGui::PushFont(fonts_.sans());
  const ImGuiViewport* screen = ImGui::GetMainViewport();
  ImGui::SetNextWindowPos(screen->WorkPos);
  ImGui::SetNextWindowSize(screen->WorkSize);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(0, 0));
  constexpr auto kFlags = ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_MenuBar |
                          ImGuiWindowFlags_NoBringToFrontOnFocus | ImGuiWindowFlags_NoNav;
  ImGui::Begin("stanzascope", nullptr, kFlags);
  ImGui::PopStyleVar();
  draw_menu_bar(c);
  draw_panels(c);
  if (ui_.copy_menu_wanted) ImGui::OpenPopup("copy_menu");
  ui_.copy_menu_wanted = false;
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(c.px(12), c.px(8)));
  if (ImGui::BeginPopup("copy_menu")) {
    section(c, "COPY AS");
    draw_copy_menu(c);
    ImGui::EndPopup();
  }
  ImGui::PopStyleVar();
  ImGui::End();
  if (ui_.show_help) draw_help_overlay(c);
  ImGui::PopFont();
}

}  // namespace viewer
