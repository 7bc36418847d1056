// Each face is asked only for the characters that it has and that an earlier face of the same font has not;
// a 19 MB collection of Chinese faces is thus opened only when such a character occurs.
#include "viewer/ui/fonts.h"

#include <imgui_freetype.h>

#include <algorithm>
#include <cmath>

namespace viewer {

namespace {

constexpr size_t kMaxCharacters = 12'000;  // of the text; 1,024 pixels of texture hold about 3,000
constexpr float kSansPixels = 14;
constexpr float kSmallPixels = 12;
constexpr float kTitlePixels = 18;
constexpr float kMonoPixels = 13;

// What the viewer's own words and marks need.
void add_own(CharacterSet& set) {
  for (size_t c = 0x20; c < 0x7f; ++c) set.set(c);
  for (size_t c = 0xa0; c < 0x180; ++c) set.set(c);
  for (const int c :
       {0x0394, 0x2013, 0x2014, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2026, 0x2190, 0x2191, 0x2192,
        0x2193, 0x21c4, 0x21b5, 0x2212, 0x2264, 0x2265, 0x25b8, 0x25be, 0x25cb, 0x25cf, 0x2139, 0x26a0,
        0x2713, 0x2715, 0x270e, 0x27e8, 0x27e9, 0x25b7, 0x25a1, 0x2261, 0x2716, 0x25a3, 0x26b7, 0x25a4,
        0x2116, 0x2709, 0x25c9, 0x25c7, 0x2691, 0x275d, 0x2605, 0x203a, 0x2717, 0x25b6, 0x25bc, 0x00b7}) {
    set.set(static_cast<size_t>(c));
  }
}

}  // namespace

Fonts::Fonts(FontFiles files) : files_(std::move(files)), wanted_(std::make_shared<CharacterSet>()) {}

ImFont* Fonts::add(const FontFace& main, float pixels) {
  ImFontAtlas* atlas = ImGui::GetIO().Fonts;
  if (main.path.empty()) return atlas->AddFontDefault();
  CharacterSet left = *wanted_;
  ImFont* font = nullptr;
  const auto add_face = [&](const FontFace& face) {
    if (face.path.empty() || !face.has) return;
    const CharacterSet take = left & *face.has;
    if (take.none()) return;
    left &= ~take;
    ImVector<ImWchar>& ranges = ranges_.emplace_back();
    for (size_t c = 1; c < take.size(); ++c) {
      if (!take.test(c)) continue;
      size_t end = c;
      while (end + 1 < take.size() && take.test(end + 1)) ++end;
      ranges.push_back(static_cast<ImWchar>(c));
      ranges.push_back(static_cast<ImWchar>(end));
      c = end;
    }
    ranges.push_back(0);
    ImFontConfig config;
    config.FontNo = face.index;
    config.OversampleH = 1;
    config.OversampleV = 1;
    config.PixelSnapH = true;
    config.MergeMode = font != nullptr;
    config.FontBuilderFlags = ImGuiFreeTypeBuilderFlags_LightHinting;
    if (ImFont* added = atlas->AddFontFromFileTTF(face.path.c_str(), pixels, &config, ranges.Data);
        font == nullptr) {
      font = added;
    }
  };
  add_face(main);
  for (const FontFace& face : files_.fallbacks) add_face(face);
  return font != nullptr ? font : atlas->AddFontDefault();
}

void Fonts::build(float scale, const std::vector<uint16_t>& characters) {
  wanted_ = std::make_shared<CharacterSet>();
  add_own(*wanted_);
  const size_t most = std::min(characters.size(), kMaxCharacters);
  for (size_t i = 0; i < most; ++i) {
    if (!always_escaped(characters[i])) wanted_->set(characters[i]);
  }
  ranges_.clear();
  ImFontAtlas* atlas = ImGui::GetIO().Fonts;
  atlas->Clear();
  atlas->FontBuilderIO = ImGuiFreeType::GetBuilderForFreeType();
  atlas->TexGlyphPadding = 1;
  const auto pixels = [&](float size) { return std::round(size * scale); };
  sans_ = add(files_.sans, pixels(kSansPixels));
  semibold_ = add(files_.semibold, pixels(kSansPixels));
  small_ = add(files_.sans, pixels(kSmallPixels));
  title_ = add(files_.semibold, pixels(kTitlePixels));
  mono_ = add(files_.mono, pixels(kMonoPixels));
  atlas->Build();
  ++version_;
}

Drawable Fonts::drawable() const {
  auto both = std::make_shared<CharacterSet>(*wanted_);
  CharacterSet any;
  const auto add_has = [&](const FontFace& face) {
    if (face.has) any |= *face.has;
  };
  add_has(files_.sans);
  for (const FontFace& face : files_.fallbacks) add_has(face);
  *both &= any;
  return [both](uint16_t character) { return both->test(character); };
}

}  // namespace viewer
