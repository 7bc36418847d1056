// The font atlas: the viewer's faces with just the characters that the loaded text needs.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include <imgui.h>

#include "viewer/model/display_text.h"
#include "viewer/ui/font_files.h"

namespace viewer {

class Fonts {
 public:
  explicit Fonts(FontFiles files);

  // Builds the atlas of the current ImGui context for that scale and those characters besides the ones that
  // the viewer itself uses. Outside of a frame only. The renderer has to take the texture anew.
  void build(float scale, const std::vector<uint16_t>& characters);
  // Grows with every build.
  uint64_t version() const { return version_; }

  ImFont* sans() const { return sans_; }
  ImFont* semibold() const { return semibold_; }
  ImFont* small() const { return small_; }
  ImFont* title() const { return title_; }
  ImFont* mono() const { return mono_; }

  // Which characters the built atlas holds; stays valid on its own.
  Drawable drawable() const;

 private:
  ImFont* add(const FontFace& main, float pixels);

  FontFiles files_;
  std::shared_ptr<CharacterSet> wanted_;
  std::deque<ImVector<ImWchar>> ranges_;  // must live until the atlas is built
  uint64_t version_ = 0;
  ImFont* sans_ = nullptr;
  ImFont* semibold_ = nullptr;
  ImFont* small_ = nullptr;
  ImFont* title_ = nullptr;
  ImFont* mono_ = nullptr;
};

}  // namespace viewer
