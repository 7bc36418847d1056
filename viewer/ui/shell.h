// The whole window: lays the panels out, hands keys to actions, keeps the fonts in step with the text.
#pragma once

#include <cstdint>
#include <deque>

#include "viewer/model/settings.h"
#include "viewer/model/workspace.h"
#include "viewer/ui/context.h"

namespace viewer {

class Shell {
 public:
  // Needs a current ImGui context; `workspace` is not owned. `scale`: of the display, 1 is 96 dpi.
  Shell(Workspace& workspace, ThemeName theme, float scale);
  ~Shell();
  Shell(const Shell&) = delete;
  Shell& operator=(const Shell&) = delete;

  // Before ImGui::NewFrame(): rebuilds the font atlas when the text or the scale asks for it. True: the
  // renderer must take the atlas texture anew. `seconds` is a steady clock's.
  bool prepare(double seconds);
  void set_scale(float scale);

  // Between ImGui::NewFrame() and ImGui::Render().
  void draw();

  // A key of the window system. Taken in order, each, however fast they come; keys that a text field wants
  // are left to it.
  void key(KeyPress key);
  void act(Action action);
  bool quit_wanted() const { return ui_.quit; }
  // Whether keys wait to be handled.
  bool keys_wait() const { return !keys_.empty(); }

  // What is remembered between runs; take it before the first frame.
  void take_settings(const Settings& settings);
  Settings settings() const;

  UiState& ui() { return ui_; }
  const Theme& theme() const { return theme_; }

 private:
  void take_keys(UiContext& c);
  void go_back();
  void draw_panels(UiContext& c);

  Workspace& workspace_;
  UiState ui_;
  Theme theme_;
  Fonts fonts_;
  float scale_;
  bool restyle_ = true;
  uint64_t characters_version_ = 0;
  bool fonts_built_ = false;
  double fonts_built_at_ = 0;
  std::deque<KeyPress> keys_;
};

}  // namespace viewer
